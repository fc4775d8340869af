//! Where results go: standard output, or files that only their owner may read. A closed pipe is no fault.

use std::fs::Permissions;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::NamedTempFile;

use super::Fatal;

/// Gives `write` standard output, buffered.
pub(super) fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Fatal> {
    let mut out = BufWriter::new(io::stdout().lock());
    write(&mut out).and_then(|()| out.flush()).map_err(|error| Fatal::writing("standard output", &error))
}

/// Gives `write` a new file beside `path` and puts it in its place when it is complete: a full disk or a crash leaves the old file.
/// It is readable by its owner alone, which is right for what a scan of a host says.
pub(super) fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Fatal> {
    to_new_file(path, 0o600, write)
}

/// The same for what is there to be published: everybody may read it whom the user's mask lets.
pub(super) fn to_public_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Fatal> {
    to_new_file(path, 0o666, write)
}

/// The same for a file that replaces no other: says whether it was written.
pub(super) fn to_first_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<bool, Fatal> {
    match complete(path, 0o666, write)?.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(failed) => Err(Fatal::writing(&path.display().to_string(), &failed.error)),
    }
}

fn to_new_file(path: &Path, mode: u32, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Fatal> {
    let persisted = complete(path, mode, write)?.persist(path);
    persisted.map(drop).map_err(|failed| Fatal::writing(&path.display().to_string(), &failed.error))
}

/// What `write` gives, complete, in a file beside `path`.
fn complete(path: &Path, mode: u32, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<NamedTempFile, Fatal> {
    let failed = |error: &io::Error| Fatal::writing(&path.display().to_string(), error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    let mut file = builder.permissions(Permissions::from_mode(mode)).tempfile_in(folder).map_err(|error| failed(&error))?;
    {
        let mut out = BufWriter::new(file.as_file_mut());
        write(&mut out).and_then(|()| out.flush()).map_err(|error| failed(&error))?;
    }
    Ok(file)
}

/// Splits a path at its longest known extension: `bom.cdx.json` has `.cdx.json` before `.json`.
pub(super) fn by_extension<F: Copy>(path: &Path, known: &[(&str, F)]) -> Result<F, Fatal> {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let fits = known.iter().filter(|(extension, _)| name.ends_with(extension)).max_by_key(|(extension, _)| extension.len());
    fits.map(|(_, format)| *format).ok_or_else(|| {
        let extensions: Vec<&str> = known.iter().map(|(extension, _)| *extension).collect();
        Fatal::usage(format!("cannot tell the format of {}", path.display()))
            .hint(format!("use one of these extensions: {}", extensions.join(" ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_file_replaces_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("underpin.toml");
        let write = |text: &str| to_first_file(&path, |out| out.write_all(text.as_bytes())).expect("it can be written");
        assert!(write("mine") && !write("other"));
        assert_eq!(std::fs::read_to_string(&path).expect("there"), "mine");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
    }

    #[test]
    fn the_longest_extension_decides() {
        let known = [(".json", 1), (".cdx.json", 2)];
        assert_eq!(by_extension(Path::new("a/B.CDX.json"), &known).ok(), Some(2));
        assert_eq!(by_extension(Path::new("a/b.json"), &known).ok(), Some(1));
        assert!(by_extension(Path::new("a/b.pdf"), &known).is_err());
    }

    #[test]
    fn a_file_is_written_for_its_owner_alone_and_only_when_complete() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.json");
        std::fs::write(&path, "old").expect("a file");
        let failing = to_file(&path, |out| out.write_all(b"half").and_then(|()| Err(io::Error::other("disk full"))));
        assert!(failing.is_err());
        assert_eq!(std::fs::read_to_string(&path).expect("still there"), "old");
        to_file(&path, |out| out.write_all(b"new")).expect("it can be written");
        assert_eq!(std::fs::read_to_string(&path).expect("there"), "new");
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    }
}
