//! The report as JSON, with the digest that shows whether somebody edited it.

use std::io;

use sha2::{Digest, Sha256};

use crate::inventory::{json, write_json};
use crate::model::hex;

use super::disclosure;
use super::format::Format;
use super::view::ReportV1;

/// The document, indented by two blanks, a newline at the end. Its shape: `tests/schemas/report-1.schema.json`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

impl Format for Json {
    fn render(&self, report: &ReportV1, out: &mut dyn io::Write) -> io::Result<()> {
        write_json(report, &mut *out)?;
        out.write_all(b"\n")
    }
}

/// The text that the digest is taken of: the document up to the line of the digest, which is its last field. Anyone can make it
/// again with `head -n -2 report.json | sha256sum`, whatever their tools think of numbers.
///
/// # Errors
/// None for a view: it holds no map with keys that are no texts.
pub fn canonical(report: &ReportV1) -> serde_json::Result<String> {
    let text = json(&ReportV1 { digest: None, ..report.clone() })?;
    Ok(text.strip_suffix(LAST_LINES).unwrap_or(&text).to_owned())
}

/// How a document without a digest ends.
const LAST_LINES: &str = "  \"digest\": null\n}";

/// Words the disclosure and sets the digest, the last step of building a report.
///
/// # Errors
/// As [`canonical`].
pub fn stamp(report: &mut ReportV1) -> serde_json::Result<()> {
    report.disclosure.words = disclosure::words(report);
    let digest = Sha256::digest(canonical(report)?.as_bytes());
    report.digest = Some(hex(&digest));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_of_all_but_the_last_two_lines_of_the_file() {
        let mut report = ReportV1::default();
        stamp(&mut report).expect("plain data");
        let mut file = Vec::new();
        Json.render(&report, &mut file).expect("a Vec takes everything");
        let file = String::from_utf8(file).expect("JSON is UTF-8");
        let lines: Vec<&str> = file.split_inclusive('\n').collect();
        let (told, last) = lines.split_at(lines.len() - 2);
        assert_eq!(told.concat(), canonical(&report).expect("plain data"));
        assert_eq!(last, [format!("  \"digest\": \"{}\"\n", report.digest.unwrap_or_default()), "}\n".to_owned()]);
    }

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
