//! Part 1: what costs hours and no licence.

use super::page::{Column, GAP, Page};
use crate::report::contracts;
use crate::report::entries::{self, action_name, brought_along};
use crate::report::story::told_places;
use crate::report::text::visible;
use crate::report::view::{Action, ReportV1, TargetWord};

const HEADING: &str = "FREE, DO THIS FIRST";

pub(super) fn part(report: &ReportV1, page: &mut Page) {
    if report.actions.is_empty() && !report.reminders.is_empty() {
        page.section(HEADING, 0, 2, "");
    } else if report.actions.is_empty() {
        page.section(HEADING, 0, 2, "nothing waits");
    } else if declared(report) {
        declarations(report, page);
    } else {
        work(report, page);
    }
    for line in brought_along(report) {
        page.paragraph(2, &line);
    }
    for reminder in &report.reminders {
        let command = reminder.command.as_ref().map_or_else(String::new, |command| format!("  {}", visible(command)));
        page.paragraph(2, &format!("{}{command}", contracts::reminder(reminder)));
    }
}

/// Whether everything is about what manifests declare, which have places and dates in place of a use.
fn declared(report: &ReportV1) -> bool {
    let code = |kind| matches!(kind, TargetWord::Repository | TargetWord::Sbom);
    report.targets.iter().all(|target| code(target.kind)) && report.actions.iter().all(|action| action.eol.is_some())
}

fn declarations(report: &ReportV1, page: &mut Page) {
    let names: Vec<String> = report.actions.iter().map(action_name).collect();
    let what = Column::fit(names.iter().map(String::as_str).chain([HEADING]), 21, 30);
    let ended = Column::text(12);
    let place = Column::text((page.width - what.width - ended.width - 4 * GAP) / 2);
    let way = Column::text(page.width - what.width - ended.width - place.width - 4 * GAP);
    let title = page.toned(super::page::Tone::Heading, HEADING);
    let fill = " ".repeat(what.width + 2 * GAP - HEADING.len());
    page.push(&format!(
        "{title}{fill}{:<14}{:<width$}the supported way on",
        "end of life",
        "declared in",
        width = place.width + GAP
    ));
    for (action, name) in report.actions.iter().zip(names) {
        let eol = action.eol.map_or_else(|| "unknown".to_owned(), |date| date.to_string());
        let way_on = action.to.as_deref().map_or_else(|| "none on record".to_owned(), visible);
        page.row(&[what, ended, place, way], &[name, eol, location(action, report), way_on], None);
    }
}

/// The first place, the repository before it where there are several, and how many more there are.
fn location(action: &Action, report: &ReportV1) -> String {
    let first = action.locations.first().map_or_else(|| "unknown".to_owned(), |place| visible(place));
    let more = action.locations.len().saturating_sub(1);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let host = told_places(report, &action.hosts, 2).map_or_else(String::new, |places| format!("{places}: "));
    format!("{host}{first}{more}")
}

fn work(report: &ReportV1, page: &mut Page) {
    page.section(HEADING, 0, 2, "");
    let work = entries::work(report);
    let names: Vec<String> = work.iter().map(entries::Work::what).collect();
    let ways: Vec<String> = work.iter().map(entries::Work::way).collect();
    let what = Column::fit(names.iter().map(String::as_str), 18, 26);
    let how = Column::fit(ways.iter().map(String::as_str), 10, 26);
    let why = Column::text(page.width - what.width - how.width - 3 * GAP);
    for ((piece, name), way) in work.iter().zip(names).zip(ways) {
        let host = told_places(report, piece.hosts(), 2).map_or_else(String::new, |places| format!("{places}; "));
        page.row(&[what, why, how], &[name, format!("{host}{}", piece.why()), way], None);
    }
}
