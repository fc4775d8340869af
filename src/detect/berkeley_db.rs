//! Reads the records of a Berkeley DB hash database from its bytes, in either byte order
//! (pages: <https://github.com/berkeleydb/libdb/blob/master/src/dbinc/db_page.h>). Looks at every page rather than into one
//! bucket, so that the hash function does not matter. Leaves out B-trees, pages that are encrypted or carry check sums, and
//! several values of one key: rpm, for which it is here, writes none of them. Total on any bytes: no chain of pages gives
//! more than the file holds.

use std::borrow::Cow;

const HASH_MAGIC: u32 = 0x0006_1561;
/// Where the fields of the first page are.
const MAGIC: usize = 12;
const PAGE_SIZE: usize = 20;
const ENCRYPTION: usize = 24;
const META_FLAGS: usize = 26;
const LAST_PAGE: usize = 32;
const CHECKSUMS: u8 = 1;
/// Where the fields of every other page are; its index follows the header.
const NEXT_PAGE: usize = 16;
const ENTRIES: usize = 20;
const USED: usize = 22;
const KIND: usize = 25;
const HEADER: usize = 26;

/// Kinds of pages.
const UNSORTED_HASH_PAGE: u8 = 2;
const OVERFLOW_PAGE: u8 = 7;
const META_PAGE: u8 = 8;
const HASH_PAGE: u8 = 13;

/// Kinds of items on a hash page: the bytes themselves, or where they begin and how many they are.
const INLINE: u8 = 1;
const ON_OTHER_PAGES: u8 = 3;

/// A hash database.
#[derive(Debug)]
pub(super) struct HashDatabase<'a> {
    bytes: &'a [u8],
    order: Order,
    page_size: usize,
}

#[derive(Debug, Clone, Copy)]
enum Order {
    Little,
    Big,
}

/// Why something cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum HashError {
    #[error("no hash database of Berkeley DB")]
    NotHash,
    #[error("its pages are encrypted or carry check sums, which rpm never asks for")]
    Sealed,
    #[error("page {0} of the Berkeley DB does not hold what it states")]
    Page(u32),
    #[error("page {0} of the Berkeley DB has several values for a key, which rpm never writes")]
    Duplicates(u32),
    #[error("its pages refer to more data than the file holds")]
    TooMuch,
    #[error("the file ends before the last page that it states")]
    Short,
}

/// A key and its value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) key: Cow<'a, [u8]>,
    pub(super) value: Cow<'a, [u8]>,
}

