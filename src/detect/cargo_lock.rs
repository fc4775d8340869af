//! Reads Cargo's lock files of format 1 to 4 (<https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html>).
//! Packages without a source are the project's own code and give nothing; what they name directly was asked for.
//!
//! The tables are read one by one in place of [`cargo_lock::Lockfile`], which refuses a file as a whole and knows no lines:
//! one damaged package must not hide the others. The crate reads the sources.

use std::collections::HashSet;

use cargo_lock::SourceId;
use foldhash::fast::FixedState;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::lines::Lines;
use super::{Claim, Detector, Findings, Opened};

/// `Cargo.lock`.
pub(super) struct CargoLock;

/// One `[[package]]`, or the `[root]` of format 1.
struct Package<'t> {
    line: usize,
    name: &'t str,
    version: &'t str,
    source: Option<&'t str>,
    /// A `[replace]` entry of the manifest stands for it, hence it is not built.
    replaced: bool,
    dependencies: Vec<&'t str>,
}

impl Detector for CargoLock {
    fn id(&self) -> &'static str {
        "cargo-lock"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("Cargo.lock")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let lines = Lines::of(text);
        let (document, errors) = DeTable::parse_recoverable(text);
        if let Some(error) = errors.first() {
            let line = error.span().map_or(1, |span| lines.at(span.start));
            out.problem_at(Code::Malformed, file, line, format!("not a valid lock file: {}", error.message()));
        }
        let packages = packages(&document, &lines, file, out);
        let direct = Direct::of(&packages);
        for package in packages.iter().filter(|package| !package.replaced) {
            let Some(source) = package.source else { continue };
            if source.starts_with("path+") {
                continue;
            }
            let purl = Purl::new("cargo", package.name).with_version(package.version);
            let location = Location::line(file.shown(), package.line);
            let mut component = Component::new(with_source(purl, source), Evidence::Declared, self.id(), location);
            if !source.starts_with("git+") {
                component.origin = Origin::Registry;
            }
            component.chosen = direct.chosen(package);
            out.component(component);
        }
    }
}

fn packages<'t>(document: &'t Spanned<DeTable<'_>>, lines: &Lines, file: &Opened<'_>, out: &mut Findings) -> Vec<Package<'t>> {
    let document = document.get_ref();
    let mut tables: Vec<&Spanned<DeValue<'_>>> = document.get("root").into_iter().collect();
    match document.get("package").map(|value| (value.get_ref().as_array(), value.span())) {
        None => {}
        Some((Some(array), _)) => tables.extend(array.iter()),
        Some((None, span)) => {
            out.problem_at(Code::Malformed, file, lines.at(span.start), "`package` is not a list of tables");
        }
    }
    let mut packages = Vec::with_capacity(tables.len());
    for table in tables {
        let line = lines.at(table.span().start);
        match package(table, line) {
            Some(package) => packages.push(package),
            None => out.problem_at(Code::Malformed, file, line, "package without a name or a version"),
        }
    }
    packages
}

fn package<'t>(table: &'t Spanned<DeValue<'_>>, line: usize) -> Option<Package<'t>> {
    let table = table.get_ref().as_table()?;
    let text = |key: &str| table.get(key).and_then(|value| value.get_ref().as_str()).filter(|text| !text.is_empty());
    let dependencies = table.get("dependencies").and_then(|value| value.get_ref().as_array());
    Some(Package {
        line,
        name: text("name")?,
        version: text("version")?,
        source: text("source"),
        replaced: table.contains_key("replace"),
        dependencies: dependencies.into_iter().flatten().filter_map(|value| value.get_ref().as_str()).collect(),
    })
}

/// What the project's own packages depend on. A dependency is written `name`, `name version` or `name version (source)`:
/// as short as it is unambiguous.
#[derive(Default)]
struct Direct<'t> {
    /// Whether the file names any package of the project at all.
    known: bool,
    names: HashSet<&'t str, FixedState>,
    versions: HashSet<(&'t str, &'t str), FixedState>,
}

