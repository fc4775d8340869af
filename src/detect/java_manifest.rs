//! The manifest of a jar (<https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html>): which artefact and version it states,
//! in the words of Maven, `OSGi`, Jenkins, Gradle, sbt and Apache `NiFi`.
//!
//! Refuses to invent a group: a jar that neither names its own nor is a well-known library is `pkg:generic`, and one without a
//! version is nothing. The jars of a Java runtime are nothing either, since the runtime itself is found.

use std::collections::BTreeMap;

use crate::model::Purl;

use super::java_identity::Coordinates;
use super::java_libraries as libraries;
use super::java_name::split_stem;

/// Organisations that host the groups of many projects: alone they are no Maven group of an artefact.
const UMBRELLAS: &[&str] = &[
    "com.github",
    "com.google",
    "com.sun",
    "io.github",
    "net.sourceforge",
    "org.apache",
    "org.codehaus",
    "org.eclipse",
    "org.jboss",
    "org.osgi",
    "org.ow2",
];

/// Attributes by lower-case name.
type Attributes = BTreeMap<String, String>;

/// The attributes of a manifest.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    main: Attributes,
    /// Implementation-Version of the sections of single packages and files.
    sections: Vec<String>,
}

impl Manifest {
    /// Reads the main section and what the others say of versions. A section ends at an empty line, and a line that starts with a
    /// space goes on.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        // Lines are broken after 72 bytes, in the middle of a character if need be: they are joined before they are decoded.
        let mut joined: Vec<Vec<u8>> = Vec::new();
        for line in bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)) {
            for line in line.split(|byte| *byte == b'\r') {
                match (line.strip_prefix(b" "), joined.last_mut()) {
                    (Some(more), Some(last)) => last.extend_from_slice(more),
                    _ => joined.push(line.to_owned()),
                }
            }
        }
        let sections = joined.split(Vec::is_empty).map(attributes).filter(|attributes| !attributes.is_empty());
        let (mut main, sections): (Vec<_>, Vec<_>) = sections.partition(|attributes| !attributes.contains_key("name"));
        let main = if main.is_empty() { Attributes::new() } else { main.swap_remove(0) };
        let versions =
            sections.into_iter().filter_map(|attributes| stated(&attributes, "implementation-version").map(str::to_owned));
        Self { main, sections: versions.collect() }
    }

    /// An attribute of the main section, unless it is empty or was never filled in.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        stated(&self.main, name)
    }

    /// The version that it states, if it is one. That of a specification comes last: it is often an older, shorter one.
    pub(super) fn version(&self) -> Option<&str> {
        let main = |name: &'static str| self.get(name).and_then(version_word);
        ["nar-version", "plugin-version", "implementation-version", "bundle-version"]
            .into_iter()
            .find_map(main)
            .or_else(|| {
                let first = self.sections.first()?;
                self.sections.iter().all(|other| other == first).then(|| version_word(first)).flatten()
            })
            .or_else(|| main("specification-version"))
    }

    /// The bundle's name without its directives.
    fn bundle(&self) -> Option<&str> {
        self.get("bundle-symbolicname").and_then(|name| name.split(';').next()).map(str::trim).filter(|name| !name.is_empty())
    }

    /// What it calls the jar.
    fn names(&self) -> impl Iterator<Item = &str> {
        let titles = ["automatic-module-name", "implementation-title", "artifact-id", "nar-id"].into_iter();
        self.bundle().into_iter().chain(titles.filter_map(|name| self.get(name)))
    }

    /// Whether it calls the jar by that artefact's name, alone or after its group.
    pub(super) fn is_of(&self, artefact: &Coordinates) -> bool {
        let Coordinates { group, artifact, .. } = artefact;
        let dotted = artifact.replace('-', ".");
        self.names().any(|name| {
            name == artifact
                || name
                    .strip_prefix(group.as_str())
                    .and_then(|rest| rest.strip_prefix('.'))
                    .is_some_and(|rest| rest == *artifact || rest == dotted)
                || bundle_group(name, artifact) == Some(group)
        })
    }

    /// The version that it gives the jar together with a name.
    pub(super) fn named_version(&self) -> Option<&str> {
        self.names().next().and_then(|_| self.version())
    }

    /// The jar with that stem, if manifest and name give a version. `has` says whether it brings classes of a package.
    pub(super) fn purl(&self, stem: &str, has: impl Fn(&str) -> bool) -> Option<Purl> {
        if self.get("implementation-title").is_some_and(|title| title == "Java Runtime Environment") {
            return None;
        }
        let (name, version) = self.split(stem);
        let artifact = self
            .get("artifact-id")
            .or_else(|| self.get("nar-id"))
            .or_else(|| self.get("short-name").filter(|_| self.get("plugin-version").is_some()))
            .unwrap_or_else(|| self.library(libraries::renamed(name, &has), &has));
        let version = version.or_else(|| self.version())?;
        let purl = match self.group(artifact, has) {
            Some(group) => Purl::new("maven", artifact).with_namespace(group),
            None => Purl::new("generic", artifact),
        };
        Some(purl.with_version(version))
    }

    /// Name and version in a file's stem; the version that the manifest states ends the name, whatever classifier comes after it.
    fn split<'s>(&self, stem: &'s str) -> (&'s str, Option<&'s str>) {
        let (name, version) = split_stem(stem);
        let stated = || {
            let (name, rest) = stem.split_once(&format!("-{}", self.version()?))?;
            let ends = (rest.is_empty() || rest.starts_with('-')) && !name.is_empty();
            ends.then_some((name, None))
        };
        version.map_or_else(|| stated().unwrap_or((name, None)), |version| (name, Some(version)))
    }

    /// The well-known library that the title names, if the file's own `name` is that of none: a distribution renames jars.
    fn library<'s>(&'s self, name: &'s str, has: impl Fn(&str) -> bool) -> &'s str {
        let titled = self.get("implementation-title").filter(|title| libraries::group(title, &has).is_some());
        titled.filter(|_| libraries::group(name, &has).is_none()).unwrap_or(name)
    }

    /// The group of `artifact`, where one field states it beyond doubt, or classes and name together do.
    fn group(&self, artifact: &str, has: impl Fn(&str) -> bool) -> Option<&str> {
        // sbt writes the organisation there, which is the group of what it publishes; nobody else marks an artefact so.
        let scala = artifact.contains("_2.1") || artifact.ends_with("_3");
        let vendor = self.get("implementation-vendor-id").filter(|vendor| {
            let last = vendor.rsplit('.').next().unwrap_or(vendor);
            scala || artifact.strip_prefix(last).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        });
        let stated = || vendor.or_else(|| bundle_group(self.bundle()?, artifact));
        let known = || libraries::group(artifact, has).or_else(|| stated().filter(|group| is_group(group)));
        self.get("group-id").or_else(|| self.get("nar-group")).filter(|group| is_group(group)).or_else(known)
    }
}

