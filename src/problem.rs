//! Non-fatal trouble: a stable code, a place, a text. A scan with problems still gives its result.

use std::fmt;

/// Declares the closed list of problem codes with their meaning.
macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident = $id:literal, $meaning:literal;)+) => {
        /// Stable identity of a kind of problem; a number is never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$meta])* #[doc = $meaning] $name),+ }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable id: `UP…` for scanned trees, `SIG…` for catalog files, `CFG…` for configuration.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }

            /// What it means, in half a sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning),+ }
            }
        }
    };
}

codes! {
    Unreadable = "UP001", "a file or folder could not be opened";
    Malformed = "UP002", "a file is not in the format that its name says";
    Truncated = "UP003", "a file ends too early";
    TooLarge = "UP004", "a file or archive is larger than the limit";
    TooDeep = "UP005", "an archive or a document is nested too deeply";
    NotUtf8 = "UP006", "a text is not valid UTF-8";
    Crashed = "UP007", "a detector failed on a file";
    Vanished = "UP008", "a file changed or went away while it was read";
    NotRegular = "UP009", "a device, FIFO or socket stands where a file was expected";
    Unlisted = "UP010", "an archive entry has an unsafe path";
    MountSkipped = "UP011", "a mounted file system was not entered";
    LoopSkipped = "UP012", "a folder was met a second time and not entered again";
    RuntimeClosed = "UP013", "a part of the live host is closed to this user";
    OverBudget = "UP014", "an archive holds more bytes than the budget allows";
    Unsupported = "UP015", "a file is packed or written in a way that is not read";
    Interrupted = "UP016", "the scan was interrupted: not everything was looked at";
    TomlSyntax = "SIG001", "the file is not valid TOML";
    UnknownKey = "SIG002", "a key is unknown or has the wrong type";
    BadId = "SIG003", "the file's name is no valid id";
    DuplicateId = "SIG004", "two files or tables claim the same id";
    UnknownReference = "SIG005", "a product, cycle or vendor that is named does not exist";
    BadPattern = "SIG006", "a name pattern or regular expression is invalid";
    BadRange = "SIG007", "a version range is invalid or empty";
    TooBroad = "SIG008", "a signature would match too much";
    NoSource = "SIG009", "a claim has no source";
    BadUrl = "SIG010", "a link is not an https or http address";
    BadDate = "SIG011", "a date is invalid or out of order";
    BadPrice = "SIG012", "a price lacks its unit, currency, period or date";
    ExampleFails = "SIG013", "an example does not give what it expects";
    Overlap = "SIG014", "two products claim the same package";
    Conduct = "SIG015", "a programme breaks the code of conduct";
    BadSchema = "SIG016", "the schema number is not supported";
    BadValue = "SIG017", "a value is not in the vocabulary";
    NoExample = "SIG018", "a product with package rules lacks a positive or a negative example";
    MissingKey = "SIG019", "a required key is missing";
    Misplaced = "SIG020", "a file lies where no catalog file is expected";
    Blank = "SIG021", "a value is blank";
    Misleading = "SIG022", "a text holds characters that a reader cannot see";
    ConfigSyntax = "CFG001", "the configuration is not valid TOML";
    ConfigKey = "CFG002", "a configuration key is unknown or has the wrong type";
    ConfigValue = "CFG003", "a configuration value is not usable";
    ConfigIdle = "CFG004", "a rule of the configuration fits nothing here";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// One piece of trouble. Ordered by path, line, column, code, text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem {
    /// Path as shown to the user.
    pub path: String,
    /// Line from 1, where the place is in a text.
    pub line: Option<u32>,
    /// Column from 1, in characters.
    pub column: Option<u32>,
    /// What kind.
    pub code: Code,
    /// What exactly, with the next step where there is one; lower case, no full stop.
    pub text: String,
}

impl Problem {
    /// A problem of a whole file.
    #[must_use]
    pub fn new(code: Code, path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), line: None, column: None, code, text: text.into() }
    }

    /// The same problem, placed at a line and column counted from 1.
    #[must_use]
    pub fn at(mut self, line: usize, column: usize) -> Self {
        self.line = u32::try_from(line).ok();
        self.column = u32::try_from(column).ok();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        for part in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{part}")?;
        }
        write!(f, ": {}: {}", self.code, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_sorted_within_their_family() {
        let mut seen = std::collections::BTreeSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.id()), "{} twice", code.id());
        }
    }

    #[test]
    fn a_place_prints_as_editors_read_it() {
        let problem = Problem::new(Code::BadRange, "products/acme-db.toml", "range is empty").at(4, 62);
        assert_eq!(problem.to_string(), "products/acme-db.toml:4:62: SIG007: range is empty");
    }
}
