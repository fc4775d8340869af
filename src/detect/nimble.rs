//! Reads what Nim's package manager locks, installs and is asked for: `nimble.lock`, `pkgs2/<name>-<version>-<hash>/` with its
//! `.nimble` file, and a project's own `.nimble` file (<https://nim-lang.github.io/nimble/>).
//!
//! A `.nimble` file is a program. It is read, not run: only literals behind `requires` count. It describes own code, and a lock
//! beside it knows the versions. Nim itself is no package.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::npm::without_secret;
use super::{Claim, Detector, FileFacts, Findings, Opened, json};

const ID: &str = "nimble";
const LOCK: &str = "nimble.lock";

/// Packages of Nim.
pub(super) struct Nimble;

/// The list behind `requires`, in one line or in several that end in a comma; `Requires: "a, b"` is the old form.
static REQUIRES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?m)^\s*[rR]equires\b\s*[:(]?\s*("[^"\n]*"(?:\s*,\s*"[^"\n]*")*)"#).ok());
static QUOTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#""([^"\n]*)""#).ok());

impl Detector for Nimble {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name(LOCK), Claim::Suffix(".nimble")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let facts = file.facts();
        if facts.name() == LOCK {
            locked(file, out);
        } else if let Some((name, version)) = installed(&facts) {
            let purl = Purl::new("nim", name).with_version(version);
            let mut component = Component::new(purl, Evidence::Installed, ID, Location::file(file.shown()));
            component.origin = Origin::Registry;
            out.component(component);
        } else if !file.sibling(LOCK).exists() {
            asked(file, out);
        }
    }
}

/// The package whose folder the file lies in: `pkgs2/jester-0.5.0-<SHA-1>`, before Nimble 0.14 `pkgs/jester-0.5.0`.
fn installed<'p>(facts: &FileFacts<'p>) -> Option<(&'p str, &'p str)> {
    let folder = match facts.folder(1) {
        "pkgs2" => facts.folder(0).rsplit_once('-')?.0,
        "pkgs" => facts.folder(0),
        _ => return None,
    };
    folder.split_once('-').filter(|(name, version)| !name.is_empty() && !version.is_empty())
}

fn locked(file: &Opened<'_>, out: &mut Findings) {
    let Some(lock) = document::read(file, out, json::parse) else { return };
    if lock.get("packages").is_none() && out.problems.is_empty() {
        return out.problem_at(Code::Malformed, file, 1, "no `packages`: no lock file of Nimble");
    }
    for (name, package) in document::map_at(&lock, "packages", file, out) {
        // The compiler can be locked like a package.
        if name != "nim" {
            add(name, package, file, out);
        }
    }
}

fn add(name: &str, package: &Node, file: &Opened<'_>, out: &mut Findings) {
    let commit = package.text("vcsRevision").unwrap_or_default();
    // `#head` moves, its commit does not.
    let version = package.text("version").filter(|version| !version.starts_with('#')).unwrap_or(commit);
    let mut purl = Purl::new("nim", name).with_version(version);
    if let Some(address) = package.text("url") {
        let kind = package.text("downloadMethod").unwrap_or("git");
        let commit = if commit.is_empty() { String::new() } else { format!("@{commit}") };
        purl = purl.with_qualifier("vcs_url", &format!("{kind}+{}{commit}", without_secret(address)));
    }
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), package.line));
    component.origin = Origin::Registry;
    out.component(component);
}

fn asked(file: &Opened<'_>, out: &mut Findings) {
    let Some(text) = out.text(file) else { return };
    let (Some(requires), Some(quoted)) = (REQUIRES.as_ref(), QUOTED.as_ref()) else { return };
    for list in requires.captures_iter(text).filter_map(|found| found.get(1)) {
        for found in quoted.captures_iter(list.as_str()).filter_map(|found| found.get(1)) {
            let before = text.get(..list.start() + found.start()).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            for requirement in found.as_str().split(',') {
                let Some(purl) = requirement_purl(requirement.trim()) else { continue };
                let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), line));
                component.origin = Origin::Registry;
                out.component(component);
            }
        }
    }
}

