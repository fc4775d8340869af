//! Reads Go's module files (<https://go.dev/ref/mod#go-mod-file>): what they require, with replacements, and the tool chain.
//!
//! The `go` line is a minimum, not a version, hence nothing; before 1.17 the file lists only what it asks for directly, and the
//! rest stands in `go.sum`. A module that a folder replaces is own code, and so are the modules of the same workspace
//! (`go_work`), whose replacements count before the file's own. Unknown directives are passed over, as Go has added some with
//! every other release.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::go_work::{Files, Workspace};
use super::{Claim, Detector, Findings, Opened, go_sum};

/// `go.mod`.
pub(super) struct GoMod;

impl Detector for GoMod {
    fn id(&self) -> &'static str {
        "go-mod"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("go.mod")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let module = Module::parse(text, file, out);
        if module.is_part_of_go() {
            return out.skip("module file of Go itself");
        }
        module.check_name(text, file, out);
        let files = Files::of(file);
        let workspace = files.as_ref().map(Workspace::read);
        for require in &module.requires {
            let used = match &workspace {
                Some(workspace) => workspace.resolve(&module, require),
                None => module.replacement(require).map_or_else(|| Some(require.own()), Replacement::module),
            };
            let Some((path, version)) = used else { continue };
            let chosen = if require.indirect { Chosen::Dependency } else { Chosen::Purpose };
            self.component(purl(path, version), chosen, require.line, file, out);
        }
        if module.lists_only_direct() {
            let sums = file.sibling("go.sum");
            let mut others = sums.text_if_there().map(go_sum::highest).unwrap_or_default();
            others.retain(|path, _| !module.names(path));
            go_sum::write(&others, self.id(), Chosen::Dependency, &sums, out);
        }
        if let Some((version, line)) = module.toolchain.filter(|_| !workspace.is_some_and(|all| all.has_toolchain())) {
            self.component(Purl::new("golang", "stdlib").with_version(version), Chosen::Purpose, line, file, out);
        }
    }
}

impl GoMod {
    fn component(&self, purl: Purl, chosen: Chosen, line: usize, file: &Opened<'_>, out: &mut Findings) {
        let mut component = Component::new(purl, Evidence::Declared, self.id(), Location::line(file.shown(), line));
        component.origin = Origin::Registry;
        component.chosen = chosen;
        out.component(component);
    }
}

/// The package URL of a module.
pub(super) fn purl(path: &str, version: &str) -> Purl {
    let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
    Purl::new("golang", name).with_namespace(namespace).with_version(version)
}

pub(super) type PathAndVersion<'t> = (&'t str, &'t str);

/// What a `replace` statement puts in a module's place.
#[derive(Clone, Copy)]
pub(super) enum Replacement<'t> {
    /// Another module.
    Module(PathAndVersion<'t>),
    /// A folder: own code.
    Folder,
}

impl<'t> Replacement<'t> {
    /// The module, if it is one.
    pub(super) fn module(self) -> Option<PathAndVersion<'t>> {
        match self {
            Self::Module(module) => Some(module),
            Self::Folder => None,
        }
    }
}

pub(super) struct Require<'t> {
    pub(super) path: &'t str,
    /// Empty where a branch stands, which Go has not looked up yet.
    version: &'t str,
    indirect: bool,
    line: usize,
}

impl<'t> Require<'t> {
    /// What is used unless something replaces it.
    pub(super) fn own(&self) -> PathAndVersion<'t> {
        (self.path, self.version)
    }
}

/// A module's file or a workspace's, whose statements have the same form.
#[derive(Default)]
pub(super) struct Module<'t> {
    /// What the module is called; `None` in a workspace.
    pub(super) path: Option<&'t str>,
    /// The folders of a workspace's modules.
    pub(super) uses: Vec<&'t str>,
    requires: Vec<Require<'t>>,
    /// What is replaced (version `None`: every version) → what stands for it (`None`: a folder).
    replaces: HashMap<(&'t str, Option<&'t str>), Replacement<'t>, FixedState>,
    pub(super) toolchain: Option<(&'t str, usize)>,
    /// The version of Go that it is written for; `None` is 1.16.
    language: Option<&'t str>,
}

impl<'t> Module<'t> {
    pub(super) fn parse(text: &'t str, file: &Opened<'_>, out: &mut Findings) -> Self {
        let mut module = Self::default();
        let mut block = None;
        for (number, line) in (1..).zip(text.lines()) {
            let (words, comment) = words(line);
            let (directive, arguments) = match (block, words.as_slice()) {
                (_, []) => continue,
                (Some(_), [")", ..]) => {
                    block = None;
                    continue;
                }
                (Some((directive, _)), arguments) => (directive, arguments),
                (None, [directive, "(", ..]) => {
                    block = Some((*directive, number));
                    continue;
                }
                (None, [directive, arguments @ ..]) => (*directive, arguments),
            };
            if !module.statement(directive, arguments, comment, number) {
                out.problem_at(Code::Malformed, file, number, format!("`{directive}` statement is incomplete"));
            }
        }
        if let Some((directive, line)) = block {
            out.problem_at(Code::Malformed, file, line, format!("`{directive}` block is not closed"));
        }
        module
    }

