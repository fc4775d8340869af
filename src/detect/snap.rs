//! Reads snaps (<https://snapcraft.io/docs/snap-format>): `meta/snap.yaml` of the active revision, as snapd mounts it below
//! `snap/<name>/<revision>/`; the archives in `var/lib/snapd/snaps` of a system whose snaps are not mounted; and the Debian
//! packages that a base snap lists in `usr/share/snappy/dpkg.yaml`.
//!
//! Older revisions, which snapd keeps to go back to, are counted and left out. An archive itself is not read, so that its
//! version stays unknown.

use std::path::{Path, PathBuf};

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::{Claim, Detector, FileFacts, Findings, Opened, os_identity, yaml};

const ID: &str = "snap";
const ARCHIVES: &str = "var/lib/snapd/snaps";
const PACKAGES: &str = "usr/share/snappy/dpkg.yaml";

/// Snaps and what base snaps are made of.
pub(super) struct Snap;

impl Detector for Snap {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path("meta/snap.yaml"), Claim::In(ARCHIVES), Claim::Path(PACKAGES)]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        match facts.name() {
            "snap.yaml" => facts.folder(3) == "snap",
            "dpkg.yaml" => true,
            _ => facts.path().extension().is_some_and(|ending| ending == "snap"),
        }
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        match file.path().file_name().and_then(|name| name.to_str()) {
            Some("snap.yaml") => mounted(file, out),
            Some("dpkg.yaml") => packages(file, out),
            _ => archive(file, out),
        }
    }
}

/// A snap in its folder, unless another revision is the active one.
fn mounted(file: &Opened<'_>, out: &mut Findings) {
    let facts = file.facts();
    let revisions = file.path().ancestors().nth(3).unwrap_or(Path::new(""));
    let current = file.tree().link(&revisions.join("current"));
    if current.is_some_and(|current| current.file_name().is_some_and(|active| active != facts.folder(1))) {
        return out.skip("inactive revisions of snaps");
    }
    // The folders name a snap even where its own description is broken.
    let snap = document::read(file, out, yaml::parse).unwrap_or_default();
    let name = snap.text("name").unwrap_or(facts.folder(2));
    let mut component = component(name, snap.text("version").unwrap_or_default(), file);
    component.license = snap.text("license").filter(|license| *license != "unset").map(str::to_owned);
    // Bases and snapd itself come with the first snap that needs them.
    let supports = snap.text("type").is_some_and(|kind| matches!(kind, "base" | "core" | "os" | "snapd"));
    component.chosen = if supports { Chosen::Dependency } else { Chosen::Unknown };
    out.component(component);
}

/// An archive `<name>_<revision>.snap` whose content is not mounted.
fn archive(file: &Opened<'_>, out: &mut Findings) {
    let facts = file.facts();
    let Some((name, revision)) = facts.name().strip_suffix(".snap").and_then(|stem| stem.rsplit_once('_')) else { return };
    let root = file.path().ancestors().nth(ARCHIVES.split('/').count() + 1).unwrap_or(Path::new(""));
    // Fedora and Arch mount snaps elsewhere.
    for folder in ["snap", "var/lib/snapd/snap"] {
        let snap: PathBuf = Path::new(folder).join(name);
        let is_mounted = file.in_root(root, &snap.join(revision).join("meta/snap.yaml")).exists();
        let active = file.tree().link(&root.join(&snap).join("current"));
        if is_mounted || active.is_some_and(|active| active.file_name().is_some_and(|active| active != revision)) {
            return;
        }
    }
    out.component(component(name, "", file));
}

fn component(name: &str, version: &str, file: &Opened<'_>) -> Component {
    let purl = Purl::new("snap", name).with_version(version);
    let mut component = Component::new(purl, Evidence::Installed, ID, Location::file(file.shown()));
    component.origin = Origin::Registry;
    component
}

