//! What comes to an end and when, as a calendar (RFC 5545): all-day events with lasting identities, so that a newer file replaces
//! what an older one brought. Ends that have passed are the register's business.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use jiff::Span;

use super::contracts::in_words;
use super::disclosure::sentences;
use super::format::Format;
use super::story::case_name;
use super::text::{visible, web_link};
use super::view::{Contract, Deployment, FollowedWord, ReportV1, SignedRisk, UseWord};
use crate::model::Date;

/// From so many days before the end of its life a version is called ending: its successor has to be planned by then.
const PLANNED_DAYS: i64 = 180;

/// The calendar of a report.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ics;

impl Format for Ics {
    fn render(&self, report: &ReportV1, out: &mut dyn io::Write) -> io::Result<()> {
        let told = format!("Who may gain: {}.", sentences(report).join("; "));
        let mut days: Vec<Day> = lives(report).into_iter().chain(risks(report)).chain(agreements(report)).collect();
        days.sort_by(|one, other| (one.on, &one.id, &one.title).cmp(&(other.on, &other.id, &other.title)));
        let mut lines = Lines::default();
        lines.add("BEGIN", "VCALENDAR");
        lines.add("VERSION", "2.0");
        lines.add("PRODID", concat!("-//underpin//", env!("CARGO_PKG_VERSION"), "//EN"));
        lines.add("CALSCALE", "GREGORIAN");
        lines.add("METHOD", "PUBLISH");
        for name in ["NAME", "X-WR-CALNAME"] {
            lines.words(name, "End of life of open-source software");
        }
        lines.words("DESCRIPTION", &told);
        let mut taken = BTreeSet::new();
        for day in days {
            event(&day, report.as_of, &told, &mut taken, &mut lines);
        }
        lines.add("END", "VCALENDAR");
        out.write_all(lines.0.as_bytes())
    }
}

/// Lines of content, folded at 75 octets and ended as RFC 5545 wants it.
//
// The crate icalendar folds some lines at 76, takes quadratic time for long ones, reads the clock where a stamp is missing, and
// brings a second library of dates. What is needed of the format is this.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// A value that is written as it is.
    fn add(&mut self, name: &str, value: &str) {
        let mut room = 75;
        for character in name.chars().chain([':']).chain(value.chars()) {
            if character.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = 74;
            }
            room -= character.len_utf8();
            self.0.push(character);
        }
        self.0.push_str("\r\n");
    }

    /// A text: whatever would end or split it is escaped.
    fn words(&mut self, name: &str, text: &str) {
        let escaped = text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n");
        self.add(name, &escaped);
    }
}

/// Something to know on a day.
struct Day {
    on: Date,
    /// What it is about, the same from report to report.
    id: String,
    title: String,
    /// What to know of it, a line each.
    text: Vec<String>,
    page: Option<String>,
}

/// The ends to come of all releases in use, and the days by which the way on has to be planned.
fn lives(report: &ReportV1) -> Vec<Day> {
    let mut groups: BTreeMap<(&str, &str, Date, FollowedWord), Vec<&Deployment>> = BTreeMap::new();
    for place in &report.deployments {
        let by_itself = !matches!(place.usage, UseWord::Dependency | UseWord::Embedded);
        if let Some(eol) = place.lifecycle.eol.filter(|eol| *eol >= report.as_of && by_itself && !place.lifecycle.state.ended()) {
            let release = place.cycle.as_deref().or(place.version.as_deref()).unwrap_or_default();
            groups.entry((&place.product, release, eol, place.lifecycle.followed)).or_default().push(place);
        }
    }
    groups
        .into_iter()
        .flat_map(|((product, release, eol, _), places)| life(product, release, eol, &places, report.as_of))
        .collect()
}

fn life(product: &str, release: &str, eol: Date, places: &[&Deployment], as_of: Date) -> Vec<Day> {
    let Some(first) = places.first() else { return Vec::new() };
    let name = format!("{} {release}", first.product_name);
    let id = format!("{product}-{release}");
    let hosts: BTreeSet<&str> = places.iter().map(|place| place.host.as_str()).collect();
    let label = first.lifecycle.label.as_ref().map_or_else(String::new, |label| format!(" ({label})"));
    let mut text = vec![format!("Free fixes until {eol}{label}.")];
    text.push(format!("Runs on: {}.", hosts.into_iter().collect::<Vec<_>>().join(", ")));
    text.extend(first.next_supported.as_ref().map(|next| format!("The supported way on: {} {}.", next.product_name, next.cycle)));
    let page = first.lifecycle.source.clone();
    let planned = eol.checked_sub(Span::new().days(PLANNED_DAYS)).ok().filter(|day| *day >= as_of);
    let plan = planned.map(|on| Day {
        on,
        id: format!("PLAN-{id}"),
        title: format!("Plan the way off {name}: free fixes end on {eol}"),
        text: text.clone(),
        page: page.clone(),
    });
    let end = Day { on: eol, id: format!("EOL-{id}"), title: format!("Last day of free fixes for {name}"), text, page };
    plan.into_iter().chain([end]).collect()
}

