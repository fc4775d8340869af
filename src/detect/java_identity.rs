//! Which artefact a jar is, by what Maven left in it (`pom.properties`,
//! <https://maven.apache.org/shared/maven-archiver/>), the file name and the manifest.

use super::java_manifest::Manifest;
use super::java_name::{self, split_stem};
use crate::model::Purl;

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
    fn is_named(&self, stem: &str) -> bool {
        stem.strip_prefix(self.artifact.as_str()).is_some_and(|rest| {
            rest.is_empty()
                || rest.strip_prefix('-').is_some_and(|rest| {
                    self.version.as_deref().is_some_and(|v| rest.starts_with(v)) || java_name::version(rest).is_some()
                })
        })
    }
}

/// Which of the artefacts that left their metadata is the jar itself; the others are shaded into it. `None` if the jar is
/// something else: what was built without Maven carries the metadata of nothing but what is shaded in.
pub(super) fn own(found: &[Coordinates], stem: &str, manifest: &Manifest) -> Option<usize> {
    // The longest, since commons-io-1.0 could be an artefact of commons, too.
    let longest = |fits: &dyn Fn(&Coordinates) -> bool| {
        let fitting = found.iter().enumerate().filter(|(_, artefact)| fits(artefact));
        fitting.max_by_key(|(_, artefact)| artefact.artifact.len()).map(|(index, _)| index)
    };
    longest(&|artefact| artefact.is_named(stem)).or_else(|| longest(&|artefact| manifest.is_of(artefact))).or_else(|| {
        // A build may give its file another name, but hardly another version.
        let version = split_stem(stem).1.or_else(|| manifest.named_version());
        let same = |artefact: &Coordinates| match (version, artefact.version.as_deref()) {
            (Some(version), Some(own)) => own == version,
            (Some(_), None) => true,
            (None, _) => found.len() == 1,
        };
        let mut fitting = found.iter().enumerate().filter(|(_, artefact)| same(artefact));
        fitting.next().filter(|_| fitting.next().is_none()).map(|(index, _)| index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stem: &str, found: &[&str], manifest: &str, expected: Option<usize>) {
        let artefact = |text: &&str| {
            let mut parts = text.split(':').map(str::to_owned);
            let mut part = || parts.next().unwrap_or_default();
            Coordinates { group: part(), artifact: part(), version: Some(part()) }
        };
        let found: Vec<_> = found.iter().map(artefact).collect();
        assert_eq!(own(&found, stem, &Manifest::parse(manifest.as_bytes())), expected, "{stem}");
    }

    #[test]
    fn the_name_then_the_manifest_then_the_version_say_which_artefact_the_jar_is() {
        check("commons-io-2", &["a:commons:1", "a:commons-io:2"], "", Some(1));
        check("web", &["org.acme:shop:1", "b:other:3"], "Implementation-Title: shop\n", Some(0));
        check("web", &["org.acme:shop:1", "b:other:3"], "Bundle-SymbolicName: b.other;x:=y\n", Some(1));
        check("web-1", &["org.acme:shop:1", "b:other:3"], "", Some(0));
        check("web", &["org.acme:shop:1", "b:other:3"], "Implementation-Title: The Shop\nImplementation-Version: 1\n", Some(0));
        check("web", &["org.acme:shop:1", "b:other:3"], "", None);
        check("web-3", &["org.acme:shop:3", "b:other:3"], "", None);
    }

    #[test]
    fn a_lone_artefact_is_the_jar_unless_name_or_manifest_state_something_else() {
        check("renamed", &["org.acme:lib:1"], "", Some(0));
        check("renamed", &["org.acme:lib:1"], "Implementation-Version: 1\nImplementation-Title: The Library\n", Some(0));
        check("postgresql-42.7.2", &["com.ongres.scram:client:2.1"], "", None);
        check(
            "postgresql",
            &["com.ongres.scram:client:2.1"],
            "Bundle-SymbolicName: org.postgresql.jdbc\nBundle-Version: 42.7.2\n",
            None,
        );
    }
}
