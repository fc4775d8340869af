//! `underpin effort`: from a tracker's export to a report whose score knows the hours.

use serde_json::Value;

use crate::fixtures::{Folder, angularjs};
use crate::program::{stdout, underpin};

/// The hours of a whole department, so that they turn a verdict whatever the price.
const EXPORT: &str = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount ()\n\
    Ana,a@example.org,,Shop,,Backport,No,2026-10-05,09:00:00,2026-10-05,17:00:00,08:00:00,eol-workaround,\n\
    Ana,a@example.org,,Shop,,Tickets,No,2026-11-05,09:00:00,2026-11-05,17:00:00,4000:00:00,,\n\
    Ana,a@example.org,,Lunch,,,No,2026-11-06,12:00:00,2026-11-06,13:00:00,01:00:00,,\n";

#[test]
fn an_export_is_added_once_and_moves_the_score() {
    let scanned = angularjs();
    let folder = Folder::new("logged", &[("toggl.csv", EXPORT)]);
    let (export, log) = (folder.at("toggl.csv"), folder.at("effort.csv"));
    let import = || stdout(&mut underpin(["effort", "import", &export, "--log", &log, "--map", "shop=angularjs"]));
    let first = import();
    assert!(first.contains("toggl.csv:4: left out: no product for `Lunch`"), "{first}");
    assert!(first.contains("Toggl: 2 added to"), "{first}");
    let once = std::fs::read(&log).expect("a log");
    assert!(import().contains("Toggl: 0 added to"));
    assert_eq!(std::fs::read(&log).expect("a log"), once);
    let list = stdout(&mut underpin(["effort", "list", "--log", &log, "--format", "csv"]));
    assert_eq!(list, "product,month,activity,hours\nangularjs,2026-10,eol_workaround,8\nangularjs,2026-11,routine,4000\n");

    let text = stdout(&mut underpin(["report", &scanned.arg(), "--format", "json", "--log", &log, "--log-since", "2026-09-25"]));
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let case =
        report["opportunities"].as_array().expect("a list").iter().find(|case| case["product"] == "angularjs").expect("a case");
    let input = |symbol: &str| case["inputs"].as_array().expect("a list").iter().find(|input| input["symbol"] == symbol).cloned();
    assert_eq!(input("h").expect("hours")["grade"], "logged", "{case}");
    assert_ne!(case["score"], case["score_without_log"], "{case}");
}

#[test]
fn an_unknown_product_is_told_with_its_neighbours() {
    let folder = Folder::new("unknown", &[("note", "")]);
    let output = underpin(["effort", "add", "ngnix", "1.5", "--log", &folder.at("effort.csv")]).output().expect("a run");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("knows no product `ngnix`") && errors.contains("nginx"), "{errors}");
}
