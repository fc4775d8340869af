//! A run of bytes in a file or in memory that many threads can read at once, each with its own position.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// Where the bytes are.
#[derive(Clone, Debug)]
enum Store {
    Disk(Arc<File>),
    Memory(Arc<[u8]>),
}

/// `len` bytes from `start` of a store. A clone starts at the same position and then goes its own way.
#[derive(Clone, Debug)]
pub struct Section {
    store: Store,
    start: u64,
    len: u64,
    position: u64,
}

impl Section {
    /// All `len` bytes of an opened file.
    #[must_use]
    pub fn of_file(file: File, len: u64) -> Self {
        Self { store: Store::Disk(Arc::new(file)), start: 0, len, position: 0 }
    }

    /// All of `bytes`.
    #[must_use]
    pub fn of_bytes(bytes: Arc<[u8]>) -> Self {
        let len = bytes.len() as u64;
        Self { store: Store::Memory(bytes), start: 0, len, position: 0 }
    }

    /// `len` bytes from `offset` on, or as many as there are.
    #[must_use]
    pub fn part(&self, offset: u64, len: u64) -> Self {
        let offset = offset.min(self.len);
        Self { store: self.store.clone(), start: self.start + offset, len: len.min(self.len - offset), position: 0 }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The first `most` bytes, fewer if there are fewer.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn head(&self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.part(0, most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(self.position)).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..left) else { return Ok(0) };
        let from = self.start + self.position;
        let read = match &self.store {
            Store::Disk(file) => file.read_at(buffer, from)?,
            Store::Memory(bytes) => {
                let rest = usize::try_from(from).ok().and_then(|from| bytes.get(from..)).unwrap_or_default();
                let mut rest = rest;
                rest.read(buffer)?
            }
        };
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.len.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = target.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a position before the start"))?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(mut section: Section) -> String {
        let mut text = String::new();
        section.read_to_string(&mut text).expect("readable");
        text
    }

    #[test]
    fn a_part_ends_where_it_ends_and_never_reaches_beyond_the_whole() {
        let whole = Section::of_bytes(Arc::from(*b"0123456789"));
        assert_eq!(text(whole.part(2, 3)), "234");
        assert_eq!(text(whole.part(2, 3).part(1, 100)), "34");
        assert_eq!(text(whole.part(50, 3)), "");
    }

    #[test]
    fn clones_read_on_their_own_from_a_file_too() {
        let mut file = tempfile::tempfile().expect("a file");
        io::Write::write_all(&mut file, b"0123456789").expect("a write");
        let mut one = Section::of_file(file, 10).part(1, 8);
        one.seek(SeekFrom::End(-2)).expect("a seek");
        let two = one.clone();
        assert_eq!((text(one), text(two)), ("78".to_owned(), "78".to_owned()));
    }
}
