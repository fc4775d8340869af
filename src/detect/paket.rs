//! Reads Paket's lock file (<https://fsprojects.github.io/Paket/lock-file.html>), and where there is none what
//! `paket.dependencies` asks for (<https://fsprojects.github.io/Paket/nuget-dependencies.html>). Files that are taken from
//! repositories of source code count as that repository at its commit; files from plain addresses and folders have no name.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Chosen, Component, Evidence, Group, Location, Purl};
use crate::problem::Code;

use super::nuget::{Packages, is_name, purl};
use super::{Claim, Detector, Findings, Opened};

/// `paket.lock` and `paket.dependencies`.
pub(super) struct Paket;

impl Detector for Paket {
    fn id(&self) -> &'static str {
        "paket"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("paket.lock"), Claim::Name("paket.dependencies")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let is_lock = file.facts().name() == "paket.lock";
        if !is_lock && file.sibling("paket.lock").exists() {
            return;
        }
        let Some(text) = out.text(file) else { return };
        if is_lock { self.lock(text, file, out) } else { self.manifest(text, file, out) }
    }
}

impl Paket {
    fn lock(&self, text: &str, file: &Opened<'_>, out: &mut Findings) {
        let manifest = file.sibling("paket.dependencies");
        let asked = manifest
            .text_if_there()
            .map(|text| requests(text).map(|request| request.name.to_lowercase()).collect::<BTreeSet<_>>());
        let chosen = |name: &str| match &asked {
            None => Chosen::Unknown,
            Some(asked) if asked.contains(&name.to_lowercase()) => Chosen::Purpose,
            Some(_) => Chosen::Dependency,
        };
        let (mut section, mut group, mut remote) = ("", Group::Main, "");
        let (mut found, mut repositories, mut known) = (Packages::default(), BTreeMap::new(), text.trim().is_empty());
        for (number, line) in (1..).zip(text.lines()) {
            let content = line.trim_start();
            match line.len() - content.len() {
                0 => {
                    if let Some(name) = content.strip_prefix("GROUP ") {
                        group = group_of(name);
                    }
                    section = content.trim_end();
                    known |= matches!(section, "NUGET" | "GITHUB" | "HTTP" | "GIT") || section.starts_with("GROUP ");
                }
                2 => remote = content.strip_prefix("remote: ").map_or(remote, str::trim),
                4 if matches!(section, "NUGET" | "GITHUB") => {
                    let Some((name, version)) = named(content) else {
                        out.problem_at(Code::Malformed, file, number, "entry without a name or a version");
                        continue;
                    };
                    let location = Location::line(file.shown(), number);
                    if section == "GITHUB" {
                        let (owner, repository) = remote.split_once('/').unwrap_or(("", remote));
                        let purl = Purl::new("github", repository).with_namespace(owner).with_version(version);
                        let component = Component::new(purl.clone(), Evidence::Declared, self.id(), location);
                        repositories.entry(purl).or_insert(Component { group, ..component });
                    } else if is_name(name) {
                        let component = Component::new(purl(name, version), Evidence::Declared, self.id(), location);
                        found.add(component, chosen(name), group);
                    }
                }
                _ => {}
            }
        }
        if !known {
            out.problem_at(Code::Malformed, file, 1, "no section of a lock file of Paket");
        }
        found.write(out);
        out.components.extend(repositories.into_values());
    }

    fn manifest(&self, text: &str, file: &Opened<'_>, out: &mut Findings) {
        let mut found = Packages::default();
        for request in requests(text) {
            let purl = purl(request.name, request.version.unwrap_or_default());
            let location = Location::line(file.shown(), request.line);
            found.add(Component::new(purl, Evidence::Declared, self.id(), location), Chosen::Purpose, request.group);
        }
        found.write(out);
    }
}

/// `name (version)`, with settings behind it.
fn named(entry: &str) -> Option<(&str, &str)> {
    let (name, rest) = entry.split_once(" (")?;
    let (version, _) = rest.split_once(')')?;
    (!name.is_empty() && !version.is_empty()).then_some((name, version))
}

/// A group's name tells its kind, as Paket's own documentation names them.
fn group_of(name: &str) -> Group {
    let name = name.trim().to_ascii_lowercase();
    let development = ["build", "test", "dev", "analyzer", "tool", "doc"].iter().any(|word| name.starts_with(word));
    if development { Group::Development } else { Group::Main }
}

