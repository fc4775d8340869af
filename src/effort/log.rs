//! The log as a file: CSV, so that it opens in a spreadsheet, has one entry a line in a review, and merges line by line.
//! Only ever appended to, under a lock, so that two at once lose nothing.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use super::{Activity, Entry, hours};
use crate::model::Date;

const HEADER: [&str; 8] = ["day", "hours", "product", "kind", "who", "note", "id", "entered"];

/// A log as read: each entry with its line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// In the order of the file.
    pub entries: Vec<(u64, Entry)>,
}

/// Why a log cannot be used.
#[derive(Debug)]
pub enum LogError {
    /// The system's reason.
    Io(io::Error),
    /// A line is no entry.
    Line(u64, String),
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Line(line, reason) => write!(f, "line {line}: {reason}"),
        }
    }
}

impl std::error::Error for LogError {}

impl From<io::Error> for LogError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Log {
    /// Reads the log at `path`; one that is not there has no entries.
    ///
    /// # Errors
    /// If it cannot be read, or a line is no entry: a log that is half understood would move a score by half.
    pub fn read(path: &Path) -> Result<Self, LogError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the text of a log. An id that is there twice, as after a merge of two branches, counts once.
    ///
    /// # Errors
    /// If a line is no entry.
    pub fn parse(text: &str) -> Result<Self, LogError> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(text.as_bytes());
        let broken = |error: csv::Error| {
            LogError::Line(error.position().map_or(1, csv::Position::line), "it has not the fields of the first line".to_owned())
        };
        if !text.trim().is_empty() && reader.headers().map_err(broken)? != HEADER.as_slice() {
            return Err(LogError::Line(1, format!("the first line of a log is `{}`", HEADER.join(","))));
        }
        let mut log = Self::default();
        let mut seen = BTreeSet::new();
        for record in reader.records() {
            let record = record.map_err(broken)?;
            let line = record.position().map_or(0, csv::Position::line);
            let entry = entry(&record).map_err(|reason| LogError::Line(line, reason))?;
            if seen.insert(entry.id.clone()) {
                log.entries.push((line, entry));
            }
        }
        Ok(log)
    }
}

fn entry(record: &csv::StringRecord) -> Result<Entry, String> {
    let field = |place: usize| record.get(place).unwrap_or_default().to_owned();
    let day = |text: String| text.parse::<Date>().map_err(|_| format!("`{text}` is no day such as 2026-11-24"));
    if field(2).is_empty() || field(6).is_empty() {
        return Err("an entry has a product and an id".to_owned());
    }
    Ok(Entry {
        day: day(field(0))?,
        seconds: hours(&field(1), Some(3600.0))?,
        product: field(2),
        kind: field(3).parse::<Activity>().map_err(|error| error.to_string())?,
        who: field(4),
        note: field(5),
        id: field(6),
        entered: day(field(7))?,
    })
}

/// Appends those of `entries` whose id the log at `path` does not hold, and says how many that were. The log is locked from its
/// reading to the end of the writing, which is one write.
///
/// # Errors
/// If the log cannot be read or written, or is faulty; it is then unchanged.
pub fn append(path: &Path, entries: &[Entry]) -> Result<usize, LogError> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    File::lock(&file)?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let log = Log::parse(&text)?;
    let mut held: BTreeSet<&str> = log.entries.iter().map(|(_, entry)| entry.id.as_str()).collect();
    let new: Vec<&Entry> = entries.iter().filter(|entry| held.insert(&entry.id)).collect();
    if new.is_empty() {
        return Ok(0);
    }
    let mut bytes = Vec::new();
    if !text.is_empty() && !text.ends_with('\n') {
        bytes.push(b'\n');
    }
    bytes.extend(lines(&new, text.trim().is_empty())?);
    file.write_all(&bytes)?;
    file.sync_data()?;
    Ok(new.len())
}

fn lines(entries: &[&Entry], with_header: bool) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    if with_header {
        writer.write_record(HEADER)?;
    }
    for entry in entries {
        let (day, entered) = (entry.day.to_string(), entry.entered.to_string());
        let hours = written(entry.seconds);
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (who, note) = (one_line(&entry.who), one_line(&entry.note));
        writer.write_record([&day, &hours, &entry.product, entry.kind.word(), &who, &note, &entry.id, &entered])?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

/// Hours where they are a short number, else hours, minutes and seconds: what is written is what was logged, to the second.
fn written(seconds: u64) -> String {
    if seconds.is_multiple_of(36) {
        let (whole, hundredths) = (seconds / 3600, seconds % 3600 / 36);
        let text = format!("{whole}.{hundredths:02}");
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    format!("{}:{:02}:{:02}", seconds / 3600, seconds % 3600 / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(id: usize, seconds: u64, note: &str) -> Entry {
        let day = Date::constant(2026, 11, 24);
        let text = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        Entry {
            day,
            seconds,
            product: "nginx".to_owned(),
            kind: Activity::Incident,
            who: "ana".to_owned(),
            note: text(note),
            id: format!("id{id}"),
            entered: day,
        }
    }

    proptest! {
        #[test]
        fn what_is_appended_is_read_and_a_second_time_adds_nothing(
            rows in proptest::collection::vec((1_u64..1_000_000, ".{0,20}"), 1..8),
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("effort.csv");
            let entries: Vec<Entry> = rows.iter().enumerate().map(|(id, (seconds, note))| entry(id, *seconds, note)).collect();
            prop_assert_eq!(append(&path, &entries).expect("written"), entries.len());
            let once = std::fs::read(&path).expect("there");
            prop_assert_eq!(append(&path, &entries).expect("written"), 0);
            prop_assert_eq!(std::fs::read(&path).expect("there"), once);
            let read: Vec<Entry> = Log::read(&path).expect("a log").entries.into_iter().map(|(_, entry)| entry).collect();
            prop_assert_eq!(read, entries);
        }
    }

    #[test]
    fn two_at_once_lose_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("effort.csv");
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let path = &path;
                scope.spawn(move || {
                    (0..25).for_each(|n| assert_eq!(append(path, &[entry(writer * 100 + n, 60, "")]).ok(), Some(1)))
                });
            }
        });
        assert_eq!(Log::read(&path).expect("a log").entries.len(), 100);
    }

    #[test]
    fn a_faulty_line_is_told_and_the_log_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("effort.csv");
        let text = "day,hours,product,kind,who,note,id,entered\n2026-11-24,1,nginx,idle,ana,,x,2026-11-24";
        std::fs::write(&path, text).expect("a file");
        let error = append(&path, &[entry(1, 60, "")]).expect_err("a faulty log").to_string();
        assert!(error.starts_with("line 2: "), "{error}");
        assert_eq!(std::fs::read_to_string(&path).expect("there"), text);
    }
}
