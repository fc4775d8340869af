//! The contract of a tree of files.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{self, Cursor, Read, Seek};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::{Budget, Section, State};

/// As many links as Linux follows in one look-up.
const MAX_LINKS: usize = 40;

/// Bytes that can be read from any place.
pub trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// An opened regular file.
#[derive(Debug)]
pub enum Handle {
    /// On disk, with its length when it was opened.
    File(std::fs::File, u64),
    /// In memory.
    Bytes(Arc<[u8]>),
    /// In an archive.
    Section(Section),
}

impl Handle {
    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Self::File(_, len) => *len,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Section(section) => section.len(),
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A reader from the start.
    #[must_use]
    pub fn into_reader(self) -> Box<dyn ReadSeek + Send> {
        match self {
            Self::File(file, _) => Box::new(file),
            Self::Bytes(bytes) => Box::new(Cursor::new(bytes)),
            Self::Section(section) => Box::new(section),
        }
    }

    /// The content as a section, which many threads can read at once.
    #[must_use]
    pub fn into_section(self) -> Section {
        match self {
            Self::File(file, len) => Section::of_file(file, len),
            Self::Bytes(bytes) => Section::of_bytes(bytes),
            Self::Section(section) => section,
        }
    }
}

/// Why a path cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing is there.
    #[error("nothing is there")]
    Missing,
    /// A folder, device, FIFO, socket, or a symbolic link that leads out of the root.
    #[error("not a regular file")]
    NotRegular,
    /// It is packed, and its archive has unpacked as much as it may.
    #[error("the archive's budget of unpacked bytes is used up")]
    OverBudget,
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A tree of files. Paths are relative to its root, without `.` and `..`.
pub trait Tree: Sync {
    /// Opens the regular file at `path` without following a link in its last component.
    ///
    /// # Errors
    /// If nothing is there, it is no regular file, or the system refuses.
    fn open(&self, path: &Path) -> Result<Handle, OpenError>;

    /// Opens the file that `path` means to a program whose root is `system_root`: links are followed,
    /// absolute ones from `system_root`, and none leads out of it.
    ///
    /// # Errors
    /// As [`Tree::open`].
    fn open_following(&self, system_root: &Path, path: &Path) -> Result<Handle, OpenError>;

    /// Whether a regular file is at the place that `path` means to a program whose root is `system_root`; may be told
    /// without opening it, so that a file closed to this user still counts.
    fn exists(&self, system_root: &Path, path: &Path) -> bool {
        !matches!(self.open_following(system_root, path), Err(OpenError::Missing | OpenError::NotRegular))
    }

    /// What stands at `path` now, told without opening it; `None` where one state cannot be told from another.
    fn state(&self, _path: &Path) -> Option<State> {
        None
    }

    /// What stands where `path` leads a program whose root is `system_root`; `None` where one state cannot be told from another.
    fn state_following(&self, _system_root: &Path, _path: &Path) -> Option<State> {
        None
    }

    /// When the file at `path` last changed in any way (ctime), in seconds since 1970; `None` where that is not known.
    fn changed(&self, _path: &Path) -> Option<i64> {
        None
    }

    /// When the content of the file at `path` was last written (mtime), in seconds since 1970; `None` where that is not known.
    fn modified(&self, _path: &Path) -> Option<i64> {
        None
    }

    /// Where the symbolic link at `path` points, as written; `None` if it is no link.
    fn link(&self, path: &Path) -> Option<PathBuf>;

    /// The digest of the image layer that brought the file at `path`; `None` where there are no layers.
    fn layer(&self, _path: &Path) -> Option<&str> {
        None
    }

    /// The bytes that may still be unpacked from the archive that this tree is; `None` for what is not packed.
    fn budget(&self) -> Option<&Budget> {
        None
    }

    /// `path` as a user knows it.
    fn show(&self, path: &Path) -> String;
}

/// Follows every link of `path` inside `system_root`, as a chrooted kernel would, and gives the final path below the tree's root;
/// `None` if there are too many links.
pub(super) fn follow(tree: &dyn Tree, system_root: &Path, path: &Path) -> Option<PathBuf> {
    let mut rest: VecDeque<OsString> = names(path);
    let mut resolved = PathBuf::new();
    let mut links = 0;
    while let Some(name) = rest.pop_front() {
        if name == ".." {
            resolved.pop();
            continue;
        }
        let next = resolved.join(&name);
        match tree.link(&system_root.join(&next)) {
            None => resolved = next,
            Some(target) => {
                links += 1;
                if links > MAX_LINKS {
                    return None;
                }
                if target.is_absolute() {
                    resolved.clear();
                }
                for part in names(&target).into_iter().rev() {
                    rest.push_front(part);
                }
            }
        }
    }
    Some(system_root.join(resolved))
}

/// What stands where `path` leads below `system_root`, every link followed. `walked` is a folder that a walk came to, so that neither
/// it nor a folder above it is a link: nearly every question is about a file close to it, and costs one system call instead of one for
/// each name.
pub(super) fn state_meant(tree: &dyn Tree, system_root: &Path, path: &Path, walked: &Path) -> Option<State> {
    let follow = || tree.state_following(system_root, path);
    let plain = system_root.join(path);
    let is_close = plain.parent().is_some_and(|folder| walked.starts_with(folder));
    if !is_close || !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return follow();
    }
    match tree.state(&plain) {
        Some(State::Other) => follow(),
        state => state,
    }
}

/// The named parts of a path, `..` kept.
fn names(path: &Path) -> VecDeque<OsString> {
    path.components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some(OsString::from("..")),
            _ => None,
        })
        .collect()
}

/// Removes `.` and resolves `..` by name; a `..` at the root stays at the root, as the kernel has it.
#[must_use]
pub fn normalise(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => out.push(name),
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_resolve_by_name_and_never_above_the_root() {
        for (path, expected) in [("a/../b", "b"), ("../../etc/passwd", "etc/passwd"), ("/usr/./lib", "usr/lib"), ("", "")] {
            assert_eq!(normalise(Path::new(path)), Path::new(expected));
        }
    }
}
