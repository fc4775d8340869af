//! Reads the package.json of a project (<https://docs.npmjs.com/cli/configuring-npm/package-json>) for what it asks for.
//!
//! A lock file beside it, or above it if it is a workspace member, says more and is read in its place; so does a `node_modules`
//! folder beside it. Installed packages, and releases that were unpacked into a folder with their name and version, ask for
//! nothing here: they are somebody else's. An exact version is one, a range or a tag is none. Overrides are no requests, and
//! neither are peers that the project can do without.

use std::collections::BTreeSet;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin};

use super::document::{self, Node};
use super::npm::{self, Source};
use super::project_file::is_in_project;
use super::{Claim, Detector, FileFacts, Findings, Opened, json, yaml};

const ID: &str = "npm-manifest";
/// The lists of a manifest, the one that wins a name first.
const LISTS: [(&str, Group); 4] = [
    ("optionalDependencies", Group::Optional),
    ("dependencies", Group::Main),
    ("peerDependencies", Group::Main),
    ("devDependencies", Group::Development),
];
/// What the tools leave beside a manifest that they have resolved.
const RESOLVED: [&str; 12] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "deno.lock",
    "node_modules/.package-lock.json",
    "node_modules/.modules.yaml",
    "node_modules/.yarn-integrity",
    "node_modules/.yarn-state.yml",
    // Rush keeps the lock of all its projects there.
    "common/config/rush/pnpm-lock.yaml",
];
/// How far above a workspace member the project's root may lie.
const LEVELS: usize = 5;

/// Manifests of projects without a lock file.
pub(super) struct NpmManifest;

impl Detector for NpmManifest {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("package.json")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        is_in_project(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if is_resolved(file) {
            return;
        }
        let Some(manifest) = document::read(file, out, json::parse) else { return };
        if npm::is_release(&manifest, file) {
            return;
        }
        let mut seen = BTreeSet::new();
        for (list, group) in LISTS {
            for (name, range) in document::map_at(&manifest, list, file, out) {
                let optional_peer = list == "peerDependencies" && is_optional_peer(&manifest, name);
                if optional_peer || !seen.insert(name.as_str()) || is_installed(name, file) {
                    continue;
                }
                out.components.extend(component(name, range, group, file));
            }
        }
    }
}

/// Whether Node.js would find the package from here: in the `node_modules` of this folder or one above it.
fn is_installed(name: &str, file: &Opened<'_>) -> bool {
    (0..=levels(file)).any(|levels| {
        let up = "../".repeat(levels);
        file.sibling(&format!("{up}node_modules/{name}/package.json")).exists()
    })
}

/// How many folders above the manifest are looked at.
fn levels(file: &Opened<'_>) -> usize {
    file.path().components().count().saturating_sub(1).min(LEVELS)
}

fn is_optional_peer(manifest: &Node, name: &str) -> bool {
    manifest.get("peerDependenciesMeta").and_then(|meta| meta.get(name)).is_some_and(|meta| meta.is_true("optional"))
}

/// Whether a lock file or an installation says what the manifest's ranges became.
fn is_resolved(file: &Opened<'_>) -> bool {
    let there = |up: &str| RESOLVED.iter().any(|name| file.sibling(&format!("{up}{name}")).exists());
    if there("") {
        return true;
    }
    (1..=levels(file)).map(|levels| "../".repeat(levels)).any(|up| there(&up) && has_workspaces(file, &up))
}

fn has_workspaces(file: &Opened<'_>, up: &str) -> bool {
    let named = |name: &str, key: &str| {
        let root = file.sibling(&format!("{up}{name}"));
        root.text_if_there().is_some_and(|text| json::parse(text).0.get(key).is_some())
    };
    let pnpm = file.sibling(&format!("{up}pnpm-workspace.yaml")).exists() || file.sibling(&format!("{up}rush.json")).exists();
    pnpm || named("package.json", "workspaces") || named("deno.json", "workspace")
}

