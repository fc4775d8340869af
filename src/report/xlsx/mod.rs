//! The report as a workbook for procurement: the published formulas live over every figure, with a place for the reader's own.

mod cases;
mod contracts;
mod figures;
mod live;
mod page;
mod sheets;

use std::io;

use rust_xlsxwriter::{DocProperties, Workbook, XlsxError};

use super::format::Format;
use super::story;
use super::view::ReportV1;
use page::{Looks, Page, excel_day};

/// The report as a workbook.
#[derive(Clone, Copy, Debug, Default)]
pub struct Xlsx;

/// The register of unsupported technology as a workbook.
#[derive(Clone, Copy, Debug, Default)]
pub struct RegisterXlsx;

impl Format for Xlsx {
    fn render(&self, report: &ReportV1, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(&book(report, report_sheets).map_err(io::Error::other)?)
    }
}

impl Format for RegisterXlsx {
    fn render(&self, report: &ReportV1, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(&book(report, register_sheets).map_err(io::Error::other)?)
    }
}

/// A book is made in memory, since its last part says where the others lie.
fn book(report: &ReportV1, sheets: fn(&ReportV1, &mut Workbook, &Looks) -> Result<(), XlsxError>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let mut properties = DocProperties::new()
        .set_title(format!("Open-source support review: {}", story::title(report)))
        .set_author(concat!("underpin ", env!("CARGO_PKG_VERSION")));
    // The same report gives the same bytes: the day is the report's, never the clock's.
    let day = excel_day(report.as_of).map_or_else(|| rust_xlsxwriter::ExcelDateTime::from_ymd(1970, 1, 1), Ok)?;
    properties = properties.set_creation_datetime(&day);
    book.set_properties(&properties);
    sheets(report, &mut book, &Looks::new())?;
    book.save_to_buffer()
}

fn report_sheets(report: &ReportV1, book: &mut Workbook, looks: &Looks) -> Result<(), XlsxError> {
    sheets::summary(report, &mut Page::new(book, looks, "Summary")?)?;
    // Cases stand before the figures they compute with, and are filled after them.
    Page::new(book, looks, cases::NAME)?;
    let figures = figures::fill(report, &mut Page::new(book, looks, figures::NAME)?)?;
    let rows = cases::fill(report, &figures, &mut Page::again(book, looks, cases::NAME)?)?;
    cases::cash(report, &figures, &rows, &mut Page::new(book, looks, "Cash")?)?;
    sheets::offers(report, &mut Page::new(book, looks, "Offers")?)?;
    sheets::compared(report, &mut Page::new(book, looks, "Compared")?)?;
    contracts::together(report, &mut Page::new(book, looks, "Together")?)?;
    contracts::running(report, &mut Page::new(book, looks, "Contracts")?)?;
    contracts::reminders(report, &mut Page::new(book, looks, "Reminders")?)?;
    sheets::free(report, &mut Page::new(book, looks, "Free work")?)?;
    sheets::lifecycles(report, &mut Page::new(book, looks, "Life cycles")?)?;
    sheets::register(report, &mut Page::new(book, looks, "Register")?)?;
    sheets::method(report, &mut Page::new(book, looks, "Method")?)?;
    sheets::disclosed(report, &mut Page::new(book, looks, "Disclosure")?)
}

fn register_sheets(report: &ReportV1, book: &mut Workbook, looks: &Looks) -> Result<(), XlsxError> {
    sheets::register(report, &mut Page::new(book, looks, "Register")?)?;
    sheets::coverage(report, &mut Page::new(book, looks, "Scan and coverage")?)
}
