//! Reads Gradle's version catalogs (<https://docs.gradle.org/current/userguide/version_catalogs.html>): `libs.versions.toml` and others of
//! that ending. A plug-in is the artefact that marks it in a repository, `<id>:<id>.gradle.plugin`.
//!
//! A rich version counts if it names one version and not a range: what it asks for strictly, else at least, else by preference. A
//! catalog says what a build may use, not that it does. Entries without a version are left out where a lock file lies beside the build.

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::{Claim, Detector, FileFacts, Findings, Opened, toml_document};

const ID: &str = "gradle-catalog";

/// The version catalog of a Gradle build.
pub(super) struct GradleCatalog;

impl Detector for GradleCatalog {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".toml")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name().ends_with(".versions.toml")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(catalog) = document::read(file, out, toml_document::parse) else { return };
        let catalog = Catalog { versions: catalog.get("versions"), root: &catalog };
        let locked = ["gradle.lockfile", "../gradle.lockfile"].iter().any(|lock| file.sibling(lock).exists());
        for (table, is_plugin) in [("libraries", false), ("plugins", true)] {
            for (alias, entry) in document::map_at(catalog.root, table, file, out) {
                let Some((group, artifact)) = module(entry, is_plugin) else {
                    out.problem_at(Code::Malformed, file, entry.line, format!("`{alias}` names no module"));
                    continue;
                };
                let version = catalog.version(entry);
                if locked && version.is_none() {
                    continue;
                }
                let purl = Purl::new("maven", &artifact).with_namespace(&group).with_version(&version.unwrap_or_default());
                let place = Location::line(file.shown(), entry.line);
                let mut component = Component::new(purl, Evidence::Declared, ID, place);
                component.origin = Origin::Registry;
                component.group = if is_plugin { Group::Development } else { Group::Main };
                out.component(component);
            }
        }
    }
}

/// Group and artefact of an entry: `"g:a:1"`, `{ module = "g:a" }`, `{ group = "g", name = "a" }`, `"id:1"`, `{ id = "id" }`.
fn module(entry: &Node, is_plugin: bool) -> Option<(String, String)> {
    let marker = |id: &str| (id.to_owned(), format!("{id}.gradle.plugin"));
    let text = entry.as_text();
    let (group, artifact) = if is_plugin {
        marker(text.and_then(|text| text.split(':').next()).or_else(|| entry.text("id"))?)
    } else if let (Some(group), Some(name)) = (entry.text("group"), entry.text("name")) {
        (group.to_owned(), name.to_owned())
    } else {
        let mut parts = text.or_else(|| entry.text("module"))?.split(':');
        (parts.next()?.to_owned(), parts.next()?.to_owned())
    };
    let is_name = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    (is_name(&group) && is_name(&artifact)).then_some((group, artifact))
}

struct Catalog<'n> {
    root: &'n Node,
    versions: Option<&'n Node>,
}

impl Catalog<'_> {
    /// The one version of an entry.
    fn version(&self, entry: &Node) -> Option<String> {
        let written = match entry.as_text() {
            Some(text) => return text.rsplit_once(':').and_then(|(_, version)| pinned(version)).filter(|_| is_long(text)),
            None => entry.get("version")?,
        };
        // A reference, `version.ref`, has only to be followed once: what it leads to is a version.
        match written.text("ref") {
            Some(name) => rich(self.versions?.get(name)?),
            None => rich(written),
        }
    }
}

/// Whether a short notation has a version: two colons for a library, one for a plug-in, whose id has dots.
fn is_long(text: &str) -> bool {
    text.matches(':').count() == 2 || text.matches(':').count() == 1 && text.split(':').next().is_some_and(|id| id.contains('.'))
}

/// The one version of a text or of a table with `strictly`, `require` and `prefer`.
fn rich(version: &Node) -> Option<String> {
    match &version.value {
        Value::Text(text) => pinned(text),
        Value::Map(_) => ["strictly", "require", "prefer"].into_iter().find_map(|key| pinned(version.text(key)?)),
        _ => None,
    }
}

