//! What changed between two reports: both are read by the fields of the published document, so that a report of last year
//! and one of now are compared alike.

mod cases;
mod causes;
mod compare;
mod places;
mod snapshot;
mod text;

pub use compare::compare;
pub use snapshot::{Snapshot, SnapshotError, Was, names_case};
pub(in crate::report) use text::{Line, heading, lines, notes, source, title};
