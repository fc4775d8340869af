//! Whole scans of this machine beside the package managers' own lists: nothing missing, nothing invented.

#[path = "support/program.rs"]
mod program;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use program::{stdout, underpin};
use serde_json::Value;
use underpin::model::Purl;

/// What a tool of this machine prints; its exit code is no failure, since npm's says that a tree has faults.
fn listed(package: &str, program: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "C").env("PATH", "/usr/bin:/bin").current_dir("/");
    let output = command.output().unwrap_or_else(|error| panic!("this test needs `apt-get install {package}`: {error}"));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The package URLs of one type that a scan prints.
fn purls(kind: &str, arguments: &[&str]) -> BTreeSet<Purl> {
    let text = stdout(underpin(["scan", "--format", "purls"]).args(arguments));
    let all = text.lines().map(|line| line.parse::<Purl>().expect("a package URL"));
    all.filter(|purl| purl.kind() == kind).collect()
}

fn name_and_version(purl: &Purl) -> String {
    format!("{} {}", purl.full_name(), purl.version().unwrap_or("?"))
}

/// Everything below `/` but `folder`, as far as a scan must not go there.
fn all_but(folder: &Path) -> String {
    let mut left_out = Vec::new();
    for kept in folder.ancestors().collect::<Vec<_>>().windows(2) {
        let [inner, outer] = kept else { continue };
        let entries = std::fs::read_dir(outer).expect("a folder").flatten().map(|entry| entry.path());
        left_out.extend(entries.filter(|path| path != inner && path.is_dir() && !Path::new("/var/lib/dpkg").starts_with(path)));
    }
    left_out.iter().map(|path| path.display().to_string()).filter(|path| !path.contains(',')).collect::<Vec<_>>().join(",")
}

#[test]
fn a_scan_lists_the_packages_of_dpkg_query_in_every_state() {
    let format = "${db:Status-Status} ${Package} ${Version} ${Architecture}\n";
    let query = listed("dpkg", Path::new("dpkg-query"), &["-W", "-f", format]);
    let expected = |states: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
        let lines = query.lines().filter_map(|line| line.split_once(' '));
        lines.filter(|(state, _)| states(state)).map(|(_, rest)| rest.to_owned()).collect()
    };
    let found = |more: &[&str]| -> BTreeSet<String> {
        let exclude = all_but(Path::new("/var/lib/dpkg"));
        let arguments = [&["/", "--only", "dpkg-status", "--exclude", exclude.as_str()][..], more].concat();
        let arch = |purl: &Purl| format!("{} {}", name_and_version(purl), purl.qualifier("arch").unwrap_or("?"));
        // The namespace is the distribution's, which is no part of dpkg's name.
        purls("deb", &arguments).iter().map(arch).map(|line| line.rsplit('/').next().unwrap_or_default().to_owned()).collect()
    };
    let installed = expected(&|state| !matches!(state, "not-installed" | "config-files"));
    assert!(installed.len() > 50, "{installed:?}");
    assert_eq!(found(&[]), installed);
    // `--all` shows what is no software any more, too: configuration files of a removed package.
    assert_eq!(found(&["--all"]), expected(&|state| state != "not-installed"));
}

#[test]
fn a_scan_of_a_virtual_environment_lists_what_pip_lists() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Command::new("/usr/bin/python3").args(["-m", "venv"]).arg(folder.path()).output();
    let made = made.is_ok_and(|output| output.status.success());
    assert!(made, "this test needs `apt-get install python3-venv`");
    let python = folder.path().join("bin/python3");
    let text = listed("python3-venv", &python, &["-m", "pip", "list", "--format", "freeze", "--disable-pip-version-check"]);
    let expected: BTreeSet<String> = text.lines().map(|line| line.replace("==", " ").to_lowercase().replace('_', "-")).collect();
    assert!(expected.iter().any(|line| line.starts_with("pip ")), "{expected:?}");
    let found = purls("pypi", &[folder.path().to_str().expect("UTF-8")]);
    assert_eq!(found.iter().map(name_and_version).collect::<BTreeSet<_>>(), expected);
}

/// The components of a saved scan of `/` that lie in `folder`: package URL, and whether a distribution's package owns it.
fn components_in(folder: &Path, kind: &str) -> Vec<(Purl, bool)> {
    let text = stdout(&mut underpin(["scan", "/", "--format", "json", "--exclude", &all_but(folder)]));
    let saved: Value = serde_json::from_str(&text).expect("JSON");
    let all = saved["scans"][0]["components"].as_array().expect("a list").iter();
    let inside = all.filter(|one| {
        let places = one["locations"].as_array().into_iter().flatten();
        places.filter_map(|place| place["path"].as_str()).any(|path| Path::new(path).starts_with(folder))
    });
    let parsed = inside.filter_map(|one| Some((one["purl"].as_str()?.parse::<Purl>().ok()?, !one["owner"].is_null())));
    parsed.filter(|(purl, _)| purl.kind() == kind).collect()
}

/// A distribution's package that brings modules of a language stands for them: it is what the distribution keeps secure, and
/// what an update replaces. So the short list has the one or the other, and `--all` both.
fn assert_owner_stands_for_them(folder: &Path, kind: &str, components: &[(Purl, bool)]) {
    let exclude = all_but(folder);
    let short = purls(kind, &["/", "--exclude", &exclude]);
    let unowned: BTreeSet<Purl> = components.iter().filter(|(_, owned)| !owned).map(|(purl, _)| purl.clone()).collect();
    assert_eq!(short, unowned);
    let all = purls(kind, &["/", "--exclude", &exclude, "--all"]);
    assert_eq!(all, components.iter().map(|(purl, _)| purl.clone()).collect());
}

#[test]
fn the_systems_python_has_what_it_says_it_has() {
    let folder = Path::new("/usr/lib/python3/dist-packages");
    let program = "import importlib.metadata as m\nfor d in m.distributions(path=['/usr/lib/python3/dist-packages']): print(d.metadata['Name'], d.version)";
    let text = listed("python3", Path::new("/usr/bin/python3"), &["-I", "-c", program]);
    let expected: BTreeSet<String> = text.lines().map(|line| line.to_lowercase().replace('_', "-")).collect();
    let components = components_in(folder, "pypi");
    assert_eq!(components.iter().map(|(purl, _)| name_and_version(purl)).collect::<BTreeSet<_>>(), expected);
    assert_owner_stands_for_them(folder, "pypi", &components);
}

/// `name version` of everything in the tree that npm prints.
fn collect(node: &Value, found: &mut BTreeSet<String>) {
    for (key, child) in node["dependencies"].as_object().into_iter().flatten() {
        if let Some(version) = child["version"].as_str() {
            found.insert(format!("{} {version}", child["name"].as_str().unwrap_or(key)));
            collect(child, found);
        }
    }
}

#[test]
fn the_global_packages_of_npm_are_what_npm_lists() {
    let npm = Path::new("/usr/bin/npm");
    let root = listed("npm", npm, &["root", "-g"]);
    let root = std::fs::canonicalize(root.trim()).expect("npm's folder of global packages");
    let tree: Value = serde_json::from_str(&listed("npm", npm, &["ls", "-g", "--all", "--json", "--long"])).expect("JSON");
    let mut expected = BTreeSet::new();
    collect(&tree, &mut expected);
    let components = components_in(&root, "npm");
    let found: BTreeSet<String> = components.iter().map(|(purl, _)| name_and_version(purl)).collect();
    assert_eq!(found, expected);
    assert_owner_stands_for_them(&root, "npm", &components);
}
