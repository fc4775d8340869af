//! Contracts that run, contracts for several cases, required cover and reminders: in every format that has a place for them.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx as Book};
use underpin::report::view::*;
use underpin::report::{Csv, Format, Html, Ics, Register, ReportV1, Xlsx};

use crate::fixtures::{fleet, host};
use crate::rendered;

fn day(text: &str) -> underpin::model::Date {
    text.parse().expect("a day")
}

/// The fleet, its first case under a contract, two of its cases together in one offer, cover required, an outcome due.
fn agreed() -> ReportV1 {
    let mut report = fleet();
    let ids: Vec<String> = report.opportunities.iter().map(|case| case.id.clone()).collect();
    report.opportunities[0].contracts = vec![Contract {
        vendor: "acme".into(),
        vendor_name: "Acme Support".into(),
        price: Some(Amount(4_500.0)),
        currency: Some("EUR".into()),
        per: Some("organisation".into()),
        period: Some("year".into()),
        ends: day("2027-03-31"),
        notice: Some(day("2026-12-31")),
        owner: Some("web team".into()),
        renewal: VerdictWord::DoesNotPayOff,
        ..Contract::default()
    }];
    let contracts = report.opportunities[0].contracts.clone();
    report.opportunities[1].contracts = contracts;
    let mut entries = report.offers_on_record.iter().flat_map(|offers| &offers.entries);
    let vendor = entries.find(|entry| entry.vendor_name == "Acme Support").expect("it is on record").vendor.clone();
    report.bundles = vec![Bundle {
        id: "BUNDLE-acme-care".into(),
        vendor,
        vendor_name: "Acme Support".into(),
        name: "Care".into(),
        cases: ids.iter().take(2).cloned().collect(),
        price_basis: PriceBasis::Anchor,
        verdict: VerdictWord::PaysOff,
        summary: "support pays (indicative)".into(),
        score: Some(Score(77.5)),
        price_75: Some(Amount(5_000.0)),
        ..Bundle::default()
    }];
    report.opportunities[0].bundles = vec!["BUNDLE-acme-care".into()];
    report.required = Some(Required { hours: Some("24x7".into()), response_minutes: Some(60), ..Required::default() });
    for offer in report.opportunities.iter_mut().flat_map(|case| &mut case.offers) {
        offer.asks = vec!["does it answer 24x7?".into()];
    }
    report.reminders = vec![Reminder {
        kind: ReminderWord::Outcome,
        subject: "CASE-nginx".into(),
        text: "declined a year ago. How did it turn out?".into(),
        due: Some(day("2026-11-01")),
        command: Some("underpin decide CASE-nginx --outcome better".into()),
    }];
    report
}

const CONTRACT: &str = "covered by your contract with Acme Support to 2027-03-31 (notice by 2026-12-31; owner: web team); \
    renewal at 4,500 EUR per organisation and year: does not pay";

#[test]
fn the_page_says_what_its_sliders_do_not_move() {
    let page = rendered(&Html, &agreed());
    for told in [
        format!("<p>Contract: {CONTRACT} (as the report was made: sliders do not move it)."),
        "<p>Together: One contract can cover it together with ".into(),
        "contain those of the cases, and do not move with the sliders".into(),
        "Required: </strong>answers 24x7, first answer within 1 hour".into(),
        "ask: does it answer 24x7?".into(),
        "CASE-nginx: declined a year ago. How did it turn out? <code>underpin decide CASE-nginx --outcome better".into(),
    ] {
        assert!(page.contains(&told), "{told}");
    }
    // What the script makes of a case that is not in the document has the same.
    assert!(page.contains(&format!("\"Contract: {CONTRACT}\"")), "the data");
}

