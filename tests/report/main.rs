//! Every format of the report on finished fixtures: a format is a pure function, so no scan is needed.

mod calendar;
mod contracts;
mod csv;
mod documents;
mod fixtures;
mod hostile;
mod inert;
mod json;
mod next;
#[path = "../support/page.rs"]
mod page;
mod register;
mod terminal;
mod workbook;

use underpin::report::{Format, ReportV1};

/// What a format writes.
fn rendered(format: &dyn Format, report: &ReportV1) -> String {
    let mut bytes = Vec::new();
    format.render(report, &mut bytes).expect("a Vec takes everything");
    String::from_utf8(bytes).expect("formats write UTF-8")
}

/// The text without its disclosures, the one place above the offers where a vendor may have to be named.
fn undisclosed(text: &str) -> String {
    let mut pieces = text.split("Who may gain:");
    let first = pieces.next().unwrap_or_default().to_owned();
    let end = |piece: &str| ["</p>", "\n\n"].iter().filter_map(|end| piece.find(end)).min().unwrap_or(piece.len());
    pieces.fold(first, |text, piece| text + piece.get(end(piece)..).unwrap_or_default())
}
