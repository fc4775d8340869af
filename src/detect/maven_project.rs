//! A Maven project together with its parents and bills of materials as far as they lie in the same tree
//! (<https://maven.apache.org/guides/introduction/introduction-to-dependency-mechanism.html>): properties, and the versions
//! that it manages. Never asks a repository.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::Opened;
use super::maven_model::{Dependency, Parent, Pom, decode, parse};

/// Most parents that are followed.
const MAX_PARENTS: usize = 8;
/// How deep bills of materials may import one another.
const MAX_IMPORTS: usize = 4;
/// Most properties that one text may draw in, directly or not.
const MAX_EXPANSIONS: usize = 256;
/// Longest text that properties may make, in bytes.
const MAX_TEXT: usize = 4096;

/// Parents and bills that give their own version to every artefact of a group, as those who publish them release all of it at once.
const LOCKSTEP: &[(&str, &str, &str)] = &[
    ("io.grpc", "grpc-bom", "io.grpc"),
    ("io.netty", "netty-bom", "io.netty"),
    ("io.quarkus", "quarkus-bom", "io.quarkus"),
    ("io.quarkus.platform", "quarkus-bom", "io.quarkus"),
    ("org.apache.camel", "camel-bom", "org.apache.camel"),
    ("org.apache.camel.springboot", "camel-spring-boot-bom", "org.apache.camel.springboot"),
    ("org.apache.logging.log4j", "log4j-bom", "org.apache.logging.log4j"),
    ("org.eclipse.jetty", "jetty-bom", "org.eclipse.jetty"),
    ("org.jetbrains.kotlin", "kotlin-bom", "org.jetbrains.kotlin"),
    ("org.junit", "junit-bom", "org.junit.jupiter"),
    ("org.mockito", "mockito-bom", "org.mockito"),
    ("org.springframework", "spring-framework-bom", "org.springframework"),
    ("org.springframework.boot", "spring-boot-dependencies", "org.springframework.boot"),
    ("org.springframework.boot", "spring-boot-starter-parent", "org.springframework.boot"),
    ("org.springframework.security", "spring-security-bom", "org.springframework.security"),
    ("org.testcontainers", "testcontainers-bom", "org.testcontainers"),
    ("software.amazon.awssdk", "bom", "software.amazon.awssdk"),
];

impl Dependency {
    /// Whether it is a bill of materials, whose managed versions are taken over.
    pub(super) fn is_import(&self) -> bool {
        self.scope.as_deref() == Some("import") && self.kind.as_deref() == Some("pom")
    }
}

/// A project file and, nearest first, its parents in the same tree, each with its place. Never empty.
pub(super) struct Project<'a> {
    chain: Vec<(Pom, Opened<'a>)>,
}

/// Group, artifact, type and classifier.
pub(super) type Key = [String; 4];

/// What a project manages, properties filled in.
#[derive(Default)]
pub(super) struct Managed {
    dependencies: BTreeMap<Key, Dependency>,
    /// Versions of whole groups.
    groups: BTreeMap<&'static str, String>,
}

impl Managed {
    pub(super) fn get(&self, key: &Key) -> Option<&Dependency> {
        self.dependencies.get(key)
    }

    /// The version of every artefact of that group.
    pub(super) fn of_group(&self, group: &str) -> Option<String> {
        self.groups.get(group).cloned()
    }

    /// Notes that the bill or parent of that name gives its version to a group, if it does.
    fn lockstep(&mut self, group: &str, artifact: &str, version: Option<String>) {
        let governed = LOCKSTEP.iter().filter(|(g, a, _)| *g == group && *a == artifact);
        for ((.., governed), version) in governed.zip(version) {
            self.groups.entry(governed).or_insert(version);
        }
    }
}

impl<'a> Project<'a> {
    /// The project at `place` with the parents that lie in the tree.
    pub(super) fn with_parents(pom: Pom, place: Opened<'a>) -> Self {
        let mut chain = vec![(pom, place)];
        while chain.len() <= MAX_PARENTS {
            let Some((pom, place)) = chain.last() else { break };
            let Some(parent) = pom.parent.as_ref().and_then(|parent| local_parent(parent, place)) else { break };
            chain.push(parent);
        }
        Self { chain }
    }

