//! Reads the dependencies in the `Package.swift` of a package that is not resolved
//! (<https://developer.apple.com/documentation/packagedescription/package/dependency>). It is a program and read, not run: calls of
//! `.package` with literals alone count. What lies in a folder is own code.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};

use super::lines::Lines;
use super::project_file::is_in_project;
use super::script_text::without_comments;
use super::swift_resolved::repository;
use super::{Claim, Detector, FileFacts, Findings, Opened, fetched};

const ID: &str = "swift-manifest";

/// Manifests of Swift without resolved versions.
pub(super) struct SwiftManifest;

/// A call, in whose brackets one more pair may stand: `.package(url: "…", .upToNextMajor(from: "1.0.0"))`.
static CALL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\.package\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)").ok());
static ARGUMENT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(\w+)\s*:\s*"([^"\n\\]*)""#).ok());
/// The older way to ask for one version: `.exact("1.0.0")`, `.revision("…")`, `.branch("…")`.
static WRAPPED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\.(exact|revision|branch)\s*\(\s*"([^"\n\\]*)"\s*\)"#).ok());

impl Detector for SwiftManifest {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("Package.swift")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        is_in_project(facts) && !fetched::holds(facts.path())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if file.sibling("Package.resolved").exists() {
            return;
        }
        let Some(text) = out.text(file) else { return };
        let plain = without_comments(text, "//");
        let lines = Lines::of(&plain);
        for found in CALL.iter().flat_map(|call| call.captures_iter(&plain)) {
            let (Some(whole), Some(inside)) = (found.get(0), found.get(1)) else { continue };
            if let Some(purl) = purl(inside.as_str()) {
                let place = Location::line(file.shown(), lines.at(whole.start()));
                let mut component = Component::new(purl, Evidence::Declared, ID, place);
                (component.origin, component.chosen) = (Origin::Registry, Chosen::Purpose);
                out.component(component);
            }
        }
    }
}

/// The package of a call, with its version where it is one.
fn purl(call: &str) -> Option<Purl> {
    let named = |wanted: &[&str]| {
        let mut stated = ARGUMENT.iter().flat_map(|pattern| pattern.captures_iter(call));
        let found = stated.find(|found| found.get(1).is_some_and(|name| wanted.contains(&name.as_str())))?;
        found.get(2).map(|value| value.as_str())
    };
    let wrapped = || WRAPPED.as_ref()?.captures(call)?.get(2).map(|value| value.as_str());
    let version = named(&["exact", "revision", "branch"]).or_else(wrapped).unwrap_or_default();
    let purl = match (named(&["url"]), named(&["id"])) {
        (Some(url), _) => repository(url)?,
        (None, Some(id)) => {
            let (scope, name) = id.split_once('.')?;
            Purl::new("swift", name).with_namespace(scope)
        }
        (None, None) => return None,
    };
    Some(purl.with_version(version))
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const FILE: &[u8] = b"// swift-tools-version:5.9\r\nimport PackageDescription\r\nlet package = Package(\r\n  name: \"Own\",\r\n  dependencies: [\r\n    .package(url: \"https://github.com/apple/swift-nio.git\", from: \"2.60.0\"),\r\n    .package(url: \"https://github.com/a/exact\", exact: \"1.2.3\"), // .package(url: \"https://github.com/no/no\", exact: \"1\"),\r\n\
        \x20   .package(name: \"Old\", url: \"https://github.com/a/old.git\", .exact(\"0.9.0\")),\r\n    .package(\r\n      url: \"git@github.com:a/ssh.git\",\r\n      .upToNextMajor(from: \"1.0.0\")\r\n    ),\r\n    .package(url: \"https://github.com/a/commit.git\", revision: \"0f1e\"),\r\n    .package(id: \"mona.LinkedList\", exact: \"1.1.0\"),\r\n    .package(path: \"../Own2\"),\r\n    .package(url: \"https://github.com/a/range\", \"1.0.0\"..<\"2.0.0\"),\r\n  ],\r\n  targets: [.target(name: \"Own\", dependencies: [.product(name: \"NIO\", package: \"swift-nio\")])]\r\n)\r\n";

    #[test]
    fn a_manifest_asks_for_packages_and_only_an_exact_version_is_one() {
        expect![[r"
            pkg:swift/github.com/a/commit@0f1e declared chosen=Purpose :13
            pkg:swift/github.com/a/exact@1.2.3 declared chosen=Purpose :7
            pkg:swift/github.com/a/old@0.9.0 declared chosen=Purpose :8
            pkg:swift/github.com/a/range declared chosen=Purpose :16
            pkg:swift/github.com/a/ssh declared chosen=Purpose :9
            pkg:swift/github.com/apple/swift-nio declared chosen=Purpose :6
            pkg:swift/mona/LinkedList@1.1.0 declared chosen=Purpose :14"]]
        .assert_eq(&found(&SwiftManifest, &[("Package.swift", FILE)]));
        assert_eq!(found(&SwiftManifest, &[("Package.swift", FILE), ("Package.resolved", b"{}")]), "");
    }

    #[test]
    fn what_is_no_manifest_or_breaks_off_gives_nothing_more() {
        for text in
            ["", "<html>", ".package(url: \"https://github.com/a/b\", exact: \"1", ".package(url: address, exact: \"1.0.0\")"]
        {
            assert_eq!(found(&SwiftManifest, &[("Package.swift", text.as_bytes())]), "", "{text}");
        }
        assert!(!SwiftManifest.wants(&FileFacts::new(std::path::Path::new(".build/checkouts/a/Package.swift"))));
    }
}
