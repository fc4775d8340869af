//! The version resource of a PE image (<https://learn.microsoft.com/windows/win32/debug/pe-format>,
//! <https://learn.microsoft.com/windows/win32/menurc/vs-versioninfo>). Reads the headers, three levels of the resource tree and the
//! resource itself, some kilobytes of a file of whatever size, which is why no parser of whole images is used.

use std::io::{self, SeekFrom};

use crate::source::ReadSeek;

/// Most bytes of a version resource; real ones have about one thousand.
const LARGEST_RESOURCE: u32 = 64 << 10;
/// Most sections: what the format allows a Windows image.
const MOST_SECTIONS: u16 = 96;
/// Most entries of one level of the resource tree.
const MOST_ENTRIES: u16 = 4096;
/// Deepest and longest list of blocks that is followed inside a resource.
const MOST_BLOCKS: usize = 256;
/// Id of version resources.
const RT_VERSION: u32 = 16;
/// Places in the table of data directories.
const RESOURCES: usize = 2;
const CLR_HEADER: usize = 14;

/// What a PE image says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Image {
    /// Whether it is an assembly of .NET.
    pub(super) is_assembly: bool,
    /// Texts of the resource, such as `ProductName`.
    pub(super) strings: Vec<(String, String)>,
    /// Versions of product and file in numbers.
    pub(super) fixed: Option<[[u16; 4]; 2]>,
}

impl Image {
    /// A text of the resource, trimmed; `None` if it is empty.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        let found = self.strings.iter().find(|(name, _)| name == key)?;
        Some(found.1.trim()).filter(|text| !text.is_empty())
    }
}

/// Why there is no image to speak of.
#[derive(Debug)]
pub(super) enum NoImage {
    /// It is something else, such as a program for DOS.
    Other,
    /// It begins as one and is broken.
    Broken(&'static str),
    Io(io::Error),
}

impl From<io::Error> for NoImage {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof { Self::Broken("image ends early") } else { Self::Io(error) }
    }
}

/// Reads what the image says of itself.
pub(super) fn read(reader: &mut dyn ReadSeek) -> Result<Image, NoImage> {
    let start = at(reader, 0, 64).map_err(|error| match error {
        NoImage::Broken(_) => NoImage::Other,
        error => error,
    })?;
    if !start.starts_with(b"MZ") {
        return Err(NoImage::Other);
    }
    let header = u64::from(u32_at(&start, 0x3c));
    let Ok(coff) = at(reader, header, 24) else { return Err(NoImage::Other) };
    if !coff.starts_with(b"PE\0\0") {
        return Err(NoImage::Other);
    }
    let optional = at(reader, header + 24, usize::from(u16_at(&coff, 20)))?;
    let directories = match u16_at(&optional, 0) {
        0x10b => 96,
        0x20b => 112,
        _ => return Err(NoImage::Broken("image of an unknown kind")),
    };
    let directory = |index: usize| u32_at(&optional, directories + index * 8);
    let sections = u16_at(&coff, 6).min(MOST_SECTIONS);
    let table = at(reader, header + 24 + optional.len() as u64, usize::from(sections) * 40)?;
    let sections = Sections(table.chunks_exact(40).map(Section::of).collect());
    let mut image = Image { is_assembly: directory(CLR_HEADER) != 0, ..Image::default() };
    if let Some(resource) = version_resource(reader, &sections, directory(RESOURCES))? {
        (image.strings, image.fixed) = texts(&resource).ok_or(NoImage::Broken("version resource is broken"))?;
    }
    Ok(image)
}

/// The bytes of the first version resource.
fn version_resource(reader: &mut dyn ReadSeek, sections: &Sections, tree: u32) -> Result<Option<Vec<u8>>, NoImage> {
    if tree == 0 {
        return Ok(None);
    }
    let Some(root) = sections.offset(tree) else { return Err(NoImage::Broken("resources lie outside the image")) };
    // Type, name, language.
    let mut place = 0;
    for wanted in [Some(RT_VERSION), None, None] {
        let Some(next) = entry(reader, root + u64::from(place), wanted)? else { return Ok(None) };
        place = next & 0x7fff_ffff;
    }
    let data = at(reader, root + u64::from(place), 8)?;
    let (address, length) = (u32_at(&data, 0), u32_at(&data, 4).min(LARGEST_RESOURCE));
    let Some(offset) = sections.offset(address) else { return Err(NoImage::Broken("version resource lies outside the image")) };
    at(reader, offset, usize::try_from(length).unwrap_or_default()).map(Some)
}

