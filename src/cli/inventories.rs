//! From a plan to inventories: scans directories, reads saved scans, tells problems.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Instant;

use crate::catalog::Catalog;
use crate::inventory::{Inventory, read_saved};
use crate::progress::{Counters, watch};
use crate::scan::{ScanPlan, scan};

use super::plan::{Plan, Source};
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
        Source::File(path) => saved(path),
        Source::Directory { root, given, system } => {
            let counters = Counters::default();
            let scan_plan = ScanPlan {
                root: root.clone(),
                given: given.clone(),
                absolute: *system,
                detectors: &plan.detectors,
                limits: plan.limits(root),
                catalog,
            };
            let start = Instant::now();
            let inventory = watch(&counters, plan.quiet, || scan(&scan_plan, &counters));
            if plan.verbose {
                anstream::eprintln!("scanned {given} in {:.2} s", start.elapsed().as_secs_f64());
            }
            Ok(vec![inventory])
        }
    }
}

fn saved(path: &Path) -> Result<Vec<Inventory>, Fatal> {
    let failed = |cause: String| Fatal::usage(format!("cannot read {}: {cause}", path.display()));
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(MAX_SAVED).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
    read_saved(&bytes)
        .map_err(|error| failed(error.to_string()).hint("a file target is a saved scan: `underpin scan TARGET --format json`"))
}

/// Tells what could not be read, on standard error; with `--strict` that is an exit code of its own.
pub(super) fn conclude(plan: &Plan, inventories: &[Inventory]) -> Exit {
    let problems: Vec<_> = inventories.iter().flat_map(|inventory| &inventory.problems).collect();
    if plan.verbose {
        for problem in &problems {
            anstream::eprintln!("{problem}");
        }
    } else if !problems.is_empty() && !plan.quiet {
        let count = if problems.len() == 1 { "1 problem".to_owned() } else { format!("{} problems", problems.len()) };
        anstream::eprintln!("{count}; see them with -v");
    }
    if plan.strict && !problems.is_empty() { Exit::Incomplete } else { Exit::Done }
}
