//! `replaces`: a folder's file takes the place of one that is there, and says so. Without the word it is a second claim.

use super::super::compile::Units;
use super::super::faults::Faults;
use super::super::raw::Text;
use super::super::types::{Change, Data};
use crate::problem::Code;

/// The base without what the files replace, with a note of each replacement.
pub(crate) fn replaced(mut base: Data, units: &mut Units<'_>) -> Data {
    // Before the products: what they replace is gone then.
    for unit in &mut units.lifecycles {
        let id = unit.id();
        let table = base.lifecycles.iter().any(|table| table.product == id);
        // A first table of a product that is there changes its life cycle too: it was unknown.
        let there = table || base.products.iter().any(|product| product.id == id);
        if there && !table && unit.raw.replaces.is_none() {
            let says = format!("`{id}` is a product of the catalog, which gives it no life cycle; write `replaces` and why");
            unit.faults.whole(Code::DuplicateId, says);
        }
        if let Some(change) = change(unit.raw.replaces.as_ref(), there, &mut unit.faults) {
            base.lifecycles.retain(|table| table.product != id);
            base.changes.push(change);
        }
    }
    for unit in &mut units.products {
        let there = base.products.iter().any(|product| product.id == unit.id());
        if let Some(change) = change(unit.raw.replaces.as_ref(), there, &mut unit.faults) {
            base.products.retain(|product| product.id != unit.id());
            base.changes.push(change);
        }
    }
    for unit in &mut units.vendors {
        let there = base.vendors.iter().any(|vendor| vendor.id == unit.id());
        if let Some(change) = change(unit.raw.replaces.as_ref(), there, &mut unit.faults) {
            base.vendors.retain(|vendor| vendor.id != unit.id());
            base.changes.push(change);
        }
    }
    base
}

fn change(replaces: Option<&Text>, there: bool, faults: &mut Faults<'_>) -> Option<Change> {
    let replaces = replaces?;
    let reason = faults.text(replaces)?;
    let (file, by) = (faults.file().relative.clone(), faults.file().shown.clone());
    if !there {
        let says = format!("the catalog has no {file} to replace; leave `replaces` out");
        faults.at(Code::UnknownReference, replaces.span(), says);
        return None;
    }
    Some(Change { file, by, reason })
}
