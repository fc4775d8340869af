//! Which operating-system package owns which file: a hash of the path against an index, so that 300,000 files cost
//! five megabytes and a look-up costs one probe.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use foldhash::fast::FixedState;

use crate::model::Purl;
use crate::source::Tree;

/// Owners of files. Paths are relative to the tree's root and free of links in their folders.
#[derive(Debug, Default)]
pub struct Ownership {
    packages: Vec<Purl>,
    files: HashMap<u64, u32, FixedState>,
}

impl Ownership {
    /// Notes that `package` owns `paths`. If two packages own a path, the greater purl stands, whatever the order.
    pub fn add<'p>(&mut self, package: &Purl, paths: impl IntoIterator<Item = &'p Path>) {
        let Ok(index) = u32::try_from(self.packages.len()) else { return };
        self.packages.push(package.clone());
        for path in paths {
            self.insert(key(path), index);
        }
    }

    fn insert(&mut self, key: u64, index: u32) {
        let packages = &self.packages;
        let name = |index: u32| packages.get(index as usize);
        self.files.entry(key).and_modify(|held| *held = if name(index) > name(*held) { index } else { *held }).or_insert(index);
    }

    /// The package that owns the file at `path`.
    #[must_use]
    pub fn owner(&self, path: &Path) -> Option<&Purl> {
        self.packages.get(*self.files.get(&key(path))? as usize)
    }

    /// Number of owned files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether nothing is owned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The packages, and of each owned file the number that stands for its path with its package's place in the list; sorted.
    #[must_use]
    pub fn parts(&self) -> (&[Purl], Vec<(u64, u32)>) {
        let mut files: Vec<_> = self.files.iter().map(|(key, index)| (*key, *index)).collect();
        files.sort_unstable();
        (&self.packages, files)
    }

    /// The inverse of [`Ownership::parts`]; `None` if a file's package is not in the list.
    #[must_use]
    pub fn of_parts(packages: Vec<Purl>, files: Vec<(u64, u32)>) -> Option<Self> {
        let known = files.iter().all(|(_, index)| packages.get(*index as usize).is_some());
        known.then(|| Self { packages, files: files.into_iter().collect() })
    }

    /// Everything of both.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        let Ok(shift) = u32::try_from(self.packages.len()) else { return self };
        self.packages.extend(other.packages);
        // The order of a hash map does not matter here: `insert` gives the same result in every order.
        let mut entries: Vec<_> = other.files.into_iter().collect();
        entries.sort_unstable();
        for (key, index) in entries {
            self.insert(key, index + shift);
        }
        self
    }
}

/// 64 bits with a fixed seed: two of a million paths collide with a probability of one in 30 million.
fn key(path: &Path) -> u64 {
    FixedState::default().hash_one(path.as_os_str().as_bytes())
}

/// The links that a merged `/usr` leaves at the top of a system root: `/bin` → `/usr/bin`. Package databases write either form.
#[derive(Debug, Clone)]
pub struct UsrMerge {
    system_root: PathBuf,
    links: Vec<(&'static str, PathBuf)>,
}

impl UsrMerge {
    /// Reads the links of `system_root`.
    #[must_use]
    pub fn of(tree: &dyn Tree, system_root: &Path) -> Self {
        let names = ["bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr/sbin", "usr/lib64", "var/run", "var/lock"];
        let links = names
            .into_iter()
            .filter_map(|name| {
                let target = tree.link(&system_root.join(name))?;
                let base = if target.is_absolute() { Path::new("") } else { Path::new(name).parent().unwrap_or(Path::new("")) };
                Some((name, crate::source::normalise(&base.join(target))))
            })
            .collect();
        Self { system_root: system_root.to_owned(), links }
    }

    /// The path below the tree's root of `path`, which a package database wrote, with or without a leading slash.
    #[must_use]
    pub fn real(&self, path: &str) -> PathBuf {
        let written = Path::new(path.trim_start_matches('/'));
        // Twice: on some distributions /bin leads to /usr/bin and /sbin through /usr/sbin to /usr/bin.
        let once = self.step(written);
        let twice = once.as_deref().and_then(|once| self.step(once));
        self.system_root.join(twice.or(once).as_deref().unwrap_or(written))
    }

