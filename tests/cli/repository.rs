//! A repository whose frameworks have ended, told in every format: what has ended, the supported way on, and cases whose verdict is said plainly.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::fixtures::{Folder, TRUNCATED, billing};
use crate::page::without_code;
use crate::program::{stdout, underpin};

/// One report in every format.
struct Told {
    json: Value,
    md: String,
    html: String,
    table: String,
}

fn told(more: &[&str]) -> Told {
    let folder = billing();
    let results = Folder::new("results", &[]);
    let [json, md, html] = ["r.json", "r.md", "r.html"].map(|name| results.at(name));
    let mut command = underpin(["report", ".", "--format", "table", "-o", &json, "-o", &md, "-o", &html]);
    let table = stdout(command.current_dir(folder.path()).args(more));
    let [json, md, html] = [json, md, html].map(|path| fs::read_to_string(path).expect("written"));
    Told { json: serde_json::from_str(&json).expect("JSON"), md, html, table }
}

static PLAIN: LazyLock<Told> = LazyLock::new(|| told(&[]));
static UNDER_PCI: LazyLock<Told> = LazyLock::new(|| told(&["--regime", "pci"]));

fn list<'v>(report: &'v Value, name: &str) -> &'v Vec<Value> {
    report[name].as_array().unwrap_or_else(|| panic!("no list {name}"))
}

#[test]
fn three_versions_are_declared_and_have_ended() {
    let found: Vec<Value> = list(&PLAIN.json, "deployments")
        .iter()
        .map(|one| {
            json!([
                one["product"],
                one["version"],
                one["use"],
                one["lifecycle"]["state"],
                one["lifecycle"]["eol"],
                one["locations"][0]
            ])
        })
        .collect();
    let expected = json!([
        ["angularjs", "1.8.3", "declared", "eol", "2021-12-31", "web/package-lock.json:8"],
        ["nodejs", "16", "declared", "eol", "2023-09-11", "Dockerfile:1"],
        // The starter takes its version from the parent, and is no second Spring Boot.
        ["spring-boot", "2.7.18", "declared", "eol", "2023-06-30", "pom.xml:4"],
    ]);
    assert_eq!(Value::from(found), expected);
}

#[test]
fn the_supported_way_on_is_named_first() {
    let work: BTreeMap<&str, (&Value, &Value)> = list(&PLAIN.json, "actions")
        .iter()
        .map(|action| (action["product"].as_str().expect("a product"), (&action["kind"], &action["to"])))
        .collect();
    let upgrade = json!("upgrade");
    let (angular, node, spring) =
        (json!("Angular 22, fixes to 2028-06-30"), json!("24, fixes to 2028-04-30"), json!("4.1, fixes to 2027-07-31"));
    let expected = [("angularjs", (&upgrade, &angular)), ("nodejs", (&upgrade, &node)), ("spring-boot", (&upgrade, &spring))];
    assert_eq!(work, BTreeMap::from(expected));
    for text in [&PLAIN.table, &PLAIN.md] {
        let (first, rest) = text.split_once(if text.starts_with('#') { "## Does" } else { "DOES" }).expect("two parts");
        for ended in ["2021-12-31", "2023-09-11", "2023-06-30", "pom.xml:4", "Dockerfile:1", "web/package-lock.json:8"] {
            assert!(first.contains(ended), "{ended} is not in the first part:\n{first}");
        }
        assert!(rest.to_uppercase().contains("NOTHING TO DECIDE"), "{rest}");
    }
}

#[test]
fn each_of_them_is_one_case_and_none_is_left_to_the_community() {
    let cases = list(&PLAIN.json, "opportunities");
    let mut products: Vec<&str> = cases.iter().filter_map(|case| case["product"].as_str()).collect();
    products.sort_unstable();
    assert_eq!(products, ["angularjs", "nodejs", "spring-boot"]);
    for case in cases {
        assert_ne!(case["sub_verdict"], "community", "{case}");
        assert_eq!(case["must_act_if_exposed"], true, "{case}");
        assert_eq!(case["scope"]["unit"], "application", "{case}");
    }
}