#[test]
fn each_is_a_row_or_a_column_of_the_csv() {
    let text = rendered(&Csv, &agreed());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().expect("a head").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let cell = |row: &csv::StringRecord, name: &str| {
        let place = head.iter().position(|column| column == name).unwrap_or_else(|| panic!("no column {name}"));
        row[place].to_owned()
    };
    let cells = |row: &csv::StringRecord, names: &[&str]| names.iter().map(|name| cell(row, name)).collect::<Vec<_>>();
    let names = ["contract", "contract_ends", "contract_notice", "renewal_verdict", "bundle"];
    assert_eq!(cells(&rows[0], &names), [CONTRACT, "2027-03-31", "2026-12-31", "does-not-pay-off", "BUNDLE-acme-care"]);
    assert!(rows.iter().all(|row| cell(row, "required") == "answers 24x7, first answer within 1 hour"));
    assert!(rows.iter().any(|row| cell(row, "row") == "case" && cell(row, "to_ask") == "does it answer 24x7?"));
    let of = |kind: &str| rows.iter().find(|row| cell(row, "row") == kind).unwrap_or_else(|| panic!("no row {kind}"));
    let names = ["vendor", "offer", "verdict", "price_per_year", "price_basis", "pays_in_100_runs", "ask_below", "who_may_gain"];
    let gain = "referral (recorded): 10 % of the first year, at most 2,000 EUR";
    assert_eq!(cells(of("bundle"), &names), ["Acme Support", "Care", "pays-off", "", "anchor", "77.5", "5000", gain]);
    let names = ["name", "reminder", "due", "command"];
    let told = ["CASE-nginx", "declined a year ago. How did it turn out?", "2026-11-01"];
    assert_eq!(cells(of("reminder"), &names)[..3], told);
}

#[test]
fn each_has_its_sheet_in_the_workbook() {
    let mut bytes = Vec::new();
    Xlsx.render(&agreed(), &mut bytes).expect("a Vec takes everything");
    let mut book: Book<_> = Book::new(Cursor::new(bytes)).expect("a workbook");
    let mut texts = |sheet: &str| -> Vec<String> {
        let range = book.worksheet_range(sheet).unwrap_or_else(|_| panic!("no sheet {sheet}"));
        range
            .used_cells()
            .filter_map(|(_, _, cell)| if let Data::String(text) = cell { Some(text.clone()) } else { None })
            .collect()
    };
    let contracts = texts("Contracts");
    assert_eq!(contracts.iter().filter(|text| *text == CONTRACT).count(), 2, "{contracts:?}");
    for (sheet, told) in [
        ("Together", "support pays (indicative)"),
        ("Together", "usual range, no vendor's price"),
        ("Reminders", "declined a year ago. How did it turn out?"),
        ("Compared", "ask: does it answer 24x7?"),
        ("Summary", "answers 24x7, first answer within 1 hour"),
        ("Summary", "1: see the sheet Reminders"),
    ] {
        let texts = texts(sheet);
        assert!(texts.iter().any(|text| text == told), "{sheet} has no {told}: {texts:?}");
    }
}

#[test]
fn a_contract_is_a_decision_of_the_register_with_an_owner_and_an_end() {
    let mut report = host();
    let contracts = agreed().opportunities[0].contracts.clone();
    let place = report.deployments.iter().find(|place| place.lifecycle.state.ended()).expect("something ended").clone();
    let case = &mut report.opportunities[0];
    (case.deployments, case.contracts) = (vec![place.id], contracts);
    let text = rendered(&Register, &report);
    let row = text.lines().find(|line| line.contains(&place.product)).expect("its row");
    for told in ["web team", "support bought", "2027-03-31", CONTRACT] {
        assert!(row.contains(told), "{told}: {row}");
    }
}

#[test]
fn a_risk_that_was_accepted_and_is_no_longer_is_told_from_one_that_never_was() {
    let mut report = host();
    let risk = AcceptedRisk { owner: "web team".into(), expiry: day("2026-01-31"), ..AcceptedRisk::default() };
    report.accepted_risks = vec![SignedRisk { id: "EOL-nodejs-20.20.2".into(), risk, in_force: false }];
    let text = rendered(&Register, &report);
    let row = |id: &str| text.lines().find(|line| line.starts_with(id)).expect("its row").to_owned();
    assert!(row("EOL-nodejs-20.20.2").contains(",\"risk was accepted, which has ended\","), "{text}");
    assert!(row("EOL-python-2.7.18").contains(",open,"), "{text}");
}

#[test]
fn a_contract_for_two_cases_is_two_days_of_the_calendar() {
    let text = rendered(&Ics, &agreed()).replace("\r\n ", "");
    assert_eq!(text.matches("UID:CONTRACT-acme@underpin").count(), 1);
    assert_eq!(text.matches("UID:NOTICE-acme@underpin").count(), 1);
    assert_eq!(text.matches("contract with Acme Support\\, which ends on 2027-03-31").count(), 1, "{text}");
    assert_eq!(text.matches("CONTRACT-acme-2").count(), 0);
}
