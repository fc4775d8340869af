//! Reads npm's package-lock.json and npm-shrinkwrap.json, lockfileVersion 1 to 3
//! (<https://docs.npmjs.com/cli/configuring-npm/package-lock-json>). Where a file has both `packages` and
//! `dependencies`, `packages` says more and is read; where both files lie side by side, npm heeds npm-shrinkwrap.json alone.
//!
//! The root, workspace members and linked folders are the organisation's own code and no components, and a place that is
//! kept for an optional peer without a version pins nothing. A dependency from version control or an archive has a version
//! only if the file states it.

use std::collections::{BTreeSet, HashSet};

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin};
use crate::problem::Code;

use super::document::{self, MAX_DEPTH, Node, Value};
use super::npm::{self, Source};
use super::{Claim, Detector, Findings, Opened, json};

const ID: &str = "npm-lock";
/// The kinds of dependency that a manifest lists.
const DEPENDENCY_KEYS: [&str; 4] = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

/// The lock file of npm.
pub(super) struct NpmLock;

impl Detector for NpmLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("package-lock.json"), Claim::Name("npm-shrinkwrap.json")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if file.facts().name() == "package-lock.json" && file.sibling("npm-shrinkwrap.json").exists() {
            return;
        }
        let Some(lock) = document::read(file, out, json::parse) else { return };
        // Tools that know only the first form leave an empty `packages`, or one that holds nothing but the root.
        let is_filled = |key: &str| lock.get(key).is_some_and(|map| map.entries().iter().any(|(place, _)| !place.is_empty()));
        if lock.get("packages").is_some() && (is_filled("packages") || !is_filled("dependencies")) {
            packages(&lock, file, out);
        } else if lock.get("dependencies").is_some() {
            let direct = direct_by_manifest(file);
            nested(document::map_at(&lock, "dependencies", file, out), direct.as_ref(), 0, file, out);
        } else if lock.get("lockfileVersion").is_none() && out.problems.is_empty() {
            out.problem_at(
                Code::Malformed,
                file,
                1,
                "neither `packages` nor `dependencies` nor `lockfileVersion`: no npm lock file",
            );
        }
    }
}

/// `packages`: a map from the place of each package, relative to the root, to its facts.
fn packages(lock: &Node, file: &Opened<'_>, out: &mut Findings) {
    let entries = document::map_at(lock, "packages", file, out);
    let direct = direct_places(entries);
    let has_root = entries.iter().any(|(place, _)| place.is_empty());
    for (place, entry) in entries {
        let Some((_, own_name)) = place.rsplit_once("node_modules/") else { continue };
        if !matches!(entry.value, Value::Map(_)) {
            out.problem_at(Code::Malformed, file, entry.line, format!("`{place}` should be a map, but is {}", entry.kind()));
            continue;
        }
        if entry.is_true("link") {
            continue;
        }
        let name = entry.text("name").unwrap_or(own_name);
        let Some(mut component) = component(name, entry, file, out) else { continue };
        component.chosen = match (has_root, direct.contains(place.as_str())) {
            (false, _) => Chosen::Unknown,
            (true, true) => Chosen::Purpose,
            (true, false) => Chosen::Dependency,
        };
        out.component(component);
    }
}

/// The places to which the dependencies of the root and of the workspace members resolve.
fn direct_places(entries: &[(String, Node)]) -> HashSet<&str> {
    let places: HashSet<&str> = entries.iter().map(|(place, _)| place.as_str()).collect();
    let own = entries.iter().filter(|(place, _)| !place.contains("node_modules/"));
    let asked = own.flat_map(|(place, entry)| {
        DEPENDENCY_KEYS.iter().flat_map(|key| entry.keys_of(key)).map(move |name| (place.as_str(), name))
    });
    asked.filter_map(|(place, name)| resolve(place, name, &places)).collect()
}

