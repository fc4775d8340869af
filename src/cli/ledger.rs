//! The ledger of messages about referrals (rule P25): one line of JSON each, appended and never changed, for its owner to
//! show to the employer.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::Date;

use super::Fatal;
use super::config::Loaded;

const NAME: &str = "underpin-referrals.jsonl";

/// One message.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) date: Date,
    pub(super) vendor: String,
    pub(super) vendor_name: String,
    pub(super) programme: Option<String>,
    /// `employer` or `vendor`.
    pub(super) to: String,
    pub(super) recipient: String,
    /// Formula and maximum.
    pub(super) reward: String,
    /// The whole message with its disclosure, as it was shown.
    pub(super) disclosure: String,
    pub(super) consent: Option<Agreed>,
    /// What came of it; for a later line to say.
    pub(super) outcome: Option<String>,
}

/// The consent that a message rests on.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Agreed {
    pub(super) name: String,
    pub(super) role: String,
    pub(super) date: Date,
    pub(super) max_amount: String,
    pub(super) reference: String,
}

/// Where the ledger is.
pub(super) fn place(named: Option<&Path>, loaded: &Loaded) -> PathBuf {
    let configured = || loaded.config.refer.ledger.clone();
    named.map(Path::to_owned).or_else(configured).unwrap_or_else(|| PathBuf::from(NAME))
}

/// Appends a line, in one write.
pub(super) fn append(path: &Path, line: &Line) -> Result<(), Fatal> {
    let failed = |error: &std::io::Error| Fatal::writing(&path.display().to_string(), error);
    let mut text = serde_json::to_string(line).map_err(|error| failed(&error.into()))?;
    text.push('\n');
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path).map_err(|error| failed(&error))?;
    file.write_all(text.as_bytes()).map_err(|error| failed(&error))
}

/// All lines; none if there is no ledger.
pub(super) fn read(path: &Path) -> Result<Vec<Line>, Fatal> {
    let shown = path.display();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Fatal::catalog(format!("cannot read ledger {shown}: {error}"))),
    };
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let parsed = lines.map(|(index, line)| {
        serde_json::from_str(line).map_err(|error| Fatal::catalog(format!("{shown}:{}: no line of a ledger: {error}", index + 1)))
    });
    parsed.collect()
}
