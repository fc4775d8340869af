//! Exit codes and fatal errors. A code is documented in the README, tested, and never reused.

use std::fmt;
use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// A condition of `--fail-on` holds.
    Condition = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The catalog or the configuration is faulty.
    Catalog = 3,
    /// A signal ended the scan, or, with `--strict`, something could not be read.
    Incomplete = 4,
    /// Nothing could be done.
    Fatal = 5,
}

impl Exit {
    /// For the operating system.
    #[must_use]
    pub fn code(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

/// An error that ends the run.
#[derive(Debug)]
pub struct Fatal {
    exit: Exit,
    message: String,
    hint: Option<String>,
    broken_pipe: bool,
}

impl Fatal {
    /// The command line is wrong.
    #[must_use]
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// The catalog or the configuration is faulty.
    #[must_use]
    pub fn catalog(message: impl Into<String>) -> Self {
        Self::new(Exit::Catalog, message)
    }

    /// Nothing can be done.
    #[must_use]
    pub fn unusable(message: impl Into<String>) -> Self {
        Self::new(Exit::Fatal, message)
    }

    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: None, broken_pipe: false }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// An error of writing the result to `what`.
    #[must_use]
    pub fn writing(what: &str, error: &std::io::Error) -> Self {
        let broken_pipe = error.kind() == std::io::ErrorKind::BrokenPipe;
        Self { broken_pipe, ..Self::unusable(format!("cannot write {what}: {error}")) }
    }

    /// Whether the reader of the output went away, as `head` does; no fault.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }

    /// How the run ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        self.hint.iter().try_for_each(|hint| write!(f, "\n  {hint}"))
    }
}
