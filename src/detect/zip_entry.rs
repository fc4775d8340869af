//! One entry of a zip archive that holds a package, unpacked in memory and within a limit.

use std::io::{BufReader, Read};

use zip::ZipArchive;

use crate::problem::Code;

use super::{Findings, Opened};

/// Longest entry that is unpacked: manifests and metadata are texts.
const MAX_TEXT: u64 = 8 << 20;

/// Path and text of the entry that `choose` picks among the paths of the archive; a problem and `None` if the file is no
/// readable archive, `None` if nothing is picked.
pub(super) fn text(
    file: &Opened<'_>,
    out: &mut Findings,
    choose: impl Fn(&[String]) -> Option<usize>,
) -> Option<(String, Vec<u8>)> {
    let (reader, _) = out.noted(file.reader())?;
    let mut zip = match ZipArchive::new(BufReader::new(reader)) {
        Ok(zip) => zip,
        Err(error) => {
            out.problem(Code::Malformed, file, format!("not a readable archive: {error}"));
            return None;
        }
    };
    let paths: Vec<String> = zip.file_names_raw().map(|path| String::from_utf8_lossy(path).into_owned()).collect();
    let (index, path) = choose(&paths).and_then(|at| Some((at, paths.get(at)?.clone())))?;
    let mut bytes = Vec::new();
    // The size that the archive states may be a lie, so what comes out is counted.
    let read =
        zip.by_index(index).map_err(std::io::Error::from).and_then(|entry| entry.take(MAX_TEXT + 1).read_to_end(&mut bytes));
    file.count(bytes.len() as u64);
    match read {
        Err(error) => out.problem(Code::Malformed, file, format!("`{path}` cannot be unpacked: {error}")),
        Ok(_) if bytes.len() as u64 > MAX_TEXT => {
            out.problem(Code::TooLarge, file, format!("`{path}` is larger than {MAX_TEXT} bytes, hence not read"));
        }
        Ok(_) => return Some((path, bytes)),
    }
    None
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::{Cursor, Write as _};

    /// An archive with these entries, for the tests of the detectors that open archives.
    pub(in crate::detect) fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
            zip.write_all(bytes).expect("its bytes");
        }
        zip.finish().expect("an archive").into_inner()
    }
}
