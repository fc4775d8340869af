//! Which deployments make one case: alike ones together, with their size, their place and their part of the logged hours.
//!
//! Scores nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::hosts::{Place, services};
use super::opportunity::{Assumed, Scope};
use super::policy::{Downtime, Policy};
use super::situation::CaseFacts;
use super::{Context, DRAWS, Env, Exploited, Exposure, KindRow, Life, Purse, Regime, Tier, Trials, kind_row};
use crate::catalog::Catalog;
use crate::effort::Logged;
use crate::model::{Date, Deployment, LifecycleState, Role, Use, Vulnerability};

/// What alike deployments share. Everything that enters the score is part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key<'d> {
    pub(super) product: &'d str,
    pub(super) role: Role,
    pub(super) cycle: Option<&'d str>,
    pub(super) state: LifecycleState,
    pub(super) eol: Option<Date>,
    pub(super) platform: Option<&'d str>,
    env: Option<Env>,
    exposure: Option<Exposure>,
    downtime: (Option<Tier>, Option<u64>),
    regimes: &'d BTreeSet<Regime>,
    pub(super) upkeep: u8,
    pub(super) entitlement: Option<&'d str>,
    pub(super) exploited: Exploited,
}

/// A case before it is scored: what it is about, and how large it is.
pub(super) struct Ground<'d> {
    pub(super) key: Key<'d>,
    pub(super) members: Vec<&'d Deployment>,
    pub(super) hosts: BTreeSet<&'d str>,
    /// `None`: a kind without defaults.
    pub(super) row: Option<&'static KindRow>,
    pub(super) scope: Scope,
    /// What an hour down costs where it runs.
    pub(super) downtime: Downtime,
    pub(super) context: Context,
    /// Its part of the logged hours, and the months they took.
    pub(super) logged: Option<(Logged, f64)>,
}

