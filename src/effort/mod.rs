//! The hours that a team logs: one CSV file, one entry a line, kept, imported from trackers and counted for the score.

mod entry;
mod flags;
mod hours;
mod import;
mod layouts;
mod log;
mod mapping;
mod tally;
mod timelogs;

pub use entry::{Activity, Entry};
pub use flags::{Crowded, Flags, flags};
pub use hours::{DateOrder, day, hours};
pub use import::{Imported, Reading, Rejected, read as read_export};
pub use log::{Added, Log, LogError, append, compare};
pub use mapping::{Mapping, Names};
pub use tally::{DAYS_OF_A_MONTH, Logged, SHORTEST_LOG, Tally, Window, tally};
