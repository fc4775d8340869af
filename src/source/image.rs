//! Container images as trees: what `docker save` writes (<https://github.com/moby/docker-image-spec>) and the OCI image layout
//! (<https://github.com/opencontainers/image-spec>), in an archive or unpacked in a folder.
//!
//! Layers are laid over one another and whiteouts honoured; a layer that many images share is read once. Of an index with several
//! platforms, each image whose blobs are there is read. Signatures are not checked, attestations are no images.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::problem::{Code, Problem};

use super::archive::tar_nodes;
use super::packed::{Budget, Node, NodeKind};
use super::{OpenError, PackedTree, Tree};

/// Largest manifest, index or configuration.
const MAX_JSON: u64 = 8 << 20;
/// How deep an index may lie in indexes.
const MAX_INDEXES: usize = 4;
/// Most images of one layout.
const MAX_IMAGES: usize = 500;

/// The names of one layer, by path.
pub(super) type LayerNodes = BTreeMap<PathBuf, Node>;

/// One image.
#[derive(Debug)]
pub struct Image {
    /// The names that it is tagged with, sorted; none if it has none.
    pub names: Vec<String>,
    /// The digest of its configuration, `sha256:…`.
    pub id: String,
    /// Its files.
    pub tree: PackedTree,
}

/// One entry of docker's `manifest.json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DockerManifest {
    config: String,
    #[serde(default)]
    repo_tags: Option<Vec<String>>,
    layers: Vec<String>,
}

/// An OCI index, manifest or descriptor: the keys of all three that matter.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Document {
    pub(super) manifests: Vec<Descriptor>,
    pub(super) config: Descriptor,
    pub(super) layers: Vec<Descriptor>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Descriptor {
    pub(super) media_type: String,
    pub(super) digest: String,
    pub(super) annotations: BTreeMap<String, String>,
}

/// The part of an image's configuration that names its layers.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Config {
    pub(super) rootfs: RootFs,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct RootFs {
    pub(super) diff_ids: Vec<String>,
}

/// Whether `tree` is what `docker save` writes, or an OCI image layout.
#[must_use]
pub fn is_image(tree: &dyn Tree) -> bool {
    docker_manifests(tree).is_some()
        || (json::<Document>(tree, "index.json").is_ok() && json::<serde_json::Value>(tree, "oci-layout").is_ok())
}

/// The images in `tree`, in the order of its manifest; what could not be read is added to `problems`.
#[must_use]
pub fn images(tree: &dyn Tree, budget: &Budget, problems: &mut Vec<Problem>) -> Vec<Image> {
    let mut layout = Layout { tree, budget, problems, layers: HashMap::new(), images: Vec::new() };
    match docker_manifests(tree) {
        Some(manifests) => {
            for manifest in manifests.into_iter().take(MAX_IMAGES) {
                layout.image(&manifest.config, &manifest.layers, manifest.repo_tags.unwrap_or_default());
            }
        }
        None => layout.index("index.json", &[], 0),
    }
    layout.images
}

fn docker_manifests(tree: &dyn Tree) -> Option<Vec<DockerManifest>> {
    json(tree, "manifest.json").ok()
}

/// The JSON document at `path`.
pub(super) fn json<T: for<'de> Deserialize<'de>>(tree: &dyn Tree, path: &str) -> Result<T, String> {
    let opened = tree.open_following(Path::new(""), Path::new(path));
    let handle = opened.map_err(|error| match error {
        OpenError::Missing => "is not there".to_owned(),
        other => other.to_string(),
    })?;
    let mut text = Vec::new();
    handle.into_reader().take(MAX_JSON).read_to_end(&mut text).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| error.to_string())
}

/// Where a blob lies in a layout; `None` if the digest could lead elsewhere.
fn blob(digest: &str) -> Option<String> {
    let (algorithm, hex) = digest.split_once(':')?;
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain(algorithm) && plain(hex)).then(|| format!("blobs/{algorithm}/{hex}"))
}

/// One layout while it is read.
struct Layout<'t> {
    tree: &'t dyn Tree,
    budget: &'t Budget,
    problems: &'t mut Vec<Problem>,
    layers: HashMap<String, Option<Arc<LayerNodes>>>,
    images: Vec<Image>,
}