/// Whether a text can be the group of an artefact.
fn is_group(text: &str) -> bool {
    text.contains('.') && !UMBRELLAS.contains(&text) && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// The pairs of one section; the first of a name counts.
fn attributes(lines: &[Vec<u8>]) -> Attributes {
    let mut attributes = Attributes::new();
    for line in lines {
        if let Some((name, value)) = String::from_utf8_lossy(line).split_once(':') {
            attributes.entry(name.trim().to_ascii_lowercase()).or_insert_with(|| value.trim().to_owned());
        }
    }
    attributes
}

fn stated<'a>(attributes: &'a Attributes, name: &str) -> Option<&'a str> {
    attributes.get(name).map(String::as_str).filter(|value| !value.is_empty() && !value.contains("${"))
}

/// The first word, if it is a version and no commit.
fn version_word(value: &str) -> Option<&str> {
    let word = value.split([' ', ';', '"']).find(|word| !word.is_empty())?;
    let commit =
        word.len() >= 7 && word.contains(|c: char| c.is_ascii_alphabetic()) && word.chars().all(|c| c.is_ascii_hexdigit());
    (!commit && word.contains(|c: char| c.is_ascii_digit())).then_some(word)
}

/// Undoes how Maven's bundle plug-in makes a bundle's name: `group.artifact`, where the group's last word is left out of an
/// artefact that starts with it (`ch.qos.logback` + `logback-core` → `ch.qos.logback.core`).
fn bundle_group<'b>(bundle: &'b str, artifact: &str) -> Option<&'b str> {
    let whole = bundle.strip_suffix(artifact).and_then(|rest| rest.strip_suffix('.'));
    // Without a dash the artefact may be the group's own last word: com.google.guava is the group of guava.
    if let Some(group) = whole.filter(|_| artifact.contains('-')) {
        return Some(group);
    }
    let dots = bundle.match_indices('.').filter_map(|(at, _)| bundle.split_at_checked(at));
    dots.filter(|(group, rest)| {
        let last = group.rsplit('.').next().unwrap_or(group);
        artifact.strip_prefix(last).is_some_and(|tail| tail.replace('-', ".") == *rest)
    })
    .map(|(group, _)| group)
    .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purl(manifest: &str, stem: &str, classes: &str) -> Option<String> {
        Manifest::parse(manifest.as_bytes()).purl(stem, |package| classes.starts_with(package)).map(|purl| purl.to_string())
    }

    #[test]
    fn a_title_names_the_library_whose_jar_was_renamed() {
        let manifest = "Implementation-Title: spring-core\nImplementation-Version: 4.3.30.RELEASE\n";
        let renamed = |classes| purl(manifest, "spring3-core-3.x", classes);
        assert_eq!(
            renamed("org/springframework/core/").as_deref(),
            Some("pkg:maven/org.springframework/spring-core@4.3.30.RELEASE")
        );
        assert_eq!(renamed("org/acme/").as_deref(), Some("pkg:generic/spring3-core-3.x@4.3.30.RELEASE"));
    }

    #[test]
    fn a_group_is_taken_only_where_it_is_beyond_doubt() {
        for (manifest, stem, expected) in [
            (
                "Bundle-SymbolicName: ch.qos.logback.classic\n",
                "logback-classic-1.2.3",
                "pkg:maven/ch.qos.logback/logback-classic@1.2.3",
            ),
            (
                "Bundle-SymbolicName: com.fasterxml.jackson.core.jackson-databind;singleton:=true\n",
                "jackson-databind-2.9.8",
                "pkg:maven/com.fasterxml.jackson.core/jackson-databind@2.9.8",
            ),
            ("Bundle-SymbolicName: org.apache.tomcat-catalina\n", "tomcat-catalina-9.0.1", "pkg:generic/tomcat-catalina@9.0.1"),
            ("Bundle-SymbolicName: com.google.guava\n", "guava-31.1-jre", "pkg:generic/guava@31.1-jre"),
            ("Bundle-SymbolicName: slf4j.api\n", "slf4j-api-1.7.36", "pkg:generic/slf4j-api@1.7.36"),
            (
                "Implementation-Vendor-Id: org.apache.commons\n",
                "commons-text-1.9",
                "pkg:maven/org.apache.commons/commons-text@1.9",
            ),
            ("Implementation-Version: 2.4.21\n", "thing-2.4.21-indy", "pkg:generic/thing@2.4.21"),
            ("Implementation-Version: 2.4.21\n", "thing-2.4.21xyz", "pkg:generic/thing-2.4.21xyz@2.4.21"),
            ("Implementation-Vendor-Id: org.apache\n", "apache-thing-1.9", "pkg:generic/apache-thing@1.9"),
            ("Implementation-Vendor-Id: org.typelevel\n", "spire_2.12-0.17.0", "pkg:maven/org.typelevel/spire_2.12@0.17.0"),
            (
                "Implementation-Version: 5.3.20\r\nImplementation-Title: spring-core\r\n",
                "spring-core",
                "pkg:generic/spring-core@5.3.20",
            ),
            (
                "Group-Id: org.jenkins-ci.plugins\nShort-Name: git\nPlugin-Version: 4.11.0\n",
                "git",
                "pkg:maven/org.jenkins-ci.plugins/git@4.11.0",
            ),
            (
                "Nar-Group: org.apache.nifi\nNar-Id: nifi-kafka-nar\nNar-Version: 1.23.2\n",
                "x",
                "pkg:maven/org.apache.nifi/nifi-kafka-nar@1.23.2",
            ),
        ] {
            assert_eq!(purl(manifest, stem, "org/acme/"), Some(expected.to_owned()));
        }
    }

    #[test]
    fn a_well_known_library_has_the_group_that_everybody_knows_if_its_classes_are_there() {
        for (stem, classes, expected) in [
            (
                "commons-collections-3.2.1",
                "org/apache/commons/collections/",
                "pkg:maven/commons-collections/commons-collections@3.2.1",
            ),
            ("commons-collections-3.2.1", "org/acme/", "pkg:generic/commons-collections@3.2.1"),
            ("catalina-9.0.1", "org/apache/catalina/startup/", "pkg:maven/org.apache.tomcat/tomcat-catalina@9.0.1"),
        ] {
            let manifest = "Bundle-SymbolicName: org.apache.commons.commons-collections\n";
            let manifest = if classes.starts_with("org/apache/commons") { manifest } else { "" };
            assert_eq!(purl(manifest, stem, classes), Some(expected.to_owned()));
        }
    }

    #[test]
    fn a_line_goes_on_after_a_space_and_sections_speak_only_if_they_agree() {
        let version = |text: &str| Manifest::parse(text.as_bytes()).version().map(str::to_owned);
        assert_eq!(version("Bundle-Version: 1.2\n .3\n\nName: x\nImplementation-Version: 9\n").as_deref(), Some("1.2.3"));
        assert_eq!(version("A: b\r\n\r\nName: x\r\nImplementation-Version: 9\r\n").as_deref(), Some("9"));
        assert_eq!(version("A: b\r\rName: x\rImplementation-Version: 9\r").as_deref(), Some("9"));
        assert_eq!(version("\n\nName: x\nImplementation-Version: 9\n\nName: y\nImplementation-Version: 8\n"), None);
        assert_eq!(version("Specification-Version: 3.1\nImplementation-Version: 4f3e2d1c0b\n").as_deref(), Some("3.1"));
        assert_eq!(purl("Implementation-Version: ${version}\n", "app", ""), None);
    }

    #[test]
    fn a_character_that_a_line_break_cuts_is_whole_again() {
        let manifest = Manifest::parse(b"Implementation-Title: caf\xC3\n \xA9\nBundle-Version: 1");
        assert_eq!(manifest.get("implementation-title"), Some("café"));
    }

    #[test]
    fn the_jars_of_a_runtime_are_no_libraries() {
        assert_eq!(purl("Implementation-Title: Java Runtime Environment\nImplementation-Version: 1.8.0_402\n", "rt", ""), None);
    }
}
