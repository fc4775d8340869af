//! Which inputs of a verdict changed. What somebody said or did stands first; a default that follows from it is no cause of
//! its own. No vendor is named.

use super::snapshot::{Figure, Life, Place, Snapshot, Was};
use crate::report::text::{amount, short_figure};
use crate::report::view::{Amount, Cause, CauseWord};
use crate::report::words::runs;

/// What both states rest on.
pub(super) struct World<'s> {
    pub(super) then: &'s Snapshot,
    pub(super) now: &'s Snapshot,
    /// Whether the earlier state was judged then, and so perhaps by another catalog and program.
    pub(super) by_report: bool,
}

/// The price a year in the published model.
const PRICE: &str = "P";

/// The inputs in which two states of one case differ.
pub(super) fn of_case(was: &Was, is: &Was, world: &World<'_>) -> Vec<Cause> {
    let mut causes = said(was, is);
    let mut figures = figures(was, is);
    if !causes.is_empty() {
        figures.retain(|(_, grades)| grades.iter().any(|grade| grade != "default"));
    }
    causes.extend(figures.into_iter().map(|(cause, _)| cause));
    causes.extend(accepted(was, is));
    causes.extend(offers(was, is));
    if causes.is_empty() && was.alternatives.community.admissible != is.alternatives.community.admissible {
        let allowed = |case: &Was| if case.alternatives.community.admissible { "yes" } else { "no" };
        causes.extend(different(CauseWord::Duty, "waiting is allowed", Some(allowed(was)), Some(allowed(is))));
    }
    if world.by_report {
        causes.extend(judged_by(world));
    }
    if causes.is_empty() {
        let pays = |case: &Was| case.score.map(runs);
        causes.extend(different(CauseWord::Runs, "it pays in", pays(was), pays(is)));
    }
    causes
}

