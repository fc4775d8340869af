//! The log of hours as the view shows it.

use super::places;
use crate::catalog::Catalog;
use crate::effort::{Logged, Tally};
use crate::report::view::{CrowdedMonth, Figure, HoursLog, LogUse, LoggedHours, Opportunity};
use crate::score::Policy;

/// The log, and what each product's hours move; `None` if there is none.
pub(super) fn log(policy: &Policy, cases: &[Opportunity], catalog: &Catalog) -> Option<HoursLog> {
    let tally = policy.logged.as_ref()?;
    let flags = &tally.flags;
    let usage = match (tally.is_used(), tally.window) {
        (true, _) => LogUse::Used,
        (false, None) => LogUse::WindowNotDeclared,
        (false, Some(_)) => LogUse::TooShort,
    };
    let product = |(id, hours): (&String, &Logged)| product(id, *hours, tally, cases, catalog);
    Some(HoursLog {
        file: tally.file.clone(),
        usage,
        since: tally.window.map(|window| window.since),
        until: tally.window.map(|window| window.until),
        counted_from: tally.counted_from,
        months: tally.window.map(|_| hundredths(tally.months)),
        entries: tally.entries,
        too_old: tally.too_old,
        hours: hundredths(tally.hours),
        people: tally.people,
        late: flags.late.len() as u64,
        without_ticket: flags.without_ticket.len() as u64,
        crowded: flags
            .crowded
            .iter()
            .map(|one| CrowdedMonth { month: one.month.clone(), hours: hundredths(one.hours) })
            .collect(),
        manager_confirmed: flags.confirmed,
        confirmed_by: flags.confirmed_by.clone(),
        products: tally.products.iter().map(product).collect(),
    })
}

fn product(id: &str, hours: Logged, tally: &Tally, cases: &[Opportunity], catalog: &Catalog) -> LoggedHours {
    let own: Vec<&Opportunity> = cases.iter().filter(|case| case.product == id).collect();
    let ended = own.iter().any(|case| case.lifecycle.state.ended());
    let idle = match (own.is_empty(), ended) {
        _ if !tally.is_used() => None,
        (true, _) => Some("it makes no case in this report".to_owned()),
        (false, false) if hours.eol + hours.upgrade > 0.0 => {
            Some("of workarounds and upgrades, since the release still gets fixes".to_owned())
        }
        _ => None,
    };
    LoggedHours {
        product: id.to_owned(),
        product_name: places::name(id, catalog),
        routine: hundredths(hours.routine),
        eol_workaround: hundredths(hours.eol),
        upgrade: hundredths(hours.upgrade),
        cases: if tally.is_used() { own.iter().map(|case| case.id.clone()).collect() } else { Vec::new() },
        idle,
    }
}

fn hundredths(value: f64) -> Figure {
    Figure((value * 100.0).round() / 100.0)
}
