//! From a plan to inventories: scans directories, reads saved scans, tells problems.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Instant;

use crate::catalog::Catalog;
use crate::detect::ClaimTable;
use crate::inventory::{Inventory, read_saved};
use crate::progress::{Counters, watch};
use crate::scan::{ScanPlan, Subject, scan};
use crate::source::{Section, format_of};

use super::plan::{Noise, Plan, Source};
use super::{Exit, Fatal};

/// A saved scan of the largest host measured has 40 MB.
const MAX_SAVED: u64 = 1 << 30;

/// Every target's inventory, sorted by target.
pub(super) fn inventories(plan: &Plan, catalog: &Catalog) -> Result<Vec<Inventory>, Fatal> {
    let work = || plan.sources.iter().map(|source| read(source, plan, catalog)).collect::<Result<Vec<_>, _>>();
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

fn read(source: &Source, plan: &Plan, catalog: &Catalog) -> Result<Vec<Inventory>, Fatal> {
    match source {
        Source::File(path) if !is_software(path, plan)? => saved(path),
        Source::File(path) => Ok(scanned(Subject::File(path.clone()), &path.to_string_lossy(), plan, catalog)),
        Source::Directory { root, given, system } => {
            Ok(scanned(Subject::Directory { root: root.clone(), absolute: *system }, given, plan, catalog))
        }
    }
}

fn scanned(subject: Subject, given: &str, plan: &Plan, catalog: &Catalog) -> Vec<Inventory> {
    let counters = Counters::default();
    let root = match &subject {
        Subject::Directory { root, .. } => root.clone(),
        Subject::File(path) => path.clone(),
    };
    let scan_plan = ScanPlan {
        subject,
        given: given.to_owned(),
        detectors: &plan.detectors,
        limits: plan.limits(&root),
        catalog,
        detail: plan.detail,
    };
    let start = Instant::now();
    let inventories = watch(&counters, plan.noise == Noise::Quiet, || scan(&scan_plan, &counters));
    if plan.noise == Noise::Verbose {
        anstream::eprintln!("scanned {given} in {:.2} s", start.elapsed().as_secs_f64());
    }
    inventories
}

/// Whether a file is an archive, one that a detector wants by its name, or a program. Anything else can only be a saved scan, and
/// is never shown as an empty, clean target. Only the file's beginning is read.
fn is_software(path: &Path, plan: &Plan) -> Result<bool, Fatal> {
    let failed = |error: &io::Error| Fatal::usage(format!("cannot read {}: {error}", path.display()));
    let mut head = Vec::new();
    let file = File::open(path).map_err(|error| failed(&error))?;
    let len = file.metadata().map_err(|error| failed(&error))?.len();
    let section = Section::of_file(file, len);
    section.clone().take(200).read_to_end(&mut head).map_err(|error| failed(&error))?;
    if String::from_utf8_lossy(&head).contains("\"underpin.scan/") {
        return Ok(false);
    }
    let table = ClaimTable::new(&plan.detectors);
    let claimed = path.file_name().is_some_and(|name| !table.folder(Path::new("")).claimants(name).is_empty());
    Ok(claimed || format_of(&section).is_some() || head.starts_with(b"\x7fELF") || head.starts_with(b"#!"))
}

fn saved(path: &Path) -> Result<Vec<Inventory>, Fatal> {
    let failed = |cause: String| Fatal::usage(format!("cannot read {}: {cause}", path.display()));
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(MAX_SAVED).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
    read_saved(&bytes).map_err(|error| {
        failed(error.to_string()).hint(
            "give a file that is read by its name, such as a lock file, or what `underpin scan TARGET --format json` writes",
        )
    })
}

/// Tells what could not be read, on standard error; with `--strict` that is an exit code of its own.
pub(super) fn conclude(plan: &Plan, inventories: &[Inventory]) -> Exit {
    let problems: Vec<_> = inventories.iter().flat_map(|inventory| &inventory.problems).collect();
    if plan.noise == Noise::Verbose {
        for problem in &problems {
            anstream::eprintln!("{problem}");
        }
    } else if !problems.is_empty() && plan.noise == Noise::Normal {
        let count = if problems.len() == 1 { "1 problem".to_owned() } else { format!("{} problems", problems.len()) };
        anstream::eprintln!("{count}; see them with -v");
    }
    if plan.strict && !problems.is_empty() { Exit::Incomplete } else { Exit::Done }
}
