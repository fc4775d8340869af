//! Reads the identity of a package file of opkg (`.ipk`): the stanza `control` of its `control.tar`. Outside, it is a compressed
//! tar archive as `OpenWrt` makes it (<https://git.openwrt.org/openwrt/openwrt>, scripts/ipkg-build), or an ar archive like Debian's,
//! as Yocto's opkg-utils make it (<https://git.yoctoproject.org/opkg-utils/>). Unpacks no file.
//!
//! Nothing in it names a distribution.

use std::io;
use std::sync::Arc;

use crate::model::{Component, Evidence, Location, Purl};
use crate::problem::Code;
use crate::source::{Format, Section, ar_members, format_of};

use super::deb822::stanzas;
use super::{Claim, Detector, FileFacts, Findings, Opened, package_cache, tar_entry};

/// Package files of opkg.
pub(super) struct IpkArchive;

impl Detector for IpkArchive {
    fn id(&self) -> &'static str {
        "ipk-archive"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".ipk")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        !package_cache::holds(facts.path())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(section) = out.noted(file.section()) else { return };
        let control = match control(section) {
            Ok(Some(control)) => control,
            Ok(None) => return out.problem(Code::Malformed, file, "a package of opkg without a control file"),
            Err(error) => return out.problem(Code::Malformed, file, format!("no readable package of opkg: {error}")),
        };
        file.count(control.len() as u64);
        let stanza = stanzas(&control).next();
        let Some((stanza, name)) = stanza.as_ref().and_then(|stanza| Some((stanza, stanza.get("Package")?))) else {
            return out.problem(Code::Malformed, file, "a package of opkg whose control file names no package");
        };
        let purl = Purl::new("opkg", &name)
            .with_version(&stanza.get("Version").unwrap_or_default())
            .with_qualifier("arch", &stanza.get("Architecture").unwrap_or_default());
        let mut component = Component::new(purl, Evidence::Embedded, self.id(), Location::file(file.shown()));
        component.license = stanza.get("License").map(std::borrow::Cow::into_owned);
        component.source_package = stanza.get("SourceName").filter(|source| *source != name).map(std::borrow::Cow::into_owned);
        out.component(component);
    }
}

/// The text of the control file; `None` if the package has none.
fn control(section: Section) -> io::Result<Option<Vec<u8>>> {
    let is_control = |name: &str| name == "control.tar" || name.starts_with("control.tar.");
    let inner = match format_of(&section) {
        Some(Format::Deb) => ar_members(&section)?.into_iter().find(|(name, _)| is_control(name)).map(|(_, member)| member),
        _ => tar_entry::text(section, is_control)?.map(|(_, bytes)| Section::of_bytes(Arc::from(bytes))),
    };
    let Some(inner) = inner else { return Ok(None) };
    Ok(tar_entry::text(inner, |path| path == "control")?.map(|(_, text)| text))
}

#[cfg(test)]
mod tests {
    use super::super::tar_entry::tests::{archive, gzip};
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const CONTROL: &[u8] =
        b"Package: libopenssl3\nVersion: 3.0.12-1\nDepends: libc\nSource: feeds/base/openssl\nSourceName: openssl\n\
        License: Apache-2.0\nSection: libs\nArchitecture: mips_24kc\nInstalled-Size: 100\nDescription:  TLS\n";
    const EXPECTED: &str = "pkg:opkg/libopenssl3@3.0.12-1?arch=mips_24kc embedded license=Apache-2.0 source=openssl";

    fn packed() -> Vec<u8> {
        gzip(&archive(&[("./control", CONTROL)]))
    }

    fn outer(files: &[(&str, &[u8])]) -> Vec<u8> {
        gzip(&archive(files))
    }

    #[test]
    fn both_outer_forms_say_who_the_package_is() {
        let data = gzip(&archive(&[("./usr/lib/libssl.so.3", b"")]));
        let openwrt = outer(&[("./debian-binary", b"2.0\n"), ("./data.tar.gz", &data), ("./control.tar.gz", &packed())]);
        let member = |name: &str, bytes: &[u8]| {
            let mut member = format!("{name:<16}{:<32}{:<10}`\n", 0, bytes.len()).into_bytes();
            member.extend(bytes);
            member.resize(member.len().next_multiple_of(2), b'\n');
            member
        };
        let yocto = [
            b"!<arch>\n".as_slice(),
            &member("debian-binary", b"2.0\n"),
            &member("control.tar.gz/", &packed()),
            &member("data.tar.gz", &data),
        ];
        for bytes in [openwrt, yocto.concat()] {
            assert_eq!(found(&IpkArchive, &[("srv/libopenssl3_3.0.12-1_mips_24kc.ipk", &bytes)]), EXPECTED);
        }
    }

    #[test]
    fn what_is_no_package_file_or_ends_early_is_one_problem() {
        let whole = outer(&[("./debian-binary", b"2.0\n"), ("./control.tar.gz", &packed())]);
        let nameless = outer(&[("./control.tar.gz", &gzip(&archive(&[("./control", b"Version: 1\n")])))]);
        let without = outer(&[("./debian-binary", b"2.0\n")]);
        for bytes in [b"".as_slice(), b"text that is none", &whole[..60], &nameless, &without] {
            let text = found(&IpkArchive, &[("a.ipk", bytes)]);
            assert!(text.starts_with("! a.ipk: UP002: ") && !text.contains('\n'), "{text}");
        }
        expect!["! a.ipk: UP002: a package of opkg without a control file"]
            .assert_eq(&found(&IpkArchive, &[("a.ipk", &without)]));
    }
}
