//! Reads a catalog folder: bounded, sorted, no links. The rest of the catalog takes texts.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::faults::SourceFile;
use crate::problem::{Code, Problem};

/// The largest catalog file, in bytes.
pub(crate) const LARGEST: u64 = 1 << 20;
/// Folders below a catalog folder that hold files of ours.
const FOLDERS: &[&str] = &["", "products", "lifecycle", "vendors"];

/// Whether a path below a catalog folder, with `/`, is one where a catalog file can lie.
pub(crate) fn is_catalog_path(relative: &str) -> bool {
    let (folder, name) = relative.rsplit_once('/').unwrap_or(("", relative));
    FOLDERS.contains(&folder) && name.strip_suffix(".toml").is_some_and(|stem| !stem.is_empty() && !stem.starts_with('.'))
}

/// The TOML files of a folder in path order, and what could not be read.
pub(crate) fn read_folder(root: &Path) -> (Vec<SourceFile>, Vec<Problem>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for folder in FOLDERS {
        let path = if folder.is_empty() { root.to_owned() } else { root.join(folder) };
        for name in names(&path, &mut problems) {
            let relative = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            match read_file(&path.join(&name)) {
                Ok(Some(text)) => files.push(SourceFile { relative, shown: shown(&path.join(&name)), text }),
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
    }
    files.sort();
    (files, problems)
}

fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

/// Names in a folder, sorted. Hidden files, backups and documents in Markdown are nobody's fault.
fn names(folder: &Path, problems: &mut Vec<Problem>) -> Vec<String> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            problems.push(Problem::new(Code::Unreadable, shown(folder), format!("cannot list the folder: {error}")));
            return Vec::new();
        }
    };
    let ours =
        |name: &String| !name.starts_with('.') && !name.ends_with('~') && Path::new(name).extension() != Some("md".as_ref());
    let names = entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(ours).collect();
    names.sort();
    names
}

/// The text of a catalog file; `None` for a folder.
fn read_file(path: &Path) -> Result<Option<String>, Problem> {
    let problem = |code, text: String| Problem::new(code, shown(path), text);
    let facts = path.symlink_metadata().map_err(|error| problem(Code::Unreadable, format!("cannot read the file: {error}")))?;
    if facts.is_dir() {
        return Ok(None);
    }
    if !facts.is_file() {
        return Err(problem(Code::NotRegular, "links and devices are not read; put the file itself here".to_owned()));
    }
    if path.extension().is_none_or(|extension| extension != "toml") {
        return Err(problem(Code::Misplaced, "catalog files end in .toml; rename it or move it away".to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| problem(Code::Unreadable, format!("cannot read the file: {error}")))?;
    if bytes.len() as u64 > LARGEST {
        return Err(problem(Code::TooLarge, format!("a catalog file has at most {LARGEST} bytes; split it")));
    }
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        problem(Code::NotUtf8, format!("byte {offset} is not UTF-8; save the file as UTF-8"))
    })
}
