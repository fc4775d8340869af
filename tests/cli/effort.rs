//! `underpin effort`: from a tracker's export to a report whose score knows the hours, with both scores in every format.

use std::path::Path;

use serde_json::Value;

use crate::fixtures::{Deb, Folder, angularjs, system};
use crate::program::{stdout, underpin};

/// The hours of a whole department, so that they turn a verdict whatever the price.
const EXPORT: &str = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount (EUR)\n\
    Ana,a@example.org,,Shop,,Backport,No,2026-10-05,09:00:00,2026-10-05,17:00:00,08:00:00,eol-workaround,\n\
    Ana,a@example.org,,Shop,,Tickets,No,2026-11-05,09:00:00,2026-11-05,17:00:00,4000:00:00,,\n\
    Ana,a@example.org,,Lunch,,,No,2026-11-06,12:00:00,2026-11-06,13:00:00,01:00:00,,\n";

const HEADER: &str = "date,minutes,product,activity,person,ticket,note,entered_at,manager_confirmed,id\n";

fn run(arguments: &[&str], folder: &str) -> (Option<i32>, String, String) {
    let output = underpin(arguments.iter().copied()).current_dir(Path::new(folder)).output().expect("a run");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn case(text: &str) -> Value {
    let report: Value = serde_json::from_str(text).expect("JSON");
    let cases = report["opportunities"].as_array().expect("a list").iter();
    cases.clone().find(|case| case["product"] == "angularjs").expect("a case").clone()
}

#[test]
fn an_export_is_added_once_and_moves_the_score() {
    let scanned = angularjs();
    let folder = Folder::new("logged", &[("toggl.csv", EXPORT)]);
    let (export, log) = (folder.at("toggl.csv"), folder.at("effort.csv"));
    let import = || stdout(&mut underpin(["effort", "import", &export, "--log", &log, "--map", "shop=angularjs"]));
    let first = import();
    assert!(first.contains("toggl.csv: left out, line 4: no product for `Lunch`"), "{first}");
    assert!(first.contains("Toggl: 2 added to"), "{first}");
    let once = std::fs::read(&log).expect("a log");
    assert!(import().contains("Toggl: 0 added to"));
    assert_eq!(std::fs::read(&log).expect("a log"), once);
    let list = stdout(&mut underpin(["effort", "list", "--log", &log, "--format", "csv"]));
    assert_eq!(list, "product,month,activity,hours\nangularjs,2026-10,eol_workaround,8\nangularjs,2026-11,routine,4000\n");
    let list = stdout(&mut underpin(["effort", "list", "--log", &log]));
    assert!(list.contains("without a ticket: line 2-3") && list.contains("Ana, 2026-11: 4000.0 h"), "{list}");

    let text = stdout(&mut underpin(["report", &scanned.arg(), "--format", "json", "--log", &log, "--log-since", "2026-09-25"]));
    let case = case(&text);
    let input = |symbol: &str| case["inputs"].as_array().expect("a list").iter().find(|input| input["symbol"] == symbol).cloned();
    assert_eq!(input("h").expect("hours")["grade"], "logged", "{case}");
    assert_ne!(case["score"], case["score_without_log"], "{case}");
}

#[test]
fn every_format_has_each_score_with_and_without_the_log_and_its_flags() {
    let scanned = angularjs();
    let rows = "2026-10-05,480,AngularJS,eol_workaround,ana,OPS-1,,2026-11-20,,a\n2026-11-05,9900,angularjs,routine,ana,,,2026-11-05,Jo Roe,b\n";
    let folder = Folder::new("formats", &[("hours.csv", &format!("{HEADER}{rows}"))]);
    let (log, target) = (folder.at("hours.csv"), scanned.arg());
    let window = ["--log", &log, "--log-since", "2026-09-25", "--log-until", "2026-11-24", "--as-of", "2026-11-24"];
    let said = |command: &[&str]| {
        let text = stdout(&mut underpin(command.iter().chain(&window).copied()));
        text.replace('\\', "").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for command in [
        &["report", &target, "--format", "table"][..],
        &["report", &target, "--format", "md"],
        &["report", &target, "--format", "html"],
        &["explain", "angularjs", &target],
    ] {
        let text = said(command);
        for part in ["with the logged hours, in", "runs without them", "2.0 months", "above 160 h (2026-11: 165 h)", "Jo Roe"] {
            assert!(text.contains(part), "{command:?}: {part}: {text}");
        }
        assert!(text.contains("1 entered more than 30 days after the work, 1 without a ticket"), "{command:?}: {text}");
    }
    let text = stdout(&mut underpin(["report", &target, "--format", "json"].iter().chain(&window).copied()));
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let log = &report["hours_log"];
    assert_eq!((&log["usage"], &log["late"], &log["manager_confirmed"]), (&"used".into(), &1.into(), &1.into()), "{log}");
    assert!(case(&text)["score_without_log"].is_number());
    assert!(!text.contains("\"ana\""), "names of people stay in the log");
}

#[test]
fn in_a_folder_without_a_configuration_import_report_and_explain_say_the_next_step() {
    let folder = Folder::new(
        "bare",
        &[
            ("hours.csv", "date,hours,product,ticket\n2026-10-05,1.5,nginx,OPS-1\n2026-10-06,2,nginx,OPS-2\n"),
            ("Dockerfile", "FROM nginx:1.22\n"),
        ],
    );
    let at = folder.at("");
    let (code, out, errors) = run(&["effort", "import", "hours.csv"], &at);
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{out}");
    assert!(out.contains("CSV: 2 added to underpin-effort.csv, 0 there already, 0 left out"), "{out}");
    assert!(out.contains("Next: underpin report . --log-since DAY"), "{out}");
    let (code, out, errors) = run(&["report", ".", "--as-of", "2026-11-24"], &at);
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(code, Some(0), "{errors}");
    assert!(out.contains("YOUR HOURS underpin-effort.csv: 2 entries, 3.5 h") && out.contains("--log-since DAY"), "{out}");
    let used = ["--as-of", "2026-11-24", "--log-since", "2026-09-25"];
    for command in [&["report", "."][..], &["explain", "nginx", "."]] {
        let (code, out, errors) = run(&[command, &used].concat(), &at);
        assert_eq!(code, Some(0), "{errors}");
        assert!(out.contains("with the logged hours"), "{out}");
    }
}

#[test]
fn entries_outside_of_the_window_are_refused_with_their_lines() {
    let rows = "2026-08-05,60,nginx,routine,,,,2026-08-05,,a\n2026-10-05,60,nginx,routine,,,,2026-10-05,,b\n";
    let folder =
        Folder::new("outside", &[("underpin-effort.csv", &format!("{HEADER}{rows}")), ("Dockerfile", "FROM nginx:1.22\n")]);
    let (code, _, errors) = run(&["report", ".", "--log-since", "2026-09-01", "--log-until", "2026-09-30"], &folder.at(""));
    assert_eq!(code, Some(2), "{errors}");
    for part in
        ["underpin-effort.csv:2: 2026-08-05 lies outside", "underpin-effort.csv:3: 2026-10-05 lies outside", "--log-until DAY"]
    {
        assert!(errors.contains(part), "{part}: {errors}");
    }
}

#[test]
fn a_log_and_a_mapping_of_the_configuration_are_found_beside_it() {
    let configuration = "[effort]\nlog = \"log/hours.csv\"\nsince = \"2026-09-01\"\n[effort.map]\nShop = \"nginx\"\n";
    let folder = Folder::new(
        "configured",
        &[("underpin.toml", configuration), ("log/readme", ""), ("x.csv", "date,minutes,project\n2026-10-05,90,shop\n")],
    );
    let (configuration, export) = (folder.at("underpin.toml"), folder.at("x.csv"));
    let text = stdout(&mut underpin(["effort", "import", &export, "--config", &configuration]));
    assert!(text.contains("CSV: 1 added to"), "{text}");
    let log = std::fs::read_to_string(folder.at("log/hours.csv")).expect("a log beside the configuration");
    assert!(log.starts_with(HEADER) && log.contains("2026-10-05,90,nginx,routine,,,,"), "{log}");
}

#[test]
fn an_unknown_product_is_told_with_its_neighbours() {
    let folder = Folder::new("unknown", &[("note", "")]);
    let output = underpin(["effort", "add", "ngnix", "1.5", "--log", &folder.at("effort.csv")]).output().expect("a run");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("knows no product `ngnix`") && errors.contains("nginx"), "{errors}");
}

/// CUPS is of no kind that has usual hours.
#[test]
fn a_kind_without_usual_hours_makes_a_case_once_hours_are_logged() {
    let host = system("debian", "12", &[Deb::debian("cups-daemon", "2.4.2-3+deb12u9")]);
    host.write("usr/sbin/cupsd", "#!/bin/sh\n");
    host.write("usr/lib/systemd/system/cups.service", "[Service]\nExecStart=/usr/sbin/cupsd -l\n");
    host.write("etc/systemd/system/multi-user.target.wants/cups.service", "[Service]\nExecStart=/usr/sbin/cupsd -l\n");
    host.write("var/lib/dpkg/info/cups-daemon.list", "/.\n/usr/sbin/cupsd\n/usr/lib/systemd/system/cups.service\n");
    let rows = "2026-10-05,4800,cups,routine,ana,OPS-1,,2026-10-20,,a\n";
    let folder = Folder::new("no-kind", &[("hours.csv", &format!("{HEADER}{rows}"))]);
    let (target, log) = (host.arg(), folder.at("hours.csv"));
    let cases = |more: &[&str]| -> Vec<Value> {
        let text = stdout(&mut underpin(["report", &target, "--format", "json"].iter().chain(more).copied()));
        let report: Value = serde_json::from_str(&text).expect("JSON");
        let cases = report["opportunities"].as_array().expect("a list").iter();
        cases.filter(|case| case["product"] == "cups").cloned().collect()
    };
    assert!(cases(&[]).is_empty(), "its life and its authors are shown, and nothing can be computed");
    let logged = cases(&["--log", &log, "--log-since", "2026-09-25"]);
    let [case] = logged.as_slice() else { panic!("one case, not {}", logged.len()) };
    // No price is public and its kind has no usual range: no run can be said to pay.
    assert_eq!((&case["verdict"], &case["sub_verdict"]), (&Value::from("not-enough-data"), &Value::from("price")), "{case}");
    assert_eq!((&case["score"], &case["score_without_log"], &case["net"]["p50"]), (&Value::Null, &Value::Null, &Value::Null));
    let hours = case["inputs"].as_array().expect("a list").iter().find(|input| input["symbol"] == "h").expect("hours");
    assert!(hours["source"].as_str().is_some_and(|source| source.ends_with("there is no default")), "{hours}");
    let explained = stdout(&mut underpin(["explain", "cups", &target, "--log", &log, "--log-since", "2026-09-25"]));
    let explained = explained.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(explained.contains("depends on a price, and none is public. No price is known"), "{explained}");
    assert!(explained.contains("What to do: none: at no price do 75 of 100 runs pay."), "{explained}");
}
