//! `explain --case`: the published model on one explicit case, so that anyone can check it against a program of his own;
//! `explain PRODUCT` and `fund` on a folder.

use serde_json::{Value, json};

use crate::fixtures::{Folder, angularjs, polyglot};
use crate::program::{stdout, underpin};

/// Vector V1 of the published model.
const V1: &str = r#"{"key": "V1", "context": {"env": "prod", "exposure": "internal", "life": "supported"},
"inputs": {"h": 40, "w": 60, "a": 0.15, "P": 3000, "o": 24, "Y": 3, "v": 4}, "n": 1000}"#;

/// Vector V6: ended, on the internet, under a regime.
const V6: &str = r#"{"key": "V6", "context": {"env": "prod", "exposure": "internet", "life": "eol", "regimes": ["pci"], "upgrade_path": true},
"inputs": {"h": 10, "w": 85, "a": 0.05, "x": 4, "ae": 0.8, "f": 0.0002, "LM": 200000, "r": 0.6, "g": 0.4, "kh": 80, "rc": 0.9,
"U": 24, "T": 4, "P": 14016}, "n": 1000}"#;

fn answer(case: &str) -> Value {
    let folder = Folder::new("cases", &[("case.json", case)]);
    serde_json::from_str(&stdout(&mut underpin(["explain", "--case", &folder.at("case.json"), "--format", "json"])))
        .expect("JSON")
}

#[test]
fn a_case_that_pays_gives_the_published_figures() {
    let hours = answer(V1)["break_even"]["hours_per_month"].as_f64().expect("a number");
    assert!((hours - 34.444_444_444).abs() < 1e-6, "{hours}");
    let mut answer = answer(V1);
    answer["break_even"]["hours_per_month"] = json!(34.44);
    let expected = json!({
        "score": 100.0,
        "net": {"p10": 600.0, "p50": 600.0, "p90": 600.0},
        "break_even": {"price_50": 3600.0, "price_75": 3600.0, "hours_per_month": 34.44, "downtime_cost_per_hour": null},
        "evpi": 0.0,
        "must_act": false,
        "verdict": "pays-off",
        "at_medians": {"A": 28800.0, "B": 28200.0, "C": null, "NV": 600.0},
    });
    assert_eq!(answer, expected);
}

#[test]
fn a_case_that_must_be_acted_on_says_so_and_counts_the_upgrade() {
    let answer = answer(V6);
    assert_eq!((&answer["verdict"], &answer["must_act"], &answer["score"]), (&json!("must-act"), &json!(true), &json!(0.0)));
    assert_eq!(answer["at_medians"], json!({"A": 18200.0, "B": 25274.0, "C": 11110.0, "NV": -14164.0}));
}

#[test]
fn every_fault_of_a_case_is_told_at_once() {
    let folder = Folder::new(
        "cases",
        &[("case.json", r#"{"key": 1, "context": {"env": "production"}, "inputs": {"hh": 3, "h": [3, 2, 1]}}"#)],
    );
    let output = underpin(["explain", "--case", &folder.at("case.json")]).output().expect("a run");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{errors}");
    for fault in
        ["key: expected a text", "unknown key `hh`", "inputs.h: (3, 2, 1) is out of order", "unknown environment `production`"]
    {
        assert!(errors.contains(fault), "{fault}: {errors}");
    }
}

#[test]
fn a_product_is_argued_from_what_was_found_to_what_would_change_it() {
    let folder = angularjs();
    let text = stdout(underpin(["explain", "angularjs", "."]).current_dir(folder.path()));
    for said in
        ["WHAT WAS FOUND", "web/package-lock.json:8", "ended on 2021-12-31", "WHAT A YEAR COSTS", "CASE angularjs-framework-1.8"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    let alias = stdout(underpin(["explain", "AngularJS", "."]).current_dir(folder.path()));
    assert_eq!(alias, text);
}

#[test]
fn a_ticket_has_every_step_and_who_may_gain_above_them() {
    let folder = angularjs();
    let run = |more: &[&str]| stdout(underpin(["explain", "angularjs", "."]).args(more).current_dir(folder.path()));
    let (text, ticket) = (run(&["--tier", "3"]), run(&["--tier", "3", "--format", "md"]));
    assert!(ticket.starts_with("# AngularJS: "), "{ticket}");
    let headings: Vec<&str> = ticket.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let sections = text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()));
    let sections: Vec<&str> = sections.filter_map(|line| line.split("  ").next()).collect();
    let missing: Vec<&&str> = headings.iter().filter(|heading| !sections.contains(heading)).collect();
    assert!(missing.is_empty() && headings.len() > 8, "{missing:?}: {headings:?} {sections:?}");
    let (gain, first) = (ticket.find("Who may gain: nobody gains").expect("who"), ticket.find("## ").expect("a heading"));
    assert!(gain < first, "{ticket}");
    // The cash view is a line of its own; the sums are a table.
    assert!(
        ticket.lines().any(|line| line.starts_with("Only cash counted, a freed hour being worth nothing: pays in")),
        "{ticket}"
    );
    assert!(
        ticket.contains("| A  leave it as is | B  buy support | C  upgrade yourself |\n| --- | --- | --- | --- |\n"),
        "{ticket}"
    );
    for (name, said) in [
        ("price ceiling", "ask for a quote below"),
        ("hours and response", "round the clock, an answer to an outage within 1 hour"),
        ("fixes", "security fixes for 1.8.3"),
        ("training seats", "for the organisation and not as a gift to anybody"),
        ("value to the authors", "hours of its people on AngularJS itself, or a share of the price to the project"),
        ("exit", "a year at a time (the sums spread the start over 3)"),
    ] {
        let line = ticket
            .lines()
            .find(|line| line.starts_with(&format!("- **{name}**: ")))
            .unwrap_or_else(|| panic!("{name}: {ticket}"));
        assert!(line.contains(said), "{line}");
    }
    assert!(ticket.trim_end().ends_with('`') && ticket.contains("Next: `underpin "), "{ticket}");
}

#[test]
fn what_is_not_there_is_2_with_the_next_step() {
    let folder = polyglot();
    for (product, said) in [("nginx", "see what was: `underpin report --all TARGET`"), ("nonsuch", "see `underpin catalog list`")]
    {
        let output = underpin(["explain", product, &folder.arg()]).output().expect("a run");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(said), "{errors}");
    }
}

#[test]
fn authors_are_listed_by_link() {
    let manifest = r#"{"name": "@example/left", "version": "1.3.0", "funding": "https://pay.example/left"}"#;
    let folder = Folder::new("funded", &[("node_modules/@example/left/package.json", manifest)]);
    let text = stdout(&mut underpin(["fund", &folder.arg()]));
    assert!(text.contains("https://pay.example/left"), "{text}");
    let json: Value = serde_json::from_str(&stdout(&mut underpin(["fund", &folder.arg(), "--format", "json"]))).expect("JSON");
    assert_eq!((&json["schema"], &json["links"][0]["link"]), (&json!("underpin.fund/1"), &json!("https://pay.example/left")));
}
