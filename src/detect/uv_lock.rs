//! Reads uv.lock and the `.py.lock` of scripts (<https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile>).
//!
//! Packages whose source is `editable`, `virtual` or a directory are the organisation's own code and no components; what
//! they ask for was chosen, and their lists say for what. Markers are not evaluated: a package for another platform is
//! there too.

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::npm::without_secret;
use super::python_metadata::is_name;
use super::python_requirement::archive;
use super::reach::{Edge, Index, Uses};
use super::{Claim, Detector, FileFacts, Findings, Opened, toml_document};

const ID: &str = "uv-lock";

/// The lock file of uv.
pub(super) struct UvLock;

impl Detector for UvLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".lock")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name() == "uv.lock" || facts.name().ends_with(".py.lock")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(lock) = document::read(file, out, toml_document::parse) else { return };
        let packages = document::list_at(&lock, "package", file, out);
        if lock.get("version").is_none() && lock.get("package").is_none() && out.problems.is_empty() {
            out.problem_at(Code::Malformed, file, 1, "neither `version` nor `package`: no uv lock file");
        }
        let uses = uses(packages, &lock);
        for (index, package) in packages.iter().enumerate() {
            let Some(mut component) = component(package, file, out) else { continue };
            component.chosen = uses.chosen(index);
            component.group = uses.group(index).unwrap_or_default();
            out.component(component);
        }
    }
}

/// Whether the package is the organisation's own code.
fn is_own(package: &Node) -> bool {
    let source = package.get("source").map_or(&[][..], Node::entries);
    source.iter().any(|(kind, place)| match kind.as_str() {
        "editable" | "virtual" | "directory" => true,
        "path" => place.as_text().is_some_and(|path| archive(path.rsplit('/').next().unwrap_or(path)).0.is_none()),
        _ => false,
    })
}

fn component(package: &Node, file: &Opened<'_>, out: &mut Findings) -> Option<Component> {
    if is_own(package) {
        return None;
    }
    let Some(name) = package.text("name").filter(|name| is_name(name)) else {
        out.problem_at(Code::Malformed, file, package.line, "a package without a valid name");
        return None;
    };
    let mut purl = Purl::new("pypi", name).with_version(package.text("version").unwrap_or_default());
    let source = package.get("source");
    if let Some(address) = source.and_then(|source| source.text("git")) {
        purl = purl.with_qualifier("vcs_url", &git_address(address));
    }
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), package.line));
    if source.is_some_and(|source| source.text("registry").is_some()) {
        component.origin = Origin::Registry;
    }
    Some(component)
}

/// `https://host/repository?rev=asked#commit` as a purl writes it.
fn git_address(address: &str) -> String {
    let (place, commit) = address.split_once('#').unwrap_or((address, ""));
    let place = without_secret(place.split('?').next().unwrap_or(place));
    if commit.is_empty() { format!("git+{place}") } else { format!("git+{place}@{commit}") }
}

/// For what each package is needed, and whether own code asks for it directly.
fn uses(packages: &[Node], lock: &Node) -> Uses {
    let mut by_name = Index::default();
    for (index, package) in packages.iter().enumerate() {
        by_name.add(package.text("name").unwrap_or_default(), index);
    }
    let needs = |list: &[Node], group: Group| {
        let ends = list.iter().flat_map(|need| {
            // A need names a version only if the lock holds several.
            let version = need.text("version");
            let fits = move |index: &&usize| {
                version.is_none() || packages.get(**index).is_some_and(|package| package.text("version") == version)
            };
            by_name.get(need.text("name").unwrap_or_default()).iter().filter(fits)
        });
        ends.map(|index| (*index, group)).collect::<Vec<Edge>>()
    };
    let edges: Vec<Vec<Edge>> =
        packages.iter().map(|package| lists(package).flat_map(|(list, group)| needs(list, group)).collect()).collect();
    let mut roots: Vec<Edge> = Vec::new();
    for (package, edges) in packages.iter().zip(&edges) {
        if is_own(package) {
            roots.extend(edges);
        }
    }
    // What a script asks for, and a workspace whose root is no package.
    if let Some(manifest) = lock.get("manifest") {
        roots.extend(needs(manifest.get("requirements").map_or(&[][..], Node::items), Group::Main));
        for (_, list) in manifest.get("dependency-groups").map_or(&[][..], Node::entries) {
            roots.extend(needs(list.items(), Group::Development));
        }
    }
    Uses::new(&edges, &roots)
}

