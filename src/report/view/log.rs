//! The log of hours as the report shows it: what it holds, what a sceptic wants to know of it, and what it moves.

use serde::Serialize;

use super::figures::Figure;
use crate::model::{Date, vocabulary};

vocabulary! {
    /// Whether the log moves anything.
    #[derive(Default)]
    LogUse, "use of a log" {
        Used = "used",
        #[default]
        WindowNotDeclared = "window-not-declared",
        TooShort = "too-short",
    }
}

/// A log of hours.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct HoursLog {
    /// Its file, as given.
    pub file: String,
    /// Whether it moves anything.
    pub usage: LogUse,
    /// The first day of the declared window.
    pub since: Option<Date>,
    /// Its last day.
    pub until: Option<Date>,
    /// The first day that counts: only the last twelve months of the window do.
    pub counted_from: Option<Date>,
    /// Months that count.
    pub months: Option<Figure>,
    /// Entries.
    pub entries: u64,
    /// Of them too old to count.
    pub too_old: u64,
    /// Hours of all entries.
    pub hours: Figure,
    /// People who are named in it; their names stay in the log.
    pub people: u64,
    /// Entries made more than 30 days after the work.
    pub late: u64,
    /// Entries without a ticket.
    pub without_ticket: u64,
    /// Months in which one person logged more than 160 hours.
    pub crowded: Vec<CrowdedMonth>,
    /// Entries that a manager confirmed.
    pub manager_confirmed: u64,
    /// Who confirmed them.
    pub confirmed_by: Vec<String>,
    /// The hours that count, by product id; without a window, all.
    pub products: Vec<LoggedHours>,
}

/// A month in which one person logged more than 160 hours.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CrowdedMonth {
    /// `2026-11`.
    pub month: String,
    /// Hours of that person.
    pub hours: Figure,
}

/// Hours of one product.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LoggedHours {
    /// Product id.
    pub product: String,
    /// Name for people.
    pub product_name: String,
    /// Routine work and incidents.
    pub routine: Figure,
    /// Work that is there only because nobody fixes the release any more.
    pub eol_workaround: Figure,
    /// Upgrades.
    pub upgrade: Figure,
    /// Ids of the cases that they move.
    pub cases: Vec<String>,
    /// Which of them move nothing, and why; `None` if all count.
    pub idle: Option<String>,
}
