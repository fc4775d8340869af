//! A tree whose files lie in an archive, in the layers of an image, or in several folders on disk laid over one another.
//! Holds an index of names; contents are read where they lie when somebody asks.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use zip::ZipArchive;

use super::section::Section;
use super::tree::follow;
use super::{DirectoryTree, Handle, OpenError, Tree, normalise};

/// An entry of a zip archive that unpacks to more is unpacked into a file without a name, not into memory.
const IN_MEMORY: u64 = 16 << 20;

/// One name in a packed tree.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    /// Permission bits.
    pub(super) mode: u32,
    /// Seconds since 1970.
    pub(super) modified: i64,
    /// Index of the layer that brought it.
    pub(super) layer: u16,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) enum NodeKind {
    Folder,
    File(Content),
    /// A symbolic link and where it points, as written.
    Link(PathBuf),
    /// Another name of a file that the same archive does not hold, by its path from the root.
    HardLink(PathBuf),
    /// A device, FIFO or socket.
    Other,
}

/// Where the bytes of a file lie.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// As they are, in a tar or cpio archive.
    Stored(Section),
    /// Compressed one by one, in a zip archive; entry and stated length.
    Zipped(Arc<ZipArchive<Section>>, usize, u64),
    /// In a folder on disk, which holds one layer.
    OnDisk(Arc<DirectoryTree>, u64),
}

impl Content {
    fn len(&self) -> u64 {
        match self {
            Self::Stored(section) => section.len(),
            Self::Zipped(_, _, len) | Self::OnDisk(_, len) => *len,
        }
    }
}

/// Bytes that may still be unpacked from one archive, shared by everything that lies in it.
#[derive(Clone, Debug)]
pub struct Budget(Arc<AtomicU64>);

impl Budget {
    /// A budget of `bytes`.
    #[must_use]
    pub fn of(bytes: u64) -> Self {
        Self(Arc::new(AtomicU64::new(bytes)))
    }

    /// Bytes that are left.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.0.load(Relaxed)
    }

    /// Takes `bytes`; never below nothing.
    pub fn spend(&self, bytes: u64) {
        // The closure always gives a value, so this cannot fail.
        let _ = self.0.fetch_update(Relaxed, Relaxed, |left| Some(left.saturating_sub(bytes)));
    }
}

/// An index of names over packed contents.
#[derive(Clone, Debug)]
pub struct PackedTree {
    nodes: BTreeMap<PathBuf, Node>,
    layers: Vec<String>,
    budget: Budget,
    prefix: String,
}

impl PackedTree {
    /// A tree of `nodes`; `layers` are the digests that their layer indices mean.
    pub(super) fn new(nodes: BTreeMap<PathBuf, Node>, layers: Vec<String>, budget: Budget) -> Self {
        Self { nodes, layers, budget, prefix: String::new() }
    }

    /// The same tree with `prefix` before each path that is shown: `/` for a system, `outer.zip!/` for an archive in a tree.
    #[must_use]
    pub fn shown_below(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Regular files and folders in order: path, whether it is a folder, permission bits, length in bytes.
    pub fn entries(&self) -> impl Iterator<Item = (&Path, bool, u32, u64)> {
        self.nodes.iter().filter_map(|(path, node)| match &node.kind {
            NodeKind::Folder => Some((path.as_path(), true, node.mode, 0)),
            NodeKind::File(content) => Some((path.as_path(), false, node.mode, content.len())),
            NodeKind::Link(_) | NodeKind::HardLink(_) | NodeKind::Other => None,
        })
    }

    /// Every name that lies in `folder` or is it, in order.
    pub fn paths_from<'t>(&'t self, folder: &'t Path) -> impl Iterator<Item = &'t Path> {
        self.nodes.range(folder.to_owned()..).map(|(path, _)| path.as_path()).take_while(move |path| path.starts_with(folder))
    }

    /// Names that are neither file, folder nor link.
    pub fn devices(&self) -> impl Iterator<Item = &Path> {
        self.nodes.iter().filter(|(_, node)| matches!(node.kind, NodeKind::Other)).map(|(path, _)| path.as_path())
    }

    /// Whether the tree is the root of a system: it says which distribution it is.
    #[must_use]
    pub fn is_system(&self) -> bool {
        ["etc/os-release", "usr/lib/os-release"].iter().any(|path| self.nodes.contains_key(Path::new(path)))
    }

    fn unzip(&self, zip: &Arc<ZipArchive<Section>>, index: usize, len: u64) -> Result<Handle, OpenError> {
        let mut zip = ZipArchive::clone(zip);
        let entry = zip.by_index(index).map_err(io::Error::from)?;
        let allowed = self.budget.left();
        // The stated length may be a lie, so what comes out is counted.
        let mut entry = entry.take(allowed.saturating_add(1));
        if len <= IN_MEMORY {
            let mut bytes = Vec::new();
            let read = entry.by_ref().take(IN_MEMORY + 1).read_to_end(&mut bytes)? as u64;
            self.budget.spend(read);
            return match read {
                read if read > allowed => Err(OpenError::OverBudget),
                read if read > IN_MEMORY => Err(OpenError::Io(io::Error::other("entry is larger than it states"))),
                _ => Ok(Handle::Bytes(Arc::from(bytes))),
            };
        }
        let (file, read) = spool(entry)?;
        self.budget.spend(read);
        if read > allowed { Err(OpenError::OverBudget) } else { Ok(Handle::Section(Section::of_file(file, read))) }
    }
}

/// Everything of `reader` in a file without a name, which is gone when it is closed, and its length.
pub(super) fn spool(mut reader: impl Read) -> io::Result<(File, u64)> {
    let mut file = tempfile::tempfile()?;
    let len = io::copy(&mut reader, &mut file)?;
    Ok((file, len))
}

impl Tree for PackedTree {
    fn open(&self, path: &Path) -> Result<Handle, OpenError> {
        let path = normalise(path);
        match self.nodes.get(&path).map(|node| &node.kind) {
            None => Err(OpenError::Missing),
            Some(NodeKind::File(Content::Stored(section))) => Ok(Handle::Section(section.clone())),
            Some(NodeKind::File(Content::Zipped(zip, index, len))) => self.unzip(zip, *index, *len),
            Some(NodeKind::File(Content::OnDisk(folder, _))) => folder.open(&path),
            Some(_) => Err(OpenError::NotRegular),
        }
    }

    fn open_following(&self, system_root: &Path, path: &Path) -> Result<Handle, OpenError> {
        self.open(&follow(self, system_root, path).ok_or(OpenError::NotRegular)?)
    }

    fn exists(&self, system_root: &Path, path: &Path) -> bool {
        let Some(path) = follow(self, system_root, path) else { return false };
        self.nodes.get(&path).is_some_and(|node| matches!(node.kind, NodeKind::File(_)))
    }

    fn modified(&self, path: &Path) -> Option<i64> {
        self.nodes.get(path).map(|node| node.modified)
    }

    fn link(&self, path: &Path) -> Option<PathBuf> {
        match &self.nodes.get(path)?.kind {
            NodeKind::Link(target) => Some(target.clone()),
            NodeKind::HardLink(target) => Some(Path::new("/").join(target)),
            _ => None,
        }
    }

    fn layer(&self, path: &Path) -> Option<&str> {
        self.layers.get(usize::from(self.nodes.get(path)?.layer)).map(String::as_str)
    }

    fn budget(&self) -> Option<&Budget> {
        Some(&self.budget)
    }

    fn show(&self, path: &Path) -> String {
        format!("{}{}", self.prefix, normalise(path).to_string_lossy())
    }
}
