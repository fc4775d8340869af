//! Bills of materials that lie in a folder: each declares what it lists. The name only says that a file is asked for; the content
//! says what it is. What a bill is about is left out, except beside Bitnami's software, which nothing else tells.

use crate::model::Evidence;
use crate::problem::Code;

use super::super::{Claim, Detector, FileFacts, Findings, Opened};
use super::read::{LIMIT, NoBill, read};

/// `CycloneDX` (<https://cyclonedx.org/specification/overview/>), JSON or XML.
pub(in super::super) struct CycloneDx;

/// SPDX 2 (<https://spdx.github.io/spdx-spec/v2.3/>), JSON or tag-value.
pub(in super::super) struct Spdx;

/// Syft's own JSON (<https://github.com/anchore/syft/tree/main/schema/json>).
pub(in super::super) struct SyftJson;

impl Detector for CycloneDx {
    fn id(&self) -> &'static str {
        "cyclonedx"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".json"), Claim::Suffix(".xml"), Claim::Suffix(".cdx")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        ends(facts, &[".cdx.json", ".cdx.xml", ".cdx"]) || is_generic(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        detect(file, out);
    }
}

impl Detector for Spdx {
    fn id(&self) -> &'static str {
        "spdx"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".json"), Claim::Suffix(".spdx")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        ends(facts, &[".spdx.json", ".spdx"])
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        detect(file, out);
    }
}

impl Detector for SyftJson {
    fn id(&self) -> &'static str {
        "syft-json"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".json")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        ends(facts, &[".syft.json"])
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        detect(file, out);
    }
}

fn ends(facts: &FileFacts<'_>, suffixes: &[&str]) -> bool {
    suffixes.iter().any(|suffix| facts.name().ends_with(suffix))
}

/// `bom.json`, `app.sbom.json`, `dependency-bom.xml`: often a bill of materials, sometimes something else, which is no fault.
fn is_generic(facts: &FileFacts<'_>) -> bool {
    let (json, xml) = ("bom.json", "bom.xml");
    ends(facts, &[json, xml])
}

fn detect(file: &Opened<'_>, out: &mut Findings) {
    let Some(bytes) = out.noted(file.bytes_up_to(LIMIT)) else { return };
    let facts = file.facts();
    match read(bytes, &file.shown()) {
        Ok(mut bill) => {
            let evidence = evidence(&facts);
            let subject = bill.take_subject().filter(|_| evidence == Evidence::Installed);
            let (components, problems) = bill.declared();
            for mut component in subject.into_iter().chain(components) {
                (component.evidence, component.declared) = (evidence, evidence == Evidence::Declared);
                out.component(component);
            }
            out.problems.extend(problems);
        }
        Err(NoBill::Unsupported(text)) => out.problem(Code::Unsupported, file, text),
        Err(_) if is_generic(&facts) => {}
        Err(NoBill::Broken { code, line, text }) => out.problem_at(code, file, line, text),
        Err(NoBill::Other) => out.problem(Code::Malformed, file, "no bill of materials: neither CycloneDX, SPDX nor Syft's JSON"),
    }
}

