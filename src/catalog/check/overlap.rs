//! Identity across files: no id, alias or package name belongs to two products.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::compile::{ProductUnit, VendorUnit};
use super::super::index::{normal_name, normal_type};
use super::super::types::{Data, PackageRule};
use crate::model::{Role, VersionRange};
use crate::problem::Code;

/// Where a name is claimed: a file of this run, or the catalog it is added to.
type Site = Option<(usize, Range<usize>)>;

/// A package name that a product claims.
struct Claim<'c> {
    product: &'c str,
    rule: &'c PackageRule,
    site: Site,
}

/// Package names that two rules claim without versions or distributions that keep them apart.
pub(crate) fn packages(base: &Data, units: &mut [ProductUnit<'_>]) {
    let mut found: Vec<(usize, Range<usize>, String)> = Vec::new();
    let mut claims: BTreeMap<(&str, String), Vec<Claim<'_>>> = BTreeMap::new();
    let known = base.products.iter().map(|product| (product, None));
    let new = units.iter().enumerate().filter_map(|(index, unit)| Some((unit.checked.as_ref()?, Some(index))));
    for (product, index) in known.chain(new) {
        for rule in &product.packages {
            for (kind, name) in pairs(rule) {
                let site = index.map(|index| (index, place(units, index, name)));
                let claim = Claim { product: &product.id, rule, site };
                let earlier = claims.entry((normal_type(kind), normal_name(kind, name))).or_default();
                if let (Some(other), Some((unit, span))) = (earlier.iter().find(|other| clash(other, &claim)), &claim.site) {
                    found.push((*unit, span.clone(), clash_text(kind, name, other, &claim)));
                }
                earlier.push(claim);
            }
        }
    }
    drop(claims);
    found.sort_by(|a, b| (a.0, a.1.start, &a.2).cmp(&(b.0, b.1.start, &b.2)));
    found.dedup();
    for (unit, span, text) in found {
        if let Some(unit) = units.get_mut(unit) {
            unit.faults.at(Code::Overlap, span, text);
        }
    }
}

fn pairs(rule: &PackageRule) -> impl Iterator<Item = (&str, &str)> {
    rule.types.iter().flat_map(|kind| rule.names.iter().map(|name| (kind.as_str(), name.as_str())))
}

/// Where the name stands last in the file: the rules before it were there first.
fn place(units: &[ProductUnit<'_>], index: usize, name: &str) -> Range<usize> {
    let rules = units.get(index).map(|unit| unit.raw.package.as_slice()).unwrap_or_default();
    let mut names = rules.iter().rev().flat_map(|rule| &rule.get_ref().name);
    names.find(|text| text.get_ref() == name).map(toml::Spanned::span).unwrap_or_default()
}

fn clash(one: &Claim<'_>, other: &Claim<'_>) -> bool {
    let same_answer = one.product == other.product && one.rule.role == other.rule.role;
    !same_answer && !apart(one.rule, other.rule)
}

/// Whether no package can satisfy both rules.
fn apart(one: &PackageRule, other: &PackageRule) -> bool {
    let listed = !one.distros.is_empty() && !other.distros.is_empty();
    let distros_apart = listed && !one.distros.iter().any(|distro| other.distros.contains(distro));
    let versions_apart = match (&one.versions, &other.versions) {
        (Some(left), Some(right)) => format!("{left}, {right}").parse::<VersionRange>().is_err(),
        _ => false,
    };
    distros_apart || versions_apart
}

fn clash_text(kind: &str, name: &str, other: &Claim<'_>, own: &Claim<'_>) -> String {
    let (role, product): (Role, &str) = (other.rule.role, other.product);
    if product == own.product {
        return format!(
            "{kind} `{name}` is claimed as {role} by another rule of this file; separate them by `versions` or `distros`"
        );
    }
    format!(
        "{kind} `{name}` is claimed by `{product}` too; separate them by `versions` or `distros`, or take it out of one of them"
    )
}

/// Ids and aliases that a product shares with another.
pub(crate) fn product_ids(base: &Data, units: &mut [ProductUnit<'_>]) {
    let known =
        base.products.iter().flat_map(|p| std::iter::once(&p.id).chain(&p.aliases).map(|name| (name.clone(), p.id.clone())));
    let mut owners: BTreeMap<String, String> = known.collect();
    for unit in &mut *units {
        claim_id(&mut owners, unit.id(), &mut unit.faults, "product");
    }
    for unit in units {
        claim_aliases(&mut owners, unit.id(), &unit.raw.aliases, &mut unit.faults);
    }
}

/// Ids and aliases that a vendor shares with another.
pub(crate) fn vendor_ids(base: &Data, units: &mut [VendorUnit<'_>]) {
    let known =
        base.vendors.iter().flat_map(|v| std::iter::once(&v.id).chain(&v.aliases).map(|name| (name.clone(), v.id.clone())));
    let mut owners: BTreeMap<String, String> = known.collect();
    for unit in &mut *units {
        claim_id(&mut owners, unit.id(), &mut unit.faults, "vendor");
    }
    for unit in units {
        claim_aliases(&mut owners, unit.id(), &unit.raw.aliases, &mut unit.faults);
    }
}

fn claim_id(owners: &mut BTreeMap<String, String>, id: &str, faults: &mut super::super::faults::Faults<'_>, what: &str) {
    if let Some(owner) = owners.insert(id.to_owned(), id.to_owned()) {
        let text = format!("the id `{id}` belongs to the {what} `{owner}` of the catalog already; choose another file name");
        faults.whole(Code::DuplicateId, text);
    }
}

fn claim_aliases(
    owners: &mut BTreeMap<String, String>,
    id: &str,
    aliases: &[super::super::raw::Text],
    faults: &mut super::super::faults::Faults<'_>,
) {
    for alias in aliases {
        let owner = owners.entry(alias.get_ref().clone()).or_insert_with(|| id.to_owned());
        if owner != id {
            let text = format!("`{}` is a name of `{owner}` already; take it out of one of them", alias.get_ref());
            faults.at(Code::DuplicateId, alias.span(), text);
        }
    }
}
