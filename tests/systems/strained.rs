//! A host that has run short, and a tree that changes under the scan: no descriptors, no room on the disk, paths longer than a system
//! call takes, files that go, and FIFOs in their places. It ends, says what it could not do, and what it can find is found.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};

use crate::program::underpin;
use crate::{must, run, write};

const LOCK: &str = r#"{"lockfileVersion": 3, "packages": {"node_modules/left-pad": {"version": "1.3.0"}}}"#;
const PURL: &str = "pkg:npm/left-pad@1.3.0\n";

/// The scan of `target` as purls: exit code, result, what is said.
fn scan(command: &mut Command) -> (Option<i32>, String, String) {
    let output = command.output().expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn purls(target: &Path) -> Command {
    let mut command = underpin(["scan", "--format", "purls", "-v"]);
    command.arg(target);
    command
}

/// `script` is given the program and the target.
fn in_shell(script: &str, target: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_underpin")]).arg(target);
    command.env("UNDERPIN_NO_CACHE", "1").env("UNDERPIN_DATA", "/nonexistent");
    command
}

#[test]
fn few_descriptors_are_enough_and_the_lack_of_one_is_told() {
    let tree = tempfile::tempdir().expect("a folder");
    for index in 0..50 {
        write(&tree.path().join(format!("{index}/package-lock.json")), LOCK);
    }
    let limited = |limit: u32| {
        let script = format!("ulimit -n {limit}; exec \"$1\" scan \"$2\" --format purls -v --threads 8");
        scan(&mut in_shell(&script, tree.path()))
    };
    let (code, found, errors) = limited(20);
    assert_eq!((code, found.as_str()), (Some(0), PURL), "{errors}");
    // One is left for the program, whose threads all want it.
    let (code, _, errors) = limited(4);
    let strange: Vec<&str> =
        errors.lines().filter(|line| line.contains(": UP") && !line.ends_with("Too many open files (os error 24)")).collect();
    assert_eq!((code, strange), (Some(0), Vec::new()), "{errors}");
}

#[test]
fn a_path_of_twenty_thousand_characters_is_told_and_the_rest_is_found() {
    let tree = tempfile::tempdir().expect("a folder");
    write(&tree.path().join("near/package-lock.json"), LOCK);
    let name = "d".repeat(200);
    let mut folder = openat(CWD, tree.path(), OFlags::DIRECTORY, Mode::empty()).expect("a folder");
    for _ in 0..100 {
        mkdirat(&folder, &name, Mode::RWXU).expect("a folder");
        folder = openat(&folder, &name, OFlags::DIRECTORY, Mode::empty()).expect("a folder");
    }
    let (code, found, errors) = scan(&mut purls(tree.path()));
    assert_eq!((code, found.as_str()), (Some(0), PURL), "{errors}");
    let told = errors.lines().filter(|line| line.contains("UP001: cannot list folder: File name too long")).count();
    assert_eq!(told, 1, "{errors}");
}

#[test]
fn files_that_go_and_fifos_in_their_places_stop_nothing() {
    let tree = tempfile::tempdir().expect("a folder");
    write(&tree.path().join("still/package-lock.json"), LOCK);
    let places: Vec<_> = (0..30).map(|index| tree.path().join(format!("{index}/package-lock.json"))).collect();
    for place in &places {
        write(place, LOCK);
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0_usize.. {
                let Some(place) = places.get(round % places.len()).filter(|_| !done.load(Relaxed)) else { return };
                // Whatever stands there now.
                let _ = fs::remove_file(place).or_else(|_| fs::remove_dir(place));
                match round % 4 {
                    0 => must(Command::new("mkfifo").arg(place)).clear(),
                    1 => fs::create_dir(place).expect("a folder"),
                    2 => std::os::unix::fs::symlink("/dev/zero", place).expect("a link"),
                    _ => write(place, LOCK),
                }
            }
        });
        let begun = Instant::now();
        for _ in 0..15 {
            let (code, found, errors) = scan(&mut purls(tree.path()));
            let known = |line: &str| ["UP001", "UP002", "UP003", "UP008", "UP009"].iter().any(|code| line.contains(code));
            let strange: Vec<&str> = errors.lines().filter(|line| line.contains(": UP") && !known(line)).collect();
            assert_eq!((code, found.as_str(), strange), (Some(0), PURL, Vec::new()), "{errors}");
        }
        done.store(true, Relaxed);
        assert!(begun.elapsed() < Duration::from_mins(2), "it hung");
    });
}

#[test]
fn a_full_disk_costs_the_file_and_the_cache_and_nothing_else() {
    let tree = tempfile::tempdir().expect("a folder");
    for index in 0..200 {
        write(&tree.path().join(format!("{index}/package-lock.json")), LOCK);
    }
    let full = tempfile::tempdir().expect("a folder");
    let script = format!(
        "mount -t tmpfs -o size=16k,mode=700 none '{full}' && echo old > '{full}/bom.cdx.json' && mkdir -m 700 '{full}/cache'\n\
         \"$1\" scan \"$2\" -o '{full}/bom.cdx.json'; echo \"code $?\"\n\
         cat '{full}/bom.cdx.json'; ls -A '{full}' '{full}/cache'\n\
         unset UNDERPIN_NO_CACHE; sleep 4; UNDERPIN_CACHE_DIR='{full}/cache' \"$1\" scan \"$2\" -v --format purls; echo \"code $?\"; ls -A '{full}/cache'",
        full = full.path().display()
    );
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", &script, "sh", env!("CARGO_BIN_EXE_underpin")]).arg(tree.path());
    command.env("UNDERPIN_NO_CACHE", "1").env("UNDERPIN_DATA", "/nonexistent");
    let (succeeded, text) = run(&mut command);
    assert!(succeeded, "{text}");
    let expected = format!("code 5\nold\n{0}:\nbom.cdx.json\ncache\n\n{0}/cache:\n{PURL}code 0\n", full.path().display());
    assert!(text.starts_with(&expected), "{text}");
    for told in ["error: cannot write", "No space left on device", "cache not kept: "] {
        assert!(text.contains(told), "{told}: {text}");
    }
}
