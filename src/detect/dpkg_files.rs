//! Which files a package of dpkg owns: `info/<package>[:<arch>].list`, or `.md5sums` where an image dropped the lists,
//! with diversions (dpkg-divert(1)) and a merged `/usr` resolved. Drops folders that have something in them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::model::Purl;

use super::deb822::Stanza;
use super::dpkg_package::conffiles;
use super::{Findings, Opened, UsrMerge};

/// The file lists of one dpkg database.
pub(super) struct DpkgFiles<'f, 'a> {
    status: &'f Opened<'a>,
    root: PathBuf,
    merge: UsrMerge,
    diversions: HashMap<String, Diversion>,
}

struct Diversion {
    to: String,
    /// The package whose own file keeps its name; `:` stands for the administrator.
    by: String,
}

impl<'f, 'a> DpkgFiles<'f, 'a> {
    /// The lists beside `status`, below the system root `root`.
    pub(super) fn of(status: &'f Opened<'a>, root: &Path) -> Self {
        let diversions = status.in_root(root, Path::new("var/lib/dpkg/diversions"));
        let diversions = diversions.bytes().map(parse_diversions).unwrap_or_default();
        Self { status, root: root.to_owned(), merge: UsrMerge::of(status.tree(), root), diversions }
    }

    /// Notes what the package of `stanza` owns.
    pub(super) fn own(&self, stanza: &Stanza<'_>, purl: &Purl, out: &mut Findings) {
        let name = stanza.get("Package").unwrap_or_default();
        let mut paths = self.listed(stanza, &name);
        paths.extend(conffiles(stanza));
        let real: Vec<PathBuf> = paths.iter().map(|path| self.merge.real(self.diverted(path, &name))).collect();
        out.ownership.add(purl, real.iter().map(PathBuf::as_path));
    }

    fn listed(&self, stanza: &Stanza<'_>, name: &str) -> Vec<String> {
        let qualified = format!("{name}:{}", stanza.get("Architecture").unwrap_or_default());
        let mut stems = [qualified.as_str(), name];
        // Only packages that can be installed for several architectures at once carry one in the file's name.
        if stanza.get("Multi-Arch").is_none_or(|value| value != "same") {
            stems.reverse();
        }
        let read = |stem: &str, ending: &str, parse: fn(&[u8]) -> Vec<String>| {
            let list = self.status.in_root(&self.root, &Path::new("var/lib/dpkg/info").join(format!("{stem}.{ending}")));
            list.bytes().map(parse).ok()
        };
        stems
            .iter()
            .find_map(|stem| read(stem, "list", parse_list))
            .or_else(|| stems.iter().find_map(|stem| read(stem, "md5sums", parse_md5sums)))
            .unwrap_or_default()
    }

    /// Where a file of `package` really lies: another package's diversion moves it aside.
    fn diverted<'p>(&'p self, path: &'p str, package: &str) -> &'p str {
        self.diversions.get(path).filter(|diversion| diversion.by != package).map_or(path, |diversion| &diversion.to)
    }
}

/// Paths, one a line; folders come before what is in them and are left out.
fn parse_list(bytes: &[u8]) -> Vec<String> {
    let lines: Vec<&str> = utf8_lines(bytes).collect();
    let next = lines.iter().skip(1).map(|line| Some(*line)).chain([None]);
    let holds =
        |path: &str, next: Option<&str>| next.and_then(|next| next.strip_prefix(path)).is_some_and(|rest| rest.starts_with('/'));
    lines
        .iter()
        .zip(next)
        .filter(|(path, next)| **path != "/." && !holds(path, *next))
        .map(|(path, _)| (*path).to_owned())
        .collect()
}

/// `md5sum`'s format: digest, two blanks, path without a leading slash.
pub(super) fn parse_md5sums(bytes: &[u8]) -> Vec<String> {
    utf8_lines(bytes)
        .filter_map(|line| line.split_once(' '))
        .map(|(_, path)| path.trim_start_matches([' ', '*']).to_owned())
        .collect()
}

/// Three lines each: from, to, package.
fn parse_diversions(bytes: &[u8]) -> HashMap<String, Diversion> {
    let mut lines = utf8_lines(bytes);
    let mut all = HashMap::new();
    while let (Some(from), Some(to), Some(by)) = (lines.next(), lines.next(), lines.next()) {
        all.insert(from.to_owned(), Diversion { to: to.to_owned(), by: by.to_owned() });
    }
    all
}

/// A path that is not UTF-8 is left out: no package of a distribution has one.
fn utf8_lines(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok()).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_hold_something_are_left_out_of_a_list() {
        let list = b"/.\n/usr\n/usr/bin\n/usr/bin/a\n/usr/bin/a-b\n/var/empty\n";
        assert_eq!(parse_list(list), ["/usr/bin/a", "/usr/bin/a-b", "/var/empty"]);
    }

    #[test]
    fn digests_are_cut_off_and_broken_lines_left_out() {
        assert_eq!(parse_md5sums(b"00aa  usr/bin/a b\n00bb *usr/bin/c\nbroken\n\n"), ["usr/bin/a b", "usr/bin/c"]);
    }
}
