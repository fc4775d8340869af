//! What an executable says of itself when no package owns it: Go's build information, cargo-auditable's list, a
//! distribution's package note, and the catalog's byte signatures. Runs nothing, and reads no code.

mod auditable;
mod examine;
mod foreign;
mod go_binary;
mod go_modules;
mod own_library;
mod package_note;
mod parts;

pub use examine::examine;
pub(super) use examine::lists;
