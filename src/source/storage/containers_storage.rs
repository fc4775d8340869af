//! The storage of Podman, Buildah and CRI-O: `<driver>-{images,layers,containers}/*.json` beside the driver's own folder
//! (<https://github.com/containers/storage/tree/main/docs>).

use std::collections::HashMap;

use serde::Deserialize;

use super::layers::Layer;
use super::store::{Catalogue, is_part, short};
use super::{Kept, KeptKind};

/// Longest chain of layers; engines allow 128.
const MAX_LAYERS: usize = 256;

#[derive(Deserialize)]
struct LayerRecord {
    id: String,
    #[serde(default)]
    parent: String,
    #[serde(default, rename = "diff-digest")]
    digest: String,
}

#[derive(Deserialize)]
struct Record {
    id: String,
    #[serde(default)]
    names: Option<Vec<String>>,
    #[serde(default)]
    image: String,
    #[serde(default)]
    layer: String,
}

/// Reads images and containers of every driver.
pub(super) fn read(store: &mut Catalogue<'_>) {
    for driver in ["overlay", "vfs", "btrfs", "zfs", "aufs"] {
        let records: Vec<LayerRecord> = store.json(&format!("{driver}-layers/layers.json")).unwrap_or_default();
        let records: HashMap<String, LayerRecord> = records.into_iter().map(|record| (record.id.clone(), record)).collect();
        for (kind, list) in [(KeptKind::Image, "images"), (KeptKind::Container, "containers")] {
            let kept: Vec<Record> = store.json(&format!("{driver}-{list}/{list}.json")).unwrap_or_default();
            for record in kept {
                let layers = stack(store, driver, &record.layer, &records);
                if layers.is_empty() {
                    continue;
                }
                let name = record.names.unwrap_or_default().into_iter().next().unwrap_or_else(|| short(&record.id));
                let image = (!record.image.is_empty()).then_some(record.image);
                store.kept.push(Kept { kind, name, id: record.id, image, layers });
            }
        }
    }
}

/// The layers from the lowest up to `top`.
fn stack(store: &Catalogue<'_>, driver: &str, top: &str, records: &HashMap<String, LayerRecord>) -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut next = top;
    while let Some(record) = records.get(next).filter(|record| is_part(&record.id) && layers.len() < MAX_LAYERS) {
        let digest = if record.digest.is_empty() { &record.id } else { &record.digest };
        let folder = match driver {
            "vfs" => format!("vfs/dir/{}", record.id),
            "btrfs" => format!("btrfs/subvolumes/{}", record.id),
            driver => format!("{driver}/{}/diff", record.id),
        };
        layers.push(Layer::folder(digest.clone(), store.root.join(folder)));
        if matches!(driver, "vfs" | "btrfs" | "zfs") {
            // Each holds everything of the layers below it.
            break;
        }
        next = &record.parent;
    }
    layers.reverse();
    layers
}
