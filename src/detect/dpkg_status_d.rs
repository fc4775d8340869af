//! Reads `var/lib/dpkg/status.d`, where images without dpkg keep one control stanza a file
//! (<https://github.com/GoogleContainerTools/distroless>), with the digests of the package's files beside it.
//! Nothing there is half-installed; a stanza without a status is an installed package.

use std::path::PathBuf;

use crate::model::PackageState;
use crate::problem::Code;

use super::deb822::stanzas;
use super::dpkg_files::parse_md5sums;
use super::dpkg_package::{DebSystem, conffiles, state};
use super::{Claim, Detector, FileFacts, Findings, Opened, Stage, UsrMerge};

const FOLDER: &str = "var/lib/dpkg/status.d";

pub(super) struct DpkgStatusD;

impl Detector for DpkgStatusD {
    fn id(&self) -> &'static str {
        "dpkg-status-d"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::In(FOLDER)]
    }

    fn stage(&self) -> Stage {
        Stage::PackageDatabase
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let ending = facts.path().extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        !["md5sums", "list", "preinst", "postinst", "prerm", "postrm"].contains(&ending)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(bytes) = out.bytes(file) else { return };
        let root = file.system_root(&format!("{FOLDER}/*"));
        let system = DebSystem::of(file, &root);
        for stanza in stanzas(bytes) {
            let Some(mut component) = system.component(&stanza, self.id(), &file.shown()) else {
                out.problem_at(Code::Malformed, file, stanza.line, "a stanza without a package name");
                return;
            };
            let Some(state) = stanza.get("Status").map_or(Some(PackageState::Installed), |status| state(&status)) else {
                continue;
            };
            component.state = state;
            let mut paths = conffiles(&stanza);
            let sums = file.path().file_name().map(|name| format!("{}.md5sums", name.to_string_lossy())).unwrap_or_default();
            paths.extend(file.sibling(&sums).bytes().map(parse_md5sums).unwrap_or_default());
            let merge = UsrMerge::of(file.tree(), &root);
            let real: Vec<PathBuf> = paths.iter().map(|path| merge.real(path)).collect();
            out.ownership.add(&component.purl, real.iter().map(PathBuf::as_path));
            out.component(component);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::testing::{findings, found};
    use super::*;
    use expect_test::expect;

    const STANZA: &[u8] =
        b"Package: libssl3\nSource: openssl\nVersion: 3.0.11-1\nArchitecture: amd64\nMaintainer: D <x@debian.org>\n";

    #[test]
    fn a_stanza_without_status_is_installed_and_owns_what_its_digests_list() {
        let files: [(&str, &[u8]); 3] = [
            ("img/var/lib/dpkg/status.d/libssl3", STANZA),
            ("img/var/lib/dpkg/status.d/libssl3.md5sums", b"00  usr/lib/libssl.so.3\n"),
            ("img/usr/lib/os-release", b"ID=debian\nVERSION_ID=12\n"),
        ];
        expect!["pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12 installed origin=Distribution source=openssl"]
            .assert_eq(&found(&DpkgStatusD, &files));
        let out = findings(&DpkgStatusD, &files);
        assert!(out.ownership.owner(Path::new("img/usr/lib/libssl.so.3")).is_some());
    }

    #[test]
    fn an_epoch_stays_a_removed_package_is_none_and_a_missing_version_unknown() {
        for (stanza, expected) in [
            (&b"Package: a\r\nVersion: 1:2-3\r\n"[..], "pkg:deb/debian/a@1:2-3 installed"),
            (b"Package: a\nStatus: purge ok not-installed\nVersion: 1\n", ""),
            (b"Package: a\nStatus: deinstall ok config-files\nVersion: 1\n", "pkg:deb/debian/a@1 installed state=ConfigFiles"),
            (b"Package: a\n", "pkg:deb/debian/a installed"),
            (b"", ""),
        ] {
            assert_eq!(found(&DpkgStatusD, &[("var/lib/dpkg/status.d/a", stanza)]), expected);
        }
    }

    #[test]
    fn a_file_of_another_format_is_one_problem() {
        expect!["! var/lib/dpkg/status.d/x:1:1: UP002: a stanza without a package name"]
            .assert_eq(&found(&DpkgStatusD, &[("var/lib/dpkg/status.d/x", b"#!/bin/sh\necho\n\nmore\n")]));
    }

    #[test]
    fn lists_and_scripts_are_not_wanted() {
        for (name, wanted) in [("libssl3", true), ("libstdc++6", true), ("libssl3.md5sums", false), ("libc6.preinst", false)] {
            assert_eq!(DpkgStatusD.wants(&FileFacts::new(&Path::new(FOLDER).join(name))), wanted, "{name}");
        }
    }
}
