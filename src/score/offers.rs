//! Which offers compete for a case, whether they cover it, and what they cost in a year there. Sees offers only: what a
//! vendor pays to anybody is not part of them.

use rust_decimal::prelude::ToPrimitive;

use super::policy::Quantities;
use super::{Cover, OfferType, Purse, Source, Triple};
use crate::catalog::{self, Confidence, Coverage, Offer, Offering, Period, PriceUnit, Relation};
use crate::model::{Currency, Date, Money, RateTable};

/// Whether an offer covers what is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Covers {
    /// Its source names this release.
    Yes,
    /// Its source does not say.
    Unknown,
    /// Its source names others.
    No,
}

impl Covers {
    /// The word used in outputs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Unknown => "unknown",
            Self::No => "no",
        }
    }
}

/// The product, release and platform that an offer is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// Product id.
    pub product: &'w str,
    /// Release cycle; `None` if unknown.
    pub cycle: Option<&'w str>,
    /// Product id of the system it runs on; `None` if unknown.
    pub platform: Option<&'w str>,
    /// Whether its free fixes have ended.
    pub ended: bool,
}

/// Whether `offer` covers `wanted`; `None` if it is bound to other platforms and is no offer for this one at all.
#[must_use]
pub fn covers(offer: &Offer, wanted: &Wanted<'_>) -> Option<Covers> {
    let rows = offer.covers.iter().filter(|row| row.product == wanted.product);
    rows.filter(|row| row.on.is_empty() || wanted.platform.is_some_and(|platform| row.on.iter().any(|on| on == platform)))
        .map(|row| by_release(row, wanted))
        .min()
}

fn by_release(row: &Coverage, wanted: &Wanted<'_>) -> Covers {
    match wanted.cycle {
        Some(cycle) if row.cycles.iter().any(|covered| covered == cycle) => Covers::Yes,
        Some(_) if !row.cycles.is_empty() => Covers::No,
        _ => Covers::Unknown,
    }
}

/// The scored type of an offer that competes with doing it yourself; `None` for what is only listed.
#[must_use]
pub fn competes(offer: &Offer) -> Option<OfferType> {
    let relation = matches!(offer.relation, Some(Relation::Fixes | Relation::HelpDesk));
    let kind = match offer.kind {
        catalog::OfferType::Subscription => OfferType::Subscription,
        catalog::OfferType::Managed => OfferType::Managed,
        catalog::OfferType::ExtendedLife => OfferType::ExtendedLife,
        catalog::OfferType::Retainer => OfferType::Retainer,
        _ => return None,
    };
    relation.then_some(kind)
}

/// Whether an offer is scored for a case: verified, competing, and for this release. While free fixes come, an offer whose source
/// does not say which releases it covers is taken to cover them, and extended life is nothing that anybody needs. Once they have
/// ended, only who names the release, or sells extended life, is taken at that.
#[must_use]
pub fn is_scored(offering: &Offering<'_>, wanted: &Wanted<'_>) -> bool {
    let extends = offering.offer.kind == catalog::OfferType::ExtendedLife;
    let fits = match covers(offering.offer, wanted) {
        Some(Covers::Yes) => wanted.ended || !extends,
        Some(Covers::Unknown) => wanted.ended == extends,
        Some(Covers::No) | None => false,
    };
    fits && offering.offer.confidence == Confidence::Seen && competes(offering.offer).is_some()
}

/// What an offer does for the installed version. Ended releases get fixes only from who says so: by naming the release, or by
/// selling nothing but extended life.
#[must_use]
pub(super) fn cover(offer: &Offer, covers: Covers, ended: bool) -> Cover {
    let says_so = !ended || covers == Covers::Yes || offer.kind == catalog::OfferType::ExtendedLife;
    match offer.relation {
        _ if covers == Covers::No => Cover::None,
        Some(Relation::Fixes) if says_so => Cover::Fixes,
        Some(Relation::Fixes | Relation::HelpDesk) => Cover::HelpDesk,
        _ => Cover::None,
    }
}

/// A price as it counts for a case.
#[derive(Clone, Debug, PartialEq)]
pub struct CasePrice {
    /// Lowest published amount, per `per` and period.
    pub lo: f64,
    /// Highest published amount; `None` means "from".
    pub hi: Option<f64>,
    /// Its currency.
    pub currency: Currency,
    /// What it is counted by.
    pub per: PriceUnit,
    /// How many of that are billed here.
    pub quantity: f64,
    /// What it comes to in a year, in the report's currency.
    pub per_year: Triple,
    /// Whether only a starting price is published.
    pub from: bool,
    /// The day of the price.
    pub as_of: Date,
    /// Whether the price is more than a year old.
    pub stale: bool,
    /// Where it was read.
    pub source: String,
}

impl CasePrice {
    /// How the price enters the evidence.
    #[must_use]
    pub fn source(&self) -> Source {
        Source::Catalog
    }
}

/// How many of each unit a case has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// Hosts, nodes, instances, applications.
    pub units: u32,
    /// Hosts that carry them, each once.
    pub hosts: u32,
    /// Services.
    pub services: u32,
    /// What only the organisation knows.
    pub quantities: Quantities,
}

