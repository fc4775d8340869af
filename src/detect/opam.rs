//! Reads OCaml packages of opam (<https://opam.ocaml.org/doc/Manual.html>): what a switch has installed
//! (`.opam-switch/switch-state`), and in a project what its `*.opam` files and their locks, `*.opam.locked`, ask for.
//!
//! A project's own packages are no components, even where one of them needs another. Of the definitions that opam keeps,
//! those of a switch speak for it where its state is gone; the others are not read.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::opam_file::{self, Field, Word};
use super::{Claim, Detector, FileFacts, Findings, Opened};

const ID: &str = "opam";
const STATE: &str = "switch-state";
/// Folders of opam and dune that hold definitions of other people's packages.
const KEPT: [&str; 5] = [".opam", ".opam-switch", "_opam", "_build", "duniverse"];

/// Packages of opam.
pub(super) struct Opam;

static EXACT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?:^|[&(\s])=\s*"([^"]+)""#).ok());

impl Detector for Opam {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(".opam-switch/switch-state"), Claim::Suffix(".opam"), Claim::Suffix(".locked"), Claim::Name("opam")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let name = facts.name();
        let kept = || facts.path().iter().any(|part| KEPT.iter().any(|folder| part == *folder));
        // `packages/<name>/<name>.<version>/opam`: a repository of definitions.
        let repository = || name == "opam" && (facts.folder(1) == "packages" || facts.folder(2) == "packages");
        name == STATE
            || of_switch(facts).is_some()
            || ((!name.ends_with(".locked") || name.ends_with(".opam.locked")) && !kept() && !repository())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let name = file.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_manifest = file.path().extension().is_some_and(|ending| ending == "opam");
        if is_manifest && file.sibling(&format!("{name}.locked")).exists() {
            return;
        }
        let definition = of_switch(&file.facts());
        if definition.is_some() && file.sibling("../../switch-state").exists() {
            return;
        }
        let Some(text) = out.text(file) else { return };
        let (fields, fault) = opam_file::parse(text);
        // Where a file lies in a switch tells what it is, too.
        let is_opam_s = definition.is_some() || (name == STATE && fields.iter().any(|field| field.name == "installed"));
        if !is_opam_s && !fields.iter().any(|field| field.name == "opam-version") {
            return out.problem_at(Code::Malformed, file, fault.unwrap_or(1), "no file of opam: `opam-version` is missing");
        }
        if name == STATE {
            installed(&fields, file, out);
        } else if let Some((name, version)) = definition {
            let mut component = package(name, version, Location::file(file.shown()));
            component.license = license(&fields);
            out.component(component);
        } else {
            for (field, group) in [("depends", Group::Main), ("depopts", Group::Optional)] {
                for word in words(&fields, field) {
                    asked(word, group, file, out);
                }
            }
        }
        if let Some(line) = fault {
            out.problem_at(Code::Malformed, file, line, "neither a field nor a section of opam");
        }
    }
}

fn words<'f, 't>(fields: &'f [Field<'t>], name: &str) -> &'f [Word<'t>] {
    fields.iter().find(|field| field.name == name).map_or(&[], |field| &field.words)
}

