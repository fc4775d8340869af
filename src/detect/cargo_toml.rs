//! Reads what Cargo's manifests ask for (<https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html>), workspace
//! inheritance included, where no `Cargo.lock` says to what it resolves: only `=1.2.3` names a version.
//!
//! Dependencies from a folder are own code, even if they name a version for others. Manifests of downloaded, vendored and
//! published crates are somebody else's and are skipped.

use std::path::Path;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::npm::without_secret;
use super::{Claim, Detector, FileFacts, Findings, Opened, toml_document};

/// `Cargo.toml`.
pub(super) struct CargoToml;

/// The tables of dependencies; the names with `_` are old spellings.
const TABLES: [(&str, Group); 5] = [
    ("dependencies", Group::Main),
    ("dev-dependencies", Group::Development),
    ("dev_dependencies", Group::Development),
    ("build-dependencies", Group::Development),
    ("build_dependencies", Group::Development),
];

impl Detector for CargoToml {
    fn id(&self) -> &'static str {
        "cargo-toml"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("Cargo.toml")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let parts: Vec<&str> = facts.path().iter().filter_map(|part| part.to_str()).collect();
        let caches: [&[&str]; 5] =
            [&[".cargo", "registry"], &[".cargo", "git"], &["registry", "src"], &[".rustup"], &["target", "package"]];
        !caches.iter().any(|cache| parts.windows(cache.len()).any(|window| window == *cache))
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let foreign = [".cargo-checksum.json", ".cargo-ok", "Cargo.toml.orig"].iter().any(|name| file.sibling(name).exists());
        if foreign || file.sibling("Cargo.lock").exists() {
            return;
        }
        let Some(text) = out.text(file) else { return };
        let (manifest, fault) = toml_document::parse(text);
        // What is missing in the line that breaks off is not known.
        let broken = fault.as_ref().map(|fault| fault.line);
        if let Some(fault) = fault {
            out.problem_at(fault.code, file, fault.line, fault.text);
        }
        let workspace = if manifest.get("workspace").is_some() { Workspace::of(&manifest) } else { Workspace::above(file) };
        if workspace.locked && manifest.get("workspace").is_none() {
            return;
        }
        let targets = manifest.get("target").map_or(&[][..], Node::entries).iter().map(|(_, target)| target);
        for part in std::iter::once(&manifest).chain(targets) {
            for (key, group) in TABLES {
                let dependencies = document::map_at(part, key, file, out);
                for (name, dependency) in dependencies.iter().filter(|(_, dependency)| Some(dependency.line) != broken) {
                    self.dependency(name, dependency, group, &workspace, file, out);
                }
            }
        }
    }
}

impl CargoToml {
    fn dependency(&self, name: &str, written: &Node, group: Group, workspace: &Workspace, file: &Opened<'_>, out: &mut Findings) {
        let inherited = if written.is_true("workspace") { workspace.dependency(name) } else { None };
        let meant = inherited.unwrap_or(written);
        if !matches!(meant.value, Value::Text(_) | Value::Map(_)) {
            let what = format!("dependency `{name}` should be a text or a table, but is {}", meant.kind());
            return out.problem_at(Code::Malformed, file, written.line, what);
        }
        if meant.get("path").is_some() {
            return;
        }
        let requirement = meant.as_text().or_else(|| meant.text("version")).unwrap_or_default();
        let mut purl =
            Purl::new("cargo", meant.text("package").unwrap_or(name)).with_version(exact(requirement).unwrap_or_default());
        let git = meant.text("git").map(without_secret);
        if let Some(address) = &git {
            let revision = ["rev", "tag", "branch"].iter().find_map(|key| meant.text(key));
            let revision = revision.map(|revision| format!("@{revision}")).unwrap_or_default();
            purl = purl.with_qualifier("vcs_url", &format!("git+{address}{revision}"));
        }
        let mut component = Component::new(purl, Evidence::Declared, self.id(), Location::line(file.shown(), written.line));
        component.origin = if git.is_none() { Origin::Registry } else { Origin::Unknown };
        component.chosen = Chosen::Purpose;
        component.group = if written.is_true("optional") { group.max(Group::Optional) } else { group };
        out.component(component);
    }
}

/// The one version that a requirement allows.
fn exact(requirement: &str) -> Option<&str> {
    let version = requirement.trim().strip_prefix('=')?.trim();
    semver::Version::parse(version).is_ok().then_some(version)
}

/// The workspace that a manifest belongs to.
#[derive(Default)]
struct Workspace {
    dependencies: Option<Node>,
    locked: bool,
}

