//! What is new, upgraded, gone, and what nobody fixes any more, on hosts that were looked at both times.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::snapshot::{Place, Snapshot};
use crate::model::Scheme;
use crate::report::view::{Change, ChangeWord};

/// A change and where: alike ones on several hosts are told once.
type Alike<'s> = (ChangeWord, &'s str, &'s str, Option<String>, Option<String>);

/// A product in a role on a host.
type Seat<'s> = (&'s str, &'s str, &'s str);

pub(super) fn changes(then: &Snapshot, now: &Snapshot, both: &BTreeSet<&str>) -> Vec<Change> {
    let (old, new) = (seats(then, both), seats(now, both));
    let mut alike: BTreeMap<Alike<'_>, BTreeSet<String>> = BTreeMap::new();
    let none = Vec::new();
    for seat in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let (was, is) = (old.get(seat).unwrap_or(&none), new.get(seat).unwrap_or(&none));
        for (kind, place, from, to) in of_seat(was, is) {
            let key = (kind, place.product.as_str(), place.product_name.as_str(), from, to);
            alike.entry(key).or_default().insert(seat.2.to_owned());
        }
    }
    let change = |((kind, product, name, from, to), hosts): (Alike<'_>, BTreeSet<String>)| Change {
        kind,
        subject: product.to_owned(),
        name: name.to_owned(),
        hosts: hosts.into_iter().collect(),
        from,
        to,
        ..Change::default()
    };
    alike.into_iter().map(change).collect()
}

fn seats<'s>(state: &'s Snapshot, both: &BTreeSet<&str>) -> BTreeMap<Seat<'s>, Vec<&'s Place>> {
    let mut seats: BTreeMap<Seat<'s>, Vec<&Place>> = BTreeMap::new();
    for place in state.deployments.iter().filter(|place| both.contains(place.host.as_str())) {
        seats.entry((&place.product, &place.role, &place.host)).or_default().push(place);
    }
    seats
}

type Told<'s> = (ChangeWord, &'s Place, Option<String>, Option<String>);

/// Copies of one product that stand side by side. Those of one version are the same; of the others one that went and one that
/// came are an upgrade, and where there are more of either nobody can tell which became which.
fn of_seat<'s>(was: &[&'s Place], is: &[&'s Place]) -> Vec<Told<'s>> {
    let mut left: Vec<&Place> = was.to_vec();
    let mut came: Vec<&Place> = Vec::new();
    let mut told = Vec::new();
    for place in is {
        match left.iter().position(|other| other.version == place.version) {
            Some(position) => told.extend(ended(left.swap_remove(position), place)),
            None => came.push(place),
        }
    }
    if let ([old], [new]) = (left.as_slice(), came.as_slice()) {
        let newer = match (&old.version, &new.version) {
            (Some(old), Some(new)) => Scheme::Generic.compare(new, old),
            _ => Ordering::Equal,
        };
        let kind = if newer == Ordering::Less { ChangeWord::Downgraded } else { ChangeWord::Upgraded };
        told.push((kind, new, old.version.clone(), new.version.clone()));
        told.extend(ended(old, new));
        return told;
    }
    told.extend(left.iter().map(|place| (ChangeWord::Gone, *place, place.version.clone(), None)));
    for place in came {
        told.push((ChangeWord::New, place, None, place.version.clone()));
        if place.lifecycle.state.ended() {
            told.push(end_of_life(place));
        }
    }
    told
}

fn ended<'s>(was: &Place, is: &'s Place) -> Option<Told<'s>> {
    (is.lifecycle.state.ended() && !was.lifecycle.state.ended()).then(|| end_of_life(is))
}

fn end_of_life(place: &Place) -> Told<'_> {
    (ChangeWord::EndOfLife, place, place.version.clone(), place.lifecycle.eol.map(|day| day.to_string()))
}