/// What a package needs, by its lists; those for extras and for development are maps of lists. Somebody else's package
/// is locked with only those extras that are asked for, hence they are as needed as the package.
fn lists(package: &Node) -> impl Iterator<Item = (&[Node], Group)> {
    let of = |key: &str| package.get(key);
    let main = of("dependencies").map(|list| (list.items(), Group::Main));
    let extras = if is_own(package) { Group::Optional } else { Group::Main };
    let maps = [("optional-dependencies", extras), ("dev-dependencies", Group::Development)];
    let other = maps
        .into_iter()
        .flat_map(move |(key, group)| of(key).map_or(&[][..], Node::entries).iter().map(move |(_, list)| (list.items(), group)));
    main.into_iter().chain(other)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&UvLock, &[("uv.lock", text.as_bytes())]));
    }

    #[test]
    fn own_code_stays_out_and_says_what_was_asked_for_and_why() {
        check(
            r#"version = 1
requires-python = ">=3.12"

[[package]]
name = "a"
version = "1.0"
source = { registry = "https://index/simple" }
dependencies = [{ name = "b" }]

[package.optional-dependencies]
x = [{ name = "e" }]

[[package]]
name = "b"
version = "2.0"
source = { registry = "https://index/simple" }

[[package]]
name = "c"
version = "3.0"
source = { git = "https://t@github.com/u/c?rev=main#abc" }

[[package]]
name = "d"
version = "4.0"
source = { path = "wheels/d-4.0-py3-none-any.whl" }

[[package]]
name = "e"
version = "5.0"
source = { registry = "https://index/simple" }

[[package]]
name = "own"
version = "0.1.0"
source = { editable = "." }
dependencies = [{ name = "a", extra = ["x"] }]

[package.optional-dependencies]
y = [{ name = "c" }]

[package.dev-dependencies]
dev = [{ name = "d" }, { name = "b" }]

[[package]]
name = "member"
source = { virtual = "member" }
"#,
            &expect![[r"
                pkg:pypi/a@1.0 declared chosen=Purpose :4
                pkg:pypi/b@2.0 declared chosen=Purpose :13
                pkg:pypi/c@3.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Fc%40abc declared Optional chosen=Purpose :18
                pkg:pypi/d@4.0 declared Development chosen=Purpose :23
                pkg:pypi/e@5.0 declared chosen=Dependency :28"]],
        );
    }

    #[test]
    fn several_versions_of_a_package_are_told_apart() {
        check(
            r#"version = 1
[[package]]
name = "a"
version = "1.0"
source = { registry = "r" }
[[package]]
name = "a"
version = "2.0"
source = { registry = "r" }
[[package]]
name = "b"
version = "3.0"
source = { registry = "r" }
[manifest]
requirements = [{ name = "a", version = "2.0" }]
[manifest.dependency-groups]
dev = [{ name = "b", specifier = ">=3" }]
"#,
            &expect![[r"
                pkg:pypi/a@1.0 declared chosen=Dependency :2
                pkg:pypi/a@2.0 declared chosen=Purpose :6
                pkg:pypi/b@3.0 declared Development chosen=Purpose :10"]],
        );
    }

    #[test]
    fn faults_have_a_line_and_leave_the_rest() {
        check(
            "version = 1\n[[package]]\nname = \"a\"\nversion = 1\n[[package]]\nname = 3\n[[package]]\nname = \"b\"\nversion = = 2\n",
            &expect![[r"
                pkg:pypi/a declared :2
                ! uv.lock:9:1: UP002: not TOML: extra `=`, expected nothing
                ! uv.lock:5:1: UP002: a package without a valid name"]],
        );
        check("package = 1\n", &expect!["! uv.lock:1:1: UP002: `package` should be a list, but is a number"]);
        check("", &expect!["! uv.lock:1:1: UP002: neither `version` nor `package`: no uv lock file"]);
        check("version = 1\n", &expect![""]);
    }
}
