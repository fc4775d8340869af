//! What a dpkg stanza alone says of who built the package. Guesses nothing: without a certain mark the origin is unknown,
//! and the package lists (`apt-lists`) may still tell it.

use crate::model::Origin;

use super::deb822::Stanza;

/// Marks in a version → what that repository's Release file calls itself. Checked first: such repositories rebuild
/// packages under the maintainer's name of the distribution.
const VERSION_MARKS: [(&str, &str); 15] = [
    (".pgdg", "apt.postgresql.org"),
    ("+maria~", "MariaDB"),
    ("deb.sury.org", "deb.sury.org"),
    ("+debian11~1.gbp", "deb.sury.org"),
    ("+debian12~1.gbp", "deb.sury.org"),
    ("+debian13~1.gbp", "deb.sury.org"),
    ("~ppa", LAUNCHPAD),
    ("+ppa", LAUNCHPAD),
    ("0ppa", LAUNCHPAD),
    ("1ppa", LAUNCHPAD),
    ("+bionic", LAUNCHPAD),
    ("+focal", LAUNCHPAD),
    ("+jammy", LAUNCHPAD),
    ("+noble", LAUNCHPAD),
    ("+xenial", LAUNCHPAD),
];

/// A personal archive on Launchpad; whose, only the package lists tell.
const LAUNCHPAD: &str = "Launchpad PPA";

/// Ends of a maintainer's address → the repository.
const VENDOR_MAINTAINERS: [(&str, &str); 11] = [
    ("@docker.com", "Docker"),
    ("@elastic.co", "elastic"),
    ("@gitlab.com", "GitLab"),
    ("@grafana.com", "Grafana Labs"),
    ("@hashicorp.com", "HashiCorp"),
    ("@mariadb.org", "MariaDB"),
    ("@mongodb.com", "MongoDB"),
    ("@nodesource.com", "NodeSource"),
    ("@percona.com", "Percona"),
    ("@proxmox.com", "Proxmox"),
    ("@zabbix.com", "Zabbix"),
];

/// Ends of the addresses that only the distributions' own people and lists have.
const DISTRIBUTION_MAINTAINERS: [&str; 8] = [
    "@debian.org",
    "@lists.debian.org",
    "@tracker.debian.org",
    "@packages.debian.org",
    "@lists.alioth.debian.org",
    "@alioth-lists.debian.net",
    "@ubuntu.com",
    "@lists.ubuntu.com",
];

/// The origin of the package of `stanza`, installed on a distribution whose os-release ID is `os_id`.
pub(super) fn origin(stanza: &Stanza<'_>, os_id: &str) -> Origin {
    let version = stanza.get("Version").unwrap_or_default();
    if let Some(vendor) = marked(&version) {
        return vendor;
    }
    if let Some(stated) = stanza.get("Origin") {
        let own = stated.eq_ignore_ascii_case(os_id) || ["debian", "ubuntu"].iter().any(|id| stated.eq_ignore_ascii_case(id));
        return if own { Origin::Distribution } else { Origin::Vendor(stated.into_owned()) };
    }
    maintained_by(&stanza.get("Maintainer").unwrap_or_default())
}

/// The origin of a package of which only version and maintainer are known.
pub(super) fn of_version_and_maintainer(version: &str, maintainer: &str) -> Origin {
    marked(version).unwrap_or_else(|| maintained_by(maintainer))
}

fn marked(version: &str) -> Option<Origin> {
    let (_, vendor) = VERSION_MARKS.iter().find(|(mark, _)| version.contains(mark))?;
    Some(Origin::Vendor((*vendor).to_owned()))
}

fn maintained_by(maintainer: &str) -> Origin {
    let address = maintainer.rsplit('<').next().unwrap_or_default().trim_end_matches('>').trim().to_ascii_lowercase();
    if DISTRIBUTION_MAINTAINERS.iter().any(|end| address.ends_with(end)) {
        return Origin::Distribution;
    }
    let vendor = VENDOR_MAINTAINERS.iter().find(|(end, _)| address.ends_with(end));
    vendor.map_or(Origin::Unknown, |(_, vendor)| Origin::Vendor((*vendor).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::deb822::stanzas;
    use super::*;

    #[test]
    fn only_a_certain_mark_names_an_origin() {
        let vendor = |name: &str| Origin::Vendor(name.to_owned());
        for (stanza, expected) in [
            ("Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>", Origin::Distribution),
            ("Maintainer: Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>", Origin::Distribution),
            ("Version: 15.3-1.pgdg120+1\nMaintainer: X <team+postgresql@tracker.debian.org>", vendor("apt.postgresql.org")),
            ("Version: 1:10.11.2+maria~deb12\nMaintainer: M <info@mariadb.com>", vendor("MariaDB")),
            ("Version: 8.2.1-1~ppa1\nMaintainer: X <x@debian.org>", vendor("Launchpad PPA")),
            ("Version: 3.12.4-1+jammy1\nMaintainer: X <x@debian.org>", vendor("Launchpad PPA")),
            ("Version: 0.5+happack1\nMaintainer: X <x@debian.org>", Origin::Distribution),
            ("Maintainer: Docker <support@docker.com>", vendor("Docker")),
            ("Origin: Debian\nMaintainer: me <me@example.org>", Origin::Distribution),
            ("Origin: Example Corp\nMaintainer: me <me@debian.org>", vendor("Example Corp")),
            ("Maintainer: me <me@example.org>", Origin::Unknown),
            ("Maintainer: me <me@notdebian.org.example>", Origin::Unknown),
            ("Package: x", Origin::Unknown),
        ] {
            let found = stanzas(stanza.as_bytes()).next().map(|stanza| origin(&stanza, "debian"));
            assert_eq!(found, Some(expected), "{stanza}");
        }
    }
}