/// How sure it is that what a bill lists is there: the place can say more than a declaration.
fn evidence(facts: &FileFacts<'_>) -> Evidence {
    // `/opt/bitnami/redis/.spdx-redis.spdx`: written where the software that it describes is installed.
    if facts.name().starts_with(".spdx-") && facts.path().iter().any(|part| part == "bitnami") {
        Evidence::Installed
    // `numpy-2.3.0.dist-info/sboms/auditwheel.cdx.json` (PEP 770): what was copied into the wheel.
    } else if facts.folder(0) == "sboms" && facts.folder(1).ends_with(".dist-info") {
        Evidence::Embedded
    } else {
        Evidence::Declared
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::found;
    use super::*;
    use expect_test::expect;
    use std::path::Path;

    const CYCLONEDX: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.5",
"metadata": {"component": {"bom-ref": "r", "type": "application", "name": "shop", "version": "1.0", "purl": "pkg:npm/shop@1.0"}},
"components": [
 {"type": "library", "name": "left-pad", "version": "1.3.0", "purl": "pkg:npm/left-pad@1.3.0", "licenses": [{"license": {"id": "WTFPL"}}],
  "components": [{"type": "library", "name": "inner", "version": "2", "purl": "pkg:npm/inner@2"}]},
 {"type": "library", "group": "acme", "name": "widget", "version": "4.2", "scope": "optional"},
 {"type": "library", "name": "mocha", "purl": "pkg:npm/mocha", "version": "^10", "scope": "excluded"},
 {"type": "library", "name": "bad", "version": "1", "purl": "npm/bad?vcs_url=https://me:secret@code.example"},
 {"type": "application", "name": "shop", "version": "1.0", "purl": "pkg:npm/shop@1.0"},
 {"type": "operating-system", "name": "debian", "version": "12"},
 {"type": "file", "name": "/etc/passwd"}, {"type": "device", "name": "board", "version": "1"},
 {"type": "file", "name": "x.jar", "purl": "pkg:maven/g/x@3"},
 {"type": "library"}
]}"#;

    const SPDX: &str = r#"{"spdxVersion": "SPDX-2.3", "name": "shop", "packages": [
 {"SPDXID": "SPDXRef-root", "name": "shop", "versionInfo": "1.0"},
 {"SPDXID": "SPDXRef-lock", "name": "package-lock.json"},
 {"SPDXID": "SPDXRef-a", "name": "left-pad", "versionInfo": "1.3.0", "licenseDeclared": "LicenseRef-1",
  "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/left-pad@1.3.0"}]},
 {"SPDXID": "SPDXRef-b", "name": "widget", "versionInfo": "4.2", "licenseConcluded": "MIT", "licenseDeclared": "NOASSERTION"},
 {"SPDXID": "SPDXRef-f", "name": "x.so", "primaryPackagePurpose": "FILE"}
], "hasExtractedLicensingInfos": [{"licenseId": "LicenseRef-1", "extractedText": "do what you want"}],
"relationships": [
 {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-root"},
 {"spdxElementId": "SPDXRef-lock", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-a"},
 {"spdxElementId": "SPDXRef-b", "relationshipType": "DEV_DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-root"}
]}"#;

    fn wanted(path: &str) -> Vec<&'static str> {
        let facts = FileFacts::new(Path::new(path));
        let all: [&dyn Detector; 3] = [&CycloneDx, &Spdx, &SyftJson];
        all.into_iter().filter(|detector| detector.wants(&facts)).map(Detector::id).collect()
    }

    #[test]
    fn one_detector_asks_for_each_usual_name_and_none_for_others() {
        for (path, ids) in [
            ("bom.json", &["cyclonedx"][..]),
            ("target/app.cdx.json", &["cyclonedx"]),
            ("app.cdx.xml", &["cyclonedx"]),
            ("target/bom.xml", &["cyclonedx"]),
            ("sbom.json", &["cyclonedx"]),
            ("x.spdx.json", &["spdx"]),
            ("opt/bitnami/redis/.spdx-redis.spdx", &["spdx"]),
            ("host.syft.json", &["syft-json"]),
            ("package.json", &[]),
            ("pom.xml", &[]),
        ] {
            assert_eq!(wanted(path), ids, "{path}");
        }
    }

    #[test]
    fn a_cyclonedx_file_declares_its_components_and_not_its_subject_files_or_system() {
        expect![[r#"
            pkg:generic/acme/widget@4.2 declared Optional :6
            pkg:generic/bad@1 declared :8
            pkg:maven/g/x@3 declared :12
            pkg:npm/inner@2 declared :5
            pkg:npm/left-pad@1.3.0 declared license=WTFPL :4
            pkg:npm/mocha declared Development :7
            ! bom.json:8:1: UP002: `npm/bad` is not a package URL: missing scheme; kept by its name and version
            ! bom.json:13:1: UP002: an entry has neither a name nor a package URL and is left out"#]]
        .assert_eq(&found(&CycloneDx, &[("bom.json", CYCLONEDX.as_bytes())]));
    }

    #[test]
    fn an_spdx_file_declares_its_packages_and_not_its_subject_holders_or_files() {
        expect![[r#"
            pkg:generic/widget@4.2 declared Development concluded=MIT :6
            pkg:npm/left-pad@1.3.0 declared license=do what you want :4"#]]
        .assert_eq(&found(&Spdx, &[("x.spdx.json", SPDX.as_bytes())]));
    }

    #[test]
    fn what_bitnami_describes_is_installed_beside_it() {
        expect![[r#"
            pkg:generic/shop@1.0 installed :2
            pkg:generic/widget@4.2 installed Development concluded=MIT :6
            pkg:npm/left-pad@1.3.0 installed license=do what you want :4"#]]
        .assert_eq(&found(&Spdx, &[("opt/bitnami/shop/.spdx-shop.spdx", SPDX.as_bytes())]));
    }

    #[test]
    fn what_a_wheel_says_was_copied_into_it_is_embedded() {
        let text = found(&CycloneDx, &[("x-1.dist-info/sboms/auditwheel.cdx.json", CYCLONEDX.as_bytes())]);
        assert!(text.contains("pkg:npm/inner@2 embedded") && !text.contains("declared"), "{text}");
    }

    #[test]
    fn a_file_that_ends_early_keeps_whole_entries_only() {
        let cut = CYCLONEDX.find("\"widget\"").map(|at| &CYCLONEDX.as_bytes()[..at + 30]).expect("the widget");
        expect![[r#"
            pkg:npm/inner@2 declared :5
            pkg:npm/left-pad@1.3.0 declared license=WTFPL :4
            ! bom.json:6:1: UP003: not JSON: EOF while parsing a string; what stands before is kept; have the tool that wrote the file write it again"#]]
        .assert_eq(&found(&CycloneDx, &[("bom.json", cut)]));
    }

    #[test]
    fn another_document_is_a_fault_only_under_a_name_that_promises_a_bill() {
        for (path, text, expected) in [
            ("bom.json", "{\"parts\": []}", ""),
            ("bom.xml", "<project/>", ""),
            ("x.cdx.json", "", "! x.cdx.json: UP002: no bill of materials: neither CycloneDX, SPDX nor Syft's JSON"),
            (
                "x.cdx.json",
                "{\"parts\": []}",
                "! x.cdx.json: UP002: no bill of materials: neither CycloneDX, SPDX nor Syft's JSON",
            ),
            ("x.cdx.json", "{\"parts\": ", "! x.cdx.json:1:1: UP003: not JSON: EOF while parsing a value"),
        ] {
            assert_eq!(found(&CycloneDx, &[(path, text.as_bytes())]), expected, "{path} {text}");
        }
    }

    #[test]
    fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
        let windows = format!("\u{feff}{}", CYCLONEDX.replace('\n', "\r\n"));
        let plain = found(&CycloneDx, &[("bom.json", CYCLONEDX.as_bytes())]);
        assert_eq!(found(&CycloneDx, &[("bom.json", windows.as_bytes())]), plain);
    }

    #[test]
    fn a_syft_file_declares_its_artifacts() {
        let text = r#"{"artifacts": [{"name": "six", "version": "1.17.0", "type": "python", "purl": "pkg:pypi/six@1.17.0",
            "licenses": [{"value": "MIT License", "spdxExpression": "MIT"}]}], "descriptor": {"name": "syft"}}"#;
        assert_eq!(found(&SyftJson, &[("x.syft.json", text.as_bytes())]), "pkg:pypi/six@1.17.0 declared license=MIT :1");
    }
}
