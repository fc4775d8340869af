//! Which distribution a bill of materials is about, in the words of os-release(5): scanners have names of their own for some.

use crate::model::{OsRelease, Purl};

/// A scanner's name, or a namespace of package URLs → os-release `ID`.
const IDS: [(&str, &str); 16] = [
    ("alma", "almalinux"),
    ("amazon", "amzn"),
    ("amazonlinux", "amzn"),
    ("cbl-mariner", "mariner"),
    ("opensuse.leap", "opensuse-leap"),
    ("opensuse.tumbleweed", "opensuse-tumbleweed"),
    ("oracle", "ol"),
    ("oraclelinux", "ol"),
    ("redhat", "rhel"),
    ("redhatlinux", "rhel"),
    ("rockylinux", "rocky"),
    ("slem", "sl-micro"),
    ("suse", "sles"),
    ("suse linux enterprise micro", "sl-micro"),
    ("suse linux enterprise server", "sles"),
    ("suse linux enterprise", "sles"),
];

/// os-release `ID` → how the distribution calls itself.
const NAMES: [(&str, &str); 12] = [
    ("almalinux", "AlmaLinux"),
    ("alpine", "Alpine Linux"),
    ("amzn", "Amazon Linux"),
    ("centos", "CentOS"),
    ("debian", "Debian GNU/Linux"),
    ("fedora", "Fedora"),
    ("ol", "Oracle Linux"),
    ("opensuse-leap", "openSUSE Leap"),
    ("rhel", "Red Hat Enterprise Linux"),
    ("rocky", "Rocky Linux"),
    ("sles", "SUSE Linux Enterprise Server"),
    ("ubuntu", "Ubuntu"),
];

/// The os-release `ID` of a scanner's name for a distribution.
pub(super) fn id(name: &str) -> String {
    let lower = name.trim().to_ascii_lowercase();
    IDS.iter().find(|(other, _)| *other == lower).map_or_else(|| lower.clone(), |(_, id)| (*id).to_owned())
}

/// The distribution called `name` in this version; `None` where the name says that nobody knows.
pub(super) fn os(name: &str, version: Option<&str>, pretty: Option<&str>) -> Option<OsRelease> {
    let id = id(name);
    if matches!(id.as_str(), "" | "none" | "unknown" | "linux") {
        return None;
    }
    let stated = version.filter(|version| version.starts_with(|c: char| c.is_ascii_digit()));
    // Debian's release is the first number; Trivy states the point release.
    let (version_id, point_release) = match (id.as_str(), stated) {
        ("debian", Some(point)) => (point.split('.').next(), Some(point).filter(|point| point.contains('.'))),
        (_, stated) => (stated, None),
    };
    let called = NAMES.iter().find(|(known, _)| *known == id).map_or(id.as_str(), |(_, name)| name);
    let made = || stated.map_or_else(|| called.to_owned(), |version| format!("{called} {version}"));
    Some(OsRelease {
        pretty_name: pretty.map_or_else(made, str::to_owned),
        version_id: version_id.map(str::to_owned),
        point_release: point_release.map(str::to_owned),
        id,
        ..OsRelease::default()
    })
}

/// The distribution that the qualifier `distro` of a system package names: `debian-12`, Trivy's bare `3.20.1`, or a code name.
pub(super) fn of_purl(purl: &Purl) -> Option<OsRelease> {
    let distro = purl.qualifier("distro")?;
    let family = purl.namespace().unwrap_or_default();
    let starts_with_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    if starts_with_digit(distro) {
        return os(family, Some(distro), None);
    }
    match distro.rsplit_once('-').filter(|(_, version)| starts_with_digit(version)) {
        Some((name, version)) => os(name, Some(version), None),
        None if distro.contains('-') || id(distro) == id(family) => os(distro, None, None),
        None => Some(OsRelease { codename: Some(distro.to_owned()), ..os(family, None, None)? }),
    }
}

/// The package URL in the name space that our own detectors write, whichever name a scanner has for the distribution.
pub(super) fn with_own_id(purl: Purl) -> Purl {
    match purl.namespace().map(id) {
        Some(id) => purl.with_namespace(&id),
        None => purl,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scanners_way_to_name_a_distribution_is_understood() {
        for (purl, id, version) in [
            ("pkg:deb/debian/bash@5?distro=debian-12", "debian", Some("12")),
            ("pkg:deb/debian/bash@5?distro=debian-12.5", "debian", Some("12")),
            ("pkg:deb/ubuntu/bash@5?distro=ubuntu-22.04", "ubuntu", Some("22.04")),
            ("pkg:apk/alpine/musl@1?distro=3.20.1", "alpine", Some("3.20.1")),
            ("pkg:apk/alpine/musl@1?distro=alpine-3.20.1", "alpine", Some("3.20.1")),
            ("pkg:rpm/redhat/bash@5?distro=redhat-9.4", "rhel", Some("9.4")),
            ("pkg:rpm/oracle/bash@5?distro=oracle-8.9", "ol", Some("8.9")),
            ("pkg:rpm/opensuse/bash@5?distro=opensuse-leap-15.5", "opensuse-leap", Some("15.5")),
            ("pkg:deb/debian/bash@5?distro=sid", "debian", None),
            ("pkg:apk/wolfi/bash@5?distro=wolfi", "wolfi", None),
        ] {
            let os = of_purl(&purl.parse().expect("a package URL")).expect("a distribution");
            assert_eq!((os.id.as_str(), os.version_id.as_deref()), (id, version), "{purl}");
        }
        assert_eq!(of_purl(&"pkg:deb/debian/bash@5".parse().expect("a package URL")), None);
        assert_eq!(os("none", None, None), None);
    }

    #[test]
    fn the_namespace_is_that_of_our_own_detectors() {
        for (purl, namespace) in [
            ("pkg:rpm/redhat/bash@5?distro=redhat-9.4", "redhat"),
            ("pkg:rpm/opensuse.leap/bash@5?distro=opensuse.leap-15.5", "opensuse"),
            ("pkg:rpm/sles/bash@5?distro=sles-15.5", "suse"),
            ("pkg:rpm/amazon/bash@5", "amzn"),
            ("pkg:deb/debian/bash@5?distro=ubuntu-22.04", "debian"),
        ] {
            assert_eq!(with_own_id(purl.parse().expect("a package URL")).namespace(), Some(namespace), "{purl}");
        }
    }

    #[test]
    fn the_tables_are_sorted() {
        assert!(NAMES.is_sorted_by_key(|(id, _)| *id));
    }
}