/// `jester == 0.5.0`, `jester >= 0.5 & < 1`, `jester#head`, or an address in place of the name.
fn requirement_purl(text: &str) -> Option<Purl> {
    let end = text.find(['#', '=', '<', '>', '^', '~', '@', ' ', '[']).filter(|_| !text.contains("://"));
    let (name, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
    if name.contains("://") {
        let address = name.split(['#', ' ', '?']).next()?;
        let name = address.trim_end_matches('/').trim_end_matches(".git").rsplit('/').next().filter(|name| !name.is_empty())?;
        return Some(Purl::new("nim", name).with_qualifier("vcs_url", &format!("git+{}", without_secret(address))));
    }
    let exact = rest.split_once("==").map(|(_, version)| version.trim());
    let exact = exact.filter(|version| version.starts_with(|c: char| c.is_ascii_digit()) && !version.contains(['&', ' ']));
    (!name.is_empty() && name != "nim").then(|| Purl::new("nim", name).with_version(exact.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::testing::found;
    use super::*;

    const LOCK_TEXT: &[u8] = b"{\r\n \"version\": 2,\r\n \"packages\": {\r\n  \"httpbeast\": {\r\n   \"version\": \"0.4.1\",\r\n   \"vcsRevision\": \"abc\",\r\n   \"url\": \"https://u:p@github.com/dom96/httpbeast\",\r\n   \"downloadMethod\": \"git\"\r\n  },\r\n  \"jester\": {\"version\": \"#head\", \"vcsRevision\": \"def\"},\r\n  \"nim\": {\"version\": \"2.0.0\"}\r\n },\r\n \"tasks\": {}\r\n}";
    const PROJECT: &[u8] = b"# Package\nversion = \"0.1.0\"\n# requires \"none\"\nrequires \"nim >= 1.6.0\", \"jester == 0.5.0\"\nrequires(\"chronos >= 3.0 & < 4\",\n  \"stew#head\")\nrequires \"https://github.com/acme/tool.git#v1\"\n";

    #[test]
    fn a_lock_has_versions_and_places() {
        expect![[r"
            pkg:nim/httpbeast@0.4.1?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fdom96%2Fhttpbeast%40abc declared :4
            pkg:nim/jester@def declared :10"]]
        .assert_eq(&found(&Nimble, &[(LOCK, LOCK_TEXT)]));
    }

    #[test]
    fn a_project_asks_for_packages_unless_a_lock_knows_more() {
        expect![[r"
            pkg:nim/chronos declared :5
            pkg:nim/jester@0.5.0 declared :4
            pkg:nim/stew declared :6
            pkg:nim/tool?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Facme%2Ftool.git declared :7"]]
        .assert_eq(&found(&Nimble, &[("app.nimble", PROJECT)]));
        assert_eq!(found(&Nimble, &[("app.nimble", PROJECT), (LOCK, LOCK_TEXT)]), "");
        expect!["pkg:nim/jester declared :2"]
            .assert_eq(&found(&Nimble, &[("old.nimble", b"[Deps]\nRequires: \"nim >= 0.10.0, jester >= 0.1\"\n")]));
    }

    #[test]
    fn the_folder_of_an_installed_package_names_it() {
        for (path, expected) in [
            (
                "root/.nimble/pkgs2/jester-0.5.0-0123456789abcdef0123456789abcdef01234567/jester.nimble",
                "pkg:nim/jester@0.5.0 installed",
            ),
            ("root/.nimble/pkgs/jester-0.5.0/jester.nimble", "pkg:nim/jester@0.5.0 installed"),
        ] {
            assert_eq!(found(&Nimble, &[(path, PROJECT)]), expected);
        }
    }

    #[test]
    fn what_is_no_lock_is_a_problem() {
        expect!["! nimble.lock:1:1: UP002: no `packages`: no lock file of Nimble"].assert_eq(&found(&Nimble, &[(LOCK, b"{}")]));
        expect!["! nimble.lock:1:1: UP003: not JSON: EOF while parsing a value"].assert_eq(&found(&Nimble, &[(LOCK, b"")]));
        assert_eq!(found(&Nimble, &[("app.nimble", b"")]), "");
    }
}
