//! A value as PHP's `serialize` writes it (<https://www.php.net/manual/en/function.serialize.php>), as a [`Node`] tree. Objects are
//! maps of their properties; references and classes that serialise themselves are refused. Lines are those of the text.

use super::document::{Fault, MAX_DEPTH, Node, Value};
use crate::problem::Code;

/// The value up to its first fault.
pub(super) fn parse(bytes: &[u8]) -> (Node, Option<Fault>) {
    let mut reader = Reader { bytes, at: 0 };
    let mut node = Node { line: 1, value: Value::Null };
    let fault = reader.value(&mut node, 0).err().map(|(code, what)| {
        let line = 1 + bytes.iter().take(reader.at).filter(|byte| **byte == b'\n').count();
        Fault { code, line, text: format!("not serialised PHP: {what}") }
    });
    (node, fault)
}

type Why = (Code, &'static str);

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self, node: &mut Node, depth: usize) -> Result<(), Why> {
        if depth > MAX_DEPTH {
            return Err((Code::TooDeep, "nested too deeply"));
        }
        match self.byte()? {
            b'N' => self.expect(b';'),
            kind @ (b'b' | b'i' | b'd') => {
                self.expect(b':')?;
                let text = self.until(b';')?;
                node.value = if kind == b'b' { Value::Bool(text == "1") } else { Value::Number(text) };
                Ok(())
            }
            b's' => {
                node.value = Value::Text(self.text()?);
                self.expect(b';')
            }
            b'a' => self.entries(node, depth),
            b'O' => {
                self.text()?;
                self.entries(node, depth)
            }
            _ => Err((Code::Malformed, "a value of an unknown kind")),
        }
    }

    /// `:2:{key value key value}`. What was read stays when the rest is broken.
    fn entries(&mut self, node: &mut Node, depth: usize) -> Result<(), Why> {
        self.expect(b':')?;
        let count: usize = self.until(b':')?.parse().map_err(|_| (Code::Malformed, "a length that is no number"))?;
        self.expect(b'{')?;
        node.value = Value::Map(Vec::new());
        for _ in 0..count {
            let (mut key, mut value) = (Node::default(), Node { line: 1, value: Value::Null });
            self.value(&mut key, depth + 1)?;
            let read = self.value(&mut value, depth + 1);
            if let (Value::Map(entries), Value::Text(key) | Value::Number(key)) = (&mut node.value, key.value) {
                entries.push((key, value));
            }
            read?;
        }
        self.expect(b'}')
    }

    /// `:3:"abc"`; the length counts bytes.
    fn text(&mut self) -> Result<String, Why> {
        self.expect(b':')?;
        let length: usize = self.until(b':')?.parse().map_err(|_| (Code::Malformed, "a length that is no number"))?;
        self.expect(b'"')?;
        let end = self.at.checked_add(length).ok_or((Code::Malformed, "a length beyond all measure"))?;
        let text = self.bytes.get(self.at..end).ok_or((Code::Truncated, "a text that ends early"))?;
        self.at = end;
        self.expect(b'"')?;
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    fn until(&mut self, end: u8) -> Result<String, Why> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = memchr::memchr(end, rest).ok_or((Code::Truncated, "file ends early"))?;
        self.at += length + 1;
        Ok(String::from_utf8_lossy(rest.get(..length).unwrap_or_default()).into_owned())
    }

    fn byte(&mut self) -> Result<u8, Why> {
        let byte = self.bytes.get(self.at).copied().ok_or((Code::Truncated, "file ends early"))?;
        self.at += 1;
        Ok(byte)
    }

    fn expect(&mut self, wanted: u8) -> Result<(), Why> {
        if self.byte()? == wanted { Ok(()) } else { Err((Code::Malformed, "an unexpected character")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_is_read() {
        let (node, fault) =
            parse("a:4:{s:1:\"n\";N;i:0;b:1;s:1:\"t\";s:3:\"\u{e9}\n\";s:1:\"o\";O:1:\"C\":1:{s:1:\"d\";d:0.5;}}".as_bytes());
        assert_eq!(fault, None);
        assert!(node.is_true("0"));
        assert_eq!(node.text("t"), Some("\u{e9}\n"));
        assert_eq!(node.get("o").and_then(|o| o.get("d")).map(|d| d.value.clone()), Some(Value::Number("0.5".to_owned())));
    }

    #[test]
    fn what_stands_before_a_fault_is_kept_and_nothing_panics() {
        let whole = b"a:2:{s:1:\"a\";s:1:\"x\";s:1:\"b\";s:99999999999:\"x\";}";
        let (node, fault) = parse(whole);
        assert_eq!((node.text("a"), fault.map(|fault| fault.code)), (Some("x"), Some(Code::Truncated)));
        for length in 0..whole.len() {
            assert!(parse(&whole[..length]).1.is_some());
        }
        assert_eq!(parse("a:1:{i:0;".repeat(100_000).as_bytes()).1.map(|fault| fault.code), Some(Code::TooDeep));
    }
}
