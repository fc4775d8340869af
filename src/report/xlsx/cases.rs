//! The sheets of cases and of cash: the published formulas over the figures, live.

use rust_xlsxwriter::XlsxError;

use super::figures::Figures;
use super::live::Live;
use super::page::Page;
use crate::report::story;
use crate::report::table::Cell;
use crate::report::text::places;
use crate::report::view::{Amount, Opportunity, PriceBasis, ReportV1};
use crate::report::words;
use crate::score::Symbol;

/// The name of the sheet, as formulas of other sheets call it.
pub(super) const NAME: &str = "Cases";

/// What buying is not compared with where nothing else is left.
const NO_FREE_WAY: &str = "no free way";

/// Shown until a price is put in.
const NO_PRICE: &str = "price unknown";

/// The column of the hour of staff; the other live ones follow.
const FIRST_LIVE: u16 = 11;

/// Live columns after the hour, in their order: letter, title.
const LIVE: [(&str, &str); 13] = [
    ("L", "An hour of staff as it counts (W)"),
    ("M", "Routine work"),
    ("N", "Extra work"),
    ("O", "Hours down"),
    ("P", "Security losses"),
    ("Q", "The same after an upgrade"),
    ("R", "Audit findings"),
    ("S", "Contract, without its price"),
    ("T", "A: leave it as it is"),
    ("U", "B: buy"),
    ("V", "C: upgrade it yourself"),
    ("W", "Best free way"),
    ("X", "Net value of buying (NV)"),
];

/// The parts of a case's year as cells of its row.
struct Parts {
    hour: Live,
    routine: Live,
    extra: Option<Live>,
    down: Live,
    security: Live,
    security_upgraded: Live,
    audit: Option<Live>,
    contract: Live,
}

/// A case's row, as the sheet of cash refers to it.
pub(super) struct Row {
    hour: Live,
    contract: Live,
    /// The net value; `None` if there is no free way to compare with.
    net: Option<Live>,
}

/// Fills the sheet.
pub(super) fn fill(report: &ReportV1, figures: &[Figures], page: &mut Page<'_>) -> Result<Vec<Row>, XlsxError> {
    let currency = &report.totals.currency;
    page.title(&format!("Cases: what a year costs each way, {currency}, at the likely figures"))?;
    page.line("Green cells are formulas over the sheet Figures: put your own figures in there. \"Pays in 100 runs\" and \"ask below\" are the program's, over all values a figure can have, and do not move.")?;
    page.blank();
    let mut head = vec![
        ("Case", 24.0),
        ("What", 24.0),
        ("Where", 22.0),
        ("Use", 11.0),
        ("Fixes until", 17.0),
        ("Verdict", 40.0),
        ("Next step", 34.0),
        ("Pays in 100 runs", 10.0),
        ("The same without your log", 12.0),
        ("Ask below", 11.0),
        ("Rests on", 16.0),
    ];
    head.extend(LIVE.map(|(_, title)| (title, 13.0)));
    head.push(("Price", 18.0));
    page.wide()?;
    page.head(&head)?;
    let first = page.next_row() - 1;
    let rows: Result<Vec<Row>, XlsxError> =
        report.opportunities.iter().zip(figures).map(|(case, figures)| row(report, case, figures, page)).collect();
    page.filter(first, head.len())?;
    rows
}

fn row(report: &ReportV1, case: &Opportunity, figures: &Figures, page: &mut Page<'_>) -> Result<Row, XlsxError> {
    for (column, cell) in (0..).zip(told(report, case)) {
        page.put(column, &cell)?;
    }
    let number = page.next_row();
    let here = |column: usize, live: &Live| Live::cell(&format!("{NAME}!${}${number}", letter(column)), live.value());
    let parts = parts(case, figures, page, &here)?;
    let keep = with(&(&(&parts.routine + &parts.down) + &parts.security), [&parts.extra, &parts.audit]);
    let upgrade = case.alternatives.upgrade.is_some().then(|| {
        let once = &(&parts.hour * &figures.of(Symbol::U)) / &figures.of(Symbol::T);
        &(&(&parts.routine + &once) + &parts.down) + &parts.security_upgraded
    });
    let buy = buy(figures, &parts);
    page.live(column(8), &keep)?;
    priced(page, column(9), figures, &buy)?;
    if let Some(upgrade) = &upgrade {
        page.live(column(10), upgrade)?;
    }
    let keep = case.alternatives.community.admissible.then(|| here(8, &keep));
    let upgrade = upgrade.map(|upgrade| here(10, &upgrade));
    let best = match (keep, upgrade) {
        (Some(keep), Some(upgrade)) => Some(keep.least(&upgrade)),
        (keep, upgrade) => keep.or(upgrade),
    };
    let net = if let Some(best) = &best {
        page.live(column(11), best)?;
        let net = &here(11, best) - &here(9, &buy);
        priced(page, column(12), figures, &net)?;
        Some(here(12, &net))
    } else {
        page.put(column(11), &Cell::text(NO_FREE_WAY))?;
        page.put(column(12), &Cell::text(NO_FREE_WAY))?;
        None
    };
    page.put(column(13), &Cell::text(price(case, figures)))?;
    page.end_row()?;
    Ok(Row { hour: parts.hour, contract: parts.contract, net })
}

