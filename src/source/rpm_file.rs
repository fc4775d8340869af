//! Where header and payload of an RPM package are (<https://rpm-software-management.github.io/rpm/manual/format_v4.html>): after
//! the lead of 96 bytes and the signature, which is padded to eight bytes.

use std::io;

use super::Section;

const LEAD: u64 = 96;
const LEAD_MAGIC: [u8; 4] = [0xED, 0xAB, 0xEE, 0xDB];
/// Magic, version and reserved bytes, number of index entries, bytes of data.
const INTRO: u64 = 16;
const INDEX_ENTRY: u64 = 16;
/// What the counts of a header come after.
const MAGIC: u64 = 8;

/// The payload, as it is compressed.
///
/// # Errors
/// If it is no RPM package, or the system refuses.
pub(super) fn payload(section: &Section) -> io::Result<Section> {
    let header = header_end(section, header_start(section)?)?;
    Ok(section.part(header, u64::MAX))
}

/// The header as rpm's databases keep it: its counts, its index and its data.
///
/// # Errors
/// If it is no RPM package, or the system refuses.
pub fn header(section: &Section) -> io::Result<Section> {
    if section.head(4)? != LEAD_MAGIC {
        return Err(io::Error::other("not an RPM package"));
    }
    let start = header_start(section)?;
    Ok(section.part(start + MAGIC, header_end(section, start)? - start - MAGIC))
}

/// Where the header begins.
fn header_start(section: &Section) -> io::Result<u64> {
    Ok(header_end(section, LEAD)?.saturating_add(7) & !7)
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
