//! The paths that a pattern means below a root, without a walk: only folders beside a wildcard are listed.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use walkdir::WalkDir;

/// No pattern of a few parts names more; a folder with a million entries must not fill the memory.
const MOST: usize = 1000;

/// What exists of `pattern` (parts separated by `/`, wildcards inside a part) below `root`; sorted, relative to `root`. Links in
/// the folders on the way are not followed, so that nothing outside the root is asked for.
#[must_use]
pub fn expand(root: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        found = found.iter().flat_map(|folder| next(root, folder, part)).take(MOST).collect();
    }
    found.retain(|path| !path.as_os_str().is_empty());
    found.sort();
    found
}

fn next(root: &Path, folder: &Path, part: &str) -> Vec<PathBuf> {
    if !root.join(folder).symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Vec::new();
    }
    let Some(glob) = wildcard(part) else {
        let path = folder.join(part);
        return if root.join(&path).symlink_metadata().is_ok() { vec![path] } else { Vec::new() };
    };
    let entries = WalkDir::new(root.join(folder)).min_depth(1).max_depth(1).into_iter().filter_map(Result::ok);
    entries.filter(|entry| glob.is_match(entry.file_name())).take(MOST).map(|entry| folder.join(entry.file_name())).collect()
}

fn wildcard(part: &str) -> Option<GlobMatcher> {
    let wild = part.contains(['*', '[', '?']);
    wild.then(|| GlobBuilder::new(part).literal_separator(true).build().ok().map(|glob| glob.compile_matcher())).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn only_what_exists_below_the_root_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in ["etc/postgresql/15/main", "etc/postgresql/16/main", "etc/postgresql/x"] {
            std::fs::create_dir_all(folder.path().join(path)).expect("folders");
        }
        std::fs::write(folder.path().join("etc/postgresql/15/main/postgresql.conf"), "").expect("a file");
        symlink("/etc", folder.path().join("out")).expect("a link");
        for (pattern, expected) in [
            ("etc/postgresql/*/main/postgresql.conf", &["etc/postgresql/15/main/postgresql.conf"][..]),
            ("etc/postgresql/[0-9]*/main", &["etc/postgresql/15/main", "etc/postgresql/16/main"]),
            ("etc/mysql/my.cnf", &[]),
            ("out/passwd", &[]),
        ] {
            let expected: Vec<PathBuf> = expected.iter().map(PathBuf::from).collect();
            assert_eq!(expand(folder.path(), pattern), expected, "{pattern}");
        }
    }
}
