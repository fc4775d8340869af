//! Reads pnpm-lock.yaml, lockfileVersion 5, 6 and 9 (<https://github.com/pnpm/spec/tree/master/lockfile>).
//!
//! Up to version 6 each package carries its group; since version 9 it follows from what the importers and the snapshots
//! need. Importers (the project and its workspaces), links and folders are the organisation's own code and no components.

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::npm::{self, Source};
use super::reach::{Edge, Index, Uses};
use super::{Claim, Detector, Findings, Opened, yaml};

const ID: &str = "pnpm-lock";
/// First major version whose keys begin with the name and whose graph stands in `snapshots`: 9, or its previews.
const SNAPSHOTS_SINCE: u32 = 7;
/// What an importer asks for, and for what.
const LISTS: [(&str, Group); 5] = [
    ("dependencies", Group::Main),
    ("optionalDependencies", Group::Optional),
    ("devDependencies", Group::Development),
    ("configDependencies", Group::Development),
    ("packageManagerDependencies", Group::Development),
];

/// The lock file of pnpm.
pub(super) struct PnpmLock;

impl Detector for PnpmLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("pnpm-lock.yaml")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let (documents, fault) = yaml::documents(text);
        for lock in &documents {
            if matches!(lock.value, Value::Map(_)) && lock.get("lockfileVersion").is_some() {
                read(lock, file, out);
            } else if fault.is_none() {
                out.problem_at(Code::Malformed, file, lock.line, "no `lockfileVersion`: no pnpm lock file");
            }
        }
        if let Some(fault) = fault {
            out.problem_at(fault.code, file, fault.line, fault.text);
        }
    }
}

/// One document: since pnpm 11 the tools that the project pins stand in one of their own.
fn read(lock: &Node, file: &Opened<'_>, out: &mut Findings) {
    let packages = document::map_at(lock, "packages", file, out);
    let major = major(lock);
    let uses = uses(lock, packages, major);
    for (index, (key, package)) in packages.iter().enumerate() {
        let resolution = package.get("resolution");
        if resolution.is_some_and(|from| from.text("directory").is_some() || from.text("type") == Some("directory")) {
            continue;
        }
        let Some(purl) = purl(key, package, major) else {
            out.problem_at(Code::Malformed, file, package.line, format!("`{key}` names no package"));
            continue;
        };
        let registry = resolution.is_some_and(|from| from.text("integrity").is_some() && from.text("tarball").is_none());
        let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), package.line));
        component.origin = if registry { Origin::Registry } else { Origin::Unknown };
        component.group = if major < SNAPSHOTS_SINCE { stated_group(package) } else { uses.group(index).unwrap_or_default() };
        component.chosen = if uses.is_direct(index) { Chosen::Purpose } else { Chosen::Dependency };
        out.component(component);
    }
}

/// The number before the dot; 9 if it says nothing that can be read, the newest form.
fn major(lock: &Node) -> u32 {
    let version = lock.text("lockfileVersion").and_then(|version| version.split('.').next());
    version.and_then(|major| major.parse().ok()).unwrap_or(9)
}

/// The package without the peers that its key ends in since version 6: `name@1.0.0(react@18.2.0)`.
fn without_peers(key: &str) -> &str {
    key.split('(').next().unwrap_or(key)
}

/// `/name/version`, `/name@version` or `name@version`, perhaps behind a registry's host; what came from elsewhere states
/// name and version in fields.
fn purl(key: &str, package: &Node, major: u32) -> Option<Purl> {
    let base = without_peers(key);
    let (mut name, mut reference) = if major >= SNAPSHOTS_SINCE { npm::split_spec(base) } else { old_key(base, major) };
    if let Some(stated) = package.text("name") {
        name = stated;
    }
    if !npm::is_version(reference) || package.text("name").is_some() {
        reference = package.text("version").unwrap_or(reference);
    }
    let version = if npm::is_version(reference) { reference } else { "" };
    let purl = npm::purl(name).with_version(version).with_qualifier("vcs_url", &vcs(package).unwrap_or_default());
    npm::is_name(name).then_some(purl)
}

