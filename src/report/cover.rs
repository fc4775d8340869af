//! The cover that is required, for people: what it is, which offers are out of the question, and what is to be asked.

use super::story::case_name;
use super::text::visible;
use super::view::{Offer, ReportV1};
use crate::score::minutes;

/// `answers 24x7, first answer within 1 hour, speaks en or it, to be had in EU`.
pub(super) fn required(report: &ReportV1) -> Option<String> {
    let required = report.required.as_ref()?;
    let hours = required.hours.as_ref().map(|hours| match hours.as_str() {
        "business" => "answers in business hours".to_owned(),
        hours => format!("answers {}", visible(hours)),
    });
    let response = required.response_minutes.map(|time| format!("first answer within {}", minutes(time)));
    let languages = (!required.languages.is_empty()).then(|| format!("speaks {}", visible(&required.languages.join(" or "))));
    let region = required.region.as_ref().map(|region| format!("to be had in {}", visible(region)));
    Some([hours, response, languages, region].into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// Why an offer is out of the question, or what is to be asked: `not admissible: speaks ja, and en is required`.
pub(super) fn standing(not_admissible: &[String], asks: &[String]) -> Option<String> {
    match (not_admissible, asks) {
        ([], []) => None,
        ([], asks) => Some(visible(&format!("ask: {}", asks.join(" ")))),
        (reasons, _) => Some(visible(&format!("not admissible: {}", reasons.join("; ")))),
    }
}

/// Of every case the offers that are out of the question, and what to ask the first of the others.
pub(super) fn lines(report: &ReportV1) -> Vec<String> {
    let called = |offer: &Offer| {
        let vendor = offer.vendor_name.as_deref()?;
        let name = offer.name.strip_prefix(vendor).unwrap_or(&offer.name).trim();
        Some(visible(format!("{vendor} {name}").trim()))
    };
    let mut lines = Vec::new();
    for case in &report.opportunities {
        let first = case.offers.first().filter(|offer| offer.not_admissible.is_empty());
        let told = case.offers.iter().filter(|offer| !offer.not_admissible.is_empty()).chain(first);
        for offer in told {
            let standing = standing(&offer.not_admissible, &offer.asks);
            lines.extend(called(offer).zip(standing).map(|(name, text)| format!("{}, {name}: {text}", case_name(case))));
        }
    }
    lines
}
