//! What a bill of materials says, whichever its format: whom it is about, what it lists, and on which distribution.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::{Component, Evidence, Location, Origin, OsRelease, ProductHint, Purl, Role, TargetKind};
use crate::problem::{Code, Problem};

use super::super::os_identity;
use super::draft::{Draft, is_manifest};
use super::system;

/// Package types that only a package manager's database of installed packages lists.
pub(super) const OF_SYSTEMS: [&str; 4] = ["deb", "rpm", "apk", "alpm"];

/// A bill of materials that was read.
#[derive(Debug)]
pub struct Bill {
    /// Id of the detector of its format.
    pub detector: &'static str,
    /// The file as shown to the user.
    shown: String,
    /// What the document is about, in its own words.
    pub name: Option<String>,
    /// What sort of thing that is, where the document says it.
    pub kind: Option<TargetKind>,
    /// The distribution, where the document says it outright.
    pub os: Option<OsRelease>,
    /// What is listed.
    pub(super) entries: Vec<Entry>,
    /// What the document is about, where it can be looked up as a package.
    pub(super) subject: Option<Entry>,
    /// Trouble, in the order met.
    pub problems: Vec<Problem>,
}

/// One package of a bill.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    component: Component,
    /// The evidence, where the document says it.
    stated: Option<Evidence>,
    /// Where the document says that it was found.
    places: Vec<Location>,
}

/// A bill as the inventory of what it is about.
#[derive(Debug)]
pub struct Observed {
    /// What sort of target the bill is about.
    pub kind: TargetKind,
    /// The distribution.
    pub os: Option<OsRelease>,
    /// What is listed, and the distribution.
    pub components: Vec<Component>,
    /// Trouble, in the order met.
    pub problems: Vec<Problem>,
}

impl Bill {
    /// An empty bill in the format of a detector, in the file `shown`.
    pub(super) fn new(detector: &'static str, shown: &str) -> Self {
        let shown = shown.to_owned();
        Self { detector, shown, name: None, kind: None, os: None, entries: Vec::new(), subject: None, problems: Vec::new() }
    }

    /// Writes down trouble at a line.
    pub(super) fn problem_at(&mut self, code: Code, line: usize, text: impl Into<String>) {
        self.problems.push(Problem::new(code, &self.shown, text).at(line, 1));
    }

    /// Adds a package.
    pub(super) fn add(&mut self, draft: Draft<'_>) {
        if let Some(entry) = self.entry(draft) {
            self.entries.push(entry);
        }
    }

    /// The package of a draft; without a usable package URL it keeps its name and version, and without a name it is left out.
    pub(super) fn entry(&mut self, draft: Draft<'_>) -> Option<Entry> {
        let purl = match draft.purl() {
            Ok(purl) => Some(purl),
            Err(why) => {
                if let Some(why) = why {
                    self.problem_at(Code::Malformed, draft.line, format!("{why}; kept by its name and version"));
                }
                draft.bare()
            }
        };
        let Some(purl) = purl else {
            self.problem_at(Code::Malformed, draft.line, "an entry has neither a name nor a package URL and is left out");
            return None;
        };
        let mut component = Component::new(purl, Evidence::Declared, self.detector, Location::line(&self.shown, draft.line));
        (component.group, component.chosen) = (draft.part, draft.chosen);
        component.source_package = draft.source_package().filter(|source| source != component.purl.name());
        component.origin = draft.origin(&component.purl);
        // Some makers repeat what is declared as concluded.
        component.concluded_license = draft.concluded.filter(|concluded| draft.license.as_ref() != Some(concluded));
        component.license = draft.license;
        component.product = draft.product;
        Some(Entry { component, stated: draft.evidence, places: draft.places })
    }

    /// What a file in a folder declares. Places that it names lie in another tree.
    #[must_use]
    pub fn declared(self) -> (Vec<Component>, Vec<Problem>) {
        (self.entries.into_iter().map(|entry| entry.component).collect(), self.problems)
    }

    /// What the bill is about, if it is a package that lies beside the bill.
    pub(super) fn take_subject(&mut self) -> Option<Component> {
        self.subject.take().map(|entry| entry.component)
    }

    /// The inventory of what the bill is about. What was seen on a system is installed; the rest is declared.
    #[must_use]
    pub fn observed(mut self) -> Observed {
        let os = self.os.take().or_else(|| likely_os(&self.entries));
        let by_os = os.as_ref().map(|_| TargetKind::RootFs);
        let kind = self.kind.or(by_os).unwrap_or(TargetKind::Repository);
        let mut components: Vec<Component> = Vec::with_capacity(self.entries.len() + 1);
        for Entry { mut component, stated, places } in self.entries {
            let of_system = OF_SYSTEMS.contains(&component.purl.kind());
            let in_manifests = !places.is_empty() && places.iter().all(|place| is_manifest(&place.path));
            let seen = of_system || (kind.is_system() && !in_manifests);
            component.evidence = stated.unwrap_or(if seen { Evidence::Installed } else { Evidence::Declared });
            component.declared = component.evidence == Evidence::Declared;
            component.locations.extend(places);
            components.push(component);
        }
        components.extend(os.as_ref().map(|os| os_component(os, self.detector, &self.shown)));
        Observed { kind, os, components, problems: self.problems }
    }
}

/// The distribution that most system packages name in their URL.
fn likely_os(entries: &[Entry]) -> Option<OsRelease> {
    let mut votes: BTreeMap<(String, Option<String>), usize> = BTreeMap::new();
    let purls = entries.iter().map(|entry| &entry.component.purl).filter(|purl| OF_SYSTEMS.contains(&purl.kind()));
    for os in purls.filter_map(system::of_purl) {
        *votes.entry((os.id, os.point_release.or(os.version_id))).or_default() += 1;
    }
    let most = votes.into_iter().max_by(|(left, less), (right, more)| less.cmp(more).then_with(|| right.cmp(left)));
    let ((id, version), _) = most?;
    system::os(&id, version.as_deref(), None)
}

/// The distribution as a component, as a scan of the system itself gives it.
fn os_component(os: &OsRelease, detector: &'static str, shown: &str) -> Component {
    let version = os.version_id.as_deref().or(os.point_release.as_deref()).unwrap_or_default();
    let purl = Purl::new("generic", &os.id).with_version(version);
    let mut component = Component::new(purl, Evidence::Installed, detector, Location::file(shown));
    component.detectors = vec![Cow::Borrowed(detector)];
    component.origin = Origin::Distribution;
    component.product = os_identity::product(os).map(|product| ProductHint { product: product.to_owned(), role: Role::Os });
    component
}
