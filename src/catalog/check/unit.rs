//! One file between its own check and the checks across files.

use serde::de::DeserializeOwned;

use super::super::faults::{Faults, SourceFile};
use super::super::parse::parse;

/// A file with its raw form (empty if it could not be read), what came of it, and its faults so far.
pub(crate) struct Unit<'f, R, T> {
    pub(crate) faults: Faults<'f>,
    pub(crate) raw: R,
    pub(crate) checked: Option<T>,
}

impl<'f, R: DeserializeOwned + Default, T> Unit<'f, R, T> {
    /// Reads a file and runs its own check.
    pub(crate) fn read(file: &'f SourceFile, check: impl FnOnce(&R, &mut Faults<'f>) -> Option<T>) -> Self {
        let mut faults = Faults::of(file);
        let raw: Option<R> = parse(&mut faults);
        let checked = raw.as_ref().and_then(|raw| check(raw, &mut faults));
        Self { faults, raw: raw.unwrap_or_default(), checked }
    }

    /// The id that the file's name claims.
    pub(crate) fn id(&self) -> &'f str {
        self.faults.file().stem()
    }
}
