//! What stands on standard output and in files: the result only, in its order, for its owner, and quiet when nobody reads on.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::fixtures::{TRUNCATED, angularjs, debian, polyglot};
use crate::program::{stdout, underpin};

const SCAN_FORMATS: [&str; 6] = ["table", "json", "purls", "cyclonedx", "spdx", "csv"];
const REPORT_FORMATS: [&str; 8] = ["table", "json", "md", "html", "csv", "ics", "cyclonedx", "spdx"];

#[test]
fn purls_are_sorted_unique_and_of_every_ecosystem() {
    let folder = polyglot();
    let text = stdout(&mut underpin(["scan", &folder.arg(), "--format", "purls"]));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.is_sorted() && lines.iter().collect::<BTreeSet<_>>().len() == lines.len(), "{text}");
    let expected = [
        "pkg:cargo/itoa@1.0.15?repository_url=https:%2F%2Fpackages.example%2Findex",
        "pkg:composer/psr/log@3.0.2",
        "pkg:gem/rake@13.2.1?repository_url=https:%2F%2Fpackages.example%2F",
        "pkg:golang/github.com/google/uuid@v1.6.0",
        "pkg:npm/%40example/left@1.3.0",
        "pkg:pypi/six@1.17.0",
        "pkg:pypi/tomli@2.2.1",
    ];
    let missing: Vec<&&str> = expected.iter().filter(|purl| !lines.contains(purl)).collect();
    assert!(missing.is_empty(), "{missing:?} not in\n{text}");
}

#[test]
fn only_and_skip_choose_detectors() {
    let folder = polyglot();
    let purls = |more: &[&str]| stdout(underpin(["scan", &folder.arg(), "--format", "purls"]).args(more));
    assert_eq!(
        purls(&["--only", "composer-lock,go-mod"]),
        "pkg:composer/psr/log@3.0.2\npkg:golang/github.com/google/uuid@v1.6.0\n"
    );
    let all = purls(&[]);
    let fewer = purls(&["--skip", "composer-lock"]);
    assert_eq!(fewer, all.replace("pkg:composer/psr/log@3.0.2\n", ""));
}

#[test]
fn the_result_alone_is_on_standard_output() {
    let folder = angularjs();
    folder.write(TRUNCATED.0, TRUNCATED.1);
    for (command, format) in [("scan", "json"), ("scan", "cyclonedx"), ("scan", "spdx"), ("report", "json")] {
        let output = underpin([command, &folder.arg(), "--format", format, "-v"]).output().expect("the program starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        serde_json::from_slice::<Value>(&output.stdout).unwrap_or_else(|error| panic!("{command} {format}: {error}"));
        assert!(errors.contains("api/package-lock.json:6:"), "{errors}");
        let quiet = underpin([command, &folder.arg(), "--format", format, "-q"]).output().expect("the program starts");
        assert_eq!((quiet.stdout == output.stdout, quiet.stderr.len()), (true, 0), "{command} {format}");
    }
}

/// Runs a command whose reader goes away before the first byte.
fn unread(command: &mut Command) -> (Option<i32>, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_closed_pipe_is_quiet_and_0_in_every_format() {
    let folder = polyglot();
    let formats = SCAN_FORMATS.map(|name| ("scan", name)).into_iter().chain(REPORT_FORMATS.map(|name| ("report", name)));
    for (command, format) in formats {
        assert_eq!(
            unread(&mut underpin([command, &folder.arg(), "--format", format])),
            (Some(0), String::new()),
            "{command} {format}"
        );
    }
    for arguments in
        [&["--help"][..], &["--version"], &["man"], &["completions", "bash"], &["catalog", "list"], &["catalog", "show", "nginx"]]
    {
        assert_eq!(unread(&mut underpin(arguments)), (Some(0), String::new()), "{arguments:?}");
    }
}

#[test]
fn head_reads_one_line_and_nobody_complains() {
    let folder = polyglot();
    for format in SCAN_FORMATS {
        let script = format!(
            "{{ '{}' scan '{}' --format {format}; echo $? >&2; }} | head -1",
            env!("CARGO_BIN_EXE_underpin"),
            folder.arg()
        );
        let output = Command::new("sh").args(["-c", &script]).env("UNDERPIN_NO_CACHE", "1").output().expect("sh");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "0\n", "{format}");
        assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1, "{format}");
    }
}

#[test]
fn executables_that_nothing_explains_are_listed_on_demand_and_from_a_saved_scan() {
    let folder = debian();
    for path in ["opt/b/tool", "opt/a/tool\nof two lines", "opt/a/libx.so.1"] {
        folder.write(path, "");
        // The headers of this very test say that it is a program of this machine, and nothing else.
        let own = fs::read(std::env::current_exe().expect("this test")).expect("own file");
        let mut head = own.get(..64).expect("a header").to_vec();
        // No table of sections, and no segment.
        head[32..48].fill(0);
        head[56..64].fill(0);
        fs::write(folder.path().join(path), head).expect("a file");
        fs::set_permissions(folder.path().join(path), fs::Permissions::from_mode(0o755)).expect("own file");
    }
    let unknowns = |target: &str| stdout(&mut underpin(["scan", target, "--format", "unknowns"]));
    let root = folder.arg();
    assert_eq!(unknowns(&root), "/opt/a/tool\\u{a}of two lines\n/opt/b/tool\n");
    let saved = folder.at("saved.json");
    stdout(&mut underpin(["scan", &root, "-o", &saved]));
    assert_eq!(unknowns(&saved), unknowns(&root));
}

#[test]
fn a_file_is_its_owners_and_replaces_the_old_one_as_a_whole() {
    let folder = debian();
    for name in ["bom.cdx.json", "bom.spdx.json", "scan.json", "list.purls", "table.txt"] {
        let (path, kept) = (folder.at(name), folder.at("kept"));
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("own file");
        fs::hard_link(&path, &kept).expect("a second name of the old file");
        assert_eq!(stdout(&mut underpin(["scan", &folder.arg(), "-o", &path])), "", "a file is asked for, so nothing else");
        let metadata = fs::metadata(&path).expect("the new file");
        assert_eq!(metadata.mode() & 0o777, 0o600, "{name}");
        assert_eq!(fs::read_to_string(&kept).expect("the old file"), "old", "{name} was written over, not replaced");
        assert!(fs::read_to_string(&path).expect("the new file").contains("nodejs"), "{name}");
        fs::remove_file(kept).expect("own file");
        fs::remove_file(path).expect("own file");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("own folder").count(), 2, "nothing is left beside the files");
}

#[test]
fn an_extension_is_a_format_and_standard_output_may_have_another() {
    let folder = angularjs();
    let names = ["r.html", "r.md", "r.json", "r.txt"].map(|name| folder.at(name));
    let files = names.iter().flat_map(|name| ["-o", name]);
    let json = stdout(underpin(["report", &folder.arg(), "--format", "json", "--exclude", "r.*"]).args(files));
    let [html, md, saved, table] = names.map(|name| fs::read_to_string(name).expect("written"));
    assert!(html.starts_with("<!DOCTYPE html>") && md.starts_with("# ") && table.starts_with("underpin 0."));
    assert_eq!(saved, json);
}