impl Layout<'_> {
    /// Reads an OCI index, or the manifest of one image; `names` are what a document above calls it.
    fn index(&mut self, path: &str, names: &[String], depth: usize) {
        let document: Document = match json(self.tree, path) {
            Ok(document) => document,
            Err(error) => return self.problem(Code::Malformed, path, &format!("no readable image index or manifest: {error}")),
        };
        if depth >= MAX_INDEXES {
            return self.problem(Code::TooDeep, path, "an image index lies deeper than 4 indexes, hence not read");
        }
        let blobs: Option<Vec<String>> = document.layers.iter().map(|layer| blob(&layer.digest)).collect();
        if let (Some(layers), Some(config)) = (blobs, blob(&document.config.digest))
            && is_image_config(&document.config.media_type)
            && !layers.is_empty()
        {
            self.image(&config, &layers, names.to_vec());
        }
        for manifest in &document.manifests {
            // Of an index for many platforms, mostly one platform's blobs are there.
            let there = blob(&manifest.digest).filter(|path| self.tree.exists(Path::new(""), Path::new(path)));
            if let Some(path) = there.filter(|_| !manifest.is_attestation() && self.images.len() < MAX_IMAGES) {
                let own = name_of(&manifest.annotations).map_or_else(|| names.to_vec(), |name| vec![name]);
                self.index(&path, &own, depth + 1);
            }
        }
    }

    /// Adds the image whose configuration and layers lie at these paths.
    fn image(&mut self, config: &str, layers: &[String], names: Vec<String>) {
        let id = config.rsplit('/').next().unwrap_or(config).trim_end_matches(".json");
        let id = if id.contains(':') { id.to_owned() } else { format!("sha256:{id}") };
        if let Some(known) = self.images.iter_mut().find(|image| image.id == id) {
            known.names.extend(names);
            known.names.sort();
            known.names.dedup();
            return;
        }
        let digests = match json::<Config>(self.tree, config) {
            Ok(config) => config.rootfs.diff_ids,
            Err(error) => {
                self.problem(Code::Malformed, config, &format!("image configuration is not readable: {error}"));
                Vec::new()
            }
        };
        let stack: Vec<(String, Arc<LayerNodes>)> = (0..)
            .zip(layers)
            .filter_map(|(index, path): (usize, _)| {
                let digest = digests.get(index).cloned().unwrap_or_else(|| path.trim_end_matches("/layer.tar").to_owned());
                Some((digest, self.layer(path)?))
            })
            .collect();
        let mut names = names;
        names.sort();
        self.images.push(Image { names, id, tree: stacked(&stack, self.budget) });
    }

    /// The names of the layer at `path`, read once.
    fn layer(&mut self, path: &str) -> Option<Arc<LayerNodes>> {
        if let Some(known) = self.layers.get(path) {
            return known.clone();
        }
        let shown = self.tree.show(Path::new(path));
        let handle = self.tree.open_following(Path::new(""), Path::new(path));
        let nodes = match handle {
            Ok(handle) => {
                let read = tar_nodes(&handle.into_section(), &shown, self.budget, self.problems);
                read.map_err(|error| format!("layer is not readable: {error}"))
            }
            Err(OpenError::Missing) => Err("layer is not there, hence what it holds is unknown".to_owned()),
            Err(error) => Err(format!("layer cannot be opened: {error}")),
        };
        let nodes = match nodes {
            Ok(nodes) => Some(Arc::new(nodes)),
            Err(text) => {
                self.problem(Code::Unreadable, path, &text);
                None
            }
        };
        self.layers.insert(path.to_owned(), nodes.clone());
        nodes
    }

    fn problem(&mut self, code: Code, path: &str, text: &str) {
        self.problems.push(Problem::new(code, self.tree.show(Path::new(path)), text));
    }
}

impl Descriptor {
    /// Whether it is a statement about an image and no image.
    pub(super) fn is_attestation(&self) -> bool {
        self.annotations.get("vnd.docker.reference.type").is_some_and(|kind| kind == "attestation-manifest")
    }
}

/// The id of each chain of layers: the digest of the chain below and the layer's own id (image-spec, config.md, "Layer `ChainID`").
pub(super) fn chain_ids(diffs: &[String]) -> Vec<String> {
    let mut chains: Vec<String> = Vec::new();
    for diff in diffs {
        chains.push(chains.last().map_or_else(|| diff.clone(), |below| sha256(&format!("{below} {diff}"))));
    }
    chains
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().fold("sha256:".to_owned(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether a manifest's configuration is that of an image, not of a chart or another artefact in the same format.
pub(super) fn is_image_config(media_type: &str) -> bool {
    media_type.is_empty() || media_type.contains("image.config") || media_type.contains("container.image.v1")
}

/// What the annotations call an image: with its repository, if any says so.
fn name_of(annotations: &BTreeMap<String, String>) -> Option<String> {
    ["io.containerd.image.name", "org.opencontainers.image.ref.name"].into_iter().find_map(|key| annotations.get(key).cloned())
}

/// The tree that `layers`, lowest first, make together.
pub(super) fn stacked(layers: &[(String, Arc<LayerNodes>)], budget: &Budget) -> PackedTree {
    let mut nodes = LayerNodes::new();
    for (index, (_, layer)) in (0_u16..).zip(layers) {
        for path in layer.keys() {
            hide(&mut nodes, path);
        }
        for (path, node) in layer.iter().filter(|(path, _)| !is_whiteout(path)) {
            if !matches!(node.kind, NodeKind::Folder) {
                remove_below(&mut nodes, path);
            }
            nodes.insert(path.clone(), Node { layer: index, ..node.clone() });
        }
    }
    PackedTree::new(nodes, layers.iter().map(|(digest, _)| digest.clone()).collect(), budget.clone())
}

fn is_whiteout(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_bytes().starts_with(b".wh."))
}

/// Takes away what the whiteout at `path` hides of lower layers (image-spec, layer.md): one name, or all that a folder held.
fn hide(nodes: &mut LayerNodes, path: &Path) {
    let (Some(name), folder) = (path.file_name(), path.parent().unwrap_or(Path::new(""))) else { return };
    match name.as_bytes().strip_prefix(b".wh.") {
        Some(b".wh..opq") => remove_below(nodes, folder),
        Some(hidden) => {
            let hidden = folder.join(OsStr::from_bytes(hidden));
            remove_below(nodes, &hidden);
            nodes.remove(&hidden);
        }
        None => {}
    }
}

/// Removes everything inside `folder`, which lies directly behind it in the order of paths.
fn remove_below(nodes: &mut LayerNodes, folder: &Path) {
    let inside = nodes.range(folder.to_owned()..).map(|(path, _)| path).take_while(|path| path.starts_with(folder));
    let inside: Vec<PathBuf> = inside.filter(|path| *path != folder).cloned().collect();
    for path in inside {
        nodes.remove(&path);
    }
}
