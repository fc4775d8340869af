//! The walk over a tree that is an index already: an archive or an image. No folder is listed and nothing is asked of the system.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;

use globset::GlobBuilder;

use crate::progress::Counters;
use crate::source::{PackedTree, Tree};

use super::walker::{interest, special};
use super::{Candidate, Excludes, Interest, Sieve, Walked};

/// The files of `tree` that `sieve` wants, and the executables.
#[must_use]
pub fn walk_packed(tree: &PackedTree, sieve: &dyn Sieve, excludes: &Excludes, counters: &Counters) -> Walked {
    let mut walked = Walked::default();
    let mut files = 0;
    // Archives need not list the folders of their files.
    let mut folders: BTreeSet<&Path> = BTreeSet::new();
    for (path, is_folder, mode, len) in tree.entries() {
        if !excludes.is_empty() && path.ancestors().any(|part| excludes.cover(part)) {
            walked.skip("excluded");
            continue;
        }
        let own = path.ancestors().skip(usize::from(!is_folder));
        folders.extend(own.take_while(|folder| !folder.as_os_str().is_empty()));
        if !is_folder {
            files += 1;
            let Some(name) = path.file_name() else { continue };
            let folder = path.parent().unwrap_or(Path::new(""));
            let interest = interest(name, &*sieve.folder(folder), || mode & 0o111 != 0 && len > 0);
            walked.candidates.extend(interest.map(|interest| Candidate { path: path.to_owned(), interest }));
        }
    }
    walked.candidates.extend(folders.iter().filter_map(|folder| claimed(folder, sieve)));
    for path in tree.devices() {
        walked.skip("device, FIFO or socket");
        let wanted = sieve.folder(path.parent().unwrap_or(Path::new("")));
        if path.file_name().is_some_and(|name| !wanted(name).is_empty()) {
            walked.problems.push(special(tree.show(path)));
        }
    }
    counters.directories.fetch_add(folders.len() as u64, Relaxed);
    counters.files.fetch_add(files, Relaxed);
    walked.candidates.sort_unstable();
    walked
}

/// A folder that somebody wants as such.
fn claimed(folder: &Path, sieve: &dyn Sieve) -> Option<Candidate> {
    let claimants = sieve.folders(folder.parent()?)?(folder.file_name()?);
    (!claimants.is_empty()).then(|| Candidate { path: folder.to_owned(), interest: Interest::Claimed(claimants) })
}

/// What exists of `pattern` (parts separated by `/`, wildcards inside a part) in `tree`; sorted.
#[must_use]
pub fn expand_packed(tree: &PackedTree, pattern: &str) -> Vec<PathBuf> {
    let literal: PathBuf = pattern.split('/').take_while(|part| !part.contains(['*', '[', '?'])).collect();
    let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build().map(|glob| glob.compile_matcher()) else {
        return Vec::new();
    };
    tree.paths_from(&literal).filter(|path| glob.is_match(path)).map(Path::to_owned).collect()
}
