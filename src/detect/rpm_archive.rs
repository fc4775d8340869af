//! Reads the identity of a package file of rpm (`.rpm`): lead, signature, header
//! (<https://rpm-software-management.github.io/rpm/manual/format_v4.html>). The payload is not unpacked and no signature checked.
//! A file in a package manager's cache is left to the package manager's database.
//!
//! The distribution is named only where vendor and release together leave no doubt: EPEL's packages have Fedora's vendor.

use crate::model::{Component, Evidence, Location, OsRelease};
use crate::problem::Code;
use crate::source;

use super::rpm_header::{Header, tag};
use super::rpm_package::{describe, homes, purl};
use super::{Claim, Detector, FileFacts, Findings, Opened, package_cache};

/// rpm's own limit of a header is 256 MiB; the largest packages of distributions have less than 32.
const MAX_HEADER: u64 = 64 << 20;
/// rpm's architecture for package files that hold sources.
const SOURCES: &str = "src";

/// Package files of rpm.
pub(super) struct RpmArchive;

impl Detector for RpmArchive {
    fn id(&self) -> &'static str {
        "rpm-archive"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".rpm")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        !package_cache::holds(facts.path())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(section) = out.noted(file.section()) else { return };
        let blob = match source::rpm_header(&section).and_then(|header| header.head(MAX_HEADER)) {
            Ok(blob) => blob,
            Err(error) => return out.problem(Code::Malformed, file, format!("no readable package of rpm: {error}")),
        };
        file.count(blob.len() as u64);
        match Header::parse(&blob) {
            Ok(header) => match component(&header, file) {
                Some(component) => out.component(component),
                None => out.problem(Code::Malformed, file, "a package of rpm without a name"),
            },
            Err(error) => out.problem(Code::Malformed, file, error.to_string()),
        }
    }
}

fn component(header: &Header<'_>, file: &Opened<'_>) -> Option<Component> {
    // A package that was not built from a package of sources holds them itself.
    let built = header.text(tag::SOURCE_RPM).is_some();
    let arch = if built { header.text(tag::ARCH).unwrap_or_default().into_owned() } else { SOURCES.to_owned() };
    let home = home(header).unwrap_or_default();
    let purl = purl(header, &arch)?.with_namespace(home);
    let mut component = Component::new(purl, Evidence::Embedded, "rpm-archive", Location::file(file.shown()));
    describe(&mut component, header, Some(&OsRelease { id: home.to_owned(), ..OsRelease::default() }));
    Some(component)
}

/// The distribution that the package was built for, by its os-release ID.
fn home(header: &Header<'_>) -> Option<&'static str> {
    let (vendor, release) = (header.text(tag::VENDOR)?, header.text(tag::RELEASE).unwrap_or_default());
    if vendor.starts_with("Microsoft Corporation") {
        let marks = [(".azl", "azurelinux"), (".cm", "mariner")];
        return marks.into_iter().find(|(mark, _)| release.contains(mark)).map(|(_, id)| id);
    }
    if vendor.starts_with("Fedora Project") && !release.contains(".fc") {
        return None;
    }
    match homes(&vendor).next()? {
        [id] | [id @ "rhel", ..] => Some(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::rpm_package::testing::package;
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;
    use std::path::Path;

    /// A package file with this header and a signature of 5 bytes.
    fn archive(header: &[u8]) -> Vec<u8> {
        const MAGIC: &[u8] = &[0x8E, 0xAD, 0xE8, 1, 0, 0, 0, 0];
        let mut lead = vec![0xED, 0xAB, 0xEE, 0xDB];
        lead.resize(96, 0);
        let signature = [MAGIC, &[0, 0, 0, 0, 0, 0, 0, 5], b"signa", &[0; 3]].concat();
        [&lead, &signature, MAGIC, header, b"payload"].concat()
    }

    #[test]
    fn a_package_file_says_who_it_is_and_where_it_comes_from() {
        let built = (tag::SOURCE_RPM, "shell-5.1.8-6.el9.src.rpm");
        let rocky = archive(&package("bash", &[built, (tag::LICENSE, "GPLv3+"), (tag::VENDOR, "Rocky Enterprise")]));
        expect!["pkg:rpm/rocky/bash@5.1.8-6.el9?arch=x86_64&epoch=1 embedded origin=Distribution license=GPLv3+ source=shell"]
            .assert_eq(&found(&RpmArchive, &[("srv/bash-5.1.8-6.el9.x86_64.rpm", &rocky)]));
        let epel = archive(&package("bash", &[built, (tag::VENDOR, "Fedora Project")]));
        expect![[r#"pkg:rpm/bash@5.1.8-6.el9?arch=x86_64&epoch=1 embedded origin=Vendor("Fedora Project") source=shell"#]]
            .assert_eq(&found(&RpmArchive, &[("x.rpm", &epel)]));
    }

    #[test]
    fn a_package_of_sources_has_their_architecture() {
        let red_hat = archive(&package("bash", &[(tag::VENDOR, "Red Hat, Inc.")]));
        expect!["pkg:rpm/redhat/bash@5.1.8-6.el9?arch=src&epoch=1 embedded origin=Distribution"]
            .assert_eq(&found(&RpmArchive, &[("bash-5.1.8-6.el9.src.rpm", &red_hat)]));
    }

    #[test]
    fn what_is_no_package_file_or_ends_early_is_one_problem() {
        let whole = archive(&package("bash", &[]));
        for bytes in [b"".as_slice(), b"text that is none", &whole[..90], &whole[..130], &whole[..whole.len() - 20]] {
            let text = found(&RpmArchive, &[("x.rpm", bytes)]);
            assert!(text.starts_with("! x.rpm: UP002: ") && !text.contains('\n'), "{text}");
        }
        let mut huge = whole.clone();
        huge[96 + 24..96 + 28].copy_from_slice(&[0xFF; 4]);
        assert!(found(&RpmArchive, &[("x.rpm", &huge)]).starts_with("! x.rpm: UP002: "));
    }

    #[test]
    fn a_cache_of_the_package_manager_is_not_looked_into() {
        let wanted = |path: &str| RpmArchive.wants(&FileFacts::new(Path::new(path)));
        assert!(wanted("srv/mirror/a.rpm"));
        assert!(!wanted("var/cache/dnf/baseos-0/packages/a.rpm"));
    }
}
