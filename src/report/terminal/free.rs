//! Part 1: what costs hours and no licence.

use super::columns::{Ask, fitted, forced};
use super::page::Page;
use crate::report::contracts;
use crate::report::entries::{self, action_name, brought_along};
use crate::report::story::told_places;
use crate::report::text::visible;
use crate::report::view::{Action, ActionWord, ReportV1, TargetWord};

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
    let told = |action: &Action| {
        let eol = action.eol.map_or_else(|| "unknown".to_owned(), |date| date.to_string());
        let none = if action.kind == ActionWord::Remove { "remove" } else { "none on record" };
        let way_on = action.to.as_deref().map_or_else(|| none.to_owned(), visible);
        [action_name(action), eol, location(action, report), way_on]
    };
    let rows: Vec<[String; 4]> = report.actions.iter().map(told).collect();
    let column = |index: usize| {
        let cells = rows.iter().filter_map(move |row| row.get(index)).map(String::as_str);
        Ask::of(cells.chain(TITLES.get(index).copied()))
    };
    // The first column stands out by its indent, which its heading does not have.
    let what = column(0).at_least(HEADING.len()).at_most(28);
    let four = fitted(page.width, &[what, column(1), column(2), column(3)]);
    let below = four.is_none();
    let columns = four.unwrap_or_else(|| forced(page.width, &[what, column(1), column(3)]));
    let shown = |cells: [String; 4]| {
        let [name, eol, place, way] = cells;
        if below { vec![name, eol, way] } else { vec![name, eol, place, way] }
    };
    page.heading_row(&columns, &shown(TITLES.map(str::to_owned)));
    for row in rows {
        let place = row.get(2).filter(|_| below).cloned();
        page.row(&columns, &shown(row), None);
        if let Some(place) = place {
            page.paragraph(4, &place);
        }
    }
}

/// The columns of what manifests declare; the first is the heading of the part.
const TITLES: [&str; 4] = [HEADING, "end of life", "declared in", "the supported way on"];

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
    let host =
        |piece: &entries::Work| told_places(report, piece.hosts(), 2).map_or_else(String::new, |places| format!("{places}; "));
    let reasons: Vec<String> = work.iter().map(|piece| format!("{}{}", host(piece), piece.why())).collect();
    let short = |cells: &[String]| Ask::names(cells.iter().map(String::as_str)).at_most(26);
    let asks = [short(&names).at_least(10), Ask::of(reasons.iter().map(String::as_str)).at_least(20), short(&ways)];
    let columns = fitted(page.width, &asks).unwrap_or_else(|| forced(page.width, &asks));
    for ((name, reason), way) in names.into_iter().zip(reasons).zip(ways) {
        page.row(&columns, &[name, reason, way], None);
    }
}
