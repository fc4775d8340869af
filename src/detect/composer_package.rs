//! One package as Composer writes it in `composer.lock` and `installed.json` (<https://getcomposer.org/doc/04-schema.md>).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::lines::Lines;
use super::{Findings, Opened};

/// A Composer file that is being read.
pub(super) struct ComposerFile<'f> {
    pub(super) file: &'f Opened<'f>,
    pub(super) detector: &'static str,
    pub(super) evidence: Evidence,
    text: &'f str,
    lines: Lines,
    /// Names that the project's `composer.json` asks for, in lower case; `None` where it cannot be read.
    asked: Option<BTreeSet<String>>,
    /// Byte up to which names were looked up: packages come in the order of the file.
    place: usize,
    /// Names that were not there as written: each costs a look at the whole rest.
    misses: usize,
}

/// After so many names that are not there as written, no line is looked up any more.
const MAX_MISSES: usize = 16;

impl<'f> ComposerFile<'f> {
    /// Opens a file whose project has its manifest at `manifest`, and gives its JSON too.
    pub(super) fn open(
        file: &'f Opened<'f>,
        manifest: &str,
        evidence: Evidence,
        detector: &'static str,
        out: &mut Findings,
    ) -> Option<(Self, Value)> {
        let text = out.text(file)?;
        match serde_json::from_str(text) {
            Ok(json) => {
                let asked = asked(&file.sibling(manifest));
                Some((Self { file, detector, evidence, text, lines: Lines::of(text), asked, place: 0, misses: 0 }, json))
            }
            Err(error) => {
                out.problem_at(Code::Malformed, file, error.line().max(1), "not valid JSON");
                None
            }
        }
    }

    /// Writes down the packages of a list. Metapackages hold no code, and a package from a folder is own code.
    pub(super) fn packages(&mut self, list: &[Value], group: impl Fn(&str) -> Group, out: &mut Findings) {
        for package in list {
            let text = |key: &str| package.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            let Some(name) = text("name") else {
                out.problem(Code::Malformed, self.file, "package without a name");
                continue;
            };
            let location = self.locate(name);
            let from_folder = package.pointer("/dist/type").and_then(Value::as_str) == Some("path");
            if text("type") == Some("metapackage") || from_folder {
                continue;
            }
            let (vendor, bare) = name.rsplit_once('/').unwrap_or(("", name));
            let purl = Purl::new("composer", bare).with_namespace(vendor).with_version(text("version").unwrap_or_default());
            let mut component = Component::new(purl, self.evidence, self.detector, location);
            component.origin = Origin::Registry;
            component.group = group(name);
            component.license = license(package);
            component.funding = funding(package);
            component.chosen = match &self.asked {
                None => Chosen::Unknown,
                Some(asked) if asked.contains(&name.to_lowercase()) => Chosen::Purpose,
                Some(_) => Chosen::Dependency,
            };
            out.component(component);
        }
    }

    /// The line of the next `"name": "<name>"`.
    fn locate(&mut self, name: &str) -> Location {
        let whole_file = Location::file(self.file.shown());
        if self.misses == MAX_MISSES {
            return whole_file;
        }
        let quoted = format!("\"{name}\"");
        let rest = self.text.get(self.place..).unwrap_or_default();
        let is_name = |at: &usize| {
            let before = rest.get(..*at).unwrap_or_default().trim_end();
            before.strip_suffix(':').is_some_and(|key| key.trim_end().ends_with("\"name\""))
        };
        match rest.match_indices(&quoted).map(|(at, _)| at).find(is_name) {
            None => {
                self.misses += 1;
                whole_file
            }
            Some(at) => {
                self.place += at + quoted.len();
                Location::line(self.file.shown(), self.lines.at(self.place - 1))
            }
        }
    }
}

/// The names under `require` and `require-dev` of a manifest.
fn asked(manifest: &Opened<'_>) -> Option<BTreeSet<String>> {
    let json: Value = serde_json::from_str(manifest.text_if_there()?).ok()?;
    let sections = ["require", "require-dev"].into_iter().filter_map(|key| json.get(key)?.as_object());
    Some(sections.flat_map(|section| section.keys().map(|name| name.to_lowercase())).collect())
}

/// Several licences are a choice (<https://getcomposer.org/doc/04-schema.md#license>).
fn license(package: &Value) -> Option<String> {
    let licenses: Vec<&str> = match package.get("license")? {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    (!licenses.is_empty()).then(|| licenses.join(" OR "))
}

fn funding(package: &Value) -> Vec<String> {
    let entries = package.get("funding").and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| entry.get("url")?.as_str().map(str::to_owned)).collect()
}
