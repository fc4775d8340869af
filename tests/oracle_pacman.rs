//! Compares the detector of pacman's database with pacman itself, which installs packages into a root of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use underpin::detect::{DETECTORS, Findings, Opened};
use underpin::model::{Chosen, Purl};
use underpin::progress::Counters;
use underpin::source::DirectoryTree;

fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).env("LC_ALL", "C").output();
    let output =
        output.unwrap_or_else(|error| panic!("this test needs {program} (apt-get install pacman-package-manager): {error}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A package file as `makepkg` makes it, of what `info` says and one file.
fn package(folder: &Path, file: &str, info: &str) -> String {
    let content = folder.join("content");
    fs::create_dir_all(content.join("usr/bin")).expect("a folder");
    for old in fs::read_dir(content.join("usr/bin")).expect("a folder").flatten() {
        fs::remove_file(old.path()).expect("an old file");
    }
    fs::write(content.join("usr/bin").join(file), "text").expect("a file");
    fs::write(content.join(".PKGINFO"), info).expect("a file");
    let name = format!("{file}.pkg.tar.gz");
    run("tar", &["czf", &folder.join(&name).to_string_lossy(), ".PKGINFO", "usr"], &content);
    name
}

fn detected(root: &Path) -> Findings {
    let tree = DirectoryTree::new(root, true);
    let counters = Counters::default();
    let mut out = Findings::default();
    let detector = DETECTORS.iter().find(|detector| detector.id() == "pacman-local").expect("the detector is in the table");
    for package in fs::read_dir(root.join("var/lib/pacman/local")).expect("the database").flatten() {
        let path = Path::new("var/lib/pacman/local").join(package.file_name()).join("desc");
        if root.join(&path).exists() {
            detector.detect(&Opened::new(&tree, &counters, &path), &mut out);
        }
    }
    out
}

#[test]
fn packages_reasons_and_owners_are_those_of_pacman() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let files = [
        package(folder, "tool", "pkgname = tool\npkgbase = tools\npkgver = 1:2.0-1\narch = any\nlicense = MIT\n"),
        package(folder, "lib", "pkgname = lib\npkgver = 3.1.r4.gabc-2\narch = x86_64\nlicense = MIT\nlicense = BSD\n"),
    ];
    fs::create_dir_all(folder.join("root/var/lib/pacman")).expect("a folder");
    let places = ["--root", "root", "--dbpath", "root/var/lib/pacman", "--config", "/dev/null"];
    let aside = ["--noconfirm", "--arch", "x86_64", "--cachedir", "cache", "--logfile", "log", "--gpgdir", "keys"];
    for (file, more) in files.iter().zip([&[][..], &["--asdeps"]]) {
        run("pacman", &[&["-U"], &places[..], &aside, more, &[file]].concat(), folder);
    }
    let query = |more: &[&str]| run("pacman", &[more, &places].concat(), folder);
    let out = detected(&folder.join("root"));
    assert_eq!(out.problems, []);
    let lines = |text: String| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let found = |chosen: &[Chosen]| -> BTreeSet<String> {
        let of = out.components.iter().filter(|component| chosen.contains(&component.chosen));
        of.map(|component| format!("{} {}", component.purl.name(), component.purl.version().unwrap_or_default())).collect()
    };
    assert_eq!(found(&[Chosen::Purpose]), lines(query(&["-Qe"])));
    assert_eq!(found(&[Chosen::Dependency]), lines(query(&["-Qd"])));
    assert_eq!(out.components.len(), 2);
    for (path, owner) in [("usr/bin/tool", "tool"), ("usr/bin/lib", "lib")] {
        assert!(query(&["-Ql", owner]).contains(path));
        assert_eq!(out.ownership.owner(Path::new(path)).map(Purl::name), Some(owner));
    }
}
