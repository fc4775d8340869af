//! All claims of all detectors in one table, so that a file costs one or two hash look-ups, not one question per detector.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use foldhash::fast::FixedState;

use crate::walk::{FolderSieve, Sieve};

use super::{Detector, FileFacts};

/// How a detector names the files it wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Exactly this base name: `Cargo.lock`.
    Name(&'static str),
    /// A base name that ends in this, dot included, without another dot: `.jar`.
    Suffix(&'static str),
    /// A base name that is this up to its first dot, and has one: `Dockerfile` claims `Dockerfile.prod`.
    Stem(&'static str),
    /// This path below any system root: `var/lib/dpkg/status` claims `srv/chroot/var/lib/dpkg/status` too.
    Path(&'static str),
    /// Every file that lies directly in this folder below any system root: `var/lib/dpkg/status.d`.
    In(&'static str),
    /// Every folder that lies directly in this folder below any system root, itself and not what is in it: `nix/store`.
    FoldersIn(&'static str),
}

/// The claims of a list of detectors.
pub struct ClaimTable<'d> {
    detectors: &'d [&'static dyn Detector],
    names: HashMap<&'static [u8], Vec<u16>, FixedState>,
    suffixes: HashMap<&'static [u8], Vec<u16>, FixedState>,
    stems: HashMap<&'static [u8], Vec<u16>, FixedState>,
    paths: HashMap<&'static [u8], Vec<(&'static str, u16)>, FixedState>,
    folders: HashMap<&'static [u8], Vec<(&'static str, u16)>, FixedState>,
    folders_in: HashMap<&'static [u8], Vec<(&'static str, u16)>, FixedState>,
}

/// The claims as they hold in one folder.
pub struct FolderClaims<'t> {
    table: &'t ClaimTable<'t>,
    folder: &'t Path,
    everything: Vec<u16>,
}

impl<'d> ClaimTable<'d> {
    /// The table of `detectors`, of which there are fewer than 65,536.
    #[must_use]
    pub fn new(detectors: &'d [&'static dyn Detector]) -> Self {
        let mut table = Self {
            detectors,
            names: HashMap::default(),
            suffixes: HashMap::default(),
            stems: HashMap::default(),
            paths: HashMap::default(),
            folders: HashMap::default(),
            folders_in: HashMap::default(),
        };
        for (index, detector) in (0_u16..).zip(detectors) {
            for claim in detector.claims() {
                match claim {
                    Claim::Name(name) => table.names.entry(name.as_bytes()).or_default().push(index),
                    Claim::Suffix(suffix) => table.suffixes.entry(suffix.as_bytes()).or_default().push(index),
                    Claim::Stem(stem) => table.stems.entry(stem.as_bytes()).or_default().push(index),
                    Claim::Path(path) => table.paths.entry(last_name(path)).or_default().push((path, index)),
                    Claim::In(folder) => table.folders.entry(last_name(folder)).or_default().push((folder, index)),
                    Claim::FoldersIn(folder) => table.folders_in.entry(last_name(folder)).or_default().push((folder, index)),
                }
            }
        }
        table
    }

    /// The claims as they hold in `folder`, so that what depends on the folder alone is looked up once.
    #[must_use]
    pub fn folder<'t>(&'t self, folder: &'t Path) -> FolderClaims<'t> {
        let by_name = folder.file_name().and_then(|name| self.folders.get(name.as_bytes()));
        let everything =
            by_name.into_iter().flatten().filter(|(claimed, _)| folder.ends_with(claimed)).map(|(_, index)| *index).collect();
        FolderClaims { table: self, folder, everything }
    }

    /// The detector at `index`.
    #[must_use]
    pub fn detector(&self, index: u16) -> Option<&'static dyn Detector> {
        self.detectors.get(usize::from(index)).copied()
    }
}

