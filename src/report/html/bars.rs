//! Pictures as inline SVG with positions in percent, so that their text keeps its size on every screen. Each has words that say
//! the same.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::controls;
use crate::model::Date;
use crate::report::entries::cases_by_place;
use crate::report::story;
use crate::report::text::{amount, count, visible};
use crate::report::view::{Amount, Deployment, Opportunity, ReportV1, VerdictWord};
use crate::report::words;

/// The scale of costs, which is the slider's too: from 100 to 300,000 in equal steps of a power of ten; what is less stands at the
/// left end, what is more at the right.
const CHEAPEST: f64 = 100.0;
const DEAREST: f64 = 300_000.0;

/// Costs that are named below the scale.
const MARKS: [f64; 5] = [0.0, 500.0, 5_000.0, 50_000.0, 300_000.0];

/// Cases in the scale: those that turn first. All stand in the table.
const BANDS: usize = 6;

/// Products of the time line that stand in sight; the others are a click away.
const IN_SIGHT: usize = 8;

fn position(cost: f64) -> f64 {
    (cost.clamp(CHEAPEST, DEAREST) / CHEAPEST).log10() / (DEAREST / CHEAPEST).log10() * 100.0
}

fn percent(position: f64) -> String {
    format!("{position:.2}%")
}

/// Patterns that tell the bars apart without colour.
pub(super) fn patterns() -> Markup {
    html! {
        svg.defs width="0" height="0" aria-hidden="true" {
            defs {
                pattern id="hatch" patternUnits="userSpaceOnUse" width="6" height="6" patternTransform="rotate(45)" {
                    rect.hatch-ground width="6" height="6" {}
                    rect.hatch-line width="2" height="6" {}
                }
                pattern id="dots" patternUnits="userSpaceOnUse" width="6" height="6" {
                    circle.dot cx="3" cy="3" r="1.4" {}
                }
            }
        }
    }
}

/// What one hour down costs: the slider, and for the cases that turn on it where the free way is enough, where the price decides
/// and where support pays.
pub(super) fn scale(report: &ReportV1, cases: &[&Opportunity]) -> Markup {
    let limits = |case: &Opportunity| [case.break_even.downtime_no, case.break_even.downtime_yes];
    let turns = |case: &&&Opportunity| case.verdict == VerdictWord::Depends && limits(case).iter().any(Option::is_some);
    let mut turning: Vec<&&Opportunity> = cases.iter().filter(turns).collect();
    if turning.is_empty() && report.opportunities.iter().all(|case| case.recipe.is_none()) {
        return html! {};
    }
    let first = |case: &Opportunity| case.break_even.downtime_no.map_or(0.0, |no| no.0);
    turning.sort_by(|one, other| first(one).total_cmp(&first(other)));
    let rest = turning.len().saturating_sub(BANDS);
    turning.truncate(BANDS);
    let free =
        if turning.iter().any(|case| case.lifecycle.state.ended()) { "a free way is cheaper" } else { "community is enough" };
    let currency = visible(&report.totals.currency);
    html! {
        section.scale aria-labelledby="scale" {
            h2 id="scale" { "One hour down costs us " span.unit id="cost-said" { "in " (currency) } }
            (controls::figures(&currency))
            @for case in &turning { (band(case, free)) }
            @if !turning.is_empty() {
                div.row aria-hidden="true" {
                    span.name { @if rest > 0 { "and " (rest) " more below" } }
                    svg.axis width="100%" height="18" {
                        @for mark in MARKS {
                            line.tick x1=(percent(position(mark))) x2=(percent(position(mark))) y1="0" y2="4" {}
                            text x=(percent(position(mark))) y="16" text-anchor=(anchor(mark)) { (amount(Amount(mark))) }
                        }
                    }
                }
            }
            ul.legend aria-hidden="true" {
                li { span.key.grey {} (free) }
                li { span.key.hatched {} "price decides" }
                li { span.key.outlined {} "support pays" }
            }
        }
    }
}

/// A mark at an end of the scale stays within it.
fn anchor(mark: f64) -> &'static str {
    match position(mark) {
        at if at <= 0.0 => "start",
        at if at >= 100.0 => "end",
        _ => "middle",
    }
}

fn band(case: &Opportunity, free: &str) -> Markup {
    let no = case.break_even.downtime_no.map_or(0.0, |no| position(no.0));
    let yes = case.break_even.downtime_yes.map_or(100.0, |yes| position(yes.0)).max(no);
    let (below, above) = (words::threshold(case.break_even.downtime_no), words::threshold(case.break_even.downtime_yes));
    let told =
        format!("{}: below {below}: {free}; above {above}: support pays; between: the price decides", story::case_name(case));
    html! {
        div.row {
            span.name { (story::case_name(case)) }
            svg.band width="100%" height="26" role="img" aria-label=(told) {
                rect.free x="0" y="1" width=(percent(no)) height="24" {}
                rect.decides x=(percent(no)) y="1" width=(percent(yes - no)) height="24" fill="url(#hatch)" {}
                rect.pays x=(percent(yes)) y="1" width=(percent(100.0 - yes)) height="24" {}
                @if case.break_even.downtime_no.is_some() { (label(no, &below, no >= ROOM)) }
                @if case.break_even.downtime_yes.is_some() { (label(yes, &above, yes > 100.0 - ROOM)) }
                line.here x1="0" x2="0" y1="0" y2="26" visibility="hidden" {}
            }
        }
    }
}

