//! One contract for several cases: an offer scored against one price for all of them.

use serde::Serialize;

use super::case::Net;
use super::figures::{Amount, Score};
use super::offer::Price;
use super::vocabulary::{PriceBasis, SubVerdict, TurnsOn, VerdictWord};

/// An offer over cases of at least two products. Its figures contain those of the cases, so the two are never added.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Bundle {
    /// Stable id, `BUNDLE-acme-care`.
    pub id: String,
    /// Vendor id.
    pub vendor: String,
    /// Vendor name for people.
    pub vendor_name: String,
    /// Name of the offer.
    pub name: String,
    /// Ids of the cases that it covers.
    pub cases: Vec<String>,
    /// The one price; `None` is unknown.
    pub price: Option<Price>,
    /// What the price rests on.
    pub price_basis: PriceBasis,
    /// The verdict on all of them together.
    pub verdict: VerdictWord,
    /// What it means in particular.
    pub sub_verdict: Option<SubVerdict>,
    /// Open questions that decide it alone.
    pub turns_on: Vec<TurnsOn>,
    /// Whether it stands on assumed prices or answers.
    pub indicative: bool,
    /// The verdict in a sentence.
    pub summary: String,
    /// Whether the totals count it in place of its cases.
    pub counted: bool,
    /// Share of the runs in which it pays.
    pub score: Option<Score>,
    /// Net value of a year.
    pub net: Net,
    /// Price at which half of the runs pay.
    pub price_50: Option<Amount>,
    /// Price at which 75 of 100 do.
    pub price_75: Option<Amount>,
    /// The best free way of every case, summed, medians.
    pub free: Option<Amount>,
    /// Buying once for all of them, medians; `None` where the price is unknown.
    pub buy: Option<Amount>,
}