fn last_name(path: &'static str) -> &'static [u8] {
    path.rsplit('/').next().unwrap_or(path).as_bytes()
}

impl Sieve for ClaimTable<'_> {
    fn folder<'s>(&'s self, folder: &'s Path) -> FolderSieve<'s> {
        let claims = ClaimTable::folder(self, folder);
        Box::new(move |name| claims.claimants(name))
    }

    fn folders<'s>(&'s self, folder: &'s Path) -> Option<FolderSieve<'s>> {
        let claims = self.folders_in.get(folder.file_name()?.as_bytes())?;
        let indices: Vec<u16> = claims.iter().filter(|(claimed, _)| folder.ends_with(claimed)).map(|(_, index)| *index).collect();
        (!indices.is_empty()).then(|| -> FolderSieve<'s> {
            Box::new(move |name| {
                let path = folder.join(name);
                let wants = |index: &&u16| self.detector(**index).is_some_and(|detector| detector.wants(&FileFacts::new(&path)));
                indices.iter().filter(wants).copied().collect()
            })
        })
    }
}

impl FolderClaims<'_> {
    /// The detectors that want the file `name`, ascending and without duplicates; empty for most files.
    #[must_use]
    pub fn claimants(&self, name: &OsStr) -> Vec<u16> {
        let bytes = name.as_bytes();
        let by_name = self.table.names.get(bytes);
        let by_suffix = memchr::memrchr(b'.', bytes).and_then(|dot| self.table.suffixes.get(bytes.get(dot..)?));
        let by_stem = memchr::memchr(b'.', bytes).and_then(|dot| self.table.stems.get(bytes.get(..dot)?));
        let by_path = self.table.paths.get(bytes);
        if by_name.is_none() && by_suffix.is_none() && by_stem.is_none() && by_path.is_none() && self.everything.is_empty() {
            return Vec::new();
        }
        let path = self.folder.join(name);
        let mut found = self.everything.clone();
        found.extend(by_name.into_iter().chain(by_suffix).chain(by_stem).flatten());
        found.extend(by_path.into_iter().flatten().filter(|(claimed, _)| path.ends_with(claimed)).map(|(_, index)| *index));
        found.sort_unstable();
        found.dedup();
        found.retain(|index| self.table.detector(*index).is_some_and(|detector| detector.wants(&FileFacts::new(&path))));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Findings, Opened};
    use super::*;

    struct Fake;

    impl Detector for Fake {
        fn id(&self) -> &'static str {
            "fake"
        }
        fn claims(&self) -> &'static [Claim] {
            &[
                Claim::Name("METADATA"),
                Claim::Suffix(".jar"),
                Claim::Stem("Dockerfile"),
                Claim::Path("var/lib/dpkg/status"),
                Claim::In("dpkg/status.d"),
                Claim::FoldersIn("nix/store"),
            ]
        }
        fn wants(&self, facts: &FileFacts<'_>) -> bool {
            facts.name() != "METADATA" || facts.folder(0).ends_with(".dist-info")
        }
        fn detect(&self, _: &Opened<'_>, _: &mut Findings) {}
    }

    #[test]
    fn a_file_is_claimed_by_name_suffix_or_path_and_the_second_question_is_asked() {
        let detectors: [&'static dyn Detector; 1] = [&Fake];
        let table = ClaimTable::new(&detectors);
        for (folder, name, wanted) in [
            ("lib/six-1.16.0.dist-info", "METADATA", true),
            ("lib/other", "METADATA", false),
            ("opt", "app.jar", true),
            ("opt", "app.jar.txt", false),
            ("opt", "Dockerfile.prod.old", true),
            ("opt", "Dockerfile", false),
            ("opt", "MyDockerfile.prod", false),
            ("var/lib/dpkg", "status", true),
            ("srv/chroot/var/lib/dpkg", "status", true),
            ("xvar/lib/dpkg", "status", false),
            ("etc", "status", false),
            ("var/lib/dpkg/status.d", "libc6", true),
            ("status.d", "libc6", false),
        ] {
            assert_eq!(!table.folder(Path::new(folder)).claimants(OsStr::new(name)).is_empty(), wanted, "{folder}/{name}");
        }
    }

    #[test]
    fn a_folder_is_claimed_by_the_folder_around_it() {
        let detectors: [&'static dyn Detector; 1] = [&Fake];
        let table = ClaimTable::new(&detectors);
        for (folder, name, wanted) in [("mnt/nix/store", "a", true), ("nix/store", "METADATA", false), ("store", "a", false)] {
            let sieve = table.folders(Path::new(folder));
            assert_eq!(sieve.is_some_and(|sieve| !sieve(OsStr::new(name)).is_empty()), wanted, "{folder}/{name}");
            assert!(table.folder(Path::new(folder)).claimants(OsStr::new("a")).is_empty(), "a file is none");
        }
    }
}
