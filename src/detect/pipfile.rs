//! Reads what a Pipfile asks for (<https://pipenv.pypa.io/en/latest/pipfile.html>): `packages`, `dev-packages` and the
//! categories that a project names itself.
//!
//! A `Pipfile.lock` beside it says more and is read in its place. Only an exact pin is a version. Folders are the
//! organisation's own code and no components.

use crate::model::Group;

use super::document::{self, Node};
use super::project_file::is_in_project;
use super::pyproject::{note_sources, table_requirement};
use super::python_metadata::is_name;
use super::python_project::is_locked;
use super::python_requests::Requests;
use super::{Claim, Detector, FileFacts, Findings, Opened, toml_document};

const ID: &str = "pipfile";
/// Tables that ask for no packages.
const OTHER_TABLES: [&str; 4] = ["source", "requires", "scripts", "pipenv"];

/// Manifests of Pipenv without a lock file.
pub(super) struct Pipfile;

impl Detector for Pipfile {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("Pipfile")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        is_in_project(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if is_locked(file) {
            return;
        }
        let Some(manifest) = document::read(file, out, toml_document::parse) else { return };
        let mut requests = Requests::new(file, ID);
        let asking = || manifest.entries().iter().filter(|(name, _)| !OTHER_TABLES.contains(&name.as_str()));
        for (_, table) in asking() {
            note_sources(Some(table), &mut requests);
        }
        for (name, table) in asking() {
            let group = if name == "packages" { Group::Main } else { Group::Development };
            packages(table, group, &requests, out);
        }
    }
}

fn packages(table: &Node, group: Group, requests: &Requests<'_, '_>, out: &mut Findings) {
    for (name, value) in table.entries().iter().filter(|(name, _)| is_name(name)) {
        requests.requirement(table_requirement(name, value), value.line, group, out);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&Pipfile, &[("app/Pipfile", text.as_bytes())]));
    }

    const FILE: &str = r#"
[[source]]
url = "https://pypi.org/simple"
name = "pypi"
[packages]
requests = "*"
Flask = "==1.0"
django = {version = "==2.0", extras = ["x"]}
own = {path = ".", editable = true}
g = {git = "https://user:secret@github.com/u/g.git", ref = "v1"}
w = "==1.*"
m = {version = "*", markers = "python_version < '3'"}
[dev-packages]
pytest = ">=6"
[docs]
sphinx = "==4.0"
[requires]
python_version = "3.8"
[scripts]
x = "y"
"#;

    #[test]
    fn only_an_exact_pin_is_a_version_and_folders_are_own_code() {
        check(
            FILE,
            &expect![[r#"
            pkg:pypi/django@2.0 declared chosen=Purpose :8
            pkg:pypi/flask@1.0 declared chosen=Purpose :7
            pkg:pypi/g?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Fg.git%40v1 declared chosen=Purpose :10
            pkg:pypi/m declared Optional chosen=Purpose :12
            pkg:pypi/pytest declared Development chosen=Purpose :14
            pkg:pypi/requests declared chosen=Purpose :6
            pkg:pypi/sphinx@4.0 declared Development chosen=Purpose :16
            pkg:pypi/w declared chosen=Purpose :11"#]],
        );
    }

    #[test]
    fn a_lock_file_is_read_in_its_place() {
        assert_eq!(found(&Pipfile, &[("app/Pipfile", FILE.as_bytes()), ("app/Pipfile.lock", b"")]), "");
    }

    #[test]
    fn line_ends_of_windows_and_broken_files_are_met() {
        check("\u{feff}[packages]\r\na = \"==1\"\r\n", &expect!["pkg:pypi/a@1 declared chosen=Purpose :2"]);
        check("", &expect![[""]]);
        check(
            "[packages]\na = \"==1\"\nb = ",
            &expect![[r#"
            pkg:pypi/a@1 declared chosen=Purpose :2
            pkg:pypi/b declared chosen=Purpose :3
            ! app/Pipfile:3:1: UP002: not TOML: string values must be quoted, expected literal string"#]],
        );
        check("{\"packages\": 1}", &expect!["! app/Pipfile:1:1: UP002: not TOML: invalid key-value pair, expected key"]);
    }
}
