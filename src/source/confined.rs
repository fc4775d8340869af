//! A folder as the root of whatever is looked up below it, by the kernel itself: an absolute link starts there, `..` ends there, and
//! nobody can put a link into the way between two questions (`RESOLVE_IN_ROOT` of openat2(2), since Linux 5.6).

use std::fs::{File, Metadata};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

/// A folder that is held open.
#[derive(Debug, Clone)]
pub(super) struct Confined(Arc<OwnedFd>);

impl Confined {
    /// `root` as such; `None` where the kernel is older or a sandbox forbids the call.
    pub(super) fn new(root: &Path) -> Option<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let confined = Self(Arc::new(rustix::fs::open(root, flags, Mode::empty()).ok()?));
        confined.metadata(Path::new("")).is_ok().then_some(confined)
    }

    /// A folder below it as a root of its own.
    pub(super) fn below(&self, folder: &Path) -> Option<Self> {
        if folder.as_os_str().is_empty() {
            return Some(self.clone());
        }
        self.open(folder, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC).ok().map(|folder| Self(Arc::new(folder)))
    }

    /// Opens what `path` means.
    pub(super) fn open(&self, path: &Path, flags: OFlags) -> rustix::io::Result<OwnedFd> {
        open_in_root(self.0.as_fd(), if path.as_os_str().is_empty() { Path::new(".") } else { path }, flags)
    }

    /// What stands where `path` leads; it is not opened for reading, so that it may be closed to this user, or a device.
    pub(super) fn metadata(&self, path: &Path) -> rustix::io::Result<Metadata> {
        let found = File::from(self.open(path, OFlags::PATH | OFlags::CLOEXEC)?);
        found.metadata().map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
    }
}

#[cfg(target_os = "linux")]
fn open_in_root(root: impl AsFd, path: &Path, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    use rustix::fs::ResolveFlags;
    rustix::fs::openat2(root, path, flags, Mode::empty(), ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS)
}

#[cfg(not(target_os = "linux"))]
fn open_in_root(_: impl AsFd, _: &Path, _: OFlags) -> rustix::io::Result<OwnedFd> {
    Err(Errno::NOSYS)
}
