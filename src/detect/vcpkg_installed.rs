//! Reads what vcpkg records of installed packages: its database, `vcpkg/status` with the files of `vcpkg/updates` that were not
//! yet merged into it (format: `StatusParagraph` of vcpkg-tool), and the `vcpkg.spdx.json` that each port leaves in `share/<port>`
//! (<https://learn.microsoft.com/vcpkg/reference/software-bill-of-materials>), which images often keep without the database.

use std::collections::BTreeMap;

use crate::model::{Component, Evidence, Location, Origin, PackageState};
use crate::problem::Code;

use super::deb822::{self, Stanza};
use super::document::{self, Node};
use super::{Claim, Detector, Findings, Opened, json, vcpkg};

const ID: &str = "vcpkg-installed";
/// More updates than any run leaves behind; their names are counted on from the claimed one.
const MAX_UPDATES: usize = 100_000;

/// Packages that vcpkg installed.
pub(super) struct VcpkgInstalled;

impl Detector for VcpkgInstalled {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("vcpkg.spdx.json"), Claim::Path("vcpkg/status"), Claim::Path("vcpkg/updates/0000000000")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        match file.facts().name() {
            "vcpkg.spdx.json" => described(file, out),
            "status" => database(file, "updates/", out),
            // The database reads its updates itself.
            _ if file.sibling("../status").exists() => {}
            _ => database(file, "", out),
        }
    }
}

/// A package in its last state.
struct Entry {
    path: String,
    line: usize,
    version: String,
    revision: String,
    installed: bool,
}

fn database(file: &Opened<'_>, updates: &str, out: &mut Findings) {
    let mut entries = BTreeMap::new();
    if !updates.is_empty() {
        let Some(bytes) = out.bytes(file) else { return };
        paragraphs(bytes, file, &mut entries, out);
    }
    for number in 0..MAX_UPDATES {
        let update = file.sibling(&format!("{updates}{number:010}"));
        if !update.exists() {
            break;
        }
        let Some(bytes) = out.bytes(&update) else { continue };
        paragraphs(bytes, &update, &mut entries, out);
    }
    for ((name, _), entry) in &entries {
        if !entry.installed {
            continue;
        }
        let purl = vcpkg::purl(name, &entry.version, &entry.revision);
        let location = Location::line(entry.path.as_str(), entry.line);
        let mut component = Component::new(purl, Evidence::Installed, ID, location);
        component.origin = Origin::Registry;
        component.state = PackageState::Installed;
        out.component(component);
    }
}

fn paragraphs(bytes: &[u8], file: &Opened<'_>, entries: &mut BTreeMap<(String, String), Entry>, out: &mut Findings) {
    for stanza in deb822::stanzas(bytes) {
        if let Some(line) = stanza.fault {
            out.problem_at(Code::Malformed, file, line, "neither a field nor its continuation");
        }
        // A feature of a package has a paragraph of its own.
        if stanza.get("Feature").is_some() {
            continue;
        }
        match entry(&stanza, file) {
            Some((key, entry)) => {
                entries.insert(key, entry);
            }
            None => out.problem_at(Code::Malformed, file, stanza.line, "a package without a name, a version or a status"),
        }
    }
}

fn entry(stanza: &Stanza<'_>, file: &Opened<'_>) -> Option<((String, String), Entry)> {
    let name = stanza.get("Package").filter(|name| vcpkg::is_name(name))?;
    let status = stanza.get("Status")?;
    let installed = status.split_whitespace().next_back() == Some("installed");
    let version = stanza.get("Version").unwrap_or_default().into_owned();
    if installed && version.is_empty() {
        return None;
    }
    let (number, inline) = vcpkg::split(&version);
    let revision = stanza.get("Port-Version").map_or(inline.to_owned(), std::borrow::Cow::into_owned);
    let key = (name.into_owned(), stanza.get("Architecture").unwrap_or_default().into_owned());
    Some((key, Entry { path: file.shown(), line: stanza.line, version: number.to_owned(), revision, installed }))
}

