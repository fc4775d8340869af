//! JSON (RFC 8259) as a [`Node`] tree with lines. What stands before a syntax error is kept, but not the
//! record that it breaks.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Read};

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::problem::Code;

use super::document::{Fault, Node, Value};

/// The document up to its first fault.
pub(super) fn parse(text: &str) -> (Node, Option<Fault>) {
    read(text, None, false)
}

/// As [`parse`], but a record that is the whole file keeps what stood before the fault: of a file whose place tells what it is the
/// record of, each of its facts is worth having.
pub(super) fn parse_record(text: &str) -> (Node, Option<Fault>) {
    read(text, None, true)
}

/// The document up to its first fault, of maps only the members called as one of `keys`: a large file is mostly what nobody asks
/// for. Of a list, a map that the fault breaks is left out as a whole.
pub(super) fn parse_only(text: &str, keys: &[&str]) -> (Node, Option<Fault>) {
    read(text, Some(keys), false)
}

fn read(text: &str, only: Option<&[&str]>, keep_broken: bool) -> (Node, Option<Fault>) {
    let line = Cell::new(1);
    let mut node = Node { line: 1, value: Value::Null };
    let mut reader = serde_json::Deserializer::from_reader(Bytes { rest: text.as_bytes(), line: &line });
    let broken = Cell::new(keep_broken);
    let fill = Fill { node: &mut node, line: &line, broken: &broken, only, is_item: false };
    let read = reader.deserialize_any(fill).and_then(|()| reader.end());
    (node, read.err().map(|error| fault(&error)))
}

fn fault(error: &serde_json::Error) -> Fault {
    let message = error.to_string();
    let text = message.split(" at line ").next().unwrap_or_default();
    let code = if text.starts_with("recursion limit") {
        Code::TooDeep
    } else if error.is_eof() {
        Code::Truncated
    } else {
        Code::Malformed
    };
    Fault { code, line: error.line().max(1), text: format!("not JSON: {text}") }
}

/// Hands out one byte at a time and counts the lines, so that the line of a key is known when the parser has just read it.
struct Bytes<'a> {
    rest: &'a [u8],
    line: &'a Cell<usize>,
}

impl Read for Bytes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (Some((byte, rest)), Some(slot)) = (self.rest.split_first(), buffer.first_mut()) else { return Ok(0) };
        *slot = *byte;
        self.rest = rest;
        if *byte == b'\n' {
            self.line.set(self.line.get() + 1);
        }
        Ok(1)
    }
}

/// Fills a node in place, so that what was read stays when the text breaks off inside it.
struct Fill<'a> {
    node: &'a mut Node,
    line: &'a Cell<usize>,
    /// Whether the text broke off, and the innermost map that this left open is dealt with.
    broken: &'a Cell<bool>,
    /// The keys whose values are wanted; `None` is all.
    only: Option<&'a [&'a str]>,
    /// Whether it stands in a list, where it has no key to be found by.
    is_item: bool,
}

impl<'de> serde::de::DeserializeSeed<'de> for Fill<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Fill<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<(), E> {
        self.node.value = Value::Bool(truth);
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.node.value = Value::Number(number.to_string());
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.node.value = Value::Number(number.to_string());
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.node.value = Value::Number(number.to_string());
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.node.value = Value::Text(text.to_owned());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.node.value = Value::List(Vec::new());
        let Value::List(items) = &mut self.node.value else { return Ok(()) };
        loop {
            let mut item = Node { line: self.line.get(), value: Value::Null };
            let fill = Fill { node: &mut item, line: self.line, broken: self.broken, only: self.only, is_item: true };
            let more = list.next_element_seed(fill);
            let kept = match &more {
                Ok(more) => more.is_some(),
                Err(_) => item.value != Value::Null && !(self.only.is_some() && matches!(item.value, Value::Map(_))),
            };
            if kept {
                items.push(item);
            }
            if more?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        // The line that is counted before an item is that of the comma before it.
        if self.is_item {
            self.node.line = self.line.get();
        }
        let mut entries = Vec::new();
        let read = self.members(&mut map, &mut entries);
        self.node.value = Value::Map(entries);
        if read.is_err() && !self.broken.replace(true) && self.node.is_record() {
            self.node.value = Value::Null;
        }
        read
    }
}

impl Fill<'_> {
    fn members<'de, A: MapAccess<'de>>(&self, map: &mut A, entries: &mut Vec<(String, Node)>) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if self.only.is_some_and(|keys| !keys.contains(&key.as_str())) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let mut node = Node { line: self.line.get(), value: Value::Null };
            let read = map.next_value_seed(Fill { node: &mut node, is_item: false, ..*self });
            if read.is_ok() || node.value != Value::Null {
                entries.push((key, node));
            }
            read?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_knows_its_line_wherever_its_value_starts() {
        let (node, fault) = parse("{\n \"a\": 1,\n \"b\"\n :\n {\"c\": [true,\n\"x\"]}\n}\n");
        assert_eq!(fault, None);
        let b = node.get("b").expect("b");
        assert_eq!((node.get("a").map(|a| a.line), b.line, b.get("c").map(|c| c.line)), (Some(2), 3, Some(5)));
    }

    #[test]
    fn what_stands_before_a_fault_is_kept_but_no_half_record() {
        let (node, fault) = parse("{\"a\": {\"version\": \"1\"},\n \"b\": {\"version\": \"2");
        assert_eq!(fault.map(|fault| (fault.code, fault.line)), Some((Code::Truncated, 2)));
        assert_eq!(node.get("a").and_then(|a| a.text("version")), Some("1"));
        assert_eq!(node.get("b"), None);
        let (node, fault) = parse_record("{\"a\": \"1\", \"b\": \"2");
        assert!(fault.is_some());
        assert_eq!((node.text("a"), node.get("b")), (Some("1"), None));
    }

    #[test]
    fn what_nobody_asks_for_is_passed_over_and_a_broken_item_is_left_out_as_a_whole() {
        let text = "{\"x\": {\"a\": 1}, \"a\": [{\"b\": \"1\", \"c\": 2},\n {\"b\": \"2\", \"d\": {\"b\": \"3";
        let (node, fault) = parse_only(text, &["a", "b", "d"]);
        assert_eq!(fault.map(|fault| fault.code), Some(Code::Truncated));
        assert_eq!(node.keys_of("x").count(), 0);
        let items = node.get("a").expect("a").items();
        assert_eq!(items.iter().map(|item| item.text("b")).collect::<Vec<_>>(), [Some("1")]);
        assert_eq!(items.first().map(|item| item.entries().len()), Some(1));
    }

    #[test]
    fn deep_nesting_ends_as_a_fault() {
        let (_, fault) = parse(&"[".repeat(100_000));
        assert_eq!(fault.map(|fault| fault.code), Some(Code::TooDeep));
    }
}
