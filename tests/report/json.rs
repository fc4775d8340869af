//! The document and its published shape.

use std::collections::BTreeSet;

use serde_json::Value;
use underpin::report::{Json, ReportV1, explain, explain_json, stamp};

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

/// The schema of explanations, with the definitions of the report's that it refers to.
fn explanations() -> jsonschema::Validator {
    let text = include_str!("../schemas/explain-1.schema.json").replace("report-1.schema.json#", "#");
    let mut schema: Value = serde_json::from_str(&text).expect("valid JSON");
    let of_reports: Value = serde_json::from_str(SCHEMA).expect("valid JSON");
    schema["$defs"] = of_reports["$defs"].clone();
    jsonschema::draft202012::new(&schema).expect("a valid schema")
}

/// Whatever stands between the title and the next command stands in the document too, and nothing else does.
#[test]
fn an_explanation_for_programs_fits_its_schema_and_lacks_no_word_of_the_text() {
    let letters = |text: &str| {
        let mut letters: Vec<char> = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        letters.sort_unstable();
        letters.into_iter().collect::<String>()
    };
    let (validator, mut cases) = (explanations(), 0);
    for report in [host(), repository(), fleet(), hostile()] {
        let products: BTreeSet<&str> = report.deployments.iter().map(|place| place.product.as_str()).collect();
        for product in products {
            let document = explain_json(&report, product).expect("a known product").expect("plain data");
            let document: Value = serde_json::from_str(&document).expect("valid JSON");
            let faults: Vec<String> =
                validator.iter_errors(&document).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
            assert!(faults.is_empty(), "{product}: {faults:#?}");
            cases += document["opportunities"].as_array().map_or(0, Vec::len);
            let text = explain(&report, product, 100).expect("a known product");
            let (_, text) = text.split_once("\n\n").expect("a title");
            let (text, next) = text.rsplit_once("\nNext:").expect("a next command");
            let mut told = String::new();
            for step in document["argument"].as_array().expect("steps") {
                told.push_str(step["heading"].as_str().expect("a heading"));
                let cells = step["lines"].as_array().expect("lines").iter().flat_map(|line| line.as_array().expect("cells"));
                told.extend(cells.map(|cell| cell.as_str().expect("a text")));
            }
            assert_eq!(letters(&told), letters(text), "{product}");
            assert_eq!(letters(document["next"].as_str().expect("a command")), letters(next), "{product}");
        }
    }
    assert!(cases > 5, "only {cases} cases were argued");
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
