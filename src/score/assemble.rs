//! From deployments to cases: puts the inputs of each offer together, scores and orders them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::ground::{Desk, Ground};
use super::offers::{Covers, Sizes, Wanted, competes, cover, covers, is_scored, price};
use super::opportunity::{Glance, Opportunity, PriceBasis, Scope, ScoredOffer, Seller, Worth};
use super::policy::Policy;
use super::situation::{CaseFacts, assumed, offer_inputs, what_ifs};
use super::verdict::judge_alone;
use super::{
    Context, Contract, Cover, DRAWS, Fit, Inputs, Judgement, OfferType, Outcome, Situation, Tier, Trials, Verdict, WhatIf, judge,
    thresholds,
};
use crate::catalog::{Catalog, Offering};
use crate::effort::Logged;
use crate::model::{Date, Deployment};

/// The cases that `deployments` of all targets make, the one that needs a decision most first. Deterministic.
#[must_use]
pub fn opportunities(deployments: &[Deployment], catalog: &Catalog, policy: &Policy, as_of: Date) -> Vec<Opportunity> {
    let desk = Desk::new(catalog, policy, as_of);
    let mut cases: Vec<Opportunity> =
        desk.grounds(deployments).par_iter().filter_map(|ground| desk.case(ground, &ground.trials())).collect();
    cases.sort_by(|a, b| by_urgency(a, b).then_with(|| (&a.product, &a.cycle, &a.hosts).cmp(&(&b.product, &b.cycle, &b.hosts))));
    number(&mut cases);
    cases
}

