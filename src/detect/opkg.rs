//! Reads opkg's database, of routers and of Yocto's images: `status` and, beside it, `info/<package>.control` and `.list`
//! (<https://openwrt.org/docs/guide-user/additional-software/opkg>, <https://git.yoctoproject.org/opkg/>). Without a `status`, each
//! control file is a package. What is not installed at all is left out.
//!
//! The purl specification has no type for opkg; `opkg` with the distribution as namespace is what is proposed for it.

use std::path::{Path, PathBuf};

use crate::model::{Chosen, Component, Evidence, Location, OsRelease, PackageState, Purl};
use crate::problem::Code;

use super::deb822::{Stanza, stanzas};
use super::dpkg_package::conffiles;
use super::{Claim, Detector, FileFacts, Findings, Opened, Stage, UsrMerge, os_identity};

const STATUS: [&str; 2] = ["usr/lib/opkg/status", "var/lib/opkg/status"];
const INFO: [&str; 2] = ["usr/lib/opkg/info", "var/lib/opkg/info"];

pub(super) struct Opkg;

impl Detector for Opkg {
    fn id(&self) -> &'static str {
        "opkg"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(STATUS[0]), Claim::Path(STATUS[1]), Claim::In(INFO[0]), Claim::In(INFO[1])]
    }

    fn stage(&self) -> Stage {
        Stage::PackageDatabase
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name() == "status" || facts.name().ends_with(".control")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let control = file.facts().folder(0) == "info";
        if control && file.sibling("../status").exists() {
            return;
        }
        let Some(bytes) = out.bytes(file) else { return };
        let root = file.system_root(if control { "usr/lib/opkg/info/*" } else { STATUS[0] });
        let system = System { os: os_identity::read(file, &root), merge: UsrMerge::of(file.tree(), &root), file };
        let mut fault = None;
        for stanza in stanzas(bytes) {
            fault = fault.or(stanza.fault.map(|line| (line, "text that is no field; the rest of the file was read")));
            let Some(name) = stanza.get("Package") else {
                fault = fault.or(Some((stanza.line, "a stanza without a package name")));
                continue;
            };
            let state = match stanza.get("Status") {
                Some(status) => state(&status),
                None => control.then_some(PackageState::Installed),
            };
            if let Some(state) = state {
                system.package(&name, &stanza, state, out);
            } else if stanza.get("Status").is_none() {
                fault = fault.or(Some((stanza.line, "a package without a status")));
            }
        }
        if let Some((line, text)) = fault {
            out.problem_at(Code::Malformed, file, line, text);
        }
    }
}

/// The system whose database is read.
struct System<'f, 'a> {
    os: Option<OsRelease>,
    merge: UsrMerge,
    file: &'f Opened<'a>,
}

impl System<'_, '_> {
    fn package(&self, name: &str, stanza: &Stanza<'_>, state: PackageState, out: &mut Findings) {
        let purl = Purl::new("opkg", name)
            .with_namespace(self.os.as_ref().map_or("", |os| &os.id))
            .with_version(&stanza.get("Version").unwrap_or_default())
            .with_qualifier("arch", &stanza.get("Architecture").unwrap_or_default())
            .with_qualifier("distro", &self.os.as_ref().map(OsRelease::distro).unwrap_or_default());
        if state != PackageState::ConfigFiles {
            let listed = self.beside(name, "list");
            let mut paths = listed.bytes().map(listed_paths).unwrap_or_default();
            paths.extend(conffiles(stanza));
            let real: Vec<PathBuf> = paths.iter().map(|path| self.merge.real(path)).collect();
            out.ownership.add(&purl, real.iter().map(PathBuf::as_path));
        }
        // The control file says more than the status.
        let control = self.beside(name, "control");
        let control = control.bytes().ok().and_then(|bytes| stanzas(bytes).next());
        let said = |field: &str| {
            let both = [Some(stanza), control.as_ref()];
            both.into_iter().flatten().find_map(|stanza| stanza.get(field)).map(std::borrow::Cow::into_owned)
        };
        let mut component = Component::new(purl, Evidence::Installed, "opkg", Location::file(self.file.shown()));
        component.state = state;
        component.chosen = chosen(stanza);
        component.license = said("License");
        component.source_package = said("SourceName").filter(|source| source != name);
        out.component(component);
    }

    fn beside(&self, name: &str, ending: &str) -> Opened<'_> {
        let folder = if self.file.facts().folder(0) == "info" { "" } else { "info" };
        let path = Path::new(folder).join(format!("{name}.{ending}"));
        self.file.sibling(&path.to_string_lossy())
    }
}

/// Paths, one a line; what follows a tab is a mode or the target of a link.
fn listed_paths(bytes: &[u8]) -> Vec<String> {
    let lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
    let paths = lines.map(|line| line.split('\t').next().unwrap_or_default().trim_end_matches('\r'));
    paths.filter(|path| path.starts_with('/') && !path.ends_with('/')).map(str::to_owned).collect()
}

