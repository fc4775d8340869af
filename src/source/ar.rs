//! Members of an ar archive (deb(5), ar(5)): a magic line, then headers of 60 bytes, each before its data.

use std::io;

use super::Section;

const MAGIC: &[u8] = b"!<arch>\n";
const HEADER: u64 = 60;
/// A Debian package has three members, a signed one four.
const MAX_MEMBERS: usize = 64;

/// Name and bytes of each member, in order.
///
/// # Errors
/// If it is no ar archive, or the system refuses.
pub fn members(section: &Section) -> io::Result<Vec<(String, Section)>> {
    if section.head(MAGIC.len() as u64)? != MAGIC {
        return Err(io::Error::other("not an ar archive"));
    }
    let mut members = Vec::new();
    let mut at = MAGIC.len() as u64;
    while members.len() < MAX_MEMBERS {
        let header = section.part(at, HEADER).head(HEADER)?;
        let Some((name, len)) = parse(&header) else { break };
        members.push((name, section.part(at + HEADER, len)));
        // Data is padded to an even length.
        at = at.saturating_add(HEADER).saturating_add(len).saturating_add(len % 2);
    }
    Ok(members)
}

/// Name and length of a member; `None` at the archive's end and for what is no header.
fn parse(header: &[u8]) -> Option<(String, u64)> {
    if header.get(58..60)? != b"`\n" {
        return None;
    }
    let text = |from: usize, to: usize| header.get(from..to).and_then(|bytes| std::str::from_utf8(bytes).ok()).map(str::trim);
    Some((text(0, 16)?.trim_end_matches('/').to_owned(), text(48, 58)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn members_are_found_past_the_padding_of_odd_ones() {
        let header = |name: &str, len: usize| format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{len:<10}`\n", 0, 0, 0, 100_644);
        let bytes =
            [MAGIC, header("debian-binary", 3).as_bytes(), b"2.0\n", header("data.tar.xz/", 2).as_bytes(), b"ok"].concat();
        let found = members(&Section::of_bytes(Arc::from(bytes))).expect("members");
        let found: Vec<_> = found.iter().map(|(name, data)| (name.as_str(), data.head(9).expect("bytes"))).collect();
        assert_eq!(found, [("debian-binary", b"2.0".to_vec()), ("data.tar.xz", b"ok".to_vec())]);
    }
}
