//! Programs for Windows and macOS, as far as the lists in them go that Go and cargo-auditable write: where their sections lie.
//! Formats: <https://learn.microsoft.com/windows/win32/debug/pe-format> and Apple's Mach-O, both read by `object`.
//! Refuses programs for several processors in one file.

use std::ops::Range;

use object::{FileKind, Object, ObjectSection, ReadCache};

use super::examine::Fault;
use super::go_binary::Layout;
use crate::source::ReadSeek;

/// Linked programs have some dozens of sections.
const MOST_SECTIONS: usize = 256;
/// Where Go's linker puts its build information: a section of its own on macOS, the first data on Windows.
const GO_SECTIONS: [&str; 2] = ["__go_buildinfo", ".data"];

/// The layout of a program for another system.
pub(super) struct Foreign {
    sections: Vec<Section>,
}

struct Section {
    name: String,
    /// Bytes from the file's start.
    range: Range<u64>,
    /// Where the first of them is loaded.
    address: u64,
}

/// Whether a file begins as such a program: `MZ`, or one of Mach-O's magic numbers for one processor.
pub(super) fn is_one(head: &[u8]) -> bool {
    let mach_o = [[0xfe, 0xed, 0xfa, 0xce], [0xfe, 0xed, 0xfa, 0xcf], [0xce, 0xfa, 0xed, 0xfe], [0xcf, 0xfa, 0xed, 0xfe]];
    head.starts_with(b"MZ") || mach_o.iter().any(|magic| head.starts_with(magic))
}

impl Foreign {
    /// Reads the table of sections; `None` for what only begins as such a program does, as those for DOS do.
    pub(super) fn read(reader: &mut dyn ReadSeek) -> Result<Option<Self>, Fault> {
        let cache = ReadCache::new(reader);
        if !matches!(FileKind::parse(&cache), Ok(FileKind::Pe32 | FileKind::Pe64 | FileKind::MachO32 | FileKind::MachO64)) {
            return Ok(None);
        }
        let file = object::File::parse(&cache).map_err(|error| Fault::Malformed(format!("broken program: {error}")))?;
        let sections = file.sections().take(MOST_SECTIONS).filter_map(|section| {
            let (start, length) = section.file_range()?;
            let name = section.name().ok()?.to_owned();
            Some(Section { name, range: start..start.checked_add(length)?, address: section.address() })
        });
        Ok(Some(Self { sections: sections.collect() }))
    }

    /// Where the section called `name` lies.
    pub(super) fn section(&self, name: &str) -> Option<Range<u64>> {
        self.sections.iter().find(|section| section.name == name).map(|section| section.range.clone())
    }
}

impl Layout for Foreign {
    fn go_build_information(&self) -> Option<Range<u64>> {
        GO_SECTIONS.iter().find_map(|name| self.section(name))
    }

    fn loaded_at(&self, address: u64) -> Option<Range<u64>> {
        self.sections.iter().find_map(|section| {
            let start = section.range.start.checked_add(address.checked_sub(section.address)?)?;
            section.range.contains(&start).then_some(start..section.range.end)
        })
    }
}
