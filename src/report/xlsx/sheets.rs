//! The sheets without formulas: the answer, offers, free work, life cycles, the register, the method, the disclosure.

use rust_xlsxwriter::XlsxError;

use super::cases::at_most;
use super::page::{Head, Page};
use crate::report::cover;
use crate::report::disclosure::{choice, gain_in_a_cell, sentences};
use crate::report::entries::{self, action_name, action_way, recorded};
use crate::report::story;
use crate::report::table::{Cell, register as entries_of_register};
use crate::report::text::{amount, counted};
use crate::report::view::{Deployment, Entry, Offer, OffersOnRecord, Opportunity, PriceBasis, ReportV1};
use crate::report::words;

/// The answer, the ask, who may gain, and how to use the book.
pub(super) fn summary(report: &ReportV1, page: &mut Page<'_>) -> Result<(), XlsxError> {
    page.widths([38.0, 90.0])?;
    page.title(&format!("Open-source support review: {}, {}", story::title(report), report.as_of))?;
    page.blank();
    let totals = &report.totals;
    let spend =
        totals.spend_asked.map_or_else(|| "unknown".to_owned(), |spend| format!("{} {} a year", amount(spend), totals.currency));
    let in_use = totals.out_of_support_in_use.map_or_else(String::new, |used| format!(", {used} of them in use"));
    let date = report.catalog.date.map_or_else(|| "unknown".to_owned(), |date| date.to_string());
    let stale = if report.catalog.stale { ": stale" } else { "" };
    let rows = [
        ("The answer", story::answer(report)),
        ("For whom decides", story::ask(report)),
        ("Free work that waits", totals.free_work.to_string()),
        ("Cases, and undecided", format!("{}, {}", totals.cases, totals.undecided)),
        ("Versions that nobody fixes", format!("{}{in_use}", totals.out_of_support)),
        ("Spend asked", spend),
        ("Required of an offer", cover::required(report).unwrap_or_else(|| "nothing was said".to_owned())),
        ("To think of in time", totals_of_reminders(report)),
        ("What the figures rest on", story::rests_on(report)),
        ("Catalog", format!("of {date}{stale}")),
        ("Who may gain", format!("{}.", sentences(report).join("; "))),
        ("Prepared by", report.disclosure.prepared_by.clone().unwrap_or_else(|| "not said".to_owned())),
        ("SHA-256 of the underlying data", report.digest.clone().unwrap_or_else(|| "unknown".to_owned())),
    ];
    for (what, text) in rows {
        page.row(&[Cell::text(what), Cell::text(&text)])?;
    }
    page.blank();
    page.title("How to use this book")?;
    for line in [
        "Figures: every number the cases are computed from, least, likely and most, with its source. Write your own into the yellow column.",
        "Cases and Cash: green cells are formulas over the figures at their likely values and follow what you write.",
        "The verdicts and \"pays in 100 runs\" are the program's, over all values; to have them for your figures, run it with them.",
        "Not counted: fines, retraining, the time of those who use the software.",
    ] {
        page.line(line)?;
    }
    Ok(())
}

fn totals_of_reminders(report: &ReportV1) -> String {
    match report.reminders.len() {
        0 => "nothing".to_owned(),
        number => format!("{number}: see the sheet Reminders"),
    }
}

/// Every offer on record, with and without a programme.
pub(super) fn offers(report: &ReportV1, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let head = [
        ("Product", 20.0),
        ("Release", 10.0),
        ("Vendor", 20.0),
        ("Offer", 30.0),
        ("Does", 18.0),
        ("Covers", 10.0),
        ("Versions", 16.0),
        ("Public price", 30.0),
        ("Who may gain", 44.0),
        ("Page", 44.0),
        ("Read on", 11.0),
        ("Verified", 12.0),
        ("Recorded by", 24.0),
        ("Of what is required", 40.0),
    ];
    let row = |offers: &OffersOnRecord, entry: &Entry| {
        vec![
            Cell::text(&offers.product_name),
            offers.cycle.as_ref().into(),
            Cell::text(&entry.vendor_name),
            Cell::text(&entry.name),
            Cell::text(words::relation(entry.relation.as_deref())),
            Cell::text(entry.covers.word()),
            entry.versions.as_ref().into(),
            entry.price.as_ref().map_or_else(|| Cell::text("no public price"), |price| Cell::text(price)),
            Cell::text(&gain_in_a_cell(entry.programme.as_ref())),
            Cell::link(entry.source.as_ref()),
            entry.as_of.into(),
            Cell::text(&entry.confidence),
            Cell::text(recorded(entry)),
            cover::standing(&entry.not_admissible, &entry.asks).as_ref().into(),
        ]
    };
    let rows = report.offers_on_record.iter().flat_map(|offers| offers.entries.iter().map(move |entry| row(offers, entry)));
    table(page, &head, rows)
}

