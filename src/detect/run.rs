//! Runs the detectors over the walk's candidates: package databases first, so that ownership is known, then everything else.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::fingerprint::Engine;
use crate::model::{Chosen, Component, Location, Purl};
use crate::problem::{Code, Problem};
use crate::progress::Counters;
use crate::source::Tree;
use crate::walk::{Candidate, Interest};

use super::memory::{self, Memory, Work};
use super::overwritten::{overwritten, replaced_programs};
use super::{
    ClaimTable, Detector, Findings, Opened, Ownership, Stage, executable, kubernetes, kustomize, msbuild_project, pe_file,
};

/// The detectors whose files may be explained by another one.
const SINGLE_FILES: [&str; 3] = [kubernetes::ID, kustomize::ID, pe_file::ID];

/// What a detector may use that looks into a file which holds files.
pub struct Within<'w> {
    /// Who wants which files.
    pub table: &'w ClaimTable<'w>,
    /// Knows products by their bytes; `None` if nobody wants to know.
    pub engine: Option<&'w Engine<'w>>,
    /// Counts what is read.
    pub counters: &'w Counters,
    pub(super) ownership: Option<&'w Ownership>,
    /// Programs that somebody put over a package's.
    pub(super) replaced: Option<&'w BTreeSet<PathBuf>>,
    /// Knows what earlier scans found.
    pub(super) memory: Option<&'w dyn Memory>,
}

impl<'w> Within<'w> {
    /// What a scan of a whole tree has, with a memory of earlier ones, if there is one.
    #[must_use]
    pub fn of_tree(
        table: &'w ClaimTable<'w>,
        engine: Option<&'w Engine<'w>>,
        counters: &'w Counters,
        memory: Option<&'w dyn Memory>,
    ) -> Self {
        Self { table, engine, counters, ownership: None, replaced: None, memory }
    }
}

impl Within<'_> {
    /// The package that owns the file at `path`.
    #[must_use]
    pub fn owner(&self, path: &Path) -> Option<&Purl> {
        self.ownership?.owner(path)
    }

    /// Whether a package owns the program and it is still the one that the package brought.
    fn is_still_the_package_s(&self, path: &Path) -> bool {
        self.owner(path).is_some() && !self.replaced.is_some_and(|replaced| replaced.contains(path))
    }
}

/// Everything that the detectors of `table` find in `candidates`, and what `engine` says of the executables among them that no
/// package owns. The findings' order depends on threads; the inventory sorts.
#[must_use]
pub fn run(
    tree: &dyn Tree,
    candidates: &[Candidate],
    table: &ClaimTable<'_>,
    engine: Option<&Engine<'_>>,
    counters: &Counters,
) -> Findings {
    run_with(tree, candidates, &Within { table, engine, counters, ownership: None, replaced: None, memory: None })
}

/// As [`run`], with what `outer` has.
#[must_use]
pub fn run_with(tree: &dyn Tree, candidates: &[Candidate], outer: &Within<'_>) -> Findings {
    let counters = outer.counters;
    let programs = candidates.iter().filter(|candidate| candidate.interest == Interest::Executable);
    let programs: Vec<&Path> = programs.map(|candidate| candidate.path.as_path()).collect();
    let replaced = |ownership: &Ownership| replaced_programs(tree, programs.iter().copied(), ownership, counters);
    let mut all = in_order(outer, replaced, |within, step| {
        let each = candidates.par_iter().fold(Findings::default, |out, candidate| look(out, tree, candidate, within, step));
        each.reduce(Findings::default, Findings::merge)
    });
    all.overwritten.extend(overwritten(tree, &all.components, &all.ownership, counters));
    all
}

/// As [`run`], on this thread alone: inside a detector, which is one task already, waiting for others could fill the stack.
pub(super) fn run_one_by_one(tree: &dyn Tree, candidates: &[Candidate], outer: &Within<'_>) -> Findings {
    // Times of packed files do not tell which of them somebody replaced.
    in_order(
        outer,
        |_| BTreeSet::new(),
        |within, step| candidates.iter().fold(Findings::default(), |out, candidate| look(out, tree, candidate, within, step)),
    )
}

