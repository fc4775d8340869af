//! Compares what `java-archive` finds with `unzip -p JAR META-INF/maven/*/*/pom.properties` for every jar that Debian's
//! Maven brings along, and the groups that it knows of other jars with Debian's Maven repository. Needs
//! `apt-get install maven unzip`.
//!
//! Compares what `maven-pom` finds with `mvn -o dependency:collect` for a build of several projects. Needs
//! `apt-get install libmaven-dependency-plugin-java junit4`.

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
    assert!(compared >= 20 && known >= 2, "only {compared} and {known} artefacts compared: apt-get install maven");
}

/// The newest version of an artefact that Debian's Maven repository has.
fn version(group: &str, artifact: &str) -> String {
    let folder = Path::new("/usr/share/maven-repo").join(group.replace('.', "/")).join(artifact);
    let names =
        std::fs::read_dir(&folder).into_iter().flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name != "debian").max().unwrap_or_else(|| panic!("no {group}:{artifact}: apt-get install maven"))
}

/// Writes a build of several projects: a parent with nested properties, a bill of materials, two modules.
fn build(folder: &Path) {
    let (io, cli, alliance) =
        (version("commons-io", "commons-io"), version("commons-cli", "commons-cli"), version("aopalliance", "aopalliance"));
    let (major, rest) = io.split_once('.').expect("a version with dots");
    let parent = "<parent><groupId>org.acme</groupId><artifactId>all</artifactId><version>${revision}</version></parent>";
    let files = [
        (
            "pom.xml",
            format!(
                "<groupId>org.acme</groupId><artifactId>all</artifactId><version>${{revision}}</version><packaging>pom</packaging>
                <properties><revision>2.0</revision><major>{major}</major><io.version>${{major}}.{rest}</io.version></properties>
                <modules><module>bom</module><module>lib</module><module>app</module></modules>
                <dependencyManagement><dependencies>
                <dependency><groupId>commons-io</groupId><artifactId>commons-io</artifactId><version>${{io.version}}</version></dependency>
                <dependency><groupId>org.acme</groupId><artifactId>lib</artifactId><version>${{project.version}}</version></dependency>
                <dependency><groupId>org.acme</groupId><artifactId>bom</artifactId><version>${{project.version}}</version><type>pom</type><scope>import</scope></dependency>
                </dependencies></dependencyManagement>"
            ),
        ),
        (
            "bom/pom.xml",
            format!(
                "<groupId>org.acme</groupId><artifactId>bom</artifactId><version>2.0</version><packaging>pom</packaging>
                <properties><cli>{cli}</cli></properties><dependencyManagement><dependencies>
                <dependency><groupId>commons-cli</groupId><artifactId>commons-cli</artifactId><version>${{cli}}</version><scope>test</scope></dependency>
                </dependencies></dependencyManagement>"
            ),
        ),
        (
            "lib/pom.xml",
            format!(
                "{parent}<artifactId>lib</artifactId><dependencies>
                <dependency><groupId>aopalliance</groupId><artifactId>aopalliance</artifactId><version>{alliance}</version><optional>true</optional></dependency>
                </dependencies><profiles>
                <profile><id>a</id><activation><activeByDefault>true</activeByDefault></activation><dependencies>
                <dependency><groupId>commons-io</groupId><artifactId>commons-io</artifactId></dependency></dependencies></profile>
                <profile><id>b</id><activation><property><name>!quick</name></property></activation><dependencies>
                <dependency><groupId>commons-cli</groupId><artifactId>commons-cli</artifactId></dependency></dependencies></profile>
                </profiles>"
            ),
        ),
        (
            "app/pom.xml",
            format!(
                "{parent}<artifactId>app</artifactId><dependencies>
                <dependency><groupId>org.acme</groupId><artifactId>lib</artifactId></dependency>
                <dependency><groupId>commons-io</groupId><artifactId>commons-io</artifactId>
                <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>
                <dependency><groupId>commons-cli</groupId><artifactId>commons-cli</artifactId><scope>provided</scope></dependency>
                </dependencies>"
            ),
        ),
    ];
    for (path, body) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, format!("<project><modelVersion>4.0.0</modelVersion>{body}</project>")).expect("a project file");
    }
}

/// What the dependency plug-in says of the project in `folder`, per module: `group:artifact:version scope`.
fn collected(folder: &Path) -> BTreeSet<String> {
    // A copy of links, as Maven writes notes into its repository.
    let repository = folder.join("repository");
    let copied = Command::new("cp").arg("-rs").arg("/usr/share/maven-repo").arg(&repository).status();
    assert!(copied.expect("cp runs").success());
    let plugin = "org.apache.maven.plugins:maven-dependency-plugin";
    let goal = format!("{plugin}:{}:collect", version("org.apache.maven.plugins", "maven-dependency-plugin"));
    let output = Command::new("mvn")
        .args(["-o", "-B", &format!("-Dmaven.repo.local={}", repository.display()), &goal, "-DexcludeTransitive=true"])
        .current_dir(folder)
        .output()
        .expect("mvn runs: apt-get install maven");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "apt-get install libmaven-dependency-plugin-java junit4\n{text}");
    let (mut module, mut found) = ("", BTreeSet::new());
    for line in text.lines().filter_map(|line| line.strip_prefix("[INFO] ")) {
        module = line.split_once(" @ ").map_or(module, |(_, name)| name.trim_end_matches(" ---"));
        let parts: Vec<_> = line.trim().trim_end_matches(" (optional)").split(':').collect();
        if let [group, artifact, "jar", version, scope] = parts.as_slice()
            && *group != "org.acme"
        {
            let kind = match *scope {
                "test" | "provided" => "Development",
                _ if line.contains("(optional)") => "Optional",
                _ => "Main",
            };
            found.insert(format!("{module} {group}/{artifact} {version} {kind}"));
        }
    }
    found
}

#[test]
fn the_dependencies_of_a_build_of_several_projects_are_those_that_maven_resolves() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    build(folder.path());
    let expected = collected(folder.path());
    let detector = DETECTORS.iter().find(|detector| detector.id() == "maven-pom").expect("the detector is in the table");
    let tree = DirectoryTree::new(folder.path(), false);
    let mut found = BTreeSet::new();
    for module in ["bom", "lib", "app"] {
        let mut out = Findings::default();
        detector.detect(&Opened::new(&tree, &Counters::default(), &Path::new(module).join("pom.xml")), &mut out);
        assert!(out.problems.is_empty(), "{:?}", out.problems);
        for component in &out.components {
            let purl = &component.purl;
            found.insert(format!("{module} {} {} {:?}", purl.full_name(), purl.version().unwrap_or("?"), component.group));
        }
    }
    assert!(expected.len() >= 4, "{expected:?}");
    assert_eq!(found, expected);
}
