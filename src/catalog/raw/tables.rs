//! `rates.toml`, `labour.toml` and `funding.toml` as written.

use std::collections::BTreeMap;

use toml::Spanned;

use super::shape::{raw, words};
use super::{Number, Tables, Text};
use crate::catalog::words::Confidence;

raw! {
    /// Exchange rates: `rates.toml`.
    RawRates {
        /// Version of the format: 1.
        schema: Option<Number> = required,
        /// Currency of which one unit is counted.
        base: Option<Text> = required,
        /// Day of the rates.
        date: Option<Text> = required date,
        /// Who published them.
        source: Option<Text> = required,
        /// Units of each currency for one unit of the base.
        rates: BTreeMap<Spanned<String>, Text>,
    }
    /// Hourly labour costs: `labour.toml`.
    RawLabour {
        /// Version of the format: 1.
        schema: Option<Number> = required,
        /// One table a country.
        country: Tables<RawCountry>,
    }
    /// The labour cost of a country.
    RawCountry {
        /// ISO 3166 alpha-2, or an aggregate such as `EU27`.
        code: Option<Text> = required,
        /// Year of the figure.
        year: Option<Number> = required,
        /// Its currency.
        currency: Option<Text> = required,
        /// Cost of an hour.
        hourly: Option<Text> = required,
        /// Who published it.
        source: Option<Text> = required,
    }
    /// Ways to fund authors: `funding.toml`.
    RawFunding {
        /// Version of the format: 1.
        schema: Option<Number> = required,
        /// One table a channel.
        channel: Tables<RawChannel>,
    }
    /// A way to fund authors.
    RawChannel {
        /// Name for people.
        name: Option<Text> = required,
        /// What sort of channel.
        kind: Option<Text> = required id,
        /// Its site.
        url: Option<Text> = required url,
        /// What it keeps, as worded.
        fee: Option<Text>,
        /// Where that was read.
        source: Option<Text> = url,
        /// Whether somebody read the page.
        confidence: Option<Text> = required words(words!(Confidence)),
        /// Facts that fit nowhere else.
        notes: Option<Text>,
    }
}
