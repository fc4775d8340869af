//! Identity across files: no id, alias or package name belongs to two products.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::compile::{ProductUnit, VendorUnit};
use super::super::index::{normal_name, normal_type};
use super::super::pattern::Pattern;
use super::super::types::{BinarySignature, Data, PackageRule, Product};
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
    found.extend(patterns_of_others(&claims));
    drop(claims);
    found.sort_by(|a, b| (a.0, a.1.start, &a.2).cmp(&(b.0, b.1.start, &b.2)));
    found.dedup();
    for (unit, span, text) in found {
        if let Some(unit) = units.get_mut(unit) {
            unit.faults.at(Code::Overlap, span, text);
        }
    }
}

/// Names that one product lists and another's pattern matches, where one of the two is new: nobody takes what is another's
/// by a wildcard, and nobody picks a name out of another's.
fn patterns_of_others(claims: &BTreeMap<(&str, String), Vec<Claim<'_>>>) -> Vec<(usize, Range<usize>, String)> {
    let mut found = Vec::new();
    let patterns = claims.iter().filter(|((_, name), _)| name.contains(['*', '[']));
    for ((kind, name), owners) in patterns {
        let Ok(pattern) = name.parse::<Pattern>() else { continue };
        let prefix = pattern.literal_prefix();
        let after = claims.range((*kind, prefix.to_owned())..);
        let near = after.take_while(|((other, name), _)| other == kind && name.starts_with(prefix));
        for ((_, exact), others) in near.filter(|((_, exact), _)| pattern.matches(exact)) {
            for (owner, other) in owners.iter().flat_map(|owner| others.iter().map(move |other| (owner, other))) {
                let clash = owner.product != other.product && !apart(owner.rule, other.rule);
                let Some((unit, span)) = owner.site.as_ref().or(other.site.as_ref()).filter(|_| clash) else { continue };
                let says = format!(
                    "{kind} `{name}` of `{}` matches `{exact}`, which is `{}`'s; narrow the pattern, or take the name out",
                    owner.product, other.product
                );
                found.push((*unit, span.clone(), says));
            }
        }
    }
    found
}

/// Byte signatures, configurations and processes that two products claim alike.
pub(crate) fn signatures(base: &Data, units: &mut [ProductUnit<'_>]) {
    let mut found = Vec::new();
    {
        let new: Vec<(usize, &Product)> =
            units.iter().enumerate().filter_map(|(index, unit)| Some((index, unit.checked.as_ref()?))).collect();
        let known: Vec<&Product> = base.products.iter().chain(new.iter().map(|(_, product)| *product)).collect();
        let marks = Marks::of(&known);
        for (index, product) in &new {
            for (text, owner) in marks.shared_by(product) {
                // Of two new files the later by name is told.
                let told = base.products.iter().any(|known| known.id == owner) || owner < product.id.as_str();
                if told {
                    found.push((*index, format!("{text} of `{owner}` too; nobody could tell them apart")));
                }
            }
        }
    }
    for (index, text) in found {
        if let Some(unit) = units.get_mut(index) {
            unit.faults.whole(Code::Overlap, text);
        }
    }
}

/// What products are told by, besides packages, with their owners.
struct Marks<'c> {
    anchors: BTreeMap<&'c [u8], Vec<(&'c str, &'c BinarySignature)>>,
    configs: BTreeMap<&'c Pattern, Vec<&'c str>>,
    processes: BTreeMap<&'c Pattern, Vec<&'c str>>,
}

impl<'c> Marks<'c> {
    fn of(products: &[&'c Product]) -> Self {
        let mut marks = Self { anchors: BTreeMap::new(), configs: BTreeMap::new(), processes: BTreeMap::new() };
        for product in products {
            for binary in &product.binaries {
                marks.anchors.entry(&binary.anchor).or_default().push((&product.id, binary));
            }
            for config in &product.configs {
                marks.configs.entry(&config.path).or_default().push(&product.id);
            }
            for name in product.processes.iter().flat_map(|process| &process.names) {
                marks.processes.entry(name).or_default().push(&product.id);
            }
        }
        marks
    }

    /// What a product has in common with others, and with whom.
    fn shared_by<'s>(&'s self, product: &'s Product) -> Vec<(String, &'s str)> {
        let mut shared = Vec::new();
        for binary in &product.binaries {
            let same = self.anchors.get(binary.anchor.as_slice()).into_iter().flatten();
            let same = same.filter(|(owner, other)| *owner != product.id && alike(binary, other));
            shared.extend(same.map(|(owner, _)| {
                (format!("the anchor `{}`, in files of the same name, is one", binary.anchor.escape_ascii()), *owner)
            }));
        }
        let others = |owners: Option<&'s Vec<&'c str>>| {
            owners.into_iter().flatten().copied().filter(|owner| *owner != product.id).collect::<Vec<&'s str>>()
        };
        for config in &product.configs {
            shared.extend(
                others(self.configs.get(&config.path))
                    .into_iter()
                    .map(|owner| (format!("the path `{}` is one", config.path), owner)),
            );
        }
        for name in product.processes.iter().flat_map(|process| &process.names) {
            shared.extend(
                others(self.processes.get(name)).into_iter().map(|owner| (format!("the process `{name}` is one"), owner)),
            );
        }
        shared
    }
}

/// Whether one file could satisfy both, with the same anchor: names in common, and nothing else that is required.
fn alike(one: &BinarySignature, other: &BinarySignature) -> bool {
    let fits = |one: &Pattern, other: &Pattern| one.matches(other.as_str()) || other.matches(one.as_str());
    let names = one.files.is_empty()
        || other.files.is_empty()
        || one.files.iter().any(|file| other.files.iter().any(|second| fits(file, second)));
    names && one.require == other.require
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

/// Names for people that belong to another vendor: a buyer could not tell the two apart.
pub(crate) fn vendor_names(base: &Data, units: &mut [VendorUnit<'_>]) {
    let mut owners: BTreeMap<String, String> =
        base.vendors.iter().map(|vendor| (vendor.name.to_lowercase(), vendor.id.clone())).collect();
    for unit in units {
        let (id, Some(name)) = (unit.id(), &unit.raw.name) else { continue };
        let owner = owners.entry(name.get_ref().to_lowercase()).or_insert_with(|| id.to_owned());
        if owner != id {
            let says = format!("`{}` is the name of the vendor `{owner}`; write what tells the two apart", name.get_ref());
            unit.faults.at(Code::DuplicateId, name.span(), says);
        }
    }
}

fn claim_id(owners: &mut BTreeMap<String, String>, id: &str, faults: &mut super::super::faults::Faults<'_>, what: &str) {
    if let Some(owner) = owners.insert(id.to_owned(), id.to_owned()) {
        let text = format!(
            "the id `{id}` belongs to the {what} `{owner}` of the catalog already; choose another file name, or write `replaces` and why"
        );
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