fn old_key(base: &str, major: u32) -> (&str, &str) {
    // A key that begins with a host instead of `/` names a registry that is not the default one.
    let path = base.strip_prefix('/').or_else(|| Some(base.split_once('/')?.1)).unwrap_or(base);
    if major >= 6 {
        return npm::split_spec(path);
    }
    let name_ends = path.match_indices('/').nth(usize::from(path.starts_with('@'))).map(|(at, _)| at);
    let parts = name_ends.and_then(|at| Some((path.get(..at)?, path.get(at + 1..)?)));
    let (name, rest) = parts.unwrap_or((path, ""));
    (name, rest.split(['/', '_']).next().unwrap_or(rest))
}

fn vcs(package: &Node) -> Option<String> {
    let resolution = package.get("resolution")?;
    let (place, commit) = (resolution.text("repo")?, resolution.text("commit")?);
    match npm::source(&format!("git+{}#{commit}", place.trim_start_matches("git+"))) {
        Source::Vcs(address) => Some(address),
        _ => None,
    }
}

fn uses(lock: &Node, packages: &[(String, Node)], major: u32) -> Uses {
    let mut places = Index::default();
    for (index, (key, _)) in packages.iter().enumerate() {
        places.add(without_peers(key), index);
    }
    let mut edges: Vec<Vec<Edge>> = vec![Vec::new(); packages.len()];
    let snapshots = lock.get("snapshots").map_or(&[][..], Node::entries);
    for (key, snapshot) in snapshots.iter().filter(|_| major >= SNAPSHOTS_SINCE) {
        if let Some(row) = places.get(without_peers(key)).first().and_then(|index| edges.get_mut(*index)) {
            row.extend(needs(snapshot, &places));
        }
    }
    // A project without workspaces has its lists at the top until version 6.
    let importers = lock.get("importers").map_or(&[][..], Node::entries).iter().map(|(_, importer)| importer);
    let roots: Vec<Edge> = importers.chain([lock]).flat_map(|importer| needs(importer, &places)).collect();
    Uses::new(&edges, &roots)
}

fn stated_group(package: &Node) -> Group {
    match (package.is_true("dev"), package.is_true("optional")) {
        (true, _) => Group::Development,
        (false, true) => Group::Optional,
        (false, false) => Group::Main,
    }
}

