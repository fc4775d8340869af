//! Reads bun.lock, the text form of Bun's lock file (<https://bun.com/docs/pm/lockfile>): JSON with commas behind the last member.
//! Each member of `packages` is a list that begins with `name@reference`; its key is the place below `node_modules`.
//!
//! The root, workspace members, links and folders are the organisation's own code and no components. The binary `bun.lockb` of
//! former versions is not read.

use std::collections::HashMap;

use crate::model::{Component, Evidence, Group, Location, Origin};
use crate::problem::Code;

use super::document::{self, MAX_DEPTH, Node, Value};
use super::npm::{self, Source};
use super::reach::{Edge, Uses};
use super::{Claim, Detector, Findings, Opened, jsonc};

const ID: &str = "bun-lock";
/// The lists of what a workspace or a package needs.
const LISTS: [(&str, Group); 4] = [
    ("dependencies", Group::Main),
    ("devDependencies", Group::Development),
    ("optionalDependencies", Group::Optional),
    ("peerDependencies", Group::Main),
];

/// The lock file of Bun.
pub(super) struct BunLock;

impl Detector for BunLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("bun.lock")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let (mut lock, fault) = jsonc::parse(text);
        if let Some(fault) = fault {
            if lock.get("packages").is_none() {
                lock = jsonc::parse(&up_to(text, fault.line)).0;
            }
            out.problem_at(fault.code, file, fault.line, fault.text);
        }
        if lock.get("lockfileVersion").is_none() && lock.get("packages").is_none() && out.problems.is_empty() {
            out.problem_at(Code::Malformed, file, 1, "neither `lockfileVersion` nor `packages`: no Bun lock file");
            return;
        }
        let packages = document::map_at(&lock, "packages", file, out);
        let uses = uses(&lock, packages);
        for (index, (key, package)) in packages.iter().enumerate() {
            let Some(spec) = package.items().first().and_then(Node::as_text) else {
                out.problem_at(Code::Malformed, file, package.line, format!("`{key}` does not say what it resolves to"));
                continue;
            };
            let Some(mut component) = component(spec, package.line, file, out) else { continue };
            component.group = uses.group(index).unwrap_or_default();
            component.chosen = uses.chosen(index);
            out.component(component);
        }
    }
}

/// The lines before `line`, closed as if the list of packages ended there: each package stands on a line of its own.
fn up_to(text: &str, line: usize) -> String {
    let mut kept: String = text.split_inclusive('\n').take(line.saturating_sub(1)).collect();
    kept.push_str("}}");
    kept
}

/// The component that `name@reference` names; `None` for own code.
fn component(spec: &str, line: usize, file: &Opened<'_>, out: &mut Findings) -> Option<Component> {
    let (name, reference) = npm::split_spec(spec);
    if reference.starts_with("root:") {
        return None;
    }
    if !npm::is_name(name) {
        out.problem_at(Code::Malformed, file, line, format!("`{spec}` names no package"));
        return None;
    }
    let mut purl = npm::purl(name);
    let mut origin = Origin::Unknown;
    match npm::source(reference) {
        Source::Folder => return None,
        Source::Version(version) => {
            purl = purl.with_version(&version);
            origin = Origin::Registry;
        }
        Source::Vcs(address) => purl = purl.with_qualifier("vcs_url", &address),
        Source::Archive(address) => purl = purl.with_version(&npm::archive_version(name, &address).unwrap_or_default()),
        Source::Unpinned => {}
    }
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), line));
    component.origin = origin;
    Some(component)
}

/// For what each package is needed, as the lists of the workspaces and of the packages say.
fn uses(lock: &Node, packages: &[(String, Node)]) -> Uses {
    let places: HashMap<&str, usize> = packages.iter().enumerate().map(|(index, (key, _))| (key.as_str(), index)).collect();
    let edges: Vec<Vec<Edge>> = packages
        .iter()
        .map(|(key, package)| {
            let facts = package.items().iter().find(|item| matches!(item.value, Value::Map(_)));
            facts.map_or_else(Vec::new, |facts| needs(facts, key, &places))
        })
        .collect();
    let workspaces = lock.get("workspaces").map_or(&[][..], Node::entries);
    let roots: Vec<Edge> = workspaces
        .iter()
        .flat_map(|(folder, workspace)| {
            let place = if folder.is_empty() { "" } else { workspace.text("name").unwrap_or_default() };
            needs(workspace, place, &places)
        })
        .collect();
    Uses::new(&edges, &roots)
}

fn needs(from: &Node, place: &str, places: &HashMap<&str, usize>) -> Vec<Edge> {
    let optional: Vec<&str> = from.get("optionalPeers").map_or(&[][..], Node::items).iter().filter_map(Node::as_text).collect();
    let asked = LISTS.iter().flat_map(|(list, group)| from.keys_of(list).map(move |name| (*list, name, *group)));
    // Who can do without a peer does not bring it.
    let asked = asked.filter(|(list, name, _)| *list != "peerDependencies" || !optional.contains(name));
    asked.filter_map(|(_, name, group)| Some((resolve(place, name, places)?, group))).collect()
}

