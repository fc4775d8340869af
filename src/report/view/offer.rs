//! What is on sale: scored inside a case, and on record by name.

use serde::Serialize;

use super::case::{BreakEven, Net};
use super::figures::{Amount, Figure, Score};
use super::vocabulary::{Covers, PriceBasis, SubVerdict, VerdictWord};
use crate::model::Date;

/// An offer scored for one case.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Offer {
    /// Vendor id; `None` if no seller is on record.
    pub vendor: Option<String>,
    /// Vendor name for people.
    pub vendor_name: Option<String>,
    /// Name of the offer.
    pub name: String,
    /// `subscription`, `extended-life`, `managed`, `retainer` …
    #[serde(rename = "type")]
    pub kind: String,
    /// `fixes`, `help-desk` …
    pub relation: Option<String>,
    /// Whether it covers the version.
    pub covers: Covers,
    /// Whether it gives the cover that is required, as far as is known, and so competes with the free ways.
    pub admissible: bool,
    /// Why it is out of the question, where it is.
    pub not_admissible: Vec<String>,
    /// What its vendor does not say of the cover that is required, as questions.
    pub asks: Vec<String>,
    /// `seen` or `unverified`.
    pub confidence: String,
    /// The price it was scored with.
    pub price: Option<Price>,
    /// What the price rests on.
    pub price_basis: PriceBasis,
    /// Its page.
    pub source: Option<String>,
    /// When the page was read.
    pub as_of: Option<Date>,
    /// Whether that is too long ago.
    pub stale: bool,
    /// What whoever brings a customer may gain. No format reads it above the offers part, and no verdict knows it.
    pub programme: Option<Programme>,
    /// The verdict on this offer.
    pub verdict: VerdictWord,
    /// What it means in particular.
    pub sub_verdict: Option<SubVerdict>,
    /// Whether it stands on assumed prices or answers.
    pub indicative: bool,
    /// Share of the runs in which it pays.
    pub score: Option<Score>,
    /// The same without the logged hours.
    pub score_without_log: Option<Score>,
    /// The same if only cash counts.
    pub score_omega0: Option<Score>,
    /// The same if every freed hour counts in full.
    pub score_omega1: Option<Score>,
    /// Net value of a year.
    pub net: Net,
    /// Where it turns.
    pub break_even: BreakEven,
}

/// A price a year.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Price {
    /// Least, for one unit and period.
    pub lo: Amount,
    /// Most; the same where there is one price.
    pub hi: Amount,
    /// ISO 4217.
    pub currency: String,
    /// What it is counted by.
    pub per: String,
    /// How many of them.
    pub quantity: Option<Figure>,
    /// What that is a year.
    pub per_year: Option<Amount>,
}

/// What somebody who brings a customer may gain.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Programme {
    /// Its id in the vendor's file.
    pub id: String,
    /// `referral`, `affiliate`, `reseller`, `revenue-share-to-project`, `none-found`.
    pub kind: String,
    /// `verified` or `recorded`.
    pub status: String,
    /// The gain as its source words it; `None` is not published.
    pub terms: Option<String>,
    /// Its page.
    pub source: Option<String>,
}

/// What is on sale for one product and cycle, with and without a programme.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OffersOnRecord {
    /// Product id.
    pub product: String,
    /// Product name for people.
    pub product_name: String,
    /// Release cycle.
    pub cycle: Option<String>,
    /// Everything on record, in the ranking's order.
    pub entries: Vec<Entry>,
}

/// One offer on record.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Entry {
    /// Vendor id.
    pub vendor: String,
    /// Vendor name for people.
    pub vendor_name: String,
    /// Name of the offer.
    pub name: String,
    /// `fixes`, `help-desk`, `migration`, `replacement`, `hosting`; `None` for training and indemnification.
    pub relation: Option<String>,
    /// The relation in words: `fixes`, `answers and help` …
    pub relation_words: String,
    /// Whether it covers the cycle.
    pub covers: Covers,
    /// What it covers, as the source words it: `to 2029-06`, `by OS`.
    pub versions: Option<String>,
    /// The price as the source words it; `None` is no public price.
    pub price: Option<String>,
    /// Its page.
    pub source: Option<String>,
    /// When the page was read.
    pub as_of: Option<Date>,
    /// `seen` or `unverified`.
    pub confidence: String,
    /// Why it does not give the cover that is required, where it does not.
    pub not_admissible: Vec<String>,
    /// What its vendor does not say of the cover that is required, as questions.
    pub asks: Vec<String>,
    /// Who answers for the record at the vendor; `None`: others recorded it from public pages.
    pub contact: Option<String>,
    /// What whoever brings a customer may gain.
    pub programme: Option<Programme>,
}

/// The cover that an offer has to give.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Required {
    /// `24x7` or `business`.
    pub hours: Option<String>,
    /// Minutes until the first answer at the highest severity.
    pub response_minutes: Option<u32>,
    /// Languages of which one has to be spoken.
    pub languages: Vec<String>,
    /// Where it has to be to be had.
    pub region: Option<String>,
}
