//! From deployments to cases: groups alike deployments, puts the inputs of each offer together, scores and orders them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::offers::{Covers, Sizes, Wanted, competes, cover, covers, is_scored, price};
use super::opportunity::{Assumed, Opportunity, PriceBasis, Scope, ScoredOffer, Seller, Worth};
use super::policy::{Downtime, Policy};
use super::situation::{CaseFacts, assumed, offer_inputs, what_ifs};
use super::{
    Context, Cover, DRAWS, Env, Exploited, Exposure, Life, OfferType, Purse, Situation, Tier, Trials, judge, kind_row, thresholds,
};
use crate::catalog::{Catalog, Offering};
use crate::effort::Logged;
use crate::model::{Date, Deployment, LifecycleState, Role, Use, Vulnerability};

/// What alike deployments share. Everything that enters the score is part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'d> {
    product: &'d str,
    role: Role,
    cycle: Option<&'d str>,
    state: LifecycleState,
    eol: Option<Date>,
    platform: Option<&'d str>,
    exposure: Option<Exposure>,
    upkeep: u8,
    entitlement: Option<&'d str>,
    exploited: Exploited,
}

/// The cases that `deployments` of all targets make, the one that needs a decision most first. Deterministic.
#[must_use]
pub fn opportunities(deployments: &[Deployment], catalog: &Catalog, policy: &Policy, as_of: Date) -> Vec<Opportunity> {
    let rates = policy.rates.as_ref().or_else(|| catalog.rates());
    let purse = rates.and_then(|rates| Purse::new(policy.currency, rates)).unwrap_or_else(Purse::usd);
    let mut groups: BTreeMap<Key<'_>, Vec<&Deployment>> = BTreeMap::new();
    for deployment in deployments.iter().filter(|deployment| deployment.makes_case) {
        groups.entry(key(deployment, policy)).or_default().push(deployment);
    }
    let mut units: BTreeMap<&str, Units> = BTreeMap::new();
    for (key, members) in &groups {
        units.entry(key.product).or_default().add(count(members), key.state.ended());
    }
    let desk = Desk { catalog, policy, purse: &purse, as_of, units };
    let groups: Vec<(Key<'_>, Vec<&Deployment>)> = groups.into_iter().collect();
    let mut cases: Vec<Opportunity> = groups.par_iter().filter_map(|(key, members)| desk.case(key, members)).collect();
    cases.sort_by(|a, b| by_urgency(a, b).then_with(|| (&a.product, &a.cycle, &a.hosts).cmp(&(&b.product, &b.cycle, &b.hosts))));
    number(&mut cases);
    cases
}

fn key<'d>(deployment: &'d Deployment, policy: &Policy) -> Key<'d> {
    Key {
        product: &deployment.product,
        role: deployment.role,
        cycle: deployment.cycle.as_deref(),
        state: deployment.lifecycle.state.clone(),
        eol: deployment.lifecycle.eol,
        platform: deployment.platform.as_ref().map(|platform| platform.product.as_str()),
        exposure: policy.exposure.or_else(|| seen_exposure(deployment)),
        upkeep: CaseFacts::upkeep_of(deployment),
        entitlement: deployment.entitlement.as_deref(),
        exploited: exploited(deployment),
    }
}

/// What the sockets say; `None` where they could not be read. `Internet` is never concluded.
fn seen_exposure(deployment: &Deployment) -> Option<Exposure> {
    let reachable = deployment.listening.iter().any(|socket| !socket.loopback);
    // A declaration says what will run somewhere, not what runs here.
    let here = deployment.sockets_read && !matches!(deployment.usage, Use::Declared | Use::Embedded);
    match (here, reachable, deployment.listening.is_empty()) {
        (false, ..) => None,
        (true, true, _) => Some(Exposure::Internal),
        (true, false, false) => Some(Exposure::Local),
        (true, false, true) => Some(Exposure::None),
    }
}

/// What lists say of attacks on what nobody fixes for free on the installed branch.
fn exploited(deployment: &Deployment) -> Exploited {
    let found = &deployment.vulnerabilities;
    if found.iter().any(Vulnerability::is_exploited_unfixed) {
        Exploited::Known
    } else if found.iter().any(Vulnerability::is_probable_unfixed) {
        Exploited::Likely
    } else {
        Exploited::NotKnown
    }
}

/// What does not change between cases.
struct Desk<'k> {
    catalog: &'k Catalog,
    policy: &'k Policy,
    purse: &'k Purse,
    as_of: Date,
    /// Units of each product in all its cases: the hours of a product are shared by them.
    units: BTreeMap<&'k str, Units>,
}

/// Units of a product in all its cases.
#[derive(Clone, Copy, Debug, Default)]
struct Units {
    all: u32,
    /// Of them in a release that has ended.
    ended: u32,
}