    /// Whether it is the standard library or the commands of Go, whose names are kept for them: what they need is in Go already.
    fn is_part_of_go(&self) -> bool {
        matches!(self.path, Some("std" | "cmd"))
    }

    /// Notes a module's file that does not name it. An empty file is how a folder is kept out of the module around it.
    fn check_name(&self, text: &str, file: &Opened<'_>, out: &mut Findings) {
        if self.path.is_none() && text.lines().any(|line| !words(line).0.is_empty()) {
            out.problem_at(Code::Malformed, file, 1, "no `module` statement");
        }
    }

    /// Takes one statement; says whether it was complete.
    fn statement(&mut self, directive: &str, arguments: &[&'t str], comment: &str, line: usize) -> bool {
        match (directive, arguments) {
            ("require", [path, version, ..]) => {
                let version = if is_version(version) { version } else { "" };
                let indirect = comment.split([';', ' ']).find(|word| !word.is_empty()) == Some("indirect");
                self.requires.push(Require { path, version, indirect, line });
            }
            ("replace", [path, "=>", target @ ..]) => drop(self.replaces.insert((path, None), replacement(target))),
            ("replace", [path, version, "=>", target @ ..]) => {
                self.replaces.insert((path, Some(version)), replacement(target));
            }
            ("module", [path, ..]) => self.path = Some(path),
            ("use", [folder, ..]) => self.uses.push(folder),
            ("go", [version, ..]) => self.language = Some(version),
            ("toolchain", [name, ..]) => {
                self.toolchain = name.strip_prefix("go").filter(|version| !version.is_empty()).map(|version| (version, line));
            }
            ("require" | "replace" | "toolchain", _) => return false,
            _ => {}
        }
        true
    }

    /// Whether it leaves out what its requirements need in turn, as Go did before 1.17.
    fn lists_only_direct(&self) -> bool {
        let mut parts = self.language.unwrap_or("1.16").split('.').map(|part| part.parse::<u32>().unwrap_or_default());
        (parts.next(), parts.next().unwrap_or_default()) < (Some(1), 17)
    }

    /// Whether it says itself which version of this module counts.
    fn names(&self, path: &str) -> bool {
        let replaced = self.replaces.iter().flat_map(|((old, _), new)| [Some(*old), new.module().map(|(new, _)| new)]);
        self.requires.iter().any(|require| require.path == path) || replaced.flatten().any(|named| named == path)
    }

    /// What stands for a required module by this file's `replace` statements, if something does.
    pub(super) fn replacement(&self, require: &Require<'_>) -> Option<Replacement<'t>> {
        let exact = self.replaces.get(&(require.path, Some(require.version)));
        exact.or_else(|| self.replaces.get(&(require.path, None))).copied()
    }
}

fn replacement<'t>(target: &[&'t str]) -> Replacement<'t> {
    match target {
        [path, version, ..] => Replacement::Module((path, version)),
        _ => Replacement::Folder,
    }
}

