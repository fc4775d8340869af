//! Reads the lock file of sbt-dependency-lock (<https://stringbean.github.io/sbt-dependency-lock/file-formats/index.html>),
//! `build.sbt.lock`. The organisation's own projects are not in it.

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::{Claim, Detector, Findings, Opened, json};

const ID: &str = "sbt-lock";

/// `build.sbt.lock`.
pub(super) struct SbtLock;

impl Detector for SbtLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("build.sbt.lock")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(lock) = document::read(file, out, json::parse) else { return };
        if lock.get("dependencies").is_none() && out.problems.is_empty() {
            out.problem_at(Code::Malformed, file, 1, "no `dependencies`: no lock file of sbt");
        }
        for entry in document::list_at(&lock, "dependencies", file, out) {
            let line = entry.get("name").map_or(entry.line, |name| name.line);
            let (Some(group), Some(name), Some(version)) = (entry.text("org"), entry.text("name"), entry.text("version")) else {
                out.problem_at(Code::Malformed, file, line, "dependency without organisation, name or version");
                continue;
            };
            let purl = Purl::new("maven", name).with_namespace(group).with_version(version);
            let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), line));
            component.origin = Origin::Registry;
            component.group = group_of(entry);
            out.component(component);
        }
    }
}

/// The best of the configurations that need it; without any it is needed.
fn group_of(entry: &Node) -> Group {
    let configurations = entry.get("configurations").map_or(&[][..], Node::items).iter().filter_map(Node::as_text);
    let group = |name: &str| match name {
        "compile" | "runtime" => Group::Main,
        "optional" => Group::Optional,
        _ => Group::Development,
    };
    configurations.map(group).min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const LOCK: &[u8] = br#"{
  "lockVersion": 1,
  "timestamp": "2024-01-31T10:00:00Z",
  "configurations": ["compile", "optional", "provided", "runtime", "test"],
  "dependencies": [
    { "org": "org.apache.commons", "name": "commons-lang3", "version": "3.9", "artifacts": [], "configurations": ["compile", "test"] },
    { "org": "org.scalatest", "name": "scalatest_2.13", "version": "3.2.18", "configurations": ["test"] },
    { "org": "a", "name": "b", "version": "1", "configurations": ["optional", "provided"] },
    { "org": "a", "name": "c" }
  ]
}"#;

    #[test]
    fn dependencies_are_marked_by_the_best_of_their_configurations() {
        expect![[r"
            pkg:maven/a/b@1 declared Optional :8
            pkg:maven/org.apache.commons/commons-lang3@3.9 declared :6
            pkg:maven/org.scalatest/scalatest_2.13@3.2.18 declared Development :7
            ! build.sbt.lock:9:1: UP002: dependency without organisation, name or version"]]
        .assert_eq(&found(&SbtLock, &[("build.sbt.lock", LOCK)]));
    }

    #[test]
    fn what_is_no_lock_file_is_a_problem() {
        expect!["! build.sbt.lock:1:1: UP002: no `dependencies`: no lock file of sbt"]
            .assert_eq(&found(&SbtLock, &[("build.sbt.lock", b"{}")]));
        assert!(found(&SbtLock, &[("build.sbt.lock", b"")]).starts_with("! build.sbt.lock:1:1: UP00"));
        let cut = &LOCK[..300];
        assert!(found(&SbtLock, &[("build.sbt.lock", cut)]).contains("UP003"), "{}", found(&SbtLock, &[("build.sbt.lock", cut)]));
    }
}
