//! `underpin decide`: what is written, what is refused, what reports then show, and what may be shared.

use std::process::Command;

use serde_json::Value;

use crate::fixtures::{Folder, angularjs};
use crate::program::{stdout, underpin};

const CASE: &str = "angularjs-framework-1.8";

/// The program in this folder.
fn within(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = underpin(arguments);
    command.current_dir(folder.path());
    command
}

fn refused(command: &mut Command) -> String {
    let output = command.output().expect("the program starts");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{command:?}: {errors}");
    errors
}

/// The report of the one case on `AngularJS` on a day, with the decisions of `desk`.
fn report(desk: &Folder, scanned: &Folder, day: &str, more: &[&str]) -> Value {
    let mut command = within(desk, &["report", &scanned.arg(), "--format", "json", "--as-of", day]);
    serde_json::from_str(&stdout(command.args(more))).expect("JSON")
}

#[test]
fn a_decision_is_appended_and_shown_at_its_case_in_every_format() {
    let (desk, scanned) = (Folder::new("desk", &[]), angularjs());
    let decide =
        ["decide", CASE, "declined", "--price", "4500 EUR", "--by", "Ada", "--on", "2026-11-02", "--note", "too \"dear\""];
    let told = stdout(&mut within(&desk, &decide));
    assert_eq!(told, format!("{CASE}: declined on 2026-11-02, recorded in underpin-decisions.toml\n"));
    let file = std::fs::read_to_string(desk.path().join("underpin-decisions.toml")).expect("the file");
    assert!(file.starts_with("# Decisions on cases"), "{file}");
    let first = "[[decision]]\ncase = \"angularjs-framework-1.8\"\ndecision = \"declined\"\non = \"2026-11-02\"\nby = \"Ada\"\n";
    assert!(file.contains(first), "{file}");
    stdout(&mut within(&desk, &["decide", "EOL-nodejs-20", "upgraded", "--by", "Bob"]));
    let both = std::fs::read_to_string(desk.path().join("underpin-decisions.toml")).expect("the file");
    assert!(both.starts_with(&file), "what stood in the file is as it was");

    let json = report(&desk, &scanned, "2026-11-24", &[]);
    let decision = &json["opportunities"][0]["decision"];
    let facts = ["state", "on", "by", "price", "currency", "asks_outcome"].map(|name| decision[name].clone());
    let expected: [Value; 6] = ["declined".into(), "2026-11-02".into(), "Ada".into(), 4500.into(), "EUR".into(), false.into()];
    assert_eq!(facts, expected);
    assert_eq!(json["decisions"].as_array().map(Vec::len), Some(2));
    for format in ["table", "md", "html"] {
        let text = stdout(&mut within(&desk, &["report", &scanned.arg(), "--format", format]));
        assert!(text.contains("declined on 2026-11-02 by Ada, at 4,500 EUR a year"), "{format}: {text}");
        assert!(!text.contains("how did it turn out"), "{format}: {text}");
    }
    let explained = stdout(&mut within(&desk, &["explain", "angularjs", &scanned.arg()]));
    assert!(explained.contains("Decided: declined on 2026-11-02 by Ada"), "{explained}");
    // On the day before there was none.
    assert_eq!(report(&desk, &scanned, "2026-11-01", &[])["opportunities"][0]["decision"], Value::Null);
}

#[test]
fn an_accepted_risk_silences_its_case_for_twelve_months_or_until_its_day() {
    let (desk, scanned) = (Folder::new("desk", &[]), angularjs());
    let verdict = |day: &str| {
        let report = report(&desk, &scanned, day, &["--exposure", "internet"]);
        let case = &report["opportunities"][0];
        (case["verdict"].clone(), case["accepted"]["owner"].clone())
    };
    assert_eq!(verdict("2026-11-24"), ("must-act".into(), Value::Null));
    let accept = ["decide", CASE, "accepted", "--by", "CISO", "--note", "behind the proxy"];
    stdout(within(&desk, &accept).args(["--on", "2026-11-24"]));
    for (day, silent) in [("2026-11-23", false), ("2026-11-24", true), ("2027-11-24", true), ("2027-11-25", false)] {
        let (verdict, owner) = verdict(day);
        assert_eq!((verdict != "must-act", owner == "CISO"), (silent, silent), "{day}: {verdict}");
    }
    // A later decision on the case ends it, as an earlier day does.
    stdout(within(&desk, &accept).args(["--on", "2026-12-01", "--until", "2026-12-31"]));
    assert_eq!(verdict("2026-12-31").1, "CISO");
    assert_eq!(verdict("2027-01-01"), ("must-act".into(), Value::Null));
    let gate = |day: &str| {
        let mut command =
            within(&desk, &["report", &scanned.arg(), "--exposure", "internet", "--fail-on", "must-act", "--as-of", day]);
        command.output().expect("a run").status.code()
    };
    assert_eq!((gate("2026-12-31"), gate("2027-01-01")), (Some(0), Some(1)));
    // The id of the finding means the same as in underpin.toml.
    stdout(&mut within(&desk, &["decide", "EOL-angularjs-1.8", "accepted", "--by", "CTO", "--note", "x", "--on", "2027-02-01"]));
    assert_eq!(verdict("2027-02-01").1, "CTO");
}

