//! What is read of the lock files of Yarn, pnpm, Bun and Deno is what these tools themselves list. The tools come from the npm
//! registry.

#[path = "support/fetch.rs"]
mod fetch;
mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use fetch::{fetch, fetched};
use serde_json::Value;
use support::{names, output, scan};
use underpin::detect::Findings;
use underpin::model::{Chosen, Group};

const REGISTRY: &str = "the npm registry";
/// A project with an alias, a scope, a peer, a workspace member, a folder, and packages for development and one system only.
const MANIFEST: &str = r#"{"name": "root", "version": "1.0.0", "private": true, "workspaces": ["packages/*"],
    "dependencies": {"str": "npm:string-width@4.2.3", "own": "file:./own", "use-sync-external-store": "1.2.0", "react": "18.2.0",
        "@babel/helper-string-parser": "7.24.1"},
    "devDependencies": {"chalk": "4.1.2"}, "optionalDependencies": {"fsevents": "2.3.3"}}"#;
const MEMBER: &str = r#"{"name": "w", "version": "1.0.0", "dependencies": {"chalk": "2.4.2"}}"#;
const OWN: &str = r#"{"name": "own", "version": "0.0.1", "dependencies": {"is-number": "7.0.0"}}"#;

/// The folder with the tools, or why there is none; `None` on a machine without npm.
static TOOLS: LazyLock<Option<Result<PathBuf, String>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("javascript-tools");
    std::fs::create_dir_all(&folder).expect("a folder");
    // pnpm 7, 8 and 9 write the three forms of its lock file; Yarn 1 is the one before its form changed.
    let tools = ["yarn@1", "@yarnpkg/cli-dist", "bun", "deno", "pnpm7@npm:pnpm@7", "pnpm8@npm:pnpm@8", "pnpm9@npm:pnpm@9"];
    let mut npm = Command::new("npm");
    npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]).arg(&folder).args(tools);
    fetch(REGISTRY, &mut npm).map(|done| done.map(|_| folder.join("node_modules")))
});

fn tools() -> Option<&'static Path> {
    TOOLS.as_ref().map(|tools| tools.as_deref().unwrap_or_else(|why| panic!("{why}")))
}

/// The project on disk, beside the caches of the tools.
struct Project {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let project = Self { path: folder.path().join("project"), folder };
        for (path, text) in [("package.json", MANIFEST), ("packages/w/package.json", MEMBER), ("own/package.json", OWN)] {
            project.write(path, text);
        }
        project
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Runs a tool that is a program of Node.js, with caches of its own.
    fn node(&self, program: &Path) -> Command {
        let mut command = Command::new("node");
        command.arg(program).current_dir(self.path()).env("YARN_CACHE_FOLDER", self.cache()).env("DENO_DIR", self.cache());
        command.envs([
            ("YARN_ENABLE_TELEMETRY", "0"),
            ("YARN_ENABLE_GLOBAL_CACHE", "0"),
            ("YARN_ENABLE_IMMUTABLE_INSTALLS", "0"),
        ]);
        command
    }

