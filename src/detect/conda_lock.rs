//! Reads what locks an environment of conda: conda-lock.yml (<https://conda.github.io/conda-lock/output/>), pixi.lock
//! (<https://pixi.sh/latest/workspace/lockfile/>), and lists of addresses below `@EXPLICIT`
//! (<https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html>).
//!
//! The name of a package's file says its name, version and build. What is built from a folder is the organisation's own code.
//! The platforms and environments for which a package is locked are not told apart.

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};

use super::document::{self, Node};
use super::python_metadata::is_name;
use super::python_requirement::archive;
use super::{Claim, Detector, FileFacts, Findings, Opened, yaml};

const ID: &str = "conda-lock";

/// Lock files of conda-lock and pixi, and explicit lists.
pub(super) struct CondaLock;

impl Detector for CondaLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("explicit.txt"), Claim::Name("spec-file.txt"), Claim::Suffix(".lock"), Claim::Suffix(".yml")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        match facts.name().rsplit_once('.') {
            Some((stem, "yml")) => stem == "conda-lock" || stem.ends_with(".conda-lock"),
            Some((stem, "lock")) => stem == "pixi" || stem.starts_with("conda-"),
            _ => true,
        }
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        if text.lines().any(|line| line.trim() == "@EXPLICIT") {
            explicit(text, file, out);
            return;
        }
        if file.facts().name().rsplit_once('.').is_some_and(|(_, end)| end == "txt") {
            return;
        }
        let Some(lock) = document::read(file, out, yaml::parse) else { return };
        // `package` is conda-lock's list, `packages` pixi's.
        for key in ["package", "packages"] {
            for package in document::list_at(&lock, key, file, out) {
                out.components.extend(component(package, file));
            }
        }
    }
}

fn explicit(text: &str, file: &Opened<'_>, out: &mut Findings) {
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(purl) = of_conda(line.trim()) {
            out.component(found(purl, Group::Main, file, number));
        }
    }
}

fn component(package: &Node, file: &Opened<'_>) -> Option<Component> {
    let address = ["url", "conda", "pypi"].iter().find_map(|key| package.text(key))?;
    let is_python =
        package.get("pypi").is_some() || package.text("manager") == Some("pip") || package.text("kind") == Some("pypi");
    let purl = if is_python { of_pypi(package, address)? } else { of_conda(address)? };
    let group = match package.text("category") {
        None | Some("main") => Group::Main,
        Some(_) => Group::Development,
    };
    Some(found(purl, group, file, package.line))
}

fn found(purl: Purl, group: Group, file: &Opened<'_>, line: usize) -> Component {
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), line));
    (component.origin, component.group) = (Origin::Registry, group);
    component
}

