//! Compares what `java-archive` finds with `unzip -p JAR META-INF/maven/*/*/pom.properties` for every jar that Debian's
//! Maven brings along, and the groups that it knows of other jars with Debian's Maven repository. Needs
//! `apt-get install maven unzip`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use underpin::detect::{DETECTORS, Findings, Opened};
use underpin::model::Evidence;
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

/// Group and artefact under which Debian's Maven repository has each jar.
fn repository() -> BTreeMap<PathBuf, BTreeSet<(String, String)>> {
    let root = Path::new("/usr/share/maven-repo");
    let mut jars: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "jar")
                && let Ok(jar) = path.canonicalize()
            {
                let names: Vec<_> =
                    path.strip_prefix(root).expect("below the root").iter().filter_map(|name| name.to_str()).collect();
                if let [group @ .., artifact, _, _] = names.as_slice() {
                    jars.entry(jar).or_default().insert((group.join("."), (*artifact).to_owned()));
                }
            }
        }
    }
    jars
}

/// Group, artefact and version of every Maven artefact among the components with that evidence.
fn artefacts(out: &Findings, evidence: Option<Evidence>) -> BTreeSet<(String, String, String)> {
    let components = out.components.iter().filter(|component| component.purl.kind() == "maven");
    let components = components.filter(|component| evidence.is_none_or(|evidence| component.evidence == evidence));
    let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
    components.map(|c| (text(c.purl.namespace()), c.purl.name().to_owned(), text(c.purl.version()))).collect()
}

#[test]
fn every_pom_properties_on_this_machine_is_found_and_no_other_group_is_made_up() {
    let repository = repository();
    let (mut compared, mut known) = (0, 0);
    for jar in jars() {
        let shown = jar.to_str().expect("a name in UTF-8");
        let out = ours(&jar);
        assert!(out.problems.is_empty(), "{:?}", out.problems);
        let expected = truth(shown);
        assert!(artefacts(&out, None).is_superset(&expected), "{shown}");
        compared += expected.len();
        for (group, artifact, version) in artefacts(&out, Some(Evidence::Installed)).difference(&expected) {
            let manifest = unzip(&["-p", shown, "META-INF/MANIFEST.MF"]).replace("\r\n ", "").replace("\n ", "");
            let Some(names) = repository.get(&jar) else { continue };
            // The name may be Debian's own, where it has several versions side by side.
            let debian = names.iter().any(|(known, _)| known == group);
            assert!(debian || manifest.contains(group.as_str()), "{shown} is not {group}:{artifact}:{version}");
            known += 1;
        }
    }
    println!("{compared} artefacts by pom.properties, {known} others by group");
    assert!(compared >= 20, "only {compared} artefacts compared: apt-get install maven");
}
