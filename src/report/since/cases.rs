//! Cases whose verdict is another one, which became one, and which are none any more.

use std::collections::BTreeSet;

use super::causes;
use super::snapshot::{Place, Snapshot, Was};
use crate::report::view::{Change, ChangeWord, SinceBasis};

/// The changes, and how many cases have the verdict that they had.
pub(super) fn changes(then: &Snapshot, now: &Snapshot, both: &BTreeSet<&str>, basis: SinceBasis) -> (Vec<Change>, u64) {
    let within = |case: &&Was| case.hosts.iter().any(|host| both.contains(host.as_str()));
    let mut old: Vec<&Was> = then.cases().iter().filter(within).collect();
    let mut new: Vec<&Was> = now.cases().iter().filter(within).collect();
    let mut pairs = paired(&mut old, &mut new, |was, is| was.id == is.id && shares_a_host(was, is));
    pairs.extend(paired(&mut old, &mut new, |was, is| stem(was) == stem(is) && was.cycle == is.cycle && shares_a_host(was, is)));
    pairs.extend(successors(&mut old, &mut new));
    let (same, other): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(was, is)| verdict(was) == verdict(is));
    let world = causes::World { then, now, by_report: basis == SinceBasis::Report };
    let turned = other.iter().map(|(was, is)| change(is, Some(was), Some(is), causes::of_case(was, is, &world)));
    let mut changes: Vec<Change> = turned.collect();
    changes.extend(old.iter().map(|was| change(was, Some(was), None, of_places(was, then, now))));
    changes.extend(new.iter().map(|is| change(is, None, Some(is), of_places(is, then, now))));
    (changes, same.len() as u64)
}

fn verdict(case: &Was) -> impl PartialEq + use<> {
    (case.verdict, case.sub_verdict, case.turns_on.clone())
}

fn stem(case: &Was) -> (&str, &str) {
    (&case.product, &case.role)
}

fn shares_a_host(was: &Was, is: &Was) -> bool {
    was.hosts.iter().any(|host| is.hosts.contains(host))
}

/// Takes out of both lists what `fits`.
fn paired<'s>(old: &mut Vec<&'s Was>, new: &mut Vec<&'s Was>, fits: impl Fn(&Was, &Was) -> bool) -> Vec<(&'s Was, &'s Was)> {
    let mut pairs = Vec::new();
    old.retain(|was| match new.iter().position(|is| fits(was, is)) {
        Some(position) => {
            pairs.push((*was, new.remove(position)));
            false
        }
        None => true,
    });
    pairs
}

/// A release that took another one's place: the one case of a product that went, and the one that came, on a host that has both.
fn successors<'s>(old: &mut Vec<&'s Was>, new: &mut Vec<&'s Was>) -> Vec<(&'s Was, &'s Was)> {
    let count = |list: &[&Was], of: &Was| list.iter().filter(|case| stem(case) == stem(of)).count();
    let (before, after) = (old.clone(), new.clone());
    paired(old, new, |was, is| {
        stem(was) == stem(is) && shares_a_host(was, is) && count(&before, was) == 1 && count(&after, is) == 1
    })
}

fn change(of: &Was, was: Option<&Was>, is: Option<&Was>, causes: Vec<crate::report::view::Cause>) -> Change {
    Change {
        kind: ChangeWord::Verdict,
        subject: of.id.clone(),
        name: of.title(),
        hosts: of.hosts.clone(),
        from: was.map(Was::in_words),
        to: is.map(Was::in_words),
        verdict_from: was.map(|was| was.verdict),
        verdict_to: is.map(|is| is.verdict),
        causes,
    }
}

/// Why something became a case, or is none any more: what changed where it is.
fn of_places(case: &Was, then: &Snapshot, now: &Snapshot) -> Vec<crate::report::view::Cause> {
    let here = |place: &&Place| {
        stem(case) == (&place.product, &place.role) && case.hosts.contains(&place.host) && place.version == case.version
    };
    let anywhere = |place: &&Place| stem(case) == (&place.product, &place.role) && case.hosts.contains(&place.host);
    let find =
        |state: &'_ Snapshot| state.deployments.iter().find(here).or_else(|| state.deployments.iter().find(anywhere)).cloned();
    causes::of_place(find(then).as_ref(), find(now).as_ref())
}
