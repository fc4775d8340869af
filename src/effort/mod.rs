//! The hours that a team logs: one CSV file, one entry a line, kept, imported from trackers and counted for the score.

mod entry;
mod hours;
mod import;
mod log;
mod mapping;
mod tally;

pub use entry::{Activity, Entry};
pub use hours::{DateOrder, day, hours};
pub use import::{Imported, Rejected, read as read_export};
pub use log::{Log, LogError, append};
pub use mapping::{Mapping, Names};
pub use tally::{Logged, Tally, tally};
