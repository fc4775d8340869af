//! One requirement of a Python project (<https://packaging.python.org/specifications/dependency-specifiers/>), and the
//! addresses that pip takes in its place. Neither markers nor ranges are evaluated.

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};

use super::Opened;
use super::npm::without_secret;
use super::python_metadata::is_name;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requirement {
    pub(super) name: String,
    /// The exact version, if one is pinned.
    pub(super) version: Option<String>,
    /// The place it comes from, if it is no registry; without user and password.
    pub(super) address: Option<String>,
    /// Whether a marker decides if it is wanted.
    pub(super) conditional: bool,
}

/// Why a line gives no requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    /// An option, a local folder, or what a template has yet to fill in.
    Skipped,
    Malformed(&'static str),
}

impl Requirement {
    /// Reads one line without its comment.
    pub(super) fn parse(line: &str) -> Result<Self, Unusable> {
        let (line, editable) = match ["-e ", "--editable ", "--editable="].iter().find_map(|option| line.strip_prefix(option)) {
            Some(rest) => (rest.trim(), true),
            None if line.starts_with('-') => return Err(Unusable::Skipped),
            None => (line, false),
        };
        let line = filled_in(line).ok_or(Unusable::Skipped)?;
        // Options of one requirement: `--hash=…`, `--config-settings …`.
        let line = line.split(" --").next().unwrap_or(line).trim();
        if editable || is_address(line) {
            let (address, marker) = split_marker(line, " ;");
            return Self::from_address(address, None, marker);
        }
        Self::from_specifier(line)
    }

    fn from_specifier(line: &str) -> Result<Self, Unusable> {
        let end = line.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-')).unwrap_or(line.len());
        let (name, rest) = line.split_at_checked(end).ok_or(Unusable::Malformed("not a requirement"))?;
        if !is_name(name) {
            return Err(Unusable::Malformed("not a requirement"));
        }
        let mut rest = rest.trim_start();
        if let Some(extras) = rest.strip_prefix('[') {
            rest = extras.split_once(']').ok_or(Unusable::Malformed("extras without `]`"))?.1.trim_start();
        }
        if let Some(address) = rest.strip_prefix('@') {
            let (address, marker) = split_marker(address.trim(), " ;");
            return Self::from_address(address, Some(name), marker);
        }
        let (specifier, conditional) = split_marker(rest, ";");
        let version = pin(specifier)?;
        Ok(Self { name: name.to_owned(), version, address: None, conditional })
    }

    /// The requirement at `address`, called `name` if the line says so.
    fn from_address(address: &str, name: Option<&str>, conditional: bool) -> Result<Self, Unusable> {
        let (place, fragment) = address.split_once('#').unwrap_or((address, ""));
        let egg = fragment.split('&').find_map(|part| part.strip_prefix("egg="));
        let egg = egg.map(|egg| egg.split('[').next().unwrap_or(egg)).filter(|egg| is_name(egg));
        let vcs = ["git+", "hg+", "svn+", "bzr+"].iter().any(|tool| place.starts_with(tool));
        let file = place.split('?').next().unwrap_or(place).rsplit(['/', '\\', ':']).next().unwrap_or(place);
        let (of_file, version) = if vcs { (None, None) } else { archive(file) };
        let is_archive = [".whl", ".zip", ".tar.gz", ".tar.bz2", ".tgz", ".tar.xz"].iter().any(|end| file.ends_with(end));
        let remote = vcs || place.starts_with("http://") || place.starts_with("https://") || place.starts_with("ftp://");
        let elsewhere = name.is_some() && is_conda_build(place);
        if !(remote || is_archive || elsewhere) {
            return Err(Unusable::Skipped);
        }
        let name = name.or(egg).map(str::to_owned).or(of_file);
        let name = name.filter(|name| is_name(name)).ok_or(Unusable::Malformed("an address that names no package"))?;
        Ok(Self { name, version, address: Some(without_secret(place)), conditional })
    }

