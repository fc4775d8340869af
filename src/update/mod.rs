//! A newer catalog than the one that is built in: from a publisher's manifest, from endoflife.date's dates, from CISA's list
//! of known exploited vulnerabilities. Each from an address or from a file, for networks that reach no address.
//!
//! The road: bytes (`fetch`, `local`) → what they are (`document`) → checked catalog data (`bundle`, `endoflife`, `kev`) →
//! one file that holds it all (`store`), replaced as a whole or not at all. What a run changed is said by `changes`.
//! Only `fetch` opens a connection; it is there with the feature `update` alone.

mod apply;
mod bundle;
mod changes;
mod document;
mod endoflife;
mod error;
#[cfg(feature = "update")]
mod fetch;
mod kev;
mod local;
mod manifest;
mod origin;
mod store;

pub use apply::{Brought, Options, update};
pub use bundle::{Packed, pack};
pub use changes::Changes;
pub use error::UpdateError;
pub use kev::{Exploited, KnownExploited};
pub use origin::Origin;
pub use store::{Held, Loaded, Store};
