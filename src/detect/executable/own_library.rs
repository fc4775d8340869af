//! The version of a thin program whose code lies in a library of its own product: `sqlite3` needs `libsqlite3.so.0`, which knows it.
//!
//! Only a program that bears a name of the product asks, and only a library that the dynamic linker must load for it
//! (`DT_NEEDED`, <https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html>) and that lies where an installation puts it.

use std::ops::Range;

use super::examine::{Fault, LARGEST, signatures};
use super::parts::{Counted, part};
use crate::detect::Opened;
use crate::fingerprint::{Content, Elf, Engine, Match, Section};
use crate::source::ReadSeek;

/// The tag of an entry that names a needed library.
const NEEDED: u64 = 1;
/// A table of some dozens of entries.
const LONGEST_TABLE: u64 = 64 << 10;
/// A thin program has few names.
const LONGEST_NAMES: u64 = 1 << 20;
/// Where libraries lie, seen from the folder of a program.
const FOLDERS: [&str; 5] = ["", "../lib/", "../lib64/", "../lib/x86_64-linux-gnu/", "../lib/aarch64-linux-gnu/"];

/// The products of the libraries that the program needs and shares its name with, in the role that the name has.
pub(super) fn products<'e>(
    file: &Opened<'_>,
    reader: &mut dyn ReadSeek,
    elf: &Elf,
    engine: &Engine<'e>,
) -> Result<Vec<Match<'e>>, Fault> {
    let own = engine.programs(file.facts().name());
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: Vec<Match<'e>> = Vec::new();
    for name in needed(reader, elf)?.iter().filter(|name| engine.names(name)) {
        let there = FOLDERS.iter().map(|folder| file.sibling(&format!("{folder}{name}"))).find(Opened::exists);
        let Some(library) = there else { continue };
        for product in of_library(&library, engine)? {
            if let Some((_, role)) = own.iter().find(|(id, _)| *id == product.product)
                && !found.iter().any(|held| held.product == product.product)
            {
                found.push(Match { role: *role, ..product });
            }
        }
    }
    Ok(found)
}

/// What a library says it is. One that cannot be read says nothing here: it is told of in its own place.
fn of_library<'e>(library: &Opened<'_>, engine: &Engine<'e>) -> Result<Vec<Match<'e>>, Fault> {
    let Ok((reader, len)) = library.reader() else { return Ok(Vec::new()) };
    let mut reader = Counted::new(reader);
    let Ok(Some(elf)) = Elf::read(&mut reader, len) else { return Ok(Vec::new()) };
    if len > LARGEST {
        return Ok(Vec::new());
    }
    let found = signatures(library, &mut reader, Content::Elf, &elf.data(), engine);
    library.count(reader.read_so_far());
    found
}

