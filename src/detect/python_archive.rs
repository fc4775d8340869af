//! Reads the metadata inside wheels and zipped eggs
//! (<https://packaging.python.org/specifications/binary-distribution-format/>,
//! <https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html>).
//!
//! A wheel is a package that is not installed yet, hence embedded in the file; an egg among installed packages is run as it
//! lies there. Packages that the archive carries along in folders of its own are not looked for.

use crate::model::{Component, Evidence, Location, Purl};
use crate::problem::Code;

use super::python_requirement::archive;
use super::{Claim, Detector, FileFacts, Findings, Opened, python_metadata, zip_entry};

const ID: &str = "python-archive";

/// Wheels and zipped eggs.
pub(super) struct PythonArchive;

impl Detector for PythonArchive {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".egg"), Claim::Suffix(".whl")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        !python_metadata::is_test_data(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let facts = file.facts();
        let evidence = if is_installed(&facts) { Evidence::Installed } else { Evidence::Embedded };
        let before = out.problems.len();
        let found = zip_entry::text(file, out, |paths| paths.iter().position(|path| is_metadata(path)));
        if out.problems.len() > before {
            return;
        }
        let location = Location::file(file.shown());
        let described = found.and_then(|(_, bytes)| python_metadata::described(&bytes, evidence, ID, location.clone()));
        // A wheel's name is as good as its metadata.
        let named = || match archive(facts.name()) {
            (Some(name), Some(version)) => {
                Some(Component::new(Purl::new("pypi", &name).with_version(&version), evidence, ID, location))
            }
            _ => None,
        };
        match described.or_else(named) {
            Some(component) => out.component(component),
            None => out.problem(Code::Malformed, file, "an archive without metadata of a package"),
        }
    }
}

fn is_installed(facts: &FileFacts<'_>) -> bool {
    facts.name().rsplit_once('.').is_some_and(|(_, end)| end == "egg")
        && matches!(facts.folder(0), "site-packages" | "dist-packages")
}

/// Whether the path is that of the archive's own metadata.
fn is_metadata(path: &str) -> bool {
    match path.split_once('/') {
        Some((folder, "METADATA")) => folder.ends_with(".dist-info"),
        Some(("EGG-INFO", "PKG-INFO")) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::testing::found;
    use super::super::zip_entry::tests::archive;
    use super::*;

    const TEXT: &[u8] = b"Metadata-Version: 2.1\nName: Typing_Extensions\nVersion: 4.8.0\nLicense: MIT\n";

    #[test]
    fn a_wheel_is_embedded_and_an_egg_among_packages_is_installed() {
        let wheel = archive(&[
            ("setuptools/_vendor/a-1.0.dist-info/METADATA", b"Name: a\nVersion: 1.0\n"),
            ("typing_extensions-4.8.0.dist-info/METADATA", TEXT),
        ]);
        expect!["pkg:pypi/typing-extensions@4.8.0 embedded license=MIT"]
            .assert_eq(&found(&PythonArchive, &[("ensurepip/_bundled/typing_extensions-4.8.0-py3-none-any.whl", &wheel)]));
        let egg = archive(&[("EGG-INFO/PKG-INFO", TEXT)]);
        expect!["pkg:pypi/typing-extensions@4.8.0 installed license=MIT"]
            .assert_eq(&found(&PythonArchive, &[("lib/python3.8/site-packages/typing_extensions-4.8.0-py3.8.egg", &egg)]));
        expect!["pkg:pypi/typing-extensions@4.8.0 embedded license=MIT"]
            .assert_eq(&found(&PythonArchive, &[("dist/typing_extensions-4.8.0-py3.8.egg", &egg)]));
    }

    #[test]
    fn test_data_of_python_is_not_wanted() {
        for (path, wanted) in [
            ("lib/python3.11/ensurepip/_bundled/pip-23.2.1-py3-none-any.whl", true),
            ("lib/python3.11/test/test_importlib/data/example-21.12-py3-none-any.whl", false),
            ("app/test/a-1.0-py3-none-any.whl", true),
        ] {
            assert_eq!(PythonArchive.wants(&FileFacts::new(std::path::Path::new(path))), wanted, "{path}");
        }
    }

    #[test]
    fn without_metadata_the_name_of_a_wheel_speaks() {
        let empty = archive(&[("x", b"")]);
        expect!["pkg:pypi/b-c@2.0%2Blocal embedded"]
            .assert_eq(&found(&PythonArchive, &[("b_c-2.0+local-py3-none-any.whl", &empty)]));
        expect!["! x.whl: UP002: an archive without metadata of a package"]
            .assert_eq(&found(&PythonArchive, &[("x.whl", &empty)]));
    }

    #[test]
    fn what_is_no_archive_is_a_problem() {
        let whole = archive(&[("a-1.0.dist-info/METADATA", TEXT)]);
        for bytes in [&b""[..], b"hello", whole.get(..40).unwrap_or_default()] {
            let found = found(&PythonArchive, &[("a-1.0-py3-none-any.whl", bytes)]);
            assert!(found.starts_with("! a-1.0-py3-none-any.whl: UP002: not a readable archive"), "{found}");
        }
    }
}
