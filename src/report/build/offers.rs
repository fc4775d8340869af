//! Offers, scored and on record. The only place of the report that reads a programme, after every verdict was made.

use std::collections::BTreeSet;

use super::cases;
use super::places::name;
use crate::catalog::{Catalog, Confidence, Offering, Price, ProgrammeKind, Vendor};
use crate::model::{Date, Deployment, LifecycleState, Origin, Use};
use crate::report::view::{self, Amount, Figure, Score};
use crate::report::words;
use crate::score::{CasePrice, Covers, Opportunity, Policy, PriceBasis, Required, ScoredOffer, Wanted, covers};

/// A page that was read longer ago, in days, is stale.
const STALE_DAYS: i64 = 365;

/// The scored offers of a case.
pub(super) fn scored(case: &Opportunity, catalog: &Catalog, policy: &Policy, as_of: Date) -> Vec<view::Offer> {
    case.offers.iter().map(|offer| one(offer, catalog, policy, as_of)).collect()
}

fn one(offer: &ScoredOffer, catalog: &Catalog, policy: &Policy, as_of: Date) -> view::Offer {
    let (verdict, sub_verdict, _) = cases::verdict(&offer.judgement);
    let seller = offer.seller.as_ref();
    let value = cases::priced(offer, &offer.outcome);
    let read = seller.and_then(|seller| seller.as_of);
    view::Offer {
        vendor: seller.map(|seller| seller.vendor.clone()),
        vendor_name: seller.map(|seller| seller.vendor_name.clone()),
        name: seller.map_or_else(|| "no seller on record".to_owned(), |seller| seller.name.clone()),
        kind: offer.kind.to_string(),
        relation: offer.relation.map(|relation| relation.to_string()),
        covers: coverage(offer.covers),
        admissible: offer.fit.admissible(),
        not_admissible: offer.fit.refused.clone(),
        asks: offer.fit.asks.clone(),
        confidence: if seller.is_some() { "seen" } else { "unverified" }.to_owned(),
        price: price(&offer.price),
        price_basis: basis(&offer.price),
        source: seller.filter(|_| offer.renewal.is_none()).map(|seller| seller.source.clone()),
        as_of: read,
        stale: is_stale(read, as_of) || matches!(&offer.price, PriceBasis::List(price) | PriceBasis::From(price) if price.stale),
        programme: seller.and_then(|seller| programme(catalog.vendor(&seller.vendor)?, &seller.key)),
        verdict,
        sub_verdict,
        indicative: offer.judgement.indicative,
        score: value.map(cases::score),
        score_without_log: cases::priced(offer, &offer.without_log).map(cases::score),
        score_omega0: value.map(|value| Score(value.score_cash.unrounded())),
        score_omega1: value.map(|value| Score(value.score_full.unrounded())),
        net: cases::net(value, policy),
        break_even: cases::offer_break_even(offer),
    }
}

fn is_stale(read: Option<Date>, as_of: Date) -> bool {
    read.is_some_and(|read| super::whole::days(read, as_of) > STALE_DAYS)
}

fn coverage(covers: Covers) -> view::Covers {
    match covers {
        Covers::Yes => view::Covers::Yes,
        Covers::Unknown => view::Covers::Unknown,
        Covers::No => view::Covers::No,
    }
}

pub(super) fn basis(price: &PriceBasis) -> view::PriceBasis {
    match price {
        PriceBasis::List(_) => view::PriceBasis::List,
        PriceBasis::From(_) => view::PriceBasis::From,
        PriceBasis::Quote(_) => view::PriceBasis::Quote,
        PriceBasis::Anchor | PriceBasis::Unknown => view::PriceBasis::Anchor,
    }
}

/// A published price; an anchor is never shown as one.
pub(super) fn price(basis: &PriceBasis) -> Option<view::Price> {
    let (PriceBasis::List(price) | PriceBasis::From(price) | PriceBasis::Quote(price)) = basis else { return None };
    let CasePrice { lo, hi, currency, per, quantity, per_year, .. } = price;
    Some(view::Price {
        lo: Amount(*lo),
        hi: Amount(hi.unwrap_or(*lo)),
        currency: currency.to_string(),
        per: per.to_string(),
        quantity: Some(Figure(*quantity)),
        per_year: Some(Amount(per_year.likely())),
    })
}