#[test]
fn a_regime_makes_all_of_them_must_act() {
    let verdicts: Vec<(&Value, &Value)> =
        list(&UNDER_PCI.json, "opportunities").iter().map(|case| (&case["product"], &case["verdict"])).collect();
    assert_eq!(verdicts.len(), 3, "{verdicts:?}");
    assert!(verdicts.iter().all(|(_, verdict)| *verdict == "must-act"), "{verdicts:?}");
    assert!(list(&UNDER_PCI.json, "opportunities").iter().all(|case| case["alternatives"]["community"]["admissible"] == false));
    let lever = list(&PLAIN.json, "levers").iter().find(|lever| lever["argument"] == "--regime pci");
    assert!(lever.is_some(), "the report does not say that a regime would turn it");
}

/// The sentences of a report: lines of a terminal joined where they wrap, cells of a table, texts of a page.
fn sentences(text: &str) -> Vec<String> {
    let plain = text.replace("\n      ", " ").replace("</", "\n</").replace("<br>", "\n");
    plain.lines().map(str::to_lowercase).collect()
}

#[test]
fn no_line_says_community_beside_an_end_of_life_or_lacks_what_it_lacks() {
    for told in [&*PLAIN, &*UNDER_PCI] {
        for text in [&told.table, &told.md, &without_code(&told.html)] {
            for line in sentences(text) {
                let ended = ["end of life", "ended 20", "angularjs", "node.js 16", "spring boot 2.7"]
                    .iter()
                    .any(|word| line.contains(word));
                assert!(!(ended && line.contains("community")), "{line}");
                let lacks = line.contains("not enough data") || line.contains("not-enough-data");
                assert!(!lacks || line.contains("not enough data:") || line.contains("not enough data on"), "{line}");
            }
        }
        for case in list(&told.json, "opportunities") {
            assert!(!case["summary"].as_str().expect("a sentence").contains("community"), "{case}");
            assert!(case["verdict"] != "not-enough-data" || !case["sub_verdict"].is_null(), "{case}");
        }
    }
}

#[test]
fn the_page_loads_nothing_and_runs_its_own_script_alone() {
    for told in [&*PLAIN, &*UNDER_PCI] {
        let page = &told.html;
        assert!(page.contains("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-"));
        assert_eq!(page.matches("<script").count(), 2, "the data and the script");
        let page = without_code(page);
        for tag in [
            "<script",
            "<link",
            "<img",
            "<iframe",
            "<object",
            "<form",
            "<base",
            " src=",
            " style=\"",
            "@import",
            "url(http",
            "url(\"",
            "url(//",
            " onclick",
            "javascript:",
        ] {
            assert!(!page.contains(tag), "{tag}");
        }
        let links = page.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        assert!(links.clone().count() > 3);
        for link in links {
            assert!(["https://", "http://", "#"].iter().any(|start| link.starts_with(start)), "{link}");
        }
    }
}

#[test]
fn the_last_line_is_the_next_command() {
    let last = PLAIN.table.lines().last().expect("a line");
    assert!(last.ends_with("underpin report . -o report.html"), "{last}");
}

#[test]
fn a_lock_file_that_ends_too_early_is_one_problem_at_its_line_and_the_rest_is_told() {
    let folder = billing();
    folder.write(TRUNCATED.0, TRUNCATED.1);
    let text = stdout(&mut underpin(["report", &folder.arg(), "--format", "json", "-q", "--exclude", "pom.xml,Dockerfile"]));
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let problems: Vec<Value> =
        list(&report, "problems").iter().map(|one| json!([one["path"], one["line"], one["code"]])).collect();
    assert_eq!(problems, [json!(["api/package-lock.json", 6, "UP003"])]);
    assert_eq!(list(&report, "actions").iter().map(|action| &action["product"]).collect::<Vec<_>>(), ["angularjs"]);
}

#[test]
fn the_lock_file_of_this_very_program_makes_no_case() {
    let root = env!("CARGO_MANIFEST_DIR");
    let read = |name: &str| fs::read_to_string(format!("{root}/{name}")).expect("a file of this repository");
    let folder = Folder::new("underpin", &[("Cargo.lock", &read("Cargo.lock")), ("Cargo.toml", &read("Cargo.toml"))]);
    let report: Value =
        serde_json::from_str(&stdout(&mut underpin(["report", &folder.arg(), "--format", "json"]))).expect("JSON");
    assert!(report["totals"]["declared_packages"].as_u64().is_some_and(|count| count > 150), "{}", report["totals"]);
    assert_eq!((list(&report, "opportunities").len(), list(&report, "actions").len()), (0, 0), "{report}");
    let table = stdout(&mut underpin(["report", &folder.arg()]));
    assert!(table.contains("Nothing here needs a purchase."), "{table}");
}
