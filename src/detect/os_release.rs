//! Finds the distribution of each system root from os-release(5), or from the release files that came before it:
//! one fact and one component a root, whichever of the files the walk meets. Guesses no product it has no table row for.

use std::path::{Path, PathBuf};

use crate::model::{Component, Evidence, Location, Origin, OsRelease, ProductHint, Purl, Role};
use crate::problem::Code;

use super::os_identity::{self, OS_RELEASE};
use super::{Claim, Detector, Fact, Findings, Opened};

/// The files that tell a distribution, the one that speaks for its root first.
const FILES: [&str; 11] = [
    "etc/os-release",
    "usr/lib/os-release",
    "etc/redhat-release",
    "etc/centos-release",
    "etc/rocky-release",
    "etc/almalinux-release",
    "etc/oracle-release",
    "etc/fedora-release",
    "etc/system-release",
    os_identity::ALPINE,
    os_identity::DEBIAN,
];

pub(super) struct OsReleaseFile;

impl Detector for OsReleaseFile {
    fn id(&self) -> &'static str {
        "os-release"
    }

    fn claims(&self) -> &'static [Claim] {
        const CLAIMS: [Claim; FILES.len()] = {
            let mut claims = [Claim::Path(""); FILES.len()];
            let mut index = 0;
            while index < FILES.len() {
                claims[index] = Claim::Path(FILES[index]);
                index += 1;
            }
            claims
        };
        &CLAIMS
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(rank) = FILES.iter().position(|claimed| file.path().ends_with(claimed)) else { return };
        let root = FILES.get(rank).map(|claimed| file.system_root(claimed)).unwrap_or_default();
        if rank < OS_RELEASE.len() {
            let Some(text) = out.text(file) else { return };
            if os_identity::parse(text).is_none() {
                out.problem(Code::Malformed, file, "not one KEY=value line in it; the distribution stays unknown");
            }
        }
        if FILES.iter().take(rank).any(|earlier| walked(file, &root, earlier)) {
            return;
        }
        if let Some(os) = os_identity::read(file, &root) {
            if let Some(component) = component(&os, file) {
                out.component(component);
            }
            out.fact(Fact::Os(root, os));
        }
    }
}

/// Whether the walk meets a regular file at `path`; a link there leaves the word to what it points to.
fn walked(file: &Opened<'_>, root: &Path, path: &str) -> bool {
    let path = PathBuf::from(path);
    file.tree().link(&root.join(&path)).is_none() && file.in_root(root, &path).exists()
}

/// The distribution as a component; `None` when the file does not name it.
fn component(os: &OsRelease, file: &Opened<'_>) -> Option<Component> {
    if os.id == "linux" {
        return None;
    }
    let version = os.version_id.as_deref().or(os.point_release.as_deref()).unwrap_or_default();
    let purl = Purl::new("generic", &os.id).with_version(version);
    let mut component = Component::new(purl, Evidence::Installed, "os-release", Location::file(file.shown()));
    component.origin = Origin::Distribution;
    component.product = os_identity::product(os).map(|product| ProductHint { product: product.to_owned(), role: Role::Os });
    Some(component)
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use crate::progress::Counters;
    use crate::source::MemoryTree;
    use expect_test::expect;

    #[test]
    fn debian_has_its_point_release_in_another_file() {
        let release =
            b"PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\r\nVERSION_ID=\"12\"\r\nVERSION_CODENAME=bookworm\r\nID=debian\r\n";
        expect![[r#"
            pkg:generic/debian@12 installed origin=Distribution
            * Os("", OsRelease { id: "debian", id_like: [], version_id: Some("12"), codename: Some("bookworm"), pretty_name: "Debian GNU/Linux 12 (bookworm)", point_release: Some("12.5") })"#]]
        .assert_eq(&found(&OsReleaseFile, &[("etc/os-release", release), ("etc/debian_version", b"12.5\n")]));
    }

    #[test]
    fn a_rolling_release_has_no_version_and_a_derivative_no_point_release_of_debian() {
        let sid: (&str, &[u8]) = ("etc/os-release", b"ID=debian\nPRETTY_NAME=sid\n");
        assert!(
            found(&OsReleaseFile, &[sid, ("etc/debian_version", b"trixie/sid\n")]).starts_with("pkg:generic/debian installed")
        );
        let old = found(&OsReleaseFile, &[("etc/debian_version", b"trixie/sid\n")]);
        assert!(old.starts_with("pkg:generic/debian installed") && old.contains(r#"codename: Some("trixie")"#), "{old}");
        let mx: (&str, &[u8]) = ("etc/os-release", b"ID=mx\nVERSION_ID=23\n");
        assert!(found(&OsReleaseFile, &[mx, ("etc/debian_version", b"12.5\n")]).contains("point_release: None"));
    }

    #[test]
    fn without_os_release_the_older_files_speak() {
        expect![[r#"
            pkg:generic/centos@6.10 installed origin=Distribution
            * Os("srv/c", OsRelease { id: "centos", id_like: [], version_id: Some("6.10"), codename: None, pretty_name: "CentOS release 6.10 (Final)", point_release: Some("6.10") })"#]]
        .assert_eq(&found(&OsReleaseFile, &[("srv/c/etc/centos-release", b"CentOS release 6.10 (Final)\n")]));
        assert!(found(&OsReleaseFile, &[("etc/debian_version", b"6.0.10\n")]).starts_with("pkg:generic/debian@6 "));
        assert!(found(&OsReleaseFile, &[("etc/alpine-release", b"3.4.6\n")]).starts_with("pkg:generic/alpine@3.4.6 "));
    }

    #[test]
    fn several_files_of_one_root_give_one_fact_and_the_first_wins() {
        let files: [(&str, &[u8]); 3] =
            [("etc/os-release", b"ID=first"), ("usr/lib/os-release", b"ID=second"), ("etc/debian_version", b"12.5")];
        let tree = files.iter().fold(MemoryTree::default(), |tree, (path, bytes)| tree.with(path, *bytes));
        assert_eq!(ids(&tree, &files.map(|(path, _)| path)), ["first"]);
    }

    #[test]
    fn a_linked_os_release_leaves_the_word_to_its_target() {
        let tree = MemoryTree::default()
            .with("c/usr/lib/os-release", *b"ID=debian")
            .with_link("c/etc/os-release", "../usr/lib/os-release");
        assert_eq!(ids(&tree, &["c/usr/lib/os-release"]), ["debian"]);
    }

    fn ids(tree: &MemoryTree, walked: &[&str]) -> Vec<String> {
        let counters = Counters::default();
        let mut out = Findings::default();
        for path in walked {
            OsReleaseFile.detect(&Opened::new(tree, &counters, Path::new(path)), &mut out);
        }
        out.facts.into_iter().filter_map(|fact| if let Fact::Os(_, os) = fact { Some(os.id) } else { None }).collect()
    }

    #[test]
    fn a_file_without_assignments_is_a_problem_and_the_default_id_makes_no_component() {
        expect!["! etc/os-release: UP002: not one KEY=value line in it; the distribution stays unknown"]
            .assert_eq(&found(&OsReleaseFile, &[("etc/os-release", b"hello\n")]));
        assert!(found(&OsReleaseFile, &[("etc/os-release", b"NAME=Thing\n")]).starts_with("* Os("));
    }
}
