//! Reads what a pyproject.toml asks for: the tables of the specifications
//! (<https://packaging.python.org/specifications/pyproject-toml/>,
//! <https://packaging.python.org/specifications/dependency-groups/>), Poetry's
//! (<https://python-poetry.org/docs/pyproject/>), and the development lists of PDM and uv.
//!
//! A lock file beside it, or uv's above it if it is a workspace member, says more and is read in its place. Only an exact pin is
//! a version. Folders and workspace members are the organisation's own code and no components. What the build needs
//! (`build-system`) is not asked for: the build fetches it for itself, and no lock file names it.

use crate::model::Group;
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::npm::without_secret;
use super::project_file::is_in_project;
use super::python_metadata::is_name;
use super::python_project::is_locked;
use super::python_requests::Requests;
use super::python_requirement::{Requirement, archive};
use super::{Claim, Detector, FileFacts, Findings, Opened, toml_document};

const ID: &str = "pyproject";

/// Manifests of Python projects without a lock file.
pub(super) struct Pyproject;

impl Detector for Pyproject {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("pyproject.toml")]
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
        let tool = manifest.get("tool").cloned().unwrap_or_default();
        let (project, poetry) = (manifest.get("project"), tool.get("poetry"));
        for name in [project, poetry].into_iter().flatten().filter_map(|table| table.text("name")) {
            requests.own(name);
        }
        let uv = tool.get("uv");
        note_sources(uv.and_then(|uv| uv.get("sources")), &mut requests);
        note_sources(poetry.and_then(|poetry| poetry.get("dependencies")), &mut requests);
        if let Some(project) = project {
            list(project, "dependencies", Group::Main, &requests, file, out);
            lists(project, "optional-dependencies", Group::Optional, &requests, file, out);
        }
        lists(&manifest, "dependency-groups", Group::Development, &requests, file, out);
        if let Some(pdm) = tool.get("pdm") {
            lists(pdm, "dev-dependencies", Group::Development, &requests, file, out);
        }
        if let Some(uv) = uv {
            list(uv, "dev-dependencies", Group::Development, &requests, file, out);
        }
        if let Some(poetry) = poetry {
            tables(poetry, &requests, out);
        }
    }
}

/// A list of requirements. Members that are no texts include another group, which is read by itself.
fn list(table: &Node, key: &str, group: Group, requests: &Requests<'_, '_>, file: &Opened<'_>, out: &mut Findings) {
    for item in document::list_at(table, key, file, out) {
        if let Some(text) = item.as_text() {
            requests.text(text, item.line, group, out);
        } else if !matches!(item.value, Value::Map(_)) {
            out.problem_at(Code::Malformed, file, item.line, format!("a requirement should be a text, but is {}", item.kind()));
        }
    }
}

/// A table of such lists.
fn lists(table: &Node, key: &str, group: Group, requests: &Requests<'_, '_>, file: &Opened<'_>, out: &mut Findings) {
    let of = table.get(key).cloned().unwrap_or_default();
    for (name, _) in document::map_at(table, key, file, out) {
        list(&of, name, group, requests, file, out);
    }
}

/// Poetry's tables: name = version, or a table, or a list of tables.
fn tables(poetry: &Node, requests: &Requests<'_, '_>, out: &mut Findings) {
    let mut of = |table: Option<&Node>, group: Group| {
        for (name, value) in table.map_or(&[][..], Node::entries).iter().filter(|(name, _)| name != "python" && is_name(name)) {
            let alternatives = if value.items().is_empty() { std::slice::from_ref(value) } else { value.items() };
            for one in alternatives {
                let optional = one.is_true("optional");
                let group = if optional { group.max(Group::Optional) } else { group };
                requests.requirement(table_requirement(name, one), value.line, group, out);
            }
        }
    };
    of(poetry.get("dependencies"), Group::Main);
    of(poetry.get("dev-dependencies"), Group::Development);
    for (name, group) in poetry.get("group").map_or(&[][..], Node::entries) {
        of(group.get("dependencies"), if name == "main" { Group::Main } else { Group::Development });
    }
}

/// What a table of Poetry or Pipenv asks for under `name`: a version, or a table with one.
pub(super) fn table_requirement(name: &str, value: &Node) -> Requirement {
    let range = value.as_text().or_else(|| value.text("version"));
    let bare = |range: &str| range.trim().trim_start_matches('=').trim().to_owned();
    let exact = range.map(bare).filter(|version| version.parse::<pep440_rs::Version>().is_ok());
    let address = address(value);
    let of_file = address.as_deref().and_then(|address| archive(address.rsplit('/').next().unwrap_or(address)).1);
    let conditional = ["markers", "python", "platform"].iter().any(|key| value.text(key).is_some());
    Requirement { name: name.to_owned(), version: exact.or(of_file), address, conditional }
}

/// Where a source table of uv, Poetry or Pipenv says that a package comes from.
fn address(source: &Node) -> Option<String> {
    if let Some(place) = source.text("git") {
        let revision = ["rev", "tag", "branch", "ref"].iter().find_map(|key| source.text(key));
        let place = format!("git+{}", without_secret(place.trim_start_matches("git+")));
        return Some(revision.map_or_else(|| place.clone(), |revision| format!("{place}@{revision}")));
    }
    source.text("url").or_else(|| source.text("path").or_else(|| source.text("file"))).map(without_secret)
}

