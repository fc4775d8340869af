//! The argument as a document for programs, `underpin.explain/1`: the facts as a report has them, and every line that people read.

use serde::Serialize;

use super::whole::{argue, name, next};
use crate::inventory::json;
use crate::model::Date;
use crate::report::terminal::page::{Page, Step};
use crate::report::view::{Action, Catalog, Deployment, Disclosure, Lever, OffersOnRecord, Opportunity, ReportV1, Tool};

/// The name of the document's shape: `tests/schemas/explain-1.schema.json`.
const SCHEMA: &str = "underpin.explain/1";

#[derive(Serialize)]
struct Document<'r> {
    schema: &'static str,
    as_of: Date,
    tool: &'r Tool,
    catalog: &'r Catalog,
    /// Product id.
    product: String,
    product_name: String,
    currency: &'r str,
    /// Every place, without a limit.
    deployments: Vec<&'r Deployment>,
    /// Free work on it.
    actions: Vec<&'r Action>,
    /// Its cases with every figure.
    opportunities: Vec<&'r Opportunity>,
    /// What you could say that would turn one of them.
    levers: Vec<&'r Lever>,
    offers_on_record: Vec<&'r OffersOnRecord>,
    disclosure: &'r Disclosure,
    not_checked: &'r [String],
    /// What people read, step by step.
    argument: Vec<Step>,
    /// The next command.
    next: String,
}

/// The document, indented, a newline at the end; `None` if the report knows no product of this id.
///
/// # Errors
/// None for a view: it holds no map with keys that are no texts.
#[must_use]
pub fn explain_json(report: &ReportV1, product: &str) -> Option<serde_json::Result<String>> {
    let mut page = Page::steps();
    let product_name = name(report, product)?;
    let cases = argue(report, product, &mut page);
    let document = Document {
        schema: SCHEMA,
        as_of: report.as_of,
        tool: &report.tool,
        catalog: &report.catalog,
        product: product.to_owned(),
        product_name,
        currency: &report.totals.currency,
        deployments: report.deployments.iter().filter(|place| place.product == product).collect(),
        actions: report.actions.iter().filter(|action| action.product.as_deref() == Some(product)).collect(),
        levers: report.levers.iter().filter(|lever| cases.iter().any(|case| lever.cases.contains(&case.id))).collect(),
        offers_on_record: report.offers_on_record.iter().filter(|record| record.product == product).collect(),
        disclosure: &report.disclosure,
        not_checked: &report.coverage.not_checked,
        argument: page.into_steps(),
        next: next(report, product, &cases),
        opportunities: cases,
    };
    Some(json(&document).map(|text| format!("{text}\n")))
}
