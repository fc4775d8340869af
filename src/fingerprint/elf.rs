//! Where the data of an ELF file lies: the few sections that can hold a version, never code, never debug information.
//! Format: <https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html>. Refuses relocatable objects and core dumps:
//! the first are no programs, the second hold the memory of others.

use std::ops::Range;

use object::elf::{ELFCLASS64, ET_DYN, ET_EXEC, FileHeader32, FileHeader64, PF_W, PT_LOAD, SHF_COMPRESSED, SHT_NOBITS};
use object::read::StringTable;
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader};
use object::{Endianness, ReadCache, ReadRef};

use crate::source::ReadSeek;

/// Without a section table the whole file is data, up to this many bytes.
const WHOLE_FILE: u64 = 64 << 20;
/// A table of section names is a few hundred bytes long; more than this is hostile.
const NAMES_LIMIT: u64 = 1 << 20;
/// The format's own limit for counts that need no extension. Linked programs have some dozens of sections.
const COUNT_LIMIT: u64 = 0xff00;
/// Ranges that lie this close together are read in one go.
const GAP: u64 = 4096;

/// Why a file is not the ELF file that its first bytes promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MalformedElf(&'static str);

/// A named part of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    name: String,
    /// Bytes from the file's start; inside the file.
    range: Range<u64>,
}

impl Section {
    /// Where its bytes lie, from the file's start.
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        self.range.clone()
    }

    /// Whether its strings can name a product and a version.
    fn is_data(&self) -> bool {
        let name = self.name.as_str();
        matches!(name, ".data" | ".comment" | ".dynstr" | ".go.buildinfo")
            || [".rodata", ".lrodata", ".data.rel.ro", ".note"].iter().any(|prefix| name.starts_with(prefix))
    }
}

/// A part of the file that the loader maps.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    file: Range<u64>,
    address: u64,
    writable: bool,
}

/// The layout of a program or shared library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elf {
    len: u64,
    endian: Endianness,
    wide: bool,
    sections: Vec<Section>,
    segments: Vec<Segment>,
}

impl Elf {
    /// Reads the layout of a file of `len` bytes; `None` if it is an object or a core dump.
    ///
    /// # Errors
    /// If a header or table is broken or lies outside the file.
    pub fn read(reader: &mut dyn ReadSeek, len: u64) -> Result<Option<Self>, MalformedElf> {
        let cache = ReadCache::new(reader);
        let ident = (&cache).read_bytes_at(0, 5).map_err(|()| MalformedElf("file ends inside its first header"))?;
        match ident.last() {
            Some(class) if *class == ELFCLASS64.0 => layout::<FileHeader64<Endianness>, _>(&cache, len),
            _ => layout::<FileHeader32<Endianness>, _>(&cache, len),
        }
    }

    /// The section called `name`, if it has bytes in the file.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// Whether there is a table of sections; nothing needs it to run a program.
    #[must_use]
    pub fn has_sections(&self) -> bool {
        !self.sections.is_empty()
    }

    /// What to look into for strings: sorted, apart from each other, inside the file.
    #[must_use]
    pub fn data(&self) -> Vec<Range<u64>> {
        if self.sections.is_empty() {
            let whole = 0..self.len.min(WHOLE_FILE);
            return std::iter::once(whole).collect();
        }
        let mut ranges: Vec<_> = self.sections.iter().filter(|section| section.is_data()).map(Section::range).collect();
        ranges.sort_by_key(|range| (range.start, range.end));
        let mut merged: Vec<Range<u64>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match merged.last_mut() {
                // Overlapping sections are read once, so that no table of sections can ask for more than the file.
                Some(last) if range.start <= last.end.saturating_add(GAP) => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        merged
    }

    /// The file's bytes behind the first segment that a program may write to, where there is one.
    #[must_use]
    pub fn writable(&self) -> Option<Range<u64>> {
        self.segments.iter().find(|segment| segment.writable && !segment.file.is_empty()).map(|segment| segment.file.clone())
    }

    /// Where in the file the byte lies that is loaded at `address`, and where its segment ends.
    #[must_use]
    pub fn loaded_at(&self, address: u64) -> Option<Range<u64>> {
        self.segments.iter().find_map(|segment| {
            let start = segment.file.start.checked_add(address.checked_sub(segment.address)?)?;
            segment.file.contains(&start).then_some(start..segment.file.end)
        })
    }

    /// Whether numbers have their most significant byte first.
    #[must_use]
    pub fn is_big_endian(&self) -> bool {
        self.endian == Endianness::Big
    }

    /// Whether addresses have 64 bits.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.wide
    }
}

