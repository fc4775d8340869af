//! The manifest of a published catalog: a small JSON document that pins the archive by its length and SHA-256 digest.
//! Written by `underpin catalog pack`; described in docs/catalog.md.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::error::UpdateError;
use crate::model::{Date, hex};

/// The only schema so far.
pub(super) const SCHEMA: &str = "underpin.catalog-manifest/1";

/// A manifest. A key that this version does not know is a fault, since it could be one that matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) schema: String,
    /// The newest day on which one of its life-cycle tables was read.
    pub(super) date: Date,
    /// File name of the archive, which lies beside the manifest.
    pub(super) archive: String,
    /// Length of the archive in bytes.
    pub(super) size: u64,
    /// Its SHA-256 digest, 64 hexadecimal digits.
    pub(super) sha256: String,
}

impl Manifest {
    /// Reads a manifest; `shown` is what messages call it.
    pub(super) fn parse(shown: &str, bytes: &[u8]) -> Result<Self, UpdateError> {
        let fault = |text: String| UpdateError::Document(shown.to_owned(), text);
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| fault(error.to_string()))?;
        if manifest.schema != SCHEMA {
            return Err(fault(format!("the schema `{}` is not `{SCHEMA}`; a newer underpin may read it", manifest.schema)));
        }
        // A name beside the manifest, so that nobody is led to another place.
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
        if manifest.archive.is_empty() || manifest.archive.starts_with('.') || !manifest.archive.chars().all(plain) {
            return Err(fault(format!("`{}` is no plain file name of an archive beside the manifest", manifest.archive)));
        }
        if !is_digest(&manifest.sha256) {
            return Err(fault("`sha256` is not 64 hexadecimal digits".to_owned()));
        }
        Ok(manifest)
    }

    /// Whether these are the bytes that the manifest is about.
    pub(super) fn check(&self, shown: &str, archive: &[u8]) -> Result<(), UpdateError> {
        let found = archive.len() as u64;
        if found != self.size {
            return Err(UpdateError::Length { what: shown.to_owned(), expected: self.size, found });
        }
        check_digest(shown, &self.sha256, archive)
    }
}

/// Whether a text can be a SHA-256 digest in hexadecimal digits.
pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether bytes have a digest; case does not matter.
pub(super) fn check_digest(shown: &str, expected: &str, bytes: &[u8]) -> Result<(), UpdateError> {
    let found = hex(&Sha256::digest(bytes));
    if found.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(UpdateError::Digest { what: shown.to_owned(), expected: expected.to_ascii_lowercase(), found })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(change: (&str, &str)) -> Result<Manifest, String> {
        let digest = "ab".repeat(32);
        let text = format!(
            r#"{{"schema": "underpin.catalog-manifest/1", "date": "2026-11-20", "archive": "catalog.tar.zst", "size": 3, "sha256": "{digest}"}}"#
        );
        Manifest::parse("m.json", text.replace(change.0, change.1).as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_sound_manifest_is_read_and_a_wrong_one_says_what_is_wrong() {
        assert_eq!(manifest(("", "")).expect("sound").archive, "catalog.tar.zst");
        for (change, says) in [
            (("manifest/1", "manifest/2"), "m.json: the schema `underpin.catalog-manifest/2` is not"),
            (("catalog.tar.zst", "../catalog.tar.zst"), "m.json: `../catalog.tar.zst` is no plain file name"),
            (("catalog.tar.zst", "https://b.example/x"), "is no plain file name"),
            (("abab", "xyab"), "m.json: `sha256` is not 64 hexadecimal digits"),
            (("\"size\"", "\"length\""), "m.json: unknown field `length`"),
            (("}", ""), "m.json: EOF"),
        ] {
            let error = manifest(change).expect_err(says);
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn other_bytes_than_the_promised_are_refused() {
        let digest = hex(&Sha256::digest(b"abc"));
        let pinned = Manifest { sha256: digest.to_uppercase(), ..manifest(("", "")).expect("sound") };
        assert!(pinned.check("a", b"abc").is_ok());
        assert!(pinned.check("a", b"abcd").expect_err("longer").to_string().contains("a has 4 bytes, not 3"));
        assert!(pinned.check("a", b"abd").expect_err("other").to_string().contains("SHA-256"));
    }
}