    /// The component that a declaration at this line of `file` makes, for `group`; with a marker it is optional at best.
    pub(super) fn component(&self, group: Group, detector: &'static str, file: &Opened<'_>, line: usize) -> Component {
        let location = Location::line(file.shown(), line);
        let mut component = Component::new(self.purl(), Evidence::Declared, detector, location);
        component.origin = if self.address.is_none() { Origin::Registry } else { Origin::Unknown };
        component.group = if self.conditional { group.max(Group::Optional) } else { group };
        component
    }

    /// The package URL, with the address if it is one of version control.
    pub(super) fn purl(&self) -> Purl {
        let vcs =
            self.address.as_deref().filter(|address| address.split("://").next().is_some_and(|scheme| scheme.contains('+')));
        Purl::new("pypi", &self.name)
            .with_version(self.version.as_deref().unwrap_or_default())
            .with_qualifier("vcs_url", vcs.unwrap_or_default())
    }
}

/// The part of a line that no template has yet to fill in: all of it, or the name in front of an operator.
fn filled_in(line: &str) -> Option<&str> {
    if line.starts_with(['$', '%', '{']) || line.contains("{%") {
        return None;
    }
    let Some((before, _)) = line.split_once("{{").or_else(|| line.split_once("%(")) else { return Some(line) };
    let name = before.trim_end().trim_end_matches(['=', '<', '>', '~', '!']);
    (name.len() < before.trim_end().len()).then_some(name.trim_end())
}

/// Whether pip would take the line as an address or a path.
fn is_address(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or(line);
    let scheme = first.split_once(':').is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+'));
    let path = first.starts_with(['.', '/', '~']) || first.ends_with(['/', '\\']);
    let archive = [".whl", ".zip", ".tar.gz", ".tgz"].iter().any(|end| first.ends_with(end));
    !line.contains(" @ ") && (scheme || path || archive || (first.contains('/') && !first.contains(['@', '=', ';', '['])))
}

/// Whether `pip freeze` wrote the path in a conda environment: the folder in which conda built somebody else's package.
fn is_conda_build(place: &str) -> bool {
    ["/croot/", "/conda-bld/", "/feedstock_root/", "/tmp/build/"].iter().any(|part| place.contains(part))
}

/// What stands before the marker, and whether there is one.
fn split_marker<'l>(text: &'l str, mark: &str) -> (&'l str, bool) {
    text.split_once(mark).map_or((text.trim(), false), |(before, _)| (before.trim(), true))
}

/// The version that a list of specifiers pins, if it pins one.
fn pin(specifiers: &str) -> Result<Option<String>, Unusable> {
    let bare = specifiers.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(specifiers).trim();
    let mut pinned = None;
    for specifier in bare.split(',').map(str::trim).filter(|specifier| !specifier.is_empty()) {
        let operators = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];
        let found = operators.iter().find_map(|operator| Some((*operator, specifier.strip_prefix(operator)?.trim())));
        let (operator, version) = found.ok_or(Unusable::Malformed("not a version specifier"))?;
        let plain = version
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '!' | '-' | '_' | '*' | '$' | '{' | '}'));
        if version.is_empty() || !plain {
            return Err(Unusable::Malformed("not a version specifier"));
        }
        if operator.starts_with("==") && !version.contains(['*', '$']) {
            pinned = Some(version.to_owned());
        }
    }
    Ok(pinned)
}

/// Name and version in the file name of a wheel (<https://packaging.python.org/specifications/binary-distribution-format/>)
/// or of a source distribution, whose name ends at the last dash.
pub(super) fn archive(file: &str) -> (Option<String>, Option<String>) {
    if let Some(stem) = file.strip_suffix(".whl") {
        let mut parts = stem.split('-');
        let (name, version) = (parts.next(), parts.next());
        let complete = parts.count() >= 3;
        return if complete {
            (name.map(str::to_owned), version.map(|version| version.replace("%2B", "+")))
        } else {
            (None, None)
        };
    }
    let stem = [".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz"].iter().find_map(|end| file.strip_suffix(end));
    let parts = stem.and_then(|stem| stem.rsplit_once('-'));
    let parts = parts.filter(|(_, version)| version.parse::<pep440_rs::Version>().is_ok());
    parts.map_or((None, None), |(name, version)| (Some(name.to_owned()), Some(version.to_owned())))
}
