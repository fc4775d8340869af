//! Deployments, life cycles and free work as the view shows them.

use crate::catalog::Catalog;
use crate::model::{self, Deployment, LifecycleState, Listener, Origin, Use};
use crate::report::view;

/// One deployment.
pub(super) fn deployment(found: &Deployment, catalog: &Catalog) -> view::Deployment {
    view::Deployment {
        id: found.id.clone(),
        product: found.product.clone(),
        product_name: name(&found.product, catalog),
        role: found.role.to_string(),
        version: found.version.clone(),
        cycle: found.cycle.clone(),
        lifecycle: lifecycle(&found.lifecycle, catalog),
        next_supported: found.next_supported.as_ref().map(|next| next_supported(next, catalog)),
        usage: usage(found.usage),
        listening: found.listening.iter().map(socket).collect(),
        origin: origin(&found.origin),
        entitlement: found.entitlement.clone(),
        host: found.host.clone(),
        locations: found.locations.clone(),
        components: found.components.iter().map(ToString::to_string).collect(),
        comes_with: found.comes_with.clone(),
        makes_case: found.makes_case,
        vulnerabilities: found.vulnerabilities.iter().map(super::vulnerabilities::vulnerability).collect(),
    }
}

/// A product's name for people; its id where the catalog lacks it.
pub(super) fn name(product: &str, catalog: &Catalog) -> String {
    catalog.product(product).map_or_else(|| product.to_owned(), |product| product.name.clone())
}

/// A life cycle, with the first day and the paid end of its cycle for a time line.
pub(super) fn lifecycle(life: &model::Lifecycle, catalog: &Catalog) -> view::Lifecycle {
    let table = life.cycle.as_ref().and_then(|cycle| catalog.table(&cycle.product));
    let row = life.cycle.as_ref().zip(table).and_then(|(cycle, table)| table.cycle(&cycle.name));
    view::Lifecycle {
        state: state(&life.state),
        eol: life.eol,
        followed: followed(life.followed),
        label: label(life, catalog),
        release: row.and_then(|row| row.release),
        paid_until: row.and_then(|row| row.extension.as_ref()?.end.date()).filter(|end| Some(*end) > life.eol),
        source: life.source.clone(),
        read_on: table.filter(|table| table.source == life.source).and_then(|table| table.as_of),
    }
}

/// `long-term support` of a distribution is `Debian LTS`: whose it is matters.
fn label(life: &model::Lifecycle, catalog: &Catalog) -> Option<String> {
    match (life.label.as_deref(), life.followed, &life.cycle) {
        (Some("long-term support"), model::Followed::Distribution, Some(cycle)) => {
            Some(format!("{} LTS", name(&cycle.product, catalog)))
        }
        (None, model::Followed::Distribution, Some(cycle)) => Some(name(&cycle.product, catalog)),
        (label, ..) => label.map(str::to_owned),
    }
}

fn state(state: &LifecycleState) -> view::LifeState {
    match state {
        LifecycleState::Supported => view::LifeState::Supported,
        LifecycleState::SecurityOnly => view::LifeState::SecurityOnly,
        LifecycleState::Ending => view::LifeState::Ending,
        LifecycleState::Eol => view::LifeState::Eol,
        LifecycleState::EolCovered => view::LifeState::EolCovered,
        LifecycleState::Unknown => view::LifeState::Unknown,
    }
}

fn followed(followed: model::Followed) -> view::FollowedWord {
    match followed {
        model::Followed::Distribution => view::FollowedWord::Distribution,
        model::Followed::Vendor => view::FollowedWord::Vendor,
        model::Followed::Upstream => view::FollowedWord::Upstream,
    }
}

/// The way on.
pub(super) fn next_supported(next: &model::NextSupported, catalog: &Catalog) -> view::NextSupported {
    view::NextSupported {
        product: next.product.clone(),
        product_name: name(&next.product, catalog),
        cycle: next.cycle.clone(),
        eol: next.eol,
        majors_away: next.majors_away,
    }
}

/// How strongly it is in use.
pub(super) fn usage(usage: Use) -> view::UseWord {
    match usage {
        Use::Running => view::UseWord::Running,
        Use::Enabled => view::UseWord::Enabled,
        Use::Installed => view::UseWord::Installed,
        Use::Dependency => view::UseWord::Dependency,
        Use::Embedded => view::UseWord::Embedded,
        Use::Declared => view::UseWord::Declared,
    }
}

/// `0.0.0.0:80`, `[::1]:5432`.
pub(super) fn socket(listener: &Listener) -> String {
    let Listener { address, port, .. } = listener;
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

fn origin(origin: &Origin) -> Option<String> {
    match origin {
        Origin::Unknown => None,
        Origin::Distribution => Some("distribution".to_owned()),
        Origin::Vendor(name) => Some(name.clone()),
        Origin::Local => Some("local build".to_owned()),
        Origin::Registry => Some("package registry".to_owned()),
    }
}

/// One piece of free work.
pub(super) fn action(action: &model::Action, deployments: &[Deployment], catalog: &Catalog) -> view::Action {
    let of_product =
        || deployments.iter().filter(|found| Some(&found.product) == action.product.as_ref() && found.version == action.from);
    let in_use =
        action.product.is_some().then(|| of_product().any(|found| found.usage >= Use::Enabled || found.usage == Use::Declared));
    view::Action {
        id: action.id.clone(),
        kind: match action.kind {
            model::ActionKind::Update => view::ActionWord::Update,
            model::ActionKind::Upgrade => view::ActionWord::Upgrade,
            model::ActionKind::Remove => view::ActionWord::Remove,
            model::ActionKind::Restart => view::ActionWord::Restart,
            model::ActionKind::Accept => view::ActionWord::Accept,
        },
        product: action.product.clone(),
        product_name: action.product.as_ref().map(|product| name(product, catalog)),
        from: action.from.clone(),
        to: action.to.clone(),
        command: action.command.clone(),
        why: action.why.clone(),
        eol: action.product.as_ref().and_then(|_| of_product().find_map(|found| found.lifecycle.eol)),
        in_use,
        source: action.source.clone(),
        hosts: action.hosts.clone(),
        locations: action.locations.clone(),
    }
}
