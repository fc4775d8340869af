//! Reads deno.lock, version 2 to 5 (<https://docs.deno.com/runtime/fundamentals/modules/#integrity-checking-and-lock-files>).
//!
//! Packages of npm are npm packages. Those of JSR, for which package URLs have no type, are generic ones with their scope as
//! namespace and JSR as `repository_url`. A module that is loaded from an address is a component if the address names a package
//! and its exact version: on deno.land, or on a network that serves npm's packages. Other addresses name no package. What the
//! project asks for stands in `workspace`, since version 3; without it nothing tells.

use std::collections::BTreeSet;

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::npm;
use super::reach::{Edge, Index, Uses};
use super::{Claim, Detector, Findings, Opened, json};

const ID: &str = "deno-lock";
/// Networks that serve npm's packages under `/name@version`, some behind a first part that says so.
const NPM_MIRRORS: [&str; 5] = ["esm.sh", "unpkg.com", "cdn.jsdelivr.net", "cdn.skypack.dev", "esm.run"];

/// The lock file of Deno.
pub(super) struct DenoLock;

impl Detector for DenoLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("deno.lock")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(lock) = document::read(file, out, json::parse) else { return };
        if lock.get("version").is_none() && out.problems.is_empty() {
            out.problem_at(Code::Malformed, file, 1, "no `version`: no Deno lock file");
            return;
        }
        let packages = packages(&lock, file, out);
        let uses = uses(&lock, &packages);
        for (index, package) in packages.iter().enumerate() {
            let Some(purl) = package.purl() else {
                out.problem_at(Code::Malformed, file, package.facts.line, format!("`{}` names no package", package.key));
                continue;
            };
            let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), package.facts.line));
            component.origin = Origin::Registry;
            component.group = uses.group(index).unwrap_or_default();
            component.chosen = uses.chosen(index);
            out.component(component);
        }
        let mut seen = BTreeSet::new();
        for (address, node) in document::map_at(&lock, "remote", file, out) {
            if let Some(purl) = remote(address).filter(|purl| seen.insert(purl.clone())) {
                out.component(Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), node.line)));
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Registry {
    Npm,
    Jsr,
}

/// One package of either registry.
struct Package<'l> {
    registry: Registry,
    /// `name@version`.
    key: &'l str,
    facts: &'l Node,
}

impl Package<'_> {
    fn purl(&self) -> Option<Purl> {
        let (name, version) = split_key(self.key);
        if !npm::is_name(name) || version.is_empty() {
            return None;
        }
        Some(match (self.registry, name.split_once('/')) {
            (Registry::Npm, _) => npm::purl(name).with_version(version),
            (Registry::Jsr, scoped) => {
                let (scope, bare) = scoped.unwrap_or(("", name));
                let purl = Purl::new("generic", bare).with_namespace(scope).with_version(version);
                purl.with_qualifier("repository_url", "https://jsr.io")
            }
        })
    }
}

/// Name and version of `name@version`; npm's packages may have the peers that they are resolved with behind a `_`.
fn split_key(key: &str) -> (&str, &str) {
    let (name, version) = npm::split_spec(key);
    (name, version.split('_').next().unwrap_or(version))
}

/// The packages: at the top since version 4, in `packages` in version 3, and in version 2 only npm's, below `npm`.
fn packages<'l>(lock: &'l Node, file: &Opened<'_>, out: &mut Findings) -> Vec<Package<'l>> {
    let top = lock.get("packages").unwrap_or(lock);
    let mut packages = Vec::new();
    for (name, registry) in [("npm", Registry::Npm), ("jsr", Registry::Jsr)] {
        let of = top.get(name).filter(|of| of.get("packages").is_some_and(|inner| matches!(inner.value, Value::Map(_))));
        let entries = document::map_at(of.unwrap_or(top), if of.is_some() { "packages" } else { name }, file, out);
        packages.extend(entries.iter().map(|(key, facts)| Package { registry, key, facts }));
    }
    packages
}

