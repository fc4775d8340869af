//! The order of questions for one executable: four bytes, then its layout, then only what can name a product.

use std::io;
use std::ops::Range;

use super::parts::{Counted, part};
use super::{auditable, foreign, go_binary, go_modules, own_library, package_note};
use crate::detect::{Findings, Opened};
use crate::fingerprint::{Content, Elf, Engine, Match, Section, Subject};
use crate::model::{Component, Evidence, Location, Origin, ProductHint, Purl};
use crate::problem::Code;
use crate::source::ReadSeek;

/// The detector's id.
const SIGNATURE: &str = "byte-signature";
/// A script says what it is at its beginning.
const SCRIPT_HEAD: u64 = 4096;
/// Larger files are not looked into.
pub(super) const LARGEST: u64 = 512 << 20;
/// Most bytes of a file beside an executable that is read for a version.
const NEIGHBOUR: u64 = 64 << 10;

/// What goes wrong while an executable is read.
pub(super) enum Fault {
    /// The system refused.
    Io(io::Error),
    /// A part is not in its format.
    Malformed(String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Writes down what `file` is, if it says so. For files that no package owns and that have the executable bit or are
/// shared libraries. Of programs for Windows and macOS only the lists in them are read; anything but programs and scripts is
/// left alone.
pub fn examine(file: &Opened<'_>, engine: &Engine<'_>, out: &mut Findings) {
    examine_with(file, out, |reader, len, out| look(file, reader, len, engine, out));
}

/// Writes down what Go and cargo-auditable listed in a program for Windows.
pub(in crate::detect) fn lists(file: &Opened<'_>, out: &mut Findings) {
    examine_with(file, out, |reader, len, out| foreign_lists(file, reader, len, out));
}

fn examine_with(
    file: &Opened<'_>,
    out: &mut Findings,
    look: impl FnOnce(&mut dyn ReadSeek, u64, &mut Findings) -> Result<Vec<Fault>, Fault>,
) {
    let Some((reader, len)) = out.noted(file.reader()) else { return };
    let mut reader = Counted::new(reader);
    let faults = look(&mut reader, len, out).unwrap_or_else(|fault| vec![fault]);
    file.count(reader.read_so_far());
    for fault in faults {
        match fault {
            Fault::Io(error) => out.problem(Code::Unreadable, file, format!("cannot read executable: {error}")),
            Fault::Malformed(text) => out.problem(Code::Malformed, file, text),
        }
    }
}

/// What is wrong with parts of the file, or why nothing of it can be read.
fn look(
    file: &Opened<'_>,
    reader: &mut dyn ReadSeek,
    len: u64,
    engine: &Engine<'_>,
    out: &mut Findings,
) -> Result<Vec<Fault>, Fault> {
    let head = part(reader, 0..4, 4)?;
    if head.starts_with(b"#!") {
        let range = 0..len.min(SCRIPT_HEAD);
        for found in signatures(file, reader, Content::Script, std::slice::from_ref(&range), engine)? {
            out.component(component(&found, file));
        }
    }
    if foreign::is_one(&head) {
        return foreign_lists(file, reader, len, out);
    }
    if head != b"\x7fELF" || is_too_large(len, out) {
        return Ok(Vec::new());
    }
    let elf = Elf::read(reader, len).map_err(|error| Fault::Malformed(format!("broken ELF file: {error}")))?;
    let Some(elf) = elf else { return Ok(Vec::new()) };
    let known = out.components.len();
    let products = signatures(file, reader, Content::Elf, &elf.data(), engine);
    let version = products.as_ref().ok().and_then(|products| match products.as_slice() {
        [product] => product.version.as_deref(),
        _ => None,
    });
    let mut completed = None;
    // A part that is broken does not hide what the others say.
    let parts = [
        package_note::read(reader, &elf).map(|found| package_note::write(found, file, out)),
        auditable::read(reader, listed(&elf)).map(|found| auditable::write(found, file, out)),
        go_binary::read(reader, &elf).map(|found| completed = go_modules::write(found, version, file, out)),
        products.map(|products| products.iter().for_each(|product| write(product, known, file, out))),
    ];
    // The signatures of Go programs look for versions in the list of modules.
    if let Some(list) = completed {
        let range = 0..list.len() as u64;
        let products = signatures(file, &mut io::Cursor::new(list), Content::Elf, std::slice::from_ref(&range), engine)?;
        for product in products {
            write(&product, known, file, out);
        }
    }
    if out.components.len() == known && !file.facts().name().contains(".so") {
        for product in own_library::products(file, reader, &elf, engine)? {
            write(&product, known, file, out);
        }
    }
    if out.components.len() == known && !file.facts().name().contains(".so") {
        out.unknown_executable(file);
    }
    Ok(parts.into_iter().filter_map(Result::err).collect())
}

fn listed(elf: &Elf) -> Option<Range<u64>> {
    elf.section(auditable::SECTION).map(Section::range)
}

fn is_too_large(len: u64, out: &mut Findings) -> bool {
    if len > LARGEST {
        out.skip("executable over 512 MiB");
    }
    len > LARGEST
}

/// As [`look`], for a program of another system.
fn foreign_lists(file: &Opened<'_>, reader: &mut dyn ReadSeek, len: u64, out: &mut Findings) -> Result<Vec<Fault>, Fault> {
    if is_too_large(len, out) {
        return Ok(Vec::new());
    }
    let Some(program) = foreign::Foreign::read(reader)? else { return Ok(Vec::new()) };
    let parts = [
        auditable::read(reader, program.section(auditable::SECTION)).map(|found| auditable::write(found, file, out)),
        go_binary::read(reader, &program).map(|found| drop(go_modules::write(found, None, file, out))),
    ];
    Ok(parts.into_iter().filter_map(Result::err).collect())
}

pub(super) fn signatures<'e>(
    file: &Opened<'_>,
    reader: &mut dyn ReadSeek,
    content: Content,
    ranges: &[Range<u64>],
    engine: &Engine<'e>,
) -> Result<Vec<Match<'e>>, Fault> {
    let neighbour = |path: &str| {
        let beside = file.sibling(path);
        beside.bytes_up_to(NEIGHBOUR).ok().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let subject = Subject { name: file.facts().name(), content, ranges, neighbour: &neighbour };
    Ok(engine.examine(&subject, reader)?)
}

/// Writes down a product. Where the build information names the program itself in the same version, it is the same thing under
/// another name: the product is noted there. What a build adds after `+` is no part of the version. `known` components come from
/// other files.
fn write(found: &Match<'_>, known: usize, file: &Opened<'_>, out: &mut Findings) {
    let bare = |version: &str| version.trim_start_matches('v').split('+').next().unwrap_or_default().to_owned();
    let version = found.version.as_deref().map(bare);
    let twin = out.components.iter_mut().skip(known).find(|held| {
        let is_program = held.evidence == Evidence::Installed && matches!(held.purl.kind(), "golang" | "cargo");
        let is_other = held.product.as_ref().is_some_and(|product| product.product != found.product);
        is_program && !is_other && agree(version.as_deref(), held.purl.version().map(bare).as_deref())
    });
    match twin {
        Some(twin) => {
            twin.product = Some(hint(found));
            twin.detectors.push(SIGNATURE.into());
            twin.detectors.dedup();
        }
        None => out.component(component(found, file)),
    }
}

/// Whether a product's version can be that of the program that holds it. Without a tag, a commit is called v0.0.0 and its time, of
/// which a signature sees the beginning.
fn agree(product: Option<&str>, program: Option<&str>) -> bool {
    product.is_none_or(|version| program == Some(version) || version == "0.0.0")
}

/// Product and role.
fn hint(found: &Match<'_>) -> ProductHint {
    ProductHint { product: found.product.to_owned(), role: found.role }
}

fn component(found: &Match<'_>, file: &Opened<'_>) -> Component {
    let purl = Purl::new("generic", found.product).with_version(found.version.as_deref().unwrap_or_default());
    let mut component = Component::new(purl, Evidence::Installed, SIGNATURE, Location::file(file.shown()));
    component.origin = Origin::Local;
    component.product = Some(hint(found));
    component
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{BinarySignature, FileClass};
    use crate::detect::testing::found_by;
    use crate::fingerprint::testing::{BASE, Shape};
    use crate::model::Role;
    use expect_test::{Expect, expect};
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write;

    fn signature() -> BinarySignature {
        BinarySignature {
            role: Role::Tool,
            files: vec!["tool".parse().expect("a pattern")],
            class: FileClass::Any,
            anchor: b"Tool release ".to_vec(),
            version: Some(r"Tool release (\d\.\d)".to_owned()),
            require: Vec::new(),
            neighbour: None,
            file_version: None,
        }
    }

    fn found(bytes: &[u8]) -> String {
        let signature = signature();
        let engine = Engine::new([("tool", &signature)]);
        found_by(bytes, |file, out| examine(file, &engine, out))
    }

    fn check(sections: &[(&str, &[u8])], expected: &Expect) {
        expected.assert_eq(&found(&Shape::default().elf(sections)));
    }

    fn packed(text: &str) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).expect("memory takes everything");
        encoder.finish().expect("memory takes everything")
    }

    fn note(json: &str) -> Vec<u8> {
        let (owner, len) = (b"FDO\0", u32::try_from(json.len()).expect("short"));
        let mut bytes = [4_u32, len, 0xcafe_1a7e].map(u32::to_le_bytes).concat();
        bytes.extend_from_slice(owner);
        bytes.extend_from_slice(json.as_bytes());
        bytes
    }

    /// Go's header with inline strings.
    fn go(version: &str, modules: &str) -> Vec<u8> {
        let mut bytes = b"\xff Go buildinf:\x08\x02".to_vec();
        bytes.resize(32, 0);
        let wrapped = [&[b'0'; 16], modules.as_bytes(), &[b'1'; 16]].concat();
        for text in [version.as_bytes(), &wrapped] {
            assert!(text.len() < 1 << 14);
            let group = |shift: usize| u8::try_from(text.len() >> shift & 0x7f).expect("seven bits");
            bytes.extend([group(0) | 0x80, group(7)]);
            bytes.extend_from_slice(text);
        }
        bytes
    }

    #[test]
    fn a_signature_names_product_version_and_role() {
        check(&[(".rodata", b"Tool release 1.2\0")], &expect!["pkg:generic/tool@1.2 installed origin=Local"]);
        assert_eq!(found(b"#!/bin/sh\n# Tool release 1.3\n"), "pkg:generic/tool@1.3 installed origin=Local");
    }

    #[test]
    fn a_product_sits_on_the_program_that_the_build_information_names() {
        for (stated, product, expected) in [
            ("v1.2.0", "1.2", "pkg:generic/tool@1.2 installed origin=Local\npkg:golang/example.org/app@v1.2.0 installed"),
            ("v1.2", "1.2", "pkg:golang/example.org/app@v1.2 installed"),
            ("v1.2+ds1", "1.2", "pkg:golang/example.org/app@v1.2%2Bds1 installed"),
            ("v1.2+incompatible", "1.2", "pkg:golang/example.org/app@v1.2%2Bincompatible installed"),
            ("(devel)", "1.2", "pkg:golang/example.org/app@v1.2 installed"),
            ("v1.2.0", "of its own", "pkg:golang/example.org/app@v1.2.0 installed"),
        ] {
            let info = go("go1.22.3", &format!("mod\texample.org/app\t{stated}\th1:x=\ndep\tc.org/part\tv1.2\th1:y=\n"));
            let text = format!("Tool release {product}\0");
            let bytes = Shape::default().elf(&[(".rodata", text.as_bytes()), (".go.buildinfo", &info)]);
            let rest = "pkg:golang/c.org/part@v1.2 embedded\npkg:golang/stdlib@1.22.3 embedded";
            let mut lines: Vec<String> = format!("{expected} origin=Local\n{rest}").lines().map(str::to_owned).collect();
            lines.sort();
            assert_eq!(found(&bytes), lines.join("\n"), "{stated} {product}");
        }
    }

    #[test]
    fn a_program_keeps_the_role_of_the_product_that_it_is() {
        let info = go("go1.22.3", "mod\texample.org/app\tv1.2\th1:x=\n");
        let bytes = Shape::default().elf(&[(".rodata", b"Tool release 1.2\0"), (".go.buildinfo", &info)]);
        let signature = signature();
        let engine = Engine::new([("tool", &signature)]);
        let tree = crate::source::MemoryTree::default().with("bin/tool", bytes);
        let counters = crate::progress::Counters::default();
        let mut out = Findings::default();
        examine(&Opened::new(&tree, &counters, "bin/tool".as_ref()), &engine, &mut out);
        let program = out.components.iter().find(|component| component.purl.name() == "app").expect("the program");
        assert_eq!(program.product, Some(ProductHint { product: "tool".to_owned(), role: Role::Tool }));
        assert_eq!(program.detectors, ["go-binary", "byte-signature"]);
    }

    #[test]
    fn code_is_not_data() {
        check(&[(".text", b"Tool release 1.2\0")], &expect![""]);
    }

    #[test]
    fn crates_are_read_and_what_only_builds_is_apart() {
        let list = packed(
            r#"{"packages":[
                {"name":"app","version":"0.1.0","source":"local","dependencies":[1,2],"root":true},
                {"name":"cc","version":"1.0.83","source":"crates.io","kind":"build"},
                {"name":"libc","version":"0.2.150","source":"crates.io"}]}"#,
        );
        check(
            &[(".dep-v0", &list)],
            &expect![[r"
                pkg:cargo/app@0.1.0 installed origin=Local
                pkg:cargo/cc@1.0.83 embedded Development
                pkg:cargo/libc@0.2.150 embedded"]],
        );
    }

    #[test]
    fn a_list_of_crates_that_is_broken_or_a_bomb_hides_nothing_else() {
        let bomb = packed(&" ".repeat(9 << 20));
        for (list, says) in
            [(bomb, "list of crates unpacks to more than 8 MiB"), (b"x".to_vec(), "list of crates cannot be unpacked")]
        {
            let found = found(&Shape::default().elf(&[(".dep-v0", &list), (".rodata", b"Tool release 1.2\0")]));
            assert!(found.starts_with("pkg:generic/tool@1.2 ") && found.contains(says), "{found}");
        }
    }

    #[test]
    fn a_package_note_names_the_package_of_its_distribution() {
        let debian = note(r#"{"type":"deb","os":"debian","name":"systemd","version":"252.39-1~deb12u2","architecture":"amd64"}"#);
        check(
            &[(".note.package", &debian)],
            &expect!["pkg:deb/debian/systemd@252.39-1~deb12u2?arch=amd64 installed origin=Distribution"],
        );
        let fedora = note(
            r#"{"type":"rpm","name":"bash","version":"5.2.26-3.fc40","architecture":"x86_64","osCpe":"cpe:/o:fedoraproject:fedora:40"}"#,
        );
        check(
            &[(".note.package", &fedora)],
            &expect!["pkg:rpm/fedora/bash@5.2.26-3.fc40?arch=x86_64&distro=fedora-40 installed origin=Distribution"],
        );
        check(&[(".note.package", b"short")], &expect!["! bin/tool: UP002: broken package note"]);
    }

    #[test]
    fn go_build_information_is_found_with_and_without_a_section_table() {
        let info = go("go1.22.3", "mod\texample.org/app\tv1.2.3\th1:x=\n");
        for section_table in [true, false] {
            let bytes = Shape { section_table, ..Shape::default() }.elf(&[(".rodata", b"x"), (".go.buildinfo", &info)]);
            let expected = "pkg:golang/example.org/app@v1.2.3 installed origin=Local\npkg:golang/stdlib@1.22.3 embedded";
            assert_eq!(found(&bytes), expected);
        }
        check(&[(".go.buildinfo", info.get(..40).expect("long"))], &expect!["! bin/tool: UP002: broken Go build information"]);
    }

    #[test]
    fn a_go_program_that_a_signature_knows_is_one_thing() {
        let signature = BinarySignature {
            anchor: b"mod\texample.org/tool".to_vec(),
            version: Some(r"mod\texample\.org/tool\tv(\d\.\d\.\d)".to_owned()),
            ..signature()
        };
        for (module, flags) in [
            ("v1.2.3", ""),
            ("(devel)", r"-X main.version=1.2.3"),
            ("v0.0.0-20261013164250-e27a6760c554", r"-X main.version=v1.2.3"),
        ] {
            let info = go("go1.22.3", &format!("mod\texample.org/tool\t{module}\t\nbuild\t-ldflags=\"{flags}\"\n"));
            let tree = crate::source::MemoryTree::default().with("bin/tool", Shape::default().elf(&[(".go.buildinfo", &info)]));
            let counters = crate::progress::Counters::default();
            let mut out = Findings::default();
            let engine = Engine::new([("tool", &signature)]);
            examine(&Opened::new(&tree, &counters, "bin/tool".as_ref()), &engine, &mut out);
            let found: Vec<_> = out.components.iter().map(|one| (one.purl.to_string(), one.product.is_some())).collect();
            let expected = [("pkg:golang/stdlib@1.22.3", false), ("pkg:golang/example.org/tool@v1.2.3", true)];
            assert_eq!(found, expected.map(|(purl, known)| (purl.to_owned(), known)), "{module} {flags}");
        }
    }

    #[test]
    fn the_pointers_of_older_go_are_followed_in_every_class_and_byte_order() {
        for (wide, big_endian) in [(true, false), (true, true), (false, false), (false, true)] {
            let shape = Shape { wide, big_endian, ..Shape::default() };
            let modules = [&[b'0'; 16][..], b"mod\tapp\tv0.1.0\t\n", &[b'1'; 16]].concat();
            let start = BASE + shape.first_section();
            // The section holds the header (32 bytes), two string headers (16 bytes each), then version and list.
            let mut info = b"\xff Go buildinf:".to_vec();
            info.extend([if wide { 8 } else { 4 }, u8::from(big_endian)]);
            for (place, words) in
                [(16, [start + 32, start + 48]), (32, [start + 64, 8]), (48, [start + 72, modules.len() as u64])]
            {
                info.resize(place, 0);
                info.extend(words.iter().flat_map(|word| shape.word(*word)));
            }
            info.resize(64, 0);
            info.extend_from_slice(b"go1.15.9");
            info.extend_from_slice(&modules);
            let found = found(&shape.elf(&[(".go.buildinfo", &info)]));
            assert_eq!(
                found, "pkg:golang/app@v0.1.0 installed origin=Local\npkg:golang/stdlib@1.15.9 embedded",
                "{wide} {big_endian}"
            );
        }
    }

    #[test]
    fn other_files_are_left_alone_and_a_broken_program_is_told() {
        for bytes in [&b""[..], b"MZ", b"\x7fEL", b"plain text"] {
            assert_eq!(found(bytes), "");
        }
        assert_eq!(found(b"\x7fELF\x02\x01\x01"), "! bin/tool: UP002: broken ELF file: broken first header");
    }

    #[test]
    fn programs_that_nothing_explains_are_counted_and_libraries_are_not() {
        let signature = signature();
        let engine = Engine::new([("tool", &signature)]);
        let tree = crate::source::MemoryTree::default()
            .with("bin/unknown", Shape::default().elf(&[]))
            .with("lib/libx.so.1", Shape::default().elf(&[]));
        let counters = crate::progress::Counters::default();
        let mut out = Findings::default();
        for path in ["bin/unknown", "lib/libx.so.1"] {
            examine(&Opened::new(&tree, &counters, path.as_ref()), &engine, &mut out);
        }
        assert_eq!(out.unknown_executables, 1);
        assert_eq!(out.unknown_paths.into_iter().collect::<Vec<_>>(), ["bin/unknown"]);
    }
}
