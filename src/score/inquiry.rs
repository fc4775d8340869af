//! Which questions to ask an organisation first: each open one is answered with every other value it may have, everything is
//! scored again, and the cases whose verdict changes are counted.
//!
//! Pure: asks nobody. What is said already in the policy is no question.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::assemble::glances;
use super::opportunity::{Assumed, Glance};
use super::policy::{Downtime, Policy, Wage};
use super::{Env, Exposure, Regime, Source, Symbol, Tier, Triple, Verdict};
use crate::catalog::Catalog;
use crate::model::{Date, Deployment, vocabulary};

vocabulary! {
    /// Something that no scan sees and one answer settles for all targets. The words are those of the configuration.
    Topic, "question" {
        /// What an hour down costs.
        Downtime = "downtime-cost",
        /// What the targets are used for.
        Env = "env",
        /// From where they can be reached.
        Exposure = "exposure",
        /// The cost of an hour of staff.
        HourlyCost = "hourly-cost",
        /// Rule books that apply.
        Regimes = "regimes",
        /// How many services the units make up.
        Services = "services",
        /// Hours of the way out of ended software.
        UpgradeHours = "upgrade-hours",
    }
}

impl Topic {
    /// Whether one of a few words answers it, which anybody knows, rather than a measured figure.
    #[must_use]
    pub fn is_categorical(self) -> bool {
        !matches!(self, Self::HourlyCost | Self::UpgradeHours)
    }
}

/// An open question and what its answer can change.
#[derive(Clone, Debug, PartialEq)]
pub struct Inquiry {
    /// What is asked.
    pub topic: Topic,
    /// How many cases' verdict another answer than the assumed one changes.
    pub turns: usize,
    /// The median worth of those cases, money a year, whichever its sign.
    pub weight: f64,
    /// How many cases are undecided after the answer, at least and at most.
    pub open_after: (usize, usize),
}

/// The cases as they stand, and what to ask about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// The cases, in no order.
    pub cases: Vec<Glance>,
    /// The open questions that change a verdict, those first that change most: categories before figures, then by the weight of
    /// the cases that they turn, by their number, and by name.
    pub inquiries: Vec<Inquiry>,
}

impl Glance {
    /// Whether the case waits for a figure that somebody knows.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.judgement.verdict, Verdict::Depends { .. } | Verdict::NotEnoughData(_))
    }
}

/// Tries every answer to every open question.
#[must_use]
pub fn survey(deployments: &[Deployment], catalog: &Catalog, policy: &Policy, as_of: Date) -> Survey {
    let cases = glances(deployments, catalog, &[policy], as_of).pop().unwrap_or_default();
    let asked: Vec<(Topic, Vec<Policy>)> = Topic::ALL.iter().map(|topic| (*topic, answers(*topic, &cases, policy))).collect();
    let all: Vec<&Policy> = asked.iter().flat_map(|(_, answers)| answers).collect();
    let mut answered = glances(deployments, catalog, &all, as_of).into_iter();
    let weighed = |(topic, answers): &(Topic, Vec<Policy>)| {
        let after: Vec<Vec<Glance>> = answered.by_ref().take(answers.len()).collect();
        weigh(*topic, &cases, &after)
    };
    let mut inquiries: Vec<Inquiry> = asked.iter().filter_map(weighed).collect();
    inquiries.sort_by(more_first);
    Survey { cases, inquiries }
}

fn more_first(a: &Inquiry, b: &Inquiry) -> Ordering {
    b.topic
        .is_categorical()
        .cmp(&a.topic.is_categorical())
        .then_with(|| b.weight.total_cmp(&a.weight))
        .then_with(|| b.turns.cmp(&a.turns))
        .then_with(|| a.topic.word().cmp(b.topic.word()))
}

/// The policies with every admissible answer to `topic`, the assumed one too: said, it settles what it only assumed before. None if
/// the question is settled or makes no sense for these cases.
fn answers(topic: Topic, cases: &[Glance], policy: &Policy) -> Vec<Policy> {
    let assumed = |what| cases.iter().any(|case| case.scope.assumed.contains(&what));
    let one = |change: &dyn Fn(&mut Policy)| {
        let mut changed = policy.clone();
        change(&mut changed);
        changed
    };
    match topic {
        Topic::Downtime if policy.downtime == Downtime::NotSaid => {
            Tier::ALL.iter().map(|tier| one(&|policy| policy.downtime = Downtime::Tier(*tier))).collect()
        }
        Topic::Env if policy.env.is_none() => Env::ALL.iter().map(|env| one(&|policy| policy.env = Some(*env))).collect(),
        Topic::Exposure if assumed(Assumed::Exposure) => {
            Exposure::ALL.iter().map(|reach| one(&|policy| policy.exposure = Some(*reach))).collect()
        }
        Topic::HourlyCost if policy.wage.is_none() => {
            let wage = |cost| Wage { cost, source: Source::UserSet, basis: String::new() };
            ends(cases, Symbol::W, |_| true, |cost| one(&|policy| policy.wage = Some(wage(cost))))
        }
        // Any one of them acts like another.
        Topic::Regimes if policy.regimes.is_empty() => vec![one(&|policy| policy.regimes = BTreeSet::from([Regime::Other]))],
        Topic::Services if assumed(Assumed::Services) => {
            let units = cases.iter().map(|case| case.scope.units).max().unwrap_or(1);
            [1, units].iter().map(|services| one(&|policy| policy.services = Some(*services))).collect()
        }
        Topic::UpgradeHours if policy.upgrade_hours.is_none() => {
            ends(cases, Symbol::U, |case| case.ended, |hours| one(&|policy| policy.upgrade_hours = Some(hours)))
        }
        _ => Vec::new(),
    }
}

