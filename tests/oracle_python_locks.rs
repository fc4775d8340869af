//! What is read of the lock files of uv, Poetry, PDM and Pipenv is what these tools themselves list. The tools come from the Python
//! Package Index.

#[path = "support/fetch.rs"]
mod fetch;
mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use fetch::{fetch, fetched};
use support::{names, output, scan};
use underpin::model::{Chosen, Evidence, Group, Purl};

const REGISTRY: &str = "the Python Package Index";

/// The folder with the tools' programs, or why there is none; `None` on a machine without Python.
static TOOLS: LazyLock<Option<Result<PathBuf, String>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-tools");
    output("python3", &["-m", "venv", folder.to_str().expect("UTF-8")], Path::new("/"))?;
    // PDM 2.29 does not say that it cannot work with the next versions of these two.
    let tools = ["uv", "poetry", "pdm", "pipenv", "unearth<0.18", "hishel<2"];
    let bin = folder.join("bin");
    let mut pip = Command::new(bin.join("python"));
    pip.args(["-m", "pip", "install", "--quiet"]).args(tools);
    fetch(REGISTRY, &mut pip).map(|done| done.map(|_| bin))
});

/// A project of its own with these files.
fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

/// What a tool prints, run in `folder` with its environments and caches below it.
fn run(program: &str, arguments: &[&str], folder: &Path) -> Option<String> {
    let tools = TOOLS.as_ref()?.as_ref().unwrap_or_else(|why| panic!("{why}"));
    let mut command = Command::new(tools.join(program));
    command.args(arguments).current_dir(folder).env_remove("VIRTUAL_ENV").env("NO_COLOR", "1");
    command.envs([("PDM_CHECK_UPDATE", "0"), ("PIPENV_VENV_IN_PROJECT", "1"), ("PIPENV_IGNORE_VIRTUALENVS", "1")]);
    command.env("POETRY_VIRTUALENVS_PATH", folder.join("poetry-environments"));
    fetched(REGISTRY, &mut command)
}

fn line(name: &str, version: &str) -> String {
    let name = name.split('[').next().unwrap_or(name);
    format!("{} {version}", Purl::new("pypi", name).full_name())
}

/// The pins of a list in the form of requirements.
fn pins(list: &str) -> BTreeSet<String> {
    let pins = list.lines().filter_map(|line| line.split(';').next()?.split_once("=="));
    pins.map(|(name, version)| line(name.trim(), version.trim())).collect()
}

/// What is read of the one lock file in `folder`: everything, which must have no fault, and what is told of one package.
fn read(detector: &str, folder: &Path, package: &str) -> (BTreeSet<String>, Option<(Group, Chosen)>) {
    let found = scan(folder, &[detector]);
    assert_eq!(found.problems, [], "{detector}");
    let facts = found.components.iter().find(|c| c.purl.name() == package).map(|c| (c.group, c.chosen));
    (names(&found), facts)
}

const UV: &str = r#"[project]
name = "own"
version = "0.1.0"
requires-python = ">=3.9"
dependencies = ["requests[socks]==2.31.0", "member", "colorama==0.4.6; sys_platform == 'win32'",
    "packaging==23.2; python_version < '3.11'", "packaging==24.0; python_version >= '3.11'"]
[project.optional-dependencies]
x = ["six==1.16.0"]
[dependency-groups]
dev = ["iniconfig==2.0.0", {include-group = "t"}]
t = ["pluggy==1.5.0"]
[tool.uv.workspace]
members = ["member"]
[tool.uv.sources]
member = {workspace = true}
"#;
const MEMBER: &str =
    "[project]\nname = \"member\"\nversion = \"0.1.0\"\nrequires-python = \">=3.9\"\ndependencies = [\"zope.event==5.0\"]\n";

