//! Reads conda's environment.yml
//! (<https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html>): its packages of conda, and the
//! list of pip's requirements that may stand among them.
//!
//! `name=1.2.3` is a version here, as `conda env export` writes it, although conda would take a longer one; a comparison or a
//! wildcard is none. A YAML file of the same name without a list of `dependencies` is something else and not read.

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::python_requirement::{Requirement, Unusable};
use super::{Claim, Detector, FileFacts, Findings, Opened, yaml};

const ID: &str = "conda-environment";

/// Environment files of conda.
pub(super) struct CondaEnvironment;

impl Detector for CondaEnvironment {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".yaml"), Claim::Suffix(".yml")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let stem = facts.name().rsplit_once('.').map_or("", |(stem, _)| stem);
        let word = |word: &str| matches!(word, "environment" | "conda" | "condaenv");
        stem.starts_with("environment") || stem.split(['-', '_', '.']).any(word)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        // What conda-lock made of it says more.
        if file.sibling("conda-lock.yml").exists() {
            return;
        }
        let Some(text) = out.text(file) else { return };
        let (environment, fault) = yaml::parse(text);
        let Some(dependencies) = environment.get("dependencies").filter(|list| matches!(list.value, Value::List(_))) else {
            return;
        };
        for item in dependencies.items() {
            if let Some(spec) = item.as_text() {
                match purl(spec) {
                    Some(purl) => out.component(component(purl, item, file)),
                    None => out.problem_at(Code::Malformed, file, item.line, format!("`{spec}` names no package")),
                }
            }
            for line in document::list_at(item, "pip", file, out) {
                requirement(line, file, out);
            }
        }
        if let Some(fault) = fault {
            out.problem_at(fault.code, file, fault.line, fault.text);
        }
    }
}

fn requirement(line: &Node, file: &Opened<'_>, out: &mut Findings) {
    let Some(text) = line.as_text() else { return };
    match Requirement::parse(text.trim()) {
        Ok(requirement) => {
            let mut component = component(requirement.purl(), line, file);
            if requirement.address.is_some() {
                component.origin = Origin::Unknown;
            }
            out.component(component);
        }
        Err(Unusable::Skipped) => {}
        Err(Unusable::Malformed(what)) => out.problem_at(Code::Malformed, file, line.line, what),
    }
}

fn component(purl: Purl, node: &Node, file: &Opened<'_>) -> Component {
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), node.line));
    component.origin = Origin::Registry;
    component.chosen = Chosen::Purpose;
    component
}