/// The package that Node.js finds for `name` when it looks from `place`: below it, then below what is around it.
fn resolve(place: &str, name: &str, places: &HashMap<&str, usize>) -> Option<usize> {
    let mut around = place;
    for _ in 0..MAX_DEPTH {
        if around.is_empty() {
            break;
        }
        if let Some(found) = places.get(format!("{around}/{name}").as_str()) {
            return Some(*found);
        }
        around = above(around);
    }
    places.get(name).copied()
}

/// The place without its last name, which may have a scope.
fn above(place: &str) -> &str {
    let (above, _) = place.rsplit_once('/').unwrap_or_default();
    match above.rsplit_once('/') {
        Some((outer, scope)) if scope.starts_with('@') => outer,
        None if above.starts_with('@') => "",
        _ => above,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&BunLock, &[("bun.lock", text.as_bytes())]));
    }

    const LOCK: &str = r#"{
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "name": "own",
      "dependencies": { "@s/a": "^1.0.0", "str": "npm:string-width@4", },
      "devDependencies": { "c": "2", "g": "github:u/g", },
    },
    "packages/w": { "name": "w", "dependencies": { "c": "1", }, "optionalDependencies": { "t": "*", }, },
  },
  "packages": {
    "@s/a": ["@s/a@1.2.0", "", { "dependencies": { "b": "^1" }, "peerDependencies": { "p": "*", "q": "*" }, "optionalPeers": ["q"] }, "sha512-x=="],
    "b": ["b@1.0.0", "https://registry.example/b.tgz", {}, "sha512-x=="],
    "c": ["c@2.0.0", "", { "optionalDependencies": { "d": "1" } }, "sha512-x=="],
    "d": ["d@1.0.0-rc.1", "", { "os": "darwin" }, "sha512-x=="],
    "g": ["g@github:u/g#abc", { "dependencies": {} }, "u-g-abc"],
    "own-link": ["own-link@link:own-link", {}],
    "own-folder": ["own-folder@file:../own", {}],
    "own": ["own@root:", { "bin": "x" }],
    "p": ["p@3.0.0", "", {}, "sha512-x=="],
    "q": ["q@4.0.0", "", {}, "sha512-x=="],
    "str": ["string-width@4.2.3", "", {}, "sha512-x=="],
    "t": ["t@https://user:secret@host/t-5.0.0.tgz", {}],
    "w": ["w@workspace:packages/w"],
    "w/c": ["c@1.0.0", "", {}, "sha512-x=="],
  }
}
"#;

    #[test]
    fn every_kind_of_package_is_itself_and_own_code_is_none() {
        check(
            LOCK,
            &expect![[r"
                pkg:npm/%40s/a@1.2.0 declared chosen=Purpose :12
                pkg:npm/b@1.0.0 declared chosen=Dependency :13
                pkg:npm/c@1.0.0 declared chosen=Purpose :25
                pkg:npm/c@2.0.0 declared Development chosen=Purpose :14
                pkg:npm/d@1.0.0-rc.1 declared Development chosen=Dependency :15
                pkg:npm/g?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Fg.git%40abc declared Development chosen=Purpose :16
                pkg:npm/p@3.0.0 declared chosen=Dependency :20
                pkg:npm/q@4.0.0 declared chosen=Dependency :21
                pkg:npm/string-width@4.2.3 declared chosen=Purpose :22
                pkg:npm/t@5.0.0 declared Optional chosen=Purpose :23"]],
        );
    }

    #[test]
    fn a_nested_place_is_looked_up_outwards() {
        for (place, around) in [("a/@s/b/c", "a/@s/b"), ("a/@s/b", "a"), ("@s/b", ""), ("@s/b/c", "@s/b"), ("a", ""), ("", "")] {
            assert_eq!(above(place), around, "{place}");
        }
    }

    #[test]
    fn faults_leave_the_rest() {
        let windows = format!("\u{feff}{}", LOCK.replace('\n', "\r\n"));
        assert_eq!(found(&BunLock, &[("bun.lock", windows.as_bytes())]), found(&BunLock, &[("bun.lock", LOCK.as_bytes())]));
        check(
            "{\"lockfileVersion\": 1, \"packages\": {\n\"a\": [\"a@1.0.0\"],\n\"b\": 3,\n\"c\": [\"@@1\"],\n\"d\": [\"d@1.0",
            &expect![[r"
                pkg:npm/a@1.0.0 declared :2
                ! bun.lock:5:1: UP003: not JSON: EOF while parsing a string
                ! bun.lock:3:1: UP002: `b` does not say what it resolves to
                ! bun.lock:4:1: UP002: `@@1` names no package"]],
        );
        check("", &expect!["! bun.lock:1:1: UP003: not JSON: EOF while parsing a value"]);
        check("{}", &expect!["! bun.lock:1:1: UP002: neither `lockfileVersion` nor `packages`: no Bun lock file"]);
        check("{\"lockfileVersion\": 1}", &expect![""]);
    }
}
