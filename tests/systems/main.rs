//! Systems as administrators leave them: packages in every state, files put over a package's, mounts, programs that run after
//! they were replaced, one product from four makers, and files nested beyond reason. Needs root, dpkg, util-linux and
//! binutils.

mod deep;
mod makers;
mod mounts;
mod packages;
#[path = "../support/program.rs"]
mod program;
mod replaced;
mod roots;
mod strained;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use program::{stdout, underpin};

/// Runs a tool and gives what it prints.
fn run(command: &mut Command) -> (bool, String) {
    let output = command.env("LC_ALL", "C").output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

/// Runs a tool that must succeed.
fn must(command: &mut Command) -> String {
    let (succeeded, text) = run(command);
    assert!(succeeded, "{command:?}: {text}");
    text
}

/// Package URLs without qualifiers, and their places, of what a scan finds; sorted.
fn found(target: &Path, more: &[&str]) -> Vec<(String, Vec<String>)> {
    let text = stdout(underpin(["scan", "--format", "json"]).arg(target).args(more));
    let saved: Value = serde_json::from_str(&text).expect("JSON");
    let scans = saved["scans"].as_array().expect("scans").iter();
    let components = scans.flat_map(|scan| scan["components"].as_array().expect("components"));
    let mut found: Vec<(String, Vec<String>)> = components
        .map(|one| {
            let purl = one["purl"].as_str().expect("a purl").split('?').next().unwrap_or_default().to_owned();
            let places = one["locations"].as_array().expect("places").iter();
            (purl, places.map(|place| place["path"].as_str().expect("a path").to_owned()).collect())
        })
        .collect();
    found.sort();
    found
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    std::fs::write(path, text).expect("a file");
}
