//! Reads Pipfile.lock (<https://pipenv.pypa.io/en/latest/pipfile.html>).
//!
//! Packages from a folder are the organisation's own code and no components. What was asked for stands in the Pipfile
//! beside the lock.

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::npm::without_secret;
use super::python_metadata::is_name;
use super::python_project::{Asked, is_development, normal};
use super::python_requirement::archive;
use super::{Claim, Detector, Findings, Opened, json};

const ID: &str = "pipfile-lock";

/// The lock file of Pipenv.
pub(super) struct PipfileLock;

impl Detector for PipfileLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("Pipfile.lock")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(lock) = document::read(file, out, json::parse) else { return };
        if lock.get("_meta").is_none() && lock.get("default").is_none() && out.problems.is_empty() {
            out.problem_at(Code::Malformed, file, 1, "neither `_meta` nor `default`: no Pipfile.lock");
            return;
        }
        let asked = Asked::by_pipfile(file);
        for (category, packages) in lock.entries().iter().filter(|(category, _)| category != "_meta") {
            let group = match category.as_str() {
                "default" => Group::Main,
                _ if is_development(category) => Group::Development,
                _ => Group::Optional,
            };
            for (name, package) in document::map_of(packages, category, file, out) {
                let Some(mut component) = component(name, package, file, out) else { continue };
                component.group = group;
                component.chosen = asked.chosen(&normal(name));
                out.component(component);
            }
        }
    }
}

fn component(name: &str, package: &Node, file: &Opened<'_>, out: &mut Findings) -> Option<Component> {
    if !is_name(name) || !matches!(package.value, Value::Map(_)) {
        out.problem_at(Code::Malformed, file, package.line, format!("`{name}` is no package"));
        return None;
    }
    let place = package.text("path").or_else(|| package.text("file"));
    let of_file = place.map(|place| archive(place.rsplit('/').next().unwrap_or(place)));
    let remote = place.is_some_and(|place| place.contains("://") && !place.starts_with("file:"));
    if of_file.as_ref().is_some_and(|(name, _)| name.is_none()) && !remote {
        return None;
    }
    let pinned = package.text("version").and_then(|version| version.strip_prefix("==")).map(|v| v.trim_start_matches('=').trim());
    let version = pinned.map(str::to_owned).or_else(|| of_file.and_then(|(_, version)| version)).unwrap_or_default();
    let git = package.text("git").map(|place| format!("git+{}", without_secret(place)));
    let address = match (&git, package.text("ref")) {
        (Some(place), Some(commit)) => format!("{place}@{commit}"),
        (Some(place), None) => place.clone(),
        (None, _) => String::new(),
    };
    let purl = Purl::new("pypi", name).with_version(&version).with_qualifier("vcs_url", &address);
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), package.line));
    component.origin = if pinned.is_some() { Origin::Registry } else { Origin::Unknown };
    Some(component)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::testing::found;
    use super::*;

    #[test]
    fn categories_are_groups_and_the_pipfile_says_what_was_asked_for() {
        let lock = br#"{"_meta": {"pipfile-spec": 6},
 "default": {
  "requests": {"version": "==2.31.0", "extras": ["socks"]},
  "g": {"git": "https://t:s@github.com/u/g.git", "ref": "abc"},
  "own": {"path": ".", "editable": true},
  "packed": {"file": "https://host/packed-1.0-py3-none-any.whl"},
  "star": {"version": "*"}},
 "develop": {"pytest": {"version": "==7.4.0", "index": "pypi"}},
 "extra": {"x": {"version": "==1.0"}}}"#;
        let manifest = b"[[source]]\nname = \"pypi\"\n[packages]\nrequests = {version = \"*\"}\n[dev-packages]\npytest = \"*\"\n";
        expect![[r"
            pkg:pypi/g?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Fg.git%40abc declared chosen=Dependency :4
            pkg:pypi/packed@1.0 declared chosen=Dependency :6
            pkg:pypi/pytest@7.4.0 declared Development chosen=Purpose :8
            pkg:pypi/requests@2.31.0 declared chosen=Purpose :3
            pkg:pypi/star declared chosen=Dependency :7
            pkg:pypi/x@1.0 declared Optional chosen=Dependency :9"]]
        .assert_eq(&found(&PipfileLock, &[("Pipfile.lock", lock), ("Pipfile", manifest)]));
    }

    #[test]
    fn wrong_types_are_problems_and_the_rest_stays() {
        expect![[r"
            pkg:pypi/a@1 declared :1
            ! Pipfile.lock:2:1: UP002: `b` is no package
            ! Pipfile.lock:3:1: UP002: `develop` should be a map, but is a list"]]
        .assert_eq(&found(
            &PipfileLock,
            &[("Pipfile.lock", b"{\"default\": {\"a\": {\"version\": \"==1\"},\n\"b\": 3},\n\"develop\": []}")],
        ));
        expect!["! Pipfile.lock:1:1: UP002: neither `_meta` nor `default`: no Pipfile.lock"]
            .assert_eq(&found(&PipfileLock, &[("Pipfile.lock", b"{}")]));
    }
}
