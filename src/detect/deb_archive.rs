//! Reads the identity of a package file of Debian's kind (`.deb`): the stanza `control` of its member `control.tar`
//! (formats: deb(5), deb-control(5)). The files that it would install are not unpacked. A file in apt's cache is left to
//! dpkg's database.
//!
//! The distribution is named only where the maintainer's address or the version does.

use std::io;

use crate::model::{Evidence, Origin};
use crate::problem::Code;
use crate::source::{Section, ar_members};

use super::deb822::{Stanza, stanzas};
use super::dpkg_package::DebSystem;
use super::{Claim, Detector, FileFacts, Findings, Opened, deb_origin, package_cache, tar_entry};

/// Package files of Debian's kind.
pub(super) struct DebArchive;

impl Detector for DebArchive {
    fn id(&self) -> &'static str {
        "deb-archive"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".deb")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        !package_cache::holds(facts.path())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(section) = out.noted(file.section()) else { return };
        let control = match control(&section) {
            Ok(Some(control)) => control,
            Ok(None) => return out.problem(Code::Malformed, file, "a Debian package without a control file"),
            Err(error) => return out.problem(Code::Malformed, file, format!("no readable Debian package: {error}")),
        };
        file.count(control.len() as u64);
        let stanza = stanzas(&control).next();
        let component = stanza.as_ref().and_then(|stanza| {
            let mut component = DebSystem::named(home(stanza)).component(stanza, self.id(), &file.shown())?;
            component.evidence = Evidence::Embedded;
            Some(component)
        });
        match component {
            Some(component) => out.component(component),
            None => out.problem(Code::Malformed, file, "a Debian package whose control file names no package"),
        }
    }
}

/// The distribution that the package was built for, by its os-release ID; empty if nothing tells it.
fn home(stanza: &Stanza<'_>) -> &'static str {
    let text = |field: &str| stanza.get(field).unwrap_or_default().to_ascii_lowercase();
    match deb_origin::origin(stanza, "") {
        Origin::Distribution if text("Version").contains("ubuntu") => "ubuntu",
        Origin::Distribution if text("Maintainer").contains("ubuntu.com>") || text("Origin") == "ubuntu" => "ubuntu",
        Origin::Distribution => "debian",
        _ => "",
    }
}

/// The text of the control file; `None` if the package has none.
fn control(section: &Section) -> io::Result<Option<Vec<u8>>> {
    let members = ar_members(section)?;
    let member = members.into_iter().find(|(name, _)| name == "control.tar" || name.starts_with("control.tar."));
    let Some((_, member)) = member else { return Ok(None) };
    Ok(tar_entry::text(member, |path| path == "control")?.map(|(_, text)| text))
}

#[cfg(test)]
mod tests {
    use super::super::tar_entry::tests::{archive, gzip};
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;
    use std::path::Path;

    fn member(name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut member = format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 100_644, bytes.len()).into_bytes();
        member.extend(bytes);
        member.resize(member.len().next_multiple_of(2), b'\n');
        member
    }

    /// A package whose control file is `control`, with a member of an odd length before it.
    fn package(name: &str, pack: impl Fn(&[u8]) -> Vec<u8>, control: &str) -> Vec<u8> {
        let tar = archive(&[("./md5sums", b"00  usr/bin/a\n"), ("./control", control.as_bytes())]);
        [
            &b"!<arch>\n"[..],
            &member("debian-binary", b"2.0\n"),
            &member("_gpgorigin", b"odd"),
            &member(name, &pack(&tar)),
            b"rest",
        ]
        .concat()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::stream::encode_all(bytes, 1).expect("zstd")
    }

    const CONTROL: &str = "Package: libssl3\nSource: openssl (3.0.2)\nVersion: 1:3.0.2-0ubuntu1.10\nArchitecture: amd64\n\
        Maintainer: Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>\nDescription: text\n more\n";

    #[test]
    fn a_package_file_says_who_it_is_however_it_is_packed() {
        let plain = |bytes: &[u8]| bytes.to_vec();
        for bytes in [
            package("control.tar.zst/", zstd, CONTROL),
            package("control.tar.gz", gzip, CONTROL),
            package("control.tar", plain, CONTROL),
        ] {
            expect!["pkg:deb/ubuntu/libssl3@1:3.0.2-0ubuntu1.10?arch=amd64 embedded origin=Distribution source=openssl"]
                .assert_eq(&found(&DebArchive, &[("srv/libssl3_3.0.2-0ubuntu1.10_amd64.deb", &bytes)]));
        }
    }

    #[test]
    fn a_vendors_package_has_no_distribution() {
        for (control, expected) in [
            ("Package: a\nVersion: 1\nMaintainer: me <me@example.org>\n", "pkg:deb/a@1 embedded"),
            ("Package: a\nVersion: 1\nMaintainer: A <a@debian.org>\n", "pkg:deb/debian/a@1 embedded origin=Distribution"),
            ("Package: a\nMaintainer: D <support@docker.com>\n", "pkg:deb/a embedded origin=Vendor(\"Docker\")"),
        ] {
            assert_eq!(found(&DebArchive, &[("a.deb", &package("control.tar.zst", zstd, control))]), expected);
        }
    }

    #[test]
    fn what_is_no_package_file_or_ends_early_is_one_problem() {
        let whole = package("control.tar.zst", zstd, CONTROL);
        let nameless = package("control.tar.zst", zstd, "Version: 1\n");
        let without =
            [&b"!<arch>\n"[..], &member("debian-binary", b"2.0\n"), &member("data.tar", &archive(&[("./a", b"b")]))].concat();
        for bytes in [b"".as_slice(), b"PK\x03\x04 something else", &whole[..40], &whole[..250], &nameless, &without] {
            let text = found(&DebArchive, &[("a.deb", bytes)]);
            assert!(text.starts_with("! a.deb: UP002: ") && !text.contains('\n'), "{text}");
        }
    }

    #[test]
    fn a_cache_of_the_package_manager_is_not_looked_into() {
        let wanted = |path: &str| DebArchive.wants(&FileFacts::new(Path::new(path)));
        assert!(wanted("srv/mirror/a.deb"));
        assert!(!wanted("var/cache/apt/archives/a.deb"));
    }
}
