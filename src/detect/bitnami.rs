//! Reads what Bitnami puts into its images: the bill of materials of each component, `opt/bitnami/<name>/.spdx-<name>.spdx`
//! (SPDX 2 in JSON, <https://spdx.github.io/spdx-spec/v2.3/>), and `opt/bitnami/.bitnami_components.json`, which names the
//! components of images without one (<https://github.com/bitnami/containers>).
//!
//! Packages of a bill of materials count as its purls name them; one without a purl is left out.

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::{Claim, Detector, FileFacts, Findings, Opened, json};

const ID: &str = "bitnami";
const COMPONENTS: &str = ".bitnami_components.json";

/// Components of Bitnami.
pub(super) struct Bitnami;

impl Detector for Bitnami {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name(COMPONENTS), Claim::Suffix(".spdx")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name() == COMPONENTS || facts.name().starts_with(".spdx-")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(document) = document::read(file, out, json::parse) else { return };
        if file.facts().name() == COMPONENTS { listed(&document, file, out) } else { billed(&document, file, out) }
    }
}

/// The components of an image, unless a bill of materials says more of them.
fn listed(document: &Node, file: &Opened<'_>, out: &mut Findings) {
    for (name, entry) in document.entries() {
        if file.sibling(&format!("{name}/.spdx-{name}.spdx")).exists() {
            continue;
        }
        let Some(version) = entry.text("version") else {
            if matches!(entry.value, Value::Map(_)) {
                out.problem_at(Code::Malformed, file, entry.line, format!("`{name}` has no version"));
            }
            continue;
        };
        let purl = Purl::new("bitnami", &name.to_lowercase())
            .with_version(version)
            .with_qualifier("arch", entry.text("arch").unwrap_or_default())
            .with_qualifier("distro", entry.text("distro").unwrap_or_default());
        let mut component = Component::new(purl, Evidence::Installed, ID, Location::line(file.shown(), entry.line));
        component.origin = Origin::Vendor("Bitnami".to_owned());
        out.component(component);
    }
}

/// The packages of a bill of materials.
fn billed(document: &Node, file: &Opened<'_>, out: &mut Findings) {
    if document.get("spdxVersion").is_none() && out.problems.is_empty() {
        return out.problem_at(Code::Malformed, file, 1, "no `spdxVersion`: no bill of materials in SPDX");
    }
    for package in document::list_at(document, "packages", file, out) {
        let references = package.get("externalRefs").map_or(&[][..], Node::items);
        let stated = references.iter().filter(|reference| reference.text("referenceType") == Some("purl"));
        for locator in stated.filter_map(|reference| reference.text("referenceLocator")) {
            let purl = match locator.parse::<Purl>() {
                Ok(purl) => purl,
                Err(error) => {
                    out.problem_at(Code::Malformed, file, package.first_line(), error.to_string());
                    continue;
                }
            };
            let main = purl.kind() == "bitnami";
            let mut component = Component::new(purl, Evidence::Installed, ID, Location::line(file.shown(), package.first_line()));
            component.license = license(package);
            component.origin = if main { Origin::Vendor("Bitnami".to_owned()) } else { Origin::Unknown };
            out.component(component);
        }
    }
}

fn license(package: &Node) -> Option<String> {
    let stated = ["licenseConcluded", "licenseDeclared"].iter().filter_map(|key| package.text(key));
    let mut known = stated.filter(|license| !matches!(*license, "NOASSERTION" | "NONE"));
    known.next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const BILL: &str = "opt/bitnami/postgresql/.spdx-postgresql.spdx";

    #[test]
    fn a_bill_of_materials_names_packages_by_their_purls() {
        let text = br#"{"spdxVersion": "SPDX-2.3", "packages": [
  {"name": "postgresql", "versionInfo": "15.4.0-0", "licenseConcluded": "NOASSERTION", "licenseDeclared": "PostgreSQL", "externalRefs": [
    {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:x"},
    {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:bitnami/postgresql@15.4.0-0?arch=amd64&distro=debian-11"}]},
  {"name": "geos", "versionInfo": "3.8.3", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:bitnami/geos@3.8.3-0?arch=amd64"}]},
  {"name": "bad", "externalRefs": [{"referenceType": "purl", "referenceLocator": "geos"}]},
  {"name": "plain", "versionInfo": "1"}
]}"#;
        let found = found(&Bitnami, &[(BILL, text)]);
        expect![[r#"
            pkg:bitnami/geos@3.8.3-0?arch=amd64 installed origin=Vendor("Bitnami") :5
            pkg:bitnami/postgresql@15.4.0-0?arch=amd64&distro=debian-11 installed origin=Vendor("Bitnami") license=PostgreSQL :2"#]]
        .assert_eq(found.split("\n! ").next().unwrap_or_default());
        assert!(found.contains(":6:1: UP002: `geos` is not a package URL"), "{found}");
    }

    #[test]
    fn components_without_a_bill_are_listed() {
        let place = "opt/bitnami/.bitnami_components.json";
        let text = br#"{
  "postgresql": {"arch": "amd64", "distro": "debian-11", "type": "NAMI", "version": "15.4.0-0"},
  "java": {"arch": "amd64", "distro": "debian-11", "version": "17.0.8-7-5"},
  "broken": {}
}"#;
        expect![[r#"
            pkg:bitnami/java@17.0.8-7-5?arch=amd64&distro=debian-11 installed origin=Vendor("Bitnami") :3
            ! opt/bitnami/.bitnami_components.json:4:1: UP002: `broken` has no version"#]]
        .assert_eq(&found(&Bitnami, &[(place, text), (BILL, b"{}")]));
    }

    #[test]
    fn something_else_is_a_problem() {
        expect!["! opt/bitnami/postgresql/.spdx-postgresql.spdx:1:1: UP002: no `spdxVersion`: no bill of materials in SPDX"]
            .assert_eq(&found(&Bitnami, &[(BILL, b"{}")]));
        expect!["! opt/bitnami/postgresql/.spdx-postgresql.spdx:1:1: UP003: not JSON: EOF while parsing a value"]
            .assert_eq(&found(&Bitnami, &[(BILL, b"")]));
    }
}
