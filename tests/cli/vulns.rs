//! `--vulns`: lists of other programs, tied to what was found, in the score and in every format.

use std::path::Path;

use serde_json::{Value, json};

use crate::fixtures::{Folder, angularjs, polyglot};
use crate::program::{stdout, underpin};

/// CISA's list with a vulnerability that `AngularJS` 1.8 has.
const EXPLOITED: &str = r#"{"catalogVersion": "2026.11.20", "dateReleased": "2026-11-20T15:00:12.0563Z", "count": 1, "vulnerabilities": [
 {"cveID": "CVE-2024-21490", "dateAdded": "2026-11-10", "dueDate": "2026-12-01", "knownRansomwareCampaignUse": "Unknown"}]}"#;

fn trivy(fixed: &str) -> String {
    json!({"SchemaVersion": 2, "CreatedAt": "2026-11-20T10:00:00Z", "ArtifactName": "front", "Results": [{"Target": "package-lock.json",
        "Class": "lang-pkgs", "Type": "npm", "Vulnerabilities": [
          {"VulnerabilityID": "CVE-2024-21490", "PkgName": "angular", "PkgIdentifier": {"PURL": "pkg:npm/angular@1.8.3"},
           "InstalledVersion": "1.8.3", "FixedVersion": fixed, "Severity": "HIGH"},
          {"VulnerabilityID": "CVE-2020-0001", "PkgName": "left-pad", "InstalledVersion": "1.0.0"}]}]})
    .to_string()
}

/// A report on `AngularJS` with these lists, and with CISA's list where `data` holds it.
fn report(data: Option<&Path>, lists: &[(&str, &str)]) -> Value {
    let scanned = angularjs();
    let folder = Folder::new("lists", lists);
    let mut command = underpin(["report", &scanned.arg(), "--format", "json"]);
    command.args(lists.iter().flat_map(|(name, _)| ["--vulns".to_owned(), folder.at(name)]));
    if let Some(data) = data {
        command.env("UNDERPIN_DATA", data);
    }
    serde_json::from_str(&stdout(&mut command)).expect("JSON")
}

/// A data folder into which CISA's list was brought.
fn with_kev() -> Folder {
    let folder = Folder::new("data", &[("kev.json", EXPLOITED)]);
    let mut update = underpin(["catalog", "update", &folder.at("kev.json")]);
    stdout(update.env("UNDERPIN_DATA", folder.path()));
    folder
}

fn input<'r>(report: &'r Value, symbol: &str) -> Option<&'r Value> {
    report["opportunities"][0]["inputs"].as_array()?.iter().find(|input| input["symbol"] == symbol)
}

fn unchecked(report: &Value) -> bool {
    report["assumptions"].as_array().expect("a list").iter().any(|one| one["input"] == "known exploited vulnerabilities")
}

#[test]
fn without_a_list_nothing_is_checked_and_the_report_says_so() {
    let report = report(Some(&with_kev().path()), &[]);
    assert!(unchecked(&report));
    assert_eq!(report["vulnerabilities"]["kev_checked"], "nothing");
    assert_eq!((input(&report, "kev"), input(&report, "epss")), (None, None));
}

#[test]
fn a_known_exploited_vulnerability_without_a_free_fix_must_be_acted_on() {
    let list = ("trivy.json", trivy(""));
    let lists = [(list.0, list.1.as_str())];
    let before = report(None, &lists);
    assert_ne!(before["opportunities"][0]["verdict"], "must-act");
    assert!(unchecked(&before), "Trivy's list does not say what is exploited");
    let data = with_kev();
    let after = report(Some(&data.path()), &lists);
    assert_eq!(after["opportunities"][0]["verdict"], "must-act");
    assert_eq!(after["opportunities"][0]["exploited"], "CVE-2024-21490");
    assert!(!unchecked(&after));
    let kev = input(&after, "kev").expect("an input");
    assert_eq!((kev["likely"].as_f64(), &kev["grade"]), (Some(1.0), &Value::from("observed")));
    assert!(kev["source"].as_str().is_some_and(|source| source.contains("CISA's list of 2026-11-20")), "{kev}");
    let told = &after["vulnerabilities"]["lists"][0];
    assert_eq!((&told["findings"], &told["matched"], &told["age_days"]), (&json!(2), &json!(1), &json!(4)));
    assert_eq!(told["unmatched"], json!(["CVE-2020-0001 in left-pad 1.0.0"]));
}

#[test]
fn a_free_fix_on_the_branch_is_free_work_and_one_on_another_branch_is_none() {
    let data = with_kev();
    let on_branch = report(Some(&data.path()), &[("t.json", &trivy("1.8.4"))]);
    assert_ne!(on_branch["opportunities"][0]["verdict"], "must-act");
    assert_eq!(input(&on_branch, "kev").expect("looked up")["likely"].as_f64(), Some(0.0));
    let first = &on_branch["actions"][0];
    assert_eq!((&first["id"], &first["to"]), (&json!("KEV-angular"), &json!("1.8.4")));
    let elsewhere = report(Some(&data.path()), &[("t.json", &trivy("2.0.0"))]);
    assert_eq!(elsewhere["opportunities"][0]["verdict"], "must-act");
}

