//! Compares what `java-archive` finds with `unzip -p JAR META-INF/maven/*/*/pom.properties` for every jar that Debian's
//! Maven brings along. Needs `apt-get install maven unzip`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use underpin::detect::{DETECTORS, Findings, Opened};
use underpin::progress::Counters;
use underpin::source::DirectoryTree;

/// Every jar in the folders where Debian puts them, links followed, each once.
fn jars() -> BTreeSet<PathBuf> {
    let folders = ["/usr/share/maven/lib", "/usr/share/maven/boot", "/usr/share/java"].map(Path::new);
    let entries = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    let jars: BTreeSet<_> = entries
        .filter_map(|entry| entry.path().canonicalize().ok())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jar"))
        .collect();
    assert!(!jars.is_empty(), "no jars to compare with: apt-get install maven");
    jars
}

/// What unzip prints; an entry that is not there prints nothing.
fn unzip(arguments: &[&str]) -> String {
    let output = Command::new("unzip").args(arguments).output().expect("unzip runs: apt-get install unzip");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Group, artefact and version of every `pom.properties`, by unzip.
fn truth(jar: &str) -> BTreeSet<(String, String, String)> {
    let entries = unzip(&["-Z1", jar]);
    let properties = entries.lines().filter(|name| name.starts_with("META-INF/maven/") && name.ends_with("/pom.properties"));
    properties
        .map(|name| {
            let text = unzip(&["-p", jar, name]);
            let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default().trim().to_owned();
            (value("groupId="), value("artifactId="), value("version="))
        })
        .collect()
}

fn ours(jar: &Path) -> Findings {
    let detector = DETECTORS.iter().find(|detector| detector.id() == "java-archive").expect("the detector is in the table");
    let mut out = Findings::default();
    let counters = Counters::default();
    let tree = DirectoryTree::new("/", true);
    let path = jar.strip_prefix("/").expect("an absolute path");
    detector.detect(&Opened::new(&tree, &counters, path), &mut out);
    out
}

#[test]
fn every_pom_properties_on_this_machine_is_found_and_nothing_else_claims_a_maven_group() {
    let mut compared = 0;
    for jar in jars() {
        let shown = jar.to_str().expect("a name in UTF-8");
        let out = ours(&jar);
        assert!(out.problems.is_empty(), "{:?}", out.problems);
        let expected = truth(shown);
        let found: BTreeSet<_> = out
            .components
            .iter()
            .filter(|component| component.purl.kind() == "maven")
            .map(|component| {
                let purl = &component.purl;
                let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
                (text(purl.namespace()), purl.name().to_owned(), text(purl.version()))
            })
            .collect();
        if expected.is_empty() {
            let manifest = unzip(&["-p", shown, "META-INF/MANIFEST.MF"]).replace("\r\n ", "").replace("\n ", "");
            assert!(found.iter().all(|(group, ..)| manifest.contains(group.as_str())), "{shown} states no such group: {found:?}");
        } else {
            assert_eq!(found, expected, "{shown}");
            compared += expected.len();
        }
    }
    assert!(compared >= 20, "only {compared} artefacts compared: apt-get install maven");
}
