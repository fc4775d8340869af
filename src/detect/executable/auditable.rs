//! The crates that cargo-auditable writes into an executable: section `.dep-v0`, zlib, JSON.
//! Format: <https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md>. The root crate is installed, the
//! others are embedded. Refuses lists that unpack to more than 8 MiB.

use std::io::Read;
use std::ops::Range;

use auditable_serde::{DependencyKind, Source, VersionInfo};
use flate2::read::ZlibDecoder;

use super::examine::Fault;
use super::parts::part;
use crate::detect::{Findings, Opened};
use crate::model::{Component, Evidence, Group, Location, Origin, Purl};
use crate::source::ReadSeek;

/// Most bytes of the list, packed or not.
const LIMIT: u64 = 8 << 20;

/// The section that holds the list.
pub(super) const SECTION: &str = ".dep-v0";

/// The list in `section`, if there is one.
pub(super) fn read(reader: &mut dyn ReadSeek, section: Option<Range<u64>>) -> Result<Option<VersionInfo>, Fault> {
    let Some(section) = section else { return Ok(None) };
    let packed = part(reader, section, LIMIT)?;
    let mut json = Vec::new();
    ZlibDecoder::new(packed.as_slice())
        .take(LIMIT + 1)
        .read_to_end(&mut json)
        .map_err(|error| Fault::Malformed(format!("list of crates cannot be unpacked: {error}")))?;
    if json.len() as u64 > LIMIT {
        return Err(Fault::Malformed(format!("list of crates unpacks to more than {} MiB", LIMIT >> 20)));
    }
    serde_json::from_slice(&json).map(Some).map_err(|error| Fault::Malformed(format!("list of crates is broken: {error}")))
}

/// Writes down the crates.
pub(super) fn write(list: Option<VersionInfo>, file: &Opened<'_>, out: &mut Findings) {
    for package in list.into_iter().flat_map(|list| list.packages) {
        let purl = Purl::new("cargo", &package.name).with_version(&package.version.to_string());
        let evidence = if package.root { Evidence::Installed } else { Evidence::Embedded };
        let mut component = Component::new(purl, evidence, "cargo-auditable", Location::file(file.shown()));
        component.origin = match package.source {
            _ if package.root => Origin::Local,
            Source::CratesIo => Origin::Registry,
            _ => Origin::Unknown,
        };
        if package.kind == DependencyKind::Build {
            component.group = Group::Development;
        }
        out.component(component);
    }
}
