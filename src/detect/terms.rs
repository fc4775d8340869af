//! Erlang terms as `file:consult/1` reads them (<https://www.erlang.org/doc/system/data_types.html>) and Elixir's literals
//! (<https://hexdocs.pm/elixir/syntax-reference.html>) as one [`Node`] tree with lines: atoms, texts and binaries are texts,
//! tuples and lists are lists, `key: value` in a list is a pair. Refuses everything that would have to be evaluated.

use crate::problem::Code;

use super::document::{Fault, MAX_DEPTH, Node, Value};

/// Which of the two languages a text is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Erlang,
    Elixir,
}

/// The terms of an Erlang file, each ended by a dot, up to the first fault.
pub(super) fn erlang(text: &str) -> (Vec<Node>, Option<Fault>) {
    read(text, Dialect::Erlang)
}

/// The one literal of an Elixir file up to its first fault.
pub(super) fn elixir(text: &str) -> (Node, Option<Fault>) {
    let (terms, fault) = read(text, Dialect::Elixir);
    (terms.into_iter().next().unwrap_or_default(), fault)
}

fn read(text: &str, dialect: Dialect) -> (Vec<Node>, Option<Fault>) {
    let mut lexer = Lexer { rest: text, line: 1, dialect };
    let mut builder = Builder::default();
    loop {
        let step = match lexer.token() {
            Ok(Some((line, token))) => builder.step(token, line),
            Ok(None) => builder.end(),
            Err(text) => Err(text),
        };
        match step {
            Ok(true) => {}
            Ok(false) => return (builder.terms, None),
            Err(text) => {
                builder.break_off();
                let code = match text {
                    TOO_DEEP => Code::TooDeep,
                    ENDS => Code::Truncated,
                    _ => Code::Malformed,
                };
                return (builder.terms, Some(Fault { code, line: lexer.line, text: text.into() }));
            }
        }
    }
}

const TOO_DEEP: &str = "terms are nested too deeply";
const ENDS: &str = "the text ends inside a term";
const STRANGE: &str = "no term: a character that cannot stand here";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Tuple,
    List,
    Map,
}

#[derive(Debug)]
enum Token {
    Open(Bracket),
    /// `}` or `]`; whether it is the latter.
    CloseCurly,
    CloseSquare,
    Comma,
    Arrow,
    /// The dot behind a term.
    Stop,
    Value(Value),
    /// `key:`.
    Key(String),
}

struct Lexer<'t> {
    rest: &'t str,
    line: usize,
    dialect: Dialect,
}

