//! Runs one detector on files held in memory and renders what it found, for the tests of all detectors.

use std::fmt::Write as _;
use std::path::Path;

use crate::model::{Chosen, Component, Group, Origin, PackageState};
use crate::progress::Counters;
use crate::source::MemoryTree;

use super::{Detector, Findings, Opened};

/// What `detector` finds in the first of `files`; the others lie beside it.
pub(super) fn findings(detector: &dyn Detector, files: &[(&str, &[u8])]) -> Findings {
    let tree = files.iter().fold(MemoryTree::default(), |tree, (path, bytes)| tree.with(path, *bytes));
    let counters = Counters::default();
    let path = files.first().map_or("", |(path, _)| path);
    let mut out = Findings::default();
    detector.detect(&Opened::new(&tree, &counters, Path::new(path)), &mut out);
    out
}

/// One sorted line a component (purl, evidence, what is not the default), then one line a problem and a fact.
pub(super) fn found(detector: &dyn Detector, files: &[(&str, &[u8])]) -> String {
    rendered(&findings(detector, files))
}

/// What `look` finds in the file `bin/tool` with this content, rendered as by [`found`].
pub(super) fn found_by(content: &[u8], look: impl FnOnce(&Opened<'_>, &mut Findings)) -> String {
    let tree = MemoryTree::default().with("bin/tool", content);
    let counters = Counters::default();
    let mut out = Findings::default();
    look(&Opened::new(&tree, &counters, Path::new("bin/tool")), &mut out);
    rendered(&out)
}

fn rendered(out: &Findings) -> String {
    let mut lines: Vec<String> = out.components.iter().map(describe).collect();
    lines.sort();
    lines.extend(out.problems.iter().map(|problem| format!("! {problem}")));
    lines.extend(out.facts.iter().map(|fact| format!("* {fact:?}")));
    lines.join("\n")
}

fn describe(component: &Component) -> String {
    let mut line = format!("{} {}", component.purl, component.evidence);
    if component.group != Group::Main {
        let _ = write!(line, " {:?}", component.group);
    }
    if component.chosen != Chosen::Unknown {
        let _ = write!(line, " chosen={:?}", component.chosen);
    }
    if component.state != PackageState::Installed {
        let _ = write!(line, " state={:?}", component.state);
    }
    if !matches!(component.origin, Origin::Unknown | Origin::Registry) {
        let _ = write!(line, " origin={:?}", component.origin);
    }
    if let Some(license) = &component.license {
        let _ = write!(line, " license={license}");
    }
    if let Some(license) = &component.concluded_license {
        let _ = write!(line, " concluded={license}");
    }
    if let Some(source) = &component.source_package {
        let _ = write!(line, " source={source}");
    }
    for link in &component.funding {
        let _ = write!(line, " fund={link}");
    }
    if let Some(line_number) = component.locations.first().and_then(|location| location.line) {
        let _ = write!(line, " :{line_number}");
    }
    line
}
