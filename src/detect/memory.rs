//! The contract of a memory of earlier scans. What a detector finds follows from the files that it reads and from nothing else, so that
//! a piece of work whose every question to the tree has the answer of the last time has its result, too.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::progress::Counters;
use crate::source::{Seen, Tree, Watched};

use super::Findings;

/// What is asked of one candidate. Whoever remembers must also know the detectors, the catalog and the program that it was asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work<'w> {
    /// The candidate, relative to the tree's root.
    pub path: &'w Path,
    /// Who reads it.
    pub readers: &'w [u16],
    /// Whether a package owns it.
    pub owned: bool,
    /// Whether it is looked at as a program, by no detector.
    pub program: bool,
}

/// What a piece of work counted: a report says what it rests on, read now or remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Folders listed.
    pub directories: u64,
    /// Regular files met.
    pub files: u64,
    /// Files opened.
    pub opened: u64,
    /// Bytes read.
    pub bytes_read: u64,
    /// Components found.
    pub packages: u64,
}

/// Knows what earlier scans found.
pub trait Memory: Sync {
    /// The result of the last time, if everything that it rests on is as it was.
    fn recall(&self, work: &Work<'_>, tree: &dyn Tree) -> Option<(Findings, Spent)>;

    /// Takes down a result and what it rests on.
    fn keep(&self, work: &Work<'_>, seen: &[Seen], found: &Findings, spent: Spent);
}

/// The result of `work`: remembered, or done now by `act`, and then taken down.
pub(super) fn through(
    memory: &dyn Memory,
    work: &Work<'_>,
    tree: &dyn Tree,
    counters: &Counters,
    act: impl FnOnce(&dyn Tree, &Counters) -> Findings,
) -> Findings {
    if let Some((found, spent)) = memory.recall(work, tree) {
        spent.add_to(counters);
        return found;
    }
    let (watched, own) = (Watched::new(tree), Counters::default());
    let found = act(&watched, &own);
    let spent = Spent::of(&own);
    spent.add_to(counters);
    if let Some(seen) = watched.into_seen() {
        memory.keep(work, &seen, &found, spent);
    }
    found
}

impl Spent {
    fn of(counters: &Counters) -> Self {
        let load = |counter: &AtomicU64| counter.load(Relaxed);
        Self {
            directories: load(&counters.directories),
            files: load(&counters.files),
            opened: load(&counters.opened),
            bytes_read: load(&counters.bytes_read),
            packages: load(&counters.packages),
        }
    }

    fn add_to(self, counters: &Counters) {
        for (counter, count) in [
            (&counters.directories, self.directories),
            (&counters.files, self.files),
            (&counters.opened, self.opened),
            (&counters.bytes_read, self.bytes_read),
            (&counters.packages, self.packages),
        ] {
            if count > 0 {
                counter.fetch_add(count, Relaxed);
            }
        }
    }
}
