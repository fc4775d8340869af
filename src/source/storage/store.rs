//! One engine's storage: what it keeps, and each of it as a tree.

use std::path::Path;

use crate::problem::{Code, Problem};

use super::super::{Budget, DirectoryTree, PackedTree, Tree};
use super::layers::{Layer, Layers};
use super::{containerd, containers_storage, docker, plain};

/// What an engine keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeptKind {
    /// An image that may be started.
    Image,
    /// A container, whether it runs or not.
    Container,
}

/// One image or container.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Which of the two.
    pub kind: KeptKind,
    /// Its name, or the beginning of its id.
    pub name: String,
    /// Its id: hexadecimal, or the engine's own name for it.
    pub id: String,
    /// The id of the image that a container was made from, where the engine says it.
    pub image: Option<String>,
    /// Its layers, lowest first.
    pub(super) layers: Vec<Layer>,
}

/// The storage of one engine.
pub struct Store {
    layers: Layers,
    kept: Vec<Kept>,
    problems: Vec<Problem>,
}

impl Store {
    /// Reads what the engine `engine` keeps in the folder `root`, which the user knows as `shown`. Layers are not listed yet.
    #[must_use]
    pub fn open(root: &Path, shown: &str, engine: &str, budget: &Budget) -> Self {
        let mut catalogue =
            Catalogue { tree: DirectoryTree::new(root, false), root, shown, kept: Vec::new(), problems: Vec::new() };
        match engine {
            "docker" => docker::read(&mut catalogue),
            "containers-storage" => containers_storage::read(&mut catalogue),
            "containerd" => containerd::read(&mut catalogue),
            "lxc" => plain::one(&mut catalogue, "rootfs"),
            "lxd" => plain::pools(&mut catalogue),
            "systemd-nspawn" => plain::each(&mut catalogue),
            // A kubelet's pods are kept by the engine beside it.
            _ => {}
        }
        let Catalogue { mut kept, problems, .. } = catalogue;
        kept.sort_by(|a, b| (a.kind, &a.name, &a.id).cmp(&(b.kind, &b.name, &b.id)));
        Self { layers: Layers::new(budget.clone()), kept, problems }
    }

    /// Containers, and the images that no container is made from: what a container holds is told once. Sorted.
    #[must_use]
    pub fn kept(&self) -> Vec<Kept> {
        let used: Vec<&String> = self.kept.iter().filter_map(|kept| kept.image.as_ref()).collect();
        self.kept.iter().filter(|kept| kept.kind == KeptKind::Container || !used.contains(&&kept.id)).cloned().collect()
    }

    /// The files of `kept`.
    pub fn tree(&mut self, kept: &Kept) -> PackedTree {
        self.layers.stack(&kept.layers, &mut self.problems)
    }

    /// What could not be read so far.
    #[must_use]
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}

/// What one engine keeps, while it is read.
pub(super) struct Catalogue<'r> {
    pub(super) tree: DirectoryTree,
    pub(super) root: &'r Path,
    shown: &'r str,
    pub(super) kept: Vec<Kept>,
    problems: Vec<Problem>,
}

impl Catalogue<'_> {
    /// The JSON document at `path`; `None` and a problem if it is there and unreadable.
    pub(super) fn json<T: for<'de> serde::Deserialize<'de>>(&mut self, path: &str) -> Option<T> {
        if !self.tree.exists(Path::new(""), Path::new(path)) {
            return None;
        }
        super::super::image::json(&self.tree, path).map_err(|error| self.problem(Code::Malformed, path, &error)).ok()
    }

    /// The text at `path`, trimmed; at most 4 KiB.
    pub(super) fn word(&self, path: &str) -> Option<String> {
        let section = self.tree.open(Path::new(path)).ok()?.into_section();
        Some(String::from_utf8_lossy(&section.head(4096).ok()?).trim().to_owned())
    }

    /// Names in the folder `path`, sorted; none if it cannot be listed.
    pub(super) fn list(&mut self, path: &str) -> Vec<String> {
        let entries = match std::fs::read_dir(self.root.join(path)) {
            Ok(entries) => entries,
            Err(error) => {
                if error.kind() != std::io::ErrorKind::NotFound {
                    self.problem(Code::Unreadable, path, &format!("cannot list folder: {error}"));
                }
                return Vec::new();
            }
        };
        let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    pub(super) fn problem(&mut self, code: Code, path: &str, text: &str) {
        let place = format!("{}/{path}", self.shown.trim_end_matches('/'));
        self.problems.push(Problem::new(code, place, text));
    }
}

/// An id or name that can be a part of a path and nothing else.
pub(super) fn is_part(text: &str) -> bool {
    !text.is_empty() && text != "." && text != ".." && !text.contains('/')
}

/// The beginning of an id, as engines show it.
pub(super) fn short(id: &str) -> String {
    id.trim_start_matches("sha256:").chars().take(12).collect()
}
