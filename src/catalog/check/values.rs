//! Checks of single values: each turns a raw text into its parsed form, or says why it is none.

use std::str::FromStr;

use rust_decimal::Decimal;
use toml::Spanned;

use super::super::faults::{Faults, Place};
use super::super::pattern::{self, Pattern};
use super::super::raw::{Number, Text};
use crate::model::{Currency, Date, UnknownWord, VersionRange};
use crate::problem::Code;

/// The only schema of catalog files so far.
const SCHEMA: i64 = 1;

/// Whether a text is an id: lower-case letters, digits, `.` and `-`, beginning with a letter or digit.
pub(crate) fn is_id(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase() || first.is_ascii_digit())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-')
}

impl Faults<'_> {
    /// A required id.
    pub(crate) fn id(&mut self, text: &Text) -> Option<String> {
        if !is_id(text.get_ref()) {
            let says = format!("`{}` is no id; use lower-case letters, digits, `.` and `-`", text.get_ref());
            self.at(Code::BadId, text.span(), says);
            return None;
        }
        Some(text.get_ref().clone())
    }

    /// The file's own id, from its name.
    pub(crate) fn own_id(&mut self) -> String {
        let stem = self.file().stem();
        if !is_id(stem) {
            self.whole(Code::BadId, format!("`{stem}` is no id; name the file in lower-case letters, digits, `.` and `-`"));
        }
        stem.to_owned()
    }

    /// The schema number.
    pub(crate) fn schema(&mut self, schema: Option<&Number>) {
        match schema {
            None => self.missing(Code::BadSchema, "schema", Place::File, &format!("write schema = {SCHEMA} at the top")),
            Some(number) if *number.get_ref() != SCHEMA => {
                let text = format!("schema {} is not supported; this program reads schema {SCHEMA}", number.get_ref());
                self.at(Code::BadSchema, number.span(), text);
            }
            Some(_) => {}
        }
    }

    /// A text that must say something.
    pub(crate) fn text(&mut self, text: &Text) -> Option<String> {
        let trimmed = text.get_ref().trim();
        if trimmed.is_empty() || trimmed.len() != text.get_ref().len() {
            self.at(Code::BadValue, text.span(), "the text is empty or has blanks around it; leave the key out if it is unknown");
            return None;
        }
        Some(trimmed.to_owned())
    }

    /// An optional text.
    pub(crate) fn maybe_text(&mut self, text: Option<&Text>) -> Option<String> {
        self.text(text?)
    }

    /// Texts of a list.
    pub(crate) fn texts(&mut self, texts: &[Text]) -> Vec<String> {
        texts.iter().filter_map(|text| self.text(text)).collect()
    }

    /// A link.
    pub(crate) fn url(&mut self, url: &Text) -> Option<String> {
        let text = url.get_ref();
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
        let clean = !text.contains(|c: char| c.is_whitespace() || c.is_control() || "\"<>`\\".contains(c));
        if host.trim_matches('.').is_empty() || !clean {
            self.at(
                Code::BadUrl,
                url.span(),
                format!("`{text}` is no https or http address; write it whole, as https://acme.example"),
            );
            return None;
        }
        Some(text.clone())
    }

    /// An optional link.
    pub(crate) fn maybe_url(&mut self, url: Option<&Text>) -> Option<String> {
        self.url(url?)
    }

    /// Links of a list.
    pub(crate) fn urls(&mut self, urls: &[Text]) -> Vec<String> {
        urls.iter().filter_map(|url| self.url(url)).collect()
    }

    /// A day.
    pub(crate) fn date(&mut self, date: &Text) -> Option<Date> {
        let parsed = (date.get_ref().len() == "2026-08-22".len()).then(|| date.get_ref().parse().ok()).flatten();
        if parsed.is_none() {
            self.at(Code::BadDate, date.span(), format!("`{}` is no date; write it as 2026-08-22", date.get_ref()));
        }
        parsed
    }

    /// An optional day.
    pub(crate) fn maybe_date(&mut self, date: Option<&Text>) -> Option<Date> {
        self.date(date?)
    }

    /// A word of a vocabulary.
    pub(crate) fn word<W: FromStr<Err = UnknownWord>>(&mut self, word: &Text) -> Option<W> {
        word.get_ref().parse().map_err(|error: UnknownWord| self.at(Code::BadValue, word.span(), error.to_string())).ok()
    }

    /// An optional word.
    pub(crate) fn maybe_word<W: FromStr<Err = UnknownWord>>(&mut self, word: Option<&Text>) -> Option<W> {
        self.word(word?)
    }

    /// An amount, zero or more.
    pub(crate) fn decimal(&mut self, amount: &Text) -> Option<Decimal> {
        let plain = amount.get_ref().bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let parsed = plain.then(|| Decimal::from_str(amount.get_ref()).ok()).flatten();
        if parsed.is_none() {
            self.at(Code::BadPrice, amount.span(), format!("`{}` is no amount such as 500 or 499.90", amount.get_ref()));
        }
        parsed
    }

    /// A currency.
    pub(crate) fn currency(&mut self, code: &Text) -> Option<Currency> {
        code.get_ref()
            .parse()
            .map_err(|error: crate::model::ParseMoneyError| self.at(Code::BadPrice, code.span(), error.to_string()))
            .ok()
    }

    /// A version range.
    pub(crate) fn range(&mut self, range: &Text) -> Option<VersionRange> {
        if range.get_ref().trim().is_empty() {
            self.at(Code::BadRange, range.span(), "the range is empty text; leave the key out to mean every version");
            return None;
        }
        range
            .get_ref()
            .parse()
            .map_err(|error: crate::model::ParseRangeError| self.at(Code::BadRange, range.span(), error.to_string()))
            .ok()
    }

    /// A pattern that names something: three literal characters must stand before its first wildcard.
    pub(crate) fn pattern(&mut self, text: &Text) -> Option<Pattern> {
        let pattern: Pattern = text
            .get_ref()
            .parse()
            .map_err(|error: pattern::ParsePatternError| self.at(Code::BadPattern, text.span(), error.to_string()))
            .ok()?;
        if !pattern.is_exact() && pattern.literal_prefix().chars().count() < 3 {
            let says = format!("`{pattern}` would match too much; write at least 3 characters before the first wildcard");
            self.at(Code::TooBroad, text.span(), says);
            return None;
        }
        Some(pattern)
    }

    /// A version expression.
    pub(crate) fn version_expression(&mut self, text: &Text) -> Option<String> {
        match pattern::version_regex(text.get_ref()) {
            Ok(_) => Some(text.get_ref().clone()),
            Err(why) => {
                self.at(Code::BadPattern, text.span(), why);
                None
            }
        }
    }

    /// Refuses a list that says the same twice.
    pub(crate) fn no_repeats(&mut self, texts: &[Spanned<String>]) {
        for (index, text) in texts.iter().enumerate() {
            if texts.iter().take(index).any(|earlier| earlier.get_ref() == text.get_ref()) {
                self.at(Code::DuplicateId, text.span(), format!("`{}` stands twice in this list", text.get_ref()));
            }
        }
    }
}
