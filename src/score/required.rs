//! Whether an offer gives the cover that the organisation needs: hours, response, language, region. What a vendor does not say is
//! to be asked, and rules nothing out.

use super::stated::{self, Response};
use crate::catalog::{Area, Offer, SupportHours};

/// The cover that an offer has to give. What is `None` or empty is not required.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Required {
    /// When somebody has to answer; around the clock, or in business hours.
    pub hours: Option<SupportHours>,
    /// Minutes until the first answer at the highest severity.
    pub response: Option<u32>,
    /// Languages, two letters of ISO 639-1, of which one has to be spoken.
    pub languages: Vec<String>,
    /// Where it has to be to be had.
    pub region: Option<Area>,
}

/// How an offer stands to what is required.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Fit {
    /// Why it is out of the question; empty if it is not.
    pub refused: Vec<String>,
    /// What its vendor does not say, as questions to put.
    pub asks: Vec<String>,
}

impl Fit {
    /// Whether it may be bought.
    #[must_use]
    pub fn admissible(&self) -> bool {
        self.refused.is_empty()
    }

    fn note(&mut self, answer: Option<bool>, refused: impl FnOnce() -> String, ask: impl FnOnce() -> String) {
        match answer {
            Some(true) => {}
            Some(false) => self.refused.push(refused()),
            None => self.asks.push(ask()),
        }
    }
}

impl Required {
    /// Whether nothing is required.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How `offer` stands to it.
    #[must_use]
    pub fn fit(&self, offer: &Offer) -> Fit {
        let mut fit = Fit::default();
        let told = |text: Option<&String>| text.map_or_else(String::new, |text| format!(" (its page says: {text})"));
        let hours = offer.hours.or_else(|| offer.support_hours.as_deref().and_then(stated::hours));
        if let Some(required) = self.hours {
            fit.note(
                hours.map(|hours| answers(hours, required)),
                || format!("answers {}, and {required} is required", hours.map_or("", when)),
                || format!("does it answer {}?{}", when(required), told(offer.support_hours.as_ref())),
            );
        }
        if let Some(required) = self.response {
            let response = response(offer, hours);
            fit.note(
                response.and_then(|response| self.in_time(response, required)),
                || format!("first answer within {}, and {} is required", shown(response), minutes(required)),
                || format!("does it answer within {}?{}", minutes(required), told(offer.response.as_ref())),
            );
        }
        if !self.languages.is_empty() {
            let spoken =
                (!offer.languages.is_empty()).then(|| self.languages.iter().any(|language| offer.languages.contains(language)));
            let wanted = self.languages.join(" or ");
            fit.note(
                spoken,
                || format!("speaks {}, and {wanted} is required", offer.languages.join(", ")),
                || format!("does it speak {wanted}?{}", told(offer.regions.as_ref())),
            );
        }
        if let Some(required) = &self.region {
            let names = || offer.serves.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            fit.note(
                serves(&offer.serves, required),
                || format!("is to be had in {}, and {required} is required", names()),
                || format!("is it to be had in {required}?{}", told(offer.regions.as_ref())),
            );
        }
        fit
    }

    /// Hours of business are as good as any where no others are asked for; elsewhere they may be too late.
    fn in_time(&self, response: Response, required: u32) -> Option<bool> {
        match (response.minutes <= required, response.business) {
            (false, _) => Some(false),
            (true, true) if self.hours != Some(SupportHours::Business) => None,
            (true, _) => Some(true),
        }
    }
}

fn answers(hours: SupportHours, required: SupportHours) -> bool {
    let rank = |hours| match hours {
        SupportHours::Business => 0,
        SupportHours::Weekdays => 1,
        SupportHours::Always => 2,
    };
    rank(hours) >= rank(required)
}

fn when(hours: SupportHours) -> &'static str {
    match hours {
        SupportHours::Always => "around the clock",
        SupportHours::Weekdays => "around the clock on working days",
        SupportHours::Business => "in business hours",
    }
}

/// The figure of the catalog, which counts while support runs; else what the page says.
fn response(offer: &Offer, hours: Option<SupportHours>) -> Option<Response> {
    let stated = || offer.response.as_deref().and_then(stated::response);
    offer.response_minutes.map(|minutes| Response { minutes, business: hours != Some(SupportHours::Always) }).or_else(stated)
}

fn shown(response: Option<Response>) -> String {
    let Some(Response { minutes: time, business }) = response else { return String::new() };
    format!("{}{}", minutes(time), if business { " of business" } else { "" })
}

