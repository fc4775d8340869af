//! Which artefact a jar is, by what it says of itself: Maven's `pom.properties`, the manifest
//! (<https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html>) and the file name.
//!
//! Refuses to invent a group: a jar that does not clearly name its own is `pkg:generic`, and one without a version is nothing.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::Purl;

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

/// A version at the end of a file name, after the first `-` or `_` that leaves nothing else behind it. `log4j-1.2-api-2.17.1` has one.
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    let qualifier = r"(?i:alpha|android|beta|build|cr|dev|ea|final|ga|hotfix|incubating|jdk|jre|m|milestone|p|patch|pre|r|rc|redhat|rel|release|rev|snapshot|sp|v)";
    Regex::new(&format!(r"^v?\d+(?:\.\d+)*[a-z]?\d*(?:[._+-]?(?:{qualifier}\.?\d*|\d+)[0-9a-f]*)*$")).expect("a valid pattern")
});

/// Group, artefact and version as Maven has them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Coordinates {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: Option<String>,
}

impl Coordinates {
    /// The package URL.
    pub(super) fn purl(&self) -> Purl {
        Purl::new("maven", &self.artifact).with_namespace(&self.group).with_version(self.version.as_deref().unwrap_or_default())
    }

    /// Reads `pom.properties`; what it lacks comes from its path, `META-INF/maven/<group>/<artefact>/`.
    pub(super) fn from_properties(text: &str, group: &str, artifact: &str) -> Self {
        let value = |key: &str| {
            let lines = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', '!']));
            let mut pairs = lines.filter_map(|line| line.split_once(['=', ':']));
            pairs.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim().to_owned())
        };
        let known = |key: &str| value(key).filter(|value| !value.is_empty() && !value.contains("${"));
        Self {
            group: known("groupId").unwrap_or_else(|| group.to_owned()),
            artifact: known("artifactId").unwrap_or_else(|| artifact.to_owned()),
            version: known("version"),
        }
    }

    /// Whether a file with that stem is this artefact: `guava`, `guava-31.1-jre`.
    pub(super) fn is_named(&self, stem: &str) -> bool {
        stem.strip_prefix(self.artifact.as_str()).is_some_and(|rest| {
            rest.is_empty()
                || rest
                    .strip_prefix('-')
                    .is_some_and(|rest| self.version.as_deref().is_some_and(|v| rest.starts_with(v)) || VERSION.is_match(rest))
        })
    }
}

/// Name and version in the stem of a jar's file name.
pub(super) fn split_stem(stem: &str) -> (&str, Option<&str>) {
    let cuts = stem.match_indices(['-', '_']).filter_map(|(at, _)| stem.split_at_checked(at));
    let mut named = cuts.filter_map(|(name, rest)| Some((name, rest.strip_prefix(['-', '_'])?)));
    named
        .find(|(name, rest)| !name.is_empty() && VERSION.is_match(rest))
        .map_or((stem, None), |(name, version)| (name, Some(version)))
}

/// The main section of a manifest, by lower-case name.
#[derive(Debug, Default)]
pub(super) struct Manifest(BTreeMap<String, String>);

impl Manifest {
    /// Reads the main section: it ends at the first empty line, and a line that starts with a space goes on.
    pub(super) fn parse(text: &str) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in text.lines().take_while(|line| !line.is_empty()) {
            if let Some(more) = line.strip_prefix(' ') {
                if let Some((_, value)) = fields.last_mut() {
                    value.push_str(more);
                }
            } else if let Some((name, value)) = line.split_once(':') {
                fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Self(fields.into_iter().collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty() && !value.contains("${"))
    }

    /// The version that it states, if it is one.
    pub(super) fn version(&self) -> Option<&str> {
        ["implementation-version", "plugin-version", "bundle-version"]
            .into_iter()
            .filter_map(|name| self.get(name))
            .filter_map(|value| value.split([' ', ';', '"']).find(|word| !word.is_empty()))
            .find(|version| version.contains(|c: char| c.is_ascii_digit()))
    }

    /// The bundle's name without its directives.
    fn bundle(&self) -> Option<&str> {
        self.get("bundle-symbolicname").and_then(|name| name.split(';').next()).map(str::trim).filter(|name| !name.is_empty())
    }

    /// The jar with that stem, if manifest and name give a version.
    pub(super) fn purl(&self, stem: &str) -> Option<Purl> {
        let (name, version) = split_stem(stem);
        let artifact = self
            .get("artifact-id")
            .or_else(|| self.get("short-name").filter(|_| self.get("plugin-version").is_some()))
            .unwrap_or(name);
        let version = version.or_else(|| self.version())?;
        let purl = match self.group(artifact) {
            Some(group) => Purl::new("maven", artifact).with_namespace(group),
            None => Purl::new("generic", artifact),
        };
        Some(purl.with_version(version))
    }

    /// The group of `artifact`, where one field states it beyond doubt.
    fn group(&self, artifact: &str) -> Option<&str> {
        let vendor = self.get("implementation-vendor-id").filter(|vendor| {
            let last = vendor.rsplit('.').next().unwrap_or(vendor);
            artifact.strip_prefix(last).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        });
        self.get("group-id").or(vendor).or_else(|| bundle_group(self.bundle()?, artifact)).filter(|group| {
            group.contains('.')
                && !UMBRELLAS.contains(group)
                && group.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
        })
    }
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

    #[test]
    fn the_version_in_a_file_name_is_its_end() {
        for (stem, name, version) in [
            ("commons-lang3-3.12.0", "commons-lang3", Some("3.12.0")),
            ("log4j-1.2-api-2.17.1", "log4j-1.2-api", Some("2.17.1")),
            ("guava-31.1-jre", "guava", Some("31.1-jre")),
            ("netty-all-4.1.1.Final", "netty-all", Some("4.1.1.Final")),
            ("org.eclipse.osgi_3.18.0.v20220516-2155", "org.eclipse.osgi", Some("3.18.0.v20220516-2155")),
            ("app-1.0-SNAPSHOT", "app", Some("1.0-SNAPSHOT")),
            ("jta-1.0.1B-rc2", "jta-1.0.1B-rc2", None),
            ("lucene-core-9.0.0-beta.2", "lucene-core", Some("9.0.0-beta.2")),
            ("tomcat9-catalina", "tomcat9-catalina", None),
            ("bcprov-jdk15on-170", "bcprov-jdk15on", Some("170")),
            ("rt", "rt", None),
            ("-1.0", "-1.0", None),
        ] {
            assert_eq!(split_stem(stem), (name, version), "{stem}");
        }
    }

    #[test]
    fn a_group_is_taken_only_where_it_is_beyond_doubt() {
        for (manifest, stem, purl) in [
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
            ("Implementation-Vendor-Id: org.apache\n", "apache-thing-1.9", "pkg:generic/apache-thing@1.9"),
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
        ] {
            assert_eq!(Manifest::parse(manifest).purl(stem).map(|purl| purl.to_string()), Some(purl.to_owned()));
        }
    }

    #[test]
    fn a_manifest_line_goes_on_after_a_space_and_the_main_section_ends_at_an_empty_line() {
        let manifest = Manifest::parse("Bundle-Version: 1.2\n .3\n\nName: x\nImplementation-Version: 9\n");
        assert_eq!(manifest.version(), Some("1.2.3"));
        assert_eq!(Manifest::parse("Implementation-Version: ${version}\n").purl("app"), None);
    }
}
