//! What a piece of work asked a tree, and the answers: whoever finds every answer unchanged need not do the work again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::tree::state_meant;
use super::{Budget, Handle, OpenError, Tree};

/// What tells one state of a file from another. The kernel moves `changed` (ctime) at every write, and no program can set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// Number of the device.
    pub device: u64,
    /// Number of the file on it.
    pub inode: u64,
    /// Length in bytes.
    pub size: u64,
    /// When the content was last written, in nanoseconds since 1970.
    pub modified: i128,
    /// When anything of it last changed, in nanoseconds since 1970.
    pub changed: i128,
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// A regular file.
    File(Stamp),
    /// Nothing.
    Missing,
    /// A folder, a link, a device, FIFO or socket.
    Other,
}

/// One question to a tree and the answer. Paths are those of the tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// What a path is, opened as it stands.
    At(PathBuf, State),
    /// What a path means below a system root, opened.
    Meant(PathBuf, PathBuf, State),
    /// Whether a path means a regular file below a system root; its content does not matter.
    There(PathBuf, PathBuf, bool),
    /// Where a link points; `None`: it is none.
    Link(PathBuf, Option<PathBuf>),
    /// When a file changed in any way, in seconds.
    Changed(PathBuf, Option<i64>),
    /// When a file's content was written, in seconds.
    Modified(PathBuf, Option<i64>),
}

impl Seen {
    /// Whether the tree would answer the same now. `walked` is a folder that a walk came to: no folder above it is a link.
    #[must_use]
    pub fn holds(&self, tree: &dyn Tree, walked: &Path) -> bool {
        match self {
            Self::At(path, state) => tree.state(path) == Some(*state),
            Self::Meant(root, path, state) => state_meant(tree, root, path, walked) == Some(*state),
            Self::There(root, path, there) => matches!(state_meant(tree, root, path, walked), Some(State::File(_))) == *there,
            Self::Link(path, target) => tree.link(path) == *target,
            Self::Changed(path, seconds) => tree.changed(path) == *seconds,
            Self::Modified(path, seconds) => tree.modified(path) == *seconds,
        }
    }
}

/// A tree that writes down what it is asked.
pub struct Watched<'t> {
    tree: &'t dyn Tree,
    /// `None` once an answer was given that cannot be asked for again.
    seen: Mutex<Option<BTreeSet<Seen>>>,
}

impl<'t> Watched<'t> {
    /// Watches `tree`.
    #[must_use]
    pub fn new(tree: &'t dyn Tree) -> Self {
        Self { tree, seen: Mutex::new(Some(BTreeSet::new())) }
    }

    /// Every question with its answer, each once; `None` if one of them cannot be asked again, as when a file could not be read.
    #[must_use]
    pub fn into_seen(self) -> Option<Vec<Seen>> {
        let seen = self.seen.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.map(|seen| seen.into_iter().collect())
    }

    /// Writes down a question; one without an answer spoils the list.
    fn note(&self, seen: Option<Seen>) {
        let mut list = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match (seen, list.as_mut()) {
            (Some(seen), Some(list)) => {
                list.insert(seen);
            }
            _ => *list = None,
        }
    }
}

/// The state of what was opened, taken before its first byte is read: a later write gives it another.
fn state_of(opened: &Result<Handle, OpenError>) -> Option<State> {
    match opened {
        Ok(Handle::File(file, _)) => file.metadata().ok().map(|metadata| State::File(Stamp::of(&metadata))),
        Ok(Handle::Bytes(_) | Handle::Section(_)) | Err(OpenError::Io(_) | OpenError::OverBudget) => None,
        Err(OpenError::Missing) => Some(State::Missing),
        Err(OpenError::NotRegular) => Some(State::Other),
    }
}

