//! One case: the question, what each way costs, the verdict with its rule, and the figures it turns on.

use super::sources::Sources;
use super::{ask, decides, inputs};
use crate::report::bundles;
use crate::report::story::case_name;
use crate::report::terminal::page::{Column, Page};
use crate::report::text::{amount, counted, visible};
use crate::report::view::{Amount, BestFree, CostPart, Input, Opportunity, ReportV1, Scope};

/// `shown` are the numbers that a case above it has listed already.
pub(super) fn part(report: &ReportV1, case: &Opportunity, shown: &[Input], sources: &mut Sources, page: &mut Page) {
    let sold = if case.lifecycle.state.ended() { "extended support" } else { "paid support" };
    page.section(&format!("CASE {}", visible(&case.id)), 0, 2, "");
    page.paragraph(2, &format!("Does a year of {sold} for {} cost less than the best way without it?", case_name(case)));
    page.paragraph(2, &scope(&case.scope));
    if let Some(note) = bundles::note(report, case) {
        page.paragraph(2, &format!("{note}."));
    }
    page.blank();
    ways(report, case, page);
    page.blank();
    decides::verdict(case, page);
    page.blank();
    decides::turns(report, case, page);
    page.blank();
    ask::part(report, case, page);
    page.blank();
    inputs::part(case, shown, sources, page);
}

/// What it is asked for, with what is assumed.
fn scope(scope: &Scope) -> String {
    let assumed = |field: &str| if scope.assumed.iter().any(|name| name == field) { " (assumed)" } else { "" };
    let mut parts = Vec::new();
    if let Some(units) = scope.units {
        parts.push(counted(u64::from(units), &visible(scope.unit.as_deref().unwrap_or("unit"))));
    }
    if let Some(services) = scope.services {
        parts.push(format!("{}{}", counted(u64::from(services), "service"), assumed("services")));
    }
    if let Some(environment) = &scope.environment {
        let environment = if environment == "prod" { "production" } else { environment };
        parts.push(format!("{}{}", visible(environment), assumed("environment")));
    }
    match scope.exposure.as_deref() {
        None | Some("unknown") => parts.push("who can reach it is unknown: computed as nobody".to_owned()),
        Some("none") => parts.push("nobody can reach it".to_owned()),
        Some("local") => parts.push("reachable on the host alone".to_owned()),
        Some("internal") => parts.push("reachable from the internal network".to_owned()),
        Some(exposure) => parts.push(format!("reachable from the {}", visible(exposure))),
    }
    if !assumed("tier").is_empty() {
        parts.push("what one hour down costs is not said".to_owned());
    }
    let owners = scope.owners.iter().map(|owner| visible(owner)).collect::<Vec<_>>().join(", ");
    let owners = if owners.is_empty() { owners } else { format!(" Owner: {owners}.") };
    format!("For {}.{owners}", parts.join(", "))
}

/// The sums of a year side by side, and the formula of every line.
fn ways(report: &ReportV1, case: &Opportunity, page: &mut Page) {
    let currency = visible(&report.totals.currency);
    page.section("WHAT A YEAR COSTS", 0, 2, &format!("every input at its median ({currency})"));
    let alternatives = &case.alternatives;
    let figures = if page.width < 80 { [10, 10, 11] } else { [17, 14, 19] }.map(Column::figures);
    let what = page.beside(&figures);
    let columns = [&[what][..], &figures].concat();
    let head = ["", "A  leave it as is", "B  buy support", "C  upgrade yourself"];
    page.row(&columns, &head.map(str::to_owned), None);
    let cell = |figure: Option<Amount>| figure.map_or_else(|| "-".to_owned(), amount);
    for part in &case.costs {
        let buy = if part.part == "price" && part.buy.is_none() { "unknown".to_owned() } else { cell(part.buy) };
        page.row(&columns, &[visible(&part.name), cell(part.community), buy, cell(part.upgrade)], None);
    }
    let unknown = |figure: Option<Amount>| figure.map_or_else(|| "unknown".to_owned(), amount);
    let none = if case.lifecycle.state.ended() { "no way on record" } else { "not needed" };
    let upgrade = alternatives.upgrade.as_ref().map_or_else(|| none.to_owned(), |way| unknown(way.p50));
    let sums = ["a year".to_owned(), unknown(alternatives.community.p50), unknown(alternatives.buy.p50), upgrade];
    page.row(&columns, &sums, None);
    if !alternatives.community.admissible {
        page.paragraph(2, "A is ruled out: its life has ended, and something stands against waiting.");
    }
    page.paragraph(2, &comparison(case, &currency));
    formulas(&case.costs, page);
}

/// Whether B was summed up without a price: its kind has no usual range, and its own is not public.
pub(super) fn no_price(case: &Opportunity) -> bool {
    case.costs.iter().any(|part| part.part == "price" && part.buy.is_none())
}

/// What is compared with what; which of the free ways is the cheaper was decided before.
fn comparison(case: &Opportunity, currency: &str) -> String {
    let alternatives = &case.alternatives;
    let (letter, cost) = match alternatives.best_free {
        Some(BestFree::Community) => ("A", alternatives.community.p50),
        Some(BestFree::Upgrade) => ("C", alternatives.upgrade.as_ref().and_then(|way| way.p50)),
        None => return "There is no way without buying to compare with.".to_owned(),
    };
    match (cost, alternatives.buy.p50) {
        (Some(free), Some(buy)) if no_price(case) => {
            let most = amount(Amount((free.0 - buy.0).max(0.0)));
            format!(
                "The best way without buying is {letter}. B holds no price yet: with every input at its median, {most} {currency} is the most that it may be."
            )
        }
        (Some(free), Some(buy)) => {
            let worth = free.0 - buy.0;
            let more = if worth < 0.0 { "more" } else { "less" };
            format!(
                "The best way without buying is {letter}. B costs {} {currency} {more}, with every input at its median.",
                amount(Amount(worth.abs()))
            )
        }
        _ => format!("The best way without buying is {letter}."),
    }
}

fn formulas(costs: &[CostPart], page: &mut Page) {
    let names: Vec<String> = costs.iter().map(|part| visible(&part.name)).collect();
    let what = Column::fit(names.iter().map(String::as_str), 12, page.scaled(28));
    let formula = page.beside(&[what]);
    for (part, name) in costs.iter().zip(names).filter(|(part, _)| part.part != "price") {
        page.row(&[what, formula], &[name, format!("= {}", visible(&part.formula))], None);
    }
}
