//! `report --since`: against an earlier report, a saved scan, and a day.

use serde_json::{Value, json};

use crate::fixtures::{ANGULARJS, Deb, Folder, system};
use crate::program::{stdout, underpin};

fn node(release: &str) -> (&'static str, String) {
    ("Dockerfile", format!("FROM node:{release}\n"))
}

/// A repository called `shop` with this Node.js.
fn shop(release: &str) -> Folder {
    let (path, text) = node(release);
    Folder::new("shop", &[(path, &text), ANGULARJS])
}

fn compared(arguments: &[&str]) -> Value {
    let report: Value = serde_json::from_str(&stdout(underpin(["report", "--format", "json"]).args(arguments))).expect("JSON");
    report["since"].clone()
}

/// Sort, product or case, what it was and is, of each change but those of verdicts.
fn told(since: &Value) -> Vec<Value> {
    let changes = since["changes"].as_array().expect("a list");
    let other = changes.iter().filter(|change| change["kind"] != "verdict");
    other.map(|change| json!([change["kind"], change["subject"], change["from"], change["to"]])).collect()
}

/// Case, verdicts, and which inputs changed.
fn verdicts(since: &Value) -> Vec<Value> {
    let changes = since["changes"].as_array().expect("a list");
    let inputs = |change: &Value| -> Vec<Value> {
        change["causes"].as_array().into_iter().flatten().map(|cause| cause["input"].clone()).collect()
    };
    let of_cases = changes.iter().filter(|change| change["kind"] == "verdict");
    of_cases.map(|change| json!([change["subject"], change["verdict_from"], change["verdict_to"], inputs(change)])).collect()
}

#[test]
fn a_day_judges_the_same_targets_as_of_then() {
    let shop = shop("20");
    let since = compared(&[&shop.arg(), "--since", "2026-01-01"]);
    assert_eq!((&since["basis"], &since["as_of"], &since["source"]), (&"day".into(), &"2026-01-01".into(), &Value::Null));
    assert_eq!(told(&since), [json!(["end-of-life", "nodejs", "20", "2026-04-30"])]);
    let causes = verdicts(&since);
    assert_eq!(causes.len(), 1, "{since}");
    assert_eq!((&causes[0][0], &causes[0][1]), (&"nodejs-runtime-20".into(), &"depends".into()));
    assert_eq!(causes[0][3][0], "lifecycle");
    assert_eq!(since["unchanged_cases"], 1);
    let nothing = compared(&[&shop.arg(), "--since", "2026-11-24"]);
    assert_eq!((told(&nothing), verdicts(&nothing)), (Vec::new(), Vec::new()));
}

#[test]
fn a_saved_scan_is_judged_for_the_same_day_with_the_same_policy() {
    let then = shop("20");
    let saved = Folder::new("saved", &[]);
    saved.write("old.json", &stdout(&mut underpin(["scan", &then.arg(), "--format", "json"])));
    let now = shop("24");
    now.write(
        "composer.lock",
        r#"{"packages": [{"name": "symfony/framework-bundle", "version": "v7.3.0"}], "packages-dev": []}"#,
    );
    std::fs::remove_file(now.path().join(ANGULARJS.0)).expect("a file");
    let since = compared(&[&now.arg(), "--since", &saved.at("old.json")]);
    assert_eq!((&since["basis"], &since["as_of"]), (&"scan".into(), &"2026-11-24".into()));
    let kinds = told(&since);
    assert!(kinds.contains(&json!(["upgraded", "nodejs", "20", "24"])), "{kinds:?}");
    assert!(kinds.contains(&json!(["gone", "angularjs", "1.8.3", null])), "{kinds:?}");
    assert!(kinds.contains(&json!(["new", "symfony", null, "7.3.0"])), "{kinds:?}");
    let verdicts = verdicts(&since);
    assert!(verdicts.contains(&json!(["angularjs-framework-1.8", "does-not-pay-off", null, ["units"]])), "{verdicts:?}");
    // A release took the place of another: one case, whose life cycle and version changed.
    let node = verdicts.iter().find(|one| one[0] == "nodejs-runtime-24").expect("a change");
    assert_eq!((&node[2], &node[3][0], &node[3][1]), (&"depends".into(), &"lifecycle".into(), &"version".into()));
    // Backwards it is a step down.
    saved.write("new.json", &stdout(&mut underpin(["scan", &now.arg(), "--format", "json"])));
    let back = told(&compared(&[&then.arg(), "--since", &saved.at("new.json")]));
    assert!(back.contains(&json!(["downgraded", "nodejs", "24", "20"])), "{back:?}");
}

