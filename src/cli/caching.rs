//! Where the cache is, and whether there is one.

use std::path::{Path, PathBuf};

use crate::cache::{Cache, Folder, Identity, is_local};
use crate::catalog::Catalog;
use crate::scan::Subject;

use super::plan::{Noise, Plan, Reading};

/// Root's cache is the machine's, whatever the environment says; another user's is where that user keeps such things.
pub(super) fn folder() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("UNDERPIN_CACHE_DIR").map(PathBuf::from).filter(|path| path.is_absolute()) {
        return Some(named);
    }
    if rustix::process::geteuid().is_root() {
        return Some(PathBuf::from("/var/cache/underpin"));
    }
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")))?;
    Some(folder.join("underpin"))
}

/// The cache's folder as a path below `root`; `None` if it lies elsewhere.
pub(super) fn own_folder(root: &Path) -> Option<PathBuf> {
    let folder = folder()?;
    // A part of it may be a link, and all of it need not be there.
    let there = folder.ancestors().find_map(|above| Some((above, std::fs::canonicalize(above).ok()?)));
    let (above, canonical) = there?;
    let whole = canonical.join(folder.strip_prefix(above).ok()?);
    let below = whole.strip_prefix(root).ok()?;
    (!below.as_os_str().is_empty()).then(|| below.to_owned())
}

/// What earlier scans of the subject found. Only a directory has a cache; without one, the scan takes longer, and that is all.
pub(super) fn open(plan: &Plan, subject: &Subject, catalog: &Catalog) -> Option<Cache> {
    let Subject::Directory { root, absolute } = subject else { return None };
    if plan.reading == Reading::Everything {
        return None;
    }
    if !is_local(root) {
        return none(plan, "the times of files on a file system of this kind do not tell of every change");
    }
    let identity = Identity::of(root, *absolute, &plan.detectors, catalog.digest());
    let folder = folder().ok_or_else(|| "no folder for it is known".to_owned()).and_then(|path| Folder::open(&path));
    match (folder, identity) {
        (Ok(folder), Some(identity)) => Some(Cache::open(folder, identity)),
        (Err(why), _) => none(plan, &why),
        (_, None) => none(plan, "the program's own file cannot be seen"),
    }
}

fn none(plan: &Plan, why: &str) -> Option<Cache> {
    if plan.noise == Noise::Verbose {
        anstream::eprintln!("no cache: {why}");
    }
    None
}

/// Keeps what the scan found for the next one.
pub(super) fn save(plan: &Plan, cache: &Cache) {
    let saved = cache.save();
    if plan.noise == Noise::Verbose {
        let (recalled, fresh) = cache.counts();
        anstream::eprintln!("cache: {recalled} remembered, {fresh} new");
        if let Err(error) = saved {
            anstream::eprintln!("cache not kept: {error}");
        }
    }
}
