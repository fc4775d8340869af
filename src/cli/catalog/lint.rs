//! `underpin catalog lint`: every fault of every file at once.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use crate::catalog::SourceFile;
use crate::model::Date;
use crate::problem::Problem;

use super::super::args::TextFormat;
use super::super::{Exit, Fatal, output, plan};
use super::excerpt::{self, Told};
use super::notes::{self, Note};
use super::paths;

/// `underpin.lint/1`: what was found, for programs.
#[derive(Serialize)]
struct Document<'d> {
    schema: &'static str,
    /// Files that were checked.
    files: usize,
    faults: Vec<Fault<'d>>,
    /// What the code of conduct says of programmes; no faults.
    notes: &'d [Note],
}

#[derive(Serialize)]
struct Fault<'d> {
    code: &'static str,
    meaning: &'static str,
    path: &'d str,
    line: Option<u32>,
    column: Option<u32>,
    cause: String,
    remedy: String,
}

/// Checks files on top of what is built in.
pub(super) fn run(paths: &[PathBuf], stats: bool, format: TextFormat, today: Date) -> Result<Exit, Fatal> {
    let Some(asked) = paths::read(paths)? else {
        // The build refuses a faulty file and so does an update: what is in use has no fault.
        let catalog = plan::store().catalog().catalog;
        output::to_stdout(|out| match format {
            TextFormat::Json => json(0, &[], &[], out),
            TextFormat::Text if stats => write!(out, "{}", catalog.stats(today)),
            TextFormat::Text => writeln!(out, "no faults"),
        })?;
        return Ok(Exit::Done);
    };
    let own: Vec<&SourceFile> = asked.own().collect();
    let (faults, notes) = match &asked.catalog {
        Ok(catalog) => (&[][..], notes::of(catalog, &own, today)),
        Err(faults) => (faults.as_slice(), Vec::new()),
    };
    output::to_stdout(|out| match (format, &asked.catalog) {
        (TextFormat::Json, _) => json(own.len(), faults, &notes, out),
        (TextFormat::Text, Ok(catalog)) if stats => write!(out, "{}", catalog.stats(today)),
        (TextFormat::Text, _) => text(own.len(), faults, &asked.files, &notes, out),
    })?;
    Ok(if faults.is_empty() { Exit::Done } else { Exit::Catalog })
}

fn json(files: usize, faults: &[Problem], notes: &[Note], out: &mut dyn Write) -> io::Result<()> {
    let faults = faults.iter().map(|problem| {
        let Told { cause, remedy } = excerpt::told(problem);
        let Problem { path, line, column, code, .. } = problem;
        Fault { code: code.id(), meaning: code.meaning(), path, line: *line, column: *column, cause, remedy }
    });
    let document = Document { schema: "underpin.lint/1", files, faults: faults.collect(), notes };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn text(files: usize, faults: &[Problem], all: &[SourceFile], notes: &[Note], out: &mut dyn Write) -> io::Result<()> {
    for problem in faults {
        excerpt::write(problem, all, out)?;
        writeln!(out)?;
    }
    notes.iter().try_for_each(|note| writeln!(out, "{note}"))?;
    let places: BTreeSet<&str> = faults.iter().map(|problem| problem.path.as_str()).collect();
    if faults.is_empty() {
        return writeln!(out, "no faults in {}", counted(files, "file"));
    }
    writeln!(out, "{} in {}", counted(faults.len(), "fault"), counted(places.len(), "file"))
}

/// `1 fault`, `2 faults`.
pub(super) fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