/// The programme that an offer belongs to: one that names it, else one that names none.
fn programme(vendor: &Vendor, key: &str) -> Option<view::Programme> {
    let slug = key.rsplit('/').next().unwrap_or(key);
    let real = || vendor.programmes.iter().filter(|programme| programme.kind != ProgrammeKind::NoneFound);
    let named = real().find(|programme| programme.offers.iter().any(|offer| offer == slug));
    let found = named.or_else(|| real().find(|programme| programme.offers.is_empty()))?;
    Some(view::Programme {
        id: found.id.clone(),
        kind: found.kind.to_string(),
        status: found.status.to_string(),
        terms: found.terms.clone(),
        source: Some(found.source_url.clone()),
    })
}

/// What is on sale for everything that makes a case or has ended: all of it, with and without a programme, by vendor.
pub(super) fn on_record(deployments: &[Deployment], catalog: &Catalog, required: &Required) -> Vec<view::OffersOnRecord> {
    // What is to be removed, or came with something else, needs no offer.
    let ended = |found: &&Deployment| {
        found.lifecycle.state == LifecycleState::Eol
            && !matches!(found.usage, Use::Dependency | Use::Embedded)
            && !(found.usage == Use::Installed && found.origin == Origin::Local)
    };
    let subjects: BTreeSet<(&str, Option<&str>, Option<&str>)> = deployments
        .iter()
        .filter(|found| found.makes_case || ended(found))
        .map(|found| {
            (found.product.as_str(), found.cycle.as_deref(), found.platform.as_ref().map(|platform| platform.product.as_str()))
        })
        .collect();
    let records = subjects.into_iter().map(|(product, cycle, platform)| record((product, cycle, platform), catalog, required));
    records.filter(|record| !record.entries.is_empty()).collect()
}

/// The cover that an offer has to give; `None` if nothing is required.
pub(super) fn required(required: &Required) -> Option<view::Required> {
    (!required.is_empty()).then(|| view::Required {
        hours: required.hours.map(|hours| hours.to_string()),
        response_minutes: required.response,
        languages: required.languages.clone(),
        region: required.region.as_ref().map(ToString::to_string),
    })
}

/// What is on sale for one product and cycle.
pub(in crate::report) fn record(
    (product, cycle, platform): (&str, Option<&str>, Option<&str>),
    catalog: &Catalog,
    required: &Required,
) -> view::OffersOnRecord {
    let wanted = Wanted { product, cycle, platform, ended: false };
    let mut entries: Vec<view::Entry> =
        catalog.offers(product).iter().filter_map(|offering| entry(offering, &wanted, catalog, required)).collect();
    entries.sort_by(|a, b| (covered(a), &a.vendor, &a.name).cmp(&(covered(b), &b.vendor, &b.name)));
    view::OffersOnRecord {
        product: product.to_owned(),
        product_name: name(product, catalog),
        cycle: cycle.map(str::to_owned),
        entries,
    }
}

fn covered(entry: &view::Entry) -> u8 {
    match entry.covers {
        view::Covers::Yes => 0,
        view::Covers::Unknown => 1,
        view::Covers::No => 2,
    }
}

fn entry(offering: &Offering<'_>, wanted: &Wanted<'_>, catalog: &Catalog, required: &Required) -> Option<view::Entry> {
    let offer = offering.offer;
    let fit = required.fit(offer);
    let covers = covers(offer, wanted)?;
    let relation = offer.relation.map(|relation| relation.to_string());
    let row = offer.covers.iter().find(|row| row.product == wanted.product);
    Some(view::Entry {
        vendor: offering.vendor.to_owned(),
        vendor_name: offering.vendor_name.to_owned(),
        name: offer.name.clone(),
        relation_words: words::relation(relation.as_deref()).to_owned(),
        relation,
        covers: coverage(covers),
        versions: row.and_then(|row| row.versions.clone()),
        price: offer.price.as_ref().and_then(published),
        source: Some(offer.source.clone()),
        as_of: offer.as_of,
        confidence: if offer.confidence == Confidence::Seen { "seen" } else { "unverified" }.to_owned(),
        not_admissible: fit.refused,
        asks: fit.asks,
        contact: catalog.vendor(offering.vendor).and_then(|vendor| vendor.contact.clone()),
        programme: catalog.vendor(offering.vendor).and_then(|vendor| programme(vendor, &offer.key)),
    })
}

/// A price in words: `from 349 USD per host and year`.
#[must_use]
pub fn published(price: &Price) -> Option<String> {
    let amount = price.amount.as_ref()?;
    let range = match amount.hi {
        Some(hi) if hi == amount.lo => amount.lo.to_string(),
        Some(hi) => format!("{} to {hi}", amount.lo),
        None => format!("from {}", amount.lo),
    };
    let period = price.period.map_or(String::new(), |period| format!(" and {period}"));
    Some(format!("{range} {} per {}{period}", amount.currency, amount.per))
}
