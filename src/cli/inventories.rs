//! From a plan to inventories: scans directories, reads saved scans and bills of materials, tells problems.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use crate::catalog::Catalog;
use crate::detect::ClaimTable;
use crate::detect::sbom::{self, NoBill};
use crate::inventory::{Inventory, ReadSavedError, of_bill, read_saved};
use crate::problem::{Code, Problem};
use crate::progress::{Counters, Stage, watch};
use crate::report::visible;
use crate::scan::{ScanPlan, Subject, scan};
use crate::source::{Section, format_of};

use super::plan::{Noise, Plan, Source};
use super::{Exit, Fatal, caching, signals};

/// A saved scan of the largest host measured has 40 MB.
pub(super) const MAX_SAVED: u64 = 1 << 30;

/// Every target's inventory, sorted by target.
pub(super) fn inventories(plan: &Plan, catalog: &Catalog) -> Result<Vec<Inventory>, Fatal> {
    let stop = signals::stop();
    let work = || plan.sources.iter().map(|source| read(source, plan, catalog, &stop)).collect::<Result<Vec<_>, _>>();
    let lists = match plan.threads {
        None => work()?,
        Some(threads) => {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.map_err(|error| Fatal::unusable(format!("cannot start {threads} threads: {error}")))?.install(work)?
        }
    };
    let mut inventories: Vec<Inventory> = lists.into_iter().flatten().collect();
    inventories.sort_by(|a, b| a.target.cmp(&b.target));
    Ok(inventories)
}

fn read(source: &Source, plan: &Plan, catalog: &Catalog, stop: &Arc<AtomicBool>) -> Result<Vec<Inventory>, Fatal> {
    match source {
        Source::File(path) => match content(path, plan)? {
            Content::Software => Ok(scanned(Subject::File(path.clone()), &path.to_string_lossy(), plan, catalog, stop)),
            Content::Saved => saved(path),
            Content::Document => document(path),
        },
        Source::Directory { root, given, system } => {
            Ok(scanned(Subject::Directory { root: root.clone(), absolute: *system }, given, plan, catalog, stop))
        }
    }
}

fn scanned(subject: Subject, given: &str, plan: &Plan, catalog: &Catalog, stop: &Arc<AtomicBool>) -> Vec<Inventory> {
    let counters = Counters::stopped_by(Arc::clone(stop));
    let root = match &subject {
        Subject::Directory { root, .. } => root.clone(),
        Subject::File(path) => path.clone(),
    };
    let cache = caching::open(plan, &subject, catalog);
    let scan_plan = ScanPlan {
        subject,
        given: given.to_owned(),
        detectors: &plan.detectors,
        limits: plan.limits(&root),
        catalog,
        detail: plan.detail,
        cache: cache.as_ref(),
    };
    let start = Instant::now();
    let inventories = watch(&counters, plan.noise == Noise::Quiet, || scan(&scan_plan, &counters));
    plan.stages.absorb(&counters.stages);
    // Of an interrupted scan, what it did not come to would be forgotten.
    if let Some(cache) = cache.as_ref().filter(|_| !counters.is_stopped()) {
        caching::save(plan, cache);
    }
    if plan.noise == Noise::Verbose {
        anstream::eprintln!("scanned {} in {:.2} s", visible(given), start.elapsed().as_secs_f64());
    }
    inventories
}

/// What a file that is a target can be.
enum Content {
    /// An archive, a file that a detector wants by its name, or a program.
    Software,
    /// A saved scan, as its beginning says.
    Saved,
    /// A bill of materials or a saved scan; else it is nothing that is read, and never shown as an empty, clean target.
    Document,
}

/// Tells what a file is by its beginning and its name.
fn content(path: &Path, plan: &Plan) -> Result<Content, Fatal> {
    let file = File::open(path).map_err(|error| unreadable(path, &error.to_string()))?;
    let len = file.metadata().map_err(|error| unreadable(path, &error.to_string()))?.len();
    let section = Section::of_file(file, len);
    let head = section.head(200).map_err(|error| unreadable(path, &error.to_string()))?;
    if String::from_utf8_lossy(&head).contains("\"underpin.scan/") {
        return Ok(Content::Saved);
    }
    let table = ClaimTable::new(&plan.detectors);
    let claimants = path.file_name().map(|name| table.folder(Path::new("")).claimants(name)).unwrap_or_default();
    let claimed = claimants.into_iter().filter_map(|index| table.detector(index)).any(|one| !sbom::DETECTORS.contains(&one.id()));
    let archive = format_of(&section).is_some();
    let software = claimed || archive || head.starts_with(b"\x7fELF") || head.starts_with(b"#!");
    Ok(if software { Content::Software } else { Content::Document })
}

