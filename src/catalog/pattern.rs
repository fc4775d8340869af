//! The small languages inside catalog files: name patterns, literal bytes, version expressions.
//!
//! Patterns know `*` (any run without `/`) and `[0-9]` classes. A glob crate would compile each of them to an automaton,
//! which costs more at start-up than all the matching of a scan.

use std::fmt;
use std::str::FromStr;

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};

/// A compiled version expression may take this much memory, in bytes.
const REGEX_BYTES: usize = 1 << 18;

/// A name or path with `*` and `[0-9]`; ordered by its text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    text: String,
    /// The parts between slashes; empty if the text is to be matched exactly.
    segments: Vec<Vec<Token>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Token {
    Char(char),
    Class(Vec<(char, char)>),
    Any,
}

impl Token {
    fn accepts(&self, c: char) -> bool {
        match self {
            Self::Char(own) => *own == c,
            Self::Class(ranges) => ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)),
            Self::Any => false,
        }
    }
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParsePatternError {
    /// Nothing to match.
    #[error("a pattern must not be empty")]
    Empty,
    /// `[` without `]`, an empty class, or a range that runs backwards.
    #[error("`{0}` has a broken character class; write it as in python3.[0-9]")]
    Class(String),
    /// Syntax of other glob dialects.
    #[error("`{0}` uses `{1}`, which patterns do not know; they know * and [0-9]")]
    Dialect(String, char),
}

impl Pattern {
    /// The text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it matches one text only.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.segments.is_empty()
    }

    /// What every matching text begins with.
    #[must_use]
    pub fn literal_prefix(&self) -> &str {
        self.text.split(['*', '[']).next().unwrap_or_default()
    }

    /// Whether the whole of `text` matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        if self.is_exact() {
            return self.text == text;
        }
        if !text.starts_with(self.literal_prefix()) {
            return false;
        }
        let mut parts = text.split('/');
        self.segments.iter().all(|tokens| parts.next().is_some_and(|part| segment_matches(tokens, part)))
            && parts.next().is_none()
    }
}

/// Greedy with one point of return: the latest `*` takes one more character whenever the rest does not fit.
fn segment_matches(tokens: &[Token], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut token, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (tokens.get(token), text.get(at)) {
            (None, None) => return true,
            (Some(Token::Any), _) => {
                retry = Some((token, at));
                token += 1;
                continue;
            }
            (Some(one), Some(c)) if one.accepts(*c) => {
                (token, at) = (token + 1, at + 1);
                continue;
            }
            _ => {}
        }
        match retry {
            Some((star, from)) if from < text.len() => {
                retry = Some((star, from + 1));
                (token, at) = (star + 1, from + 1);
            }
            _ => return false,
        }
    }
}

impl FromStr for Pattern {
    type Err = ParsePatternError;

    fn from_str(text: &str) -> Result<Self, ParsePatternError> {
        if text.is_empty() {
            return Err(ParsePatternError::Empty);
        }
        if let Some(c) = text.chars().find(|c| "?{}!^\\".contains(*c)) {
            return Err(ParsePatternError::Dialect(text.to_owned(), c));
        }
        if !text.contains(['*', '[', ']']) {
            return Ok(Self { text: text.to_owned(), segments: Vec::new() });
        }
        let segments = text.split('/').map(|part| tokens(part).ok_or_else(|| ParsePatternError::Class(text.to_owned())));
        Ok(Self { text: text.to_owned(), segments: segments.collect::<Result<_, _>>()? })
    }
}

/// The tokens of one segment; `None` if a class is broken.
fn tokens(part: &str) -> Option<Vec<Token>> {
    let mut chars = part.chars();
    let mut tokens = Vec::new();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            '*' => Token::Any,
            '[' => Token::Class(class(&mut chars)?),
            ']' => return None,
            other => Token::Char(other),
        });
    }
    Some(tokens)
}

/// What stands between `[` and `]`: single characters and ranges.
fn class(chars: &mut std::str::Chars<'_>) -> Option<Vec<(char, char)>> {
    let mut ranges: Vec<(char, char)> = Vec::new();
    loop {
        match chars.next()? {
            ']' => return (!ranges.is_empty()).then_some(ranges),
            '-' => {
                let (low, high) = ranges.last_mut()?;
                *high = chars.next().filter(|end| *end != ']' && *end >= *low)?;
            }
            '[' => return None,
            c => ranges.push((c, c)),
        }
    }
}

impl TryFrom<String> for Pattern {
    type Error = ParsePatternError;