impl<'t> Lexer<'t> {
    /// Takes `count` bytes, of which the caller knows that they end at a character.
    fn take(&mut self, count: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.line += memchr::memchr_iter(b'\n', taken.as_bytes()).count();
        taken
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        self.take(self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len()))
    }

    fn skip_blanks(&mut self) {
        let comment = if self.dialect == Dialect::Erlang { '%' } else { '#' };
        loop {
            self.take_while(char::is_whitespace);
            let is_map = self.dialect == Dialect::Elixir && self.rest.starts_with("%{");
            if !self.rest.starts_with(comment) || is_map {
                return;
            }
            self.take_while(|c| c != '\n');
        }
    }

    fn token(&mut self) -> Result<Option<(usize, Token)>, &'static str> {
        self.skip_blanks();
        let line = self.line;
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        let fixed: &[(&str, Token)] = &[
            ("%{", Token::Open(Bracket::Map)),
            ("#{", Token::Open(Bracket::Map)),
            ("=>", Token::Arrow),
            ("{", Token::Open(Bracket::Tuple)),
            ("[", Token::Open(Bracket::List)),
            ("}", Token::CloseCurly),
            ("]", Token::CloseSquare),
            (",", Token::Comma),
            ("|", Token::Comma),
        ];
        if let Some((sign, token)) = fixed.iter().find(|(sign, _)| self.rest.starts_with(sign)) {
            self.take(sign.len());
            return Ok(Some((line, token.same())));
        }
        let token = match (self.dialect, first) {
            (Dialect::Erlang, '.') => {
                self.take(1);
                Token::Stop
            }
            (_, '"') => {
                let text = self.quoted('"')?;
                self.key_or_text(text)
            }
            (Dialect::Erlang, '\'') => Token::Value(Value::Text(self.quoted('\'')?)),
            (Dialect::Erlang, '<') => Token::Value(Value::Text(self.binary()?)),
            (Dialect::Erlang, '$') => Token::Value(Value::Text(self.take_character())),
            (Dialect::Elixir, ':') => {
                self.take(1);
                let name = if self.rest.starts_with('"') { self.quoted('"')? } else { self.word().to_owned() };
                Token::Value(Value::Text(name))
            }
            (_, '-' | '0'..='9') => Token::Value(Value::Number(self.number().to_owned())),
            (_, first) if first.is_alphabetic() || first == '_' => {
                let word = self.word().to_owned();
                self.key_or_text(word)
            }
            _ => return Err(STRANGE),
        };
        Ok(Some((line, token)))
    }

    /// In Elixir a colon behind a word makes it a key.
    fn key_or_text(&mut self, text: String) -> Token {
        let is_key = self.dialect == Dialect::Elixir && self.rest.starts_with(':') && !self.rest.starts_with("::");
        if is_key {
            self.take(1);
            return Token::Key(text);
        }
        Token::Value(match text.as_str() {
            "nil" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::Text(text),
        })
    }

    fn word(&mut self) -> &'t str {
        self.take_while(|c| c.is_alphanumeric() || "_@?!".contains(c))
    }

    /// Digits, with a dot only where a digit follows: a dot may end the term.
    fn number(&mut self) -> &'t str {
        let text = self.rest;
        let inside = |(at, c): (usize, char)| {
            let digit_follows = || text.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            !(c.is_ascii_alphanumeric() || "_#".contains(c) || (at == 0 && c == '-') || (c == '.' && digit_follows()))
        };
        let end = text.char_indices().find(|place| inside(*place)).map_or(text.len(), |(at, _)| at);
        self.take(end)
    }

    /// What stands between two `quote`s; a backslash keeps the character behind it.
    fn quoted(&mut self, quote: char) -> Result<String, &'static str> {
        let mut text = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                _ if character == quote => {
                    self.take(at + 1);
                    return Ok(text);
                }
                _ => text.push(character),
            }
        }
        Err(ENDS)
    }

    /// `<<"text">>`, perhaps with its encoding: `<<"text"/utf8>>`.
    fn binary(&mut self) -> Result<String, &'static str> {
        let Some(inside) = self.rest.strip_prefix("<<") else { return Err(STRANGE) };
        self.take(self.rest.len() - inside.len());
        self.skip_blanks();
        let text = if self.rest.starts_with('"') { self.quoted('"')? } else { String::new() };
        self.take_while(|c| c.is_ascii_alphanumeric() || c == '/' || c.is_whitespace());
        if !self.rest.starts_with(">>") {
            return Err(if self.rest.is_empty() { ENDS } else { STRANGE });
        }
        self.take(2);
        Ok(text)
    }

    fn take_character(&mut self) -> String {
        let length = self.rest.chars().take(2).map(char::len_utf8).sum();
        self.take(length).to_owned()
    }
}

impl Token {
    /// A token of the table of fixed signs once more.
    fn same(&self) -> Self {
        match self {
            Self::Open(bracket) => Self::Open(*bracket),
            Self::CloseCurly => Self::CloseCurly,
            Self::CloseSquare => Self::CloseSquare,
            Self::Arrow => Self::Arrow,
            _ => Self::Comma,
        }
    }
}

/// A bracket that is still open.
struct Open {
    bracket: Bracket,
    line: usize,
    items: Vec<Node>,
    entries: Vec<(String, Node)>,
    key: Option<(String, usize)>,
    /// Whether a value has just ended, so that a comma or a bracket must follow.
    full: bool,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    terms: Vec<Node>,
}

impl Builder {
    fn step(&mut self, token: Token, line: usize) -> Result<bool, &'static str> {
        match token {
            Token::Open(bracket) => {
                if self.open.len() >= MAX_DEPTH {
                    return Err(TOO_DEEP);
                }
                if self.open.last().is_some_and(|open| open.full) {
                    return Err("no comma between two terms");
                }
                self.open.push(Open { bracket, line, items: Vec::new(), entries: Vec::new(), key: None, full: false });
            }
            Token::CloseCurly | Token::CloseSquare => {
                let square = matches!(token, Token::CloseSquare);
                let done = self.open.pop().filter(|open| (open.bracket == Bracket::List) == square);
                let Some(done) = done else { return Err("a bracket closes what it did not open") };
                self.value(done.node())?;
            }
            Token::Comma => match self.open.last_mut() {
                Some(open) => open.full = false,
                None => return Err("a comma between terms"),
            },
            Token::Arrow => self.arrow()?,
            Token::Stop if self.open.is_empty() => {}
            Token::Stop => return Err("a term ends inside a bracket"),
            Token::Value(value) => self.value(Node { line, value })?,
            Token::Key(key) => match self.open.last_mut() {
                Some(open) => open.key = Some((key, line)),
                None => return Err("a key outside of a map"),
            },
        }
        Ok(true)
    }

    /// The value before `=>` is a key.
    fn arrow(&mut self) -> Result<(), &'static str> {
        let Some(open) = self.open.last_mut().filter(|open| open.bracket == Bracket::Map) else {
            return Err("`=>` outside of a map");
        };
        let key = open.items.pop();
        open.key = key.map(|key| (key.as_text().unwrap_or_default().to_owned(), key.line));
        open.full = false;
        Ok(())
    }

    fn value(&mut self, mut node: Node) -> Result<(), &'static str> {
        let Some(open) = self.open.last_mut() else {
            self.terms.push(node);
            return Ok(());
        };
        if open.full {
            return Err("no comma between two terms");
        }
        open.full = true;
        match (open.key.take(), open.bracket) {
            (Some((key, line)), Bracket::Map) => {
                node.line = line;
                open.entries.push((key, node));
            }
            (Some((key, line)), _) => {
                let pair = vec![Node { line, value: Value::Text(key) }, node];
                open.items.push(Node { line, value: Value::List(pair) });
            }
            (None, _) => open.items.push(node),
        }
        Ok(())
    }

    fn end(&self) -> Result<bool, &'static str> {
        if self.open.is_empty() { Ok(false) } else { Err(ENDS) }
    }

    /// Closes what is open, but for the innermost tuple: what it was about to say is not known.
    fn break_off(&mut self) {
        let mut innermost = true;
        while let Some(done) = self.open.pop() {
            let drop = innermost && done.bracket == Bracket::Tuple;
            innermost &= !drop;
            let node = done.node();
            match self.open.last_mut() {
                _ if drop => {}
                Some(open) => {
                    open.full = false;
                    // Cannot fail, since room was just made.
                    let _ = self.value(node);
                }
                None => self.terms.push(node),
            }
            if let Some(open) = self.open.last_mut() {
                open.key = None;
            }
        }
    }
}

