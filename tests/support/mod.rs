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

/// Words of tools that could not reach their registry.
const UNREACHABLE: [&str; 18] = [
    "enotfound",
    "econnrefused",
    "econnreset",
    "etimedout",
    "eai_again",
    "connectionrefused",
    "connectionerror",
    "connectionfailed",
    "error sending request",
    "request failed",
    "failed to fetch",
    "newconnectionerror",
    "name resolution",
    "timed out",
    "attempts to connect",
    "connecterror",
    "failedtoopensocket",
    // What a quiet pip says of an index that does not answer.
    "from versions: none",
];

/// What `command`, which fetches from `registry`, prints; `None` if this machine does not have the program.
pub(crate) fn fetched(registry: &str, command: &mut Command) -> Option<String> {
    fetch(registry, command).map(|done| done.unwrap_or_else(|why| panic!("{why}")))
}

/// The same, with the reason if it fails; says whether the registry is that reason.
pub(crate) fn fetch(registry: &str, command: &mut Command) -> Option<Result<String, String>> {
    let output = command.stdin(std::process::Stdio::null()).output().ok()?;
    let [printed, errors] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    if output.status.success() {
        return Some(Ok(printed));
    }
    let said = format!("{printed}\n{errors}");
    let lower = said.to_lowercase();
    let why = if UNREACHABLE.iter().any(|word| lower.contains(word)) {
        format!("{registry} cannot be reached, hence there is nothing to compare with")
    } else {
        format!("the tool failed and does not say that {registry} cannot be reached")
    };
    Some(Err(format!("{why}: {command:?} ended with {}:\n{said}", output.status)))
}
