//! The inputs of one case and offer: defaults, moved by what was found on the host, by the catalog, and by what the
//! organisation says. And the same case with one open question answered otherwise.

use super::opportunity::{Assumed, PriceBasis, Scope};
use super::policy::{Downtime, Policy};
use super::{
    BadInput, Cover, Exposure, Inputs, KindRow, OfferType, Open, Purse, Situation, Source, Subject, Symbol, Tier, Triple, Upkeep,
    WhatIf, default_inputs, log,
};
use crate::catalog::{Catalog, StepUnit};
use crate::effort::{Logged, SHORTEST_LOG};
use crate::model::{Date, Deployment, Followed, Origin};

/// What of a case the inputs depend on.
pub(super) struct CaseFacts<'f> {
    /// `None`: a kind without defaults, of which only logged hours are known.
    row: Option<&'static KindRow>,
    upkeep: Upkeep,
    scope: &'f Scope,
    downtime: Downtime,
    ended: bool,
    /// Hours of the way out, where the catalog states them with a source.
    upgrade: Option<(Triple, String)>,
    /// This case's part of the hours that were logged, and the months they took.
    logged: Option<(Logged, f64)>,
}

impl<'f> CaseFacts<'f> {
    pub(super) fn new(
        row: Option<&'static KindRow>,
        deployment: &Deployment,
        (scope, downtime): (&'f Scope, Downtime),
        ended: bool,
        catalog: &Catalog,
        as_of: Date,
    ) -> Self {
        let upgrade = if ended { upgrade_hours(deployment, scope, catalog, as_of) } else { None };
        Self { row, upkeep: upkeep(Self::upkeep_of(deployment)), scope, downtime, ended, upgrade, logged: None }
    }

    /// The same with logged hours.
    pub(super) fn with_log(self, logged: Option<(Logged, f64)>) -> Self {
        Self { logged, ..self }
    }

    /// Whether its kind has default hours and a usual price.
    pub(super) fn has_defaults(&self) -> bool {
        self.row.is_some()
    }

    /// What was logged, if anything.
    pub(super) fn logged(&self) -> Option<(Logged, f64)> {
        self.logged
    }

    /// Who keeps it up to date, as a number that alike deployments share: 0 the distribution by itself, 1 a vendor's repository, 2 people.
    pub(super) fn upkeep_of(deployment: &Deployment) -> u8 {
        match (&deployment.origin, deployment.lifecycle.followed) {
            (_, Followed::Distribution) if deployment.unattended_upgrades => 0,
            (Origin::Vendor(_), _) => 1,
            _ => 2,
        }
    }

    fn subject<'s>(&'s self, tier: Tier, services: u32, (offer, cover): (OfferType, Cover), purse: &'s Purse) -> Subject<'s> {
        Subject {
            row: self.row,
            services,
            units: self.scope.units,
            upkeep: &self.upkeep,
            tier,
            ended: self.ended,
            offer,
            cover,
            purse,
        }
    }
}

fn upkeep(number: u8) -> Upkeep {
    match number {
        0 => Upkeep::UNATTENDED,
        1 => Upkeep::VENDOR_REPOSITORY,
        _ => Upkeep::BY_HAND,
    }
}

/// The catalog's hours for the whole way to a supported release. Steps counted for 50,000 lines say nothing of a tree whose lines
/// nobody counted, so the kind's default stands there.
fn upgrade_hours(deployment: &Deployment, scope: &Scope, catalog: &Catalog, as_of: Date) -> Option<(Triple, String)> {
    let path = catalog.upgrade(&deployment.product, deployment.cycle.as_deref()?, as_of)?;
    let ((lo, likely, hi), per) = path.hours()?;
    let times = match per {
        StepUnit::Application | StepUnit::Cluster => f64::from(scope.services),
        StepUnit::Host => f64::from(scope.units),
        StepUnit::Lines50k => return None,
    };
    let source = path.steps.iter().filter_map(|step| step.hours.as_ref()).map(|hours| hours.source.as_str()).next()?;
    let triple = Triple::new(f64::from(lo), f64::from(likely), f64::from(hi)).and_then(|triple| triple.scaled(times)).ok()?;
    Some((triple, source.to_owned()))
}

/// Every input of one offer.
///
/// # Errors
/// If a figure is out of its bounds.
pub(super) fn offer_inputs(
    facts: &CaseFacts<'_>,
    price: &PriceBasis,
    offer: OfferType,
    cover: Cover,
    policy: &Policy,
    purse: &Purse,
    logged: Option<(Logged, f64)>,
) -> Result<Inputs, BadInput> {
    let tier = facts.scope.tier.unwrap_or(Tier::Hundreds);
    let mut inputs = default_inputs(&facts.subject(tier, facts.scope.services, (offer, cover), purse))?;
    if let Some((triple, source)) = &facts.upgrade {
        inputs.set(Symbol::U, *triple, Source::Catalog, source.clone())?;
    }
    said(&mut inputs, facts, policy, logged)?;
    match price {
        PriceBasis::List(price) | PriceBasis::From(price) => {
            inputs.set(Symbol::P, price.per_year, price.source(), format!("list price of {}: {}", price.as_of, price.source))?;
        }
        PriceBasis::Quote(price) => inputs.set(Symbol::P, price.per_year, Source::Quoted, price.source.clone())?,
        PriceBasis::Anchor => {}
        PriceBasis::Unknown => inputs.unset(Symbol::P),
    }
    Ok(inputs)
}

/// Replaces defaults by what the organisation says.
fn said(inputs: &mut Inputs, facts: &CaseFacts<'_>, policy: &Policy, logged: Option<(Logged, f64)>) -> Result<(), BadInput> {
    if let Some(wage) = &policy.wage {
        inputs.set(Symbol::W, wage.cost, wage.source, wage.basis.clone())?;
    }
    if let Downtime::Cost(cost) = facts.downtime {
        inputs.set(Symbol::C, cost, Source::UserSet, "your figure")?;
    }
    if let Some(hours) = policy.upgrade_hours.filter(|_| facts.ended) {
        inputs.set(Symbol::U, hours, Source::UserSet, "your figure")?;
    }
    logged.map_or(Ok(()), |(hours, months)| with_log(inputs, facts.ended, hours, months))
}

/// Moves the hours by what was logged. A log too short to say anything moves nothing.
fn with_log(inputs: &mut Inputs, ended: bool, logged: Logged, months: f64) -> Result<(), BadInput> {
    let logged_by = [(Symbol::H, logged.routine), (Symbol::X, logged.eol)];
    for (symbol, hours) in logged_by.into_iter().filter(|(symbol, _)| *symbol == Symbol::H || ended) {
        let default = inputs.get(symbol).map(|input| input.triple);
        let Some(triple) = log::blend(default.map_or(Triple::constant(0.0), Ok)?, months, hours / months)? else { continue };
        let default = default.map_or_else(|| "there is no default".to_owned(), |default| format!("with the default {default}"));
        let basis = format!("{hours:.1} h logged in {months:.1} months are {:.1} h a month; {default}", hours / months);
        inputs.set(symbol, triple, Source::Logged, basis)?;
    }
    let upgrade = inputs.get(Symbol::U).map(|input| (input.triple, input.basis.clone()));
    if let Some((upgrade, basis)) = upgrade.filter(|_| logged.upgrade > 0.0 && months >= SHORTEST_LOG) {
        let left = log::remaining(upgrade, logged.upgrade)?;
        inputs.set(Symbol::U, left, Source::Logged, format!("{basis}, less {:.1} h logged", logged.upgrade))?;
    }
    Ok(())
}

/// The same case with one open question answered otherwise, for each open question.
pub(super) fn what_ifs(
    facts: &CaseFacts<'_>,
    situation: &Situation,
    policy: &Policy,
    purse: &Purse,
    sold: (OfferType, Cover),
) -> Vec<WhatIf> {
    let open = |what| facts.scope.assumed.contains(&what);
    let mut asked = Vec::new();
    if open(Assumed::Tier)
        && let Some(situation) = assumed::with_tier(situation, facts, purse, Tier::TensOfThousands)
    {
        asked.push(WhatIf { open: Open::Tier, situation });
    }
    if open(Assumed::Exposure) {
        let mut other = situation.clone();
        other.context.exposure = Exposure::Internet;
        asked.push(WhatIf { open: Open::Exposure, situation: other });
    }
    if open(Assumed::Services)
        && let Some(situation) = assumed::with_services(situation, facts, policy, purse, sold)
    {
        asked.push(WhatIf { open: Open::Services, situation });
    }
    asked
}

/// A case with one assumption replaced.
pub(super) mod assumed {
    use super::{CaseFacts, Cover, OfferType, Policy, Purse, Situation, Symbol, Tier, default_inputs, said};

