//! What a Python project asks for by name, as its manifest beside a lock file says: pyproject.toml with the tables of the
//! specifications (<https://packaging.python.org/specifications/pyproject-toml/>, dependency groups), Poetry's and PDM's,
//! or a Pipfile. Only names and groups are read; versions are the lock file's business.

use std::collections::BTreeMap;
use std::path::Path;

use crate::model::{Chosen, Group};

use super::document::Node;
use super::python_requirement::Requirement;
use super::reach::{Edge, Index, Uses};
use super::{Opened, toml_document};

/// Words that say of a group, or of a file, that the program does not need what is in it.
const DEVELOPMENT_WORDS: [&str; 15] = [
    "dev",
    "devel",
    "develop",
    "development",
    "test",
    "tests",
    "testing",
    "doc",
    "docs",
    "lint",
    "linting",
    "ci",
    "typing",
    "mypy",
    "ruff",
];

/// Whether a group or file with this name, or with this word in its name, is for development.
pub(super) fn is_development(word: &str) -> bool {
    DEVELOPMENT_WORDS.contains(&word.to_ascii_lowercase().as_str())
}

/// The name in the form in which names are compared: lower case, runs of `-`, `_` and `.` as one dash.
pub(super) fn normal(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// Whether the file lies in the one folder of a source distribution, `six-1.16.0/` with a `PKG-INFO`
/// (<https://packaging.python.org/specifications/source-distribution-format/>): that is a package of somebody else, and what it asks
/// for is not asked for here.
pub(super) fn is_in_distribution(file: &Opened<'_>) -> bool {
    let folder = file.path().iter().next().and_then(|name| name.to_str()).unwrap_or_default();
    let has_version = folder.rsplit_once('-').is_some_and(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()));
    has_version && file.is_packed() && file.in_root(Path::new(""), &Path::new(folder).join("PKG-INFO")).exists()
}

/// Lock files that say what the manifest beside them became.
const LOCKS: [&str; 5] = ["uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"];
/// How far above a workspace member the lock file may lie.
const LEVELS: usize = 4;

/// Whether something else says what the manifest `file` became: a lock file beside it, uv's above it that names its folder, or the
/// distribution that it lies in.
pub(super) fn is_locked(file: &Opened<'_>) -> bool {
    if is_in_distribution(file) || LOCKS.iter().any(|name| file.sibling(name).exists()) {
        return true;
    }
    let folders: Vec<&str> = file.path().iter().filter_map(|part| part.to_str()).collect();
    let folders = folders.split_last().map_or(&[][..], |(_, folders)| folders);
    (1..=folders.len().min(LEVELS)).any(|levels| {
        let below = folders.get(folders.len() - levels..).unwrap_or_default().join("/");
        let lock = file.sibling(&format!("{}uv.lock", "../".repeat(levels)));
        let member = |kind: &str| format!("{kind} = \"{below}\"");
        lock.text_if_there()
            .is_some_and(|text| ["editable", "virtual", "directory"].iter().any(|kind| text.contains(&member(kind))))
    })
}

/// What the project asks for: normalised names, and for what at best.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked(BTreeMap<String, Group>);

impl Asked {
    /// What the pyproject.toml beside `file` asks for; nothing if it is not there.
    pub(super) fn by_pyproject(file: &Opened<'_>) -> Self {
        let mut asked = Self::default();
        let Some(manifest) = beside(file, "pyproject.toml") else { return asked };
        if let Some(project) = manifest.get("project") {
            asked.list(project.get("dependencies"), Group::Main);
            asked.lists(project.get("optional-dependencies"), Group::Optional);
        }
        asked.lists(manifest.get("dependency-groups"), Group::Development);
        let Some(tool) = manifest.get("tool") else { return asked };
        if let Some(pdm) = tool.get("pdm") {
            asked.lists(pdm.get("dev-dependencies"), Group::Development);
        }
        if let Some(poetry) = tool.get("poetry") {
            asked.map(poetry.get("dependencies"), Group::Main);
            asked.map(poetry.get("dev-dependencies"), Group::Development);
            for (name, group) in poetry.get("group").map_or(&[][..], Node::entries) {
                asked.map(group.get("dependencies"), if name == "main" { Group::Main } else { Group::Development });
            }
        }
        asked
    }

    /// What the Pipfile beside `file` asks for; nothing if it is not there.
    pub(super) fn by_pipfile(file: &Opened<'_>) -> Self {
        let mut asked = Self::default();
        let Some(manifest) = beside(file, "Pipfile") else { return asked };
        let tables = manifest.entries().iter();
        for (name, table) in tables.filter(|(name, _)| !matches!(name.as_str(), "source" | "requires" | "scripts" | "pipenv")) {
            let group = if name == "packages" { Group::Main } else { Group::Development };
            asked.map(Some(table), group);
        }
        asked
    }

    fn list(&mut self, list: Option<&Node>, group: Group) {
        let requirements = list.map_or(&[][..], Node::items).iter().filter_map(Node::as_text);
        for requirement in requirements.filter_map(|text| Requirement::parse(text.trim()).ok()) {
            self.add(&requirement.name, group);
        }
    }

    fn add(&mut self, name: &str, group: Group) {
        self.0.entry(normal(name)).and_modify(|held| *held = group.min(*held)).or_insert(group);
    }

    fn lists(&mut self, lists: Option<&Node>, group: Group) {
        for (_, list) in lists.map_or(&[][..], Node::entries) {
            self.list(Some(list), group);
        }
    }

    fn map(&mut self, map: Option<&Node>, group: Group) {
        for (name, value) in map.map_or(&[][..], Node::entries).iter().filter(|(name, _)| name != "python") {
            self.add(name, if value.is_true("optional") { group.max(Group::Optional) } else { group });
        }
    }

    /// Whether the package with this normalised name was asked for; unknown without a manifest.
    pub(super) fn chosen(&self, name: &str) -> Chosen {
        if self.0.is_empty() {
            Chosen::Unknown
        } else if self.0.contains_key(name) {
            Chosen::Purpose
        } else {
            Chosen::Dependency
        }
    }

    /// For what each package of a lock is needed: `names` and `needs` have one entry a package, all names normalised.
    pub(super) fn uses(&self, names: &[String], needs: &[Vec<String>]) -> Uses {
        let mut index = Index::default();
        names.iter().enumerate().for_each(|(entry, name)| index.add(name, entry));
        let edges: Vec<Vec<Edge>> = needs
            .iter()
            .map(|needs| needs.iter().flat_map(|name| index.get(name)).map(|end| (*end, Group::Main)).collect())
            .collect();
        let roots = self.0.iter().flat_map(|(name, group)| index.get(name).iter().map(|end| (*end, *group)));
        Uses::new(&edges, &roots.collect::<Vec<Edge>>())
    }
}

fn beside(file: &Opened<'_>, name: &str) -> Option<Node> {
    let (manifest, fault) = toml_document::parse(file.sibling(name).text_if_there()?);
    fault.is_none().then_some(manifest)
}
