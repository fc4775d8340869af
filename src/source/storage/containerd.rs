//! containerd's storage (<https://github.com/containerd/containerd/blob/main/docs/ops.md>), also as Kubernetes and newer Dockers use it:
//! names in `io.containerd.metadata.v1.bolt/meta.db` (layout: `metadata/buckets.go`), blobs as they were pulled, and layers that a
//! snapshotter unpacked. An unpacked layer is preferred, since engines may throw the blob away.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::problem::Code;

use super::super::Tree;
use super::super::image::{Config, Document, chain_ids, is_image_config};
use super::bolt::{Bolt, Bucket};
use super::layers::Layer;
use super::store::{Catalogue, is_part, short};
use super::{Kept, KeptKind};

/// Largest database that is read; one of a busy Kubernetes node has some ten MiB.
const MAX_DATABASE: u64 = 256 << 20;
/// Longest chain of layers.
const MAX_LAYERS: usize = 256;
const BLOBS: &str = "io.containerd.content.v1.content/blobs";

/// Reads images and containers of all namespaces.
pub(super) fn read(store: &mut Catalogue<'_>) {
    let Some(names) = database(store, "io.containerd.metadata.v1.bolt/meta.db") else { return };
    let Some(version) = names.bucket(&["v1"]) else { return };
    let snapshots = snapshots(store);
    let mut images: BTreeMap<String, Kept> = BTreeMap::new();
    for (namespace, bucket) in names.buckets(&version) {
        let reader = Namespace { names: &names, bucket: &bucket, snapshots: &snapshots };
        let mut by_name = HashMap::new();
        for (name, image) in reader.children("images") {
            let digest = names.child(&image, "target").and_then(|target| names.text(&target, "digest"));
            for kept in digest.map(|digest| reader.image(store, &name, &digest, 0)).unwrap_or_default() {
                by_name.insert(name.clone(), kept.id.clone());
                // Kubernetes keeps an image under its tag, its digest and its id; the tag tells most.
                match images.get_mut(&kept.id) {
                    Some(known) => known.name = better(&known.name, &kept.name),
                    None => drop(images.insert(kept.id.clone(), kept)),
                }
            }
        }
        for (id, container) in reader.children("containers") {
            store.kept.extend(reader.container(&namespace, &id, &container, &by_name));
        }
    }
    store.kept.extend(images.into_values());
}

fn better(one: &str, two: &str) -> String {
    let rank = |name: &str| (name.starts_with("sha256:"), name.contains('@'), name.len());
    if rank(two) < rank(one) { two.to_owned() } else { one.to_owned() }
}

fn database(store: &mut Catalogue<'_>, path: &str) -> Option<Bolt> {
    let section = store.tree.open(Path::new(path)).ok()?.into_section();
    if section.len() > MAX_DATABASE {
        store.problem(Code::TooLarge, path, "larger than 256 MiB, hence not read");
        return None;
    }
    let database = section.head(MAX_DATABASE).ok().and_then(Bolt::new);
    if database.is_none() {
        store.problem(Code::Malformed, path, "not a readable bolt database");
    }
    database
}

/// One snapshot of a snapshotter: its folder and what lies below it.
struct Snapshot {
    folder: PathBuf,
    parent: Option<String>,
}

/// Snapshots by snapshotter and by the name that the snapshotter knows them by.
type Snapshots = HashMap<String, HashMap<String, Snapshot>>;

fn snapshots(store: &mut Catalogue<'_>) -> Snapshots {
    let mut found = Snapshots::new();
    for folder in store.list("") {
        let Some(snapshotter) = folder.strip_prefix("io.containerd.snapshotter.v1.") else { continue };
        let Some(database) = database(store, &format!("{folder}/metadata.db")) else { continue };
        let Some(bucket) = database.bucket(&["v1", "snapshots"]) else { continue };
        let own = database.buckets(&bucket).into_iter().filter_map(|(name, snapshot)| {
            let id = uvarint(&database.value(&snapshot, "id")?)?;
            // The native snapshotter keeps whole copies in the folder itself, overlays keep a layer in `fs`.
            let inner = if snapshotter == "native" { "" } else { "fs" };
            let place = store.root.join(&folder).join("snapshots").join(id.to_string()).join(inner);
            Some((name, Snapshot { folder: place, parent: database.text(&snapshot, "parent") }))
        });
        found.insert(snapshotter.to_owned(), own.collect());
    }
    found
}

/// An unsigned number of seven bits a byte, lowest first.
fn uvarint(bytes: &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7F).checked_shl(u32::try_from(7 * index).ok()?)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// What one namespace names.
struct Namespace<'n> {
    names: &'n Bolt,
    bucket: &'n Bucket,
    snapshots: &'n Snapshots,
}