#[test]
fn uv_lists_what_is_read_and_installed() {
    let folder = project(&[("pyproject.toml", UV), ("member/pyproject.toml", MEMBER)]);
    if run("uv", &["lock", "--quiet"], folder.path()).is_none() {
        return;
    }
    let everything =
        ["export", "--quiet", "--all-packages", "--all-extras", "--all-groups", "--no-hashes", "--no-emit-workspace"];
    let list = run("uv", &everything, folder.path()).expect("uv");
    let expected = pins(&list);
    assert!(expected.contains("packaging 23.2") && expected.contains("packaging 24.0"), "{list}");
    assert_eq!(read("uv-lock", folder.path(), "pluggy"), (expected.clone(), Some((Group::Development, Chosen::Purpose))));
    run("uv", &[&everything[..], &["--output-file", "pylock.toml"]].concat(), folder.path()).expect("uv");
    assert_eq!(read("pylock", folder.path(), "pluggy").0, expected);
    // Beside its lock file, and below it for the member, the manifest has nothing to add.
    assert_eq!(read("pyproject", folder.path(), "requests").0, BTreeSet::new());

    run("uv", &["sync", "--quiet", "--all-packages", "--all-extras", "--all-groups"], folder.path()).expect("uv");
    let installed = pins(&run("uv", &["pip", "freeze"], folder.path()).expect("uv"));
    let found = scan(folder.path(), &["python-dist-info", "python-egg-info"]);
    // A package's own metadata may write with a dot what uv writes with a dash.
    let found: BTreeSet<String> = found
        .components
        .iter()
        .filter(|component| component.evidence == Evidence::Installed)
        .map(|component| line(&component.purl.name().replace('.', "-"), component.purl.version().unwrap_or("?")))
        .collect();
    assert_eq!(found, installed);
}

#[test]
fn poetry_lists_what_is_read() {
    let manifest = r#"[tool.poetry]
package-mode = false
[tool.poetry.dependencies]
python = "^3.9"
requests = {version = "2.31.0", extras = ["socks"]}
colorama = {version = "*", markers = "sys_platform == 'win32'"}
six = {version = "1.16.0", optional = true}
[tool.poetry.extras]
x = ["six"]
[tool.poetry.group.dev.dependencies]
iniconfig = "*"
[[tool.poetry.source]]
name = "simple"
url = "https://pypi.org/simple/"
priority = "primary"
"#;
    let folder = project(&[("pyproject.toml", manifest)]);
    if run("poetry", &["lock", "--no-interaction"], folder.path()).is_none() {
        return;
    }
    let list = run("poetry", &["show", "--all", "--no-ansi", "--no-interaction"], folder.path()).expect("Poetry");
    // `name (!) version description`; the mark says that it is not installed.
    let words = list.lines().map(|line| line.split_whitespace().filter(|word| *word != "(!)").collect::<Vec<_>>());
    let expected: BTreeSet<String> = words.filter_map(|words| Some(line(words.first()?, words.get(1)?))).collect();
    assert!(expected.contains("requests 2.31.0") && expected.len() > 7, "{list}");
    assert_eq!(read("poetry-lock", folder.path(), "iniconfig"), (expected, Some((Group::Development, Chosen::Purpose))));
}

#[test]
fn pdm_lists_what_is_read() {
    let manifest = r#"[project]
name = "own"
version = "0.1.0"
requires-python = ">=3.9"
dependencies = ["requests[socks]==2.31.0", "colorama==0.4.6; sys_platform == 'win32'"]
[project.optional-dependencies]
x = ["six==1.16.0"]
[dependency-groups]
dev = ["iniconfig==2.0.0"]
[tool.pdm]
distribution = false
"#;
    let folder = project(&[("pyproject.toml", manifest)]);
    if run("pdm", &["lock", "--quiet", "--group", ":all"], folder.path()).is_none() {
        return;
    }
    let list = run("pdm", &["export", "--no-hashes", "--group", ":all"], folder.path()).expect("PDM");
    let expected = pins(&list);
    assert!(expected.contains("requests 2.31.0") && expected.len() > 7, "{list}");
    assert_eq!(read("pdm-lock", folder.path(), "iniconfig"), (expected, Some((Group::Development, Chosen::Purpose))));
}

#[test]
fn pipenv_lists_what_is_read() {
    let manifest = "[[source]]\nurl = \"https://pypi.org/simple\"\nverify_ssl = true\nname = \"pypi\"\n\
        [packages]\nrequests = {version = \"==2.31.0\", extras = [\"socks\"]}\n[dev-packages]\niniconfig = \"==2.0.0\"\n";
    let folder = project(&[("Pipfile", manifest)]);
    if run("pipenv", &["lock"], folder.path()).is_none() {
        return;
    }
    let list = run("pipenv", &["requirements", "--dev"], folder.path()).expect("Pipenv");
    let expected = pins(&list);
    assert!(expected.contains("requests 2.31.0") && expected.len() > 5, "{list}");
    assert_eq!(read("pipfile-lock", folder.path(), "iniconfig"), (expected, Some((Group::Development, Chosen::Purpose))));
}
