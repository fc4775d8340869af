//! The parts of a Maven project file that say what it depends on (<https://maven.apache.org/ref/3.9.9/maven-model/maven.html>).
//! Reads one file; inheritance and properties are `maven_project`'s. Profiles count only where
//! they are active without being asked for: by default, or because a property is not set.
//! Refuses entities of a document type: they stand for nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use quick_xml::events::BytesStart;

use crate::problem::Code;

use super::xml_events::{Ending, Sink, UNEXPANDED, feed};

/// Deepest element that is read; Maven's own model ends at 10.
const MAX_DEPTH: usize = 64;

/// One project file. Texts are as written, with their `${…}`.
#[derive(Debug, Default)]
pub(super) struct Pom {
    pub(super) group: Option<String>,
    pub(super) artifact: Option<String>,
    pub(super) version: Option<String>,
    pub(super) parent: Option<Parent>,
    /// Folders, or project files, of the projects that are built with it.
    pub(super) modules: Vec<String>,
    pub(super) properties: BTreeMap<String, String>,
    pub(super) managed: Vec<Dependency>,
    pub(super) dependencies: Vec<Dependency>,
}

/// The project that another one inherits from.
#[derive(Debug, Default)]
pub(super) struct Parent {
    pub(super) line: usize,
    pub(super) group: Option<String>,
    pub(super) artifact: Option<String>,
    pub(super) version: Option<String>,
    /// `None`: not written, hence `../pom.xml`. Empty: only a repository has it.
    pub(super) relative_path: Option<String>,
}

/// A dependency, or a managed one.
#[derive(Debug, Default, Clone)]
pub(super) struct Dependency {
    pub(super) line: usize,
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) classifier: Option<String>,
    pub(super) optional: Option<String>,
}

/// Where a file stops being readable.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) code: Code,
}

/// Text of an XML file. Many project files of the early years are in Latin-1, and say so.
pub(super) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Cow::Borrowed(text));
    }
    let head = bytes.get(..bytes.len().min(200))?.to_ascii_lowercase();
    let declares = |name: &[u8]| memchr::memmem::find(&head, name).is_some();
    (declares(b"8859-1") || declares(b"windows-1252") || declares(b"latin1"))
        .then(|| Cow::Owned(bytes.iter().copied().map(char::from).collect()))
}

/// Reads a project file. What stands before a fault is kept.
pub(super) fn parse(xml: &str) -> (Pom, Option<Fault>) {
    let mut state = State::default();
    let (ending, line) = feed(xml, MAX_DEPTH, &mut state);
    let fault = |code, text: String| Some(Fault { line, text, code });
    let fault = match ending {
        Ending::Whole | Ending::Entities if !state.project => fault(Code::Malformed, "root element is not `project`".to_owned()),
        Ending::Whole => None,
        Ending::Entities => fault(Code::Unsupported, UNEXPANDED.to_owned()),
        Ending::Inside => fault(Code::Malformed, "file ends inside an element".to_owned()),
        Ending::TooDeep(name) => fault(Code::TooDeep, format!("element `{name}` is nested too deeply")),
        Ending::Broken(text) => fault(Code::Malformed, text),
    };
    (state.with_profiles(), fault)
}

/// The names of the open elements, joined by `/`.
#[derive(Debug, Default)]
struct ElementPath {
    joined: String,
    lengths: Vec<usize>,
}

impl ElementPath {
    fn push(&mut self, name: &str) {
        self.lengths.push(self.joined.len());
        if !self.joined.is_empty() {
            self.joined.push('/');
        }
        self.joined.push_str(name);
    }

    fn pop(&mut self) {
        self.joined.truncate(self.lengths.pop().unwrap_or_default());
    }
}

/// Whether a profile is active without being asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Activation {
    #[default]
    Never,
    /// Unless another one of the file is active.
    ByDefault,
    /// Because a property is not set, or is not what it should not be.
    Always,
}

#[derive(Debug, Default)]
struct State {
    path: ElementPath,
    text: String,
    pom: Pom,
    /// The profile in hand, the last of all.
    profiles: Vec<(Activation, Pom)>,
    dependency: Dependency,
    project: bool,
}

impl Sink for State {
    fn open(&mut self, element: &BytesStart<'_>, line: usize) {
        self.path.push(element.local_name().as_ref());
        self.text.clear();
        match self.path.joined.as_str() {
            "project" => self.project = true,
            "project/parent" => self.pom.parent = Some(Parent { line, ..Parent::default() }),
            "project/profiles/profile" => self.profiles.push(Default::default()),
            path if path.ends_with("/dependencies/dependency") => self.dependency = Dependency { line, ..Dependency::default() },
            _ => {}
        }
    }

    fn close(&mut self) {
        let text = std::mem::take(&mut self.text).trim().to_owned();
        let path = self.path.joined.as_str();
        match (path.strip_prefix("project/profiles/profile/"), self.profiles.last_mut()) {
            (Some("activation/activeByDefault"), Some((activation, _))) => {
                if text == "true" && *activation == Activation::Never {
                    *activation = Activation::ByDefault;
                }
            }
            (Some("activation/property/name" | "activation/property/value"), Some((activation, _))) => {
                if text.starts_with('!') {
                    *activation = Activation::Always;
                }
            }
            (Some(below), Some((_, profile))) => section(profile, &mut self.dependency, below, text),
            _ => {
                if let Some(below) = path.strip_prefix("project/")
                    && !identity(&mut self.pom, below, &text)
                {
                    section(&mut self.pom, &mut self.dependency, below, text);
                }
            }
        }
        self.path.pop();
    }

