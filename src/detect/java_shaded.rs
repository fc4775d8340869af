//! Recognises well-known code inside a jar by its classes, where a build dropped Maven's metadata: `shaded/io/netty/…` in a jar
//! that says nothing of Netty. One characteristic class proves an artefact, moved to another package or not.
//!
//! A version is known only where the code brings one along. A jar never shades itself, nor a sibling of its own group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::java_identity::Coordinates;
use super::java_libraries::{CORES, Core};

/// Groups that hold unrelated artefacts.
const MIXED: &[&str] = &["org.apache.commons"];
/// Jars that hold the classes of an artefact because one came out of the other.
const RELATED: &[(&str, &str)] = &[("google-collect", "guava"), ("reload4j", "log4j")];

/// The characteristic classes by their file names.
static BY_NAME: LazyLock<BTreeMap<&str, Vec<&'static Core>>> = LazyLock::new(|| {
    let mut index: BTreeMap<&str, Vec<&'static Core>> = BTreeMap::new();
    for core in CORES {
        index.entry(core.class.rsplit('/').next().unwrap_or(core.class)).or_default().push(core);
    }
    index
});
static CONSTANT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?-u)\x01\x00[\x05-\x20](\d+\.\d+\.\d+[0-9A-Za-z.-]*)").expect("a valid pattern"));
static XERCES: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?-u)Xerces-J (\d+\.\d+\.\d+)").expect("a valid pattern"));

/// Characteristic classes that a jar holds, each with the folder that it was moved to.
#[derive(Debug, Default)]
pub(super) struct Shaded(BTreeMap<&'static Core, String>);

impl Shaded {
    /// Looks at one entry's name.
    pub(super) fn see(&mut self, entry: &str) {
        let Some(cores) = entry.rsplit('/').next().and_then(|name| BY_NAME.get(name)) else { return };
        for core in cores {
            if let Some(root) = entry.strip_suffix(core.class).filter(|root| root.is_empty() || root.ends_with('/')) {
                self.0.entry(core).or_insert_with(|| root.to_owned());
            }
        }
    }

    /// The artefacts that are shaded in, with the folder of their classes, in a jar that is `own` and holds the metadata of
    /// `found`.
    pub(super) fn foreign<'s>(
        &'s self,
        own: &'s [Coordinates],
        found: &'s [Coordinates],
    ) -> impl Iterator<Item = (&'static Core, &'s str)> {
        let relatives: BTreeSet<&str> = own.iter().chain(found).map(|artefact| artefact.group.as_str()).collect();
        self.0.iter().filter_map(move |(core, root)| {
            let sibling = relatives.contains(core.group) && !MIXED.contains(&core.group);
            let known =
                found.iter().any(|artefact| artefact.artifact == core.artifact || is_descendant(&artefact.artifact, core));
            let is_own = own.iter().any(|artefact| is_edition(&artefact.artifact, core));
            (!sibling && !known && !is_own).then_some((*core, root.as_str()))
        })
    }
}

/// Whether a jar of that name is the artefact itself, in whole or in part: `log4j` and `log4j-core`, `xerces` and `xercesImpl`.
fn is_edition(name: &str, core: &Core) -> bool {
    let one_starts_the_other = name.starts_with(core.artifact) || core.artifact.starts_with(name);
    name == core.artifact || name.len() > 2 && one_starts_the_other || is_descendant(name, core)
}

/// Whether the artefact of that name has the same classes because one came out of the other.
fn is_descendant(name: &str, core: &Core) -> bool {
    RELATED.iter().any(|(relative, artifact)| name.starts_with(relative) && core.artifact == *artifact)
}

/// The entry that tells the artefact's version, if the artefact has one.
pub(super) fn version_entry(core: &Core, root: &str) -> Option<String> {
    Some(match core.artifact {
        "clojure" => format!("{root}clojure/version.properties"),
        "jackson-core" => format!("{root}com/fasterxml/jackson/core/json/PackageVersion.class"),
        "jackson-databind" => format!("{root}com/fasterxml/jackson/databind/cfg/PackageVersion.class"),
        "scala-library" => "library.properties".to_owned(),
        "xercesImpl" => format!("{root}{}", core.class),
        artifact if artifact.starts_with("netty-") => "META-INF/io.netty.versions.properties".to_owned(),
        _ => return None,
    })
}

/// The version of the artefact in that entry.
pub(super) fn version_in(core: &Core, bytes: &[u8]) -> Option<String> {
    let constant = |pattern: &Regex| {
        let found = pattern.captures(bytes)?.get(1)?.as_bytes();
        String::from_utf8(found.to_owned()).ok()
    };
    let key = match core.artifact {
        "jackson-core" | "jackson-databind" => return constant(&CONSTANT),
        "xercesImpl" => return constant(&XERCES),
        "scala-library" => "version.number".to_owned(),
        "clojure" => "version".to_owned(),
        artifact => format!("{artifact}.version"),
    };
    let text = String::from_utf8_lossy(bytes);
    let mut pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(own: &str, entries: &[&str]) -> Vec<String> {
        let mut shaded = Shaded::default();
        for entry in entries {
            shaded.see(entry);
        }
        let own = Coordinates { group: String::new(), artifact: own.to_owned(), version: None };
        shaded.foreign(&[own], &[]).map(|(core, root)| format!("{}{root}", core.artifact)).collect()
    }

    #[test]
    fn code_is_known_wherever_it_was_moved_to_but_not_by_half_a_path() {
        let entry = "org/apache/logging/log4j/core/LoggerContext.class";
        assert_eq!(foreign("app", &[entry]), ["log4j-core"]);
        assert_eq!(foreign("app", &[&format!("com/acme/shaded/{entry}")]), ["log4j-corecom/acme/shaded/"]);
        assert_eq!(foreign("app", &[&format!("x{entry}"), "LoggerContext.class"]), Vec::<String>::new());
    }

    #[test]
    fn a_jar_does_not_shade_itself() {
        for (own, entry) in [
            ("log4j-core", "org/apache/logging/log4j/core/LoggerContext.class"),
            ("spring", "org/springframework/core/SpringVersion.class"),
            ("xerces", "org/apache/xerces/impl/Version.class"),
            ("google-collections", "com/google/common/collect/ImmutableList.class"),
        ] {
            assert_eq!(foreign(own, &[entry]), Vec::<String>::new(), "{own}");
        }
    }

    #[test]
    fn the_version_is_what_the_code_says_of_itself() {
        let version = |artifact: &str, bytes: &[u8]| {
            let core = CORES.iter().find(|core| core.artifact == artifact);
            core.and_then(|core| version_in(core, bytes))
        };
        assert_eq!(version("jackson-databind", b"\x01\x00\x062.13.4\x01\x00\x04Code").as_deref(), Some("2.13.4"));
        assert_eq!(version("netty-common", b"#x\nnetty-common.version=4.1.9.Final\n").as_deref(), Some("4.1.9.Final"));
        assert_eq!(version("scala-library", b"version.number=2.12.18\n").as_deref(), Some("2.12.18"));
        assert_eq!(version("xercesImpl", b"..Xerces-J 2.12.0\x01").as_deref(), Some("2.12.0"));
        assert_eq!(version("clojure", b""), None);
    }
}