impl Ground<'_> {
    /// What its draws are seeded with.
    pub(super) fn draws(&self) -> String {
        let Key { product, role, cycle, .. } = &self.key;
        format!("{product}|{role}|{}", cycle.unwrap_or_default())
    }

    pub(super) fn trials(&self) -> Trials {
        Trials::new(self.draws(), DRAWS)
    }

    pub(super) fn ids(&self) -> Vec<String> {
        self.members.iter().map(|one| one.id.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// What does not change between cases.
pub(super) struct Desk<'k> {
    pub(super) catalog: &'k Catalog,
    pub(super) policy: &'k Policy,
    pub(super) purse: Purse,
    pub(super) as_of: Date,
}

impl<'k> Desk<'k> {
    pub(super) fn new(catalog: &'k Catalog, policy: &'k Policy, as_of: Date) -> Self {
        let rates = policy.rates.as_ref().or_else(|| catalog.rates());
        let purse = rates.and_then(|rates| Purse::new(policy.currency, rates)).unwrap_or_else(Purse::usd);
        Self { catalog, policy, purse, as_of }
    }

    /// The deployments that make cases, alike ones together.
    pub(super) fn grounds<'d>(&'d self, deployments: &'d [Deployment]) -> Vec<Ground<'d>> {
        let mut groups: BTreeMap<Key<'_>, Vec<&Deployment>> = BTreeMap::new();
        for deployment in deployments.iter().filter(|deployment| deployment.makes_case) {
            groups.entry(key(deployment, self.policy)).or_default().push(deployment);
        }
        let mut units: BTreeMap<&str, Units> = BTreeMap::new();
        for (key, members) in &groups {
            units.entry(key.product).or_default().add(count(members), key.state.ended());
        }
        let ground = |(key, members): (Key<'d>, Vec<&'d Deployment>)| {
            let of = units.get(key.product).copied().unwrap_or_default();
            self.ground(key, members, of)
        };
        groups.into_iter().filter_map(ground).collect()
    }

    fn ground<'d>(&'d self, key: Key<'d>, members: Vec<&'d Deployment>, of: Units) -> Option<Ground<'d>> {
        let row = kind_row(self.catalog.product(key.product)?.kind);
        let first = members.first()?;
        let units = count(&members);
        let logged = self.logged(&key, units, of);
        // Without a row of defaults there is nothing to score before hours are logged, and nothing says what a way out takes.
        if row.is_none() && (logged.is_none() || (key.state.ended() && first.next_supported.is_some())) {
            return None;
        }
        let places: BTreeMap<(&str, &str), Place<'_>> = members.iter().map(|one| self.placed(one)).collect();
        let downtime = places.values().next().and_then(|place| place.downtime).unwrap_or(self.policy.downtime);
        let scope = self.scope(&key, units, downtime, &places);
        let context = self.context(&key, first, &scope);
        Some(Ground { hosts: hosts(&members), key, members, row, scope, downtime, context, logged })
    }

    /// The part of the logged hours that falls to a case of so many units, and the months they took. What only the end of life
    /// makes, and the way out of it, belong to the cases whose release has ended.
    fn logged(&self, key: &Key<'_>, units: u32, of: Units) -> Option<(Logged, f64)> {
        let tally = self.policy.logged.as_ref()?;
        let hours = tally.of(key.product)?;
        let part = |all: u32| f64::from(units) / f64::from(all.max(units));
        let ended = if key.state.ended() { part(of.ended) } else { 0.0 };
        let share = Logged { routine: hours.routine * part(of.all), eol: hours.eol * ended, upgrade: hours.upgrade * ended };
        Some((share, tally.months))
    }

    /// What the rules say of where a deployment runs.
    fn placed<'d>(&'d self, one: &'d Deployment) -> ((&'d str, &'d str), Place<'d>) {
        ((&one.host, &one.path), self.policy.hosts.place(&one.host, &one.path))
    }

    fn scope(&self, key: &Key<'_>, units: u32, downtime: Downtime, places: &BTreeMap<(&str, &str), Place<'_>>) -> Scope {
        let counted = services(places.values()).or(self.policy.services);
        let tier = match downtime {
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
        note(key.env.is_none(), Assumed::Env);
        note(key.exposure.is_none(), Assumed::Exposure);
        note(downtime == Downtime::NotSaid, Assumed::Tier);
        note(counted.is_none() && units > 1, Assumed::Services);
        let owners: BTreeSet<&str> = places.values().filter_map(|place| place.owner).collect();
        Scope {
            services: counted.map_or(1, |services| services.clamp(1, units)),
            units,
            owners: owners.into_iter().map(str::to_owned).collect(),
            env: key.env.unwrap_or(Env::Prod),
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
            regimes: key.regimes.clone(),
            services: scope.services,
            upgrade_path: life != Life::Supported && deployment.next_supported.is_some(),
            accepted_risk: self.policy.accepts(key.product, key.role, key.cycle, self.as_of),
        }
    }
}

fn key<'d>(deployment: &'d Deployment, policy: &'d Policy) -> Key<'d> {
    let place = policy.hosts.place(&deployment.host, &deployment.path);
    Key {
        product: &deployment.product,
        role: deployment.role,
        cycle: deployment.cycle.as_deref(),
        state: deployment.lifecycle.state.clone(),
        eol: deployment.lifecycle.eol,
        platform: deployment.platform.as_ref().map(|platform| platform.product.as_str()),
        env: place.env.or(policy.env),
        exposure: place.exposure.or(policy.exposure).or_else(|| seen_exposure(deployment)),
        downtime: ordered(place.downtime.unwrap_or(policy.downtime)),
        regimes: place.regimes.unwrap_or(&policy.regimes),
        upkeep: CaseFacts::upkeep_of(deployment),
        entitlement: deployment.entitlement.as_deref(),
        exploited: exploited(deployment),
    }
}

/// The cost of an hour down as something that can be compared; a figure is never negative, so its bits have its order.
fn ordered(downtime: Downtime) -> (Option<Tier>, Option<u64>) {
    match downtime {
        Downtime::NotSaid => (None, None),
        Downtime::Tier(tier) => (Some(tier), None),
        Downtime::Cost(cost) => (None, Some(cost.likely().to_bits())),
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

/// Units of a product in all its cases: they share the hours that were logged for it.
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

/// The hosts; each is a unit.
fn hosts<'d>(members: &[&'d Deployment]) -> BTreeSet<&'d str> {
    members.iter().map(|deployment| deployment.host.as_str()).collect()
}

fn count(members: &[&Deployment]) -> u32 {
    u32::try_from(hosts(members).len()).unwrap_or(u32::MAX)
}
