//! Entries of a cpio archive in the "newc" form (cpio(5)), as RPM packages and initial RAM disks hold them.

use std::io;

use super::Section;

const HEADER: u64 = 110;
const MAX_NAME: u64 = 4096;
const MAX_ENTRIES: usize = 3_000_000;

/// One entry.
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    /// Type and permission bits, as stat(2) has them.
    pub(super) mode: u32,
    pub(super) modified: i64,
    pub(super) data: Section,
}

/// Every entry up to the trailer, or up to the first that is cut off.
///
/// # Errors
/// If it is no such archive, or the system refuses.
pub(super) fn entries(section: &Section) -> io::Result<Vec<Entry>> {
    let mut found = Vec::new();
    let mut at = 0;
    while found.len() < MAX_ENTRIES {
        let header = section.part(at, HEADER).head(HEADER)?;
        let Some(fields) = parse(&header) else {
            return if at == 0 { Err(io::Error::other("not a cpio archive in the newc form")) } else { Ok(found) };
        };
        let Fields { mode, modified, len, name_len } = fields;
        if name_len > MAX_NAME {
            break;
        }
        let mut name = section.part(at + HEADER, name_len).head(MAX_NAME)?;
        // The name ends with a NUL, which its length counts.
        name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
        if name == b"TRAILER!!!" {
            break;
        }
        let start = padded(at + HEADER + name_len);
        let data = section.part(start, len);
        if data.len() < len {
            break;
        }
        found.push(Entry { name, mode, modified, data });
        at = padded(start.saturating_add(len));
    }
    Ok(found)
}

/// Names and data begin at multiples of four.
fn padded(at: u64) -> u64 {
    at.saturating_add(3) & !3
}

struct Fields {
    mode: u32,
    modified: i64,
    len: u64,
    name_len: u64,
}

fn parse(header: &[u8]) -> Option<Fields> {
    if !matches!(header.get(..6)?, b"070701" | b"070702") {
        return None;
    }
    let field = |index: usize| {
        let digits = header.get(6 + 8 * index..14 + 8 * index)?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    Some(Fields { mode: field(1)?, modified: i64::from(field(5)?), len: u64::from(field(6)?), name_len: u64::from(field(11)?) })
}