impl Workspace {
    fn of(manifest: &Node) -> Self {
        let dependencies = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
        Self { dependencies: dependencies.cloned(), locked: false }
    }

    /// The nearest one above the manifest's folder.
    fn above(file: &Opened<'_>) -> Self {
        let folders = file.path().ancestors().skip(2);
        let manifests = folders.map(|folder| file.in_root(Path::new(""), &folder.join("Cargo.toml")));
        let found = manifests.filter(Opened::exists).find_map(|manifest| {
            let (root, _) = toml_document::parse(manifest.text_if_there()?);
            root.get("workspace")?;
            Some(Self { locked: manifest.sibling("Cargo.lock").exists(), ..Self::of(&root) })
        });
        found.unwrap_or_default()
    }

    fn dependency(&self, name: &str) -> Option<&Node> {
        self.dependencies.as_ref()?.get(name)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(files: &[(&str, &str)], expected: Expect) {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
        expected.assert_eq(&found(&CargoToml, &files));
    }

    const MANIFEST: &str = "[package]\r\nname = \"app\"\r\nversion = \"0.1.0\"\r\n\r\n[dependencies]\r\nserde = \"1.0\"\r\n\
        pinned = \"=1.2.3\"\r\nhalf = \"=1.2\"\r\nrenamed = { package = \"real\", version = \"= 2.0.0\", optional = true }\r\n\
        own = { path = \"../own\", version = \"=1.0.0\" }\r\nforked = { git = \"https://me:secret@git.example/f.git\", tag = \"v1\" }\r\n\
        shared.workspace = true\r\n\r\n[dev-dependencies]\r\nproptest = \"1\"\r\n\r\n[target.'cfg(unix)'.build-dependencies]\r\ncc = \"=1.0.83\"\r\n";

    #[test]
    fn only_an_exact_requirement_is_a_version() {
        check(
            &[
                ("crates/app/Cargo.toml", MANIFEST),
                (
                    "Cargo.toml",
                    "[workspace]\nmembers = [\"crates/*\"]\n[workspace.dependencies]\nshared = { version = \"=3.0.0\" }\nother = \"1\"\n",
                ),
            ],
            expect![[r"
                pkg:cargo/cc@1.0.83 declared Development chosen=Purpose :18
                pkg:cargo/forked?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Ff.git%40v1 declared chosen=Purpose :11
                pkg:cargo/half declared chosen=Purpose :8
                pkg:cargo/pinned@1.2.3 declared chosen=Purpose :7
                pkg:cargo/proptest declared Development chosen=Purpose :15
                pkg:cargo/real@2.0.0 declared Optional chosen=Purpose :9
                pkg:cargo/serde declared chosen=Purpose :6
                pkg:cargo/shared@3.0.0 declared chosen=Purpose :12"]],
        );
    }

    #[test]
    fn a_lock_beside_the_manifest_or_its_workspace_knows_more() {
        check(&[("Cargo.toml", MANIFEST), ("Cargo.lock", "")], expect![""]);
        check(&[("a/Cargo.toml", MANIFEST), ("Cargo.toml", "[workspace]\n"), ("Cargo.lock", "")], expect![""]);
        check(
            &[("a/Cargo.toml", "[dependencies]\nb = \"=1.0.0\"\n"), ("Cargo.toml", "[package]\n"), ("Cargo.lock", "")],
            expect!["pkg:cargo/b@1.0.0 declared chosen=Purpose :2"],
        );
    }

    #[test]
    fn a_crate_of_somebody_else_is_not_read() {
        check(&[("vendor/a/Cargo.toml", MANIFEST), ("vendor/a/.cargo-checksum.json", "{}")], expect![""]);
        let cached = Path::new("root/.cargo/registry/src/index/serde-1.0.0/Cargo.toml");
        assert!(!CargoToml.wants(&FileFacts::new(cached)) && CargoToml.wants(&FileFacts::new(Path::new("app/Cargo.toml"))));
    }

    #[test]
    fn faults_have_a_line_and_an_empty_manifest_asks_for_nothing() {
        check(&[("Cargo.toml", "[package]\nname = \"a\"\n")], expect![""]);
        check(
            &[("Cargo.toml", "[dependencies]\na = \"=1.0.0\"\nb = 3\nc = {")],
            expect![[r"
                pkg:cargo/a@1.0.0 declared chosen=Purpose :2
                ! Cargo.toml:4:1: UP002: not TOML: unclosed inline table, expected `}`
                ! Cargo.toml:3:1: UP002: dependency `b` should be a text or a table, but is a number"]],
        );
    }
}
