//! What a log says for the score: hours of each product by sort, in the last twelve months of the declared window.

use std::collections::{BTreeMap, BTreeSet};

use super::{Activity, Flags, Log, flags};
use crate::model::Date;

/// Days of a month.
pub const DAYS_OF_A_MONTH: f64 = 30.4375;

/// Below this many months a log is shown and not used.
pub const SHORTEST_LOG: f64 = 0.5;

/// Hours of one product in the window that counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Logged {
    /// Routine and incidents.
    pub routine: f64,
    /// Work that only the end of life makes.
    pub eol: f64,
    /// Upgrade.
    pub upgrade: f64,
}

/// The days between which all hours are logged, as somebody declares them; never what the first and last entry say, since
/// months without an entry count as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first day.
    pub since: Date,
    /// The last day, itself part of it.
    pub until: Date,
}

/// A log, counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// The log's file, as shown.
    pub file: String,
    /// The declared window; without one the log is shown and not used.
    pub window: Option<Window>,
    /// The first day that counts.
    pub counted_from: Option<Date>,
    /// Length of the part of the window that counts, in months.
    pub months: f64,
    /// By product id, the part that counts. A product that is not there has no hours logged, and its defaults stand.
    pub products: BTreeMap<String, Logged>,
    /// All entries.
    pub entries: u64,
    /// Of them too old to count.
    pub too_old: u64,
    /// Hours of all entries.
    pub hours: f64,
    /// People who are named.
    pub people: u64,
    /// What a sceptic wants to know of it.
    pub flags: Flags,
}

/// Counts the entries of a window, or of its last twelve months if it is longer; without a window all of them, to be shown.
///
/// # Errors
/// Every entry outside of the declared window, with its line and why.
pub fn tally(file: &str, log: &Log, window: Option<Window>) -> Result<Tally, Vec<(u64, String)>> {
    let from = window.map(counted_from);
    let people: BTreeSet<&str> =
        log.entries.iter().map(|(_, entry)| entry.person.as_str()).filter(|who| !who.is_empty()).collect();
    let mut tally = Tally {
        file: file.to_owned(),
        window,
        counted_from: from,
        months: window.zip(from).map_or(0.0, |(window, from)| months(from, window.until)),
        entries: log.entries.len() as u64,
        people: people.len() as u64,
        flags: flags(log),
        ..Tally::default()
    };
    let mut refused = Vec::new();
    for (line, entry) in &log.entries {
        if let Some(Window { since, until }) = window
            && !(since..=until).contains(&entry.day)
        {
            refused.push((*line, format!("{} lies outside of the declared window from {since} to {until}", entry.day)));
            continue;
        }
        tally.hours += entry.hours();
        if from.is_some_and(|from| entry.day < from) {
            tally.too_old += 1;
            continue;
        }
        let sum = tally.products.entry(entry.product.clone()).or_default();
        match entry.activity {
            Activity::Routine | Activity::Incident => sum.routine += entry.hours(),
            Activity::EolWorkaround => sum.eol += entry.hours(),
            Activity::Upgrade => sum.upgrade += entry.hours(),
        }
    }
    if refused.is_empty() { Ok(tally) } else { Err(refused) }
}

/// The first day of the last twelve months of a window.
fn counted_from(window: Window) -> Date {
    let year_ago = window.until.checked_sub(jiff::Span::new().years(1)).and_then(Date::tomorrow);
    year_ago.map_or(window.since, |day| window.since.max(day))
}

fn months(from: Date, to: Date) -> f64 {
    let days = from.until(to).map_or(0, |span| span.get_days());
    f64::from(days + 1).max(0.0) / DAYS_OF_A_MONTH
}

impl Tally {
    /// Whether the log moves anything: its window is declared and half a month long.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.months >= SHORTEST_LOG
    }

    /// The hours of a product that count for the score; `None` if none are logged, or the log is not used.
    #[must_use]
    pub fn of(&self, product: &str) -> Option<Logged> {
        self.products.get(product).copied().filter(|_| self.is_used())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(rows: &[(&str, &str, &str)]) -> Log {
        let lines = rows
            .iter()
            .enumerate()
            .map(|(id, (day, minutes, activity))| format!("{day},{minutes},nginx,{activity},,,,2026-11-24,,{id}\n"));
        let header = "date,minutes,product,activity,person,ticket,note,entered_at,manager_confirmed,id\n".to_owned();
        Log::parse(&std::iter::once(header).chain(lines).collect::<String>()).expect("a log")
    }

    #[expect(clippy::unnecessary_wraps, reason = "a window may be missing")]
    fn window(since: (i16, i8, i8), until: (i16, i8, i8)) -> Option<Window> {
        Some(Window { since: Date::constant(since.0, since.1, since.2), until: Date::constant(until.0, until.1, until.2) })
    }

    #[test]
    fn hours_are_counted_by_sort_within_the_last_twelve_months_of_the_window() {
        let log = log(&[
            ("2025-11-24", "540", "routine"),
            ("2025-11-25", "60", "routine"),
            ("2026-10-01", "120", "incident"),
            ("2026-10-02", "240", "upgrade"),
            ("2026-11-24", "480", "eol_workaround"),
        ]);
        let tally = tally("log", &log, window((2025, 1, 1), (2026, 11, 24))).expect("inside");
        assert!((tally.months - 365.0 / 30.4375).abs() < 1e-9, "{}", tally.months);
        assert_eq!(tally.of("nginx"), Some(Logged { routine: 3.0, eol: 8.0, upgrade: 4.0 }));
        assert_eq!((tally.entries, tally.too_old, tally.hours), (5, 1, 24.0));
        assert_eq!(tally.of("redis"), None);
    }

    #[test]
    fn every_entry_outside_of_the_window_is_refused_with_its_line() {
        let log = log(&[("2026-10-01", "60", "routine"), ("2026-08-31", "60", "routine"), ("2026-11-25", "60", "routine")]);
        let refused = tally("log", &log, window((2026, 9, 1), (2026, 11, 24))).expect_err("outside");
        let lines: Vec<u64> = refused.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 4]);
        assert_eq!(refused[0].1, "2026-08-31 lies outside of the declared window from 2026-09-01 to 2026-11-24");
    }

    #[test]
    fn a_log_of_two_weeks_or_without_a_window_is_counted_and_not_used() {
        let log = log(&[("2026-11-20", "60", "routine")]);
        let short = tally("log", &log, window((2026, 11, 11), (2026, 11, 24))).expect("inside");
        assert_eq!((short.is_used(), short.of("nginx"), short.hours), (false, None, 1.0));
        let enough = tally("log", &log, window((2026, 11, 9), (2026, 11, 24))).expect("inside");
        assert!(enough.is_used(), "{}", enough.months);
        let undeclared = tally("log", &log, None).expect("nothing to lie outside of");
        assert_eq!((undeclared.is_used(), undeclared.products.len()), (false, 1));
    }

    #[test]
    fn months_without_an_entry_count() {
        let log = log(&[("2026-11-20", "600", "routine")]);
        let tally = tally("log", &log, window((2026, 8, 25), (2026, 11, 24))).expect("inside");
        assert!((tally.months - 92.0 / 30.4375).abs() < 1e-9, "{}", tally.months);
    }
}