/// Where the entry with this id leads, or the first one.
fn entry(reader: &mut dyn ReadSeek, level: u64, id: Option<u32>) -> Result<Option<u32>, NoImage> {
    let header = at(reader, level, 16)?;
    let count = u16_at(&header, 12).saturating_add(u16_at(&header, 14)).min(MOST_ENTRIES);
    let entries = at(reader, level + 16, usize::from(count) * 8)?;
    let found = entries.chunks_exact(8).find(|entry| id.is_none_or(|id| u32_at(entry, 0) == id));
    Ok(found.map(|entry| u32_at(entry, 4)))
}

/// Where a part of the memory image lies in the file.
struct Section {
    address: u32,
    length: u32,
    offset: u32,
}

impl Section {
    fn of(header: &[u8]) -> Self {
        let (in_memory, in_file) = (u32_at(header, 8), u32_at(header, 16));
        Self { address: u32_at(header, 12), length: in_memory.max(in_file), offset: u32_at(header, 20) }
    }
}

struct Sections(Vec<Section>);

impl Sections {
    fn offset(&self, address: u32) -> Option<u64> {
        let section = self.0.iter().find(|section| address.checked_sub(section.address).is_some_and(|at| at < section.length))?;
        Some(u64::from(section.offset) + u64::from(address - section.address))
    }
}

/// One `VS_VERSIONINFO`, `StringFileInfo`, `StringTable` or `String`: all have the same layout.
struct Block<'b> {
    key: String,
    value: &'b [u8],
    children: &'b [u8],
}

impl<'b> Block<'b> {
    /// The first block of `bytes` and what follows it.
    fn first(bytes: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let length = usize::from(u16_at(bytes, 0));
        let block = bytes.get(..length.min(bytes.len())).filter(|block| block.len() >= 6)?;
        let units = block.get(6..)?.chunks_exact(2).map(|unit| u16_at(unit, 0)).take_while(|unit| *unit != 0);
        let key: Vec<u16> = units.collect();
        let start = aligned(6 + (key.len() + 1) * 2);
        let text = u16_at(block, 4) == 1;
        let value_length = usize::from(u16_at(block, 2)) * if text { 2 } else { 1 };
        // Some tools count the bytes of a text where the characters belong.
        let end = (start + value_length).min(block.len());
        let value = block.get(start..end).unwrap_or_default();
        let children = block.get(aligned(end)..).unwrap_or_default();
        Some((Self { key: String::from_utf16_lossy(&key), value, children }, bytes.get(aligned(length)..).unwrap_or_default()))
    }

    fn children(&self) -> impl Iterator<Item = Block<'b>> {
        let mut rest = self.children;
        std::iter::from_fn(move || {
            let (block, after) = Block::first(rest)?;
            rest = after;
            Some(block)
        })
        .take(MOST_BLOCKS)
    }

    fn text(&self) -> String {
        let units: Vec<u16> = self.value.chunks_exact(2).map(|unit| u16_at(unit, 0)).take_while(|unit| *unit != 0).collect();
        String::from_utf16_lossy(&units)
    }
}

type Texts = (Vec<(String, String)>, Option<[[u16; 4]; 2]>);

fn texts(resource: &[u8]) -> Option<Texts> {
    let (root, _) = Block::first(resource).filter(|(root, _)| root.key == "VS_VERSION_INFO")?;
    let tables =
        root.children().filter(|block| block.key == "StringFileInfo").flat_map(|info| info.children().collect::<Vec<_>>());
    let strings =
        tables.take(1).flat_map(|table| table.children().map(|block| (block.key.clone(), block.text())).collect::<Vec<_>>());
    let number = |at: usize| [at + 2, at, at + 6, at + 4].map(|place| u16_at(root.value, place));
    let fixed = (u32_at(root.value, 0) == 0xfeef_04bd).then(|| [number(16), number(8)]);
    Some((strings.collect(), fixed))
}

fn aligned(offset: usize) -> usize {
    offset.next_multiple_of(4)
}

