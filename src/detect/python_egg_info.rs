//! Reads the metadata of Python packages in setuptools' older layouts
//! (<https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html>): `*.egg-info/PKG-INFO`, a single `*.egg-info`
//! file, and `EGG-INFO/PKG-INFO` of an unzipped egg.
//!
//! A `.egg-info` folder beside a project's own build files is the organisation's own code (a development install) and no
//! component, and so is what a `.egg-link` file leads to. Neither are the modules of the standard library, which Python 2 and
//! Debian describe by such files. A source distribution that nobody unpacked is a package, embedded. Zipped eggs are `python-archive`'s.

use crate::model::Evidence;

use super::python_project::is_in_distribution;
use super::{Claim, Detector, FileFacts, Findings, Opened, python_metadata};

const ID: &str = "python-egg-info";

/// Installed Python packages in setuptools' older layouts.
pub(super) struct PythonEggInfo;

impl Detector for PythonEggInfo {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("PKG-INFO"), Claim::Suffix(".egg-info")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        if python_metadata::is_test_data(facts) {
            return false;
        }
        match facts.name() {
            "PKG-INFO" => facts.folder(0).ends_with(".egg-info") || is_unzipped_egg(facts) || is_at_the_top(facts),
            _ => !is_standard_library(facts.folder(0)),
        }
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if file.facts().folder(0).ends_with(".egg-info") && is_own(file) {
            return;
        }
        let is_distribution = is_at_the_top(&file.facts()) && !is_unzipped_egg(&file.facts());
        if is_distribution && !is_in_distribution(file) {
            return;
        }
        let evidence = if is_distribution { Evidence::Embedded } else { Evidence::Installed };
        if let Some(component) = python_metadata::component(file, evidence, ID, out) {
            out.component(component);
        }
    }
}

fn is_unzipped_egg(facts: &FileFacts<'_>) -> bool {
    facts.folder(0) == "EGG-INFO" && facts.folder(1).rsplit_once('.').is_some_and(|(_, end)| end == "egg")
}

/// `six-1.16.0/PKG-INFO`, where source distributions have it.
fn is_at_the_top(facts: &FileFacts<'_>) -> bool {
    let folder = facts.folder(0);
    facts.path().components().count() == 2 && folder.contains('-') && !folder.ends_with(".egg-info")
}

/// `python3.11` or its `lib-dynload`: installers write to `site-packages` or `dist-packages` below.
fn is_standard_library(folder: &str) -> bool {
    let version = folder.strip_prefix("python").unwrap_or("none");
    folder == "lib-dynload" || version.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// Whether the folder lies in a source tree: a build file beside it, or above a `src` folder.
fn is_own(file: &Opened<'_>) -> bool {
    let facts = file.facts();
    let around = facts.folder(1);
    if matches!(around, "site-packages" | "dist-packages") {
        return false;
    }
    let folders: &[&str] = if matches!(around, "src" | "lib") { &["..", "../.."] } else { &[".."] };
    let build_files = ["setup.py", "pyproject.toml", "setup.cfg"];
    folders.iter().any(|folder| build_files.iter().any(|name| file.sibling(&format!("{folder}/{name}")).reader().is_ok()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::expect;

    use super::super::testing::found;
    use super::*;

    const TEXT: &[u8] = b"Metadata-Version: 1.1\nName: PyJWT\nVersion: 2.6.0\nLicense: MIT\n";

    #[test]
    fn every_layout_is_wanted_but_not_an_inner_source_distribution_or_the_standard_library() {
        for (path, wanted) in [
            ("dist-packages/PyJWT-2.6.0.egg-info/PKG-INFO", true),
            ("dist-packages/PyJWT-2.6.0.egg-info", true),
            ("site-packages/a-1.0-py3.11.egg/EGG-INFO/PKG-INFO", true),
            ("a-1.0/PKG-INFO", true),
            ("src/a-1.0/PKG-INFO", false),
            ("site-packages/pkg_resources/tests/data/a-1.0.egg/EGG-INFO/PKG-INFO", false),
            ("lib/python3.12/test/data/a-1.0.egg-info/PKG-INFO", false),
            ("app/tests/site-packages/a-1.0.egg-info/PKG-INFO", true),
            ("lib/python2.7/wsgiref.egg-info", false),
            ("lib/python2.7/lib-dynload/Python-2.7.18-py2.7.egg-info", false),
        ] {
            assert_eq!(PythonEggInfo.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }

    #[test]
    fn an_unpacked_source_distribution_is_no_package_of_the_target() {
        assert_eq!(found(&PythonEggInfo, &[("PyJWT-2.6.0/PKG-INFO", TEXT)]), "");
    }

    #[test]
    fn metadata_gives_a_component() {
        expect!["pkg:pypi/pyjwt@2.6.0 installed license=MIT"]
            .assert_eq(&found(&PythonEggInfo, &[("dist-packages/PyJWT-2.6.0.egg-info/PKG-INFO", TEXT)]));
    }

    #[test]
    fn a_development_install_is_own_code() {
        for build_file in ["app/setup.py", "app/pyproject.toml"] {
            assert_eq!(found(&PythonEggInfo, &[("app/a.egg-info/PKG-INFO", TEXT), (build_file, b"")]), "");
            assert_eq!(found(&PythonEggInfo, &[("app/src/a.egg-info/PKG-INFO", TEXT), (build_file, b"")]), "");
        }
        let stray: [(&str, &[u8]); 2] = [("site-packages/a.egg-info/PKG-INFO", TEXT), ("site-packages/setup.py", b"")];
        assert_ne!(found(&PythonEggInfo, &stray), "");
    }
}
