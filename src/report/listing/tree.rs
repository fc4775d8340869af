//! The inventory as a tree: target, ecosystem, component, places.

use std::collections::BTreeMap;

use super::{place, title, version};
use crate::inventory::Inventory;
use crate::model::Component;
use crate::report::terminal::branches::{Branch, draw, leaves};
use crate::report::terminal::page::Page;
use crate::report::text::{count, visible};

/// Places of one component, without `--all`.
const PLACES: usize = 3;

pub(super) fn part(inventory: &Inventory, shown: &[&Component], all: bool, page: &mut Page) {
    let mut kinds: BTreeMap<&str, Vec<Branch>> = BTreeMap::new();
    for component in shown {
        kinds.entry(component.purl.kind()).or_default().push(branch(component, all));
    }
    let kind = |(kind, components): (&str, Vec<Branch>)| {
        let number = u64::try_from(components.len()).unwrap_or(u64::MAX);
        Branch::new(format!("{} ({})", visible(kind), count(number)), components)
    };
    draw(&Branch::new(title(inventory, shown), kinds.into_iter().map(kind).collect()), page);
}

fn branch(component: &Component, all: bool) -> Branch {
    let most = if all { component.locations.len() } else { PLACES };
    let text = format!("{} {}, {}", visible(&component.purl.full_name()), version(component), component.evidence);
    Branch::new(text, leaves(component.locations.iter().map(place), most))
}
