//! Everything that is known of each component, a block each.

use super::{place, title};
use crate::inventory::Inventory;
use crate::model::{Chosen, Component, Group, Origin, PackageState, Standing};
use crate::report::terminal::page::{Column, Page};
use crate::report::text::{counted, visible};

/// Places of one component, without `--all`.
const MOST: usize = 8;

pub(super) fn part(inventory: &Inventory, shown: &[&Component], all: bool, page: &mut Page) {
    page.heading(&title(inventory, shown));
    for component in shown {
        block(component, all, page);
    }
}

fn block(component: &Component, all: bool, page: &mut Page) {
    page.blank();
    page.heading(&visible(&component.purl.to_string()));
    let declared = if component.declared { "a manifest or lock file names it" } else { "no manifest names it" };
    fact("known as", &format!("{}; {declared}", component.evidence), page);
    fact("found by", &component.detectors.join(", "), page);
    let stated = component.license.as_deref().map(visible);
    let concluded = component.concluded_license.as_deref().map(|license| format!("{} (by its text)", visible(license)));
    fact("licence", &stated.into_iter().chain(concluded).collect::<Vec<_>>().join("; "), page);
    fact("from", &origin(component), page);
    fact("built of", &component.source_package.as_deref().map(visible).unwrap_or_default(), page);
    fact("owned by", &component.owner.as_ref().map(|owner| visible(&owner.to_string())).unwrap_or_default(), page);
    let product = component.product.as_ref().map(|hint| visible(&format!("{}, {}", hint.product, hint.role)));
    fact("product", &product.unwrap_or_default(), page);
    fact("marks", &marks(component).join(", "), page);
    fact("use", &activity(component).join("; "), page);
    list("fund", &component.funding.iter().map(|link| page.link(&visible(link), Some(link))).collect::<Vec<_>>(), all, page);
    list("where", &component.locations.iter().map(place).collect::<Vec<_>>(), all, page);
}

fn origin(component: &Component) -> String {
    match &component.origin {
        Origin::Unknown => String::new(),
        Origin::Distribution => "the distribution".to_owned(),
        Origin::Vendor(name) => visible(name),
        Origin::Local => "built or copied here".to_owned(),
        Origin::Registry => "a package registry".to_owned(),
    }
}

/// What its package manager, its manifest and its place say of it beside.
fn marks(component: &Component) -> Vec<&'static str> {
    let chosen = match component.chosen {
        Chosen::Unknown => None,
        Chosen::Dependency => Some("came as a dependency"),
        Chosen::Purpose => Some("asked for by name"),
    };
    let state = match component.state {
        PackageState::Installed => None,
        PackageState::Held => Some("held at its version"),
        PackageState::Incomplete => Some("not fully installed"),
        PackageState::ConfigFiles => Some("removed but for its configuration"),
    };
    let group = match component.group {
        Group::Main => None,
        Group::Optional => Some("optional"),
        Group::Development => Some("to build or test"),
    };
    let foreign = (component.standing == Standing::Foreign).then_some("inside somebody else's package, cache or test");
    [chosen, state, group, foreign].into_iter().flatten().collect()
}

/// What the live host does with it.
fn activity(component: &Component) -> Vec<String> {
    let activity = &component.activity;
    let processes = (activity.processes > 0).then(|| {
        let number = u64::from(activity.processes);
        let noun = if number == 1 { "process" } else { "processes" };
        format!("{number} {noun}")
    });
    let listening =
        activity.listening.iter().map(|one| visible(&format!("listens on {}:{}/{}", one.address, one.port, one.protocol)));
    let enabled = (!activity.enabled_by.is_empty()).then(|| visible(&format!("started by {}", activity.enabled_by.join(", "))));
    processes.into_iter().chain(listening).chain(enabled).collect()
}

/// A label and a text; nothing where nothing is known.
fn fact(label: &str, text: &str, page: &mut Page) {
    if !text.is_empty() {
        let first = Column::text(10);
        page.row(&[first, page.beside(&[first])], &[label.to_owned(), text.to_owned()], None);
    }
}

/// One a line, the label beside the first.
fn list(label: &str, texts: &[String], all: bool, page: &mut Page) {
    let most = if all { texts.len() } else { MOST };
    for (index, text) in texts.iter().take(most).enumerate() {
        let first = Column::text(10);
        let label = if index == 0 { label } else { "" };
        page.row(&[first, page.beside(&[first])], &[label.to_owned(), text.clone()], None);
    }
    if texts.len() > most {
        let left = u64::try_from(texts.len() - most).unwrap_or(u64::MAX);
        fact(" ", &format!("{} left out: --all", counted(left, "line")), page);
    }
}
