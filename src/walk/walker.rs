//! The parallel walk: one task a folder.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};

use rayon::Scope;
use rustix::fs::{FileType, Stat};

use crate::problem::{Code, Problem};
use crate::progress::Counters;

use super::listing::{Anchor, Listing};
use super::mounts::Crossing;
use super::names::{Hint, hint};
use super::storage::{engine_of, is_snapshots};
use super::{Excludes, MountTable};

/// Folders with more entries than this are no engine's storage; its own folder holds a dozen.
const STORAGE_MAX_ENTRIES: usize = 64;

/// Why a file is worth a second look.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interest {
    /// These detectors claimed it by name, ascending.
    Claimed(Vec<u16>),
    /// Nobody claimed it; it has an executable bit or the name of a shared library.
    Executable,
}

/// A file, or a folder that somebody claimed, worth a second look.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Path relative to the root.
    pub path: PathBuf,
    /// Why.
    pub interest: Interest,
}

/// Who wants the files of one folder: from a base name to the detectors' numbers, ascending.
pub type FolderSieve<'s> = Box<dyn Fn(&OsStr) -> Vec<u16> + 's>;

/// Says who wants a file, by name alone.
pub trait Sieve: Sync {
    /// What holds in `folder`. Called once a folder.
    fn folder<'s>(&'s self, folder: &'s Path) -> FolderSieve<'s>;

    /// What holds for the folders in `folder`; `None`, as nearly everywhere, if nobody wants any.
    fn folders<'s>(&'s self, _folder: &'s Path) -> Option<FolderSieve<'s>> {
        None
    }
}

/// Where a walk stops.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Paths that are not walked.
    pub excludes: Excludes,
    /// Whether no mount point is crossed.
    pub one_file_system: bool,
    /// The mounts of the running system.
    pub mounts: MountTable,
    /// The program's own folder, below the root: no part of any result, whether it is there or not.
    pub own_folder: Option<PathBuf>,
}

/// What a walk found. Sorted.
#[derive(Debug, Default)]
pub struct Walked {
    /// Files worth a second look.
    pub candidates: Vec<Candidate>,
    /// Folders that could not be listed, mounts that were skipped.
    pub problems: Vec<Problem>,
    /// Files and folders passed over, by reason.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Mounts that were not entered: path as shown and file-system type.
    pub mounts_skipped: Vec<(String, String)>,
    /// Folders that hold images and containers, relative to the root, with the engine that they are of; not walked.
    pub storages: Vec<(PathBuf, &'static str)>,
}

impl Walked {
    fn absorb(&mut self, other: Self) {
        self.candidates.extend(other.candidates);
        self.problems.extend(other.problems);
        self.mounts_skipped.extend(other.mounts_skipped);
        self.storages.extend(other.storages);
        for (reason, count) in other.skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
    }

    pub(super) fn skip(&mut self, reason: &'static str) {
        *self.skipped.entry(reason).or_default() += 1;
    }
}

struct Walk<'w> {
    root: &'w Path,
    show: &'w (dyn Fn(&Path) -> String + Sync),
    sieve: &'w dyn Sieve,
    limits: &'w Limits,
    counters: &'w Counters,
    result: Mutex<Walked>,
}

/// Walks `root` (absolute, canonical) and gives the files that `sieve` wants and the executables; `show` names a relative path to
/// the user. The result does not depend on the number of threads.
#[must_use]
pub fn walk(
    root: &Path,
    show: &(dyn Fn(&Path) -> String + Sync),
    sieve: &dyn Sieve,
    limits: &Limits,
    counters: &Counters,
) -> Walked {
    let walk = Walk { root, show, sieve, limits, counters, result: Mutex::default() };
    match Anchor::root(root) {
        Ok(anchor) => rayon::scope(|scope| walk.visit(scope, Path::new(""), &anchor)),
        Err(error) => walk.finish(Walked { problems: vec![walk.unlistable(Path::new(""), &error)], ..Walked::default() }),
    }
    let mut result = walk.result.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    result.candidates.sort_unstable();
    result.problems.sort_unstable();
    result.mounts_skipped.sort_unstable();
    result.storages.sort_unstable();
    result
}

impl<'w> Walk<'w> {
    /// Lists one folder and spawns a task for each folder in it. Not recursive, so depth costs no stack.
    fn visit<'s>(&'s self, scope: &Scope<'s>, folder: &Path, anchor: &Arc<Anchor>)
    where
        'w: 's,
    {
        if self.counters.is_stopped() {
            return;
        }
        let mut found = Walked::default();
        self.counters.directories.fetch_add(1, Relaxed);
        self.counters.at(folder);
        match Listing::of(self.root, folder, anchor) {
            Ok((listing, error)) => {
                found.problems.extend(error.map(|error| self.unlistable(folder, &error)));
                self.sift(scope, folder, &listing, anchor, &mut found);
            }
            Err(error) => found.problems.push(self.unlistable(folder, &error)),
        }
        self.finish(found);
    }

