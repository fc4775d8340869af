//! `report --audience vendor`: a vendor is told four fields, as they were given, and who may gain. Nothing of the scan.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::fixtures::{ANGULARJS, Folder, debian};
use crate::program::{stdout, underpin};

const GIVEN: [&str; 8] =
    ["--company", "Example Shop", "--product", "nodejs", "--size-band", "10-49", "--contact", "ada@shop.example"];
const HOST: &str = "zulu-db-07";
const FILES: [&str; 4] = ["v.json", "v.md", "v.html", "v.txt"];

const LIST: &str = "product,version,cve,kev,epss,fixed_in\nnodejs,20.20.2,CVE-2024-99999,true,0.9,\n";
const DECIDED: &str = "[[decision]]\ncase = \"debian-os-12\"\ndecision = \"declined\"\non = \"2026-07-01\"\nby = \"Quarrel\"\nprice = 4500.0\ncurrency = \"USD\"\nnote = \"outages cost less\"\n";

/// The saved scan of a host with a name, a user, ended software and a repository in the user's home.
fn host() -> Folder {
    let folder = debian();
    folder.write("etc/passwd", "root:x:0:0::/root:/bin/sh\nquentin:x:1000:1000:Quentin Quux:/home/quentin:/bin/bash\n");
    folder.write(&format!("home/quentin/{}", ANGULARJS.0), ANGULARJS.1);
    let mut saved: Value =
        serde_json::from_str(&stdout(&mut underpin(["scan", &folder.arg(), "--format", "json"]))).expect("JSON");
    let scan = &mut saved["scans"][0];
    (scan["target"]["name"], scan["target"]["kind"], scan["host"]["hostname"]) = (json!(HOST), json!("host"), json!(HOST));
    Folder::new("saved", &[("host.json", &saved.to_string())])
}

/// Runs the report on the host, with a decision, a list of vulnerabilities and an earlier day, and gives each format's text.
fn told(target: &str, more: &[&str]) -> Vec<(&'static str, String)> {
    let results = Folder::new("results", &[("list.csv", LIST), ("decided.toml", DECIDED)]);
    let mut command = underpin(["report", target, "--tier", "3", "--regime", "pci", "--all", "--since", "2026-06-30"]);
    command.args(["--vulns", &results.at("list.csv"), "--decisions", &results.at("decided.toml")]);
    command.args(more).args(FILES.iter().flat_map(|file| ["-o".to_owned(), results.at(file)]));
    stdout(&mut command);
    FILES.map(|file| (file, fs::read_to_string(results.at(file)).expect("written"))).into()
}

/// Every text and number that stands anywhere in a document.
fn leaves(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| leaves(item, into)),
        Value::Object(fields) => fields.values().for_each(|field| leaves(field, into)),
        Value::String(text) => _ = into.insert(text.clone()),
        Value::Number(number) => _ = into.insert(number.to_string()),
        Value::Null | Value::Bool(_) => {}
    }
}

#[test]
fn nothing_that_the_full_report_knows_stands_in_what_a_vendor_gets() {
    let folder = host();
    let target = folder.at("host.json");
    let full: Value = serde_json::from_str(&told(&target, &[])[0].1).expect("JSON");
    let scan = fs::read_to_string(&target).expect("written");
    for part in ["decisions", "since", "vulnerabilities", "opportunities", "offers_on_record", "disclosure"] {
        assert!(full[part].as_array().is_none_or(|list| !list.is_empty()) && !full[part].is_null(), "{part} says nothing");
    }
    // The whole document, not a list of its parts: a field that is new tomorrow is a secret without anybody saying so.
    let mut secrets = BTreeSet::new();
    leaves(&full, &mut secrets);
    leaves(&serde_json::from_str(&scan).expect("JSON"), &mut secrets);
    for (planted, seen) in [(HOST, &scan), ("20.20.2", &scan), ("home/quentin", &scan), ("angular", &scan)] {
        assert!(seen.contains(planted), "the scan does not know {planted}, so its absence would prove nothing");
    }
    assert!(secrets.iter().any(|secret| secret == "HeroDevs"), "a vendor stands in the full report");

    // Words of three letters and single figures are in every English sentence; what identifies anything is longer.
    let given = GIVEN.map(str::to_lowercase);
    let harmless = |secret: &str| secret.chars().count() < 5 || given.iter().any(|field| field == secret) || secret == "node.js";
    let without = told(&target, &["--audience", "vendor"]);
    for (file, text) in told(&target, &[&["--audience", "vendor"][..], &GIVEN].concat()) {
        let text = text.to_lowercase();
        for secret in secrets.iter().map(|secret| secret.to_lowercase()).filter(|secret| !harmless(secret)) {
            // A word that the frame itself uses, such as "offer", is not of this scan.
            let frame = without.iter().any(|(other, frame)| *other == file && frame.to_lowercase().contains(&secret));
            assert!(frame || !text.contains(&secret), "{file} tells {secret:?}: {text}");
        }
        for planted in [
            "cve-2024", "declined", "quarrel", "june", "4500", "zulu", "quentin", "quux", "20.20.2", "debian", "angular",
            "herodevs", "/home", "pci", "sha-256",
        ] {
            assert!(!text.contains(planted), "{file} tells {planted}");
        }
    }
}

