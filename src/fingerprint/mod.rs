//! The byte-signature engine: which product an executable is, told by the literals and expressions of the catalog.
//! It knows no product by itself, opens no file, reads no code section, and never runs what it examines.

mod elf;
mod engine;
mod literals;
mod names;
mod sighting;
#[cfg(test)]
pub(crate) mod testing;

pub use elf::{Elf, MalformedElf, Section};
pub use engine::{Content, Engine, Match, Subject};
