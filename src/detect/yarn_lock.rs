//! Reads yarn.lock of Yarn 1 (<https://classic.yarnpkg.com/lang/en/docs/yarn-lock/>) and of Yarn 2 and later
//! (<https://yarnpkg.com/configuration/manifest>), which is YAML with a `__metadata` key.
//!
//! Workspaces, links, portals and folders are the organisation's own code and no components; a patched package is the
//! package that is patched. What the project asked for itself, and for what, stands in the package.json files beside the
//! lock; without them, or with workspaces of Yarn 1, whose folders the lock does not name, the group stays the main one.

use std::collections::BTreeMap;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin};
use crate::problem::Code;

use super::document::{Fault, Node};
use super::npm::{self, Source};
use super::reach::{Edge, Index, Uses};
use super::{Claim, Detector, Findings, Opened, json, yarn_berry, yarn_classic};

const ID: &str = "yarn-lock";

/// The lock file of Yarn.
pub(super) struct YarnLock;

/// One entry of either form.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) line: usize,
    /// What was asked for: `name@range`, several if they resolve alike.
    pub(super) specs: Vec<String>,
    pub(super) version: Option<String>,
    /// The package's own name, where the specs do not say it.
    pub(super) name: Option<String>,
    /// Where it was resolved to: an address (Yarn 1), or `name@protocol:reference` (later).
    pub(super) resolved: Option<String>,
    /// `name@range` of what it needs, and whether it can do without.
    pub(super) needs: Vec<(String, Group)>,
}

/// What the format of an entry says it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Identity {
    Package {
        name: String,
        source: Source,
    },
    /// The organisation's own code, in this folder if the lock says so.
    Own(Option<String>),
}

/// The entries before the first fault, and that fault.
pub(super) type Entries = (Vec<Entry>, Option<Fault>);

impl Detector for YarnLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("yarn.lock")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let berry = text.lines().any(|line| line.starts_with("__metadata:"));
        let (entries, fault) = if berry { yarn_berry::parse(text) } else { yarn_classic::parse(text) };
        let identify = if berry { yarn_berry::identify } else { yarn_classic::identify };
        let identities: Vec<Identity> = entries.iter().map(identify).collect();
        let asked = if berry { asked_by_workspaces(&entries, &identities, file) } else { asked_by_manifest(file) };
        let uses = uses(&entries, &asked);
        for (index, (entry, identity)) in entries.iter().zip(identities).enumerate() {
            let Identity::Package { name, source } = identity else { continue };
            if let Some(mut component) = component(&name, source, entry, file, out) {
                (component.group, component.chosen) = asked.facts(&uses, index);
                out.component(component);
            }
        }
        if let Some(fault) = fault {
            out.problem_at(fault.code, file, fault.line, fault.text);
        }
    }
}

fn component(name: &str, source: Source, entry: &Entry, file: &Opened<'_>, out: &mut Findings) -> Option<Component> {
    let spec = entry.specs.first().map_or("", String::as_str);
    if !npm::is_name(name) {
        out.problem_at(Code::Malformed, file, entry.line, format!("`{spec}` names no package"));
        return None;
    }
    let Some(version) = &entry.version else {
        out.problem_at(Code::Malformed, file, entry.line, format!("`{spec}` has no version"));
        return None;
    };
    let version = if npm::is_version(version) { version } else { "" };
    let mut purl = npm::purl(name).with_version(version);
    let mut origin = Origin::Registry;
    match source {
        Source::Vcs(address) => {
            purl = purl.with_qualifier("vcs_url", &address);
            origin = Origin::Unknown;
        }
        Source::Archive(address) if !address.starts_with("http") => origin = Origin::Unknown,
        _ => {}
    }
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), entry.line));
    component.origin = origin;
    Some(component)
}

/// What the project asks for: `name@range` and for what. With `complete`, nothing else asks for anything.
#[derive(Debug, Default)]
struct Asked {
    specs: Vec<(String, Group)>,
    complete: bool,
}

/// The groups of a manifest's dependency lists, strongest last, so that the last word of a name counts.
const LISTS: [(&str, Group); 3] =
    [("devDependencies", Group::Development), ("optionalDependencies", Group::Optional), ("dependencies", Group::Main)];

fn asked_by_manifest(file: &Opened<'_>) -> Asked {
    let Some(manifest) = manifest(file, "package.json") else { return Asked::default() };
    let lists = LISTS.iter().filter_map(|(list, group)| Some((manifest.get(list)?, *group)));
    let specs = lists.flat_map(|(list, group)| {
        list.entries().iter().filter_map(move |(name, range)| Some((format!("{name}@{}", range.as_text()?), group)))
    });
    Asked { specs: specs.collect(), complete: manifest.get("workspaces").is_none() }
}

