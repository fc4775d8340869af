//! What a log says for the score: hours of each product by sort, in the last twelve months of the declared window.

use std::collections::BTreeMap;

use super::{Activity, Log};
use crate::model::Date;

/// Days of a month.
const DAYS_OF_A_MONTH: f64 = 30.4375;

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

/// A log, counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Length of the part of the window that counts, in months.
    pub months: f64,
    /// By product id. A product that is not there has no hours logged, and its defaults stand.
    pub products: BTreeMap<String, Logged>,
}

/// Counts the entries from `since`, or from twelve months before `as_of`, to `as_of`, both days included.
///
/// # Errors
/// The line and reason of an entry outside of the declared window.
pub fn tally(log: &Log, since: Date, as_of: Date) -> Result<Tally, (u64, String)> {
    let year_ago = as_of.checked_sub(jiff::Span::new().years(1)).and_then(|day| day.tomorrow()).unwrap_or(since);
    let from = since.max(year_ago);
    let mut tally = Tally { months: months(from, as_of), products: BTreeMap::new() };
    for (line, entry) in &log.entries {
        if entry.day < since || entry.day > as_of {
            return Err((*line, format!("{} lies outside of the window from {since} to {as_of}", entry.day)));
        }
        if entry.day < from {
            continue;
        }
        let sum = tally.products.entry(entry.product.clone()).or_default();
        match entry.kind {
            Activity::Routine | Activity::Incident => sum.routine += entry.hours(),
            Activity::EolWorkaround => sum.eol += entry.hours(),
            Activity::Upgrade => sum.upgrade += entry.hours(),
        }
    }
    Ok(tally)
}

fn months(from: Date, to: Date) -> f64 {
    let days = from.until(to).map_or(0, |span| span.get_days());
    f64::from(days + 1).max(0.0) / DAYS_OF_A_MONTH
}

impl Tally {
    /// The hours of a product, of which a case with this share of its units gets that share.
    #[must_use]
    pub fn share(&self, product: &str, share: f64) -> Option<Logged> {
        let all = self.products.get(product)?;
        Some(Logged { routine: all.routine * share, eol: all.eol * share, upgrade: all.upgrade * share })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(rows: &[(&str, &str, &str)]) -> Log {
        let lines =
            rows.iter().enumerate().map(|(id, (day, hours, kind))| format!("{day},{hours},nginx,{kind},,,{id},2026-11-24\n"));
        let text: String = std::iter::once("day,hours,product,kind,who,note,id,entered\n".to_owned()).chain(lines).collect();
        Log::parse(&text).expect("a log")
    }

    #[test]
    fn hours_are_counted_by_sort_within_twelve_months() {
        let log = log(&[
            ("2025-11-24", "9", "routine"),
            ("2025-11-25", "1", "routine"),
            ("2026-10-01", "2", "incident"),
            ("2026-10-02", "4", "upgrade"),
            ("2026-11-24", "8", "eol-workaround"),
        ]);
        let tally = tally(&log, Date::constant(2025, 1, 1), Date::constant(2026, 11, 24)).expect("inside");
        assert!((tally.months - 365.0 / 30.4375).abs() < 1e-9, "{}", tally.months);
        assert_eq!(tally.products["nginx"], Logged { routine: 3.0, eol: 8.0, upgrade: 4.0 });
        assert_eq!(tally.share("nginx", 0.5), Some(Logged { routine: 1.5, eol: 4.0, upgrade: 2.0 }));
        assert_eq!(tally.share("redis", 1.0), None);
    }

    #[test]
    fn an_entry_outside_of_the_window_is_refused_with_its_line() {
        let log = log(&[("2026-10-01", "1", "routine"), ("2026-08-31", "1", "routine")]);
        let error = tally(&log, Date::constant(2026, 9, 1), Date::constant(2026, 11, 24)).expect_err("outside");
        assert_eq!(error, (3, "2026-08-31 lies outside of the window from 2026-09-01 to 2026-11-24".to_owned()));
    }
}