/// The steps in their order, each done by `each`: package databases say who owns what, and `replaced` which owned programs are
/// others by now; everything else asks that.
fn in_order(
    outer: &Within<'_>,
    replaced: impl FnOnce(&Ownership) -> BTreeSet<PathBuf>,
    each: impl Fn(&Within<'_>, Step) -> Findings,
) -> Findings {
    let within = Within { ownership: None, replaced: None, ..*outer };
    let databases = each(&within, Step::Claimed(Stage::PackageDatabase));
    let replaced = replaced(&databases.ownership);
    let within = Within { ownership: Some(&databases.ownership), replaced: Some(&replaced), ..*outer };
    let files = each(&within, Step::Claimed(Stage::File));
    let programs = each(&within, Step::Executables);
    let mut all = databases.merge(files).merge(programs);
    drop_explained(&mut all);
    all.overwritten = replaced;
    all
}

/// Writes at each place of `components`, which were found in `tree`, which layer of an image brought it.
pub fn name_layers(components: &mut [Component], tree: &dyn Tree) {
    let prefix = tree.show(Path::new(""));
    for place in components.iter_mut().flat_map(|component| &mut component.locations) {
        place.layer = place.layer.take().or_else(|| tree.layer(&inner_path(&place.path, &prefix)).map(str::to_owned));
    }
}

/// The file below a tree's root that a shown path names; the outermost archive, if it lies in one.
pub(super) fn inner_path(shown: &str, prefix: &str) -> PathBuf {
    Location::on_disk(shown.strip_prefix(prefix).unwrap_or(shown))
}

/// Removes what files say of themselves where another one says it better: of central versions, which nobody asks for by listing
/// them, what nobody chose.
fn drop_explained(all: &mut Findings) {
    let Findings { components, explained, .. } = all;
    let by = |component: &Component, ids: &[&str]| component.detectors.iter().all(|id| ids.contains(&id.as_ref()));
    let is_single = |component: &Component| {
        by(component, &SINGLE_FILES) || component.chosen == Chosen::Unknown && by(component, &[msbuild_project::ID])
    };
    components.retain(|component| !is_single(component) || !component.on_disk().is_some_and(|path| explained.contains(&path)));
}

/// What is looked at in one pass over the candidates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Files that detectors of a stage claim.
    Claimed(Stage),
    /// Executables that no package owns.
    Executables,
}

/// Looks at one candidate, if it is its turn, or remembers what was found in it.
fn look(mut out: Findings, tree: &dyn Tree, candidate: &Candidate, within: &Within<'_>, step: Step) -> Findings {
    if within.counters.is_stopped() {
        return out;
    }
    let mut readers = Vec::new();
    let Some(work) = work(candidate, within, step, &mut readers) else { return out };
    let Some(memory) = within.memory else {
        act(&work, tree, within, &mut out);
        return out;
    };
    // What lies in an archive is remembered with the archive.
    out.merge(memory::through(memory, &work, tree, within.counters, |tree, counters| {
        let mut found = Findings::default();
        act(&work, tree, &Within { counters, memory: None, ..*within }, &mut found);
        found
    }))
}

/// What there is to do for a candidate in this step; `readers` holds the numbers of its detectors.
fn work<'w>(candidate: &'w Candidate, within: &Within<'_>, step: Step, readers: &'w mut Vec<u16>) -> Option<Work<'w>> {
    let path = candidate.path.as_path();
    match (&candidate.interest, step) {
        (Interest::Claimed(indices), Step::Claimed(stage)) => {
            let owned = within.owner(path).is_some();
            let reads = |detector: &dyn Detector| detector.stage() == stage && !(owned && detector.skips_owned_files());
            readers.extend(indices.iter().copied().filter(|index| within.table.detector(*index).is_some_and(reads)));
            (!readers.is_empty()).then_some(Work { path, readers, owned, program: false })
        }
        (Interest::Executable, Step::Executables) => {
            let looked_at = within.engine.is_some() && !within.is_still_the_package_s(path);
            looked_at.then_some(Work { path, readers, owned: false, program: true })
        }
        _ => None,
    }
}

fn act(work: &Work<'_>, tree: &dyn Tree, within: &Within<'_>, out: &mut Findings) {
    let file = Opened::new(tree, within.counters, work.path);
    if let Some(engine) = within.engine.filter(|_| work.program) {
        return guarded("executable", &file, out, |file, out| executable::examine(file, engine, out));
    }
    let before = out.components.len();
    for detector in work.readers.iter().filter_map(|index| within.table.detector(*index)) {
        guarded(detector.id(), &file, out, |file, out| detector.detect_within(file, within, out));
    }
    within.counters.packages.fetch_add((out.components.len() - before) as u64, Relaxed);
}

