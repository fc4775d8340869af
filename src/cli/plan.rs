//! From arguments as typed to what is needed: roots exist, patterns are compiled, detectors are chosen.

use std::path::{Path, PathBuf};

use crate::catalog::Catalog;
use crate::detect::{DETECTORS, Detector};
use crate::progress::Stages;
use crate::scan::Detail;
use crate::update::Store;
use crate::walk::{Excludes, Limits, MountTable, distinct_roots};

use super::args::{NoiseArgs, TargetArgs};
use super::config::Config;
use super::{Fatal, caching, privileges};

/// One thing to read.
pub(super) enum Source {
    /// A directory to scan: canonical root, the path as given, whether it is a whole system.
    Directory { root: PathBuf, given: String, system: bool },
    /// A file to read.
    File(PathBuf),
}

/// How much is said on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noise {
    /// Nothing but fatal errors.
    Quiet,
    /// Progress on a terminal, and the number of problems.
    Normal,
    /// Every problem, and times.
    Verbose,
}

/// Which files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Those that changed; the cache has the others.
    Changed,
    /// All of them.
    Everything,
}

impl Noise {
    fn of(args: &NoiseArgs) -> Self {
        match (args.quiet, args.verbose) {
            (true, _) => Self::Quiet,
            (false, false) => Self::Normal,
            (false, true) => Self::Verbose,
        }
    }
}

/// What a run looks at, decided.
pub(super) struct Plan {
    pub(super) sources: Vec<Source>,
    pub(super) excludes: Excludes,
    pub(super) one_file_system: bool,
    pub(super) detectors: Vec<&'static dyn Detector>,
    pub(super) threads: Option<usize>,
    pub(super) all: bool,
    pub(super) strict: bool,
    pub(super) noise: Noise,
    /// How long each stage takes.
    pub(super) stages: Stages,
    /// Files that hold nothing but licences are read only for an output that shows them.
    pub(super) detail: Detail,
    /// Which files are read.
    pub(super) reading: Reading,
}

impl Plan {
    /// Decides what `args` leave open. Every command that scans comes through here, so that none forgets what `config` says.
    pub(super) fn new(args: &TargetArgs, config: &Config) -> Result<Self, Fatal> {
        if args.care.low_priority {
            privileges::step_back()?;
        }
        Ok(Self {
            sources: sources(args)?,
            excludes: Excludes::new(&args.exclude).map_err(|error| Fatal::usage(error.to_string()))?,
            one_file_system: args.one_file_system,
            detectors: detectors(&args.only, &args.skip)?,
            threads: args.threads.filter(|threads| *threads > 0),
            all: args.all,
            strict: args.strict,
            noise: Noise::of(&args.noise),
            stages: Stages::default(),
            detail: Detail::Stated,
            reading: if args.care.no_cache || config.cache == Some(false) { Reading::Everything } else { Reading::Changed },
        })
    }

    /// Reads one file with every detector and says nothing of it but what is fatal.
    pub(super) fn of_file(path: &Path) -> Result<Self, Fatal> {
        Ok(Self {
            sources: vec![Source::File(path.to_owned())],
            excludes: Excludes::new(&[]).map_err(|error| Fatal::usage(error.to_string()))?,
            one_file_system: false,
            detectors: detectors(&[], &[])?,
            threads: None,
            all: false,
            strict: false,
            noise: Noise::Quiet,
            stages: Stages::default(),
            detail: Detail::Stated,
            reading: Reading::Everything,
        })
    }

    /// The limits of a walk below `root`.
    pub(super) fn limits(&self, root: &Path) -> Limits {
        Limits {
            excludes: self.excludes.clone(),
            one_file_system: self.one_file_system,
            mounts: MountTable::of_system(root),
            own_folder: caching::own_folder(root),
        }
    }
}

