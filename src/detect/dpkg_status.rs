//! Reads dpkg's database `var/lib/dpkg/status` (format: deb-control(5), states: dpkg(1)), its file lists, and which packages
//! apt installed by itself (`var/lib/apt/extended_states`). Where `status` is gone, dpkg's copy of it from before the last change,
//! `status-old`, tells what is known. Ignores the journal `updates/`, which dpkg empties when it ends, and what is not
//! installed at all. Reads no licences; merges no duplicates.

use std::collections::HashMap;
use std::path::Path;

use crate::model::{Chosen, PackageState};
use crate::problem::Code;

use super::deb822::stanzas;
use super::dpkg_files::DpkgFiles;
use super::dpkg_package::{DebSystem, state};
use super::{Claim, Detector, Findings, Opened, Stage};

/// dpkg's database below a system root.
pub(super) const STATUS: &str = "var/lib/dpkg/status";

/// dpkg's copy of it, of the same length in folders.
const STATUS_OLD: &str = "var/lib/dpkg/status-old";

pub(super) struct DpkgStatus;

impl Detector for DpkgStatus {
    fn id(&self) -> &'static str {
        "dpkg-status"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(STATUS), Claim::Path(STATUS_OLD)]
    }

    fn stage(&self) -> Stage {
        Stage::PackageDatabase
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if file.path().ends_with(STATUS_OLD) && file.sibling("status").exists() {
            return;
        }
        let Some(bytes) = out.bytes(file) else { return };
        let root = file.system_root(STATUS);
        let (system, files, marks) = (DebSystem::of(file, &root), DpkgFiles::of(file, &root), Marks::read(file, &root));
        let shown = file.shown();
        // One problem tells that the file is damaged; a line for each stanza of a file of another format would not tell more.
        let mut fault = None;
        for stanza in stanzas(bytes) {
            fault = fault.or(stanza.fault.map(|line| (line, "text that is no field; the rest of the file was read")));
            let Some(mut component) = system.component(&stanza, self.id(), &shown) else {
                fault = fault.or(Some((stanza.line, "a stanza without a package name")));
                continue;
            };
            let Some(status) = stanza.get("Status") else {
                fault = fault.or(Some((stanza.line, "a package without a status")));
                continue;
            };
            let Some(state) = state(&status) else { continue };
            component.state = state;
            component.chosen = marks.chosen(component.purl.name(), component.purl.qualifier("arch").unwrap_or_default());
            if state != PackageState::ConfigFiles {
                if component.purl.version().is_none() {
                    fault = fault.or(Some((stanza.line, "an installed package without a version")));
                }
                files.own(&stanza, &component.purl, out);
            }
            out.component(component);
        }
        if let Some((line, text)) = fault {
            out.problem_at(Code::Malformed, file, line, text);
        }
    }
}

/// apt's marks: the architectures for which a name was installed by itself; `None` if apt never wrote any.
struct Marks(Option<HashMap<String, Vec<String>>>);

impl Marks {
    fn read(file: &Opened<'_>, root: &Path) -> Self {
        let states = file.in_root(root, Path::new("var/lib/apt/extended_states"));
        let Ok(bytes) = states.bytes() else { return Self(None) };
        let mut marks: HashMap<String, Vec<String>> = HashMap::new();
        for stanza in stanzas(bytes).filter(|stanza| stanza.get("Auto-Installed").is_some_and(|value| value == "1")) {
            if let (Some(name), arch) = (stanza.get("Package"), stanza.get("Architecture").unwrap_or_default()) {
                marks.entry(name.into_owned()).or_default().push(arch.into_owned());
            }
        }
        Self(Some(marks))
    }

    /// apt writes the native architecture for packages of architecture `all`.
    fn chosen(&self, name: &str, arch: &str) -> Chosen {
        let Some(marks) = &self.0 else { return Chosen::Unknown };
        let automatic = marks.get(name).is_some_and(|archs| arch == "all" || archs.iter().any(|marked| marked == arch));
        if automatic { Chosen::Dependency } else { Chosen::Purpose }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, found};
    use super::*;
    use crate::progress::Counters;
    use crate::source::MemoryTree;
    use expect_test::expect;