/// `channel/platform::name=version=build`, or the parts separated by blanks; only the name must be there.
fn purl(spec: &str) -> Option<Purl> {
    let (place, spec) = spec.rsplit_once("::").unwrap_or(("", spec));
    // What stands in brackets repeats or restricts.
    let spec = spec.split('[').next().unwrap_or(spec).trim();
    let end = spec.find(|c: char| "=<>!~ ".contains(c)).unwrap_or(spec.len());
    let (name, rest) = spec.split_at_checked(end)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() || name.starts_with("__") || !name.chars().all(plain) {
        return None;
    }
    let mut parts = rest.split(['=', ' ']).map(str::trim).filter(|part| !part.is_empty());
    let is_version = |text: &&str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '!' | '+' | '-'));
    let exact = !rest.trim_start().starts_with(['<', '>', '!', '~']);
    let version = parts.next().filter(|_| exact).filter(is_version).unwrap_or_default();
    let build = parts.next().filter(|build| !version.is_empty() && is_version(build)).unwrap_or_default();
    let purl = Purl::new("conda", name).with_version(version).with_qualifier("build", build);
    let (channel, platform) = match place.rsplit_once('/') {
        Some((channel, platform)) if platform == "noarch" || platform.contains('-') && !channel.contains("//") => {
            (channel, platform)
        }
        _ => (place, ""),
    };
    let channel = channel.rsplit('/').next().filter(|channel| !channel.contains(['@', ':'])).unwrap_or_default();
    Some(purl.with_qualifier("channel", channel.trim()).with_qualifier("subdir", platform))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&CondaEnvironment, &[("environment.yml", text.as_bytes())]));
    }

    #[test]
    fn a_lock_is_read_in_its_place() {
        let files: [(&str, &[u8]); 2] = [("a/environment.yml", FILE.as_bytes()), ("a/conda-lock.yml", b"")];
        assert_eq!(found(&CondaEnvironment, &files), "");
    }

    const FILE: &str = "name: x\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.11.4=h955ad1f_0\n  - numpy=1.26.4\n\
        \x20 - scipy==1.11\n  - pandas>=2\n  - conda-forge::mamba=1.*\n  - conda-forge/linux-64::xz=5.4.6\n  - zlib 1.2.13 h5eee18b_0\n\
        \x20 - pip\n  - pip:\n    - flask==3.0.0\n    - requests>=2\n    - -r requirements.txt\n    - g @ git+https://u:p@host/g@v1\n\
        prefix: /opt/conda\n";

    #[test]
    fn packages_of_conda_and_of_pip_are_read() {
        check(
            FILE,
            &expect![[r"
                pkg:conda/mamba?channel=conda-forge declared chosen=Purpose :9
                pkg:conda/numpy@1.26.4 declared chosen=Purpose :6
                pkg:conda/pandas declared chosen=Purpose :8
                pkg:conda/pip declared chosen=Purpose :12
                pkg:conda/python@3.11.4?build=h955ad1f_0 declared chosen=Purpose :5
                pkg:conda/scipy@1.11 declared chosen=Purpose :7
                pkg:conda/xz@5.4.6?channel=conda-forge&subdir=linux-64 declared chosen=Purpose :10
                pkg:conda/zlib@1.2.13?build=h5eee18b_0 declared chosen=Purpose :11
                pkg:pypi/flask@3.0.0 declared chosen=Purpose :14
                pkg:pypi/g?vcs_url=git%2Bhttps:%2F%2Fhost%2Fg%40v1 declared chosen=Purpose :17
                pkg:pypi/requests declared chosen=Purpose :15"]],
        );
        let windows = format!("\u{feff}{}", FILE.replace('\n', "\r\n"));
        let unix = found(&CondaEnvironment, &[("environment.yml", FILE.as_bytes())]);
        assert_eq!(found(&CondaEnvironment, &[("environment.yml", windows.as_bytes())]), unix);
    }

    #[test]
    fn names_that_speak_of_an_environment_are_wanted() {
        for (name, wanted) in [
            ("environment.yml", true),
            ("environment-dev.yaml", true),
            ("dev-environment.yml", true),
            ("conda-env.yml", true),
            ("docker-compose.yml", false),
            ("environments.yml", true),
            ("my.yml", false),
        ] {
            assert_eq!(CondaEnvironment.wants(&FileFacts::new(Path::new(name))), wanted, "{name}");
        }
    }

    #[test]
    fn another_file_of_that_name_is_not_read_and_faults_leave_the_rest() {
        for text in ["", "production:\n  url: x\n", "dependencies:\n  a: 1\n", "- a=1\n", "<html>"] {
            check(text, &expect![""]);
        }
        check(
            "dependencies:\n  - a=1.0\n  - =2\n  - __glibc>=2\n  - pip: x\n  - {b: 1\n",
            &expect![[r"
                pkg:conda/a@1.0 declared chosen=Purpose :2
                ! environment.yml:3:1: UP002: `=2` names no package
                ! environment.yml:4:1: UP002: `__glibc>=2` names no package
                ! environment.yml:5:1: UP002: `pip` should be a list, but is a text
                ! environment.yml:7:1: UP002: not YAML: while parsing a flow mapping, did not find expected ',' or '}'"]],
        );
    }
}