    /// Whether the parent is own code: its file lies in the tree.
    pub(super) fn has_local_parent(&self) -> bool {
        self.chain.len() > 1
    }

    /// The project file itself.
    pub(super) fn leaf(&self) -> &Pom {
        &self.chain[0].0
    }

    fn poms(&self) -> impl Iterator<Item = &Pom> {
        self.chain.iter().map(|(pom, _)| pom)
    }

    /// Everything that it manages: its own versions, then its parents', then those of the bills that they import.
    pub(super) fn managed(&self) -> Managed {
        self.managed_at(0)
    }

    fn managed_at(&self, depth: usize) -> Managed {
        let mut managed = Managed::default();
        let text = |written: &Option<String>| self.text(written.as_deref());
        for dependency in self.poms().flat_map(|pom| &pom.managed).filter(|managed| !managed.is_import()) {
            let Some(key) = self.key(dependency) else { continue };
            managed.dependencies.entry(key).or_insert_with(|| Dependency {
                version: text(&dependency.version),
                scope: text(&dependency.scope),
                optional: text(&dependency.optional),
                ..dependency.clone()
            });
        }
        for bill in self.poms().flat_map(|pom| &pom.managed).filter(|managed| managed.is_import()) {
            match self.bill(bill).filter(|_| depth < MAX_IMPORTS) {
                Some(project) => {
                    let theirs = project.managed_at(depth + 1);
                    for (key, dependency) in theirs.dependencies {
                        managed.dependencies.entry(key).or_insert(dependency);
                    }
                    for (group, version) in theirs.groups {
                        managed.groups.entry(group).or_insert(version);
                    }
                }
                None => {
                    if let Some([group, artifact, ..]) = self.key(bill) {
                        managed.lockstep(&group, &artifact, text(&bill.version));
                    }
                }
            }
        }
        // The last parent that is known may be one that only a repository has.
        if let Some(parent) = self.poms().last().and_then(|pom| pom.parent.as_ref()) {
            let [group, artifact] = [&parent.group, &parent.artifact].map(|part| text(part).unwrap_or_default());
            managed.lockstep(&group, &artifact, text(&parent.version));
        }
        managed
    }

    /// Whether the bill of materials is own code: its file lies in the tree.
    pub(super) fn has_bill(&self, bill: &Dependency) -> bool {
        self.bill(bill).is_some()
    }

