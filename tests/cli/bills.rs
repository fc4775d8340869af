//! Bills of materials as targets: those that Syft, Trivy and cyclonedx-npm wrote of known trees (see `tests/fixtures/bills/README.md`), our
//! own read back, and files that are none.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::fixtures::{Folder, billing, debian, polyglot};
use crate::program::{stdout, underpin};

/// The path of a bill that another tool wrote.
fn bill(name: &str) -> String {
    format!("{}/tests/fixtures/bills/{name}", env!("CARGO_MANIFEST_DIR"))
}

const OF_SHOP: [&str; 10] = [
    "shop.syft.json",
    "syft-1.2.cdx.json",
    "syft-2.2.spdx.json",
    "syft.cdx.json",
    "syft.cdx.xml",
    "syft.spdx",
    "syft.spdx.json",
    "trivy.cdx.json",
    "trivy.spdx",
    "trivy.spdx.json",
];

/// The inventory of one target.
fn scan(target: &str) -> Value {
    let saved: Value = serde_json::from_str(&stdout(&mut underpin(["scan", target, "--format", "json"]))).expect("JSON");
    saved["scans"][0].clone()
}

/// Package URLs without qualifiers, since Trivy's names the point release.
fn packages(inventory: &Value) -> BTreeSet<&str> {
    let all = inventory["components"].as_array().into_iter().flatten();
    all.filter_map(|one| one["purl"].as_str()?.split('?').next()).collect()
}

#[test]
fn every_format_of_every_tool_tells_the_packages_and_the_distribution() {
    let expected = BTreeSet::from([
        "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10",
        "pkg:deb/debian/nginx@1.22.1-9%2Bdeb12u2",
        "pkg:deb/debian/nodejs@16.20.2-1nodesource1",
        "pkg:deb/debian/perl-base@5.36.0-7%2Bdeb12u2",
        "pkg:generic/debian@12",
        "pkg:npm/angular@1.8.3",
    ]);
    for name in OF_SHOP {
        let inventory = scan(&bill(name));
        assert_eq!(packages(&inventory), expected, "{name}");
        assert_eq!(inventory["problems"], json!([]), "{name}");
        let (target, os) = (&inventory["target"], &inventory["host"]["os"]);
        assert_eq!((&target["name"], &target["kind"]), (&json!("shop"), &json!("root-fs")), "{name}");
        assert_eq!((&os["id"], &os["version_id"]), (&json!("debian"), &json!("12")), "{name}");
        let component = |start: &str| {
            let all = inventory["components"].as_array().into_iter().flatten();
            all.into_iter().find(|one| one["purl"].as_str().is_some_and(|purl| purl.starts_with(start))).expect(start)
        };
        let libc = component("pkg:deb/debian/libc6");
        assert_eq!((&libc["evidence"], &libc["license"]), (&json!("installed"), &json!("LGPL-2.1-or-later")), "{name}");
        let places: Vec<&str> =
            libc["locations"].as_array().into_iter().flatten().filter_map(|one| one["path"].as_str()).collect();
        assert!(places.contains(&name), "{name}: {places:?}");
        // Version 1.2 has no properties, and Trivy no path of a database.
        let has_places = name.contains("syft") && !name.contains("1.2");
        assert_eq!(places.contains(&"/var/lib/dpkg/status"), has_places, "{name}: {places:?}");
    }
}

#[test]
fn a_package_of_a_bill_follows_whoever_maintains_it() {
    for name in ["trivy.cdx.json", "trivy.spdx", "shop.syft.json", "syft.cdx.json"] {
        let text = stdout(&mut underpin(["report", &bill(name), "--format", "json"]));
        let report: Value = serde_json::from_str(&text).expect("JSON");
        let deployments = report["deployments"].as_array().into_iter().flatten();
        let followed: Vec<Value> =
            deployments.map(|found| json!([found["product"], found["use"], found["lifecycle"]["followed"]])).collect();
        for expected in [
            json!(["debian", "enabled", "distribution"]),
            json!(["nginx", "installed", "distribution"]),
            json!(["nodejs", "installed", "vendor"]),
        ] {
            assert!(followed.contains(&expected), "{name}: {expected} not in {followed:?}");
        }
    }
}

#[test]
fn explain_and_fund_read_bills_and_several_make_one_report() {
    let (system, project) = (bill("trivy.cdx.json"), bill("npm.cdx.json"));
    assert!(stdout(&mut underpin(["explain", "nodejs", &system])).contains("16.20.2"));
    assert!(stdout(&mut underpin(["fund", &project])).contains("AngularJS"));
    let report: Value =
        serde_json::from_str(&stdout(&mut underpin(["report", &project, &system, "--format", "json"]))).expect("JSON");
    let targets = report["targets"].as_array().into_iter().flatten();
    let targets: Vec<Value> = targets.map(|target| json!([target["name"], target["kind"], target["os"]])).collect();
    assert_eq!(targets, [json!(["billing-web", "repository", null]), json!(["shop", "rootfs", "Debian 12.5"])]);
}

