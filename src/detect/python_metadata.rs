//! The core metadata of Python packages (<https://packaging.python.org/specifications/core-metadata/>): e-mail headers.
//! The description below them, and every field that says neither what a package is nor how its authors can be paid,
//! is skipped. Bytes that are not UTF-8 are replaced: old packages wrote authors in Latin-1.

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::{FileFacts, Findings, Opened};

/// Labels of project links under which authors ask for money, in the form that PyPI compares
/// (<https://packaging.python.org/specifications/well-known-project-urls/>).
const FUNDING_LABELS: [&str; 5] = ["funding", "sponsor", "donate", "donation", "donations"];

/// The component that `file` describes, with the name and version of its folder where it lacks its own; a problem and `None` if
/// there is no such folder either.
pub(super) fn component(file: &Opened<'_>, evidence: Evidence, detector: &'static str, out: &mut Findings) -> Option<Component> {
    let bytes = out.bytes(file)?;
    let place = || Location::file(file.shown());
    let component = described(bytes, evidence, detector, place()).or_else(|| {
        let facts = file.facts();
        let (name, version) = of_folder(facts.folder(0))?;
        // What stands in the file counts for whichever of the two it has.
        let completed =
            format!("{}\nName: {name}\nVersion: {version}\n", String::from_utf8_lossy(bytes).split("\n\n").next()?.trim_end());
        described(completed.trim_start().as_bytes(), evidence, detector, place())
    });
    if component.is_none() {
        out.problem(Code::Malformed, file, "metadata without name and version");
    }
    component
}

/// Name and version in the name of a folder of metadata: `NAME-VERSION.dist-info`, as the specification of recorded installations has
/// it, or `NAME-VERSION-py3.11.egg-info`.
fn of_folder(folder: &str) -> Option<(&str, &str)> {
    let stem = folder.strip_suffix(".dist-info").or_else(|| folder.strip_suffix(".egg-info"))?;
    let (name, version) = stem.split_once('-')?;
    let version = version.split("-py").next()?;
    (is_name(name) && version.parse::<pep440_rs::Version>().is_ok()).then_some((name, version))
}

/// The component that the metadata in `bytes`, found at `place`, describes; `None` without name and version.
pub(super) fn described(bytes: &[u8], evidence: Evidence, detector: &'static str, place: Location) -> Option<Component> {
    let text = String::from_utf8_lossy(bytes);
    let headers = headers(text.trim_start_matches('\u{feff}'));
    let find = |key: &str| {
        let named = headers.iter().find(|(name, value)| name.eq_ignore_ascii_case(key) && !value.is_empty());
        named.map(|(_, value)| value.as_str())
    };
    let name = find("Name").filter(|name| is_name(name))?;
    let version = find("Version")?;
    let mut component = Component::new(Purl::new("pypi", name).with_version(version), evidence, detector, place);
    component.origin = Origin::Registry;
    component.license = license(&headers);
    component.funding = funding(&headers);
    Some(component)
}

/// Whether the file is test data of Python itself or of an installed package: it lies in a folder of tests among their files.
pub(super) fn is_test_data(facts: &FileFacts<'_>) -> bool {
    let folders = facts.path().iter().rev().skip(1).filter_map(|part| part.to_str());
    // From the file upwards, hence up to the innermost folder of Python.
    let python = |part: &str| {
        let version = part.strip_prefix("python").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        version || matches!(part, "site-packages" | "dist-packages")
    };
    let mut below = Vec::new();
    for part in folders {
        if python(part) {
            return below.iter().any(|part| matches!(*part, "test" | "tests"));
        }
        below.push(part);
    }
    false
}

/// Whether `name` is a valid project name (PEP 508).
pub(super) fn is_name(name: &str) -> bool {
    let alphanumeric = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    alphanumeric(name.chars().next())
        && alphanumeric(name.chars().last())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

type Header = (String, String);

/// The headers up to the first empty line; a line that begins with a blank continues the one before.
fn headers(text: &str) -> Vec<Header> {
    let mut headers: Vec<Header> = Vec::new();
    for line in text.lines().take_while(|line| !line.trim_end_matches('\r').is_empty()) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push('\n');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    headers
}

/// An SPDX expression if there is one; else the free text, unless it is a whole licence; else the classifiers.
fn license(headers: &[Header]) -> Option<String> {
    let short = |key: &str| {
        let found = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.as_str());
        found.filter(|text| !text.is_empty() && !text.contains('\n') && !text.eq_ignore_ascii_case("unknown")).map(str::to_owned)
    };
    short("License-Expression").or_else(|| short("License")).or_else(|| {
        let classifiers = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Classifier"));
        let words: Vec<&str> = classifiers
            .filter_map(|(_, value)| value.strip_prefix("License :: "))
            .filter(|path| *path != "OSI Approved")
            .filter_map(|path| path.rsplit(" :: ").next())
            .collect();
        (!words.is_empty()).then(|| words.join(" OR "))
    })
}

fn funding(headers: &[Header]) -> Vec<String> {
    let urls = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Project-URL"));
    let labelled = urls.filter_map(|(_, value)| value.split_once(','));
    labelled
        .filter(|(label, _)| {
            let label: String = label.chars().filter(|c| !c.is_ascii_punctuation() && !c.is_whitespace()).collect();
            FUNDING_LABELS.contains(&label.to_lowercase().as_str())
        })
        .map(|(_, url)| url.trim().to_owned())
        .filter(|url| url.starts_with("https://") || url.starts_with("http://"))
        .collect()
}
