//! Default inputs: what the model assumes until somebody knows better, each with its basis in words.
//!
//! Amounts of money come in the report's currency. Finds nothing out about a deployment: the caller says what it is.

use std::borrow::Cow;

use super::input::{BadInput, Inputs, Source, Symbol, Triple};
use super::kinds::{Cell, JUDGEMENT, KindRow, cell, cited, triple};
use crate::model::{Currency, RateTable, vocabulary};

vocabulary! {
    /// The offers that are scored; all others are only listed.
    OfferType, "scored type of offer" {
        Subscription = "subscription",
        Managed = "managed",
        ExtendedLife = "extended-life",
        Retainer = "retainer",
    }
}

vocabulary! {
    /// What an offer does for the installed version.
    Cover, "cover" {
        /// It ships security fixes for it.
        Fixes = "fixes",
        /// It helps with it and ships no fixes.
        HelpDesk = "help-desk",
        /// It does not cover it.
        None = "none",
    }
}

vocabulary! {
    /// How dear an hour down is.
    Tier, "tier" {
        Nothing = "0",
        Hundreds = "1",
        Thousands = "2",
        TensOfThousands = "3",
    }
}

const OUTAGES: &str = "judgement; the highest value of tier 3 is a ceiling that 90 % of firms report themselves (itic-corp.com/itic-2024-hourly-cost-of-downtime-report), to compare: 54 % of significant outages cost over 100,000 (intelligence.uptimeinstitute.com/resource/annual-outage-analysis-2024)";
const NO_SOFTWARE_TIME: &str = "12 % of staff time in one sponsored survey of a supported system (redhat.com, economic impact of Red Hat Enterprise Linux), carried over to one component; the highest value is just under a sponsored 37 %";
const AVOIDED: &str =
    "judgement; the highest value is about half of a sponsored 75 %. A service level is a time to respond, not to fix";
const LOSSES: &str = "0.4 to 4 % a year and firm: incidents of a firm of 100 million (cyentia.com/2020-information-risk-insights-study) times the share of breaches that begin with a vulnerability, spread over about ten components that face the internet";
const LOSS_SIZE: &str = "a typical loss is about 200,000 and one in ten exceeds 20 million (cyentia.com/2020-information-risk-insights-study); the tail above the highest value is left out on purpose";
const ALREADY_FIXED: &str = "judgement; a supported version has its fixes already, and applying them is what lags (msspalert.com, ServiceNow patch management findings: a patch existed for 60 % of breaches)";
const AUDITS: &str = "judgement; more than half of the firms that failed an audit had end-of-life components (openlogic.com/blog/state-of-open-source-report-key-insights)";
const PURCHASE: &str = "judgement; keeps tiny purchases from looking free";
const WAGE_USD: &str = "mean wage of administrators 42.51 (bls.gov/oes/2019/may/oes151244.htm) over a wage share of 0.707 gives 60; 85 for an engineer (technicaldebtcost.com); the rest is judgement";
const WAGE_EUR: &str = "labour cost of the whole economy, 33.5 in the EU and 10.6 to 55.2 by country in 2024 (openstats.eu/en/news/eu-hourly-labour-costs-ranged-from-11-to-55-in-2024-af1d78); the premium for IT is judgement";

/// Vendors have minimum orders: a usual price is taken for at least this many units (judgement).
const LEAST_ORDER: u32 = 3;

impl Tier {
    fn cost(self) -> Cell {
        match self {
            Self::Nothing => cell([0.0; 3]),
            Self::Hundreds => cited([100.0, 500.0, 2_000.0], OUTAGES),
            Self::Thousands => cited([1_000.0, 5_000.0, 20_000.0], OUTAGES),
            Self::TensOfThousands => cited([10_000.0, 50_000.0, 300_000.0], OUTAGES),
        }
    }
}

impl OfferType {
    /// Share of the routine work that it takes over.
    fn relief(self) -> Cell {
        match self {
            Self::Subscription => cited([0.02, 0.12, 0.35], NO_SOFTWARE_TIME),
            Self::Managed => cell([0.30, 0.60, 0.80]),
            Self::ExtendedLife => cell([0.0, 0.05, 0.20]),
            Self::Retainer => cell([0.02, 0.10, 0.30]),
        }
    }

