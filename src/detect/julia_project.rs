//! Reads what a Julia project asks for, in `Project.toml` (<https://pkgdocs.julialang.org/v1/toml-files/#Project.toml>).
//!
//! With a manifest beside it, that lock says it all and this file is left alone. A package has a version only where
//! `[compat]` allows a single one. Packages that `[sources]` takes from a folder are own code.

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};

use super::document::{self, Node};
use super::{Claim, Detector, Findings, Opened, toml_document};

/// The tables that name packages.
const TABLES: [(&str, Group); 3] = [("deps", Group::Main), ("weakdeps", Group::Optional), ("extras", Group::Development)];
/// Versions of Julia that can have a manifest of their own, `Manifest-v1.<minor>.toml`.
const OWN_MANIFESTS: std::ops::Range<u32> = 10..25;

/// What a Julia project asks for.
pub(super) struct JuliaProject;

impl Detector for JuliaProject {
    fn id(&self) -> &'static str {
        "julia-project"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("Project.toml"), Claim::Name("JuliaProject.toml")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if is_locked(file) {
            return;
        }
        let Some(project) = document::read(file, out, toml_document::parse) else { return };
        let in_tests = file.facts().folder(0) == "test";
        for (table, group) in TABLES {
            for (name, uuid) in project.get(table).map_or(&[][..], Node::entries) {
                let Some(id) = uuid.as_text() else { continue };
                let source = project.get("sources").and_then(|sources| sources.get(name));
                if source.is_some_and(|source| source.get("path").is_some()) {
                    continue;
                }
                let version = project.get("compat").and_then(|compat| exact(compat.text(name)?)).unwrap_or_default();
                let url = source.and_then(|source| source.text("url")).filter(|url| url.contains("://"));
                let purl = Purl::new("julia", name)
                    .with_version(version)
                    .with_qualifier("uuid", id)
                    .with_qualifier("vcs_url", &url.map(|url| format!("git+{url}")).unwrap_or_default());
                let mut component = Component::new(purl, Evidence::Declared, self.id(), Location::line(file.shown(), uuid.line));
                component.group = if in_tests { Group::Development } else { group };
                component.chosen = Chosen::Purpose;
                component.origin = if source.is_some() { Origin::Unknown } else { Origin::Registry };
                out.component(component);
            }
        }
    }
}

fn is_locked(file: &Opened<'_>) -> bool {
    let there = |name: &str| file.sibling(name).exists();
    there("Manifest.toml")
        || there("JuliaManifest.toml")
        || OWN_MANIFESTS.into_iter().any(|minor| there(&format!("Manifest-v1.{minor}.toml")))
}

/// The version in `=1.2.3`. Without the sign, a version allows every later compatible one.
fn exact(compat: &str) -> Option<&str> {
    let version = compat.strip_prefix('=')?.trim();
    let whole = version.split('.').count() == 3 && version.split('.').all(|part| part.parse::<u32>().is_ok());
    whole.then_some(version)
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const PROJECT: &[u8] = b"name = \"App\"\nuuid = \"00000000-0000-0000-0000-000000000000\"\nversion = \"0.1.0\"\n\n\
        [deps]\nJSON = \"682c06a0-de6a-54ab-a142-c8b1cf79cde6\"\nCSV = \"336ed68f-0bac-5ca0-87d4-7b16caf5d00b\"\n\
        Mine = \"00000000-0000-0000-0000-000000000001\"\n\n[weakdeps]\nPlots = \"91a5bcdd-55d7-5caf-9e0b-520d859cae80\"\n\n\
        [sources]\nMine = {path = \"../Mine\"}\n\n[compat]\nJSON = \"=0.21.4\"\nCSV = \"0.10\"\njulia = \"1.9\"\n\n\
        [extras]\nTest = \"8dfed614-e22c-5e08-85e1-65c5234f0b40\"\n\n[targets]\ntest = [\"Test\"]\n";

    #[test]
    fn only_an_equals_sign_pins_a_version() {
        expect![[r"
            pkg:julia/CSV?uuid=336ed68f-0bac-5ca0-87d4-7b16caf5d00b declared chosen=Purpose :7
            pkg:julia/JSON@0.21.4?uuid=682c06a0-de6a-54ab-a142-c8b1cf79cde6 declared chosen=Purpose :6
            pkg:julia/Plots?uuid=91a5bcdd-55d7-5caf-9e0b-520d859cae80 declared Optional chosen=Purpose :11
            pkg:julia/Test?uuid=8dfed614-e22c-5e08-85e1-65c5234f0b40 declared Development chosen=Purpose :22"]]
        .assert_eq(&found(&JuliaProject, &[("Project.toml", PROJECT)]));
    }

    #[test]
    fn a_manifest_beside_it_says_it_all() {
        for lock in ["Manifest.toml", "Manifest-v1.11.toml"] {
            assert_eq!(found(&JuliaProject, &[("Project.toml", PROJECT), (lock, b"")]), "");
        }
    }

    #[test]
    fn an_empty_file_and_another_format_give_nothing_of_their_own() {
        assert_eq!(found(&JuliaProject, &[("Project.toml", b"")]), "");
        assert_eq!(found(&JuliaProject, &[("Project.toml", b"[project]\nname = \"x\"\n[deps]\nx = {v = 1}\n")]), "");
        expect!["! Project.toml:1:1: UP002: not TOML: key with no value, expected `=`"]
            .assert_eq(&found(&JuliaProject, &[("Project.toml", b"<project>\n")]));
    }
}
