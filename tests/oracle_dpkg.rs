//! Compares the dpkg detector with dpkg itself on the machine that runs the test. Needs a Debian-like system.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};

use underpin::detect::{DETECTORS, Findings, Opened};
use underpin::model::{Chosen, Component, PackageState, Scheme};
use underpin::progress::Counters;
use underpin::source::DirectoryTree;

fn detected() -> Findings {
    let tree = DirectoryTree::new("/", true);
    let counters = Counters::default();
    let mut out = Findings::default();
    let detector = DETECTORS.iter().find(|detector| detector.id() == "dpkg-status").expect("the detector is in the table");
    detector.detect(&Opened::new(&tree, &counters, Path::new("var/lib/dpkg/status")), &mut out);
    out
}

/// Output of a dpkg tool; its exit code is no failure, since `dpkg -S` fails when a single path has no owner.
fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).env("LC_ALL", "C").output();
    let output = output.unwrap_or_else(|error| panic!("this test compares with {program} (packages dpkg and apt): {error}"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn line(component: &Component) -> String {
    let purl = &component.purl;
    let status = if component.state == PackageState::ConfigFiles { "config-files" } else { "there" };
    format!("{status} {} {} {}", purl.name(), purl.version().unwrap_or_default(), purl.qualifier("arch").unwrap_or_default())
}

fn presence(status: &str) -> &str {
    if status == "config-files" { status } else { "there" }
}

#[test]
fn the_packages_are_those_of_dpkg_query() {
    let query = run("dpkg-query", &["-W", "-f", "${db:Status-Status} ${Package} ${Version} ${Architecture}\n"]);
    let expected: BTreeSet<String> = query
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(status, _)| *status != "not-installed")
        .map(|(status, rest)| format!("{} {rest}", presence(status)))
        .collect();
    let out = detected();
    assert_eq!(out.problems, []);
    assert!(!expected.is_empty(), "dpkg-query lists no package");
    assert_eq!(out.components.iter().map(line).collect::<BTreeSet<_>>(), expected);
    assert_eq!(out.components.len(), expected.len());
}

#[test]
fn what_apt_marks_as_automatic_is_a_dependency() {
    let name = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    let automatic: BTreeSet<String> = run("apt-mark", &["showauto"]).lines().map(name).collect();
    let out = detected();
    let dependencies = out.components.iter().filter(|component| component.chosen == Chosen::Dependency);
    let found: BTreeSet<String> = dependencies.map(|component| component.purl.name().to_owned()).collect();
    assert_eq!(found, automatic);
}

/// About `count` regular files of some folders, by their real paths.
fn sample(count: usize) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for folder in ["/usr/bin", "/usr/sbin", "/usr/lib/x86_64-linux-gnu", "/usr/lib/systemd/system", "/usr/share/perl5", "/etc"] {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        let files = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        // dpkg -S takes patterns, so a path with their characters means something else to it.
        all.extend(files.map(|entry| entry.path()).filter(|path| !path.to_string_lossy().contains(['\\', '*', '?', '['])));
    }
    all.sort();
    let step = (all.len() / count).max(1);
    all.into_iter().step_by(step).collect()
}

/// The path as a database writes it that was made before `/usr` was merged.
fn unmerged(path: &Path) -> PathBuf {
    path.strip_prefix("/usr").map_or_else(|_| path.to_owned(), |rest| Path::new("/").join(rest))
}

/// The owners that `dpkg -S` names for each path. For a diverted path that is the diverting package alone; a path that
/// something was diverted to is left out, since `dpkg -S` knows its owner only under the old name.
fn owners_by_dpkg(paths: &[PathBuf]) -> Vec<(&PathBuf, BTreeSet<String>)> {
    let asked = paths.iter().flat_map(|path| [path.clone(), unmerged(path)]);
    let asked: Vec<String> = asked.map(|path| path.to_string_lossy().into_owned()).collect();
    let mut arguments = vec!["-S"];
    arguments.extend(asked.iter().map(String::as_str));
    let answer = run("dpkg", &arguments);
    let lines: Vec<(&str, &str)> = answer.lines().filter_map(|line| line.rsplit_once(": ")).collect();
    let owners = |path: &PathBuf| {
        let forms = [path.clone(), unmerged(path)];
        let said = lines.iter().filter(|(_, found)| forms.iter().any(|form| form == Path::new(found)));
        let said: Vec<&str> = said.map(|(names, _)| *names).collect();
        if said.iter().any(|names| names.starts_with("diversion by ") && names.ends_with(" to")) {
            return None;
        }
        let diverting = said.iter().find_map(|names| names.strip_prefix("diversion by ")?.strip_suffix(" from"));
        let names = diverting.map_or(said.clone(), |name| vec![name]).into_iter().flat_map(|names| names.split(", "));
        Some(names.map(|name| name.split(':').next().unwrap_or_default().to_owned()).collect())
    };
    paths.iter().filter_map(|path| Some((path, owners(path)?))).collect()
}

