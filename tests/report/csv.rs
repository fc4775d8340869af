//! The cases as CSV: read back by a reader of its own, beside the report that it was made of.

use std::collections::BTreeMap;

use underpin::report::{Csv, ReportV1};

use crate::fixtures::{HOSTILE, fleet, host, hostile, nothing, repository};
use crate::rendered;

type Row = BTreeMap<String, String>;

fn rows(report: &ReportV1) -> Vec<Row> {
    let text = rendered(&Csv, report);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().expect("a head").clone();
    let named = |record: csv::StringRecord| head.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| named(record.expect("a row as long as the head"))).collect()
}

fn cells<'r>(row: &'r Row, names: &[&str]) -> Vec<&'r str> {
    names.iter().map(|name| row.get(*name).unwrap_or_else(|| panic!("no column {name}")).as_str()).collect()
}

#[test]
fn each_case_has_a_row_for_each_offer_with_its_figures_as_numbers() {
    let rows = rows(&fleet());
    let names =
        ["row", "case", "verdict", "vendor", "price_per_year", "pays_in_100_runs", "pays_without_log", "net_p50", "ask_below"];
    assert_eq!(
        cells(&rows[1], &names),
        ["case", "CASE-postgresql", "pays-off", "Acme Support", "4500", "86.8", "58.2", "3900", "6100"]
    );
    assert_eq!(cells(&rows[1], &["hosts", "fixes_until", "services"]), ["db1; db2; web1", "2027-11-13", "1"]);
    assert_eq!(cells(&rows[2], &["cost_leave", "cost_buy", "cost_upgrade"]), ["1260", "3470", ""]);
    assert_eq!(cells(&rows[0], &["verdict", "leave_allowed"]), ["must-act", "no"]);
}

#[test]
fn a_case_without_an_offer_keeps_its_row() {
    let mut report = host();
    for case in &mut report.opportunities {
        case.offers.clear();
    }
    let rows = rows(&report);
    assert_eq!(cells(&rows[0], &["case", "offer", "pays_in_100_runs", "net_p50"]), ["CASE-nginx", "", "4.3", "-2210.12"]);
}

#[test]
fn every_offer_on_record_is_listed_with_who_may_gain_and_every_table_discloses() {
    let report = fleet();
    let rows = rows(&report);
    let listed: Vec<&str> = rows.iter().filter(|row| row["row"] == "on-record").map(|row| row["vendor"].as_str()).collect();
    let on_record: Vec<&str> =
        report.offers_on_record.iter().flat_map(|offers| &offers.entries).map(|entry| entry.vendor_name.as_str()).collect();
    assert_eq!(listed, on_record);
    let acme = rows.iter().find(|row| row["row"] == "on-record" && row["vendor"] == "Acme Support").expect("it is on record");
    assert_eq!(acme["who_may_gain"], "referral (recorded): 10 % of the first year, at most 2,000 EUR");
    assert!(rows.iter().all(|row| row["disclosure"].starts_with("interest declared: R. Roe holds a training voucher")));
    for report in [nothing(), repository()] {
        let rows = self::rows(&report);
        let last = rows.last().expect("a row, even with nothing to decide");
        assert_eq!((last["row"].as_str(), last["disclosure"].is_empty()), ("disclosure", false));
    }
}

#[test]
fn no_cell_of_hostile_texts_is_a_formula_or_obeyed() {
    let text = rendered(&Csv, &hostile());
    assert!(text.lines().count() > 10 && text.contains(&HOSTILE.replace(HOSTILE, "'=cmd()")), "{text}");
    for character in text.chars() {
        assert!(character == '\n' || !character.is_control() && !('\u{202a}'..='\u{202e}').contains(&character), "{character:?}");
    }
    for row in rows(&hostile()) {
        for (name, cell) in row {
            for part in cell.split(';').map(str::trim_start) {
                let acts = part.starts_with(['=', '+', '-', '@', '\t', '\r']);
                assert!(!acts || part.parse::<f64>().is_ok() && !cell.contains(';'), "{name}: {cell}");
            }
        }
    }
}

/// A reader by position must not be moved: what is new goes to the end, and docs/outputs.md says what each column is.
#[test]
fn the_columns_are_those_of_the_documentation_in_that_order() {
    let documented = documented("## CSV");
    let text = rendered(&Csv, &host());
    let head: Vec<&str> = text.lines().next().expect("a head").split(',').collect();
    assert_eq!(head, documented);
}

/// The first words of the rows of the table below a heading of docs/outputs.md, in backquotes.
pub(crate) fn documented(heading: &str) -> Vec<String> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/outputs.md")).expect("docs/outputs.md");
    let section = text.split_once(&format!("\n{heading}\n")).expect("the heading").1;
    let section = section.split("\n## ").next().unwrap_or_default();
    section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .flat_map(|line| {
            let cell = line.trim_start_matches("| ").split(" |").next().unwrap_or_default();
            cell.split(", ").map(|name| name.trim_matches('`').to_owned()).collect::<Vec<_>>()
        })
        .collect()
}