/// Policies with the least and the most that an input is taken for in any of the cases that it is about.
fn ends(cases: &[Glance], symbol: Symbol, about: fn(&Glance) -> bool, with: impl Fn(Triple) -> Policy) -> Vec<Policy> {
    let inputs = || cases.iter().filter(|case| about(case)).filter_map(|case| case.inputs.get(symbol));
    let least = inputs().map(|input| input.triple.lo()).reduce(f64::min);
    let most = inputs().map(|input| input.triple.hi()).reduce(f64::max);
    least.into_iter().chain(most).filter_map(|value| Triple::constant(value).ok()).map(with).collect()
}

/// What the answers change; `None` if nothing.
fn weigh(topic: Topic, before: &[Glance], answered: &[Vec<Glance>]) -> Option<Inquiry> {
    let after: Vec<BTreeMap<&str, &'static str>> = answered.iter().map(|cases| verdicts(cases)).collect();
    let turned = |case: &&Glance| {
        let word = case.judgement.verdict.word();
        let differs = |verdicts: &BTreeMap<&str, &'static str>| {
            case.deployments.iter().any(|id| verdicts.get(id.as_str()).is_some_and(|verdict| *verdict != word))
        };
        after.iter().any(differs)
    };
    let turned: Vec<&Glance> = before.iter().filter(turned).collect();
    let open = |cases: &Vec<Glance>| cases.iter().filter(|case| case.is_open()).count();
    let open_after = (answered.iter().map(open).min()?, answered.iter().map(open).max()?);
    let weight = turned.iter().filter_map(|case| case.median).map(f64::abs).sum();
    (!turned.is_empty()).then_some(Inquiry { topic, turns: turned.len(), weight, open_after })
}

