//! CSV as RFC 4180 has it, in UTF-8 without a mark at its start; lines end in a line feed, as everywhere on Unix.

use std::io;

use super::cell::{Cell, inert};
use super::{lines, register};
use crate::report::format::Format;
use crate::report::view::ReportV1;

/// Cases and offers, a row each. The columns: docs/outputs.md.
#[derive(Clone, Copy, Debug, Default)]
pub struct Csv;

impl Format for Csv {
    fn render(&self, report: &ReportV1, out: &mut dyn io::Write) -> io::Result<()> {
        write(&lines::names(), lines::rows(report), out)
    }
}

/// The register of unsupported technology. The columns: docs/outputs.md.
#[derive(Clone, Copy, Debug, Default)]
pub struct Register;

impl Format for Register {
    fn render(&self, report: &ReportV1, out: &mut dyn io::Write) -> io::Result<()> {
        let (head, rows) = register::rows(report);
        write(&head, rows.into_iter(), out)
    }
}

/// A head and its rows.
pub(super) fn write(head: &[&str], rows: impl Iterator<Item = Vec<Cell>>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(head)?;
    for row in rows {
        writer.write_record(row.iter().map(Cell::written))?;
    }
    writer.flush()
}

/// A text as a cell of CSV: nothing in it is obeyed or computed.
#[must_use]
pub fn csv_cell(text: &str) -> String {
    inert(text)
}
