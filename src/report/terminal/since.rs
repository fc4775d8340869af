//! What changed since an earlier report, scan or day; after the answer and before what is to be done.

use super::page::{Column, Page, Tone};
use crate::report::since::{lines, notes, source, title};
use crate::report::view::{ChangeWord, ReportV1, Since};

pub(super) fn part(report: &ReportV1, page: &mut Page) {
    let Some(since) = &report.since else { return };
    let heading = format!("SINCE {}", title(since).to_uppercase());
    page.section(&heading, 0, 2, &source(since).unwrap_or_default());
    let lines = lines(report, since);
    let what = Column::fit(lines.iter().map(|line| line.what), 8, 12);
    let name = Column::fit(lines.iter().map(|line| line.name.as_str()), 14, page.scaled(30));
    let how = page.beside(&[what, name]);
    for (line, change) in lines.into_iter().zip(&since.changes) {
        let tone = (change.kind == ChangeWord::EndOfLife).then_some(Tone::Urgent);
        page.row(&[what, name, how], &[line.what.to_owned(), line.name, line.how], tone);
    }
    for note in notes(since) {
        page.paragraph(2, &format!("{note}."));
    }
    page.blank();
}

/// The part by itself, for a job whose output somebody is sent: what nobody could look at this time is news as well.
pub(super) fn alone(report: &ReportV1, page: &mut Page) {
    let is_news =
        |since: &Since| !since.changes.is_empty() || !since.not_looked_at.is_empty() || !since.first_looked_at.is_empty();
    if report.since.as_ref().is_some_and(is_news) {
        part(report, page);
    }
}
