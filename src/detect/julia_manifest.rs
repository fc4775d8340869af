//! Reads Julia's lock file, `Manifest.toml`, in both of its formats
//! (<https://pkgdocs.julialang.org/v1/toml-files/#Manifest.toml>), also under its names `JuliaManifest.toml` and
//! `Manifest-v<version>.toml`.
//!
//! Packages from a folder are own code and no components. A package of the standard library without a version of its own
//! has Julia's, as the file states it.

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};

use super::document::{self, Node, Value};
use super::{Claim, Detector, FileFacts, Findings, Opened, toml_document};

/// Julia's lock file.
pub(super) struct JuliaManifest;

impl Detector for JuliaManifest {
    fn id(&self) -> &'static str {
        "julia-manifest"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("Manifest.toml"), Claim::Name("JuliaManifest.toml"), Claim::Stem("Manifest-v1"), Claim::Stem("Manifest-v2")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.path().extension().is_some_and(|ending| ending == "toml")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(manifest) = document::read(file, out, toml_document::parse) else { return };
        let direct = direct(file);
        let julia = manifest.text("julia_version").unwrap_or_default();
        // The first format has its packages at the top.
        let packages = if manifest.get("manifest_format").is_some() { manifest.get("deps") } else { Some(&manifest) };
        for (name, entries) in packages.map_or(&[][..], Node::entries) {
            for entry in entries.items().iter().filter(|entry| matches!(entry.value, Value::Map(_))) {
                let Some(uuid) = entry.text("uuid") else { continue };
                if entry.text("path").is_some() {
                    continue;
                }
                let registered = entry.text("git-tree-sha1").is_some();
                let version = entry.text("version").unwrap_or(if registered { "" } else { julia });
                let vcs = entry.text("repo-url").filter(|url| url.contains("://")).map(|url| with_commit(url, entry));
                let purl = Purl::new("julia", name)
                    .with_version(version)
                    .with_qualifier("uuid", uuid)
                    .with_qualifier("vcs_url", &vcs.unwrap_or_default());
                let mut component = Component::new(purl, Evidence::Declared, self.id(), Location::line(file.shown(), entry.line));
                component.origin = if entry.text("repo-url").is_some() { Origin::Unknown } else { Origin::Registry };
                component.chosen = match &direct {
                    None => Chosen::Unknown,
                    Some(names) if names.contains(name) => Chosen::Purpose,
                    Some(_) => Chosen::Dependency,
                };
                out.component(component);
            }
        }
    }
}

fn with_commit(url: &str, entry: &Node) -> String {
    entry.text("repo-rev").map_or_else(|| format!("git+{url}"), |revision| format!("git+{url}@{revision}"))
}

/// What the project beside the lock asks for by name; `None` if there is no project.
fn direct(file: &Opened<'_>) -> Option<Vec<String>> {
    ["Project.toml", "JuliaProject.toml"].iter().find_map(|name| {
        let project = file.sibling(name);
        let (project, _) = toml_document::parse(project.text_if_there()?);
        Some(project.keys_of("deps").map(str::to_owned).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const SECOND: &[u8] = b"# This file is machine-generated - editing it directly is not advised\r\n\r\njulia_version = \"1.9.4\"\r\n\
        manifest_format = \"2.0\"\r\nproject_hash = \"27f8\"\r\n\r\n\
        [[deps.Dates]]\r\ndeps = [\"Printf\"]\r\nuuid = \"ade2ca70-3891-5945-98fb-dc099432e06a\"\r\n\r\n\
        [[deps.JSON]]\r\ndeps = [\"Dates\"]\r\ngit-tree-sha1 = \"31e9\"\r\nuuid = \"682c06a0-de6a-54ab-a142-c8b1cf79cde6\"\r\nversion = \"0.21.4\"\r\n\r\n\
        [[deps.Mine]]\r\npath = \"../Mine\"\r\nuuid = \"00000000-0000-0000-0000-000000000001\"\r\nversion = \"0.1.0\"\r\n\r\n\
        [[deps.Git]]\r\ngit-tree-sha1 = \"ab\"\r\nrepo-rev = \"main\"\r\nrepo-url = \"https://me:pw@git.example/Git.jl.git\"\r\nuuid = \"00000000-0000-0000-0000-000000000002\"\r\nversion = \"2.0.0\"\r\n";

    #[test]
    fn the_second_format_has_its_packages_below_deps() {
        let project = b"name = \"App\"\n[deps]\nJSON = \"682c06a0-de6a-54ab-a142-c8b1cf79cde6\"\n";
        expect![[r"
            pkg:julia/Dates@1.9.4?uuid=ade2ca70-3891-5945-98fb-dc099432e06a declared chosen=Dependency :7
            pkg:julia/Git@2.0.0?uuid=00000000-0000-0000-0000-000000000002&vcs_url=git%2Bhttps:%2F%2Fgit.example%2FGit.jl.git%40main declared chosen=Dependency :22
            pkg:julia/JSON@0.21.4?uuid=682c06a0-de6a-54ab-a142-c8b1cf79cde6 declared chosen=Purpose :11"]]
        .assert_eq(&found(&JuliaManifest, &[("Manifest.toml", SECOND), ("Project.toml", project)]));
    }

    #[test]
    fn the_first_format_has_them_at_the_top() {
        let text = b"[[Test]]\nuuid = \"8dfed614-e22c-5e08-85e1-65c5234f0b40\"\n\n\
            [[Example]]\ngit-tree-sha1 = \"46e4\"\nuuid = \"7876af07-990d-54b4-ab0e-23690620f79a\"\nversion = \"0.5.3\"\n";
        expect![[r"
            pkg:julia/Example@0.5.3?uuid=7876af07-990d-54b4-ab0e-23690620f79a declared :4
            pkg:julia/Test?uuid=8dfed614-e22c-5e08-85e1-65c5234f0b40 declared :1"]]
        .assert_eq(&found(&JuliaManifest, &[("Manifest.toml", text)]));
    }

    #[test]
    fn another_toml_file_of_the_name_says_nothing_and_a_broken_one_is_a_problem() {
        assert_eq!(found(&JuliaManifest, &[("Manifest.toml", b"[package]\nname = \"x\"\n")]), "");
        assert_eq!(found(&JuliaManifest, &[("Manifest.toml", b"")]), "");
        expect![[r"
            pkg:julia/A@1.0.0?uuid=7876af07-990d-54b4-ab0e-23690620f79a declared :1
            ! Manifest.toml:5:1: UP002: not TOML: unclosed array table, expected `]]`"]]
        .assert_eq(&found(
            &JuliaManifest,
            &[("Manifest.toml", b"[[A]]\nuuid = \"7876af07-990d-54b4-ab0e-23690620f79a\"\nversion = \"1.0.0\"\n\n[[B\n")],
        ));
    }
}
