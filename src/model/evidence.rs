//! How sure a finding is that the software is really there.

use std::fmt;

/// The evidence class of a finding, weakest first, so that `max` keeps the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// A manifest or a lock file names it; that is no proof of installation.
    Declared,
    /// It sits inside an archive, a bundle or another binary.
    Embedded,
    /// A package database, an installed tree or a binary of its own.
    Installed,
    /// A live process executes it.
    Running,
}

impl Evidence {
    /// The word used in every output format.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Embedded => "embedded",
            Self::Installed => "installed",
            Self::Running => "running",
        }
    }

    /// The inverse of [`Evidence::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Declared, Self::Embedded, Self::Installed, Self::Running].into_iter().find(|e| e.word() == word)
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
