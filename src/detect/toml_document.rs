//! TOML 1.0 as a [`Node`] tree with lines. The parser recovers from syntax errors: the first becomes the fault, and
//! what stands around them is kept, but not a table of a list that one of them breaks.

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::problem::Code;

use super::document::{Fault, MAX_DEPTH, Node, Value};
use super::lines::Lines;

/// The document, and its first fault.
pub(super) fn parse(text: &str) -> (Node, Option<Fault>) {
    let lines = Lines::of(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut node = Node { line: 1, value: map(table.get_ref(), &lines, 0) };
    let line_of = |error: &toml::de::Error| error.span().map_or(1, |span| lines.at(span.start));
    drop_broken(&mut node, &errors.iter().map(line_of).collect());
    let too_deep = |error: &toml::de::Error| ["recurse", "recursion"].iter().any(|word| error.message().contains(word));
    let fault = errors.first().map(|error| Fault {
        code: if too_deep(error) { Code::TooDeep } else { Code::Malformed },
        line: line_of(error),
        text: format!("not TOML: {}", error.message().lines().next().unwrap_or_default()),
    });
    (node, fault)
}

/// Removes the tables `[[…]]` in which a syntax error stands: what is missing in them is not known.
fn drop_broken(node: &mut Node, errors: &BTreeSet<usize>) {
    let Value::Map(entries) = &mut node.value else { return };
    let starts = |node: &Node| node.items().iter().map(|item| item.line).chain([node.line]).collect::<Vec<_>>();
    let starts: BTreeSet<usize> = entries.iter().flat_map(|(_, node)| starts(node)).collect();
    let broken: BTreeSet<usize> = errors.iter().filter_map(|error| starts.range(..=error).next_back().copied()).collect();
    for (_, node) in entries {
        if let Value::List(items) = &mut node.value {
            items.retain(|item| !matches!(item.value, Value::Map(_)) || !broken.contains(&item.line));
        }
    }
}

fn map(table: &DeTable<'_>, lines: &Lines, depth: usize) -> Value {
    let mut entries: Vec<(String, Node)> = table
        .iter()
        .filter(|_| depth < MAX_DEPTH)
        .map(|(key, value)| {
            let line = lines.at(key.span().start);
            (key.get_ref().clone().into_owned(), Node { line, value: convert(value, lines, depth + 1) })
        })
        .collect();
    entries.sort_by(|a, b| a.1.line.cmp(&b.1.line).then_with(|| a.0.cmp(&b.0)));
    Value::Map(entries)
}

fn convert(value: &Spanned<DeValue<'_>>, lines: &Lines, depth: usize) -> Value {
    match value.get_ref() {
        DeValue::String(text) => Value::Text(text.clone().into_owned()),
        DeValue::Integer(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(date) => Value::Text(date.to_string()),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .filter(|_| depth < MAX_DEPTH)
                .map(|item| Node { line: lines.at(item.span().start), value: convert(item, lines, depth + 1) })
                .collect(),
        ),
        DeValue::Table(table) => map(table, lines, depth),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_a_list_know_the_line_of_their_keys() {
        let (node, fault) = parse("version = 1\r\n\r\n[[package]]\r\nname = \"a\"\r\n\r\n[[package]]\r\nname = \"b\"\r\n");
        assert_eq!(fault, None);
        let lines: Vec<_> = node.get("package").map_or(&[][..], Node::items).iter().map(|item| item.line).collect();
        assert_eq!(lines, [3, 6]);
    }

    #[test]
    fn a_syntax_error_has_a_line_and_leaves_the_rest() {
        let (node, fault) = parse("a = 1\nb = = 2\nc = 3\n");
        assert_eq!(fault.map(|fault| fault.line), Some(2));
        assert_eq!(node.get("c").map(|c| c.line), Some(3));
    }
}
