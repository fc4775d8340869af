//! Offers on record in sentences: who sells what for which version, by name, nothing more.

use super::build;
use super::entries::open_cases;
use super::text::{counted, visible};
use super::view::{Covers, Entry, OffersOnRecord, ReportV1};
use crate::catalog::Catalog;
use crate::score::Required;

/// Longest name of an offer, and longest word on versions, that stands beside its vendor on a page.
const SHORT: usize = 12;

/// One line of the part: a product with its cycles, and who is on record for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// `Python 3.6, 3.7`.
    pub(super) subject: String,
    /// `TuxCare ELS: fixes for 3.6, 3.7`.
    pub(super) text: String,
    /// Names in the text with the page that each rests on.
    pub(super) links: Vec<(String, String)>,
}

/// The lines for products that a case or free work is about, then, if `all` are wanted, the others; and how many were left out.
pub(super) fn lines(report: &ReportV1, all: bool) -> (Vec<Line>, usize) {
    let cases: Vec<&str> = open_cases(report).into_iter().map(|case| case.product.as_str()).collect();
    let work: Vec<&str> = report.actions.iter().filter_map(|action| action.product.as_deref()).collect();
    let rank = |offers: &&OffersOnRecord| {
        let product = offers.product.as_str();
        (!cases.contains(&product), !work.contains(&product))
    };
    let mut records: Vec<&OffersOnRecord> = report.offers_on_record.iter().collect();
    let total = records.len();
    if !all && records.len() > MOST {
        records.retain(|offers| rank(offers) != (true, true));
        records.sort_by_key(rank);
        records.truncate(MOST);
    }
    let left_out = total - records.len();
    let groups = records.chunk_by(|one, next| one.product == next.product && told(one, "it") == told(next, "it"));
    (groups.filter_map(line).collect(), left_out)
}

/// What a report says of the offers for one product and cycle, without any scan; empty if nobody is on record.
#[must_use]
pub fn offer_lines(product: &str, cycle: Option<&str>, catalog: &Catalog) -> Vec<String> {
    let record = build::record((product, cycle, None), catalog, &Required::default());
    let records = [&record];
    let line = if record.entries.is_empty() { None } else { line(&records) };
    line.map(|line| format!("{}    {}", line.subject, line.text)).into_iter().collect()
}

/// Products with their cycles on a page that does not list all.
const MOST: usize = 12;

fn line(group: &[&OffersOnRecord]) -> Option<Line> {
    let first = group.first()?;
    let cycles: Vec<String> = group.iter().filter_map(|offers| offers.cycle.as_deref()).map(visible).collect();
    let cycles = cycles.join(", ");
    let subject = format!("{} {cycles}", visible(&first.product_name)).trim_end().to_owned();
    let page = |entry: &Entry| Some((visible(&entry.vendor_name), entry.source.clone()?));
    let links = first.entries.iter().filter_map(page).collect();
    Some(Line { subject, text: told(first, if cycles.is_empty() { "it" } else { &cycles }), links })
}

/// Everything on record for one product and cycle, by relation; a vendor is named once.
fn told(offers: &OffersOnRecord, cycle: &str) -> String {
    let verified: Vec<&Entry> = offers.entries.iter().filter(|entry| entry.confidence != "unverified").collect();
    let mut seen: Vec<&str> = Vec::new();
    let mut sentences = Vec::new();
    for (relation, words) in [
        ("fixes", format!("fixes for {cycle}")),
        ("help-desk", format!("answers and help for {cycle}")),
        ("migration", "help to leave it".to_owned()),
        ("replacement", "another product in its place".to_owned()),
        ("hosting", "runs it for you".to_owned()),
        ("", "beside support".to_owned()),
    ] {
        for (covers, doubt) in [(Covers::Yes, ""), (Covers::Unknown, ", if covered")] {
            let fits = |entry: &&&Entry| entry.covers == covers && entry.relation.as_deref().unwrap_or("") == relation;
            let names = take(verified.iter().filter(fits), &mut seen);
            if !names.is_empty() {
                sentences.push(format!("{}: {words}{doubt}", names.join(", ")));
            }
        }
    }
    let others = take(verified.iter().filter(|entry| entry.covers == Covers::No), &mut seen);
    if !others.is_empty() {
        let none = if sentences.is_empty() { format!("none covers {cycle} today; ") } else { String::new() };
        let are = if others.len() == 1 { "is" } else { "are" };
        sentences.push(format!("{none}{} {are} for other releases", others.join(", ")));
    }
    sentences.extend(unverified(offers));
    sentences.extend(prices(&verified));
    if sentences.is_empty() { "nobody is on record".to_owned() } else { sentences.join(". ") }
}

