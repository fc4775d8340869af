//! Reads rpm's header blob as its databases keep it: two counts, an index, a store
//! (format: <https://rpm-software-management.github.io/rpm/manual/format_header.html>, without the magic of a package file).
//! Total on any bytes: every offset is checked, and nothing is allocated that the blob does not hold. Checks no signature.

use std::borrow::Cow;

/// What an index entry may be asked for (numbers: rpmtag.h).
pub(super) mod tag {
    pub(in super::super) const NAME: u32 = 1000;
    pub(in super::super) const VERSION: u32 = 1001;
    pub(in super::super) const RELEASE: u32 = 1002;
    pub(in super::super) const EPOCH: u32 = 1003;
    pub(in super::super) const VENDOR: u32 = 1011;
    pub(in super::super) const LICENSE: u32 = 1014;
    pub(in super::super) const PACKAGER: u32 = 1015;
    pub(in super::super) const ARCH: u32 = 1022;
    pub(in super::super) const OLD_FILE_NAMES: u32 = 1027;
    pub(in super::super) const FILE_STATES: u32 = 1029;
    pub(in super::super) const SOURCE_RPM: u32 = 1044;
    pub(in super::super) const DIR_INDEXES: u32 = 1116;
    pub(in super::super) const BASE_NAMES: u32 = 1117;
    pub(in super::super) const DIR_NAMES: u32 = 1118;
}

/// rpm's own limits (`hdrchkTags`, `hdrchkData`).
const MAX_ENTRIES: usize = 0xffff;
const ENTRY_SIZE: usize = 16;

/// Types of values.
const CHAR: u32 = 1;
const INT8: u32 = 2;
const INT32: u32 = 4;
const STRING: u32 = 6;
const STRING_ARRAY: u32 = 8;
const I18N_STRING: u32 = 9;

/// A parsed index over a blob.
#[derive(Debug)]
pub(super) struct Header<'a> {
    entries: Vec<Entry>,
    store: &'a [u8],
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    tag: u32,
    kind: u32,
    offset: u32,
    count: u32,
}

/// Why a blob is no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum HeaderError {
    #[error("an rpm header ends before its counts")]
    NoCounts,
    #[error("an rpm header states more entries or data than it holds")]
    BadCounts,
}

impl<'a> Header<'a> {
    /// Parses the index.
    ///
    /// # Errors
    /// If the counts are missing or state more than the blob holds.
    pub(super) fn parse(blob: &'a [u8]) -> Result<Self, HeaderError> {
        let (counts, rest) = blob.split_at_checked(8).ok_or(HeaderError::NoCounts)?;
        let (entries, data) = (word(counts, 0).ok_or(HeaderError::NoCounts)?, word(counts, 4).ok_or(HeaderError::NoCounts)?);
        let entries = usize::try_from(entries).ok().filter(|count| *count <= MAX_ENTRIES).ok_or(HeaderError::BadCounts)?;
        let (index, store) = rest.split_at_checked(entries * ENTRY_SIZE).ok_or(HeaderError::BadCounts)?;
        let store = usize::try_from(data).ok().and_then(|len| store.get(..len)).ok_or(HeaderError::BadCounts)?;
        let entry = |bytes: &[u8]| {
            Some(Entry { tag: word(bytes, 0)?, kind: word(bytes, 4)?, offset: word(bytes, 8)?, count: word(bytes, 12)? })
        };
        Ok(Self { entries: index.chunks_exact(ENTRY_SIZE).filter_map(entry).collect(), store })
    }

    /// The first text of a tag; `None` if it is not there, empty, or rpm's word for nothing.
    pub(super) fn text(&self, tag: u32) -> Option<Cow<'a, str>> {
        let text = String::from_utf8_lossy(self.texts(tag).next()?.trim_ascii());
        (!text.is_empty() && text != "(none)").then_some(text)
    }

    /// Every text of a tag, as bytes.
    pub(super) fn texts(&self, tag: u32) -> impl Iterator<Item = &'a [u8]> {
        let entry = self.entry(tag, &[STRING, STRING_ARRAY, I18N_STRING]);
        let count = entry.map_or(0, |entry| if entry.kind == STRING { 1 } else { entry.count });
        let mut rest = entry.map_or(&[][..], |entry| self.from(entry));
        // A text without its final NUL ends with the store and is the last one.
        (0..count).map_while(move |_| {
            let end = memchr::memchr(0, rest)?;
            let (text, after) = rest.split_at_checked(end)?;
            rest = after.get(1..).unwrap_or_default();
            Some(text)
        })
    }

    /// Every number of a tag that has 32-bit numbers.
    pub(super) fn numbers(&self, tag: u32) -> impl Iterator<Item = u32> + use<'a> {
        let entry = self.entry(tag, &[INT32]);
        let count = entry.map_or(0, |entry| entry.count as usize);
        let bytes = entry.map_or(&[][..], |entry| self.from(entry));
        bytes.chunks_exact(4).take(count).filter_map(|bytes| word(bytes, 0))
    }

    /// Every byte of a tag that has 8-bit numbers.
    pub(super) fn bytes(&self, tag: u32) -> &'a [u8] {
        let entry = self.entry(tag, &[CHAR, INT8]);
        entry.and_then(|entry| self.from(entry).get(..entry.count as usize)).unwrap_or_default()
    }

    fn entry(&self, tag: u32, kinds: &[u32]) -> Option<Entry> {
        self.entries.iter().find(|entry| entry.tag == tag && kinds.contains(&entry.kind)).copied()
    }

    /// The store from an entry's first byte on.
    fn from(&self, entry: Entry) -> &'a [u8] {
        self.store.get(entry.offset as usize..).unwrap_or_default()
    }
}

