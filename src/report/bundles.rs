//! One contract for several cases, in words: for the cases without any name of a vendor, for the offers with it.

use super::story::case_name;
use super::text::{amount, visible};
use super::view::{Amount, Bundle, Opportunity, PriceBasis, ReportV1};
use super::words;

/// What a page that does not list all shows of them.
pub(super) const MOST: usize = 3;

/// Cases that are named one by one; of more than these their number is said.
const NAMED: usize = 12;

/// Other cases that are named beside one.
const OTHERS: usize = 3;

/// The names of the cases that a bundle covers, a case that is not in the report by its id.
pub(super) fn subject(report: &ReportV1, bundle: &Bundle) -> String {
    listed(report, bundle.cases.iter(), bundle.cases.len(), NAMED)
}

fn listed<'r>(report: &ReportV1, ids: impl Iterator<Item = &'r String>, all: usize, most: usize) -> String {
    let name = |id: &String| report.opportunities.iter().find(|case| case.id == *id).map_or_else(|| visible(id), case_name);
    let shown = if all > most + 1 { most } else { all };
    let mut names = once_each(ids.take(shown).map(name));
    if shown < all {
        names.push(format!("{} more", all - shown));
    }
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Each name once, in the order of the first of it; one that several cases have with their number.
fn once_each(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for name in names {
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    counts.into_iter().map(|(name, count)| if count > 1 { format!("{name} ({count} cases)") } else { name }).collect()
}

/// What stands beside the cases: which of them one offer covers together. Each set of cases once, no vendor named.
pub(super) fn notes(report: &ReportV1) -> Vec<String> {
    let mut sets: Vec<&Vec<String>> = Vec::new();
    let mut notes = Vec::new();
    for bundle in &report.bundles {
        if !sets.contains(&&bundle.cases) {
            sets.push(&bundle.cases);
            notes.push(format!("One contract can cover {} together: {}", subject(report, bundle), short(bundle)));
        }
    }
    notes
}

/// The same for one case.
pub(super) fn note(report: &ReportV1, case: &Opportunity) -> Option<String> {
    let bundle = report.bundles.iter().find(|bundle| case.bundles.contains(&bundle.id))?;
    let others = bundle.cases.iter().filter(|id| **id != case.id);
    let listed = listed(report, others, bundle.cases.len().saturating_sub(1), OTHERS);
    Some(format!("One contract can cover it together with {listed}: {}", short(bundle)))
}

fn short(bundle: &Bundle) -> String {
    format!("{}; see the offers", visible(&bundle.summary))
}

/// Vendor and offer.
pub(super) fn called(bundle: &Bundle) -> String {
    let name = bundle.name.strip_prefix(bundle.vendor_name.as_str()).unwrap_or(&bundle.name).trim();
    visible(format!("{} {name}", bundle.vendor_name).trim())
}

/// The one price; an anchor is never shown as one.
pub(super) fn price(bundle: &Bundle) -> String {
    let known = bundle.price.as_ref().filter(|_| bundle.price_basis != PriceBasis::Anchor);
    match known.and_then(|price| Some((price, price.per_year?))) {
        None => "no public price".to_owned(),
        Some((price, year)) => {
            let counted = price.quantity.filter(|_| price.per != "organisation");
            let counted = counted.map_or_else(String::new, |quantity| format!(" for {} × {}", quantity.0, price.per));
            visible(&format!("{} {} a year{counted} ({} price)", amount(year), price.currency, bundle.price_basis))
        }
    }
}

/// How often it pays.
pub(super) fn pays(bundle: &Bundle) -> String {
    bundle.score.map_or_else(|| "unknown".to_owned(), |score| words::runs(score.0))
}

/// Up to which price it is worth it.
pub(super) fn below(bundle: &Bundle) -> String {
    bundle.price_75.map_or_else(|| "unknown".to_owned(), |price| amount(Amount(price.0.max(0.0))))
}

/// All of it in one sentence.
pub(super) fn told(report: &ReportV1, bundle: &Bundle) -> String {
    let sums = bundle.free.zip(bundle.buy).filter(|_| bundle.price_basis != PriceBasis::Anchor);
    let sums = sums.map_or_else(String::new, |(free, buy)| {
        format!("; a year without it {}, with it {}, at the medians", amount(free), amount(buy))
    });
    let pays = bundle.score.map_or_else(String::new, |_| format!("; pays in {}", pays(bundle)));
    format!(
        "one contract for {}: {}; {}{pays}; worth at most {} {} a year for all of them{sums}",
        subject(report, bundle),
        price(bundle),
        visible(&bundle.summary),
        below(bundle),
        visible(&report.totals.currency)
    )
}

/// What is asked of the boss: the one price in place of those of the cases.
pub(super) fn asked(report: &ReportV1, bundle: &Bundle, currency: &str) -> Option<String> {
    let price = bundle.price.as_ref().filter(|_| bundle.price_basis != PriceBasis::Anchor).and_then(|price| price.per_year);
    let most = price.or(bundle.price_75)?;
    Some(format!("up to {} {currency} a year for one contract for {}", amount(most), subject(report, bundle)))
}

/// Whether the totals count the case within a bundle.
pub(super) fn is_counted_elsewhere(report: &ReportV1, case: &Opportunity) -> bool {
    report.bundles.iter().any(|bundle| bundle.counted && bundle.cases.contains(&case.id))
}

#[cfg(test)]
mod tests {
    use super::once_each;

    #[test]
    fn a_name_that_several_cases_have_stands_once() {
        let names = ["PostgreSQL 15.18", "nginx 1.22.1", "PostgreSQL 15.18"].map(str::to_owned);
        assert_eq!(once_each(names.into_iter()), ["PostgreSQL 15.18 (2 cases)", "nginx 1.22.1"]);
    }
}
