//! One target, from its root to its inventory: walk → detect → observe → assemble.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;

use crate::catalog::{Catalog, version_regex};
use crate::detect::{self, ClaimTable, Detector};
use crate::fingerprint::Engine;
use crate::inventory::{self, Inventory, Observed};
use crate::model::{Coverage, OsRelease, Target, TargetKind};
use crate::problem::Code;
use crate::progress::Counters;
use crate::runtime;
use crate::source::{DirectoryTree, Tree};
use crate::walk::{self, Candidate, Interest, Limits, Walked};

/// What to scan and how.
pub struct ScanPlan<'p> {
    /// The root on disk; absolute and canonical.
    pub root: PathBuf,
    /// The root as the user gave it.
    pub given: String,
    /// Whether paths are shown from `/`: the target is a whole system.
    pub absolute: bool,
    /// The one file of the root to look at, in place of all of them.
    pub only_file: Option<OsString>,
    /// Detectors to use, sorted by id.
    pub detectors: &'p [&'static dyn Detector],
    /// Where the walk stops.
    pub limits: Limits,
    /// The products to recognise.
    pub catalog: &'p Catalog,
}

/// Scans one target. Trouble becomes problems of the inventory; there is always a result.
#[must_use]
pub fn scan(plan: &ScanPlan<'_>, counters: &Counters) -> Inventory {
    let tree = DirectoryTree::new(&plan.root, plan.absolute);
    let table = ClaimTable::new(plan.detectors);
    let walked = match &plan.only_file {
        None => walk::walk(&plan.root, &|path| tree.show(path), &table, &plan.limits, counters),
        Some(name) => one_file(name, &table, counters),
    };
    let engine = Engine::of(plan.catalog);
    let mut findings = detect::run(&tree, &walked.candidates, &table, Some(&engine), counters);
    let runtime = runtime::observe(&plan.root, &mut findings.problems);
    let units = match &runtime {
        Some(facts) => facts.units.clone(),
        None => runtime::units(&plan.root, &mut findings.problems),
    };
    let os = findings.os().cloned();
    let target = target(plan, &tree, os.as_ref(), runtime.as_ref().map(|facts| facts.in_container));
    findings.problems.extend(walked.problems.iter().cloned());
    let coverage = coverage(walked, &findings, counters, runtime.is_some());
    let configured = if target.kind.is_system() { configured(&plan.root, plan.catalog) } else { Vec::new() };
    inventory::assemble(Observed { target, findings, runtime, units, configured, coverage })
}

/// A target that is a file: whoever wants its name reads it; else it is taken for a program.
fn one_file(name: &OsString, table: &ClaimTable<'_>, counters: &Counters) -> Walked {
    let claimants = table.folder(Path::new("")).claimants(name);
    let interest = if claimants.is_empty() { Interest::Executable } else { Interest::Claimed(claimants) };
    counters.files.fetch_add(1, Relaxed);
    Walked { candidates: vec![Candidate { path: PathBuf::from(name), interest }], ..Walked::default() }
}

/// Products whose server configuration or data directory is there: product, version or empty, path as shown; sorted.
fn configured(root: &Path, catalog: &Catalog) -> Vec<(String, String, String)> {
    let signatures = catalog.products().iter().flat_map(|product| product.configs.iter().map(move |config| (product, config)));
    let mut found: Vec<(String, String, String)> = signatures
        .flat_map(|(product, config)| {
            let version = config.version.as_deref().and_then(|text| version_regex(text).ok());
            walk::expand(root, config.path.as_str()).into_iter().map(move |path| {
                let shown = format!("/{}", path.to_string_lossy());
                let captures = version.as_ref().and_then(|regex| regex.captures(shown.as_bytes()));
                let version = captures
                    .and_then(|captures| captures.get(1))
                    .map(|group| String::from_utf8_lossy(group.as_bytes()).into_owned());
                (product.id.clone(), version.unwrap_or_default(), shown)
            })
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Names the target: a live system by its host name, everything else by its folder.
fn target(plan: &ScanPlan<'_>, tree: &dyn Tree, os: Option<&OsRelease>, live: Option<bool>) -> Target {
    let kind = match (live, os) {
        (Some(false), _) => TargetKind::Host,
        (Some(true), _) => TargetKind::Container,
        (None, Some(_)) => TargetKind::RootFs,
        (None, None) => TargetKind::Repository,
    };
    let hostname = || rustix::system::uname().nodename().to_string_lossy().into_owned();
    let folder = || {
        plan.only_file
            .as_deref()
            .or(plan.root.file_name())
            .map_or_else(|| plan.given.clone(), |name| name.to_string_lossy().into_owned())
    };
    Target {
        name: if live.is_some() { hostname() } else { folder() },
        kind,
        path: plan.given.clone(),
        revision: if kind == TargetKind::Repository && plan.only_file.is_none() { inventory::revision(tree) } else { None },
    }
}

fn coverage(walked: Walked, findings: &detect::Findings, counters: &Counters, live: bool) -> Coverage {
    let unreadable = findings.problems.iter().filter(|problem| problem.code == Code::Unreadable).count() as u64;
    let mut coverage = Coverage {
        directories: counters.directories.swap(0, Relaxed),
        files: counters.files.swap(0, Relaxed),
        opened: counters.opened.swap(0, Relaxed),
        bytes_read: counters.bytes_read.swap(0, Relaxed),
        unknown_executables: findings.unknown_executables,
        unreadable,
        mounts_skipped: walked.mounts_skipped,
        ..Coverage::default()
    };
    for (reason, count) in walked.skipped.iter().chain(&findings.skipped) {
        coverage.skip(reason, *count);
    }
    coverage.not_checked.push("known exploited vulnerabilities".to_owned());
    if !live {
        coverage.not_checked.push("what runs: this is not the running system".to_owned());
    }
    coverage.not_checked.sort();
    coverage
}
