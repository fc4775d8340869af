//! A directory on disk as a tree. Opens for reading only, never a device, FIFO or socket, and never through a
//! link that leads out of the root.

use std::fs::{File, Metadata};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::confined::Confined;
use super::tree::follow;
use super::{Handle, OpenError, Stamp, State, Tree, normalise};

/// NONBLOCK: a FIFO put in the place of a file between walk and open must not hang the scan.
const FLAGS: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::CLOEXEC).union(OFlags::NOCTTY);

/// A directory on disk.
#[derive(Debug, Clone)]
pub struct DirectoryTree {
    root: PathBuf,
    absolute: bool,
    /// The root held open, if that was asked for and the kernel can look up below it.
    confined: Option<Confined>,
}

impl DirectoryTree {
    /// The tree below `root`. With `absolute`, its paths are shown from `/`, as on a host; else relative to `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>, absolute: bool) -> Self {
        Self { root: root.into(), absolute, confined: None }
    }

    /// The same tree with its root held open, where the kernel follows links inside a root: at once, while else each name of a path
    /// is asked for, and with no moment in which somebody could put another link there. Costs a file descriptor.
    #[must_use]
    pub fn confined(self) -> Self {
        Self { confined: Confined::new(&self.root), ..self }
    }

    /// What `ask` says of `system_root`; `None` if the kernel cannot tell.
    fn ask<T>(&self, system_root: &Path, ask: impl FnOnce(&Confined) -> rustix::io::Result<T>) -> Option<Result<T, OpenError>> {
        let root = self.confined.as_ref()?.below(system_root)?;
        match ask(&root) {
            // Folders moved while it looked: then the names are asked for one by one.
            Err(Errno::AGAIN) => None,
            answer => Some(answer.map_err(refused)),
        }
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
    pub fn of(metadata: &Metadata) -> Self {
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

/// Why a file was not opened.
fn refused(error: Errno) -> OpenError {
    match error {
        Errno::NOENT | Errno::NOTDIR => OpenError::Missing,
        Errno::LOOP | Errno::NXIO | Errno::NODEV => OpenError::NotRegular,
        other => OpenError::Io(io::Error::from(other)),
    }
}

/// Opens so that the access time stays. Who neither owns a file nor is root is refused that, and asks like everybody.
fn leaving_access_time(open: impl Fn(OFlags) -> rustix::io::Result<OwnedFd>) -> rustix::io::Result<OwnedFd> {
    match open(FLAGS | OFlags::NOATIME) {
        Err(Errno::PERM) => open(FLAGS),
        opened => opened,
    }
}

/// What was opened, if it is a regular file.
fn regular(descriptor: OwnedFd) -> Result<Handle, OpenError> {
    let file = File::from(descriptor);
    let metadata = file.metadata()?;
    if metadata.is_file() { Ok(Handle::File(file, metadata.len())) } else { Err(OpenError::NotRegular) }
}

/// The state that metadata tell.
fn state(metadata: &Metadata) -> State {
    if metadata.is_file() { State::File(Stamp::of(metadata)) } else { State::Other }
}

impl Tree for DirectoryTree {
    fn open(&self, path: &Path) -> Result<Handle, OpenError> {
        let opened = self.ask(Path::new(""), |root| leaving_access_time(|flags| root.open(path, flags | OFlags::NOFOLLOW)));
        let opened = opened.unwrap_or_else(|| {
            let path = self.root.join(path);
            leaving_access_time(|flags| rustix::fs::open(&path, flags | OFlags::NOFOLLOW, Mode::empty())).map_err(refused)
        });
        regular(opened?)
    }

    fn open_following(&self, system_root: &Path, path: &Path) -> Result<Handle, OpenError> {
        let opened = self.ask(system_root, |root| {
            // Opening a device can do something, as rewind a tape: what stands there is asked first.
            let is_file = root.metadata(path)?.is_file();
            if is_file { leaving_access_time(|flags| root.open(path, flags)) } else { Err(Errno::NODEV) }
        });
        match opened {
            Some(opened) => regular(opened?),
            None => self.open(&follow(self, system_root, path).ok_or(OpenError::NotRegular)?),
        }
    }

    fn exists(&self, system_root: &Path, path: &Path) -> bool {
        matches!(self.state_following(system_root, path), Some(State::File(_)))
    }

    fn state(&self, path: &Path) -> Option<State> {
        match std::fs::symlink_metadata(self.root.join(path)) {
            Ok(metadata) => Some(state(&metadata)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Some(State::Missing),
            Err(_) => None,
        }
    }

    fn state_following(&self, system_root: &Path, path: &Path) -> Option<State> {
        match self.ask(system_root, |root| root.metadata(path)) {
            None => follow(self, system_root, path).map_or(Some(State::Other), |resolved| self.state(&resolved)),
            Some(Ok(metadata)) => Some(state(&metadata)),
            Some(Err(OpenError::Missing)) => Some(State::Missing),
            Some(Err(OpenError::NotRegular)) => Some(State::Other),
            Some(Err(_)) => None,
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

    /// A folder as both kinds of tree: links followed by the kernel, and name by name as on an older one.
    fn trees() -> (tempfile::TempDir, [DirectoryTree; 2]) {
        let (folder, tree) = tree();
        let confined = tree.clone().confined();
        assert!(confined.confined.is_some(), "a kernel older than 5.6 does not test this");
        (folder, [tree, confined])
    }

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
        let (folder, trees) = trees();
        symlink("/usr/lib/os-release", folder.path().join("chroot/etc/os-release")).expect("a link");
        for tree in trees {
            assert!(tree.open_following(Path::new("chroot"), Path::new("etc/os-release")).is_ok(), "{tree:?}");
        }
    }

    #[test]
    fn a_file_that_is_closed_to_this_user_exists_and_a_folder_does_not_count() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, trees) = trees();
        symlink("../../../secret", folder.path().join("chroot/etc/outside")).expect("a link");
        let closed = folder.path().join("chroot/etc/closed");
        std::fs::write(&closed, "x").expect("a file");
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).expect("no permissions");
        for (path, there) in [("etc/closed", true), ("etc", false), ("etc/none", false), ("etc/outside", false)] {
            for tree in &trees {
                assert_eq!(tree.exists(Path::new("chroot"), Path::new(path)), there, "{path}: {tree:?}");
            }
        }
    }

    #[test]
    fn no_link_leads_out_of_the_system_root() {
        let (folder, trees) = trees();
        symlink("../../secret", folder.path().join("chroot/etc/os-release")).expect("a link");
        symlink("../..", folder.path().join("chroot/up")).expect("a link");
        symlink("chroot", folder.path().join("beside")).expect("a link");
        for tree in trees {
            for path in ["etc/os-release", "up/secret", "up/chroot/usr/lib/os-release"] {
                let opened = tree.open_following(Path::new("chroot"), Path::new(path));
                assert!(matches!(opened, Err(OpenError::Missing)), "{path}: {tree:?}");
            }
            assert!(tree.open_following(Path::new(""), Path::new("beside/up/secret")).is_ok(), "{tree:?}");
        }
    }

    #[test]
    fn a_link_loop_ends() {
        let (folder, trees) = trees();
        symlink("os-release", folder.path().join("chroot/etc/os-release")).expect("a link");
        for tree in trees {
            let opened = tree.open_following(Path::new("chroot"), Path::new("etc/os-release"));
            assert!(matches!(opened, Err(OpenError::NotRegular)), "{tree:?}");
        }
    }

    #[test]
    fn reading_leaves_no_access_time() {
        use std::io::Read as _;
        let (folder, trees) = trees();
        let path = folder.path().join("secret");
        let before = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        let times = std::fs::FileTimes::new().set_accessed(before);
        File::options().write(true).open(&path).expect("a file").set_times(times).expect("a time");
        for tree in trees {
            let opened = [tree.open(Path::new("secret")), tree.open_following(Path::new(""), Path::new("secret"))];
            for file in opened {
                let mut text = String::new();
                file.expect("a file").into_reader().read_to_string(&mut text).expect("its bytes");
                assert_eq!((text.as_str(), path.metadata().expect("a file").accessed().expect("a time")), ("outside", before));
            }
        }
    }

    #[test]
    fn a_fifo_is_refused_and_does_not_hang() {
        let (folder, trees) = trees();
        let path = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, Mode::RUSR, 0).expect("a FIFO");
        symlink("/dev/null", folder.path().join("device")).expect("a link");
        for tree in trees {
            assert!(matches!(tree.open(Path::new("pipe")), Err(OpenError::NotRegular)), "{tree:?}");
            assert!(matches!(tree.open_following(Path::new(""), Path::new("pipe")), Err(OpenError::NotRegular)), "{tree:?}");
            assert!(tree.open_following(Path::new(""), Path::new("device")).is_err(), "{tree:?}");
        }
    }

    #[test]
    fn a_folder_and_a_link_are_no_regular_files() {
        let (folder, trees) = trees();
        symlink("secret", folder.path().join("link")).expect("a link");
        for path in ["link", "chroot"] {
            for tree in &trees {
                assert!(matches!(tree.open(Path::new(path)), Err(OpenError::NotRegular)), "{path}: {tree:?}");
            }
        }
    }
}
