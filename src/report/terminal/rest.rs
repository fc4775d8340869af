//! Parts 3 and 5 to 7: what is fine, authors, disclosure, and what could not be seen.

use super::page::{Page, Tone};
use crate::report::disclosure;
use crate::report::entries;
use crate::report::logged;
use crate::report::story;
use crate::report::text::{count, counted, visible, wrapped};
use crate::report::view::{Problem, ReportV1};

/// Column behind the headings of the last parts.
const AT: usize = 12;

/// Lines for what is fine, without `--all`.
const LINES: usize = 2;

/// Problems shown, without `--all`.
const PROBLEMS: usize = 3;

pub(super) fn nothing_to_decide(report: &ReportV1, all: bool, page: &mut Page) {
    const HEADING: &str = "NOTHING TO DECIDE";
    let fine = entries::fine(report);
    if fine.is_empty() {
        return page.section(HEADING, 20, 2, "nothing beside the above was found");
    }
    // The heading takes as much of the first line as 18 columns of text.
    let room = |text: &str| wrapped(&format!("{}{text}", "x".repeat(20)), page.width - 2).len() <= LINES;
    let mut shown = if all { fine.len() } else { 0 };
    let text = |shown: usize| {
        let (told, rest) = fine.split_at(shown.min(fine.len()));
        let told = (!told.is_empty()).then(|| entries::fine_in_words(told));
        let more = (!rest.is_empty()).then(|| format!("{} more: --all", rest.len()));
        told.into_iter().chain(more).collect::<Vec<_>>().join("; ")
    };
    while shown < fine.len() && room(&text(shown + 1)) {
        shown += 1;
    }
    page.section(HEADING, 20, 2, &text(shown));
}

pub(super) fn authors(report: &ReportV1, page: &mut Page) {
    let totals = &report.totals;
    let unit = if totals.authors_unit.is_empty() { "projects" } else { totals.authors_unit.as_str() };
    let text = match (totals.authors, totals.authors_fundable) {
        (0, _) => "nothing was found whose authors could be funded".to_owned(),
        (all, 0) => format!("none of {} {} says how to fund it", count(all), visible(unit)),
        (all, fundable) => {
            let arguments = visible(&report.tool.arguments);
            format!("{} of {} {} say how to fund them: underpin fund {arguments}", count(fundable), count(all), visible(unit))
        }
    };
    page.section("AUTHORS", AT, AT, &text);
}

pub(super) fn disclosure(report: &ReportV1, page: &mut Page) {
    page.section("DISCLOSURE", AT, AT, &format!("{}.", disclosure::sentences(report).join("; ")));
    for gain in disclosure::programmes(report) {
        page.paragraph(AT, &format!("{gain}."));
    }
    for sentence in disclosure::choice(report) {
        page.paragraph(AT, &sentence);
    }
}

pub(super) fn coverage(report: &ReportV1, all: bool, page: &mut Page) {
    page.section("COVERAGE", AT, AT, &format!("{}.", seen(report).join("; ")));
    let lists = entries::vulnerabilities(report, all);
    if !lists.is_empty() {
        page.section("VULNERABLE", AT, AT, &format!("{}.", lists.join("; ")));
    }
    problems(&report.problems, all, page);
    if all && !report.assumptions.is_empty() {
        let told = |assumption: &crate::report::view::Assumption| {
            visible(&format!("{}: {} ({})", assumption.input, assumption.value, assumption.source))
        };
        page.section("ASSUMED", AT, AT, &report.assumptions.iter().map(told).collect::<Vec<_>>().join("; "));
    }
}

/// The log of hours, and each score that it moves with it and without it.
pub(super) fn hours(report: &ReportV1, page: &mut Page) {
    let told = logged::about(report);
    if told.is_empty() {
        return;
    }
    page.section("YOUR HOURS", AT, AT, &format!("{}.", told.join("; ")));
    for line in logged::both_scores(report) {
        page.paragraph(AT, &format!("{line}."));
    }
}

/// What was looked at, and what was not, in words.
fn seen(report: &ReportV1) -> Vec<String> {
    let coverage = &report.coverage;
    let mut parts = vec![match coverage.unreadable {
        0 => "everything could be read".to_owned(),
        1 => "1 file or folder could not be read".to_owned(),
        many => format!("{} files and folders could not be read", count(many)),
    }];
    if coverage.unknown_executables > 0 {
        parts.push(format!("{} that nothing explains", counted(coverage.unknown_executables, "executable")));
    }
    let mounts = u64::try_from(coverage.mounts_skipped.len()).unwrap_or(u64::MAX);
    if mounts > 0 {
        parts.push(format!("{} not entered", counted(mounts, "mount")));
    }
    parts.extend(coverage.not_checked.iter().map(|what| format!("not checked: {}", visible(what))));
    parts.extend(story::catalog_changes(report));
    if report.catalog.stale {
        parts.push("the catalog is stale: underpin catalog update endoflife brings newer dates".to_owned());
    }
    parts
}

fn problems(problems: &[Problem], all: bool, page: &mut Page) {
    if problems.is_empty() {
        return;
    }
    let shown = if all { problems.len() } else { PROBLEMS };
    let heading = page.toned(Tone::Heading, "PROBLEMS");
    let number = u64::try_from(problems.len()).unwrap_or(u64::MAX);
    page.push(&format!("{heading}    {}", count(number)));
    for problem in problems.iter().take(shown) {
        let line = problem.line.map_or_else(String::new, |line| format!(":{line}"));
        page.paragraph(2, &visible(&format!("{}{line}: {}: {}", problem.path, problem.code, problem.text)));
    }
    if problems.len() > shown {
        page.paragraph(2, &format!("{} more: --all", problems.len() - shown));
    }
}
