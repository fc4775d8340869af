//! What is read of npm's folders and lock files is what npm itself lists.

#[path = "support/fetch.rs"]
mod fetch;
mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use fetch::{fetch, fetched};
use support::{names, output, scan};
use underpin::model::{Chosen, Group};

/// `name version` of everything in the tree that `npm ls --all --json` prints.
fn listed(arguments: &[&str], folder: &Path) -> Option<BTreeSet<String>> {
    let text = output("npm", &[&["ls", "--all", "--json", "--long"], arguments].concat(), folder)?;
    let mut found = BTreeSet::new();
    collect(&serde_json::from_str(&text).ok()?, &mut found);
    Some(found)
}

fn collect(node: &serde_json::Value, found: &mut BTreeSet<String>) {
    for dependency in node["dependencies"].as_object().into_iter().flat_map(|map| map.values()) {
        if let (Some(name), Some(version)) = (dependency["name"].as_str(), dependency["version"].as_str()) {
            found.insert(format!("{name} {version}"));
            collect(dependency, found);
        }
    }
}

/// Runs npm on its registry; `None` if this machine does not have npm.
fn npm(arguments: &[&str], folder: &Path) -> Option<String> {
    fetched("the npm registry", Command::new("npm").args(arguments).current_dir(folder))
}

#[test]
fn a_registry_that_cannot_be_reached_is_named() {
    let nowhere = ["view", "is-number", "--registry", "http://127.0.0.1:9/", "--fetch-retries", "0"];
    let Some(result) = fetch("the npm registry", Command::new("npm").args(nowhere)) else { return };
    let why = result.expect_err("a failure");
    assert!(why.starts_with("the npm registry cannot be reached"), "{why}");
}

#[test]
fn installed_packages_and_lock_files_are_read_as_npm_lists_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("package.json"), r#"{"name": "own", "version": "1.0.0"}"#).expect("a manifest");
    let install = ["install", "--ignore-scripts", "--no-audit", "is-number@7.0.0", "str@npm:string-width@4.2.3"];
    if npm(&install, folder.path()).is_none() {
        return;
    }
    npm(&["install", "--ignore-scripts", "--no-audit", "--save-dev", "chalk@4.1.2"], folder.path()).expect("npm");
    let expected = listed(&[], folder.path()).expect("npm's list");
    assert!(expected.contains("string-width 4.2.3") && expected.contains("ansi-styles 4.3.0"), "{expected:?}");
    assert_eq!(names(&scan(folder.path(), &["npm-installed"])), expected);

    let locked = scan(folder.path(), &["npm-lock"]);
    assert_eq!((names(&locked), locked.problems), (expected.clone(), vec![]));
    let facts = |name: &str| locked.components.iter().find(|c| c.purl.name() == name).map(|c| (c.group, c.chosen));
    assert_eq!(facts("string-width"), Some((Group::Main, Chosen::Purpose)));
    assert_eq!(facts("chalk"), Some((Group::Development, Chosen::Purpose)));
    assert_eq!(facts("color-name"), Some((Group::Development, Chosen::Dependency)));

    let old = ["install", "--package-lock-only", "--lockfile-version", "1", "--no-audit"];
    npm(&old, folder.path()).expect("npm");
    assert_eq!(names(&scan(folder.path(), &["npm-lock"])), expected);
}

#[test]
fn global_packages_are_read_as_npm_lists_them() {
    let Some(root) = output("npm", &["root", "-g"], Path::new("/")) else { return };
    let root = Path::new(root.trim());
    let expected = listed(&["-g"], Path::new("/")).expect("npm's list");
    let lib = root.parent().expect("a prefix");
    let found = scan(lib, &["npm-installed"]);
    let below: BTreeSet<String> = found
        .components
        .iter()
        .filter(|c| c.locations.iter().all(|place| place.path.starts_with("node_modules/")))
        .map(|c| format!("{} {}", c.purl.full_name(), c.purl.version().unwrap_or("?")))
        .collect();
    assert_eq!(below, expected);
}