    fn text(&mut self, part: &str) {
        self.text.push_str(part);
    }
}

impl State {
    /// The project with the profiles that are active.
    fn with_profiles(self) -> Pom {
        let mut pom = self.pom;
        let always = self.profiles.iter().any(|(activation, _)| *activation == Activation::Always);
        let active = if always { Activation::Always } else { Activation::ByDefault };
        for (_, profile) in self.profiles.into_iter().filter(|(activation, _)| *activation == active) {
            pom.properties.extend(profile.properties);
            pom.dependencies.extend(profile.dependencies);
            // A profile's versions go before the project's: the first managed version counts.
            pom.managed.splice(0..0, profile.managed);
            pom.modules.extend(profile.modules);
        }
        pom
    }
}

/// Takes what only a project has; says whether it did.
fn identity(pom: &mut Pom, path: &str, text: &str) -> bool {
    let value = (!text.is_empty()).then(|| text.to_owned());
    match (path, &mut pom.parent) {
        ("groupId", _) => pom.group = value,
        ("artifactId", _) => pom.artifact = value,
        ("version", _) => pom.version = value,
        ("parent/groupId", Some(parent)) => parent.group = value,
        ("parent/artifactId", Some(parent)) => parent.artifact = value,
        ("parent/version", Some(parent)) => parent.version = value,
        ("parent/relativePath", Some(parent)) => parent.relative_path = Some(text.to_owned()),
        _ => return false,
    }
    true
}

/// Takes what projects and profiles have alike.
fn section(pom: &mut Pom, dependency: &mut Dependency, path: &str, text: String) {
    if let Some(name) = path.strip_prefix("properties/") {
        if !name.contains('/') {
            pom.properties.insert(name.to_owned(), text);
        }
    } else if let Some(below) = path.strip_prefix("dependencies/dependency") {
        field(dependency, below, text, &mut pom.dependencies);
    } else if let Some(below) = path.strip_prefix("dependencyManagement/dependencies/dependency") {
        field(dependency, below, text, &mut pom.managed);
    } else if matches!(path, "modules/module" | "subprojects/subproject") {
        pom.modules.push(text);
    }
}

fn field(dependency: &mut Dependency, path: &str, text: String, list: &mut Vec<Dependency>) {
    let slot = match path {
        "" => return list.push(std::mem::take(dependency)),
        "/groupId" => return dependency.group = text,
        "/artifactId" => return dependency.artifact = text,
        "/version" => &mut dependency.version,
        "/scope" => &mut dependency.scope,
        "/type" => &mut dependency.kind,
        "/classifier" => &mut dependency.classifier,
        "/optional" => &mut dependency.optional,
        _ => return,
    };
    *slot = (!text.is_empty()).then_some(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_and_character_data_make_one_text() {
        let (pom, fault) = parse("<project><version>1&#46;0<!-- x --><![CDATA[-a&b]]>&amp;&evil;</version></project>");
        assert_eq!((pom.version.as_deref(), fault), (Some("1.0-a&b&"), None));
    }

    #[test]
    fn elements_nested_without_end_are_too_deep() {
        let (_, fault) = parse(&"<project>".repeat(100_000));
        assert!(fault.is_some_and(|fault| fault.code == Code::TooDeep));
    }

    #[test]
    fn latin_1_is_read_where_the_file_says_so() {
        let text = decode(b"<?xml version='1.0' encoding='ISO-8859-1'?><project><name>caf\xE9</name></project>");
        assert!(text.is_some_and(|text| text.contains("café")));
        assert_eq!(decode(b"<project>caf\xE9</project>"), None);
    }

    #[test]
    fn only_a_profile_that_is_active_by_default_counts() {
        let (pom, _) = parse(
            "<project><profiles>\
             <profile><activation><activeByDefault>true</activeByDefault></activation><properties><a>1</a></properties></profile>\
             <profile><id>x</id><properties><b>2</b></properties></profile>\
             </profiles></project>",
        );
        assert_eq!(pom.properties.keys().collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn a_profile_that_waits_for_no_property_counts_and_switches_the_default_off() {
        let (pom, _) = parse(
            "<project><profiles>\
             <profile><activation><activeByDefault>true</activeByDefault></activation><properties><a>1</a></properties></profile>\
             <profile><activation><property><name>!quick</name></property></activation><properties><b>2</b></properties></profile>\
             <profile><activation><property><name>x</name></property></activation><properties><c>3</c></properties></profile>\
             </profiles></project>",
        );
        assert_eq!(pom.properties.keys().collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn dependencies_of_plugins_and_exclusions_are_not_the_projects() {
        let (pom, _) = parse(
            "<project><build><plugins><plugin><dependencies><dependency><groupId>p</groupId></dependency></dependencies></plugin></plugins></build>\
             <dependencies><dependency><groupId>g</groupId><exclusions><exclusion><groupId>e</groupId></exclusion></exclusions></dependency></dependencies>\
             </project>",
        );
        assert_eq!(pom.dependencies.iter().map(|dependency| dependency.group.as_str()).collect::<Vec<_>>(), ["g"]);
    }
}
