//! What a cell holds. A number stays a number and a day a day; a text is never taken for a formula.

use crate::model::Date;
use crate::report::text::visible;
use crate::report::view::{Amount, Figure, Score};

/// Largest whole number up to which a double holds every whole number (2⁵³).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) enum Cell {
    /// Unknown, or nothing to say.
    Empty,
    /// Words.
    Text(String),
    /// A number, rounded as the document rounds it.
    Number(f64),
    /// A day.
    Day(Date),
    /// A page, if it is an address of one.
    Link(String),
}

impl Cell {
    /// Words that somebody else wrote; what a terminal or a reader would obey is made visible.
    pub(in crate::report) fn text(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(visible(text)) }
    }

    /// The address of a page.
    pub(in crate::report) fn link(address: Option<&String>) -> Self {
        address.map_or(Self::Empty, |address| Self::Link(visible(address)))
    }

    /// Several in one cell.
    pub(in crate::report) fn list(items: &[String]) -> Self {
        Self::text(&items.join("; "))
    }

    /// A whole number.
    pub(in crate::report) fn count(number: impl Into<f64>) -> Self {
        Self::Number(number.into())
    }

    /// `yes` or `no`.
    pub(in crate::report) fn yes_no(yes: bool) -> Self {
        Self::Text(if yes { "yes" } else { "no" }.to_owned())
    }

    /// As CSV writes it.
    pub(in crate::report) fn written(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Link(text) => inert(text),
            Self::Number(number) => plain(*number),
            Self::Day(day) => day.to_string(),
        }
    }
}

/// Whole numbers without a point; what is no number is unknown.
#[expect(clippy::cast_possible_truncation, reason = "whole and below 2⁵³")]
fn plain(number: f64) -> String {
    if !number.is_finite() {
        String::new()
    } else if number.fract() == 0.0 && number.abs() < EXACT {
        (number as i64).to_string()
    } else {
        number.to_string()
    }
}

/// The text so that no spreadsheet computes it: an apostrophe stands before whatever would start a formula, also behind a
/// semicolon, since a spreadsheet of many countries separates cells there.
pub(super) fn inert(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut starts = true;
    for character in visible(text).chars() {
        let acts = matches!(character, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
        if starts && acts {
            safe.push('\'');
        }
        starts = character == ';' || (starts && character.is_whitespace());
        safe.push(character);
    }
    safe
}

impl From<Option<&str>> for Cell {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }
}

impl From<Option<&String>> for Cell {
    fn from(text: Option<&String>) -> Self {
        text.map(String::as_str).into()
    }
}

impl From<Option<Date>> for Cell {
    fn from(day: Option<Date>) -> Self {
        day.map_or(Self::Empty, Self::Day)
    }
}

impl From<Option<Amount>> for Cell {
    fn from(amount: Option<Amount>) -> Self {
        amount.map_or(Self::Empty, |amount| Self::Number(amount.rounded()))
    }
}

impl From<Option<Score>> for Cell {
    fn from(score: Option<Score>) -> Self {
        score.map_or(Self::Empty, |score| Self::Number(score.rounded()))
    }
}

impl From<Option<Figure>> for Cell {
    fn from(figure: Option<Figure>) -> Self {
        figure.map_or(Self::Empty, |figure| Self::Number(figure.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_would_start_a_formula_is_text() {
        for (raw, safe) in [
            ("=cmd()", "'=cmd()"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@sum(a1)", "'@sum(a1)"),
            ("  =1", "  '=1"),
            ("\t=1", "\\u{9}=1"),
            ("\r=1", "\\u{d}=1"),
            ("web1;=1; -2", "web1;'=1; '-2"),
            ("＝1", "'＝1"),
            ("a=b", "a=b"),
            ("3.11-slim", "3.11-slim"),
        ] {
            assert_eq!(inert(raw), safe);
        }
    }

    #[test]
    fn a_number_stays_a_number_and_the_unknown_stays_empty() {
        for (number, text) in [(-2210.12, "-2210.12"), (-0.0, "0"), (4500.0, "4500"), (f64::NAN, "")] {
            assert_eq!(Cell::Number(number).written(), text);
        }
        assert_eq!(Cell::from(Some(Amount(0.125))).written(), "0.12");
        assert_eq!(Cell::from(None::<Amount>).written(), "");
        assert_eq!(Cell::text("").written(), "");
    }
}
