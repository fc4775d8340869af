//! Reads Portage's database of installed packages, `var/db/pkg/<category>/<name>-<version>/`
//! (<https://wiki.gentoo.org/wiki//var/db/pkg>, names and versions: <https://projects.gentoo.org/pms/8/pms.html#x1-180003>): what the
//! package is, its licence as the ebuild states it, its repository and its files. A package that is being merged is not
//! there yet. Of what was chosen only `world` is known; the system's own set is not.
//!
//! The purl specification has no type for it; `ebuild` is the name that it keeps for Portage.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Chosen, Component, Evidence, Location, Origin, OsRelease, Purl};
use crate::problem::Code;

use super::{Claim, Detector, FileFacts, Findings, Opened, Stage, UsrMerge, os_identity};

/// Gentoo's own repository.
const GENTOO: &str = "gentoo";

pub(super) struct PortageVdb;

impl Detector for PortageVdb {
    fn id(&self) -> &'static str {
        "portage-vdb"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("PF"), Claim::Name("CONTENTS")]
    }

    fn stage(&self) -> Stage {
        Stage::PackageDatabase
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.folder(2) == "pkg" && facts.folder(3) == "db" && !facts.folder(0).starts_with("-MERGING-")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let facts = file.facts();
        // Images drop files that nobody needs at run time; whichever of the two is there tells the package, once.
        if facts.name() == "CONTENTS" && file.sibling("PF").exists() {
            return;
        }
        let category = line(file, "CATEGORY").unwrap_or_else(|| facts.folder(1).to_owned());
        let full = line(file, "PF").unwrap_or_else(|| facts.folder(0).to_owned());
        let Some((name, version)) = split(&full) else {
            out.problem(Code::Malformed, file, "a package of Portage without a version");
            return;
        };
        let root = file.system_root("var/db/pkg/*/*/PF");
        let os = os_identity::read(file, &root);
        let purl = Purl::new("ebuild", name)
            .with_namespace(&category)
            .with_version(version)
            .with_qualifier("distro", &os.as_ref().map(OsRelease::distro).unwrap_or_default());
        own(file, &root, &purl, out);
        let mut component = Component::new(purl, Evidence::Installed, self.id(), Location::file(file.shown()));
        component.license = line(file, "LICENSE");
        component.origin = match line(file, "repository") {
            Some(repository) if repository == GENTOO => Origin::Distribution,
            Some(overlay) => Origin::Vendor(overlay),
            None => Origin::Unknown,
        };
        component.chosen = chosen(file, &root, &format!("{category}/{name}"));
        out.component(component);
    }
}