/// The range that the catalog of a workspace has for `name`, where a manifest says `catalog:` or `catalog:<its name>`: of pnpm
/// (<https://pnpm.io/catalogs>), Yarn or Bun, in the nearest folder that has one.
fn in_catalog(name: &str, catalog: &str, file: &Opened<'_>) -> Option<String> {
    let roots = (0..=levels(file)).flat_map(|levels| {
        let up = "../".repeat(levels);
        let read = |name: &str, parse: fn(&str) -> Node| {
            file.sibling(&format!("{up}{name}")).text_if_there().map_or_else(Node::default, parse)
        };
        let manifest = read("package.json", |text| json::parse(text).0);
        let workspaces = manifest.get("workspaces").cloned().unwrap_or_default();
        let yaml = |text: &str| yaml::parse(text).0;
        [read("pnpm-workspace.yaml", yaml), read(".yarnrc.yml", yaml), workspaces, manifest]
    });
    let is_default = matches!(catalog, "" | "default");
    { roots }.find_map(|root| {
        let named = root.get("catalogs").and_then(|all| all.get(if is_default { "default" } else { catalog }));
        let usual = root.get("catalog").filter(|_| is_default);
        [usual, named].into_iter().flatten().find_map(|catalog| catalog.text(name).map(str::to_owned))
    })
}

/// The name on npm of a package of JSR, and its range: `@scope/name@range`, or the range of a dependency that has its name
/// (<https://jsr.io/docs/npm-compatibility>).
fn of_jsr(name: &str, stated: &str) -> (String, String) {
    let (name, range) = if stated.starts_with('@') { npm::split_spec(stated) } else { (name, stated) };
    (format!("@jsr/{}", name.trim_start_matches('@').replace('/', "__")), range.to_owned())
}