/// What was compared with doing it oneself.
pub(super) fn compared(report: &ReportV1, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let head = [
        ("Case", 24.0),
        ("Vendor", 20.0),
        ("Offer", 30.0),
        ("Kind", 14.0),
        ("Covers", 10.0),
        ("Price a year", 12.0),
        ("Price is", 20.0),
        ("Verdict", 18.0),
        ("Pays in 100 runs", 10.0),
        ("Without your log", 10.0),
        ("If only cash counts", 10.0),
        ("Net, one run in ten below", 13.0),
        ("Net, median", 13.0),
        ("Net, one run in ten above", 13.0),
        ("Ask below", 11.0),
        ("Who may gain", 40.0),
        ("Page", 44.0),
        ("Read on", 11.0),
        ("Of what is required", 40.0),
    ];
    let row = |case: &Opportunity, offer: &Offer| {
        let basis = match offer.price_basis {
            PriceBasis::Anchor => "usual range, no vendor's price",
            other => other.word(),
        };
        vec![
            Cell::text(&case.id),
            offer.vendor_name.as_ref().into(),
            Cell::text(&offer.name),
            Cell::text(&offer.kind),
            Cell::text(offer.covers.word()),
            offer.price.as_ref().and_then(|price| price.per_year).into(),
            Cell::text(basis),
            Cell::text(offer.verdict.word()),
            offer.score.into(),
            offer.score_without_log.into(),
            offer.score_omega0.into(),
            offer.net.p10.into(),
            offer.net.p50.into(),
            offer.net.p90.into(),
            at_most(offer.break_even.price_75),
            Cell::text(&gain_in_a_cell(offer.programme.as_ref())),
            Cell::link(offer.source.as_ref()),
            offer.as_of.into(),
            cover::standing(&offer.not_admissible, &offer.asks).as_ref().into(),
        ]
    };
    let rows = report.opportunities.iter().flat_map(|case| case.offers.iter().map(move |offer| row(case, offer)));
    table(page, &head, rows)
}

/// What to do without paying anybody.
pub(super) fn free(report: &ReportV1, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let head =
        [("Id", 24.0), ("What", 28.0), ("Why", 44.0), ("What to do", 40.0), ("Where", 24.0), ("Places", 44.0), ("Source", 44.0)];
    let rows = report.actions.iter().map(|action| {
        vec![
            Cell::text(&action.id),
            Cell::text(&action_name(action)),
            Cell::text(&action.why),
            Cell::text(&action_way(action)),
            Cell::list(&action.hosts),
            Cell::list(&action.locations),
            Cell::link(action.source.as_ref()),
        ]
    });
    table(page, &head, rows)
}

/// Every release that was found, and until when it is fixed.
pub(super) fn lifecycles(report: &ReportV1, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let head = [
        ("Product", 22.0),
        ("Version", 16.0),
        ("Release", 12.0),
        ("Role", 12.0),
        ("Host", 20.0),
        ("Use", 12.0),
        ("State", 14.0),
        ("Fixes until", 12.0),
        ("To know", 26.0),
        ("Paid fixes until", 12.0),
        ("Supported way on", 24.0),
        ("Publisher's page", 44.0),
        ("Page read on", 12.0),
        ("Comes with", 16.0),
    ];
    let row = |place: &Deployment| {
        let life = &place.lifecycle;
        let next = place.next_supported.as_ref().map(|next| format!("{} {}", next.product_name, next.cycle));
        vec![
            Cell::text(&place.product_name),
            place.version.as_ref().into(),
            place.cycle.as_ref().into(),
            Cell::text(&place.role),
            Cell::text(&place.host),
            Cell::text(place.usage.word()),
            Cell::text(life.state.word()),
            life.eol.into(),
            life.label.as_ref().into(),
            life.paid_until.into(),
            next.as_ref().into(),
            Cell::link(life.source.as_ref()),
            life.read_on.into(),
            place.comes_with.as_ref().into(),
        ]
    };
    table(page, &head, report.deployments.iter().map(row))
}

/// The register of unsupported technology.
pub(super) fn register(report: &ReportV1, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let entries = entries_of_register::entries(report);
    page.title(&format!("Register of unsupported technology: {}, {}", story::title(report), report.as_of))?;
    let number = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    page.line(&format!(
        "{} that nobody fixes, whose end is within 180 days, or whose life is unknown. What was looked at and what was not: the last sheets.",
        counted(number, "release")
    ))?;
    page.blank();
    let head: Vec<Head<'_>> = entries_of_register::titles();
    table(page, &head, entries.iter().map(entries_of_register::cells))
}

