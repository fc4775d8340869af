//! What every format is.

use std::io;

use super::view::ReportV1;

/// Turns a finished report into bytes; the same report gives the same bytes.
pub trait Format {
    /// Writes the whole report.
    ///
    /// # Errors
    /// Only those of `out`.
    fn render(&self, report: &ReportV1, out: &mut dyn io::Write) -> io::Result<()>;
}
