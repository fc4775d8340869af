//! The cases one by one: the three ways side by side, where it turns, what moves it, and every number with its source.

use maud::{Markup, html};

use super::first::{state, verdict};
use super::page::section;
use super::spread;
use crate::report::bundles;
use crate::report::contracts;
use crate::report::decided::{elsewhere, in_words};
use crate::report::entries::{is_open, open_cases};
use crate::report::logged;
use crate::report::story;
use crate::report::text::{amount, short_figure, visible};
use crate::report::view::{
    AcceptedRisk, Amount, BestFree, Decision, OffersOnRecord, Opportunity, ReportV1, VerdictWord, YearCash,
};
use crate::report::words;

/// Sections that stand in the document from the start; the script makes the others when they are opened. A page of every section
/// would be too heavy to send.
const MADE: usize = 20;

pub(super) fn one_by_one(report: &ReportV1) -> Markup {
    let cases = open_cases(report);
    let made = report.opportunities.iter().enumerate().filter(|(_, case)| is_open(case)).take(MADE);
    let later = cases.len().saturating_sub(MADE);
    let body = html! {
        @if cases.is_empty() { p { "No case is open." } }
        div id="articles" { @for (number, case) in made { (article(report, number, case)) } }
        @if later > 0 { p { "The sections of " (later) " more cases open from the table above, which needs a browser that runs scripts; every figure stands in the report as JSON." } }
        (levers(report))
        (decided_elsewhere(report))
    };
    section("cases", "Does paid support pay off? The cases one by one", &body)
}

fn article(report: &ReportV1, number: usize, case: &Opportunity) -> Markup {
    let currency = case.net.currency.as_deref().unwrap_or(&report.totals.currency);
    html! {
        article id=(format!("case-{number}")) data-case=(number) tabindex="-1" {
            h3 { (story::case_name(case)) span.where { " " (story::case_place(report, case)) } }
            @for (what, words) in told(report, case) { p { (line(what, &words)) (what.behind()) } }
            div.figures {
                p.sentence data-state=(state(case)) { (verdict(case)) }
                (ways(case, &visible(currency)))
                (spread::picture(case, &visible(currency)))
                (facts(case, &visible(currency)))
                (cash(case, &visible(currency)))
                (drivers(case))
            }
            (inputs(case))
            p.note { (scope(case)) " Id: " code { (visible(&case.id)) } }
            p.note { a href="#offers" { (offered(report, case)) } ", each with its source and with who may gain from it." }
        }
    }
}

/// What stands beside a case and no figure of the reader's moves: contracts, the decision, what one contract would cover with it.
pub(super) fn told(report: &ReportV1, case: &Opportunity) -> Vec<(Told, String)> {
    let contracts = case.contracts.iter().map(|contract| (Told::Contract, contracts::in_words(contract)));
    let decision = case.decision.iter().map(|decision| (Told::Decided, in_words(decision)));
    let together = bundles::note(report, case).map(|note| (Told::Together, note));
    contracts.chain(decision).chain(together).collect()
}

/// What a line beside a case is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    Contract,
    Decided,
    Together,
}

impl Told {
    fn word(self) -> &'static str {
        match self {
            Self::Contract => "Contract",
            Self::Decided => "Decided",
            Self::Together => "Together",
        }
    }

    /// What is said behind it: a figure that was computed once says so beside sliders.
    pub(super) fn behind(self) -> &'static str {
        match self {
            Self::Decided => ".",
            Self::Contract | Self::Together => " (as the report was made: sliders do not move it).",
        }
    }
}

/// A line as words: `Contract: covered by …`.
pub(super) fn line(told: Told, words: &str) -> String {
    format!("{}: {words}", told.word())
}

/// How many offers stand on record for a case; their names stand in one place only.
pub(super) fn offered(report: &ReportV1, case: &Opportunity) -> String {
    let fits =
        |record: &&OffersOnRecord| record.product == case.product && (record.cycle.is_none() || record.cycle == case.cycle);
    let number: usize = report.offers_on_record.iter().filter(fits).map(|record| record.entries.len()).sum();
    match number {
        0 => "No offer on record for it".to_owned(),
        1 => "1 offer on record for it".to_owned(),
        many => format!("{many} offers on record for it"),
    }
}

/// What was decided.
fn decided(decision: &Decision) -> Markup {
    html! {
        p { strong { "Decided: " } (in_words(decision)) "." }
    }
}

