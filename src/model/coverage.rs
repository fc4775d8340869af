//! What a scan looked at and what it did not: "not looked at" must never read as "clean".

use std::collections::{BTreeMap, BTreeSet};

/// Counts of a scan of one target.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Folders listed.
    pub directories: u64,
    /// Regular files met.
    pub files: u64,
    /// Files opened.
    pub opened: u64,
    /// Bytes read from them.
    pub bytes_read: u64,
    /// Files and folders passed over on purpose, by reason in words.
    pub skipped: BTreeMap<String, u64>,
    /// Files and folders that could not be read.
    pub unreadable: u64,
    /// Mounted file systems that were not entered: path and type; sorted.
    pub mounts_skipped: Vec<(String, String)>,
    /// Executables that no package owns and nothing explains.
    pub unknown_executables: u64,
    /// Their paths as shown: all, or the first [`Coverage::UNKNOWN_PATHS`] by name.
    pub unknown_paths: BTreeSet<String>,
    /// What was not checked at all, in words; sorted.
    pub not_checked: Vec<String>,
}

impl Coverage {
    /// Most paths of unknown executables that are kept; beyond, they are only counted.
    pub const UNKNOWN_PATHS: usize = 100_000;

    /// Adds `count` to what was passed over for `reason`.
    pub fn skip(&mut self, reason: &str, count: u64) {
        if count > 0 {
            *self.skipped.entry(reason.to_owned()).or_default() += count;
        }
    }

    /// Everything that was passed over on purpose.
    #[must_use]
    pub fn skipped_total(&self) -> u64 {
        self.skipped.values().sum()
    }
}
