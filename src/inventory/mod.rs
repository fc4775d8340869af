//! From findings to one inventory a target: merged, owned, ordered; saved and read back; written as bills of materials and
//! made of those of other tools.

mod activity;
mod agree;
mod apt;
mod assemble;
mod bill;
mod cyclonedx;
mod json;
mod license;
mod merge;
mod precise;
mod revision;
mod saved;
mod spdx;
mod standing;
mod wire;
mod wire_runtime;

pub use assemble::{Inventory, Observed, assemble};
pub use bill::of_bill;
pub use cyclonedx::write_cyclonedx;
pub use json::{json, write_json};
pub use revision::revision;
pub use saved::{ReadSavedError, SCHEMA as SAVED_SCHEMA, read_saved, write_saved};
pub use spdx::write_spdx;
pub use standing::is_example;
pub(crate) use wire::{WireChosen, WireEvidence, WireGroup, WireStanding, WireState};
