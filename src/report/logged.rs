//! The log of hours in sentences, for every format: what it holds, what it moves, and each score with it and without it.

use super::story::case_name;
use super::text::{counted, short_figure, visible};
use super::view::{HoursLog, LogUse, LoggedHours, Opportunity, ReportV1};
use super::words::runs;

/// What is said of the log, each half a sentence; empty without one.
pub(super) fn about(report: &ReportV1) -> Vec<String> {
    let Some(log) = &report.hours_log else { return Vec::new() };
    let mut told = vec![held(log), counts(log)];
    told.extend(log.products.iter().map(product));
    told.push(flags(log));
    told
}

/// Each case that the log moves, with both scores.
pub(super) fn both_scores(report: &ReportV1) -> Vec<String> {
    report.opportunities.iter().filter(|case| is_moved(case)).map(|case| format!("{}: {}", case_name(case), both(case))).collect()
}

/// Whether logged hours are among a case's inputs.
pub(super) fn is_moved(case: &Opportunity) -> bool {
    case.inputs.iter().any(|input| input.grade == "logged")
}

/// `pays in 87 of 100 runs with the logged hours, in 12 of 100 runs without them`.
pub(super) fn both(case: &Opportunity) -> String {
    let score = |score: Option<super::view::Score>| score.map_or_else(|| "unknown".to_owned(), |score| runs(score.0));
    if case.score.is_none() && case.score_without_log.is_none() {
        return "has no score, with the logged hours or without them".to_owned();
    }
    let (with, without) = (score(case.score), score(case.score_without_log));
    format!("pays in {with} with the logged hours, in {without} without them")
}

fn held(log: &HoursLog) -> String {
    let people = if log.people == 0 { "nobody by name".to_owned() } else { people(log.people) };
    let entries = if log.entries == 1 { "1 entry".to_owned() } else { format!("{} entries", log.entries) };
    format!("{}: {entries}, {} h of {people}", visible(&log.file), short_figure(log.hours.0))
}

fn people(number: u64) -> String {
    if number == 1 { "1 person".to_owned() } else { format!("{number} people") }
}

fn counts(log: &HoursLog) -> String {
    let (Some(since), Some(until), Some(months)) = (log.since, log.until, log.months) else {
        return "shown and not used, since nobody declared since when all hours are logged: --log-since DAY".to_owned();
    };
    let months = format!("{:.1} months", months.0);
    let old = match (log.too_old, log.counted_from) {
        (0, _) | (_, None) => String::new(),
        (old, Some(from)) => format!(", of which the days from {from} on count: {} too old", entries(old)),
    };
    match log.usage {
        LogUse::Used => format!("declared complete from {since} to {until}{old}: {months}"),
        _ => format!("declared from {since} to {until}: {months}, too short to be used; half a month is the least"),
    }
}

fn entries(number: u64) -> String {
    if number == 1 { "1 entry is".to_owned() } else { format!("{number} entries are") }
}

fn product(hours: &LoggedHours) -> String {
    let sorts = [
        ("routine and incidents", hours.routine),
        ("work on an ended release", hours.eol_workaround),
        ("upgrade", hours.upgrade),
    ];
    let told: Vec<String> = sorts
        .iter()
        .filter(|(_, hours)| hours.0 > 0.0)
        .map(|(what, hours)| format!("{} h {what}", short_figure(hours.0)))
        .collect();
    let idle = match &hours.idle {
        Some(why) if hours.cases.is_empty() => format!("; not used: {}", visible(why)),
        Some(why) => format!("; not used: those {}", visible(why)),
        None => String::new(),
    };
    format!("{}: {}{idle}", visible(&hours.product_name), told.join(", "))
}

