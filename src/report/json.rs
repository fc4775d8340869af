//! The report as JSON, with the digest that shows whether somebody edited it.

use std::fmt::Write as _;
use std::io;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::format::Format;
use super::view::ReportV1;

/// The document, indented by two blanks, a newline at the end. Its shape: `tests/schemas/report-1.schema.json`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

impl Format for Json {
    fn render(&self, report: &ReportV1, out: &mut dyn io::Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, report)?;
        out.write_all(b"\n")
    }
}

/// The canonical document (RFC 8785: keys sorted, no blanks) without its digest. Anyone can make it again:
/// `jq -cSj 'del(.digest)' report.json | sha256sum`.
///
/// # Errors
/// None for a view: it holds no map with keys that are no texts.
pub fn canonical(report: &ReportV1) -> serde_json::Result<String> {
    let mut document = serde_json::to_value(report)?;
    if let Value::Object(fields) = &mut document {
        fields.remove("digest");
    }
    document.sort_all_objects();
    serde_json::to_string(&document)
}

/// Sets the report's digest, the last step of building one.
///
/// # Errors
/// As [`canonical`].
pub fn stamp(report: &mut ReportV1) -> serde_json::Result<()> {
    let digest = Sha256::digest(canonical(report)?.as_bytes());
    report.digest = Some(digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_covers_everything_but_itself() {
        let mut report = ReportV1::default();
        stamp(&mut report).expect("plain data");
        let first = report.digest.clone();
        stamp(&mut report).expect("plain data");
        assert_eq!(report.digest, first);
        report.coverage.files = 1;
        stamp(&mut report).expect("plain data");
        assert_ne!(report.digest, first);
    }
}
