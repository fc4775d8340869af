//! What is read of a Python environment is what its own pip lists.

#[path = "support/fetch.rs"]
mod fetch;
mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use fetch::fetched;
use support::{names, output, scan};
use underpin::model::{Chosen, Purl};

const IDS: [&str; 2] = ["python-dist-info", "python-egg-info"];

/// `name version` of what `python -m pip list` prints, in the form of a purl.
fn pip_list(python: &Path, folder: &Path) -> BTreeSet<String> {
    let listed = output(python, &["-m", "pip", "list", "--format", "json", "--disable-pip-version-check"], folder);
    let listed: serde_json::Value = listed.and_then(|text| serde_json::from_str(&text).ok()).expect("pip's list");
    let text = |package: &serde_json::Value, key: &str| package[key].as_str().map(str::to_owned).expect("a text");
    let packages = listed.as_array().expect("a list").iter();
    packages
        .map(|package| format!("{} {}", Purl::new("pypi", &text(package, "name")).full_name(), text(package, "version")))
        .collect()
}

#[test]
fn a_virtual_environment_is_read_as_pip_lists_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    if output("python3", &["-m", "venv", "env"], folder.path()).is_none() {
        return;
    }
    let python = folder.path().join("env/bin/python");
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "six==1.16.0", "requests==2.31.0"];
    fetched("the Python Package Index", Command::new(&python).args(install).current_dir(folder.path())).expect("pip");
    let found = scan(folder.path(), &IDS);
    let own: Vec<_> = found.components.iter().filter(|c| c.evidence == underpin::model::Evidence::Installed).cloned().collect();
    let installed = underpin::detect::Findings { components: own, ..Default::default() };
    assert_eq!(names(&installed), pip_list(&python, folder.path()));
    assert!(names(&installed).contains("six 1.16.0"), "nothing was installed");
    assert_eq!(found.problems, []);
    let chosen = |name: &str| installed.components.iter().find(|c| c.purl.name() == name).map(|c| c.chosen);
    assert_eq!((chosen("requests"), chosen("urllib3")), (Some(Chosen::Purpose), Some(Chosen::Unknown)));
}
