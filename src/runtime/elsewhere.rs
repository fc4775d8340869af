//! Stands in for the live host where there is no Linux: nothing runs that could be read, and nothing is guessed.

use crate::model::RuntimeFacts;
use crate::problem::Problem;
use std::path::Path;

/// Always `None`.
pub fn observe(_root: &Path, _problems: &mut Vec<Problem>) -> Option<RuntimeFacts> {
    None
}
