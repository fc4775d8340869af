//! What changed since an earlier report, scan or day.

use maud::{Markup, html};

use super::page::section;
use crate::report::since::{heading, lines, notes};
use crate::report::view::ReportV1;

pub(super) fn part(report: &ReportV1) -> Markup {
    let Some(since) = &report.since else { return html! {} };
    let lines = lines(report, since);
    let body = html! {
        @if !lines.is_empty() {
            div.wide { table {
                caption { "What changed" }
                thead { tr { th scope="col" { "Change" } th scope="col" { "What" } th scope="col" { "How, and why" } } }
                tbody { @for line in &lines { tr {
                    th scope="row" { (line.what) }
                    td data-label="What" { (line.name) }
                    td data-label="How, and why" { (line.how) }
                } } }
            } }
        }
        @for note in notes(since) { p { (note) "." } }
    };
    section("since", &format!("Since {}", heading(since)), &body)
}
