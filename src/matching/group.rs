//! Components of one product, life cycle and release cycle belong together.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Product};
use crate::inventory::Inventory;
use crate::model::{Chosen, Component, Cycle, Followed, Kind, Origin, OsRelease, Role, upstream_version};

/// What makes components one deployment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) product: String,
    pub(super) followed: Followed,
    /// The release cycle, or the version where no cycle is known.
    pub(super) cycle: Option<String>,
}

/// The components of one deployment.
pub(super) struct Group<'i, 'c> {
    pub(super) product: &'c Product,
    pub(super) followed: Followed,
    pub(super) cycle: Option<String>,
    /// The strongest role of its components.
    pub(super) role: Role,
    /// Components with their roles; never empty.
    pub(super) members: Vec<(&'i Component, Role)>,
    /// Whether somebody asked for the product: for one of these components or for a metapackage that brings them.
    pub(super) chosen: Chosen,
}

impl<'i> Group<'i, '_> {
    /// The components that play the group's role.
    pub(super) fn leading(&self) -> impl Iterator<Item = &'i Component> {
        self.members.iter().filter(|(_, role)| *role == self.role).map(|(component, _)| *component)
    }
}

/// Groups the components that count. Metapackages and manuals only say whether a product was asked for.
pub(super) fn groups<'i, 'c>(inventory: &'i Inventory, catalog: &'c Catalog) -> Vec<Group<'i, 'c>> {
    let mut groups: BTreeMap<Key, Group<'i, 'c>> = BTreeMap::new();
    let mut asked: BTreeMap<&str, Chosen> = BTreeMap::new();
    for component in inventory.counted() {
        let Some((product, role)) = product_of(component, catalog) else { continue };
        if role == Role::Metapackage {
            let held = asked.entry(&product.id).or_default();
            *held = component.chosen.max(*held);
        }
        if !role.deploys() {
            continue;
        }
        let followed = followed(component, role, inventory.host.os.as_ref());
        let version = product_version(component, product, role, catalog);
        let cycle = version.as_ref().map(|version| catalog.cycle_name(&product.id, version).unwrap_or_else(|| version.clone()));
        let key = Key { product: product.id.clone(), followed, cycle: cycle.clone() };
        let group = groups.entry(key).or_insert_with(|| Group {
            product,
            followed,
            cycle,
            role,
            members: Vec::new(),
            chosen: Chosen::Dependency,
        });
        group.role = group.role.min(role);
        group.members.push((component, role));
    }
    let mut groups = join_versionless(groups);
    for group in &mut groups {
        group.chosen = chosen(group, asked.get(group.product.id.as_str()).copied());
    }
    groups
}

/// A part whose version only its parent knows (a Spring Boot starter) belongs to the release that the parent names. The keys'
/// order puts a group without a cycle before those of the same product with one.
fn join_versionless<'i, 'c>(groups: BTreeMap<Key, Group<'i, 'c>>) -> Vec<Group<'i, 'c>> {
    let mut joined: Vec<Group<'i, 'c>> = Vec::new();
    for group in groups.into_values() {
        match joined.last_mut() {
            Some(held) if held.cycle.is_none() && is_part(held, &group) => {
                held.cycle = group.cycle;
                held.role = held.role.min(group.role);
                held.members.extend(group.members);
            }
            _ => joined.push(group),
        }
    }
    joined
}

/// Whether a group without a version plays a part of the product itself: a driver of a database is none of its server.
fn is_part(versionless: &Group<'_, '_>, group: &Group<'_, '_>) -> bool {
    let inside = |role| matches!(role, Role::Framework | Role::Library);
    let same_part = versionless.role == group.role || (inside(versionless.role) && inside(group.role));
    versionless.product.id == group.product.id && versionless.followed == group.followed && same_part
}

/// The product's version that a component stands for. A driver or plug-in from a language's registry has versions of its own, which
/// say nothing of the product's; Java counted as 1.x up to release 8.
pub(super) fn product_version(component: &Component, product: &Product, role: Role, catalog: &Catalog) -> Option<String> {
    let by_distribution = component.purl.is_of_distribution();
    if matches!(role, Role::Client | Role::PlugIn) && !by_distribution && component.product.is_none() {
        return None;
    }
    let version = upstream_version(component.purl.kind(), component.purl.version()?);
    let modern = version.strip_prefix("1.").filter(|_| product.kind == Kind::LanguageRuntime);
    let modern =
        modern.filter(|rest| catalog.cycle_of(&product.id, &version).is_none() && catalog.cycle_of(&product.id, rest).is_some());
    Some(modern.map_or(version.clone(), str::to_owned))
}

/// On purpose if a leading component or a metapackage was asked for; as a dependency only if all of them came so.
fn chosen(group: &Group<'_, '_>, metapackage: Option<Chosen>) -> Chosen {
    let leading = group.leading().map(|component| component.chosen).chain(metapackage);
    let all: Vec<Chosen> = leading.collect();
    if all.contains(&Chosen::Purpose) {
        Chosen::Purpose
    } else if all.iter().all(|chosen| *chosen == Chosen::Dependency) {
        Chosen::Dependency
    } else {
        Chosen::Unknown
    }
}

/// The product that the finding itself names, else the one whose package it is.
pub(super) fn product_of<'c>(component: &Component, catalog: &'c Catalog) -> Option<(&'c Product, Role)> {
    if let Some(hint) = &component.product {
        return Some((catalog.product(&hint.product)?, hint.role));
    }
    catalog.product_of(&component.purl).map(|found| (found.product, found.role))
}

/// A distribution patches its own packages; a vendor's repository and everything built here follow the product's own table.
fn followed(component: &Component, role: Role, os: Option<&OsRelease>) -> Followed {
    let by_distribution = role == Role::Os || component.purl.is_of_distribution();
    match &component.origin {
        Origin::Distribution if by_distribution => Followed::Distribution,
        Origin::Vendor(_) => Followed::Vendor,
        Origin::Unknown if role == Role::Os => Followed::Distribution,
        Origin::Unknown if by_distribution && os.is_some_and(|os| component.purl.is_in(&os.id)) => Followed::Distribution,
        _ if role == Role::Os => Followed::Distribution,
        _ => Followed::Upstream,
    }
}

/// The distribution of a target as a product and its release.
pub(super) fn platform(inventory: &Inventory, catalog: &Catalog) -> Option<Cycle> {
    let os = inventory.host.os.as_ref()?;
    let product = &catalog.product(&os.id)?.id;
    let version = os.version_id.as_ref()?;
    let name = catalog.cycle_name(product, version).unwrap_or_else(|| version.clone());
    Some(Cycle { product: product.clone(), name })
}
