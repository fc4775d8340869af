//! `underpin catalog test`: each file's own examples, by the look-ups and the engine that a scan uses.

use std::io::{self, Cursor, Write};
use std::path::PathBuf;

use crate::catalog::{Answer, Catalog, Example, SourceFile, Subject, examples};
use crate::fingerprint::{Content, Engine, Subject as Searched};
use crate::report::visible;

use super::super::{Exit, Fatal, output};
use super::lint::counted;
use super::{excerpt, paths};

/// Runs the examples of the product files at `paths`.
pub(super) fn run(paths: &[PathBuf]) -> Result<Exit, Fatal> {
    let Some(asked) = paths::read(paths)? else {
        let hint = "give catalog folders or files, or go to a folder that has products in it";
        return Err(Fatal::usage("no catalog folder is here").hint(hint));
    };
    let own: Vec<&SourceFile> = asked.own().filter(|file| file.relative.starts_with("products/")).collect();
    match &asked.catalog {
        Ok(catalog) => {
            let mut failed = 0;
            output::to_stdout(|out| {
                failed = try_all(catalog, &own, out)?;
                Ok(())
            })?;
            Ok(if failed == 0 { Exit::Done } else { Exit::Catalog })
        }
        // An example that fails is among the faults.
        Err(faults) => {
            output::to_stdout(|out| {
                faults.iter().try_for_each(|fault| excerpt::write(fault, &asked.files, out).and_then(|()| writeln!(out)))?;
                writeln!(out, "{}: the examples were not all tried", counted(faults.len(), "fault"))
            })?;
            Ok(Exit::Catalog)
        }
    }
}

/// Tries the examples of each file; how many failed.
fn try_all(catalog: &Catalog, files: &[&SourceFile], out: &mut dyn Write) -> io::Result<usize> {
    let engine = Engine::of(catalog);
    let (mut tried, mut failed) = (0, 0);
    for file in files {
        writeln!(out, "{}", visible(&file.shown))?;
        let product = file.relative.trim_start_matches("products/").trim_end_matches(".toml");
        for example in examples(file) {
            tried += 1;
            let answers = catalog.answers(&example.subject).unwrap_or_else(|| searched(&engine, &example.subject));
            let verdict = example.judge(product, &answers, |version| catalog.cycle_name(product, version));
            failed += usize::from(verdict.is_err());
            let told = verdict.map_or_else(|wrong| format!("FAIL  {}", wrong.text), |()| format!("ok    {}", means(&example)));
            writeln!(out, "  line {:<4} {}", example.line, visible(&told))?;
        }
    }
    let verdict = if failed == 0 { "all as expected".to_owned() } else { format!("{failed} not as expected") };
    writeln!(out, "{}, {verdict}", counted(tried, "example"))?;
    Ok(failed)
}

/// What the engine that searches files makes of bytes.
fn searched(engine: &Engine<'_>, subject: &Subject) -> Vec<Answer> {
    let Subject::Bytes { file, script, bytes } = subject else { return Vec::new() };
    let content = if *script { Content::Script } else { Content::Elf };
    let whole = 0..u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let file = Searched { name: file, content, ranges: std::slice::from_ref(&whole), neighbour: &|_| None };
    // Memory can always be read.
    let found = engine.examine(&file, &mut Cursor::new(bytes)).unwrap_or_default();
    found.into_iter().map(|one| Answer { product: one.product.to_owned(), role: one.role, version: one.version }).collect()
}

fn means(example: &Example) -> String {
    let role = example.expect.map_or("none", |role| role.word());
    let version = example.version.as_ref().map_or(String::new(), |version| format!(", version {version}"));
    let cycle = example.cycle.as_ref().map_or(String::new(), |cycle| format!(", cycle {cycle}"));
    format!("{} is {role}{version}{cycle}", example.subject)
}