/// A price to ask for is never below nothing.
pub(super) fn at_most(price: Option<Amount>) -> Cell {
    price.map(|price| Amount(price.0.max(0.0))).into()
}

/// What the program said of the case.
fn told(report: &ReportV1, case: &Opportunity) -> Vec<Cell> {
    vec![
        Cell::text(&case.id),
        Cell::text(&story::case_name(case)),
        Cell::text(&places(&case.hosts, story::noun(report), 3)),
        Cell::text(case.usage.word()),
        Cell::text(&story::fixes_until(case)),
        Cell::text(&words::short(case)),
        Cell::text(&story::next_step(case)),
        case.score.into(),
        case.score_without_log.into(),
        at_most(case.break_even.price_75),
        Cell::text(words::grade(case.evidence_grade)),
    ]
}

/// The burdens of a year, each in its cell.
fn parts(
    case: &Opportunity,
    figures: &Figures,
    page: &mut Page<'_>,
    here: &impl Fn(usize, &Live) -> Live,
) -> Result<Parts, XlsxError> {
    let of = |symbol| figures.of(symbol);
    let mut put = |index: usize, live: Live| -> Result<Live, XlsxError> {
        page.live(column(index), &live)?;
        Ok(here(index, &live))
    };
    let year = Live::number(12.0);
    let hour = put(0, of(Symbol::W) * of(Symbol::Omega))?;
    let events = |factor: &Live| Live::number(1.0).least(&(&of(Symbol::F) * factor));
    let loss = &of(Symbol::Lm) * &figures.losses;
    Ok(Parts {
        routine: put(1, &(&year * &hour) * &of(Symbol::H))?,
        extra: if case.factors.ended { Some(put(2, &(&year * &hour) * &of(Symbol::X))?) } else { None },
        down: put(3, &(&(&figures.downtime * &of(Symbol::Lam)) * &of(Symbol::D)) * &of(Symbol::C))?,
        security: put(4, &events(&figures.events) * &loss)?,
        security_upgraded: put(5, &events(&figures.events_upgraded) * &loss)?,
        audit: if case.factors.audited { Some(put(6, &(&of(Symbol::G) * &of(Symbol::Kh)) * &hour)?) } else { None },
        contract: put(7, &hour * &(&(&of(Symbol::O) / &of(Symbol::Y)) + &of(Symbol::V)))?,
        hour,
    })
}

fn buy(figures: &Figures, parts: &Parts) -> Live {
    let left = |symbol| Live::number(1.0) - figures.of(symbol);
    let rest = &(&figures.of(Symbol::P) + &parts.contract) + &(&parts.routine * &left(Symbol::A));
    let rest = &(&rest + &(&parts.down * &left(Symbol::Q))) + &(&parts.security * &left(Symbol::R));
    let extra = parts.extra.as_ref().map(|extra| extra * &left(Symbol::Ae));
    let audit = parts.audit.as_ref().map(|audit| audit * &left(Symbol::Rc));
    with(&rest, [&extra, &audit])
}

fn with(sum: &Live, more: [&Option<Live>; 2]) -> Live {
    more.into_iter().flatten().fold(sum.clone(), |sum, part| &sum + part)
}

/// A formula that needs the price.
fn priced(page: &mut Page<'_>, column: u16, figures: &Figures, live: &Live) -> Result<(), XlsxError> {
    match &figures.price_missing {
        None => page.live(column, live),
        Some(cell) => page.formula(column, &format!("IF(ISNUMBER({cell}),{},\"{NO_PRICE}\")", live.text()), NO_PRICE),
    }
}

fn price(case: &Opportunity, figures: &Figures) -> &'static str {
    match case.offers.first().map(|offer| offer.price_basis) {
        _ if figures.price_missing.is_some() => NO_PRICE,
        Some(PriceBasis::List) => "list price",
        Some(PriceBasis::From) => "from a lowest price",
        Some(PriceBasis::Quote) => "your quote",
        Some(PriceBasis::Anchor) | None => "usual range, no vendor's price",
    }
}