impl<'a> HashDatabase<'a> {
    /// Looks at the first page.
    ///
    /// # Errors
    /// If it is not that of a plain hash database.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, HashError> {
        let order = [Order::Little, Order::Big].into_iter().find(|order| order.word(bytes, MAGIC) == Some(HASH_MAGIC));
        let order = order.ok_or(HashError::NotHash)?;
        let page_size = order.word(bytes, PAGE_SIZE).filter(|size| size.is_power_of_two() && (512..=65_536).contains(size));
        let page_size = page_size.and_then(|size| usize::try_from(size).ok()).ok_or(HashError::NotHash)?;
        let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
        if byte(KIND) != META_PAGE {
            return Err(HashError::NotHash);
        }
        if byte(ENCRYPTION) != 0 || byte(META_FLAGS) & CHECKSUMS != 0 {
            return Err(HashError::Sealed);
        }
        Ok(Self { bytes, order, page_size })
    }

    /// Every record that can be read, in the order of the pages, and each reason why one cannot.
    pub(super) fn records(&self) -> impl Iterator<Item = Result<Record<'a>, HashError>> {
        let mut budget = self.bytes.len();
        let pages = u32::try_from(self.bytes.len() / self.page_size).unwrap_or(u32::MAX);
        let pairs = (1..pages).filter_map(|number| Some((number, self.page(number).filter(is_hash_page)?)));
        let pairs = pairs.flat_map(|(number, page)| {
            // A page has no more entries than places for them in its index.
            let places = (page.len() - HEADER.min(page.len())) / 2;
            let entries = usize::from(self.order.half(page, ENTRIES).unwrap_or_default()).min(places);
            (0..entries / 2).map(move |pair| (number, page, pair * 2))
        });
        let stated = self.order.word(self.bytes, LAST_PAGE).unwrap_or_default();
        let short = (stated >= pages).then_some(Err(HashError::Short));
        let records = pairs.map(move |(number, page, at)| {
            let mut item = |at| self.item(number, page, at, &mut budget);
            Ok(Record { key: item(at)?, value: item(at + 1)? })
        });
        // Once more is asked for than the file holds, whatever follows repeats it.
        let mut over = false;
        let records = records.take_while(move |record| !std::mem::replace(&mut over, *record == Err(HashError::TooMuch)));
        records.chain(short)
    }

    fn page(&self, number: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(number).ok()?.checked_mul(self.page_size)?;
        self.bytes.get(start..start.checked_add(self.page_size)?)
    }

    /// The item `at` of a page. Items lie from the page's end downwards, so that each ends where the one before it begins.
    fn item(&self, number: u32, page: &'a [u8], at: usize, budget: &mut usize) -> Result<Cow<'a, [u8]>, HashError> {
        let offset = |at: usize| self.order.half(page, HEADER + at * 2).map(usize::from);
        let end = if at == 0 { Some(page.len()) } else { offset(at - 1) };
        let item = offset(at).zip(end).and_then(|(start, end)| page.get(start..end)).ok_or(HashError::Page(number))?;
        match item.split_first() {
            Some((&INLINE, bytes)) => Ok(Cow::Borrowed(bytes)),
            Some((&ON_OTHER_PAGES, _)) => {
                let place = self.order.word(item, 4).zip(self.order.word(item, 8)).ok_or(HashError::Page(number))?;
                self.chain(place.0, usize::try_from(place.1).unwrap_or(usize::MAX), budget).map(Cow::Owned)
            }
            Some(_) => Err(HashError::Duplicates(number)),
            None => Err(HashError::Page(number)),
        }
    }

    /// The `length` bytes of the overflow pages from `first` on.
    fn chain(&self, first: u32, length: usize, budget: &mut usize) -> Result<Vec<u8>, HashError> {
        *budget = budget.checked_sub(length).ok_or(HashError::TooMuch)?;
        let (mut value, mut number) = (Vec::with_capacity(length), first);
        while value.len() < length {
            let fault = HashError::Page(number);
            let page = self.page(number).filter(|page| page.get(KIND) == Some(&OVERFLOW_PAGE)).ok_or(fault)?;
            let used = usize::from(self.order.half(page, USED).ok_or(fault)?);
            let part = page.get(HEADER..HEADER + used).filter(|part| !part.is_empty()).ok_or(fault)?;
            value.extend(part.iter().take(length - value.len()));
            number = self.order.word(page, NEXT_PAGE).ok_or(fault)?;
        }
        Ok(value)
    }
}

fn is_hash_page(page: &&[u8]) -> bool {
    page.get(KIND).is_some_and(|kind| [HASH_PAGE, UNSORTED_HASH_PAGE].contains(kind))
}