#[test]
fn after_twelve_months_the_outcome_is_asked_for_until_it_is_recorded() {
    let (desk, scanned) = (Folder::new("desk", &[]), angularjs());
    stdout(&mut within(&desk, &["decide", CASE, "bought", "--price", "4500", "--by", "Ada", "--on", "2025-11-24"]));
    let ask = format!("underpin decide {CASE} --outcome better|as-expected|worse");
    let asks = |day: &str| {
        let text = stdout(&mut within(&desk, &["report", &scanned.arg(), "--as-of", day]));
        // A command that does not fit its line goes on in the next.
        text.split_whitespace().collect::<Vec<_>>().join(" ").contains(&ask)
    };
    assert_eq!((asks("2026-11-23"), asks("2026-11-24")), (false, true));
    assert!(stdout(&mut within(&desk, &["decide", "--list"])).contains("how did it turn out?"));
    stdout(&mut within(&desk, &["decide", CASE, "--outcome", "better", "--note", "two incidents less"]));
    assert!(!asks("2026-11-24"));
    let list = stdout(&mut within(&desk, &["decide", "--list"]));
    assert!(list.contains("bought; by Ada; 4,500 USD a year; outcome of 2026-11-24: better than expected"), "{list}");
    let decision = report(&desk, &scanned, "2026-11-24", &[])["opportunities"][0]["decision"].clone();
    assert_eq!((&decision["outcome"], &decision["outcome_on"]), (&"better".into(), &"2026-11-24".into()));
    // What comes after it is another decision, of which nobody has said anything.
    stdout(&mut within(&desk, &["decide", CASE, "declined", "--on", "2026-12-01"]));
    assert_eq!(report(&desk, &scanned, "2026-12-01", &[])["opportunities"][0]["decision"]["outcome"], Value::Null);
}

#[test]
fn what_is_malformed_is_refused_and_what_is_unknown_is_noted() {
    let desk = Folder::new("desk", &[]);
    for case in ["angularjs", "angular js-framework-1.8", "../framework-1", "EOL-", "angularjs-framework-"] {
        let errors = refused(&mut within(&desk, &["decide", case, "declined"]));
        assert!(errors.contains("is no id of a case"), "{case}: {errors}");
    }
    for (arguments, told) in [
        (&[CASE, "sold"][..], "invalid value 'sold'"),
        (&[CASE], "required"),
        (&[CASE, "accepted", "--by", "Ada"], "an owner and a reason"),
        (&[CASE, "declined", "--until", "2027-01-01"], "--until is for an accepted risk"),
        (&[CASE, "accepted", "--by", "A", "--note", "b", "--until", "2026-01-01"], "before the day of the decision"),
        (&["nginx-server-1.22-2", "accepted", "--by", "A", "--note", "b"], "accept nginx-server-1.22"),
        (&[CASE, "bought", "--price", "much"], "`much` is no amount"),
        (&[CASE, "--outcome", "better"], "no decision on angularjs-framework-1.8 is recorded"),
        (&[CASE, "bought", "--outcome", "better"], "cannot be used with"),
    ] {
        let errors = refused(within(&desk, &["decide"]).args(arguments));
        assert!(errors.contains(told), "{arguments:?}: {errors}");
    }
    assert!(!desk.path().join("underpin-decisions.toml").exists(), "a refusal writes nothing");
    let output = within(&desk, &["decide", "homemade-server-3", "declined"]).output().expect("a run");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.contains("the catalog knows no product of `homemade-server-3`"), "{errors}");
}

