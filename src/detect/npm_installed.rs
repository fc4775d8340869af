//! Reads the package.json of installed npm packages (<https://docs.npmjs.com/cli/configuring-npm/package-json>):
//! `node_modules/<name>/package.json` and `node_modules/@<scope>/<name>/package.json`.
//!
//! A package.json elsewhere inside a package is none (module markers, templates), nor is one in a `node_modules` folder
//! of its tests or examples; one in any other inner folder is embedded. Without name and version a file marks no package.

use std::path::Path;

use crate::model::{Chosen, Component, Evidence, Location, Origin};
use crate::problem::Code;

use super::document::{self, Node};
use super::{Claim, Detector, FileFacts, Findings, Opened, json, npm};

const ID: &str = "npm-installed";
/// Folders of packages in which a `node_modules` folder is test data.
const TEST_FOLDERS: [&str; 9] =
    ["test", "tests", "__tests__", "spec", "fixture", "fixtures", "__fixtures__", "example", "examples"];

/// Installed npm packages.
pub(super) struct NpmInstalled;

impl Detector for NpmInstalled {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("package.json")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        modules_level(facts).is_some_and(|level| standing(facts, level) != Place::TestData)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let facts = file.facts();
        let Some(level) = modules_level(&facts) else { return };
        let place = standing(&facts, level);
        let Some(manifest) = document::read(file, out, json::parse) else { return };
        let (Some(name), Some(version)) = (manifest.text("name"), manifest.text("version")) else { return };
        if !npm::is_name(name) {
            let line = manifest.get("name").map_or(1, |node| node.line);
            out.problem_at(Code::Malformed, file, line, format!("`{name}` is no package name"));
            return;
        }
        let version = version.trim().trim_start_matches(['v', '=']);
        let evidence = if place == Place::Package { Evidence::Installed } else { Evidence::Embedded };
        let location = Location::file(file.shown());
        let mut component = Component::new(npm::purl(name).with_version(version), evidence, ID, location);
        component.chosen = chosen(&manifest, file, level);
        component.origin = Origin::Registry;
        component.license = npm::license(&manifest);
        component.funding = npm::funding(&manifest);
        out.component(component);
    }
}

/// How many levels above the file the `node_modules` folder is that it is installed in.
fn modules_level(facts: &FileFacts<'_>) -> Option<usize> {
    let plain = |name: &str| !name.is_empty() && !name.starts_with(['.', '@']);
    if !plain(facts.folder(0)) {
        return None;
    }
    match (facts.folder(1), facts.folder(2)) {
        ("node_modules", _) => Some(1),
        (scope, "node_modules") if scope.starts_with('@') => Some(2),
        _ => None,
    }
}

/// What a `node_modules` folder is, seen from the package around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Outermost, or directly in a package: where Node.js looks.
    Package,
    /// Somewhere deeper inside a package.
    Inside,
    TestData,
}

fn standing(facts: &FileFacts<'_>, level: usize) -> Place {
    let modules = facts.path().ancestors().nth(level + 1).unwrap_or(Path::new(""));
    let mut between: Vec<&str> = Vec::new();
    for folder in modules.ancestors().skip(1).filter_map(|folder| folder.file_name()) {
        if folder != "node_modules" {
            between.push(folder.to_str().unwrap_or_default());
            continue;
        }
        // The last folders on the way up are the outer package's own: one, or two with a scope.
        let scoped = usize::from(between.last().is_some_and(|name| name.starts_with('@')));
        between.truncate(between.len().saturating_sub(1 + scoped));
        return match between.as_slice() {
            [] => Place::Package,
            inner if inner.iter().any(|name| TEST_FOLDERS.contains(name)) => Place::TestData,
            // pnpm's store: .pnpm/<name>@<version>/node_modules.
            [_] if modules.ancestors().nth(2).is_some_and(|store| store.ends_with(".pnpm")) => Place::Package,
            _ => Place::Inside,
        };
    }
    Place::Package
}