fn is_remote(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// The Python package at `address`; of a folder there is none.
fn of_pypi(package: &Node, address: &str) -> Option<Purl> {
    let place = address.split(['#', '?']).next().unwrap_or(address);
    let (name, version) = archive(place.rsplit('/').next().unwrap_or(place));
    if !is_remote(address) && !address.starts_with("git+") && name.is_none() {
        return None;
    }
    let name = package.text("name").map(str::to_owned).or(name).filter(|name| is_name(name))?;
    let version = package.text("version").map(str::to_owned).or(version).unwrap_or_default();
    Some(Purl::new("pypi", &name).with_version(&version))
}

/// `https://host/channel/linux-64/name-1.0-build_0.conda#digest`.
fn of_conda(address: &str) -> Option<Purl> {
    let place = address.split(['#', '?']).next().filter(|place| is_remote(place))?;
    let mut parts = place.rsplit('/');
    let (file, platform, channel) = (parts.next()?, parts.next()?, parts.next().unwrap_or_default());
    let (stem, kind) =
        [".conda", ".tar.bz2"].iter().find_map(|end| Some((file.strip_suffix(end)?, end.trim_start_matches('.'))))?;
    let mut words = stem.rsplitn(3, '-');
    let (build, version, name) = (words.next()?, words.next()?, words.next().filter(|name| !name.is_empty())?);
    let channel = if channel.contains(['@', ':']) { "" } else { channel };
    let purl = Purl::new("conda", name).with_version(version).with_qualifier("build", build).with_qualifier("channel", channel);
    Some(purl.with_qualifier("subdir", platform).with_qualifier("type", kind))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(path: &str, text: &str, expected: &Expect) {
        expected.assert_eq(&found(&CondaLock, &[(path, text.as_bytes())]));
    }

    const CONDA_LOCK: &str = r"version: 1
metadata:
  channels: []
package:
- name: numpy
  version: 1.26.4
  manager: conda
  platform: linux-64
  url: https://conda.anaconda.org/t/secret/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
  category: main
- name: ca-certificates
  version: '2024.2.2'
  manager: conda
  platform: linux-64
  url: https://conda.anaconda.org/conda-forge/noarch/ca-certificates-2024.2.2-hbcca054_0.tar.bz2
- name: requests
  version: 2.31.0
  manager: pip
  url: https://files.pythonhosted.org/packages/70/requests-2.31.0-py3-none-any.whl
  category: dev
";

    const PIXI_LOCK: &str = r"version: 6
environments:
  default:
    packages:
      linux-64:
      - conda: https://conda.anaconda.org/conda-forge/linux-64/xz-5.4.6-h1_0.conda
packages:
- conda: https://conda.anaconda.org/conda-forge/linux-64/xz-5.4.6-h1_0.conda
  sha256: aa
- conda: ./own
  name: own
- pypi: https://files.pythonhosted.org/packages/x/flask-3.0.0-py3-none-any.whl
  name: flask
  version: 3.0.0
- pypi: ./
  name: own
  version: 0.1.0
  editable: true
- kind: conda
  name: zlib
  version: 1.2.13
  url: https://conda.anaconda.org/conda-forge/linux-64/zlib-1.2.13-hd590300_5.conda
";

    #[test]
    fn a_lock_of_conda_lock_lists_packages_of_both_managers() {
        check(
            "conda-lock.yml",
            CONDA_LOCK,
            &expect![[r#"
            pkg:conda/ca-certificates@2024.2.2?build=hbcca054_0&channel=conda-forge&subdir=noarch&type=tar.bz2 declared :11
            pkg:conda/numpy@1.26.4?build=py311h64a7726_0&channel=conda-forge&subdir=linux-64&type=conda declared :5
            pkg:pypi/requests@2.31.0 declared Development :16"#]],
        );
    }

    #[test]
    fn a_lock_of_pixi_lists_all_but_own_folders() {
        check(
            "pixi.lock",
            PIXI_LOCK,
            &expect![[r#"
            pkg:conda/xz@5.4.6?build=h1_0&channel=conda-forge&subdir=linux-64&type=conda declared :8
            pkg:conda/zlib@1.2.13?build=hd590300_5&channel=conda-forge&subdir=linux-64&type=conda declared :19
            pkg:pypi/flask@3.0.0 declared :12"#]],
        );
    }

    #[test]
    fn an_explicit_list_is_read_below_its_mark() {
        let text = "\u{feff}# platform: linux-64\r\n@EXPLICIT\r\nhttps://user:pw@host/main/linux-64/six-1.16.0-py_0.conda#aa\r\n/local/a-1-0.conda\r\n";
        check(
            "conda-linux-64.lock",
            text,
            &expect!["pkg:conda/six@1.16.0?build=py_0&channel=main&subdir=linux-64&type=conda declared :3"],
        );
        check(
            "spec-file.txt",
            text,
            &expect!["pkg:conda/six@1.16.0?build=py_0&channel=main&subdir=linux-64&type=conda declared :3"],
        );
        check("spec-file.txt", "https://host/main/linux-64/six-1.16.0-py_0.conda\n", &expect![[""]]);
    }

    #[test]
    fn empty_and_broken_files_give_what_stands_before_the_fault() {
        check("pixi.lock", "", &expect!["! pixi.lock:1:1: UP002: expected a map, found nothing"]);
        check(
            "pixi.lock",
            "packages:\n- conda: https://h/c/noarch/a-1-0.conda\n- conda: [",
            &expect![[r#"
            pkg:conda/a@1?build=0&channel=c&subdir=noarch&type=conda declared :2
            ! pixi.lock:4:1: UP002: not YAML: while parsing a node, did not find expected node content"#]],
        );
        check(
            "conda-lock.yml",
            "package: 1\n",
            &expect!["! conda-lock.yml:1:1: UP002: `package` should be a list, but is a text"],
        );
    }

    #[test]
    fn other_lock_files_are_not_wanted() {
        for (path, wanted) in [
            ("pixi.lock", true),
            ("conda-osx-arm64.lock", true),
            ("dev.conda-lock.yml", true),
            ("Cargo.lock", false),
            ("environment.yml", false),
        ] {
            assert_eq!(CondaLock.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }
}