/// The text of a file of the package, with single blanks; `None` if it is missing or empty.
fn line(file: &Opened<'_>, name: &str) -> Option<String> {
    let beside = file.sibling(name);
    let words: Vec<&str> = beside.text_if_there()?.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Version and revision, as the package manager specification writes them.
static VERSION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[0-9]+(\.[0-9]+)*[a-z]?(_(alpha|beta|pre|rc|p)[0-9]*)*(-r[0-9]+)?$").ok());

/// Name and version with its revision: a name never ends in what could be a version.
fn split(full: &str) -> Option<(&str, &str)> {
    let version = VERSION.as_ref()?;
    let mut splits = full.match_indices('-').filter_map(|(at, _)| Some((full.get(..at)?, full.get(at + 1..)?)));
    splits.find(|(name, rest)| !name.is_empty() && version.is_match(rest))
}

/// Notes the files and links of `CONTENTS`; folders are everybody's.
fn own(file: &Opened<'_>, root: &Path, purl: &Purl, out: &mut Findings) {
    let contents = file.sibling("CONTENTS");
    let Ok(bytes) = contents.bytes() else { return };
    let merge = UsrMerge::of(file.tree(), root);
    let lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
    let real: Vec<PathBuf> = lines.filter_map(path).map(|path| merge.real(path)).collect();
    out.ownership.add(purl, real.iter().map(PathBuf::as_path));
}

/// The path in `obj /usr/bin/a b 0123 1700000000` and in `sym /usr/lib/a -> b 1700000000`; it may hold blanks.
fn path(line: &str) -> Option<&str> {
    match line.split_once(' ')? {
        ("obj", rest) => rest.rsplitn(3, ' ').nth(2),
        ("sym", rest) => rest.split_once(" -> ").map(|(path, _)| path),
        _ => None,
    }
}

fn chosen(file: &Opened<'_>, root: &Path, package: &str) -> Chosen {
    let world = file.in_root(root, Path::new("var/lib/portage/world"));
    // An atom may name a slot or a repository: `dev-lang/python:3.11`.
    let names = |text: &str| text.lines().any(|atom| atom.trim().split(':').next() == Some(package));
    if world.text_if_there().is_some_and(names) { Chosen::Purpose } else { Chosen::Unknown }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, found};
    use super::*;
    use expect_test::expect;

    const FOLDER: &str = "var/db/pkg/dev-libs/openssl-3.0.13-r2";

    #[test]
    fn a_package_has_category_revision_licence_repository_and_files() {
        let names = ["PF", "CATEGORY", "LICENSE", "repository", "CONTENTS"].map(|name| format!("{FOLDER}/{name}"));
        let [pf, category, license, repository, contents] = &names;
        let files: [(&str, &[u8]); 7] = [
            (pf, b"openssl-3.0.13-r2\n"),
            (category, b"dev-libs\n"),
            (license, b"|| ( Apache-2.0\n openssl )\n"),
            (repository, b"gentoo\n"),
            (contents, b"dir /usr\nobj /usr/lib64/lib a.so 00 1700000000\nsym /usr/bin/c_rehash -> rehash 1700000000\n"),
            ("var/lib/portage/world", b"app-editors/vim\ndev-libs/openssl:0\n"),
            ("etc/os-release", b"ID=gentoo\nVERSION_ID=\"2.14\"\n"),
        ];
        expect!["pkg:ebuild/dev-libs/openssl@3.0.13-r2?distro=gentoo-2.14 installed chosen=Purpose origin=Distribution license=|| ( Apache-2.0 openssl )"]
            .assert_eq(&found(&PortageVdb, &files));
        let out = findings(&PortageVdb, &files);
        for path in ["usr/lib64/lib a.so", "usr/bin/c_rehash"] {
            assert!(out.ownership.owner(Path::new(path)).is_some(), "{path}");
        }
        assert_eq!(out.ownership.len(), 2);
    }

    #[test]
    fn the_folders_tell_the_package_where_its_files_were_dropped() {
        let contents = "c/var/db/pkg/sys-apps/baselayout-2.14_p1/CONTENTS";
        expect!["pkg:ebuild/sys-apps/baselayout@2.14_p1 installed"].assert_eq(&found(&PortageVdb, &[(contents, b"")]));
        let pf = ("c/var/db/pkg/sys-apps/baselayout-2.14_p1/PF", &b"baselayout-2.14_p1"[..]);
        assert_eq!(found(&PortageVdb, &[(contents, b""), pf]), "");
    }

    #[test]
    fn a_name_never_ends_in_a_version() {
        for (full, expected) in [
            ("font-adobe-100dpi-1.0.4-r1", Some(("font-adobe-100dpi", "1.0.4-r1"))),
            ("gtk+-3.24.41", Some(("gtk+", "3.24.41"))),
            ("openssh-9.6_p1-r3", Some(("openssh", "9.6_p1-r3"))),
            ("tzdata-2024a", Some(("tzdata", "2024a"))),
            ("python-3.12.0_rc3_p1", Some(("python", "3.12.0_rc3_p1"))),
            ("linux-firmware-99999999", Some(("linux-firmware", "99999999"))),
            ("ncurses-compat-libs", None),
            ("-1.0", None),
            ("", None),
        ] {
            assert_eq!(split(full), expected, "{full}");
        }
    }

    #[test]
    fn a_package_without_a_version_is_a_problem() {
        expect!["! var/db/pkg/a/b/PF: UP002: a package of Portage without a version"]
            .assert_eq(&found(&PortageVdb, &[("var/db/pkg/a/b/PF", b"\xFF\xFE\x00")]));
        expect![[r#"pkg:ebuild/a/b@1 installed origin=Vendor("guru")"#]]
            .assert_eq(&found(&PortageVdb, &[("var/db/pkg/a/b-1/PF", b""), ("var/db/pkg/a/b-1/repository", b"guru\r\n")]));
    }

    #[test]
    fn only_merged_packages_are_wanted() {
        for (path, wanted) in [
            ("var/db/pkg/a/b-1/PF", true),
            ("srv/c/var/db/pkg/a/b-1/CONTENTS", true),
            ("var/db/pkg/a/-MERGING-b-1/PF", false),
            ("home/me/pkg/CONTENTS", false),
        ] {
            assert_eq!(PortageVdb.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }
}
