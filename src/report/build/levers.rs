//! What would turn cases: one answer is given at a time, every verdict is made again, and the cases whose verdict changed
//! are named.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::verdict;
use crate::catalog::Catalog;
use crate::model::{Date, Deployment};
use crate::report::view::{Lever, TurnsOn, VerdictWord};
use crate::score::{Assumed, Downtime, Exposure, Glance, Opportunity, Policy, Regime, Tier, glances};

/// Above so many cases a report names no levers: each costs another verdict on everything.
const MOST_CASES: usize = 60;

/// The levers that turn something, in the order worth asking.
pub(super) fn levers(
    cases: &[Opportunity],
    deployments: &[Deployment],
    catalog: &Catalog,
    policy: &Policy,
    as_of: Date,
) -> Vec<Lever> {
    if cases.is_empty() || cases.len() > MOST_CASES {
        return Vec::new();
    }
    let assumed = |what| cases.iter().any(|case| case.scope.assumed.contains(&what));
    let mut tried: Vec<(Policy, &str, Option<TurnsOn>)> = Vec::new();
    if policy.downtime == Downtime::NotSaid {
        let mut dear = Policy { downtime: Downtime::Tier(Tier::TensOfThousands), ..policy.clone() };
        dear.hosts.forget_downtime();
        tried.push((dear, "--downtime-cost 500", Some(TurnsOn::Tier)));
    }
    if policy.regimes.is_empty() {
        let mut ruled = Policy { regimes: BTreeSet::from([Regime::Pci]), ..policy.clone() };
        ruled.hosts.forget_regimes();
        tried.push((ruled, "--regime pci", None));
    }
    if assumed(Assumed::Exposure) {
        let mut exposed = Policy { exposure: Some(Exposure::Internet), ..policy.clone() };
        // As the command line, it beats what is said of single hosts.
        exposed.hosts.forget_exposure();
        tried.push((exposed, "--exposure internet", Some(TurnsOn::Exposure)));
    }
    let changed: Vec<&Policy> = tried.iter().map(|(changed, ..)| changed).collect();
    let answered = glances(deployments, catalog, &changed, as_of);
    let levers =
        tried.iter().zip(answered).filter_map(|((_, argument, question), after)| lever(cases, &after, argument, *question));
    levers.collect()
}

fn lever(before: &[Opportunity], after: &[Glance], argument: &str, question: Option<TurnsOn>) -> Option<Lever> {
    // By what does not change with an answer: the deployments of the case.
    let after: BTreeMap<&[String], VerdictWord> =
        after.iter().map(|case| (case.deployments.as_slice(), verdict(&case.judgement).0)).collect();
    let changed: Vec<(&String, VerdictWord)> = before
        .iter()
        .filter_map(|case| {
            let old = &verdict(&case.first()?.judgement).0;
            let (id, new) = (&case.id, after.get(case.deployments.as_slice())?);
            // An undecided case that only gets its answer is not turned.
            let turned = new != old && !(*old == VerdictWord::Depends && *new == VerdictWord::DoesNotPayOff);
            turned.then_some((id, *new))
        })
        .collect();
    let words: BTreeSet<&str> = changed.iter().map(|(_, new)| effect(*new)).collect();
    let cases: BTreeSet<String> = changed.iter().map(|(id, _)| (*id).clone()).collect();
    (!cases.is_empty()).then(|| Lever {
        argument: argument.to_owned(),
        question,
        effect: words.into_iter().collect::<Vec<_>>().join("; "),
        cases: cases.into_iter().collect(),
    })
}

fn effect(verdict: VerdictWord) -> &'static str {
    match verdict {
        VerdictWord::MustAct => "then waiting is ruled out: upgrade, buy, isolate or accept",
        VerdictWord::PaysOff => "then support pays",
        VerdictWord::DoesNotPayOff => "then it does not pay",
        VerdictWord::Depends | VerdictWord::NotEnoughData => "then one more figure decides",
        VerdictWord::Borderline => "then it is a close call",
    }
}
