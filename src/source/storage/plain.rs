//! Containers that are one folder each: LXC, LXD and Incus with the `dir` driver, systemd-nspawn.

use std::path::Path;

use super::layers::Layer;
use super::store::Catalogue;
use super::{Kept, KeptKind};

/// The container whose root is the folder `name` of the storage, which is called after the storage's own folder.
pub(super) fn one(store: &mut Catalogue<'_>, name: &str) {
    let root = store.root.join(name);
    let id = store.root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    keep(store, id, &root);
}

/// Each folder of the storage that holds a system.
pub(super) fn each(store: &mut Catalogue<'_>) {
    for name in store.list("") {
        let root = store.root.join(&name);
        if ["etc", "usr"].iter().any(|folder| root.join(folder).is_dir()) {
            keep(store, name, &root);
        }
    }
}

/// The containers in every pool: `storage-pools/<pool>/containers/<name>/rootfs`.
pub(super) fn pools(store: &mut Catalogue<'_>) {
    for pool in store.list("storage-pools") {
        let containers = format!("storage-pools/{pool}/containers");
        for name in store.list(&containers) {
            let root = store.root.join(&containers).join(&name).join("rootfs");
            if root.is_dir() {
                keep(store, name, &root);
            }
        }
    }
}

fn keep(store: &mut Catalogue<'_>, name: String, root: &Path) {
    let layers = vec![Layer::folder(name.clone(), root.to_owned())];
    store.kept.push(Kept { kind: KeptKind::Container, id: name.clone(), name, image: None, layers });
}