    /// With another cost class of an hour down.
    pub(in super::super) fn with_tier(
        situation: &Situation,
        facts: &CaseFacts<'_>,
        purse: &Purse,
        tier: Tier,
    ) -> Option<Situation> {
        let subject = facts.subject(tier, facts.scope.services, (OfferType::Subscription, Cover::Fixes), purse);
        let defaults = default_inputs(&subject).ok()?;
        let cost = defaults.get(Symbol::C)?;
        let mut other = situation.clone();
        other.inputs.set(Symbol::C, cost.triple, cost.source, cost.basis.clone()).ok()?;
        Some(other)
    }

    /// With each unit a service of its own: hours and upgrade count per service.
    pub(super) fn with_services(
        situation: &Situation,
        facts: &CaseFacts<'_>,
        policy: &Policy,
        purse: &Purse,
        sold: (OfferType, Cover),
    ) -> Option<Situation> {
        let units = facts.scope.units;
        let tier = facts.scope.tier.unwrap_or(Tier::Hundreds);
        let mut defaults = default_inputs(&facts.subject(tier, units, sold, purse)).ok()?;
        said(&mut defaults, facts, policy, facts.logged).ok()?;
        let mut other = situation.clone();
        other.context.services = units;
        for symbol in [Symbol::H, Symbol::U] {
            if let Some(input) = defaults.get(symbol) {
                other.inputs.set(symbol, input.triple, input.source, input.basis.clone()).ok()?;
            }
        }
        Some(other)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these figures are exact")]
mod tests {
    use super::*;
    use crate::model::Kind;
    use crate::score::{Context, evaluate, kind_row};

    fn database(ended: bool) -> Inputs {
        let (row, purse) = (kind_row(Kind::Database), Purse::usd());
        let (offer, cover) =
            if ended { (OfferType::ExtendedLife, Cover::Fixes) } else { (OfferType::Subscription, Cover::Fixes) };
        let upkeep = &Upkeep::BY_HAND;
        let subject = Subject { row, services: 1, units: 1, upkeep, tier: Tier::Hundreds, ended, offer, cover, purse: &purse };
        default_inputs(&subject).expect("defaults")
    }

    fn logged(mut inputs: Inputs, ended: bool, hours: [f64; 3], months: f64) -> Inputs {
        let [routine, eol, upgrade] = hours;
        with_log(&mut inputs, ended, Logged { routine, eol, upgrade }, months).expect("finite");
        inputs
    }

    fn score(inputs: &Inputs) -> f64 {
        let outcome = evaluate("postgresql|server|16", &Context::default(), inputs, 2_000);
        outcome.value.expect("a free way").score.unrounded()
    }

    fn values(inputs: &Inputs, symbol: Symbol) -> [f64; 3] {
        let triple = inputs.triple(symbol);
        [triple.lo(), triple.likely(), triple.hi()].map(|value| (value * 1e4).round() / 1e4)
    }

    #[test]
    fn a_log_moves_routine_hours_and_with_them_the_score() {
        let without = database(false);
        let with = logged(without.clone(), false, [240.0, 0.0, 0.0], 3.0);
        // (3 · 11 + 3 · 80) / 6 = 45.5; below it 1 − (1 − 4.5/11) / 2 of that, above it 1 + (33/11 − 1) / 2.
        assert_eq!(values(&with, Symbol::H), [32.0568, 45.5, 91.0]);
        let input = with.get(Symbol::H).expect("hours");
        assert_eq!(input.source, Source::Logged);
        assert!(
            input.basis.starts_with("240.0 h logged in 3.0 months are 80.0 h a month; with the default 4.5"),
            "{}",
            input.basis
        );
        assert!(score(&with) > score(&without), "{} with, {} without", score(&with), score(&without));
        assert!(
            score(&logged(without.clone(), false, [3.0, 0.0, 0.0], 3.0)) <= score(&without),
            "few hours argue against buying"
        );
        assert_eq!(logged(without.clone(), false, [9.0, 9.0, 9.0], 0.49), without, "two weeks move nothing");
        assert_eq!(with.get(Symbol::X), None, "before the end of life there is no work that only it makes");
    }

    #[test]
    fn after_the_end_of_life_workarounds_and_upgrades_count_too() {
        let without = database(true);
        assert_eq!((values(&without, Symbol::X), values(&without, Symbol::U)), ([1.0, 4.0, 12.0], [8.0, 24.0, 80.0]));
        let with = logged(without.clone(), true, [0.0, 12.0, 10.0], 3.0);
        assert_eq!((values(&with, Symbol::X), values(&with, Symbol::U)), ([2.5, 4.0, 8.0], [0.0, 14.0, 70.0]));
        assert_eq!(logged(without, true, [0.0, 0.0, 90.0], 3.0).triple(Symbol::U).hi(), 0.0);
    }

    #[test]
    fn without_a_default_the_log_stands_alone_and_its_first_three_months_count_little() {
        let with = logged(Inputs::default(), false, [30.0, 0.0, 0.0], 3.0);
        assert_eq!(values(&with, Symbol::H), [4.5, 5.0, 5.5]);
    }
}
