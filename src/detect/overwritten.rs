//! Files that a dpkg package owns but that somebody replaced since: `make install`, `pip` or `npm` over a distribution's copy.
//! The cheap question first: did the file change after its package was unpacked? Only then its digest is compared
//! (format of `info/<package>.md5sums`: deb-md5sums(5)). Without a digest on record nothing is concluded.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use md5::{Digest, Md5};

use crate::model::{Component, Purl, hex};
use crate::progress::Counters;
use crate::source::Tree;

use super::{Opened, Ownership, UsrMerge};

const INFO: &str = "var/lib/dpkg/info";

/// The files among those of `components` that are no longer what their package brought; paths relative to the tree's root.
pub(super) fn overwritten(
    tree: &dyn Tree,
    components: &[Component],
    ownership: &Ownership,
    counters: &Counters,
) -> BTreeSet<PathBuf> {
    let mut records = Records::new(tree, counters);
    let places: BTreeSet<PathBuf> =
        components.iter().filter(|component| component.purl.kind() != "deb").filter_map(Component::on_disk).collect();
    let mut differs = |owner: &Purl, path: &Path| records.differs(owner, path, tree.changed(path));
    places.into_iter().filter(|path| ownership.owner(path).is_some_and(|owner| differs(owner, path))).collect()
}

/// The owned ones among programs that are no longer what their package brought. Here the time of the content decides whether a
/// digest is asked for: in a container every file changed in some way after its package did, and there are thousands.
pub(super) fn replaced_programs<'p>(
    tree: &dyn Tree,
    programs: impl Iterator<Item = &'p Path>,
    ownership: &Ownership,
    counters: &Counters,
) -> BTreeSet<PathBuf> {
    let mut records = Records::new(tree, counters);
    let mut differs = |owner: &Purl, path: &Path| records.differs(owner, path, tree.modified(path));
    programs.filter(|path| ownership.owner(path).is_some_and(|owner| differs(owner, path))).map(Path::to_owned).collect()
}

/// What dpkg recorded of packages, each read once.
struct Records<'t> {
    tree: &'t dyn Tree,
    counters: &'t Counters,
    read: HashMap<Purl, Option<Record>>,
    merge: UsrMerge,
}

/// When a package was unpacked (seconds since 1970), and the digests of its files once they are asked for.
struct Record {
    unpacked: i64,
    stem: String,
    digests: OnceCell<HashMap<PathBuf, String>>,
}

impl<'t> Records<'t> {
    fn new(tree: &'t dyn Tree, counters: &'t Counters) -> Self {
        Self { tree, counters, read: HashMap::new(), merge: UsrMerge::of(tree, Path::new("")) }
    }

    /// Whether the file, last touched at `time`, is another than its package brought.
    fn differs(&mut self, owner: &Purl, path: &Path, time: Option<i64>) -> bool {
        let (tree, counters) = (self.tree, self.counters);
        let Some(record) = self.read.entry(owner.clone()).or_insert_with(|| record(tree, owner)) else { return false };
        if time.is_none_or(|time| time <= record.unpacked) {
            return false;
        }
        let digests = record.digests.get_or_init(|| digests(tree, counters, &self.merge, &record.stem));
        let Some(expected) = digests.get(path) else { return false };
        Opened::new(tree, counters, path).bytes().is_ok_and(|bytes| hex(&Md5::digest(bytes)) != *expected)
    }
}

fn record(tree: &dyn Tree, owner: &Purl) -> Option<Record> {
    let arch = owner.qualifier("arch").unwrap_or_default();
    [owner.name().to_owned(), format!("{}:{arch}", owner.name())].into_iter().find_map(|stem| {
        let unpacked = tree.modified(&Path::new(INFO).join(format!("{stem}.list")))?;
        Some(Record { unpacked, stem, digests: OnceCell::new() })
    })
}

fn digests(tree: &dyn Tree, counters: &Counters, merge: &UsrMerge, stem: &str) -> HashMap<PathBuf, String> {
    let sums = Opened::new(tree, counters, &Path::new(INFO).join(format!("{stem}.md5sums")));
    let lines = sums.text_if_there().into_iter().flat_map(str::lines).filter_map(|line| line.split_once("  "));
    lines.map(|(digest, path)| (merge.real(path), digest.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Evidence, Location};
    use crate::source::DirectoryTree;

    fn found(root: &Path, content: &str) -> BTreeSet<PathBuf> {
        let package = "usr/lib/node_modules/npm/package.json";
        for (path, text) in [
            (package, content),
            ("var/lib/dpkg/info/nodejs.list", ""),
            // The digest of `old`.
            ("var/lib/dpkg/info/nodejs.md5sums", "149603e6c03516362a8da23f624db945  usr/lib/node_modules/npm/package.json\n"),
        ] {
            std::fs::create_dir_all(root.join(path).parent().expect("a parent")).expect("folders");
            std::fs::write(root.join(path), text).expect("a file");
        }
        let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        let list = std::fs::File::options().write(true).open(root.join("var/lib/dpkg/info/nodejs.list")).expect("a file");
        list.set_modified(long_ago).expect("a time");
        let mut ownership = Ownership::default();
        ownership.add(&Purl::new("deb", "nodejs"), [Path::new(package)]);
        let component =
            Component::new(Purl::new("npm", "npm"), Evidence::Installed, "test", Location::file(format!("/{package}")));
        overwritten(&DirectoryTree::new(root, true), &[component], &ownership, &Counters::default())
    }

    #[test]
    fn a_file_with_another_digest_than_its_package_brought_is_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(found(folder.path(), "new"), [PathBuf::from("usr/lib/node_modules/npm/package.json")].into());
    }

    #[test]
    fn a_file_that_only_looks_newer_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(found(folder.path(), "old"), BTreeSet::new());
    }
}
