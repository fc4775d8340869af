//! Evaluates as much of an MSBuild project (<https://learn.microsoft.com/visualstudio/msbuild/msbuild-project-file-schema-reference>)
//! as it takes to know its package references: properties, items, and the files that are imported on the way, of which the
//! SDK finds `Directory.Build.props`, `Directory.Packages.props` and `Directory.Build.targets` in the folders above.
//!
//! Conditions are not evaluated: an item under one counts, and a property that has several values by them is unknown.
//! Property functions and what targets do while they build stay unknown too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Opened;
use super::maven_model::decode;
use super::xml::{self, Element};

/// Most files that one project draws in.
const MAX_FILES: usize = 24;
/// Longest text that properties may make, in bytes.
const MAX_TEXT: usize = 4096;
/// Most items that are kept: a hostile project could import the same ones again and again.
const MAX_ITEMS: usize = 50_000;

/// What an item does to those of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Include,
    Update,
    Remove,
}

/// One item, as written.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) kind: String,
    pub(super) verb: Verb,
    /// What it names, with its `$(…)` and `;`.
    names: String,
    metadata: Vec<(String, String)>,
    pub(super) conditional: bool,
    /// Whether it stands in the file that is evaluated, not in one that this draws in.
    pub(super) own: bool,
    pub(super) line: usize,
}

impl Item {
    /// The value of a metadatum, given as attribute or as element.
    pub(super) fn metadatum(&self, name: &str) -> Option<&str> {
        self.metadata.iter().rev().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// A property's value; `None` if it is not known.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Property {
    value: Option<String>,
    conditional: bool,
}

/// Properties and items of a project and of what it draws in.
#[derive(Debug, Default)]
pub(super) struct Evaluation {
    properties: BTreeMap<String, Property>,
    pub(super) items: Vec<Item>,
    files: BTreeSet<PathBuf>,
}

impl Evaluation {
    /// Evaluates the project whose root element is `root`.
    pub(super) fn of(root: &Element, file: &Opened<'_>) -> Self {
        let mut evaluation = Self::default();
        let own = file.path().to_owned();
        for name in ["Directory.Build.props", "Directory.Packages.props"] {
            if let Some(above) = nearest(file, file.path().parent(), name).filter(|above| above.path() != own) {
                evaluation.import(&above);
            }
        }
        evaluation.files.insert(own.clone());
        evaluation.elements(&root.children, file, true, false);
        if let Some(above) = nearest(file, file.path().parent(), "Directory.Build.targets").filter(|above| above.path() != own) {
            evaluation.import(&above);
        }
        evaluation
    }

