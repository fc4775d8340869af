//! Build scripts of Gradle as statements in blocks (<https://docs.gradle.org/current/userguide/groovy_build_script_primer.html>,
//! <https://docs.gradle.org/current/userguide/kotlin_dsl.html>), of both languages alike: words, literals and signs. Runs nothing.

use super::tokens::{cut, until};

/// A part of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A name with its dots, or a number.
    Word(&'t str),
    /// A literal without its quotes, in which variables are filled in if `filled`.
    Text {
        text: &'t str,
        filled: bool,
    },
    Sign(char),
    /// A line's end, or a semicolon.
    End,
}

/// A statement, in front of its block if it has one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Statement<'t> {
    pub(super) line: usize,
    /// The first words of the statements whose blocks it stands in, outermost first.
    pub(super) blocks: Vec<&'t str>,
    pub(super) tokens: Vec<Token<'t>>,
}

impl<'t> Token<'t> {
    /// What a word or a literal says; nothing of a sign.
    pub(super) fn text(self) -> &'t str {
        match self {
            Self::Word(text) | Self::Text { text, .. } => text,
            Self::Sign(_) | Self::End => "",
        }
    }
}

impl<'t> Statement<'t> {
    /// The first word, or the literal in its place.
    pub(super) fn head(&self) -> &'t str {
        self.tokens.first().map_or("", |token| token.text())
    }

    /// The name of the block that it stands in directly, or of the one `levels` further out.
    pub(super) fn block(&self, levels: usize) -> &'t str {
        self.blocks.iter().rev().nth(levels).copied().unwrap_or_default()
    }
}

/// Blocks that lie deeper end the reading.
const MAX_DEPTH: usize = 64;

/// The statements of a script, in its order.
pub(super) fn statements(text: &str) -> Vec<Statement<'_>> {
    let mut reader = Reader::default();
    for (line, token) in tokens(text) {
        match token {
            Token::Sign('{') => {
                let head = reader.current.first().map_or("", |(_, token)| token.text());
                reader.finish();
                reader.blocks.push(head);
                reader.around.push(std::mem::take(&mut reader.open));
                if reader.blocks.len() > MAX_DEPTH {
                    break;
                }
            }
            Token::Sign('}') => {
                reader.finish();
                reader.blocks.pop();
                reader.open = reader.around.pop().unwrap_or_default();
            }
            Token::End if reader.open > 0 || reader.current.last().is_some_and(|(_, token)| *token == Token::Sign(',')) => {}
            Token::End => reader.finish(),
            token => {
                match token {
                    Token::Sign('(' | '[') => reader.open += 1,
                    Token::Sign(')' | ']') => reader.open = reader.open.saturating_sub(1),
                    _ => {}
                }
                reader.current.push((line, token));
            }
        }
    }
    reader.finish();
    reader.found
}

#[derive(Default)]
struct Reader<'t> {
    found: Vec<Statement<'t>>,
    blocks: Vec<&'t str>,
    /// For each open block, how many brackets are open around it.
    around: Vec<usize>,
    /// How many brackets are open in the innermost block.
    open: usize,
    current: Vec<(usize, Token<'t>)>,
}

impl Reader<'_> {
    fn finish(&mut self) {
        if let Some((line, _)) = self.current.first() {
            let line = *line;
            let tokens = self.current.drain(..).map(|(_, token)| token).collect();
            self.found.push(Statement { line, blocks: self.blocks.clone(), tokens });
        }
    }
}

/// The tokens with their lines. Comments are none; a literal that does not end takes its statement along and ends the reading.
fn tokens<'t>(text: &'t str) -> Vec<(usize, Token<'t>)> {
    let is_word = |c: char| c.is_alphanumeric() || "_.$".contains(c);
    let next = |rest: &'t str, c: char| {
        Some(match c {
            '\n' | ';' => (1, Some(Token::End)),
            '/' if rest.starts_with("//") => (until(rest, rest.find('\n')), None),
            '/' if rest.starts_with("/*") => (until(rest, rest.find("*/").map(|end| end + 2)), None),
            '\'' | '"' => {
                let (length, inside) = literal(rest, c)?;
                (length, Some(Token::Text { text: inside, filled: c == '"' }))
            }
            c if is_word(c) => {
                let length = until(rest, rest.find(|c| !is_word(c)));
                (length, Some(Token::Word(rest.get(..length).unwrap_or_default())))
            }
            c if c.is_whitespace() => (c.len_utf8(), None),
            c => (c.len_utf8(), Some(Token::Sign(c))),
        })
    };
    let (mut found, is_whole) = cut(text, next);
    if !is_whole {
        let whole = found.iter().rposition(|(_, token)| *token == Token::End).map_or(0, |end| end + 1);
        found.truncate(whole);
    }
    found
}

/// The length of the literal that begins here, and what stands between its quotes, of which it may have three.
fn literal(text: &str, quote: char) -> Option<(usize, &str)> {
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    if let Some(inside) = text.strip_prefix(&triple) {
        let end = inside.find(&triple)?;
        return Some((end + 6, inside.get(..end)?));
    }
    let inside = text.get(1..)?;
    let (mut at, mut braces) = (0, 0_usize);
    while let Some(c) = inside.get(at..)?.chars().next() {
        match c {
            '\\' => at += 1,
            '\n' => return None,
            '{' if inside.get(..at)?.ends_with('$') || braces > 0 => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            // What is filled in may hold literals of its own.
            c if c == quote && braces == 0 => return Some((at + 2, inside.get(..at)?)),
            _ => {}
        }
        at += inside.get(at..)?.chars().next().map_or(1, char::len_utf8);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_know_their_blocks_and_go_on_in_brackets() {
        let text =
            "a { // x\n  b 'c:d', /* y */\n    \"e${f(\"g\")}\"\n  h(i,\n j) { k 1.0; l }\n}\nm = ['n':\n 'o']\n'''p\nq'''\n";
        let found: Vec<(usize, String, &str, usize)> = statements(text)
            .iter()
            .map(|statement| (statement.line, statement.blocks.join("/"), statement.head(), statement.tokens.len()))
            .collect();
        let expected = [
            (1, "", "a", 1),
            (2, "a", "b", 4),
            (4, "a", "h", 6),
            (5, "a/h", "k", 2),
            (5, "a/h", "l", 1),
            (7, "", "m", 7),
            (9, "", "p\nq", 1),
        ];
        assert_eq!(found, expected.map(|(line, blocks, head, count)| (line, blocks.to_owned(), head, count)));
    }

    #[test]
    fn a_text_that_breaks_off_keeps_what_stood_before() {
        assert_eq!(statements("a 'b'\nc 'd").len(), 1);
        assert_eq!(statements("}}} ) a\n").len(), 1);
        assert!(statements(&"a {".repeat(100_000)).len() <= MAX_DEPTH + 1);
    }
}
