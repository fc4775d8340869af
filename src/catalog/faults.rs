//! A catalog file's text and the faults found in it, each at its line and column. Decides nothing itself.

use std::ops::Range;

use toml::Spanned;

use crate::problem::{Code, Problem};

/// A catalog file: where it lies and what it says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// Path below the catalog folder with `/`, which decides what the file is: `products/nginx.toml`.
    pub relative: String,
    /// Path as shown to the user.
    pub shown: String,
    /// The whole text.
    pub text: String,
}

impl SourceFile {
    /// Line and column, counted from 1, of a byte offset; columns are characters.
    fn place(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        (line, before.get(line_start..).unwrap_or_default().chars().count() + 1)
    }

    /// Line, counted from 1, of a byte offset.
    pub(crate) fn line(&self, offset: usize) -> usize {
        self.place(offset).0
    }

    /// The file name without its suffix.
    pub(crate) fn stem(&self) -> &str {
        let name = self.relative.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".toml").unwrap_or(name)
    }
}

/// Collects the faults of one file.
pub(crate) struct Faults<'f> {
    file: &'f SourceFile,
    found: Vec<Problem>,
    /// Keys whose values had the wrong type; they are not missing as well.
    mistyped: Vec<String>,
}

impl<'f> Faults<'f> {
    pub(crate) fn of(file: &'f SourceFile) -> Self {
        Self { file, found: Vec::new(), mistyped: Vec::new() }
    }

    pub(crate) fn file(&self) -> &'f SourceFile {
        self.file
    }

    /// A fault at a place of the text.
    pub(crate) fn at(&mut self, code: Code, span: Range<usize>, text: impl Into<String>) {
        let (line, column) = self.file.place(span.start);
        self.found.push(Problem::new(code, &self.file.shown, text).at(line, column));
    }

    /// A fault of the file as a whole.
    pub(crate) fn whole(&mut self, code: Code, text: impl Into<String>) {
        self.found.push(Problem::new(code, &self.file.shown, text));
    }

    /// Remembers a key whose value was reported and taken out.
    pub(crate) fn mistyped(&mut self, key: String) {
        self.mistyped.push(key);
    }

    /// The value of a required key, or a fault at the table that lacks it.
    pub(crate) fn required<'v, T>(&mut self, value: Option<&'v Spanned<T>>, key: &str, table: Place) -> Option<&'v Spanned<T>> {
        if value.is_none() {
            self.missing(Code::MissingKey, key, table, "it is required");
        }
        value
    }

    /// A required key that is not there, or is there and empty.
    pub(crate) fn missing(&mut self, code: Code, key: &str, table: Place, advice: &str) {
        if self.mistyped.iter().any(|mistyped| mistyped == key) {
            return;
        }
        let text = format!("`{key}` is missing; {advice}");
        match table {
            Place::File => self.whole(code, text),
            Place::Table(start) => self.at(code, start..start, text),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.found
    }
}

/// The table that a check is about.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// The file's top level.
    File,
    /// A table that starts at this byte.
    Table(usize),
}

impl Place {
    /// The place of a spanned table.
    pub(crate) fn of<T>(table: &Spanned<T>) -> Self {
        Self::Table(table.span().start)
    }
}