/// The last days of accepted risks.
fn risks(report: &ReportV1) -> Vec<Day> {
    let day = |signed: &SignedRisk| Day {
        on: signed.risk.expiry,
        id: format!("RISK-{}", signed.id),
        title: format!("Accepted risk ends: {}", signed.id),
        text: vec![format!("Owner: {}.", signed.risk.owner), format!("Reason: {}", signed.risk.reason)],
        page: None,
    };
    report.accepted_risks.iter().filter(|signed| signed.in_force).map(day).collect()
}

/// A contract as all the cases have it that it covers: vendor, last day, last day of notice.
type Agreement<'r> = (&'r str, Date, Option<Date>);

/// The last days of contracts that run, and those for notice; a contract for several cases once.
fn agreements(report: &ReportV1) -> Vec<Day> {
    let mut groups: BTreeMap<Agreement<'_>, BTreeSet<String>> = BTreeMap::new();
    let all = || report.opportunities.iter().flat_map(|case| case.contracts.iter().map(move |contract| (case, contract)));
    for (case, contract) in all() {
        groups.entry((&contract.vendor, contract.ends, contract.notice)).or_default().insert(case_name(case));
    }
    let first = |(vendor, ends, notice): Agreement<'_>| {
        all().map(|(_, contract)| contract).find(|it| it.vendor == vendor && it.ends == ends && it.notice == notice)
    };
    let told = groups.into_iter().filter_map(|(key, names)| Some(agreement(first(key)?, names, report.as_of)));
    told.flatten().collect()
}

fn agreement(contract: &Contract, names: BTreeSet<String>, as_of: Date) -> Vec<Day> {
    let mut text = vec![format!("Covers: {}.", names.into_iter().collect::<Vec<_>>().join(", "))];
    text.extend(contract.owner.as_ref().map(|owner| format!("Owner: {owner}.")));
    text.push(format!("{}.", in_words(contract)));
    let with = &contract.vendor_name;
    let notice = contract.notice.filter(|day| *day >= as_of).map(|on| Day {
        on,
        id: format!("NOTICE-{}", contract.vendor),
        title: format!("Last day of notice: contract with {with}, which ends on {}", contract.ends),
        text: text.clone(),
        page: None,
    });
    let title = format!("Contract with {with} ends");
    let end = Day { on: contract.ends, id: format!("CONTRACT-{}", contract.vendor), title, text, page: None };
    notice.into_iter().chain([end]).collect()
}

fn event(day: &Day, as_of: Date, told: &str, taken: &mut BTreeSet<String>, lines: &mut Lines) {
    let text: Vec<String> = day.text.iter().map(|line| visible(line)).chain([told.to_owned()]).collect();
    lines.add("BEGIN", "VEVENT");
    lines.add("UID", &format!("{}@underpin", unique(&day.id, taken)));
    lines.add("DTSTAMP", &format!("{}T000000Z", compact(as_of)));
    lines.add("DTSTART;VALUE=DATE", &compact(day.on));
    // The end of an event is the day after its last.
    lines.add("DTEND;VALUE=DATE", &compact(day.on.tomorrow().unwrap_or(day.on)));
    lines.words("SUMMARY", &visible(&day.title));
    lines.words("DESCRIPTION", &text.join("\n"));
    lines.add("TRANSP", "TRANSPARENT");
    if let Some(page) = day.page.as_deref().and_then(web_link) {
        lines.add("URL", page);
    }
    lines.add("END", "VEVENT");
}

/// The id in letters that every calendar takes; one that is taken already, as by two distributions, gets a number.
fn unique(id: &str, taken: &mut BTreeSet<String>) -> String {
    let plain: String = id.chars().map(|c| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '-' }).collect();
    let numbered = (1..).map(|number| if number == 1 { plain.clone() } else { format!("{plain}-{number}") });
    numbered.into_iter().find(|id| taken.insert(id.clone())).unwrap_or(plain)
}

/// `20261124`.
fn compact(day: Date) -> String {
    day.to_string().replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_75_octets_and_none_is_folded_within_a_character() {
        for length in 60..300 {
            for word in ["x", "é", "名"] {
                let mut lines = Lines::default();
                lines.add("SUMMARY", &word.repeat(length));
                assert!(lines.0.split("\r\n").all(|line| line.len() <= 75), "{}", lines.0);
                assert_eq!(lines.0.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", word.repeat(length)));
            }
        }
    }

    #[test]
    fn a_text_ends_where_it_ends() {
        let mut lines = Lines::default();
        lines.words("SUMMARY", "a,b;c\\d\nBEGIN:VEVENT");
        assert_eq!(lines.0, "SUMMARY:a\\,b\\;c\\\\d\\nBEGIN:VEVENT\r\n");
    }

    #[test]
    fn two_findings_of_one_name_have_two_identities() {
        let mut taken = BTreeSet::new();
        let ids = ["EOL-nodejs-20", "EOL-nodejs-20", "EOL-a b", "EOL-a=b"].map(|id| unique(id, &mut taken));
        assert_eq!(ids, ["EOL-nodejs-20", "EOL-nodejs-20-2", "EOL-a-b", "EOL-a-b-2"]);
    }
}
