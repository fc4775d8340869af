//! `underpin init`: what it asks, what it writes, and that it never waits for somebody who is not there.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::fixtures::{Folder, angularjs, billing, polyglot};
use crate::program::{stdout, underpin};

fn init(target: &str, more: &[&str]) -> Command {
    underpin(["init", target, "-q"].iter().chain(more))
}

/// The report in JSON, with these arguments behind the target.
fn report(target: &str, more: &[&str]) -> String {
    stdout(underpin(["report", target, "--format", "json"].iter().chain(more)).current_dir(std::env::temp_dir()))
}

/// A run of `command` at a terminal at which `keys` are typed.
fn at_a_terminal(command: &mut Command, keys: &str) -> Output {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&terminal).and_then(|()| unlockpt(&terminal)).expect("an open terminal");
    let name = ptsname(&terminal, Vec::new()).expect("its name");
    let side = OpenOptions::new().read(true).write(true).open(name.to_str().expect("ASCII")).expect("its other side");
    let mut keyboard = std::fs::File::from(terminal);
    keyboard.write_all(keys.as_bytes()).expect("keys");
    let child = command.stdin(side).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    child.wait_with_output().expect("it ends")
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_defaults_are_comments_that_change_nothing_and_are_valid_when_uncommented() {
    let scanned = billing();
    let target = scanned.arg();
    let text = stdout(&mut init(&target, &["--yes", "--output", "-"]));
    let folder = Folder::new("configured", &[("underpin.toml", &text)]);
    assert!(!text.lines().any(|line| !line.is_empty() && !line.starts_with('#') && line != "[policy]"), "{text}");
    assert_eq!(report(&target, &["--config", &folder.at("underpin.toml")]), report(&target, &[]));
    let keys = |line: &str| {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        let key = bare.split(" = ").next().unwrap_or_default();
        let is_key = bare.contains(" = ") && key.chars().all(|character| character.is_ascii_lowercase() || character == '-');
        if is_key || bare == "[[accepted]]" { bare.to_owned() } else { line.to_owned() }
    };
    let said: Vec<String> = text.lines().map(keys).collect();
    folder.write("said.toml", &said.join("\n"));
    assert!(said.iter().any(|line| line == "tier = 1") && said.iter().any(|line| line.starts_with("hourly-cost = ")), "{said:?}");
    report(&target, &["--config", &folder.at("said.toml")]);
}

#[test]
fn every_default_stands_with_its_source_and_date() {
    let text = stdout(&mut init(&billing().arg(), &["--yes", "--output", "-"]));
    let flat = text.replace("\n# ", " ");
    let sources: Vec<&str> = flat.lines().filter(|line| line.contains(" Default: ") && line.contains("Answer: ")).collect();
    assert_eq!(sources.len(), 7, "{flat}");
    for line in sources {
        assert!(line.contains(" Source: "), "{line}");
        assert!(line.contains("; figures of ") || line.contains("; of underpin "), "{line}");
    }
}

#[test]
fn what_flags_say_is_written_so_that_the_report_is_the_same() {
    let scanned = billing();
    let target = scanned.arg();
    let flags = [
        "--tier",
        "2",
        "--env",
        "staging",
        "--exposure",
        "internal",
        "--regime",
        "pci,dora",
        "--upgrade-hours",
        "40.5",
        "--hourly-cost",
        "80",
        "--services",
        "2",
        "--currency",
        "EUR",
    ];
    let text = stdout(&mut init(&target, &[&flags[..], &["--output", "-"]].concat()));
    let folder = Folder::new("configured", &[("underpin.toml", &text)]);
    assert_eq!(report(&target, &["--config", &folder.at("underpin.toml")]), report(&target, &flags), "{text}");
    let cost = stdout(&mut init(&target, &["--downtime-cost", "499.90", "--yes", "--output", "-"]));
    assert!(cost.contains("\ndowntime-cost = 499.9\n"), "{cost}");
}

#[test]
fn a_configuration_that_is_named_is_carried_over_so_that_the_report_is_the_same() {
    let scanned = angularjs();
    let target = scanned.arg();
    let before = r#"[policy]
currency = "EUR"
country = "DE"
users = 20

[[accepted]]
id = "angularjs"
owner = 'Ada "the" Owner'
reason = "replaced\nin spring"
expiry = "2027-06-30"
approved-by = "Board"
approved-on = "2026-11-01"
"#;
    let old = Folder::new("before", &[("underpin.toml", before)]);
    let text = stdout(&mut init(&target, &["--yes", "--output", "-", "--config", &old.at("underpin.toml")]));
    assert!(text.contains("\ncountry = \"DE\"\n") && !text.contains("\nhourly-cost"), "{text}");
    let new = Folder::new("after", &[("underpin.toml", &text)]);
    let reported = report(&target, &["--config", &new.at("underpin.toml")]);
    assert_eq!(reported, report(&target, &["--config", &old.at("underpin.toml")]), "{text}");
    assert_ne!(reported, report(&target, &[]));
}

