//! Raw → checked, and the rules that hold between files. Each check adds its faults to the file they stand in and goes on.

pub(super) mod examples;
pub(super) mod lifecycle;
pub(super) mod overlap;
mod price;
pub(super) mod product;
mod programme;
pub(super) mod references;
pub(super) mod replace;
mod signature;
pub(super) mod tables;
pub(super) mod texts;
pub(super) mod unit;
mod values;
pub(super) mod vendor;

pub(crate) use values::is_id;
