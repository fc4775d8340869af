//! The first screen: the answer, what is asked, four figures, the scale, the table, the time line. No vendor stands here.

use maud::{Markup, html};

use super::{bars, controls};
use crate::report::disclosure;
use crate::report::entries::{is_open, open_cases};
use crate::report::story;
use crate::report::text::{amount, count, visible};
use crate::report::view::{Amount, Opportunity, ReportV1, VerdictWord};
use crate::report::words;

pub(super) fn screen(report: &ReportV1) -> Markup {
    let cases = open_cases(report);
    html! {
        (bars::patterns())
        div.answer {
            h1 { (story::answer(report)) }
            p.ask { (story::ask(report)) }
            p.gain { "Who may gain: " (disclosure::sentences(report).join("; ")) "." }
        }
        (tiles(report, &cases))
        (bars::scale(report, &cases))
        (table(report, &cases))
        (bars::timeline(report))
        section.rests aria-labelledby="rests" {
            h2 id="rests" { "What this rests on" }
            p { (story::rests_on(report)) }
            p.box { strong { "Not counted: " } "legal fines, retraining, the time of end users." }
        }
    }
}

fn tiles(report: &ReportV1, cases: &[&Opportunity]) -> Markup {
    let totals = &report.totals;
    let used = match totals.out_of_support_in_use {
        _ if totals.out_of_support == 0 => String::new(),
        None => "use unknown".to_owned(),
        Some(0) => "none in use".to_owned(),
        Some(used) => format!("{} in use", count(used)),
    };
    let spend = totals.spend_asked.map_or_else(|| "unknown".to_owned(), amount);
    let tile = |figure: &str, words: &str, more: &str| {
        html! { li { span.figure { (figure) } span.words { (words) } @if !more.is_empty() { span.more { (more) } } } }
    };
    html! {
        ul.tiles {
            (tile(&report.actions.len().to_string(), if report.actions.len() == 1 { "piece of free work" } else { "pieces of free work" }, "no licence, no contract"))
            (tile(&cases.len().to_string(), if cases.len() == 1 { "case to decide" } else { "cases to decide" }, ""))
            (tile(&count(totals.out_of_support), if totals.out_of_support == 1 { "version out of support" } else { "versions out of support" }, &used))
            (tile(&spend, &format!("{} a year asked for", visible(&totals.currency)), ""))
        }
    }
}

/// Every case, those to decide first; what needs no decision shows when it is asked for.
fn table(report: &ReportV1, cases: &[&Opportunity]) -> Markup {
    if report.opportunities.is_empty() {
        return html! { p { "No case is open." } };
    }
    html! {
        div.wide {
            @if cases.is_empty() { p { "No case is open." } }
            (controls::tools())
            table {
                caption { "Cases" }
                thead {
                    tr {
                        th scope="col" { "What" }
                        th scope="col" { "Runs where" }
                        th scope="col" { "Fixes until" }
                        th scope="col" { "Does paid support pay off?" }
                        th.figure scope="col" { "Worth at most a year, " (visible(&report.totals.currency)) }
                        th scope="col" { "Next step" }
                    }
                }
                tbody id="rows" { @for (number, case) in report.opportunities.iter().enumerate() { (row(report, number, case)) } }
            }
            (controls::more())
        }
    }
}

fn row(report: &ReportV1, number: usize, case: &Opportunity) -> Markup {
    html! {
        tr data-case=(number) data-state=(state(case)) hidden[!is_open(case)] {
            th scope="row" { a href=(format!("#case-{number}")) { (story::case_name(case)) } }
            td.place { (story::case_place(report, case)) }
            td.until { (story::fixes_until(case)) }
            td.said { (verdict(case)) }
            td.figure { (at_most(case)) }
            td.step { (story::next_step(case)) }
        }
    }
}

/// How the row is marked: a free way is enough, something decides, support pays, or it must be acted on.
pub(super) fn state(case: &Opportunity) -> &'static str {
    match case.verdict {
        VerdictWord::MustAct => "act",
        VerdictWord::PaysOff => "pays",
        VerdictWord::DoesNotPayOff => "free",
        VerdictWord::Depends | VerdictWord::NotEnoughData | VerdictWord::Borderline => "decides",
    }
}

/// A range over the costs of an hour down where nobody set one, else one figure.
fn at_most(case: &Opportunity) -> String {
    let floor = |price: Option<Amount>| price.map(|price| price.0.max(0.0));
    let prices: Vec<f64> = case.worth_by_tier.iter().filter_map(|worth| floor(worth.price_75)).collect();
    match (prices.iter().copied().reduce(f64::min), prices.iter().copied().reduce(f64::max)) {
        (Some(least), Some(most)) if least < most => format!("{} to {}", amount(Amount(least)), amount(Amount(most))),
        _ => story::worth(case),
    }
}

/// The sentence; its first words carry the sign that colour repeats.
pub(super) fn verdict(case: &Opportunity) -> Markup {
    let sentence = if case.summary.is_empty() { words::short(case) } else { visible(&case.summary) };
    html! {
        span class=(format!("verdict {}", case.verdict)) { (sentence) }
        @if case.must_act_if_exposed { ". " span.exposed { "Must act if it is on the internet." } }
    }
}