/// Everything in a switch; its roots are what somebody asked for.
fn installed(fields: &[Field<'_>], file: &Opened<'_>, out: &mut Findings) {
    let roots: Vec<&str> = words(fields, "roots").iter().map(|word| word.text).collect();
    for word in words(fields, "installed") {
        // No package's name holds a dot.
        let Some((name, version)) = word.text.split_once('.') else {
            out.problem_at(Code::Malformed, file, word.line, format!("`{}` has no version", word.text));
            continue;
        };
        let mut component = package(name, version, Location::line(file.shown(), word.line));
        component.chosen = if roots.contains(&word.text) { Chosen::Purpose } else { Chosen::Dependency };
        let definition = file.sibling(&format!("packages/{}/opam", word.text));
        component.license = definition.text_if_there().and_then(|text| license(&opam_file::parse(text).0));
        out.component(component);
    }
}

fn package(name: &str, version: &str, location: Location) -> Component {
    let purl = Purl::new("opam", name).with_version(version);
    let mut component = Component::new(purl, Evidence::Installed, ID, location);
    component.origin = Origin::Registry;
    component
}

fn license(fields: &[Field<'_>]) -> Option<String> {
    let licenses: Vec<&str> = words(fields, "license").iter().map(|word| word.text).collect();
    (!licenses.is_empty()).then(|| licenses.join(" AND "))
}

/// The package in `.opam-switch/packages/<name>.<version>/opam`: opam keeps the definitions of what a switch has there.
fn of_switch<'p>(facts: &FileFacts<'p>) -> Option<(&'p str, &'p str)> {
    let kept = facts.name() == "opam" && facts.folder(1) == "packages" && facts.folder(2) == ".opam-switch";
    facts.folder(0).split_once('.').filter(|_| kept)
}

/// A package that a project asks for, unless it is another one of the same project.
fn asked(word: &Word<'_>, group: Group, file: &Opened<'_>, out: &mut Findings) {
    if file.sibling(&format!("{}.opam", word.text)).exists() {
        return;
    }
    let filter = word.filter;
    let exact = EXACT.as_ref().and_then(|pattern| pattern.captures(filter)).and_then(|found| found.get(1));
    let version = exact.filter(|_| !filter.contains('|')).map_or("", |version| version.as_str());
    let only_to_build = ["build", "with-test", "with-doc", "with-dev-setup"];
    let build = filter.split(|c: char| !c.is_alphanumeric() && c != '-').any(|part| only_to_build.contains(&part));
    let purl = Purl::new("opam", word.text).with_version(version);
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), word.line));
    component.group = if build { Group::Development } else { group };
    component.origin = Origin::Registry;
    out.component(component);
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const PROJECT: &[u8] = b"opam-version: \"2.0\"\r\nname: \"app\"\r\nversion: \"1.0\"\r\nsynopsis: \"An app\"\r\ndepends: [\r\n  \"ocaml\" {>= \"4.08\"}\r\n  \"dune\" {>= \"2.0\" & build}\r\n\
        \x20 \"app-core\" {= version}\r\n  \"yojson\" {= \"2.1.0\"}\r\n  \"lwt\" {!= \"5.0\"}\r\n  (\"lablgtk\" {= \"2.0\" | = \"3.0\"} | \"lablgtk3\")\r\n  \"alcotest\" {with-test & = \"1.7.0\"}\r\n]\r\n\
        depopts: [\"zarith\"]\r\nbuild: [[\"dune\" \"build\" \"-p\" name]]\r\nurl {\r\n  src: \"https://x/app.tgz\"\r\n}\r\n";

    #[test]
    fn a_project_asks_for_packages_and_is_none_itself() {
        expect![[r"
            pkg:opam/alcotest@1.7.0 declared Development :12
            pkg:opam/dune declared Development :7
            pkg:opam/lablgtk declared :11
            pkg:opam/lablgtk3 declared :11
            pkg:opam/lwt declared :10
            pkg:opam/ocaml declared :6
            pkg:opam/yojson@2.1.0 declared :9
            pkg:opam/zarith declared Optional :14"]]
        .assert_eq(&found(&Opam, &[("app.opam", PROJECT), ("app-core.opam", b"")]));
        assert_eq!(found(&Opam, &[("app.opam", PROJECT), ("app.opam.locked", b"")]), "");
    }

    #[test]
    fn a_switch_has_packages_and_roots() {
        let state = b"opam-version: \"2.0\"\ncompiler: [\"ocaml-base-compiler.4.14.0\"]\nroots: [\"dune.3.0.2\" \"ocaml-base-compiler.4.14.0\"]\n\
            installed: [\n  \"base-unix.base\"\n  \"dune.3.0.2\"\n  \"ocaml-base-compiler.4.14.0\"\n]\n";
        let short = b"installed: [\"dune.3.0.2\"]\n";
        expect!["pkg:opam/dune@3.0.2 installed chosen=Dependency :1"]
            .assert_eq(&found(&Opam, &[("root/.opam/4.14/.opam-switch/switch-state", short)]));
        let dune = b"opam-version: \"2.0\"\nlicense: \"MIT\"\n";
        expect![[r"
            pkg:opam/base-unix@base installed chosen=Dependency :5
            pkg:opam/dune@3.0.2 installed chosen=Purpose license=MIT :6
            pkg:opam/ocaml-base-compiler@4.14.0 installed chosen=Purpose :7"]]
        .assert_eq(&found(
            &Opam,
            &[
                ("root/.opam/4.14/.opam-switch/switch-state", state),
                ("root/.opam/4.14/.opam-switch/packages/dune.3.0.2/opam", dune),
            ],
        ));
    }

    #[test]
    fn a_switch_without_its_state_has_the_packages_that_it_keeps_definitions_of() {
        let path = "root/.opam/4.14/.opam-switch/packages/lwt.5.6.1/opam";
        let lwt = b"opam-version: \"2.0\"\nlicense: \"MIT\"\ndepends: [ \"dune\" ]\n";
        expect!["pkg:opam/lwt@5.6.1 installed license=MIT"].assert_eq(&found(&Opam, &[(path, lwt)]));
        assert_eq!(found(&Opam, &[(path, lwt), ("root/.opam/4.14/.opam-switch/switch-state", b"")]), "");
        assert!(Opam.wants(&FileFacts::new(std::path::Path::new(path))));
    }

    #[test]
    fn definitions_that_opam_keeps_are_not_wanted() {
        for (path, wanted) in [
            ("app.opam", true),
            ("opam", true),
            ("app.opam.locked", true),
            ("poetry.locked", false),
            ("home/me/.opam/repo/default/packages/lwt/lwt.5.6.1/opam", false),
            ("_opam/lib/lwt/opam", false),
            ("opam-repository/packages/lwt/lwt.5.6.1/opam", false),
            ("home/me/.opam/5.1/.opam-switch/switch-state", true),
        ] {
            assert_eq!(Opam.wants(&FileFacts::new(std::path::Path::new(path))), wanted, "{path}");
        }
    }

    #[test]
    fn what_is_no_file_of_opam_is_a_problem_and_a_text_that_breaks_off_is_read_so_far() {
        expect!["! x.opam:1:1: UP002: no file of opam: `opam-version` is missing"].assert_eq(&found(&Opam, &[("x.opam", b"")]));
        expect![[r#"
            pkg:opam/a declared :2
            ! x.opam:2:1: UP002: neither a field nor a section of opam"#]]
        .assert_eq(&found(&Opam, &[("x.opam", b"opam-version: \"2.0\"\ndepends: [\"a\" \"b")]));
    }
}
