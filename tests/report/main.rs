//! Every format of the report on finished fixtures: a format is a pure function, so no scan is needed.

mod documents;
mod fixtures;
mod hostile;
mod json;
mod next;
mod terminal;

use underpin::report::{Format, ReportV1};

/// What a format writes.
fn rendered(format: &dyn Format, report: &ReportV1) -> String {
    let mut bytes = Vec::new();
    format.render(report, &mut bytes).expect("a Vec takes everything");
    String::from_utf8(bytes).expect("formats write UTF-8")
}
