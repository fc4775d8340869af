//! `lifecycle/<id>.toml` as written.

use toml::Spanned;

use super::shape::{raw, words};
use super::{Number, Tables, Text};
use crate::catalog::words::{ExtendedIs, StepKind, StepUnit, Trust};

raw! {
    /// The release cycles of a product: `lifecycle/<id of the product>.toml`.
    RawLifecycle {
        /// Version of the format: 1.
        schema: Option<Number> = required,
        /// The page of the dates.
        source: Option<Text> = url,
        /// The day on which that page was read.
        as_of: Option<Text> = date,
        /// In a folder of your own: why this table takes the place of the catalog's; every report says so.
        replaces: Option<Text>,
        /// Release cycles.
        cycle: Tables<RawCycle>,
        /// Ways from one cycle to another.
        step: Tables<RawStep>,
    }
    /// One release cycle. An end is a date (its last day), `ended` or `open`; absent is unknown.
    RawCycle {
        /// Its name; versions belong to it by prefix.
        name: Option<Text> = required,
        /// Its code name.
        codename: Option<Text>,
        /// Day of the first release.
        release: Option<Text> = date,
        /// Whether it is a long-term release: a date, `yes` or `no`.
        lts: Option<Text>,
        /// Last day of fixes of every kind.
        active_end: Option<Text>,
        /// Last day of free fixes of any kind.
        eol: Option<Text>,
        /// Last day of what comes after.
        extended_end: Option<Text>,
        /// Who gets what comes after.
        extended_is: Option<Text> = words(words!(ExtendedIs)),
        /// Who gives it, as worded.
        extended_by: Option<Text>,
        /// Newest version.
        latest: Option<Text>,
        /// Day of the newest version.
        latest_date: Option<Text> = date,
    }
    /// A way from one cycle to another.
    RawStep {
        /// Cycle to leave.
        from: Option<Text> = required,
        /// Cycle to reach.
        to: Option<Text>,
        /// Product to reach, if another.
        to_product: Option<Text> = id,
        /// How large the step is.
        kind: Option<Text> = required words(words!(StepKind)),
        /// Hours of work: the least, the likely, the most.
        hours: Option<Spanned<Vec<i64>>>,
        /// What the hours are counted for.
        per: Option<Text> = required words(words!(StepUnit)),
        /// The page that states the hours.
        source: Option<Text> = url,
        /// Whether the page says so, or it is concluded from it.
        confidence: Option<Text> = words(words!(Trust)),
    }
}
