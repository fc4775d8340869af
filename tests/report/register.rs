//! The register of unsupported technology.

use std::collections::BTreeMap;

use underpin::report::view::{AcceptedRisk, Decision, DecisionWord, LifeState, SignedRisk};
use underpin::report::{Register, ReportV1};

use crate::fixtures::{host, hostile, nothing};
use crate::rendered;

type Row = BTreeMap<String, String>;

fn rows(report: &ReportV1) -> Vec<Row> {
    let text = rendered(&Register, report);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().expect("a head").clone();
    let named = |record: csv::StringRecord| head.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| named(record.expect("a row as long as the head"))).collect()
}

fn row(report: &ReportV1, id: &str) -> Row {
    rows(report).into_iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no row {id}"))
}

fn cells<'r>(row: &'r Row, names: &[&str]) -> Vec<&'r str> {
    names.iter().map(|name| row.get(*name).unwrap_or_else(|| panic!("no column {name}")).as_str()).collect()
}

fn day(text: &str) -> underpin::model::Date {
    text.parse().expect("a day")
}

#[test]
fn what_nobody_fixes_stands_first_and_what_is_fixed_is_not_on_it() {
    let rows = rows(&host());
    let ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str()).collect();
    assert_eq!(ids, ["EOL-python-2.7.18", "EOL-nodejs-20.20.2", "scan"]);
    let python = rows.first().expect("a row");
    let names =
        ["product", "version", "hosts", "use", "fixes_until", "publisher_page", "page_read_on", "state", "decision", "owner"];
    assert_eq!(
        cells(python, &names),
        [
            "Python",
            "2.7.18",
            "dev1",
            "installed",
            "2020-01-01",
            "https://endoflife.date/debian",
            "2026-08-22",
            "unsupported",
            "open",
            ""
        ]
    );
    assert_eq!(row(&host(), "EOL-nodejs-20.20.2")["way_on"], "Node.js 24, fixes to 2028-04-30");
}

#[test]
fn an_accepted_risk_has_its_owner_its_reason_its_end_and_who_signed_it() {
    let mut report = host();
    let risk = AcceptedRisk {
        owner: "web team".into(),
        reason: "replaced by spring".into(),
        expiry: day("2027-03-31"),
        approved_by: Some("CISO".into()),
        approved_on: Some(day("2026-10-01")),
    };
    report.accepted_risks = vec![SignedRisk { id: "EOL-nodejs-20.20.2".into(), risk, in_force: true }];
    let names = ["owner", "decision", "reason", "target_date", "approved_by", "approved_on"];
    assert_eq!(
        cells(&row(&report, "EOL-nodejs-20.20.2"), &names),
        ["web team", "risk accepted", "replaced by spring", "2027-03-31", "CISO", "2026-10-01"]
    );
    report.accepted_risks[0].in_force = false;
    let lapsed = ["", "risk was accepted, which has ended", "", "", "", ""];
    assert_eq!(cells(&row(&report, "EOL-nodejs-20.20.2"), &names), lapsed);
}

#[test]
fn a_decision_of_the_file_stands_beside_its_release() {
    let mut report = host();
    report.decisions = vec![Decision {
        case: "EOL-python-2.7.18".into(),
        state: DecisionWord::Upgraded,
        on: day("2026-11-02"),
        by: Some("Ada".into()),
        note: Some("with the new image".into()),
        ..Decision::default()
    }];
    let names = ["decision", "reason", "approved_by", "approved_on", "target_date"];
    assert_eq!(
        cells(&row(&report, "EOL-python-2.7.18"), &names),
        ["upgrade decided", "with the new image", "Ada", "2026-11-02", ""]
    );
}

#[test]
fn what_ends_soon_and_what_is_unknown_follow_and_are_told_apart() {
    let mut report = host();
    for place in &mut report.deployments {
        match place.product.as_str() {
            "nginx" => {
                place.lifecycle.state = LifeState::Ending;
                place.lifecycle.eol = Some(day("2027-01-31"));
            }
            "debian" => {
                place.lifecycle.state = LifeState::Unknown;
                place.lifecycle.eol = None;
            }
            _ => {}
        }
    }
    let found: Vec<(String, String, String)> =
        rows(&report).iter().map(|row| (row["product"].clone(), row["state"].clone(), row["target_date"].clone())).collect();
    let of = |product: &str| found.iter().position(|(name, ..)| name == product).expect(product);
    assert_eq!(found[of("nginx")].1, "ends within 180 days");
    assert_eq!(found[of("nginx")].2, "2027-01-31");
    assert_eq!(found[of("Debian")].1, "life cycle unknown: ask its publisher");
    assert!(of("Python") < of("nginx") && of("nginx") < of("Debian"), "{found:?}");
}

#[test]
fn a_register_says_what_was_looked_at_even_with_nothing_on_it() {
    let rows = rows(&nothing());
    assert_eq!(rows.len(), 1);
    assert_eq!(cells(&rows[0], &["id", "scanned_on", "catalog_date"]), ["scan", "2026-11-24", "2026-08-22"]);
    for words in [
        "looked at: dev1 (host, /)",
        "could not be read: nothing",
        "mounts not entered: /proc (proc)",
        "not checked: ",
        "who may gain: ",
    ] {
        assert!(rows[0]["scan_and_coverage"].contains(words), "{words}: {}", rows[0]["scan_and_coverage"]);
    }
}

#[test]
fn no_cell_of_hostile_texts_is_a_formula_or_obeyed() {
    let text = rendered(&Register, &hostile());
    assert!(text.chars().all(|c| c == '\n' || !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c)));
    for row in rows(&hostile()) {
        for (name, cell) in row {
            let acts = cell.split(';').any(|part| part.trim_start().starts_with(['=', '+', '-', '@']));
            assert!(!acts, "{name}: {cell}");
        }
    }
}

#[test]
fn the_columns_are_those_of_the_documentation_in_that_order() {
    let text = rendered(&Register, &host());
    let head: Vec<&str> = text.lines().next().expect("a head").split(',').collect();
    assert_eq!(head, crate::csv::documented("## Register of unsupported technology"));
}
