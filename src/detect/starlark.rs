//! The calls in a file of Starlark that is written as data, such as MODULE.bazel
//! (<https://github.com/bazelbuild/starlark/blob/master/spec.md>): names, keyword arguments that are texts or words, and lines.
//! Evaluates nothing; positional arguments and expressions have no value.

/// A call with its keyword arguments.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Call<'t> {
    pub(super) line: usize,
    pub(super) name: &'t str,
    arguments: Vec<(&'t str, &'t str)>,
}

impl<'t> Call<'t> {
    /// The value of a keyword, without quotes.
    pub(super) fn get(&self, key: &str) -> Option<&'t str> {
        self.arguments.iter().find(|(name, _)| *name == key).map(|(_, value)| *value).filter(|value| !value.is_empty())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    Text(&'t str),
    Sign(char),
}

/// The calls that stand outside of all others, and the line at which the text ends inside one.
pub(super) fn calls(text: &str) -> (Vec<Call<'_>>, Option<usize>) {
    let (mut found, mut current): (Vec<Call<'_>>, Option<Call<'_>>) = (Vec::new(), None);
    let (mut depth, mut before) = (0_usize, [Token::Sign('\n'); 2]);
    for (line, token) in tokens(text) {
        match token {
            Token::Sign('(' | '[' | '{') => {
                if let (0, Token::Sign('('), Token::Word(name)) = (depth, token, before[1]) {
                    current = Some(Call { line, name, arguments: Vec::new() });
                }
                depth += 1;
            }
            Token::Sign(')' | ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    found.extend(current.take());
                }
            }
            Token::Word(value) | Token::Text(value) if depth == 1 => {
                if let (Some(call), [Token::Word(key), Token::Sign('=')]) = (&mut current, before) {
                    call.arguments.push((key, value));
                }
            }
            _ => {}
        }
        before = [before[1], token];
    }
    let unfinished = current.map(|call| call.line);
    (found, unfinished)
}

/// The words, texts and signs of a file with their lines; comments and blanks are none.
fn tokens(text: &str) -> impl Iterator<Item = (usize, Token<'_>)> {
    let (mut rest, mut line) = (text, 1);
    std::iter::from_fn(move || {
        loop {
            let first = rest.chars().next()?;
            let here = line;
            let (length, token) = match first {
                '#' => (rest.find('\n').unwrap_or(rest.len()), None),
                '"' | '\'' => {
                    let (length, content) = quoted(rest, first);
                    (length, Some(Token::Text(content)))
                }
                _ if first.is_alphanumeric() || first == '_' => {
                    let length = rest.find(|c: char| !(c.is_alphanumeric() || "_.".contains(c))).unwrap_or(rest.len());
                    (length, Some(Token::Word(rest.get(..length).unwrap_or_default())))
                }
                _ => (first.len_utf8(), (!first.is_whitespace()).then_some(Token::Sign(first))),
            };
            let (passed, left) = rest.split_at_checked(length)?;
            line += memchr::memchr_iter(b'\n', passed.as_bytes()).count();
            rest = left;
            if let Some(token) = token {
                return Some((here, token));
            }
        }
    })
}

/// Length and content of a text in one or three quotes, as written: data has no escapes in names and versions.
fn quoted(text: &str, quote: char) -> (usize, &str) {
    let three = quote.to_string().repeat(3);
    let mark = if text.starts_with(&three) { three } else { quote.to_string() };
    let inside = text.get(mark.len()..).unwrap_or_default();
    let mut escaped = false;
    for (at, character) in inside.char_indices() {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if inside.get(at..).is_some_and(|rest| rest.starts_with(&mark)) {
            return (at + 2 * mark.len(), inside.get(..at).unwrap_or_default());
        } else if character == '\n' && mark.len() == 1 {
            return (at + 1, "");
        }
    }
    (text.len(), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_have_keywords_and_lines() {
        let text = "\"\"\"A (module)\"\"\"\n# bazel_dep(name = \"no\")\nbazel_dep(name = 'a', # why\n  version = \"1.0\", dev_dependency = True)\nx = use_extension(\"//:e.bzl\", \"e\")\nx.tag(name = [\"q(\", f(name = \"z\")], k = \"v\")\nopen(a = \"b";
        let (found, unfinished) = calls(text);
        let shown: Vec<_> = found.iter().map(|call| (call.line, call.name, call.arguments.clone())).collect();
        assert_eq!(
            shown,
            [
                (3, "bazel_dep", vec![("name", "a"), ("version", "1.0"), ("dev_dependency", "True")]),
                (5, "use_extension", vec![]),
                (6, "x.tag", vec![("k", "v")]),
            ]
        );
        assert_eq!(unfinished, Some(7));
        assert_eq!(found.first().and_then(|call| call.get("version")), Some("1.0"));
    }
}
