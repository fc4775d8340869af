//! The file of one target: a line that names the layout, the digest of its identity, the entries, each behind its number and its length,
//! and a SHA-256 over everything before it. What does not agree in every byte is no cache.

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use foldhash::fast::FixedState;
use sha2::{Digest as _, Sha256};

use crate::detect::Work;

use super::Identity;
use super::entry::{self, Entry};

/// The first line; the number changes with the layout.
const MAGIC: &[u8] = b"underpin-cache 1\n";
/// Length of a SHA-256.
const DIGEST: usize = 32;
/// Length of what stands before an entry: its number and its length.
const HEAD: usize = 12;
/// Most bytes of a file: what is beyond is looked at again by every scan. Half of it was never seen on a host.
pub(super) const LARGEST: usize = 48 << 20;

/// What the last scan left, read as a whole.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    bytes: Vec<u8>,
    places: HashMap<u64, usize, FixedState>,
    entries: Vec<(Range<usize>, AtomicBool)>,
}

/// What this scan adds.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    bytes: Vec<u8>,
    entries: usize,
}

impl Earlier {
    /// The entries of a file of this identity; `None` if it is of another, or damaged.
    pub(super) fn parse(bytes: Vec<u8>, identity: &Identity) -> Option<Self> {
        let content = bytes.len().checked_sub(DIGEST)?;
        let (whole, digest) = bytes.split_at_checked(content)?;
        let entries = whole.strip_prefix(MAGIC)?.strip_prefix(identity.digest().as_slice())?;
        if Sha256::digest(whole).as_slice() != digest {
            return None;
        }
        let mut at = content - entries.len();
        let (mut places, mut ranges) = (HashMap::default(), Vec::new());
        while at < content {
            let (number, len) = head(bytes.get(at..)?)?;
            let range = at + HEAD..at.checked_add(HEAD)?.checked_add(len)?;
            at = range.end;
            if at > content {
                return None;
            }
            places.insert(number, ranges.len());
            ranges.push((range, AtomicBool::new(false)));
        }
        Some(Self { bytes, places, entries: ranges })
    }

    /// The entry of a piece of work, with its place.
    pub(super) fn find(&self, work: &Work<'_>) -> Option<(Entry<'_>, usize)> {
        let place = *self.places.get(&entry::number(work))?;
        let (range, _) = self.entries.get(place)?;
        let entry = Entry::parse(self.bytes.get(range.clone())?)?;
        entry.is_of(work).then_some((entry, place))
    }

    /// Notes that an entry still stands.
    pub(super) fn mark_used(&self, place: usize) {
        if let Some((_, used)) = self.entries.get(place) {
            used.store(true, Relaxed);
        }
    }

    /// Whether there is something and every entry still stands.
    pub(super) fn is_all_used(&self) -> bool {
        !self.entries.is_empty() && self.entries.iter().all(|(_, used)| used.load(Relaxed))
    }

    /// The entries that still stand, with their heads.
    fn used(&self) -> impl Iterator<Item = &[u8]> {
        let used = self.entries.iter().filter(|(_, used)| used.load(Relaxed));
        used.filter_map(|(range, _)| self.bytes.get(range.start.checked_sub(HEAD)?..range.end))
    }
}

fn head(bytes: &[u8]) -> Option<(u64, usize)> {
    let (number, rest) = bytes.split_first_chunk::<8>()?;
    let (len, _) = rest.split_first_chunk::<4>()?;
    Some((u64::from_le_bytes(*number), usize::try_from(u32::from_le_bytes(*len)).ok()?))
}

impl Fresh {
    /// Adds an entry under its number, unless there is too much already.
    pub(super) fn add(&mut self, (number, entry): &(u64, Vec<u8>)) {
        let Ok(len) = u32::try_from(entry.len()) else { return };
        if self.bytes.len() + HEAD + entry.len() > LARGEST {
            return;
        }
        self.bytes.extend_from_slice(&number.to_le_bytes());
        self.bytes.extend_from_slice(&len.to_le_bytes());
        self.bytes.extend_from_slice(entry);
        self.entries += 1;
    }

