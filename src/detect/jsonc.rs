//! JSON with comments and commas behind the last member (<https://code.visualstudio.com/docs/languages/json#_json-with-comments>)
//! as a [`Node`] tree with lines.

use super::document::{Fault, Node};
use super::json;

/// The document up to its first fault.
pub(super) fn parse(text: &str) -> (Node, Option<Fault>) {
    json::parse(&plain(text))
}

/// The same text with blanks in place of comments and of commas before a closing bracket; lines stay where they are.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '"' => text_length(rest),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ => first.len_utf8(),
        };
        let (part, after) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        match first {
            '/' if part.len() > 1 => out.extend(part.chars().filter(|c| *c == '\n')),
            ']' | '}' => {
                drop_comma(&mut out);
                out.push(first);
            }
            _ => out.push_str(part),
        }
        rest = after;
    }
    out
}

/// The length of the text that begins here, with its quotes.
fn text_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, character)| {
        let ends = *character == '"' && !escaped;
        escaped = *character == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

fn drop_comma(out: &mut String) {
    let end = out.trim_end().len();
    if out.get(..end).is_some_and(|before| before.ends_with(',')) {
        out.replace_range(end - 1..end, " ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_last_commas_are_blanks_but_not_in_texts() {
        let text = "// head\n{\n  \"a\": \"x // y /* z */ \\\" ,]\", /* long\n comment */\n  \"b\": [1, 2,], // why\n}\n";
        let (node, fault) = parse(text);
        assert_eq!(fault, None);
        assert_eq!(node.text("a"), Some("x // y /* z */ \" ,]"));
        assert_eq!(node.get("b").map(|b| (b.line, b.items().len())), Some((5, 2)));
        assert_eq!(plain("[\"a"), "[\"a");
        assert_eq!(plain("[/*"), "[");
    }

    #[test]
    fn comments_and_last_commas_are_blanks_where_they_are_allowed() {
        let text = "// é\n{\"a\": [1, 2, // x\n],\n/* , } */ \"b\": \"// \\\" ,]\", }\n";
        let (node, fault) = parse(text);
        assert_eq!((fault, node.get("a").map(|a| a.items().len())), (None, Some(2)));
        assert_eq!((node.text("b"), node.get("b").map(|b| b.line)), (Some("// \" ,]"), Some(4)));
        assert!(json::parse(text).1.is_some());
        assert!(parse("{\"a\": \"").1.is_some() && parse("/* {").1.is_some());
    }
}
