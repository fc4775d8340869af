//! Reads `*.dist-info/METADATA` of installed Python packages
//! (<https://packaging.python.org/specifications/recording-installed-packages/>).
//!
//! Packages that another one carries along in a `_vendor` folder are embedded in it. Whether somebody asked for a package
//! is known only when its installer left a `REQUESTED` mark; installers before pip 20.2 left none, so that its absence says
//! nothing. `direct_url.json` tells a package that came from version control, and one that is only linked to the folder in which
//! somebody works on it: the organisation's own code, which is no component. Folders that begin with `~` are what pip left of
//! a package when an installation broke off, and pip does not count them either.

use crate::model::{Chosen, Evidence, Origin};

use super::document::Node;
use super::npm::without_secret;
use super::{Claim, Detector, FileFacts, Findings, Opened, json, python_metadata};

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
        let folder = facts.folder(0);
        folder.ends_with(".dist-info") && !folder.starts_with('~') && !python_metadata::is_test_data(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let evidence = if is_vendored(&file.facts()) { Evidence::Embedded } else { Evidence::Installed };
        let from = file.sibling("direct_url.json");
        let from = from.text_if_there().map(|text| json::parse(text).0).unwrap_or_default();
        if from.get("dir_info").is_some_and(|folder| folder.is_true("editable")) {
            return;
        }
        let Some(mut component) = python_metadata::component(file, evidence, ID, out) else { return };
        if let Some(address) = vcs_address(&from) {
            component.purl = component.purl.with_qualifier("vcs_url", &address);
            component.origin = Origin::Unknown;
        }
        if file.sibling("REQUESTED").exists() {
            component.chosen = Chosen::Purpose;
        }
        out.component(component);
    }
}

/// The place and commit in version control that `direct_url.json` names
/// (<https://packaging.python.org/specifications/direct-url-data-structure/>).
fn vcs_address(from: &Node) -> Option<String> {
    let info = from.get("vcs_info")?;
    let (tool, commit) = (info.text("vcs")?, info.text("commit_id")?);
    Some(format!("{tool}+{}@{commit}", without_secret(from.text("url")?)))
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
    fn what_is_linked_to_a_working_folder_is_own_code_and_version_control_is_named() {
        let (text, beside) = (&b"Name: a\nVersion: 1.0\n"[..], PATH.replace("METADATA", "direct_url.json"));
        for (from, expected) in [
            (r#"{"url": "file:///src", "dir_info": {"editable": true}}"#, ""),
            (r#"{"url": "file:///home/conda/feedstock_root/build/work", "dir_info": {}}"#, "pkg:pypi/a@1.0 installed"),
            (r#"{"url": "https://h/a-1.0.tar.gz", "archive_info": {}}"#, "pkg:pypi/a@1.0 installed"),
            ("not JSON", "pkg:pypi/a@1.0 installed"),
            (
                r#"{"url": "https://u:secret@h/a.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}"#,
                "pkg:pypi/a@1.0?vcs_url=git%2Bhttps:%2F%2Fh%2Fa.git%40abc installed",
            ),
        ] {
            assert_eq!(found(&PythonDistInfo, &[(PATH, text), (&beside, from.as_bytes())]), expected, "{from}");
        }
        assert!(!PythonDistInfo.wants(&FileFacts::new(std::path::Path::new("site-packages/~ip-23.0.dist-info/METADATA"))));
    }

    #[test]
    fn a_licence_text_is_no_name_and_classifiers_help_out() {
        let text = "Name: a.b\nVersion: 1!2.0+local\nLicense: Copyright\n  All rights\n  reserved\n\
            Classifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: MIT License\n";
        expect!["pkg:pypi/a.b@1%212.0%2Blocal installed license=MIT License"]
            .assert_eq(&found(&PythonDistInfo, &[(PATH, text.as_bytes())]));
    }

    #[test]
    fn latin_1_in_a_header_does_no_harm_and_the_folder_says_what_a_field_does_not() {
        expect!["pkg:pypi/a@1 installed"]
            .assert_eq(&found(&PythonDistInfo, &[(PATH, b"Author: Andr\xE9\nName: a\nVersion: 1\n")]));
        for (text, expected) in [
            (&b""[..], "typing-extensions@4.8.0"),
            (b"Name: a\n\nVersion: 2\n", "a@4.8.0"),
            (b"Name: \nVersion: 1\n", "typing-extensions@1"),
            (b"\x00\x01\x02", "typing-extensions@4.8.0"),
        ] {
            assert_eq!(found(&PythonDistInfo, &[(PATH, text)]), format!("pkg:pypi/{expected} installed"));
        }
        let nameless = "site-packages/own.dist-info/METADATA";
        let problem = format!("! {nameless}: UP002: metadata without name and version");
        assert_eq!(found(&PythonDistInfo, &[(nameless, b"Name: a\n")]), problem);
    }
}
