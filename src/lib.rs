//! underpin finds the open-source software that underpins an organisation and says what to do for free, where paid
//! support would pay off and where it would not.
//!
//! One direction only: walk → detect → inventory → match → score → report. [`scan::scan`] goes the first half of the
//! way for one target, [`report()`] the second half for all of them.

pub mod cache;
pub mod catalog;
pub mod cli;
pub mod detect;
pub mod effort;
pub mod fingerprint;
pub mod inventory;
pub mod matching;
pub mod model;
pub mod problem;
pub mod progress;
pub mod report;
pub mod runtime;
pub mod scan;
pub mod score;
pub mod source;
pub mod update;
pub mod vulns;
pub mod walk;

use catalog::Catalog;
use inventory::Inventory;
use model::{Date, Deployment};
use progress::{Stage, Stages};
use report::{Material, ReportV1};
use score::Policy;

/// From inventories to a report for the day `as_of`. `arguments` are the targets as a shell takes them; `stages` is told how long
/// each stage took.
#[must_use]
pub fn report(
    inventories: &[Inventory],
    catalog: &Catalog,
    policy: &Policy,
    as_of: Date,
    arguments: &str,
    with_offers: bool,
    stages: &Stages,
) -> ReportV1 {
    let matched = || -> Vec<Vec<Deployment>> {
        inventories.iter().map(|inventory| matching::deployments(inventory, catalog, as_of)).collect()
    };
    let mut found = stages.time(Stage::Match, matched, |found| (found.iter().map(Vec::len).sum(), "deployments"));
    for found in &mut found {
        score::cover_by_contract(found, &policy.contracts, as_of);
    }
    let tie = || vulns::tie(&policy.vulnerabilities, inventories, &mut found, catalog);
    let vulnerabilities = stages.time(Stage::Vulnerabilities, tie, |tied| (tied.actions.len(), "updates they ask for"));
    let work = inventories.iter().zip(&found).flat_map(|(inventory, found)| matching::actions(inventory, found, catalog));
    let actions = matching::merge_actions(work.chain(vulnerabilities.actions.clone()).collect());
    let deployments = found.concat();
    let score = || score::opportunities(&deployments, catalog, policy, as_of);
    let opportunities = stages.time(Stage::Score, score, |cases| (cases.len(), "cases"));
    let material = Material {
        inventories,
        deployments: &deployments,
        opportunities: &opportunities,
        actions: &actions,
        vulnerabilities: &vulnerabilities,
        catalog,
        policy,
        as_of,
        arguments: arguments.to_owned(),
        with_offers,
    };
    stages.time(Stage::Report, || report::build(&material), |report| (report.actions.len(), "pieces of free work"))
}