/// Whatever was scanned, the bytes are the same: nothing of a scan can be in them.
#[test]
fn what_a_vendor_gets_is_the_same_for_every_scan() {
    let bare = debian();
    let arguments = [&["--audience", "vendor"][..], &GIVEN].concat();
    assert_eq!(told(&host().at("host.json"), &arguments), told(&bare.arg(), &arguments));
}

#[test]
fn a_vendor_gets_the_four_fields_as_given_and_who_may_gain_in_every_format() {
    let folder = host();
    let target = folder.at("host.json");
    let texts = told(&target, &[&["--audience", "vendor"][..], &GIVEN].concat());
    for (file, text) in &texts {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace("\\@", "@");
        for said in
            ["Nobody gains from this document, in money or otherwise", "Example Shop", "Node.js", "10-49", "ada@shop.example"]
        {
            assert!(text.contains(said), "{file} lacks {said}: {text}");
        }
    }
    let mut document: Value = serde_json::from_str(&texts[0].1).expect("JSON");
    document["disclosure"]["text"] = Value::Null;
    let expected = json!({
        "schema": "underpin.lead/1", "company": "Example Shop", "product": "Node.js", "scope_size_band": "10-49",
        "champion_contact": "ada@shop.example",
        "disclosure": {"who_may_gain": "nobody", "from_whom": null, "maximum": "0", "text": null},
    });
    assert_eq!(document, expected);
}

#[test]
fn the_configuration_gives_the_fields_and_the_command_line_overrides_them() {
    let folder = host();
    let target = folder.at("host.json");
    let file = Folder::new("conf", &[("underpin.toml", "[lead]\ncompany = \"Other\"\nsize-band = \"1000+\"\n")]);
    let texts = told(&target, &["--audience", "vendor", "--company", "Example Shop", "--config", &file.at("underpin.toml")]);
    let document: Value = serde_json::from_str(&texts[0].1).expect("JSON");
    assert_eq!((&document["company"], &document["scope_size_band"]), (&json!("Example Shop"), &json!("1000+")));
    assert_eq!((&document["product"], &document["champion_contact"]), (&Value::Null, &Value::Null));
}

#[test]
fn what_may_not_be_told_is_refused() {
    let folder = host();
    let target = folder.at("host.json");
    let faulty = Folder::new("conf", &[("underpin.toml", "[lead]\nsize-band = \"37\"\n")]);
    let config = faulty.at("underpin.toml");
    for (arguments, code, said) in [
        (&["--audience", "vendor", "--contact", "a@x.example, b@x.example"][..], 2, "rule P18"),
        (&["--audience", "vendor", "--product", "mysql"], 2, "no MySQL was found there"),
        (&["--audience", "vendor", "--size-band", "37"], 2, "possible values: 1-9, 10-49"),
        (&["--company", "Example Shop"], 2, "add --audience vendor"),
        (&["--audience", "vendor", "--config", &config], 3, "underpin.toml:2:13: CFG003: `37` is no band"),
    ] {
        let output = underpin(["report", &target]).args(arguments).output().expect("a run");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(code), 0), "{arguments:?}: {errors}");
        assert!(errors.contains(said), "{arguments:?}: {errors}");
    }
}