#[test]
fn a_report_or_a_scan_lends_verdict_and_size_and_an_unknown_case_is_noted() {
    let (desk, scanned) = (Folder::new("desk", &[]), angularjs());
    for (file, command) in [("june.json", "report"), ("scan.json", "scan")] {
        desk.write(file, &stdout(&mut underpin([command, &scanned.arg(), "--format", "json"])));
        let output = within(&desk, &["decide", CASE, "declined", "--report", file]).output().expect("a run");
        assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let file = std::fs::read_to_string(desk.path().join("underpin-decisions.toml")).expect("the file");
    let said = "kind = \"framework\"\nrole = \"framework\"\nlifecycle = \"eol\"\nverdict = \"does-not-pay-off\"\n";
    assert_eq!(file.matches(said).count(), 2, "{file}");
    let output = within(&desk, &["decide", "nginx-server-1.22", "declined", "--report", "june.json"]).output().expect("a run");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.contains("june.json has no case nginx-server-1.22"), "{errors}");
}

#[test]
fn the_export_is_one_line_a_decision_without_any_name_or_figure() {
    let (desk, scanned) = (Folder::new("desk", &[]), angularjs());
    desk.write("june.json", &stdout(&mut underpin(["report", &scanned.arg(), "--format", "json", "--tier", "2"])));
    let decide =
        ["decide", CASE, "bought", "--by", "Ada Lovelace", "--price", "4711", "--on", "2025-08-03", "--report", "june.json"];
    stdout(within(&desk, &decide).args(["--note", "sold by Secret GmbH"]));
    stdout(&mut within(&desk, &["decide", CASE, "--outcome", "worse", "--on", "2026-09-01"]));
    let text = stdout(&mut within(&desk, &["decide", "--export"]));
    let line: Value = serde_json::from_str(&text).expect("one line of JSON");
    for (field, value) in [
        ("schema", "underpin.decision/1"),
        ("kind", "framework"),
        ("downtime_tier", "2"),
        ("units", "1"),
        ("verdict", "does-not-pay-off"),
        ("price_usd", "3000-10000"),
        ("decision", "bought"),
        ("outcome", "worse"),
        ("outcome_after", "after a year"),
    ] {
        assert_eq!(line[field].to_string().trim_matches('"'), value, "{field}: {text}");
    }
    for secret in ["angular", "Ada", "Secret", "4711", "2025", "2026", "front", "june"] {
        assert!(!text.to_lowercase().contains(&secret.to_lowercase()), "{secret}: {text}");
    }
}

#[test]
fn the_file_is_the_one_that_is_named_and_its_faults_are_told_at_their_line() {
    let (desk, scanned) = (Folder::new("desk", &[("underpin.toml", "decisions = \"register/ours.toml\"\n")]), angularjs());
    desk.write("register/README", "");
    // From another folder, the path starts at the configuration.
    let configured = ["--config".to_owned(), desk.at("underpin.toml")];
    stdout(underpin(["decide", CASE, "declined"]).args(&configured));
    assert!(desk.path().join("register/ours.toml").is_file());
    let json = stdout(underpin(["report", &scanned.arg(), "--format", "json"]).args(&configured));
    assert!(json.contains("\"state\": \"declined\""), "{json}");
    let named = desk.at("other.toml");
    stdout(underpin(["decide", CASE, "upgraded", "--decisions", &named]).args(&configured));
    let json = stdout(underpin(["report", &scanned.arg(), "--format", "json", "--decisions", &named]).args(&configured));
    assert!(json.contains("\"state\": \"upgraded\""), "{json}");
    for (text, told) in [
        ("[[decision]]\ncase = \"a-os\"\ndecision = \"sold\"\non = \"2026-01-01\"\n", "other.toml:3:12: CFG00"),
        ("[[decision]]\ncase = \"a-os\"\ndecision = \"bought\"\non = \"soon\"\n", "other.toml:4:6: CFG00"),
        ("[[decision]]\ncase = \"a-os\"\nprize = 1\n", "other.toml:3:1: CFG002: unknown field `prize`"),
        ("[[decision]\n", "other.toml:1:12: CFG001: "),
    ] {
        desk.write("other.toml", text);
        for command in [vec!["report", "."], vec!["decide", CASE, "declined"], vec!["decide", "--list"]] {
            let output = underpin(&command).args(["--decisions", &named]).current_dir(scanned.path()).output().expect("a run");
            let errors = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(3), "{command:?}: {errors}");
            assert!(errors.contains(told), "{command:?}: {errors}");
        }
        assert_eq!(std::fs::read_to_string(&named).expect("the file"), text, "nothing is appended to a faulty file");
    }
}
