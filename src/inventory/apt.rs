//! Joins installed packages with what the host's own package lists offer: where a package comes from, which update
//! waits, and which package no repository offers any more.

use std::collections::BTreeMap;

use crate::detect::Offered;
use crate::model::{Component, Origin, PackageState, PendingUpdate, Purl, Scheme};

/// What the lists say of the installed packages.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Joined {
    pub(super) updates: Vec<PendingUpdate>,
    pub(super) orphaned: Vec<Purl>,
}

/// Sets the origin of `components` (those of one system root), and finds updates and orphans. Without lists nothing is concluded.
pub(super) fn join(components: &mut [&mut Component], offers: &[Offered]) -> Joined {
    let mut by_name: BTreeMap<(&str, &str), Vec<&Offered>> = BTreeMap::new();
    for offer in offers {
        by_name.entry((offer.purl_type, &offer.name)).or_default().push(offer);
    }
    let mut joined = Joined::default();
    let types_listed: Vec<&str> = by_name.keys().map(|(kind, _)| *kind).collect();
    for component in components.iter_mut().filter(|component| component.state != PackageState::ConfigFiles) {
        if !types_listed.contains(&component.purl.kind()) {
            continue;
        }
        let (kind, name) = (component.purl.kind().to_owned(), component.purl.name().to_owned());
        let arch = component.purl.qualifier("arch").unwrap_or_default().to_owned();
        let offers: Vec<&Offered> = by_name
            .get(&(kind.as_str(), name.as_str()))
            .into_iter()
            .flatten()
            .filter(|offer| offer.arch.is_empty() || offer.arch == "all" || arch == "all" || offer.arch == arch)
            .copied()
            .collect();
        if offers.is_empty() {
            joined.orphaned.push(component.purl.clone());
        } else {
            settle_origin(component, &offers);
            joined.updates.extend(update(component, &offers));
        }
    }
    joined.updates.sort();
    joined.updates.dedup();
    joined.orphaned.sort();
    joined.orphaned.dedup();
    joined
}

/// The repository that offers exactly this version; else, if all agree, the one that offers the name.
fn settle_origin(component: &mut Component, offers: &[&Offered]) {
    let version = component.purl.version().unwrap_or_default();
    let exact: Vec<&Offered> = offers.iter().filter(|offer| offer.version == version).copied().collect();
    // What the package itself says yields only to a repository that offers exactly this build.
    if component.origin != Origin::Unknown && exact.is_empty() {
        return;
    }
    let named = if exact.is_empty() { offers } else { &exact };
    if named.iter().any(|offer| offer.distribution) && (!exact.is_empty() || named.iter().all(|offer| offer.distribution)) {
        component.origin = Origin::Distribution;
    } else if let Some(first) = named.iter().map(|offer| &offer.origin).min()
        && named.iter().all(|offer| !offer.distribution)
    {
        component.origin = Origin::Vendor(first.clone());
    }
}

/// The newest offered version, if it is newer than the installed one.
fn update(component: &Component, offers: &[&Offered]) -> Option<PendingUpdate> {
    let installed = component.purl.version()?;
    let scheme = Scheme::of_purl_type(component.purl.kind());
    let newer: Vec<&&Offered> = offers.iter().filter(|offer| scheme.compare(&offer.version, installed).is_gt()).collect();
    let best = newer.iter().max_by(|a, b| scheme.compare(&a.version, &b.version).then_with(|| a.origin.cmp(&b.origin)))?;
    Some(PendingUpdate {
        package: component.purl.clone(),
        candidate: best.version.clone(),
        security: newer.iter().any(|offer| offer.security),
        source_package: component.source_package.clone().unwrap_or_else(|| component.purl.name().to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Evidence, Location};

    fn offer(name: &str, version: &str, origin: &str, security: bool) -> Offered {
        Offered {
            purl_type: "deb",
            name: name.to_owned(),
            arch: "amd64".to_owned(),
            version: version.to_owned(),
            security,
            origin: origin.to_owned(),
            distribution: origin == "Debian",
        }
    }

    fn installed(name: &str, version: &str) -> Component {
        let purl = Purl::new("deb", name).with_namespace("debian").with_version(version).with_qualifier("arch", "amd64");
        Component::new(purl, Evidence::Installed, "dpkg-status", Location::file("/var/lib/dpkg/status"))
    }

    #[test]
    fn updates_origins_and_orphans_follow_the_lists() {
        let (mut ssl, mut node, mut pg, mut old) = (
            installed("openssl", "3.0.1-1"),
            installed("nodejs", "20.1"),
            installed("pg", "16.1-1.pgdg"),
            installed("gone", "1"),
        );
        let offers = [
            offer("openssl", "3.0.1-1", "Debian", false),
            offer("openssl", "3.0.2-1~deb12u1", "Debian", true),
            offer("nodejs", "18.2", "Debian", false),
            offer("pg", "16.1-1.pgdg", "apt.postgresql.org", false),
        ];
        let joined = join(&mut [&mut ssl, &mut node, &mut pg, &mut old], &offers);
        assert_eq!(ssl.origin, Origin::Distribution);
        assert_eq!(pg.origin, Origin::Vendor("apt.postgresql.org".to_owned()));
        assert_eq!(joined.orphaned.iter().map(Purl::name).collect::<Vec<_>>(), ["gone"]);
        let updates: Vec<_> = joined.updates.iter().map(|u| (u.package.name(), u.candidate.as_str(), u.security)).collect();
        assert_eq!(updates, [("openssl", "3.0.2-1~deb12u1", true)]);
    }

    #[test]
    fn without_lists_nothing_is_concluded() {
        let mut ssl = installed("openssl", "3.0.1-1");
        assert_eq!(join(&mut [&mut ssl], &[]), Joined::default());
        assert_eq!(ssl.origin, Origin::Unknown);
    }
}