impl Tree for Watched<'_> {
    fn open(&self, path: &Path) -> Result<Handle, OpenError> {
        let opened = self.tree.open(path);
        self.note(state_of(&opened).map(|state| Seen::At(path.to_owned(), state)));
        opened
    }

    fn open_following(&self, system_root: &Path, path: &Path) -> Result<Handle, OpenError> {
        let opened = self.tree.open_following(system_root, path);
        self.note(state_of(&opened).map(|state| Seen::Meant(system_root.to_owned(), path.to_owned(), state)));
        opened
    }

    fn exists(&self, system_root: &Path, path: &Path) -> bool {
        let there = self.tree.exists(system_root, path);
        self.note(Some(Seen::There(system_root.to_owned(), path.to_owned(), there)));
        there
    }

    fn state(&self, path: &Path) -> Option<State> {
        let state = self.tree.state(path);
        self.note(state.map(|state| Seen::At(path.to_owned(), state)));
        state
    }

    fn changed(&self, path: &Path) -> Option<i64> {
        let seconds = self.tree.changed(path);
        self.note(Some(Seen::Changed(path.to_owned(), seconds)));
        seconds
    }

    fn modified(&self, path: &Path) -> Option<i64> {
        let seconds = self.tree.modified(path);
        self.note(Some(Seen::Modified(path.to_owned(), seconds)));
        seconds
    }

    fn link(&self, path: &Path) -> Option<PathBuf> {
        let target = self.tree.link(path);
        self.note(Some(Seen::Link(path.to_owned(), target.clone())));
        target
    }

    fn layer(&self, path: &Path) -> Option<&str> {
        self.tree.layer(path)
    }

    fn budget(&self) -> Option<&Budget> {
        self.tree.budget()
    }

    fn show(&self, path: &Path) -> String {
        self.tree.show(path)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::super::{DirectoryTree, MemoryTree};
    use super::*;

    /// The questions of a detector that reads `a/x`, looks beside it and follows a link.
    fn ask(tree: &dyn Tree) -> Option<Vec<Seen>> {
        let watched = Watched::new(tree);
        let _ = watched.open(Path::new("a/x"));
        let _ = watched.open_following(Path::new(""), Path::new("a/l"));
        let _ = watched.exists(Path::new(""), Path::new("a/none"));
        let _ = watched.link(Path::new("a/l"));
        watched.into_seen()
    }

    #[test]
    fn an_answer_holds_until_what_it_speaks_of_changes() {
        type Change = (&'static str, fn(&Path));
        let changes: [Change; 5] = [
            ("another content", |root| std::fs::write(root.join("a/x"), "two").expect("a file")),
            ("a file that was not there", |root| std::fs::write(root.join("a/none"), "").expect("a file")),
            ("a file that went", |root| std::fs::remove_file(root.join("a/x")).expect("no file")),
            ("what a link means", |root| std::fs::write(root.join("b"), "other").expect("a file")),
            ("a link elsewhere", |root| {
                std::fs::remove_file(root.join("a/l")).expect("no link");
                symlink("x", root.join("a/l")).expect("a link");
            }),
        ];
        for (what, change) in changes {
            let folder = tempfile::tempdir().expect("a folder");
            std::fs::create_dir(folder.path().join("a")).expect("a folder");
            std::fs::write(folder.path().join("a/x"), "one").expect("a file");
            std::fs::write(folder.path().join("b"), "b").expect("a file");
            symlink("../b", folder.path().join("a/l")).expect("a link");
            let tree = DirectoryTree::new(folder.path(), false);
            let seen = ask(&tree).expect("every answer");
            assert_eq!(seen.len(), 4, "{seen:?}");
            let all_hold = || seen.iter().all(|one| one.holds(&tree, Path::new("a")));
            assert!(all_hold(), "{what}, before");
            // Two writes in one tick of the kernel's clock have one time; that is what the cache's margin is for.
            std::thread::sleep(std::time::Duration::from_millis(20));
            change(folder.path());
            assert!(!all_hold(), "{what}");
        }
    }

    #[test]
    fn what_has_no_state_on_disk_is_not_to_be_remembered() {
        let tree = MemoryTree::default().with("a/x", *b"one");
        assert_eq!(ask(&tree), None);
    }

    #[test]
    fn a_question_is_kept_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let tree = DirectoryTree::new(folder.path(), false);
        let watched = Watched::new(&tree);
        for _ in 0..3 {
            assert!(!watched.exists(Path::new(""), Path::new("x")));
        }
        assert_eq!(watched.into_seen(), Some(vec![Seen::There(PathBuf::new(), PathBuf::from("x"), false)]));
    }
}