pub(super) fn unreadable(path: &Path, cause: &str) -> Fatal {
    Fatal::usage(format!("cannot read {}: {cause}", path.display()))
}

/// The content, at most `limit` bytes.
pub(super) fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Fatal> {
    let file = File::open(path).map_err(|error| unreadable(path, &error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error.to_string()))?;
    if bytes.len() as u64 > limit {
        return Err(unreadable(path, &format!("larger than {} MiB", limit >> 20)));
    }
    Ok(bytes)
}

const ACCEPTED: &str = "give an archive, an image, a file that is read by its name, such as a lock file, what \
    `underpin scan TARGET --format json` writes, or a bill of materials: CycloneDX (JSON or XML), SPDX 2.2 or 2.3 (JSON or tag-value), Syft's JSON";

/// The inventory of a bill of materials; of a saved scan, where its beginning does not say what it is.
fn document(path: &Path) -> Result<Vec<Inventory>, Fatal> {
    let bytes = bytes(path, sbom::LIMIT)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match sbom::read(&bytes, &name) {
        Ok(bill) => Ok(vec![of_bill(bill, &name, &path.to_string_lossy(), bytes.len() as u64)]),
        Err(NoBill::Unsupported(text)) => Err(unreadable(path, &text).hint(ACCEPTED)),
        Err(NoBill::Other | NoBill::Broken { .. }) => read_saved(&bytes).map_err(|error| not_read(path, &error)),
    }
}

fn saved(path: &Path) -> Result<Vec<Inventory>, Fatal> {
    read_saved(&bytes(path, MAX_SAVED)?).map_err(|error| not_read(path, &error))
}

fn not_read(path: &Path, error: &ReadSavedError) -> Fatal {
    let cause = match error {
        ReadSavedError::Format(cause) => format!("neither a saved scan nor a bill of materials: {cause}"),
        other => other.to_string(),
    };
    unreadable(path, &cause).hint(ACCEPTED)
}

/// Writes a result and notes how long that took.
pub(super) fn rendered(plan: &Plan, write: impl FnOnce() -> Result<(), Fatal>) -> Result<(), Fatal> {
    plan.stages.time(Stage::Render, write, |_| (1, "written"))
}

/// Tells how long each stage took, and what could not be read, on standard error; with `--strict` that is an exit code of its own.
pub(super) fn conclude(plan: &Plan, inventories: &[Inventory]) -> Exit {
    let problems: Vec<&Problem> = inventories.iter().flat_map(|inventory| &inventory.problems).collect();
    if plan.noise == Noise::Verbose {
        for line in plan.stages.lines() {
            anstream::eprintln!("{line}");
        }
        for problem in &problems {
            // A path can hold anything, and this goes to a terminal.
            anstream::eprintln!("{}", visible(&problem.to_string()));
        }
    } else if plan.noise == Noise::Normal {
        for line in summed_up(&problems) {
            anstream::eprintln!("{line}");
        }
    }
    let interrupted = problems.iter().any(|problem| problem.code == Code::Interrupted);
    if interrupted || plan.strict && !problems.is_empty() { Exit::Incomplete } else { Exit::Done }
}

/// How many problems of which sort there are, most first, and how to see each of them.
fn summed_up(problems: &[&Problem]) -> Vec<String> {
    let mut sorts: BTreeMap<Code, usize> = BTreeMap::new();
    for problem in problems {
        *sorts.entry(problem.code).or_default() += 1;
    }
    let mut sorts: Vec<(Code, usize)> = sorts.into_iter().collect();
    sorts.sort_by_key(|(_, number)| Reverse(*number));
    let sort = |(code, number): (Code, usize)| format!("  {number:>5}  {code}  {}", code.meaning());
    match problems.len() {
        0 => Vec::new(),
        number => {
            let head = if number == 1 { "1 problem".to_owned() } else { format!("{number} problems") };
            std::iter::once(format!("{head}; each with its place: --verbose")).chain(sorts.into_iter().map(sort)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_summed_up_by_their_sort_most_first() {
        let problem = |code| Problem::new(code, "a", "b");
        let problems = [Code::Malformed, Code::Unreadable, Code::Malformed].map(problem);
        let lines = summed_up(&problems.iter().collect::<Vec<_>>());
        let [head, most, least] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!(head, "3 problems; each with its place: --verbose");
        assert!(most.trim().starts_with(&format!("2  {}", Code::Malformed)), "{most}");
        assert!(least.trim().starts_with(&format!("1  {}", Code::Unreadable)), "{least}");
        assert_eq!(summed_up(&[]), Vec::<String>::new());
    }
}