/// Where the lists of an importer or snapshot lead: `name: version`, or `name: {version: …}`.
fn needs(from: &Node, places: &Index) -> Vec<Edge> {
    let lists = LISTS.iter().filter_map(|(list, group)| Some((from.get(list)?.entries(), *group)));
    let asked = lists.flat_map(|(entries, group)| entries.iter().map(move |(name, value)| (name, value, group)));
    asked
        .flat_map(|(name, value, group)| {
            let version = value.as_text().or_else(|| value.text("version")).map_or("", without_peers);
            // An alias or an address is a key of its own, a version only together with the name.
            let keys =
                [format!("{name}@{version}"), format!("/{name}@{version}"), format!("/{name}/{version}"), version.to_owned()];
            let found = keys.iter().map(|key| places.get(key)).find(|found| !found.is_empty()).unwrap_or_default();
            found.iter().map(move |index| (*index, group))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&PnpmLock, &[("pnpm-lock.yaml", text.as_bytes())]));
    }

    #[test]
    fn version_9_takes_groups_from_importers_and_snapshots() {
        check(
            r"lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      '@s/a': {specifier: ^1.0.0, version: 1.2.0(react@18.2.0)}
      str: {specifier: 'npm:string-width@4', version: string-width@4.2.3}
      own: {specifier: 'file:./own', version: 'file:own'}
      w: {specifier: 'workspace:*', version: 'link:packages/w'}
    devDependencies:
      react: {specifier: 18, version: 18.2.0}
  packages/w:
    dependencies:
      g: {specifier: x, version: 'https://codeload.github.com/u/g/tar.gz/abc'}
packages:
  '@s/a@1.2.0':
    resolution: {integrity: sha512-x}
  string-width@4.2.3:
    resolution: {integrity: sha512-x}
  own@file:own:
    resolution: {directory: own, type: directory}
  react@18.2.0:
    resolution: {integrity: sha512-x}
  loose-envify@1.4.0:
    resolution: {integrity: sha512-x}
  fsevents@2.3.3:
    resolution: {integrity: sha512-x}
  g@https://codeload.github.com/u/g/tar.gz/abc:
    resolution: {tarball: https://codeload.github.com/u/g/tar.gz/abc}
    version: 5.0.0
  h@git+https://host/h.git#abc:
    resolution: {type: git, repo: https://host/h.git, commit: abc}
    version: 6.0.0
snapshots:
  '@s/a@1.2.0(react@18.2.0)':
    dependencies:
      react: 18.2.0
    optionalDependencies:
      fsevents: 2.3.3
  react@18.2.0:
    dependencies:
      loose-envify: 1.4.0
",
            &expect![[r"
                pkg:npm/%40s/a@1.2.0 declared chosen=Purpose :15
                pkg:npm/fsevents@2.3.3 declared Optional chosen=Dependency :25
                pkg:npm/g@5.0.0 declared chosen=Purpose :27
                pkg:npm/h@6.0.0?vcs_url=git%2Bhttps:%2F%2Fhost%2Fh.git%40abc declared chosen=Dependency :30
                pkg:npm/loose-envify@1.4.0 declared chosen=Dependency :23
                pkg:npm/react@18.2.0 declared chosen=Purpose :21
                pkg:npm/string-width@4.2.3 declared chosen=Purpose :17"]],
        );
    }

    #[test]
    fn version_6_marks_each_package() {
        check(
            r"lockfileVersion: '6.0'
dependencies:
  a: {specifier: 1, version: 1.0.0(b@2.0.0)}
packages:
  /a@1.0.0(b@2.0.0):
    resolution: {integrity: sha512-x}
    dev: false
  /@s/b@2.0.0-rc.1:
    resolution: {integrity: sha512-x}
    dev: true
  /c@3.0.0:
    resolution: {integrity: sha512-x}
    optional: true
  file:own:
    resolution: {directory: own, type: directory}
    name: own
  github.com/u/d/abc:
    resolution: {tarball: https://codeload.github.com/u/d/tar.gz/abc}
    name: d
    version: 4.0.0
  registry.example/e@5.0.0:
    resolution: {integrity: sha512-x, registry: https://registry.example/}
",
            &expect![[r"
                pkg:npm/%40s/b@2.0.0-rc.1 declared Development chosen=Dependency :8
                pkg:npm/a@1.0.0 declared chosen=Purpose :5
                pkg:npm/c@3.0.0 declared Optional chosen=Dependency :11
                pkg:npm/d@4.0.0 declared chosen=Dependency :17
                pkg:npm/e@5.0.0 declared chosen=Dependency :21"]],
        );
    }

    #[test]
    fn version_5_separates_by_slashes() {
        check(
            "lockfileVersion: 5.4\r\ndependencies:\r\n  a: 1.0.0_b@2.0.0\r\n  str: /string-width/4.2.3\r\npackages:\r\n\
             \x20 /a/1.0.0_b@2.0.0:\r\n    dev: false\r\n  /@s/b/2.0.0:\r\n    dev: true\r\n\
             \x20 /c/3.0.0/d@4.0.0:\r\n    dev: true\r\n  /string-width/4.2.3:\r\n    dev: false\r\n",
            &expect![[r"
                pkg:npm/%40s/b@2.0.0 declared Development chosen=Dependency :8
                pkg:npm/a@1.0.0 declared chosen=Purpose :6
                pkg:npm/c@3.0.0 declared Development chosen=Dependency :10
                pkg:npm/string-width@4.2.3 declared chosen=Purpose :12"]],
        );
    }

    #[test]
    fn every_document_of_the_file_is_read_and_faults_leave_the_rest() {
        check(
            "lockfileVersion: '9.0'\npackages:\n  pnpm@11.0.0: {}\n---\nlockfileVersion: '9.0'\npackages:\n  a@1.0.0: {}\n  '@': 3\n  b@2.0.0: {\n",
            &expect![[r"
                pkg:npm/a@1.0.0 declared chosen=Dependency :7
                pkg:npm/pnpm@11.0.0 declared chosen=Dependency :3
                ! pnpm-lock.yaml:8:1: UP002: `@` names no package
                ! pnpm-lock.yaml:10:1: UP002: not YAML: while parsing a node, did not find expected node content"]],
        );
        check(
            "lockfileVersion: 9\npackages: []\n",
            &expect!["! pnpm-lock.yaml:2:1: UP002: `packages` should be a map, but is a list"],
        );
        check("hello\n", &expect!["! pnpm-lock.yaml:1:1: UP002: no `lockfileVersion`: no pnpm lock file"]);
        check("", &expect![""]);
    }
}