fn layout<'data, H: FileHeader<Endian = Endianness>, R: ReadRef<'data>>(data: R, len: u64) -> Result<Option<Elf>, MalformedElf> {
    let header = H::parse(data).map_err(|_| MalformedElf("broken first header"))?;
    let endian = header.endian().map_err(|_| MalformedElf("unknown byte order"))?;
    if ![ET_EXEC, ET_DYN].contains(&header.e_type(endian)) {
        return Ok(None);
    }
    let sections = sections(header, endian, data, len)?;
    let segments = segments(header, endian, data, len)?;
    Ok(Some(Elf { len, endian, wide: header.is_class_64(), sections, segments }))
}

fn sections<'data, H: FileHeader<Endian = Endianness>, R: ReadRef<'data>>(
    header: &H,
    endian: Endianness,
    data: R,
    len: u64,
) -> Result<Vec<Section>, MalformedElf> {
    let broken = |_| MalformedElf("section table is broken or lies outside the file");
    if u64::from(header.shnum(endian, data).map_err(broken)?) > COUNT_LIMIT {
        return Err(MalformedElf("more sections than a linked file can have"));
    }
    let table = header.section_headers(endian, data).map_err(broken)?;
    if table.is_empty() {
        return Ok(Vec::new());
    }
    let index = usize::try_from(header.shstrndx(endian, data).map_err(broken)?).unwrap_or(usize::MAX);
    let (start, size) = table
        .get(index)
        .and_then(|section| section.file_range(endian))
        .filter(|(_, size)| *size <= NAMES_LIMIT)
        .ok_or(MalformedElf("section names are missing or too long"))?;
    let names = data.read_bytes_at(start, size).map_err(|()| MalformedElf("section names lie outside the file"))?;
    let names = StringTable::new(names, 0, size);
    let mut found = Vec::new();
    for section in table {
        let name = section.name(endian, names).map_err(|_| MalformedElf("a section's name lies outside the names"))?;
        let compressed = section.sh_flags(endian).0 & SHF_COMPRESSED.0 != 0;
        if section.sh_type(endian) == SHT_NOBITS || compressed || !name.starts_with(b".") {
            continue;
        }
        let (start, size): (u64, u64) = (section.sh_offset(endian).into(), section.sh_size(endian).into());
        let section = Section { name: String::from_utf8_lossy(name).into_owned(), range: start..start.saturating_add(size) };
        if section.range.end <= len {
            found.push(section);
        } else if section.is_data() {
            return Err(MalformedElf("a section lies outside the file"));
        }
    }
    Ok(found)
}

