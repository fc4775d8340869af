//! Runs the detectors over the walk's candidates: package databases first, so that ownership is known, then everything else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::problem::{Code, Problem};
use crate::progress::Counters;
use crate::source::Tree;
use crate::walk::{Candidate, Interest};

use crate::fingerprint::Engine;

use super::overwritten::overwritten;
use super::{ClaimTable, Findings, Opened, Stage, executable};

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
    let databases = stage(tree, candidates, table, counters, Stage::PackageDatabase);
    let files = stage(tree, candidates, table, counters, Stage::File);
    let programs = engine.map(|engine| executables(tree, candidates, &databases, engine, counters)).unwrap_or_default();
    let mut all = databases.merge(files).merge(programs);
    all.overwritten = overwritten(tree, &all.components, &all.ownership, counters);
    all
}

/// Executables that no package owns.
fn executables(
    tree: &dyn Tree,
    candidates: &[Candidate],
    databases: &Findings,
    engine: &Engine<'_>,
    counters: &Counters,
) -> Findings {
    candidates
        .par_iter()
        .filter(|candidate| candidate.interest == Interest::Executable && databases.ownership.owner(&candidate.path).is_none())
        .fold(Findings::default, |mut out, candidate| {
            let file = Opened::new(tree, counters, &candidate.path);
            guarded("executable", &file, &mut out, |file, out| executable::examine(file, engine, out));
            out
        })
        .reduce(Findings::default, Findings::merge)
}

fn stage(tree: &dyn Tree, candidates: &[Candidate], table: &ClaimTable<'_>, counters: &Counters, stage: Stage) -> Findings {
    let of_stage = |candidate: &Candidate| {
        let Interest::Claimed(indices) = &candidate.interest else { return Vec::new() };
        let detectors = indices.iter().filter_map(|index| table.detector(*index));
        detectors.filter(|detector| detector.stage() == stage).collect::<Vec<_>>()
    };
    candidates
        .par_iter()
        .map(|candidate| (candidate, of_stage(candidate)))
        .filter(|(_, detectors)| !detectors.is_empty())
        .fold(Findings::default, |mut out, (candidate, detectors)| {
            let file = Opened::new(tree, counters, &candidate.path);
            let before = out.components.len();
            for detector in detectors {
                guarded(detector.id(), &file, &mut out, |file, out| detector.detect(file, out));
            }
            counters.packages.fetch_add((out.components.len() - before) as u64, Relaxed);
            out
        })
        .reduce(Findings::default, Findings::merge)
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
    use super::super::{Claim, Detector};
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
}