/// The lock names each workspace with what it needs; the manifest there says for what.
fn asked_by_workspaces(entries: &[Entry], identities: &[Identity], file: &Opened<'_>) -> Asked {
    let mut asked = Asked { specs: Vec::new(), complete: true };
    for (entry, identity) in entries.iter().zip(identities) {
        let Identity::Own(Some(folder)) = identity else { continue };
        let manifest = manifest(file, &format!("{folder}/package.json")).unwrap_or_default();
        let listed = LISTS.iter().flat_map(|(list, group)| manifest.keys_of(list).map(|name| (name, *group)));
        let listed: BTreeMap<&str, Group> = listed.collect();
        asked.specs.extend(
            entry
                .needs
                .iter()
                .map(|(spec, group)| (spec.clone(), listed.get(npm::split_spec(spec).0).copied().unwrap_or(*group))),
        );
    }
    asked
}

fn manifest(file: &Opened<'_>, path: &str) -> Option<Node> {
    let (manifest, fault) = json::parse(file.sibling(path).text_if_there()?);
    fault.is_none().then_some(manifest)
}

/// The spec that a patch is applied to; any other spec as it is. Who needs a package finds it patched and as it was.
fn unpatched(spec: &str) -> String {
    let patched = npm::split_spec(spec).1.strip_prefix("patch:").and_then(|patch| patch.split('#').next());
    patched.map_or_else(|| spec.to_owned(), |patched| patched.replace("%3A", ":").replace("%2F", "/").replace("%40", "@"))
}

fn uses(entries: &[Entry], asked: &Asked) -> Uses {
    let mut by_spec = Index::default();
    for (index, entry) in entries.iter().enumerate() {
        entry.specs.iter().for_each(|spec| by_spec.add(unpatched(spec), index));
    }
    let find = |spec: &str| {
        let found = by_spec.get(&unpatched(spec));
        if !found.is_empty() {
            return found;
        }
        // Until version 8 of the later format, needs are written without the protocol that the specs carry.
        let (name, range) = npm::split_spec(spec);
        by_spec.get(&format!("{name}@npm:{range}"))
    };
    let ends = |needs: &[(String, Group)]| {
        let edges = needs.iter().flat_map(|(spec, group)| find(spec).iter().map(|index| (*index, *group)));
        edges.collect::<Vec<Edge>>()
    };
    let edges: Vec<Vec<Edge>> = entries.iter().map(|entry| ends(&entry.needs)).collect();
    Uses::new(&edges, &ends(&asked.specs))
}

