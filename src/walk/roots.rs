//! Roots and what to leave out below them.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Reduces roots to those that lie in no other; sorted, so that their order does not matter.
///
/// The paths must be canonical.
#[must_use]
pub fn distinct_roots(mut roots: Vec<PathBuf>) -> Vec<PathBuf> {
    roots.sort();
    roots.dedup();
    let mut distinct: Vec<PathBuf> = Vec::new();
    for root in roots {
        if !distinct.iter().any(|outer| root.starts_with(outer)) {
            distinct.push(root);
        }
    }
    distinct
}

/// A pattern that is no glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is no pattern for paths: {why}")]
pub struct ExcludeError {
    pattern: String,
    why: String,
}

/// Patterns of paths that are not walked.
#[derive(Debug, Clone, Default)]
pub struct Excludes {
    names: GlobSet,
    paths: GlobSet,
}

impl Excludes {
    /// A pattern without `/` means every file or folder of that name; one with `/` means a path below the root.
    ///
    /// # Errors
    /// The first pattern that is no glob.
    pub fn new(patterns: &[String]) -> Result<Self, ExcludeError> {
        let (mut names, mut paths) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for pattern in patterns {
            let trimmed = pattern.trim_start_matches("./").trim_end_matches('/');
            let glob = GlobBuilder::new(trimmed.trim_start_matches('/'))
                .literal_separator(true)
                .build()
                .map_err(|error| ExcludeError { pattern: pattern.clone(), why: error.kind().to_string() })?;
            if trimmed.contains('/') {
                paths.add(glob)
            } else {
                names.add(glob)
            };
        }
        let built = |set: &GlobSetBuilder| {
            set.build().map_err(|error| ExcludeError { pattern: patterns.join(" "), why: error.to_string() })
        };
        Ok(Self { names: built(&names)?, paths: built(&paths)? })
    }

    /// Whether nothing is excluded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.paths.is_empty()
    }

    /// Whether the file or folder at `path`, relative to the root, is excluded.
    #[must_use]
    pub fn cover(&self, path: &Path) -> bool {
        !self.is_empty() && (path.file_name().is_some_and(|name| self.names.is_match(name)) || self.paths.is_match(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_inside_another_is_walked_once() {
        let roots = ["/srv/app", "/srv", "/srv-other", "/srv/app/web"].map(PathBuf::from).to_vec();
        assert_eq!(distinct_roots(roots), ["/srv", "/srv-other"].map(PathBuf::from));
    }

    #[test]
    fn patterns_mean_names_or_paths() {
        let excludes =
            Excludes::new(&["node_modules".to_owned(), "/opt/*.bak".to_owned(), "**/tmp/x".to_owned()]).expect("valid patterns");
        for (path, excluded) in
            [("web/node_modules", true), ("opt/old.bak", true), ("opt/deep/old.bak", false), ("a/b/tmp/x", true), ("tmp", false)]
        {
            assert_eq!(excludes.cover(Path::new(path)), excluded, "{path}");
        }
    }

    #[test]
    fn a_faulty_pattern_is_named() {
        let error = Excludes::new(&["a[".to_owned()]).expect_err("not a glob");
        assert!(error.to_string().starts_with("`a[` is no pattern"), "{error}");
    }
}