/// The cases under each of several policies, as far as their verdicts: the same verdicts that [`opportunities`] gives, and nothing
/// that only explains them. In no order.
///
/// Far cheaper than scoring everything once for each policy: the draws of a product are made once for all of them, and what two
/// policies have in common is computed once.
#[must_use]
pub fn glances(deployments: &[Deployment], catalog: &Catalog, policies: &[&Policy], as_of: Date) -> Vec<Vec<Glance>> {
    let desks: Vec<Desk<'_>> = policies.iter().map(|policy| Desk::new(catalog, policy, as_of)).collect();
    let mut shelves: BTreeMap<String, Vec<(usize, Ground<'_>)>> = BTreeMap::new();
    for (index, desk) in desks.iter().enumerate() {
        for ground in desk.grounds(deployments) {
            shelves.entry(ground.draws()).or_default().push((index, ground));
        }
    }
    let shelves: Vec<(String, Vec<(usize, Ground<'_>)>)> = shelves.into_iter().collect();
    let one_product = |(draws, grounds): &(String, Vec<(usize, Ground<'_>)>)| {
        let trials = Trials::new(draws.as_str(), DRAWS);
        let glance = |(index, ground): &(usize, Ground<'_>)| Some((*index, desks.get(*index)?.glance(ground, &trials)?));
        grounds.iter().filter_map(glance).collect::<Vec<_>>()
    };
    let seen: Vec<(usize, Glance)> = shelves.par_iter().flat_map_iter(one_product).collect();
    let mut by_policy: Vec<Vec<Glance>> = policies.iter().map(|_| Vec::new()).collect();
    for (index, glance) in seen {
        if let Some(cases) = by_policy.get_mut(index) {
            cases.push(glance);
        }
    }
    by_policy
}

impl Desk<'_> {
    fn facts<'g>(&self, ground: &'g Ground<'_>) -> Option<CaseFacts<'g>> {
        let Ground { members, row, scope, downtime, context, .. } = ground;
        let facts = CaseFacts::new(*row, members.first()?, (scope, *downtime), context.ended(), self.catalog, self.as_of);
        Some(facts.with_log(ground.logged))
    }

    fn case(&self, ground: &Ground<'_>, trials: &Trials) -> Option<Opportunity> {
        let Ground { key, members, hosts, scope, context, .. } = ground;
        let facts = self.facts(ground)?;
        let mut scored = Vec::new();
        let mut offers = self.offers(ground, &facts, |sold| self.score(sold, &facts, context, trials, &mut scored));
        offers.sort_by(by_usefulness);
        let head = offers.first()?;
        let situation = Situation { context: context.clone(), inputs: head.inputs.clone() };
        let limits = match &head.judgement.verdict {
            Verdict::Depends { thresholds, .. } => *thresholds,
            _ => thresholds(trials, &situation),
        };
        Some(Opportunity {
            id: format!("{}-{}{}", key.product, key.role, key.cycle.map_or(String::new(), |cycle| format!("-{cycle}"))),
            product: key.product.to_owned(),
            role: key.role,
            cycle: key.cycle.map(str::to_owned),
            versions: members.iter().filter_map(|one| one.version.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
            lifecycle: members.first()?.lifecycle.clone(),
            thresholds: limits,
            worth: self.worth(&facts, &situation, trials),
            scope: scope.clone(),
            deployments: ground.ids(),
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            entitlement: key.entitlement.map(str::to_owned),
            offers,
            key: ground.draws(),
            context: context.clone(),
        })
    }

    fn glance(&self, ground: &Ground<'_>, trials: &Trials) -> Option<Glance> {
        let facts = self.facts(ground)?;
        let judged = |sold: Sold| {
            let (situation, asked) = self.situation(&sold, &facts, &ground.context)?;
            let mut judgement = judge_alone(trials, &situation, &asked);
            judgement.indicative |= sold.seller.is_none();
            let standing = trials.standing(&situation);
            let place = Place {
                refused: !sold.fit.admissible(),
                rank: judgement.verdict.rank(),
                score: standing.map_or(0.0, |standing| standing.score.unrounded()),
                median: standing.map_or(0.0, |standing| standing.p50),
                key: sold.seller.map(|seller| seller.key),
            };
            Some((place, judgement, standing, situation.inputs))
        };
        let first = self.offers(ground, &facts, judged).into_iter().min_by(|(a, ..), (b, ..)| a.cmp(b));
        first.map(|(_, judgement, standing, inputs)| Glance {
            deployments: ground.ids(),
            scope: ground.scope.clone(),
            ended: ground.context.ended(),
            judgement,
            median: standing.map(|standing| standing.p50),
            inputs,
        })
    }

    /// What `judge` makes of every verified offer that covers the case or may do so; without one, of a nameless offer at the usual range.
    fn offers<T>(&self, ground: &Ground<'_>, facts: &CaseFacts<'_>, mut judge: impl FnMut(Sold) -> Option<T>) -> Vec<T> {
        let Ground { key, scope, context, .. } = ground;
        let wanted = Wanted { product: key.product, cycle: key.cycle, platform: key.platform, ended: context.ended() };
        let all = self.catalog.offers(key.product);
        let scored = all.iter().filter(|offering| is_scored(offering, &wanted));
        let mut admissible = false;
        let mut take = |sold: Sold| {
            let fits = sold.fit.admissible();
            let one = judge(sold)?;
            admissible |= fits;
            Some(one)
        };
        let mut judged: Vec<T> =
            scored.filter_map(|offering| self.sold(offering, &wanted, scope, facts)).filter_map(&mut take).collect();
        judged.extend(self.renewals(ground, facts).into_iter().filter_map(&mut take));
        if !admissible {
            let kind = if context.ended() { OfferType::ExtendedLife } else { OfferType::Subscription };
            let nameless = Sold {
                seller: None,
                renewal: None,
                kind,
                relation: None,
                covers: Covers::Unknown,
                fit: Fit::default(),
                cover: Cover::Fixes,
                price: if facts.has_defaults() { PriceBasis::Anchor } else { PriceBasis::Unknown },
            };
            judged.extend(judge(nameless));
        }
        judged
    }

    /// The renewal of each running contract that covers the case, at the price that is paid.
    fn renewals(&self, ground: &Ground<'_>, facts: &CaseFacts<'_>) -> Vec<Sold> {
        let Ground { members, scope, context, .. } = ground;
        let covers = |contract: &Contract| members.iter().any(|member| contract.is_about(member));
        let sizes =
            Sizes { units: scope.units, hosts: scope.units, services: scope.services, quantities: self.policy.quantities };
        let rates = self.policy.rates.as_ref().or_else(|| self.catalog.rates());
        let renewal = |(index, contract): (usize, &Contract)| {
            let usual = if context.ended() { OfferType::ExtendedLife } else { OfferType::Subscription };
            let kind = contract.kind.unwrap_or(usual);
            let price = match contract.renewal(&sizes, &self.purse, rates, self.as_of) {
                Some(price) => PriceBasis::Quote(price),
                None if kind.has_anchor() && facts.has_defaults() => PriceBasis::Anchor,
                None => PriceBasis::Unknown,
            };
            let seller = Seller {
                vendor: contract.vendor.clone(),
                vendor_name: contract.vendor_name.clone(),
                key: format!("{}/renewal", contract.vendor),
                name: "renewal of your contract".to_owned(),
                source: format!("{}:{}", contract.written.path, contract.written.line),
                as_of: None,
            };
            let (covers, fit, cover) = (Covers::Yes, Fit::default(), Cover::Fixes);
            Sold { seller: Some(seller), renewal: Some(index), kind, relation: None, covers, fit, cover, price }
        };
        let contracts = self.policy.contracts.iter().enumerate();
        contracts.filter(|(_, contract)| contract.runs(self.as_of) && covers(contract)).map(renewal).collect()
    }

    fn sold(&self, offering: &Offering<'_>, wanted: &Wanted<'_>, scope: &Scope, facts: &CaseFacts<'_>) -> Option<Sold> {
        let offer = offering.offer;
        let (kind, covers) = (competes(offer)?, covers(offer, wanted)?);
        let sizes =
            Sizes { units: scope.units, hosts: scope.units, services: scope.services, quantities: self.policy.quantities };
        let rates = self.policy.rates.as_ref().or_else(|| self.catalog.rates());
        let price = match price(offer, &sizes, &self.purse, rates, self.as_of) {
            Some(price) if price.from => PriceBasis::From(price),
            Some(price) => PriceBasis::List(price),
            None if kind.has_anchor() && facts.has_defaults() => PriceBasis::Anchor,
            None => PriceBasis::Unknown,
        };
        let seller = Seller {
            vendor: offering.vendor.to_owned(),
            vendor_name: offering.vendor_name.to_owned(),
            key: offer.key.clone(),
            name: offer.name.clone(),
            source: offer.source.clone(),
            as_of: offer.as_of,
        };
        let cover = cover(offer, covers, wanted.ended);
        let fit = self.policy.required.fit(offer);
        Some(Sold { seller: Some(seller), renewal: None, kind, relation: offer.relation, covers, fit, cover, price })
    }

    /// The case with this offer, and with each open question answered otherwise.
    fn situation(&self, sold: &Sold, facts: &CaseFacts<'_>, context: &Context) -> Option<(Situation, Vec<WhatIf>)> {
        let inputs = self.inputs(sold, facts, facts.logged())?;
        let situation = Situation { context: context.clone(), inputs };
        let asked = what_ifs(facts, &situation, self.policy, &self.purse, (sold.kind, sold.cover));
        Some((situation, asked))
    }

    fn inputs(&self, sold: &Sold, facts: &CaseFacts<'_>, logged: Option<(Logged, f64)>) -> Option<Inputs> {
        offer_inputs(facts, &sold.price, sold.kind, sold.cover, self.policy, &self.purse, logged).ok()
    }

    /// Scores an offer. Those that differ in the seller alone, as offers without a price do, are computed once: they are in `scored`.
    fn score(
        &self,
        sold: Sold,
        facts: &CaseFacts<'_>,
        context: &Context,
        trials: &Trials,
        scored: &mut Vec<Scored>,
    ) -> Option<ScoredOffer> {
        let (situation, asked) = self.situation(&sold, facts, context)?;
        let known = scored.iter().position(|other| other.situation == situation && other.asked == asked);
        let known = if let Some(index) = known {
            index
        } else {
            let outcome = trials.evaluate(&situation);
            let without_log = match facts.logged() {
                Some(_) => {
                    let inputs = self.inputs(&sold, facts, None)?;
                    trials.evaluate(&Situation { context: context.clone(), inputs })
                }
                None => outcome.clone(),
            };
            let judgement = judge(trials, &situation, &outcome, &asked);
            scored.push(Scored { situation, asked, outcome, without_log, judgement });
            scored.len() - 1
        };
        let Scored { situation, asked, outcome, without_log, mut judgement } = scored.get(known)?.clone();
        // Without a seller nobody can be paid: at most an indication.
        judgement.indicative |= sold.seller.is_none();
        let Sold { seller, renewal, kind, relation, covers, fit, price, .. } = sold;
        Some(ScoredOffer {
            seller,
            renewal,
            kind,
            relation,
            covers,
            fit,
            price,
            inputs: situation.inputs,
            what_ifs: asked,
            outcome,
            without_log,
            judgement,
        })
    }

    /// What paying is worth if an hour down is cheap, and if it is dear; with a figure given, there is nothing to vary.
    fn worth(&self, facts: &CaseFacts<'_>, situation: &Situation, trials: &Trials) -> Vec<Worth> {
        let tiers = [Tier::Hundreds, Tier::TensOfThousands];
        let worth = tiers.into_iter().filter_map(|tier| {
            let situation = assumed::with_tier(situation, facts, &self.purse, tier)?;
            let (price_50, price_75) = trials.prices(&situation)?;
            Some(Worth { tier, price_75, price_50 })
        });
        worth.collect()
    }
}

/// What was computed for an offer, which seller or not.
#[derive(Clone)]
struct Scored {
    situation: Situation,
    asked: Vec<WhatIf>,
    outcome: Outcome,
    without_log: Outcome,
    judgement: Judgement,
}

/// One offer on its way to a score.
struct Sold {
    seller: Option<Seller>,
    renewal: Option<usize>,
    kind: OfferType,
    relation: Option<crate::catalog::Relation>,
    covers: Covers,
    fit: Fit,
    cover: Cover,
    price: PriceBasis,
}

/// Where an offer stands among those of its case.
struct Place {
    /// Whether it lacks what is required.
    refused: bool,
    rank: u8,
    score: f64,
    median: f64,
    key: Option<String>,
}

impl Place {
    /// What may be bought, then verdict, score, median, vendor; nothing else, and nothing that a vendor pays.
    fn cmp(&self, other: &Self) -> Ordering {
        let Self { refused, rank, score, median, key } = self;
        refused
            .cmp(&other.refused)
            .then_with(|| rank.cmp(&other.rank))
            .then_with(|| other.score.total_cmp(score))
            .then_with(|| other.median.total_cmp(median))
            .then_with(|| key.cmp(&other.key))
    }
}

fn by_usefulness(a: &ScoredOffer, b: &ScoredOffer) -> Ordering {
    let place = |offer: &ScoredOffer| {
        let value = offer.outcome.value.as_ref();
        Place {
            refused: !offer.fit.admissible(),
            rank: offer.judgement.verdict.rank(),
            score: value.map_or(0.0, |value| value.score.unrounded()),
            median: value.map_or(0.0, |value| value.net.p50),
            key: offer.seller.as_ref().map(|seller| seller.key.clone()),
        }
    };
    place(a).cmp(&place(b))
}

fn by_urgency(a: &Opportunity, b: &Opportunity) -> Ordering {
    let rank = |case: &Opportunity| case.first().map_or(u8::MAX, |offer| offer.judgement.verdict.rank());
    rank(a).cmp(&rank(b))
}

/// Alike products in different scopes get numbers, in the order of their hosts.
fn number(cases: &mut [Opportunity]) {
    let mut order: Vec<usize> = (0..cases.len()).collect();
    order.sort_by(|a, b| {
        cases.get(*a).map(|case| (&case.id, &case.hosts)).cmp(&cases.get(*b).map(|case| (&case.id, &case.hosts)))
    });
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for position in order {
        let Some(case) = cases.get_mut(position) else { continue };
        let count = seen.entry(case.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            case.id = format!("{}-{count}", case.id);
        }
    }
}