#[test]
fn the_project_itself_is_no_package_of_its_bill_and_development_is_marked() {
    let inventory = scan(&bill("npm.cdx.json"));
    let all = inventory["components"].as_array().into_iter().flatten();
    let found: Vec<Value> = all.map(|one| json!([one["purl"], one["evidence"], one["group"]])).collect();
    let expected = [
        json!(["pkg:npm/%40sindresorhus/is@4.6.0", "declared", "main"]),
        json!(["pkg:npm/angular@1.8.3", "declared", "main"]),
        json!(["pkg:npm/left-pad@1.3.0", "declared", "development"]),
    ];
    assert_eq!(found.len(), 3);
    assert!(expected.iter().all(|one| found.contains(one)), "{found:?}");
}

/// What a scan prints as package URLs, and what the bills that it writes give when they are read back.
fn round_trip(target: &str) {
    let results = Folder::new("results", &[]);
    let files = ["b.cdx.json", "b.spdx.json"].map(|name| results.at(name));
    let outputs = files.iter().flat_map(|file| ["-o", file]);
    let purls = stdout(underpin(["scan", target, "--format", "purls"]).args(outputs));
    assert!(purls.lines().count() > 2, "{purls}");
    for file in &files {
        assert_eq!(stdout(&mut underpin(["scan", file, "--format", "purls"])), purls, "{target} by {file}");
        assert_eq!(scan(file)["target"]["kind"], scan(target)["target"]["kind"], "{target} by {file}");
    }
}

#[test]
fn our_own_bills_give_the_same_package_urls_back() {
    for folder in [polyglot(), billing(), debian()] {
        round_trip(&folder.arg());
    }
}

#[test]
fn our_own_bills_of_this_repository_give_the_same_package_urls_back() {
    let copy = Folder::new("copy", &[]);
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"), copy.path().join("Cargo.lock")).expect("the lock file");
    round_trip(&copy.arg());
}

#[test]
fn a_system_by_its_bill_has_the_deployments_of_the_system_itself() {
    let folder = debian();
    let results = Folder::new("results", &[]);
    let file = results.at("host.cdx.json");
    stdout(&mut underpin(["scan", &folder.arg(), "-o", &file]));
    let told = |target: &str| -> Vec<Value> {
        let report: Value = serde_json::from_str(&stdout(&mut underpin(["report", target, "--format", "json"]))).expect("JSON");
        let all = report["deployments"].as_array().into_iter().flatten();
        all.map(|found| json!([found["product"], found["role"], found["use"], found["lifecycle"], found["origin"]])).collect()
    };
    assert_eq!(told(&file), told(&folder.arg()));
}

#[test]
fn a_bill_that_ends_early_is_a_problem_and_what_stood_before_is_kept() {
    let whole = fs::read_to_string(bill("trivy.cdx.json")).expect("a bill");
    let cut = whole.find("\"name\": \"nodejs\"").and_then(|at| whole.get(..at + 20)).expect("nodejs");
    let folder = Folder::new("cut", &[("cut.json", cut)]);
    let output = underpin(["scan", &folder.at("cut.json"), "--format", "purls", "-v", "--strict"]).output().expect("it starts");
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(4), "{errors}");
    assert!(text.contains("/libc6@") && text.contains("/nginx@") && !text.contains("nodejs"), "{text}");
    assert!(errors.contains("cut.json:") && errors.contains("UP003") && errors.contains("write it again"), "{errors}");
}

#[test]
fn what_is_no_bill_is_a_usage_error_that_lists_what_is_read() {
    let spdx3 = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}"#;
    let folder = Folder::new("other", &[("config.json", "{\"a\": 1}"), ("new.json", spdx3), ("bom.json", "{}")]);
    for (name, said) in [
        ("config.json", "neither a saved scan nor a bill of materials"),
        ("bom.json", "neither a saved scan nor a bill of materials"),
        ("new.json", "SPDX 3 is not read; have it written as SPDX 2.3 JSON or CycloneDX JSON"),
    ] {
        let output = underpin(["report", &folder.at(name)]).output().expect("it starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(said) && errors.contains("CycloneDX (JSON or XML), SPDX 2.2 or 2.3"), "{name}: {errors}");
    }
}

#[test]
fn a_bill_in_a_folder_declares_what_it_lists() {
    let text = |name| fs::read_to_string(bill(name)).expect("a bill");
    let folder = Folder::new("app", &[("sbom/trivy.cdx.json", &text("trivy.cdx.json")), ("sbom/syft.spdx", &text("syft.spdx"))]);
    let inventory = scan(&folder.arg());
    assert_eq!(inventory["host"]["os"], Value::Null);
    let all: Vec<&Value> = inventory["components"].as_array().into_iter().flatten().collect();
    assert!(all.iter().all(|one| one["evidence"] == "declared"), "{all:?}");
    let angular = all.iter().find(|one| one["purl"] == "pkg:npm/angular@1.8.3").expect("angular");
    assert_eq!(angular["detectors"], json!(["cyclonedx", "spdx"]));
    assert_eq!(packages(&inventory).len(), 5);
}
