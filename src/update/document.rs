//! What a document is, by its content alone: a name or a media type can be wrong.

use serde::Deserialize;

use super::error::UpdateError;
use super::manifest;
use crate::source::Compression;

/// What an update can be made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Document {
    /// A publisher's manifest, which pins an archive.
    Manifest,
    /// An archive of a catalog itself.
    Archive,
    /// endoflife.date's products with their releases.
    EndOfLife,
    /// CISA's known exploited vulnerabilities.
    KnownExploited,
}

/// The keys that tell the documents apart.
#[derive(Deserialize)]
struct Probe {
    schema: Option<serde::de::IgnoredAny>,
    schema_version: Option<serde::de::IgnoredAny>,
    result: Option<serde::de::IgnoredAny>,
    #[serde(rename = "catalogVersion")]
    catalog_version: Option<serde::de::IgnoredAny>,
}

impl Document {
    /// What these bytes are; `shown` is what messages call them.
    pub(super) fn of(shown: &str, bytes: &[u8]) -> Result<Self, UpdateError> {
        const USTAR: std::ops::Range<usize> = 257..262;
        let unknown = |what: &str| Err(UpdateError::Unknown(shown.to_owned(), what.to_owned()));
        if Compression::of(bytes) != Compression::None || bytes.get(USTAR) == Some(b"ustar") {
            return Ok(Self::Archive);
        }
        match bytes.trim_ascii_start() {
            [] => return unknown("empty"),
            [b'<', ..] => return unknown("a page for people, in HTML or XML"),
            [b'{', ..] => {}
            _ => return unknown("no document that is known here"),
        }
        let probe: Probe = serde_json::from_slice(bytes)
            .map_err(|error| UpdateError::Document(shown.to_owned(), format!("no whole JSON: {error}")))?;
        match probe {
            Probe { schema: Some(_), .. } => Ok(Self::Manifest),
            Probe { schema_version: Some(_), result: Some(_), .. } => Ok(Self::EndOfLife),
            Probe { catalog_version: Some(_), .. } => Ok(Self::KnownExploited),
            _ => unknown(&format!("JSON, and neither `{}` nor a list that is known here", manifest::SCHEMA)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides() {
        for (bytes, kind) in [
            (br#" {"schema": "underpin.catalog-manifest/1"}"#.as_slice(), Document::Manifest),
            (br#"{"schema_version": "1.2.0", "result": []}"#, Document::EndOfLife),
            (br#"{"title": "x", "catalogVersion": "2026.11.20"}"#, Document::KnownExploited),
            (b"\x28\xb5\x2f\xfd\0\0", Document::Archive),
        ] {
            assert_eq!(Document::of("x", bytes).ok(), Some(kind));
        }
        for (bytes, says) in [
            (b"<!doctype html>".as_slice(), "x is a page for people"),
            (b"  \n", "x is empty"),
            (b"{\"schema\": ", "x: no whole JSON"),
            (b"{\"a\": 1}", "x is JSON, and neither"),
            (b"product,cycle", "x is no document"),
        ] {
            let error = Document::of("x", bytes).expect_err(says).to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
