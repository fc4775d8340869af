//! One contract for several products: an offer that was scored for cases of more than one product is scored once more for all of
//! them, against one price.
//!
//! What is free and what is left after buying is summed over the cases, draw by draw; price, procurement and vendor management are
//! counted once. So a bundle of one product is its single case.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::input::{Price, Symbol};
use super::offers::{self, Sizes};
use super::opportunity::{Opportunity, PriceBasis, ScoredOffer, Seller};
use super::outcome::{AnchorScores, FreeWay, Medians, Net, Run, Score, Situation, percentile};
use super::policy::Policy;
use super::sensitivity::{self, Evidence};
use super::trials::{DRAWS, Trials};
use super::verdict::{self, Open, Verdict, WhatIf};
use super::{Purse, Source, Triple, information};
use crate::catalog::{Catalog, Offering};
use crate::model::Date;

/// An offer over several cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// Who offers, and what.
    pub seller: Seller,
    /// Ids of the cases that it covers, in the order of the cases; at least two products.
    pub cases: Vec<String>,
    /// The one price.
    pub price: PriceBasis,
    /// The figures.
    pub figures: BundleFigures,
    /// The verdict; `Depends` has no thresholds here.
    pub verdict: Verdict,
    /// Whether it stands on assumed prices or answers.
    pub indicative: bool,
}

/// Sums over the cases of a bundle, money a year.
#[derive(Clone, Debug, PartialEq)]
pub struct BundleFigures {
    /// The best free way of each, summed, medians; `None` if one has none.
    pub free: Option<f64>,
    /// Buying once for all of them, medians; without the price where it is unknown.
    pub buy: f64,
    /// P: the price at its median.
    pub price: f64,
    /// The score, net value and break-even prices; `None` without a free way.
    pub value: Option<BundleValue>,
}

/// What presupposes a free way for each case.
#[derive(Clone, Debug, PartialEq)]
pub struct BundleValue {
    /// The score.
    pub score: Score,
    /// The net value.
    pub net: Net,
    /// Price at which half of the runs pay.
    pub price_50: f64,
    /// Price at which 75 of 100 do.
    pub price_75: f64,
}

/// One case within a bundle.
pub(super) struct Part {
    pub(super) trials: Trials,
    pub(super) situation: Situation,
    pub(super) what_ifs: Vec<WhatIf>,
}

/// The bundles that `cases` make, the one most useful first: by verdict, score, median and offer. Deterministic.
#[must_use]
pub fn bundles(cases: &[Opportunity], catalog: &Catalog, policy: &Policy, as_of: Date) -> Vec<Bundle> {
    let mut groups: BTreeMap<&str, Vec<(&Opportunity, &ScoredOffer)>> = BTreeMap::new();
    for case in cases {
        for offer in case.offers.iter().filter(|offer| offer.fit.admissible() && offer.renewal.is_none()) {
            if let Some(seller) = &offer.seller {
                groups.entry(&seller.key).or_default().push((case, offer));
            }
        }
    }
    groups.retain(|_, members| members.iter().map(|(case, _)| &case.product).collect::<BTreeSet<_>>().len() > 1);
    let groups: Vec<Vec<(&Opportunity, &ScoredOffer)>> = groups.into_values().collect();
    let mut bundles: Vec<Bundle> = groups.par_iter().filter_map(|members| bundle(members, catalog, policy, as_of)).collect();
    let score = |bundle: &Bundle| bundle.figures.value.as_ref().map_or(0.0, |value| value.score.unrounded());
    let median = |bundle: &Bundle| bundle.figures.value.as_ref().map_or(0.0, |value| value.net.p50);
    bundles.sort_by(|a, b| {
        let rank = a.verdict.rank().cmp(&b.verdict.rank());
        let figures = score(b).total_cmp(&score(a)).then_with(|| median(b).total_cmp(&median(a)));
        rank.then(figures).then_with(|| a.seller.key.cmp(&b.seller.key))
    });
    bundles
}

fn bundle(members: &[(&Opportunity, &ScoredOffer)], catalog: &Catalog, policy: &Policy, as_of: Date) -> Option<Bundle> {
    let (head, scored) = members.first()?;
    let seller = scored.seller.clone()?;
    let price = one_price(members, &seller, head, catalog, policy, as_of);
    let mut parts: Vec<Part> = members.iter().map(|(case, offer)| part(case, offer)).collect();
    charge_once(&mut parts, &price)?;
    let (figures, verdict, indicative) = judged(&parts);
    Some(Bundle { seller, cases: members.iter().map(|(case, _)| case.id.clone()).collect(), price, figures, verdict, indicative })
}