/// What an auditor must know of the scan.
pub(super) fn coverage(report: &ReportV1, page: &mut Page<'_>) -> Result<(), XlsxError> {
    page.widths([30.0, 110.0])?;
    page.title("Scan and coverage")?;
    for (subject, text) in entries_of_register::coverage(report) {
        page.row(&[Cell::text(subject), Cell::text(&text)])?;
    }
    problems(report, page)
}

/// What was assumed, how it is computed, what was looked at.
pub(super) fn method(report: &ReportV1, page: &mut Page<'_>) -> Result<(), XlsxError> {
    page.widths([30.0, 70.0, 50.0, 14.0])?;
    page.title("How it is computed")?;
    for line in METHOD {
        page.line(line)?;
    }
    page.blank();
    page.title("Assumed for the whole report")?;
    for assumed in &report.assumptions {
        page.row(&[&assumed.input, &assumed.value, &assumed.source, &assumed.grade].map(|text| Cell::text(text)))?;
    }
    page.blank();
    page.title("What was looked at, and what was not")?;
    for (subject, text) in entries_of_register::coverage(report) {
        page.row(&[Cell::text(subject), Cell::text(&text)])?;
    }
    for line in entries::vulnerabilities(report, true) {
        page.row(&[Cell::text("vulnerabilities"), Cell::text(&line)])?;
    }
    problems(report, page)
}

/// The published formulas, in words and signs.
const METHOD: [&str; 9] = [
    "Model oss-score/1. One year, no VAT. W = w·omega: an hour of staff times the share of a freed hour that counts.",
    "A (leave it) = 12·W·(h + x) + S·eD·lam·D·c + S·eS·min(1, f·mE·mL·mK)·LM + g·kh·W",
    "B (buy) = P + W·(o/Y + v) + 12·W·(h·(1−a) + x·(1−ae)) + hours down·(1−q) + security losses·(1−r) + audit findings·(1−rc)",
    "C (upgrade) = 12·W·h + W·U/T + hours down + S·eS·min(1, f·mE)·LM",
    "NV = the cheaper free way that is allowed − B. x counts at the end of life only, g·kh in production under a regime.",
    "Leaving it is ruled out where it has ended, runs in production, and the internet, a regime or a known attack speaks against it.",
    "The verdict goes by 10,000 runs over the least, likely and most of each figure: it pays off where 75 of 100 do.",
    "The probability is a model's, not a measured one.",
    "None of the regimes says \"buy support\": they forbid unmanaged unsupported software.",
];

fn problems(report: &ReportV1, page: &mut Page<'_>) -> Result<(), XlsxError> {
    page.blank();
    page.title("What could not be read")?;
    if report.problems.is_empty() {
        page.line("Everything could be read.")?;
    }
    for problem in &report.problems {
        let line = problem.line.map_or_else(String::new, |line| format!(":{line}"));
        page.row(&[Cell::text(&problem.code), Cell::text(&format!("{}{line}", problem.path)), Cell::text(&problem.text)])?;
    }
    Ok(())
}

/// Who may gain from what.
pub(super) fn disclosed(report: &ReportV1, page: &mut Page<'_>) -> Result<(), XlsxError> {
    page.widths([30.0, 44.0, 60.0, 44.0])?;
    page.title("Who may gain from this")?;
    for sentence in sentences(report) {
        page.line(&format!("{sentence}."))?;
    }
    for sentence in choice(report) {
        page.line(&sentence)?;
    }
    page.line("No order and no verdict reads a reward. Nobody can pay to be listed.")?;
    page.blank();
    page.title("Programmes of vendors on record")?;
    let programmes = report.offers_on_record.iter().flat_map(|offers| &offers.entries);
    let mut told: Vec<(&str, String, Option<&String>)> = programmes
        .filter_map(|entry| {
            let programme = entry.programme.as_ref()?;
            Some((entry.vendor_name.as_str(), gain_in_a_cell(Some(programme)), programme.source.as_ref()))
        })
        .collect();
    told.sort();
    told.dedup();
    if told.is_empty() {
        page.line("None.")?;
    }
    for (vendor, terms, source) in told {
        page.row(&[Cell::text(vendor), Cell::text(&terms), Cell::link(source)])?;
    }
    Ok(())
}

/// Most columns that a printed page shows legibly.
const FITS: usize = 12;

/// A table with a filter; without rows it says so.
pub(super) fn table(page: &mut Page<'_>, head: &[Head<'_>], rows: impl Iterator<Item = Vec<Cell>>) -> Result<(), XlsxError> {
    if head.len() > FITS {
        page.wide()?;
    }
    page.head(head)?;
    let first = page.next_row() - 1;
    for row in rows {
        page.row(&row)?;
    }
    if page.next_row() - 1 == first {
        return page.line("Nothing.");
    }
    page.filter(first, head.len())
}
