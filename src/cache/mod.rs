//! What earlier scans of a target found in its files, so that a second scan reads only what changed.
//!
//! An entry is one piece of work of one candidate: every question that it asked the tree, with the answers, and what was found. It
//! stands as long as each question has the same answer: device, inode, length, mtime and ctime of what was read, also of the files
//! beside it, and whether there was something at the places where nothing was. A file that changed less than three seconds before the scan
//! began is not taken down at all, since another write in the same tick of the clock would leave no trace in its times. What was
//! found depends on the program, the catalog, the detectors and the user, too: one file holds what one such set found below one root.
//!
//! Of what is written through a mapping of a file into memory, the kernel notes the time when it gets round to it; a database that runs
//! and writes like that is seen as of its last note.

mod entry;
mod file;
mod folder;
mod identity;
mod local;
mod wire;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

use crate::detect::{Findings, Memory, Spent, Work};
use crate::source::{Seen, State, Tree};

use file::{Earlier, Fresh};

pub use folder::Folder;
pub use identity::Identity;
pub use local::is_local;

/// How long a file must have been left alone for its times to tell of every later write: FAT counts in steps of two seconds.
const MARGIN: Duration = Duration::from_secs(3);

/// The memory of one target.
#[derive(Debug)]
pub struct Cache {
    folder: Folder,
    identity: Identity,
    earlier: Earlier,
    fresh: Mutex<Fresh>,
    /// In nanoseconds since 1970: a file that changed later is not taken down.
    settled: i128,
    recalled: AtomicU64,
}

impl Cache {
    /// What `folder` has of the target that `identity` names; nothing, if there is no such file, or one that is damaged or of another
    /// program. To be opened before the target is looked at.
    #[must_use]
    pub fn open(folder: Folder, identity: Identity) -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let settled = i128::try_from(now.saturating_sub(MARGIN).as_nanos()).unwrap_or_default();
        let earlier = folder.read(&identity.file_name()).and_then(|bytes| Earlier::parse(bytes, &identity)).unwrap_or_default();
        Self { folder, identity, earlier, fresh: Mutex::default(), settled, recalled: AtomicU64::new(0) }
    }

    /// Keeps what this scan used or found, and forgets the rest.
    ///
    /// # Errors
    /// If the folder cannot be written; what was there is there still.
    pub fn save(&self) -> std::io::Result<()> {
        let fresh = self.fresh.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let name = self.identity.file_name();
        if fresh.is_empty() && self.earlier.is_all_used() {
            return self.folder.touch(&name);
        }
        self.folder.write(&name, |out| file::write(out, &self.identity, &self.earlier, &fresh))
    }

    /// How many pieces of work were remembered, and how many are new.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        let fresh = self.fresh.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        (self.recalled.load(Relaxed), fresh.len() as u64)
    }

    fn is_settled(&self, seen: &Seen) -> bool {
        match seen {
            Seen::At(_, State::File(stamp)) | Seen::Meant(_, _, State::File(stamp)) => stamp.changed < self.settled,
            _ => true,
        }
    }
}

impl Memory for Cache {
    fn recall(&self, work: &Work<'_>, tree: &dyn Tree) -> Option<(Findings, Spent)> {
        let (entry, index) = self.earlier.find(work)?;
        let walked = work.path.parent().unwrap_or(Path::new(""));
        let rest = entry.seen(work.path).all(|seen| seen.holds(tree, walked));
        let found = rest.then(|| wire::unpacked(entry.found())).flatten()?;
        self.earlier.mark_used(index);
        self.recalled.fetch_add(1, Relaxed);
        Some((found, entry.spent()))
    }

    fn keep(&self, work: &Work<'_>, seen: &[Seen], found: &Findings, spent: Spent) {
        if !seen.iter().all(|one| self.is_settled(one)) {
            return;
        }
        let Some(entry) = wire::packed(found).and_then(|found| entry::packed(work, seen, &found, spent)) else { return };
        self.fresh.lock().unwrap_or_else(std::sync::PoisonError::into_inner).add(&entry);
    }
}
