//! Container images as trees: what `docker save` writes (<https://github.com/moby/docker-image-spec>) and the OCI image layout
//! (<https://github.com/opencontainers/image-spec>), in an archive or unpacked in a folder.
//!
//! Layers are laid over one another and whiteouts honoured; a layer that many images share is read once. Of an index with several
//! platforms, each image whose blobs are there is read. Signatures are not checked, attestations are no images.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::model::hex;
use crate::problem::{Code, Problem};

use super::archive::tar_nodes;
use super::packed::{Budget, Content, Node, NodeKind};
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

/// Whether `path` is a layer of an image that `docker save` wrote into `tree`.
#[must_use]
pub fn is_saved_layer(tree: &dyn Tree, path: &str) -> bool {
    docker_manifests(tree).unwrap_or_default().iter().any(|manifest| manifest.layers.iter().any(|layer| layer == path))
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
    format!("sha256:{}", hex(&Sha256::digest(text)))
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
        // A file that a whiteout takes away lives on under the name that the same layer gave it.
        let linked = hard_links(layer, &nodes);
        for path in layer.keys() {
            hide(&mut nodes, path);
        }
        for (path, node) in layer.iter().filter(|(path, _)| !is_whiteout(path)) {
            if !matches!(node.kind, NodeKind::Folder) {
                remove_below(&mut nodes, path);
            }
            let kind = linked.get(path).unwrap_or(&node.kind).clone();
            nodes.insert(path.clone(), Node { kind, layer: index, ..node.clone() });
        }
    }
    PackedTree::new(nodes, layers.iter().map(|(digest, _)| digest.clone()).collect(), budget.clone())
}

/// What the hard links of `layer` mean that lead to files of the layers below it, by their paths.
fn hard_links(layer: &LayerNodes, below: &LayerNodes) -> HashMap<PathBuf, NodeKind> {
    let target = |node: &Node| match &node.kind {
        // A file in a folder of the host is found by its path alone.
        NodeKind::HardLink(target) => below.get(target).map(|node| node.kind.clone()).filter(|kind| !is_on_disk(kind)),
        _ => None,
    };
    layer.iter().filter_map(|(path, node)| Some((path.clone(), target(node)?))).collect()
}

