//! A file as a target: an image or another archive is scanned as if it were unpacked; any other file is read by its name, or as a
//! program.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;

use crate::detect::{self, Detector, Findings, Ownership};
use crate::inventory::{self, Inventory, Observed};
use crate::model::{RuntimeFacts, Target, TargetKind};
use crate::problem::{Code, Problem};
use crate::source::{
    BUDGET, Budget, DirectoryTree, Format, Handle, Image, PackedTree, Section, Tree, format_of, images, is_image, open_archive,
};
use crate::walk::{Candidate, Excludes, Interest, Walked, expand_packed, walk_packed};

use super::nested::{self, Nested};
use super::whole::Tools;

/// Scans the file at `path`.
pub(super) fn scan(tools: &Tools<'_>, path: &Path) -> Vec<Inventory> {
    let folder = DirectoryTree::new(path.parent().unwrap_or(Path::new("/")), false);
    let name = PathBuf::from(path.file_name().unwrap_or_default());
    let section = folder.open(&name).map(Handle::into_section).ok();
    let format = section.as_ref().and_then(format_of);
    match (section, format) {
        // What a detector reads by its name, such as a jar, is no folder that somebody packed. A system's package is both.
        (Some(section), Some(format)) => {
            let (systems, others): (Vec<_>, Vec<_>) =
                readers(tools, &name).into_iter().partition(|id| detect::SYSTEM_PACKAGES.contains(id));
            // Android's packages are zip archives with the suffix of Alpine's.
            let is_package =
                matches!(format, Format::Deb | Format::Ipk | Format::Rpm) || format == Format::Tar && !systems.is_empty();
            if is_package || others.is_empty() {
                archive(tools, &folder, &name, &section, is_package)
            } else {
                vec![one_file(tools, &folder, &name)]
            }
        }
        _ => vec![one_file(tools, &folder, &name)],
    }
}

/// The ids of the detectors that read the file by its name; the one for archives inside a tree does not count.
fn readers(tools: &Tools<'_>, name: &Path) -> Vec<&'static str> {
    let claimants = name.file_name().map(|name| tools.table.folder(Path::new("")).claimants(name)).unwrap_or_default();
    let detectors = claimants.into_iter().filter_map(|index| tools.table.detector(index));
    detectors.map(Detector::id).filter(|id| *id != detect::ARCHIVE).collect()
}

/// A file that is no archive: whoever wants its name reads it; else it is taken for a program.
fn one_file(tools: &Tools<'_>, folder: &DirectoryTree, name: &Path) -> Inventory {
    tools.counters.files.fetch_add(1, Relaxed);
    let candidate = only(tools, name);
    let findings = detect::run(folder, std::slice::from_ref(&candidate), &tools.table, Some(&tools.engine), tools.counters);
    without_a_tree(tools, findings, target(tools, name, TargetKind::Repository))
}

fn only(tools: &Tools<'_>, name: &Path) -> Candidate {
    let claimants = name.file_name().map(|name| tools.table.folder(Path::new("")).claimants(name)).unwrap_or_default();
    let interest = if claimants.is_empty() { Interest::Executable } else { Interest::Claimed(claimants) };
    Candidate { path: name.to_owned(), interest }
}

fn archive(tools: &Tools<'_>, folder: &DirectoryTree, name: &Path, section: &Section, is_package: bool) -> Vec<Inventory> {
    let budget = Budget::of(BUDGET);
    let mut problems = Vec::new();
    let shown = name.to_string_lossy();
    let tree = match open_archive(section, &shown, &budget, &mut problems) {
        Ok(tree) => tree,
        Err(problem) => {
            let findings = Findings { problems: vec![problem], ..Findings::default() };
            return vec![without_a_tree(tools, findings, target(tools, name, TargetKind::Repository))];
        }
    };
    if is_image(&tree) {
        return scan_images(tools, &tree, &budget, problems);
    }
    let mut findings = if is_package { package(tools, folder, name, &tree) } else { Findings::default() };
    findings.problems.extend(problems);
    let kind = if tree.is_system() { TargetKind::RootFs } else { TargetKind::Repository };
    let (target, excludes) = (target(tools, name, kind), &tools.plan.limits.excludes);
    packed(tools, Packed { tree, target, excludes, known: findings, runtime: None })
}

/// What a distribution's package file says of itself; everything in it belongs to it.
fn package(tools: &Tools<'_>, folder: &DirectoryTree, name: &Path, tree: &PackedTree) -> Findings {
    let candidate = only(tools, name);
    let mut findings = detect::run(folder, std::slice::from_ref(&candidate), &tools.table, None, tools.counters);
    if let Some(package) = findings.components.first().map(|component| component.purl.clone()) {
        findings.ownership.add(&package, tree.entries().map(|(path, ..)| path));
    }
    findings
}

/// One inventory for each image that `tree` holds.
pub(super) fn scan_images(tools: &Tools<'_>, tree: &dyn Tree, budget: &Budget, mut problems: Vec<Problem>) -> Vec<Inventory> {
    let found = images(tree, budget, &mut problems);
    let mut inventories: Vec<Inventory> = found.into_iter().flat_map(|image| scan_image(tools, image)).collect();
    if inventories.is_empty() {
        problems.push(Problem::new(
            Code::Malformed,
            tools.plan.given.as_str(),
            "the layout names no image whose layers are there",
        ));
        let findings = Findings::default();
        let target = target(tools, Path::new(&tools.plan.given), TargetKind::Image);
        inventories.push(without_a_tree(tools, findings, target));
    }
    // What could not be read of a layer concerns every image; it is told once.
    if let Some(first) = inventories.first_mut() {
        first.problems.extend(problems);
        first.problems.sort();
        first.problems.dedup();
    }
    inventories
}

fn scan_image(tools: &Tools<'_>, image: Image) -> Vec<Inventory> {
    let name = image.names.first().unwrap_or(&image.id).clone();
    let target = Target { name, kind: TargetKind::Image, path: tools.plan.given.clone(), revision: Some(image.id) };
    let excludes = &tools.plan.limits.excludes;
    packed(tools, Packed { tree: image.tree, target, excludes, known: Findings::default(), runtime: None })
}

/// A packed tree and what is known of it before it is looked into.
pub(super) struct Packed<'p> {
    pub(super) tree: PackedTree,
    pub(super) target: Target,
    /// What is not looked at. A host's patterns speak of its own paths, not of those in its containers.
    pub(super) excludes: &'p Excludes,
    /// What was found beside it.
    pub(super) known: Findings,
    /// What its processes do, if it runs.
    pub(super) runtime: Option<RuntimeFacts>,
}

