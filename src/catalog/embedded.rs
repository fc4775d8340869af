//! The catalog that build.rs checked and packed.

use super::types::Data;

/// What build.rs wrote from `signatures/`.
static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalog.postcard"));

/// Names the layout of the packed form: the digest of the types that it is made from. What another build packed can only
/// be read if the two agree.
pub(crate) const LAYOUT: &str = env!("UNDERPIN_CATALOG_LAYOUT");

/// The data of the catalog that is built in.
pub(crate) fn data() -> Data {
    postcard::from_bytes(BLOB).expect("build.rs writes the blob from the same types")
}
