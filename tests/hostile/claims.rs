//! Every name that any detector claims, as something that must not be read whole, or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use underpin::detect::{Claim, ClaimTable, DETECTORS};

use super::{GOOD, scan, write};

/// A path for each claim of a file, each below a folder of its own.
fn claimed() -> BTreeSet<PathBuf> {
    let table = ClaimTable::new(DETECTORS);
    let claims = DETECTORS.iter().flat_map(|detector| detector.claims().iter().map(|claim| (detector.id(), *claim)));
    let paths = claims.enumerate().filter_map(|(number, (id, claim))| {
        let path = match claim {
            Claim::Name(name) => name.to_owned(),
            Claim::Suffix(suffix) => format!("a-1.0{suffix}"),
            Claim::Stem(stem) => format!("{stem}.a"),
            Claim::Path(path) => path.to_owned(),
            Claim::In(folder) => format!("{folder}/a"),
            Claim::FoldersIn(_) => return None,
        };
        let path = Path::new(&format!("{number}-{id}")).join(path);
        // Of names that many claim, a detector wants some.
        let (folder, name) = (path.parent()?, path.file_name()?);
        let wanted = !table.folder(folder).claimants(name).is_empty();
        wanted.then_some(path)
    });
    let paths: BTreeSet<PathBuf> = paths.collect();
    assert!(paths.len() > 200, "{}", paths.len());
    paths
}

/// Makes something at every claimed path, scans, and gives the problems.
fn told(make: impl Fn(&Path)) -> Vec<String> {
    let tree = tempfile::tempdir().expect("a folder");
    write(tree.path(), GOOD.0, GOOD.1);
    for path in claimed() {
        let path = tree.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        make(&path);
    }
    let (found, problems) = scan(tree.path(), "true");
    assert!(found.contains(&"pkg:pypi/six@1.17.0".to_owned()), "{found:?}");
    let crashed: Vec<&String> = problems.iter().filter(|problem| problem.ends_with("UP007")).collect();
    assert!(crashed.is_empty(), "{crashed:?}");
    problems
}

#[test]
fn a_sparse_file_of_a_terabyte_under_every_name_is_bounded() {
    told(|path| fs::File::create(path).and_then(|file| file.set_len(1 << 40)).expect("a sparse file"));
}

#[test]
fn a_fifo_under_every_name_is_told() {
    let problems = told(|path| mknodat(CWD, path, FileType::Fifo, Mode::RUSR, 0).expect("a FIFO"));
    let places: BTreeSet<&str> = problems.iter().filter_map(|problem| problem.strip_suffix(" UP009")).collect();
    let missing: Vec<PathBuf> = claimed().into_iter().filter(|path| !places.contains(&*path.to_string_lossy())).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn an_empty_file_under_every_name_is_no_crash() {
    told(|path| fs::write(path, "").expect("a file"));
}
