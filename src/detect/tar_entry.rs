//! One entry of a tar archive, behind any compression, read in memory and within a limit. Follows no link.

use std::io::{self, Read};

use crate::source::{Section, decompressed};

/// Most unpacked bytes that are read in search of an entry. Metadata stands in front; a list of digests may stand before it.
const MAX_SEARCHED: u64 = 128 << 20;
/// Longest entry that is read: metadata are texts.
const MAX_TEXT: u64 = 8 << 20;

/// Path and text of the first entry of `archive` that `wanted` picks by its path without a leading `./`; `None` if there is none.
pub(super) fn text(archive: Section, wanted: impl Fn(&str) -> bool) -> io::Result<Option<(String, Vec<u8>)>> {
    let (_, reader) = decompressed(archive)?;
    let mut archive = tar::Archive::new(reader.take(MAX_SEARCHED));
    // Alpine's packages are several archives one behind the other, not all of which are cut before their end marks.
    archive.set_ignore_zeros(true);
    for entry in archive.entries()? {
        let entry = entry?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = path.strip_prefix("./").unwrap_or(&path);
        if wanted(path) {
            let (path, mut text) = (path.to_owned(), Vec::new());
            entry.take(MAX_TEXT).read_to_end(&mut text)?;
            return Ok(Some((path, text)));
        }
    }
    Ok(None)
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write as _;
    use std::sync::Arc;

    use super::*;

    /// A tar archive of these files, with the end marks that the format asks for.
    pub(in crate::detect) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (path, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            archive.append_data(&mut header, path, *text).expect("an entry");
        }
        archive.into_inner().expect("an archive")
    }

    /// `bytes` as one gzip member.
    pub(in crate::detect) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).expect("a write");
        packer.finish().expect("gzip")
    }

    #[test]
    fn the_first_entry_that_is_wanted_is_read_whatever_stands_before_it() {
        let bytes = [gzip(&archive(&[("a", b"1")])), gzip(&archive(&[("./b/c", b"2"), ("b/d", b"3")]))].concat();
        let section = Section::of_bytes(Arc::from(bytes));
        let found = text(section.clone(), |path| path.starts_with("b/")).expect("an archive");
        assert_eq!(found, Some(("b/c".to_owned(), b"2".to_vec())));
        assert_eq!(text(section, |path| path == "c").expect("an archive"), None);
    }
}