/// The inventory of a packed tree, and one for each system root inside it.
pub(super) fn packed(tools: &Tools<'_>, packed: Packed<'_>) -> Vec<Inventory> {
    let Packed { tree, target, excludes, known, runtime } = packed;
    let tree = if target.kind.is_system() { tree.shown_below("/") } else { tree };
    let walked = walk_packed(&tree, &tools.table, excludes, tools.counters);
    let mut findings = known.merge(tools.found(&tree, &walked, None));
    findings.problems.extend(walked.problems.iter().cloned());
    detect::name_layers(&mut findings.components, &tree);
    let configured = if target.kind.is_system() { tools.configured(|pattern| expand_packed(&tree, pattern)) } else { Vec::new() };
    let (nested, ownership) = (nested::take(&mut findings), std::mem::take(&mut findings.ownership));
    // No shell reaches what is packed: the root is named as a place in its target.
    let name = |nested: &Nested| format!("{}:{}", target.name, tree.show(&nested.root));
    let inner =
        nested.into_iter().map(|one| nested::inventory(name(&one), one, &ownership, &target, None, None)).collect::<Vec<_>>();
    let own = finished(tools, findings, &ownership, walked, target, configured, runtime);
    std::iter::once(own).chain(inner).collect()
}

/// The inventory of a target in which nothing was walked.
fn without_a_tree(tools: &Tools<'_>, mut findings: Findings, target: Target) -> Inventory {
    let ownership = std::mem::take(&mut findings.ownership);
    finished(tools, findings, &ownership, Walked::default(), target, Vec::new(), None)
}

fn finished(
    tools: &Tools<'_>,
    mut findings: Findings,
    ownership: &Ownership,
    walked: Walked,
    target: Target,
    configured: Vec<(String, String, String)>,
    runtime: Option<RuntimeFacts>,
) -> Inventory {
    let (_, coverage) = tools.coverage(walked, &mut findings, runtime.is_some());
    let root = Path::new("");
    inventory::assemble(Observed { target, root, findings, ownership, runtime, units: Vec::new(), configured, coverage })
}

/// The target that the file `name` is.
fn target(tools: &Tools<'_>, name: &Path, kind: TargetKind) -> Target {
    Target { name: name.to_string_lossy().into_owned(), kind, path: tools.plan.given.clone(), revision: None }
}