#[test]
fn a_verdict_turns_by_the_input_that_changed() {
    let shop = shop("24");
    let saved = Folder::new("saved", &[]);
    let keep = |more: &[&str]| {
        let arguments = ["report", &shop.arg(), "--format", "json"];
        saved.write("old.json", &stdout(underpin(arguments).args(more)));
    };
    for (then, now, case, input) in [
        (&[][..], &["--exposure", "internet"][..], "angularjs-framework-1.8", "exposure"),
        (&["--tier", "0"], &["--tier", "3"], "nodejs-runtime-24", "tier"),
        (
            &["--env", "dev", "--exposure", "internet"],
            &["--env", "prod", "--exposure", "internet"],
            "angularjs-framework-1.8",
            "environment",
        ),
        (&["--exposure", "internal"], &["--exposure", "internal", "--regime", "pci"], "angularjs-framework-1.8", "duty"),
    ] {
        keep(then);
        let old = saved.at("old.json");
        let target = shop.arg();
        let arguments = [&[target.as_str(), "--since", &old], now].concat();
        let since = compared(&arguments);
        assert_eq!((&since["basis"], told(&since)), (&"report".into(), Vec::new()), "{since}");
        let turned = verdicts(&since);
        let change = turned.iter().find(|one| one[0] == case).unwrap_or_else(|| panic!("{case}: {since}"));
        assert_eq!(change[3][0], input, "{since}");
    }
}

#[test]
fn what_was_not_scanned_again_is_missing_and_not_gone() {
    let web = Folder::new("web", &[(node("20").0, &node("20").1)]);
    let db = Folder::new("db", &[ANGULARJS]);
    let extra = Folder::new("extra", &[ANGULARJS]);
    let saved = Folder::new("saved", &[]);
    saved.write("old.json", &stdout(&mut underpin(["report", &web.arg(), &db.arg(), "--format", "json"])));
    let old = saved.at("old.json");
    let since = compared(&[&web.arg(), &extra.arg(), "--since", &old]);
    assert_eq!((&since["not_looked_at"], &since["first_looked_at"]), (&json!(["db"]), &json!(["extra"])));
    assert_eq!((told(&since), verdicts(&since)), (Vec::new(), Vec::new()), "{since}");
    for format in ["table", "md", "html"] {
        let text = stdout(&mut underpin(["report", &web.arg(), "--since", &old, "--format", format]));
        assert!(text.contains("missing, not gone: db of then not looked at now"), "{format}: {text}");
        assert!(!text.contains("| gone |") && !text.contains(">gone<") && !text.contains("  gone "), "{format}: {text}");
    }
}

#[test]
fn a_newer_package_of_a_system_is_an_upgrade() {
    let debian = |version| system("debian", "12", &[Deb::debian("openjdk-17-jre-headless", version)]);
    let (old, new) = (debian("17.0.15+6-1~deb12u1"), debian("17.0.17+10-1~deb12u1"));
    let saved = Folder::new("saved", &[]);
    saved.write("old.json", &stdout(&mut underpin(["scan", &old.arg(), "--format", "json"])));
    let since = compared(&[&new.arg(), "--since", &saved.at("old.json")]);
    assert_eq!(told(&since), [json!(["upgraded", "openjdk", "17.0.15+6", "17.0.17+10"])]);
}

#[test]
fn of_copies_side_by_side_only_what_is_certain_is_called_an_upgrade() {
    let saved = Folder::new("saved", &[]);
    let folder = |releases: &[&str]| {
        let folder = Folder::new("shop", &[]);
        for (number, release) in releases.iter().enumerate() {
            folder.write(&format!("service{number}/Dockerfile"), &node(release).1);
        }
        folder
    };
    let old = folder(&["18", "20"]);
    saved.write("old.json", &stdout(&mut underpin(["scan", &old.arg(), "--format", "json"])));
    let kinds = |releases: &[&str]| -> Vec<Value> {
        let since = compared(&[&folder(releases).arg(), "--since", &saved.at("old.json")]);
        told(&since).into_iter().filter(|change| change[0] != "end-of-life").collect()
    };
    assert_eq!(kinds(&["20", "18"]), Vec::<Value>::new());
    assert_eq!(kinds(&["18", "24"]), [json!(["upgraded", "nodejs", "20", "24"])]);
    let four = kinds(&["22", "24"]);
    let gone = ["18", "20"].map(|release| json!(["gone", "nodejs", release, null]));
    let new = ["22", "24"].map(|release| json!(["new", "nodejs", null, release]));
    assert!(gone.iter().chain(&new).all(|change| four.contains(change)) && four.len() == 4, "{four:?}");
}

#[test]
fn the_section_stands_after_the_answer_and_before_the_work() {
    let shop = shop("20");
    for (format, answer, heading, work) in [
        ("table", "as of 2026-11-24", "SINCE 2026-01-01\n", "FREE, DO THIS FIRST"),
        ("md", "Decision asked", "## Since 2026-01-01\n", "## Free, do this first"),
        ("html", "class=\"ask\"", "<h2>Since 2026-01-01</h2>", "<h2>Free, do this first</h2>"),
    ] {
        let text = stdout(&mut underpin(["report", &shop.arg(), "--since", "2026-01-01", "--format", format]));
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{format} lacks {what}: {text}"));
        assert!(at(answer) < at(heading) && at(heading) < at(work), "{format}");
        assert!(text.contains("free fixes ended 2026-04-30"), "{format}: {text}");
        let without = stdout(&mut underpin(["report", &shop.arg(), "--format", format]));
        assert!(!without.contains(heading), "{format}");
    }
}

