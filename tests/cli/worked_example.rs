//! The worked case of README.md, followed from an empty folder: its files are written as they stand there, every command is run,
//! and all that it prints is compared. `UPDATE_EXPECT=1` writes what is printed into README.md; recompute the figures in the
//! text around it then.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn readme() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

/// The text of the section, without its heading.
fn section(text: &str) -> &str {
    let (_, section) = text.split_once("\n## A worked case").expect("the section");
    section.split("\n## ").next().unwrap_or_default()
}

/// What a shell prints for a command in the folder, both of its streams, without spaces at line ends.
fn run(command: &str, folder: &Path, environment: &BTreeMap<String, String>) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_underpin")).parent().expect("a folder");
    let path = format!("{}:/usr/bin:/bin", program.display());
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{{ {command}; }} 2>&1")]).current_dir(folder).env_clear().env("PATH", path).envs(environment);
    let output = shell.output().expect("a shell");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// A box with commands as it has to read: each command with what it prints now.
fn played(commands: &str, folder: &Path, environment: &mut BTreeMap<String, String>) -> String {
    let mut shown = Vec::new();
    for command in commands.lines().filter_map(|line| line.strip_prefix("$ ")) {
        shown.push(format!("$ {command}"));
        match command.strip_prefix("export ").and_then(|set| set.split_once('=')) {
            Some((name, value)) => drop(environment.insert(name.to_owned(), value.to_owned())),
            None => shown.push(run(command, folder, environment)),
        }
    }
    shown.retain(|text| !text.is_empty());
    shown.join("\n")
}

/// The file that the words before a box name last.
fn named(before: &[String]) -> &str {
    let words = before.last().map_or("", String::as_str);
    words.split('`').rfind(|word| word.contains('.') && !word.contains(' ')).expect("the name of a file")
}

#[test]
fn the_worked_case_of_the_readme_prints_what_it_shows() {
    let text = fs::read_to_string(readme()).expect("README.md");
    let shown = section(&text);
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("service-desk");
    fs::create_dir(&folder).expect("an empty folder");
    let (mut real, mut environment, mut commands) = (Vec::new(), BTreeMap::new(), 0);
    for (position, part) in shown.split("```").enumerate() {
        let (language, inside) = part.split_once('\n').unwrap_or(("", part));
        let text = match language {
            _ if position % 2 == 0 => part.to_owned(),
            "text" => {
                commands += inside.lines().filter(|line| line.starts_with("$ ")).count();
                format!("text\n{}\n", played(inside, &folder, &mut environment))
            }
            _ => {
                fs::write(folder.join(named(&real)), inside).expect("the folder is writable");
                part.to_owned()
            }
        };
        real.push(text);
    }
    let real = real.join("```");
    assert!(commands >= 8, "{commands} commands");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(readme(), text.replace(shown, &real)).expect("README.md is writable");
    } else {
        assert_eq!(shown, real, "README.md no longer shows what the program prints; UPDATE_EXPECT=1 writes it");
    }
}
