//! The folder that holds the files: its user's own and closed to everybody else, or not used. A file is written under a name that nobody can
//! guess and then renamed, so that whoever reads at the same time sees a whole one, the old or the new.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, BufWriter, Read as _, Write};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{Mode, OFlags};

use super::file::LARGEST;

/// How a file ends.
const SUFFIX: &str = ".scan";
/// How one begins that is not finished.
const UNFINISHED: &str = ".unfinished-";
/// Most targets that are remembered; the ones looked at last stay.
const TARGETS: usize = 32;
/// Most bytes of all of them.
const TOTAL: u64 = 256 << 20;
/// When something unfinished was left by a scan that is no more.
const ABANDONED: Duration = Duration::from_hours(24);

/// A folder that is safe to read from.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at `path`, made if it is not there.
    ///
    /// # Errors
    /// In words, if it cannot be made, is somebody else's, or others may write to it: what they put there would be believed.
    pub fn open(path: &Path) -> Result<Self, String> {
        let fault = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        if fs::symlink_metadata(path).is_err() {
            DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| fault(&error))?;
        }
        let metadata = fs::symlink_metadata(path).map_err(|error| fault(&error))?;
        if !metadata.is_dir() {
            return Err(fault(&"no folder"));
        }
        if is_mine_alone(&metadata) { Ok(Self(path.to_owned())) } else { Err(fault(&"others can write to it")) }
    }

    /// The content of the file `name`, if it is a regular one of this user that nobody else can write.
    pub(super) fn read(&self, name: &str) -> Option<Vec<u8>> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::open(self.0.join(name), flags, Mode::empty()).ok()?);
        let metadata = file.metadata().ok()?;
        let largest = LARGEST as u64 + 1024;
        if !metadata.is_file() || !is_mine_alone(&metadata) || metadata.len() > largest {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).ok()?);
        file.take(largest).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Puts what `write` writes in the place of the file `name`, and removes what is too much.
    pub(super) fn write(&self, name: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut builder = tempfile::Builder::new();
        let mut file = builder.prefix(UNFINISHED).permissions(Permissions::from_mode(0o600)).tempfile_in(&self.0)?;
        {
            let mut out = BufWriter::with_capacity(1 << 18, file.as_file_mut());
            write(&mut out)?;
            out.flush()?;
        }
        file.persist(self.0.join(name)).map_err(|error| error.error)?;
        self.prune();
        Ok(())
    }

    /// Notes that the file `name` was of use.
    pub(super) fn touch(&self, name: &str) -> io::Result<()> {
        File::options().append(true).open(self.0.join(name))?.set_modified(SystemTime::now())
    }

    /// Removes files of the targets looked at longest ago, and what was left unfinished. Another scan may do the same, or read one of
    /// them: it has it open.
    fn prune(&self) {
        let Ok(entries) = fs::read_dir(&self.0) else { return };
        let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(metadata) = entry.metadata() else { continue };
            let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            let abandoned = modified.elapsed().is_ok_and(|age| age > ABANDONED);
            if name.ends_with(SUFFIX) {
                files.push((modified, metadata.len(), entry.path()));
            } else if name.starts_with(UNFINISHED) && abandoned {
                let _ = fs::remove_file(entry.path());
            }
        }
        files.sort_by(|one, other| other.cmp(one));
        let mut total = 0;
        for (place, (_, len, path)) in files.iter().enumerate() {
            total += len;
            if place > 0 && (place >= TARGETS || total > TOTAL) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Whether it is this user's, and no other can write to it.
fn is_mine_alone(metadata: &fs::Metadata) -> bool {
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("a folder")
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn aged(path: &Path, seconds: u64) {
        let file = File::options().append(true).open(path).expect("a file");
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).expect("a time");
    }

    #[test]
    fn the_targets_looked_at_longest_ago_and_what_was_left_behind_go() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(&place.path().join("new")).expect("a folder");
        for (index, seconds) in (0..TARGETS + 5).zip((10..).step_by(10)) {
            let name = format!("{index:02}{SUFFIX}");
            fs::write(folder.0.join(&name), "x").expect("a file");
            aged(&folder.0.join(name), seconds);
        }
        for (name, seconds) in [(".unfinished-old", 2 * 24 * 3600), (".unfinished-new", 1), ("mine.txt", 2 * 24 * 3600)] {
            fs::write(folder.0.join(name), "x").expect("a file");
            aged(&folder.0.join(name), seconds);
        }
        folder.touch(&format!("{:02}{SUFFIX}", TARGETS + 2)).expect("touched");
        folder.write("now.scan", |out| out.write_all(b"x")).expect("written");
        let left = files(&folder.0);
        assert_eq!(left.iter().filter(|name| name.ends_with(SUFFIX)).count(), TARGETS, "{left:?}");
        for (name, stays) in [
            (".unfinished-old", false),
            (".unfinished-new", true),
            ("mine.txt", true),
            ("now.scan", true),
            ("00.scan", true),
            ("34.scan", true),
            ("36.scan", false),
        ] {
            assert_eq!(left.contains(&name.to_owned()), stays, "{name} in {left:?}");
        }
    }

    #[test]
    fn a_write_that_fails_leaves_what_was_there() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(&place.path().join("a/b")).expect("folders");
        folder.write("x.scan", |out| out.write_all(b"old")).expect("written");
        folder.write("x.scan", |out| out.write_all(b"new").and(Err(io::Error::other("full")))).expect_err("a fault");
        assert_eq!((folder.read("x.scan"), files(&folder.0)), (Some(b"old".to_vec()), vec!["x.scan".to_owned()]));
        let mode = |path: &Path| fs::metadata(path).expect("it").mode() & 0o777;
        assert_eq!((mode(&folder.0), mode(&folder.0.join("x.scan"))), (0o700, 0o600));
    }

    #[test]
    fn a_folder_or_a_file_that_others_can_write_is_not_read() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("open");
        let folder = Folder::open(&path).expect("a folder");
        folder.write("x.scan", |out| out.write_all(b"x")).expect("written");
        fs::set_permissions(path.join("x.scan"), Permissions::from_mode(0o660)).expect("a mode");
        assert_eq!(folder.read("x.scan"), None);
        fs::set_permissions(&path, Permissions::from_mode(0o770)).expect("a mode");
        assert!(Folder::open(&path).is_err_and(|why| why.ends_with("others can write to it")));
        assert!(Folder::open(&path.join("x.scan")).is_err_and(|why| why.ends_with("no folder")));
    }
}