/// The names of vendors that were not named yet.
fn take<'e>(entries: impl Iterator<Item = &'e &'e Entry>, seen: &mut Vec<&'e str>) -> Vec<String> {
    let mut names = Vec::new();
    for entry in entries {
        if !seen.contains(&entry.vendor.as_str()) {
            seen.push(&entry.vendor);
            names.push(called(entry));
        }
    }
    names
}

/// `TuxCare ELS (by OS)`: the vendor, and of offer and versions what is short.
fn called(entry: &Entry) -> String {
    let short = |text: &str| !text.is_empty() && text.chars().count() <= SHORT;
    let name = entry.name.split(" for ").next().unwrap_or_default();
    let name = name.strip_prefix(&entry.vendor_name).unwrap_or(name).trim();
    let name = if short(name) { format!(" {name}") } else { String::new() };
    let versions = entry.versions.as_ref().filter(|versions| short(versions));
    let versions = versions.map_or_else(String::new, |versions| format!(" ({versions})"));
    visible(&format!("{}{name}{versions}", entry.vendor_name))
}

fn unverified(offers: &OffersOnRecord) -> Option<String> {
    let mut names: Vec<String> =
        offers.entries.iter().filter(|entry| entry.confidence == "unverified").map(|entry| visible(&entry.vendor_name)).collect();
    names.sort();
    names.dedup();
    let number = u64::try_from(names.len()).unwrap_or(u64::MAX);
    (number > 0).then(|| {
        let none = if number == 1 { "not verified" } else { "none verified" };
        format!("{}, {none}: {}", counted(number, "name"), names.join(", "))
    })
}

/// The first public price of each vendor.
fn prices(verified: &[&Entry]) -> Option<String> {
    let mut seen: Vec<&str> = Vec::new();
    let mut prices = Vec::new();
    for entry in verified.iter().filter(|entry| entry.price.is_some()) {
        if !seen.contains(&entry.vendor.as_str()) {
            seen.push(&entry.vendor);
            let plan = if entry.name.starts_with(&entry.vendor_name) || entry.name.is_empty() {
                entry.name.clone()
            } else {
                format!("{} {}", entry.vendor_name, entry.name)
            };
            prices.push(visible(&format!("{plan} {}", entry.price.as_deref().unwrap_or_default())));
        }
    }
    (!prices.is_empty()).then(|| format!("Public price: {}", prices.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(vendor: &str, name: &str, relation: &str, covers: Covers) -> Entry {
        let [vendor_name, vendor] = [vendor.to_owned(), vendor.to_lowercase()];
        Entry { vendor, vendor_name, name: name.to_owned(), relation: Some(relation.to_owned()), covers, ..Entry::default() }
    }

    fn record(cycle: &str, entries: Vec<Entry>) -> OffersOnRecord {
        OffersOnRecord { product: "python".to_owned(), product_name: "Python".to_owned(), cycle: Some(cycle.to_owned()), entries }
    }

    #[test]
    fn a_vendor_is_named_once_and_a_long_name_of_an_offer_is_left_to_the_documents() {
        let entries = vec![
            entry("TuxCare", "ELS for Python", "fixes", Covers::Unknown),
            entry("ActiveState", "Platform Team / Enterprise support", "fixes", Covers::Yes),
            entry("TuxCare", "Consulting", "help-desk", Covers::Yes),
        ];
        assert_eq!(told(&record("3.6", entries), "3.6"), "ActiveState: fixes for 3.6. TuxCare ELS: fixes for 3.6, if covered");
    }

    #[test]
    fn cycles_with_the_same_offers_share_a_line() {
        let els = || vec![entry("TuxCare", "ELS", "fixes", Covers::Yes)];
        let report = ReportV1 {
            offers_on_record: vec![record("2.7", Vec::new()), record("3.6", els()), record("3.7", els())],
            ..ReportV1::default()
        };
        let (lines, left_out) = lines(&report, false);
        let told: Vec<String> = lines.iter().map(|line| format!("{}: {}", line.subject, line.text)).collect();
        assert_eq!(told, ["Python 2.7: nobody is on record", "Python 3.6, 3.7: TuxCare ELS: fixes for 3.6, 3.7"]);
        assert_eq!(left_out, 0);
    }
}
