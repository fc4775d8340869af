//! What a sceptical reader wants to know of a log, since who logs may gain: entries made late or without a ticket, months that
//! no person works, and what a manager confirmed.

use std::collections::{BTreeMap, BTreeSet};

use super::Log;
use crate::model::Date;

/// An entry made more than this many days after the work is flagged.
const LATE_DAYS: i32 = 30;

/// More hours of one person in one month than these are flagged.
const MOST_HOURS: f64 = 160.0;

/// A month in which one person logged more than a month holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Crowded {
    /// Who; empty for the entries that name nobody.
    pub person: String,
    /// `2026-11`.
    pub month: String,
    /// Hours of all products.
    pub hours: f64,
}

/// The flags of a log, each with the lines it stands at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flags {
    /// Lines of entries made more than 30 days after the work.
    pub late: Vec<u64>,
    /// Lines of entries without a ticket.
    pub without_ticket: Vec<u64>,
    /// Months of more than 160 hours, by person and month.
    pub crowded: Vec<Crowded>,
    /// How many entries a manager confirmed.
    pub confirmed: u64,
    /// Who confirmed them; sorted.
    pub confirmed_by: Vec<String>,
}

/// The flags of a log.
#[must_use]
pub fn flags(log: &Log) -> Flags {
    let mut flags = Flags::default();
    let mut months: BTreeMap<(String, String), f64> = BTreeMap::new();
    let mut managers = BTreeSet::new();
    for (line, entry) in &log.entries {
        if days(entry.day, entry.entered) > LATE_DAYS {
            flags.late.push(*line);
        }
        if entry.ticket.is_empty() {
            flags.without_ticket.push(*line);
        }
        if !entry.confirmed.is_empty() {
            flags.confirmed += 1;
            managers.insert(entry.confirmed.clone());
        }
        let month = format!("{:04}-{:02}", entry.day.year(), entry.day.month());
        *months.entry((entry.person.clone(), month)).or_default() += entry.hours();
    }
    let crowded = months.into_iter().filter(|(_, hours)| *hours > MOST_HOURS);
    flags.crowded = crowded.map(|((person, month), hours)| Crowded { person, month, hours }).collect();
    flags.confirmed_by = managers.into_iter().collect();
    flags
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_entries_missing_tickets_and_months_that_nobody_works_are_flagged() {
        let log = Log::parse(
            "date,minutes,product,activity,person,ticket,note,entered_at,manager_confirmed,id\n\
             2026-10-01,60,nginx,routine,ana,OPS-1,,2026-10-31,Jo Roe,a\n\
             2026-10-01,60,nginx,routine,ana,,,2026-11-01,,b\n\
             2026-10-02,9480,redis,routine,ana,OPS-2,,2026-10-02,,c\n\
             2026-10-02,9600,redis,routine,ben,OPS-2,,2026-10-02,,d\n",
        )
        .expect("a log");
        let found = flags(&log);
        assert_eq!((found.late, found.without_ticket), (vec![3], vec![3]), "30 days are in time, 31 are not");
        assert_eq!((found.confirmed, found.confirmed_by), (1, vec!["Jo Roe".to_owned()]));
        assert_eq!(found.crowded, [], "160 hours are a full month: {:?}", found.crowded);
        let more = log.entries.iter().cloned().chain([(6, log.entries[0].1.clone())]).collect();
        let found = flags(&Log { entries: more });
        assert_eq!(found.crowded, [Crowded { person: "ana".to_owned(), month: "2026-10".to_owned(), hours: 161.0 }]);
    }
}