    /// Number of entries.
    pub(super) fn len(&self) -> usize {
        self.entries
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.entries == 0
    }
}

/// Writes what is new and what still stands, the new first, up to the bound.
pub(super) fn write(out: &mut dyn Write, identity: &Identity, earlier: &Earlier, fresh: &Fresh) -> io::Result<()> {
    let mut hash = Sha256::new();
    let mut left = LARGEST;
    let head = [MAGIC, identity.digest().as_slice()];
    for part in head.into_iter().chain([fresh.bytes.as_slice()]).chain(earlier.used()) {
        left = match left.checked_sub(part.len()) {
            Some(left) => left,
            None => continue,
        };
        hash.update(part);
        out.write_all(part)?;
    }
    out.write_all(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::entry::packed;
    use super::*;
    use crate::detect::Spent;

    fn work(path: &str) -> Work<'_> {
        Work { path: Path::new(path), readers: &[1, 2], owned: false, program: false }
    }

    fn identity(catalog: &str) -> Identity {
        Identity::of(Path::new("/"), true, &[], catalog).expect("a program")
    }

    fn written(earlier: &Earlier, fresh: &Fresh) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, &identity("one"), earlier, fresh).expect("memory");
        bytes
    }

    fn with(paths: &[&str]) -> Fresh {
        let mut fresh = Fresh::default();
        for path in paths {
            fresh.add(&packed(&work(path), &[], b"found", Spent::default()).expect("an entry"));
        }
        fresh
    }

    #[test]
    fn what_is_written_is_found_again_and_nothing_else() {
        let earlier = Earlier::parse(written(&Earlier::default(), &with(&["a", "b"])), &identity("one")).expect("a cache");
        assert_eq!(earlier.find(&work("b")).map(|(entry, _)| entry.found().to_owned()), Some(b"found".to_vec()));
        for other in [
            work("c"),
            Work { owned: true, ..work("a") },
            Work { program: true, ..work("a") },
            Work { readers: &[1], ..work("a") },
        ] {
            assert!(earlier.find(&other).is_none(), "{other:?}");
        }
    }

    #[test]
    fn a_file_that_differs_in_any_byte_is_none() {
        let whole = written(&Earlier::default(), &with(&["a", "srv/b"]));
        for len in 0..whole.len() {
            assert!(Earlier::parse(whole[..len].to_vec(), &identity("one")).is_none(), "cut to {len}");
        }
        for place in 0..whole.len() {
            for bit in [0, 3, 7] {
                let mut bytes = whole.clone();
                bytes[place] ^= 1 << bit;
                assert!(Earlier::parse(bytes, &identity("one")).is_none(), "bit {bit} at {place}");
            }
        }
        assert!(Earlier::parse(whole.clone(), &identity("two")).is_none(), "another catalog");
        assert!(Earlier::parse(whole, &identity("one")).is_some());
    }

    #[test]
    fn what_no_scan_used_is_forgotten() {
        let earlier = Earlier::parse(written(&Earlier::default(), &with(&["a", "b"])), &identity("one")).expect("a cache");
        let (_, place) = earlier.find(&work("b")).expect("an entry");
        assert!(!earlier.is_all_used());
        earlier.mark_used(place);
        let next = Earlier::parse(written(&earlier, &with(&["c"])), &identity("one")).expect("a cache");
        assert_eq!(["a", "b", "c"].map(|path| next.find(&work(path)).is_some()), [false, true, true]);
    }

    #[test]
    fn a_file_has_a_largest_size() {
        let found = vec![0; LARGEST / 3];
        let mut fresh = Fresh::default();
        for path in ["a", "b", "c", "d"] {
            fresh.add(&packed(&work(path), &[], &found, Spent::default()).expect("an entry"));
        }
        let bytes = written(&Earlier::default(), &fresh);
        assert!(bytes.len() <= LARGEST + 1024, "{}", bytes.len());
        let next = Earlier::parse(bytes, &identity("one")).expect("a cache");
        next.mark_used(0);
        next.mark_used(1);
        assert!(written(&next, &fresh).len() <= LARGEST + 1024);
    }
}