    /// The path with its link replaced; `None` if no link stands at its top. Compares bytes rather than names, since a
    /// package database lists a hundred thousand paths.
    fn step(&self, path: &Path) -> Option<PathBuf> {
        let bytes = path.as_os_str().as_bytes();
        self.links.iter().find_map(|(name, target)| match bytes.strip_prefix(name.as_bytes())? {
            [] => Some(target.clone()),
            [b'/', ..] => path.strip_prefix(name).ok().map(|rest| target.join(rest)),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;
    use proptest::prelude::*;

    #[test]
    fn a_merged_usr_gives_one_name_to_a_file() {
        let tree = MemoryTree::default().with_link("bin", "usr/bin").with_link("sbin", "/usr/sbin").with_link("usr/sbin", "bin");
        let merge = UsrMerge::of(&tree, Path::new(""));
        for (written, real) in [("/bin/bash", "usr/bin/bash"), ("/sbin/init", "usr/bin/init"), ("/binary/x", "binary/x")] {
            assert_eq!(merge.real(written), Path::new(real));
        }
    }

    #[test]
    fn a_chroot_has_its_own_links() {
        let tree = MemoryTree::default().with_link("srv/c/bin", "usr/bin");
        assert_eq!(UsrMerge::of(&tree, Path::new("srv/c")).real("/bin/sh"), Path::new("srv/c/usr/bin/sh"));
    }

    /// What a package lists: paths in both spellings of a merged `/usr`.
    fn any_packages() -> impl Strategy<Value = Vec<(String, Vec<String>)>> {
        let paths = proptest::collection::vec("/(usr/)?(bin|sbin|lib)/[xy]", 0..4);
        proptest::collection::vec(("[a-d]", paths), 0..5)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

        #[test]
        fn a_file_is_owned_by_the_greatest_of_those_that_list_it_under_either_name(
            packages in any_packages(),
            more in any_packages(),
            sbin_too: bool,
        ) {
            let mut tree = MemoryTree::default().with_link("bin", "usr/bin").with_link("sbin", "usr/sbin").with_link("lib", "/usr/lib");
            if sbin_too {
                tree = tree.with_link("usr/sbin", "bin");
            }
            let usr = UsrMerge::of(&tree, Path::new(""));
            let of = |packages: &[(String, Vec<String>)]| {
                let mut ownership = Ownership::default();
                for (name, paths) in packages {
                    let real: Vec<PathBuf> = paths.iter().map(|path| usr.real(path)).collect();
                    ownership.add(&Purl::new("deb", name), real.iter().map(PathBuf::as_path));
                }
                ownership
            };
            let ownership = of(&packages).merge(of(&more));
            let file = |path: &str| {
                let path = path.replacen("/usr/", "/", 1);
                if sbin_too { path.replacen("/sbin/", "/bin/", 1) } else { path }
            };
            for path in ["/bin/x", "/usr/bin/x", "/sbin/x", "/usr/sbin/x", "/sbin/y", "/usr/sbin/y", "/lib/x", "/usr/lib/x"] {
                let listing = packages.iter().chain(&more).filter(|(_, paths)| paths.iter().any(|other| file(other) == file(path)));
                let greatest = listing.map(|(name, _)| Purl::new("deb", name)).max();
                prop_assert_eq!(ownership.owner(&usr.real(path)), greatest.as_ref(), "{}", path);
            }
        }
    }

    proptest! {
        #[test]
        fn merging_loses_nothing_in_either_order(left in proptest::collection::vec("[a-c]/[a-d]", 0..6), right in proptest::collection::vec("[a-c]/[a-d]", 0..6)) {
            let make = |name: &str, paths: &[String]| {
                let mut ownership = Ownership::default();
                ownership.add(&Purl::new("deb", name), paths.iter().map(Path::new));
                ownership
            };
            let one = make("one", &left).merge(make("two", &right));
            let two = make("two", &right).merge(make("one", &left));
            for path in left.iter().chain(&right) {
                prop_assert!(one.owner(Path::new(path)).is_some());
                prop_assert_eq!(one.owner(Path::new(path)), two.owner(Path::new(path)));
            }
        }
    }
}
