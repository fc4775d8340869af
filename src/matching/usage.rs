//! How strongly a group of components is in use, and whether that can make a case.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Product};
use crate::inventory::Inventory;
use crate::model::{Chosen, Component, Evidence, Group as DependencyGroup, Kind, Listener, PackageState, Role, TargetKind, Use};

use super::configured;
use super::group::Group;

/// Products that live processes carry in the name of what an interpreter runs, where no file tells it:
/// `org.apache.catalina.startup.Bootstrap`. Executables are files and belong to components already.
pub(super) fn running_by_name(inventory: &Inventory, catalog: &Catalog) -> BTreeSet<(String, Role)> {
    let processes = inventory.runtime.iter().flat_map(|facts| &facts.processes).filter(|process| !process.in_container);
    let names = processes.filter_map(|process| process.script.as_deref()).filter(|name| !name.contains('/'));
    let found = names.filter_map(|name| catalog.product_of_process(name));
    found.map(|found| (found.product.id.clone(), found.role)).collect()
}

/// How strongly the leading components of a group are in use.
pub(super) fn usage(group: &Group<'_, '_>, inventory: &Inventory, named: &BTreeSet<(String, Role)>) -> Use {
    if group.role == Role::Os {
        return os_usage(group, inventory);
    }
    let running = || named.contains(&(group.product.id.clone(), group.role));
    let strongest = group.leading().map(|component| of_component(component, group.chosen)).max().unwrap_or(Use::Declared);
    match strongest {
        Use::Running => Use::Running,
        Use::Installed | Use::Dependency | Use::Enabled if running() => Use::Running,
        Use::Installed | Use::Dependency if configured::is_set_up(group, &inventory.host) => Use::Enabled,
        other => other,
    }
}

/// The distribution of a live system runs; that of an image or a mount would run when it is started; that of a chroot runs
/// while a process has its root there. One that is only asked for, as the base of an image, is not the target's own.
fn os_usage(group: &Group<'_, '_>, inventory: &Inventory) -> Use {
    match group.leading().map(|component| component.evidence).max() {
        None | Some(Evidence::Declared) => return Use::Declared,
        Some(Evidence::Embedded) => return Use::Embedded,
        Some(Evidence::Installed | Evidence::Running) => {}
    }
    match inventory.target.kind {
        TargetKind::Host | TargetKind::Container => Use::Running,
        TargetKind::Chroot if inventory.runtime.is_some() => Use::Running,
        TargetKind::Chroot => Use::Installed,
        TargetKind::Image | TargetKind::RootFs | TargetKind::Repository | TargetKind::Sbom => Use::Enabled,
    }
}

fn of_component(component: &Component, chosen: Chosen) -> Use {
    let activity = &component.activity;
    if activity.processes > 0 || component.evidence == Evidence::Running || !activity.listening.is_empty() {
        return Use::Running;
    }
    if !activity.enabled_by.is_empty() && component.state != PackageState::Incomplete {
        return Use::Enabled;
    }
    match component.evidence {
        Evidence::Declared => Use::Declared,
        Evidence::Embedded => Use::Embedded,
        Evidence::Installed | Evidence::Running if chosen == Chosen::Dependency => Use::Dependency,
        Evidence::Installed | Evidence::Running => Use::Installed,
    }
}

/// Every socket that a group's processes hold; sorted. A system is reached through all of its sockets.
pub(super) fn listening(group: &Group<'_, '_>, inventory: &Inventory) -> Vec<Listener> {
    let installed = || group.leading().any(|component| component.evidence >= Evidence::Installed);
    let sockets: BTreeSet<&Listener> = if group.role == Role::Os && installed() {
        inventory.runtime.iter().flat_map(|facts| &facts.listeners).collect()
    } else {
        group.leading().flat_map(|component| &component.activity.listening).collect()
    };
    sockets.into_iter().cloned().collect()
}

/// Whether a deployment makes a case: something runs, enables, configures or declares it, nobody merely needs it as a
/// dependency, and it is the part of its product that support is sold for.
pub(super) fn makes_case(group: &Group<'_, '_>, usage: Use) -> bool {
    let declared = || group.leading().any(|component| component.declared && component.group == DependencyGroup::Main);
    let used = matches!(usage, Use::Running | Use::Enabled) || declared();
    let asked_for = group.chosen != Chosen::Dependency || group.role == Role::Os;
    used && asked_for && supported_part(group.product, group.role)
}

/// Support of a database is bought for its server, not for a client of it; of a library for the library itself. A product
/// that has no server is what it is.
fn supported_part(product: &Product, role: Role) -> bool {
    let has_server = || {
        product.packages.iter().any(|rule| rule.role == Role::Server)
            || product.binaries.iter().any(|rule| rule.role == Role::Server)
    };
    match product.kind {
        Kind::Os => matches!(role, Role::Os | Role::Server),
        Kind::LanguageRuntime => role == Role::Runtime,
        Kind::Framework | Kind::Library => matches!(role, Role::Framework | Role::Library),
        Kind::DeveloperTool => matches!(role, Role::Server | Role::Tool),
        _ => role == Role::Server || (matches!(role, Role::Tool | Role::Library) && !has_server()),
    }
}
