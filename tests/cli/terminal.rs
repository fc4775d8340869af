//! What the program shows on a terminal: as wide as that is, in colour where it may be, and steered by no name.

use std::fs;
use std::process::{Command, Stdio};

use unicode_width::UnicodeWidthStr;

use crate::fixtures::polyglot;
use crate::program::{stdout, underpin};

/// What the program shows on a terminal that `script` (of util-linux) makes for it.
fn on_terminal(arguments: &str, environment: &[(&str, &str)]) -> String {
    shown(&format!("'{}' {arguments} 2>/dev/null", env!("CARGO_BIN_EXE_underpin")), environment)
}

/// What a shell command shows there.
fn shown(line: &str, environment: &[(&str, &str)]) -> String {
    let mut command = Command::new("script");
    command.args(["-qec", line, "/dev/null"]);
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("TERM", "xterm-256color")
        .env("UNDERPIN_NO_CACHE", "1")
        .envs(environment.iter().copied());
    let output = command.stdin(Stdio::null()).output().expect("script, of the package bsdutils");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let folder = polyglot();
    let here = folder.arg();
    let coloured = |text: &str| text.contains('\u{1b}');
    for (more, expected) in [("", false), ("--color=auto", false), ("--color=always", true), ("--color=never", false)] {
        let text = stdout(underpin(["report", &here]).args(more.split_whitespace()));
        assert_eq!(coloured(&text), expected, "in a pipe, {more}");
    }
    for (environment, expected) in [
        (&[("CLICOLOR_FORCE", "1")][..], true),
        (&[("CLICOLOR_FORCE", "0")], false),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&[("CLICOLOR_FORCE", "1"), ("UNDERPIN_COLOR", "never")], false),
    ] {
        let text = stdout(underpin(["report", &here]).envs(environment.iter().copied()));
        assert_eq!(coloured(&text), expected, "in a pipe, {environment:?}");
    }
    for (more, environment, expected) in [
        ("", &[][..], true),
        ("", &[("NO_COLOR", "1")], false),
        ("", &[("NO_COLOR", "")], true),
        ("--color=never", &[], false),
        ("--color=always", &[("NO_COLOR", "1")], true),
        ("", &[("CLICOLOR", "0")], false),
        ("", &[("TERM", "dumb")], false),
    ] {
        let text = on_terminal(&format!("report '{here}' {more}"), environment);
        assert!(text.contains("NOTHING TO DECIDE"), "{text}");
        assert_eq!(coloured(&text), expected, "on a terminal, {more} {environment:?}");
    }
}

#[test]
fn a_page_is_as_wide_as_the_terminal_and_as_columns_says() {
    let folder = polyglot();
    let here = folder.arg();
    let widest = |text: &str| text.lines().map(|line| line.trim_end().width()).max().unwrap_or(0);
    let program = env!("CARGO_BIN_EXE_underpin");
    for (columns, environment, least, most) in [
        (60, &[][..], 50, 60),
        (140, &[], 101, 140),
        (30, &[], 50, 60),
        (140, &[("COLUMNS", "72")], 61, 72),
        (72, &[("COLUMNS", "wide")], 61, 72),
    ] {
        let line = format!("stty cols {columns}; '{program}' report '{here}' --color=never 2>/dev/null");
        let text = shown(&line, environment);
        assert!((least..=most).contains(&widest(&text)), "{columns} {environment:?}: {}\n{text}", widest(&text));
    }
    let pipe = |columns| stdout(underpin(["report", &here]).env("COLUMNS", columns));
    assert!(widest(&pipe("66")) <= 66 && widest(&pipe("")) > 90 && widest(&pipe("")) <= 100);
    // A file does not change with the window from which it is written.
    let file = folder.at("r.txt");
    stdout(underpin(["report", &here, "--exclude", "r.txt", "-o", &file]).env("COLUMNS", "66"));
    assert!(widest(&fs::read_to_string(&file).expect("written")) > 90);
}

#[test]
fn names_steer_no_terminal_in_the_table_nor_in_the_problems() {
    let folder = tempfile::tempdir().expect("a folder");
    let hostile = folder.path().join("a\u{202e}b\u{1b}[31m");
    fs::create_dir(&hostile).expect("a folder");
    fs::write(hostile.join("requirements.txt"), "six==1.17.0\n").expect("a file");
    fs::write(hostile.join("package-lock.json"), "{").expect("a file");
    let output = underpin(["scan", "-v"]).arg(folder.path()).output().expect("the program starts");
    for text in [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)) {
        assert!(text.contains("a\\u{202e}b\\u{1b}[31m"), "{text}");
        assert!(!text.contains(['\u{202e}', '\u{1b}']), "{text}");
    }
}
