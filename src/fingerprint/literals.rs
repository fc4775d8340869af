//! Finds literals in parts of a file, one chunk at a time, so that memory stays flat whatever the file's size.

use std::io::{self, SeekFrom};
use std::ops::Range;

use aho_corasick::AhoCorasick;

use crate::source::ReadSeek;

/// Bytes that a version expression sees before a literal.
const BEFORE: usize = 256;
/// Bytes that it sees after it.
const AFTER: usize = 512;
/// Bytes read at once.
const CHUNK: usize = 1 << 20;

/// A literal met in a file.
pub(super) struct Hit<'b> {
    /// Which literal: its place in the list.
    pub(super) literal: usize,
    /// Where it begins, in bytes from the file's start.
    pub(super) offset: u64,
    /// The bytes around it: at most 256 before and 512 after.
    pub(super) window: &'b [u8],
    /// Where in the window it lies.
    pub(super) place: Range<usize>,
}

/// A set of literals that are searched for together.
pub(super) struct Literals {
    automaton: Option<AhoCorasick>,
    longest: usize,
}

impl Literals {
    /// Prepares the search. A set beyond the automaton's limits (4 GiB of states) finds nothing.
    pub(super) fn new<L: AsRef<[u8]>>(literals: &[L]) -> Self {
        let longest = literals.iter().map(|literal| literal.as_ref().len()).max().unwrap_or_default();
        let automaton = if longest == 0 { None } else { AhoCorasick::new(literals).ok() };
        Self { automaton, longest }
    }

    /// Calls `met` for each literal in `ranges`, ranges in the order given, hits in ascending order of their ends.
    pub(super) fn search(
        &self,
        reader: &mut dyn ReadSeek,
        ranges: &[Range<u64>],
        met: &mut dyn FnMut(&Hit<'_>),
    ) -> io::Result<()> {
        self.search_in_chunks(CHUNK, reader, ranges, met)
    }

    fn search_in_chunks(
        &self,
        chunk: usize,
        reader: &mut dyn ReadSeek,
        ranges: &[Range<u64>],
        met: &mut dyn FnMut(&Hit<'_>),
    ) -> io::Result<()> {
        let Some(automaton) = &self.automaton else { return Ok(()) };
        let mut buffer = Vec::new();
        for range in ranges {
            reader.seek(SeekFrom::Start(range.start))?;
            let mut left = range.end.saturating_sub(range.start);
            let mut base = range.start;
            // Hits that end here or before were met with the chunk before.
            let mut met_until = 0;
            buffer.clear();
            loop {
                let want = usize::try_from(left).unwrap_or(usize::MAX).min(chunk);
                let got = fill(reader, &mut buffer, want)?;
                left -= got as u64;
                // A file that shrinks while it is read ends where it ends.
                let last = left == 0 || got < want;
                // Hits that end later wait until all the bytes of their window are here.
                let settled = if last { buffer.len() } else { buffer.len().saturating_sub(AFTER).max(met_until) };
                let from = met_until.saturating_sub(self.longest);
                for hit in automaton.find_overlapping_iter(buffer.get(from..).unwrap_or_default()) {
                    let (start, end) = (from + hit.start(), from + hit.end());
                    if met_until < end && end <= settled {
                        let first = start.saturating_sub(BEFORE);
                        let window = buffer.get(first..buffer.len().min(end + AFTER)).unwrap_or_default();
                        let offset = base + start as u64;
                        met(&Hit { literal: hit.pattern().as_usize(), offset, window, place: start - first..end - first });
                    }
                }
                if last {
                    break;
                }
                let done = settled.saturating_sub(self.longest + BEFORE);
                buffer.drain(..done);
                met_until = settled - done;
                base += done as u64;
            }
        }
        Ok(())
    }
}

/// Appends up to `want` bytes and says how many there were.
fn fill(reader: &mut dyn ReadSeek, buffer: &mut Vec<u8>, want: usize) -> io::Result<usize> {
    let start = buffer.len();
    buffer.resize(start + want, 0);
    let mut end = start;
    while let Some(free) = buffer.get_mut(end..).filter(|free| !free.is_empty()) {
        match reader.read(free) {
            Ok(0) => break,
            Ok(got) => end += got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    buffer.truncate(end);
    Ok(end - start)
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "lists of one range are meant")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn hits(chunk: usize, bytes: &[u8], ranges: &[Range<u64>], literals: &[&str]) -> Vec<(usize, Vec<u8>, Range<usize>)> {
        let mut found = Vec::new();
        Literals::new(literals)
            .search_in_chunks(chunk, &mut Cursor::new(bytes), ranges, &mut |hit| {
                found.push((hit.literal, hit.window.to_vec(), hit.place.clone()));
            })
            .expect("memory can be read");
        found
    }

    #[test]
    fn a_range_hides_what_lies_outside_it() {
        let found = hits(CHUNK, b"nginx/1 nginx/2 nginx/3", &[8..15], &["nginx/"]);
        assert_eq!(found, [(0, b"nginx/2".to_vec(), 0..6)]);
    }

    #[test]
    fn a_range_that_outlives_the_file_ends_with_it() {
        assert_eq!(hits(4, b"..nginx/", &[0..1 << 40], &["nginx/"]).len(), 1);
    }

    proptest! {
        #[test]
        fn the_chunk_size_changes_nothing(
            noise in proptest::collection::vec("a{0,400}b{0,400}(abba|baab|abbaab)", 0..6),
            chunk in 1_usize..1200,
        ) {
            let bytes = noise.concat().into_bytes();
            let end = bytes.len() as u64;
            let ranges = [0..end / 3, end / 3..end];
            let literals = ["abbaa", "baab", "bbabba", "bbbbba"];
            let (in_chunks, at_once) = (hits(chunk, &bytes, &ranges, &literals), hits(CHUNK, &bytes, &ranges, &literals));
            prop_assert!(in_chunks == at_once, "{} hits, not {}", in_chunks.len(), at_once.len());
        }
    }
}
