//! The way on from a cycle: the catalog's steps where there are any, else the nearest newer cycle that still gets free
//! fixes. Chains are followed until they reach one; a chain has hours only if every link has.

use super::index::Index;
use super::lifecycle::standing;
use super::types::{Data, Hours, LifecycleTable, Step};
use super::words::{StepKind, StepUnit};
use crate::model::{Date, LifecycleState, NextSupported, Scheme};

/// A chain of steps is not followed further; the longest known one has three links.
const LONGEST_CHAIN: usize = 8;

/// The way from a cycle to one that still gets free fixes.
#[derive(Clone, Debug, PartialEq)]
pub struct UpgradePath<'c> {
    /// Where it leads.
    pub target: NextSupported,
    /// The steps of the catalog, in order; empty if the target is merely the nearest newer cycle.
    pub steps: Vec<&'c Step>,
}

impl UpgradePath<'_> {
    /// Hours of the whole way as (lo, likely, hi) and what they are counted for; `None` unless every step states them alike.
    #[must_use]
    pub fn hours(&self) -> Option<((u32, u32, u32), StepUnit)> {
        let per = self.steps.first()?.per;
        let hours: Vec<&Hours> =
            self.steps.iter().map(|step| step.hours.as_ref().filter(|_| step.per == per)).collect::<Option<_>>()?;
        let sum = |figure: fn(&Hours) -> u32| hours.iter().map(|hours| figure(hours)).sum();
        Some(((sum(|hours| hours.lo), sum(|hours| hours.likely), sum(|hours| hours.hi)), per))
    }

    /// The largest kind of step on the way; `None` without steps.
    #[must_use]
    pub fn kind(&self) -> Option<StepKind> {
        self.steps.iter().map(|step| step.kind).max()
    }
}

/// A place that a chain has reached.
struct Reached<'c> {
    product: &'c str,
    cycle: Option<&'c str>,
    steps: Vec<&'c Step>,
    cycles_passed: u32,
}

/// The way on from `cycle` of `product`, on a day.
pub(crate) fn upgrade<'c>(data: &'c Data, index: &Index, product: &str, cycle: &str, as_of: Date) -> Option<UpgradePath<'c>> {
    let table = index.table(data, product)?;
    let name = table.cycle(cycle).map(|row| row.name.as_str()).or_else(|| step_name(table, cycle))?;
    let start = Reached { product: &table.product, cycle: Some(name), steps: Vec::new(), cycles_passed: 0 };
    // Breadth first: the fewest links win, and among equals the order of `links`.
    let mut queue = vec![start];
    for _ in 0..LONGEST_CHAIN {
        let mut next = Vec::new();
        for place in &queue {
            for reached in links(data, index, place) {
                if let Some(target) = target(data, index, &reached, as_of) {
                    return Some(UpgradePath { target, steps: reached.steps });
                }
                next.push(reached);
            }
        }
        if next.is_empty() {
            return queue.into_iter().find_map(|place| nearest(data, index, place, as_of));
        }
        queue = next;
    }
    None
}

/// A cycle that only the steps name.
fn step_name<'c>(table: &'c LifecycleTable, cycle: &str) -> Option<&'c str> {
    table.steps.iter().map(|step| step.from.as_str()).find(|from| *from == cycle)
}

/// Where the steps of a place lead: the same product first, those with hours first, then the file's order.
fn links<'c>(data: &'c Data, index: &Index, place: &Reached<'c>) -> Vec<Reached<'c>> {
    let Some(table) = index.table(data, place.product) else { return Vec::new() };
    let mut steps: Vec<&Step> = table.steps.iter().filter(|step| Some(step.from.as_str()) == place.cycle).collect();
    steps.sort_by_key(|step| (step.to_product.is_some(), step.hours.is_none()));
    let reach = |step: &'c Step| {
        let product = step.to_product.as_deref().unwrap_or(place.product);
        let passed = if product == place.product { distance(table, &step.from, step.to.as_deref()) } else { 1 };
        let steps = place.steps.iter().copied().chain([step]).collect();
        Reached { product, cycle: step.to.as_deref(), steps, cycles_passed: place.cycles_passed.saturating_add(passed) }
    };
    steps.into_iter().map(reach).collect()
}

/// How many cycles lie between two of a table, the later included; at least 1.
fn distance(table: &LifecycleTable, from: &str, to: Option<&str>) -> u32 {
    let position = |name: &str| table.cycles.iter().position(|row| row.name == name);
    let between = position(from).zip(to.and_then(position)).map_or(1, |(from, to)| to.saturating_sub(from).max(1));
    u32::try_from(between).unwrap_or(u32::MAX)
}

/// The place as a target, unless its own life is over by then.
fn target(data: &Data, index: &Index, place: &Reached<'_>, as_of: Date) -> Option<NextSupported> {
    let table = index.table(data, place.product);
    let row = table.zip(place.cycle).and_then(|(table, cycle)| table.cycle(cycle));
    let standing = row.map(|row| standing(row, as_of, table.and_then(|table| table.as_of)));
    if standing.as_ref().is_some_and(|standing| standing.state.ended()) {
        return None;
    }
    Some(NextSupported {
        product: place.product.to_owned(),
        cycle: place.cycle.unwrap_or_default().to_owned(),
        eol: standing.and_then(|standing| standing.eol),
        majors_away: place.cycles_passed,
    })
}

/// The nearest newer cycle that gets free fixes on the day, from where the steps end.
fn nearest<'c>(data: &'c Data, index: &Index, place: Reached<'c>, as_of: Date) -> Option<UpgradePath<'c>> {
    let table = index.table(data, place.product)?;
    let from = table.cycles.iter().position(|row| Some(row.name.as_str()) == place.cycle)?;
    let released = |release: Option<Date>| release.is_none_or(|day| day <= as_of);
    let newer = table.cycles.iter().enumerate().skip(from + 1);
    let (position, row, standing) = newer
        .filter(|(_, row)| released(row.release))
        .map(|(position, row)| (position, row, standing(row, as_of, table.as_of)))
        .find(|(_, _, standing)| !standing.state.ended() && standing.state != LifecycleState::Unknown)?;
    let passed = u32::try_from(position - from).unwrap_or(u32::MAX);
    let target = NextSupported {
        product: place.product.to_owned(),
        cycle: row.name.clone(),
        eol: standing.eol,
        majors_away: place.cycles_passed.saturating_add(passed),
    };
    Some(UpgradePath { target, steps: place.steps })
}

/// The nearest supported cycle above a version whose own cycle stands in no table.
pub(crate) fn nearest_above(table: &LifecycleTable, version: &str, as_of: Date) -> Option<NextSupported> {
    let newer = table.cycles.iter().filter(|row| Scheme::Generic.compare(&row.name, version).is_gt());
    let row = newer.clone().find(|row| {
        let standing = standing(row, as_of, table.as_of);
        row.release.is_none_or(|day| day <= as_of) && !standing.state.ended() && standing.state != LifecycleState::Unknown
    })?;
    let passed = newer.take_while(|other| other.name != row.name).count() + 1;
    Some(NextSupported {
        product: table.product.clone(),
        cycle: row.name.clone(),
        eol: standing(row, as_of, table.as_of).eol,
        majors_away: u32::try_from(passed).unwrap_or(u32::MAX),
    })
}
