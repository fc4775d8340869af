//! The images and containers that engines keep on a host: targets of their own beside it. A container that runs is known by its
//! processes, whose control group names it.

use std::path::Path;

use crate::detect::Findings;
use crate::inventory::Inventory;
use crate::model::{RuntimeFacts, RuntimeView, Target, TargetKind};
use crate::problem::Problem;
use crate::source::{BUDGET, Budget, DirectoryTree, Kept, KeptKind, Store, Tree};
use crate::walk::Excludes;

use super::packed::{Packed, packed};
use super::whole::{Storage, Tools};

/// One inventory for each container, and for each image that no container is made from, in `storages` below `root`.
pub(super) fn scan(
    tools: &Tools<'_>,
    root: &Path,
    tree: &DirectoryTree,
    storages: &[Storage],
    runtime: Option<&RuntimeFacts>,
    problems: &mut Vec<Problem>,
) -> Vec<Inventory> {
    let mut inventories: Vec<Inventory> = Vec::new();
    for (folder, engine) in storages {
        let shown = if folder.as_os_str().is_empty() { tools.plan.given.clone() } else { tree.show(folder) };
        let mut store = Store::open(&root.join(folder), &shown, engine, &Budget::of(BUDGET));
        for kept in store.kept() {
            let target = target(&kept, &shown);
            // Docker and the containerd below it may keep one image twice.
            if inventories.iter().any(|known| known.target.revision == target.revision && known.target.kind == target.kind) {
                continue;
            }
            let files = store.tree(&kept);
            let runtime = runtime.and_then(|facts| of_container(facts, &kept));
            let known = Findings::default();
            inventories.extend(packed(tools, Packed { tree: files, target, excludes: &Excludes::default(), known, runtime }));
        }
        problems.extend(store.into_problems());
    }
    inventories
}

fn target(kept: &Kept, storage: &str) -> Target {
    let kind = match kept.kind {
        KeptKind::Image => TargetKind::Image,
        KeptKind::Container => TargetKind::Container,
    };
    Target { name: kept.name.clone(), kind, path: storage.to_owned(), revision: Some(kept.id.clone()) }
}

/// What the processes of a container do; `None` if it has none. Sockets of its own network are not seen from the host.
fn of_container(facts: &RuntimeFacts, kept: &Kept) -> Option<RuntimeFacts> {
    let own = facts.processes.iter().filter(|process| process.container.as_ref().is_some_and(|name| names(name, &kept.id)));
    let processes: Vec<_> = own
        .map(|process| {
            let mut process = process.clone();
            process.in_container = false;
            process
        })
        .collect();
    (!processes.is_empty()).then(|| RuntimeFacts {
        view: RuntimeView::Partial,
        in_container: true,
        processes,
        sockets_read: false,
        listeners: Vec::new(),
        units: Vec::new(),
        stale: Vec::new(),
        kernel_release: None,
        root_could_change: Vec::new(),
    })
}

/// Whether a control group's name for a container means the container `id`: `docker-<id>.scope`, `<id>`, `lxc.payload.<id>`.
fn names(group: &str, id: &str) -> bool {
    let bare = group.trim_end_matches(".scope");
    bare == id || bare.strip_suffix(id).is_some_and(|start| start.ends_with(['-', '.', ':']))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_control_group_names_one_container() {
        for (group, id, expected) in [
            ("docker-3f8a9c0d1e2f.scope", "3f8a9c0d1e2f", true),
            ("3f8a9c0d1e2f", "3f8a9c0d1e2f", true),
            ("lxc.payload.web", "web", true),
            ("cri-containerd-3f8a9c0d1e2f.scope", "3f8a9c0d1e2f", true),
            ("lxc.payload.myweb", "web", false),
            ("docker-3f8a9c0d1e2f.scope", "1e2f", false),
        ] {
            assert_eq!(names(group, id), expected, "{group}");
        }
    }
}
