//! Reads the package.json of installed npm packages (<https://docs.npmjs.com/cli/configuring-npm/package-json>):
//! `node_modules/<name>/package.json` and `node_modules/@<scope>/<name>/package.json`, the same in the stores of other
//! installers below `node_modules` and in Debian's folders for Node.js, and a release that lies unpacked in a folder with its name
//! and version. `node_modules/.package-lock.json` repeats what the packages say of themselves, hence it is not read.
//!
//! A package.json elsewhere inside a package is none (module markers, templates), nor is one in a `node_modules` folder
//! of its tests or examples; one in any other inner folder is embedded, and marks no package without name and version. Where
//! Node.js looks for packages, a folder is one whatever its file says: name and version that this lacks, or that stand behind a fault,
//! are those that the folder and the installer have.

use std::path::Path;

use crate::model::{Chosen, Component, Evidence, Location};
use crate::problem::Code;

use super::document::{self, Node, Value};
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
        let manifest = document::read(file, out, json::parse_record);
        let inside = level.is_some_and(|level| standing(&facts, level) != Place::Package);
        let manifest = match (manifest, level) {
            (manifest, Some(level)) if !inside => completed(manifest.unwrap_or_default(), file, level, out),
            (Some(manifest), _) => manifest,
            (None, _) => return,
        };
        if level.is_none() && (!npm::is_release(&manifest, file) || is_project(file)) {
            return;
        }
        let evidence = if inside { Evidence::Embedded } else { Evidence::Installed };
        let location = Location::file(file.shown());
        match npm::installed(&manifest, |purl| Component::new(purl, evidence, ID, location)) {
            Ok(Some(mut component)) => {
                component.chosen = level.map_or(Chosen::Unknown, |level| chosen(&manifest, file, level));
                out.component(component);
            }
            Ok(None) => unversioned(&manifest, inside, file, out),
            Err(name) => {
                let line = manifest.get("name").map_or(1, |node| node.line);
                out.problem_at(Code::Malformed, file, line, format!("`{name}` is no package name"));
            }
        }
    }
}

/// The manifest with the name of its folder and the version that the installer noted, as far as it states none itself.
fn completed(mut manifest: Node, file: &Opened<'_>, level: usize, out: &mut Findings) -> Node {
    let put = |manifest: &mut Node, key: &str, text: String| {
        let mut entries = manifest.entries().to_vec();
        entries.push((key.to_owned(), Node { line: 1, value: Value::Text(text) }));
        manifest.value = Value::Map(entries);
    };
    if manifest.text("name").is_none() {
        let Some(name) = folder_name(&file.facts(), level) else { return manifest };
        put(&mut manifest, "name", name);
    }
    if manifest.text("version").is_none() {
        if out.problems.is_empty() {
            out.problem_at(Code::Malformed, file, 1, "an installed package that states no version");
        }
        let name = manifest.text("name").unwrap_or_default();
        if let Some(version) = noted_version(file).or_else(|| stored_version(name, file.facts().folder(level + 1))) {
            put(&mut manifest, "version", version);
        }
    }
    manifest
}

/// The name that the folder of a package stands for, with its scope; Yarn's store of links has none.
fn folder_name(facts: &FileFacts<'_>, level: usize) -> Option<String> {
    let name = match level {
        1 => facts.folder(0).to_owned(),
        2 => format!("{}/{}", facts.folder(1), facts.folder(0)),
        _ => return None,
    };
    npm::is_name(&name).then_some(name)
}

/// The version of the package in the list that npm keeps of what it installed, at the outermost `node_modules`.
fn noted_version(file: &Opened<'_>) -> Option<String> {
    let folder = file.path().parent()?;
    let modules = folder.ancestors().filter(|above| above.ends_with("node_modules")).last()?;
    let list = file.in_root(Path::new(""), &modules.join(".package-lock.json"));
    let key = folder.strip_prefix(modules.parent()?).ok()?.to_str()?;
    let version = json::parse(list.text_if_there()?).0.get("packages")?.get(key)?.text("version")?.to_owned();
    npm::is_version(&version).then_some(version)
}

