//! The sheet of figures: every input of every case, with an empty cell beside it for the reader's own.

use rust_xlsxwriter::{DataValidation, DataValidationRule, XlsxError};

use super::live::Live;
use super::page::Page;
use crate::report::story::case_name;
use crate::report::table::Cell;
use crate::report::view::{Figure, Input, Opportunity, ReportV1};
use crate::score::Symbol;

/// The name of the sheet, as formulas of other sheets call it.
pub(super) const NAME: &str = "Figures";

/// Columns of the sheet.
const LIKELY: &str = "F";
const YOURS: &str = "H";
const USED: &str = "I";

/// Figures that a reader may set for all cases at once.
const FOR_ALL: [Symbol; 3] = [Symbol::W, Symbol::Omega, Symbol::C];

/// The row of the first of them; the others follow.
const FOR_ALL_ROW: u32 = 4;

/// The figures of one case as formulas use them.
pub(super) struct Figures {
    used: Vec<(Symbol, Live)>,
    pub(super) downtime: Live,
    pub(super) losses: Live,
    pub(super) events: Live,
    pub(super) events_upgraded: Live,
    /// The cell of the price, if nobody knows it.
    pub(super) price_missing: Option<String>,
}

impl Figures {
    /// An input; what a case has no figure for leaves the formulas as they are.
    pub(super) fn of(&self, symbol: Symbol) -> Live {
        let found = self.used.iter().find(|(own, _)| *own == symbol).map(|(_, live)| live.clone());
        found.unwrap_or_else(|| Live::number(symbol.neutral()))
    }
}

/// Fills the sheet.
pub(super) fn fill(report: &ReportV1, page: &mut Page<'_>) -> Result<Vec<Figures>, XlsxError> {
    page.line("Write your own figure into the yellow column: every sheet computes with it. Filter as you like, but do not sort: formulas go by rows.")?;
    page.line("For every case at once; a figure beside a single case goes before it:")?;
    page.blank();
    for symbol in FOR_ALL {
        page.put(3, &Cell::text(symbol.meaning()))?;
        page.put(2, &Cell::text(symbol.word()))?;
        page.yours(7)?;
        page.end_row()?;
    }
    page.blank();
    page.head(&[
        ("Case", 24.0),
        ("What", 26.0),
        ("Symbol", 12.0),
        ("Figure", 46.0),
        ("Least", 11.0),
        ("Likely", 11.0),
        ("Most", 11.0),
        ("Your figure", 12.0),
        ("Used", 11.0),
        ("Where from", 60.0),
        ("Kind of source", 14.0),
    ])?;
    let head = page.next_row() - 1;
    let figures: Result<Vec<Figures>, XlsxError> = report.opportunities.iter().map(|case| case_figures(case, page)).collect();
    let last = page.next_row().saturating_sub(2).max(FOR_ALL_ROW);
    let amount = DataValidation::new()
        .allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0))
        .set_error_title("Not a figure")?
        .set_error_message("Write a number that is not negative, or leave the cell empty.")?;
    page.sheet().add_data_validation(FOR_ALL_ROW - 1, 7, last, 7, &amount)?;
    page.filter(head, 11)?;
    figures
}

fn case_figures(case: &Opportunity, page: &mut Page<'_>) -> Result<Figures, XlsxError> {
    let mut used = Vec::new();
    let mut known = false;
    for input in &case.inputs {
        let symbol = input.symbol.parse::<Symbol>().ok();
        known |= symbol == Some(Symbol::P);
        used.extend(symbol.zip(input_row(case, input, symbol, page)?));
    }
    let missing = if known { None } else { Some(price_row(case, page)?) };
    let price = missing.as_ref().map(|cell| (Symbol::P, Live::cell(cell, 0.0)));
    used.extend(price);
    let factors = &case.factors;
    let mut factor = |symbol: &str, name: &str, value: f64| {
        let input = Input {
            symbol: symbol.to_owned(),
            name: name.to_owned(),
            lo: Figure(value),
            likely: Figure(value),
            hi: Figure(value),
            source: "what the case is used for, and who can reach it".to_owned(),
            grade: "category".to_owned(),
        };
        row(case, &input, None, page)
    };
    Ok(Figures {
        downtime: factor("S·eD", "services, weighted by what an hour down in their environment counts", factors.downtime.0)?,
        losses: factor("S·eS", "services, weighted by what a security loss in their environment counts", factors.losses.0)?,
        events: factor("mE·mL·mK", "how much more often it is attacked than at local exposure", factors.events.0)?,
        events_upgraded: factor("mE", "the same after an upgrade", factors.events_upgraded.0)?,
        used,
        price_missing: missing,
    })
}

/// A row with an input; what is no number of the formulas, such as a known vulnerability, is shown and not used.
fn input_row(case: &Opportunity, input: &Input, symbol: Option<Symbol>, page: &mut Page<'_>) -> Result<Option<Live>, XlsxError> {
    if symbol.is_none() {
        words(case, input, page)?;
        page.put(5, &Cell::Number(input.likely.0))?;
        page.end_row()?;
        return Ok(None);
    }
    row(case, input, symbol, page).map(Some)
}

fn words(case: &Opportunity, input: &Input, page: &mut Page<'_>) -> Result<(), XlsxError> {
    for (column, text) in
        [(0, &case.id), (1, &case_name(case)), (2, &input.symbol), (3, &input.name), (9, &input.source), (10, &input.grade)]
    {
        page.put(column, &Cell::text(text))?;
    }
    Ok(())
}

fn row(case: &Opportunity, input: &Input, symbol: Option<Symbol>, page: &mut Page<'_>) -> Result<Live, XlsxError> {
    let number = page.next_row();
    words(case, input, page)?;
    for (column, figure) in [(4, input.lo), (5, input.likely), (6, input.hi)] {
        page.put(column, &Cell::Number(figure.0))?;
    }
    page.yours(7)?;
    let common = (FOR_ALL_ROW..).zip(FOR_ALL).find(|(_, own)| Some(*own) == symbol).map(|(row, _)| row);
    let default = common.map_or_else(
        || format!("{LIKELY}{number}"),
        |row| format!("IF(ISNUMBER(${YOURS}${row}),${YOURS}${row},{LIKELY}{number})"),
    );
    let formula = format!("IF(ISNUMBER({YOURS}{number}),{YOURS}{number},{default})");
    page.figure_formula(8, &formula, &input.likely.0.to_string())?;
    page.end_row()?;
    Ok(Live::cell(&format!("{NAME}!${USED}${number}"), input.likely.0))
}

/// A price that nobody knows waits for the reader's quote; what depends on it says so.
fn price_row(case: &Opportunity, page: &mut Page<'_>) -> Result<String, XlsxError> {
    let number = page.next_row();
    let input = Input {
        symbol: Symbol::P.word().to_owned(),
        name: Symbol::P.meaning().to_owned(),
        source: "no price is known: put in a quote".to_owned(),
        grade: "unknown".to_owned(),
        ..Input::default()
    };
    words(case, &input, page)?;
    page.yours(7)?;
    page.figure_formula(8, &format!("IF(ISNUMBER({YOURS}{number}),{YOURS}{number},\"\")"), "")?;
    page.end_row()?;
    Ok(format!("{NAME}!${USED}${number}"))
}