/// The list price of an offer for a case; `None` is unknown: no date or period, an unknown quantity, a missing rate.
#[must_use]
pub(super) fn price(offer: &Offer, sizes: &Sizes, purse: &Purse, rates: Option<&RateTable>, as_of: Date) -> Option<CasePrice> {
    let listed = offer.price.as_ref()?.usable()?;
    let periods = yearly(listed.period)?;
    let quantity = f64::from(quantity(listed.amount.per, sizes)?.max(listed.minimum));
    let in_report = |amount| amount_in(Money { amount, currency: listed.amount.currency }, purse, rates);
    let lo = in_report(listed.amount.lo)?;
    let hi = match listed.amount.hi {
        Some(hi) => Some(in_report(hi)?),
        None => None,
    };
    // "From" prices count as their lowest, and twice that at most (judgement); a range as its mean.
    let (likely, most) = hi.map_or((lo, 2.0 * lo), |hi| (f64::midpoint(lo, hi), hi));
    let factor = quantity * periods;
    Some(CasePrice {
        lo: listed.amount.lo.to_f64()?,
        hi: listed.amount.hi.and_then(|hi| hi.to_f64()),
        currency: listed.amount.currency,
        per: listed.amount.per,
        quantity,
        per_year: Triple::new(lo * factor, likely * factor, most * factor).ok()?,
        from: hi.is_none(),
        as_of: listed.as_of,
        stale: listed.stale(as_of),
        source: listed.source.to_owned(),
    })
}

/// An amount in the report's currency; `None` without a rate.
pub(super) fn amount_in(money: Money, purse: &Purse, rates: Option<&RateTable>) -> Option<f64> {
    if money.currency == purse.currency() {
        return money.amount.to_f64();
    }
    rates?.convert(money, purse.currency())?.amount.to_f64()
}

fn yearly(period: Period) -> Option<f64> {
    period.per_year().map(f64::from)
}

/// A price per physical host is unknown: nothing here tells how many machines carry the virtual ones; nor does a scan count processors.
pub(super) fn quantity(per: PriceUnit, sizes: &Sizes) -> Option<u32> {
    match per {
        PriceUnit::Organisation => Some(1),
        PriceUnit::Host => Some(sizes.hosts),
        PriceUnit::Unit | PriceUnit::Node | PriceUnit::Instance | PriceUnit::App => Some(sizes.units),
        PriceUnit::Service => Some(sizes.services),
        PriceUnit::PhysicalHost | PriceUnit::Vcpu => None,
        PriceUnit::User => sizes.quantities.users,
        PriceUnit::Employee => sizes.quantities.employees,
        PriceUnit::Gb => sizes.quantities.gb,
        PriceUnit::Spend => sizes.quantities.spend,
        PriceUnit::Ticket => sizes.quantities.tickets,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Amount, Price};

    fn offer(covers: Vec<Coverage>) -> Offer {
        Offer {
            key: "acme/care".to_owned(),
            name: "Care".to_owned(),
            kind: catalog::OfferType::Subscription,
            relation: Some(Relation::Fixes),
            confidence: Confidence::Seen,
            source: "https://acme.example".to_owned(),
            as_of: None,
            support_hours: None,
            hours: None,
            response: None,
            response_minutes: None,
            regions: None,
            languages: Vec::new(),
            serves: Vec::new(),
            notes: None,
            entitlement: None,
            price: None,
            covers,
        }
    }

    fn row(cycles: &[&str], on: &[&str]) -> Coverage {
        let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Coverage { product: "db".to_owned(), versions: None, cycles: own(cycles), on: own(on) }
    }

    #[test]
    fn a_release_is_covered_unknown_or_not_and_another_platform_is_no_offer() {
        let wanted = Wanted { product: "db", cycle: Some("8"), platform: Some("debian"), ended: false };
        for (rows, expected) in [
            (vec![row(&["8"], &[])], Some(Covers::Yes)),
            (vec![row(&["9"], &[])], Some(Covers::No)),
            (vec![row(&[], &[])], Some(Covers::Unknown)),
            (vec![row(&["8"], &["ubuntu"])], None),
            (vec![row(&["9"], &[]), row(&["8"], &["debian"])], Some(Covers::Yes)),
        ] {
            assert_eq!(covers(&offer(rows.clone()), &wanted), expected, "{rows:?}");
        }
    }

    #[test]
    fn an_ended_release_gets_fixes_only_from_who_says_so() {
        let plain = offer(vec![]);
        assert_eq!(cover(&plain, Covers::Unknown, true), Cover::HelpDesk);
        assert_eq!(cover(&plain, Covers::Unknown, false), Cover::Fixes);
        assert_eq!(cover(&plain, Covers::Yes, true), Cover::Fixes);
        let extended = Offer { kind: catalog::OfferType::ExtendedLife, ..plain };
        assert_eq!(cover(&extended, Covers::Unknown, true), Cover::Fixes);
    }

    #[test]
    fn a_price_counts_with_quantity_period_and_minimum() {
        let amount = Amount { lo: 10.into(), hi: None, currency: Currency::USD, per: PriceUnit::Host };
        let price_of = |period| Price {
            amount: Some(amount.clone()),
            period,
            minimum: Some(5),
            as_of: Some(Date::constant(2026, 1, 1)),
            source: Some("https://acme.example/price".to_owned()),
            text: None,
        };
        let sizes = Sizes { units: 2, hosts: 2, services: 1, quantities: Quantities::default() };
        let day = Date::constant(2026, 11, 24);
        let with = |period| price(&Offer { price: Some(price_of(period)), ..offer(vec![]) }, &sizes, &Purse::usd(), None, day);
        let monthly = with(Some(Period::Month)).expect("known");
        assert_eq!((monthly.quantity, monthly.per_year.lo(), monthly.per_year.hi(), monthly.from), (5.0, 600.0, 1200.0, true));
        assert_eq!(with(None), None);
        assert_eq!(with(Some(Period::Once)), None);
    }
}
