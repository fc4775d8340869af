//! The walk over a tree that is an index already: an archive or an image. No folder is listed and nothing is asked of the system.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;

use globset::GlobBuilder;

use crate::progress::Counters;
use crate::source::PackedTree;

use super::walker::interest;
use super::{Candidate, Excludes, Sieve, Walked};

/// The files of `tree` that `sieve` wants, and the executables.
#[must_use]
pub fn walk_packed(tree: &PackedTree, sieve: &dyn Sieve, excludes: &Excludes, counters: &Counters) -> Walked {
    let mut walked = Walked::default();
    let mut files = 0;
    let mut directories = 0;
    for (path, is_folder, mode, len) in tree.entries() {
        if !excludes.is_empty() && path.ancestors().any(|part| excludes.cover(part)) {
            walked.skip("excluded");
        } else if is_folder {
            directories += 1;
        } else {
            files += 1;
            let Some(name) = path.file_name() else { continue };
            let folder = path.parent().unwrap_or(Path::new(""));
            let interest = interest(name, &*sieve.folder(folder), || mode & 0o111 != 0 && len > 0);
            walked.candidates.extend(interest.map(|interest| Candidate { path: path.to_owned(), interest }));
        }
    }
    for _ in 0..tree.devices() {
        walked.skip("device, FIFO or socket");
    }
    counters.directories.fetch_add(directories, Relaxed);
    counters.files.fetch_add(files, Relaxed);
    walked.candidates.sort_unstable();
    walked
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
