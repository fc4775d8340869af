//! Commits that a git working copy records for its submodules, from its index (format: gitformat-index(5), versions 2 and 3;
//! version 4, which git writes only on demand, is not read).

use std::collections::BTreeMap;

use crate::model::hex;

/// Bytes of an entry before its name, with SHA-1.
const FIXED: usize = 62;
/// The mode of an entry that is a commit of another repository.
const GITLINK: u32 = 0o160_000;

/// The commit by the submodule's path.
pub(super) fn gitlinks(index: &[u8]) -> BTreeMap<String, String> {
    let mut links = BTreeMap::new();
    let Some(mut rest) = index.strip_prefix(b"DIRC").filter(|rest| matches!(number(rest, 0), Some(2 | 3))) else { return links };
    let count = number(rest, 4).unwrap_or_default();
    rest = rest.get(8..).unwrap_or_default();
    for _ in 0..count {
        let Some(entry) = Entry::read(rest) else { break };
        if entry.mode == GITLINK {
            links.insert(entry.path, entry.commit);
        }
        rest = rest.get(entry.len..).unwrap_or_default();
    }
    links
}

struct Entry {
    mode: u32,
    commit: String,
    path: String,
    len: usize,
}

impl Entry {
    fn read(bytes: &[u8]) -> Option<Self> {
        let flags: [u8; 2] = bytes.get(60..FIXED)?.try_into().ok()?;
        let extended = usize::from(u16::from_be_bytes(flags) & 0x4000 != 0) * 2;
        let name = bytes.get(FIXED + extended..)?;
        let end = memchr::memchr(0, name)?;
        let commit = hex(bytes.get(40..60)?);
        // One to eight NULs fill the entry up to a multiple of eight bytes.
        let len = (FIXED + extended + end + 8) / 8 * 8;
        let path = String::from_utf8_lossy(name.get(..end)?).into_owned();
        Some(Self { mode: number(bytes, 24)?, commit, path, len })
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
pub(super) mod testing {
    /// An index of version 2 with these modes, first bytes of the commit, and paths.
    pub(in super::super) fn index(entries: &[(u32, u8, &str)]) -> Vec<u8> {
        let mut bytes = b"DIRC\0\0\0\x02".to_vec();
        bytes.extend_from_slice(&u32::try_from(entries.len()).expect("few").to_be_bytes());
        for (mode, commit, path) in entries {
            let start = bytes.len();
            bytes.extend_from_slice(&[0; 24]);
            bytes.extend_from_slice(&mode.to_be_bytes());
            bytes.extend_from_slice(&[0; 12]);
            bytes.extend_from_slice(&[*commit; 20]);
            bytes.extend_from_slice(&u16::try_from(path.len()).expect("short").to_be_bytes());
            bytes.extend_from_slice(path.as_bytes());
            bytes.push(0);
            while !(bytes.len() - start).is_multiple_of(8) {
                bytes.push(0);
            }
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_commits_of_other_repositories_are_links() {
        let index = testing::index(&[
            (0o100_644, 1, ".gitmodules"),
            (GITLINK, 0xAB, "libs/zlib"),
            (0o100_644, 2, "x"),
            (GITLINK, 3, "y"),
        ]);
        let links = gitlinks(&index);
        assert_eq!(links.keys().collect::<Vec<_>>(), ["libs/zlib", "y"]);
        assert_eq!(links.get("libs/zlib"), Some(&"ab".repeat(20)));
    }

    #[test]
    fn what_is_cut_or_something_else_ends() {
        let index = testing::index(&[(GITLINK, 1, "a"), (GITLINK, 2, "b")]);
        assert_eq!(gitlinks(index.get(..index.len() - 9).unwrap_or_default()).len(), 1);
        for bytes in [&b""[..], b"DIRC", b"DIRC\0\0\0\x04\0\0\0\x01", b"hello"] {
            assert!(gitlinks(bytes).is_empty());
        }
    }
}
