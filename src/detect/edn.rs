//! Forms of Clojure and its data notation (<https://github.com/edn-format/edn>) as a [`Node`] tree with lines: lists, vectors and sets
//! are lists, symbols and keywords are texts, keywords with their colon. Metadata and tags are passed over, and what would have
//! to be evaluated is nothing.

use crate::problem::Code;

use super::document::{Fault, MAX_DEPTH, Node, Value};

/// The first form up to its first fault.
pub(super) fn parse(text: &str) -> (Node, Option<Fault>) {
    let mut reader = Reader { rest: text, line: 1 };
    match reader.form(0) {
        Ok(form) => (form.unwrap_or_default(), None),
        Err((form, code, text)) => (form, Some(Fault { code, line: reader.line, text: text.to_owned() })),
    }
}

/// What was read when a fault ended it.
type Broken = (Node, Code, &'static str);

struct Reader<'t> {
    rest: &'t str,
    line: usize,
}

impl<'t> Reader<'t> {
    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line += memchr::memchr_iter(b'\n', taken.as_bytes()).count();
        self.rest = rest;
        taken
    }

    /// Commas are blanks, too.
    fn skip_blanks(&mut self) {
        loop {
            let blank = self.rest.find(|c: char| !c.is_whitespace() && c != ',').unwrap_or(self.rest.len());
            self.take(blank);
            if !self.rest.starts_with(';') {
                return;
            }
            self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
        }
    }

    /// The next form; `None` at the end of the text or before a closing bracket.
    fn form(&mut self, depth: usize) -> Result<Option<Node>, Broken> {
        if depth > MAX_DEPTH {
            return Err((Node::default(), Code::TooDeep, "forms are nested too deeply"));
        }
        loop {
            self.skip_blanks();
            let Some(c) = self.rest.chars().next() else { return Ok(None) };
            let line = self.line;
            let value = match c {
                ')' | ']' | '}' => return Ok(None),
                '(' | '[' => self.collection(c, false, line, depth)?,
                '{' => self.collection(c, true, line, depth)?,
                '"' => Value::Text(self.string()?),
                // A thing that is passed over, and a thing that it stands before.
                '^' => {
                    self.take(1);
                    self.form(depth + 1)?;
                    continue;
                }
                '#' => match self.dispatched(line, depth)? {
                    Some(value) => value,
                    None => continue,
                },
                '~' | '@' | '`' => {
                    self.take(1);
                    self.form(depth + 1)?;
                    Value::Null
                }
                '\'' => {
                    self.take(1);
                    continue;
                }
                '\\' => {
                    self.take(1);
                    let first = self.rest.chars().next().map_or(0, char::len_utf8);
                    self.take(first);
                    self.word();
                    Value::Null
                }
                c => match self.word() {
                    "" => {
                        self.take(c.len_utf8());
                        Value::Null
                    }
                    "nil" => Value::Null,
                    "true" => Value::Bool(true),
                    "false" => Value::Bool(false),
                    word => Value::Text(word.to_owned()),
                },
            };
            return Ok(Some(Node { line, value }));
        }
    }

    /// What a number sign changes: a set, or something to be evaluated, which is nothing. `None`: the form behind it is still to come.
    fn dispatched(&mut self, line: usize, depth: usize) -> Result<Option<Value>, Broken> {
        self.take(1);
        match self.rest.chars().next() {
            Some('_') => {
                self.take(1);
                self.form(depth + 1)?;
                Ok(None)
            }
            Some('{') => self.collection('{', false, line, depth).map(Some),
            Some('"') => self.string().map(|_| Some(Value::Null)),
            Some('(' | '=' | '\'') => {
                self.word();
                self.form(depth + 1)?;
                Ok(Some(Value::Null))
            }
            _ => {
                self.word();
                Ok(None)
            }
        }
    }

    fn collection(&mut self, open: char, is_map: bool, line: usize, depth: usize) -> Result<Value, Broken> {
        self.take(open.len_utf8());
        let mut items = Vec::new();
        let built = |items: Vec<Node>| if is_map { Value::Map(pairs(items)) } else { Value::List(items) };
        loop {
            let (inner, code, text) = match self.form(depth + 1) {
                Ok(Some(item)) => {
                    items.push(item);
                    continue;
                }
                Ok(None) if self.rest.is_empty() => (Node::default(), Code::Truncated, "the text ends inside a form"),
                Ok(None) => {
                    self.take(1);
                    return Ok(built(items));
                }
                Err(broken) => broken,
            };
            // The innermost one, to which a version may have been about to follow, is left out.
            if inner.items().iter().chain(inner.entries().iter().map(|(_, node)| node)).any(is_collection) {
                items.push(inner);
            }
            return Err((Node { line, value: built(items) }, code, text));
        }
    }

    fn string(&mut self) -> Result<String, Broken> {
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let Some((end, _)) = end else {
            self.take(self.rest.len());
            return Err((Node::default(), Code::Truncated, "the text ends inside a string"));
        };
        let whole = self.take(end + 1);
        Ok(whole.get(1..end).unwrap_or_default().to_owned())
    }

    fn word(&mut self) -> &'t str {
        let ends = |c: char| c.is_whitespace() || ",;()[]{}\"^`~@".contains(c);
        self.take(self.rest.find(ends).unwrap_or(self.rest.len()))
    }
}

fn is_collection(node: &Node) -> bool {
    matches!(node.value, Value::List(_) | Value::Map(_))
}

/// The members of a map; a key without a value is none.
fn pairs(items: Vec<Node>) -> Vec<(String, Node)> {
    let mut found = Vec::new();
    let mut items = items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        if let Value::Text(name) = key.value {
            found.push((name, Node { line: key.line, value: value.value }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_a_tree_without_what_is_not_data() {
        let text = "; x\n{:a [b/c \"1\\\"2\" #_(skipped) ^:meta d], :e #{1 nil true}\n :f {g #tag \"h\" :i #\"re\" :j ~(k l) :m \\space :n #(x)} 'q z}";
        let (node, fault) = parse(text);
        assert_eq!(fault, None);
        let texts = |node: &Node| node.items().iter().map(|item| item.as_text().unwrap_or("-").to_owned()).collect::<Vec<_>>();
        assert_eq!(node.get(":a").map(texts), Some(vec!["b/c".into(), "1\\\"2".into(), "d".into()]));
        assert_eq!(node.get(":e").map(texts), Some(vec!["1".into(), "-".into(), "-".into()]));
        let f = node.get(":f").expect("a map");
        assert_eq!((f.line, f.text("g"), f.entries().len()), (3, Some("h"), 5));
        assert_eq!(node.text("q"), Some("z"));
    }

    #[test]
    fn what_stands_before_a_fault_is_kept() {
        let (node, fault) = parse("{:a {b {:v \"1\"}\n c {:v \"2");
        assert_eq!(fault.map(|fault| (fault.code, fault.line)), Some((Code::Truncated, 2)));
        let a = node.get(":a").expect("a map");
        assert_eq!((a.get("b").and_then(|b| b.text(":v")), a.get("c").is_some()), (Some("1"), false));
        assert_eq!(parse(&"[".repeat(100_000)).1.map(|fault| fault.code), Some(Code::TooDeep));
        assert_eq!(parse(""), (Node::default(), None));
    }
}
