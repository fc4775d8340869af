//! The note in which a distribution says which package an executable was built for: `.note.package`, JSON.
//! Format: <https://uapi-group.org/specifications/specs/package_metadata_for_executable_files/>.
//! Refuses notes without a name.

use serde_json::Value;

use super::examine::Fault;
use super::parts::part;
use crate::detect::{Findings, Opened};
use crate::fingerprint::Elf;
use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::source::ReadSeek;

/// Type of the note, as the specification fixes it.
const NOTE_TYPE: u32 = 0xcafe_1a7e;
/// Real notes have some hundred bytes.
const LIMIT: u64 = 64 << 10;

/// The package that the note names, if there is one.
pub(super) fn read(reader: &mut dyn ReadSeek, elf: &Elf) -> Result<Option<Purl>, Fault> {
    let Some(section) = elf.section(".note.package") else { return Ok(None) };
    let data = part(reader, section.range(), LIMIT)?;
    let package = description(&data, elf.is_big_endian()).and_then(|json| purl(&serde_json::from_slice(json).ok()?));
    package.map(Some).ok_or_else(|| Fault::Malformed("broken package note".to_owned()))
}

/// Writes down the package.
pub(super) fn write(package: Option<Purl>, file: &Opened<'_>, out: &mut Findings) {
    let Some(purl) = package else { return };
    let mut component = Component::new(purl, Evidence::Installed, "elf-package-note", Location::file(file.shown()));
    component.origin = Origin::Distribution;
    out.component(component);
}

/// The description of the first note with owner `FDO` and the right type. Owner and description are padded to four bytes.
fn description(mut data: &[u8], big_endian: bool) -> Option<&[u8]> {
    loop {
        let (header, rest) = data.split_at_checked(12)?;
        let number = |at: usize| {
            let bytes = header.get(at..at + 4)?.try_into().ok()?;
            Some(if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
        };
        let (owner_len, len) = (usize::try_from(number(0)?).ok()?, usize::try_from(number(4)?).ok()?);
        let (owner, rest) = rest.split_at_checked(owner_len.checked_next_multiple_of(4)?)?;
        let description = rest.get(..len)?;
        if number(8)? == NOTE_TYPE && owner.starts_with(b"FDO\0") {
            return description.split(|byte| *byte == 0).next();
        }
        data = rest.get(len.checked_next_multiple_of(4)?..)?;
    }
}

fn purl(note: &Value) -> Option<Purl> {
    let text = |key: &str| note.get(key).and_then(Value::as_str).unwrap_or_default();
    let name = Some(text("name")).filter(|name| !name.is_empty())?;
    // The distribution stands in `os` or, in older notes, in a CPE: cpe:/o:fedoraproject:fedora:40.
    let cpe: Vec<&str> = text("osCpe").split(':').collect();
    let or_cpe = |key: &str, index: usize| match text(key) {
        "" => cpe.get(index).copied().unwrap_or_default().to_owned(),
        stated => stated.to_owned(),
    };
    let (os, os_version) = (or_cpe("os", 3), or_cpe("osVersion", 4));
    let (kind, namespace) = match text("type") {
        known @ ("deb" | "rpm" | "apk" | "alpm") => (known, os.as_str()),
        "pacman" => ("alpm", os.as_str()),
        _ => ("generic", ""),
    };
    let distro = if os.is_empty() || os_version.is_empty() { String::new() } else { format!("{os}-{os_version}") };
    let purl = Purl::new(kind, name).with_namespace(namespace).with_version(text("version"));
    Some(purl.with_qualifier("arch", text("architecture")).with_qualifier("distro", &distro))
}