/// A big-endian word.
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;

    /// A value to be put into a header.
    pub(in super::super) enum Value<'v> {
        Text(&'v str),
        Texts(&'v [&'v str]),
        Numbers(&'v [u32]),
        Bytes(&'v [u8]),
    }

    /// A header blob with these tags.
    pub(in super::super) fn header(values: &[(u32, Value<'_>)]) -> Vec<u8> {
        let (mut index, mut store) = (Vec::new(), Vec::new());
        for (tag, value) in values {
            let offset = u32::try_from(store.len()).unwrap_or_default();
            let (kind, count) = match value {
                Value::Text(text) => {
                    store.extend([text.as_bytes(), b"\0"].concat());
                    (STRING, 1)
                }
                Value::Texts(texts) => {
                    store.extend(texts.iter().flat_map(|text| [text.as_bytes(), b"\0"].concat()));
                    (STRING_ARRAY, texts.len())
                }
                Value::Numbers(numbers) => {
                    store.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
                    (INT32, numbers.len())
                }
                Value::Bytes(bytes) => {
                    store.extend(*bytes);
                    (CHAR, bytes.len())
                }
            };
            index.extend(
                [*tag, kind, offset, u32::try_from(count).unwrap_or_default()].iter().flat_map(|word| word.to_be_bytes()),
            );
        }
        let counts = [values.len(), store.len()].map(|count| u32::try_from(count).unwrap_or_default().to_be_bytes()).concat();
        [counts, index, store].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{Value, header};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_numbers_and_bytes_are_read_back() {
        let blob = header(&[
            (tag::NAME, Value::Text("bash")),
            (tag::BASE_NAMES, Value::Texts(&["a", "", "c"])),
            (tag::EPOCH, Value::Numbers(&[7])),
            (tag::FILE_STATES, Value::Bytes(&[0, 2])),
            (tag::VENDOR, Value::Text("(none)")),
        ]);
        let header = Header::parse(&blob).expect("a header");
        assert_eq!(header.text(tag::NAME).as_deref(), Some("bash"));
        assert_eq!(header.texts(tag::BASE_NAMES).collect::<Vec<_>>(), [b"a".as_slice(), b"", b"c"]);
        assert_eq!(header.numbers(tag::EPOCH).collect::<Vec<_>>(), [7]);
        assert_eq!(header.bytes(tag::FILE_STATES), [0, 2]);
        assert_eq!((header.text(tag::VENDOR), header.text(tag::ARCH)), (None, None));
    }

    #[test]
    fn a_header_that_states_more_than_it_holds_is_refused() {
        let good = header(&[(tag::NAME, Value::Text("bash"))]);
        for len in [0, 7] {
            assert_eq!(Header::parse(&good[..len]).map(|_| ()), Err(HeaderError::NoCounts));
        }
        for len in [8, 23, good.len() - 1] {
            assert_eq!(Header::parse(&good[..len]).map(|_| ()), Err(HeaderError::BadCounts));
        }
        assert_eq!(Header::parse(&[0xff; 64]).map(|_| ()), Err(HeaderError::BadCounts));
    }

    proptest! {
        #[test]
        fn any_index_over_any_store_is_survived(index in proptest::collection::vec(any::<u8>(), 16..=48), store in proptest::collection::vec(any::<u8>(), 0..64)) {
            let index = &index[..index.len() / 16 * 16];
            let counts = [index.len() / 16, store.len()].map(|count| u32::try_from(count).unwrap_or_default().to_be_bytes()).concat();
            let mut blob = [counts, index.to_vec(), store.clone()].concat();
            // The tag of the first entry is one that is asked for, its type one that fits.
            blob[8..16].copy_from_slice(&[1117_u32.to_be_bytes(), 8_u32.to_be_bytes()].concat());
            let header = Header::parse(&blob).expect("counts that fit");
            prop_assert!(header.texts(tag::BASE_NAMES).count() <= store.len());
            let _ = (header.text(tag::NAME), header.numbers(tag::DIR_INDEXES).count(), header.bytes(tag::FILE_STATES));
        }
    }
}