/// The column of a live part.
fn column(index: usize) -> u16 {
    FIRST_LIVE + u16::try_from(index).unwrap_or_default()
}

fn letter(index: usize) -> &'static str {
    LIVE.get(index).map_or("L", |(letter, _)| letter)
}

/// Cash by year: what is paid, what staff spends on it, what it saves against the best free way, and when it has paid itself back.
pub(super) fn cash(report: &ReportV1, figures: &[Figures], rows: &[Row], page: &mut Page<'_>) -> Result<(), XlsxError> {
    let currency = &report.totals.currency;
    page.title(&format!("Cash by year, {currency}, at the likely figures"))?;
    page.line(
        "Year 0 is before the contract starts: hours to procure and introduce it. What it saves is against the best free way.",
    )?;
    page.line(
        "Only money that leaves the house: put 0 for the share of a freed hour that counts (omega) into the sheet Figures.",
    )?;
    page.put(0, &Cell::text("Interest a year"))?;
    page.put(1, &Cell::Number(0.1))?;
    page.yours(2)?;
    let (interest, formula) = (page.next_row(), |row| format!("IF(ISNUMBER(C{row}),C{row},B{row})"));
    page.figure_formula(3, &formula(interest), "0.1")?;
    page.end_row()?;
    page.blank();
    let titles = [
        "Price a year",
        "Saved a year",
        "Year 0",
        "Year 1",
        "Year 2",
        "Year 3",
        "Sum to year 1",
        "Sum to year 2",
        "Sum to year 3",
        "Today's money",
    ];
    let mut head = vec![("Case", 24.0), ("What", 24.0)];
    head.extend(titles.map(|title| (title, 13.0)));
    head.push(("Paid back after years", 18.0));
    page.head(&head)?;
    let first = page.next_row() - 1;
    for ((case, figures), row) in report.opportunities.iter().zip(figures).zip(rows) {
        cash_row(case, figures, row, interest, page)?;
    }
    page.filter(first, head.len())
}

fn cash_row(case: &Opportunity, figures: &Figures, row: &Row, interest: u32, page: &mut Page<'_>) -> Result<(), XlsxError> {
    page.put(0, &Cell::text(&case.id))?;
    page.put(1, &Cell::text(&story::case_name(case)))?;
    let Some(net) = &row.net else {
        page.put(2, &Cell::text(NO_FREE_WAY))?;
        page.end_row()?;
        return Ok(());
    };
    let number = page.next_row();
    let here = |letter: &str, live: &Live| Live::cell(&format!("{letter}{number}"), live.value());
    let mut put = |index: u16, letter: &str, live: &Live| -> Result<Live, XlsxError> {
        priced(page, index, figures, live)?;
        Ok(here(letter, live))
    };
    let price = put(2, "C", &figures.of(Symbol::P))?;
    let saved = put(3, "D", &(&(net + &price) + &row.contract))?;
    let start = put(4, "E", &(&Live::number(0.0) - &(&row.hour * &figures.of(Symbol::O))))?;
    let yearly = &(&saved - &price) - &(&row.hour * &figures.of(Symbol::V));
    let years = [put(5, "F", &yearly)?, put(6, "G", &yearly)?, put(7, "H", &yearly)?];
    let [one, two, three] = &years;
    let sum = put(8, "I", &(&start + one))?;
    let sum = put(9, "J", &(&sum + two))?;
    put(10, "K", &(&sum + three))?;
    let grown = &Live::number(1.0) + &Live::cell(&format!("$D${interest}"), 0.1);
    let later = |money: &Live, times: u8| (0..times).fold(money.clone(), |money, _| &money / &grown);
    let today = &(&(&start + &later(one, 1)) + &later(two, 2)) + &later(three, 3);
    put(11, "L", &today)?;
    let (text, result) = payback(&start, one);
    match &figures.price_missing {
        None => page.formula(12, &text, &result)?,
        Some(cell) => page.formula(12, &format!("IF(ISNUMBER({cell}),{text},\"{NO_PRICE}\")"), NO_PRICE)?,
    }
    page.end_row()?;
    Ok(())
}

/// After how many years what it saves has paid for the start; in words if it never does, or not within the three years.
fn payback(start: &Live, yearly: &Live) -> (String, String) {
    let never = "not within 3 years";
    let (begin, year) = (start.text(), yearly.text());
    let text = format!("IF({year}<=0,\"{never}\",IF(-{begin}/{year}>3,\"{never}\",-{begin}/{year}))");
    let years = -start.value() / yearly.value();
    let result = if yearly.value() <= 0.0 || years > 3.0 { never.to_owned() } else { (years + 0.0).to_string() };
    (text, result)
}
