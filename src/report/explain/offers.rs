//! Offers by name, below everything that was argued; who may gain from them; what rule books ask.

use crate::report::bundles;
use crate::report::cover;
use crate::report::disclosure::{self, gain};
use crate::report::entries::subject;
use crate::report::terminal::page::{Column, Page};
use crate::report::text::{amount, visible};
use crate::report::view::{Bundle, Covers, Entry, Offer, OffersOnRecord, Opportunity, PriceBasis, ReportV1};
use crate::report::words::{self, Thresholds, runs, sentence};

pub(super) fn part(report: &ReportV1, product: &str, cases: &[&Opportunity], page: &mut Page) {
    page.section("OFFERS ON RECORD", 0, 2, "by name; nobody can pay to be listed");
    if let Some(required) = cover::required(report) {
        page.paragraph(2, &format!("Required: {required}. What a vendor does not say is to be asked."));
    }
    for case in cases {
        compared(case, page);
    }
    let records: Vec<&OffersOnRecord> = report.offers_on_record.iter().filter(|record| record.product == product).collect();
    for record in &records {
        listed(record, cases, page);
    }
    let covers = |bundle: &&Bundle| cases.iter().any(|case| bundle.cases.contains(&case.id));
    for bundle in report.bundles.iter().filter(covers) {
        page.paragraph(2, &format!("{}, {}.", bundles::called(bundle), bundles::told(report, bundle)));
    }
    if records.is_empty() && cases.iter().all(|case| case.offers.is_empty()) {
        page.paragraph(2, "none for this product");
    }
    page.blank();
    disclosed(report, &records, cases, page);
    if cases.iter().any(|case| case.lifecycle.state.ended()) {
        page.section(
            "COMPLIANCE",
            0,
            2,
            "none of PCI DSS, NIST SA-22, DORA, NIS2, CRA, HIPAA and ISO 27001 says \"buy support\": they forbid unmanaged unsupported software. This is no legal advice.",
        );
    }
}

/// The offers that were scored for a case, each with its own verdict.
fn compared(case: &Opportunity, page: &mut Page) {
    if case.offers.is_empty() {
        return;
    }
    page.paragraph(2, &format!("Compared for case {}:", visible(&case.id)));
    for offer in &case.offers {
        let standing = told(&offer.not_admissible, &offer.asks);
        let cells = [called(offer), format!("{}; {}; {}{standing}", covers(offer.covers), price(offer), judged(case, offer))];
        row(&cells, page);
    }
}

fn told(not_admissible: &[String], asks: &[String]) -> String {
    cover::standing(not_admissible, asks).map_or_else(String::new, |standing| format!("; {standing}"))
}

fn row(cells: &[String; 2], page: &mut Page) {
    let name = Column::text(page.scaled(28));
    let facts = page.beside(&[Column::text(0), name]);
    let [first, second] = cells.clone();
    page.row(&[Column::text(0), name, facts], &[String::new(), first, second], None);
}

fn called(offer: &Offer) -> String {
    match &offer.vendor_name {
        Some(vendor) => {
            visible(format!("{vendor} {}", offer.name.strip_prefix(vendor.as_str()).unwrap_or(&offer.name).trim()).trim())
        }
        None => "no seller on record".to_owned(),
    }
}

fn covers(covers: Covers) -> &'static str {
    match covers {
        Covers::Yes => "covers it",
        Covers::Unknown => "may cover it, ask",
        Covers::No => "is for other releases",
    }
}

/// An anchor is never shown as a price.
fn price(offer: &Offer) -> String {
    let per_year = offer.price.as_ref().and_then(|price| Some((price.per_year?, &price.currency)));
    match (offer.price_basis, per_year) {
        (PriceBasis::Anchor, _) | (_, None) => "no public price".to_owned(),
        (basis, Some((price, currency))) => {
            let basis = match basis {
                PriceBasis::From => "lowest list price",
                PriceBasis::Quote => "quoted",
                PriceBasis::List | PriceBasis::Anchor => "list price",
            };
            let stale = if offer.stale { ", read long ago" } else { "" };
            format!("{} {} a year ({basis}{stale})", amount(price), visible(currency))
        }
    }
}

fn judged(case: &Opportunity, offer: &Offer) -> String {
    let thresholds = Thresholds { no: offer.break_even.downtime_no, yes: offer.break_even.downtime_yes };
    let verdict = sentence(offer.verdict, offer.sub_verdict, case.lifecycle.state, offer.indicative, &case.turns_on, thresholds);
    let score = offer.score.map_or_else(String::new, |score| format!("; pays in {}", runs(score.0)));
    format!("{verdict}{score}")
}

/// What is on record and was not scored.
fn listed(record: &OffersOnRecord, cases: &[&Opportunity], page: &mut Page) {
    let scored = |entry: &Entry| {
        let mut offers = cases.iter().flat_map(|case| &case.offers);
        offers.any(|offer| offer.vendor.as_deref() == Some(&entry.vendor) && offer.name == entry.name)
    };
    let others: Vec<&Entry> = record.entries.iter().filter(|entry| !scored(entry)).collect();
    if others.is_empty() {
        return;
    }
    page.paragraph(2, &format!("On record for {}, not compared:", subject(record)));
    for entry in others {
        let name = entry.name.strip_prefix(entry.vendor_name.as_str()).unwrap_or(&entry.name).trim();
        let versions = entry.versions.as_deref().map_or_else(String::new, |versions| format!(" ({})", visible(versions)));
        let price = entry.price.as_deref().map_or_else(|| "no public price".to_owned(), visible);
        let unverified = if entry.confidence == "unverified" { "; not verified" } else { "" };
        let relation = words::relation(entry.relation.as_deref());
        let standing = told(&entry.not_admissible, &entry.asks);
        let facts = format!("{relation}; {}{versions}; {price}{unverified}{standing}", covers(entry.covers));
        row(&[visible(format!("{} {name}", entry.vendor_name).trim()), facts], page);
    }
}

/// Who may gain: of this report, and of what is sold for the product.
fn disclosed(report: &ReportV1, records: &[&OffersOnRecord], cases: &[&Opportunity], page: &mut Page) {
    page.section("DISCLOSURE", 0, 2, &format!("{}.", disclosure::sentences(report).join(". ")));
    for gain in gains(records, cases) {
        page.paragraph(2, &gain);
    }
    for sentence in disclosure::choice(report) {
        page.paragraph(2, &sentence);
    }
}

/// Who may gain from what is sold for the product.
fn gains(records: &[&OffersOnRecord], cases: &[&Opportunity]) -> Vec<String> {
    let of_offers = cases
        .iter()
        .flat_map(|case| &case.offers)
        .filter_map(|offer| gain(offer.vendor_name.as_deref()?, offer.programme.as_ref()));
    let on_record =
        records.iter().flat_map(|record| &record.entries).filter_map(|entry| gain(&entry.vendor_name, entry.programme.as_ref()));
    let mut gains: Vec<String> = of_offers.chain(on_record).collect();
    gains.sort();
    gains.dedup();
    gains
}