/// What `Status: install user,hold installed` says; `None` if nothing of the package is there.
fn state(status: &str) -> Option<PackageState> {
    let words: Vec<&str> = status.split_whitespace().collect();
    let &[_, flags, state] = words.as_slice() else { return None };
    match state {
        "installed" if flags.split(',').any(|flag| flag == "hold") => Some(PackageState::Held),
        "installed" => Some(PackageState::Installed),
        "config-files" => Some(PackageState::ConfigFiles),
        "not-installed" => None,
        // Unpacked, half-installed, half-configured, or a script that failed.
        _ => Some(PackageState::Incomplete),
    }
}

/// opkg marks what came along, and flags what a user named.
fn chosen(stanza: &Stanza<'_>) -> Chosen {
    let named = stanza
        .get("Status")
        .is_some_and(|status| status.split_whitespace().nth(1).is_some_and(|flags| flags.split(',').any(|flag| flag == "user")));
    match stanza.get("Auto-Installed") {
        Some(mark) if mark == "yes" => Chosen::Dependency,
        _ if named => Chosen::Purpose,
        _ => Chosen::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, found};
    use super::*;
    use expect_test::expect;

    const OS: (&str, &[u8]) = ("etc/os-release", b"ID=\"openwrt\"\nVERSION_ID=\"23.05.3\"\n");
    const PACKAGES: &[u8] =
        b"Package: busybox\nVersion: 1.36.1-1\nDepends: libc\nStatus: install user installed\nArchitecture: mips_24kc\n\
        Conffiles:\n /etc/syslog.conf 00\nInstalled-Time: 1711111111\n\n\
        Package: libc\nVersion: 1.2.4-4\nStatus: install hold,user installed\nArchitecture: mips_24kc\nAuto-Installed: yes\n\n\
        Package: luci\nVersion: git-23.051-1\nStatus: install ok unpacked\nArchitecture: all\n\n\
        Package: gone\nVersion: 1\nStatus: deinstall ok not-installed\nArchitecture: all\n\n\
        Package: left\nVersion: 1\nStatus: deinstall ok config-files\nArchitecture: all\nConffiles:\n /etc/left 00\n";

    #[test]
    fn packages_have_state_purpose_licence_and_files() {
        for (status, info) in STATUS.into_iter().zip(INFO) {
            let (control, list) = (format!("{info}/busybox.control"), format!("{info}/busybox.list"));
            let files: [(&str, &[u8]); 4] = [
                (status, PACKAGES),
                OS,
                (&control, b"Package: busybox\nLicense: GPL-2.0\nSourceName: busybox-src\n"),
                (&list, b"/bin/busybox\n/bin/sh\t0120777\tbusybox\n/etc/\n"),
            ];
            expect![[r"
                pkg:opkg/openwrt/busybox@1.36.1-1?arch=mips_24kc&distro=openwrt-23.05.3 installed chosen=Purpose license=GPL-2.0 source=busybox-src
                pkg:opkg/openwrt/left@1?arch=all&distro=openwrt-23.05.3 installed state=ConfigFiles
                pkg:opkg/openwrt/libc@1.2.4-4?arch=mips_24kc&distro=openwrt-23.05.3 installed chosen=Dependency state=Held
                pkg:opkg/openwrt/luci@git-23.051-1?arch=all&distro=openwrt-23.05.3 installed state=Incomplete"]]
            .assert_eq(&found(&Opkg, &files));
            let out = findings(&Opkg, &files);
            for path in ["bin/busybox", "bin/sh", "etc/syslog.conf"] {
                assert_eq!(out.ownership.owner(Path::new(path)).map(Purl::name), Some("busybox"), "{path}");
            }
            assert_eq!(out.ownership.owner(Path::new("etc/left")), None);
        }
    }

    #[test]
    fn a_control_file_is_a_package_only_where_there_is_no_status() {
        let control = ("r/usr/lib/opkg/info/uci.control", b"Package: uci\r\nVersion: 2023\r\nArchitecture: arm\r\n".as_slice());
        let list = ("r/usr/lib/opkg/info/uci.list", b"/sbin/uci\r\n".as_slice());
        expect!["pkg:opkg/uci@2023?arch=arm installed"].assert_eq(&found(&Opkg, &[control, list]));
        assert!(findings(&Opkg, &[control, list]).ownership.owner(Path::new("r/sbin/uci")).is_some());
        assert_eq!(found(&Opkg, &[control, ("r/usr/lib/opkg/status", b"")]), "");
    }

    #[test]
    fn lists_and_scripts_are_not_wanted() {
        for (path, wanted) in [
            ("usr/lib/opkg/status", true),
            ("usr/lib/opkg/info/uci.control", true),
            ("usr/lib/opkg/info/uci.list", false),
            ("usr/lib/opkg/info/uci.prerm", false),
        ] {
            assert_eq!(Opkg.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }

    #[test]
    fn damage_is_one_problem_and_spoils_no_other_package() {
        let status = b"Package: a\nStatus: install ok installed\nVersion: 1\n\xFF garbage\n\nVersion: 2\n\nPackage: c\n\n\
            Package: b\nStatus: install ok installed\nVersion: 3";
        expect![[r"
            pkg:opkg/a@1 installed
            pkg:opkg/b@3 installed
            ! usr/lib/opkg/status:4:1: UP002: text that is no field; the rest of the file was read"]]
        .assert_eq(&found(&Opkg, &[(STATUS[0], status)]));
        assert_eq!(found(&Opkg, &[(STATUS[0], b"")]), "");
    }
}
