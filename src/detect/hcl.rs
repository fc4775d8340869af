//! The attributes of a file of HCL (<https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md>) that are literals, with the blocks around
//! them. Evaluates nothing: what holds a template or an expression has no value.

use super::tokens::{cut, until};

/// `key = "value"`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute<'t> {
    pub(super) line: usize,
    /// The words that open the blocks and objects around it, outermost first: `module vpc`, `required_providers`.
    pub(super) path: Vec<String>,
    pub(super) key: &'t str,
    pub(super) value: &'t str,
}

/// Blocks that lie deeper end the reading.
const MAX_DEPTH: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    Text(&'t str),
    Sign(char),
    /// A line's end.
    End,
}

/// The attributes in their order.
pub(super) fn attributes(text: &str) -> Vec<Attribute<'_>> {
    let mut found = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut pending: Vec<Token<'_>> = Vec::new();
    for (line, token) in tokens(text) {
        match token {
            Token::Sign('{' | '[' | '(') => {
                path.push(head(&pending));
                pending.clear();
                if path.len() > MAX_DEPTH {
                    break;
                }
            }
            Token::Sign('}' | ']' | ')' | ',') | Token::End => {
                if let [Token::Word(key) | Token::Text(key), Token::Sign('=' | ':'), Token::Text(value)] = pending.as_slice() {
                    found.push(Attribute { line, path: path.clone(), key, value });
                }
                if matches!(token, Token::Sign('}' | ']' | ')')) {
                    path.pop();
                }
                pending.clear();
            }
            token => pending.push(token),
        }
    }
    found
}

/// The words in front of a bracket, without the sign between a key and its value.
fn head(pending: &[Token<'_>]) -> String {
    let words = pending.iter().filter_map(|token| match token {
        Token::Word(text) | Token::Text(text) => Some(*text),
        Token::Sign(_) | Token::End => None,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Words, literals without templates, and signs, with their lines. What a heredoc or a template holds is no token.
fn tokens<'t>(text: &'t str) -> Vec<(usize, Token<'t>)> {
    let is_word = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let next = |rest: &'t str, c: char| {
        Some(match c {
            '\n' => (1, Some(Token::End)),
            '#' => (until(rest, rest.find('\n')), None),
            '/' if rest.starts_with("//") => (until(rest, rest.find('\n')), None),
            '/' if rest.starts_with("/*") => (until(rest, rest.find("*/").map(|end| end + 2)), None),
            '<' if rest.starts_with("<<") => (heredoc(rest), Some(Token::Sign('<'))),
            '"' => {
                let (length, inside) = literal(rest)?;
                let is_plain = !inside.contains("${") && !inside.contains("%{") && !inside.contains('\\');
                (length, Some(if is_plain { Token::Text(inside) } else { Token::Sign('$') }))
            }
            c if is_word(c) => {
                let length = until(rest, rest.find(|c| !is_word(c)));
                (length, Some(Token::Word(rest.get(..length).unwrap_or_default())))
            }
            c if c.is_whitespace() => (c.len_utf8(), None),
            c => (c.len_utf8(), Some(Token::Sign(c))),
        })
    };
    cut(text, next).0
}

/// The length of the heredoc that begins here, up to the line that closes it.
fn heredoc(text: &str) -> usize {
    let (first, body) = text.split_once('\n').unwrap_or((text, ""));
    let mark = first.trim_start_matches(['<', '-', '~']).trim();
    let mut length = first.len() + 1;
    for line in body.split_inclusive('\n') {
        if line.trim() == mark {
            return length + line.trim_end().len();
        }
        length += line.len();
    }
    text.len()
}

/// The length of the literal that begins here, and what stands between its quotes. A template in it may hold literals of its own.
fn literal(text: &str) -> Option<(usize, &str)> {
    let inside = text.get(1..)?;
    let (mut escaped, mut braces, mut before) = (false, 0_usize, ' ');
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' if braces > 0 || matches!(before, '$' | '%') => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            '"' if braces == 0 => return Some((at + 2, inside.get(..at)?)),
            '\n' if braces == 0 => return None,
            _ => {}
        }
        before = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_know_their_blocks_and_what_is_evaluated_is_none() {
        let text = "# don't\na = \"1\" // x\nb \"c\" {\n  d = { e = \"2\", \"f\" : \"3\" }\n  g = [\"4\"]\n  h = <<-EOT\n    i = \"it's\n  EOT\n  j = \"${var.x[\"y\"]}\"\n  k = upper(\"5\")\n  l = \"6\"\n}\n";
        let found: Vec<String> = attributes(text)
            .iter()
            .map(|found| format!("{} {}/{}={}", found.line, found.path.join("/"), found.key, found.value))
            .collect();
        assert_eq!(found, ["2 /a=1", "4 b c/d/e=2", "4 b c/d/f=3", "11 b c/l=6"]);
    }

    #[test]
    fn a_text_that_breaks_off_keeps_what_stood_before() {
        assert_eq!(attributes("a = \"1\"\nb = \"2").len(), 1);
        assert_eq!(attributes(&"a {".repeat(100_000)).len(), 0);
    }
}
