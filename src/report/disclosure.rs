//! Who may gain: the sentences that every format shows, from one place. Nothing that is judged or sorted reads them.

use super::text::{counted, visible};
use super::view::{Programme, Referral, ReportV1};

/// What a programme offers, in the order of the menu (rule P23: nobody stands first and is always there).
const MENU: &str = "Where a vendor pays for customers, the buyer chooses who receives it, in this order: nobody (the default; nothing changes by it), the open-source project, the buyer as a lower price, a thing that is not money, whoever asked.";

/// What a reward needs (rules P07, P08 and P10).
const CONSENT: &str = "The last two need the buyer's written consent from somebody else, dated before, and are closed to whoever decides; where a public body buys nobody receives anything. `underpin refer draft` asks for it; it sends nothing.";

/// Who may gain, as sentences: first referrals, else the "none" case, then interests, then what is on record.
pub(super) fn sentences(report: &ReportV1) -> Vec<String> {
    let disclosure = &report.disclosure;
    let gain = |referral: &Referral| {
        visible(&format!("{} may gain from {}: {}", referral.recipient, referral.vendor_name, referral.reward))
    };
    let mut sentences: Vec<String> = disclosure.referrals.iter().map(gain).collect();
    sentences.extend(disclosure.interests.iter().map(|interest| format!("interest declared: {}", visible(interest))));
    match (disclosure.referrals.is_empty(), disclosure.interests.is_empty()) {
        (true, true) => sentences.push("nobody gains from this report; no referral is recorded".to_owned()),
        (true, false) => sentences.push("no referral is recorded".to_owned()),
        (false, _) => {}
    }
    if disclosure.programmes_on_record > 0 {
        let programmes = counted(disclosure.programmes_on_record, "programme");
        sentences.push(format!("{programmes} of these vendors on record; no verdict and no order reads them"));
    }
    sentences
}

/// The menu and what a reward needs; nothing where no programme is on record and nobody referred.
pub(super) fn choice(report: &ReportV1) -> Vec<String> {
    let disclosure = &report.disclosure;
    let asked = disclosure.programmes_on_record > 0 || !disclosure.referrals.is_empty();
    if asked { vec![MENU.to_owned(), CONSENT.to_owned()] } else { Vec::new() }
}

/// Who may gain from each programme of a vendor in this report, with the formula as its source words it. For parts below the
/// offers alone: it names vendors.
pub(super) fn programmes(report: &ReportV1) -> Vec<String> {
    let compared = report.opportunities.iter().flat_map(|case| &case.offers);
    let compared = compared.filter_map(|offer| gain(offer.vendor_name.as_deref()?, offer.programme.as_ref()));
    let entries = report.offers_on_record.iter().flat_map(|record| &record.entries);
    let mut gains: Vec<String> =
        compared.chain(entries.filter_map(|entry| gain(&entry.vendor_name, entry.programme.as_ref()))).collect();
    gains.sort();
    gains.dedup();
    gains
}

/// `Whoever brings Acme a customer may gain (referral, recorded): 10 % of the first year`.
pub(super) fn gain(vendor: &str, programme: Option<&Programme>) -> Option<String> {
    let programme = programme?;
    let terms = programme.terms.as_deref().unwrap_or("terms not published");
    let who = match programme.kind.as_str() {
        "none-found" => return None,
        "revenue-share-to-project" => format!("A share of what {vendor} sells goes to projects"),
        _ => format!("Whoever brings {vendor} a customer may gain"),
    };
    Some(visible(&format!("{who} ({}, {}): {terms}", programme.kind, programme.status)))
}

/// The same beside an offer that is named already: `referral (recorded): 10 % of the first year`.
pub(super) fn gain_in_a_cell(programme: Option<&Programme>) -> String {
    programme.map_or_else(
        || "nothing on record".to_owned(),
        |programme| {
            let terms = programme.terms.as_deref().unwrap_or("terms not published");
            format!("{} ({}): {terms}", programme.kind, programme.status)
        },
    )
}

/// Everything of it, as a document for programs carries it beside the facts.
pub(super) fn words(report: &ReportV1) -> Vec<String> {
    sentences(report).into_iter().chain(programmes(report)).chain(choice(report)).collect()
}