#[test]
fn without_a_terminal_it_says_which_flags_to_give_and_writes_nothing() {
    let scanned = angularjs();
    let here = Folder::new("here", &[]);
    let output = init(&scanned.arg(), &[]).current_dir(here.path()).output().expect("a run");
    let errors = errors(&output);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.starts_with("error: standard input is no terminal, and "), "{errors}");
    assert!(errors.contains("\n  --regime NAME ") && errors.contains("\n  --yes "), "{errors}");
    assert!(errors.lines().count() <= 7, "at most five questions: {errors}");
    assert!(output.stdout.is_empty() && !here.path().join("underpin.toml").exists());
}

#[test]
fn where_nothing_is_open_nothing_is_missing() {
    let here = Folder::new("here", &[]);
    let output = init(&polyglot().arg(), &[]).current_dir(here.path()).output().expect("a run");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(errors(&output).contains("wrote underpin.toml: nothing was found that makes a case"), "{}", errors(&output));
    assert!(here.path().join("underpin.toml").exists());
}

#[test]
fn a_file_that_exists_is_kept_unless_forced() {
    let scanned = angularjs();
    let here = Folder::new("here", &[("underpin.toml", "# mine\n"), ("faulty.toml", "[policy\n")]);
    let run = |more: &[&str]| init(&scanned.arg(), more).current_dir(here.path()).output().expect("a run");
    let text = || std::fs::read_to_string(here.path().join("underpin.toml")).expect("a file");
    let refused = run(&["--yes"]);
    assert_eq!((refused.status.code(), text().as_str()), (Some(2), "# mine\n"), "{}", errors(&refused));
    assert!(errors(&refused).contains("underpin.toml exists"), "{}", errors(&refused));
    assert_eq!(run(&["--yes", "--force"]).status.code(), Some(0));
    assert!(text().contains("[policy]"));
    let other = run(&["--yes", "-o", "other.toml"]);
    assert!(errors(&other).contains(" --config other.toml"), "{}", errors(&other));
    assert_eq!(run(&["--yes", "-o", "-", "--config", "faulty.toml"]).status.code(), Some(3));
}

#[test]
fn a_saved_scan_gives_the_questions_of_its_tree() {
    let scanned = angularjs();
    let saved = stdout(&mut underpin(["scan", &scanned.arg(), "--format", "json", "-q"]));
    let folder = Folder::new("saved", &[("front.json", &saved)]);
    let asked = |target: &str| errors(&init(target, &[]).output().expect("a run"));
    assert_eq!(asked(&folder.at("front.json")), asked(&scanned.arg()));
}

#[test]
fn at_a_terminal_a_wrong_answer_is_asked_again_and_the_answers_are_written() {
    let scanned = angularjs();
    let here = Folder::new("here", &[]);
    let mut command = init(&scanned.arg(), &["--env", "prod", "--upgrade-hours", "40"]);
    let output = at_a_terminal(command.current_dir(here.path()), "the moon\ninternet\n\n\n\n\n");
    let told = errors(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("unknown exposure `the moon`; known: none, local, internal, internet"), "{told}");
    assert!(told.contains("\n1. From where can it be reached?\n") && !told.contains("What is this used for?"), "{told}");
    assert!(!told.contains('\u{1b}'), "colour without a terminal: {told}");
    assert!(output.stdout.is_empty());
    let text = std::fs::read_to_string(here.path().join("underpin.toml")).expect("written");
    assert!(text.contains("\nupgrade-hours = 40\n") && !text.contains("Source: your figure"), "no default: {text}");
    assert!(text.contains("\n# Said: your answer, 2026-11-24.\nexposure = \"internet\"\n"), "{text}");
    assert!(text.contains("\n# Said: given to `underpin init`, 2026-11-24.\nenv = \"prod\"\n"), "{text}");
    let report = report(&scanned.arg(), &["--config", &here.at("underpin.toml")]);
    assert!(report.contains("\"verdict\": \"must-act\""), "{report}");
}

#[test]
fn the_end_of_what_is_typed_ends_the_questions() {
    let scanned = angularjs();
    let output = at_a_terminal(&mut init(&scanned.arg(), &["--output", "-"]), "\u{4}");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.contains("[policy]") && !text.contains("# Said:"), "{text}");
}
