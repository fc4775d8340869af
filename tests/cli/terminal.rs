//! What the program shows on a terminal: as wide as that is, in colour where it may be, and steered by no name.

use std::fs;
use std::process::{Command, Stdio};

use unicode_width::UnicodeWidthStr;

use crate::fixtures::{Folder, TRUNCATED, angularjs, polyglot};
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
fn verbose_says_how_long_each_stage_took_and_with_how_many_things() {
    let folder = polyglot();
    let output = underpin(["report", &folder.arg(), "-v"]).output().expect("the program starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    let stages: Vec<Vec<&str>> = errors
        .lines()
        .map(|line| line.split_whitespace().collect())
        .filter(|line: &Vec<&str>| line.get(2) == Some(&"ms"))
        .collect();
    let names: Vec<&str> = stages.iter().filter_map(|line| line.first().copied()).collect();
    assert_eq!(names, ["walk", "detect", "assemble", "match", "vulnerabilities", "score", "report", "render"], "{errors}");
    for stage in &stages {
        let number = |index: usize| stage.get(index).and_then(|text| text.parse::<f64>().ok());
        assert!(number(1).is_some_and(|time| time >= 0.0) && number(3).is_some(), "{errors}");
    }
    let plain = underpin(["scan", &folder.arg()]).output().expect("the program starts");
    assert_eq!(String::from_utf8_lossy(&plain.stderr), "", "nothing is said that nobody asked for");
}

#[test]
fn problems_are_summed_up_below_the_page_with_how_to_see_them() {
    let folder = angularjs();
    folder.write(TRUNCATED.0, TRUNCATED.1);
    for command in ["report", "scan", "fund"] {
        let line = format!("'{}' {command} '{}'", env!("CARGO_BIN_EXE_underpin"), folder.arg());
        let text = shown(&line, &[("NO_COLOR", "1")]);
        let end: Vec<&str> = text.lines().rev().take(2).map(str::trim).collect();
        assert!(end.first().is_some_and(|line| line.starts_with("1  UP")), "{command}: {text}");
        assert_eq!(end.get(1), Some(&"1 problem; each with its place: --verbose"), "{command}: {text}");
    }
}

#[test]
fn progress_shows_on_a_terminal_only_and_leaves_nothing_behind() {
    let folder = polyglot();
    let program = env!("CARGO_BIN_EXE_underpin");
    // A run this short shows nothing; a longer one clears its line at the end.
    let line = format!("'{program}' scan '{}' > /dev/null", folder.arg());
    assert_eq!(shown(&line, &[]), "");
    let long = Folder::new("long", &[("0/requirements.txt", &"six==1.17.0\n".repeat(100_000))]);
    for number in 1..6 {
        fs::create_dir(long.path().join(number.to_string())).expect("a folder");
        fs::hard_link(long.at("0/requirements.txt"), long.at(&format!("{number}/requirements.txt"))).expect("another name");
    }
    let text = shown(&format!("'{program}' scan '{}' > /dev/null", long.arg()), &[]);
    // An optimised program may be done before the line shows.
    assert!(!cfg!(debug_assertions) || text.contains(" packages   "), "{text:?}");
    if let Some((_, last)) = text.rsplit_once(" packages   ") {
        assert!(last.trim_end().ends_with("\u{1b}[2K") || last.trim_end().ends_with("\u{1b}[K"), "{last:?}");
    }
    let piped = underpin(["scan", &long.arg()]).output().expect("the program starts");
    assert_eq!(String::from_utf8_lossy(&piped.stderr), "", "no progress in a pipe");
}

#[test]
fn names_steer_no_terminal_in_any_view_nor_in_the_problems_and_the_progress() {
    let folder = tempfile::tempdir().expect("a folder");
    let hostile = folder.path().join("a\u{202e}b\u{1b}[31m\u{1b}]8;;x\u{7}");
    fs::create_dir(&hostile).expect("a folder");
    fs::write(hostile.join("requirements.txt"), "six==1.17.0\ndjango==3.2.0\n").expect("a file");
    fs::write(hostile.join("package-lock.json"), "{").expect("a file");
    for command in ["scan", "report"] {
        for view in ["table", "tree", "detail"] {
            let run = |links: &str| underpin([command, "-v", "--all", "--view", view, links]).arg(folder.path()).output();
            let output = run("--hyperlinks=never").expect("the program starts");
            for text in [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)) {
                assert!(text.replace(['\n', ' '], "").contains("a\\u{202e}b\\u{1b}[31m"), "{command} {view}: {text}");
                assert!(!text.contains(['\u{202e}', '\u{1b}', '\u{7}']), "{command} {view}: {text}");
            }
            let linked = run("--hyperlinks=always").expect("the program starts");
            let linked = String::from_utf8_lossy(&linked.stdout);
            let marks = linked.matches("\u{1b}]8;;https://").count() + linked.matches("\u{1b}]8;;\u{1b}\\").count();
            assert_eq!(linked.matches("\u{1b}]8;;").count(), marks, "{command} {view}: {linked:?}");
        }
    }
}

