//! The way of one target, and what all kinds of target share.

use std::path::PathBuf;
use std::sync::atomic::Ordering::Relaxed;

use crate::detect::{self, ClaimTable, Findings, Memory, Within};
use crate::fingerprint::Engine;
use crate::inventory::Inventory;
use crate::model::Coverage;
use crate::problem::{Code, Problem};
use crate::progress::{Counters, Stage};
use crate::source::Tree;
use crate::walk::Walked;

use super::{Detail, ScanPlan, Subject, directory, packed};

/// The folder of a container engine, relative to the target's root, and the engine.
pub(super) type Storage = (PathBuf, &'static str);

/// What one scan needs for everything it looks at.
pub(super) struct Tools<'s> {
    pub(super) plan: &'s ScanPlan<'s>,
    pub(super) table: ClaimTable<'s>,
    pub(super) engine: Engine<'s>,
    pub(super) counters: &'s Counters,
}

/// Scans one target. Trouble becomes problems of the inventories; there is always at least one.
#[must_use]
pub fn scan(plan: &ScanPlan<'_>, counters: &Counters) -> Vec<Inventory> {
    let tools = Tools { plan, table: ClaimTable::new(plan.detectors), engine: Engine::of(plan.catalog), counters };
    let mut inventories = match &plan.subject {
        Subject::Directory { root, absolute } => directory::scan(&tools, root, *absolute),
        Subject::File(path) => packed::scan(&tools, path),
    };
    if counters.is_stopped() {
        for inventory in &mut inventories {
            mark_partial(inventory, &plan.given);
        }
    }
    inventories
}

/// Says of an inventory that it is not all that is there. Which one was in hand is not known; all of them are marked.
fn mark_partial(inventory: &mut Inventory, given: &str) {
    let problem = Problem::new(Code::Interrupted, given, "a signal ended the scan: what is missing here may be there");
    inventory.problems.push(problem);
    inventory.problems.sort();
    inventory.coverage.not_checked.push("what was left when the scan was interrupted".to_owned());
    inventory.coverage.not_checked.sort();
}

impl Tools<'_> {
    /// What the detectors find in what was walked of `tree`, or remember.
    pub(super) fn found(&self, tree: &dyn Tree, walked: &Walked, memory: Option<&dyn Memory>) -> Findings {
        let within = Within::of_tree(&self.table, Some(&self.engine), self.counters, memory);
        let run = || detect::run_with(tree, &walked.candidates, &within);
        let found = |findings: &Findings| (findings.components.len(), "findings");
        let mut findings = self.counters.stages.time(Stage::Detect, run, found);
        if self.plan.detail == Detail::Licenses {
            detect::add_debian_licenses(tree, &mut findings.components, self.counters);
            detect::conclude_licenses(tree, &mut findings.components, self.counters);
        }
        findings
    }

    /// What was looked at since the last call, and what is still to be looked at: the storage of container engines.
    pub(super) fn coverage(&self, walked: Walked, findings: &mut Findings, live: bool) -> (Vec<Storage>, Coverage) {
        let counters = self.counters;
        let unreadable = findings.problems.iter().filter(|problem| problem.code == Code::Unreadable).count() as u64;
        let mut coverage = Coverage {
            directories: counters.directories.swap(0, Relaxed),
            files: counters.files.swap(0, Relaxed),
            opened: counters.opened.swap(0, Relaxed),
            bytes_read: counters.bytes_read.swap(0, Relaxed),
            unknown_executables: findings.unknown_executables,
            unknown_paths: std::mem::take(&mut findings.unknown_paths),
            unreadable,
            mounts_skipped: walked.mounts_skipped,
            ..Coverage::default()
        };
        let skipped = walked.skipped.iter().map(|(reason, count)| (*reason, count));
        for (reason, count) in skipped.chain(findings.skipped.iter().map(|(reason, count)| (reason.as_ref(), count))) {
            coverage.skip(reason, *count);
        }
        coverage.not_checked.push("known exploited vulnerabilities".to_owned());
        if !live {
            coverage.not_checked.push("what runs: this is not the running system".to_owned());
        }
        coverage.not_checked.sort();
        (walked.storages, coverage)
    }

    /// Products whose server configuration or data directory is there: product, version or empty, path as shown; sorted. `expand`
    /// gives what exists of a pattern.
    pub(super) fn configured(&self, expand: impl Fn(&str) -> Vec<PathBuf>) -> Vec<(String, String, String)> {
        let products = self.plan.catalog.products().iter();
        let signatures = products.flat_map(|product| product.configs.iter().map(move |config| (product, config)));
        let mut found = Vec::new();
        for (product, config) in signatures {
            let paths = expand(config.path.as_str());
            // Compiled only for what is there: most products are not.
            let version = config.version.as_deref().filter(|_| !paths.is_empty());
            let version = version.and_then(|text| crate::catalog::version_regex(text).ok());
            for path in paths {
                let shown = format!("/{}", path.to_string_lossy());
                let captures = version.as_ref().and_then(|regex| regex.captures(shown.as_bytes()));
                let group = captures.as_ref().and_then(|captures| captures.get(1));
                let version = group.map(|group| String::from_utf8_lossy(group.as_bytes()).into_owned());
                found.push((product.id.clone(), version.unwrap_or_default(), shown));
            }
        }
        found.sort();
        found.dedup();
        found
    }
}
