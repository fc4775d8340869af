//! Layers on disk: folders that a kernel would lay over one another, whole copies, and blobs as they were pulled.
//!
//! In an overlay's folder a character device 0/0 is a whiteout and the attribute `overlay.opaque` hides what lower layers hold
//! (<https://docs.kernel.org/filesystems/overlayfs.html>); `vfs` drivers keep whole copies, and rootless ones `.wh.` files.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use crate::problem::{Code, Problem};

use super::super::archive::tar_nodes;
use super::super::image::{LayerNodes, stacked};
use super::super::packed::{Content, Node, NodeKind};
use super::super::{Budget, DirectoryTree, PackedTree, Tree};

/// Most names of one layer.
const MAX_NAMES: usize = 3_000_000;

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Layer {
    /// What evidence calls it: the digest of its tar, or what the engine calls it.
    pub(super) digest: String,
    /// A folder, or a blob.
    pub(super) place: PathBuf,
    pub(super) is_blob: bool,
}

impl Layer {
    /// A layer that is a folder.
    pub(super) fn folder(digest: impl Into<String>, place: PathBuf) -> Self {
        Self { digest: digest.into(), place, is_blob: false }
    }
}

/// Layers that were listed already.
pub(super) struct Layers {
    budget: Budget,
    listed: HashMap<PathBuf, Arc<LayerNodes>>,
}

impl Layers {
    pub(super) fn new(budget: Budget) -> Self {
        Self { budget, listed: HashMap::new() }
    }

    /// The tree that `layers` make.
    pub(super) fn stack(&mut self, layers: &[Layer], problems: &mut Vec<Problem>) -> PackedTree {
        let stack: Vec<(String, Arc<LayerNodes>)> =
            layers.iter().map(|layer| (layer.digest.clone(), self.nodes(layer, problems))).collect();
        stacked(&stack, &self.budget)
    }

    fn nodes(&mut self, layer: &Layer, problems: &mut Vec<Problem>) -> Arc<LayerNodes> {
        if let Some(known) = self.listed.get(&layer.place) {
            return known.clone();
        }
        let nodes = if layer.is_blob { self.blob(&layer.place, problems) } else { folder(&layer.place, problems) };
        let nodes = Arc::new(nodes);
        self.listed.insert(layer.place.clone(), nodes.clone());
        nodes
    }

    fn blob(&self, path: &Path, problems: &mut Vec<Problem>) -> LayerNodes {
        let shown = path.to_string_lossy();
        let tree = DirectoryTree::new(path.parent().unwrap_or(Path::new("/")), false);
        let opened = tree.open(Path::new(path.file_name().unwrap_or_default())).map_err(|error| error.to_string());
        let nodes = opened.and_then(|handle| {
            tar_nodes(&handle.into_section(), &shown, &self.budget, problems).map_err(|error| error.to_string())
        });
        nodes.unwrap_or_else(|error| {
            problems.push(Problem::new(Code::Unreadable, shown.as_ref(), format!("layer is not readable: {error}")));
            LayerNodes::new()
        })
    }
}

/// The names of the layer that is the folder `root`.
fn folder(root: &Path, problems: &mut Vec<Problem>) -> LayerNodes {
    let tree = Arc::new(DirectoryTree::new(root, false));
    let mut nodes = LayerNodes::new();
    for entry in WalkDir::new(root).min_depth(1).follow_links(false).follow_root_links(false) {
        if nodes.len() >= MAX_NAMES {
            let text = format!("more than {MAX_NAMES} names in a layer, hence the rest is not read");
            problems.push(Problem::new(Code::OverBudget, root.to_string_lossy(), text));
            break;
        }
        match entry {
            Ok(entry) => add(&mut nodes, &entry, root, &tree),
            Err(error) => {
                let path = error.path().unwrap_or(root).to_string_lossy().into_owned();
                problems.push(Problem::new(Code::Unreadable, path, format!("cannot list layer: {error}")));
            }
        }
    }
    nodes
}

fn add(nodes: &mut LayerNodes, entry: &DirEntry, root: &Path, tree: &Arc<DirectoryTree>) {
    let Ok(path) = entry.path().strip_prefix(root) else { return };
    // A file that went away since it was listed is nobody's loss here.
    let Ok(metadata) = entry.metadata() else { return };
    let file_type = metadata.file_type();
    let beside = |name: &OsStr| path.parent().unwrap_or(Path::new("")).join(name);
    if file_type.is_char_device() && metadata.rdev() == 0 {
        let name = [b".wh.", entry.file_name().as_bytes()].concat();
        nodes.insert(beside(OsStr::from_bytes(&name)), node(NodeKind::Other, &metadata));
        return;
    }
    let kind = if file_type.is_dir() {
        if is_opaque(entry.path()) {
            nodes.insert(path.join(".wh..wh..opq"), node(NodeKind::Other, &metadata));
        }
        NodeKind::Folder
    } else if file_type.is_symlink() {
        NodeKind::Link(tree.link(path).unwrap_or_default())
    } else if file_type.is_file() {
        NodeKind::File(Content::OnDisk(tree.clone(), metadata.len()))
    } else {
        NodeKind::Other
    };
    nodes.insert(path.to_owned(), node(kind, &metadata));
}

fn node(kind: NodeKind, metadata: &std::fs::Metadata) -> Node {
    Node { kind, mode: metadata.mode(), modified: metadata.mtime(), layer: 0 }
}

/// Whether a folder hides what lower layers hold. Only root can read the first attribute.
fn is_opaque(path: &Path) -> bool {
    ["trusted.overlay.opaque", "user.overlay.opaque"].iter().any(|name| {
        let mut value = [0_u8; 4];
        rustix::fs::lgetxattr(path, *name, &mut value).is_ok_and(|len| value.get(..len) == Some(b"y".as_slice()))
    })
}
