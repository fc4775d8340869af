//! Lists of vulnerabilities from files, with CISA's list where an update of the catalog brought it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::vulns::{List, Lists, read};

use super::{Fatal, plan};

/// Trivy's list of a large host has 30 MB.
const MOST: u64 = 512 << 20;

/// Every list, in the order given; every fault of all of them at once.
pub(super) fn lists(paths: &[PathBuf]) -> Result<Lists, Fatal> {
    if paths.is_empty() {
        return Ok(Lists::default());
    }
    let mut lists = Vec::new();
    let mut faults = Vec::new();
    for path in paths {
        match list(path) {
            Ok(list) => lists.push(list),
            Err(told) => faults.extend(told),
        }
    }
    if !faults.is_empty() {
        return Err(Fatal::usage(format!("a list of vulnerabilities cannot be used\n{}", faults.join("\n"))));
    }
    Ok(Lists { lists, known: plan::store().held().exploited })
}

fn list(path: &Path) -> Result<List, Vec<String>> {
    let shown = path.display().to_string();
    let failed = |error: std::io::Error| vec![format!("cannot read {shown}: {error}")];
    // Before it is opened: a FIFO would block.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(vec![format!("cannot read {shown}: no regular file")]);
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > MOST {
        return Err(vec![format!("cannot read {shown}: larger than {} MiB", MOST >> 20)]);
    }
    read(&shown, &bytes).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}
