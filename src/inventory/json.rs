//! JSON that may reach a terminal: the same values, with every character escaped that acts there.

use std::fmt::Write as _;

use serde::Serialize;

use crate::model::acts;

/// The value as a document of lines, indented by two blanks, without a newline at its end.
///
/// # Errors
/// If the value holds a map whose keys are no texts.
pub fn json(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string_pretty(value).map(|text| inert(&text))
}

/// Whatever is not ASCII stands within a text, where an escape means the same; only the ends of lines are not within one.
fn inert(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if acts(character) && character != '\n' {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(character);
        }
    }
    safe
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
}