impl Asked {
    fn facts(&self, uses: &Uses, index: usize) -> (Group, Chosen) {
        let group = uses.group(index).filter(|_| self.complete).unwrap_or_default();
        let chosen = match (uses.is_direct(index), self.complete && !self.specs.is_empty()) {
            (true, _) => Chosen::Purpose,
            (false, true) => Chosen::Dependency,
            (false, false) => Chosen::Unknown,
        };
        (group, chosen)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::testing::found;
    use super::*;

    const CLASSIC: &str = r#"# yarn lockfile v1


"@s/a@^1.0.0", "@s/a@~1.2.0":
  version "1.2.3"
  resolved "https://registry.yarnpkg.com/@s/a/-/a-1.2.3.tgz#aa"
  integrity sha512-x==
  dependencies:
    c "^3"
  optionalDependencies:
    d "4"

b@*, b@2:
  version "2.0.0"

"foo@npm:bar@1":
  version "1.1.0"

c@^3:
  version "3.0.0"

d@4:
  version "4.0.0"

"g@git+https://user:secret@host/g.git":
  version "5.0.0"
  resolved "git+https://user:secret@host/g.git#abc"

"own@file:./own":
  version "0.0.1"

"packed@file:./packed-1.0.0.tgz":
  version "1.0.0"

"shown@https://host/x.tgz":
  name "@s/real"
  version "6.0.0"
  resolved "https://host/x.tgz#aa"
"#;

    #[test]
    fn yarn_1_with_a_manifest_gives_group_and_choice() {
        let manifest = br#"{"dependencies": {"@s/a": "^1.0.0"}, "devDependencies": {"b": "2", "foo": "npm:bar@1"}}"#;
        expect![[r"
            pkg:npm/%40s/a@1.2.3 declared chosen=Purpose :4
            pkg:npm/%40s/real@6.0.0 declared chosen=Dependency :35
            pkg:npm/b@2.0.0 declared Development chosen=Purpose :13
            pkg:npm/bar@1.1.0 declared Development chosen=Purpose :16
            pkg:npm/c@3.0.0 declared chosen=Dependency :19
            pkg:npm/d@4.0.0 declared Optional chosen=Dependency :22
            pkg:npm/g@5.0.0?vcs_url=git%2Bhttps:%2F%2Fhost%2Fg.git%40abc declared chosen=Dependency :25
            pkg:npm/packed@1.0.0 declared chosen=Dependency :32"]]
        .assert_eq(&found(&YarnLock, &[("yarn.lock", CLASSIC.as_bytes()), ("package.json", manifest)]));
    }

    #[test]
    fn yarn_1_without_a_manifest_or_with_windows_line_ends_gives_the_same_packages() {
        let windows = CLASSIC.replace('\n', "\r\n");
        let unix = found(&YarnLock, &[("yarn.lock", CLASSIC.as_bytes())]);
        assert_eq!(unix, found(&YarnLock, &[("yarn.lock", windows.as_bytes())]));
        assert_eq!(unix.lines().count(), 8);
        assert!(!unix.contains("chosen") && !unix.contains('!'), "{unix}");
    }

    #[test]
    fn a_damaged_entry_is_one_problem_and_the_others_stay() {
        let text = "a@1:\n  version \"1.0.0\"\n<<<<<<< HEAD\nb@1:\n  resolved \"x\"\n\nc@1:\n  version \"1.0.0\"\n";
        expect![[r"
            pkg:npm/a@1.0.0 declared :1
            pkg:npm/c@1.0.0 declared :7
            ! yarn.lock:4:1: UP002: `b@1` has no version
            ! yarn.lock:3:1: UP002: neither an entry nor a field: `<<<<<<< HEAD`"]]
        .assert_eq(&found(&YarnLock, &[("yarn.lock", text.as_bytes())]));
    }

    const BERRY: &str = r#"# This file is generated by running "yarn install" inside your project.

__metadata:
  version: 8
  cacheKey: 10c0

"@s/a@npm:^1.0.0, @s/a@npm:~1.2.0":
  version: 1.2.3
  resolution: "@s/a@npm:1.2.3"
  dependencies:
    b: "npm:^2"
    d: "npm:4"
  dependenciesMeta:
    d:
      optional: true
  checksum: 10c0/aa
  languageName: node
  linkType: hard

"alias@npm:real@1":
  version: 1.1.0
  resolution: "real@npm:1.1.0"
  linkType: hard

"b@npm:^2":
  version: 2.1.0
  resolution: "b@npm:2.1.0"

"d@npm:4":
  version: 4.0.0
  resolution: "d@npm:4.0.0"

"g@https://github.com/u/g.git#commit=abc":
  version: 5.0.0
  resolution: "g@https://github.com/u/g.git#commit=abc"

"own@workspace:.":
  version: 0.0.0-use.local
  resolution: "own@workspace:."
  dependencies:
    "@s/a": "npm:^1.0.0"
    alias: "npm:real@1"
    typescript: "npm:^5.0.0"
  languageName: unknown
  linkType: soft

"typescript@patch:typescript@npm%3A^5.0.0#optional!builtin<compat/typescript>":
  version: 5.4.5
  resolution: "typescript@patch:typescript@npm%3A5.4.5#optional!builtin<compat/typescript>::version=5.4.5&hash=e0"
  linkType: hard
"#;

    #[test]
    fn later_yarn_knows_its_workspaces_aliases_and_patches() {
        let manifest = br#"{"dependencies": {"@s/a": "^1.0.0"}, "devDependencies": {"alias": "npm:real@1"}}"#;
        expect![[r"
            pkg:npm/%40s/a@1.2.3 declared chosen=Purpose :7
            pkg:npm/b@2.1.0 declared chosen=Dependency :25
            pkg:npm/d@4.0.0 declared Optional chosen=Dependency :29
            pkg:npm/g@5.0.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Fg.git%40abc declared chosen=Dependency :33
            pkg:npm/real@1.1.0 declared Development chosen=Purpose :20
            pkg:npm/typescript@5.4.5 declared chosen=Purpose :47"]]
        .assert_eq(&found(&YarnLock, &[("yarn.lock", BERRY.as_bytes()), ("package.json", manifest)]));
    }

    #[test]
    fn an_empty_file_locks_nothing_and_another_format_is_one_problem() {
        expect![""].assert_eq(&found(&YarnLock, &[("yarn.lock", b"")]));
        expect!["! yarn.lock:1:1: UP002: neither an entry nor a field: `<html>`"]
            .assert_eq(&found(&YarnLock, &[("yarn.lock", b"<html>\n<body>\n</html>\n")]));
    }
}
