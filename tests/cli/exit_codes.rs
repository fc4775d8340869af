//! Every exit code by a case that a user can meet, and what is said with it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::fixtures::{Folder, TRUNCATED, angularjs, polyglot};
use crate::program::underpin;

/// The exit code and what stands on standard error.
fn ended(command: &mut Command) -> (i32, String) {
    let output = command.output().expect("the program starts");
    (output.status.code().expect("an exit code"), String::from_utf8(output.stderr).expect("UTF-8"))
}

#[test]
fn done_is_0_with_nothing_on_standard_error() {
    let folder = polyglot();
    for command in ["scan", "report"] {
        assert_eq!(ended(&mut underpin([command, &folder.arg()])), (0, String::new()), "{command}");
    }
}

#[test]
fn a_condition_that_holds_is_1_and_one_that_does_not_is_0() {
    let (ended_long_ago, harmless) = (angularjs(), polyglot());
    for (folder, more, expected) in [
        (&ended_long_ago, &["--fail-on", "eol"][..], 1),
        (&ended_long_ago, &["--fail-on", "pays-off,eol"], 1),
        (&ended_long_ago, &["--fail-on", "must-act"], 0),
        (&ended_long_ago, &["--fail-on", "must-act", "--regime", "pci"], 1),
        (&ended_long_ago, &["--fail-on", "must-act-if-exposed"], 1),
        (&ended_long_ago, &["--fail-on", "pays-off"], 0),
        (&harmless, &["--fail-on", "eol,ending,must-act,must-act-if-exposed,pays-off"], 0),
    ] {
        let (code, errors) = ended(underpin(["report", &folder.arg()]).args(more));
        assert_eq!((code, errors.as_str()), (expected, ""), "{more:?}");
    }
}

#[test]
fn a_wrong_command_line_is_2_and_says_what_to_do_next() {
    let folder = polyglot();
    folder.write("notes.txt", "things to do\n");
    let (here, gone) = (folder.arg(), folder.at("gone"));
    for (arguments, said) in [
        (&["report", "--no-such-flag"][..], "unexpected argument '--no-such-flag'"),
        (&["report", &gone], "give a directory (`/` is this host), an image, an archive, a saved scan or a bill of materials"),
        (&["scan", &folder.at("notes.txt")], "notes.txt: neither a saved scan nor a bill of materials: expected"),
        (&["report", &folder.at("notes.txt")], "what `underpin scan TARGET --format json` writes"),
        (&["scan", &here, "--only", "npm-lok"], "no detector is called `npm-lok`\n  known: apk-archive, "),
        (&["scan", &here, "--skip", "npm-lok"], "no detector is called `npm-lok`\n  known: apk-archive, "),
        (&["scan", &here, "--only", "npm-lock", "--skip", "go-mod"], "cannot be used with"),
        (&["scan", &here, "--exclude", "a["], "`a[` is no pattern for paths"),
        (&["report", &here, "--downtime-cost", "much"], "--downtime-cost: `much` is no amount\n  write a plain number"),
        (&["report", &here, "--downtime-cost=-1"], "`-1` is no amount"),
        (&["report", &here, "--as-of", "soon"], "'soon'"),
        (&["report", &here, "--currency", "EURO"], "EURO"),
        (&["report", &here, "--currency", "XXX"], "no rate for the currency XXX is on record\n  on record: "),
        (&["catalog", "show", "no-such-product"], "see `underpin catalog list`"),
        (
            &["report", &here, "-o", "report.pdf"],
            "cannot tell the format of report.pdf\n  use one of these extensions: .cdx.json .csv .html .ics .json .md .spdx.json .txt .xlsx",
        ),
        (
            &["scan", &here, "-o", "list"],
            "cannot tell the format of list\n  use one of these extensions: .cdx.json .csv .json .purls .spdx.json .txt .unknowns",
        ),
    ] {
        let (code, errors) = ended(&mut underpin(arguments));
        assert_eq!(code, 2, "{arguments:?}: {errors}");
        assert!(errors.contains(said), "{arguments:?}: {errors}");
        assert!(errors.starts_with("error: "), "{arguments:?}: {errors}");
    }
}

