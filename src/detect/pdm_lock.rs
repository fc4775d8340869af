//! Reads pdm.lock (<https://pdm-project.org/latest/usage/lockfile/>).
//!
//! Packages from a folder are the organisation's own code and no components. A package locked with extras stands there
//! twice and is found twice. Without the pyproject.toml beside the lock, the name of a group tells its kind.

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::npm::without_secret;
use super::python_metadata::is_name;
use super::python_project::{Asked, is_development, normal};
use super::python_requirement::{Requirement, archive};
use super::{Claim, Detector, Findings, Opened, toml_document};

const ID: &str = "pdm-lock";

/// The lock file of PDM.
pub(super) struct PdmLock;

impl Detector for PdmLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("pdm.lock")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(lock) = document::read(file, out, toml_document::parse) else { return };
        if lock.get("package").is_none() && lock.get("metadata").is_none() && out.problems.is_empty() {
            out.problem_at(Code::Malformed, file, 1, "neither `package` nor `metadata`: no PDM lock file");
        }
        let packages = document::list_at(&lock, "package", file, out);
        let asked = Asked::by_pyproject(file);
        let names: Vec<String> = packages.iter().map(|package| normal(package.text("name").unwrap_or_default())).collect();
        let uses = asked.uses(&names, &packages.iter().map(needs).collect::<Vec<_>>());
        for (index, (package, name)) in packages.iter().zip(&names).enumerate() {
            let Some(mut component) = component(package, file, out) else { continue };
            component.group = uses.group(index).or_else(|| stated_group(package)).unwrap_or_default();
            component.chosen = asked.chosen(name);
            out.component(component);
        }
    }
}

fn needs(package: &Node) -> Vec<String> {
    let requirements = package.get("dependencies").map_or(&[][..], Node::items).iter().filter_map(Node::as_text);
    requirements.filter_map(|text| Requirement::parse(text).ok()).map(|requirement| normal(&requirement.name)).collect()
}

fn component(package: &Node, file: &Opened<'_>, out: &mut Findings) -> Option<Component> {
    let local = package.text("path");
    if local.is_some_and(|path| archive(path.rsplit('/').next().unwrap_or(path)).0.is_none()) {
        return None;
    }
    let Some(name) = package.text("name").filter(|name| is_name(name)) else {
        out.problem_at(Code::Malformed, file, package.line, "a package without a valid name");
        return None;
    };
    let mut purl = Purl::new("pypi", name).with_version(package.text("version").unwrap_or_default());
    let git = package.text("git").map(without_secret);
    if let Some(place) = &git {
        let commit = package.text("revision").or_else(|| package.text("ref"));
        let address = commit.map_or_else(|| format!("git+{place}"), |commit| format!("git+{place}@{commit}"));
        purl = purl.with_qualifier("vcs_url", &address);
    }
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), package.line));
    let elsewhere = git.is_some() || local.is_some() || package.text("url").is_some();
    component.origin = if elsewhere { Origin::Unknown } else { Origin::Registry };
    Some(component)
}

/// The best of the groups that the lock lists; `default` is what the program needs.
fn stated_group(package: &Node) -> Option<Group> {
    let groups = package.get("groups").map_or(&[][..], Node::items).iter().filter_map(Node::as_text);
    let kind = |group: &str| match group {
        "default" => Group::Main,
        _ if is_development(group) => Group::Development,
        _ => Group::Optional,
    };
    groups.map(kind).min()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::testing::found;
    use super::*;

    const LOCK: &[u8] = b"[metadata]\ngroups = [\"default\", \"dev\", \"x\"]\nlock_version = \"4.5.0\"\n\n\
        [[package]]\nname = \"requests\"\nversion = \"2.31.0\"\ngroups = [\"default\", \"dev\"]\ndependencies = [\"urllib3<3,>=1.21.1\"]\n\n\
        [[package]]\nname = \"urllib3\"\nversion = \"2.0\"\ngroups = [\"x\"]\n\n\
        [[package]]\nname = \"pytest\"\nversion = \"7.4.0\"\ngroups = [\"dev\"]\n\n\
        [[package]]\nname = \"g\"\nversion = \"1.0\"\ngit = \"https://github.com/u/g.git\"\nrevision = \"abc\"\n\n\
        [[package]]\nname = \"own\"\nversion = \"0.1\"\npath = \"./own\"\neditable = true\n\n\
        [[package]]\nname = \"packed\"\nversion = \"1.0\"\npath = \"./packed-1.0.tar.gz\"\n";

    #[test]
    fn groups_are_as_stated_or_as_the_manifest_says() {
        expect![[r"
            pkg:pypi/g@1.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Fg.git%40abc declared :21
            pkg:pypi/packed@1.0 declared :33
            pkg:pypi/pytest@7.4.0 declared Development :16
            pkg:pypi/requests@2.31.0 declared :5
            pkg:pypi/urllib3@2.0 declared Optional :11"]]
        .assert_eq(&found(&PdmLock, &[("pdm.lock", LOCK)]));
        let manifest = b"[project]\ndependencies = [\"requests[socks]>=2\"]\n[dependency-groups]\ndev = [\"pytest\", {include-group = \"x\"}]\n";
        expect![[r"
            pkg:pypi/g@1.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Fg.git%40abc declared chosen=Dependency :21
            pkg:pypi/packed@1.0 declared chosen=Dependency :33
            pkg:pypi/pytest@7.4.0 declared Development chosen=Purpose :16
            pkg:pypi/requests@2.31.0 declared chosen=Purpose :5
            pkg:pypi/urllib3@2.0 declared chosen=Dependency :11"]]
        .assert_eq(&found(&PdmLock, &[("pdm.lock", LOCK), ("pyproject.toml", manifest)]));
    }

    #[test]
    fn another_format_is_one_problem() {
        expect!["! pdm.lock:1:1: UP002: not TOML: key with no value, expected `=`"]
            .assert_eq(&found(&PdmLock, &[("pdm.lock", b"hello\n")]));
    }
}