#[test]
fn a_scan_is_a_line_a_component_in_a_pipe_and_fits_a_terminal() {
    let folder = polyglot();
    let here = folder.arg();
    let purls = stdout(&mut underpin(["scan", &here, "--format", "purls"]));
    let table = stdout(&mut underpin(["scan", &here]));
    assert_eq!(table.lines().count(), purls.lines().count() + 1, "{table}");
    for view in ["table", "tree", "detail"] {
        let text = stdout(underpin(["scan", &here, "--view", view]).env("COLUMNS", "60"));
        assert!(text.lines().all(|line| line.width() <= 60), "{view}: {text}");
        // The cells of a table stand side by side, so that a name that wraps is not in one piece.
        let names = ["itoa", "psr/log", "rake", "github.com/google/uuid", "six"];
        let flat = text.replace(['\n', ' ', '│'], "");
        assert!(view == "table" || names.iter().all(|name| flat.contains(name)), "{view}: {text}");
    }
    let tree = stdout(&mut underpin(["scan", &here, "--view", "tree", "--only", "composer-lock,go-mod"]));
    let (_, below) = tree.split_once('\n').expect("a title");
    assert_eq!(
        below,
        "├── composer (1)\n│   └── psr/log 3.0.2, declared\n│       └── shop/composer.lock:1\n└── golang (1)\n    └── github.com/google/uuid v1.6.0, declared\n        └── tool/go.mod:5\n"
    );
}

#[test]
fn a_view_is_for_people() {
    let folder = angularjs();
    for command in ["scan", "report"] {
        let output = underpin([command, &folder.arg(), "--view", "tree", "--format", "json"]).output().expect("it starts");
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("--view is for the format table"));
        let file = folder.at("view.txt");
        stdout(&mut underpin([command, &folder.arg(), "--view", "tree", "-o", &file]));
        assert!(fs::read_to_string(&file).expect("written").contains("└── "));
    }
}

#[test]
fn links_are_for_terminals_that_show_them_unless_asked_for() {
    let folder = angularjs();
    let here = folder.arg();
    let linked = |text: &str| text.contains("\u{1b}]8;;https://");
    for (more, environment, expected) in [
        ("", &[][..], false),
        ("", &[("VTE_VERSION", "7200")], true),
        ("", &[("TERM_PROGRAM", "WezTerm")], true),
        ("", &[("FORCE_HYPERLINK", "1")], true),
        ("", &[("VTE_VERSION", "7200"), ("FORCE_HYPERLINK", "0")], false),
        ("--hyperlinks=never", &[("VTE_VERSION", "7200")], false),
        ("--hyperlinks=always", &[], true),
        ("", &[("UNDERPIN_HYPERLINKS", "always")], true),
    ] {
        let text = on_terminal(&format!("report '{here}' --view detail {more}"), environment);
        assert_eq!(linked(&text), expected, "{more} {environment:?}: {text:?}");
    }
    let pipe = |more: &str| stdout(underpin(["report", &here, "--view", "detail", more]).env("FORCE_HYPERLINK", "1"));
    assert!(!linked(&pipe("--hyperlinks=auto")) && linked(&pipe("--hyperlinks=always")));
}