/// Verdicts by deployment: an answer may part cases or merge them.
fn verdicts(cases: &[Glance]) -> BTreeMap<&str, &'static str> {
    let words = |case: &'_ Glance| case.judgement.verdict.word();
    cases.iter().flat_map(|case| case.deployments.iter().map(move |id| (id.as_str(), words(case)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cycle, Followed, Lifecycle, LifecycleState, NextSupported, Origin, Role, Use};
    use crate::score::{Opportunity, opportunities};

    const DAY: Date = Date::constant(2026, 11, 24);

    /// A database in use that is fixed, on a host whose sockets were read.
    fn database() -> Deployment {
        Deployment {
            id: "postgresql@db1".to_owned(),
            product: "postgresql".to_owned(),
            role: Role::Server,
            version: Some("17.2".to_owned()),
            cycle: Some("17".to_owned()),
            lifecycle: Lifecycle {
                state: LifecycleState::Supported,
                eol: None,
                followed: Followed::Upstream,
                cycle: Some(Cycle { product: "postgresql".to_owned(), name: "17".to_owned() }),
                label: None,
                source: None,
            },
            next_supported: None,
            usage: Use::Running,
            listening: Vec::new(),
            sockets_read: true,
            origin: Origin::Local,
            entitlement: None,
            host: "db1".to_owned(),
            path: "/".to_owned(),
            platform: None,
            unattended_upgrades: false,
            locations: Vec::new(),
            components: Vec::new(),
            comes_with: None,
            makes_case: true,
            exploits_checked: false,
            vulnerabilities: Vec::new(),
        }
    }

    /// A framework in a repository that nobody fixes any more.
    fn framework() -> Deployment {
        let ended = Lifecycle { state: LifecycleState::Eol, eol: Some(Date::constant(2021, 12, 31)), ..database().lifecycle };
        Deployment {
            id: "angularjs@shop".to_owned(),
            product: "angularjs".to_owned(),
            role: Role::Framework,
            version: Some("1.8.3".to_owned()),
            cycle: Some("1.8".to_owned()),
            lifecycle: ended,
            next_supported: Some(NextSupported {
                product: "angular".to_owned(),
                cycle: "22".to_owned(),
                eol: None,
                majors_away: 1,
            }),
            usage: Use::Declared,
            sockets_read: false,
            host: "shop".to_owned(),
            ..database()
        }
    }

    /// By the long way, which explains every figure.
    fn words(deployments: &[Deployment], catalog: &Catalog, policy: &Policy) -> BTreeMap<String, &'static str> {
        let cases = opportunities(deployments, catalog, policy, DAY);
        let word = |case: &Opportunity| case.first().map_or("", |offer| offer.judgement.verdict.word());
        let words = cases.iter().flat_map(|case| case.deployments.iter().map(move |id| (id.clone(), word(case))));
        words.collect()
    }

    #[test]
    fn a_glance_gives_the_verdict_of_the_full_score() {
        let catalog = Catalog::embedded();
        let found =
            [database(), Deployment { id: "postgresql@db2".to_owned(), host: "db2".to_owned(), ..database() }, framework()];
        let said = [
            Policy::default(),
            Policy { downtime: Downtime::Tier(Tier::TensOfThousands), ..Policy::default() },
            Policy { env: Some(Env::Staging), exposure: Some(Exposure::Internet), ..Policy::default() },
            Policy { regimes: BTreeSet::from([Regime::Pci]), services: Some(2), ..Policy::default() },
            Policy { upgrade_hours: Triple::constant(2_000.0).ok(), ..Policy::default() },
        ];
        let policies: Vec<&Policy> = said.iter().collect();
        for (policy, glances) in said.iter().zip(glances(&found, &catalog, &policies, DAY)) {
            let cases = opportunities(&found, &catalog, policy, DAY);
            assert_eq!((glances.len(), cases.len()), (2, 2), "{policy:?}");
            for glance in glances {
                let case = cases.iter().find(|case| case.deployments == glance.deployments).expect("the same cases");
                let first = case.first().expect("an offer");
                let mut judgement = first.judgement.clone();
                if let Verdict::Depends { thresholds, .. } = &mut judgement.verdict {
                    *thresholds = None;
                }
                assert_eq!((&glance.judgement, &glance.inputs, &glance.scope), (&judgement, &first.inputs, &case.scope));
                assert_eq!(glance.median, first.outcome.value.as_ref().map(|value| value.net.p50));
                assert_eq!(glance.ended, case.context.ended());
            }
        }
    }

    #[test]
    fn a_question_counts_exactly_the_cases_that_some_answer_turns() {
        let catalog = Catalog::embedded();
        let found = [database(), framework()];
        let before = words(&found, &catalog, &Policy::default());
        let turned = |answers: &[Policy]| {
            let after: Vec<_> = answers.iter().map(|answer| words(&found, &catalog, answer)).collect();
            before.iter().filter(|(id, word)| after.iter().any(|after| after.get(*id) != Some(word))).count()
        };
        let tiers = Tier::ALL.iter().map(|tier| Policy { downtime: Downtime::Tier(*tier), ..Policy::default() });
        let tiers: Vec<Policy> = tiers.collect();
        let envs = Env::ALL.iter().map(|env| Policy { env: Some(*env), ..Policy::default() });
        let reach = Exposure::ALL.iter().map(|reach| Policy { exposure: Some(*reach), ..Policy::default() });
        let pci = Policy { regimes: BTreeSet::from([Regime::Pci]), ..Policy::default() };
        let asked = survey(&found, &catalog, &Policy::default(), DAY).inquiries;
        let counted = |topic| asked.iter().find(|inquiry| inquiry.topic == topic).map_or(0, |inquiry| inquiry.turns);
        for (topic, answers) in [
            (Topic::Downtime, tiers.clone()),
            (Topic::Env, envs.collect()),
            (Topic::Exposure, reach.collect()),
            (Topic::Regimes, vec![pci]),
        ] {
            assert_eq!(counted(topic), turned(&answers), "{topic}");
        }
        assert_eq!((counted(Topic::Downtime), counted(Topic::Regimes)), (1, 1));
        assert_eq!(counted(Topic::Services), 0, "one host is one service");
        let open = |answer: &Policy| {
            let words = words(&found, &catalog, answer);
            words.values().filter(|word| matches!(**word, "depends" | "not-enough-data")).count()
        };
        let counts: Vec<usize> = tiers.iter().map(open).collect();
        let promised = asked.iter().find(|inquiry| inquiry.topic == Topic::Downtime).map(|inquiry| inquiry.open_after);
        assert_eq!(promised, counts.iter().min().copied().zip(counts.iter().max().copied()));
    }

    #[test]
    fn categories_come_first_and_what_is_said_is_not_asked() {
        let catalog = Catalog::embedded();
        let found = [database(), framework()];
        let all = survey(&found, &catalog, &Policy::default(), DAY).inquiries;
        let order = |inquiry: &Inquiry| (!inquiry.topic.is_categorical(), -inquiry.weight);
        assert!(all.iter().any(|inquiry| inquiry.topic.is_categorical()) && all.is_sorted_by_key(order), "{all:?}");
        let said = Policy { downtime: Downtime::Tier(Tier::Nothing), env: Some(Env::Dev), ..Policy::default() };
        let left: Vec<Topic> = survey(&found, &catalog, &said, DAY).inquiries.iter().map(|inquiry| inquiry.topic).collect();
        assert!(!left.contains(&Topic::Downtime) && !left.contains(&Topic::Env), "{left:?}");
        assert!(!left.contains(&Topic::Regimes), "no rule book binds what is no production: {left:?}");
    }

    #[test]
    fn where_nothing_was_found_nothing_is_asked() {
        let nothing = survey(&[], &Catalog::embedded(), &Policy::default(), DAY);
        assert_eq!(nothing, Survey { cases: Vec::new(), inquiries: Vec::new() });
    }
}
