//! The steps in their order.

use super::sources::Sources;
use super::{case, found, limits, offers};
use crate::report::disclosure;
use crate::report::story;
use crate::report::terminal::page::{Page, Style};
use crate::report::text::visible;
use crate::report::view::{Deployment, Input, Opportunity, ReportV1, TurnsOn, VerdictWord};

/// Wider lines are hard to read.
const WIDEST: usize = 100;

/// Argues every case of a product, or why it makes none: plain text, a newline at the end of every line, no line wider than
/// `width` columns (60 to 100). `None` if the report knows no product of this id; aliases are for the caller to resolve.
///
/// Vendors are named below the heading `OFFERS ON RECORD` alone.
#[must_use]
pub fn explain(report: &ReportV1, product: &str, width: usize) -> Option<String> {
    let mut page = Page::new(width.min(WIDEST), Style::Plain);
    let name = name(report, product)?;
    page.parts(&[name, story::title(report), format!("as of {}", report.as_of), limits::catalog(report)]);
    let cases = argue(report, product, &mut page);
    page.blank();
    page.parts(&[format!("Next:  {}", next(report, product, &cases))]);
    Some(page.finish())
}

/// The same as Markdown, for a ticket. Who may gain stands above everything that is argued.
#[must_use]
pub fn explain_markdown(report: &ReportV1, product: &str) -> Option<String> {
    let mut page = Page::markdown();
    let name = name(report, product)?;
    page.title(&format!("{name}: {}, as of {}, {}", story::title(report), report.as_of, limits::catalog(report)));
    page.paragraph(0, &format!("Who may gain: {}.", disclosure::sentences(report).join("; ")));
    let cases = argue(report, product, &mut page);
    page.command("Next:", &next(report, product, &cases));
    Some(page.finish())
}

/// Of the product, if the report knows it.
pub(super) fn name(report: &ReportV1, product: &str) -> Option<String> {
    let place = report.deployments.iter().find(|place| place.product == product).map(|place| &place.product_name);
    let case = || report.opportunities.iter().find(|case| case.product == product).map(|case| &case.product_name);
    place.or_else(case).map(|name| visible(name))
}

/// All steps between the title and the next command.
pub(super) fn argue<'r>(report: &'r ReportV1, product: &str, page: &mut Page) -> Vec<&'r Opportunity> {
    let places: Vec<&Deployment> = report.deployments.iter().filter(|place| place.product == product).collect();
    let cases: Vec<&Opportunity> = report.opportunities.iter().filter(|case| case.product == product).collect();
    let mut sources = Sources::default();
    page.blank();
    found::part(report, &places, page);
    let apart: Vec<&Deployment> = places.iter().copied().filter(|place| !within(place, &cases)).collect();
    if !apart.is_empty() {
        page.blank();
        found::no_case(report, &apart, page);
    }
    let mut shown: Vec<Input> = Vec::new();
    for case in &cases {
        page.blank();
        case::part(report, case, &shown, &mut sources, page);
        shown.extend_from_slice(&case.inputs);
    }
    if !cases.is_empty() {
        page.blank();
        limits::part(report, &cases, page);
        page.blank();
        offers::part(report, product, &cases, page);
        limits::sources(&sources, page);
    }
    cases
}

fn within(place: &Deployment, cases: &[&Opportunity]) -> bool {
    cases.iter().any(|case| case.deployments.contains(&place.id))
}

/// The next command, with the one answer that decides most; the most urgent case says which.
pub(super) fn next(report: &ReportV1, product: &str, cases: &[&Opportunity]) -> String {
    let (arguments, product) = (visible(&report.tool.arguments), visible(product));
    let again = |answer: &str| format!("underpin explain {product} {arguments} {answer}");
    let Some(case) = cases.first() else { return format!("underpin report {arguments}") };
    match (case.verdict, case.turns_on.first()) {
        (VerdictWord::Depends, Some(TurnsOn::Exposure)) => again("--exposure internal"),
        (VerdictWord::Depends, Some(TurnsOn::Services)) => again(&format!("--services {}", case.scope.units.unwrap_or(1))),
        (VerdictWord::Depends, _) => again("--downtime-cost 500"),
        _ => format!("underpin report {arguments} -o report.html"),
    }
}