/// Directories without those that lie in another, then files; sorted, so that the order of arguments does not matter.
fn sources(args: &TargetArgs) -> Result<Vec<Source>, Fatal> {
    let here = [PathBuf::from(".")];
    let typed: &[PathBuf] = if args.targets.is_empty() && args.host_root.is_none() { &here } else { &args.targets };
    let mut directories: Vec<(PathBuf, String, bool)> = Vec::new();
    let mut files = Vec::new();
    for (path, system) in typed.iter().map(|path| (path, false)).chain(args.host_root.iter().map(|path| (path, true))) {
        let canonical = std::fs::canonicalize(path).map_err(|error| {
            Fatal::usage(format!("cannot read target {}: {error}", path.display()))
                .hint("give a directory (`/` is this host), an image, an archive, a saved scan or a bill of materials")
        })?;
        if canonical.is_dir() {
            let system = system || canonical == Path::new("/") || has_os(&canonical);
            directories.push((canonical, path.to_string_lossy().into_owned(), system));
        } else {
            files.push(canonical);
        }
    }
    // Of two spellings of one root, the first in order names it.
    directories.sort();
    let roots = distinct_roots(directories.iter().map(|(root, ..)| root.clone()).collect());
    let mut sources: Vec<Source> = roots
        .into_iter()
        .filter_map(|root| {
            let (_, given, system) = directories.iter().find(|(path, ..)| *path == root)?;
            Some(Source::Directory { root, given: given.clone(), system: *system })
        })
        .collect();
    files.sort();
    files.dedup();
    sources.extend(files.into_iter().map(Source::File));
    Ok(sources)
}

/// Whether a directory is the root of a system: it says which distribution it is.
fn has_os(root: &Path) -> bool {
    ["etc/os-release", "usr/lib/os-release"].iter().any(|path| root.join(path).symlink_metadata().is_ok())
}

fn detectors(only: &[String], skip: &[String]) -> Result<Vec<&'static dyn Detector>, Fatal> {
    for name in only.iter().chain(skip) {
        if !DETECTORS.iter().any(|detector| detector.id() == name) {
            let known: Vec<&str> = DETECTORS.iter().map(|detector| detector.id()).collect();
            return Err(Fatal::usage(format!("no detector is called `{name}`")).hint(format!("known: {}", known.join(", "))));
        }
    }
    let wanted = |id: &str| (only.is_empty() || only.iter().any(|name| name == id)) && !skip.iter().any(|name| name == id);
    Ok(DETECTORS.iter().copied().filter(|detector| wanted(detector.id())).collect())
}

/// Where updates of the catalog are kept: root's for the whole machine, another user's for that user, who sees root's too.
pub(super) fn store() -> Store {
    let system = PathBuf::from("/var/lib/underpin");
    if let Some(named) = std::env::var_os("UNDERPIN_DATA").filter(|folder| !folder.is_empty()) {
        return Store::new(vec![PathBuf::from(named)]);
    }
    if rustix::process::geteuid().is_root() {
        return Store::new(vec![system]);
    }
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/share"));
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute()).or_else(home);
    Store::new(data.map(|data| data.join("underpin")).into_iter().chain([system]).collect())
}

/// The catalog: built in or brought by an update, with the user's folders.
pub(super) fn catalog(folders: &[PathBuf]) -> Result<Catalog, Fatal> {
    let loaded = store().catalog();
    if let Some(note) = loaded.note {
        anstream::eprintln!("note: {note}");
    }
    loaded.catalog.extended(folders).map_err(|faults| {
        // A faulty file can hold anything, and this goes to a terminal.
        let lines: Vec<String> = faults.iter().map(|fault| crate::report::visible(&fault.to_string())).collect();
        let count = if lines.len() == 1 { "1 fault".to_owned() } else { format!("{} faults", lines.len()) };
        Fatal::catalog(format!("the catalog has {count}\n{}", lines.join("\n")))
            .hint("mend them, then check with `underpin catalog lint DIR`")
    })
}
