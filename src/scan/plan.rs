//! What to scan and how, decided before anything is read.

use std::path::PathBuf;

use crate::cache::Cache;
use crate::catalog::Catalog;
use crate::detect::Detector;
use crate::walk::Limits;

/// What to scan and how.
pub struct ScanPlan<'p> {
    /// What to look at.
    pub subject: Subject,
    /// The target as the user gave it.
    pub given: String,
    /// Detectors to use, sorted by id.
    pub detectors: &'p [&'static dyn Detector],
    /// Where the walk stops.
    pub limits: Limits,
    /// The products to recognise.
    pub catalog: &'p Catalog,
    /// What is read of each package.
    pub detail: Detail,
    /// What earlier scans of the directory found.
    pub cache: Option<&'p Cache>,
}

/// What is read of each package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What its database, manifest or archive says.
    Stated,
    /// The licence, too, where a file of its own has it for each package.
    Licenses,
}

/// What to look at. Paths are absolute and canonical.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Everything below a directory.
    Directory {
        /// The directory.
        root: PathBuf,
        /// Whether paths are shown from `/`: the directory is the root of a whole system.
        absolute: bool,
    },
    /// One file: an archive, an image, a program, or what a detector reads by its name.
    File(PathBuf),
}