    /// The texts that an item names, properties filled in; those that cannot be known are left out.
    pub(super) fn names(&self, item: &Item) -> Vec<String> {
        let parts = item.names.split(';').filter_map(|part| self.expand(part.trim()));
        parts
            .flat_map(|text| text.split(';').map(|name| name.trim().to_owned()).collect::<Vec<_>>())
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// `written` with its properties filled in; `None` if one of them is not known.
    pub(super) fn expand(&self, written: &str) -> Option<String> {
        let mut text = String::new();
        let mut rest = written;
        while let Some((before, after)) = rest.split_once("$(") {
            let (name, after) = after.split_once(')')?;
            text.push_str(before);
            text.push_str(self.properties.get(&name.trim().to_ascii_lowercase())?.value.as_deref()?);
            rest = after;
        }
        text.push_str(rest);
        (text.len() <= MAX_TEXT && !text.contains("@(") && !text.contains("%(")).then_some(text)
    }

    fn import(&mut self, file: &Opened<'_>) {
        if self.files.len() >= MAX_FILES || !self.files.insert(file.path().to_owned()) {
            return;
        }
        let root = file.bytes().ok().and_then(decode).and_then(|text| xml::parse(&text).0);
        if let Some(root) = root {
            self.elements(&root.children, file, false, false);
        }
    }

    fn elements(&mut self, elements: &[Element], file: &Opened<'_>, own: bool, conditional: bool) {
        for element in elements {
            let conditional = conditional || element.attribute("Condition").is_some();
            match element.name.as_str() {
                "PropertyGroup" => element.children.iter().for_each(|property| self.property(property, conditional)),
                "ItemGroup" => element.children.iter().for_each(|item| self.item(item, own, conditional)),
                "ImportGroup" | "When" | "Otherwise" | "Choose" => {
                    let branch = conditional || element.name != "ImportGroup";
                    self.elements(&element.children, file, own, branch);
                }
                "Import" => {
                    let imported = element.attribute("Project").filter(|_| element.attribute("Sdk").is_none());
                    if let Some(imported) = imported.and_then(|project| self.imported(project, file)) {
                        self.import(&imported);
                    }
                }
                _ => {}
            }
        }
    }

    /// The file that an import names, if the tree has it.
    fn imported<'a>(&self, project: &str, file: &Opened<'a>) -> Option<Opened<'a>> {
        if let Some((_, arguments)) = project.split_once("GetPathOfFileAbove(") {
            let name = arguments.split([',', ')']).next()?.trim().trim_matches(['\'', '"']);
            // Asked for from the folder above, else a file would import itself.
            let folder = file.path().parent();
            let folder = if file.facts().name() == name { folder.and_then(Path::parent) } else { folder };
            return nearest(file, folder, name);
        }
        let relative = project.replace("$(MSBuildThisFileDirectory)", "./").replace("$(MSBuildProjectDirectory)", "./");
        let relative = self.expand(&relative)?.replace('\\', "/");
        let plain = !relative.is_empty() && !relative.starts_with('/') && !relative.contains(['*', ':']);
        Some(file.sibling(&relative)).filter(|imported| plain && imported.exists())
    }

    fn property(&mut self, property: &Element, conditional: bool) {
        let condition = property.attribute("Condition");
        let conditional = conditional || condition.is_some();
        let name = property.name.to_ascii_lowercase();
        // A property may build on its own former value.
        let value = self.expand(&property.text);
        let is_default = condition.is_some_and(|condition| is_unset(condition, &name));
        match self.properties.get_mut(&name) {
            Some(_) if is_default => {}
            Some(held) if conditional => {
                if held.value != value {
                    *held = Property { value: None, conditional: true };
                }
            }
            _ => {
                let conditional = conditional && !is_default;
                self.properties.insert(name, Property { value, conditional });
            }
        }
    }

    fn item(&mut self, element: &Element, own: bool, conditional: bool) {
        let verbs = [("Include", Verb::Include), ("Update", Verb::Update), ("Remove", Verb::Remove)];
        let Some((names, verb)) = verbs.iter().find_map(|(name, verb)| Some((element.attribute(name)?, *verb))) else { return };
        if self.items.len() >= MAX_ITEMS {
            return;
        }
        let children = element.children.iter().map(|child| (child.name.clone(), child.text.clone()));
        self.items.push(Item {
            kind: element.name.clone(),
            verb,
            names: names.to_owned(),
            metadata: element.attributes.iter().cloned().chain(children).collect(),
            conditional: conditional || element.attribute("Condition").is_some(),
            own,
            line: element.line,
        });
    }
}

/// Whether a condition asks that the property `name` (in lower case) has no value yet.
fn is_unset(condition: &str, name: &str) -> bool {
    let condition: String = condition.to_ascii_lowercase().chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    condition == format!("$({name})==")
}

/// The file with central versions that a project takes theirs from.
pub(super) fn central_versions<'a>(file: &Opened<'a>) -> Option<Opened<'a>> {
    nearest(file, file.path().parent(), "Directory.Packages.props").filter(|above| above.path() != file.path())
}

/// The file `name` in `folder` or the nearest folder above.
fn nearest<'a>(file: &Opened<'a>, folder: Option<&Path>, name: &str) -> Option<Opened<'a>> {
    let plain = !name.is_empty() && !name.contains(['/', '\\', '$']);
    let folders = folder.into_iter().flat_map(Path::ancestors).filter(|_| plain);
    let mut candidates = folders.map(|folder| file.in_root(Path::new(""), &folder.join(name)));
    candidates.find(Opened::exists)
}