    /// Asks of each name in a folder who wants it, and spawns a task for each folder.
    fn sift<'s>(&'s self, scope: &Scope<'s>, folder: &Path, listing: &Listing, anchor: &Arc<Anchor>, found: &mut Walked)
    where
        'w: 's,
    {
        if let Some(engine) = storage(&self.root.join(folder), listing) {
            found.storages.push((folder.to_owned(), engine));
            return;
        }
        let anchor = listing.anchor(folder, anchor);
        let wanted = self.sieve.folder(folder);
        let wanted_folders = self.sieve.folders(folder);
        let mut files = 0;
        for (name, kind) in listing.entries() {
            // A path is made only where it is needed: most files end at their name.
            let path = || folder.join(name);
            if !self.limits.excludes.is_empty() && self.limits.excludes.cover(&path()) {
                found.skip("excluded");
            } else if kind == FileType::Directory {
                let path = path();
                if self.limits.own_folder.as_ref().is_some_and(|own| own.as_os_str() == path.as_os_str()) {
                    continue;
                }
                let claimants = wanted_folders.as_ref().map(|wanted| wanted(name)).filter(|found| !found.is_empty());
                found
                    .candidates
                    .extend(claimants.map(|found| Candidate { path: path.clone(), interest: Interest::Claimed(found) }));
                if self.enters(&path, name, found) {
                    let anchor = anchor.clone();
                    scope.spawn(move |scope| self.visit(scope, &path, &anchor));
                }
            } else if kind == FileType::RegularFile {
                files += 1;
                let interest = interest(name, &wanted, || listing.stat(name).is_some_and(|stat| is_executable(&stat)));
                found.candidates.extend(interest.map(|interest| Candidate { path: path(), interest }));
            } else if !matches!(kind, FileType::Symlink | FileType::Unknown) {
                found.skip("device, FIFO or socket");
                if !wanted(name).is_empty() && !is_whiteout(listing, name, kind) {
                    found.problems.push(special((self.show)(&path())));
                }
            }
        }
        self.counters.files.fetch_add(files, Relaxed);
    }

    fn unlistable(&self, folder: &Path, error: &std::io::Error) -> Problem {
        // Something else in its place says as much: the folder is gone.
        let gone = matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory);
        let code = if gone { Code::Vanished } else { Code::Unreadable };
        Problem::new(code, (self.show)(folder), format!("cannot list folder: {error}"))
    }

    fn enters(&self, path: &Path, name: &OsStr, found: &mut Walked) -> bool {
        if name.to_str().is_some_and(is_snapshots) {
            found.skip("file-system snapshots");
            return false;
        }
        let absolute = self.root.join(path);
        match self.limits.mounts.crossing(&absolute) {
            Crossing::Enter if self.limits.one_file_system && self.limits.mounts.is_point(&absolute) => {
                found.mounts_skipped.push(((self.show)(path), "other file system".to_owned()));
                false
            }
            Crossing::Enter => true,
            Crossing::Foreign(kind) => {
                found.mounts_skipped.push(((self.show)(path), kind.clone()));
                false
            }
            Crossing::Elsewhere(_) => {
                found.skip("mounted twice");
                false
            }
        }
    }

    fn finish(&self, found: Walked) {
        self.result.lock().unwrap_or_else(std::sync::PoisonError::into_inner).absorb(found);
    }
}

/// The container engine whose own folder this is.
fn storage(folder: &Path, listing: &Listing) -> Option<&'static str> {
    if listing.len() > STORAGE_MAX_ENTRIES {
        return None;
    }
    let names: Vec<&str> = listing.entries().filter_map(|(name, _)| name.to_str()).collect();
    engine_of(folder, &names)
}

/// The cheap question first: the name, then, only where the name leaves it open, the mode bits.
pub(super) fn interest(
    name: &OsStr,
    wanted: &dyn Fn(&OsStr) -> Vec<u16>,
    is_executable: impl FnOnce() -> bool,
) -> Option<Interest> {
    let claimants = wanted(name);
    if !claimants.is_empty() {
        return Some(Interest::Claimed(claimants));
    }
    let executable = match hint(name) {
        Hint::Data => false,
        Hint::Library => true,
        Hint::Unknown => is_executable(),
    };
    executable.then_some(Interest::Executable)
}

