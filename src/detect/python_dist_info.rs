//! Reads `*.dist-info/METADATA` of installed Python packages
//! (<https://packaging.python.org/specifications/recording-installed-packages/>).
//!
//! Packages that another one carries along in a `_vendor` folder are embedded in it. Whether somebody asked for a package
//! is known only when its installer left a `REQUESTED` mark; installers before pip 20.2 left none, so that its absence says
//! nothing.

use crate::model::{Chosen, Evidence};

use super::{Claim, Detector, FileFacts, Findings, Opened, python_metadata};

const ID: &str = "python-dist-info";

/// Installed Python packages in the wheel layout.
pub(super) struct PythonDistInfo;

impl Detector for PythonDistInfo {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("METADATA")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.folder(0).ends_with(".dist-info")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let evidence = if is_vendored(&file.facts()) { Evidence::Embedded } else { Evidence::Installed };
        let Some(mut component) = python_metadata::component(file, evidence, ID, out) else { return };
        if file.sibling("REQUESTED").reader().is_ok() {
            component.chosen = Chosen::Purpose;
        }
        out.component(component);
    }
}

/// Whether the folder of the metadata's folder is the place where a package keeps copies of others.
fn is_vendored(facts: &FileFacts<'_>) -> bool {
    matches!(facts.folder(1), "_vendor" | "vendor" | "_vendored" | "vendored" | "extern")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::testing::found;
    use super::*;

    const PATH: &str = "lib/python3.11/site-packages/typing_extensions-4.8.0.dist-info/METADATA";

    #[test]
    fn headers_give_name_version_license_and_funding() {
        let text = "Metadata-Version: 2.4\r\nName: Typing_Extensions\r\nVersion: 4.8.0\r\nLicense-Expression: MIT\r\nLicense: other\r\n\
            Project-URL: Fun-ding, https://fund/a\r\nProject-URL: Home, https://home\r\nRequires-Dist: x\r\n\r\nName: not-this\r\n";
        expect!["pkg:pypi/typing-extensions@4.8.0 installed license=MIT fund=https://fund/a"]
            .assert_eq(&found(&PythonDistInfo, &[(PATH, text.as_bytes())]));
    }

    #[test]
    fn a_requested_mark_says_it_was_chosen_and_a_vendored_copy_is_embedded() {
        let text = b"Name: a\nVersion: 1.0\n";
        let requested = "lib/python3.11/site-packages/typing_extensions-4.8.0.dist-info/REQUESTED";
        expect!["pkg:pypi/a@1.0 installed chosen=Purpose"].assert_eq(&found(&PythonDistInfo, &[(PATH, text), (requested, b"")]));
        expect!["pkg:pypi/a@1.0 embedded"]
            .assert_eq(&found(&PythonDistInfo, &[("setuptools/_vendor/a-1.0.dist-info/METADATA", text)]));
    }

    #[test]
    fn a_licence_text_is_no_name_and_classifiers_help_out() {
        let text = "Name: a.b\nVersion: 1!2.0+local\nLicense: Copyright\n  All rights\n  reserved\n\
            Classifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: MIT License\n";
        expect!["pkg:pypi/a.b@1%212.0%2Blocal installed license=MIT License"]
            .assert_eq(&found(&PythonDistInfo, &[(PATH, text.as_bytes())]));
    }

    #[test]
    fn latin_1_in_a_header_does_no_harm_and_missing_fields_are_a_problem() {
        expect!["pkg:pypi/a@1 installed"]
            .assert_eq(&found(&PythonDistInfo, &[(PATH, b"Author: Andr\xE9\nName: a\nVersion: 1\n")]));
        for text in [&b""[..], b"Name: a\n", b"Name: \nVersion: 1\n", b"\x00\x01\x02"] {
            let problem = format!("! {PATH}: UP002: metadata without name and version");
            assert_eq!(found(&PythonDistInfo, &[(PATH, text)]), problem);
        }
    }
}
