//! Builds the view of a report from what was found, matched and scored. Judges nothing: every verdict and figure was made
//! before, and every format shows the one that stands here.

mod authors;
mod bundles;
mod cases;
mod costs;
mod levers;
mod log;
mod offers;
mod places;
mod reminders;
mod vulnerabilities;
mod whole;

pub use offers::published;
pub(super) use offers::record;
pub use whole::{Material, build};
