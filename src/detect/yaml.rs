//! YAML 1.2 as one [`Node`] tree with lines a document. Scalars stay text, aliases are resolved within
//! a budget, and what stands before a syntax error is kept, but not the record that it breaks. Tags are ignored.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use crate::problem::Code;

use super::document::{Fault, MAX_DEPTH, Node, Value};

/// Most bytes that all anchors and aliases of a document may stand for together: a few nested ones, or many of one long text, can
/// otherwise fill any memory.
const ALIAS_BUDGET: usize = 16 << 20;
/// What a value takes apart from its text.
const VALUE: usize = 64;

/// The first document up to its first fault.
pub(super) fn parse(text: &str) -> (Node, Option<Fault>) {
    let (documents, fault) = documents(text);
    (documents.into_iter().next().unwrap_or_default(), fault)
}

/// Every document of the text up to the first fault.
pub(super) fn documents(text: &str) -> (Vec<Node>, Option<Fault>) {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let step = match event {
            Ok((event, span)) => builder.step(event, span.start.line()),
            Err(error) => Err(fault(&error)),
        };
        if let Err(fault) = step {
            builder.end_document();
            return (builder.documents, Some(fault));
        }
    }
    (builder.documents, None)
}

fn fault(error: &ScanError) -> Fault {
    let code = if error.info().starts_with("recursion") { Code::TooDeep } else { Code::Malformed };
    Fault { code, line: error.marker().line(), text: format!("not YAML: {}", error.info()) }
}

/// A list or a map that is still open.
struct Open {
    node: Node,
    anchor: usize,
    /// In a map: the key that waits for its value.
    key: Option<(String, usize)>,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    spent: usize,
    root: Option<Node>,
    documents: Vec<Node>,
}

impl Builder {
    fn step(&mut self, event: Event<'_>, line: usize) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let empty = style == ScalarStyle::Plain && matches!(text.as_ref(), "" | "~" | "null");
                let value = if empty { Value::Null } else { Value::Text(text.into_owned()) };
                self.close(Node { line, value }, anchor)?;
            }
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).map(|node| node.value.clone()).unwrap_or_default();
                self.spend(&value, line)?;
                self.close(Node { line, value }, 0)?;
            }
            Event::SequenceStart(anchor, _) => self.begin(Value::List(Vec::new()), anchor, line)?,
            Event::MappingStart(anchor, _) => self.begin(Value::Map(Vec::new()), anchor, line)?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(done) = self.open.pop() {
                    self.close(done.node, done.anchor)?;
                }
            }
            Event::DocumentEnd => self.end_document(),
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, value: Value, anchor: usize, line: usize) -> Result<(), Fault> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault { code: Code::TooDeep, line, text: format!("nested more than {MAX_DEPTH} levels deep") });
        }
        self.open.push(Open { node: Node { line, value }, anchor, key: None });
        Ok(())
    }

    /// Takes a copy of `value` out of the budget.
    fn spend(&mut self, value: &Value, line: usize) -> Result<(), Fault> {
        self.spent += size(value);
        if self.spent > ALIAS_BUDGET {
            return Err(Fault { code: Code::TooLarge, line, text: "anchors and aliases stand for too much".into() });
        }
        Ok(())
    }

    /// Puts a finished value where it belongs, and keeps a copy of one with an anchor.
    fn close(&mut self, node: Node, anchor: usize) -> Result<(), Fault> {
        if anchor > 0 {
            self.spend(&node.value, node.line)?;
            self.anchors.insert(anchor, node.clone());
        }
        self.place(node);
        Ok(())
    }

    fn place(&mut self, mut node: Node) {
        let Some(open) = self.open.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        match &mut open.node.value {
            Value::List(items) => items.push(node),
            Value::Map(entries) => match open.key.take() {
                None => open.key = Some((scalar(node.value), node.line)),
                Some((key, line)) => {
                    node.line = line;
                    entries.push((key, node));
                }
            },
            _ => {}
        }
    }

    /// Closes what the text left open.
    fn end_document(&mut self) {
        let mut innermost = true;
        while let Some(done) = self.open.pop() {
            let is_map = matches!(done.node.value, Value::Map(_));
            if innermost && is_map && done.node.is_record() {
                if let Some(Open { key, .. }) = self.open.last_mut() {
                    *key = None;
                }
            } else {
                self.place(done.node);
            }
            innermost &= !is_map;
        }
        self.documents.extend(self.root.take());
        self.anchors.clear();
    }
}

/// A key as text; a list or a map as key is nobody's name.
fn scalar(value: Value) -> String {
    if let Value::Text(text) = value { text } else { String::new() }
}

fn size(value: &Value) -> usize {
    match value {
        Value::List(items) => VALUE + items.iter().map(|item| size(&item.value)).sum::<usize>(),
        Value::Map(entries) => VALUE + entries.iter().map(|(key, node)| VALUE + key.len() + size(&node.value)).sum::<usize>(),
        Value::Text(text) => VALUE + text.len(),
        _ => VALUE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_stay_text_and_keys_know_their_lines() {
        let (node, fault) = parse("a: 1.10\r\n'@b/c@1':\r\n  resolution: {integrity: x}\r\n  d: [e, ~]\r\n");
        assert_eq!(fault, None);
        assert_eq!(node.text("a"), Some("1.10"));
        let b = node.get("@b/c@1").expect("b");
        assert_eq!((b.line, b.get("resolution").and_then(|r| r.text("integrity"))), (2, Some("x")));
    }

    #[test]
    fn aliases_are_resolved_within_a_budget() {
        let (node, fault) = parse("a: &x {v: 1}\nb: *x\n");
        assert_eq!((fault, node.get("b").and_then(|b| b.text("v"))), (None, Some("1")));
        let doubled = (1..40).map(|level| format!("a{level}: &a{level} [*a{below}, *a{below}]\n", below = level - 1));
        let bomb: String = std::iter::once("a0: &a0 [x, x]\n".to_owned()).chain(doubled).collect();
        assert_eq!(parse(&bomb).1.map(|fault| fault.code), Some(Code::TooLarge));
    }

    #[test]
    fn many_aliases_of_a_long_text_and_anchors_around_one_another_are_within_it_too() {
        let long = "x".repeat(1 << 20);
        let often = format!("a: &a {long}\nb: [{}]\n", "*a, ".repeat(100_000));
        assert_eq!(parse(&often).1.map(|fault| fault.code), Some(Code::TooLarge));
        let opened = (0..90).map(|level| format!("&a{level} [")).collect::<Vec<_>>().concat();
        let around = format!("{opened}{long}{}", "]".repeat(90));
        assert_eq!(parse(&around).1.map(|fault| fault.code), Some(Code::TooLarge));
    }

    #[test]
    fn what_stands_before_a_fault_is_kept_and_deep_nesting_ends() {
        let (node, fault) = parse("a: 1\nb: {c: 2\n");
        assert!(fault.is_some());
        assert_eq!(node.text("a"), Some("1"));
        assert_eq!(parse(&"- ".repeat(10_000)).1.map(|fault| fault.code), Some(Code::TooDeep));
    }
}
