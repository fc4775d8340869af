//! Go's build information in an executable: the compiler's version and the module list, as text.
//! Format: <https://pkg.go.dev/debug/buildinfo>; inline strings since Go 1.18, pointers to strings in Go 1.12 to 1.17.
//! Refuses older compilers, which wrote none.

use std::ops::Range;

use super::examine::Fault;
use super::parts::part;
use crate::fingerprint::Elf;
use crate::source::ReadSeek;

const MAGIC: &[u8] = b"\xff Go buildinf:";
/// The magic bytes stand at a multiple of this.
const ALIGNMENT: usize = 16;
/// Where the inline strings begin.
const HEADER: usize = 32;
/// Most bytes of either string, and of the part where the magic bytes are looked for.
const LIMIT: u64 = 8 << 20;
/// The linker puts this many bytes around the module list, so that it can be found without the header.
const SENTINEL: usize = 16;

/// Build information as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct GoBuild {
    /// `go1.22.3`, `devel go1.23-…`.
    pub(super) version: String,
    /// The lines of the module list; empty for programs built without modules.
    pub(super) modules: String,
}

/// What has to be known of a program's layout, in whichever format it is.
pub(super) trait Layout {
    /// The part of the file that holds the build information of a Go program.
    fn go_build_information(&self) -> Option<Range<u64>>;
    /// Where in the file the byte lies that is loaded at `address`, and where its part ends.
    fn loaded_at(&self, address: u64) -> Option<Range<u64>>;
}

impl Layout for Elf {
    fn go_build_information(&self) -> Option<Range<u64>> {
        let section = self.section(".go.buildinfo").map(crate::fingerprint::Section::range);
        // Stripped of its section table, a program still has the information in its first writable segment.
        section.or_else(|| self.writable().filter(|_| !self.has_sections()))
    }

    fn loaded_at(&self, address: u64) -> Option<Range<u64>> {
        Self::loaded_at(self, address)
    }
}

/// The build information, if it is a Go program.
pub(super) fn read(reader: &mut dyn ReadSeek, layout: &dyn Layout) -> Result<Option<GoBuild>, Fault> {
    let Some(range) = layout.go_build_information() else { return Ok(None) };
    let data = part(reader, range, LIMIT)?;
    let mut places = (0..data.len()).step_by(ALIGNMENT).filter_map(|at| data.get(at..));
    let Some(data) = places.find(|rest| rest.starts_with(MAGIC)) else { return Ok(None) };
    let broken = || Fault::Malformed("broken Go build information".to_owned());
    let (Some(pointer_size), Some(flags)) = (data.get(14), data.get(15)) else { return Err(broken()) };
    let (version, modules) = if flags & 2 == 2 {
        inline(data).ok_or_else(broken)?
    } else {
        let pointers = Pointers { big_endian: flags & 1 == 1, size: usize::from(*pointer_size) };
        pointers.both(reader, layout, data)?.ok_or_else(broken)?
    };
    let version = String::from_utf8(version).map_err(|_| broken())?;
    let modules = String::from_utf8(unwrapped(&modules).to_vec()).map_err(|_| broken())?;
    Ok(Some(GoBuild { version, modules }))
}

/// The list without its sentinels; nothing if they are not there.
fn unwrapped(modules: &[u8]) -> &[u8] {
    let inner = modules.get(SENTINEL..modules.len().saturating_sub(SENTINEL));
    inner.filter(|inner| inner.ends_with(b"\n")).unwrap_or_default()
}

fn inline(data: &[u8]) -> Option<Strings> {
    let (version, rest) = counted(data.get(HEADER..)?)?;
    let (modules, _) = counted(rest)?;
    Some((version.to_vec(), modules.to_vec()))
}

/// A string after its length, which is an unsigned LEB128 number.
fn counted(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut length: u64 = 0;
    for (index, byte) in data.iter().enumerate().take(9) {
        length |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return data.get(index + 1..)?.split_at_checked(usize::try_from(length).ok()?);
        }
    }
    None
}

/// The compiler's version and the wrapped module list.
type Strings = (Vec<u8>, Vec<u8>);

/// How the older format writes addresses.
struct Pointers {
    big_endian: bool,
    size: usize,
}

impl Pointers {
    fn both(&self, reader: &mut dyn ReadSeek, layout: &dyn Layout, data: &[u8]) -> Result<Option<Strings>, Fault> {
        let (version, modules) = (self.number(data.get(16..)), self.number(data.get(16 + self.size..)));
        let (Some(version), Some(modules)) = (version, modules) else { return Ok(None) };
        let Some(version) = self.string(reader, layout, version)? else { return Ok(None) };
        Ok(Some((version, self.string(reader, layout, modules)?.unwrap_or_default())))
    }

    /// The string whose header (address and length) lies at `address`.
    fn string(&self, reader: &mut dyn ReadSeek, layout: &dyn Layout, address: u64) -> Result<Option<Vec<u8>>, Fault> {
        let Some(header) = layout.loaded_at(address) else { return Ok(None) };
        let header = part(reader, header, 16)?;
        let (start, length) = (self.number(Some(&header)), self.number(header.get(self.size..)));
        let (Some(start), Some(length)) = (start, length) else { return Ok(None) };
        let Some(text) = layout.loaded_at(start).filter(|text| length <= LIMIT.min(text.end - text.start)) else {
            return Ok(None);
        };
        Ok(Some(part(reader, text.start..text.start + length, LIMIT)?))
    }

    fn number(&self, data: Option<&[u8]>) -> Option<u64> {
        let bytes = data?.get(..self.size).filter(|_| matches!(self.size, 4 | 8))?;
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(if self.big_endian { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) })
    }
}
