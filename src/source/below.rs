//! A folder of a tree as a tree of its own, whose links lead no further than the folder.

use std::path::{Path, PathBuf};

use super::{Budget, Handle, OpenError, Tree};

/// What lies below `folder` of `tree`.
pub struct Below<'t> {
    tree: &'t dyn Tree,
    folder: PathBuf,
}

impl<'t> Below<'t> {
    /// The tree below `folder`.
    #[must_use]
    pub fn new(tree: &'t dyn Tree, folder: &Path) -> Self {
        Self { tree, folder: folder.to_owned() }
    }
}

impl Tree for Below<'_> {
    fn open(&self, path: &Path) -> Result<Handle, OpenError> {
        self.tree.open(&self.folder.join(path))
    }

    fn open_following(&self, system_root: &Path, path: &Path) -> Result<Handle, OpenError> {
        self.tree.open_following(&self.folder.join(system_root), path)
    }

    fn exists(&self, system_root: &Path, path: &Path) -> bool {
        self.tree.exists(&self.folder.join(system_root), path)
    }

    fn link(&self, path: &Path) -> Option<PathBuf> {
        self.tree.link(&self.folder.join(path))
    }

    fn budget(&self) -> Option<&Budget> {
        self.tree.budget()
    }

    fn show(&self, path: &Path) -> String {
        self.tree.show(&self.folder.join(path))
    }
}

#[cfg(test)]
mod tests {
    use super::super::MemoryTree;
    use super::*;

    #[test]
    fn what_lies_below_is_named_from_there_and_no_link_leads_out() {
        let tree = MemoryTree::default().with("a/b/c", *b"in").with("c", *b"other").with_link("a/b/l", "/c");
        let below = Below::new(&tree, Path::new("a/b"));
        assert_eq!(below.open(Path::new("c")).map(|file| file.len()).ok(), Some(2));
        assert_eq!(below.open_following(Path::new(""), Path::new("l")).map(|file| file.len()).ok(), Some(2));
        assert!(below.exists(Path::new(""), Path::new("c")) && !below.exists(Path::new(""), Path::new("b/c")));
        assert_eq!((below.show(Path::new("c")), below.link(Path::new("l"))), ("a/b/c".to_owned(), Some(PathBuf::from("/c"))));
    }
}