/// Somebody wants a file of this name, and another thing stands there.
pub(super) fn special(shown: String) -> Problem {
    Problem::new(Code::NotRegular, shown, "not a regular file, hence not opened")
}

/// Whether an overlay says by a device that a lower layer's file is gone.
fn is_whiteout(listing: &Listing, name: &OsStr, kind: FileType) -> bool {
    kind == FileType::CharacterDevice && listing.stat(name).is_some_and(|stat| stat.st_rdev == 0)
}

/// Whether a file has an executable bit and is not empty.
fn is_executable(stat: &Stat) -> bool {
    stat.st_mode & 0o111 != 0 && stat.st_size > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    struct ByName(&'static str);

    impl Sieve for ByName {
        fn folder<'s>(&'s self, _: &'s Path) -> FolderSieve<'s> {
            Box::new(|name| if name == self.0 { vec![0] } else { Vec::new() })
        }
        fn folders<'s>(&'s self, folder: &'s Path) -> Option<FolderSieve<'s>> {
            folder.ends_with("store").then(|| -> FolderSieve<'s> { Box::new(|_| vec![0]) })
        }
    }

    fn write(root: &Path, path: &str, mode: u32) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(&path, "x").expect("a file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    }

    fn run(root: &Path, limits: &Limits) -> Walked {
        walk(root, &|path| path.to_string_lossy().into_owned(), &ByName("wanted"), limits, &Counters::default())
    }

    fn paths(walked: &Walked) -> Vec<&str> {
        walked.candidates.iter().filter_map(|candidate| candidate.path.to_str()).collect()
    }

    #[test]
    fn claimed_files_executables_and_libraries_are_found_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, mode) in [
            ("a/wanted", 0o644),
            ("a/tool", 0o755),
            ("a/libx.so.1", 0o644),
            ("a/plain", 0o644),
            ("a/b/c/wanted", 0o600),
            ("a/pic.png", 0o755),
        ] {
            write(folder.path(), path, mode);
        }
        assert_eq!(paths(&run(folder.path(), &Limits::default())), ["a/b/c/wanted", "a/libx.so.1", "a/tool", "a/wanted"]);
    }

    #[test]
    fn a_claimed_folder_is_a_candidate_and_is_walked() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in ["store/one/plain", "store/two/wanted", "other/one/plain"] {
            write(folder.path(), path, 0o644);
        }
        assert_eq!(paths(&run(folder.path(), &Limits::default())), ["store/one", "store/two", "store/two/wanted"]);
    }

    #[test]
    fn links_are_not_followed_even_in_a_loop() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "real/wanted", 0o644);
        symlink("..", folder.path().join("real/up")).expect("a link");
        symlink("real", folder.path().join("alias")).expect("a link");
        symlink("real/wanted", folder.path().join("wanted")).expect("a link");
        assert_eq!(paths(&run(folder.path(), &Limits::default())), ["real/wanted"]);
    }

    #[test]
    fn excluded_folders_and_container_storage_are_not_walked_but_named() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "skip/wanted", 0o644);
        for path in ["docker/image/x", "docker/containers/y", "docker/overlay2/l/usr/wanted"] {
            write(folder.path(), path, 0o644);
        }
        let excludes = Excludes::new(&["skip".to_owned()]).expect("a pattern");
        let walked = run(folder.path(), &Limits { excludes, ..Limits::default() });
        assert_eq!(paths(&walked), Vec::<&str>::new());
        assert_eq!(walked.skipped, [("excluded", 1)].into());
        assert_eq!(walked.storages, [(PathBuf::from("docker"), "docker")]);
        assert_eq!(run(&folder.path().join("docker"), &Limits::default()).storages, [(PathBuf::new(), "docker")]);
    }

    #[test]
    fn a_walk_leaves_no_access_time() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "a/wanted", 0o644);
        let before = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        let times = std::fs::FileTimes::new().set_accessed(before);
        let inner = folder.path().join("a");
        std::fs::File::open(&inner).expect("a folder").set_times(times).expect("a time");
        assert_eq!(paths(&run(folder.path(), &Limits::default())), ["a/wanted"]);
        assert_eq!(inner.metadata().expect("a folder").accessed().expect("a time"), before);
    }

    #[test]
    fn a_deep_tree_costs_no_stack() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = "d/".repeat(1500);
        write(folder.path(), &format!("{deep}wanted"), 0o644);
        assert_eq!(run(folder.path(), &Limits::default()).candidates.len(), 1);
    }

    #[test]
    fn one_thread_and_eight_find_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        for index in 0..200 {
            write(folder.path(), &format!("{}/{}/wanted", index % 7, index), 0o644);
        }
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| run(folder.path(), &Limits::default()).candidates)
        };
        assert_eq!(with(1), with(8));
    }
}