/// One `nuget` line.
struct Request<'t> {
    name: &'t str,
    version: Option<&'t str>,
    group: Group,
    line: usize,
}

fn requests(text: &str) -> impl Iterator<Item = Request<'_>> {
    let mut group = Group::Main;
    (1..).zip(text.lines()).filter_map(move |(line, content)| {
        let content = content.split("//").next().unwrap_or_default();
        let mut words = content.split_whitespace();
        match (words.next()?.to_ascii_lowercase().as_str(), words.next()?) {
            ("group", name) => {
                group = group_of(name);
                None
            }
            ("nuget" | "clitool", name) if is_name(name) => {
                Some(Request { name, version: pinned(words.next(), words.next()), group, line })
            }
            _ => None,
        }
    })
}

/// `1.2.3`, `= 1.2.3` and `== 1.2.3` name one version.
fn pinned<'t>(first: Option<&'t str>, second: Option<&'t str>) -> Option<&'t str> {
    let version = match first?.trim_start_matches(['@', '!']) {
        "=" | "==" => second?,
        other => other,
    };
    let plain = version.chars().all(|c| c.is_ascii_alphanumeric() || ".-+".contains(c));
    (plain && version.starts_with(|c: char| c.is_ascii_digit())).then_some(version)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::testing::found;
    use super::*;

    const LOCK: &[u8] = b"STORAGE: NONE\r\nRESTRICTION: == net6.0\r\nNUGET\r\n  remote: https://api.nuget.org/v3/index.json\r\n    Argu (6.1.1)\r\n      FSharp.Core (>= 4.3.2)\r\n    FSharp.Core (7.0.2) - restriction: >= netstandard2.0\r\nGITHUB\r\n  remote: fsharp/FAKE\r\n    src/Globbing.fs (0341a2e614eb2a7f34607cec914eb0ed83ce9add)\r\n    src/Other.fs (0341a2e614eb2a7f34607cec914eb0ed83ce9add)\r\nHTTP\r\n  remote: https://example.org\r\n    file.fs (file.fs)\r\n\r\nGROUP Build\r\nNUGET\r\n  remote: https://api.nuget.org/v3/index.json\r\n    FAKE (4.3)\r\n    broken\r\n";
    const MANIFEST: &[u8] = b"source https://api.nuget.org/v3/index.json\nnuget argu\nnuget Pinned == 1.2.3 // why\nnuget Plain 2.0.0\nnuget Range ~> 1.0\n\ngroup Test\n  nuget NUnit >= 3\n  github owner/repo file.fs\n";

    #[test]
    fn groups_and_repositories_are_read() {
        expect![[r"
            pkg:github/fsharp/fake@0341a2e614eb2a7f34607cec914eb0ed83ce9add declared :10
            pkg:nuget/Argu@6.1.1 declared chosen=Purpose :5
            pkg:nuget/FAKE@4.3 declared Development chosen=Dependency :19
            pkg:nuget/FSharp.Core@7.0.2 declared chosen=Dependency :7
            ! paket.lock:20:1: UP002: entry without a name or a version"]]
        .assert_eq(&found(&Paket, &[("paket.lock", LOCK), ("paket.dependencies", MANIFEST)]));
    }

    #[test]
    fn the_manifest_speaks_without_a_lock() {
        expect![[r"
            pkg:nuget/NUnit declared Development chosen=Purpose :8
            pkg:nuget/Pinned@1.2.3 declared chosen=Purpose :3
            pkg:nuget/Plain@2.0.0 declared chosen=Purpose :4
            pkg:nuget/Range declared chosen=Purpose :5
            pkg:nuget/argu declared chosen=Purpose :2"]]
        .assert_eq(&found(&Paket, &[("paket.dependencies", MANIFEST)]));
        assert_eq!(found(&Paket, &[("paket.dependencies", MANIFEST), ("paket.lock", b"")]), "");
    }

    #[test]
    fn empty_is_no_fault_and_another_format_is_one_problem() {
        assert_eq!(found(&Paket, &[("paket.lock", b"")]), "");
        assert_eq!(found(&Paket, &[("paket.lock", b"{}\n")]), "! paket.lock:1:1: UP002: no section of a lock file of Paket");
    }
}
