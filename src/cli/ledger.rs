//! The ledger of messages about referrals and of what came of them (rule P25): one line of JSON each, appended and never
//! changed, for its owner to show to the employer.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::Date;

use super::Fatal;
use super::config::Loaded;

const NAME: &str = "underpin-referrals.jsonl";

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case")]
pub(super) enum Line {
    /// A message was drafted.
    Message(Box<Message>),
    /// What came of one.
    Outcome(Outcome),
}

/// A message as it was shown.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Message {
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

/// What came of a message, by a later line; of several the last stands.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outcome {
    pub(super) date: Date,
    /// Which message: 1 is the first of the ledger.
    pub(super) of: usize,
    /// `bought`, `declined`, `withdrawn` or `refunded`.
    pub(super) result: String,
    /// Who received it, by the words of the menu.
    pub(super) recipient: String,
    /// What was received: `200 EUR`, or the thing.
    pub(super) reward: String,
    pub(super) note: Option<String>,
}

/// A message with its number and what came of it so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Referred<'l> {
    pub(super) number: usize,
    pub(super) message: &'l Message,
    pub(super) outcome: Option<&'l Outcome>,
}

/// Where the ledger is: as named, as configured from the configuration's folder on, or in the working directory.
pub(super) fn place(named: Option<&Path>, loaded: &Loaded) -> PathBuf {
    let configured = || loaded.config.refer.ledger.as_deref().map(|path| loaded.beside(path));
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

/// The messages in their order, each with the last outcome that names it.
pub(super) fn referred(lines: &[Line]) -> Vec<Referred<'_>> {
    let messages = lines.iter().filter_map(|line| match line {
        Line::Message(message) => Some(message.as_ref()),
        Line::Outcome(_) => None,
    });
    let outcome = |number: usize| {
        lines.iter().rev().find_map(|line| match line {
            Line::Outcome(outcome) if outcome.of == number => Some(outcome),
            Line::Outcome(_) | Line::Message(_) => None,
        })
    };
    (1..).zip(messages).map(|(number, message)| Referred { number, message, outcome: outcome(number) }).collect()
}