/// The port that an SPDX document of vcpkg describes; its other packages are archives that were fetched to build it.
fn described(file: &Opened<'_>, out: &mut Findings) {
    let Some(document) = document::read(file, out, json::parse) else { return };
    let packages = document::list_at(&document, "packages", file, out);
    let port = packages.iter().find(|package| package.text("SPDXID") == Some("SPDXRef-port"));
    let stated = |port: &Node| Some((port.text("name")?.to_owned(), port.text("versionInfo")?.to_owned(), port.line));
    let Some((name, stated, line)) = port.and_then(stated).filter(|(name, ..)| vcpkg::is_name(name)) else {
        return out.problem(Code::Malformed, file, "no port with a name and a version");
    };
    let (version, revision) = vcpkg::split(&stated);
    let location = Location::line(file.shown(), line);
    let mut component = Component::new(vcpkg::purl(&name, version, revision), Evidence::Installed, ID, location);
    component.origin = Origin::Registry;
    let license = port.and_then(|port| port.text("licenseConcluded"));
    component.license = license.filter(|license| *license != "NOASSERTION").map(str::to_owned);
    out.component(component);
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    const STATUS: &str = "Package: vcpkg-cmake\nVersion: 2023-05-04\nArchitecture: x64-linux\nMulti-Arch: same\nAbi: aa\nStatus: install ok installed\n\nPackage: zlib\nVersion: 1.2.13\nPort-Version: 1\nDepends: vcpkg-cmake\nArchitecture: x64-linux\nMulti-Arch: same\nAbi: bb\nDescription: A library\nStatus: install ok installed\n\nPackage: curl\nFeature: ssl\nDepends: openssl\nArchitecture: x64-linux\nStatus: install ok installed\n\nPackage: gone\nVersion: 1.0\nArchitecture: x64-linux\nStatus: purge ok not-installed\n\n";

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&VcpkgInstalled, &[("vcpkg_installed/vcpkg/status", text.as_bytes())]));
    }

    #[test]
    fn installed_packages_have_versions_and_features_are_none() {
        check(
            STATUS,
            &expect![[r#"
            pkg:vcpkg/vcpkg-cmake@2023-05-04 installed :1
            pkg:vcpkg/zlib@1.2.13?port_version=1 installed :8"#]],
        );
        check(
            &STATUS.replace('\n', "\r\n"),
            &expect![[r#"
            pkg:vcpkg/vcpkg-cmake@2023-05-04 installed :1
            pkg:vcpkg/zlib@1.2.13?port_version=1 installed :8"#]],
        );
    }

    #[test]
    fn updates_that_are_not_merged_yet_come_last() {
        let half = b"Package: fmt\nVersion: 9.1.0\nArchitecture: x64-linux\nStatus: install ok half-installed\n";
        let whole = b"Package: fmt\nVersion: 9.1.0\nPort-Version: 0\nArchitecture: x64-linux\nStatus: install ok installed\n";
        let purged = b"Package: zlib\nVersion: 1.2.13\nArchitecture: x64-linux\nStatus: purge ok not-installed\n";
        let (first, second, third) = ("v/vcpkg/updates/0000000000", "v/vcpkg/updates/0000000001", "v/vcpkg/updates/0000000002");
        let updates: [(&str, &[u8]); 3] = [(first, half), (second, whole), (third, purged)];
        let status = [("v/vcpkg/status", STATUS.as_bytes())];
        expect![[r#"
            pkg:vcpkg/fmt@9.1.0 installed :1
            pkg:vcpkg/vcpkg-cmake@2023-05-04 installed :1"#]]
        .assert_eq(&found(&VcpkgInstalled, &[status.as_slice(), updates.as_slice()].concat()));
        expect!["pkg:vcpkg/fmt@9.1.0 installed :1"].assert_eq(&found(&VcpkgInstalled, &updates));
        expect![""].assert_eq(&found(&VcpkgInstalled, &[updates.as_slice(), status.as_slice()].concat()));
    }

    #[test]
    fn a_port_describes_itself() {
        let text = r#"{"spdxVersion": "SPDX-2.2", "packages": [
            {"name": "zlib", "SPDXID": "SPDXRef-port", "versionInfo": "1.2.13#1", "licenseConcluded": "Zlib"},
            {"name": "zlib:x64-linux", "SPDXID": "SPDXRef-binary", "versionInfo": "aa"},
            {"name": "madler/zlib", "SPDXID": "SPDXRef-resource-1", "downloadLocation": "git+https://github.com/madler/zlib@v1.2.13"}]}"#;
        let at = "opt/app/share/zlib/vcpkg.spdx.json";
        expect!["pkg:vcpkg/zlib@1.2.13?port_version=1 installed license=Zlib :2"]
            .assert_eq(&found(&VcpkgInstalled, &[(at, text.as_bytes())]));
        expect!["! opt/app/share/zlib/vcpkg.spdx.json: UP002: no port with a name and a version"]
            .assert_eq(&found(&VcpkgInstalled, &[(at, b"{\"packages\": [{}]}")]));
        expect!["! opt/app/share/zlib/vcpkg.spdx.json:1:1: UP003: not JSON: EOF while parsing a value"]
            .assert_eq(&found(&VcpkgInstalled, &[(at, b"")]));
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_stays() {
        check(
            "Package: a\nVersion: 1.0\nStatus: install ok installed\n\nPackage: b\nVer",
            &expect![[r#"
            pkg:vcpkg/a@1.0 installed :1
            ! vcpkg_installed/vcpkg/status:6:1: UP002: neither a field nor its continuation
            ! vcpkg_installed/vcpkg/status:5:1: UP002: a package without a name, a version or a status"#]],
        );
        check(
            "no colon\n",
            &expect![[r#"
            ! vcpkg_installed/vcpkg/status:1:1: UP002: neither a field nor its continuation
            ! vcpkg_installed/vcpkg/status:1:1: UP002: a package without a name, a version or a status"#]],
        );
        check("", &expect![""]);
    }
}
