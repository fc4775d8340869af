//! What is not counted, what the runs cannot say, and the sources.

use super::sources::Sources;
use crate::report::logged;
use crate::report::story;
use crate::report::terminal::page::Page;
use crate::report::text::{counted, short_figure, visible};
use crate::report::view::{Opportunity, ReportV1};

/// The catalog's day, and its age where that matters.
pub(super) fn catalog(report: &ReportV1) -> String {
    let catalog = &report.catalog;
    let date = catalog.date.map_or_else(|| "catalog of unknown date".to_owned(), |date| format!("catalog of {date}"));
    let days = catalog.age_days.and_then(|days| u64::try_from(days).ok()).filter(|_| catalog.stale);
    days.map_or_else(|| date.clone(), |days| format!("{date}, {} old: stale", counted(days, "day")))
}

pub(super) fn part(report: &ReportV1, cases: &[&Opportunity], page: &mut Page) {
    let largest = cases.iter().flat_map(|case| &case.inputs).filter(|input| input.symbol == "LM").map(|input| input.hi.0);
    let tail = largest.reduce(f64::max).map_or_else(
        || "the tail of very large losses".to_owned(),
        |most| format!("the tail of security losses above {} each", short_figure(most)),
    );
    page.section("NOT COUNTED", 0, 2, &format!("legal fines, retraining, end users' time, {tail}."));
    let unchecked: Vec<String> = report.coverage.not_checked.iter().map(|what| visible(what)).collect();
    if !unchecked.is_empty() {
        page.paragraph(2, &format!("Not checked: {}.", unchecked.join("; ")));
    }
    for change in story::catalog_changes(report) {
        page.paragraph(2, &format!("{change}."));
    }
    let hours = logged::about(report);
    if !hours.is_empty() {
        page.section("YOUR HOURS", 0, 2, &format!("{}.", hours.join("; ")));
    }
    page.section(
        "LIMITS",
        0,
        2,
        "the inputs are drawn independently of each other, which real ones are not. Uncalibrated: the share of runs is a model's probability, not a measured one. Every default is a judgement or the source that is named; your own figures replace it.",
    );
}

pub(super) fn sources(sources: &Sources, page: &mut Page) {
    let mut lines = sources.lines().peekable();
    if lines.peek().is_none() {
        return;
    }
    page.blank();
    page.section("SOURCES", 0, 2, "what the numbers rest on; being studied or quoted is no offer");
    for line in lines {
        page.paragraph(2, &line);
    }
}
