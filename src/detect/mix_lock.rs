//! Reads mix.lock (<https://hexdocs.pm/mix/Mix.Tasks.Deps.html>; one literal of Elixir, written by Mix and its Hex plug-in).
//! Dependencies from a folder have no entry. Says nothing of groups: the lock does not record them.

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::hex::{self, Source};
use super::{Claim, Detector, FileFacts, Findings, Opened, fetched, terms};

const ID: &str = "mix-lock";

/// The lock file of Elixir's Mix.
pub(super) struct MixLock;

impl Detector for MixLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("mix.lock")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        !fetched::holds(facts.path())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if fetched::is_dependency_of(file, &["mix.exs", "mix.lock"]) {
            return;
        }
        let Some(lock) = document::read(file, out, terms::elixir) else { return };
        for (app, entry) in lock.entries() {
            match purl(app, entry) {
                Some((purl, origin)) => {
                    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), entry.line));
                    component.origin = origin;
                    out.component(component);
                }
                None => out.problem_at(Code::Malformed, file, entry.line, format!("`{app}` is locked to nothing that is known")),
            }
        }
    }
}

/// `{:hex, :package, "version", "checksum", managers, dependencies, "repository", "checksum"}`, of which the first forms
/// ended earlier, or `{:git, "address", "commit", options}`. The key is the application, which may differ from the package.
fn purl(app: &str, entry: &Node) -> Option<(Purl, Origin)> {
    let text = |index: usize| entry.items().get(index).and_then(Node::as_text).filter(|text| !text.is_empty());
    match text(0)? {
        "hex" => {
            let purl = hex::purl(text(1)?, text(2)?, text(6).unwrap_or_default());
            Some((purl, Origin::Registry))
        }
        "git" => Some((hex::from_source(app, &Source { address: text(1)?, commit: text(2)? }), Origin::Unknown)),
        // Written by Mix before Hex had its own form: `{:package, "version"}`.
        "package" => Some((hex::purl(app, text(1)?, ""), Origin::Registry)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&MixLock, &[("mix.lock", text.as_bytes())]));
    }

    #[test]
    fn packages_of_hex_git_and_private_organisations_are_found() {
        check(
            r#"%{
  "cowboy": {:hex, :cowboy, "2.10.0", "ff9ffeff", [:make, :rebar3], [{:cowlib, "2.12.1", [hex: :cowlib, repo: "hexpm", optional: false]}], "hexpm", "3afdccb7"},
  "ecto_sql": {:hex, :ecto_sql, "3.11.1", "e9abf28a", [:mix], [{:db_connection, "~> 2.5", [hex: :db_connection, optional: false]}], "hexpm", "ce14063a"},
  "own_app": {:hex, :Renamed, "0.1.0-rc.1", "00", [:mix], [], "hexpm:acme", "11"},
  "mirror": {:hex, :mirror, "1.0.0", "00", [:mix], [], "mycompany", "11"},
  "old": {:hex, :old, "0.9.0"},
  "plug": {:git, "https://user:token@github.com/elixir-plug/plug.git", "0123abc", [branch: "main"]},
  "heroicons": {:git, "git@github.com:tailwindlabs/heroicons.git", "88ab3a0", [tag: "v2.1.1", sparse: "optimized", app: false, compile: false, depth: 1]},
}
"#,
            &expect![[r#"
                pkg:hex/acme/renamed@0.1.0-rc.1 declared :4
                pkg:hex/cowboy@2.10.0 declared :2
                pkg:hex/ecto_sql@3.11.1 declared :3
                pkg:hex/heroicons@88ab3a0?vcs_url=git%2Bssh:%2F%2Fgit%40github.com%2Ftailwindlabs%2Fheroicons.git%4088ab3a0 declared :8
                pkg:hex/mirror@1.0.0 declared :5
                pkg:hex/old@0.9.0 declared :6
                pkg:hex/plug@0123abc?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Felixir-plug%2Fplug.git%400123abc declared :7"#]],
        );
    }

    #[test]
    fn line_ends_and_marks_of_windows_change_nothing() {
        check(
            "\u{feff}%{\r\n  \"jason\": {:hex, :jason, \"1.4.1\", \"aa\", [:mix], [], \"hexpm\", \"bb\"},\r\n}\r\n",
            &expect!["pkg:hex/jason@1.4.1 declared :2"],
        );
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_stays() {
        check(
            "%{\n  \"a\": {:hex, :a, \"1.0.0\", \"aa\", [:mix], [], \"hexpm\", \"bb\"},\n  \"b\": {:hex, :b, \"2.0",
            &expect![[r#"
                pkg:hex/a@1.0.0 declared :2
                ! mix.lock:3:1: UP003: the text ends inside a term"#]],
        );
        check(
            "%{\n\"a\": {:hex, :a, \"1.0.0\"},\n<<<<<<< HEAD\n\"b\": {:hex, :b, \"1.0.0\"},\n",
            &expect![[r#"
            pkg:hex/a@1.0.0 declared :2
            ! mix.lock:3:1: UP002: no term: a character that cannot stand here"#]],
        );
        check(
            "%{\"a\": {:path, \"x\"}, \"b\": 3, \"c\": {:hex}}",
            &expect![[r#"
            ! mix.lock:1:1: UP002: `a` is locked to nothing that is known
            ! mix.lock:1:1: UP002: `b` is locked to nothing that is known
            ! mix.lock:1:1: UP002: `c` is locked to nothing that is known"#]],
        );
        check("[package]\nname = 1\n", &expect!["! mix.lock:2:1: UP002: no term: a character that cannot stand here"]);
        check("%{\n}\n", &expect![[r#""#]]);
        check("", &expect!["! mix.lock:1:1: UP002: expected a map, found nothing"]);
    }
}
