//! The files that `lint`, `test` and `preview` are asked about, read with what they belong to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::catalog::{Catalog, SourceFile, read_folder};
use crate::problem::{Code, Problem};

use super::super::Fatal;

/// Folders of a catalog folder.
const FOLDERS: [&str; 3] = ["products", "lifecycle", "vendors"];

/// Files with the catalog that they make.
pub(super) struct Asked {
    /// Every file of the folders concerned.
    pub(super) files: Vec<SourceFile>,
    /// The paths that were asked for, as shown; empty: every file.
    only: BTreeSet<String>,
    /// The catalog, or the faults of the files asked about.
    pub(super) catalog: Result<Catalog, Vec<Problem>>,
}

impl Asked {
    /// The files asked about.
    pub(super) fn own(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|file| self.only.is_empty() || self.only.contains(&file.shown))
    }
}

/// Reads `paths`: catalog folders, and files in one. Without any it is the current folder, if that is a catalog folder;
/// `None` if it is not.
pub(super) fn read(paths: &[PathBuf]) -> Result<Option<Asked>, Fatal> {
    let here = [PathBuf::from(".")];
    let paths = match paths {
        [] if FOLDERS.iter().any(|folder| Path::new(folder).is_dir()) => &here,
        [] => return Ok(None),
        paths => paths,
    };
    let (mut roots, mut only, mut whole) = (BTreeSet::new(), BTreeSet::new(), false);
    for path in paths {
        if path.is_dir() {
            whole = true;
            roots.insert(folder(path));
        } else {
            // A bare name says nothing of the folder that it is in.
            let bare = path.parent().is_none_or(|parent| parent.as_os_str().is_empty() || parent == Path::new("."));
            let path = if bare { std::path::absolute(path).unwrap_or_else(|_| path.clone()) } else { path.clone() };
            let root = root(&path)?;
            only.insert(plain(&path));
            roots.insert(root);
        }
    }
    if whole {
        only.clear();
    }
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for root in &roots {
        let (found, trouble) = read_folder(root);
        files.extend(found);
        problems.extend(trouble);
    }
    if files.is_empty() && problems.is_empty() {
        let nothing = Problem::new(Code::Unreadable, paths.iter().map(|path| plain(path)).collect::<Vec<_>>().join(" "), EMPTY);
        problems.push(nothing);
    }
    let catalog = check(&files, &roots, problems, &only);
    Ok(Some(Asked { files, only, catalog }))
}

const EMPTY: &str = "no catalog file is here; a catalog folder has products, lifecycle or vendors in it";

/// The catalog of the files. A folder with its own rates is a whole catalog; any other is added to what is built in.
fn check(
    files: &[SourceFile],
    roots: &BTreeSet<PathBuf>,
    mut problems: Vec<Problem>,
    only: &BTreeSet<String>,
) -> Result<Catalog, Vec<Problem>> {
    let alone = roots.iter().any(|root| root.join("rates.toml").is_file() && root.join("products").is_dir());
    let catalog = if alone { Catalog::from_files(files) } else { Catalog::with_files(files) };
    let catalog = catalog.map_err(|faults| problems.extend(faults));
    problems.retain(|problem| only.is_empty() || only.contains(&problem.path));
    problems.sort();
    match catalog {
        Ok(catalog) if problems.is_empty() => Ok(catalog),
        // Other files of the folder are faulty, those asked about are not: they are seen against what is built in.
        Err(()) if problems.is_empty() => {
            let own: Vec<SourceFile> = files.iter().filter(|file| only.contains(&file.shown)).cloned().collect();
            if alone { Catalog::from_files(&own) } else { Catalog::with_files(&own) }
        }
        _ => Err(problems),
    }
}

/// A folder that is named by one of its own, as `products`, stands for the whole.
fn folder(path: &Path) -> PathBuf {
    let named = path.file_name().is_some_and(|name| FOLDERS.iter().any(|folder| name == *folder));
    if named { parent(path) } else { path.to_owned() }
}

/// The catalog folder that a file lies in.
fn root(path: &Path) -> Result<PathBuf, Fatal> {
    if !path.is_file() {
        return Err(Fatal::usage(format!("cannot read {}", path.display())).hint("give a catalog folder or a file in one"));
    }
    let folder = parent(path);
    let known = folder.file_name().is_some_and(|name| FOLDERS.iter().any(|folder| name == *folder));
    if !known {
        let hint = "put it into the folder products, lifecycle or vendors and give the path with that folder";
        return Err(Fatal::usage(format!("{} lies in no catalog folder", path.display())).hint(hint));
    }
    Ok(parent(&folder))
}

fn parent(path: &Path) -> PathBuf {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// A path as the reader of a folder shows it.
fn plain(path: &Path) -> String {
    let text = path.to_string_lossy();
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}
