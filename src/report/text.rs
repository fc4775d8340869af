//! Text for people: names made harmless, numbers grouped, lines wrapped and padded by display width.

use unicode_width::UnicodeWidthStr;

use super::view::Amount;
use crate::model::acts;

/// The text with every character shown that a terminal would act on or that changes the reading order: `\u{1b}`, `\u{202e}`.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if acts(character) { shown.extend(character.escape_unicode()) } else { shown.push(character) }
    }
    shown
}

/// The address if a reader may be sent there: http or https, ASCII, nothing that ends a link early.
pub(super) fn web_link(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/?#@!$&+,;=%:".contains(&byte);
    (!rest.is_empty() && rest.bytes().all(harmless)).then_some(address)
}

/// Money in whole units, a comma at every third digit; the currency stands beside it.
#[must_use]
pub fn amount(amount: Amount) -> String {
    grouped(amount.0)
}

/// An amount that was searched for, in three digits: more would claim what the model does not know.
pub(super) fn about(amount: Amount) -> String {
    let mut step = 1.0;
    while amount.0.abs() / step >= 1_000.0 {
        step *= 10.0;
    }
    grouped((amount.0 / step).round() * step)
}

/// A whole number with a comma at every third digit.
pub(super) fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    if number < 0.0 && digits != "0" {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digit.is_ascii_digit() {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with a comma at every third digit.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 case`, `1,200 cases`.
pub(super) fn counted(number: u64, singular: &str) -> String {
    format!("{} {}", count(number), if number == 1 { singular.to_owned() } else { plural(singular) })
}

/// `repositories`, `days`, `cases`.
pub(super) fn plural(singular: &str) -> String {
    let stem = singular.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o']));
    stem.map_or_else(|| format!("{singular}s"), |stem| format!("{stem}ies"))
}

/// A figure of any size in about four digits.
pub(super) fn short_figure(figure: f64) -> String {
    let text = match figure.abs() {
        size if size >= 1_000.0 || size == 0.0 => return grouped(figure),
        size if size >= 10.0 => format!("{figure:.1}"),
        size if size >= 0.1 => format!("{figure:.2}"),
        _ => format!("{figure:.6}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `web1`, or `3 hosts: db1, web1, …`: as many names as fit `most`, and how many there are.
pub(super) fn places(names: &[String], noun: &str, most: usize) -> String {
    match names {
        [] => "unknown place".to_owned(),
        [one] => visible(one),
        many => {
            let shown: Vec<String> = many.iter().take(most).map(|name| visible(name)).collect();
            let rest = if many.len() > most { ", …" } else { "" };
            format!("{} {}: {}{rest}", many.len(), plural(noun), shown.join(", "))
        }
    }
}

/// What ends the address of a link, and the link (OSC 8,
/// <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda>). A text that was made visible has no such character.
const ENDS: &str = "\u{1b}\\";
const OPENS: &str = "\u{1b}]8;;";

/// The text as a link for a terminal.
pub(super) fn linked(text: &str, address: &str) -> String {
    format!("{OPENS}{address}{ENDS}{text}{OPENS}{ENDS}")
}

/// The text without what makes links of it, and those pieces: whether a piece is shown, and the piece.
fn shown_pieces(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (shown, length) = match rest.find(OPENS) {
            Some(0) => (false, rest.find(ENDS).map_or(rest.len(), |end| end + ENDS.len())),
            Some(start) => (true, start),
            None => (true, rest.len()),
        };
        let (piece, after) = rest.split_at_checked(length)?;
        rest = after;
        Some((shown, piece))
    })
}

/// Columns that a text takes on a screen.
pub(super) fn width(text: &str) -> usize {
    shown_pieces(text).filter(|(shown, _)| *shown).map(|(_, piece)| UnicodeWidthStr::width(piece)).sum()
}

/// The text filled up with blanks to `columns`.
pub(super) fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text pushed to the right end of `columns`.
pub(super) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Columns of the longest piece that has to stay together: a word, or what stands between the slashes of a path.
pub(super) fn longest(text: &str) -> usize {
    let parts =
        |word: &'_ str| if word.contains(OPENS) { width(word) } else { word.split_inclusive('/').map(width).max().unwrap_or(0) };
    text.split_whitespace().map(parts).max().unwrap_or(0)
}

/// The words in lines of at most `columns`; a word that is longer is broken, a path behind a slash, so that no line ever is.
#[must_use]
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        for piece in pieces(word, columns.max(1)) {
            match lines.last_mut() {
                Some(line) if line.is_empty() => *line = piece,
                Some(line) if width(line) + 1 + width(&piece) <= columns => {
                    line.push(' ');
                    line.push_str(&piece);
                }
                _ => lines.push(piece),
            }
        }
    }
    if text.contains(OPENS) { each_linked(lines) } else { lines }
}

/// A link that goes on in the next line is closed and opened again, so that a line is whole wherever it stands.
fn each_linked(lines: Vec<String>) -> Vec<String> {
    let mut open = String::new();
    let close = format!("{OPENS}{ENDS}");
    let mut whole = Vec::with_capacity(lines.len());
    for line in lines {
        let before = open.clone();
        for (_, mark) in shown_pieces(&line).filter(|(shown, _)| !shown) {
            open = if mark == close { String::new() } else { mark.to_owned() };
        }
        let after = if open.is_empty() { "" } else { close.as_str() };
        whole.push(format!("{before}{line}{after}"));
    }
    whole
}

/// A word in pieces of at most `columns`, broken behind a slash where it has one.
fn pieces(word: &str, columns: usize) -> Vec<String> {
    if width(word) <= columns {
        return vec![word.to_owned()];
    }
    let mut pieces: Vec<String> = Vec::new();
    // An address has slashes too, which are no place to break a text.
    let parts = if word.contains(OPENS) { vec![word] } else { word.split_inclusive('/').collect() };
    for part in parts.into_iter().flat_map(|part| cut(part, columns)) {
        match pieces.last_mut() {
            Some(piece) if width(piece) + width(&part) <= columns => piece.push_str(&part),
            _ => pieces.push(part),
        }
    }
    pieces
}

/// A text cut after every `columns`; a character that is wider stands alone.
fn cut(text: &str, columns: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for (shown, part) in shown_pieces(text) {
        if !shown {
            pieces.last_mut().expect("starts with one piece and only grows").push_str(part);
            continue;
        }
        for character in part.chars() {
            let piece = pieces.last_mut().expect("starts with one piece and only grows");
            let mut longer = piece.clone();
            longer.push(character);
            if width(&longer) <= columns || piece.is_empty() { *piece = longer } else { pieces.push(character.to_string()) }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        for (raw, shown) in [
            ("plain é 名", "plain é 名"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\nb\r\0", "a\\u{a}b\\u{d}\\u{0}"),
            ("gpj\u{202e}exe.", "gpj\\u{202e}exe."),
            ("zero\u{200b}width\u{2066}", "zero\\u{200b}width\\u{2066}"),
            ("\u{9b}31m", "\\u{9b}31m"),
        ] {
            assert_eq!(visible(raw), shown);
        }
    }

    #[test]
    fn only_plain_web_addresses_become_links() {
        for (address, link) in [
            ("https://endoflife.date/nodejs?x=1#a", true),
            ("http://example.org", true),
            ("javascript:alert(1)", false),
            ("https://", false),
            ("https://a.example/\" onclick=\"x", false),
            ("https://a.example/)[x](y", false),
            ("https://a.example/<b>", false),
        ] {
            assert_eq!(web_link(address).is_some(), link, "{address}");
        }
    }

    #[test]
    fn numbers_are_grouped_and_never_minus_zero() {
        for (number, text) in [(0.4, "0"), (-0.4, "0"), (999.6, "1,000"), (-1_234_567.0, "-1,234,567"), (f64::INFINITY, "inf")] {
            assert_eq!(grouped(number), text);
        }
        for (number, text) in
            [(10_721.27, "10,700"), (125_784.87, "126,000"), (999.6, "1,000"), (38.0, "38"), (999_600.0, "1,000,000")]
        {
            assert_eq!(about(Amount(number)), text);
        }
        assert_eq!(counted(1, "case"), "1 case");
        assert_eq!(counted(1_200, "library"), "1,200 libraries");
        assert_eq!(counted(94, "day"), "94 days");
        for (figure, text) in [(0.00004, "0.00004"), (0.7, "0.7"), (34.44, "34.4"), (120.0, "120"), (200_000.0, "200,000")] {
            assert_eq!(short_figure(figure), text);
        }
    }

    #[test]
    fn lines_never_exceed_their_columns() {
        for columns in [1, 7, 20] {
            for line in wrapped("a supercalifragilistic 名名名名名名 word \t of  many", columns) {
                assert!(width(&line) <= columns.max(2), "{line:?} in {columns}");
            }
        }
        assert_eq!(wrapped("", 10), [""]);
    }

    #[test]
    fn a_link_takes_the_columns_of_its_text_and_is_whole_in_every_line() {
        let link = linked("HeroDevs NES", "https://a.example/x/y");
        assert_eq!((width(&link), width(&format!("by {link}, too"))), (12, 20));
        let lines = wrapped(&format!("by {link}, too"), 12);
        let whole = |text: &str| format!("{OPENS}https://a.example/x/y{ENDS}{text}{OPENS}{ENDS}");
        assert_eq!(lines, [format!("by {}", whole("HeroDevs")), format!("{}, too", whole("NES"))]);
        for line in wrapped(&link, 5) {
            assert!(width(&line) <= 5 && line.matches(OPENS).count() % 2 == 0, "{line:?}");
        }
    }

    #[test]
    fn a_path_breaks_behind_its_slashes() {
        assert_eq!(wrapped("usr/lib/erlang/bin/beam.smp and 1 more", 12), ["usr/lib/", "erlang/bin/", "beam.smp and", "1 more"]);
        assert_eq!(longest("usr/lib/erlang/bin and more"), "erlang/".len());
    }

    #[test]
    fn many_hosts_are_counted() {
        let names: Vec<String> = ["db1", "web1", "web2"].map(str::to_owned).into();
        assert_eq!(places(&names, "host", 2), "3 hosts: db1, web1, …");
        assert_eq!(places(names.get(..1).expect("three"), "host", 2), "db1");
    }
}