/// Notes for each name of a table of sources whether it is own code or where it comes from.
pub(super) fn note_sources(sources: Option<&Node>, requests: &mut Requests<'_, '_>) {
    for (name, source) in sources.map_or(&[][..], Node::entries) {
        let alternatives = if source.items().is_empty() { std::slice::from_ref(source) } else { source.items() };
        for one in alternatives {
            let folder = one.text("path").is_some_and(|path| archive(path.rsplit('/').next().unwrap_or(path)).0.is_none());
            if folder || one.is_true("workspace") {
                requests.own(name);
            } else if let Some(address) = address(one) {
                requests.place(name, address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&Pyproject, &[("app/pyproject.toml", text.as_bytes())]));
    }

    const STANDARD: &str = r#"[build-system]
requires = ["hatchling"]
[project]
name = "own"
dependencies = ["Requests[socks]==2.31.0", "six>=1", "colorama; sys_platform == 'win32'", "member", "g", "own[x]"]
[project.optional-dependencies]
x = ["d @ https://user:secret@host/d-1.0-py3-none-any.whl"]
[dependency-groups]
dev = ["pytest==8.0.0", {include-group = "lint"}]
lint = ["ruff"]
[tool.pdm.dev-dependencies]
old = ["mypy", "-e file:///own"]
[tool.uv]
dev-dependencies = ["tox==4.0.0"]
[tool.uv.sources]
member = {workspace = true}
g = {git = "https://user:secret@host/g.git", tag = "v1"}
"#;

    #[test]
    fn standard_tables_give_what_they_ask_for() {
        let expected = expect![[r"
            pkg:pypi/colorama declared Optional chosen=Purpose :5
            pkg:pypi/d@1.0 declared Optional chosen=Purpose :7
            pkg:pypi/g?vcs_url=git%2Bhttps:%2F%2Fhost%2Fg.git%40v1 declared chosen=Purpose :5
            pkg:pypi/mypy declared Development chosen=Purpose :12
            pkg:pypi/pytest@8.0.0 declared Development chosen=Purpose :9
            pkg:pypi/requests@2.31.0 declared chosen=Purpose :5
            pkg:pypi/ruff declared Development chosen=Purpose :10
            pkg:pypi/six declared chosen=Purpose :5
            pkg:pypi/tox@4.0.0 declared Development chosen=Purpose :14"]];
        check(STANDARD, &expected);
        check(&format!("\u{feff}{}", STANDARD.replace('\n', "\r\n")), &expected);
    }

    #[test]
    fn tables_of_poetry_pin_a_bare_version() {
        check(
            r#"[tool.poetry]
name = "own"
[tool.poetry.dependencies]
python = "^3.11"
requests = "2.31.0"
six = {version = "==1.16.0", optional = true}
flask = "^3.0"
django = [{version = "4.2", python = "<3.12"}, {version = ">=5", python = ">=3.12"}]
own-part = {path = "../part", develop = true}
packed = {path = "wheels/packed-1.0-py3-none-any.whl"}
g = {git = "https://host/g.git", rev = "abc"}
[tool.poetry.group.dev.dependencies]
pytest = "*"
[tool.poetry.dev-dependencies]
old = "1.*"
"#,
            &expect![[r"
                pkg:pypi/django declared Optional chosen=Purpose :8
                pkg:pypi/django@4.2 declared Optional chosen=Purpose :8
                pkg:pypi/flask declared chosen=Purpose :7
                pkg:pypi/g?vcs_url=git%2Bhttps:%2F%2Fhost%2Fg.git%40abc declared chosen=Purpose :11
                pkg:pypi/old declared Development chosen=Purpose :15
                pkg:pypi/packed@1.0 declared chosen=Purpose :10
                pkg:pypi/pytest declared Development chosen=Purpose :13
                pkg:pypi/requests@2.31.0 declared chosen=Purpose :5
                pkg:pypi/six@1.16.0 declared Optional chosen=Purpose :6"]],
        );
    }

    #[test]
    fn a_lock_file_or_pinned_requirements_say_it_better() {
        let manifest = b"[project]\ndependencies = [\"a>=1\", \"b==2.0\"]\n";
        for lock in ["app/uv.lock", "app/poetry.lock", "app/pdm.lock", "app/Pipfile.lock", "app/pylock.toml"] {
            assert_eq!(found(&Pyproject, &[("app/pyproject.toml", manifest), (lock, b"")]), "", "{lock}");
        }
        let member: (&str, &[u8]) = ("app/libs/m/pyproject.toml", manifest);
        assert_eq!(found(&Pyproject, &[member, ("app/uv.lock", b"source = { editable = \"libs/m\" }")]), "");
        assert_ne!(found(&Pyproject, &[member, ("app/uv.lock", b"name = \"libs/m\"")]), "");
        expect!["pkg:pypi/b@2.0 declared chosen=Purpose :2"]
            .assert_eq(&found(&Pyproject, &[("app/pyproject.toml", manifest), ("app/requirements.txt", b"A==1.5\n")]));
    }

    #[test]
    fn faults_have_a_line_and_leave_the_rest() {
        check(
            "[project]\ndependencies = [\"a==1.0\",\n3, \"b = 2\"]\noptional-dependencies = []\n[tool]\npoetry = = 1\n",
            &expect![[r"
                pkg:pypi/a@1.0 declared chosen=Purpose :2
                ! app/pyproject.toml:6:1: UP002: not TOML: extra `=`, expected nothing
                ! app/pyproject.toml:3:1: UP002: a requirement should be a text, but is a number
                ! app/pyproject.toml:3:1: UP002: not a version specifier
                ! app/pyproject.toml:4:1: UP002: `optional-dependencies` should be a map, but is a list"]],
        );
        check("", &expect![""]);
        check("[tool.black]\nline-length = 100\n", &expect![""]);
    }
}
