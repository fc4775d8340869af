//! The log itself: one CSV file, one entry a line, for people to review and to version. Appended to, under a lock, so that two at
//! once lose nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use super::{Activity, Entry, hours};
use crate::model::Date;

const HEADER: [&str; 10] =
    ["date", "minutes", "product", "activity", "person", "ticket", "note", "entered_at", "manager_confirmed", "id"];

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

/// What became of entries that were to be added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// How many are new.
    pub new: u64,
    /// How many the log holds already.
    pub held: u64,
    /// Those that the log holds with another day, product, activity or time; its line comes first. The log is left as it is.
    pub differ: Vec<(u64, Entry)>,
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
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(LogError::Line(1, NOT_UTF8.to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the text of a log. An id that is there twice, as after a merge of two branches, counts once.
    ///
    /// # Errors
    /// If a line is no entry.
    pub fn parse(text: &str) -> Result<Self, LogError> {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(text.as_bytes());
        let broken = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            LogError::Line(line, format!("it has not the {} fields of the first line", HEADER.len()))
        };
        if !text.trim().is_empty() && reader.headers().map_err(broken)? != HEADER.as_slice() {
            let semicolons = text.lines().next().is_some_and(|first| first.contains("date;minutes"));
            let how = if semicolons { ", with commas between: save it as CSV with commas" } else { "" };
            return Err(LogError::Line(1, format!("the first line of a log is `{}`{how}", HEADER.join(","))));
        }
        let mut log = Self::default();
        let mut seen = BTreeSet::new();
        for record in reader.records() {
            let record = record.map_err(broken)?;
            let line = record.position().map_or(0, csv::Position::line);
            let entry = entry(&record).map_err(|reason| LogError::Line(line, reason))?;
            if entry.id.is_empty() || seen.insert(entry.id.clone()) {
                log.entries.push((line, entry));
            }
        }
        Ok(log)
    }
}

const NOT_UTF8: &str = "it is not UTF-8: save it as CSV UTF-8";

fn entry(record: &csv::StringRecord) -> Result<Entry, String> {
    let field = |place: usize| record.get(place).unwrap_or_default().trim().to_owned();
    let day =
        |name: &str, text: String| text.parse::<Date>().map_err(|_| format!("the {name} `{text}` is no day such as 2026-11-24"));
    if field(2).is_empty() {
        return Err("it names no product".to_owned());
    }
    let seconds = hours(&field(1), Some(60.0)).map_err(|reason| format!("minutes: {reason}"))?;
    let activity = Activity::called(&field(3)).map_err(|error| error.to_string())?;
    Ok(Entry {
        day: day("date", field(0))?,
        seconds,
        product: field(2),
        activity,
        person: field(4),
        ticket: field(5),
        note: field(6),
        entered: day("entered_at", field(7))?,
        confirmed: field(8),
        id: field(9),
    })
}

/// What would become of `entries` if they were appended to `log`, and which of them are new.
#[must_use]
pub fn compare<'e>(log: &Log, entries: &'e [Entry]) -> (Added, Vec<&'e Entry>) {
    let mut held: BTreeMap<&str, (u64, &Entry)> = BTreeMap::new();
    for (line, entry) in log.entries.iter().filter(|(_, entry)| !entry.id.is_empty()) {
        held.insert(&entry.id, (*line, entry));
    }
    let mut added = Added::default();
    let mut new = Vec::new();
    for entry in entries {
        match held.get(entry.id.as_str()) {
            Some((_, there)) if there.agrees(entry) => added.held += 1,
            Some((line, _)) => added.differ.push((*line, entry.clone())),
            None => {
                held.insert(&entry.id, (0, entry));
                added.new += 1;
                new.push(entry);
            }
        }
    }
    (added, new)
}

/// Appends those of `entries` whose id the log at `path` does not hold. The log is locked from its reading to the end of the
/// writing, which is one write.
///
/// # Errors
/// If the log cannot be read or written, or is faulty; it is then unchanged.
pub fn append(path: &Path, entries: &[Entry]) -> Result<Added, LogError> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    File::lock(&file)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes).map_err(|_| LogError::Line(1, NOT_UTF8.to_owned()))?;
    let log = Log::parse(&text)?;
    let (added, new) = compare(&log, entries);
    if new.is_empty() {
        return Ok(added);
    }
    let mut bytes = Vec::new();
    if !text.is_empty() && !text.ends_with('\n') {
        bytes.push(b'\n');
    }
    bytes.extend(lines(&new, text.trim().is_empty())?);
    file.write_all(&bytes)?;
    file.sync_data()?;
    Ok(added)
}