/// The place that Node.js finds for `name` when it looks from `place`: in its own `node_modules`, then in those above it.
fn resolve<'p>(place: &str, name: &str, places: &HashSet<&'p str>) -> Option<&'p str> {
    let mut folder = place;
    for _ in 0..MAX_DEPTH {
        let wanted = if folder.is_empty() { format!("node_modules/{name}") } else { format!("{folder}/node_modules/{name}") };
        if let Some(found) = places.get(wanted.as_str()) {
            return Some(found);
        }
        if folder.is_empty() {
            break;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    None
}

/// `dependencies` of lockfileVersion 1: a tree by name.
fn nested(entries: &[(String, Node)], direct: Option<&BTreeSet<String>>, depth: usize, file: &Opened<'_>, out: &mut Findings) {
    for (own_name, entry) in entries {
        if !matches!(entry.value, Value::Map(_)) {
            out.problem_at(Code::Malformed, file, entry.line, format!("`{own_name}` should be a map, but is {}", entry.kind()));
            continue;
        }
        let alias = entry.text("version").and_then(|version| version.strip_prefix("npm:")).map(npm::split_spec);
        if let Some(mut component) = component(alias.map_or(own_name.as_str(), |(name, _)| name), entry, file, out) {
            component.chosen = match direct {
                None => Chosen::Unknown,
                Some(direct) if depth == 0 && direct.contains(own_name) => Chosen::Purpose,
                Some(_) => Chosen::Dependency,
            };
            out.component(component);
        }
        if depth < MAX_DEPTH {
            nested(document::map_at(entry, "dependencies", file, out), direct, depth + 1, file, out);
        }
    }
}

/// Lockfile version 1 does not repeat what the root asks for; the package.json beside it says it.
fn direct_by_manifest(file: &Opened<'_>) -> Option<BTreeSet<String>> {
    let manifest = file.sibling("package.json");
    let (manifest, fault) = json::parse(manifest.text_if_there()?);
    let names = DEPENDENCY_KEYS.iter().flat_map(|key| manifest.keys_of(key)).map(str::to_owned);
    fault.is_none().then(|| names.collect())
}

/// The component of one entry of either form; `None` for own code and for what is no pin.
fn component(name: &str, entry: &Node, file: &Opened<'_>, out: &mut Findings) -> Option<Component> {
    if !npm::is_name(name) {
        out.problem_at(Code::Malformed, file, entry.line, format!("`{name}` is no package name"));
        return None;
    }
    let stated = entry.text("version");
    let stated = stated.map(|text| text.strip_prefix("npm:").map_or(text, |spec| npm::split_spec(spec).1));
    let from = entry.text("resolved").or(stated)?;
    let mut origin = Origin::Unknown;
    let mut purl = npm::purl(name);
    match (stated.map(npm::source), npm::source(from)) {
        // A folder that is installed as a copy, not as a link, is own code all the same.
        (Some(Source::Folder), _) | (Some(Source::Version(_)), Source::Folder) => return None,
        (Some(Source::Version(version)), from) => {
            purl = purl.with_version(&version);
            match from {
                Source::Vcs(address) => purl = purl.with_qualifier("vcs_url", &address),
                Source::Version(_) => origin = Origin::Registry,
                Source::Archive(address) if address.starts_with("http") => origin = Origin::Registry,
                _ => {}
            }
        }
        (Some(Source::Vcs(address)), _) | (_, Source::Vcs(address)) => purl = purl.with_qualifier("vcs_url", &address),
        (_, Source::Archive(address)) => purl = purl.with_version(&npm::archive_version(name, &address).unwrap_or_default()),
        (None | Some(_), _) => {}
    }
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), entry.line));
    component.origin = origin;
    component.group = group(entry);
    component.license = npm::license(entry);
    component.funding = npm::funding(entry);
    Some(component)
}