    /// Share of the downtime that it avoids.
    fn uptime(self) -> Cell {
        match self {
            Self::Subscription => cited([0.0, 0.15, 0.40], AVOIDED),
            Self::Managed => cell([0.1, 0.3, 0.6]),
            Self::ExtendedLife => cell([0.0, 0.0, 0.05]),
            Self::Retainer => cell([0.0, 0.1, 0.3]),
        }
    }

    /// Share of the security loss that it avoids.
    fn safety(self, ended: bool, cover: Cover) -> Cell {
        match (cover, ended) {
            (Cover::None, _) => cell([0.0; 3]),
            (_, true) if self == Self::Retainer => cited([0.0, 0.05, 0.15], ALREADY_FIXED),
            (Cover::Fixes, true) => cell([0.3, 0.6, 0.8]),
            (Cover::HelpDesk, true) => cell([0.0; 3]),
            (_, false) => cited([0.0, 0.05, 0.15], ALREADY_FIXED),
        }
    }

    /// Whether a usual price stands in for an unknown one.
    #[must_use]
    pub fn has_anchor(self) -> bool {
        matches!(self, Self::Subscription | Self::ExtendedLife)
    }
}

/// How much of the routine work is left, by who ships the software; a factor on the hours of the kind (judgement).
#[derive(Clone, Debug, PartialEq)]
pub struct Upkeep {
    factor: f64,
    words: Cow<'static, str>,
}

impl Upkeep {
    /// Packaged by the distribution, on a host where updates install themselves.
    pub const UNATTENDED: Self = Self::fixed(0.3, "the distribution's package, and updates install themselves");
    /// Packaged by a vendor's repository.
    pub const VENDOR_REPOSITORY: Self = Self::fixed(0.6, "from a vendor's repository");
    /// Anything else.
    pub const BY_HAND: Self = Self::fixed(1.0, "updated by hand");

    const fn fixed(factor: f64, words: &'static str) -> Self {
        Self { factor, words: Cow::Borrowed(words) }
    }

    /// A factor that the reader sets.
    ///
    /// # Errors
    /// If it is negative or not finite.
    pub fn new(factor: f64, words: impl Into<Cow<'static, str>>) -> Result<Self, BadInput> {
        match factor {
            _ if !factor.is_finite() => Err(BadInput::NotFinite),
            _ if factor < 0.0 => Err(BadInput::Negative { symbol: Symbol::H, value: factor }),
            _ => Ok(Self { factor, words: words.into() }),
        }
    }

    /// The factor.
    #[must_use]
    pub fn factor(&self) -> f64 {
        self.factor
    }
}

/// The report's currency and how the model's amounts become amounts in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Purse {
    currency: Currency,
    /// What converts amounts that are known in US dollars.
    rate: f64,
    rates: Option<String>,
}

impl Purse {
    /// US dollars, the currency of every default.
    #[must_use]
    pub fn usd() -> Self {
        Self { currency: Currency::USD, rate: 1.0, rates: None }
    }

    /// Another currency; `None` if the table lacks its rate and the defaults need one.
    #[must_use]
    pub fn new(currency: Currency, rates: &RateTable) -> Option<Self> {
        let rate = rates.factor(Currency::USD, currency).filter(|rate| *rate > 0.0 && rate.is_finite());
        // Euro defaults need no rate at all.
        let rate = if currency == Currency::EUR { rate.unwrap_or(1.0) } else { rate? };
        let words = format!("converted from USD at the rate of {} ({})", rates.date, rates.source);
        Some(Self { currency, rate, rates: (currency != Currency::USD).then_some(words) })
    }

    /// The currency.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// An exact default in US dollars.
    fn convert(&self, cell: Cell) -> Result<(Triple, Cow<'static, str>), BadInput> {
        let basis = match &self.rates {
            None => Cow::Borrowed(cell.basis),
            Some(words) => Cow::Owned(format!("{}; {words}", cell.basis)),
        };
        Ok((cell.triple.scaled(self.rate)?, basis))
    }

    /// A one-digit judgement, which reads the same in the large currencies.
    fn rough(&self, cell: Cell) -> Result<(Triple, Cow<'static, str>), BadInput> {
        let as_it_is = matches!(self.currency.code(), "USD" | "EUR" | "GBP" | "CHF");
        if as_it_is { Ok((cell.triple, cell.basis.into())) } else { self.convert(cell) }
    }

