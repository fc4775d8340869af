//! Compares what `cargo-lock` finds in this repository's own lock file with `cargo metadata`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use underpin::detect::{DETECTORS, Findings, Opened};
use underpin::model::Chosen;
use underpin::progress::Counters;
use underpin::source::DirectoryTree;

type Packages = BTreeSet<(String, String)>;

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--all-features", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo fetch first: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn ours() -> Findings {
    let detector = DETECTORS.iter().find(|detector| detector.id() == "cargo-lock").expect("the detector is in the table");
    let mut out = Findings::default();
    let counters = Counters::default();
    let tree = DirectoryTree::new(env!("CARGO_MANIFEST_DIR"), false);
    detector.detect(&Opened::new(&tree, &counters, Path::new("Cargo.lock")), &mut out);
    assert_eq!(out.problems, []);
    out
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Cargo's packages that come from somewhere, and of these the ones that the root package names itself.
fn truth(metadata: &Value) -> (Packages, Packages) {
    let list = |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let packages = list(metadata, "packages");
    let foreign = packages.iter().filter(|package| !package["source"].is_null());
    let all = foreign.clone().map(|package| (text(package, "name"), text(package, "version"))).collect();
    let nodes = list(&metadata["resolve"], "nodes");
    let root = nodes.iter().find(|node| node["id"] == metadata["resolve"]["root"]).expect("the root package");
    let direct = list(root, "dependencies");
    let named = foreign.filter(|package| direct.contains(&package["id"]));
    (all, named.map(|package| (text(package, "name"), text(package, "version"))).collect())
}

fn found(out: &Findings, wanted: impl Fn(Chosen) -> bool) -> Packages {
    let components = out.components.iter().filter(|component| wanted(component.chosen));
    components
        .map(|component| (component.purl.name().to_owned(), component.purl.version().unwrap_or_default().to_owned()))
        .collect()
}

#[test]
fn the_lock_of_this_repository_is_what_cargo_says_it_is() {
    let (all, direct) = truth(&metadata());
    let out = ours();
    assert!(all.len() > 100, "only {} packages", all.len());
    // With all features and no platform filter cargo lists the whole lock. Should an update of a dependency break this because
    // of its own optional dependencies, which a lock may hold though no feature asks for them, only `all ⊆ locked` is law.
    assert_eq!(found(&out, |_| true), all);
    assert_eq!(found(&out, |chosen| chosen == Chosen::Purpose), direct);
}