/// Decisions on what is no open case here.
fn decided_elsewhere(report: &ReportV1) -> Markup {
    let closed = report.opportunities.iter().filter(|case| !is_open(case));
    let (waiting, rest) = elsewhere(report);
    html! {
        @for case in closed.clone() {
            @for contract in &case.contracts { p { strong { (story::case_name(case)) ": " } (contracts::in_words(contract)) "." } }
        }
        @for case in closed { @if let Some(decision) = &case.decision { h3 { (story::case_name(case)) } (decided(decision)) } }
        @for decision in waiting { h3 { (visible(&decision.case)) ", no case here" } (decided(decision)) }
        @if let Some(rest) = rest { p { (rest) "." } }
    }
}

fn ways(case: &Opportunity, currency: &str) -> Markup {
    let ways = &case.alternatives;
    let figure = |figure: Option<Amount>| figure.map_or_else(|| "unknown".to_owned(), amount);
    let cheapest = |way| if ways.best_free == Some(way) { " cheapest-free" } else { "" };
    let ended = case.lifecycle.state.ended();
    html! {
        ul.ways {
            li class=(format!("way{}", if ways.community.admissible { cheapest(BestFree::Community) } else { "" })) {
                h4 { "Leave it as it is" }
                p.figure { (figure(ways.community.p50)) }
                p { @if !ways.community.admissible { "ruled out: it has to be acted on" } @else if ended { "nobody fixes it any more" } @else { "with the community's support" } }
            }
            li.way {
                h4 { "Buy support" }
                p.figure { (figure(ways.buy.p50)) }
                p { "price, procurement, and the work that stays yours" }
            }
            @match &ways.upgrade {
                Some(upgrade) => li class=(format!("way{}", cheapest(BestFree::Upgrade))) {
                    h4 { "Upgrade it yourself" }
                    p.figure { (figure(upgrade.p50)) }
                    p { @match upgrade.hours { Some(hours) => { (short_figure(hours.0)) " hours once, spread over its life" }, None => "hours unknown" } }
                },
                None => li.way { h4 { "Upgrade it yourself" } p.figure { "–" } p { @if ended { "no supported release on record" } @else { "not needed: it is supported" } } },
            }
        }
        p.note { "Cost of a year in " (currency) ", medians." @if ways.best_free.is_some() { " The cheaper free way is framed." } }
    }
}

fn facts(case: &Opportunity, currency: &str) -> Markup {
    let turn = &case.break_even;
    let runs = |score: f64| format!("pays in {}", words::runs(score));
    let money = |money: Option<Amount>| money.map(|money| format!("{} {currency}", amount(money)));
    let floor = |price: Option<Amount>| price.map(|price| Amount(price.0.max(0.0)));
    let logged = case.score_without_log.filter(|_| logged::is_moved(case)).map(|score| runs(score.0));
    let thresholds = (case.verdict == VerdictWord::Depends)
        .then(|| format!("{} / {} {currency}", words::threshold(turn.downtime_no), words::threshold(turn.downtime_yes)));
    let hour_down = turn.downtime_cost_per_hour.map(|cost| {
        if cost.0 <= 0.0 { "pays at any cost".to_owned() } else { format!("pays above {} {currency}", amount(cost)) }
    });
    let rows = [
        ("How often it pays", case.score.map(|score| runs(score.0))),
        ("Without your logged hours", logged),
        ("Worth at most a year: 75 of 100 runs pay below it", money(floor(turn.price_75))),
        ("A coin toss at", money(floor(turn.price_50))),
        ("Own work", turn.hours_per_month.map(|hours| format!("pays above {} hours a month", short_figure(hours.0)))),
        ("One hour down costs", hour_down),
        ("Free way up to / support pays from", thresholds),
        ("Evidence", Some(words::grade(case.evidence_grade).to_owned())),
        ("Check first", case.information.first().map(|question| visible(&question.name))),
    ];
    html! { dl.facts { @for (name, value) in rows { @if let Some(value) = value { div { dt { (name) } dd { (value) } } } } } }
}

fn cash(case: &Opportunity, currency: &str) -> Markup {
    html! {
        @if !case.cash.is_empty() {
            div.wide { table {
                caption { "Money by year, medians, " (currency) ". " (payback(&case.cash)) }
                thead { tr { th scope="col" { "Year" } th.figure scope="col" { "Paid" } th.figure scope="col" { "Staff time for it" } th.figure scope="col" { "Saved" } } }
                tbody { @for year in &case.cash { tr {
                    th scope="row" { @if year.year == 0 { "0, before it starts" } @else { (year.year) } }
                    td.figure data-label="Paid" { (amount(year.price)) }
                    td.figure data-label="Staff time for it" { (amount(year.staff)) }
                    td.figure data-label="Saved" { (amount(year.saved)) }
                } } }
            } }
        }
    }
}

