//! Reads the lock files of `rules_jvm_external` (<https://github.com/bazel-contrib/rules_jvm_external#pinning-artifacts-and-integration-with-bazels-downloader>):
//! `maven_install.json` and others whose name ends in `_install.json`, in the first form (0.1.0) and in that of the versions 2 and 3.
//!
//! Sources and documentation are no components. The files do not say what only tests need.

use std::collections::BTreeSet;

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::{Claim, Detector, FileFacts, Findings, Opened, json};

const ID: &str = "bazel-maven-install";

/// `maven_install.json` of Bazel.
pub(super) struct BazelMavenInstall;

impl Detector for BazelMavenInstall {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".json")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name().ends_with("_install.json")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let before = out.problems.len();
        let Some(lock) = document::read(file, out, json::parse) else { return };
        let mut seen = BTreeSet::new();
        if let Some(tree) = lock.get("dependency_tree") {
            for entry in document::list_at(tree, "dependencies", file, out) {
                let line = entry.get("coord").map_or(entry.line, |coordinates| coordinates.line);
                match entry.text("coord").and_then(Artefact::with_version) {
                    Some(artefact) => artefact.component(line, file, &mut seen, out),
                    None => out.problem_at(Code::Malformed, file, line, "dependency without coordinates"),
                }
            }
        } else if lock.get("artifacts").is_some() {
            for (name, entry) in document::map_at(&lock, "artifacts", file, out) {
                match entry.text("version").and_then(|version| Artefact::named(name, version, entry)) {
                    Some(artefact) => artefact.component(entry.line, file, &mut seen, out),
                    None => out.problem_at(Code::Malformed, file, entry.line, format!("`{name}` is no artefact with a version")),
                }
            }
        } else if file.facts().name() == "maven_install.json" && out.problems.len() == before {
            // Other tools write files of that ending.
            out.problem_at(
                Code::Malformed,
                file,
                1,
                "neither `artifacts` nor `dependency_tree`: no lock file of Maven artefacts",
            );
        }
    }
}

/// An artefact as Maven's coordinates have it.
struct Artefact<'t> {
    group: &'t str,
    artifact: &'t str,
    version: &'t str,
    classifier: &'t str,
}

impl<'t> Artefact<'t> {
    /// `group:artefact[:type[:classifier]]:version`.
    fn with_version(coordinates: &'t str) -> Option<Self> {
        let (name, version) = coordinates.rsplit_once(':')?;
        let mut parts = name.split(':');
        let (group, artifact, _, classifier) = (parts.next()?, parts.next()?, parts.next(), parts.next());
        Some(Self { group, artifact, version, classifier: classifier.unwrap_or_default() }).filter(Self::is_whole)
    }

    /// `group:artefact[:type[:classifier]]`. One that has files of a classifier alone is nothing else.
    fn named(name: &'t str, version: &'t str, entry: &'t Node) -> Option<Self> {
        let mut parts = name.split(':');
        let (group, artifact, _, classifier) = (parts.next()?, parts.next()?, parts.next(), parts.next());
        let mut files = entry.keys_of("shasums");
        let only = files.next().filter(|_| files.next().is_none()).filter(|file| matches!(*file, "sources" | "javadoc"));
        let classifier = classifier.or(only).unwrap_or_default();
        Some(Self { group, artifact, version, classifier }).filter(Self::is_whole)
    }

    fn is_whole(&self) -> bool {
        [self.group, self.artifact, self.version].iter().all(|part| !part.is_empty() && !part.contains(char::is_whitespace))
    }

    fn component(&self, line: usize, file: &Opened<'_>, seen: &mut BTreeSet<Purl>, out: &mut Findings) {
        if matches!(self.classifier, "sources" | "javadoc") {
            return;
        }
        let purl = Purl::new("maven", self.artifact).with_namespace(self.group).with_version(self.version);
        let purl = purl.with_qualifier("classifier", self.classifier);
        if seen.insert(purl.clone()) {
            let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), line));
            component.origin = Origin::Registry;
            out.component(component);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    #[test]
    fn the_first_form_lists_coordinates() {
        let lock = br#"{ "dependency_tree": { "conflict_resolution": {}, "version": "0.1.0", "dependencies": [
  { "coord": "com.google.guava:guava:31.1-jre", "dependencies": ["com.google.guava:failureaccess:1.0.1"], "sha256": "ab" },
  { "coord": "com.google.guava:guava:jar:sources:31.1-jre", "sha256": "cd" },
  { "coord": "io.netty:netty-transport-native-epoll:jar:linux-x86_64:4.1.96.Final" },
  { "coord": "com.android:lib:aar:1.0" },
  { "coord": "broken" } ] } }"#;
        expect![[r"
            pkg:maven/com.android/lib@1.0 declared :5
            pkg:maven/com.google.guava/guava@31.1-jre declared :2
            pkg:maven/io.netty/netty-transport-native-epoll@4.1.96.Final?classifier=linux-x86_64 declared :4
            ! maven_install.json:6:1: UP002: dependency without coordinates"]]
        .assert_eq(&found(&BazelMavenInstall, &[("maven_install.json", lock)]));
    }

    #[test]
    fn the_later_forms_have_a_map_of_artefacts() {
        let lock = br#"{
  "__AUTOGENERATED_FILE_DO_NOT_MODIFY_THIS_FILE_MANUALLY": "THERE_IS_NO_DATA_ONLY_ZUUL",
  "__INPUT_ARTIFACTS_HASH": 12345,
  "artifacts": {
    "com.google.guava:guava": { "shasums": { "jar": "ab", "sources": "cd" }, "version": "31.1-jre" },
    "io.netty:netty-transport-native-epoll:jar:linux-x86_64": { "shasums": { "linux-x86_64": null }, "version": "4.1.96.Final" },
    "g:docs": { "shasums": { "javadoc": "ab" }, "version": "1" },
    "g:none": { "shasums": {} }
  },
  "dependencies": { "com.google.guava:guava": ["com.google.guava:failureaccess"] },
  "version": "2"
}"#;
        expect![[r"
            pkg:maven/com.google.guava/guava@31.1-jre declared :5
            pkg:maven/io.netty/netty-transport-native-epoll@4.1.96.Final?classifier=linux-x86_64 declared :6
            ! rules_install.json:8:1: UP002: `g:none` is no artefact with a version"]]
        .assert_eq(&found(&BazelMavenInstall, &[("rules_install.json", lock)]));
    }

    #[test]
    fn another_file_of_that_ending_is_no_problem_but_the_lock_itself_is() {
        expect![""].assert_eq(&found(&BazelMavenInstall, &[("npm_install.json", b"{\"x\": 1}")]));
        expect!["! maven_install.json:1:1: UP002: neither `artifacts` nor `dependency_tree`: no lock file of Maven artefacts"]
            .assert_eq(&found(&BazelMavenInstall, &[("maven_install.json", b"{}")]));
        assert!(found(&BazelMavenInstall, &[("maven_install.json", b"{\"artifacts\": {\"a:b\": {")]).contains("UP003"));
        assert!(!BazelMavenInstall.wants(&FileFacts::new(std::path::Path::new("install.json"))));
    }
}