    fn wage(&self) -> Result<(Triple, Cow<'static, str>), BadInput> {
        if self.currency == Currency::EUR {
            return Ok((triple([30.0, 50.0, 90.0]), WAGE_EUR.into()));
        }
        self.convert(cited([45.0, 65.0, 110.0], WAGE_USD))
    }
}

/// The hourly cost of staff from a country's labour cost of the whole economy, in the same currency: half as much again
/// as likely, and 0.6 and 1.8 of that as the ends (judgement).
///
/// # Errors
/// If the cost is negative or not finite.
pub fn wage_from_labour_cost(cost: f64) -> Result<Triple, BadInput> {
    let likely = 1.5 * cost;
    Triple::new(0.6 * likely, likely, 1.8 * likely)
}

/// What a case is, as far as the defaults depend on it.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The row of its kind; `None` leaves hours, incidents, upgrade and price unset.
    pub row: Option<&'static KindRow>,
    /// Units that are looked after, and fail, as one thing.
    pub services: u32,
    /// Units that are installed.
    pub units: u32,
    /// Who ships it.
    pub upkeep: &'a Upkeep,
    /// How dear an hour down is.
    pub tier: Tier,
    /// Whether the free fixes have ended.
    pub ended: bool,
    /// What sort of offer it is scored against.
    pub offer: OfferType,
    /// What that offer does for this version.
    pub cover: Cover,
    /// The report's currency.
    pub purse: &'a Purse,
}