fn part(case: &Opportunity, offer: &ScoredOffer) -> Part {
    Part {
        trials: Trials::new(case.key.clone(), DRAWS),
        situation: Situation { context: case.context.clone(), inputs: offer.inputs.clone() },
        what_ifs: offer.what_ifs.clone(),
    }
}

/// What one contract for all of them costs: units add up, a host that carries several of them is one host, an organisation is one.
fn one_price(
    members: &[(&Opportunity, &ScoredOffer)],
    seller: &Seller,
    head: &Opportunity,
    catalog: &Catalog,
    policy: &Policy,
    as_of: Date,
) -> PriceBasis {
    let rates = policy.rates.as_ref().or_else(|| catalog.rates());
    let purse = rates.and_then(|rates| Purse::new(policy.currency, rates)).unwrap_or_else(Purse::usd);
    let hosts: BTreeSet<&String> = members.iter().flat_map(|(case, _)| &case.hosts).collect();
    let sum = |count: fn(&Opportunity) -> u32| members.iter().map(|(case, _)| count(case)).fold(0, u32::saturating_add);
    let sizes = Sizes {
        units: sum(|case| case.scope.units),
        hosts: u32::try_from(hosts.len()).unwrap_or(u32::MAX),
        services: sum(|case| case.scope.services),
        quantities: policy.quantities,
    };
    let offers = catalog.offers(&head.product);
    let offer = offers.iter().map(|offering: &Offering<'_>| offering.offer).find(|offer| offer.key == seller.key);
    match offer.and_then(|offer| offers::price(offer, &sizes, &purse, rates, as_of)) {
        Some(price) if price.from => PriceBasis::From(price),
        Some(price) => PriceBasis::List(price),
        None if members.iter().all(|(_, offer)| offer.kind.has_anchor()) => PriceBasis::Anchor,
        None => PriceBasis::Unknown,
    }
}

/// Puts the one price into the first part, and takes price, procurement and management out of the others.
pub(super) fn charge_once(parts: &mut [Part], price: &PriceBasis) -> Option<()> {
    let anchors: Vec<Triple> = parts.iter().map(|part| part.situation.inputs.triple(Symbol::P)).collect();
    let (head, others) = parts.split_first_mut()?;
    for_each_situation(head, |situation| charge(situation, price, &anchors))?;
    let nothing = Triple::constant(0.0).ok()?;
    for part in others {
        for_each_situation(part, |situation| {
            let mut free = |symbol| situation.inputs.set(symbol, nothing, Source::Catalog, "paid once").ok();
            free(Symbol::P).and_then(|()| free(Symbol::O)).and_then(|()| free(Symbol::V))
        })?;
    }
    Some(())
}

fn for_each_situation(part: &mut Part, change: impl Fn(&mut Situation) -> Option<()>) -> Option<()> {
    change(&mut part.situation)?;
    part.what_ifs.iter_mut().try_for_each(|what_if| change(&mut what_if.situation))
}

fn charge(situation: &mut Situation, price: &PriceBasis, anchors: &[Triple]) -> Option<()> {
    let inputs = &mut situation.inputs;
    match price {
        PriceBasis::List(price) | PriceBasis::From(price) | PriceBasis::Quote(price) => {
            let basis = format!("list price of {}: {}", price.as_of, price.source);
            inputs.set(Symbol::P, price.per_year, price.source(), basis).ok()
        }
        PriceBasis::Anchor => {
            let usual = usual(anchors)?;
            let basis = "judgement; one contract costs at least what its dearest product does, at most what all of them do";
            inputs.set(Symbol::P, usual, Source::Default, basis).ok()
        }
        PriceBasis::Unknown => {
            inputs.unset(Symbol::P);
            Some(())
        }
    }
}

/// The usual range of one contract for all of them.
fn usual(anchors: &[Triple]) -> Option<Triple> {
    let lo = anchors.iter().map(|anchor| anchor.lo()).reduce(f64::max)?;
    let sum = |pick: fn(Triple) -> f64| anchors.iter().map(|anchor| pick(*anchor)).sum::<f64>();
    Triple::new(lo, sum(Triple::likely), sum(Triple::hi)).ok()
}

/// Figures, verdict, and whether it is only an indication.
pub(super) fn judged(parts: &[Part]) -> (BundleFigures, Verdict, bool) {
    let assumed: Vec<&Situation> = parts.iter().map(|part| &part.situation).collect();
    let runs = runs(parts, &assumed);
    let medians: Vec<Medians> = runs.iter().map(Run::medians).collect();
    let standing = Standing::of(&runs);
    let price = medians.first().map_or(0.0, |medians| medians.price);
    let buy = medians.iter().map(|medians| medians.buy).sum();
    let free = medians.iter().map(|medians| medians.net.map(|net| net + medians.buy)).sum();
    let value = standing.as_ref().map(|standing| standing.value.clone());
    let figures = BundleFigures { free, buy, price, value };
    let known = runs.first().map_or(Price::Unknown, |run| run.inputs.price());
    let (verdict, indicative) = verdict(parts, standing.as_ref(), &medians, known);
    (figures, verdict, indicative)
}

/// By the order of `verdict::judge`: must act, depends, then by the figures.
fn verdict(parts: &[Part], standing: Option<&Standing>, medians: &[Medians], known: Price) -> (Verdict, bool) {
    let binds = |part: &Part| part.situation.context.must_act() && !part.situation.context.accepted_risk;
    let Some(standing) = standing else { return (Verdict::MustAct(verdict::Fix::BuyIsolateOrReplace), false) };
    if parts.iter().any(binds) {
        return (Verdict::MustAct(verdict::fix_by(known, standing.value.score)), false);
    }
    let assumed = by_figures(parts, standing, medians, known);
    let open: BTreeSet<Open> = parts.iter().flat_map(|part| &part.what_ifs).map(|what_if| what_if.open).collect();
    let decides = |open: &Open| {
        let other: Vec<&Situation> = parts.iter().map(|part| answered(part, *open)).collect();
        let runs = runs(parts, &other);
        let medians: Vec<Medians> = runs.iter().map(Run::medians).collect();
        let standing = Standing::of(&runs)?;
        Some(by_figures(parts, &standing, &medians, known).word() != assumed.word())
    };
    let turns_on: Vec<Open> = open.iter().copied().filter(|open| decides(open) == Some(true)).collect();
    if !turns_on.is_empty() {
        return (Verdict::Depends { turns_on, thresholds: None }, false);
    }
    let concludes = !matches!(assumed, Verdict::NotEnoughData(_));
    (assumed, concludes && (!open.is_empty() || known != Price::Known))
}

/// The part with an open question answered otherwise, if it has that question.
fn answered(part: &Part, open: Open) -> &Situation {
    part.what_ifs.iter().find(|what_if| what_if.open == open).map_or(&part.situation, |what_if| &what_if.situation)
}

/// The draws of every part. An hour of staff costs the same in all of them, so they share its draws.
fn runs<'r>(parts: &'r [Part], situations: &[&'r Situation]) -> Vec<Run<'r>> {
    let mut runs: Vec<Run<'r>> =
        parts.iter().zip(situations).map(|(part, situation)| Run::new(&part.trials, situation)).collect();
    if let Some((head, others)) = runs.split_first_mut() {
        for run in others {
            for symbol in [Symbol::W, Symbol::Omega] {
                run.columns.0[symbol.index()] = head.columns[symbol].clone();
            }
        }
    }
    runs
}

/// The figures for a verdict.
struct Standing {
    value: BundleValue,
    at_anchor: Option<AnchorScores>,
    evpi: f64,
    evidence: Evidence,
}

impl Standing {
    /// `None` if a part has no free way.
    fn of(runs: &[Run<'_>]) -> Option<Self> {
        let (head, others) = runs.split_first()?;
        let mut net = head.net()?;
        for run in others {
            net.iter_mut().zip(run.net()?).for_each(|(sum, one)| *sum += one);
        }
        let mut gains = head.gains(&net);
        Some(Self {
            at_anchor: head.anchor_scores(&gains),
            evpi: information::evpi(&net),
            evidence: sensitivity::evidence_of(runs),
            value: BundleValue {
                score: Run::score(&net),
                price_50: percentile(&mut gains, 50),
                price_75: percentile(&mut gains, 25),
                // Last, since it reorders the draws.
                net: Net { p10: percentile(&mut net, 10), p50: percentile(&mut net, 50), p90: percentile(&mut net, 90) },
            },
        })
    }
}

fn by_figures(parts: &[Part], standing: &Standing, medians: &[Medians], known: Price) -> Verdict {
    let hours_known = parts.iter().all(|part| part.situation.inputs.get(Symbol::H).is_some());
    let figures = verdict::Figures {
        price: known,
        amount: medians.first().map_or(0.0, |medians| medians.price),
        score: standing.value.score,
        at_anchor: standing.at_anchor,
        p50: standing.value.net.p50,
        evpi: standing.evpi,
        grade: standing.evidence.grade,
    };
    verdict::conclude(hours_known, &figures, free_way(parts, medians))
}

/// What to do where buying does not pay: an upgrade if one of them wants it, and never "community" beside an ended life.
fn free_way(parts: &[Part], medians: &[Medians]) -> FreeWay {
    let ways = parts.iter().zip(medians).map(|(part, medians)| medians.cheapest_free_way(&part.situation.context));
    let ways: Vec<FreeWay> = ways.collect();
    [FreeWay::Upgrade, FreeWay::Leave].into_iter().find(|way| ways.contains(way)).unwrap_or(FreeWay::Community)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::{Case, Fix};

    fn part(text: &str) -> Part {
        let case = Case::parse("case.json", text).expect("valid");
        Part { trials: Trials::new(case.key, 100), situation: case.situation, what_ifs: Vec::new() }
    }

    /// V1 of the published vectors, 600 a year ahead, and V3 with the same hour of staff.
    fn two() -> Vec<Part> {
        vec![
            part(r#"{"key": "V1", "inputs": {"h": 40, "w": 60, "a": 0.15, "P": 3000, "o": 24, "Y": 3, "v": 4}}"#),
            part(
                r#"{"key": "V3", "inputs": {"h": 10, "w": 60, "a": 0.1, "lam": 2, "D": 3, "c": 1000, "q": 0.2, "P": 1500, "o": 12, "v": 4}}"#,
            ),
        ]
    }

    /// Charged with what the first asks alone.
    fn charged() -> Vec<Part> {
        let mut parts = two();
        let head = parts[0].situation.inputs.triple(Symbol::P);
        assert_eq!(charge_once(&mut parts, &PriceBasis::Unknown), Some(()));
        parts[0].situation.inputs.set(Symbol::P, head, Source::UserSet, "").expect("in its domain");
        parts
    }

    #[test]
    fn the_costs_avoided_add_up_and_the_price_is_paid_once() {
        // Free: 28800 + 13200. Bought: 28200 with price, o and v; 6480 of work and 4800 of outages are left of the second.
        let (figures, verdict, indicative) = judged(&charged());
        assert_eq!((figures.free, figures.price), (Some(42_000.0), 3_000.0));
        assert!((figures.buy - 39_480.0).abs() < 1e-6, "{figures:?}");
        let value = figures.value.expect("both have a free way");
        for (figure, expected) in [(value.net.p50, 2_520.0), (value.price_50, 5_520.0), (value.price_75, 5_520.0)] {
            assert!((figure - expected).abs() < 1e-6, "{value:?}");
        }
        assert_eq!((verdict, indicative), (Verdict::PaysOff, false));
    }

    #[test]
    fn what_does_not_pay_alone_can_pay_together_and_not_at_any_price() {
        let mut parts = charged();
        let mut at = |price: f64| {
            let price = Triple::constant(price).expect("finite");
            parts[0].situation.inputs.set(Symbol::P, price, Source::UserSet, "").expect("in its domain");
            judged(&parts).1
        };
        // V1 alone pays below 3600.
        assert_eq!(at(5_000.0), Verdict::PaysOff);
        assert_eq!(at(6_000.0), Verdict::DoesNotPayOff(FreeWay::Community));
    }

    #[test]
    fn one_case_that_must_be_acted_on_binds_all_of_them() {
        let ended =
            r#"{"key": "V6", "context": {"life": "eol", "exposure": "internet"}, "inputs": {"h": 10, "w": 60, "x": 4, "U": 10}}"#;
        let mut parts = vec![part(ended), two().remove(0)];
        assert_eq!(judged(&parts).1, Verdict::MustAct(Fix::Upgrade));
        parts[0].situation.context.upgrade_path = false;
        let (figures, verdict, _) = judged(&parts);
        assert_eq!((figures.value, figures.free, verdict), (None, None, Verdict::MustAct(Fix::BuyIsolateOrReplace)));
    }

    #[test]
    fn the_usual_range_of_one_contract_lies_between_its_dearest_product_and_all_of_them() {
        let anchor = |lo, likely, hi| Triple::new(lo, likely, hi).expect("in order");
        assert_eq!(usual(&[anchor(1.0, 2.0, 3.0), anchor(2.0, 5.0, 9.0)]), Some(anchor(2.0, 7.0, 12.0)));
        assert_eq!(usual(&[anchor(1.0, 2.0, 3.0)]), Some(anchor(1.0, 2.0, 3.0)));
    }
}