/// Of years that are alike but the first: after how many what they save has paid for the start.
fn payback(cash: &[YearCash]) -> String {
    let left = |year: &YearCash| year.saved.0 - year.price.0 - year.staff.0;
    match cash {
        [start, year, ..] if left(year) > 0.0 && 0.0 - left(start) <= 3.0 * left(year) => {
            format!("Paid back after {} years", short_figure((0.0 - left(start)) / left(year)))
        }
        _ => "Not paid back within 3 years".to_owned(),
    }
}

fn drivers(case: &Opportunity) -> Markup {
    html! {
        @if !case.drivers.is_empty() {
            div.wide { table {
                caption { "What moves it most" }
                thead { tr { th scope="col" { "Figure" } th.figure scope="col" { "From – to" } th.figure scope="col" { "Gain of a year goes" } th scope="col" { "Turns the answer?" } } }
                tbody { @for driver in &case.drivers { tr {
                    th scope="row" { (visible(&driver.name)) }
                    td.figure data-label="From – to" { (short_figure(driver.lo.0)) " – " (short_figure(driver.hi.0)) }
                    td.figure data-label="Gain of a year goes" { (amount(driver.net_at_lo)) " to " (amount(driver.net_at_hi)) }
                    td data-label="Turns the answer?" { @match driver.threshold { Some(zero) => { "yes, at " (short_figure(zero.0)) }, None => "no" } }
                } } }
            } }
        }
    }
}

fn inputs(case: &Opportunity) -> Markup {
    html! {
        @if !case.inputs.is_empty() {
            details { summary { "Every figure it is computed from" } div.wide { table.inputs {
                caption { "Every figure it is computed from" }
                thead { tr { th scope="col" { "Figure" } th.figure scope="col" { "Least" } th.figure scope="col" { "Likely" } th.figure scope="col" { "Most" } th scope="col" { "Where from" } th scope="col" { "Kind" } } }
                tbody { @for input in &case.inputs { tr {
                    th scope="row" { (visible(&input.name)) }
                    td.figure data-label="Least" { (short_figure(input.lo.0)) }
                    td.figure data-label="Likely" { (short_figure(input.likely.0)) }
                    td.figure data-label="Most" { (short_figure(input.hi.0)) }
                    td data-label="Where from" { (visible(&input.source)) }
                    td data-label="Kind" { (visible(&input.grade)) }
                } } }
            } } }
        }
    }
}

/// What a case was computed for, what of it nobody said, and who accepted its risk.
pub(super) fn scope(case: &Opportunity) -> String {
    let scope = &case.scope;
    let words = [
        scope.services.map(|services| format!("services: {services}")),
        scope
            .units
            .map(|units| format!("units: {units}{}", scope.unit.as_ref().map_or_else(String::new, |unit| format!(" ({unit})")))),
        scope.environment.as_ref().map(|environment| format!("environment: {environment}")),
        scope.exposure.as_ref().map(|exposure| format!("reachable: {exposure}")),
        Some(format!(
            "cost of one hour down, class: {}",
            scope.tier.map_or_else(|| "not set".to_owned(), |tier| tier.to_string())
        )),
    ];
    let words: Vec<String> = words.into_iter().flatten().map(|word| visible(&word)).collect();
    let assumed: Vec<String> = scope.assumed.iter().map(|word| visible(word)).collect();
    let mut sentences = vec![format!("Computed for {}.", words.join(", "))];
    if !assumed.is_empty() {
        sentences.push(format!("Assumed, not said by you: {}.", assumed.join(", ")));
    }
    if let Some(risk) = &case.accepted {
        let (owner, reason) = (visible(&risk.owner), visible(&risk.reason));
        sentences.push(format!("Risk accepted by {owner} until {}: {reason}{}.", risk.expiry, approval(risk)));
    }
    sentences.join(" ")
}

/// Who approved that a risk is accepted.
fn approval(risk: &AcceptedRisk) -> String {
    let who = risk.approved_by.as_ref().map(|who| format!("approved by {}", visible(who)));
    let when = risk.approved_on.map(|day| if who.is_some() { format!(" on {day}") } else { format!("approved on {day}") });
    let words = [who, when].into_iter().flatten().collect::<String>();
    if words.is_empty() { words } else { format!(", {words}") }
}

fn levers(report: &ReportV1) -> Markup {
    html! {
        @if !report.levers.is_empty() {
            div.wide { table {
                caption { "What would turn it, in this order" }
                thead { tr { th scope="col" { "Say" } th scope="col" { "Then" } } }
                tbody { @for lever in &report.levers { tr {
                    th scope="row" { code { (visible(&lever.argument)) } }
                    td data-label="Then" { (visible(&lever.effect)) }
                } } }
            } }
        }
    }
}