#[test]
fn a_faulty_catalog_is_3_with_every_fault_at_its_line() {
    let catalog = Folder::new(
        "catalog",
        &[
            (
                "products/acme-db.toml",
                "schema = 1\nname = \"Acme DB\"\nkind = \"databse\"\nopen-source = \"yes\"\nsources = [\"https://acme.example\"]\n",
            ),
            (
                "lifecycle/acme-nothing.toml",
                "schema = 1\nsource = \"https://acme.example\"\nas-of = \"2026-08-22\"\n\n[[cycle]]\nname = \"1\"\neol = \"2026-02-30\"\n",
            ),
            ("vendors/acme.toml", "schema = 1\nname = \"Acme\"\nurl = \"https://acme.example\"\nslogan = \"best\"\n"),
        ],
    );
    let scanned = polyglot();
    for command in ["report", "scan"] {
        let (code, errors) = ended(&mut underpin([command, &scanned.arg(), "--catalog", &catalog.arg()]));
        assert_eq!(code, 3, "{errors}");
        assert!(errors.ends_with("  mend them, then check with `underpin catalog lint DIR`\n"), "{errors}");
        for place in ["products/acme-db.toml:3:8: SIG", "lifecycle/acme-nothing.toml:7:7: SIG", "vendors/acme.toml:4:1: SIG"] {
            assert!(errors.contains(place), "{place}: {errors}");
        }
        let places = errors.lines().filter(|line| line.contains(": SIG")).count();
        assert!(errors.starts_with(&format!("error: the catalog has {places} faults\n")), "{errors}");
    }
    let (code, _) = ended(&mut underpin(["catalog", "lint", &catalog.arg()]));
    assert_eq!(code, 3);
}

#[test]
fn something_unread_is_4_under_strict_only() {
    let folder = polyglot();
    folder.write(TRUNCATED.0, TRUNCATED.1);
    for (more, expected) in [(&[][..], 0), (&["--strict"], 4), (&["--strict", "--exclude", "api"], 0)] {
        let (code, _) = ended(underpin(["scan", &folder.arg()]).args(more));
        assert_eq!(code, expected, "{more:?}");
    }
    // A condition says more than an unread file.
    folder.write("web/package-lock.json", crate::fixtures::ANGULARJS.1);
    assert_eq!(ended(&mut underpin(["report", &folder.arg(), "--strict", "--fail-on", "eol"])).0, 1);
}

/// The program as somebody who owns nothing here. `None` without the right to become somebody else.
fn as_nobody(program: &Path) -> Option<Command> {
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .arg(program)
        .env_clear()
        .env("UNDERPIN_NO_CACHE", "1");
    Command::new("setpriv").args(["--reuid", "65534", "true"]).status().is_ok_and(|status| status.success()).then_some(command)
}

#[test]
fn a_folder_closed_to_the_user_is_named_and_4_under_strict() {
    let folder = polyglot();
    let mode = |path: &Path, mode: u32| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("own file");
    let outer = folder.path().parent().expect("a folder").to_owned();
    let program = outer.join("underpin");
    fs::copy(env!("CARGO_BIN_EXE_underpin"), &program).expect("a copy that everybody may run");
    mode(&outer, 0o755);
    mode(&program, 0o755);
    mode(&folder.path().join("site"), 0o700);
    let Some(mut command) = as_nobody(&program) else { return };
    let output = command.args(["scan", &folder.arg(), "--strict", "--format", "purls", "-v"]).output().expect("setpriv");
    let (found, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(4), "{errors}");
    assert!(found.contains("pkg:cargo/itoa@1.0.15") && !found.contains("pkg:gem/rake"), "{found}");
    let named: Vec<&str> = errors.lines().filter(|line| line.contains("site: UP001: ")).collect();
    assert_eq!(named.len(), 1, "{errors}");
}

#[test]
fn what_cannot_be_written_is_5() {
    let folder = polyglot();
    let full = fs::File::options().write(true).open("/dev/full").expect("Linux");
    let (code, errors) = ended(underpin(["scan", &folder.arg(), "--format", "purls"]).stdout(full));
    assert_eq!((code, errors.starts_with("error: cannot write standard output: ")), (5, true), "{errors}");
    let nowhere = folder.at("no/such/folder/bom.json");
    let (code, errors) = ended(&mut underpin(["scan", &folder.arg(), "-o", &nowhere]));
    assert_eq!((code, errors.starts_with(&format!("error: cannot write {nowhere}: "))), (5, true), "{errors}");
}
