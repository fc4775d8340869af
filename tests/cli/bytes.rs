//! The same input gives the same bytes: whatever the order of roots, the number of threads, and the way by a saved scan.

use std::fs;

use serde_json::Value;

use crate::fixtures::{Folder, angularjs, debian, polyglot};
use crate::program::{stdout, underpin};

const THREADS: [&str; 2] = ["1", "8"];

/// Every way to order three things.
const ORDERS: [[usize; 3]; 3] = [[0, 1, 2], [2, 0, 1], [2, 1, 0]];

#[test]
fn a_scan_of_roots_in_any_order_by_any_number_of_threads_is_the_same() {
    let roots = [polyglot(), angularjs(), debian()].map(|folder| (folder.arg(), folder));
    for format in ["table", "json", "purls", "cyclonedx", "spdx"] {
        let runs = ORDERS.iter().flat_map(|order| THREADS.map(|threads| (order, threads)));
        let mut texts = runs.map(|(order, threads)| {
            let targets = order.iter().map(|index| roots[*index].0.as_str());
            stdout(underpin(["scan", "--format", format, "--threads", threads]).args(targets))
        });
        let first = texts.next().expect("a run");
        assert!(first.contains("angular") && first.contains("nodejs") && first.contains("itoa"), "{first}");
        assert!(texts.all(|text| text == first), "{format} differs");
    }
}

#[test]
fn a_report_on_roots_in_any_order_by_any_number_of_threads_is_the_same() {
    let roots = [angularjs(), debian()].map(|folder| (folder.arg(), folder));
    let results = Folder::new("results", &[]);
    let runs = [([0, 1], "1"), ([1, 0], "8"), ([0, 1], "8")].map(|(order, threads)| {
        let targets = order.iter().map(|index| roots[*index].0.as_str());
        let files = ["r.json", "r.md", "r.html", "r.txt"].map(|name| results.at(name));
        let outputs = files.iter().flat_map(|file| ["-o", file]);
        stdout(underpin(["report", "--threads", threads]).args(targets).args(outputs));
        files.map(|file| fs::read_to_string(file).expect("written"))
    });
    let [first, others @ ..] = &runs;
    assert!(first[0].contains("angularjs") && first[0].contains("\"debian\""));
    for run in others {
        for (name, text, expected) in
            [("json", &run[0], &first[0]), ("md", &run[1], &first[1]), ("html", &run[2], &first[2]), ("txt", &run[3], &first[3])]
        {
            assert_eq!(text, expected, "{name} differs");
        }
    }
}

/// A report as a value, without what names how it was asked for.
fn report(targets: &[&str]) -> Value {
    let text = stdout(underpin(["report", "--format", "json"]).args(targets));
    let mut report: Value = serde_json::from_str(&text).expect("JSON");
    for place in ["/tool/arguments", "/digest"] {
        *report.pointer_mut(place).expect(place) = Value::Null;
    }
    report
}

/// The saved scan of a target.
fn saved(target: &str) -> String {
    stdout(&mut underpin(["scan", target, "--format", "json"]))
}

#[test]
fn a_saved_scan_is_reported_as_its_folder_is() {
    for folder in [angularjs(), debian()] {
        let results = Folder::new("results", &[("scan.json", &saved(&folder.arg()))]);
        assert_eq!(report(&[&results.at("scan.json")]), report(&[&folder.arg()]));
    }
}

/// Another program may sort the keys or leave out the white space.
#[test]
fn a_saved_scan_is_known_by_what_it_holds() {
    let scan: Value = serde_json::from_str(&saved(&polyglot().arg())).expect("JSON");
    let results = Folder::new("results", &[("sorted.json", &scan.to_string())]);
    let again = stdout(&mut underpin(["scan", &results.at("sorted.json"), "--format", "json"]));
    assert_eq!(serde_json::from_str::<Value>(&again).expect("JSON"), scan);
}