#[test]
fn a_vex_document_silences_what_a_scanner_found() {
    let data = with_kev();
    let vex = |state: &str| {
        json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "vulnerabilities": [{"id": "CVE-2024-21490",
            "analysis": {"state": state}, "affects": [{"ref": "urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#pkg:npm/angular@1.8.3"}]}]})
        .to_string()
    };
    for (state, verdict_stays) in [("not_affected", false), ("false_positive", false), ("resolved", false), ("exploitable", true)]
    {
        let report = report(Some(&data.path()), &[("t.json", &trivy("")), ("vex.json", &vex(state))]);
        assert_eq!(report["opportunities"][0]["verdict"] == "must-act", verdict_stays, "{state}");
        assert_eq!(report["vulnerabilities"]["lists"][0]["silenced"], json!(u8::from(!verdict_stays)), "{state}");
    }
}

#[test]
fn a_probable_exploit_raises_the_losses_and_a_table_of_ones_own_says_it() {
    let with = |line: &str| report(None, &[("own.csv", &format!("product,version,cve,kev,epss,fixed_in\n{line}\n"))]);
    let table = with("angularjs,1.8.3,CVE-2026-1,no,0.25,");
    assert_eq!(input(&table, "epss").expect("an input")["likely"].as_f64(), Some(0.25));
    assert_eq!(input(&table, "kev").expect("an input")["likely"].as_f64(), Some(0.0));
    assert!(!unchecked(&table));
    let unknown = with("AngularJS,,CVE-2026-1,,0.05,?");
    assert!(unchecked(&unknown) && input(&unknown, "kev").is_none());
    assert_eq!(unknown["vulnerabilities"]["lists"][0]["matched"], json!(1));
    assert_eq!(with("angularjs,1.2.3,CVE-2026-1,yes,,")["vulnerabilities"]["lists"][0]["matched"], json!(0));
}

#[test]
fn every_format_tells_it() {
    let scanned = angularjs();
    let folder = Folder::new(
        "lists",
        &[("own.csv", "product,version,cve,kev\nangularjs,1.8.3,CVE-2026-1,yes\nnothing,1,CVE-2026-2,no\n")],
    );
    for format in ["table", "html", "md"] {
        let list = folder.at("own.csv");
        let text = stdout(&mut underpin(["report", &scanned.arg(), "--all", "--format", format, "--vulns", &list]));
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('\\', "");
        for said in ["CVE-2026-1 is known to be exploited", "CVE-2026-2 in nothing 1", "1 finding for what is here"] {
            assert!(text.contains(said), "{format}: {said}: {text}");
        }
    }
    let mut explain = underpin(["explain", "angularjs", &scanned.arg(), "--vulns", &folder.at("own.csv")]);
    let text = stdout(&mut explain).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("CVE-2026-1: known to be exploited") && text.contains("known to be exploited and without a free fix"),
        "{text}"
    );
}

#[test]
fn a_list_that_cannot_be_read_is_2_with_its_faults() {
    let scanned = polyglot();
    let deep = format!("{{\"SchemaVersion\": {}", "[".repeat(100_000));
    let bomb = format!("product,cve\n{}", "a,".repeat(50_000));
    for (text, says) in [
        ("", "UP002: empty"),
        ("{\"matches\": [{\"vulnerability\": {\"id\": 3}}]}", "list:1:"),
        ("{\"SchemaVersion\": 2, \"Results\": [", "UP003: "),
        (deep.as_str(), "UP003: "),
        (bomb.as_str(), "list:2: UP002: "),
        ("product,cve\nnginx\nx,\n", "list:3: UP002: cve is empty"),
    ] {
        let folder = Folder::new("lists", &[("list", text)]);
        let output = underpin(["report", &scanned.arg(), "--vulns", &folder.at("list")]).output().expect("a run");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{says}: {errors}");
        assert!(errors.contains(says), "{says}: {errors}");
    }
    for path in ["/no/such/list", "/dev/zero", "/"] {
        let output = underpin(["report", &scanned.arg(), "--vulns", path]).output().expect("a run");
        assert_eq!(output.status.code(), Some(2), "{path}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(&format!("cannot read {path}: ")));
    }
}

#[test]
fn names_of_a_hostile_list_are_text() {
    let scanned = angularjs();
    let hostile = "<script>alert(1)</script>\u{1b}[31m\u{202e}";
    let table = format!("product,version,cve,kev\nangularjs,1.8.3,CVE-{hostile},yes\n{hostile},1,CVE-2,no\n");
    let folder = Folder::new("lists", &[("own.csv", &table)]);
    for format in ["table", "html", "md"] {
        let text =
            stdout(&mut underpin(["report", &scanned.arg(), "--all", "--format", format, "--vulns", &folder.at("own.csv")]));
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{format}");
        assert!(format == "table" || !text.contains("<script>alert"), "{format}");
    }
}