fn at(reader: &mut dyn ReadSeek, offset: u64, length: usize) -> Result<Vec<u8>, NoImage> {
    let mut bytes = vec![0; length];
    reader.seek(SeekFrom::Start(offset))?;
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Zero where the bytes end.
fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|bytes| bytes.try_into().ok()).map_or(0, u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

#[cfg(test)]
pub(super) mod testing {
    //! Makes small images.

    fn units(text: &str) -> Vec<u8> {
        text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
    }

    fn block(key: &str, kind: u16, value_length: usize, value: &[u8], children: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![0; 6];
        bytes.extend(units(key));
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes.extend(value);
        for child in children {
            bytes.resize(bytes.len().next_multiple_of(4), 0);
            bytes.extend(child);
        }
        let header = [bytes.len(), value_length, usize::from(kind)].map(|word| u16::try_from(word).expect("small").to_le_bytes());
        bytes[..6].copy_from_slice(&header.concat());
        bytes
    }

    /// A version resource with these texts and the numbers 1.2.3.4 (product) and 5.6.7.8 (file).
    fn resource(texts: &[(&str, &str)]) -> Vec<u8> {
        let strings: Vec<_> =
            texts.iter().map(|(key, text)| block(key, 1, text.encode_utf16().count() + 1, &units(text), &[])).collect();
        let info = block("StringFileInfo", 1, 0, &[], &[block("000004b0", 1, 0, &[], &strings)]);
        let words = [0xfeef_04bd, 0x1_0000, 0x0005_0006, 0x0007_0008, 0x0001_0002, 0x0003_0004_u32];
        let mut fixed: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        fixed.resize(52, 0);
        block("VS_VERSION_INFO", 0, 52, &fixed, &[block("VarFileInfo", 1, 0, &[], &[]), info])
    }

    /// An image with a version resource of these texts; of .NET if `assembly`.
    pub(in crate::detect) fn image(wide: bool, assembly: bool, texts: &[(&str, &str)]) -> Vec<u8> {
        let resource = resource(texts);
        let optional: usize = if wide { 240 } else { 224 };
        let mut bytes = b"MZ".to_vec();
        bytes.resize(0x3c, 0);
        bytes.extend(0x40_u32.to_le_bytes());
        bytes.extend(b"PE\0\0\x64\x86\x01\0");
        bytes.resize(0x40 + 20, 0);
        bytes.extend(u16::try_from(optional).expect("small").to_le_bytes());
        bytes.extend([0, 0]);
        let (start, directories) = (bytes.len(), if wide { 112 } else { 96 });
        bytes.extend(if wide { 0x20b_u16 } else { 0x10b }.to_le_bytes());
        bytes.resize(start + directories + 16, 0);
        bytes.extend(0x2000_u32.to_le_bytes());
        bytes.resize(start + directories + 14 * 8, 0);
        bytes.extend(u32::from(assembly).to_le_bytes());
        bytes.resize(start + optional, 0);
        let raw = 0x400_usize;
        let length = u32::try_from(88 + resource.len()).expect("small");
        bytes.extend(b".rsrc\0\0\0");
        for word in [length, 0x2000, length, 0x400] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.resize(raw, 0);
        // Three levels of one entry each, then the place of the resource.
        for (id, next) in [(16_u32, 0x8000_0018_u32), (1, 0x8000_0030), (0x409, 72)] {
            bytes.extend([0; 12]);
            bytes.extend([0, 0, 1, 0]);
            bytes.extend(id.to_le_bytes());
            bytes.extend(next.to_le_bytes());
        }
        bytes.extend((0x2000_u32 + 88).to_le_bytes());
        bytes.extend(u32::try_from(resource.len()).expect("small").to_le_bytes());
        bytes.extend([0; 8]);
        bytes.extend(resource);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::testing::image;
    use super::*;

    #[test]
    fn texts_and_numbers_are_read_from_both_widths() {
        for wide in [true, false] {
            let found = read(&mut Cursor::new(image(wide, true, &[("ProductName", "Äcme"), ("Odd", "x")]))).expect("an image");
            assert_eq!((found.is_assembly, found.text("ProductName"), found.text("Odd")), (true, Some("Äcme"), Some("x")));
            assert_eq!(found.fixed, Some([[1, 2, 3, 4], [5, 6, 7, 8]]));
        }
    }

    #[test]
    fn an_image_cut_anywhere_is_told_and_nothing_panics() {
        let whole = image(true, false, &[("ProductName", "Acme")]);
        for length in 0..whole.len() {
            let cut = read(&mut Cursor::new(whole.get(..length).expect("shorter").to_vec()));
            assert!(cut.is_err(), "{length}");
        }
    }

    #[test]
    fn changed_bytes_do_no_harm() {
        let whole = image(false, false, &[("ProductName", "Acme")]);
        for place in 0..whole.len() {
            for byte in [0, 0x7f, 0xff] {
                let mut changed = whole.clone();
                changed[place] = byte;
                drop(read(&mut Cursor::new(changed)));
            }
        }
    }
}
