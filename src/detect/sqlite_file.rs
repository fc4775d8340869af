//! Opens an SQLite database from its bytes, read-only and in memory, so that nothing is written beside it and no lock is
//! taken (format: <https://www.sqlite.org/fileformat2.html>). Does not read a write-ahead log that lies beside it.

use std::io::{Cursor, Read};

use rusqlite::Connection;

use crate::problem::{Code, Problem};

use super::Opened;

/// Bytes 18 and 19 of the header: 2 means that a write-ahead log is in use, which a database in memory cannot have.
const VERSIONS: std::ops::Range<usize> = 18..20;
const HEADER: usize = 100;
const MAGIC: &[u8] = b"SQLite format 3\0";

/// The database in `file`, of at most `limit` bytes.
///
/// # Errors
/// If the file cannot be read, is larger, or is no SQLite database.
pub(super) fn open(file: &Opened<'_>, limit: u64) -> Result<Connection, Problem> {
    let problem = |code, text: &str| Problem::new(code, file.shown(), text);
    let malformed = |error: &dyn std::fmt::Display| problem(Code::Malformed, &format!("no readable SQLite database: {error}"));
    let (mut reader, len) = file.reader()?;
    if len > limit {
        return Err(problem(Code::TooLarge, &format!("larger than {limit} bytes, hence not read")));
    }
    let mut header = [0; HEADER];
    let size = usize::try_from(len).unwrap_or_default();
    if size < HEADER || reader.read_exact(&mut header).is_err() || !header.starts_with(MAGIC) {
        return Err(malformed(&"its header is missing"));
    }
    for version in header.get_mut(VERSIONS).unwrap_or_default() {
        *version = (*version).min(1);
    }
    let mut database = Connection::open_in_memory().map_err(|error| malformed(&error))?;
    database.deserialize_read_exact("main", Cursor::new(header).chain(reader), size, true).map_err(|error| malformed(&error))?;
    file.count(len);
    Ok(database)
}

/// Whether `name` is an ordinary table. A view or a virtual table may run anything when it is read.
pub(super) fn has_table(database: &Connection, name: &str) -> bool {
    const QUERY: &str = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1 AND rootpage > 0";
    database.query_row(QUERY, [name], |row| row.get::<_, i64>(0)).is_ok_and(|count| count == 1)
}