    /// The bill of materials, if it is a module of this project or of a parent, or lies beside this project.
    fn bill(&self, bill: &Dependency) -> Option<Project<'a>> {
        let [group, artifact, ..] = self.key(bill)?;
        let modules = self.chain.iter().flat_map(|(pom, place)| pom.modules.iter().map(move |module| (place, module.clone())));
        let beside = self.chain.first().map(|(_, place)| (place, format!("../{artifact}")));
        // Modules lie in folders that are called after them; reading all of them in each would be a square.
        let alike = modules.filter(|(_, module)| {
            let folder = module.trim_end_matches("/pom.xml").rsplit('/').next().unwrap_or(module);
            !folder.is_empty() && (artifact.ends_with(folder) || folder.ends_with(&artifact))
        });
        alike.chain(beside).find_map(|(place, module)| {
            let (pom, opened) = project_file(place, &module)?;
            let own_group = pom.group.as_ref().or(pom.parent.as_ref().and_then(|above| above.group.as_ref()));
            let is_it = own_group == Some(&group) && pom.artifact.as_ref() == Some(&artifact);
            is_it.then(|| Self::with_parents(pom, opened))
        })
    }

    /// What the dependency is; `None` if that hangs on a property that nobody knows.
    pub(super) fn key(&self, written: &Dependency) -> Option<Key> {
        let kind = self.text(written.kind.as_deref()).unwrap_or_else(|| "jar".to_owned());
        let classifier = self.text(written.classifier.as_deref()).unwrap_or_default();
        Some([self.text(Some(&written.group))?, self.text(Some(&written.artifact))?, kind, classifier])
    }

    /// Whether group and version are those of a build of several projects that this file is part of.
    pub(super) fn is_own(&self, group: &str, version: Option<&str>) -> bool {
        let several = self.has_local_parent() || !self.leaf().modules.is_empty();
        let below =
            |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        several
            && version.is_some()
            && self.text(Some("${project.version}")).as_deref() == version
            && self.text(Some("${project.groupId}")).is_some_and(|own| below(&own, group) || below(group, &own))
    }

    /// `written` with its properties filled in; `None` if it is empty or one of them is unknown.
    pub(super) fn text(&self, written: Option<&str>) -> Option<String> {
        let budget = Cell::new(MAX_EXPANSIONS);
        self.expand(written?, &budget, 0).filter(|text| !text.is_empty())
    }

    fn expand(&self, written: &str, budget: &Cell<usize>, depth: usize) -> Option<String> {
        if written.len() > MAX_TEXT {
            return None;
        }
        let mut text = String::new();
        let mut rest = written;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}')?;
            // A property that needs itself runs out of depth.
            budget.set(budget.get().checked_sub(1).filter(|_| depth < 16)?);
            text.push_str(before);
            text.push_str(&self.expand(self.property(name)?, budget, depth + 1)?);
            if text.len() > MAX_TEXT {
                return None;
            }
            rest = after;
        }
        text.push_str(rest);
        Some(text)
    }

    /// A property as written: of the project itself, or the nearest definition.
    fn property(&self, name: &str) -> Option<&str> {
        let leaf = self.leaf();
        let inherited = |own: fn(&Pom) -> Option<&String>, from: fn(&Parent) -> Option<&String>| {
            self.poms().find_map(|pom| own(pom).or_else(|| pom.parent.as_ref().and_then(from)))
        };
        let bare = name.strip_prefix("project.").or_else(|| name.strip_prefix("pom.")).unwrap_or(name);
        let parent = |from: fn(&Parent) -> Option<&String>| leaf.parent.as_ref().and_then(from);
        let own = match bare {
            "version" => inherited(|pom| pom.version.as_ref(), |parent| parent.version.as_ref()),
            "groupId" => inherited(|pom| pom.group.as_ref(), |parent| parent.group.as_ref()),
            "artifactId" => leaf.artifact.as_ref(),
            "parent.version" => parent(|parent| parent.version.as_ref()),
            "parent.groupId" => parent(|parent| parent.group.as_ref()),
            "parent.artifactId" => parent(|parent| parent.artifact.as_ref()),
            _ => None,
        };
        let defined = || self.poms().find_map(|pom| pom.properties.get(name));
        if name == bare { defined().or(own) } else { own.or_else(defined) }.map(String::as_str)
    }
}

/// The project file at `path`, which may name its folder.
fn project_file<'a>(place: &Opened<'a>, path: &str) -> Option<(Pom, Opened<'a>)> {
    if path.is_empty() || path.contains("${") {
        return None;
    }
    let folder = format!("{path}/pom.xml");
    [path, folder.as_str()].into_iter().find_map(|path| {
        let opened = place.sibling(path);
        let (pom, _) = parse(&decode(opened.bytes().ok()?)?);
        Some((pom, opened))
    })
}

/// The parent, if it lies where `relativePath` says and is the project that was meant; Maven looks no further either.
fn local_parent<'a>(parent: &Parent, file: &Opened<'a>) -> Option<(Pom, Opened<'a>)> {
    let (pom, opened) = project_file(file, parent.relative_path.as_deref().unwrap_or("../pom.xml"))?;
    let group = pom.group.as_ref().or(pom.parent.as_ref().and_then(|above| above.group.as_ref()));
    let version = pom.version.as_ref().or(pom.parent.as_ref().and_then(|above| above.version.as_ref()));
    let same_version = version == parent.version.as_ref()
        || [version, parent.version.as_ref()].into_iter().flatten().any(|version| version.contains("${"));
    (group == parent.group.as_ref() && pom.artifact == parent.artifact && same_version).then_some((pom, opened))
}
