//! The document and its published shape.

use serde_json::Value;
use underpin::report::{Json, ReportV1, stamp};

use crate::fixtures::{fleet, host, hostile, nothing, repository};
use crate::rendered;

const SCHEMA: &str = include_str!("../schemas/report-1.schema.json");

fn document(report: &ReportV1) -> Value {
    serde_json::from_str(&rendered(&Json, report)).expect("valid JSON")
}

#[test]
fn every_report_fits_the_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("valid JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a valid schema");
    let mut bare = ReportV1::default();
    stamp(&mut bare).expect("plain data");
    for report in [host(), repository(), fleet(), nothing(), hostile(), bare] {
        let faults: Vec<String> =
            validator.iter_errors(&document(&report)).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

#[test]
fn the_schema_refuses_what_the_document_does_not_promise() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("valid JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a valid schema");
    for (place, value) in [
        ("/schema", Value::from("underpin.report/2")),
        ("/opportunities/0/verdict", Value::from("buy")),
        ("/opportunities/0/net/p50", Value::from("12")),
        ("/deployments/0/use", Value::Null),
        ("/coverage", serde_json::json!({"files": 1})),
        ("/tool", serde_json::json!({"name": "x", "version": "1", "arguments": ".", "offline": true, "more": 1})),
    ] {
        let mut document = document(&fleet());
        *document.pointer_mut(place).expect(place) = value;
        assert!(!validator.is_valid(&document), "{place}");
    }
}

/// An object whose schema lists fewer fields than are written would pass unseen in an empty list.
#[test]
fn the_fixtures_fill_every_list_of_the_document() {
    let mut empty: Vec<String> = Vec::new();
    let mut filled: Vec<String> = Vec::new();
    for report in [host(), repository(), hostile()] {
        lists(&document(&report), "", &mut empty, &mut filled);
    }
    empty.retain(|place| !filled.contains(place));
    empty.sort();
    empty.dedup();
    assert_eq!(empty, Vec::<String>::new());
}

fn lists(value: &Value, place: &str, empty: &mut Vec<String>, filled: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            let list = if items.is_empty() { &mut *empty } else { &mut *filled };
            list.push(place.to_owned());
            for item in items {
                lists(item, place, empty, filled);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                lists(field, &format!("{place}/{name}"), empty, filled);
            }
        }
        _ => {}
    }
}

#[test]
fn unknown_is_null_and_money_has_two_decimals() {
    let document = document(&host());
    let at = |place: &str| document.pointer(place).cloned();
    assert_eq!(at("/opportunities/0/offers/0/vendor"), Some(Value::Null));
    assert_eq!(at("/opportunities/0/alternatives/upgrade"), Some(Value::Null));
    assert_eq!(at("/opportunities/0/scope/tier"), Some(Value::Null));
    assert_eq!(at("/opportunities/0/net/p50"), Some(Value::from(-2210.12)));
    assert_eq!(at("/as_of"), Some(Value::from("2026-11-24")));
}

#[test]
fn an_edited_report_has_another_digest() {
    let report = host();
    let mut edited = report.clone();
    edited.opportunities[0].verdict = underpin::report::view::VerdictWord::PaysOff;
    stamp(&mut edited).expect("plain data");
    assert_ne!(edited.digest, report.digest);
}
