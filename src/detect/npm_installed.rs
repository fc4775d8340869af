//! Reads the package.json of installed npm packages (<https://docs.npmjs.com/cli/configuring-npm/package-json>):
//! `node_modules/<name>/package.json` and `node_modules/@<scope>/<name>/package.json`, the same in the stores of other
//! installers below `node_modules` and in Debian's folders for Node.js, and a release that lies unpacked in a folder with its name
//! and version. `node_modules/.package-lock.json` repeats what the packages say of themselves, hence it is not read.
//!
//! A package.json elsewhere inside a package is none (module markers, templates), nor is one in a `node_modules` folder
//! of its tests or examples; one in any other inner folder is embedded. Without name and version a file marks no package.

use std::path::Path;

use crate::model::{Chosen, Component, Evidence, Location};
use crate::problem::Code;

use super::document::{self, Node};
use super::{Claim, Detector, FileFacts, Findings, Opened, json, npm};

const ID: &str = "npm-installed";
/// Folders of packages in which a `node_modules` folder is test data.
const TEST_FOLDERS: [&str; 9] =
    ["test", "tests", "__tests__", "spec", "fixture", "fixtures", "__fixtures__", "example", "examples"];
/// Folders below `node_modules` in which installers keep every package once, in a `node_modules` folder of its own: pnpm, Bun,
/// Deno, and npm's linked installs.
const STORES: [&str; 4] = [".pnpm", ".bun", ".deno", ".store"];

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
        match modules_level(facts) {
            Some(level) => standing(facts, level) != Place::TestData,
            None => may_be_unpacked(facts),
        }
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let facts = file.facts();
        let level = modules_level(&facts);
        let Some(manifest) = document::read(file, out, json::parse) else { return };
        if level.is_none() && (!npm::is_release(&manifest, file) || is_project(file)) {
            return;
        }
        let inside = level.is_some_and(|level| standing(&facts, level) != Place::Package);
        let evidence = if inside { Evidence::Embedded } else { Evidence::Installed };
        let location = Location::file(file.shown());
        match npm::installed(&manifest, |purl| Component::new(purl, evidence, ID, location)) {
            Ok(Some(mut component)) => {
                component.chosen = level.map_or(Chosen::Unknown, |level| chosen(&manifest, file, level));
                out.component(component);
            }
            Ok(None) => {}
            Err(name) => {
                let line = manifest.get("name").map_or(1, |node| node.line);
                out.problem_at(Code::Malformed, file, line, format!("`{name}` is no package name"));
            }
        }
    }
}

/// How many levels above the file the folder is that it is installed in.
fn modules_level(facts: &FileFacts<'_>) -> Option<usize> {
    let plain = |name: &str| !name.is_empty() && !name.starts_with(['.', '@']);
    let is_modules = |level: usize| {
        let folder = facts.path().ancestors().nth(level + 1);
        folder.is_some_and(|folder| folder.ends_with("node_modules") || npm::is_system_modules(folder))
    };
    if !plain(facts.folder(0)) {
        return None;
    }
    if is_modules(1) {
        return Some(1);
    }
    // Yarn's store of links holds each package in a folder `package`.
    let stored = facts.folder(0) == "package" && facts.folder(2) == ".store" && is_modules(3);
    match facts.folder(1) {
        scope if scope.starts_with('@') && is_modules(2) => Some(2),
        _ => stored.then_some(3),
    }
}

/// Whether the folder's name may be that of a package with its version, or the one that `npm pack` puts into an archive.
fn may_be_unpacked(facts: &FileFacts<'_>) -> bool {
    let folder = facts.folder(0);
    let numbered = folder.contains('.') && folder.bytes().any(|byte| byte.is_ascii_digit()) && folder.contains(['-', '@', '_']);
    let packed = folder == "package" && facts.path().components().count() == 2;
    (numbered || packed) && !facts.path().iter().any(|part| part == "node_modules")
}