/// npm up to 6 notes who asked; a package at the top of a global prefix was asked for by name.
fn chosen(manifest: &Node, file: &Opened<'_>, level: usize) -> Chosen {
    if let Some(by) = manifest.get("_requiredBy") {
        let asked = by.items().iter().filter_map(Node::as_text).any(|who| matches!(who, "/" | "#USER" | "#DEV:/"));
        return if asked { Chosen::Purpose } else { Chosen::Dependency };
    }
    let up = if level == 1 { "../" } else { "../../" };
    let facts = file.facts();
    let outer = facts.path().ancestors().skip(level + 2).any(|folder| folder.ends_with("node_modules"));
    let is_there = |path: String| file.sibling(&path).reader().is_ok();
    let global = facts.folder(level + 1) == "lib"
        && !outer
        && !is_there(format!("{up}.package-lock.json"))
        && !is_there(format!("{up}../package.json"));
    if global { Chosen::Purpose } else { Chosen::Unknown }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::testing::found;
    use super::*;

    #[test]
    fn only_the_manifest_of_an_installed_package_is_wanted() {
        for (path, wanted) in [
            ("app/node_modules/a/package.json", true),
            ("app/node_modules/@s/a/package.json", true),
            ("app/node_modules/@s/a/node_modules/b/package.json", true),
            ("app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json", true),
            ("app/node_modules/a/dist/node_modules/b/package.json", true),
            ("app/node_modules/a/dist/cjs/package.json", false),
            ("app/node_modules/a/test/fixtures/node_modules/b/package.json", false),
            ("app/node_modules/.bin/package.json", false),
            ("app/node_modules/package.json", false),
            ("app/node_modules/@s/package.json", false),
            ("app/package.json", false),
            ("package.json", false),
        ] {
            assert_eq!(NpmInstalled.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }

    #[test]
    fn name_version_license_and_funding_are_read_in_every_form() {
        let path = "node_modules/x/package.json";
        let new = br#"{"name": "@s/a", "version": "1.0.0", "license": "MIT", "funding": "https://fund/a"}"#;
        expect!["pkg:npm/%40s/a@1.0.0 installed license=MIT fund=https://fund/a"]
            .assert_eq(&found(&NpmInstalled, &[(path, new)]));
        let old = br#"{"name": "a", "version": "v1.0.0", "licenses": [{"type": "MIT", "url": "x"}, {"type": "BSD"}],
            "funding": [{"type": "x", "url": "https://fund/a"}, "https://fund/b", 3]}"#;
        expect!["pkg:npm/a@1.0.0 installed license=MIT OR BSD fund=https://fund/a fund=https://fund/b"]
            .assert_eq(&found(&NpmInstalled, &[(path, old)]));
    }

    #[test]
    fn a_manifest_without_name_or_version_marks_no_package() {
        for text in [r#"{"type": "module"}"#, r#"{"name": "a"}"#, r#"{"version": "1.0.0"}"#, r#"{"name": 1, "version": []}"#] {
            assert_eq!(found(&NpmInstalled, &[("node_modules/a/package.json", text.as_bytes())]), "");
        }
    }

    #[test]
    fn a_package_was_chosen_if_npm_says_so_or_a_global_prefix_holds_it() {
        let plain = br#"{"name": "a", "version": "1.0.0"}"#;
        let asked = br##"{"name": "a", "version": "1.0.0", "_requiredBy": ["#USER", "/"]}"##;
        let needed = br#"{"name": "a", "version": "1.0.0", "_requiredBy": ["/b"]}"#;
        for (files, chosen) in [
            (vec![("usr/lib/node_modules/a/package.json", &plain[..])], "chosen=Purpose"),
            (vec![("usr/lib/node_modules/b/node_modules/a/package.json", &plain[..])], ""),
            (vec![("lib/node_modules/a/package.json", &plain[..]), ("lib/package.json", b"{}")], ""),
            (vec![("node_modules/a/package.json", &asked[..])], "chosen=Purpose"),
            (vec![("node_modules/a/package.json", &needed[..])], "chosen=Dependency"),
        ] {
            assert_eq!(found(&NpmInstalled, &files).trim(), format!("pkg:npm/a@1.0.0 installed {chosen}").trim());
        }
    }

    #[test]
    fn broken_text_is_a_problem() {
        expect!["! node_modules/a/package.json:1:1: UP002: not JSON: expected value"]
            .assert_eq(&found(&NpmInstalled, &[("node_modules/a/package.json", b"<html>")]));
    }
}