/// For what each package is needed. Specifiers are `npm:name@range` or `jsr:name@range`, in version 2 without the registry.
fn uses(lock: &Node, packages: &[Package<'_>]) -> Uses {
    let mut index = Index::default();
    for (at, package) in packages.iter().enumerate() {
        let registry = if package.registry == Registry::Npm { "npm" } else { "jsr" };
        index.add(format!("{registry}:{}", package.key), at);
        index.add(format!("{registry}:{}", npm::split_spec(package.key).0), at);
    }
    let top = lock.get("packages").or_else(|| lock.get("npm").filter(|npm| npm.get("packages").is_some())).unwrap_or(lock);
    let specifiers = top.get("specifiers").cloned().unwrap_or_default();
    // A key as it stands, what a specifier resolves to, or a bare name that the lock holds once.
    let find = |spec: &str| {
        let spec = without_alias(spec);
        let (registry, name) = spec.split_once(':').unwrap_or(("npm", spec.as_str()));
        let (name, _) = npm::split_spec(name);
        let resolved = specifiers.text(&spec).map(|found| match found.split_once(':') {
            Some((registry, key)) => format!("{registry}:{key}"),
            None => format!("{registry}:{name}@{found}"),
        });
        let exact = index.get(&spec);
        if exact.is_empty() { resolved.map_or(&[][..], |key| index.get(&key)) } else { exact }.to_vec()
    };
    let needs = |package: &Package<'_>| -> Vec<Edge> {
        let lists = [("dependencies", Group::Main), ("optionalDependencies", Group::Optional)];
        let lists = lists.iter().filter_map(|(list, group)| Some((package.facts.get(list)?, *group)));
        let specs = lists.flat_map(|(list, group)| listed(list).map(move |spec| (spec, group)));
        let prefix = if package.registry == Registry::Npm { "npm:" } else { "" };
        specs.flat_map(|(spec, group)| find(&format!("{prefix}{spec}")).into_iter().map(move |end| (end, group))).collect()
    };
    let edges: Vec<Vec<Edge>> = packages.iter().map(needs).collect();
    let workspace = lock.get("workspace");
    let members = workspace.and_then(|workspace| workspace.get("members")).map_or(&[][..], Node::entries);
    let roots = workspace.into_iter().chain(members.iter().map(|(_, member)| member)).flat_map(|root| {
        let own = [root.get("dependencies"), root.get("packageJson").and_then(|manifest| manifest.get("dependencies"))];
        own.into_iter().flatten().flat_map(listed).flat_map(&find).map(|end| (end, Group::Main)).collect::<Vec<Edge>>()
    });
    Uses::new(&edges, &roots.collect::<Vec<Edge>>())
}

/// The texts of a list, or of the values of a map.
fn listed(node: &Node) -> impl Iterator<Item = &str> {
    node.items().iter().chain(node.entries().iter().map(|(_, node)| node)).filter_map(Node::as_text)
}

/// `npm:alias@npm:name@version` is `npm:name@version`.
fn without_alias(spec: &str) -> String {
    let real = spec.get(1..).and_then(|rest| rest.find("@npm:")).and_then(|at| spec.get(at + 2..));
    real.unwrap_or(spec).to_owned()
}