/// The same for something that is a case in one of the states only.
pub(super) fn of_place(was: Option<&Place>, is: Option<&Place>) -> Vec<Cause> {
    let there = |place: Option<&Place>| place.map_or("not there", |_| "there");
    let (Some(was), Some(is)) = (was, is) else {
        return different(CauseWord::Units, "where it is", Some(there(was)), Some(there(is))).into_iter().collect();
    };
    [
        different(CauseWord::Lifecycle, "life cycle", Some(life(&was.lifecycle)), Some(life(&is.lifecycle))),
        different(CauseWord::Version, "version", was.version.clone(), is.version.clone()),
        different(CauseWord::Use, "use", Some(was.usage.word()), Some(is.usage.word())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What somebody decided, said or did.
fn said(was: &Was, is: &Was) -> Vec<Cause> {
    let text = |number: Option<u32>| number.map(|number| number.to_string());
    let tier = |case: &Was| case.scope.tier.map(|tier| tier.to_string());
    let (old, new) = (&was.scope, &is.scope);
    let version = |case: &Was| case.version.clone().or_else(|| case.cycle.clone());
    [
        different(CauseWord::Lifecycle, "life cycle", Some(life(&was.lifecycle)), Some(life(&is.lifecycle))),
        different(CauseWord::Version, "version", version(was), version(is)),
        different(CauseWord::Use, "use", Some(was.usage.word()), Some(is.usage.word())),
        different(CauseWord::Exposure, "reachable from", old.exposure.clone(), new.exposure.clone()),
        different(CauseWord::Environment, "environment", old.environment.clone(), new.environment.clone()),
        different(CauseWord::Tier, "cost of one hour down, tier", tier(was), tier(is)),
        different(CauseWord::Services, "services", text(old.services), text(new.services)),
        different(CauseWord::Units, "units", text(old.units), text(new.units)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A cause, where both sides differ.
fn different<T: Into<String> + PartialEq>(input: CauseWord, name: &str, from: Option<T>, to: Option<T>) -> Option<Cause> {
    let differ = from != to;
    differ.then(|| Cause { input, name: name.to_owned(), from: from.map(Into::into), to: to.map(Into::into) })
}

fn life(life: &Life) -> String {
    let label = life.label.as_ref().map_or_else(String::new, |label| format!(" ({label})"));
    let until = life.eol.map_or_else(String::new, |day| format!(", {day}"));
    format!("{}{until}{label}", life.state)
}

/// The numbers that differ, each with the grades that it had and has.
fn figures(was: &Was, is: &Was) -> Vec<(Cause, [String; 2])> {
    let find = |case: &Was, symbol: &str| case.inputs.iter().find(|input| input.symbol == symbol).cloned();
    let mut symbols: Vec<&str> = was.inputs.iter().chain(&is.inputs).map(|input| input.symbol.as_str()).collect();
    symbols.sort_unstable();
    symbols.dedup();
    let differing = symbols.into_iter().filter_map(|symbol| {
        let (old, new) = (find(was, symbol), find(is, symbol));
        let grade = |figure: &Option<Figure>| figure.as_ref().map_or_else(|| "default".to_owned(), |one| one.grade.clone());
        let grades = [grade(&old), grade(&new)];
        let name = new.as_ref().or(old.as_ref()).map(|figure| figure.name.clone())?;
        let input = match symbol {
            PRICE => CauseWord::Price,
            _ if grades.iter().any(|grade| grade == "logged") => CauseWord::Log,
            _ => CauseWord::Figure,
        };
        let [from, to] = [&old, &new].map(|figure| figure.as_ref().map(|figure| range(figure, symbol == PRICE)));
        Some((different(input, &name, from, to)?, grades))
    });
    let rank = |cause: &Cause| match cause.input {
        CauseWord::Price => 0,
        CauseWord::Log => 1,
        _ => 2,
    };
    let mut found: Vec<_> = differing.collect();
    found.sort_by_key(|(cause, _)| rank(cause));
    found
}

fn range(figure: &Figure, money: bool) -> String {
    let one = |value: Option<f64>| match value {
        None => "unknown".to_owned(),
        Some(value) if money => amount(Amount(value)),
        Some(value) => short_figure(value),
    };
    if figure.lo == figure.hi {
        return one(figure.likely);
    }
    format!("{} / {} / {}", one(figure.lo), one(figure.likely), one(figure.hi))
}

fn accepted(was: &Was, is: &Was) -> Option<Cause> {
    let until = |case: &Was| case.accepted.as_ref().map(|risk| format!("until {}", risk.expiry));
    different(CauseWord::Accepted, "accepted risk", until(was), until(is))
}

/// Another offer heads the case, or others are compared; their number is told, never a name.
fn offers(was: &Was, is: &Was) -> Option<Cause> {
    // A report that was asked for without offers says nothing of them.
    if was.offers == is.offers || was.offers.is_empty() || is.offers.is_empty() {
        return None;
    }
    let count = |case: &Was| case.offers.iter().filter(|offer| offer.vendor.is_some()).count().to_string();
    let (from, to) = (count(was), count(is));
    let name = if from == to { "offers compared, in another order or others" } else { "offers compared" };
    Some(Cause { input: CauseWord::Offers, name: name.to_owned(), from: Some(from), to: Some(to) })
}

/// A report of then was made by the catalog and the program of then.
fn judged_by(world: &World<'_>) -> Vec<Cause> {
    let World { then, now, .. } = world;
    let day = |state: &Snapshot| state.catalog.date.map(|day| day.to_string());
    let mut causes = Vec::new();
    if then.catalog.digest != now.catalog.digest {
        causes.push(Cause { input: CauseWord::Catalog, name: "catalog of".to_owned(), from: day(then), to: day(now) });
    }
    let version = |state: &Snapshot| Some(state.tool.version.clone());
    causes.extend(different(CauseWord::Program, "underpin", version(then), version(now)));
    causes
}
