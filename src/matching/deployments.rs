//! Builds the deployments of one target.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::inventory::Inventory;
use crate::model::{Component, Date, Deployment, Origin, Scheme, Use};

use super::group::{Group, groups, platform, product_version};
use super::life::{Day, entitlement, lifecycle, next_supported};
use super::usage::{listening, makes_case, running_by_name, usage};

/// The products on one target on a day; sorted by product, then by version.
#[must_use]
pub fn deployments(inventory: &Inventory, catalog: &Catalog, as_of: Date) -> Vec<Deployment> {
    let platform = platform(inventory, catalog);
    let named = running_by_name(inventory, catalog);
    let day = Day { catalog, host: &inventory.host, platform: platform.as_ref(), as_of };
    let mut found: Vec<Deployment> = groups(inventory, catalog)
        .iter()
        .map(|group| deployment(group, inventory, &day, usage(group, inventory, &named)))
        .collect();
    found.sort_by(|a, b| (&a.product, &a.version, &a.id).cmp(&(&b.product, &b.version, &b.id)));
    distinguish(&mut found);
    found
}

fn deployment(group: &Group<'_, '_>, inventory: &Inventory, day: &Day<'_>, usage: Use) -> Deployment {
    let version = version(group, day.catalog);
    let life = lifecycle(day, group, version.as_deref());
    let next_supported = next_supported(day, group, &life, version.as_deref());
    let cycle = group.cycle.as_ref().map_or(String::new(), |cycle| format!("-{cycle}"));
    Deployment {
        id: format!("{}{cycle}@{}", group.product.id, inventory.target.name),
        product: group.product.id.clone(),
        role: group.role,
        version,
        cycle: group.cycle.clone(),
        lifecycle: life,
        next_supported,
        usage,
        listening: listening(group, inventory),
        sockets_read: inventory.runtime.as_ref().is_some_and(|facts| facts.sockets_read),
        origin: origin(group),
        entitlement: entitlement(day, group).map(|held| held.id.clone()),
        host: inventory.target.name.clone(),
        path: inventory.target.path.clone(),
        platform: day.platform.cloned(),
        unattended_upgrades: inventory.host.unattended_upgrades == Some(true),
        locations: locations(group),
        components: group
            .members
            .iter()
            .map(|(component, _)| component.purl.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        comes_with: None,
        makes_case: makes_case(group, usage),
        vulnerabilities: Vec::new(),
        exploits_checked: false,
    }
}

/// The version of the leading component in the strongest use; of several the newest.
fn version(group: &Group<'_, '_>, catalog: &Catalog) -> Option<String> {
    let rank = |component: &Component| (component.activity.processes > 0, component.evidence);
    let strongest = group.leading().map(rank).max()?;
    let strong = group.leading().filter(|component| rank(component) == strongest);
    let versions = strong.filter_map(|component| product_version(component, group.product, group.role, catalog));
    versions.max_by(|a, b| Scheme::Generic.compare(a, b).then_with(|| a.cmp(b)))
}

fn origin(group: &Group<'_, '_>) -> Origin {
    group
        .leading()
        .map(|component| component.origin.clone())
        .filter(|origin| *origin != Origin::Unknown)
        .min()
        .unwrap_or_default()
}

/// Where the leading components stand; those that give no version only if none does.
fn locations(group: &Group<'_, '_>) -> Vec<String> {
    let versioned = group.leading().any(|component| component.purl.version().is_some());
    let telling = group.leading().filter(|component| !versioned || component.purl.version().is_some());
    let places: BTreeSet<(&str, Option<u32>)> =
        telling.flat_map(|component| &component.locations).map(|place| (place.path.as_str(), place.line)).collect();
    let shown = |(path, line): (&str, Option<u32>)| line.map_or_else(|| path.to_owned(), |line| format!("{path}:{line}"));
    places.into_iter().map(shown).collect()
}

/// Two deployments of one product and cycle differ in whose life cycle they follow; say so in the id.
fn distinguish(deployments: &mut [Deployment]) {
    let ids: Vec<String> = deployments.iter().map(|deployment| deployment.id.clone()).collect();
    for (deployment, id) in deployments.iter_mut().zip(&ids) {
        if ids.iter().filter(|other| *other == id).count() > 1
            && let Some((product, host)) = id.split_once('@')
        {
            deployment.id = format!("{product}-{}@{host}", deployment.lifecycle.followed.word());
        }
    }
}
