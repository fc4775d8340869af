//! JSON that may reach a terminal: the same values, with every character escaped that acts there.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::Error as _;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use crate::model::acts;

/// The value as a document of lines, indented by two blanks, without a newline at its end.
///
/// # Errors
/// If the value holds a map whose keys are no texts.
pub fn json(value: &impl Serialize) -> serde_json::Result<String> {
    let mut out = Vec::new();
    write_json(value, &mut out)?;
    String::from_utf8(out).map_err(serde_json::Error::custom)
}

/// The same, written as it is made: a document of many components is never in memory as a whole.
///
/// # Errors
/// As [`json`], and if `out` cannot be written.
pub fn write_json(value: &impl Serialize, out: impl Write) -> serde_json::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Inert(PrettyFormatter::new())))
}

/// Indents, and escapes what acts. All that is not ASCII stands within a text, where an escape means the same.
struct Inert(PrettyFormatter<'static>);

impl Formatter for Inert {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, character)) = rest.char_indices().find(|(_, character)| acts(*character)) {
            let (plain, from) = rest.split_at(at);
            out.write_all(plain.as_bytes())?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = from.get(character.len_utf8()..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_same_when_it_is_read_and_does_nothing_before() {
        let text = "\u{1b}[31m \u{9b}31m \u{7f} \u{202e}gpj \u{2028} \u{e0041} é 名 \"\\ \n\t";
        let document = json(&[text]).expect("plain data");
        assert!(document.chars().all(|character| character == '\n' || !acts(character)), "{document:?}");
        assert!(document.contains("é 名") && document.contains(r"\u009b31m") && document.contains(r"\udb40\udc41"), "{document}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&document).expect("JSON"), [text]);
    }

    #[test]
    fn what_acts_nowhere_is_laid_out_as_everywhere() {
        let value = serde_json::json!({"a": [1, {"b": []}, {}], "c": {"d": null, "e": "é\n"}});
        assert_eq!(json(&value).expect("plain data"), serde_json::to_string_pretty(&value).expect("plain data"));
    }
}