/// `1 hour`, `30 minutes`.
#[must_use]
pub fn minutes(minutes: u32) -> String {
    match minutes {
        60 => "1 hour".to_owned(),
        hours if hours % 60 == 0 && hours > 0 => format!("{} hours", hours / 60),
        minutes => format!("{minutes} minutes"),
    }
}

/// Whether one of the areas holds the required one. A part of it, or a country that nobody can place, has to be asked about.
fn serves(areas: &[Area], required: &Area) -> Option<bool> {
    if areas.iter().any(|area| area.holds(required) == Some(true)) {
        return Some(true);
    }
    let outside = |area: &Area| area.holds(required) == Some(false) && required.holds(area) == Some(false);
    (!areas.is_empty() && areas.iter().all(outside)).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Confidence, OfferType};

    /// An offer whose page says nothing of hours, languages and regions.
    fn silent() -> Offer {
        Offer {
            key: "acme/care".to_owned(),
            name: "Care".to_owned(),
            kind: OfferType::Subscription,
            relation: None,
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
            covers: Vec::new(),
        }
    }

    fn required() -> Required {
        Required {
            hours: Some(SupportHours::Always),
            response: Some(60),
            languages: vec!["en".to_owned(), "it".to_owned()],
            region: Some("EU".parse().expect("an area")),
        }
    }

    #[test]
    fn what_nobody_says_is_asked_and_rules_nothing_out() {
        let fit = required().fit(&silent());
        assert!(fit.admissible());
        assert_eq!(
            fit.asks,
            [
                "does it answer around the clock?",
                "does it answer within 1 hour?",
                "does it speak en or it?",
                "is it to be had in EU?",
            ]
        );
        assert_eq!(Required::default().fit(&silent()), Fit::default());
        assert!(Required::default().is_empty() && !required().is_empty());
    }

    #[test]
    fn an_offer_that_says_everything_is_admissible_or_not() {
        let good = Offer {
            hours: Some(SupportHours::Always),
            response_minutes: Some(30),
            languages: vec!["de".to_owned(), "en".to_owned()],
            serves: vec!["worldwide".parse().expect("an area")],
            ..silent()
        };
        assert_eq!(required().fit(&good), Fit::default());
        let bad = Offer {
            support_hours: Some("Mon-Fri 9:30-16:00 CET, e-mail".to_owned()),
            response: Some("Severity 1: 4 hours".to_owned()),
            languages: vec!["ja".to_owned()],
            serves: vec!["JP".parse().expect("an area")],
            ..silent()
        };
        let fit = required().fit(&bad);
        assert_eq!(
            fit.refused,
            [
                "answers in business hours, and 24x7 is required",
                "first answer within 4 hours, and 1 hour is required",
                "speaks ja, and en or it is required",
                "is to be had in JP, and EU is required",
            ]
        );
        assert!(!fit.admissible() && fit.asks.is_empty());
    }

    #[test]
    fn a_text_that_says_two_things_is_quoted_in_the_question() {
        let mixed = Offer { support_hours: Some("24x7 (Gold); business hours (Silver)".to_owned()), ..silent() };
        let wanted = Required { hours: Some(SupportHours::Always), ..Required::default() };
        let asks = wanted.fit(&mixed).asks;
        assert_eq!(asks, ["does it answer around the clock? (its page says: 24x7 (Gold); business hours (Silver))"]);
    }

    #[test]
    fn hours_of_business_are_in_time_only_in_business_hours() {
        let business = Offer { response: Some("Severity 1: 1 business hour".to_owned()), ..silent() };
        let fit = |hours, response| Required { hours, response: Some(response), ..Required::default() }.fit(&business);
        assert_eq!(fit(Some(SupportHours::Business), 60).asks.len(), 1, "its hours are not said, its response is");
        assert_eq!(fit(None, 60).asks.len(), 1);
        assert_eq!(fit(None, 30).refused, ["first answer within 1 hour of business, and 30 minutes is required"]);
    }

    #[test]
    fn a_part_of_the_region_has_to_be_asked_about() {
        let area = |text: &str| text.parse::<Area>().expect("an area");
        assert_eq!(serves(&[area("DE")], &area("eu")), None);
        assert_eq!(serves(&[area("US"), area("JP")], &area("eu")), Some(false));
        assert_eq!(serves(&[area("US"), area("europe")], &area("eu")), Some(true));
        assert_eq!(serves(&[area("eu")], &area("DE")), Some(true));
        assert_eq!(serves(&[], &area("eu")), None);
    }
}
