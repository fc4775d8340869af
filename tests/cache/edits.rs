//! Edits of every kind, one after the other, each seen by the next scan.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use crate::{Case, PAUSE, assert_same};

type Edit = (&'static str, fn(&Case));

/// Writes without a change of length, and gives the file its old time back, as `touch -d` does.
fn in_place(case: &Case, path: &str, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let path = case.path(path);
    let before = fs::metadata(&path).expect("a file").modified().expect("a time");
    let text = fs::read_to_string(&path).expect("a text");
    assert!(text.contains(from), "{text}");
    fs::write(&path, text.replace(from, to)).expect("a file");
    File::options().write(true).open(&path).expect("a file").set_modified(before).expect("a time");
}

/// What an edit must lead to is what a scan without a cache says; that it says something else than before is checked, too.
const EDITS: &[Edit] = &[
    ("an edit that keeps the length and the time", |case| in_place(case, "srv/rust/Cargo.lock", "0.2.150", "0.2.151")),
    ("a file beside, which another one includes", |case| in_place(case, "srv/py/more.txt", "3.1.2", "3.1.3")),
    ("another file renamed over it", |case| {
        case.write(
            "srv/rust/new",
            &fs::read_to_string(case.path("srv/rust/Cargo.lock")).expect("a text").replace("libc", "memchr"),
        );
        fs::rename(case.path("srv/rust/new"), case.path("srv/rust/Cargo.lock")).expect("renamed");
    }),
    ("two folders that changed places", |case| {
        for (from, to) in [("srv/one", "srv/x"), ("srv/two", "srv/one"), ("srv/x", "srv/two")] {
            fs::rename(case.path(from), case.path(to)).expect("renamed");
        }
    }),
    ("a second name for a file", |case| {
        fs::create_dir(case.path("srv/link")).expect("a folder");
        fs::hard_link(case.path("srv/rust/Cargo.lock"), case.path("srv/link/Cargo.lock")).expect("a link");
    }),
    ("a lock file beside a manifest", |case| {
        case.write(
            "srv/bare/package-lock.json",
            r#"{"lockfileVersion": 3, "packages": {"node_modules/leftpad": {"version": "0.0.1"}}}"#,
        );
    }),
    ("the lock file gone again", |case| fs::remove_file(case.path("srv/bare/package-lock.json")).expect("removed")),
    ("a lock file above a manifest", |case| case.write("srv/pnpm-workspace.yaml", "packages: [bare]\n")),
    ("a program that nobody may run any more", |case| {
        fs::set_permissions(case.path("opt/tool"), fs::Permissions::from_mode(0o644)).expect("a mode");
    }),
    ("and again", |case| fs::set_permissions(case.path("opt/tool"), fs::Permissions::from_mode(0o755)).expect("a mode")),
    ("a program that now belongs to a package", |case| {
        case.write("var/lib/dpkg/info/other.list", "/.\n/opt/tool\n");
        case.write("var/lib/dpkg/info/owner.list", "/.\n/usr/bin/owned\n/opt\n");
    }),
    ("a program whose package let go of it", |case| case.write("var/lib/dpkg/info/owner.list", "/.\n/opt\n")),
    ("a package removed", |case| {
        let status = fs::read_to_string(case.path("var/lib/dpkg/status")).expect("a text");
        case.write("var/lib/dpkg/status", status.split("\n\n").next().expect("a paragraph"));
    }),
    ("a FIFO in the place of a file", |case| {
        fs::remove_file(case.path("srv/go/go.sum")).expect("removed");
        let made = Command::new("mkfifo").arg(case.path("srv/go/go.sum")).status().expect("coreutils");
        assert!(made.success());
    }),
    ("a link in the place of a file", |case| {
        fs::remove_file(case.path("srv/two/Gemfile.lock")).expect("removed");
        symlink("../one/Gemfile.lock", case.path("srv/two/Gemfile.lock")).expect("a link");
    }),
    ("a folder in the place of a file", |case| {
        fs::remove_file(case.path("srv/py/more.txt")).expect("removed");
        fs::create_dir(case.path("srv/py/more.txt")).expect("a folder");
    }),
    ("a broken file mended", |case| case.write("srv/broken/Cargo.lock", "version = 3\n")),
    ("another release of the system", |case| in_place(case, "etc/os-release", "12", "13")),
    ("a file gone", |case| fs::remove_file(case.path("srv/js/package-lock.json")).expect("removed")),
];

#[test]
fn every_edit_is_seen_by_the_next_scan() {
    let case = Case::remembered();
    let mut before = case.cold().result;
    for (what, edit) in EDITS {
        edit(&case);
        let (warm, cold) = (case.warm(), case.cold());
        assert_same(&warm, &cold, what);
        assert_ne!(warm.result, before, "{what}: nothing to be seen");
        before = cold.result;
    }
    std::thread::sleep(PAUSE);
    let cold = case.cold();
    for round in ["once more", "remembered"] {
        assert_same(&case.warm(), &cold, round);
    }
    assert_eq!(case.warm().counts().map(|(_, fresh)| fresh), Some(0), "everything has settled");
}