    /// What is read of the lock file, which must have no fault; what each tool marks in its own way is asserted here.
    fn read(&self, detector: &str) -> BTreeSet<String> {
        let found = scan(self.path(), &[detector]);
        let own = Findings {
            components: found.components.into_iter().filter(|c| !c.locations[0].path.contains("node_modules/")).collect(),
            ..Findings::default()
        };
        assert_eq!(found.problems, []);
        let facts = |name: &str, version: &str| {
            let is = |c: &&underpin::model::Component| c.purl.name() == name && c.purl.version() == Some(version);
            own.components.iter().find(is).map(|c| (c.group, c.chosen))
        };
        assert_eq!(facts("string-width", "4.2.3"), Some((Group::Main, Chosen::Purpose)), "{detector}");
        assert_eq!(facts("loose-envify", "1.4.0").map(|(group, _)| group), Some(Group::Main), "{detector}");
        names(&own)
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// `name version` of `name@version`.
fn listed(spec: &str) -> String {
    let (name, version) = spec.rsplit_once('@').expect("a version");
    format!("{} {version}", if name == "str" { "string-width" } else { name })
}

/// Name and reference of `name@reference`, where the name may begin with `@`.
fn parts(spec: &str) -> (&str, &str) {
    let at = spec.match_indices('@').map(|(at, _)| at).find(|at| *at > 0).expect("a reference");
    let (name, reference) = spec.split_at(at);
    (name, reference.trim_start_matches('@'))
}

/// Without the project's own parts.
fn foreign(all: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    all.into_iter().filter(|line| !["own ", "w ", "root "].iter().any(|own| line.starts_with(own))).collect()
}

#[test]
fn yarn_1_lists_what_is_read() {
    fn collect(trees: &Value, all: &mut Vec<String>) {
        for tree in trees.as_array().into_iter().flatten().filter(|tree| tree["shadow"] != true) {
            all.push(listed(tree["name"].as_str().expect("a name")));
            collect(&tree["children"], all);
        }
    }
    let Some(tools) = tools() else { return };
    let (project, yarn) = (Project::new(), tools.join("yarn/bin/yarn.js"));
    fetched(REGISTRY, project.node(&yarn).args(["install", "--ignore-scripts", "--non-interactive"])).expect("Node.js");
    let list = fetched(REGISTRY, project.node(&yarn).args(["list", "--json"])).expect("Node.js");
    let mut all = Vec::new();
    collect(&json(list.lines().next().expect("a line"))["data"]["trees"], &mut all);
    assert!(all.len() > 20, "{all:?}");
    assert_eq!(project.read("yarn-lock"), foreign(all));
}

#[test]
fn later_yarn_lists_what_is_read_and_its_archives_hold_the_same() {
    let Some(tools) = tools() else { return };
    let (project, yarn) = (Project::new(), tools.join("@yarnpkg/cli-dist/bin/yarn.js"));
    project.write("yarn.lock", "");
    fetched(REGISTRY, project.node(&yarn).arg("install").env_remove("YARN_CACHE_FOLDER")).expect("Node.js");
    let list = fetched(REGISTRY, project.node(&yarn).args(["info", "--all", "--recursive", "--json"])).expect("Node.js");
    let entry = |line: &str| {
        let entry = json(line);
        let (name, _) = parts(entry["value"].as_str().expect("a locator"));
        format!("{name} {}", entry["children"]["Version"].as_str().expect("a version"))
    };
    let expected = foreign(list.lines().map(entry));
    assert!(expected.len() > 20, "{expected:?}");
    assert_eq!(project.read("yarn-lock"), expected);
    let archives = foreign(names(&scan(project.path(), &["yarn-cache"])));
    assert!(archives.len() > 20 && archives.is_subset(&expected), "{archives:?}");
}

#[test]
fn pnpm_7_8_and_9_list_what_is_read() {
    fn collect(project: &Value, all: &mut Vec<String>) {
        for list in ["dependencies", "devDependencies", "optionalDependencies"] {
            for package in project[list].as_object().into_iter().flat_map(|list| list.values()) {
                all.push(format!(
                    "{} {}",
                    package["from"].as_str().expect("a name"),
                    package["version"].as_str().expect("a version")
                ));
                collect(package, all);
            }
        }
    }
    let Some(tools) = tools() else { return };
    for major in [7, 8, 9] {
        let (project, pnpm) = (Project::new(), tools.join(format!("pnpm{major}/bin/pnpm.cjs")));
        project.write("pnpm-workspace.yaml", "packages: ['packages/*']\n");
        let install = ["install", "--ignore-scripts", "--no-frozen-lockfile", "--store-dir", "../pnpm-store"];
        fetched(REGISTRY, project.node(&pnpm).args(install)).expect("Node.js");
        let list = fetched(REGISTRY, project.node(&pnpm).args(["list", "-r", "--json", "--depth", "Infinity"])).expect("Node.js");
        let mut all = Vec::new();
        json(&list).as_array().into_iter().flatten().for_each(|project| collect(project, &mut all));
        assert!(all.len() > 20, "{all:?}");
        assert_eq!(project.read("pnpm-lock"), foreign(all), "pnpm {major}");
    }
}

#[test]
fn bun_lists_what_is_read_and_installed() {
    let Some(tools) = tools() else { return };
    // Without its install script the package `bun` only leads to the programs of its platforms.
    let programs = walkdir::WalkDir::new(tools.join("@oven")).into_iter().filter_map(Result::ok);
    let programs = programs.filter(|entry| entry.file_type().is_file() && entry.file_name() == "bun");
    let bun = { programs }.map(walkdir::DirEntry::into_path).find(|bun| output(bun, &["--version"], tools).is_some());
    let (project, bun) = (Project::new(), bun.expect("Bun for this platform"));
    let mut install = Command::new(&bun);
    install.args(["install", "--ignore-scripts"]).current_dir(project.path()).env("BUN_INSTALL_CACHE_DIR", project.cache());
    fetched(REGISTRY, &mut install).expect("Bun");
    let list = output(&bun, &["pm", "ls", "--all"], project.path()).expect("Bun");
    let specs = list.lines().filter_map(|line| line.split_once("── ")).map(|(_, spec)| listed(spec.trim()));
    let expected = foreign(specs);
    assert!(expected.len() > 20, "{list}");
    assert_eq!(foreign(names(&scan(project.path(), &["npm-installed"]))), expected);
    // Bun locks what only another system installs, but does not list it here.
    let locked = expected.into_iter().chain(["fsevents 2.3.3".to_owned()]).collect();
    assert_eq!(project.read("bun-lock"), locked);
}

#[test]
fn deno_installs_what_is_read() {
    let Some(tools) = tools() else { return };
    let (project, deno) = (Project::new(), tools.join("deno/bin.cjs"));
    fetched(REGISTRY, project.node(&deno).arg("install")).expect("Node.js");
    // Deno keeps each package in a folder `name@version`, with `+` for `/` and perhaps its peers behind a `_`.
    let store = std::fs::read_dir(project.path().join("node_modules/.deno")).expect("Deno's store");
    let folders = store.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let specs = folders.filter(|name| name.trim_start_matches('@').contains('@')).map(|folder| {
        let (name, version) = parts(&folder);
        let version = version.split('_').next().unwrap_or_default();
        format!("{} {version}", name.replace('+', "/"))
    });
    let expected = foreign(specs);
    assert!(expected.len() > 15, "{expected:?}");
    assert_eq!(project.read("deno-lock"), expected);
    assert_eq!(foreign(names(&scan(project.path(), &["npm-installed"]))), expected);
}