#[test]
fn saved_scans_of_twenty_alike_hosts_are_one_case_of_twenty_units() {
    let scan: Value = serde_json::from_str(&saved(&debian().arg())).expect("JSON");
    let results = Folder::new("results", &[]);
    let names: Vec<String> = (1..=20).map(|number| format!("web{number:02}")).collect();
    for name in &names {
        let mut scan = scan.clone();
        scan["scans"][0]["target"]["name"] = Value::from(name.as_str());
        results.write(&format!("{name}.json"), &scan.to_string());
    }
    let files: Vec<String> = names.iter().map(|name| results.at(&format!("{name}.json"))).collect();
    let report = report(&files.iter().map(String::as_str).collect::<Vec<_>>());
    let cases: Vec<&Value> = report["opportunities"].as_array().into_iter().flatten().collect();
    let told: Vec<_> = cases.iter().map(|case| (&case["product"], &case["scope"]["units"], &case["hosts"])).collect();
    assert_eq!(told, [(&Value::from("debian"), &Value::from(20), &Value::from(names))]);
    assert_eq!(report["targets"].as_array().map(Vec::len), Some(20));
    assert!(
        report["actions"].as_array().into_iter().flatten().all(|action| action["hosts"].as_array().map(Vec::len) == Some(20))
    );
}

#[test]
fn a_root_in_another_counts_once() {
    let folder = polyglot();
    let inner = folder.at("web");
    for format in ["json", "purls", "cyclonedx"] {
        let scan = |targets: &[&str]| stdout(underpin(["scan", "--format", format]).args(targets));
        let once = scan(&[&folder.arg()]);
        for targets in [[folder.arg(), inner.clone()], [inner.clone(), folder.arg()], [folder.arg(), folder.arg()]] {
            assert_eq!(scan(&[&targets[0], &targets[1]]), once, "{format} of {targets:?}");
        }
    }
}

#[test]
fn what_is_in_two_places_is_one_component_with_both() {
    let scan: Value = serde_json::from_str(&saved(&polyglot().arg())).expect("JSON");
    let all = scan["scans"][0]["components"].as_array().expect("components");
    let tomli: Vec<&Value> = all.iter().filter(|component| component["purl"] == "pkg:pypi/tomli@2.2.1").collect();
    let [tomli] = tomli.as_slice() else { panic!("{} components", tomli.len()) };
    let places: Vec<&Value> = tomli["locations"].as_array().into_iter().flatten().map(|place| &place["path"]).collect();
    assert_eq!(places, ["copy/jobs/requirements.txt", "jobs/requirements.txt"]);
}

#[test]
fn another_day_changes_what_its_dates_say_and_nothing_else() {
    let folder = debian();
    let lives = |day: &str| -> Vec<(String, String)> {
        let text = stdout(&mut underpin(["report", &folder.arg(), "--format", "json", "--as-of", day]));
        let report: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(report["as_of"], day);
        let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let one = |found: &Value| (word(&found["product"]), word(&found["lifecycle"]["state"]));
        report["deployments"].as_array().into_iter().flatten().map(one).collect()
    };
    let named = |states: [&str; 4]| {
        let products = ["debian", "nodejs", "openjdk", "postgresql"];
        products.into_iter().zip(states).map(|(product, state)| (product.to_owned(), state.to_owned())).collect::<Vec<_>>()
    };
    // Debian 12: fixes by its own team to 2026-07-11, free LTS to 2028-06-30. Node.js 20: to 2026-04-30.
    for (day, debian, node) in [
        // A day before its last 180; active support ended on 2024-10-22.
        ("2025-11-01", "supported", "ending"),
        ("2025-10-31", "supported", "security-only"),
        ("2026-04-30", "supported", "ending"),
        ("2026-05-01", "supported", "eol"),
        ("2026-07-12", "security-only", "eol"),
        ("2028-06-30", "ending", "eol"),
        ("2028-07-01", "eol", "eol"),
    ] {
        assert_eq!(lives(day), named([debian, node, debian, debian]), "{day}");
    }
}
