//! The sheets of contracts that run, of contracts for several cases, and of what is to be thought of in time.

use rust_xlsxwriter::XlsxError;

use super::cases::at_most;
use super::page::Page;
use super::sheets::table;
use crate::report::bundles;
use crate::report::contracts::in_words;
use crate::report::story::case_name;
use crate::report::table::Cell;
use crate::report::view::{Bundle, Contract, Opportunity, PriceBasis, ReportV1};

/// Contracts that cover cases now, with the verdict on their renewal.
pub(super) fn running(report: &ReportV1, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let head = [
        ("Case", 24.0),
        ("What", 24.0),
        ("Vendor", 20.0),
        ("Ends", 12.0),
        ("Notice by", 12.0),
        ("Owner", 16.0),
        ("Price", 12.0),
        ("Currency", 9.0),
        ("Per", 14.0),
        ("Period", 10.0),
        ("Renewal at that price", 18.0),
        ("In words", 70.0),
    ];
    let row = |case: &Opportunity, contract: &Contract| {
        vec![
            Cell::text(&case.id),
            Cell::text(&case_name(case)),
            Cell::text(&contract.vendor_name),
            Cell::Day(contract.ends),
            contract.notice.into(),
            contract.owner.as_ref().into(),
            contract.price.into(),
            contract.currency.as_ref().into(),
            contract.per.as_ref().into(),
            contract.period.as_ref().into(),
            Cell::text(contract.renewal.word()),
            Cell::text(&in_words(contract)),
        ]
    };
    let rows = report.opportunities.iter().flat_map(|case| case.contracts.iter().map(move |contract| row(case, contract)));
    table(page, &head, rows)
}

/// Offers that cover several cases against one price. Their figures contain those of the cases and do not follow the reader's own.
pub(super) fn together(report: &ReportV1, page: &mut Page<'_>) -> Result<(), XlsxError> {
    page.line("One contract for several cases: its figures contain those of the cases, so the two are never added. They are the program's and do not follow your figures.")?;
    page.blank();
    let head = [
        ("Cases", 40.0),
        ("Vendor", 20.0),
        ("Offer", 26.0),
        ("Price a year", 12.0),
        ("Price is", 18.0),
        ("Verdict", 40.0),
        ("Pays in 100 runs", 10.0),
        ("Net, median", 13.0),
        ("Ask below", 11.0),
        ("A year without it", 13.0),
        ("A year with it", 13.0),
    ];
    let row = |bundle: &Bundle| {
        let known = bundle.price_basis != PriceBasis::Anchor;
        let price = bundle.price.as_ref().filter(|_| known).and_then(|price| price.per_year);
        vec![
            Cell::text(&bundles::subject(report, bundle)),
            Cell::text(&bundle.vendor_name),
            Cell::text(&bundle.name),
            price.into(),
            Cell::text(if known { bundle.price_basis.word() } else { "usual range, no vendor's price" }),
            Cell::text(&bundle.summary),
            bundle.score.into(),
            bundle.net.p50.into(),
            at_most(bundle.price_75),
            bundle.free.into(),
            bundle.buy.into(),
        ]
    };
    table(page, &head, report.bundles.iter().map(row))
}

/// Outcomes, accepted risks and contracts to think of in time.
pub(super) fn reminders(report: &ReportV1, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let head = [("About", 28.0), ("What is due", 80.0), ("Day", 12.0), ("Kind", 18.0), ("What to type", 50.0)];
    let rows = report.reminders.iter().map(|reminder| {
        vec![
            Cell::text(&reminder.subject),
            Cell::text(&reminder.text),
            reminder.due.into(),
            Cell::text(reminder.kind.word()),
            reminder.command.as_ref().into(),
        ]
    });
    table(page, &head, rows)
}
