//! The format of opam's files (<https://opam.ocaml.org/doc/Manual.html#General-syntax>), as far as the strings of its
//! fields go: `name: value`, where a value holds strings, lists, and after a string a filter in braces. Operators between
//! strings are passed over, sections (`url { … }`) are left out.

/// A string in a field's value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) line: usize,
    /// What stands in braces behind it, without them.
    pub(super) filter: &'t str,
}

/// A field at the top of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field<'t> {
    pub(super) name: &'t str,
    pub(super) words: Vec<Word<'t>>,
}

/// The fields up to the line of the first fault.
pub(super) fn parse(text: &str) -> (Vec<Field<'_>>, Option<usize>) {
    let mut reader = Reader { rest: text, line: 1 };
    let mut fields = Vec::new();
    loop {
        reader.blanks();
        let Some(first) = reader.rest.chars().next() else { return (fields, None) };
        let name = reader.word();
        reader.blanks();
        if name.is_empty() && first != '"' {
            return (fields, Some(reader.line));
        }
        if reader.take(':') {
            let (words, whole) = reader.value();
            fields.push(Field { name, words });
            if !whole {
                return (fields, Some(reader.line));
            }
        } else if !reader.section() {
            return (fields, Some(reader.line));
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
}

impl<'t> Reader<'t> {
    /// Takes `bytes` bytes; the caller knows that a character ends there.
    fn skip(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line += memchr::memchr_iter(b'\n', taken.as_bytes()).count();
        self.rest = rest;
        taken
    }

    fn take(&mut self, c: char) -> bool {
        let there = self.rest.starts_with(c);
        if there {
            self.skip(c.len_utf8());
        }
        there
    }

    /// Passes over blanks and both kinds of comment.
    fn blanks(&mut self) {
        loop {
            let blank = self.rest.len() - self.rest.trim_start().len();
            self.skip(blank);
            if self.rest.starts_with('#') {
                self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("(*") {
                self.skip(self.rest.find("*)").map_or(self.rest.len(), |end| end + 2));
            } else if blank == 0 {
                return;
            }
        }
    }

    fn word(&mut self) -> &'t str {
        let is_word = |c: char| c.is_alphanumeric() || "_-+".contains(c);
        self.skip(self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len()))
    }

    /// A string at the start of the rest, without its quotes; `None` if it does not end.
    fn string(&mut self) -> Option<&'t str> {
        let quote = if self.rest.starts_with("\"\"\"") { "\"\"\"" } else { "\"" };
        self.skip(quote.len());
        let mut from = 0;
        loop {
            let end = from + self.rest.get(from..)?.find(quote)?;
            let before = self.rest.get(..end)?;
            let slashes = before.len() - before.trim_end_matches('\\').len();
            if slashes % 2 == 0 {
                let text = self.skip(end);
                self.skip(quote.len());
                return Some(text);
            }
            from = end + 1;
        }
    }

    /// The strings of a value, and whether it ends. It ends where, outside of all lists, another field or section begins.
    fn value(&mut self) -> (Vec<Word<'t>>, bool) {
        let mut words: Vec<Word<'t>> = Vec::new();
        let mut open = 0_u32;
        loop {
            self.blanks();
            let line = self.line;
            let Some(c) = self.rest.chars().next() else { return (words, open == 0) };
            match c {
                '"' => match self.string() {
                    Some(text) => words.push(Word { text, line, filter: "" }),
                    None => return (words, false),
                },
                '[' | '(' => {
                    open += 1;
                    self.skip(1);
                }
                ']' | ')' => {
                    let Some(less) = open.checked_sub(1) else { return (words, false) };
                    open = less;
                    self.skip(1);
                }
                '{' => {
                    let Some(filter) = self.braces() else { return (words, false) };
                    if let Some(word) = words.last_mut() {
                        word.filter = filter;
                    }
                }
                _ if open == 0 && c.is_alphabetic() && self.begins_another() => return (words, true),
                _ if c.is_alphanumeric() || "_+".contains(c) => {
                    self.word();
                }
                _ => {
                    self.skip(c.len_utf8());
                }
            }
        }
    }

    /// Whether a field or a section begins here.
    fn begins_another(&self) -> bool {
        let mut ahead = Reader { rest: self.rest, line: 0 };
        ahead.word();
        ahead.blanks();
        ahead.rest.starts_with([':', '{', '"'])
    }

    /// What stands between a brace and its like; `None` if that is missing.
    fn braces(&mut self) -> Option<&'t str> {
        let whole = self.rest;
        let mut open = 0_u32;
        loop {
            self.blanks();
            match self.rest.chars().next()? {
                '"' => {
                    self.string()?;
                    continue;
                }
                '{' => open += 1,
                '}' => open -= 1,
                _ => {}
            }
            let c = self.rest.chars().next()?;
            self.skip(c.len_utf8());
            if open == 0 {
                return whole.get(1..whole.len() - self.rest.len() - 1);
            }
        }
    }

    /// Passes over a section, whose name is taken already.
    fn section(&mut self) -> bool {
        if self.rest.starts_with('"') && self.string().is_none() {
            return false;
        }
        self.blanks();
        self.rest.starts_with('{') && self.braces().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_have_their_strings_with_filters_and_lines() {
        let text = "opam-version: \"2.0\"\n# depends: \"no\"\ndepends: [\n  \"a\" {>= \"1\" & (build | \"}\" = x)}\n  (* \"no\" *)\n  (\"b\" | \"c\")\n]\nurl { src: \"u\" }\nextra-source \"p\" { src: \"v\" }\nflags: light-uninstall\ntwo: \"\"\"x \"y\" \\\"\"\"\"\n";
        let (fields, fault) = parse(text);
        assert_eq!(fault, None);
        assert_eq!(fields.iter().map(|field| field.name).collect::<Vec<_>>(), ["opam-version", "depends", "flags", "two"]);
        let depends: Vec<_> =
            fields.get(1).into_iter().flat_map(|field| &field.words).map(|w| (w.text, w.line, w.filter)).collect();
        assert_eq!(depends, [("a", 4, ">= \"1\" & (build | \"}\" = x)"), ("b", 6, ""), ("c", 6, "")]);
    }

    #[test]
    fn a_fault_has_its_line_and_what_stood_before_is_kept() {
        for (text, fields, line) in [("a: \"1\"\nhello {\n", 1, 3), ("a: [\"1\"\n", 1, 2), ("a: \"1", 1, 1), ("]", 0, 1)] {
            let (found, fault) = parse(text);
            assert_eq!((found.len(), fault), (fields, Some(line)), "{text:?}");
        }
        assert_eq!(parse(""), (Vec::new(), None));
    }

    proptest! {
        #[test]
        fn any_text_ends(text in "[a-z:{}\"\\[\\]()#*\\\\ \n\u{e9}]{0,60}") {
            parse(&text);
        }
    }
}