fn segments<'data, H: FileHeader<Endian = Endianness>, R: ReadRef<'data>>(
    header: &H,
    endian: Endianness,
    data: R,
    len: u64,
) -> Result<Vec<Segment>, MalformedElf> {
    let broken = |_| MalformedElf("segment table is broken or lies outside the file");
    if u64::from(header.phnum(endian, data).map_err(broken)?) > COUNT_LIMIT {
        return Err(MalformedElf("more segments than a linked file can have"));
    }
    let table = header.program_headers(endian, data).map_err(broken)?;
    let loaded = table.iter().filter(|segment| segment.p_type(endian) == PT_LOAD).map(|segment| {
        let start: u64 = segment.p_offset(endian).into();
        let end = start.saturating_add(segment.p_filesz(endian).into()).min(len);
        let writable = segment.p_flags(endian).0 & PF_W.0 != 0;
        Segment { file: start.min(end)..end, address: segment.p_vaddr(endian).into(), writable }
    });
    Ok(loaded.collect())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{BASE, Shape};
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn read(bytes: &[u8]) -> Result<Option<Elf>, MalformedElf> {
        Elf::read(&mut Cursor::new(bytes), bytes.len() as u64)
    }

    fn part<'b>(bytes: &'b [u8], range: &Range<u64>) -> &'b [u8] {
        let place = |place: u64| usize::try_from(place).expect("a small file");
        bytes.get(place(range.start)..place(range.end)).expect("inside the file")
    }

    fn shapes() -> impl Iterator<Item = Shape> {
        [(true, false), (true, true), (false, false), (false, true)].into_iter().map(|(wide, big_endian)| Shape {
            wide,
            big_endian,
            ..Shape::default()
        })
    }

    #[test]
    fn data_sections_are_found_in_every_class_and_byte_order_and_code_is_not() {
        for shape in shapes() {
            let bytes = shape.elf(&[
                (".text", &[0x90; 9000]),
                (".rodata.str1.1", b"one"),
                (".debug_str", &[0; 9000]),
                (".data.rel.ro", b"two"),
            ]);
            let elf = read(&bytes).expect("well formed").expect("a program");
            let found: Vec<&[u8]> = elf.data().into_iter().map(|range| part(&bytes, &range)).collect();
            assert_eq!(found, [b"one", b"two"]);
            assert_eq!((elf.is_wide(), elf.is_big_endian()), (shape.wide, shape.big_endian));
        }
    }

    #[test]
    fn an_address_leads_to_its_place_in_the_file() {
        for shape in shapes() {
            let bytes = shape.elf(&[(".data", b"here")]);
            let elf = read(&bytes).expect("well formed").expect("a program");
            let start = elf.section(".data").expect("the section").range().start;
            assert_eq!(elf.loaded_at(BASE + start).map(|range| range.start), Some(start));
            assert_eq!(elf.loaded_at(BASE - 1), None);
            assert_eq!(elf.loaded_at(u64::MAX), None);
        }
    }

    #[test]
    fn without_a_section_table_the_whole_file_is_data() {
        let bytes = Shape { section_table: false, ..Shape::default() }.elf(&[(".rodata", b"one")]);
        let elf = read(&bytes).expect("well formed").expect("a program");
        assert_eq!(elf.data(), std::slice::from_ref(&(0..bytes.len() as u64)));
        assert_eq!(elf.writable().map(|range| range.start), Some(0));
    }

    #[test]
    fn objects_and_core_dumps_are_no_programs() {
        for kind in [1, 4] {
            assert_eq!(read(&Shape { kind, ..Shape::default() }.elf(&[])), Ok(None));
        }
    }

    #[test]
    fn sections_that_overlap_or_touch_are_read_once() {
        let bytes = Shape::default().elf(&[(".rodata", b"one"), (".data", b"two"), (".comment", b"three")]);
        let elf = read(&bytes).expect("well formed").expect("a program");
        assert_eq!(elf.data().len(), 1);
    }

    #[test]
    fn a_truncated_file_is_malformed_wherever_it_ends() {
        let bytes = Shape::default().elf(&[(".rodata", b"one")]);
        for end in 0..bytes.len() {
            assert!(read(bytes.get(..end).expect("shorter")).is_err(), "{end}");
        }
    }

    proptest! {
        #[test]
        fn hostile_bytes_give_ranges_inside_the_file_or_an_error(
            wide: bool,
            big_endian: bool,
            changes in proptest::collection::vec((0_usize..700, any::<u8>()), 1..12),
        ) {
            let mut bytes = Shape { wide, big_endian, ..Shape::default() }.elf(&[(".rodata", &[b'x'; 64]), (".note.package", b"y")]);
            for (place, value) in changes {
                if let Some(byte) = bytes.get_mut(place + 4) {
                    *byte = value;
                }
            }
            if let Ok(Some(elf)) = read(&bytes) {
                let ranges = elf.data();
                prop_assert!(ranges.iter().all(|range| range.start <= range.end && range.end <= bytes.len() as u64));
                prop_assert!(ranges.is_sorted_by(|one, two| one.end < two.start));
            }
        }
    }
}
