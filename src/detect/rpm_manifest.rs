//! Reads the lists that images of Mariner and Azure Linux keep in place of rpm's database: `var/lib/rpmmanifest/container-manifest-2`,
//! one package a line, its tags divided by tabs, and, where only that is there, `container-manifest-1`, the plain lines of `rpm -qa`
//! (tags: <https://rpm-software-management.github.io/rpm/manual/queryformat.html>). No owner of a file and no licence stands in
//! either.

use crate::model::{Component, Evidence, Location, OsRelease, Purl};
use crate::problem::Code;

use super::rpm_package::{PUBLIC_KEY, source, vendor_origin};
use super::{Claim, Detector, Findings, Opened, Stage, os_identity};

const PLACES: [&str; 2] = ["var/lib/rpmmanifest/container-manifest-1", "var/lib/rpmmanifest/container-manifest-2"];

/// Which tag stands in which column of the second list; between them are times and sizes.
const NAME: usize = 0;
const VERSION: usize = 1;
const VENDOR: usize = 4;
const EPOCH: usize = 5;
const ARCH: usize = 7;
const SOURCE: usize = 9;

pub(super) struct RpmManifest;

impl Detector for RpmManifest {
    fn id(&self) -> &'static str {
        "rpm-manifest"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(PLACES[0]), Claim::Path(PLACES[1])]
    }

    fn stage(&self) -> Stage {
        Stage::PackageDatabase
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let short = file.path().ends_with(PLACES[0]);
        if short && file.sibling("container-manifest-2").exists() {
            return;
        }
        let Some(text) = out.text(file) else { return };
        let os = os_identity::read(file, &file.system_root(PLACES[0]));
        let mut fault = None;
        for (number, line) in (1_usize..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let package = if short { Package::short(line.trim()) } else { Package::long(line) };
            match package {
                Some(package) if package.name == PUBLIC_KEY => {}
                Some(package) => out.component(package.component(os.as_ref(), Location::line(file.shown(), number))),
                None => fault = fault.or(Some(number)),
            }
        }
        if let Some(line) = fault {
            out.problem_at(Code::Malformed, file, line, "a line that names no package; the rest of the file was read");
        }
    }
}

/// What a line says. A tag that a package does not have is empty.
#[derive(Default)]
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    epoch: &'a str,
    arch: &'a str,
    vendor: &'a str,
    source: &'a str,
}

impl<'a> Package<'a> {
    fn long(line: &'a str) -> Option<Self> {
        let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
        let tag = |at: usize| columns.get(at).copied().filter(|text| *text != "(none)").unwrap_or_default();
        let package = Self {
            name: tag(NAME),
            version: tag(VERSION),
            epoch: tag(EPOCH),
            arch: tag(ARCH),
            vendor: tag(VENDOR),
            source: tag(SOURCE),
        };
        (!package.name.is_empty() && !package.version.is_empty()).then_some(package)
    }

    /// `name-version-release.arch`.
    fn short(line: &'a str) -> Option<Self> {
        let (rest, arch) = line.rsplit_once('.')?;
        let (before, _) = rest.rsplit_once('-')?;
        let (name, _) = before.rsplit_once('-')?;
        let version = rest.strip_prefix(name)?.strip_prefix('-')?;
        (!name.is_empty() && !line.contains(char::is_whitespace)).then(|| Self { name, version, arch, ..Self::default() })
    }

    fn component(&self, os: Option<&OsRelease>, place: Location) -> Component {
        let purl = Purl::new("rpm", self.name)
            .with_namespace(os.map_or("", |os| &os.id))
            .with_version(self.version)
            .with_qualifier("arch", self.arch)
            .with_qualifier("epoch", if self.epoch == "0" { "" } else { self.epoch })
            .with_qualifier("distro", &os.map(OsRelease::distro).unwrap_or_default());
        let mut component = Component::new(purl, Evidence::Installed, "rpm-manifest", place);
        component.source_package = source(self.source).filter(|source| source != self.name);
        if !self.vendor.is_empty() {
            component.origin = vendor_origin(self.vendor, os);
        }
        component
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const OS: (&str, &[u8]) = ("etc/os-release", b"ID=azurelinux\nVERSION_ID=\"3.0\"\n");

    #[test]
    fn a_line_has_name_version_epoch_architecture_vendor_and_source() {
        let text = b"filesystem\t1.1-20.azl3\t1700000000\t1690000000\tMicrosoft Corporation\t(none)\t7596\tx86_64\t0\tfilesystem-1.1-20.azl3.src.rpm\n\
            openssl-libs\t3.3.0-1.azl3\t1700000000\t1690000000\tMicrosoft Corporation\t1\t7596\tx86_64\t1\topenssl-3.3.0-1.azl3.src.rpm\r\n\
            gpg-pubkey\t1-2\t1\t1\t(none)\t(none)\t0\t(none)\t0\t(none)\n\
            agent\t2-1\t1\t1\tExample\t0\t0\tnoarch\t0\t(none)\n";
        expect![[r#"
            pkg:rpm/azurelinux/agent@2-1?arch=noarch&distro=azurelinux-3.0 installed origin=Vendor("Example") :4
            pkg:rpm/azurelinux/filesystem@1.1-20.azl3?arch=x86_64&distro=azurelinux-3.0 installed origin=Distribution :1
            pkg:rpm/azurelinux/openssl-libs@3.3.0-1.azl3?arch=x86_64&distro=azurelinux-3.0&epoch=1 installed origin=Distribution source=openssl :2"#]]
        .assert_eq(&found(&RpmManifest, &[(PLACES[1], text), OS]));
    }

    #[test]
    fn the_short_list_is_read_only_where_the_long_one_is_missing() {
        let text = b"filesystem-1.1-20.azl3.x86_64\nca-certificates-base-3.0.0-7.azl3.noarch\n";
        expect![[r"
            pkg:rpm/azurelinux/ca-certificates-base@3.0.0-7.azl3?arch=noarch&distro=azurelinux-3.0 installed :2
            pkg:rpm/azurelinux/filesystem@1.1-20.azl3?arch=x86_64&distro=azurelinux-3.0 installed :1"]]
        .assert_eq(&found(&RpmManifest, &[(PLACES[0], text), OS]));
        assert_eq!(found(&RpmManifest, &[(PLACES[0], text), (PLACES[1], b"")]), "");
    }

    #[test]
    fn a_line_of_something_else_is_one_problem_and_the_rest_is_read() {
        expect![[r"
            pkg:rpm/a@1-1 installed :3
            ! var/lib/rpmmanifest/container-manifest-2:1:1: UP002: a line that names no package; the rest of the file was read"]]
        .assert_eq(&found(&RpmManifest, &[(PLACES[1], b"hello\nagain\na\t1-1\n")]));
        expect![
            "! var/lib/rpmmanifest/container-manifest-1:1:1: UP002: a line that names no package; the rest of the file was read"
        ]
        .assert_eq(&found(&RpmManifest, &[(PLACES[0], b"{\"a-b-c.d\": 1}\n")]));
        assert_eq!(found(&RpmManifest, &[(PLACES[1], b"")]), "");
    }
}