/// A panic in one detector is one file's problem; what it had written down before is kept.
fn guarded(id: &str, file: &Opened<'_>, out: &mut Findings, look: impl FnOnce(&Opened<'_>, &mut Findings)) {
    if catch_unwind(AssertUnwindSafe(|| look(file, out))).is_err() {
        let text = format!("detector {id} failed on this file; please report it");
        out.problems.push(Problem::new(Code::Crashed, file.shown(), text));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Claim, DETECTORS, Detector};
    use super::*;
    use crate::model::{Component, Evidence, Location, Purl};
    use crate::source::MemoryTree;
    use std::path::PathBuf;

    struct Fragile;

    impl Detector for Fragile {
        fn id(&self) -> &'static str {
            "fragile"
        }
        fn claims(&self) -> &'static [Claim] {
            &[Claim::Name("x")]
        }
        fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
            let purl = Purl::new("generic", file.facts().folder(0));
            out.component(Component::new(purl, Evidence::Declared, self.id(), Location::file(file.shown())));
            assert!(file.facts().folder(0) != "bad", "a fault in the detector");
        }
    }

    #[test]
    fn a_detector_that_panics_costs_one_file_and_no_other() {
        let tree = MemoryTree::default();
        let detectors: [&'static dyn Detector; 1] = [&Fragile];
        let candidate = |path: &str| Candidate { path: PathBuf::from(path), interest: Interest::Claimed(vec![0]) };
        let found =
            run(&tree, &[candidate("bad/x"), candidate("good/x")], &ClaimTable::new(&detectors), None, &Counters::default());
        assert_eq!(found.components.len(), 2);
        assert_eq!(found.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [Code::Crashed]);
    }

    /// The names of what all detectors find in the files at `paths`, sorted.
    fn names_in(tree: &MemoryTree, paths: &[&str]) -> Vec<String> {
        let table = ClaimTable::new(DETECTORS);
        let candidate = |path: &&str| {
            let (folder, name) = path.rsplit_once('/').expect("a folder");
            let claimants = table.folder(Path::new(folder)).claimants(std::ffi::OsStr::new(name));
            Candidate { path: PathBuf::from(path.trim_start_matches("./")), interest: Interest::Claimed(claimants) }
        };
        let candidates: Vec<_> = paths.iter().map(candidate).collect();
        let found = run(tree, &candidates, &table, None, &Counters::default());
        let mut names: Vec<_> = found.components.iter().map(|component| component.purl.name().to_owned()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn a_file_of_a_package_or_one_that_a_list_explains_is_not_found_again() {
        let image = |name: &str| {
            super::super::pe_version::testing::image(true, true, &[("InternalName", name), ("ProductVersion", "1.0")])
        };
        let deps = br#"{"runtimeTarget": "x", "targets": {"x": {"P/2.0": {"runtime": {"lib/p.dll": {}}}}}, "libraries": {"P/2.0": {"type": "package"}}}"#;
        let status = b"Package: mono\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n";
        let tree = MemoryTree::default()
            .with("app/app.deps.json", *deps)
            .with("app/p.dll", image("p.dll"))
            .with("app/other.dll", image("other.dll"))
            .with("usr/lib/mono/m.dll", image("m.dll"))
            .with("var/lib/dpkg/status", *status)
            .with("var/lib/dpkg/info/mono.list", *b"/usr/lib/mono/m.dll\n");
        let paths = ["app/app.deps.json", "app/p.dll", "app/other.dll", "usr/lib/mono/m.dll", "var/lib/dpkg/status"];
        assert_eq!(names_in(&tree, &paths), ["P", "mono", "other"]);
    }

    #[test]
    fn what_another_file_replaces_or_asks_for_is_said_there_alone() {
        let tree = MemoryTree::default()
            .with("over/kustomization.yaml", *b"resources: [../pod.yaml]\nimages: [{name: base, newName: result}]\n")
            .with("pod.yaml", *b"apiVersion: v1\nkind: Pod\nspec:\n  containers: [{image: base}]\n")
            .with("a/a.csproj", *b"<Project><ItemGroup><PackageReference Include='Used'/></ItemGroup></Project>")
            .with(
                "Directory.Packages.props",
                *b"<Project><ItemGroup><PackageVersion Include='Used' Version='1'/><PackageVersion Include='Unused' Version='1'/>\
                   <GlobalPackageReference Include='Everywhere' Version='1'/></ItemGroup></Project>",
            );
        let paths = ["over/kustomization.yaml", "./pod.yaml", "a/a.csproj", "./Directory.Packages.props"];
        assert_eq!(names_in(&tree, &paths), ["Everywhere", "Used", "result"]);
        assert_eq!(names_in(&tree, &paths[1..2]), ["base"]);
        assert_eq!(names_in(&tree, &paths[3..]), ["Everywhere", "Unused", "Used"]);
    }
}