/// Share of a bar, in percent, that a figure needs beside its limit.
const ROOM: f64 = 15.0;

/// A figure at a limit: before it where there is room, else behind it.
fn label(at: f64, figure: &str, before: bool) -> Markup {
    let (shift, anchor) = if before { ("-6", "end") } else { ("6", "start") };
    let beyond = if at >= 100.0 { " ▸" } else { "" };
    html! { text.halo x=(percent(at)) dx=(shift) y="18" text-anchor=(anchor) { (figure) (beyond) } }
}

/// Ten years around the report's day.
struct Span {
    first: i16,
}

impl Span {
    const YEARS: i16 = 10;

    fn around(report: &ReportV1) -> Self {
        Self { first: report.as_of.year().saturating_sub(6) }
    }

    /// Share of the span before `date`, in percent.
    fn at(&self, date: Date) -> f64 {
        let years = f64::from(date.year() - self.first) + f64::from(date.day_of_year() - 1) / f64::from(date.days_in_year());
        (years / f64::from(Self::YEARS) * 100.0).clamp(0.0, 100.0)
    }
}

/// One bar a product: solid while it gets free fixes, dotted while paid fixes exist, nothing when nobody fixes it.
pub(super) fn timeline(report: &ReportV1) -> Markup {
    let shown = chosen(report);
    if shown.is_empty() {
        return html! {};
    }
    let span = Span::around(report);
    let (first, rest) = shown.split_at(shown.len().min(IN_SIGHT));
    let now = percent(span.at(report.as_of));
    html! {
        section.timeline aria-labelledby="timeline" {
            h2 id="timeline" { "Who fixes it, until when" }
            // What every bar has stands once, here and in the style: there may be thousands.
            svg.defs width="0" height="0" aria-hidden="true" {
                defs {
                    line.today id="now" x1=(now) x2=(now) y1="0" y2="18" {}
                }
            }
            @for place in first { (bar(place, &span)) }
            (years(&span))
            ul.legend aria-hidden="true" {
                li { span.key.solid {} "free fixes" }
                li { span.key.dotted {} "paid fixes exist" }
                li { span.key.gap {} "nobody fixes it" }
                li { span.key.now {} "today" }
            }
            @if !rest.is_empty() {
                details.more {
                    summary { (count(rest.len() as u64)) " more products, all with their places under “Where it runs”" }
                    @for place in rest { (bar(place, &span)) }
                    (years(&span))
                }
            }
        }
    }
}

fn years(span: &Span) -> Markup {
    html! {
        div.row aria-hidden="true" {
            span.name {}
            svg.axis width="100%" height="18" {
                @for year in (0..=Span::YEARS).step_by(2) {
                    text x=(percent(f64::from(year) * 10.0)) y="14"
                        text-anchor=(match year { 0 => "start", Span::YEARS => "end", _ => "middle" }) { (span.first + year) }
                }
            }
        }
    }
}

/// What makes a case, then what ended, then the rest by the end of its life; one row a product and version.
fn chosen(report: &ReportV1) -> Vec<&Deployment> {
    let mut places: Vec<&Deployment> =
        report.deployments.iter().filter(|place| place.lifecycle.eol.is_some() && place.comes_with.is_none()).collect();
    let cases = cases_by_place(report);
    let in_case = |place: &Deployment| cases.contains_key(place.id.as_str());
    places.sort_by_cached_key(|place| {
        let rank = (!in_case(place), !place.lifecycle.state.ended(), place.usage as u8);
        (rank, place.lifecycle.eol, place.product_name.clone(), place.version.clone())
    });
    let mut taken = BTreeSet::new();
    places.retain(|place| taken.insert((&place.product, &place.version, place.lifecycle.eol)));
    places
}

fn bar(place: &Deployment, span: &Span) -> Markup {
    let life = &place.lifecycle;
    let from = life.release.map_or(0.0, |release| span.at(release));
    let to = life.eol.map_or(100.0, |eol| span.at(eol)).max(from);
    let paid = life.paid_until.map_or(to, |paid| span.at(paid)).max(to);
    let name = format!("{} {}", place.product_name, place.version.as_deref().unwrap_or_default());
    let until = life.eol.map_or_else(|| "no end date published".to_owned(), |eol| format!("free fixes until {eol}"));
    let paid_words = life.paid_until.map_or_else(String::new, |paid| format!(", paid fixes until {paid}"));
    html! {
        div.row {
            span.name { (visible(name.trim_end())) }
            svg.band role="img" aria-label=(format!("{until}{paid_words}")) {
                rect.solid x=(percent(from)) y="4" width=(percent(to - from)) height="10" {}
                @if paid > to { rect.dotted x=(percent(to)) y="4" width=(percent(paid - to)) height="10" fill="url(#dots)" {} }
                use href="#now" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_keep_their_order_on_the_scale() {
        let positions: Vec<f64> = [0.0, 100.0, 500.0, 10_600.0, 3e5, 1e9].map(position).into();
        assert!(positions.is_sorted(), "{positions:?}");
        assert_eq!((positions[0], positions[5]), (0.0, 100.0));
    }

    #[test]
    fn a_day_stands_at_its_share_of_the_span() {
        let span = Span { first: 2020 };
        for (date, share) in [("2020-01-01", 0.0), ("2025-01-01", 50.0), ("2040-01-01", 100.0), ("1999-01-01", 0.0)] {
            assert!((span.at(date.parse().expect("a date")) - share).abs() < 1e-9, "{date}");
        }
    }
}
