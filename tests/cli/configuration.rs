//! `underpin.toml`: where it is found, what it changes, and its faults at their line.

use serde_json::Value;

use crate::fixtures::{Folder, angularjs, polyglot};
use crate::program::{stdout, underpin};

#[test]
fn a_fault_is_3_at_its_line() {
    let scanned = polyglot();
    for (text, expected) in [
        ("[policy]\ncurency = \"EUR\"\n", "underpin.toml:2:1: CFG002: unknown field `curency`"),
        ("[policy]\n\nhourly-cost = \"much\"\n", "underpin.toml:3:15: CFG00"),
        ("[policy\n", "underpin.toml:1:8: CFG001: "),
        (
            "# risks\n[[accepted]]\nid = \"x\"\nowner = \"a\"\nreason = \"b\"\nexpiry = \"2027-13-01\"\n",
            "underpin.toml:6:10: CFG003: ",
        ),
        ("[[accepted]]\nid = \"x\"\nowner = \"a\"\nexpiry = \"2027-01-01\"\n", "underpin.toml:1:1: CFG00"),
    ] {
        let folder = Folder::new("configured", &[("underpin.toml", text)]);
        let output = underpin(["report", &scanned.arg(), "--config", &folder.at("underpin.toml")]).output().expect("a run");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{text}: {errors}");
        assert!(errors.contains(expected), "{text}: {errors}");
        assert!(output.stdout.is_empty(), "{text}");
    }
}

#[test]
fn every_word_and_figure_of_a_policy_is_checked() {
    let scanned = polyglot();
    for line in [
        "tier = 4",
        "env = \"production\"",
        "exposure = \"lan\"",
        "regimes = [\"sox\"]",
        "hourly-cost = -5.0",
        "currency = \"EURO\"",
    ] {
        let folder = Folder::new("configured", &[("underpin.toml", &format!("[policy]\n{line}\n"))]);
        let output = underpin(["report", &scanned.arg(), "--config", &folder.at("underpin.toml")]).output().expect("a run");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{line}: {errors}");
        assert!(errors.contains("underpin.toml:2:"), "{line} is not told at its line: {errors}");
    }
}

#[test]
fn a_file_that_is_named_and_not_there_is_3() {
    let scanned = polyglot();
    let output = underpin(["report", &scanned.arg(), "--config", "/no/such.toml"]).output().expect("a run");
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: cannot read configuration /no/such.toml: "));
}

/// The scope of the one case on `AngularJS`.
fn scope(command: &mut std::process::Command) -> Value {
    let report: Value = serde_json::from_str(&stdout(command.args(["--format", "json"]))).expect("JSON");
    report["opportunities"][0]["scope"].clone()
}

#[test]
fn the_nearest_file_is_used_and_the_command_line_beats_it() {
    let scanned = angularjs();
    let policy = |tier: u8| format!("[policy]\ntier = {tier}\n");
    let here = Folder::new("here", &[("underpin.toml", &policy(3))]);
    let home = Folder::new("home", &[(".config/underpin/underpin.toml", &policy(1))]);
    let report = || underpin(["report", &scanned.arg()]);
    let nowhere = std::env::temp_dir();
    for (command, expected) in [
        (report().current_dir(&nowhere), Value::Null),
        (report().current_dir(&nowhere).env("HOME", home.arg()), Value::from(1)),
        (report().current_dir(here.path()).env("HOME", home.arg()), Value::from(3)),
        (report().current_dir(here.path()).args(["--tier", "2"]), Value::from(2)),
        (report().current_dir(here.path()).env("UNDERPIN_TIER", "0"), Value::from(0)),
    ] {
        assert_eq!(scope(command)["tier"], expected, "{command:?}");
    }
}

#[test]
fn a_country_gives_the_cost_of_an_hour_and_an_unknown_one_names_the_others() {
    let scanned = angularjs();
    let wage = |policy: &str| {
        let folder = Folder::new("configured", &[("underpin.toml", policy)]);
        let mut command = underpin(["report", &scanned.arg(), "--format", "json", "--config", &folder.at("underpin.toml")]);
        let report: Value = serde_json::from_str(&stdout(&mut command)).expect("JSON");
        let inputs = report["opportunities"][0]["inputs"].as_array().expect("inputs").clone();
        let wage = inputs.into_iter().find(|input| input["symbol"] == "w").expect("a wage");
        (wage["lo"].as_f64(), wage["likely"].as_f64(), wage["hi"].as_f64(), wage["grade"].as_str().map(str::to_owned))
    };
    // 43.4 an hour in 2024, half as much again; 0.6 and 1.8 of that.
    let (lo, likely, hi, grade) = wage("[policy]\ncurrency = \"EUR\"\ncountry = \"de\"\n");
    let near = |value: Option<f64>, wanted: f64| value.is_some_and(|value| (value - wanted).abs() < 0.01);
    assert!(near(lo, 39.06) && near(likely, 65.1) && near(hi, 117.18), "{lo:?} {likely:?} {hi:?}");
    assert_eq!(grade.as_deref(), Some("catalog"));
    assert!(wage("[policy]\ncountry = \"DE\"\n").1 > Some(66.0), "the dollar is converted");
    assert_eq!(wage("[policy]\ncountry = \"DE\"\nhourly-cost = 70\n").1, Some(70.0));
    let folder = Folder::new("configured", &[("underpin.toml", "[policy]\n\ncountry = \"XX\"\n")]);
    let output = underpin(["report", &scanned.arg(), "--config", &folder.at("underpin.toml")]).output().expect("a run");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{errors}");
    assert!(errors.contains("underpin.toml:3:11: CFG003: no labour cost of `XX` is on record; on record: AT BE"), "{errors}");
}

#[test]
fn an_accepted_risk_is_shown_with_its_owner_until_it_expires() {
    let scanned = angularjs();
    let text = |id: &str| {
        format!(
            "[[accepted]]\nid = \"{id}\"\nowner = \"Ada\"\nreason = \"behind the proxy\"\nexpiry = \"2027-01-31\"\n[policy]\nexposure = \"internet\"\n"
        )
    };
    let report = |id: &str, day: &str| -> Value {
        let folder = Folder::new("configured", &[("underpin.toml", &text(id))]);
        let mut command = underpin(["report", &scanned.arg(), "--format", "json", "--as-of", day]);
        serde_json::from_str(&stdout(command.args(["--config", &folder.at("underpin.toml")]))).expect("JSON")
    };
    let case = report("unknown", "2026-11-24")["opportunities"][0].clone();
    assert_eq!((&case["verdict"], &case["accepted"]), (&Value::from("must-act"), &Value::Null));
    let id = "EOL-angularjs-1.8";
    let accepted = report(id, "2027-01-31")["opportunities"][0].clone();
    assert_eq!(accepted["accepted"]["owner"], "Ada");
    assert_ne!(accepted["verdict"], "must-act");
    let expired = report(id, "2027-02-01")["opportunities"][0].clone();
    assert_eq!((&expired["verdict"], &expired["accepted"]), (&Value::from("must-act"), &Value::Null));
}