fn is_on_disk(kind: &NodeKind) -> bool {
    matches!(kind, NodeKind::File(Content::OnDisk(..)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    /// A layer: names that end in `/` are folders, and `a => b` is a hard link `a` to `b`.
    fn layer(names: &[&str]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for name in names {
            let mut header = tar::Header::new_gnu();
            header.set_size(0);
            header.set_mode(0o644);
            if let Some((name, target)) = name.split_once(" => ") {
                header.set_entry_type(tar::EntryType::Link);
                builder.append_link(&mut header, name, target).expect("an entry");
                continue;
            }
            if name.ends_with('/') {
                header.set_entry_type(tar::EntryType::Directory);
            }
            builder.append_data(&mut header, name, &[][..]).expect("an entry");
        }
        builder.into_inner().expect("a tar")
    }

    /// An image as `docker save` writes it, of these layers.
    fn saved(layers: &[&[&str]]) -> MemoryTree {
        let ids: Vec<String> = (0..layers.len()).map(|index| format!("\"sha256:{index}\"")).collect();
        let paths: Vec<String> = (0..layers.len()).map(|index| format!("\"{index}/layer.tar\"")).collect();
        let manifest = format!(r#"[{{"Config":"c0ffee.json","RepoTags":["acme:1"],"Layers":[{}]}}]"#, paths.join(","));
        let config = format!(r#"{{"rootfs":{{"type":"layers","diff_ids":[{}]}}}}"#, ids.join(","));
        let tree = MemoryTree::default().with("manifest.json", manifest.into_bytes()).with("c0ffee.json", config.into_bytes());
        (0..).zip(layers).fold(tree, |tree, (index, names): (usize, _)| tree.with(&format!("{index}/layer.tar"), layer(names)))
    }

    /// Each file of the only image with the layer that brought it.
    fn files(tree: &MemoryTree) -> Vec<String> {
        let mut problems = Vec::new();
        let images = images(tree, &Budget::of(1 << 20), &mut problems);
        assert_eq!((images.len(), problems), (1, Vec::new()));
        let tree = &images[0].tree;
        let files = tree.entries().filter(|(_, is_folder, ..)| !is_folder);
        files.map(|(path, ..)| format!("{} {}", path.display(), tree.layer(path).unwrap_or("-"))).collect()
    }

    #[test]
    fn a_whiteout_takes_a_file_or_a_whole_folder_away() {
        let tree = saved(&[&["a/x", "a/b/y", "keep"], &["a/.wh.b", ".wh.gone"], &["a/.wh.x"]]);
        assert_eq!(files(&tree), ["keep sha256:0"]);
    }

    #[test]
    fn a_hard_link_keeps_what_a_whiteout_of_the_other_name_takes_away() {
        let same = saved(&[&["a", "keep"], &["b => a", ".wh.a"]]);
        assert_eq!(files(&same), ["b sha256:1", "keep sha256:0"]);
        let later = saved(&[&["a"], &["b => a"], &[".wh.a"], &["c => b", ".wh.b"]]);
        assert_eq!(files(&later), ["c sha256:3"]);
        let nowhere = saved(&[&["a"], &["b => gone"]]);
        assert_eq!(files(&nowhere), ["a sha256:0"]);
    }

    #[test]
    fn an_opaque_folder_hides_lower_layers_and_not_its_own() {
        let tree = saved(&[&["a/x", "a/b/y", "ab/z"], &["a/new", "a/.wh..wh..opq"]]);
        assert_eq!(files(&tree), ["a/new sha256:1", "ab/z sha256:0"]);
    }

    #[test]
    fn a_file_replaces_a_folder_and_a_later_file_an_earlier() {
        let tree = saved(&[&["a/x", "b"], &["a", "b"]]);
        assert_eq!(files(&tree), ["a sha256:1", "b sha256:1"]);
    }

    #[test]
    fn a_layer_that_is_not_there_is_a_problem_and_the_rest_is_read() {
        let manifest = br#"[{"Config":"c.json","RepoTags":null,"Layers":["0/layer.tar","1/layer.tar"]}]"#;
        let tree =
            MemoryTree::default().with("manifest.json", *manifest).with("c.json", *b"{}").with("1/layer.tar", layer(&["x"]));
        let mut problems = Vec::new();
        let found = images(&tree, &Budget::of(1 << 20), &mut problems);
        assert_eq!(found[0].tree.entries().count(), 1);
        assert_eq!(problems.iter().map(|problem| problem.path.as_str()).collect::<Vec<_>>(), ["0/layer.tar"]);
    }

    #[test]
    fn an_index_in_an_index_is_followed_and_an_attestation_is_no_image() {
        let index = br#"{"manifests":[{"digest":"sha256:aa","annotations":{"org.opencontainers.image.ref.name":"acme:2"}},
            {"digest":"sha256:ff","annotations":{"vnd.docker.reference.type":"attestation-manifest"}},{"digest":"../../etc"}]}"#;
        let manifest = br#"{"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:cc"},"layers":[{"digest":"sha256:dd"}]}"#;
        let tree = MemoryTree::default()
            .with("oci-layout", *br#"{"imageLayoutVersion":"1.0.0"}"#)
            .with("index.json", *index)
            .with("blobs/sha256/aa", *br#"{"manifests":[{"digest":"sha256:bb"},{"digest":"sha256:missing"}]}"#)
            .with("blobs/sha256/bb", *manifest)
            .with("blobs/sha256/ff", *manifest)
            .with("blobs/sha256/cc", *br#"{"rootfs":{"diff_ids":["sha256:1"]}}"#)
            .with("blobs/sha256/dd", layer(&["x"]));
        assert!(is_image(&tree));
        let found = images(&tree, &Budget::of(1 << 20), &mut Vec::new());
        let names: Vec<_> = found.iter().map(|image| (image.names.clone(), image.id.as_str())).collect();
        assert_eq!(names, [(vec!["acme:2".to_owned()], "sha256:cc")]);
    }

    #[test]
    fn a_web_manifest_is_no_image() {
        assert!(!is_image(&MemoryTree::default().with("manifest.json", *br#"{"name":"app","icons":[]}"#)));
    }
}
