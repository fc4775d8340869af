//! One folder as the system lists it: names and kinds, no path made and nothing asked for each of them.

use std::ffi::OsStr;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

/// Bytes of a path below a folder that is held open, from where on the next one is held. The system looks up every name of a path
/// that it is given, so that without this a tree of depth n costs n² look-ups.
const REACH: usize = 256;

/// Bytes of the longest path that a file can be opened by, with the NUL at its end (`PATH_MAX` of Linux).
const PATH_MAX: usize = 4096;

const FLAGS: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// A folder that is held open, for those below it.
#[derive(Debug)]
pub(super) struct Anchor {
    folder: OwnedFd,
    /// Bytes of its path relative to the walk's root.
    length: usize,
}

impl Anchor {
    /// The root of a walk.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub(super) fn root(root: &Path) -> io::Result<Arc<Self>> {
        Ok(Arc::new(Self { folder: open_folder(CWD, root)?, length: 0 }))
    }

    /// What is left of `folder`, relative to the root, below this one.
    fn rest<'p>(&self, folder: &'p Path) -> &'p Path {
        let rest = folder.as_os_str().as_bytes().get(self.length..).unwrap_or_default();
        let rest = rest.strip_prefix(b"/").unwrap_or(rest);
        Path::new(OsStr::from_bytes(if rest.is_empty() { b"." } else { rest }))
    }
}

/// Opens a folder, never through a link at its end, and leaves its access time where that is allowed.
fn open_folder(from: impl std::os::fd::AsFd, path: &Path) -> rustix::io::Result<OwnedFd> {
    match rustix::fs::openat(&from, path, FLAGS | OFlags::NOATIME, Mode::empty()) {
        Err(Errno::PERM) => rustix::fs::openat(from, path, FLAGS, Mode::empty()),
        opened => opened,
    }
}

/// What a folder holds. It stays open, so that its files can be asked for by name alone.
pub(super) struct Listing {
    folder: Dir,
    /// All names, one after the other.
    names: Vec<u8>,
    /// Where each name ends, and what it is.
    entries: Vec<(usize, FileType)>,
}

impl Listing {
    /// Lists `folder`, a path relative to `root`, from `anchor` on; with the error that ended the list early, if one did.
    ///
    /// # Errors
    /// If it is gone, is no folder any more, may not be listed, or its path is longer than any that can be opened.
    pub(super) fn of(root: &Path, folder: &Path, anchor: &Anchor) -> io::Result<(Self, Option<io::Error>)> {
        if root.as_os_str().len() + folder.as_os_str().len() + 1 >= PATH_MAX {
            return Err(Errno::NAMETOOLONG.into());
        }
        let opened = open_folder(&anchor.folder, anchor.rest(folder))?;
        let mut listing = Self { folder: Dir::new(opened)?, names: Vec::new(), entries: Vec::new() };
        let error = listing.read().err();
        Ok((listing, error.map(io::Error::from)))
    }

    fn read(&mut self) -> rustix::io::Result<()> {
        while let Some(entry) = self.folder.read() {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if !matches!(name, b"." | b"..") {
                self.names.extend_from_slice(name);
                self.entries.push((self.names.len(), entry.file_type()));
            }
        }
        Ok(())
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Each name with what it is. A file system that does not say so in its lists is asked.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&OsStr, FileType)> {
        let mut start = 0;
        self.entries.iter().map(move |(end, kind)| {
            let name = OsStr::from_bytes(self.names.get(start..*end).unwrap_or_default());
            start = *end;
            let asked = || self.stat(name).map_or(FileType::Unknown, |stat| FileType::from_raw_mode(stat.st_mode));
            (name, if *kind == FileType::Unknown { asked() } else { *kind })
        })
    }

    /// What the system knows of the file `name`, no link followed; `None` if it went away since it was listed.
    pub(super) fn stat(&self, name: &OsStr) -> Option<Stat> {
        rustix::fs::statat(self.folder.fd().ok()?, name, AtFlags::SYMLINK_NOFOLLOW).ok()
    }

    /// From where the folders in `folder`, which this is a list of, are opened: from `anchor` as long as that is close, and where no
    /// more files can be held open.
    pub(super) fn anchor(&self, folder: &Path, anchor: &Arc<Anchor>) -> Arc<Anchor> {
        let length = folder.as_os_str().len();
        if length - anchor.length <= REACH {
            return anchor.clone();
        }
        let held = self.folder.fd().and_then(|open| rustix::io::fcntl_dupfd_cloexec(open, 0));
        held.map_or_else(|_| anchor.clone(), |folder| Arc::new(Anchor { folder, length }))
    }
}