fn flags(log: &HoursLog) -> String {
    let mut flags = Vec::new();
    let all = |number: u64, what: &str| if number == log.entries { format!("all {what}") } else { format!("{number} {what}") };
    if log.late > 0 {
        flags.push(all(log.late, "entered more than 30 days after the work"));
    }
    if log.without_ticket > 0 {
        flags.push(all(log.without_ticket, "without a ticket"));
    }
    if !log.crowded.is_empty() {
        let months: Vec<String> =
            log.crowded.iter().map(|month| format!("{}: {} h", visible(&month.month), short_figure(month.hours.0))).collect();
        let number = log.crowded.len() as u64;
        flags.push(format!("{} of one person above 160 h ({})", counted(number, "month"), months.join(", ")));
    }
    let flags = if flags.is_empty() { "no entry is flagged".to_owned() } else { format!("flagged: {}", flags.join(", ")) };
    let confirmed = match log.manager_confirmed {
        0 => "confirmed by no manager".to_owned(),
        number => format!("{} confirmed by {}", all(number, "entries"), visible(&log.confirmed_by.join(", "))),
    };
    format!("{flags}; {confirmed}")
}

#[cfg(test)]
mod tests {
    use super::super::view::{CrowdedMonth, Figure, Input, Score};
    use super::*;
    use crate::model::Date;

    fn log() -> HoursLog {
        HoursLog {
            file: "hours.csv".to_owned(),
            usage: LogUse::Used,
            since: Some(Date::constant(2026, 9, 1)),
            until: Some(Date::constant(2026, 11, 24)),
            counted_from: Some(Date::constant(2026, 9, 1)),
            months: Some(Figure(2.79)),
            entries: 3,
            hours: Figure(42.5),
            people: 2,
            late: 3,
            without_ticket: 1,
            crowded: vec![CrowdedMonth { month: "2026-10".to_owned(), hours: Figure(161.0) }],
            manager_confirmed: 2,
            confirmed_by: vec!["Jo Roe".to_owned()],
            products: vec![LoggedHours {
                product_name: "nginx".to_owned(),
                routine: Figure(42.5),
                cases: vec!["nginx".to_owned()],
                ..LoggedHours::default()
            }],
            ..HoursLog::default()
        }
    }

    #[test]
    fn a_log_is_told_with_its_window_its_flags_and_who_confirmed_it() {
        let report = ReportV1 { hours_log: Some(log()), ..ReportV1::default() };
        assert_eq!(
            about(&report),
            [
                "hours.csv: 3 entries, 42.5 h of 2 people",
                "declared complete from 2026-09-01 to 2026-11-24: 2.8 months",
                "nginx: 42.5 h routine and incidents",
                "flagged: all entered more than 30 days after the work, 1 without a ticket, 1 month of one person above 160 h \
                 (2026-10: 161 h); 2 entries confirmed by Jo Roe",
            ]
        );
        assert!(about(&ReportV1::default()).is_empty());
    }

    #[test]
    fn a_log_that_moves_nothing_says_why() {
        let undeclared = HoursLog { usage: LogUse::WindowNotDeclared, since: None, until: None, months: None, ..log() };
        assert!(counts(&undeclared).contains("nobody declared since when all hours are logged"), "{}", counts(&undeclared));
        let short = HoursLog { usage: LogUse::TooShort, months: Some(Figure(0.3)), ..log() };
        assert!(counts(&short).ends_with("0.3 months, too short to be used; half a month is the least"), "{}", counts(&short));
        let idle = LoggedHours {
            cases: Vec::new(),
            idle: Some("it makes no case in this report".to_owned()),
            ..log().products[0].clone()
        };
        assert_eq!(product(&idle), "nginx: 42.5 h routine and incidents; not used: it makes no case in this report");
    }

    #[test]
    fn a_case_that_the_log_moves_has_both_scores_even_if_they_are_the_same() {
        let mut case = Opportunity { product_name: "nginx".to_owned(), score: Some(Score(100.0)), ..Opportunity::default() };
        case.score_without_log = Some(Score(12.0));
        let report = |case: &Opportunity| ReportV1 { opportunities: vec![case.clone()], ..ReportV1::default() };
        assert!(both_scores(&report(&case)).is_empty(), "no input of it is logged");
        case.inputs = vec![Input { grade: "logged".to_owned(), ..Input::default() }];
        let told = both_scores(&report(&case)).join("");
        assert!(told.starts_with("nginx: pays in ") && told.ends_with("in 12 of 100 runs without them"), "{told}");
    }
}