/// Whether the folder is one in which somebody works: a release has no lock file of a project beside its manifest.
fn is_project(file: &Opened<'_>) -> bool {
    ["package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"].iter().any(|name| file.sibling(name).exists())
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
    for folder in modules.ancestors().skip(1) {
        let Some(name) = folder.file_name() else { continue };
        if name != "node_modules" && !npm::is_system_modules(folder) {
            between.push(name.to_str().unwrap_or_default());
            continue;
        }
        // The last folders on the way up are the outer package's own: one, or two with a scope.
        let scoped = usize::from(between.last().is_some_and(|name| name.starts_with('@')));
        between.truncate(between.len().saturating_sub(1 + scoped));
        return match between.as_slice() {
            [] => Place::Package,
            inner if inner.iter().any(|name| TEST_FOLDERS.contains(name)) => Place::TestData,
            // A store: .pnpm/<name>@<version>/node_modules.
            [_] if modules.ancestors().nth(2).is_some_and(|store| STORES.iter().any(|name| store.ends_with(name))) => {
                Place::Package
            }
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
    let up = "../".repeat(level);
    let facts = file.facts();
    let outer = facts.path().ancestors().skip(level + 2).any(|folder| folder.ends_with("node_modules"));
    let is_there = |path: String| file.sibling(&path).exists();
    let global = facts.folder(level + 1) == "lib"
        && facts.folder(level) == "node_modules"
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
            ("app/node_modules/.bun/a@1.0.0/node_modules/@s/a/package.json", true),
            ("app/node_modules/.store/a-npm-1.0.0-abc/package/package.json", true),
            ("app/node_modules/.store/package.json", false),
            ("usr/share/nodejs/a/package.json", true),
            ("usr/share/nodejs/@s/a/package.json", true),
            ("usr/share/nodejs/a/test/fixtures/node_modules/b/package.json", false),
            ("usr/share/nodejs/a/lib/package.json", false),
            ("opt/yarn-v1.22.22/package.json", true),
            ("app/node_modules/a/b-1.0.0/package.json", false),
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
    fn the_package_of_every_store_is_installed_and_a_copy_inside_another_is_embedded() {
        let text = br#"{"name": "b", "version": "1.0.0"}"#;
        for (path, evidence) in [
            ("app/node_modules/.pnpm/b@1.0.0/node_modules/b/package.json", "installed"),
            ("app/node_modules/.bun/b@1.0.0/node_modules/b/package.json", "installed"),
            ("app/node_modules/.deno/b@1.0.0/node_modules/b/package.json", "installed"),
            ("app/node_modules/.store/b-npm-1.0.0-abc/package/package.json", "installed"),
            ("app/node_modules/b/package.json", "installed"),
            ("app/node_modules/alias/package.json", "installed"),
            ("usr/lib/nodejs/b/package.json", "installed"),
            ("usr/share/nodejs/a/node_modules/b/package.json", "installed"),
            ("app/node_modules/a/dist/node_modules/b/package.json", "embedded"),
            ("usr/share/nodejs/a/dist/node_modules/b/package.json", "embedded"),
        ] {
            assert_eq!(found(&NpmInstalled, &[(path, text)]), format!("pkg:npm/b@1.0.0 {evidence}"), "{path}");
        }
    }

    #[test]
    fn an_unpacked_release_is_installed_but_a_project_in_such_a_folder_is_not() {
        let path = "opt/yarn-v1.22.22/package.json";
        let text = br#"{"name": "yarn", "version": "1.22.22", "license": "BSD"}"#;
        expect!["pkg:npm/yarn@1.22.22 installed license=BSD"].assert_eq(&found(&NpmInstalled, &[(path, text)]));
        expect![""].assert_eq(&found(&NpmInstalled, &[(path, text), ("opt/yarn-v1.22.22/yarn.lock", b"")]));
        let private = br#"{"name": "yarn", "version": "1.22.22", "private": true}"#;
        expect![""].assert_eq(&found(&NpmInstalled, &[(path, private)]));
        expect![""].assert_eq(&found(&NpmInstalled, &[("opt/yarn-v1.0.0/package.json", text)]));
    }

    #[test]
    fn broken_text_is_a_problem() {
        expect!["! node_modules/a/package.json:1:1: UP002: not JSON: expected value"]
            .assert_eq(&found(&NpmInstalled, &[("node_modules/a/package.json", b"<html>")]));
    }
}
