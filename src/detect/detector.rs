//! The contract of a detector.

use std::path::Path;

use super::run::Within;
use super::{Claim, Findings, Opened};

/// When a detector runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Reads a package database and says which files it owns; runs before everything that asks who owns a file.
    PackageDatabase,
    /// Everything else.
    File,
}

/// Finds components in one kind of file.
pub trait Detector: Sync {
    /// Stable id, kebab-case: `npm-lock`. Appears in reports and in `--only`.
    fn id(&self) -> &'static str;

    /// Which files it wants to see.
    fn claims(&self) -> &'static [Claim];

    /// When it runs.
    fn stage(&self) -> Stage {
        Stage::File
    }

    /// A second, still cheap question for claimed files: names only, nothing is opened.
    fn wants(&self, _facts: &FileFacts<'_>) -> bool {
        true
    }

    /// Whether files that an operating-system package owns are passed over without being opened, since they say nothing new.
    fn skips_owned_files(&self) -> bool {
        false
    }

    /// Reads the file and writes down what it found. Bad input becomes a problem in `out`.
    fn detect(&self, file: &Opened<'_>, out: &mut Findings);

    /// As [`Detector::detect`], for what needs the other detectors, too: a file that holds files.
    fn detect_within(&self, file: &Opened<'_>, _: &Within<'_>, out: &mut Findings) {
        self.detect(file, out);
    }
}

/// What the walk knows of a file without any system call.
#[derive(Clone, Copy, Debug)]
pub struct FileFacts<'a> {
    path: &'a Path,
}

impl<'a> FileFacts<'a> {
    /// The facts of the file at `path`, relative to the tree's root.
    #[must_use]
    pub fn new(path: &'a Path) -> Self {
        Self { path }
    }

    /// The path, relative to the tree's root.
    #[must_use]
    pub fn path(&self) -> &'a Path {
        self.path
    }

    /// The base name; empty if it is not UTF-8.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }

    /// The name of the folder `levels` above (0: the one it lies in); empty if there is none or it is not UTF-8.
    #[must_use]
    pub fn folder(&self, levels: usize) -> &'a str {
        self.path.ancestors().nth(levels + 1).and_then(|p| p.file_name()).and_then(|name| name.to_str()).unwrap_or_default()
    }
}
