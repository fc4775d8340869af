//! Files held in memory as a tree: for archives' contents and for tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Handle, OpenError, Tree, normalise};

/// Files held in memory, by path.
#[derive(Debug, Default, Clone)]
pub struct MemoryTree {
    files: BTreeMap<PathBuf, Arc<[u8]>>,
    links: BTreeMap<PathBuf, PathBuf>,
}

impl MemoryTree {
    /// Adds a file, or replaces it.
    #[must_use]
    pub fn with(mut self, path: &str, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.files.insert(normalise(Path::new(path)), bytes.into());
        self
    }

    /// Adds a symbolic link.
    #[must_use]
    pub fn with_link(mut self, path: &str, target: &str) -> Self {
        self.links.insert(normalise(Path::new(path)), PathBuf::from(target));
        self
    }
}

impl Tree for MemoryTree {
    fn open(&self, path: &Path) -> Result<Handle, OpenError> {
        self.files.get(&normalise(path)).map(|bytes| Handle::Bytes(bytes.clone())).ok_or(OpenError::Missing)
    }

    /// Follows one link at the end of the path, which is all that tests and archives need.
    fn open_following(&self, system_root: &Path, path: &Path) -> Result<Handle, OpenError> {
        let path = normalise(&system_root.join(path));
        match self.links.get(&path) {
            Some(target) if target.is_absolute() => self.open(&system_root.join(normalise(target))),
            Some(target) => self.open(&path.parent().unwrap_or(Path::new("")).join(target)),
            None => self.open(&path),
        }
    }

    fn link(&self, path: &Path) -> Option<PathBuf> {
        self.links.get(&normalise(path)).cloned()
    }

    fn show(&self, path: &Path) -> String {
        normalise(path).to_string_lossy().into_owned()
    }
}
