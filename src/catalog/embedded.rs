//! The catalog that build.rs checked and packed.

use super::types::Data;

/// What build.rs wrote from `signatures/`.
static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalog.postcard"));

pub(crate) fn data() -> Data {
    postcard::from_bytes(BLOB).expect("build.rs writes the blob from the same types")
}
