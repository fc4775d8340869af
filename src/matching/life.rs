//! Whose life cycle a deployment follows, where it stands in it, and what already covers it.

use crate::catalog::Catalog;
use crate::model::{Cycle, Date, Entitlement, Followed, HostFacts, Lifecycle, LifecycleState, NextSupported};

use super::group::Group;

/// What does not change between the deployments of one target.
pub(super) struct Day<'d> {
    pub(super) catalog: &'d Catalog,
    pub(super) host: &'d HostFacts,
    pub(super) platform: Option<&'d Cycle>,
    pub(super) as_of: Date,
}

/// The life cycle of a group with version `version`: a distribution's package follows the distribution, everything else the
/// product's own table.
pub(super) fn lifecycle(day: &Day<'_>, group: &Group<'_, '_>, version: Option<&str>) -> Lifecycle {
    let own_table = || day.catalog.lifecycle(&group.product.id, version, group.followed, day.as_of);
    let mut life = match (group.followed, day.platform) {
        (Followed::Distribution, Some(platform)) if group.role != crate::model::Role::Os => {
            day.catalog.lifecycle(&platform.product, Some(&platform.name), Followed::Distribution, day.as_of)
        }
        (Followed::Distribution, None) if group.role != crate::model::Role::Os => unknown_distribution(),
        _ => own_table(),
    };
    if life.state == LifecycleState::Eol && entitlement(day, group).is_some() && extension_runs(day, &life) {
        life.state = LifecycleState::EolCovered;
    }
    life
}

fn unknown_distribution() -> Lifecycle {
    let label = Some("lifecycle unverified: the distribution is not known".to_owned());
    Lifecycle { state: LifecycleState::Unknown, eol: None, followed: Followed::Distribution, cycle: None, label, source: None }
}

/// The entitlement found on the host that covers this group: by its product, or by the distribution that maintains it. Of
/// several the one that an offer on record brings: a subscription rather than one of the services in it.
pub(super) fn entitlement<'h>(day: &Day<'h>, group: &Group<'_, '_>) -> Option<&'h Entitlement> {
    let maintainer = day.platform.filter(|_| group.followed == Followed::Distribution).map(|platform| &platform.product);
    let covering = day.host.entitlements.iter().filter(|held| {
        let covers = |product: &String| *product == group.product.id || Some(product) == maintainer;
        held.covers.iter().any(covers) && held.until.is_none_or(|last| day.as_of <= last)
    });
    let offers = || day.catalog.vendors().iter().flat_map(|vendor| &vendor.offers);
    let on_sale = |held: &Entitlement| offers().any(|offer| offer.entitlement.as_ref() == Some(&held.id));
    covering.min_by_key(|held| !on_sale(held))
}

/// An entitlement covers an ended release only while somebody extends that release.
fn extension_runs(day: &Day<'_>, life: &Lifecycle) -> bool {
    let row = life.cycle.as_ref().and_then(|cycle| day.catalog.table(&cycle.product)?.cycle(&cycle.name));
    row.and_then(|row| row.extension.as_ref()).is_some_and(|extension| !extension.end.over(day.as_of))
}

/// The way on, where free fixes have ended or are ending.
pub(super) fn next_supported(
    day: &Day<'_>,
    group: &Group<'_, '_>,
    life: &Lifecycle,
    version: Option<&str>,
) -> Option<NextSupported> {
    if !life.state.ended() && life.state != LifecycleState::Ending {
        return None;
    }
    match (group.followed, day.platform) {
        // Another distribution, such as the base of an image, goes its own way.
        (Followed::Distribution, Some(platform)) if group.role != crate::model::Role::Os => {
            day.catalog.next_supported(&platform.product, &platform.name, day.as_of)
        }
        _ => day.catalog.next_supported(&group.product.id, version?, day.as_of),
    }
}
