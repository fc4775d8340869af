//! Sellers and what they sell. An [`Offer`] holds no way to a programme, so that whoever is given offers cannot see a reward.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::super::words::{Confidence, OfferType, Period, PriceUnit, Relation, SupportHours};
use super::{Area, Programme};
use crate::model::{Currency, Date};

/// A seller: the subject of one vendor file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vendor {
    /// Stable id, the file's name.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Its site.
    pub url: String,
    /// Seat, ISO 3166 alpha-2.
    pub country: Option<String>,
    /// Facts that fit nowhere else.
    pub notes: Option<String>,
    /// Other ids or names.
    pub aliases: Vec<String>,
    /// Who answers for the file at the vendor; `None` if it was recorded from public pages.
    pub contact: Option<String>,
    /// Who recorded it from public pages.
    pub recorded_by: Option<String>,
    /// What it gives back to the projects.
    pub upstream: Option<Upstream>,
    /// What it sells, in the file's order.
    pub offers: Vec<Offer>,
    /// What it offers to those who bring customers. For the page that discloses it, never for the score.
    pub programmes: Vec<Programme>,
}

/// What a seller gives back to the projects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upstream {
    /// Mostly the seller's own statement.
    pub contribution: String,
    /// Where it was seen.
    pub source: Option<String>,
}

/// One contract on sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// `vendor/slug`, unique in the catalog.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// What is sold.
    pub kind: OfferType,
    /// How it relates to what runs; `None` for training and indemnification only.
    pub relation: Option<Relation>,
    /// Whether somebody read its page.
    pub confidence: Confidence,
    /// Its page.
    pub source: String,
    /// When the page was read.
    pub as_of: Option<Date>,
    /// Hours of support, as worded.
    pub support_hours: Option<String>,
    /// When support answers whoever buys it; `None` is not stated plainly.
    pub hours: Option<SupportHours>,
    /// Response times, as worded; a response is not a fix.
    pub response: Option<String>,
    /// Minutes until the first answer at the highest severity, counted while support runs.
    pub response_minutes: Option<u32>,
    /// Regions and languages, as worded.
    pub regions: Option<String>,
    /// Languages of support, two letters of ISO 639-1; empty is not stated.
    pub languages: Vec<String>,
    /// Where it is to be had; empty is not stated.
    pub serves: Vec<Area>,
    /// Facts that fit nowhere else.
    pub notes: Option<String>,
    /// Id of the marker on a host that proves it was bought.
    pub entitlement: Option<String>,
    /// What the source says of its price; `None` is unknown.
    pub price: Option<Price>,
    /// What it covers; at least one.
    pub covers: Vec<Coverage>,
}

/// A product that an offer covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Product id.
    pub product: String,
    /// Versions, as the source words them.
    pub versions: Option<String>,
    /// Exact cycles, only where the source states them exactly.
    pub cycles: Vec<String>,
    /// Products of the platforms it is bound to; empty means no limit is known.
    pub on: Vec<String>,
}

/// What a source says of a price. Only [`Price::usable`] may be scored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// The figures, where there are any.
    pub amount: Option<Amount>,
    /// How often it is due.
    pub period: Option<Period>,
    /// Least number of units that is billed.
    pub minimum: Option<u32>,
    /// The day of the price.
    pub as_of: Option<Date>,
    /// The page that states it.
    pub source: Option<String>,
    /// The unit in words, with what the figures cannot hold.
    pub text: Option<String>,
}

/// The figures of a price, tax excluded unless the text says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// The price, or the lower end of a range.
    pub lo: Decimal,
    /// The upper end, equal to `lo` for one price; `None` means "from".
    pub hi: Option<Decimal>,
    /// Their currency.
    pub currency: Currency,
    /// What is counted.
    pub per: PriceUnit,
}

/// A price with everything a figure needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsablePrice<'p> {
    /// The figures.
    pub amount: &'p Amount,
    /// How often it is due.
    pub period: Period,
    /// Least number of units that is billed; at least 1.
    pub minimum: u32,
    /// The day of the price.
    pub as_of: Date,
    /// The page that states it.
    pub source: &'p str,
}

impl Price {
    /// The price, if it has its figures, period, date and source; otherwise it counts as unknown.
    #[must_use]
    pub fn usable(&self) -> Option<UsablePrice<'_>> {
        Some(UsablePrice {
            amount: self.amount.as_ref()?,
            period: self.period?,
            minimum: self.minimum.unwrap_or(1),
            as_of: self.as_of?,
            source: self.source.as_deref()?,
        })
    }
}

impl UsablePrice<'_> {
    /// Older than 365 days on `as_of`: shown as stale.
    #[must_use]
    pub fn stale(&self, as_of: Date) -> bool {
        super::super::lifecycle::days_between(self.as_of, as_of) > 365
    }
}