fn lines(entries: &[&Entry], with_header: bool) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    if with_header {
        writer.write_record(HEADER)?;
    }
    for entry in entries {
        let (day, entered, minutes) = (entry.day.to_string(), entry.entered.to_string(), minutes(entry.seconds));
        // One entry is one line, so that a difference of two versions reads well.
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let [person, ticket, note] = [&entry.person, &entry.ticket, &entry.note].map(|text| one_line(text));
        let confirmed = one_line(&entry.confirmed);
        let activity = entry.activity.word();
        writer.write_record([
            &day,
            &minutes,
            &entry.product,
            activity,
            &person,
            &ticket,
            &note,
            &entered,
            &confirmed,
            &entry.id,
        ])?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// Minutes, with two decimals if need be: enough to read the same second again.
fn minutes(seconds: u64) -> String {
    let (whole, rest) = (seconds / 60, seconds % 60);
    if rest == 0 {
        return whole.to_string();
    }
    let hundredths = (rest * 100 + 30) / 60;
    format!("{whole}.{hundredths:02}").trim_end_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(id: usize, seconds: u64, note: &str) -> Entry {
        let day = Date::constant(2026, 11, 24);
        Entry {
            day,
            seconds,
            product: "nginx".to_owned(),
            activity: Activity::Incident,
            person: "ana".to_owned(),
            ticket: "OPS-1".to_owned(),
            note: note.split_whitespace().collect::<Vec<_>>().join(" "),
            entered: day,
            confirmed: String::new(),
            id: format!("id{id}"),
        }
    }

    fn entries(rows: &[(u64, String)]) -> Vec<Entry> {
        rows.iter().enumerate().map(|(id, (seconds, note))| entry(id, *seconds, note)).collect()
    }

    proptest! {
        #[test]
        fn what_is_appended_is_read_and_a_second_time_adds_nothing(
            rows in proptest::collection::vec((1_u64..1_000_000, ".{0,20}"), 1..8),
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("effort.csv");
            let entries = entries(&rows);
            let count = entries.len() as u64;
            prop_assert_eq!(append(&path, &entries).expect("written"), Added { new: count, ..Added::default() });
            let once = std::fs::read(&path).expect("there");
            prop_assert_eq!(append(&path, &entries).expect("written"), Added { held: count, ..Added::default() });
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
                    for n in 0..25 {
                        assert_eq!(append(path, &[entry(writer * 100 + n, 60, "")]).map(|added| added.new).ok(), Some(1));
                    }
                });
            }
        });
        assert_eq!(Log::read(&path).expect("a log").entries.len(), 100);
    }

    #[test]
    fn a_row_that_was_changed_in_the_tracker_is_told_and_the_log_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("effort.csv");
        append(&path, &[entry(1, 3600, "")]).expect("written");
        let changed = entry(1, 7200, "");
        let added = append(&path, std::slice::from_ref(&changed)).expect("read");
        assert_eq!(added, Added { differ: vec![(2, changed)], ..Added::default() });
        assert_eq!(Log::read(&path).expect("a log").entries[0].1.seconds, 3600);
    }

    #[test]
    fn faulty_lines_are_told_with_what_to_write_and_the_log_left_as_it_is() {
        let header = HEADER.join(",");
        let line = |fields: &str| format!("{header}\n{fields}");
        for (text, expected) in [
            (line("2026-11-24,60,nginx,idle,ana,,,2026-11-24,,x"), "line 2: "),
            (
                line("24.11.2026,60,nginx,routine,ana,,,2026-11-24,,x"),
                "line 2: the date `24.11.2026` is no day such as 2026-11-24",
            ),
            (line("2026-11-24,,nginx,routine,ana,,,2026-11-24,,x"), "line 2: minutes: "),
            (line("2026-11-24,60,,routine,ana,,,2026-11-24,,x"), "line 2: it names no product"),
            (line("2026-11-24,60,nginx,routine,ana,,,,,x"), "line 2: the entered_at `` is no day"),
            (line("2026-11-24,60,nginx"), "line 2: it has not the 10 fields of the first line"),
            ("when,what\n".to_owned(), "line 1: the first line of a log is `date,minutes"),
            (header.replace(',', ";"), "line 1: the first line of a log is `date,minutes"),
        ] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("effort.csv");
            std::fs::write(&path, &text).expect("a file");
            let error = append(&path, &[entry(1, 60, "")]).expect_err("a faulty log").to_string();
            assert!(error.starts_with(expected), "{text}: {error}");
            assert_eq!(std::fs::read_to_string(&path).expect("there"), text);
        }
    }

    #[test]
    fn what_people_type_needs_no_id_and_counts_each_time() {
        let typed = "2026-11-24,90,nginx,EOL workaround,ana,OPS-1,,2026-11-24,Jo Roe,\n";
        let log = Log::parse(&format!("\u{feff}{}\n{typed}{typed}", HEADER.join(","))).expect("a log");
        assert_eq!(log.entries.len(), 2);
        assert_eq!((log.entries[1].0, log.entries[1].1.activity, log.entries[1].1.seconds), (3, Activity::EolWorkaround, 5400));
    }
}
