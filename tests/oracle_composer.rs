//! What is read of Composer's lock file and of its record of what it installed is what `composer show` says.
//! Needs `apt-get install composer`; the packages come from a folder, not from a registry.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use support::{names, output, scan};
use underpin::model::{Chosen, Group};

/// A manifest whose packages lie in `folder`.
fn manifest(folder: &Path) -> String {
    let package = |name: &str, version: &str| {
        let url = folder.join("package.tar").to_string_lossy().into_owned();
        serde_json::json!({"name": name, "version": version, "dist": {"type": "tar", "url": url}})
    };
    let all = serde_json::json!({"name": "acme/all", "version": "1.0.0", "type": "metapackage", "require": {"acme/log": "^1"}});
    let packages = [package("acme/log", "1.0.0"), package("acme/log", "v1.2.0"), package("acme/test", "dev-main"), all];
    serde_json::json!({
        "name": "acme/app",
        "repositories": [{"packagist.org": false}, {"type": "package", "package": packages}],
        "require": {"php": ">=7", "acme/all": "*"},
        "require-dev": {"acme/test": "dev-main"},
    })
    .to_string()
}

/// The content of every package.
fn archive() -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(2);
    header.set_mode(0o644);
    archive.append_data(&mut header, "package/composer.json", &b"{}"[..]).expect("memory takes everything");
    archive.into_inner().expect("memory takes everything")
}

/// `name version` of what `composer show` lists.
fn listed(arguments: &[&str], folder: &Path) -> BTreeSet<String> {
    let text = output("composer", &[&["show", "--format=json"], arguments].concat(), folder).expect("composer");
    let list: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let packages = ["locked", "installed"].iter().find_map(|key| list[key].as_array()).cloned().unwrap_or_default();
    packages
        .iter()
        .filter_map(|package| Some(format!("{} {}", package["name"].as_str()?, package["version"].as_str()?)))
        .collect()
}

#[test]
fn lock_and_record_are_read_as_composer_shows_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("package.tar"), archive()).expect("an archive");
    std::fs::write(folder.path().join("composer.json"), manifest(folder.path())).expect("a manifest");
    if output("composer", &["update", "--no-interaction", "--no-plugins"], folder.path()).is_none() {
        return;
    }
    let expected = listed(&["--locked"], folder.path());
    let all = ["acme/all 1.0.0", "acme/log v1.2.0", "acme/test dev-main"].map(str::to_owned);
    assert_eq!(expected, BTreeSet::from(all));
    let locked = scan(folder.path(), &["composer-lock"]);
    assert_eq!((names(&locked), &locked.problems), (expected, &vec![]));
    let facts = |name: &str| locked.components.iter().find(|c| c.purl.name() == name).map(|c| (c.group, c.chosen));
    assert_eq!(facts("log"), Some((Group::Main, Chosen::Dependency)));
    assert_eq!(facts("test"), Some((Group::Development, Chosen::Purpose)));

    assert_eq!(names(&scan(folder.path(), &["composer-installed"])), listed(&[], folder.path()));
    assert_eq!(names(&scan(folder.path(), &["composer-json"])), BTreeSet::new());
}
