//! The dated tables beside the products, and everything together as the embedded blob holds it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::super::words::Confidence;
use super::{LifecycleTable, Product, Vendor};
use crate::model::{Currency, Date, RateTable};

/// Hourly labour cost of a country, whole economy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabourCost {
    /// ISO 3166 alpha-2, or an aggregate such as `EU27`.
    pub code: String,
    /// Year of the figure.
    pub year: u16,
    /// Its currency.
    pub currency: Currency,
    /// Cost of an hour.
    pub hourly: Decimal,
    /// Who published it.
    pub source: String,
}

/// A way to fund authors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundingChannel {
    /// Name for people.
    pub name: String,
    /// What sort of channel: `donation-platform`, `grant-fund` …
    pub kind: String,
    /// Its site.
    pub url: String,
    /// What it keeps, as worded.
    pub fee: Option<String>,
    /// Where that was read.
    pub source: Option<String>,
    /// Whether somebody read the page.
    pub confidence: Confidence,
    /// Facts that fit nowhere else.
    pub notes: Option<String>,
}

/// A file of the catalog that a folder's file takes the place of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Change {
    /// What is replaced: `lifecycle/nginx.toml`.
    pub file: String,
    /// The file that takes its place, as shown.
    pub by: String,
    /// Why, in its author's words.
    pub reason: String,
}

/// The whole checked catalog, without its look-up tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Data {
    /// Sorted by id.
    pub(crate) products: Vec<Product>,
    /// Sorted by product.
    pub(crate) lifecycles: Vec<LifecycleTable>,
    /// Sorted by id.
    pub(crate) vendors: Vec<Vendor>,
    pub(crate) rates: Option<RateTable>,
    /// Sorted by code.
    pub(crate) labour: Vec<LabourCost>,
    /// In the file's order.
    pub(crate) funding: Vec<FundingChannel>,
    /// SHA-256 over all files in path order, in hex.
    pub(crate) digest: String,
    /// What folders put in the place of files that were there before; sorted.
    pub(crate) changes: Vec<Change>,
    /// Newest day on which a life-cycle table was read.
    pub(crate) as_of: Option<Date>,
}