/// The names of the libraries that the dynamic linker must load.
fn needed(reader: &mut dyn ReadSeek, elf: &Elf) -> Result<Vec<String>, Fault> {
    let range = |name: &str| elf.section(name).map_or(0..0, Section::range);
    let mut bytes = |range: Range<u64>, limit: u64| part(reader, range, limit);
    let (table, names) = (bytes(range(".dynamic"), LONGEST_TABLE)?, bytes(range(".dynstr"), LONGEST_NAMES)?);
    let width = if elf.is_wide() { 8 } else { 4 };
    let word = |bytes: &[u8]| {
        let shift = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        if elf.is_big_endian() { bytes.iter().fold(0, shift) } else { bytes.iter().rev().fold(0, shift) }
    };
    let entries = table.chunks_exact(2 * width).map(|entry| entry.split_at(width)).map(|(tag, value)| (word(tag), word(value)));
    // The table ends with an entry of zeros; what stands behind it is room for the linker.
    let places = entries.take_while(|(tag, _)| *tag != 0).filter(|(tag, _)| *tag == NEEDED).map(|(_, place)| place);
    let name = |place: u64| {
        let rest = names.get(usize::try_from(place).ok()?..)?;
        let name = std::str::from_utf8(rest.split(|byte| *byte == 0).next()?).ok()?;
        // A name with a slash is a path, which the program's folder says nothing about.
        (!name.is_empty() && !name.contains('/')).then(|| name.to_owned())
    };
    Ok(places.filter_map(name).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::catalog::{BinarySignature, FileClass};
    use crate::detect::Findings;
    use crate::fingerprint::testing::Shape;
    use crate::model::Role;
    use crate::progress::Counters;
    use crate::source::MemoryTree;

    fn signature(role: Role, file: &str) -> BinarySignature {
        BinarySignature {
            role,
            files: vec![file.parse().expect("a pattern")],
            class: FileClass::Elf,
            anchor: b"Tool ".to_vec(),
            version: Some(r"Tool (\d\.\d)".to_owned()),
            require: Vec::new(),
            neighbour: None,
            file_version: None,
        }
    }

    /// A program of this shape that needs these libraries.
    fn program(shape: Shape, libraries: &[&str]) -> Vec<u8> {
        let (mut names, mut table) = (vec![0], Vec::new());
        for name in libraries {
            table.extend([shape.word(NEEDED), shape.word(names.len() as u64)].concat());
            names.extend(name.bytes().chain([0]));
        }
        table.extend([shape.word(0), shape.word(0), shape.word(NEEDED), shape.word(1)].concat());
        shape.elf(&[(".dynstr", &names), (".dynamic", &table)])
    }

    /// What `path` is, with the library `Tool 1.2` at `library`.
    fn found(path: &str, program: Vec<u8>, library: &str) -> Vec<String> {
        let (tool, own) = (signature(Role::Tool, "tool"), signature(Role::Library, "libtool.so*"));
        let engine = Engine::new([("tool", &tool), ("tool", &own)]);
        let bytes = Shape::default().elf(&[(".rodata", b"Tool 1.2\0")]);
        let tree = MemoryTree::default().with(path, program).with(library, bytes);
        let (counters, mut out) = (Counters::default(), Findings::default());
        super::super::examine(&Opened::new(&tree, &counters, Path::new(path)), &engine, &mut out);
        let role = |component: &crate::model::Component| component.product.as_ref().map(|hint| hint.role);
        out.components.iter().map(|one| format!("{} {:?} {}", one.purl, role(one), one.locations[0].path)).collect()
    }

    #[test]
    fn a_thin_program_has_the_version_of_the_library_that_it_needs_in_its_own_role() {
        for (wide, big_endian) in [(true, false), (true, true), (false, false), (false, true)] {
            let bytes = program(Shape { wide, big_endian, ..Shape::default() }, &["libc.so.6", "libtool.so.0"]);
            for library in ["opt/t/lib/libtool.so.0", "opt/t/bin/libtool.so.0", "opt/t/lib/x86_64-linux-gnu/libtool.so.0"] {
                let expected = ["pkg:generic/tool@1.2 Some(Tool) opt/t/bin/tool"];
                assert_eq!(found("opt/t/bin/tool", bytes.clone(), library), expected, "{wide} {big_endian} {library}");
            }
        }
    }

    #[test]
    fn another_name_another_library_or_one_elsewhere_says_nothing() {
        let needs = || program(Shape::default(), &["libtool.so.0"]);
        assert_eq!(found("bin/viewer", needs(), "lib/libtool.so.0"), [""; 0]);
        assert_eq!(found("bin/tool", program(Shape::default(), &["libc.so.6"]), "lib/libtool.so.0"), [""; 0]);
        assert_eq!(found("bin/tool", needs(), "other/lib/libtool.so.0"), [""; 0]);
        assert_eq!(found("bin/tool", program(Shape::default(), &["../lib/libtool.so.0"]), "lib/libtool.so.0"), [""; 0]);
    }

    #[test]
    fn a_table_that_leads_out_of_the_names_is_read_as_far_as_it_goes() {
        let shape = Shape::default();
        let table = [shape.word(NEEDED), shape.word(u64::MAX), shape.word(NEEDED), shape.word(1), shape.word(7)].concat();
        let bytes = shape.elf(&[(".dynstr", b"\0libtool.so.0"), (".dynamic", &table)]);
        assert_eq!(found("bin/tool", bytes, "lib/libtool.so.0").len(), 1);
    }
}