/// The packages that a base snap was built of: a list of `name=version`, or of maps with both.
fn packages(file: &Opened<'_>, out: &mut Findings) {
    let Some(document) = document::read(file, out, yaml::parse) else { return };
    let os = os_identity::read(file, &file.system_root(PACKAGES));
    let (space, distro) = os.as_ref().map_or(("ubuntu", String::new()), |os| {
        let version = os.version_id.as_deref().unwrap_or_default();
        (os.id.as_str(), if version.is_empty() { String::new() } else { format!("{}-{version}", os.id) })
    });
    for item in document::list_at(&document, "packages", file, out) {
        let pair = match item.as_text() {
            Some(text) => text.split_once('='),
            None => item.text("name").zip(item.text("version")),
        };
        let Some((name, version)) = pair.filter(|(name, _)| !name.is_empty()) else {
            out.problem_at(Code::Malformed, file, item.line, "a package without a name or a version");
            continue;
        };
        let (name, arch) = name.split_once(':').unwrap_or((name, item_arch(item)));
        let purl = Purl::new("deb", name)
            .with_namespace(space)
            .with_version(version)
            .with_qualifier("arch", arch)
            .with_qualifier("distro", &distro);
        let mut component = Component::new(purl, Evidence::Embedded, ID, Location::line(file.shown(), item.line));
        component.origin = Origin::Distribution;
        out.component(component);
    }
}

fn item_arch(item: &Node) -> &str {
    item.text("architecture").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use crate::progress::Counters;
    use crate::source::MemoryTree;
    use expect_test::expect;

    const YAML: &[u8] =
        b"name: firefox\r\nversion: 121.0-1\r\nlicense: MPL-2.0\r\nbase: core22\r\napps:\r\n  firefox: {command: x}\r\n";

    #[test]
    fn a_mounted_snap_says_name_version_and_licence() {
        expect!["pkg:snap/firefox@121.0-1 installed license=MPL-2.0"]
            .assert_eq(&found(&Snap, &[("snap/firefox/3600/meta/snap.yaml", YAML)]));
        expect!["pkg:snap/core22@20231123 installed chosen=Dependency"]
            .assert_eq(&found(&Snap, &[("snap/core22/1033/meta/snap.yaml", b"name: core22\nversion: '20231123'\ntype: base\n")]));
    }

    #[test]
    fn only_the_active_revision_counts() {
        let tree = MemoryTree::default()
            .with("snap/firefox/3600/meta/snap.yaml", YAML)
            .with("snap/firefox/3500/meta/snap.yaml", YAML)
            .with_link("snap/firefox/current", "3600");
        let counters = Counters::default();
        for (revision, count) in [("3600", 1), ("3500", 0)] {
            let mut out = Findings::default();
            let path = format!("snap/firefox/{revision}/meta/snap.yaml");
            Snap.detect(&Opened::new(&tree, &counters, Path::new(&path)), &mut out);
            assert_eq!((out.components.len(), out.skipped.len()), (count, 1 - count), "{revision}");
        }
    }

    #[test]
    fn an_archive_counts_where_nothing_is_mounted() {
        let place = "var/lib/snapd/snaps/firefox_3600.snap";
        expect!["pkg:snap/firefox installed"].assert_eq(&found(&Snap, &[(place, b"hsqs")]));
        assert_eq!(found(&Snap, &[(place, b"hsqs"), ("snap/firefox/3600/meta/snap.yaml", YAML)]), "");
        assert_eq!(found(&Snap, &[("var/lib/snapd/snaps/partial.snap", b"")]), "");
    }

    #[test]
    fn a_base_lists_debian_packages() {
        let os = b"ID=ubuntu\nVERSION_ID=\"20.04\"\n";
        let text = b"package-repositories: []\npackages:\n- adduser=3.118ubuntu2\n- libc6:amd64=2.31-0ubuntu9.14\n- broken\n";
        expect![[r"
            pkg:deb/ubuntu/adduser@3.118ubuntu2?distro=ubuntu-20.04 embedded origin=Distribution :3
            pkg:deb/ubuntu/libc6@2.31-0ubuntu9.14?arch=amd64&distro=ubuntu-20.04 embedded origin=Distribution :4
            ! snap/core20/1/usr/share/snappy/dpkg.yaml:5:1: UP002: a package without a name or a version"]]
        .assert_eq(&found(
            &Snap,
            &[("snap/core20/1/usr/share/snappy/dpkg.yaml", text), ("snap/core20/1/usr/lib/os-release", os)],
        ));
    }

    #[test]
    fn an_empty_and_a_broken_file_are_problems_and_the_snap_is_there() {
        expect![[r"
            pkg:snap/x installed
            ! snap/x/1/meta/snap.yaml:1:1: UP002: expected a map, found nothing"]]
        .assert_eq(&found(&Snap, &[("snap/x/1/meta/snap.yaml", b"")]));
        expect![[r"
            pkg:snap/x installed
            ! snap/x/1/meta/snap.yaml:3:1: UP002: not YAML: while parsing a node, did not find expected node content"]]
        .assert_eq(&found(&Snap, &[("snap/x/1/meta/snap.yaml", b"name: x\nversion: [\n")]));
    }
}
