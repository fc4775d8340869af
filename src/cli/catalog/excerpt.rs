//! A fault of a catalog file for people: what, where, the line with a caret, and the next step.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use crate::catalog::SourceFile;
use crate::problem::{Code, Problem};
use crate::report::{visible, wrapped};

/// What is to be done about each code, where a fault does not say it itself.
const HELP: &str = include_str!("../../../docs/problems.md");
/// Columns of an excerpt.
const WIDTH: usize = 96;

/// A fault in two halves: what is wrong, and what to do.
pub(super) struct Told {
    pub(super) cause: String,
    pub(super) remedy: String,
}

/// The two halves of a fault's text; a fault that names no remedy has that of its code.
pub(super) fn told(problem: &Problem) -> Told {
    let (cause, remedy) = match problem.text.rsplit_once("; ") {
        Some((cause, remedy)) => (cause, remedy.replacen("known: ", "use one of: ", 1)),
        None => (problem.text.as_str(), next_step(problem.code).to_owned()),
    };
    Told { cause: cause.to_owned(), remedy }
}

/// The line `Next: …` of the code's section.
fn next_step(code: Code) -> &'static str {
    let section = HELP.split("\n## ").find(|section| section.starts_with(code.id())).unwrap_or_default();
    section.lines().find_map(|line| line.strip_prefix("Next: ")).unwrap_or_default().trim_end_matches('.')
}

/// Writes a fault with the line that it stands in.
pub(super) fn write(problem: &Problem, files: &[SourceFile], out: &mut dyn Write) -> io::Result<()> {
    let Told { cause, remedy } = told(problem);
    write!(out, "{}", visible(&problem.path))?;
    [problem.line, problem.column].into_iter().flatten().try_for_each(|place| write!(out, ":{place}"))?;
    writeln!(out, ": {}: {}", problem.code, visible(&cause))?;
    if let Some((line, column)) = problem.line.zip(problem.column) {
        let text = files.iter().find(|file| file.shown == problem.path).map_or("", |file| file.text.as_str());
        let (shown, mark) = marked(line_of(text, line), column);
        writeln!(out, "{line:>6} | {shown}\n       | {mark}")?;
    }
    let lines = wrapped(&visible(&remedy), WIDTH - 6);
    lines
        .iter()
        .enumerate()
        .try_for_each(|(index, line)| writeln!(out, "       {}{line}", if index == 0 { "next: " } else { "      " }))
}

fn line_of(text: &str, line: u32) -> &str {
    let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    text.lines().nth(index).unwrap_or_default()
}

/// The line, cut to the screen around the column, and carets below what stands there.
fn marked(line: &str, column: u32) -> (String, String) {
    let column = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    let characters: Vec<char> = line.chars().collect();
    let start = if column > WIDTH / 2 && characters.len() > WIDTH { column - WIDTH / 2 } else { 0 };
    let part = |from: usize, to: usize| visible(&characters.iter().take(to).skip(from).collect::<String>());
    let end = column + token(characters.get(column..).unwrap_or_default());
    let (before, named) = (part(start, column), part(column, end.min(start + WIDTH)));
    let shown = part(start, start + WIDTH);
    (shown, format!("{}{}", " ".repeat(before.width()), "^".repeat(named.width().max(1))))
}

/// How many characters the thing is long that begins here: a text in quotes, a header in brackets, or a word.
fn token(rest: &[char]) -> usize {
    let end = |closing: char| rest.iter().skip(1).position(|character| *character == closing).map(|position| position + 2);
    let word = || rest.iter().take_while(|character| character.is_alphanumeric() || "-_.".contains(**character)).count();
    match rest.first() {
        Some(quote @ ('"' | '\'')) => end(*quote).unwrap_or(rest.len()),
        Some('[') => rest.iter().rposition(|character| *character == ']').map_or(1, |position| position + 1),
        Some('{') => rest.iter().rposition(|character| *character == '}').map_or(1, |position| position + 1),
        _ => word(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_a_file_has_a_next_step() {
        for code in Code::ALL {
            assert!(!next_step(*code).is_empty(), "{code}");
        }
    }

    #[test]
    fn the_caret_stands_below_what_is_meant_in_long_wide_and_hostile_lines() {
        assert_eq!(marked("kind = \"databse\" # what", 8), ("kind = \"databse\" # what".into(), "       ^^^^^^^^^".into()));
        assert_eq!(marked("[[offer]]", 1).1, "^^^^^^^^^");
        assert_eq!(marked("名 = 1", 5).1, "     ^");
        let (shown, mark) = marked("a = \"\u{1b}[2J\" b", 5);
        assert_eq!((shown.as_str(), mark.as_str()), ("a = \"\\u{1b}[2J\" b", "    ^^^^^^^^^^^"));
        let long = format!("{}\"here\"", "x".repeat(300));
        let (shown, mark) = marked(&long, 301);
        assert!(shown.ends_with("\"here\"") && shown.len() <= WIDTH, "{shown}");
        assert_eq!(mark.len(), shown.len());
        assert_eq!(marked("", 9).1, "^");
    }
}