#[test]
fn the_owners_are_those_of_dpkg_search() {
    let paths = sample(400);
    assert!(paths.len() >= 300, "only {} files to compare", paths.len());
    let out = detected();
    let mut owned = 0;
    for (path, expected) in owners_by_dpkg(&paths) {
        let below_root = path.strip_prefix("/").expect("an absolute path");
        match out.ownership.owner(below_root).map(underpin::model::Purl::name) {
            Some(name) => assert!(expected.contains(name), "{}: {name} is none of {expected:?}", path.display()),
            None => assert!(expected.is_empty(), "{}: no owner, but dpkg says {expected:?}", path.display()),
        }
        owned += usize::from(!expected.is_empty());
    }
    assert!(owned >= 200, "only {owned} files of the sample have an owner");
}

#[test]
fn package_files_are_what_dpkg_says_of_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join("source");
    fs::create_dir_all(source.join("DEBIAN")).expect("a folder");
    fs::create_dir_all(source.join("usr/share/doc/tool")).expect("a folder");
    fs::write(source.join("usr/share/doc/tool/copyright"), "none\n").expect("a file");
    let control = "Package: libtool-x1\nSource: tool (2.0)\nVersion: 1:2.0~rc1+dfsg-1\nArchitecture: amd64\nMulti-Arch: same\n\
        Maintainer: A Team <team@lists.debian.org>\nDescription: a tool\n It is one.\n";
    fs::write(source.join("DEBIAN/control"), control).expect("a file");
    fs::write(source.join("DEBIAN/postinst"), "#!/bin/sh\n").expect("a file");
    fs::set_permissions(source.join("DEBIAN/postinst"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    for (name, packing) in [("gzip", "-Zgzip"), ("xz", "-Zxz"), ("zstd", "-Zzstd"), ("none", "-Znone")] {
        let path = folder.path().join(format!("{name}.deb"));
        let path_text = path.to_string_lossy().into_owned();
        run("dpkg-deb", &["--root-owner-group", "--uniform-compression", packing, "-b", &source.to_string_lossy(), &path_text]);
        let field = |field: &str| run("dpkg-deb", &["-f", &path_text, field]).trim().to_owned();
        let tree = DirectoryTree::new(folder.path(), false);
        let counters = Counters::default();
        let mut out = Findings::default();
        let detector = DETECTORS.iter().find(|detector| detector.id() == "deb-archive").expect("the detector is in the table");
        detector.detect(&Opened::new(&tree, &counters, Path::new(&format!("{name}.deb"))), &mut out);
        assert_eq!(out.problems, [], "{name}");
        let [component] = out.components.as_slice() else { panic!("{name}: one package, not {:?}", out.components) };
        let purl = &component.purl;
        assert_eq!((purl.name(), purl.version().unwrap_or_default()), (&*field("Package"), &*field("Version")), "{name}");
        assert_eq!((purl.namespace(), purl.qualifier("arch")), (Some("debian"), Some(&*field("Architecture"))), "{name}");
        assert_eq!(component.source_package.as_deref(), field("Source").split(' ').next(), "{name}");
    }
}

/// Pairs of versions that differ little, always the same.
fn version_pairs() -> Vec<(String, String)> {
    let version = "([01]:)?[0-2](\\.[0-2a-b]{1,2}|[~+][0-1a]{0,2}){0,3}(-[0-2a~+.]{1,3})?";
    let config = ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() };
    let pairs = proptest::collection::vec((version, version), 600).new_tree(&mut TestRunner::new(config));
    pairs.expect("pairs").current()
}

#[test]
fn versions_are_ordered_as_dpkg_orders_them() {
    // One shell for all, since dpkg compares one pair a run.
    let script = "while [ $# -gt 0 ]; do \
        if dpkg --compare-versions \"$1\" lt \"$2\"; then echo Less; \
        elif dpkg --compare-versions \"$1\" eq \"$2\"; then echo Equal; else echo Greater; fi; shift 2; done";
    let pairs = version_pairs();
    let words: Vec<&str> =
        ["-c", script, "sh"].into_iter().chain(pairs.iter().flat_map(|(a, b)| [a.as_str(), b.as_str()])).collect();
    let theirs: Vec<String> = run("sh", &words).lines().zip(&pairs).map(|(order, (a, b))| format!("{a} {b} {order}")).collect();
    let ours: Vec<String> = pairs.iter().map(|(a, b)| format!("{a} {b} {:?}", Scheme::Debian.compare(a, b))).collect();
    assert_same(&ours, &theirs);
}

/// Every difference at once.
fn assert_same(ours: &[String], theirs: &[String]) {
    assert_eq!(ours.len(), theirs.len());
    let differ: Vec<_> = ours.iter().zip(theirs).filter(|(ours, theirs)| ours != theirs).collect();
    assert!(differ.is_empty(), "ours, theirs: {differ:#?}");
}
