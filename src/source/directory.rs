//! A directory on disk as a tree. Opens for reading only, never a device, FIFO or socket, and never through a
//! link that leads out of the root.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use super::tree::follow;
use super::{Handle, OpenError, Stamp, State, Tree, normalise};

/// A directory on disk.
#[derive(Debug, Clone)]
pub struct DirectoryTree {
    root: PathBuf,
    absolute: bool,
}

impl DirectoryTree {
    /// The tree below `root`. With `absolute`, its paths are shown from `/`, as on a host; else relative to `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>, absolute: bool) -> Self {
        Self { root: root.into(), absolute }
    }

    /// The root on disk.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Stamp {
    /// The stamp of what the metadata speaks of.
    #[must_use]
    pub fn of(metadata: &std::fs::Metadata) -> Self {
        let nanoseconds = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.len(),
            modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

impl Tree for DirectoryTree {
    fn open(&self, path: &Path) -> Result<Handle, OpenError> {
        // NONBLOCK: a FIFO put in the place of a file between walk and open must not hang the scan.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let path = self.root.join(path);
        // Who neither owns a file nor is root is refused, and asks like everybody.
        let opened = match rustix::fs::open(&path, flags | OFlags::NOATIME, Mode::empty()) {
            Err(rustix::io::Errno::PERM) => rustix::fs::open(&path, flags, Mode::empty()),
            opened => opened,
        };
        let descriptor = opened.map_err(|error| match error {
            rustix::io::Errno::NOENT | rustix::io::Errno::NOTDIR => OpenError::Missing,
            rustix::io::Errno::LOOP | rustix::io::Errno::NXIO | rustix::io::Errno::NODEV => OpenError::NotRegular,
            other => OpenError::Io(io::Error::from(other)),
        })?;
        let file = File::from(descriptor);
        let metadata = file.metadata()?;
        if metadata.is_file() { Ok(Handle::File(file, metadata.len())) } else { Err(OpenError::NotRegular) }
    }

    fn open_following(&self, system_root: &Path, path: &Path) -> Result<Handle, OpenError> {
        let resolved = follow(self, system_root, path).ok_or(OpenError::NotRegular)?;
        self.open(&resolved)
    }

    fn exists(&self, system_root: &Path, path: &Path) -> bool {
        let Some(resolved) = follow(self, system_root, path) else { return false };
        std::fs::symlink_metadata(self.root.join(resolved)).is_ok_and(|metadata| metadata.is_file())
    }

    fn state(&self, path: &Path) -> Option<State> {
        match std::fs::symlink_metadata(self.root.join(path)) {
            Ok(metadata) if metadata.is_file() => Some(State::File(Stamp::of(&metadata))),
            Ok(_) => Some(State::Other),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Some(State::Missing),
            Err(_) => None,
        }
    }

    fn changed(&self, path: &Path) -> Option<i64> {
        std::fs::symlink_metadata(self.root.join(path)).ok().map(|metadata| metadata.ctime())
    }

    fn modified(&self, path: &Path) -> Option<i64> {
        std::fs::symlink_metadata(self.root.join(path)).ok().map(|metadata| metadata.mtime())
    }

    fn link(&self, path: &Path) -> Option<PathBuf> {
        std::fs::read_link(self.root.join(path)).ok()
    }

    fn show(&self, path: &Path) -> String {
        let path = normalise(path);
        if self.absolute { Path::new("/").join(path).to_string_lossy().into_owned() } else { path.to_string_lossy().into_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn tree() -> (tempfile::TempDir, DirectoryTree) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir_all(folder.path().join("chroot/etc")).expect("folders");
        std::fs::create_dir_all(folder.path().join("chroot/usr/lib")).expect("folders");
        std::fs::write(folder.path().join("chroot/usr/lib/os-release"), "ID=inside\n").expect("a file");
        std::fs::write(folder.path().join("secret"), "outside").expect("a file");
        let tree = DirectoryTree::new(folder.path(), false);
        (folder, tree)
    }

    #[test]
    fn an_absolute_link_is_followed_inside_the_system_root() {
        let (folder, tree) = tree();
        symlink("/usr/lib/os-release", folder.path().join("chroot/etc/os-release")).expect("a link");
        assert!(tree.open_following(Path::new("chroot"), Path::new("etc/os-release")).is_ok());
    }

    #[test]
    fn a_file_that_is_closed_to_this_user_exists_and_a_folder_does_not_count() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, tree) = tree();
        symlink("../../../secret", folder.path().join("chroot/etc/outside")).expect("a link");
        let closed = folder.path().join("chroot/etc/closed");
        std::fs::write(&closed, "x").expect("a file");
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).expect("no permissions");
        for (path, there) in [("etc/closed", true), ("etc", false), ("etc/none", false), ("etc/outside", false)] {
            assert_eq!(tree.exists(Path::new("chroot"), Path::new(path)), there, "{path}");
        }
    }

    #[test]
    fn no_link_leads_out_of_the_system_root() {
        let (folder, tree) = tree();
        symlink("../../secret", folder.path().join("chroot/etc/os-release")).expect("a link");
        assert!(matches!(tree.open_following(Path::new("chroot"), Path::new("etc/os-release")), Err(OpenError::Missing)));
    }

    #[test]
    fn a_link_loop_ends() {
        let (folder, tree) = tree();
        symlink("os-release", folder.path().join("chroot/etc/os-release")).expect("a link");
        assert!(tree.open_following(Path::new("chroot"), Path::new("etc/os-release")).is_err());
    }

    #[test]
    fn reading_leaves_no_access_time() {
        use std::io::Read as _;
        let (folder, tree) = tree();
        let path = folder.path().join("secret");
        let before = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        let times = std::fs::FileTimes::new().set_accessed(before);
        File::options().write(true).open(&path).expect("a file").set_times(times).expect("a time");
        let mut text = String::new();
        tree.open(Path::new("secret")).expect("a file").into_reader().read_to_string(&mut text).expect("its bytes");
        assert_eq!((text.as_str(), path.metadata().expect("a file").accessed().expect("a time")), ("outside", before));
    }

    #[test]
    fn a_fifo_is_refused_and_does_not_hang() {
        let (folder, tree) = tree();
        let path = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, Mode::RUSR, 0).expect("a FIFO");
        assert!(matches!(tree.open(Path::new("pipe")), Err(OpenError::NotRegular)));
    }

    #[test]
    fn a_folder_and_a_link_are_no_regular_files() {
        let (folder, tree) = tree();
        symlink("secret", folder.path().join("link")).expect("a link");
        for path in ["link", "chroot"] {
            assert!(matches!(tree.open(Path::new(path)), Err(OpenError::NotRegular)), "{path}");
        }
    }
}