impl Namespace<'_> {
    fn children(&self, list: &str) -> Vec<(String, Bucket)> {
        self.names.child(self.bucket, list).map(|list| self.names.buckets(&list)).unwrap_or_default()
    }

    /// The images that the manifest or index `digest` stands for: those of its platforms that are here.
    fn image(&self, store: &mut Catalogue<'_>, name: &str, digest: &str, depth: usize) -> Vec<Kept> {
        let Some(document) = blob(digest).and_then(|path| store.json::<Document>(&path)).filter(|_| depth < 4) else {
            return Vec::new();
        };
        let mut found: Vec<Kept> = document
            .manifests
            .iter()
            .filter(|manifest| !manifest.is_attestation())
            .flat_map(|manifest| self.image(store, name, &manifest.digest, depth + 1))
            .collect();
        if document.layers.is_empty() || !is_image_config(&document.config.media_type) {
            return found;
        }
        let config: Option<Config> = blob(&document.config.digest).and_then(|path| store.json(&path));
        let diffs = config.unwrap_or_default().rootfs.diff_ids;
        let blobs: Vec<String> = document.layers.iter().map(|layer| layer.digest.clone()).collect();
        let layers = self.unpacked(&diffs).unwrap_or_else(|| pulled(store, &diffs, &blobs));
        if !layers.is_empty() {
            let name = if name.is_empty() { short(digest) } else { name.to_owned() };
            found.push(Kept { kind: KeptKind::Image, name, id: document.config.digest, image: None, layers });
        }
        found
    }

    /// The layers of an image as some snapshotter unpacked them: the names of snapshots are the ids of chains of layers.
    fn unpacked(&self, diffs: &[String]) -> Option<Vec<Layer>> {
        let chain = chain_ids(diffs).pop()?;
        self.snapshots.keys().collect::<BTreeSet<_>>().into_iter().find_map(|snapshotter| {
            let layers = self.stack(snapshotter, &chain, diffs);
            (!layers.is_empty()).then_some(layers)
        })
    }

    /// The layers below and of the snapshot `key`, lowest first.
    fn stack(&self, snapshotter: &str, key: &str, digests: &[String]) -> Vec<Layer> {
        let inner = self.names.child(self.bucket, "snapshots").and_then(|all| self.names.child(&all, snapshotter));
        let name = inner.and_then(|all| self.names.child(&all, key)).and_then(|one| self.names.text(&one, "name"));
        let (Some(mut name), Some(known)) = (name, self.snapshots.get(snapshotter)) else { return Vec::new() };
        let mut folders = Vec::new();
        while let Some(snapshot) = known.get(&name).filter(|_| folders.len() < MAX_LAYERS) {
            folders.push(snapshot.folder.clone());
            match snapshot.parent.as_ref().filter(|_| snapshotter != "native") {
                Some(parent) => name.clone_from(parent),
                None => break,
            }
        }
        folders.reverse();
        let digest = |at: usize| digests.get(at).cloned().unwrap_or_else(|| "container".to_owned());
        (0..).zip(folders).map(|(at, folder)| Layer::folder(digest(at), folder)).collect()
    }

    fn container(&self, namespace: &str, id: &str, container: &Bucket, images: &HashMap<String, String>) -> Option<Kept> {
        let text = |name: &str| self.names.text(container, name);
        let layers = self.stack(&text("snapshotter")?, &text("snapshotKey")?, &[]);
        let label = |name: &str| {
            let labels = self.names.child(container, "labels")?;
            self.names.text(&labels, name)
        };
        // A pod's pause container is part of the machinery, yet it is what runs, hence it is named too.
        let name = label("io.kubernetes.container.name").or_else(|| label("nerdctl/name")).unwrap_or_else(|| short(id));
        let name = if namespace == "default" { name } else { format!("{namespace}/{name}") };
        let image = text("image").and_then(|image| images.get(&image).cloned());
        (!layers.is_empty()).then(|| Kept { kind: KeptKind::Container, name, id: id.to_owned(), image, layers })
    }
}

/// The layers of an image as they were pulled.
fn pulled(store: &Catalogue<'_>, diffs: &[String], blobs: &[String]) -> Vec<Layer> {
    let layers = (0..).zip(blobs).filter_map(|(at, digest): (usize, _)| {
        let path = blob(digest).filter(|path| store.tree.exists(Path::new(""), Path::new(path)))?;
        let digest = diffs.get(at).unwrap_or(digest).clone();
        Some(Layer { digest, place: store.root.join(path), is_blob: true })
    });
    layers.collect()
}

fn blob(digest: &str) -> Option<String> {
    let (algorithm, hex) = digest.split_once(':')?;
    (is_part(algorithm) && is_part(hex)).then(|| format!("{BLOBS}/{algorithm}/{hex}"))
}
