//! Reads `conda-meta/*.json`, the records of the packages that are installed in a conda environment
//! (<https://docs.conda.io/projects/conda/en/stable/dev-guide/api/conda/models/records/index.html>).
//!
//! A record is a package database of its own: it says which files of the environment the package owns, among them the metadata
//! by which other tools know what conda installed. `requested_spec` is what somebody asked conda for.

use std::path::{Path, PathBuf};

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;
use crate::source::normalise;

use super::document::{self, Node};
use super::{Claim, Detector, FileFacts, Findings, Opened, Stage, json};

const ID: &str = "conda-meta";

/// Installed conda packages.
pub(super) struct CondaMeta;

impl Detector for CondaMeta {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::In("conda-meta")]
    }

    fn stage(&self) -> Stage {
        Stage::PackageDatabase
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name().strip_suffix(".json").is_some_and(|stem| !stem.is_empty() && !stem.starts_with('.'))
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(record) = document::read(file, out, json::parse) else { return };
        let (Some(name), Some(version)) = (record.text("name"), record.text("version")) else {
            out.problem(Code::Malformed, file, "a record without name and version");
            return;
        };
        let archive = record.text("fn").unwrap_or_default();
        let kind = [".conda", ".tar.bz2"].into_iter().find(|end| archive.ends_with(end)).unwrap_or_default();
        let purl = Purl::new("conda", name)
            .with_version(version)
            .with_qualifier("build", record.text("build").or_else(|| record.text("build_string")).unwrap_or_default())
            .with_qualifier("channel", channel(&record).unwrap_or_default())
            .with_qualifier("subdir", record.text("subdir").unwrap_or_default())
            .with_qualifier("type", kind.trim_start_matches('.'));
        let files = owned(&record, file.facts().path());
        out.ownership.add(&purl, files.iter().map(PathBuf::as_path));
        let mut component = Component::new(purl, Evidence::Installed, ID, Location::file(file.shown()));
        component.origin = Origin::Registry;
        component.license = record.text("license").map(str::to_owned);
        component.chosen = match record.get("requested_spec").map(|spec| spec.as_text().unwrap_or_default()) {
            Some("" | "None") => Chosen::Dependency,
            Some(_) => Chosen::Purpose,
            None => asked(&record),
        };
        out.component(component);
    }
}

/// The files of a record, which lies in the folder `conda-meta` of an environment.
fn owned(record: &Node, path: &Path) -> Vec<PathBuf> {
    let environment = path.ancestors().nth(2).unwrap_or(Path::new(""));
    let listed = record.get("files").map(Node::items).unwrap_or_default().iter().filter_map(Node::as_text);
    listed.map(|file| normalise(&environment.join(file.trim_start_matches('/')))).collect()
}

/// Newer records list every request.
fn asked(record: &Node) -> Chosen {
    match record.get("requested_specs").map(Node::items) {
        Some([]) => Chosen::Dependency,
        Some(_) => Chosen::Purpose,
        None => Chosen::Unknown,
    }
}

/// The channel's name: the last part of its address before the platform. The parts before it may hold a token.
fn channel(record: &Node) -> Option<&str> {
    let address = record.text("channel").or_else(|| record.text("schannel"))?.trim_end_matches('/');
    let subdir = record.text("subdir").unwrap_or("noarch");
    let place = address.strip_suffix(subdir).unwrap_or(address).trim_end_matches('/');
    place.rsplit('/').next().filter(|name| !name.is_empty() && !name.contains(['@', ':']))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::testing::{findings, found};
    use super::*;

    const PATH: &str = "opt/conda/conda-meta/numpy-1.26.4-py311_0.json";

    #[test]
    fn a_record_gives_build_channel_platform_and_request() {
        let record = br#"{
  "name": "numpy", "version": "1.26.4", "build": "py311_0", "build_number": 0, "license": "BSD-3-Clause",
  "channel": "https://conda.anaconda.org/t/secret-token/conda-forge/linux-64", "subdir": "linux-64",
  "fn": "numpy-1.26.4-py311_0.conda", "requested_spec": "numpy=1.26", "depends": ["python >=3.11"], "files": ["x"]
}"#;
        expect!["pkg:conda/numpy@1.26.4?build=py311_0&channel=conda-forge&subdir=linux-64&type=conda installed chosen=Purpose license=BSD-3-Clause"]
            .assert_eq(&found(&CondaMeta, &[(PATH, record)]));
    }

    #[test]
    fn a_record_owns_the_files_of_its_environment() {
        let record =
            br#"{"name": "six", "version": "1.16.0", "files": ["lib/python3.11/site-packages/six.py", "/bin/../bin/x", 1]}"#;
        for (path, prefix) in
            [("opt/conda/envs/a/conda-meta/six-1.16.0-0.json", "opt/conda/envs/a/"), ("conda-meta/six.json", "")]
        {
            let ownership = findings(&CondaMeta, &[(path, record)]).ownership;
            assert_eq!(ownership.len(), 2);
            for file in ["lib/python3.11/site-packages/six.py", "bin/x"] {
                let owner = ownership.owner(Path::new(&format!("{prefix}{file}"))).map(Purl::to_string);
                assert_eq!(owner.as_deref(), Some("pkg:conda/six@1.16.0"), "{file}");
            }
        }
    }

    #[test]
    fn a_package_that_nobody_asked_for_is_a_dependency() {
        for (field, chosen) in [
            (r#""requested_spec": "None""#, " chosen=Dependency"),
            (r#""requested_spec": """#, " chosen=Dependency"),
            (r#""requested_specs": []"#, " chosen=Dependency"),
            (r#""requested_specs": ["a"]"#, " chosen=Purpose"),
            (r#""x": 1"#, ""),
        ] {
            let record = format!("\u{feff}{{\"name\": \"_a\", \"version\": \"2024b\", \"channel\": \"pkgs/main\",\r\n{field}}}");
            let expected = format!("pkg:conda/_a@2024b?channel=main installed{chosen}");
            assert_eq!(found(&CondaMeta, &[(PATH, record.as_bytes())]), expected, "{field}");
        }
    }

    #[test]
    fn other_files_of_the_folder_are_not_wanted_and_broken_ones_are_problems() {
        for (path, wanted) in [(PATH, true), ("opt/conda/conda-meta/history", false), ("conda-meta/.json", false)] {
            assert_eq!(CondaMeta.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
        expect!["! opt/conda/conda-meta/numpy-1.26.4-py311_0.json:1:1: UP003: not JSON: EOF while parsing a value"]
            .assert_eq(&found(&CondaMeta, &[(PATH, b"")]));
        expect!["! opt/conda/conda-meta/numpy-1.26.4-py311_0.json: UP002: a record without name and version"]
            .assert_eq(&found(&CondaMeta, &[(PATH, b"{\"name\": \"a\", \"version\": 1}")]));
        assert!(found(&CondaMeta, &[(PATH, b"{\"name\": \"a\", \"ver")]).contains("UP003"));
    }
}
