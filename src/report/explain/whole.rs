//! The steps in their order.

use super::sources::Sources;
use super::{case, found, limits, offers};
use crate::report::story;
use crate::report::terminal::page::{Page, Style};
use crate::report::text::visible;
use crate::report::view::{Deployment, Input, Opportunity, ReportV1, TurnsOn, VerdictWord};

/// Wider lines are hard to read.
const WIDEST: usize = 100;

/// Argues every case of a product, or why it makes none: plain text, a newline at the end of every line, no line wider than
/// `width` columns (80 to 100). `None` if the report knows no product of this id; aliases are for the caller to resolve.
///
/// Vendors are named below the heading `OFFERS ON RECORD` alone.
#[must_use]
pub fn explain(report: &ReportV1, product: &str, width: usize) -> Option<String> {
    let places: Vec<&Deployment> = report.deployments.iter().filter(|place| place.product == product).collect();
    let cases: Vec<&Opportunity> = report.opportunities.iter().filter(|case| case.product == product).collect();
    let name = places.first().map(|place| &place.product_name).or_else(|| cases.first().map(|case| &case.product_name))?;
    let mut page = Page::new(width.min(WIDEST), Style::Plain);
    let mut sources = Sources::default();
    page.parts(&[visible(name), story::title(report), format!("as of {}", report.as_of), limits::catalog(report)]);
    page.blank();
    found::part(report, &places, &mut page);
    let apart: Vec<&Deployment> = places.iter().copied().filter(|place| !within(place, &cases)).collect();
    if !apart.is_empty() {
        page.blank();
        found::no_case(report, &apart, &mut page);
    }
    let mut shown: Vec<Input> = Vec::new();
    for case in &cases {
        page.blank();
        case::part(report, case, &shown, &mut sources, &mut page);
        shown.extend_from_slice(&case.inputs);
    }
    if !cases.is_empty() {
        page.blank();
        limits::part(report, &cases, &mut page);
        page.blank();
        offers::part(report, product, &cases, &mut page);
        limits::sources(&sources, &mut page);
    }
    page.blank();
    page.parts(&[format!("Next:  {}", next(report, product, &cases))]);
    Some(page.finish())
}

fn within(place: &Deployment, cases: &[&Opportunity]) -> bool {
    cases.iter().any(|case| case.deployments.contains(&place.id))
}

/// The next command, with the one answer that decides most; the most urgent case says which.
fn next(report: &ReportV1, product: &str, cases: &[&Opportunity]) -> String {
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
