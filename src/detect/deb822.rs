//! Splits text into stanzas of `Name: value` fields, as dpkg, apt and opkg write them (format: deb822(5)).
//! Works on bytes, since old entries are not always UTF-8. Knows no field's meaning and merges nothing.

use std::borrow::Cow;

/// One block of fields between empty lines.
#[derive(Debug)]
pub(super) struct Stanza<'a> {
    /// Line of its first field, from 1.
    pub(super) line: usize,
    /// Line of the first text that is neither a field nor the continuation of one.
    pub(super) fault: Option<usize>,
    fields: Vec<(&'a [u8], Vec<&'a [u8]>)>,
}

impl<'a> Stanza<'a> {
    /// The first line of a field's value, trimmed; `None` if the field is not there or empty. Names compare without case.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        let value = self.lines(name).next()?;
        (!value.is_empty()).then_some(value)
    }

    /// Every line of a field's value, trimmed: the one beside the name, then the continuations.
    pub(super) fn lines(&self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        let found = self.fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name.as_bytes()));
        found.into_iter().flat_map(|(_, lines)| lines.iter().map(|line| String::from_utf8_lossy(line.trim_ascii())))
    }

    fn add(&mut self, number: usize, line: &'a [u8]) {
        if line.starts_with(b"#") {
            return;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            match self.fields.last_mut() {
                Some((_, lines)) => lines.push(line),
                None => self.fault = self.fault.or(Some(number)),
            }
            return;
        }
        match memchr::memchr(b':', line).and_then(|colon| line.split_at_checked(colon)) {
            Some((name, value)) if !name.is_empty() => self.fields.push((name, vec![value.get(1..).unwrap_or_default()])),
            _ => self.fault = self.fault.or(Some(number)),
        }
    }
}

/// The stanzas of `bytes`, in their order.
pub(super) fn stanzas(bytes: &[u8]) -> impl Iterator<Item = Stanza<'_>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).zip(1_usize..);
    std::iter::from_fn(move || {
        let (first, line) = lines.by_ref().find(|(text, _)| !text.is_empty())?;
        let mut stanza = Stanza { line, fault: None, fields: Vec::new() };
        stanza.add(line, first);
        for (text, number) in lines.by_ref().take_while(|(text, _)| !text.is_empty()) {
            stanza.add(number, text);
        }
        Some(stanza)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_compare_without_case_and_keep_their_continuations() {
        let text = b"\n\npackage: a\r\nConffiles:\r\n /etc/a 00\r\n /etc/b 11\r\n\r\nPackage: b\nEmpty:\n";
        let all: Vec<_> = stanzas(text).collect();
        assert_eq!(all.iter().map(|stanza| stanza.line).collect::<Vec<_>>(), [3, 8]);
        assert_eq!(all.first().and_then(|stanza| stanza.get("Package")).as_deref(), Some("a"));
        let conffiles: Vec<_> = all.iter().flat_map(|stanza| stanza.lines("Conffiles")).collect();
        assert_eq!(conffiles, ["", "/etc/a 00", "/etc/b 11"]);
        assert_eq!(all.last().and_then(|stanza| stanza.get("Empty")), None);
    }

    #[test]
    fn text_that_is_no_field_has_its_line_and_spoils_nothing_else() {
        let stanza = stanzas(b"Package: a\nno colon here\nVersion: 1").next().expect("a stanza");
        assert_eq!((stanza.fault, stanza.get("Version").as_deref()), (Some(2), Some("1")));
        assert_eq!(stanzas(b" early continuation\n").next().and_then(|stanza| stanza.fault), Some(1));
    }

    proptest! {
        #[test]
        fn any_bytes_end_and_give_no_empty_stanza(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for stanza in stanzas(&bytes) {
                prop_assert!(stanza.line >= 1);
            }
        }
    }
}
