//! Reading parts of a file, every byte counted.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::source::ReadSeek;

/// A reader that knows how much was read of it.
pub(super) struct Counted<R> {
    inner: R,
    read: u64,
}

impl<R> Counted<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, read: 0 }
    }

    /// Bytes read so far; a byte that is read twice counts twice.
    pub(super) fn read_so_far(&self) -> u64 {
        self.read
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        self.read += got as u64;
        Ok(got)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.inner.seek(place)
    }
}

/// The bytes of `range`, at most `limit` of them; fewer if the file ends before.
pub(super) fn part(reader: &mut dyn ReadSeek, range: Range<u64>, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.seek(SeekFrom::Start(range.start))?;
    reader.take(range.end.saturating_sub(range.start).min(limit)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
