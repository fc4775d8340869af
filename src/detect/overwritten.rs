//! Files that a dpkg package owns but that somebody replaced since: `make install`, `pip` or `npm` over a distribution's copy.
//! The cheap question first: did the file change after its package was unpacked? Only then its digest is compared
//! (format of `info/<package>.md5sums`: deb-md5sums(5)). Without a digest on record nothing is concluded.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use md5::{Digest, Md5};

use crate::model::{Component, Purl};
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
    let mut records = Records { tree, counters, read: HashMap::new(), merge: UsrMerge::of(tree, Path::new("")) };
    let places: BTreeSet<PathBuf> =
        components.iter().filter(|component| component.purl.kind() != "deb").filter_map(Component::on_disk).collect();
    places.into_iter().filter(|path| ownership.owner(path).is_some_and(|owner| records.differs(owner, path))).collect()
}

/// What dpkg recorded of packages, each read once.
struct Records<'t> {
    tree: &'t dyn Tree,
    counters: &'t Counters,
    read: HashMap<Purl, Option<Record>>,
    merge: UsrMerge,
}

/// When a package was unpacked (seconds since 1970), and the digests of its files.
struct Record {
    unpacked: i64,
    digests: HashMap<PathBuf, String>,
}

impl Records<'_> {
    fn differs(&mut self, owner: &Purl, path: &Path) -> bool {
        let (tree, counters, merge) = (self.tree, self.counters, &self.merge);
        let record = self.read.entry(owner.clone()).or_insert_with(|| record(tree, counters, merge, owner));
        let Some(record) = record else { return false };
        let changed = tree.changed(path).is_some_and(|changed| changed > record.unpacked);
        let Some(expected) = record.digests.get(path).filter(|_| changed) else { return false };
        Opened::new(tree, counters, path).bytes().is_ok_and(|bytes| digest(bytes) != *expected)
    }
}

fn record(tree: &dyn Tree, counters: &Counters, merge: &UsrMerge, owner: &Purl) -> Option<Record> {
    let arch = owner.qualifier("arch").unwrap_or_default();
    [owner.name().to_owned(), format!("{}:{arch}", owner.name())].iter().find_map(|stem| {
        let list = Path::new(INFO).join(format!("{stem}.list"));
        let sums = Opened::new(tree, counters, &Path::new(INFO).join(format!("{stem}.md5sums")));
        let digests = sums.text_if_there()?.lines().filter_map(|line| line.split_once("  "));
        let digests = digests.map(|(digest, path)| (merge.real(path), digest.to_owned())).collect();
        Some(Record { unpacked: tree.modified(&list)?, digests })
    })
}

fn digest(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
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
