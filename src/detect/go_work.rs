//! Reads Go's workspace files (<https://go.dev/ref/mod#workspaces>): the tool chain, and for each module of the workspace what the
//! workspace changes about its requirements. The others of its modules are own code, whatever version is asked for. Its
//! replacements count before those of its modules, and those of one module count for all.
//!
//! A module is of the workspace if the nearest `go.work` above it names its folder; `GOWORK` is not known. Which version of two
//! that its modules ask for is chosen is left out: both are declared.

use std::path::{Path, PathBuf};

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};
use crate::source::normalise;

use super::go_mod::{Module, PathAndVersion, Replacement, Require};
use super::{Claim, Detector, Findings, Opened};

/// Most modules of a workspace whose files are read for each of the others.
const MOST: usize = 128;

/// `go.work`.
pub(super) struct GoWork;

impl Detector for GoWork {
    fn id(&self) -> &'static str {
        "go-work"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("go.work")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        if let Some((version, line)) = Module::parse(text, file, out).toolchain {
            let purl = Purl::new("golang", "stdlib").with_version(version);
            let mut component = Component::new(purl, Evidence::Declared, self.id(), Location::line(file.shown(), line));
            component.origin = Origin::Registry;
            component.chosen = Chosen::Purpose;
            out.component(component);
        }
    }
}

/// The files of a workspace.
pub(super) struct Files<'a> {
    work: Opened<'a>,
    modules: Vec<Opened<'a>>,
}

impl<'a> Files<'a> {
    /// The workspace that the module with this file is part of.
    pub(super) fn of(module: &Opened<'a>) -> Option<Self> {
        let folder = module.path().parent()?;
        let in_folder = |folder: &Path| module.in_root(Path::new(""), &folder.join("go.work"));
        let work = folder.ancestors().map(in_folder).find(Opened::exists)?;
        let folders: Vec<PathBuf> = {
            let at = work.path().parent()?;
            let parsed = Module::parse(work.text_if_there()?, &work, &mut Findings::default());
            parsed.uses.iter().map(|folder| normalise(&at.join(folder))).collect()
        };
        if !folders.iter().any(|used| used == folder) {
            return None;
        }
        let others = folders.iter().filter(|used| *used != folder).take(MOST);
        let modules = others.map(|folder| module.in_root(Path::new(""), &folder.join("go.mod"))).collect();
        Some(Self { work, modules })
    }
}

/// What a workspace says of the requirements of one of its modules.
pub(super) struct Workspace<'f> {
    work: Module<'f>,
    others: Vec<Module<'f>>,
}

impl<'f> Workspace<'f> {
    /// Reads the files; what is wrong in them is told where they are looked at for themselves.
    pub(super) fn read(files: &'f Files<'_>) -> Self {
        let parse = |file: &'f Opened<'_>| file.text_if_there().map(|text| Module::parse(text, file, &mut Findings::default()));
        Self { work: parse(&files.work).unwrap_or_default(), others: files.modules.iter().filter_map(parse).collect() }
    }

    /// What is really used for a requirement of `module`; `None` for own code.
    pub(super) fn resolve<'t>(&self, module: &Module<'t>, require: &Require<'t>) -> Option<PathAndVersion<'t>>
    where
        'f: 't,
    {
        if self.others.iter().any(|other| other.path == Some(require.path)) {
            return None;
        }
        let by_others = || self.others.iter().find_map(|other| other.replacement(require));
        let replaced = self.work.replacement(require).or_else(|| module.replacement(require)).or_else(by_others);
        replaced.map_or_else(|| Some(require.own()), Replacement::module)
    }

    /// Whether it names the tool chain for all its modules.
    pub(super) fn has_toolchain(&self) -> bool {
        self.work.toolchain.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::super::go_mod::GoMod;
    use super::super::testing::found;
    use super::*;

    const WORK: &[u8] =
        b"go 1.22.1\r\n\r\ntoolchain go1.22.4\r\n\r\nuse (\r\n\t./a // the program\r\n\t./b\r\n\t./gone\r\n)\r\nuse .\r\n
replace a.org/r => a.org/fork v1.5.0\nreplace a.org/p v1.0.0 => a.org/p v1.0.1\nreplace a.org/own => ./own\n";
    const A: &[u8] = b"module m/a\ngo 1.21\ntoolchain go1.22.0\nrequire (\n\tm/b v0.0.0\n\ta.org/r v1.0.0\n\ta.org/q v1.0.0\n\ta.org/own v1.0.0\n)
replace a.org/r v1.0.0 => a.org/loses v9.0.0\n";
    const B: &[u8] = b"module m/b\ngo 1.21\nrequire a.org/p v1.0.0\nreplace a.org/q => a.org/q v1.0.2\n";

    #[test]
    fn a_workspace_replaces_first_and_its_modules_are_own_code() {
        assert_eq!(
            found(&GoMod, &[("a/go.mod", A), ("b/go.mod", B), ("go.work", WORK)]),
            "pkg:golang/a.org/fork@v1.5.0 declared chosen=Purpose :6\npkg:golang/a.org/q@v1.0.2 declared chosen=Purpose :7"
        );
        assert_eq!(
            found(&GoMod, &[("b/go.mod", B), ("a/go.mod", A), ("go.work", WORK)]),
            "pkg:golang/a.org/p@v1.0.1 declared chosen=Purpose :3"
        );
    }

    #[test]
    fn a_module_that_the_workspace_does_not_name_stands_alone() {
        let other = found(&GoMod, &[("c/go.mod", B), ("a/go.mod", A), ("go.work", WORK)]);
        assert_eq!(other, "pkg:golang/a.org/p@v1.0.0 declared chosen=Purpose :3");
        // The nearest workspace counts, as Go looks for no other.
        let nearer = found(&GoMod, &[("a/go.mod", B), ("a/go.work", b"go 1.21\nuse ./x\n"), ("go.work", WORK)]);
        assert_eq!(nearer, "pkg:golang/a.org/p@v1.0.0 declared chosen=Purpose :3");
    }

    #[test]
    fn the_tool_chain_of_a_workspace_is_the_standard_library_of_that_version() {
        assert_eq!(found(&GoWork, &[("go.work", WORK)]), "pkg:golang/stdlib@1.22.4 declared chosen=Purpose :3");
        assert_eq!(found(&GoWork, &[("go.work", b"go 1.22\nuse .\n")]), "");
        assert_eq!(found(&GoWork, &[("go.work", b"")]), "");
        let broken = found(&GoWork, &[("go.work", b"go 1.22\ntoolchain\nuse (\n\t./a\n")]);
        assert_eq!(
            broken,
            "! go.work:2:1: UP002: `toolchain` statement is incomplete\n! go.work:3:1: UP002: `use` block is not closed"
        );
    }
}