/// The default inputs. Those that only count at the end of life are left out before it.
///
/// # Errors
/// If the counts or the rate are so large that a product is not finite.
pub fn inputs(subject: &Subject<'_>) -> Result<Inputs, BadInput> {
    let mut inputs = Inputs::default();
    let mut put = |symbol, (triple, basis): (Triple, Cow<'static, str>)| inputs.set(symbol, triple, Source::Default, basis);
    put(Symbol::W, subject.purse.wage()?)?;
    put(Symbol::C, subject.purse.rough(subject.tier.cost())?)?;
    put(Symbol::Lm, subject.purse.rough(cited([20_000.0, 200_000.0, 2_000_000.0], LOSS_SIZE))?)?;
    let mut common = vec![
        (Symbol::Omega, cell([0.4, 0.7, 1.0])),
        (Symbol::A, subject.offer.relief()),
        (Symbol::Q, subject.offer.uptime()),
        (Symbol::F, cited([0.000_04, 0.000_2, 0.000_5], LOSSES)),
        (Symbol::R, subject.offer.safety(subject.ended, subject.cover)),
        (Symbol::O, cited([8.0, 24.0, 80.0], PURCHASE)),
        (Symbol::Y, cited([3.0; 3], PURCHASE)),
        (Symbol::V, cited([4.0, 12.0, 40.0], PURCHASE)),
    ];
    if subject.ended {
        common.extend(end_of_life(subject.cover));
    }
    for (symbol, Cell { triple, basis }) in common {
        put(symbol, (triple, basis.into()))?;
    }
    if let Some(row) = subject.row {
        for (symbol, value) in of_kind(subject, row)? {
            put(symbol, value)?;
        }
    }
    Ok(inputs)
}

/// What counts only once the free fixes have ended.
fn end_of_life(cover: Cover) -> [(Symbol, Cell); 5] {
    let covered = |values, yes| if yes { cell(values) } else { cited([0.0; 3], "the offer does not do that for this version") };
    [
        (Symbol::X, cell([1.0, 4.0, 12.0])),
        (Symbol::Ae, covered([0.6, 0.8, 0.95], cover == Cover::Fixes)),
        (Symbol::G, cited([0.1, 0.3, 0.6], AUDITS)),
        (Symbol::Kh, cell([40.0, 80.0, 200.0])),
        (Symbol::Rc, covered([0.5, 0.8, 0.95], cover != Cover::None)),
    ]
}

type Valued = (Symbol, (Triple, Cow<'static, str>));

/// What depends on the kind and on how much of it there is.
fn of_kind(subject: &Subject<'_>, row: &'static KindRow) -> Result<Vec<Valued>, BadInput> {
    let mut values = vec![
        (Symbol::H, hours(subject, row)?),
        (Symbol::Lam, (row.incidents.triple, row.incidents.basis.into())),
        (Symbol::D, (row.hours_down.triple, row.hours_down.basis.into())),
    ];
    if subject.ended {
        values.push((Symbol::U, upgrade(subject, row)?));
        values.push((Symbol::T, (row.years, JUDGEMENT.into())));
    }
    if subject.offer.has_anchor() {
        values.push((Symbol::P, anchor(subject, row)?));
    }
    Ok(values)
}

/// S·hf + N·hu, term by term, after the factor of the upkeep.
fn hours(subject: &Subject<'_>, row: &KindRow) -> Result<(Triple, Cow<'static, str>), BadInput> {
    let Subject { services, units, upkeep, .. } = subject;
    let (service, unit) = (row.hours_per_service, row.hours_per_unit);
    let of_services = service.triple.scaled(upkeep.factor)?.scaled(f64::from(*services))?;
    let of_units = unit.triple.scaled(upkeep.factor)?.scaled(f64::from(*units))?;
    let source = if service.basis == JUDGEMENT { unit.basis } else { service.basis };
    let basis = format!(
        "{services} × ({}) per service and {units} × ({}) per {}, × {} as {}: {source}",
        service.triple, unit.triple, row.unit, upkeep.factor, upkeep.words
    );
    Ok((of_services.plus(of_units)?, basis.into()))
}

fn upgrade(subject: &Subject<'_>, row: &KindRow) -> Result<(Triple, Cow<'static, str>), BadInput> {
    let of_services = row.upgrade.triple.scaled(f64::from(subject.services))?;
    let Some(per_unit) = row.upgrade_per_unit else { return Ok((of_services, row.upgrade.basis.into())) };
    let basis = format!("a service, and {} × ({}) per {}: {}", subject.units, per_unit.triple, row.unit, row.upgrade.basis);
    Ok((of_services.plus(per_unit.triple.scaled(f64::from(subject.units))?)?, basis.into()))
}

/// The usual price of the kind, for the least order at least. Never a vendor's price.
fn anchor(subject: &Subject<'_>, row: &KindRow) -> Result<(Triple, Cow<'static, str>), BadInput> {
    let quantity = subject.units.max(LEAST_ORDER);
    let (unit, basis) = subject.purse.rough(row.anchor)?;
    let basis = format!("usual range for {quantity} at ({unit}) per {}, no vendor's price: {basis}", row.unit);
    Ok((unit.scaled(f64::from(quantity))?, basis.into()))
}

#[cfg(test)]
mod tests {
    use super::super::kinds::kind_row;
    use super::*;
    use crate::model::{Date, Kind};

    fn rates() -> RateTable {
        let rate = |code: &str, rate: &str| (code.parse().expect("a code"), rate.parse().expect("a decimal"));
        let rates = [rate("USD", "1.25"), rate("GBP", "0.75"), rate("JPY", "150")].into();
        RateTable { base: Currency::EUR, date: Date::constant(2026, 10, 30), source: "European Central Bank".to_owned(), rates }
    }

    static UNATTENDED: Upkeep = Upkeep::UNATTENDED;

    fn of(kind: Kind, change: impl FnOnce(&mut Subject<'_>)) -> Inputs {
        let purse = Purse::usd();
        let mut subject = Subject {
            row: kind_row(kind),
            services: 1,
            units: 3,
            upkeep: &Upkeep::BY_HAND,
            tier: Tier::Hundreds,
            ended: true,
            offer: OfferType::Subscription,
            cover: Cover::Fixes,
            purse: &purse,
        };
        change(&mut subject);
        inputs(&subject).expect("finite")
    }

    #[track_caller]
    fn check(inputs: &Inputs, symbol: Symbol, [lo, likely, hi]: [f64; 3]) {
        let found = inputs.triple(symbol);
        let close = |found: f64, expected: f64| (found - expected).abs() <= 1e-9 * expected.abs();
        assert!(close(found.lo(), lo) && close(found.likely(), likely) && close(found.hi(), hi), "{symbol}: {found}");
    }

    #[test]
    fn hours_and_upgrades_grow_with_services_and_units() {
        check(&of(Kind::Database, |_| {}), Symbol::H, [5.5, 13.0, 39.0]);
        check(&of(Kind::Database, |subject| subject.services = 2), Symbol::H, [9.5, 23.0, 69.0]);
        check(&of(Kind::Database, |subject| subject.services = 2), Symbol::U, [16.0, 48.0, 160.0]);
        check(&of(Kind::Database, |subject| subject.upkeep = &UNATTENDED), Symbol::H, [1.65, 3.9, 11.7]);
        check(&of(Kind::Os, |subject| subject.units = 10), Symbol::U, [18.0, 54.0, 160.0]);
    }

    #[test]
    fn a_usual_price_is_for_three_units_at_least_and_for_fixes_by_subscription_only() {
        check(&of(Kind::Os, |subject| subject.units = 1), Symbol::P, [1047.0, 2397.0, 3897.0]);
        check(&of(Kind::Os, |subject| subject.units = 10), Symbol::P, [3490.0, 7990.0, 12990.0]);
        for offer in [OfferType::Managed, OfferType::Retainer] {
            assert_eq!(of(Kind::Os, |subject| subject.offer = offer).get(Symbol::P), None, "{offer}");
        }
    }

    #[test]
    fn what_an_offer_avoids_depends_on_its_cover_and_the_life() {
        let fixed = [0.3, 0.6, 0.8];
        let little = [0.0, 0.05, 0.15];
        let none = [0.0; 3];
        for (offer, cover, ended, safety) in [
            (OfferType::Subscription, Cover::Fixes, true, fixed),
            (OfferType::Subscription, Cover::HelpDesk, true, none),
            (OfferType::Subscription, Cover::HelpDesk, false, little),
            (OfferType::Subscription, Cover::None, false, none),
            (OfferType::ExtendedLife, Cover::None, true, none),
            (OfferType::Retainer, Cover::Fixes, true, little),
        ] {
            let inputs = of(Kind::Database, |subject| (subject.offer, subject.cover, subject.ended) = (offer, cover, ended));
            check(&inputs, Symbol::R, safety);
            assert_eq!(inputs.get(Symbol::Ae).is_some(), ended, "{offer}");
        }
        let uncovered = of(Kind::Database, |subject| subject.cover = Cover::None);
        check(&uncovered, Symbol::Ae, none);
        check(&uncovered, Symbol::Rc, none);
    }

    #[test]
    fn a_kind_without_defaults_leaves_its_hours_and_price_unset() {
        let inputs = of(Kind::Other, |_| {});
        for symbol in [Symbol::H, Symbol::Lam, Symbol::D, Symbol::U, Symbol::T, Symbol::P] {
            assert_eq!(inputs.get(symbol), None, "{symbol}");
        }
    }

    #[test]
    fn wages_are_converted_and_rough_judgements_are_not_in_large_currencies() {
        for (code, wage, cost) in [
            ("USD", [45.0, 65.0, 110.0], [100.0, 500.0, 2_000.0]),
            ("EUR", [30.0, 50.0, 90.0], [100.0, 500.0, 2_000.0]),
            ("GBP", [27.0, 39.0, 66.0], [100.0, 500.0, 2_000.0]),
            ("JPY", [5_400.0, 7_800.0, 13_200.0], [12_000.0, 60_000.0, 240_000.0]),
        ] {
            let purse = Purse::new(code.parse().expect("a code"), &rates()).expect("a rate");
            let upkeep = Upkeep::BY_HAND;
            let subject = Subject {
                row: None,
                services: 1,
                units: 1,
                upkeep: &upkeep,
                tier: Tier::Hundreds,
                ended: false,
                offer: OfferType::Subscription,
                cover: Cover::Fixes,
                purse: &purse,
            };
            let inputs = inputs(&subject).expect("finite");
            check(&inputs, Symbol::W, wage);
            check(&inputs, Symbol::C, cost);
            let converted =
                inputs.get(Symbol::W).is_some_and(|input| input.basis.ends_with("2026-10-30 (European Central Bank)"));
            assert_eq!(converted, matches!(code, "GBP" | "JPY"), "{code}");
        }
        let unknown = "NOK".parse().expect("a code");
        assert_eq!(Purse::new(unknown, &rates()), None);
    }

    #[test]
    fn a_countrys_labour_cost_becomes_a_wage() {
        let wage = wage_from_labour_cost(40.0).expect("finite");
        assert_eq!(wage, Triple::new(36.0, 60.0, 108.0).expect("in order"));
    }
}