/// The package and exact version that an address names.
fn remote(address: &str) -> Option<Purl> {
    let place = address.strip_prefix("https://")?.split(['?', '#']).next()?;
    let (host, path) = place.split_once('/')?;
    let mut parts = path.split('/');
    if host == "deno.land" {
        let (namespace, part) = match parts.next()? {
            "x" => ("deno.land/x", parts.next()?),
            part => ("deno.land", part),
        };
        let (name, version) = part.split_once('@')?;
        return npm::is_version(version).then(|| Purl::new("generic", name).with_namespace(namespace).with_version(version));
    }
    if !NPM_MIRRORS.contains(&host) {
        return None;
    }
    let mut scope = None;
    for part in parts.take(4) {
        if matches!(part, "gh" | "jsr" | "pr" | "wp") {
            return None;
        }
        // esm.sh marks with `*` that all dependencies are left outside, and puts options behind `&`.
        let part = part.trim_start_matches('*').split('&').next().unwrap_or(part);
        if part.starts_with('@') && !part.get(1..)?.contains('@') {
            scope = Some(part);
            continue;
        }
        let (name, version) = npm::split_spec(part);
        if npm::is_version(version) {
            let full = scope.map_or_else(|| name.to_owned(), |scope| format!("{scope}/{name}"));
            return npm::is_name(&full).then(|| npm::purl(&full).with_version(version));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&DenoLock, &[("deno.lock", text.as_bytes())]));
    }

    #[test]
    fn version_5_names_both_registries_and_what_the_workspace_asks_for() {
        check(
            r#"{
  "version": "5",
  "specifiers": {
    "jsr:@std/path@1": "1.0.8",
    "npm:@s/a@^2": "2.0.0_b@1.0.0",
    "npm:d@*": "4.0.0"
  },
  "jsr": {
    "@std/path@1.0.8": {"integrity": "x", "dependencies": ["jsr:@std/internal", "npm:d@*"]},
    "@std/internal@1.0.0": {"integrity": "x"}
  },
  "npm": {
    "@s/a@2.0.0_b@1.0.0": {"integrity": "x", "dependencies": ["b", "c-old@npm:c@0.9.0"], "optionalDependencies": ["e"]},
    "b@1.0.0": {"integrity": "x"},
    "c@0.9.0": {"integrity": "x"},
    "c@1.0.0": {"integrity": "x"},
    "d@4.0.0": {"integrity": "x"},
    "e@5.0.0": {"integrity": "x", "os": ["darwin"]}
  },
  "workspace": {
    "dependencies": ["jsr:@std/path@1"],
    "packageJson": {"dependencies": ["npm:@s/a@^2"]}
  }
}"#,
            &expect![[r"
                pkg:generic/%40std/internal@1.0.0?repository_url=https:%2F%2Fjsr.io declared chosen=Dependency :10
                pkg:generic/%40std/path@1.0.8?repository_url=https:%2F%2Fjsr.io declared chosen=Purpose :9
                pkg:npm/%40s/a@2.0.0 declared chosen=Purpose :13
                pkg:npm/b@1.0.0 declared chosen=Dependency :14
                pkg:npm/c@0.9.0 declared chosen=Dependency :15
                pkg:npm/c@1.0.0 declared chosen=Dependency :16
                pkg:npm/d@4.0.0 declared chosen=Dependency :17
                pkg:npm/e@5.0.0 declared Optional chosen=Dependency :18"]],
        );
    }

    #[test]
    fn versions_2_and_3_keep_their_packages_elsewhere() {
        check(
            r#"{"version": "2", "remote": {"https://deno.land/std@0.200.0/path/mod.ts": "aa"}, "npm": {
                "specifiers": {"chalk@5": "chalk@5.3.0"}, "packages": {"chalk@5.3.0": {"integrity": "x", "dependencies": {"a": "a@1.0.0"}},
                "a@1.0.0": {"integrity": "x", "dependencies": {}}}}}"#,
            &expect![[r"
                pkg:generic/deno.land/std@0.200.0 declared :1
                pkg:npm/a@1.0.0 declared :3
                pkg:npm/chalk@5.3.0 declared :2"]],
        );
        check(
            r#"{"version": "3", "packages": {"specifiers": {"jsr:@std/fmt@^1": "jsr:@std/fmt@1.0.2", "npm:chalk@5": "npm:chalk@5.3.0"},
                "jsr": {"@std/fmt@1.0.2": {"integrity": "x"}}, "npm": {"chalk@5.3.0": {"integrity": "x", "dependencies": {}}}},
                "remote": {}, "workspace": {"dependencies": ["npm:chalk@5"]}}"#,
            &expect![[r"
                pkg:generic/%40std/fmt@1.0.2?repository_url=https:%2F%2Fjsr.io declared chosen=Dependency :2
                pkg:npm/chalk@5.3.0 declared chosen=Purpose :2"]],
        );
    }

    #[test]
    fn an_address_names_a_package_only_with_an_exact_version() {
        for (address, purl) in [
            ("https://deno.land/std@0.200.0/path/mod.ts", "pkg:generic/deno.land/std@0.200.0"),
            ("https://deno.land/x/oak@v12.6.0/mod.ts", "pkg:generic/deno.land/x/oak@v12.6.0"),
            ("https://esm.sh/react@18.2.0?target=es2022", "pkg:npm/react@18.2.0"),
            ("https://esm.sh/v135/@s/a@1.0.0&dev/es2022/a.mjs", "pkg:npm/%40s/a@1.0.0"),
            ("https://esm.sh/v135/*preact@10.0.0/x.js", "pkg:npm/preact@10.0.0"),
            ("https://cdn.jsdelivr.net/npm/lodash@4.17.21/+esm", "pkg:npm/lodash@4.17.21"),
            ("https://cdn.jsdelivr.net/gh/u/r@1.0.0/x.js", ""),
            ("https://esm.sh/react@^18", ""),
            ("https://deno.land/x/oak/mod.ts", ""),
            ("https://example.org/a@1.0.0/mod.ts", ""),
            ("https://esm.sh/@/x", ""),
            // No registry takes such a name.
            ("https://esm.sh/é@1.0.0", ""),
            ("file:///x", ""),
        ] {
            assert_eq!(remote(address).map(|purl| purl.to_string()).unwrap_or_default(), purl, "{address}");
        }
    }

    #[test]
    fn faults_leave_the_rest() {
        check(
            "{\"version\": \"4\", \"npm\": {\r\n\"a@1.0.0\": {},\r\n\"nothing\": {},\r\n\"b@2.0",
            &expect![[r"
                pkg:npm/a@1.0.0 declared :2
                ! deno.lock:4:1: UP003: not JSON: EOF while parsing a string
                ! deno.lock:3:1: UP002: `nothing` names no package"]],
        );
        check(r#"{"version": "4", "npm": []}"#, &expect!["! deno.lock:1:1: UP002: `npm` should be a map, but is a list"]);
        check("{}", &expect!["! deno.lock:1:1: UP002: no `version`: no Deno lock file"]);
        check("", &expect!["! deno.lock:1:1: UP003: not JSON: EOF while parsing a value"]);
    }
}