fn component(name: &str, range: &Node, group: Group, file: &Opened<'_>) -> Option<Component> {
    let stated = range.as_text()?.trim();
    let listed = stated.strip_prefix("catalog:").map(|catalog| in_catalog(name, catalog.trim(), file).unwrap_or_default());
    let range_text = listed.as_deref().unwrap_or(stated).trim();
    let jsr = range_text.strip_prefix("jsr:").map(|rest| of_jsr(name, rest));
    let (name, spec) = match (&jsr, range_text.strip_prefix("npm:")) {
        (Some((name, range)), _) => (name.as_str(), range.as_str()),
        (None, Some(alias)) => npm::split_spec(alias),
        (None, None) => (name, range_text),
    };
    if !npm::is_name(name) {
        return None;
    }
    let mut purl = npm::purl(name);
    let mut origin = Origin::Unknown;
    match npm::source(&npm::hosted(spec)) {
        Source::Folder => return None,
        Source::Version(version) => {
            purl = purl.with_version(&version);
            origin = Origin::Registry;
        }
        Source::Vcs(address) => purl = purl.with_qualifier("vcs_url", &address),
        Source::Archive(address) => purl = purl.with_version(&npm::archive_version(name, &address).unwrap_or_default()),
        Source::Unpinned => origin = Origin::Registry,
    }
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), range.line));
    component.origin = origin;
    component.group = group;
    component.chosen = Chosen::Purpose;
    Some(component)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&NpmManifest, &[("app/package.json", text.as_bytes())]));
    }

    const MANIFEST: &str = r#"{
  "name": "own", "version": "1.0.0",
  "dependencies": {
    "a": "1.2.3",
    "@s/b": "^1.0.0",
    "c": "npm:@s/real@2.0.0-rc.1",
    "d": "u/d#v1",
    "e": "https://user:secret@host/e-1.0.0.tgz",
    "own-folder": "file:../x",
    "own-member": "workspace:*",
    "g": "latest"
  },
  "devDependencies": {"a": "2.0.0", "h": "=3.0.0"},
  "optionalDependencies": {"i": "1.x"},
  "peerDependencies": {"j": ">=1", "k": ">=1"},
  "peerDependenciesMeta": {"k": {"optional": true}},
  "overrides": {"l": "1.0.0"}
}"#;

    #[test]
    fn only_an_exact_version_is_a_version() {
        check(
            MANIFEST,
            &expect![[r"
                pkg:npm/%40s/b declared chosen=Purpose :5
                pkg:npm/%40s/real@2.0.0-rc.1 declared chosen=Purpose :6
                pkg:npm/a@1.2.3 declared chosen=Purpose :4
                pkg:npm/d?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Fd.git%40v1 declared chosen=Purpose :7
                pkg:npm/e@1.0.0 declared chosen=Purpose :8
                pkg:npm/g declared chosen=Purpose :11
                pkg:npm/h@3.0.0 declared Development chosen=Purpose :13
                pkg:npm/i declared Optional chosen=Purpose :14
                pkg:npm/j declared chosen=Purpose :15"]],
        );
    }

    #[test]
    fn a_catalog_has_the_range_and_a_package_of_jsr_its_name_on_npm() {
        let manifest = br#"{"dependencies": {"a": "catalog:", "b": "catalog:old", "c": "catalog:none", "@std/path": "jsr:1.0.8",
            "fs": "jsr:@std/fs@^1"}}"#;
        let expected = expect![[r"
            pkg:npm/%40jsr/std__fs declared chosen=Purpose :2
            pkg:npm/%40jsr/std__path@1.0.8 declared chosen=Purpose :1
            pkg:npm/a@1.0.0 declared chosen=Purpose :1
            pkg:npm/b@0.9.0 declared chosen=Purpose :1
            pkg:npm/c declared chosen=Purpose :1"]];
        let yaml = b"catalog: {a: 1.0.0}\ncatalogs:\n  old: {b: 0.9.0}\n";
        let json = br#"{"workspaces": {"catalog": {"a": "1.0.0"}, "catalogs": {"old": {"b": "0.9.0"}}}}"#;
        let roots: [(&str, &[u8]); 3] =
            [("app/pnpm-workspace.yaml", yaml), ("app/.yarnrc.yml", yaml), ("app/package.json", json)];
        for root in roots {
            expected.assert_eq(&found(&NpmManifest, &[("app/w/package.json", manifest), root]));
        }
    }

    #[test]
    fn what_resolves_the_manifest_is_read_in_its_place() {
        let manifest = br#"{"dependencies": {"a": "^1"}}"#;
        let lone: (&str, &[u8]) = ("app/w/package.json", manifest);
        for name in RESOLVED {
            assert_eq!(found(&NpmManifest, &[lone, (&format!("app/w/{name}"), b"")]), "", "{name}");
        }
        let roots: [(&str, &[u8]); 2] = [("app/package.json", br#"{"workspaces": ["w"]}"#), ("app/pnpm-workspace.yaml", b"")];
        for root in roots {
            assert_eq!(found(&NpmManifest, &[lone, root, ("app/yarn.lock", b"")]), "", "{}", root.0);
            assert_ne!(found(&NpmManifest, &[lone, root]), "", "{}", root.0);
        }
        assert_ne!(found(&NpmManifest, &[lone, ("app/yarn.lock", b"")]), "");
        for modules in ["app/w/node_modules/a/package.json", "app/node_modules/a/package.json", "node_modules/a/package.json"] {
            assert_eq!(found(&NpmManifest, &[lone, (modules, b"")]), "", "{modules}");
        }
    }

    #[test]
    fn somebody_elses_manifest_is_not_wanted() {
        for (path, wanted) in [
            ("package.json", true),
            ("app/web/package.json", true),
            ("app/node_modules/a/package.json", false),
            ("app/node_modules/a/dist/package.json", false),
            ("usr/share/nodejs/a/package.json", false),
        ] {
            assert_eq!(NpmManifest.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
        let release = br#"{"name": "yarn", "version": "1.22.22", "dependencies": {"a": "^1"}}"#;
        for folder in ["opt/yarn-v1.22.22", "opt/yarn-1.22.22", "opt/yarn@1.22.22"] {
            assert_eq!(found(&NpmManifest, &[(&format!("{folder}/package.json"), release)]), "", "{folder}");
        }
        assert_ne!(found(&NpmManifest, &[("opt/yarn-1.0.0/package.json", release)]), "");
    }

    #[test]
    fn faults_leave_the_rest() {
        let windows = format!("\u{feff}{}", MANIFEST.replace('\n', "\r\n"));
        let unix = found(&NpmManifest, &[("p/package.json", MANIFEST.as_bytes())]);
        assert_eq!(found(&NpmManifest, &[("p/package.json", windows.as_bytes())]), unix);
        check(
            "{\"dependencies\": [],\n\"devDependencies\": {\"a\": 1, \"\": \"1.0.0\", \"b\": \"1.0.0\"",
            &expect![[r"
                ! app/package.json:2:1: UP003: not JSON: EOF while parsing an object
                ! app/package.json:1:1: UP002: `dependencies` should be a map, but is a list"]],
        );
        check("", &expect!["! app/package.json:1:1: UP003: not JSON: EOF while parsing a value"]);
        check("{}", &expect![""]);
    }
}
