//! Names that one file uses of another: products, cycles, vendors.

use std::collections::{BTreeMap, BTreeSet};

use super::super::compile::{LifecycleUnit, ProductUnit, VendorUnit};
use super::super::conduct::income_promise;
use super::super::faults::Faults;
use super::super::raw::{RawStep, RawVendor, Text};
use super::super::types::{Data, LifecycleTable};
use crate::problem::Code;

/// Every name that may be used, of faulty files too, so that one fault does not cause others.
pub(crate) struct Names {
    products: BTreeSet<String>,
    vendors: BTreeSet<String>,
    /// Vendors' names for people, with their ids.
    sellers: Vec<(String, String)>,
    cycles: BTreeMap<String, BTreeSet<String>>,
}

impl Names {
    pub(crate) fn of(
        base: &Data,
        products: &[ProductUnit<'_>],
        lifecycles: &[LifecycleUnit<'_>],
        vendors: &[VendorUnit<'_>],
    ) -> Self {
        let tables = base.lifecycles.iter().chain(lifecycles.iter().filter_map(|unit| unit.checked.as_ref()));
        let sellers = base.vendors.iter().chain(vendors.iter().filter_map(|unit| unit.checked.as_ref()));
        Self {
            products: base
                .products
                .iter()
                .map(|p| p.id.clone())
                .chain(products.iter().map(|unit| unit.id().to_owned()))
                .collect(),
            vendors: base.vendors.iter().map(|v| v.id.clone()).chain(vendors.iter().map(|unit| unit.id().to_owned())).collect(),
            sellers: sellers.map(|vendor| (vendor.name.clone(), vendor.id.clone())).collect(),
            cycles: tables.map(|table| (table.product.clone(), cycle_names(table))).collect(),
        }
    }

    fn product(&self, name: &Text, faults: &mut Faults<'_>) {
        if !self.products.contains(name.get_ref()) {
            let text = format!(
                "`{}` is no product of the catalog; write its id, which `underpin catalog list` finds, or add products/{0}.toml",
                name.get_ref()
            );
            faults.at(Code::UnknownReference, name.span(), text);
        }
    }

    /// A product without a table, or with steps alone, has no cycles to name; that is no fault.
    fn cycle(&self, product: &str, cycle: &Text, faults: &mut Faults<'_>) {
        if self.cycles.get(product).is_some_and(|known| !known.is_empty() && !known.contains(cycle.get_ref())) {
            let text = format!("`{}` is no cycle in lifecycle/{product}.toml; write one of its names", cycle.get_ref());
            faults.at(Code::UnknownReference, cycle.span(), text);
        }
    }
}

fn cycle_names(table: &LifecycleTable) -> BTreeSet<String> {
    table.cycles.iter().map(|row| row.name.clone()).collect()
}

/// Vendors that a product names.
pub(crate) fn of_product(unit: &mut ProductUnit<'_>, names: &Names) {
    for vendor in unit.raw.made_by.iter().filter(|vendor| !names.vendors.contains(vendor.get_ref())) {
        let text = format!("`{}` is no vendor of the catalog; write its id, or add vendors/{0}.toml", vendor.get_ref());
        unit.faults.at(Code::UnknownReference, vendor.span(), text);
    }
}

/// The product of a life-cycle file, and what its steps name.
pub(crate) fn of_lifecycle(unit: &mut LifecycleUnit<'_>, names: &Names) {
    let own = unit.id();
    if !names.products.contains(own) {
        unit.faults.whole(Code::UnknownReference, format!("there is no product `{own}`; name the file after a product's id"));
    }
    for table in &unit.raw.step {
        step(own, table.get_ref(), names, &mut unit.faults);
    }
}

fn step(own: &str, step: &RawStep, names: &Names, faults: &mut Faults<'_>) {
    if let Some(from) = &step.from {
        names.cycle(own, from, faults);
    }
    if let Some(product) = &step.to_product {
        names.product(product, faults);
    }
    let target = step.to_product.as_ref().map_or(own, |product| product.get_ref().as_str());
    if let Some(to) = &step.to {
        names.cycle(target, to, faults);
        if target == own && step.from.as_ref().is_some_and(|from| from.get_ref() == to.get_ref()) {
            faults.at(Code::BadValue, to.span(), format!("the step leads from `{0}` to `{0}`", to.get_ref()));
        }
    }
}

/// What a vendor's offers name, and whether its texts compare it with others or promise income.
pub(crate) fn of_vendor(unit: &mut VendorUnit<'_>, names: &Names) {
    let coverage = unit.raw.offer.iter().flat_map(|offer| &offer.get_ref().covers);
    for cover in coverage.map(toml::Spanned::get_ref) {
        if let Some(product) = &cover.product {
            names.product(product, &mut unit.faults);
            for cycle in &cover.cycles {
                names.cycle(product.get_ref(), cycle, &mut unit.faults);
            }
        }
        for platform in &cover.on {
            names.product(platform, &mut unit.faults);
        }
    }
    let own = unit.id();
    for text in texts(&unit.raw) {
        if let Some(other) = compared_with(text.get_ref(), own, names) {
            let says = format!("compares the vendor with {other}; a vendor file states its own offers only");
            unit.faults.at(Code::Conduct, text.span(), says);
        }
        // Rule P20 of the code of conduct.
        if let Some(promise) = income_promise(text.get_ref()) {
            let says = format!("P20: `{promise}` promises income; state the terms and leave the promise out");
            unit.faults.at(Code::Conduct, text.span(), says);
        }
    }
}

/// The free texts of a vendor file.
fn texts(raw: &RawVendor) -> impl Iterator<Item = &Text> {
    let offers = raw.offer.iter().map(toml::Spanned::get_ref).flat_map(|offer| {
        let price = offer.price.as_ref().and_then(|price| price.get_ref().text.as_ref());
        [offer.name.as_ref(), offer.notes.as_ref(), offer.response.as_ref(), offer.support_hours.as_ref(), price]
    });
    let programmes = raw.programme.iter().map(toml::Spanned::get_ref).flat_map(|programme| {
        let disclosure = programme.disclosure.as_ref().and_then(|table| table.get_ref().text.as_ref());
        [programme.terms.as_ref(), disclosure]
    });
    let upstream = raw.upstream.as_ref().and_then(|table| table.get_ref().contribution.as_ref());
    [raw.notes.as_ref(), upstream].into_iter().chain(offers).chain(programmes).flatten()
}

/// The other vendor that a text sets this one against. A fact that names another vendor (a partner, an owner) is allowed.
fn compared_with<'n>(text: &str, own: &str, names: &'n Names) -> Option<&'n str> {
    const COMPARING: &[&str] = &[
        "better than ",
        "cheaper than ",
        "faster than ",
        "safer than ",
        "unlike ",
        "compared to ",
        "compared with ",
        "versus ",
        " vs ",
        " vs. ",
    ];
    let lower = text.to_lowercase();
    COMPARING.iter().flat_map(|words| lower.split(words).skip(1)).find_map(|rest| {
        let (_, name) = names.sellers.iter().map(|(name, id)| (id, name)).find(|(id, name)| {
            let after = rest.strip_prefix("the ").unwrap_or(rest).strip_prefix(&name.to_lowercase());
            *id != own && after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
        })?;
        Some(name.as_str())
    })
}
