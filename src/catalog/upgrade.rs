//! The way on from a cycle: the catalog's steps where there are any, else the nearest newer cycle that still gets free
//! fixes. Chains are followed until they reach one; a chain has hours only if every link has.

use super::index::Index;
use super::lifecycle::{Standing, standing};
use super::types::{CycleRow, Data, Hours, LifecycleTable, Step};
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

/// Which cycles are good enough to move to.
#[derive(Clone, Copy)]
enum Wanted {
    /// Free fixes for longer than the time in which a cycle counts as ending.
    Lasting,
    /// Free fixes today.
    Today,
}

impl Wanted {
    /// Best first: nobody wants to move to what ends in a week, unless there is nothing else.
    const BY_PREFERENCE: [Self; 2] = [Self::Lasting, Self::Today];

    fn accepts(self, state: &LifecycleState) -> bool {
        match self {
            Self::Lasting => matches!(state, LifecycleState::Supported | LifecycleState::SecurityOnly),
            Self::Today => !state.ended() && *state != LifecycleState::Unknown,
        }
    }
}

/// A question about the way on.
#[derive(Clone, Copy)]
struct Search<'c> {
    data: &'c Data,
    index: &'c Index,
    as_of: Date,
    wanted: Wanted,
}

/// The way on from `cycle` of `product`, on a day.
pub(crate) fn upgrade<'c>(data: &'c Data, index: &'c Index, product: &str, cycle: &str, as_of: Date) -> Option<UpgradePath<'c>> {
    Wanted::BY_PREFERENCE.into_iter().find_map(|wanted| Search { data, index, as_of, wanted }.from(product, cycle))
}

impl<'c> Search<'c> {
    fn from(self, product: &str, cycle: &str) -> Option<UpgradePath<'c>> {
        let table = self.index.table(self.data, product)?;
        let name = table.cycle(cycle).map(|row| row.name.as_str()).or_else(|| step_name(table, cycle))?;
        let start = Reached { product: &table.product, cycle: Some(name), steps: Vec::new(), cycles_passed: 0 };
        // Breadth first: the fewest links win, and among equals the order of `links`.
        let (mut queue, mut dead_ends) = (vec![start], Vec::new());
        for _ in 0..LONGEST_CHAIN {
            let mut next = Vec::new();
            for place in queue {
                let links = self.links(&place);
                if links.is_empty() {
                    dead_ends.push(place);
                }
                for reached in links {
                    if let Some(target) = self.target(&reached) {
                        return Some(UpgradePath { target, steps: reached.steps });
                    }
                    next.push(reached);
                }
            }
            queue = next;
        }
        dead_ends.into_iter().find_map(|place| self.nearest(place))
    }

    /// Where the steps of a place lead: the same product first, those with hours first, then the file's order.
    fn links(self, place: &Reached<'c>) -> Vec<Reached<'c>> {
        let Some(table) = self.index.table(self.data, place.product) else { return Vec::new() };
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

    /// The place as a target, unless its own life is over by then. A step that names a product alone leads to its newest
    /// cycle; a product without a table is taken at the step's word.
    fn target(self, place: &Reached<'_>) -> Option<NextSupported> {
        let table = self.index.table(self.data, place.product);
        let row = table.and_then(|table| match place.cycle {
            Some(cycle) => table.cycle(cycle),
            None => table.cycles.iter().rfind(|row| row.release.is_none_or(|day| day <= self.as_of)),
        });
        let standing = row.map(|row| standing(row, self.as_of, self.data.as_of));
        if standing.as_ref().is_some_and(|standing| !self.wanted.accepts(&standing.state)) {
            return None;
        }
        Some(NextSupported {
            product: place.product.to_owned(),
            cycle: row.map(|row| row.name.as_str()).or(place.cycle).unwrap_or_default().to_owned(),
            eol: standing.and_then(|standing| standing.eol),
            majors_away: place.cycles_passed,
        })
    }

    /// The nearest newer cycle that gets free fixes on the day, from where the steps end.
    fn nearest(self, place: Reached<'c>) -> Option<UpgradePath<'c>> {
        let table = self.index.table(self.data, place.product)?;
        let from = table.cycles.iter().position(|row| Some(row.name.as_str()) == place.cycle)?;
        let newer = table.cycles.get(from + 1..).unwrap_or_default();
        let (passed, row, standing) = first_wanted(newer, self.as_of, self.data.as_of, self.wanted)?;
        let target = NextSupported {
            product: place.product.to_owned(),
            cycle: row.name.clone(),
            eol: standing.eol,
            majors_away: place.cycles_passed.saturating_add(passed),
        };
        Some(UpgradePath { target, steps: place.steps })
    }
}

/// A cycle that only the steps name.
fn step_name<'c>(table: &'c LifecycleTable, cycle: &str) -> Option<&'c str> {
    table.steps.iter().map(|step| step.from.as_str()).find(|from| *from == cycle)
}

/// How many cycles lie between two of a table, the later included; at least 1.
fn distance(table: &LifecycleTable, from: &str, to: Option<&str>) -> u32 {
    let position = |name: &str| table.cycles.iter().position(|row| row.name == name);
    let between = position(from).zip(to.and_then(position)).map_or(1, |(from, to)| to.saturating_sub(from).max(1));
    u32::try_from(between).unwrap_or(u32::MAX)
}

/// The first wanted cycle of a list, and its place in it, counted from 1.
fn first_wanted(rows: &[CycleRow], as_of: Date, read: Option<Date>, wanted: Wanted) -> Option<(u32, &CycleRow, Standing)> {
    let released = |row: &CycleRow| row.release.is_none_or(|day| day <= as_of);
    let found = rows.iter().zip(1..).filter(|(row, _)| released(row));
    found.map(|(row, place)| (place, row, standing(row, as_of, read))).find(|(_, _, standing)| wanted.accepts(&standing.state))
}

/// The nearest supported cycle above a version whose own cycle stands in no table.
pub(crate) fn nearest_above(table: &LifecycleTable, version: &str, as_of: Date, read: Option<Date>) -> Option<NextSupported> {
    let start = table.cycles.iter().position(|row| Scheme::Generic.compare(&row.name, version).is_gt())?;
    let newer = table.cycles.get(start..).unwrap_or_default();
    let (passed, row, standing) =
        Wanted::BY_PREFERENCE.into_iter().find_map(|wanted| first_wanted(newer, as_of, read, wanted))?;
    let (product, cycle) = (table.product.clone(), row.name.clone());
    Some(NextSupported { product, cycle, eol: standing.eol, majors_away: passed })
}
