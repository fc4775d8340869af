//! What to ask a vendor for: the price, and what the price has to buy. No vendor is named; the figures are those of the case.

use super::decides;
use crate::report::terminal::page::{Column, Page};
use crate::report::text::{short_figure, visible};
use crate::report::view::{Opportunity, ReportV1, VerdictWord};

pub(super) fn part(report: &ReportV1, case: &Opportunity, page: &mut Page) {
    let currency = visible(&report.totals.currency);
    page.section("WHAT TO ASK FOR", 0, 2, "of whoever sells it; in writing, in the contract");
    let price = if case.verdict == VerdictWord::Depends { "price ceiling, as assumed" } else { "price ceiling" };
    let mut lines = vec![[price.to_owned(), decides::quote(case, &currency)]];
    if worth_asking(case) {
        lines.push(["hours and response".to_owned(), response(case)]);
        if case.lifecycle.state.ended() {
            let version = case.version.as_deref().map_or_else(|| "your version".to_owned(), visible);
            lines.push([
                "fixes".to_owned(),
                format!("security fixes for {version}, until a day and within days of becoming known"),
            ]);
        }
        lines.push(["training seats".to_owned(), seats(case)]);
        let project = visible(&case.product_name);
        let upstream =
            format!("hours of its people on {project} itself, or a share of the price to the project; it moves no figure here");
        lines.push(["value to the authors".to_owned(), upstream]);
        lines.push(["exit".to_owned(), exit(case)]);
    }
    let first = Column::fit(lines.iter().map(|[first, _]| first.as_str()), page.scaled(20), page.scaled(36));
    let second = page.beside(&[Column::text(0), first]);
    for [one, two] in lines {
        page.row(&[Column::text(0), first, second], &[String::new(), one, two], None);
    }
}

/// Somewhere, a price of 1 or more pays, or something has to be done.
fn worth_asking(case: &Opportunity) -> bool {
    let tiers = case.worth_by_tier.iter().filter_map(|worth| worth.price_75);
    let somewhere = case.break_even.price_75.into_iter().chain(tiers).any(|price| price.0 >= 1.0);
    somewhere || case.verdict != VerdictWord::DoesNotPayOff
}

/// The most likely value of an input, in percent where it is a share.
fn likely(case: &Opportunity, symbol: &str) -> Option<f64> {
    case.inputs.iter().find(|input| input.symbol == symbol).map(|input| input.likely.0)
}

/// Around the clock only where an hour down costs thousands: the usual plans answer within 1 hour, or within 4 on working days.
fn response(case: &Opportunity) -> String {
    const DAYS: &str = "working days, an answer to an outage within 4 hours";
    const CLOCK: &str = "round the clock, an answer to an outage within 1 hour";
    let production = case.scope.environment.as_deref().is_none_or(|environment| environment == "prod");
    let asked = match case.scope.tier {
        _ if !production => DAYS.to_owned(),
        Some(0 | 1) => DAYS.to_owned(),
        Some(_) => CLOCK.to_owned(),
        None => format!("{DAYS}; {CLOCK} if an hour down costs thousands"),
    };
    let avoided = likely(case, "q").filter(|share| *share > 0.0);
    let avoided = avoided.map_or_else(String::new, |share| {
        format!("; the sums count on {} % of the time down being avoided", short_figure(share * 100.0))
    });
    format!("{asked}. An answer is no repair: ask how long that takes{avoided}")
}

fn seats(case: &Opportunity) -> String {
    let taken = likely(case, "a").filter(|share| *share > 0.0);
    let taken = taken.map_or_else(String::new, |share| {
        format!("; the sums count on {} % of your routine work being taken over", short_figure(share * 100.0))
    });
    format!("one for each of you who looks after it, for the organisation and not as a gift to anybody{taken}")
}

fn exit(case: &Opportunity) -> String {
    let years =
        likely(case, "Y").map_or_else(String::new, |years| format!(" (the sums spread the start over {})", short_figure(years)));
    let upgraded = case.alternatives.upgrade.as_ref().and_then(|way| way.hours).filter(|hours| hours.0 >= 1.0);
    let upgraded = upgraded.map_or_else(String::new, |hours| {
        format!("; an end on the day you have upgraded, which takes {} hours", short_figure(hours.0))
    });
    format!("a year at a time{years}, no renewal by itself, no rise above the ceiling, and fixes received stay yours{upgraded}")
}