impl<'t> Direct<'t> {
    fn of(packages: &[Package<'t>]) -> Self {
        let own = packages.iter().filter(|package| package.source.is_none());
        let mut direct = Self { known: own.clone().next().is_some(), ..Self::default() };
        for dependency in own.flat_map(|package| &package.dependencies) {
            let mut words = dependency.split(' ');
            match (words.next(), words.next()) {
                (Some(name), Some(version)) => drop(direct.versions.insert((name, version))),
                (Some(name), None) => drop(direct.names.insert(name)),
                (None, _) => {}
            }
        }
        direct
    }

    fn chosen(&self, package: &Package<'_>) -> Chosen {
        if self.versions.contains(&(package.name, package.version)) || self.names.contains(package.name) {
            Chosen::Purpose
        } else if self.known {
            Chosen::Dependency
        } else {
            Chosen::Unknown
        }
    }
}

/// Adds where the package comes from, unless that is crates.io: `vcs_url` for git, `repository_url` for another registry.
fn with_source(purl: Purl, source: &str) -> Purl {
    let Ok(id) = SourceId::from_url(source) else { return purl.with_qualifier("repository_url", source) };
    if id.is_git() {
        let commit = id.precise().map(|commit| format!("@{commit}")).unwrap_or_default();
        purl.with_qualifier("vcs_url", &format!("git+{}{commit}", id.url()))
    } else if id.is_default_registry() {
        purl
    } else {
        purl.with_qualifier("repository_url", id.url().as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::{Expect, expect};

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(lock: &str, expected: Expect) {
        expected.assert_eq(&found(&CargoLock, &[("Cargo.lock", lock.as_bytes())]));
    }

    #[test]
    fn own_packages_give_nothing_and_what_they_name_was_asked_for() {
        check(
            r#"version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = [
 "serde",
 "syn 2.0.1",
]

[[package]]
name = "serde"
version = "1.0.200"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "ab"
dependencies = ["syn 1.0.9"]

[[package]]
name = "syn"
version = "1.0.9"
source = "registry+https://github.com/rust-lang/crates.io-index"

[[package]]
name = "syn"
version = "2.0.1"
source = "sparse+https://index.crates.io/"
"#,
            expect![[r#"
                pkg:cargo/serde@1.0.200 declared chosen=Purpose :11
                pkg:cargo/syn@1.0.9 declared chosen=Dependency :18
                pkg:cargo/syn@2.0.1 declared chosen=Purpose :23"#]],
        );
    }

    #[test]
    fn a_git_source_and_another_registry_are_named() {
        check(
            r#"
[[package]]
name = "a"
version = "0.1.0"
source = "git+https://example.org/a.git?branch=next#0123456789abcdef"
[[package]]
name = "b"
version = "0.2.0"
source = "registry+https://crates.example.org/index"
[[package]]
name = "c"
version = "0.3.0"
source = "sparse+https://crates.example.org/"
"#,
            expect![[r#"
                pkg:cargo/a@0.1.0?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fa.git%400123456789abcdef declared :2
                pkg:cargo/b@0.2.0?repository_url=https:%2F%2Fcrates.example.org%2Findex declared :6
                pkg:cargo/c@0.3.0?repository_url=https:%2F%2Fcrates.example.org%2F declared :10"#]],
        );
    }

    #[test]
    fn format_one_has_a_root_and_qualified_dependencies() {
        check(
            r#"[root]
name = "app"
version = "0.1.0"
dependencies = ["libc 0.2.9 (registry+https://github.com/rust-lang/crates.io-index)"]

[[package]]
name = "libc"
version = "0.2.9"
source = "registry+https://github.com/rust-lang/crates.io-index"

[metadata]
"checksum libc 0.2.9 (registry+https://github.com/rust-lang/crates.io-index)" = "ab"
"#,
            expect!["pkg:cargo/libc@0.2.9 declared chosen=Purpose :6"],
        );
    }

    #[test]
    fn an_unused_patch_and_a_replaced_package_are_not_built() {
        check(
            r#"
[[package]]
name = "foo"
version = "0.1.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
replace = "foo 0.1.0 (git+https://example.org/foo#abc)"
[[package]]
name = "foo"
version = "0.1.0"
source = "git+https://example.org/foo#abc"
[[patch.unused]]
name = "bar"
version = "9.0.0"
"#,
            expect!["pkg:cargo/foo@0.1.0?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Ffoo%40abc declared :7"],
        );
    }

    #[test]
    fn a_damaged_package_does_not_hide_the_others() {
        check(
            "[[package]]\r\nname = \"a\"\r\nversion = 1\r\nsource = \"registry+x\"\r\n[[package]]\r\nname = \"b\"\r\nversion = \"1.0.0\"\r\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\r\n",
            expect![[r#"
                pkg:cargo/b@1.0.0 declared :5
                ! Cargo.lock:1:1: UP002: package without a name or a version"#]],
        );
        check(
            "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n[[package]]\nname = \"b",
            expect![[r#"
                pkg:cargo/a@1.0.0 declared :1
                ! Cargo.lock:6:1: UP002: not a valid lock file: invalid basic string, expected `"`
                ! Cargo.lock:5:1: UP002: package without a name or a version"#]],
        );
    }

    #[test]
    fn absurd_types_are_problems() {
        check("package = 3\n", expect!["! Cargo.lock:1:1: UP002: `package` is not a list of tables"]);
        check(
            "package = [1, \"x\"]\nversion = \"four\"\n",
            expect![[r#"
            ! Cargo.lock:1:1: UP002: package without a name or a version
            ! Cargo.lock:1:1: UP002: package without a name or a version"#]],
        );
    }
}
