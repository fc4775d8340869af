//! The HTML report in Debian's Chromium: what the script computes, what a reader does, and that nothing leaves the page.

mod chromium;
#[path = "../support/fetch.rs"]
mod fetch;
#[path = "../report/fixtures/mod.rs"]
mod fixtures;
mod pages;
mod reports;
mod scores;

use std::path::{Path, PathBuf};

use underpin::report::{Format, Html, ReportV1};

/// Writes the page of a report into a folder.
fn written(report: &ReportV1, folder: &Path) -> PathBuf {
    let path = folder.join("report.html");
    let mut bytes = Vec::new();
    Html.render(report, &mut bytes).expect("a Vec takes everything");
    std::fs::write(&path, bytes).expect("a file");
    path
}