/// The version in the name of a store's folder: `a@1.0.0`, `@s+a@1.0.0_peer@2.0.0`.
fn stored_version(name: &str, folder: &str) -> Option<String> {
    let rest = folder.strip_prefix(&name.replace('/', "+"))?.strip_prefix('@')?;
    let version = rest.split(['(', '_']).next()?;
    npm::is_version(version).then(|| version.to_owned())
}

/// A package of which nothing but the name is known, which is enough only where Node.js looks.
fn unversioned(manifest: &Node, inside: bool, file: &Opened<'_>, out: &mut Findings) {
    let Some(name) = manifest.text("name").filter(|name| !inside && npm::is_name(name)) else { return };
    out.component(Component::new(npm::purl(name), Evidence::Installed, ID, Location::file(file.shown())));
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
    fn a_folder_where_packages_lie_is_one_whatever_its_manifest_says() {
        let odd = "! node_modules/a/package.json:1:1: UP002: an installed package that states no version";
        for text in [r#"{"type": "module"}"#, r#"{"name": "a"}"#, r#"{"name": 1, "version": []}"#] {
            let expected = format!("pkg:npm/a installed\n{odd}");
            assert_eq!(found(&NpmInstalled, &[("node_modules/a/package.json", text.as_bytes())]), expected, "{text}");
        }
        expect!["pkg:npm/%40s/a@1.0.0 installed"]
            .assert_eq(&found(&NpmInstalled, &[("node_modules/@s/a/package.json", br#"{"version": "1.0.0"}"#)]));
        let inner = "node_modules/a/dist/node_modules/b/package.json";
        assert_eq!(found(&NpmInstalled, &[(inner, br#"{"type": "module"}"#)]), "");
    }

    #[test]
    fn what_a_broken_manifest_lacks_is_known_to_the_installer() {
        let list = br#"{"packages": {"node_modules/b/node_modules/@s/a": {"version": "1.2.3"}}}"#;
        expect![[r"
            pkg:npm/%40s/a@1.2.3 installed
            ! app/node_modules/b/node_modules/@s/a/package.json:1:1: UP003: not JSON: EOF while parsing a value"]]
        .assert_eq(&found(
            &NpmInstalled,
            &[("app/node_modules/b/node_modules/@s/a/package.json", b""), ("app/node_modules/.package-lock.json", list)],
        ));
        expect![[r"
            pkg:npm/%40s/a@1.2.3 installed
            ! node_modules/.pnpm/@s+a@1.2.3_b@2.0.0/node_modules/@s/a/package.json:1:1: UP003: not JSON: EOF while parsing an object"]]
        .assert_eq(&found(&NpmInstalled, &[("node_modules/.pnpm/@s+a@1.2.3_b@2.0.0/node_modules/@s/a/package.json", b"{")]));
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
    fn broken_text_is_a_problem_and_what_stands_before_the_fault_counts() {
        expect![[r"
            pkg:npm/a installed
            ! node_modules/a/package.json:1:1: UP002: not JSON: expected value"]]
        .assert_eq(&found(&NpmInstalled, &[("node_modules/a/package.json", b"<html>")]));
        expect![[r"
            pkg:npm/real@1.0.0 installed
            ! node_modules/a/package.json:3:1: UP002: not JSON: trailing comma"]]
        .assert_eq(&found(
            &NpmInstalled,
            &[("node_modules/a/package.json", b"{\"name\": \"real\",\n\"version\": \"1.0.0\",\n}")],
        ));
        expect!["! opt/a-1.0.0/package.json:1:1: UP002: not JSON: expected value"]
            .assert_eq(&found(&NpmInstalled, &[("opt/a-1.0.0/package.json", b"<html>")]));
    }
}
