//! A directory: a host, a mounted system, a repository, or the unpacked layout of an image.

use std::path::{Path, PathBuf};

use crate::detect::{Memory, Ownership};
use crate::inventory::{self, Inventory, Observed};
use crate::model::{OsRelease, RuntimeFacts, Target, TargetKind};
use crate::progress::Stage;
use crate::runtime;
use crate::source::{BUDGET, Budget, DirectoryTree, Tree, is_image};
use crate::walk;

use super::nested::{self, Nested};
use super::whole::Tools;
use super::{packed, storage};

/// Scans everything below `root`.
pub(super) fn scan(tools: &Tools<'_>, root: &Path, absolute: bool) -> Vec<Inventory> {
    let tree = DirectoryTree::new(root, absolute).confined();
    if is_image(&tree) {
        return packed::scan_images(tools, &tree, &Budget::of(BUDGET), Vec::new());
    }
    let plan = tools.plan;
    let stages = &tools.counters.stages;
    let walk = || walk::walk(root, &|path| tree.show(path), &tools.table, &plan.limits, tools.counters);
    let walked = stages.time(Stage::Walk, walk, |walked| (walked.candidates.len(), "files that some detector reads"));
    let memory = plan.cache.map(|cache| cache as &dyn Memory);
    let mut findings = tools.found(&tree, &walked, memory);
    let runtime = runtime::observe(root, &mut findings.problems);
    let units = match &runtime {
        Some(facts) => facts.units.clone(),
        None => runtime::units(root, &mut findings.problems),
    };
    let os = findings.os().cloned();
    let target = target(tools, root, &tree, os.as_ref(), runtime.as_ref().map(|facts| facts.in_container));
    findings.problems.extend(walked.problems.iter().cloned());
    let (storages, mut coverage) = tools.coverage(walked, &mut findings, runtime.is_some());
    let kept = storage::scan(tools, root, &tree, &storages, runtime.as_ref(), &mut findings.problems);
    coverage.skip("folders of container engines, read as images and containers", storages.len() as u64);
    let configured = if target.kind.is_system() { tools.configured(|pattern| walk::expand(root, pattern)) } else { Vec::new() };
    let nested = nested::take(&mut findings);
    let ownership = std::mem::take(&mut findings.ownership);
    let inner = inner_systems(tools, root, nested, &ownership, &target, runtime.as_ref());
    let (own, ownership) = (Path::new(""), &ownership);
    let observed = Observed { target, root: own, findings, ownership, runtime, units, configured, coverage };
    let assembled = |own: &Inventory| (own.components.len(), "components");
    let own = stages.time(Stage::Assemble, || inventory::assemble(observed), assembled);
    std::iter::once(own).chain(kept).chain(inner).collect()
}

/// The inventories of the system roots inside the target, which a shell reaches through the path that the user gave.
fn inner_systems(
    tools: &Tools<'_>,
    root: &Path,
    found: Vec<Nested>,
    ownership: &Ownership,
    target: &Target,
    host: Option<&RuntimeFacts>,
) -> Vec<Inventory> {
    let folders: Vec<PathBuf> = found.iter().map(|one| one.root.clone()).collect();
    let live = host.filter(|_| !folders.is_empty());
    let mut processes = live.map(|_| runtime::rooted(root, &folders)).unwrap_or_default();
    let mut one = |nested: Nested| {
        let name = Path::new(&tools.plan.given).join(&nested.root).to_string_lossy().trim_start_matches("./").to_owned();
        let processes = processes.remove(&nested.root);
        nested::inventory(name, nested, ownership, target, host, processes)
    };
    found.into_iter().map(&mut one).collect()
}

/// Names the target: a live system by its host name, everything else by its folder.
fn target(tools: &Tools<'_>, root: &Path, tree: &dyn Tree, os: Option<&OsRelease>, live: Option<bool>) -> Target {
    let kind = match (live, os) {
        (Some(false), _) => TargetKind::Host,
        (Some(true), _) => TargetKind::Container,
        (None, Some(_)) => TargetKind::RootFs,
        (None, None) => TargetKind::Repository,
    };
    let given = &tools.plan.given;
    let hostname = || rustix::system::uname().nodename().to_string_lossy().into_owned();
    let folder = || root.file_name().map_or_else(|| given.clone(), |name| name.to_string_lossy().into_owned());
    Target {
        name: if live.is_some() { hostname() } else { folder() },
        kind,
        path: given.clone(),
        revision: if kind == TargetKind::Repository { inventory::revision(tree) } else { None },
    }
}
