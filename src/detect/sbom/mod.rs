//! Bills of materials that other tools wrote: CycloneDX (JSON, XML), SPDX 2 (JSON, tag-value) and Syft's own JSON. One reader that
//! goes by the content, for files that lie in a folder and for a file that is the target itself. Every format becomes one tree, and
//! every entry one component; what the document is about is no entry, and files are no packages.

mod bill;
mod cyclonedx;
mod detectors;
mod draft;
mod read;
mod spdx;
mod spdx_graph;
mod syft;
mod system;
mod tag_value;
mod xml;

pub use bill::{Bill, Observed};
pub(super) use detectors::{CycloneDx, Spdx, SyftJson};
pub use read::{DETECTORS, LIMIT, NoBill, read};