/// Whether it is a version, not the name of a branch or a commit.
fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The words of a line, quotes taken off, and its comment.
fn words(line: &str) -> (Vec<&str>, &str) {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("//") {
            return (words, comment.trim());
        }
        let (word, after) = match first {
            '"' | '`' => {
                let quoted = rest.strip_prefix(first).unwrap_or_default();
                quoted.split_once(first).unwrap_or((quoted, ""))
            }
            '(' | ')' | '[' | ']' | ',' => rest.split_at_checked(1).unwrap_or((rest, "")),
            _ => {
                let punctuation = rest.find(|c: char| c.is_whitespace() || "()[],".contains(c)).unwrap_or(rest.len());
                // Looked for in the word alone: in the rest of the line, a long one would cost the square of its length.
                let word = rest.get(..punctuation).unwrap_or(rest);
                rest.split_at_checked(word.find("//").unwrap_or(punctuation)).unwrap_or((rest, ""))
            }
        };
        words.push(word);
        rest = after.trim_start();
    }
    (words, "")
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::{Expect, expect};

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&found(&GoMod, &[("go.mod", text.as_bytes())]));
    }

    #[test]
    fn blocks_single_lines_quotes_and_comments_are_read() {
        check(
            "module example.com/app\r\n\r\ngo 1.21 // a minimum\r\n\r\nrequire(\r\n\tgithub.com/foo/bar v1.2.3\r\n\t\"gopkg.in/yaml.v3\" `v3.0.1` // indirect\r\n\tgithub.com/a/b/v2 v2.0.0+incompatible//indirect; why\r\n)\r\nrequire golang.org/x/net v0.0.0-20200101000000-abcdef012345 // not indirect\r\n",
            expect![[r#"
                pkg:golang/github.com/a/b/v2@v2.0.0%2Bincompatible declared chosen=Dependency :8
                pkg:golang/github.com/foo/bar@v1.2.3 declared chosen=Purpose :6
                pkg:golang/golang.org/x/net@v0.0.0-20200101000000-abcdef012345 declared chosen=Purpose :10
                pkg:golang/gopkg.in/yaml.v3@v3.0.1 declared chosen=Dependency :7"#]],
        );
    }

    #[test]
    fn go_s_own_modules_ask_for_nothing_that_go_does_not_bring() {
        for own in ["std", "cmd"] {
            check(&format!("module {own}\ngo 1.24\nrequire golang.org/x/sys v0.30.0\n"), expect![""]);
        }
        check(
            "module std.example\nrequire golang.org/x/sys v0.30.0\n",
            expect![[r"
            pkg:golang/golang.org/x/sys@v0.30.0 declared chosen=Purpose :2"]],
        );
    }

    #[test]
    fn a_replacement_stands_for_the_module_and_a_folder_is_own_code() {
        check(
            "module m
require (
    a.org/one v1.0.0
    a.org/two v1.0.0
    a.org/three v1.0.0
    a.org/four v1.0.0
)
replace a.org/one => b.org/fork v1.1.0
replace (
    a.org/two v1.0.0 => ../two
    a.org/three v9.9.9 => b.org/never v1.0.0
)
replace a.org/unused => b.org/unused v1.0.0
exclude a.org/four v0.9.0
retract [v1.0.0, v1.0.5]
",
            expect![[r#"
                pkg:golang/a.org/four@v1.0.0 declared chosen=Purpose :6
                pkg:golang/a.org/three@v1.0.0 declared chosen=Purpose :5
                pkg:golang/b.org/fork@v1.1.0 declared chosen=Purpose :3"#]],
        );
    }

    #[test]
    fn before_1_17_the_rest_stands_in_the_checksum_file() {
        let sums: &[u8] = b"a.org/direct v1.0.0 h1:x=\na.org/direct v1.5.0 h1:x=\nb.org/needed v0.2.0 h1:x=\nb.org/needed v0.3.0/go.mod h1:x=\nc.org/fork v1.0.0 h1:x=\n";
        for (language, all) in [("go 1.16", true), ("", true), ("go 1.17", false), ("go 1.21.3", false), ("go 1.9", true)] {
            let module = format!(
                "module m\n{language}\nrequire a.org/direct v1.0.0\nrequire c.org/old v1.0.0\nreplace c.org/old => c.org/fork v1.0.0\n"
            );
            let found = found(&GoMod, &[("go.mod", module.as_bytes()), ("go.sum", sums)]);
            let direct = "pkg:golang/a.org/direct@v1.0.0 declared chosen=Purpose :3";
            let fork = "pkg:golang/c.org/fork@v1.0.0 declared chosen=Purpose :4";
            let needed = if all { "pkg:golang/b.org/needed@v0.2.0 declared chosen=Dependency :3\n" } else { "" };
            assert_eq!(found, format!("{direct}\n{needed}{fork}"), "{language}");
        }
    }

    #[test]
    fn a_tool_chain_is_the_standard_library_of_that_version() {
        check("module m\ngo 1.21\ntoolchain go1.22.3\n", expect!["pkg:golang/stdlib@1.22.3 declared chosen=Purpose :3"]);
        check("module m\ngo 1.21\ntoolchain default\n", expect![[""]]);
    }

    #[test]
    fn an_empty_file_keeps_a_folder_out_and_any_other_must_name_its_module() {
        check("// nothing\n", expect![[""]]);
        check("{\"a\": 1}", expect!["! go.mod:1:1: UP002: no `module` statement"]);
    }

    #[test]
    fn faults_are_placed_and_the_rest_stays() {
        check(
            "module m\nrequire a.org/b\nrequire a.org/c master\nrequire (\na.org/d v1.0.0\n",
            expect![[r#"
            pkg:golang/a.org/c declared chosen=Purpose :3
            pkg:golang/a.org/d@v1.0.0 declared chosen=Purpose :5
            ! go.mod:2:1: UP002: `require` statement is incomplete
            ! go.mod:4:1: UP002: `require` block is not closed"#]],
        );
    }
}
