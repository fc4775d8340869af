//! What `--help` says, word by word. `SNAPSHOTS=overwrite` writes the files anew; read the difference before you commit it.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use snapbox::{Assert, Data};

use crate::program::{stdout, underpin};

const COMMANDS: &[&str] = &[
    "",
    "report",
    "scan",
    "explain",
    "fund",
    "decide",
    "effort",
    "effort add",
    "effort import",
    "effort list",
    "refer",
    "refer draft",
    "refer ledger",
    "refer record",
    "init",
    "catalog",
    "catalog list",
    "catalog show",
    "catalog new",
    "catalog lint",
    "catalog test",
    "catalog preview",
    "catalog schema",
    "catalog update",
    "catalog pack",
    "completions",
    "man",
];

#[test]
fn every_subcommand_explains_itself_as_recorded() {
    for command in COMMANDS {
        let file = if command.is_empty() { "underpin".to_owned() } else { command.replace(' ', "-") };
        let path = format!("{}/tests/cli/help/{file}.txt", env!("CARGO_MANIFEST_DIR"));
        let text = stdout(underpin(command.split_whitespace()).arg("--help"));
        Assert::new().action_env("SNAPSHOTS").eq(text, Data::read_from(path.as_ref(), None));
    }
}

#[test]
fn the_list_of_subcommands_is_complete() {
    let text = stdout(&mut underpin(["--help"]));
    let listed = text.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| line.starts_with("  "));
    let listed: Vec<&str> = listed.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    let recorded: Vec<&str> = COMMANDS.iter().copied().filter(|name| !name.is_empty() && !name.contains([' ', '-'])).collect();
    assert_eq!(listed, recorded);
}

#[test]
fn the_manual_and_the_completions_know_every_subcommand() {
    let manual = stdout(&mut underpin(["man"]));
    for command in COMMANDS.iter().filter(|name| !name.is_empty()) {
        let page = command.replace([' ', '-'], "\\-");
        assert!(manual.contains(&format!("underpin\\-{page}")), "{command} is not in the manual");
        if command.contains(' ') {
            continue;
        }
        for shell in ["bash", "fish", "zsh"] {
            assert!(stdout(&mut underpin(["completions", shell])).contains(command), "{command} is not completed in {shell}");
        }
    }
}

/// What a tool says that reads `input`; `None` if it is not installed.
fn reading(program: &str, arguments: &[&str], input: &str) -> Option<Output> {
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "C.UTF-8").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    Some(child.wait_with_output().expect("it ends"))
}

#[test]
fn bash_loads_the_completions_and_completes_commands_options_and_values() {
    let script = stdout(&mut underpin(["completions", "bash"]));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("underpin.bash");
    std::fs::write(&file, script).expect("a file");
    let file = file.to_string_lossy().into_owned();
    let completed = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let (last, words_before) = (words.len() - 1, words.len().saturating_sub(2));
        let ask = format!(
            "set -eu; source '{file}'; complete -p underpin >&2; COMP_WORDS=({line}); [ {last} -lt ${{#COMP_WORDS[@]}} ] || COMP_WORDS+=(''); \
             COMP_CWORD={last}; _underpin underpin \"${{COMP_WORDS[{last}]}}\" \"${{COMP_WORDS[{words_before}]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash").args(["--norc", "--noprofile", "-c", &ask]).output().expect("bash");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && errors.contains("_underpin"), "{line}: {errors}");
        assert_eq!(errors.lines().count(), 1, "{line}: {errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    for (line, expected) in [
        ("underpin re", &["report", "refer"][..]),
        ("underpin scan --vi", &["--view"]),
        ("underpin scan --view ", &["table", "tree", "detail"]),
        ("underpin report --hyperlinks a", &["auto", "always"]),
        ("underpin catalog li", &["list", "lint"]),
    ] {
        let text = completed(line);
        let words: Vec<&str> = text.lines().collect();
        assert!(expected.iter().all(|word| words.contains(word)), "{line}: {words:?}");
    }
}

#[test]
fn the_manual_is_set_without_a_warning() {
    let manual = stdout(&mut underpin(["man"]));
    let tools: [(&str, &[&str]); 2] = [("groff", &["-ww", "-man", "-Tutf8"]), ("mandoc", &["-Tlint", "-Wwarning"])];
    let mut used = 0;
    for (tool, arguments) in tools {
        if let Some(output) = reading(tool, arguments, &manual) {
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{tool}");
            assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stdout));
            used += 1;
        }
    }
    assert!(used > 0, "neither groff (package groff-base) nor mandoc is installed");
}