    fn try_from(text: String) -> Result<Self, ParsePatternError> {
        text.parse()
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.text
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Compiles a version expression: over bytes, ASCII classes only, bounded in size, one capture group.
///
/// # Errors
/// Says what is wrong, in words for the author of the file.
pub fn version_regex(text: &str) -> Result<Regex, String> {
    let regex = RegexBuilder::new(text).unicode(false).size_limit(REGEX_BYTES).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => format!("`{text}` compiles to more than {REGEX_BYTES} bytes; use smaller repetitions"),
        other => format!("`{text}` does not compile: {}", last_line(&other.to_string())),
    })?;
    if literal_bytes_of(text) == Some(0) {
        return Err(format!(
            "`{text}` holds no literal text, so that anything would match; write what stands beside the version"
        ));
    }
    match regex.captures_len() - 1 {
        1 if regex.is_match(b"") => Err(format!("`{text}` matches the empty text; anchor it to something")),
        1 => Ok(regex),
        groups => {
            Err(format!("`{text}` has {groups} capture groups; write exactly one, around the version, and (?:…) for others"))
        }
    }
}

/// How many literal bytes every match has at least; `None` if the text is no expression.
fn literal_bytes_of(text: &str) -> Option<usize> {
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    parser.parse(text).ok().map(|tree| least_literals(&tree))
}

fn least_literals(tree: &Hir) -> usize {
    match tree.kind() {
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Capture(capture) => least_literals(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => least_literals(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().map(least_literals).sum(),
        HirKind::Alternation(parts) => parts.iter().map(least_literals).min().unwrap_or(0),
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => 0,
    }
}

/// The crate explains a syntax error over several lines, the cause in the last one.
fn last_line(message: &str) -> String {
    message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// The bytes that a literal stands for: `\xNN`, `\n`, `\r`, `\t`, `\0` and `\\` are escapes.
pub(crate) fn literal_bytes(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next() {
            Some(b'\\') => b'\\',
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'0') => 0,
            Some(b'x') => hex(rest.next(), rest.next()).ok_or_else(|| format!("`{text}` has a \\x without two hex digits"))?,
            _ => return Err(format!("`{text}` has an unknown escape; known: \\xNN \\n \\r \\t \\0 \\\\")),
        });
    }
    Ok(bytes)
}

fn hex(high: Option<u8>, low: Option<u8>) -> Option<u8> {
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? * 16 + digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_star_stays_between_slashes() {
        let pattern: Pattern = "etc/postgresql/*/main/postgresql.conf".parse().expect("a pattern");
        assert!(pattern.matches("etc/postgresql/15/main/postgresql.conf"));
        assert!(!pattern.matches("etc/postgresql/15/old/main/postgresql.conf"));
        assert!(!pattern.matches("etc/postgresql/15/main/postgresql.conf/x"));
    }

    #[test]
    fn broken_patterns_say_why() {
        for (text, why) in [
            ("", "a pattern must not be empty"),
            ("python3.[0-", "`python3.[0-` has a broken character class; write it as in python3.[0-9]"),
            ("python3.[9-0]", "`python3.[9-0]` has a broken character class; write it as in python3.[0-9]"),
            ("lib{a,b}", "`lib{a,b}` uses `{`, which patterns do not know; they know * and [0-9]"),
        ] {
            assert_eq!(text.parse::<Pattern>().expect_err("broken").to_string(), why);
        }
    }

    #[test]
    fn version_expressions_need_one_group_and_a_hold() {
        assert!(version_regex(r"nginx/(\d+\.\d+)").is_ok());
        for bad in [r"nginx/\d+", r"(a)(b)", r"(\d*)", r"(\d{1000}){100}", r"([0-9"] {
            assert!(version_regex(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn literals_know_their_escapes() {
        assert_eq!(literal_bytes(r"a\x00\\b").as_deref(), Ok(b"a\0\\b".as_slice()));
        assert!(literal_bytes(r"\xg0").is_err());
        assert!(literal_bytes(r"\q").is_err());
    }

    proptest! {
        #[test]
        fn patterns_match_as_globset_does(
            // globset reads `**` and empty parts in its own way; ours has neither.
            pattern in r"(\*?[ab]{1,2}\*?|\*|\[ab\]\*?)(/(\*?[ab]{1,2}\*[ab]?|\*|\[ab\])){0,2}",
            text in "[ab]{1,4}(/[ab]{1,4}){0,2}",
        ) {
            let ours: Pattern = pattern.parse().expect("a pattern");
            let theirs = globset::GlobBuilder::new(&pattern).literal_separator(true).build().expect("a glob").compile_matcher();
            prop_assert_eq!(ours.matches(&text), theirs.is_match(&text));
        }
    }
}
