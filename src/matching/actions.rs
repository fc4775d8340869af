//! The free work that waits on one target: fixes that its own lists offer, releases that have ended, services that still
//! run replaced code.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::inventory::Inventory;
use crate::model::{
    Action, ActionKind, Deployment, LifecycleState, NextSupported, Origin, PendingUpdate, Role, StaleProcess, Target, TargetKind,
    Use,
};

/// What waits on one target; sorted.
#[must_use]
pub fn actions(inventory: &Inventory, deployments: &[Deployment], catalog: &Catalog) -> Vec<Action> {
    let mut actions: Vec<Action> = updates(inventory).into_iter().collect();
    // What came as a dependency or inside another program goes or stays with that.
    let ended = |deployment: &&Deployment| {
        deployment.lifecycle.state == LifecycleState::Eol && !matches!(deployment.usage, Use::Dependency | Use::Embedded)
    };
    actions.extend(
        deployments.iter().filter(ended).filter(|deployment| stands_alone(deployment)).map(|ended| way_out(ended, catalog)),
    );
    actions.extend(inventory.runtime.iter().flat_map(|facts| &facts.stale).filter_map(|stale| restart(stale, inventory)));
    actions.sort();
    actions.dedup();
    actions
}

/// One piece of work on many hosts is one action with many hosts; sorted.
#[must_use]
pub fn merge_actions(mut actions: Vec<Action>) -> Vec<Action> {
    actions.sort();
    let mut merged: Vec<Action> = Vec::new();
    for action in actions {
        let same = |held: &&mut Action| {
            let key = |action: &Action| {
                (
                    action.kind,
                    action.id.clone(),
                    action.from.clone(),
                    action.to.clone(),
                    action.command.clone(),
                    action.why.clone(),
                )
            };
            key(held) == key(&action)
        };
        match merged.iter_mut().find(same) {
            Some(held) => {
                held.hosts = union(&held.hosts, action.hosts);
                held.locations = union(&held.locations, action.locations);
            }
            None => merged.push(action),
        }
    }
    merged
}

fn union(one: &[String], other: Vec<String>) -> Vec<String> {
    one.iter().cloned().chain(other).collect::<BTreeSet<_>>().into_iter().collect()
}

/// A distribution's package ends with its distribution; that is one piece of work, not one a package.
fn stands_alone(deployment: &Deployment) -> bool {
    deployment.role == Role::Os || deployment.lifecycle.cycle.as_ref().is_none_or(|cycle| cycle.product == deployment.product)
}

fn updates(inventory: &Inventory) -> Option<Action> {
    let security: Vec<&PendingUpdate> = inventory.host.updates.iter().filter(|update| update.security).collect();
    let sources: BTreeSet<&str> = security.iter().map(|update| update.source_package.as_str()).collect();
    let lists = inventory
        .host
        .lists_date
        .map_or_else(|| "package lists of unknown date".to_owned(), |date| format!("package lists of {date}"));
    let (manager, command) = match security.first()?.package.kind() {
        "deb" => ("apt", "apt-get upgrade"),
        "apk" => ("apk", "apk upgrade"),
        _ => ("dnf", "dnf upgrade --security"),
    };
    Some(Action {
        kind: ActionKind::Update,
        id: format!("UPDATE-{manager}"),
        product: None,
        from: Some(count(security.len(), "security update")),
        to: None,
        command: Some(in_root(&inventory.target, command)),
        why: format!("{lists}: {}", shortened(&sources.into_iter().collect::<Vec<_>>(), 3)),
        source: None,
        hosts: vec![inventory.target.name.clone()],
        locations: security.iter().map(|update| format!("{} to {}", update.package, update.candidate)).collect(),
    })
}

/// The command as its target takes it: in a chroot it has to be started there.
fn in_root(target: &Target, command: &str) -> String {
    if target.kind != TargetKind::Chroot {
        return command.to_owned();
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+:@%".contains(&byte);
    let name = &target.name;
    let root = if name.bytes().all(plain) { name.clone() } else { format!("'{}'", name.replace('\'', "'\\''")) };
    format!("chroot {root} {command}")
}

/// Remove a private copy that nothing uses; else move on.
fn way_out(deployment: &Deployment, catalog: &Catalog) -> Action {
    let unused = deployment.usage == Use::Installed && deployment.origin == Origin::Local;
    let kind = if unused { ActionKind::Remove } else { ActionKind::Upgrade };
    let name = deployment.cycle.clone().or_else(|| deployment.version.clone());
    let life = &deployment.lifecycle;
    let ended = life.eol.map_or_else(|| "end of life, date not published".to_owned(), |date| format!("end of life {date}"));
    Action {
        kind,
        id: format!("EOL-{}{}", deployment.product, name.map_or(String::new(), |name| format!("-{name}"))),
        product: Some(deployment.product.clone()),
        from: deployment.version.clone(),
        to: if unused { None } else { deployment.next_supported.as_ref().map(|next| target(next, deployment, catalog)) },
        command: None,
        why: format!("{ended}; {}", in_use(deployment)),
        source: life.source.clone(),
        hosts: vec![deployment.host.clone()],
        locations: deployment.locations.clone(),
    }
}

fn target(next: &NextSupported, deployment: &Deployment, catalog: &Catalog) -> String {
    let until = next.eol.map_or(String::new(), |date| format!(", fixes to {date}"));
    if next.product == deployment.product {
        format!("{}{until}", next.cycle)
    } else {
        let name = catalog.product(&next.product).map_or(next.product.as_str(), |product| &product.name);
        format!("{name} {}{until}", next.cycle)
    }
}

fn in_use(deployment: &Deployment) -> &'static str {
    match deployment.usage {
        Use::Running => "it runs",
        Use::Enabled => "it starts by itself",
        Use::Declared => "declared",
        Use::Installed | Use::Dependency | Use::Embedded => "nothing runs it",
    }
}

fn restart(stale: &StaleProcess, inventory: &Inventory) -> Option<Action> {
    // Without a unit nobody can say how to restart it; the process list still names it.
    let unit = stale.unit.as_ref()?;
    Some(Action {
        kind: ActionKind::Restart,
        id: format!("RESTART-{unit}"),
        product: None,
        from: Some(stale.name.clone()),
        to: None,
        command: unit.ends_with(".service").then(|| format!("systemctl restart {unit}")),
        why: format!("still runs replaced code: {}", shortened(&stale.replaced, 2)),
        source: None,
        hosts: vec![inventory.target.name.clone()],
        locations: stale.replaced.clone(),
    })
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn shortened<T: AsRef<str>>(names: &[T], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    format!("{}{}", shown.join(", "), if names.len() > most { " ..." } else { "" })
}
