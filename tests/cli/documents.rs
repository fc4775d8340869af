//! Documents that other programs read keep to their schemas, on real output.

use std::collections::BTreeSet;

use jsonschema::{Registry, Validator};
use serde_json::Value;

use crate::fixtures::{Folder, billing, debian, polyglot, system};
use crate::program::{stdout, underpin};

fn schema(name: &str) -> Value {
    let path = format!("{}/tests/schemas/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).expect("JSON")
}

fn assert_valid(validator: &Validator, document: &Value) {
    let told = validator.iter_errors(document).map(|fault| format!("{}: {fault}", fault.instance_path()));
    let faults: Vec<String> = told.take(10).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The official schema of CycloneDX 1.6, whose references to other files are kept beside it.
fn check_cyclonedx(document: &Value) {
    let [bom, spdx, jsf] = ["bom-1.6", "spdx", "jsf-0.82"].map(|name| schema(&format!("cyclonedx/{name}.schema.json")));
    let registry = Registry::new()
        .add("http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json", &spdx)
        .and_then(|registry| registry.add("http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json", &jsf))
        .and_then(jsonschema::RegistryBuilder::prepare)
        .expect("addresses");
    let validator = jsonschema::options().with_registry(&registry).build(&bom).expect("a schema");
    let mut broken = document.clone();
    broken["metadata"]["tools"]["components"][0]["type"] = Value::from("software");
    assert!(!validator.is_valid(&broken), "this schema accepts everything");
    assert_valid(&validator, document);
    let components = document["components"].as_array().into_iter().flatten().chain(document["metadata"].get("component"));
    let refs: Vec<&str> = components.map(|one| one["bom-ref"].as_str().expect("a reference")).collect();
    let known: BTreeSet<&str> = refs.iter().copied().collect();
    assert_eq!(known.len(), refs.len(), "a reference twice in {refs:?}");
    for dependency in document["dependencies"].as_array().into_iter().flatten() {
        let ends = dependency["dependsOn"].as_array().into_iter().flatten().chain([&dependency["ref"]]);
        assert!(ends.filter_map(Value::as_str).all(|end| known.contains(end)), "{dependency}");
    }
}

/// The official schema of SPDX 2.3, and what it cannot say: identifiers are given once, and every end of a relation is there.
fn check_spdx(document: &Value) {
    let schema = schema("spdx/spdx-2.3.schema.json");
    let validator = jsonschema::draft7::new(&schema).expect("a schema");
    let mut broken = document.clone();
    broken["packages"][0]["purpose"] = Value::from("software");
    assert!(!validator.is_valid(&broken), "this schema accepts everything");
    assert_valid(&validator, document);
    let packages = document["packages"].as_array().into_iter().flatten();
    let ids: Vec<&str> = packages.filter_map(|package| package["SPDXID"].as_str()).chain(["SPDXRef-DOCUMENT"]).collect();
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len(), "an identifier twice in {ids:?}");
    let allowed = |id: &&str| id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    assert!(known.iter().all(allowed), "{known:?}");
    for relation in document["relationships"].as_array().into_iter().flatten() {
        let ends = [&relation["spdxElementId"], &relation["relatedSpdxElement"]];
        assert!(ends.iter().all(|end| end.as_str().is_some_and(|end| known.contains(end))), "{relation}");
    }
}

#[test]
fn spdx_of_many_kinds_of_components_is_valid() {
    let folders = [polyglot(), billing(), debian(), Folder::new("empty", &[])];
    let all: Vec<String> = folders.iter().map(Folder::arg).collect();
    for targets in [&all[..], &all[..1], &all[2..3], &all[3..]] {
        let text = stdout(underpin(["scan", "--format", "spdx"]).args(targets));
        let document: Value = serde_json::from_str(&text).expect("JSON");
        check_spdx(&document);
        assert_eq!(document["creationInfo"]["created"], "2026-11-24T00:00:00Z");
    }
}

/// Expressions stay, other texts are kept word by word, and the name space changes with the content alone.
#[test]
fn licences_of_spdx_are_expressions_or_texts_that_the_document_holds() {
    let lock = |license: &str| {
        format!(r#"{{"packages": [{{"name": "psr/log", "version": "3.0.2", "license": ["{license}"]}}], "packages-dev": []}}"#)
    };
    let written = |license: &str| -> Value {
        let folder = Folder::new("shop", &[("composer.lock", &lock(license))]);
        serde_json::from_str(&stdout(&mut underpin(["scan", &folder.arg(), "--format", "spdx"]))).expect("JSON")
    };
    let package = |document: &Value| document["packages"][1]["licenseDeclared"].clone();
    let (plain, text, again) = (written("MIT"), written("see LICENSE.txt"), written("see LICENSE.txt"));
    assert_eq!((package(&plain), &plain["hasExtractedLicensingInfos"]), (Value::from("MIT"), &Value::Null));
    let extracted = &text["hasExtractedLicensingInfos"][0];
    assert_eq!((&extracted["licenseId"], &extracted["extractedText"]), (&package(&text), &Value::from("see LICENSE.txt")));
    check_spdx(&text);
    assert_eq!(text, again);
    assert_ne!(plain["documentNamespace"], text["documentNamespace"]);
}

#[test]
fn cyclonedx_of_many_kinds_of_components_is_valid() {
    let folders = [polyglot(), billing(), debian()];
    let targets: Vec<String> = folders.iter().map(Folder::arg).collect();
    let text = stdout(underpin(["scan", "--format", "cyclonedx"]).args(&targets));
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let purls: Vec<&str> =
        document["components"].as_array().into_iter().flatten().filter_map(|one| one["purl"].as_str()).collect();
    for kind in ["cargo", "composer", "deb", "docker", "gem", "golang", "maven", "npm", "pypi"] {
        assert!(purls.iter().any(|purl| purl.starts_with(&format!("pkg:{kind}/"))), "no {kind} among {purls:?}");
    }
    check_cyclonedx(&document);
    for folder in &folders {
        check_cyclonedx(
            &serde_json::from_str(&stdout(&mut underpin(["scan", &folder.arg(), "--format", "cyclonedx"]))).expect("JSON"),
        );
    }
}

#[test]
fn an_empty_folder_gives_valid_documents_too() {
    let folder = Folder::new("empty", &[]);
    let text = stdout(&mut underpin(["scan", &folder.arg(), "--format", "cyclonedx"]));
    let document: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["components"], Value::Array(Vec::new()));
    check_cyclonedx(&document);
    check_report(&[&folder.arg()]);
}

fn check_report(arguments: &[&str]) {
    let schema = schema("report-1.schema.json");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let text = stdout(underpin(["report", "--format", "json"]).args(arguments));
    assert_valid(&validator, &serde_json::from_str(&text).expect("JSON"));
}

#[test]
fn reports_on_repositories_systems_and_saved_scans_keep_to_the_schema() {
    let (repository, rootfs) = (billing(), debian());
    check_report(&[&repository.arg(), "--downtime-cost", "500", "--regime", "pci"]);
    check_report(&[&rootfs.arg(), "--no-offers"]);
    let scan = stdout(&mut underpin(["scan", &rootfs.arg(), "--format", "json"]));
    let old = stdout(&mut underpin(["scan", &system("debian", "10", &[]).arg(), "--format", "json"]));
    let saved = Folder::new("saved", &[("a.json", &scan), ("b.json", &old)]);
    check_report(&[&saved.at("a.json"), &saved.at("b.json"), &polyglot().arg()]);
}

/// Whether everything of `then` is in `now`, which may say more.
fn assert_kept(then: &Value, now: &Value, place: &str) {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => {
            for (key, value) in then {
                let kept = now.get(key).unwrap_or_else(|| panic!("{place}/{key} went: that is another number of the contract"));
                assert_kept(value, kept, &format!("{place}/{key}"));
            }
        }
        (Value::Array(then), Value::Array(now)) if then.len() == now.len() => {
            for (index, (then, now)) in then.iter().zip(now).enumerate() {
                assert_kept(then, now, &format!("{place}/{index}"));
            }
        }
        _ => assert_eq!(then, now, "{place}"),
    }
}

/// The file is of the first release and never written anew: within `underpin.scan/1`, fields are only added.
#[test]
fn a_scan_that_the_first_release_saved_is_read_and_loses_nothing() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/saved/scan-1.json");
    let then: Value = serde_json::from_str(include_str!("../fixtures/saved/scan-1.json")).expect("JSON");
    let now: Value = serde_json::from_str(&stdout(&mut underpin(["scan", path, "--format", "json"]))).expect("JSON");
    assert_kept(&then, &now, "");
}
