//! Reads pylock.toml and `pylock.NAME.toml` (<https://packaging.python.org/specifications/pylock-toml/>).
//!
//! Packages from a folder are the organisation's own code and no components. The format lists extras and groups but does not
//! say which packages they bring in: a package whose marker asks for one is optional or for development, others are main.

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::npm::without_secret;
use super::python_metadata::is_name;
use super::python_project::{Asked, normal};
use super::python_requirement::archive;
use super::{Claim, Detector, FileFacts, Findings, Opened, toml_document};

const ID: &str = "pylock";

/// The lock file of PEP 751.
pub(super) struct Pylock;

impl Detector for Pylock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".toml")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let middle = facts.name().strip_prefix("pylock.").and_then(|rest| rest.strip_suffix("toml"));
        middle.is_some_and(|middle| middle.is_empty() || middle.strip_suffix('.').is_some_and(|name| !name.contains('.')))
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(lock) = document::read(file, out, toml_document::parse) else { return };
        if lock.get("lock-version").is_none() && out.problems.is_empty() {
            out.problem_at(Code::Malformed, file, 1, "no `lock-version`: no Python lock file");
            return;
        }
        let asked = Asked::by_pyproject(file);
        for package in document::list_at(&lock, "packages", file, out) {
            if let Some(mut component) = component(package, file, out) {
                component.chosen = asked.chosen(&normal(package.text("name").unwrap_or_default()));
                out.component(component);
            }
        }
    }
}

fn component(package: &Node, file: &Opened<'_>, out: &mut Findings) -> Option<Component> {
    if package.get("directory").is_some() {
        return None;
    }
    let Some(name) = package.text("name").filter(|name| is_name(name)) else {
        out.problem_at(Code::Malformed, file, package.line, "a package without a valid name");
        return None;
    };
    let of_archive = package.get("archive").and_then(|archive| archive.text("url").or_else(|| archive.text("path")));
    let of_file = of_archive.and_then(|place| archive(place.rsplit('/').next().unwrap_or(place)).1);
    let version = package.text("version").map(str::to_owned).or(of_file).unwrap_or_default();
    let purl = Purl::new("pypi", name).with_version(&version).with_qualifier("vcs_url", &vcs(package).unwrap_or_default());
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), package.line));
    let elsewhere = of_archive.is_some() || package.get("vcs").is_some();
    component.origin = if elsewhere { Origin::Unknown } else { Origin::Registry };
    component.group = group(package.text("marker").unwrap_or_default());
    Some(component)
}

/// `'dev' in dependency_groups`, `'x' in extras`: the two variables that only lock files know.
fn group(marker: &str) -> Group {
    if marker.contains("dependency_groups") {
        Group::Development
    } else if marker.contains("extras") {
        Group::Optional
    } else {
        Group::Main
    }
}

fn vcs(package: &Node) -> Option<String> {
    let vcs = package.get("vcs")?;
    let place = without_secret(vcs.text("url")?);
    let tool = vcs.text("type").unwrap_or("git");
    Some(vcs.text("commit-id").map_or_else(|| format!("{tool}+{place}"), |commit| format!("{tool}+{place}@{commit}")))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::expect;

    use super::super::testing::found;
    use super::*;

    #[test]
    fn only_the_names_of_the_specification_are_wanted() {
        for (name, wanted) in [
            ("pylock.toml", true),
            ("pylock.dev.toml", true),
            ("pylock.a.b.toml", false),
            ("pyproject.toml", false),
            ("pylocktoml", false),
        ] {
            assert_eq!(Pylock.wants(&FileFacts::new(Path::new(name))), wanted, "{name}");
        }
    }

    #[test]
    fn packages_of_every_source_are_read_but_folders() {
        let lock = br#"lock-version = "1.0"
created-by = "x"
[[packages]]
name = "attrs"
version = "25.1.0"
marker = "python_version >= '3.8'"
[[packages]]
name = "pytest"
version = "7.4.0"
marker = "'dev' in dependency_groups"
[[packages]]
name = "g"
vcs = {type = "git", url = "https://t:s@host/g.git", commit-id = "abc"}
[[packages]]
name = "packed"
archive = {url = "https://host/packed-1.0.tar.gz"}
[[packages]]
name = "own"
directory = {path = ".", editable = true}
"#;
        expect![[r"
            pkg:pypi/attrs@25.1.0 declared :3
            pkg:pypi/g?vcs_url=git%2Bhttps:%2F%2Fhost%2Fg.git%40abc declared :11
            pkg:pypi/packed@1.0 declared :14
            pkg:pypi/pytest@7.4.0 declared Development :7"]]
        .assert_eq(&found(&Pylock, &[("pylock.toml", lock)]));
    }

    #[test]
    fn another_format_is_one_problem() {
        expect!["! pylock.toml:1:1: UP002: no `lock-version`: no Python lock file"]
            .assert_eq(&found(&Pylock, &[("pylock.toml", b"a = 1\n")]));
    }
}