impl Order {
    fn word(self, bytes: &[u8], at: usize) -> Option<u32> {
        let word = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(word),
            Self::Big => u32::from_be_bytes(word),
        })
    }

    fn half(self, bytes: &[u8], at: usize) -> Option<u16> {
        let half = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(half),
            Self::Big => u16::from_be_bytes(half),
        })
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;

    const SIZE: usize = 512;

    /// A database of these records, written after the description of the pages; a value of more than 100 bytes goes to
    /// pages of its own. What Berkeley DB itself writes is read in `tests/oracle_rpm.rs`.
    pub(in super::super) fn database(records: &[(&[u8], &[u8])], big: bool) -> Vec<u8> {
        let mut pages: Vec<Vec<u8>> = vec![vec![0; SIZE]];
        for (key, value) in records {
            let (number, mut page) = (pages.len(), vec![0; SIZE]);
            let value_item = if value.len() > 100 {
                let mut item = vec![ON_OTHER_PAGES, 0, 0, 0];
                item.extend(word(number + 1, big));
                item.extend(word(value.len(), big));
                item
            } else {
                [&[INLINE], *value].concat()
            };
            let key_item = [&[INLINE], *key].concat();
            let (key_at, value_at) = (SIZE - key_item.len(), SIZE - key_item.len() - value_item.len());
            put(&mut page, key_at, &key_item);
            put(&mut page, value_at, &value_item);
            put(&mut page, ENTRIES, &half(2, big));
            put(&mut page, HEADER, &[half(key_at, big), half(value_at, big)].concat());
            put(&mut page, KIND, &[HASH_PAGE]);
            pages.push(page);
            if value.len() > 100 {
                let parts: Vec<&[u8]> = value.chunks(SIZE - HEADER).collect();
                for (index, part) in parts.iter().enumerate() {
                    let mut page = vec![0; SIZE];
                    let next = if index + 1 == parts.len() { 0 } else { number + 2 + index };
                    put(&mut page, NEXT_PAGE, &word(next, big));
                    put(&mut page, USED, &half(part.len(), big));
                    put(&mut page, KIND, &[OVERFLOW_PAGE]);
                    put(&mut page, HEADER, part);
                    pages.push(page);
                }
            }
        }
        let last = pages.len() - 1;
        for (at, bytes) in [(MAGIC, word(0x0006_1561, big)), (PAGE_SIZE, word(SIZE, big)), (LAST_PAGE, word(last, big))] {
            put(&mut pages[0], at, &bytes);
        }
        put(&mut pages[0], KIND, &[META_PAGE]);
        pages.concat()
    }

    fn put(page: &mut [u8], at: usize, bytes: &[u8]) {
        page[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn word(number: usize, big: bool) -> Vec<u8> {
        let number = u32::try_from(number).expect("a small number");
        if big { number.to_be_bytes().to_vec() } else { number.to_le_bytes().to_vec() }
    }

    fn half(number: usize, big: bool) -> Vec<u8> {
        let number = u16::try_from(number).expect("a small number");
        if big { number.to_be_bytes().to_vec() } else { number.to_le_bytes().to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::database;
    use super::*;
    use proptest::prelude::*;

    type Pair = Result<(Vec<u8>, Vec<u8>), HashError>;

    fn read(bytes: &[u8]) -> Vec<Pair> {
        let Ok(database) = HashDatabase::open(bytes) else { return Vec::new() };
        database.records().map(|record| record.map(|record| (record.key.into_owned(), record.value.into_owned()))).collect()
    }

    #[test]
    fn records_on_their_page_and_on_others_are_read_in_both_byte_orders() {
        let long = [7; 1200];
        for big in [false, true] {
            let records = read(&database(&[(b"a", b"short"), (b"b", &long), (b"c", b"")], big));
            let expected = [(&b"a"[..], &b"short"[..]), (b"b", &long), (b"c", b"")];
            assert_eq!(records, expected.map(|(key, value)| Ok((key.to_vec(), value.to_vec()))));
        }
    }

    #[test]
    fn what_is_no_plain_hash_database_is_refused() {
        let good = database(&[(b"a", b"b")], false);
        let with = |at: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[at] = byte;
            HashDatabase::open(&bytes).map(|_| ())
        };
        assert_eq!(HashDatabase::open(b"").map(|_| ()), Err(HashError::NotHash));
        assert_eq!(with(MAGIC, 0x62), Err(HashError::NotHash));
        assert_eq!(with(PAGE_SIZE, 1), Err(HashError::NotHash));
        assert_eq!(with(ENCRYPTION, 1), Err(HashError::Sealed));
        assert_eq!(with(META_FLAGS, CHECKSUMS), Err(HashError::Sealed));
    }

    #[test]
    fn a_file_that_ends_early_gives_what_it_still_holds() {
        let whole = database(&[(b"a", b"b"), (b"c", &[7; 1200])], false);
        let read = read(&whole[..whole.len() - 600]);
        assert_eq!(read, [Ok((b"a".to_vec(), b"b".to_vec())), Err(HashError::Page(4)), Err(HashError::Short)]);
    }

    #[test]
    fn a_chain_that_leads_back_ends_with_the_length_and_not_later() {
        let mut bytes = database(&[(b"a", &[7; 400]), (b"b", b"c")], false);
        // The record's value is said to be longer, and its only page to follow itself.
        let (page, item) = (512, 512 - 2 - 12);
        bytes[page + item + 8..page + item + 12].copy_from_slice(&1_000_u32.to_le_bytes());
        bytes[2 * 512 + NEXT_PAGE] = 2;
        let first = read(&bytes).swap_remove(0).map(|(_, value)| value.len());
        assert_eq!(first, Ok(1_000));
        bytes[page + item + 8..page + item + 12].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(read(&bytes), [Err(HashError::TooMuch)]);
    }

    proptest! {
        #[test]
        fn any_damage_ends(at in 0_usize..4096, byte in any::<u8>()) {
            let mut bytes = database(&[(b"a", &[7; 600]), (b"b", b"c"), (b"d", &[1; 700])], false);
            let at = at % bytes.len();
            bytes[at] = byte;
            prop_assert!(read(&bytes).len() < 1_000);
        }
    }
}