    const BOOKWORM: (&str, &[u8]) = ("etc/os-release", b"ID=debian\nVERSION_ID=\"12\"\n");

    #[test]
    fn every_package_that_left_something_is_told_with_its_state() {
        let status = b"Package: a\nStatus: install ok installed\nArchitecture: amd64\nSource: src (1.0)\nVersion: 1:2.0-1+b1\n\n\
            Package: b\nStatus: hold ok installed\nArchitecture: all\nSource: b (3)\nVersion: 3\n\n\
            Package: c\nStatus: deinstall ok config-files\nArchitecture: i386\nVersion: 4~rc1\n\n\
            Package: d\nStatus: install ok half-configured\nArchitecture: amd64\nVersion: 5\n\n\
            Package: e\nStatus: purge ok not-installed\nArchitecture: amd64\n";
        expect![[r"
            pkg:deb/debian/a@1:2.0-1%2Bb1?arch=amd64&distro=debian-12 installed source=src
            pkg:deb/debian/b@3?arch=all&distro=debian-12 installed state=Held
            pkg:deb/debian/c@4~rc1?arch=i386&distro=debian-12 installed state=ConfigFiles
            pkg:deb/debian/d@5?arch=amd64&distro=debian-12 installed state=Incomplete"]]
        .assert_eq(&found(&DpkgStatus, &[(STATUS, status), BOOKWORM]));
    }

    #[test]
    fn a_copy_counts_only_where_the_database_is_gone() {
        let old = ("var/lib/dpkg/status-old", b"Package: a\nStatus: install ok installed\nVersion: 1\n".as_slice());
        let list = ("var/lib/dpkg/info/a.list", b"/usr/bin/a\n".as_slice());
        assert_eq!(found(&DpkgStatus, &[old, list]), "pkg:deb/debian/a@1 installed");
        assert!(findings(&DpkgStatus, &[old, list]).ownership.owner(Path::new("usr/bin/a")).is_some());
        assert_eq!(found(&DpkgStatus, &[old, (STATUS, b"")]), "");
    }

    #[test]
    fn lines_that_end_as_on_windows_are_the_same() {
        let status = b"Package: a\r\nStatus: install ok installed\r\nArchitecture: amd64\r\nVersion: 2:1.0-1\r\n\r\n\
            Package: b\r\nStatus: deinstall ok installed\r\nVersion: 3\r\n";
        expect![[r"
            pkg:deb/debian/a@2:1.0-1?arch=amd64 installed
            pkg:deb/debian/b@3 installed"]]
        .assert_eq(&found(&DpkgStatus, &[(STATUS, status)]));
    }

    #[test]
    fn what_half_installed_left_is_told_as_incomplete() {
        let status = b"Package: a\nStatus: install reinstreq half-installed\nArchitecture: amd64\nVersion: 1\n\n\
            Package: b\nStatus: deinstall ok half-installed\nArchitecture: amd64\nVersion: 2\n\n\
            Package: c\nStatus: unknown ok not-installed\nPriority: optional\n\n\
            Package: d\nStatus: install ok triggers-awaited\nVersion: 4\n";
        expect![[r"
            pkg:deb/debian/a@1?arch=amd64 installed state=Incomplete
            pkg:deb/debian/b@2?arch=amd64 installed state=Incomplete
            pkg:deb/debian/d@4 installed"]]
        .assert_eq(&found(&DpkgStatus, &[(STATUS, status)]));
    }

    #[test]
    fn one_name_for_two_architectures_is_two_packages() {
        let status = b"Package: l\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: same\nVersion: 1\n\n\
            Package: l\nStatus: install ok installed\nArchitecture: i386\nMulti-Arch: same\nVersion: 1\n";
        let marked = b"Package: l\nArchitecture: i386\nAuto-Installed: 1\n";
        expect![[r"
            pkg:deb/debian/l@1?arch=amd64 installed chosen=Purpose
            pkg:deb/debian/l@1?arch=i386 installed chosen=Dependency"]]
        .assert_eq(&found(&DpkgStatus, &[(STATUS, status), ("var/lib/apt/extended_states", marked)]));
    }

    #[test]
    fn a_package_for_all_architectures_is_marked_under_the_native_one() {
        let status = b"Package: p\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n";
        let marked =
            b"Package: p\nArchitecture: amd64\nAuto-Installed: 1\n\nPackage: q\nArchitecture: amd64\nAuto-Installed: 0\n";
        expect!["pkg:deb/debian/p@1?arch=all installed chosen=Dependency"]
            .assert_eq(&found(&DpkgStatus, &[(STATUS, status), ("var/lib/apt/extended_states", marked)]));
    }

    #[test]
    fn a_derivative_is_its_own_namespace() {
        let status = b"Package: p\nStatus: install ok installed\nVersion: 1\n";
        expect!["pkg:deb/raspbian/p@1?distro=raspbian-11 installed"].assert_eq(&found(
            &DpkgStatus,
            &[(STATUS, status), ("etc/os-release", b"ID=raspbian\nVERSION_ID=11\nID_LIKE=debian")],
        ));
    }

    #[test]
    fn damage_is_one_problem_and_spoils_no_other_package() {
        let status = b"Package: a\nStatus: install ok installed\nVersion: 1\n\xFF\xFE garbage\n\nVersion: 2\n\n\
            Package: b\nStatus: install ok installed\nDescription: \xE9\nVersion: 3\n";
        expect![[r"
            pkg:deb/debian/a@1 installed
            pkg:deb/debian/b@3 installed
            ! var/lib/dpkg/status:4:1: UP002: text that is no field; the rest of the file was read"]]
        .assert_eq(&found(&DpkgStatus, &[(STATUS, status)]));
        expect![[""]].assert_eq(&found(&DpkgStatus, &[(STATUS, b"")]));
    }

    #[test]
    fn an_installed_package_without_a_version_stays_without() {
        expect![[r"
            pkg:deb/debian/a installed
            ! var/lib/dpkg/status:1:1: UP002: an installed package without a version"]]
        .assert_eq(&found(&DpkgStatus, &[(STATUS, b"Package: a\nStatus: install ok installed\n")]));
    }

    #[test]
    fn diversions_merged_folders_and_configuration_files_decide_the_owner() {
        let status = b"Package: dash\nStatus: install ok installed\nVersion: 1\n\n\
            Package: bash\nStatus: install ok installed\nVersion: 2\nConffiles:\n /etc/bash.bashrc 00\n\n\
            Package: gone\nStatus: deinstall ok config-files\nVersion: 3\nConffiles:\n /etc/gone 00\n";
        let files: [(&str, &[u8]); 4] = [
            (STATUS, status),
            ("var/lib/dpkg/diversions", b"/bin/sh\n/bin/sh.distrib\ndash\n"),
            ("var/lib/dpkg/info/dash.list", b"/.\n/bin\n/bin/dash\n/bin/sh\n"),
            ("var/lib/dpkg/info/bash.list", b"/.\n/bin\n/bin/bash\n/bin/sh\n"),
        ];
        let tree = files.iter().fold(MemoryTree::default(), |tree, (path, bytes)| tree.with(path, *bytes));
        let tree = tree.with_link("bin", "usr/bin");
        let counters = Counters::default();
        let mut out = Findings::default();
        DpkgStatus.detect(&Opened::new(&tree, &counters, Path::new(STATUS)), &mut out);
        for (path, owner) in [
            ("usr/bin/dash", Some("dash")),
            ("usr/bin/sh", Some("dash")),
            ("usr/bin/sh.distrib", Some("bash")),
            ("etc/bash.bashrc", Some("bash")),
            ("etc/gone", None),
            ("usr/bin", None),
        ] {
            assert_eq!(out.ownership.owner(Path::new(path)).map(crate::model::Purl::name), owner, "{path}");
        }
    }

    #[test]
    fn digests_say_the_owner_where_the_lists_were_dropped() {
        let status = b"Package: l\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: same\nVersion: 1\n";
        let sums = ("var/lib/dpkg/info/l:amd64.md5sums", b"00  usr/lib/l.so\n".as_slice());
        let out = findings(&DpkgStatus, &[(STATUS, status), sums]);
        assert!(out.ownership.owner(Path::new("usr/lib/l.so")).is_some());
    }
}