impl Units {
    fn add(&mut self, units: u32, ended: bool) {
        self.all += units;
        self.ended += if ended { units } else { 0 };
    }
}

/// Units: the hosts.
fn count(members: &[&Deployment]) -> u32 {
    let hosts: BTreeSet<&str> = members.iter().map(|deployment| deployment.host.as_str()).collect();
    u32::try_from(hosts.len()).unwrap_or(u32::MAX)
}

impl Desk<'_> {
    /// The part of the logged hours that falls to a case of so many units, and the months they took. What only the end of life
    /// makes, and the way out of it, belong to the cases whose release has ended.
    fn logged(&self, key: &Key<'_>, units: u32) -> Option<(Logged, f64)> {
        let tally = self.policy.logged.as_ref()?;
        let hours = tally.of(key.product)?;
        let of = self.units.get(key.product)?;
        let part = |all: u32| f64::from(units) / f64::from(all.max(units));
        let ended = if key.state.ended() { part(of.ended) } else { 0.0 };
        let share = Logged { routine: hours.routine * part(of.all), eol: hours.eol * ended, upgrade: hours.upgrade * ended };
        Some((share, tally.months))
    }

    fn case(&self, key: &Key<'_>, members: &[&Deployment]) -> Option<Opportunity> {
        let product = self.catalog.product(key.product)?;
        let row = kind_row(product.kind);
        let hosts: BTreeSet<&str> = members.iter().map(|deployment| deployment.host.as_str()).collect();
        let first = members.first()?;
        let units = count(members);
        let logged = self.logged(key, units);
        // Without a row of defaults there is nothing to score before hours are logged, and nothing says what a way out takes.
        if row.is_none() && (logged.is_none() || (key.state.ended() && first.next_supported.is_some())) {
            return None;
        }
        let scope = self.scope(key, units);
        let context = self.context(key, first, &scope);
        let facts = CaseFacts::new(row, first, &scope, context.ended(), self.catalog, self.as_of);
        let facts = facts.with_log(logged);
        let trials = Trials::new(format!("{}|{}|{}", key.product, key.role, key.cycle.unwrap_or_default()), DRAWS);
        let offers = self.offers(key, &facts, &context, &scope, &trials);
        let head = offers.first()?;
        let situation = Situation { context: context.clone(), inputs: head.inputs.clone() };
        Some(Opportunity {
            id: format!("{}-{}{}", key.product, key.role, key.cycle.map_or(String::new(), |cycle| format!("-{cycle}"))),
            product: key.product.to_owned(),
            role: key.role,
            cycle: key.cycle.map(str::to_owned),
            versions: members.iter().filter_map(|one| one.version.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
            lifecycle: first.lifecycle.clone(),
            thresholds: thresholds(&trials, &situation),
            worth: self.worth(&facts, &situation, &trials),
            scope,
            deployments: members.iter().map(|one| one.id.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
            hosts: hosts.into_iter().map(str::to_owned).collect(),
            entitlement: key.entitlement.map(str::to_owned),
            offers,
        })
    }

    fn scope(&self, key: &Key<'_>, units: u32) -> Scope {
        let policy = self.policy;
        let tier = match policy.downtime {
            Downtime::NotSaid => Some(Tier::Hundreds),
            Downtime::Tier(tier) => Some(tier),
            Downtime::Cost(_) => None,
        };
        let mut assumed = Vec::new();
        let mut note = |open: bool, what| {
            if open {
                assumed.push(what);
            }
        };
        note(policy.env.is_none(), Assumed::Env);
        note(key.exposure.is_none(), Assumed::Exposure);
        note(policy.downtime == Downtime::NotSaid, Assumed::Tier);
        note(policy.services.is_none() && units > 1, Assumed::Services);
        Scope {
            services: policy.services.map_or(1, |services| services.clamp(1, units)),
            units,
            env: policy.env.unwrap_or(Env::Prod),
            exposure: key.exposure.unwrap_or(Exposure::None),
            tier,
            assumed,
        }
    }

    fn context(&self, key: &Key<'_>, deployment: &Deployment, scope: &Scope) -> Context {
        let life = match key.state {
            LifecycleState::Eol => Life::Eol,
            LifecycleState::EolCovered => Life::EolCovered,
            _ => Life::Supported,
        };
        Context {
            env: scope.env,
            exposure: scope.exposure,
            life,
            exploited: key.exploited,
            regimes: self.policy.regimes.clone(),
            services: scope.services,
            upgrade_path: life != Life::Supported && deployment.next_supported.is_some(),
            accepted_risk: self.policy.accepts(key.product, key.role, key.cycle, self.as_of),
        }
    }

    /// Every verified offer that covers the case or may do so; without one, a nameless offer at the usual range.
    fn offers(
        &self,
        key: &Key<'_>,
        facts: &CaseFacts<'_>,
        context: &Context,
        scope: &Scope,
        trials: &Trials,
    ) -> Vec<ScoredOffer> {
        let wanted = Wanted { product: key.product, cycle: key.cycle, platform: key.platform, ended: context.ended() };
        let all = self.catalog.offers(key.product);
        let scored = all.iter().filter(|offering| is_scored(offering, &wanted));
        let mut offers: Vec<ScoredOffer> =
            scored.filter_map(|offering| self.scored(offering, &wanted, facts, context, scope, trials)).collect();
        if offers.is_empty() {
            let kind = if context.ended() { OfferType::ExtendedLife } else { OfferType::Subscription };
            let nameless = Sold {
                seller: None,
                kind,
                relation: None,
                covers: Covers::Unknown,
                cover: Cover::Fixes,
                price: if facts.has_defaults() { PriceBasis::Anchor } else { PriceBasis::Unknown },
            };
            offers.extend(self.score(nameless, facts, context, trials));
        }
        offers.sort_by(by_usefulness);
        offers
    }

    fn scored(
        &self,
        offering: &Offering<'_>,
        wanted: &Wanted<'_>,
        facts: &CaseFacts<'_>,
        context: &Context,
        scope: &Scope,
        trials: &Trials,
    ) -> Option<ScoredOffer> {
        let offer = offering.offer;
        let (kind, covers) = (competes(offer)?, covers(offer, wanted)?);
        let sizes = Sizes { units: scope.units, services: scope.services, quantities: self.policy.quantities };
        let rates = self.policy.rates.as_ref().or_else(|| self.catalog.rates());
        let price = match price(offer, &sizes, self.purse, rates, self.as_of) {
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
        self.score(Sold { seller: Some(seller), kind, relation: offer.relation, covers, cover, price }, facts, context, trials)
    }

    fn score(&self, sold: Sold, facts: &CaseFacts<'_>, context: &Context, trials: &Trials) -> Option<ScoredOffer> {
        let inputs = |logged| offer_inputs(facts, &sold.price, sold.kind, sold.cover, self.policy, self.purse, logged).ok();
        let situation = Situation { context: context.clone(), inputs: inputs(facts.logged())? };
        let outcome = trials.evaluate(&situation);
        let without_log = match facts.logged() {
            Some(_) => trials.evaluate(&Situation { context: context.clone(), inputs: inputs(None)? }),
            None => outcome.clone(),
        };
        let asked = what_ifs(facts, &situation, self.policy, self.purse, (sold.kind, sold.cover));
        let mut judgement = judge(trials, &situation, &outcome, &asked);
        // Without a seller nobody can be paid: at most an indication.
        judgement.indicative |= sold.seller.is_none();
        let Sold { seller, kind, relation, covers, price, .. } = sold;
        Some(ScoredOffer { seller, kind, relation, covers, price, inputs: situation.inputs, outcome, without_log, judgement })
    }

    /// What paying is worth if an hour down is cheap, and if it is dear; with a figure given, there is nothing to vary.
    fn worth(&self, facts: &CaseFacts<'_>, situation: &Situation, trials: &Trials) -> Vec<Worth> {
        let tiers = [Tier::Hundreds, Tier::TensOfThousands];
        let worth = tiers.into_iter().filter_map(|tier| {
            let situation = assumed::with_tier(situation, facts, self.purse, tier)?;
            let break_even = trials.evaluate(&situation).value?.break_even;
            Some(Worth { tier, price_75: break_even.price_75, price_50: break_even.price_50 })
        });
        worth.collect()
    }
}

/// One offer on its way to a score.
struct Sold {
    seller: Option<Seller>,
    kind: OfferType,
    relation: Option<crate::catalog::Relation>,
    covers: Covers,
    cover: Cover,
    price: PriceBasis,
}

/// Verdict, then score, then median, then vendor; nothing else, and nothing that a vendor pays.
fn by_usefulness(a: &ScoredOffer, b: &ScoredOffer) -> Ordering {
    let rank = |offer: &ScoredOffer| offer.judgement.verdict.rank();
    let score = |offer: &ScoredOffer| offer.outcome.value.as_ref().map_or(0.0, |value| value.score.unrounded());
    let median = |offer: &ScoredOffer| offer.outcome.value.as_ref().map_or(0.0, |value| value.net.p50);
    let key = |offer: &ScoredOffer| offer.seller.as_ref().map(|seller| seller.key.clone());
    rank(a)
        .cmp(&rank(b))
        .then_with(|| score(b).total_cmp(&score(a)))
        .then_with(|| median(b).total_cmp(&median(a)))
        .then_with(|| key(a).cmp(&key(b)))
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
