//! A JSON, YAML or TOML document as one plain tree in which every value knows its line, so that detectors look things
//! up in one way and say where they found them. Not a model of any of the three: no dates, no tags, numbers as written.

use crate::problem::Code;

use super::{Findings, Opened};

/// Deepest nesting that is read.
pub(super) const MAX_DEPTH: usize = 100;

/// A value and the line (from 1) of its key, or of itself in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

/// What a document can hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Value {
    #[default]
    Null,
    Bool(bool),
    /// As written, or as the parser prints it.
    Number(String),
    /// In YAML every plain scalar is text: `1.10` is a version, not a number.
    Text(String),
    List(Vec<Node>),
    /// In the order of the file; a key that occurs twice is there twice.
    Map(Vec<(String, Node)>),
}

/// Where and why a document could not be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: Code,
    pub(super) line: usize,
    pub(super) text: String,
}

impl Node {
    /// The value of `key`; of a key that occurs twice the last, as `JSON.parse` has it.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().rev().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The text of `key`, if it has one and it is not empty.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::as_text).filter(|text| !text.is_empty())
    }

    /// Whether `key` is true.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.get(key).is_some_and(|node| match &node.value {
            Value::Bool(truth) => *truth,
            Value::Text(text) => text == "true",
            _ => false,
        })
    }

    /// The text, if it is one.
    pub(super) fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The members of a map; none of anything else.
    pub(super) fn entries(&self) -> &[(String, Node)] {
        if let Value::Map(entries) = &self.value { entries } else { &[] }
    }

    /// The members of a list; none of anything else.
    pub(super) fn items(&self) -> &[Node] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    /// The keys of the map at `key`; none if there is no map.
    pub(super) fn keys_of<'n>(&'n self, key: &str) -> impl Iterator<Item = &'n str> {
        self.get(key).map_or(&[][..], Node::entries).iter().map(|(name, _)| name.as_str())
    }

    /// Whether it is a map none of whose members is a map: the facts of one thing. When a text breaks off inside such a
    /// record, the parsers leave it out, since a package without the version that was about to follow would be an invention.
    pub(super) fn is_record(&self) -> bool {
        matches!(self.value, Value::Map(_)) && !self.entries().iter().any(|(_, node)| matches!(node.value, Value::Map(_)))
    }

    /// The line of a record's first member. Of a record in a JSON list that is nearer than its own line, which is where the
    /// record before it ended.
    pub(super) fn first_line(&self) -> usize {
        self.entries().first().map_or(self.line, |(_, node)| node.line)
    }

    /// What kind of value it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a truth value",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

/// The document of `file` up to its first fault, which becomes a problem; `None` if there is no text or nothing in it.
pub(super) fn read(file: &Opened<'_>, out: &mut Findings, parse: fn(&str) -> (Node, Option<Fault>)) -> Option<Node> {
    let text = out.text(file)?;
    let (node, fault) = parse(text);
    match fault {
        Some(fault) => {
            out.problem_at(fault.code, file, fault.line, fault.text);
            matches!(node.value, Value::Map(_)).then_some(node)
        }
        None if matches!(node.value, Value::Map(_)) => Some(node),
        None => {
            out.problem_at(Code::Malformed, file, 1, format!("expected a map, found {}", node.kind()));
            None
        }
    }
}

/// The members of the map at `key`; a problem if something else stands there.
pub(super) fn map_at<'n>(node: &'n Node, key: &str, file: &Opened<'_>, out: &mut Findings) -> &'n [(String, Node)] {
    node.get(key).map_or(&[], |found| map_of(found, key, file, out))
}

/// The members of the map `node`, which stands at `key`; a problem if it is something else.
pub(super) fn map_of<'n>(node: &'n Node, key: &str, file: &Opened<'_>, out: &mut Findings) -> &'n [(String, Node)] {
    if !matches!(node.value, Value::Map(_) | Value::Null) {
        out.problem_at(Code::Malformed, file, node.line, format!("`{key}` should be a map, but is {}", node.kind()));
    }
    node.entries()
}

/// The members of the list at `key`; a problem if something else stands there.
pub(super) fn list_at<'n>(node: &'n Node, key: &str, file: &Opened<'_>, out: &mut Findings) -> &'n [Node] {
    let Some(found) = node.get(key) else { return &[] };
    if !matches!(found.value, Value::List(_) | Value::Null) {
        out.problem_at(Code::Malformed, file, found.line, format!("`{key}` should be a list, but is {}", found.kind()));
    }
    found.items()
}
