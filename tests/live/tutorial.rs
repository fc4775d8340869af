//! The tutorial of CONTRIBUTING.md, followed literally: every file is written as it stands there, every command run, every
//! line of output compared. `…` stands for what differs from host to host.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The text of the section.
fn tutorial() -> String {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md")).expect("CONTRIBUTING.md");
    let (_, section) = text.split_once("\n## Tutorial").expect("the section");
    section.split("\n## ").next().unwrap_or_default().to_owned()
}

/// What the section has in boxes, with the words before each: language, text, words.
fn boxes(section: &str) -> Vec<(&str, &str, &str)> {
    let parts: Vec<&str> = section.split("```").collect();
    let pairs = parts.chunks(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)));
    pairs.filter_map(|(words, inside)| inside.split_once('\n').map(|(language, text)| (language, text, words))).collect()
}

/// The last file that the words before a box name.
fn named(words: &str) -> &str {
    words.split('`').rfind(|part| part.contains(".toml")).expect("words that name the file")
}

/// Each command of a box with what it prints.
fn commands(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("$ ") {
            Some(command) => found.push((command, Vec::new())),
            None => found.last_mut().expect("a command first").1.push(line),
        }
    }
    found
}

fn run(command: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_underpin")).parent().expect("a folder");
    let path = format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", program.display());
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .env("UNDERPIN_NO_CACHE", "1")
        .output();
    let output = output.expect("a shell");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn same(shown: &str, printed: &str) -> bool {
    shown.split_once('…').map_or(shown == printed, |(start, _)| printed.starts_with(start))
}

#[test]
fn every_step_of_the_tutorial_gives_what_it_says() {
    let section = tutorial();
    let folder = tempfile::tempdir().expect("an empty folder");
    let (mut files, mut ran) = (0, 0);
    for (language, text, words) in boxes(&section) {
        if language == "toml" {
            fs::write(folder.path().join(named(words)), text).expect("the folder is there since `new`");
            files += 1;
            continue;
        }
        for (command, shown) in commands(text) {
            let printed = run(command, folder.path());
            let lines: Vec<&str> = printed.lines().collect();
            let fits = lines.len() == shown.len() && shown.iter().zip(&lines).all(|(shown, printed)| same(shown, printed));
            assert!(fits, "$ {command}\nCONTRIBUTING.md shows:\n{}\nit prints:\n{printed}", shown.join("\n"));
            ran += 1;
        }
    }
    assert!(files >= 3 && ran >= 8, "{files} files, {ran} commands");
}
