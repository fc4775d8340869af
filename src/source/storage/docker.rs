//! Docker's own storage (`/var/lib/docker`): `image/<driver>/{repositories.json,imagedb,layerdb}` and `containers/<id>`
//! (<https://github.com/moby/moby/tree/master/image> and `layer`). Images that its newer image store keeps are containerd's.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::super::image::{Config, chain_ids};
use super::layers::Layer;
use super::store::{Catalogue, is_part, short};
use super::{Kept, KeptKind};

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Repositories {
    repositories: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct ContainerConfig {
    name: String,
    image: String,
    driver: String,
}

/// Reads images and containers.
pub(super) fn read(store: &mut Catalogue<'_>) {
    let mut chains = HashMap::new();
    for driver in store.list("image") {
        let base = format!("image/{driver}");
        let repositories: Repositories = store.json(&format!("{base}/repositories.json")).unwrap_or_default();
        for id in store.list(&format!("{base}/imagedb/content/sha256")) {
            let config: Option<Config> = store.json(&format!("{base}/imagedb/content/sha256/{id}"));
            let diffs = config.unwrap_or_default().rootfs.diff_ids;
            let layers: Vec<Layer> = stack(store, &driver, &diffs, &mut chains);
            if layers.is_empty() {
                continue;
            }
            let id = format!("sha256:{id}");
            let name = name(&repositories, &id).unwrap_or_else(|| short(&id));
            store.kept.push(Kept { kind: KeptKind::Image, name, id, image: None, layers });
        }
    }
    for id in store.list("containers") {
        container(store, &id, &chains);
    }
}

/// The shortest tag of an image: tags are told before digests.
fn name(repositories: &Repositories, id: &str) -> Option<String> {
    let names = repositories.repositories.values().flatten().filter(|(_, image)| *image == id).map(|(name, _)| name);
    names.min_by_key(|name| (name.contains('@'), name.len(), *name)).cloned()
}

/// The layers of an image, lowest first; those of each chain are added to `chains`.
fn stack(store: &Catalogue<'_>, driver: &str, diffs: &[String], chains: &mut HashMap<String, Vec<Layer>>) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    for (diff, chain) in diffs.iter().zip(chain_ids(diffs)) {
        let Some(hex) = chain.strip_prefix("sha256:").filter(|hex| is_part(hex)) else { return Vec::new() };
        let cache = store.word(&format!("image/{driver}/layerdb/sha256/{hex}/cache-id"));
        let Some(cache) = cache.filter(|cache| is_part(cache)) else { return Vec::new() };
        if is_whole(driver) {
            layers.clear();
        }
        layers.push(Layer::folder(diff.clone(), store.root.join(folder(driver, &cache))));
        chains.insert(chain, layers.clone());
    }
    layers
}

fn container(store: &mut Catalogue<'_>, id: &str, chains: &HashMap<String, Vec<Layer>>) {
    let Some(config) = store.json::<ContainerConfig>(&format!("containers/{id}/config.v2.json")) else { return };
    let mount = format!("image/{}/layerdb/mounts/{id}", config.driver);
    let parent = store.word(&format!("{mount}/parent")).unwrap_or_default();
    let mut layers = chains.get(&parent).cloned().unwrap_or_default();
    for name in ["init-id", "mount-id"] {
        if let Some(cache) = store.word(&format!("{mount}/{name}")).filter(|cache| is_part(cache)) {
            if is_whole(&config.driver) {
                layers.clear();
            }
            layers.push(Layer::folder(cache.clone(), store.root.join(folder(&config.driver, &cache))));
        }
    }
    if layers.is_empty() {
        return;
    }
    let name = config.name.trim_start_matches('/').to_owned();
    let name = if name.is_empty() { short(id) } else { name };
    store.kept.push(Kept { kind: KeptKind::Container, name, id: id.to_owned(), image: Some(config.image), layers });
}

/// Whether each layer of a driver holds everything of the layers below it.
fn is_whole(driver: &str) -> bool {
    matches!(driver, "vfs" | "btrfs" | "zfs")
}

fn folder(driver: &str, cache: &str) -> String {
    match driver {
        "vfs" => format!("vfs/dir/{cache}"),
        "btrfs" => format!("btrfs/subvolumes/{cache}"),
        "aufs" => format!("aufs/diff/{cache}"),
        driver => format!("{driver}/{cache}/diff"),
    }
}
