//! Where the payload of an RPM package begins (<https://rpm-software-management.github.io/rpm/manual/format_v4.html>): after the
//! lead of 96 bytes, the signature, which is padded to eight bytes, and the header.

use std::io;

use super::Section;

const LEAD: u64 = 96;
/// Magic, version and reserved bytes, number of index entries, bytes of data.
const INTRO: u64 = 16;
const INDEX_ENTRY: u64 = 16;

/// The payload, as it is compressed.
///
/// # Errors
/// If it is no RPM package, or the system refuses.
pub(super) fn payload(section: &Section) -> io::Result<Section> {
    let signature = header_end(section, LEAD)?;
    let header = header_end(section, signature.saturating_add(7) & !7)?;
    Ok(section.part(header, u64::MAX))
}

/// Where the header structure that begins at `at` ends.
fn header_end(section: &Section, at: u64) -> io::Result<u64> {
    let intro = section.part(at, INTRO).head(INTRO)?;
    let number = |from: usize| intro.get(from..from + 4)?.try_into().ok().map(u32::from_be_bytes).map(u64::from);
    if intro.get(..3) != Some(&[0x8E, 0xAD, 0xE8]) {
        return Err(io::Error::other("an RPM package without a header"));
    }
    let end = number(8).zip(number(12)).map(|(entries, bytes)| at + INTRO + entries * INDEX_ENTRY + bytes);
    end.filter(|end| *end <= section.len()).ok_or_else(|| io::Error::other("an RPM package that ends in its header"))
}
