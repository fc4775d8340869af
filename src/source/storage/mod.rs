//! What container engines keep on a host: images and containers, read as trees of their own. Each layer is listed once, whiteouts
//! are honoured, and nothing of it counts as a file of the host.

mod bolt;
mod containerd;
mod containers_storage;
mod docker;
mod layers;
mod plain;
mod store;

pub use store::{Kept, KeptKind, Store};
