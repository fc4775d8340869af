//! One entry: a piece of work, what it asked, what it counted and what it found.

use std::hash::{BuildHasher, Hash, Hasher};
use std::path::Path;

use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};

use crate::detect::{Spent, Work};
use crate::source::{Seen, Stamp, State};

use super::wire::{bytes, path};

/// An entry as it lies in a file.
#[derive(Serialize, Deserialize)]
pub(super) struct Entry<'a> {
    path: &'a [u8],
    readers: Vec<u16>,
    owned: bool,
    program: bool,
    spent: [u64; 5],
    #[serde(borrow)]
    seen: Vec<WireSeen<'a>>,
    found: &'a [u8],
}

/// A path as what it shares with the candidate's, in bytes, and the rest.
#[derive(Serialize, Deserialize)]
struct WirePath<'a> {
    shared: u32,
    rest: &'a [u8],
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum WireState {
    File { device: u64, inode: u64, size: u64, modified: i128, changed: i128 },
    Missing,
    Other,
}

#[derive(Serialize, Deserialize)]
enum WireSeen<'a> {
    At(#[serde(borrow)] WirePath<'a>, WireState),
    Meant(&'a [u8], WirePath<'a>, WireState),
    There(&'a [u8], WirePath<'a>, bool),
    Link(WirePath<'a>, Option<&'a [u8]>),
    Changed(WirePath<'a>, Option<i64>),
    Modified(WirePath<'a>, Option<i64>),
}

impl From<State> for WireState {
    fn from(state: State) -> Self {
        match state {
            State::File(Stamp { device, inode, size, modified, changed }) => {
                Self::File { device, inode, size, modified, changed }
            }
            State::Missing => Self::Missing,
            State::Other => Self::Other,
        }
    }
}

impl From<WireState> for State {
    fn from(wire: WireState) -> Self {
        match wire {
            WireState::File { device, inode, size, modified, changed } => {
                Self::File(Stamp { device, inode, size, modified, changed })
            }
            WireState::Missing => Self::Missing,
            WireState::Other => Self::Other,
        }
    }
}

impl<'a> WirePath<'a> {
    fn of(candidate: &[u8], path: &'a Path) -> Self {
        let path = bytes(path);
        let shared = candidate.iter().zip(path).take_while(|(one, other)| one == other).count();
        // Half a gigabyte of path is none.
        let shared = u32::try_from(shared).unwrap_or(0);
        Self { shared, rest: path.get(shared as usize..).unwrap_or_default() }
    }

    fn restored(&self, candidate: &[u8]) -> std::path::PathBuf {
        let shared = candidate.get(..self.shared as usize).unwrap_or_default();
        path(&[shared, self.rest].concat())
    }
}

impl<'a> WireSeen<'a> {
    fn of(candidate: &[u8], seen: &'a Seen) -> Self {
        let short = |path: &'a Path| WirePath::of(candidate, path);
        match seen {
            Seen::At(path, state) => Self::At(short(path), (*state).into()),
            Seen::Meant(root, path, state) => Self::Meant(bytes(root), short(path), (*state).into()),
            Seen::There(root, path, there) => Self::There(bytes(root), short(path), *there),
            Seen::Link(path, target) => Self::Link(short(path), target.as_deref().map(bytes)),
            Seen::Changed(path, seconds) => Self::Changed(short(path), *seconds),
            Seen::Modified(path, seconds) => Self::Modified(short(path), *seconds),
        }
    }

    fn restored(&self, candidate: &[u8]) -> Seen {
        match self {
            Self::At(at, state) => Seen::At(at.restored(candidate), (*state).into()),
            Self::Meant(root, at, state) => Seen::Meant(path(root), at.restored(candidate), (*state).into()),
            Self::There(root, at, there) => Seen::There(path(root), at.restored(candidate), *there),
            Self::Link(at, target) => Seen::Link(at.restored(candidate), target.map(path)),
            Self::Changed(at, seconds) => Seen::Changed(at.restored(candidate), *seconds),
            Self::Modified(at, seconds) => Seen::Modified(at.restored(candidate), *seconds),
        }
    }
}

impl<'a> Entry<'a> {
    /// The entry in `bytes`.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    /// Whether it is of this piece of work, and not of one whose number is the same by chance.
    pub(super) fn is_of(&self, work: &Work<'_>) -> bool {
        let same = self.path == bytes(work.path) && self.readers == work.readers;
        same && self.owned == work.owned && self.program == work.program
    }

    /// What the work of `candidate` asked.
    pub(super) fn seen(&self, candidate: &Path) -> impl Iterator<Item = Seen> {
        self.seen.iter().map(|seen| seen.restored(bytes(candidate)))
    }

    /// The bytes of what it found.
    pub(super) fn found(&self) -> &'a [u8] {
        self.found
    }

    /// What it counted.
    pub(super) fn spent(&self) -> Spent {
        let [directories, files, opened, bytes_read, packages] = self.spent;
        Spent { directories, files, opened, bytes_read, packages }
    }
}

/// The number under which a piece of work is looked up, and the bytes of its entry.
pub(super) fn packed(work: &Work<'_>, seen: &[Seen], found: &[u8], spent: Spent) -> Option<(u64, Vec<u8>)> {
    let Spent { directories, files, opened, bytes_read, packages } = spent;
    let candidate = bytes(work.path);
    let entry = Entry {
        path: candidate,
        readers: work.readers.to_vec(),
        owned: work.owned,
        program: work.program,
        spent: [directories, files, opened, bytes_read, packages],
        seen: seen.iter().map(|one| WireSeen::of(candidate, one)).collect(),
        found,
    };
    Some((number(work), postcard::to_stdvec(&entry).ok()?))
}

/// The number under which a piece of work is looked up.
pub(super) fn number(work: &Work<'_>) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    bytes(work.path).hash(&mut hasher);
    (work.readers, work.owned, work.program).hash(&mut hasher);
    hasher.finish()
}