/// The version, unless it is a range, a prefix or a status: `[1.0, 2.0)`, `1.+`, `latest.release`.
pub(super) fn pinned(version: &str) -> Option<String> {
    // `1.0!!` is the short form of a strict version; after `!!` a preferred one may stand.
    let (version, preferred) = version.split_once("!!").unwrap_or((version, ""));
    let one = |text: &str| {
        let text = text.trim();
        let open = text.is_empty() || text.contains(['[', ']', '(', ')', ',', '+']) || text.starts_with("latest.");
        (!open).then(|| text.to_owned())
    };
    one(version).or_else(|| one(preferred))
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const CATALOG: &[u8] = b"[versions]\nkotlin = \"1.9.22\"\nguava = { strictly = \"[31,32[\", prefer = \"31.1-jre\" }\nany = \"1.+\"\n\n\
        [libraries]\nstdlib = { module = \"org.jetbrains.kotlin:kotlin-stdlib\", version.ref = \"kotlin\" }\n\
        guava = { group = \"com.google.guava\", name = \"guava\", version.ref = \"guava\" }\n\
        junit = \"junit:junit:4.13.2\"\nstarter = { module = \"org.springframework.boot:spring-boot-starter\" }\n\
        ranged = { module = \"g:ranged\", version = \"[1.0,2.0)\" }\nmajor = { module = \"g:major\", version.ref = \"any\" }\n\
        strict = { module = \"g:strict\", version = \"1.7.15!!\" }\nlost = { module = \"g:lost\", version.ref = \"nowhere\" }\n\
        rich = { module = \"g:rich\", version = { require = \"2.0\", reject = [\"2.1\"] } }\n\n\
        [bundles]\nall = [\"guava\", \"junit\"]\n\n\
        [plugins]\nkotlin = { id = \"org.jetbrains.kotlin.jvm\", version.ref = \"kotlin\" }\nversions = \"com.github.ben-manes.versions:0.45.0\"\n\
        own = { id = \"acme.conventions\" }\n";

    #[test]
    fn references_and_rich_versions_are_followed_and_ranges_are_no_versions() {
        expect![[r"
            pkg:maven/acme.conventions/acme.conventions.gradle.plugin declared Development :23
            pkg:maven/com.github.ben-manes.versions/com.github.ben-manes.versions.gradle.plugin@0.45.0 declared Development :22
            pkg:maven/com.google.guava/guava@31.1-jre declared :8
            pkg:maven/g/lost declared :14
            pkg:maven/g/major declared :12
            pkg:maven/g/ranged declared :11
            pkg:maven/g/rich@2.0 declared :15
            pkg:maven/g/strict@1.7.15 declared :13
            pkg:maven/junit/junit@4.13.2 declared :9
            pkg:maven/org.jetbrains.kotlin.jvm/org.jetbrains.kotlin.jvm.gradle.plugin@1.9.22 declared Development :21
            pkg:maven/org.jetbrains.kotlin/kotlin-stdlib@1.9.22 declared :7
            pkg:maven/org.springframework.boot/spring-boot-starter declared :10"]]
        .assert_eq(&found(&GradleCatalog, &[("gradle/libs.versions.toml", CATALOG)]));
    }

    #[test]
    fn a_lock_file_tells_the_versions_that_are_left_out_here() {
        let catalog = b"[libraries]\na = \"g:a:1\"\nb = { module = \"g:b\" }\n";
        expect!["pkg:maven/g/a@1 declared :2"]
            .assert_eq(&found(&GradleCatalog, &[("gradle/libs.versions.toml", catalog), ("gradle.lockfile", b"empty=")]));
    }

    #[test]
    fn what_is_no_catalog_is_a_problem_and_an_empty_one_is_nothing() {
        expect![[r"
            pkg:maven/g/b@1 declared :3
            ! libs.versions.toml:2:1: UP002: `a` names no module"]]
        .assert_eq(&found(&GradleCatalog, &[("libs.versions.toml", b"[libraries]\r\na = \"just words\"\r\nb = \"g:b:1\"\r\n")]));
        assert!(found(&GradleCatalog, &[("libs.versions.toml", b"[libraries\n")]).starts_with("! libs.versions.toml:1:1: UP002"));
        expect![""].assert_eq(&found(&GradleCatalog, &[("libs.versions.toml", b"")]));
        let wants = |path: &str| GradleCatalog.wants(&FileFacts::new(std::path::Path::new(path)));
        assert!(wants("gradle/test.versions.toml") && !wants("versions.toml"));
    }
}