#[test]
fn a_decision_and_its_outcome_are_changes() {
    let shop = shop("24");
    let desk = Folder::new("desk", &[]);
    let register = desk.at("register.toml");
    let decide = |more: &[&str]| stdout(underpin(["decide", "angularjs-framework-1.8", "--decisions", &register]).args(more));
    decide(&["accepted", "--by", "Ada", "--note", "internal", "--on", "2026-03-01"]);
    let since = |day: &str| {
        let target = shop.arg();
        let arguments = [target.as_str(), "--exposure", "internet", "--decisions", &register, "--since", day];
        compared(&arguments)
    };
    let spring = since("2026-01-01");
    assert_eq!(told(&spring), [json!(["decided", "angularjs-framework-1.8", null, "accepted on 2026-03-01"])]);
    let turned = verdicts(&spring);
    assert_eq!((&turned[0][1], &turned[0][3]), (&"must-act".into(), &json!(["accepted"])), "{spring}");
    assert_eq!(told(&since("2026-03-01")), Vec::<Value>::new());
    decide(&["--outcome", "worse", "--on", "2026-10-01"]);
    let outcome = "accepted on 2026-03-01; outcome: worse";
    let expected = json!(["decided", "angularjs-framework-1.8", "accepted on 2026-03-01", outcome]);
    assert_eq!(told(&since("2026-03-01")), [expected]);
}

#[test]
fn the_exit_code_is_that_of_the_report() {
    let shop = shop("20");
    let code = |more: &[&str]| underpin(["report", &shop.arg()]).args(more).output().expect("a run").status.code();
    assert_eq!(code(&["--since", "2026-01-01"]), Some(0));
    assert_eq!(code(&["--since", "2026-01-01", "--fail-on", "eol"]), Some(1));
    let saved = Folder::new(
        "saved",
        &[("next.json", "{\"schema\": \"underpin.report/2\"}"), ("cut.json", "{\"schema\": \"underpin.report/1\"")],
    );
    for (old, told) in [
        ("2026-12-01", "after the day of the report"),
        ("/no/such.json", "there is no file"),
        (&saved.at("next.json"), "schema `underpin.report/2`"),
        (&saved.at("cut.json"), "not a report"),
    ] {
        let output = underpin(["report", &shop.arg(), "--since", old]).output().expect("a run");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{old}: {errors}");
        assert!(errors.contains(told) && output.stdout.is_empty(), "{old}: {errors}");
    }
}

/// The digest covers the comparison, and the whole fits the published shape.
#[test]
fn the_document_fits_its_schema() {
    let shop = shop("20");
    let desk = Folder::new("desk", &[]);
    stdout(&mut underpin(["decide", "nodejs-runtime-20", "bought", "--price", "10", "--decisions", &desk.at("d.toml")]));
    let arguments = ["report", &shop.arg(), "--format", "json", "--since", "2026-01-01", "--decisions", &desk.at("d.toml")];
    let text = stdout(&mut underpin(arguments));
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let schema: Value = serde_json::from_str(include_str!("../schemas/report-1.schema.json")).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let faults: Vec<String> =
        validator.iter_errors(&document).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(document["since"]["changes"].as_array().is_some_and(|changes| !changes.is_empty()));
    assert_eq!(document["decisions"][0]["state"], "bought");
}

#[test]
fn a_job_prints_what_changed_and_is_silent_otherwise() {
    let shop = shop("20");
    let saved = Folder::new("saved", &[]);
    let first = saved.at("first.json");
    let job = |since: &str, more: &[&str]| {
        let target = shop.arg();
        stdout(underpin(["report", &target, "--since", since, "--changes-only"]).args(more))
    };
    saved.write("first.json", &stdout(&mut underpin(["report", &shop.arg(), "--format", "json"])));
    let second = saved.at("second.json");
    assert_eq!(job(&first, &["--format", "table", "-o", &second]), "");
    assert!(std::path::Path::new(&second).is_file(), "the whole report is kept for the next time");
    let text = job("2026-01-01", &[]);
    assert!(text.starts_with("SINCE 2026-01-01\n") && text.contains("free fixes ended 2026-04-30"), "{text}");
    assert!(!text.contains("FREE, DO THIS FIRST") && !text.contains("COVERAGE"), "{text}");
}

#[test]
fn changes_alone_need_something_to_compare_with_and_the_table_format() {
    let shop = shop("20");
    for more in [&["--changes-only"][..], &["--changes-only", "--since", "2026-01-01", "--format", "json"]] {
        let output = underpin(["report", &shop.arg()]).args(more).output().expect("runs");
        assert_eq!(output.status.code(), Some(2), "{more:?}");
    }
}