impl Open {
    fn node(self) -> Node {
        let value = if self.bracket == Bracket::Map { Value::Map(self.entries) } else { Value::List(self.items) };
        Node { line: self.line, value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree on one line, so that cases are short.
    fn shown(node: &Node) -> String {
        match &node.value {
            Value::Null => "~".into(),
            Value::Bool(truth) => truth.to_string(),
            Value::Number(text) | Value::Text(text) => text.clone(),
            Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" ")),
            Value::Map(entries) => {
                let entries: Vec<_> = entries.iter().map(|(key, node)| format!("{key}={}", shown(node))).collect();
                format!("({})", entries.join(" "))
            }
        }
    }

    fn erlang_shown(text: &str) -> (String, Option<String>) {
        let (terms, fault) = erlang(text);
        let fault = fault.map(|fault| format!("{}: {} {}", fault.line, fault.code, fault.text));
        (terms.iter().map(shown).collect::<Vec<_>>().join(" ; "), fault)
    }

    #[test]
    fn erlang_terms_end_with_dots_and_know_binaries_atoms_and_comments() {
        let text = "%% head\n{\"1.2.0\",\n[{<<\"a\">>,{pkg,<<\"A\"/utf8>>, <<>>},0}]}.\r\n[1.5, -2, 16#ff, 'q x', $., \"a\\\"b\", #{k => v}, x|y].\n{n, 3}.";
        assert_eq!(erlang_shown(text), ("[1.2.0 [[a [pkg A ] 0]]] ; [1.5 -2 16#ff q x $. a\"b (k=v) x y] ; [n 3]".into(), None));
    }

    #[test]
    fn elixir_literals_have_keys_atoms_and_keywords() {
        let text = "# head\n%{\n  \"a\": {:hex, :\"a b\", \"1.0\", nil, [:mix], [{:b, \"~> 1.0\", [hex: :b, optional: false]}]},\n  \"c\" => {:git, \"u\", \"s\", []},\n  d: true,\n}\n";
        let (node, fault) = elixir(text);
        assert_eq!(fault, None);
        assert_eq!(shown(&node), "(a=[hex a b 1.0 ~ [mix] [[b ~> 1.0 [[hex b] [optional false]]]]] c=[git u s []] d=true)");
        assert_eq!(node.get("c").map(|node| node.line), Some(4));
    }

    #[test]
    fn what_breaks_off_keeps_what_was_whole() {
        let end = |line: usize| Some(format!("{line}: UP003 the text ends inside a term"));
        assert_eq!(erlang_shown("{a,\n[{b, 1}, {c, \"2"), ("[a [[b 1]]]".into(), end(2)));
        assert_eq!(erlang_shown("{a, [{b, {c, 1"), ("[a [[b]]]".into(), end(1)));
        assert_eq!(erlang_shown("{a, "), (String::new(), end(1)));
        let strange = |what: &str| Some(format!("1: UP002 {what}"));
        assert_eq!(erlang_shown("{a b}."), (String::new(), strange("no comma between two terms")));
        assert_eq!(erlang_shown("{a]."), (String::new(), strange("a bracket closes what it did not open")));
        assert_eq!(erlang_shown("[a, fun() -> x end]."), ("[a fun]".into(), strange(STRANGE)));
        assert_eq!(erlang(&"[".repeat(100_000)).1.map(|fault| fault.code), Some(Code::TooDeep));
    }
}
