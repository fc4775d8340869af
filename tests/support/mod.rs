//! Runs detectors through the public interface on a folder, for comparison with an ecosystem's own tool.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use underpin::detect::{ClaimTable, DETECTORS, Findings, Opened};
use underpin::progress::Counters;
use underpin::source::DirectoryTree;

/// What the detectors with these ids find below `root`; links are not followed.
pub(crate) fn scan(root: &Path, ids: &[&str]) -> Findings {
    let tree = DirectoryTree::new(root, false);
    let counters = Counters::default();
    let table = ClaimTable::new(DETECTORS);
    let mut out = Findings::default();
    for entry in walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let Ok(path) = entry.path().strip_prefix(root) else { continue };
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { continue };
        if !entry.file_type().is_file() {
            continue;
        }
        for index in table.folder(folder).claimants(name) {
            if let Some(detector) = table.detector(index).filter(|detector| ids.contains(&detector.id())) {
                detector.detect(&Opened::new(&tree, &counters, path), &mut out);
            }
        }
    }
    out
}

/// `name version` of every component.
pub(crate) fn names(findings: &Findings) -> BTreeSet<String> {
    let line = |purl: &underpin::model::Purl| format!("{} {}", purl.full_name(), purl.version().unwrap_or("?"));
    findings.components.iter().map(|component| line(&component.purl)).collect()
}

/// What `program` prints; `None` if this machine does not have it.
pub(crate) fn output(program: impl Into<PathBuf>, arguments: &[&str], folder: &Path) -> Option<String> {
    let program = program.into();
    let output = Command::new(&program).args(arguments).current_dir(folder).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}
