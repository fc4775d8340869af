//! Stands in for the live host where there is no Linux: nothing runs that could be read, and nothing is guessed.

use crate::model::{Process, RuntimeFacts};
use crate::problem::Problem;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Always `None`.
pub fn observe(_root: &Path, _problems: &mut Vec<Problem>) -> Option<RuntimeFacts> {
    None
}

/// Always empty.
pub fn rooted(_root: &Path, _folders: &[PathBuf]) -> BTreeMap<PathBuf, Vec<Process>> {
    BTreeMap::new()
}
