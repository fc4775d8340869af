//! One package in many places is one component with many locations.

use std::mem::take;

use crate::model::{Activity, Component, Origin};

/// Merges components of the same purl and standing, and sorts. Loses nothing, in whatever order they come. In place, so that no
/// component is in memory twice.
pub(super) fn merge(mut components: Vec<Component>) -> Vec<Component> {
    components.sort_unstable_by(|one, two| (&one.purl, one.standing).cmp(&(&two.purl, two.standing)));
    components.dedup_by(|next, held| {
        let is_same = next.purl == held.purl && next.standing == held.standing;
        if is_same {
            join(held, next);
        }
        is_same
    });
    for component in &mut components {
        tidy(&mut component.locations);
        tidy(&mut component.detectors);
        tidy(&mut component.funding);
        tidy(&mut component.activity.enabled_by);
        tidy(&mut component.activity.listening);
    }
    components
}

fn tidy<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}

/// Moves what `other` knows to `held`: the stronger evidence, the clearer reason, the nearer group; of two texts the smaller,
/// so that the order does not matter.
fn join(held: &mut Component, other: &mut Component) {
    held.evidence = held.evidence.max(other.evidence);
    held.declared |= other.declared;
    held.locations.append(&mut other.locations);
    held.detectors.append(&mut other.detectors);
    held.origin = clearer(take(&mut held.origin), take(&mut other.origin));
    held.chosen = held.chosen.max(other.chosen);
    held.state = held.state.min(other.state);
    held.group = held.group.min(other.group);
    held.license = smaller(held.license.take(), other.license.take());
    held.concluded_license = smaller(held.concluded_license.take(), other.concluded_license.take());
    held.source_package = smaller(held.source_package.take(), other.source_package.take());
    // Only if a package owns every copy does the component belong to it.
    held.owner = held.owner.take().zip(other.owner.take()).map(|(one, two)| one.min(two));
    held.funding.append(&mut other.funding);
    held.product = smaller(held.product.take(), other.product.take());
    add(&mut held.activity, take(&mut other.activity));
}

fn clearer(one: Origin, two: Origin) -> Origin {
    match (one, two) {
        (Origin::Unknown, known) | (known, Origin::Unknown) => known,
        (one, two) => one.min(two),
    }
}

fn smaller<T: Ord>(one: Option<T>, two: Option<T>) -> Option<T> {
    match (one, two) {
        (Some(one), Some(two)) => Some(one.min(two)),
        (one, two) => one.or(two),
    }
}

/// Adds what one finding's processes do to another's.
pub(super) fn add(held: &mut Activity, other: Activity) {
    // Saved scans may say anything.
    held.processes = held.processes.saturating_add(other.processes);
    held.enabled_by.extend(other.enabled_by);
    held.listening.extend(other.listening);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Chosen, Evidence, Group, Location, Purl};
    use proptest::prelude::*;

    fn component() -> impl Strategy<Value = Component> {
        let evidence = prop_oneof![Just(Evidence::Declared), Just(Evidence::Installed)];
        let chosen = prop_oneof![Just(Chosen::Unknown), Just(Chosen::Dependency), Just(Chosen::Purpose)];
        let group = prop_oneof![Just(Group::Main), Just(Group::Development)];
        ("[ab]", "[12]", evidence, chosen, group, "[xyz]", proptest::option::of("[MN]")).prop_map(
            |(name, version, evidence, chosen, group, place, license)| {
                let purl = Purl::new("npm", &name).with_version(&version);
                let mut component = Component::new(purl, evidence, "test", Location::file(place));
                (component.chosen, component.group, component.license) = (chosen, group, license);
                component
            },
        )
    }

    /// Components with what else two findings of one package can differ in, and the same in another order.
    fn in_two_orders() -> impl Strategy<Value = (Vec<Component>, Vec<Component>)> {
        let origin = prop_oneof![Just(Origin::Unknown), Just(Origin::Local), "[MN]".prop_map(Origin::Vendor)];
        let texts = (proptest::option::of("[MN]"), proptest::option::of("[MN]"), proptest::option::of("[MN]"));
        let rest = (origin, texts, proptest::collection::vec("[MN]", 0..2), 0..3_u32, proptest::option::of(0..2_u32));
        let full = (component(), rest).prop_map(|(mut component, (origin, texts, funding, processes, line))| {
            (component.origin, component.funding, component.activity.processes) = (origin, funding, processes);
            (component.concluded_license, component.source_package) = (texts.0, texts.1);
            component.owner = texts.2.map(|name| Purl::new("deb", &name));
            component.locations[0].line = line;
            component
        });
        proptest::collection::vec(full, 0..8).prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle()))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

        #[test]
        fn in_every_order_every_field_is_the_same_and_stays((list, other) in in_two_orders()) {
            let merged = merge(list);
            prop_assert_eq!(&merged, &merge(other));
            prop_assert_eq!(&merged, &merge(merged.clone()));
        }
    }

    proptest! {
        #[test]
        fn the_order_of_findings_does_not_matter_and_no_place_is_lost(list in proptest::collection::vec(component(), 0..12)) {
            let mut reversed = list.clone();
            reversed.reverse();
            let merged = merge(list.clone());
            prop_assert_eq!(&merged, &merge(reversed));
            for component in &list {
                let held = merged.iter().find(|held| held.purl == component.purl);
                prop_assert!(held.is_some_and(|held| held.locations.contains(&component.locations[0])));
            }
        }

        #[test]
        fn merging_twice_changes_nothing(list in proptest::collection::vec(component(), 0..12)) {
            let once = merge(list);
            prop_assert_eq!(&once, &merge(once.clone()));
        }
    }

    #[test]
    fn a_copy_outside_the_package_keeps_the_component_its_own() {
        let purl = Purl::new("pypi", "six").with_version("1.16.0");
        let mut owned = Component::new(purl.clone(), Evidence::Installed, "test", Location::file("usr/lib/six"));
        owned.owner = Some(Purl::new("deb", "python3-six"));
        let free = Component::new(purl, Evidence::Installed, "test", Location::file("opt/venv/six"));
        assert_eq!(merge(vec![owned, free])[0].owner, None);
    }
}
