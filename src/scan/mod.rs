//! One target, from its root to its inventories: walk → detect → observe → assemble. A target can be several things at once: an
//! archive of images holds one inventory an image, a host one for itself and one for each container and image in its storage.

mod directory;
mod nested;
mod packed;
mod plan;
mod storage;
mod whole;

pub use plan::{Detail, ScanPlan, Subject};
pub use whole::scan;