/// `devOptional` is wanted by a development and by an optional dependency, hence without development still optional.
fn group(entry: &Node) -> Group {
    if entry.is_true("dev") {
        Group::Development
    } else if entry.is_true("optional") || entry.is_true("devOptional") {
        Group::Optional
    } else {
        Group::Main
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&NpmLock, &[("package-lock.json", text.as_bytes())]));
    }

    #[test]
    fn version_3_gives_group_choice_license_funding_and_line() {
        check(
            r#"{
  "lockfileVersion": 3,
  "packages": {
    "": {"name": "own", "version": "1.0.0", "dependencies": {"a": "^1"}, "devDependencies": {"@s/b": "*"}},
    "node_modules/a": {"version": "1.2.0", "resolved": "https://registry/a/-/a-1.2.0.tgz", "license": "MIT",
      "funding": [{"url": "https://fund/a"}, "https://fund/b"]},
    "node_modules/@s/b": {"version": "2.0.0", "dev": true},
    "node_modules/a/node_modules/c": {"version": "3.0.0-rc.1", "optional": true},
    "node_modules/d": {"version": "4.0.0", "devOptional": true, "inBundle": true}
  }
}"#,
            &expect![[r"
                pkg:npm/%40s/b@2.0.0 declared Development chosen=Purpose :7
                pkg:npm/a@1.2.0 declared chosen=Purpose license=MIT fund=https://fund/a fund=https://fund/b :5
                pkg:npm/c@3.0.0-rc.1 declared Optional chosen=Dependency :8
                pkg:npm/d@4.0.0 declared Optional chosen=Dependency :9"]],
        );
    }

    #[test]
    fn own_code_is_no_component_but_what_it_asks_for_is_chosen() {
        check(
            r#"{"lockfileVersion": 2, "packages": {
                "": {"workspaces": ["packages/*"]},
                "packages/w": {"version": "1.0.0", "dependencies": {"a": "1", "b": "1"}},
                "packages/w/node_modules/a": {"version": "1.0.0"},
                "node_modules/a": {"version": "2.0.0"},
                "node_modules/b": {"version": "1.0.0"},
                "node_modules/w": {"resolved": "packages/w", "link": true}},
              "dependencies": {"ignored": {"version": "1.0.0"}}}"#,
            &expect![[r"
                pkg:npm/a@1.0.0 declared chosen=Purpose :4
                pkg:npm/a@2.0.0 declared chosen=Dependency :5
                pkg:npm/b@1.0.0 declared chosen=Purpose :6"]],
        );
    }

    #[test]
    fn aliases_version_control_and_archives_keep_their_real_identity() {
        check(
            r#"{"lockfileVersion": 3, "packages": {
                "node_modules/str": {"name": "string-width", "version": "4.2.3"},
                "node_modules/g": {"version": "1.0.0", "resolved": "git+ssh://git@github.com/u/g.git#abc"},
                "node_modules/t": {"version": "1.1.0", "resolved": "https://host/t.tgz"},
                "node_modules/copied": {"version": "1.0.0", "resolved": "file:copied"},
                "node_modules/packed": {"version": "1.3.0", "resolved": "file:packed-1.3.0.tgz"},
                "node_modules/peer": {"optional": true, "peer": true}}}"#,
            &expect![[r"
                pkg:npm/g@1.0.0?vcs_url=git%2Bssh:%2F%2Fgit%40github.com%2Fu%2Fg.git%40abc declared :3
                pkg:npm/packed@1.3.0 declared :6
                pkg:npm/string-width@4.2.3 declared :2
                pkg:npm/t@1.1.0 declared :4"]],
        );
    }

    #[test]
    fn version_1_is_a_tree_and_the_manifest_beside_it_says_what_was_asked_for() {
        let lock = br#"{"lockfileVersion": 1, "dependencies": {
            "a": {"version": "1.0.0", "requires": {"b": "^2"}, "dependencies": {
                "b": {"version": "2.0.0", "dev": true}}},
            "alias": {"version": "npm:@s/real@3.0.0-beta.1"},
            "g": {"version": "github:u/g#abc"},
            "t": {"version": "file:t-1.5.0.tgz"},
            "own": {"version": "file:own", "dependencies": {"c": {"version": "5.0.0"}}}}}"#;
        let files: [(&str, &[u8]); 2] =
            [("package-lock.json", lock), ("package.json", br#"{"dependencies": {"a": "^1", "b": "*"}}"#)];
        expect![[r"
            pkg:npm/%40s/real@3.0.0-beta.1 declared chosen=Dependency :4
            pkg:npm/a@1.0.0 declared chosen=Purpose :2
            pkg:npm/b@2.0.0 declared Development chosen=Dependency :3
            pkg:npm/c@5.0.0 declared chosen=Dependency :7
            pkg:npm/g?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Fg.git%40abc declared chosen=Dependency :5
            pkg:npm/t@1.5.0 declared chosen=Dependency :6"]]
        .assert_eq(&found(&NpmLock, &files));
    }

    #[test]
    fn a_shrinkwrap_beside_the_lock_is_read_in_its_place() {
        let (lock, shrinkwrap) = (br#"{"packages": {"node_modules/a": {"version": "1.0.0"}}}"#, "x/npm-shrinkwrap.json");
        expect![""].assert_eq(&found(&NpmLock, &[("x/package-lock.json", lock), (shrinkwrap, b"{}")]));
        expect!["pkg:npm/a@1.0.0 declared :1"].assert_eq(&found(&NpmLock, &[(shrinkwrap, lock), ("x/package-lock.json", b"{}")]));
    }

    #[test]
    fn an_empty_map_of_packages_hides_no_dependencies() {
        check(
            r#"{"lockfileVersion": 2, "packages": {"": {}}, "dependencies": {"a": {"version": "1.0.0"}}}"#,
            &expect!["pkg:npm/a@1.0.0 declared :1"],
        );
    }

    #[test]
    fn a_truncated_file_gives_what_stands_before_the_end() {
        check(
            "\u{feff}{\"packages\": {\r\n\"node_modules/a\": {\"version\": \"1.0.0\"},\r\n\"node_modules/b\": {\"vers",
            &expect![[r"
                pkg:npm/a@1.0.0 declared :2
                ! package-lock.json:3:1: UP003: not JSON: EOF while parsing a string"]],
        );
    }

    #[test]
    fn wrong_types_are_one_problem_each_and_nothing_is_invented() {
        check(
            r#"{"lockfileVersion": 123456789012345678901234567890, "packages": {"": 1, "node_modules/a": "1.0.0",
                "node_modules/b": {"version": 1}, "node_modules/": {"version": "1.0.0"}, "node_modules/c": {"version": "1.0.0", "license": 1}}}"#,
            &expect![[r"
                pkg:npm/c@1.0.0 declared chosen=Dependency :2
                ! package-lock.json:1:1: UP002: `node_modules/a` should be a map, but is a text
                ! package-lock.json:2:1: UP002: `` is no package name"]],
        );
        check("[]", &expect!["! package-lock.json:1:1: UP002: expected a map, found a list"]);
        check(
            "{}",
            &expect![
                "! package-lock.json:1:1: UP002: neither `packages` nor `dependencies` nor `lockfileVersion`: no npm lock file"
            ],
        );
        check(r#"{"lockfileVersion": 1}"#, &expect![""]);
        check(r#"{"packages": 7}"#, &expect!["! package-lock.json:1:1: UP002: `packages` should be a map, but is a number"]);
        check("", &expect!["! package-lock.json:1:1: UP003: not JSON: EOF while parsing a value"]);
    }
}
