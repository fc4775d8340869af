//! Files of this machine, read up to a limit.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::error::UpdateError;

/// The bytes of a file; one that is larger than `limit` is refused, not cut.
pub(super) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, UpdateError> {
    let failed = |error| UpdateError::Disk(path.to_owned(), error);
    let facts = std::fs::metadata(path).map_err(failed)?;
    if !facts.is_file() {
        let says = if facts.is_dir() { "a folder; use it with `--catalog`, or pack it first" } else { "no regular file" };
        return Err(failed(std::io::Error::other(says)));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(UpdateError::TooLarge(path.display().to_string(), limit));
    }
    Ok(bytes)
}
