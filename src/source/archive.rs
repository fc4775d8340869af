//! Archives as trees: tar (plain or compressed), zip, and packages of Debian, RPM and opkg. Told apart by their bytes, not by name.
//!
//! Formats: tar(5), APPNOTE 6.3.10 (zip), deb(5), and the RPM file format (lead, signature, header, payload in cpio's "newc").
//! An entry with an unsafe path is left out and told; what stood before a truncation is kept.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use zip::ZipArchive;

use crate::problem::{Code, Problem};

use super::packed::{Budget, Content, Node, NodeKind, spool};
use super::{PackedTree, Section, ar, compression, cpio, rpm_file};

/// Most bytes that one archive and all archives in it may unpack to.
pub const BUDGET: u64 = 4 << 30;
/// Most names in one archive; a root file system has some hundred thousand.
const MAX_NAMES: usize = 3_000_000;
/// Longest link target.
const MAX_LINK: u64 = 4096;
/// Length of a tar header.
const BLOCK: u64 = 512;

/// What kind of archive some bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// tar, behind one compression or none.
    Tar,
    /// zip.
    Zip,
    /// A Debian package.
    Deb,
    /// A package of opkg in the form of `OpenWrt`: a tar archive that holds two.
    Ipk,
    /// An RPM package.
    Rpm,
}

/// Which kind of archive `section` is, by its first bytes; `None` for everything else.
#[must_use]
pub fn format_of(section: &Section) -> Option<Format> {
    let head = section.head(BLOCK).ok()?;
    match head.as_slice() {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Format::Zip),
        head if head.starts_with(b"!<arch>\ndebian") => Some(Format::Deb),
        [0xED, 0xAB, 0xEE, 0xDB, ..] => Some(Format::Rpm),
        _ => {
            let (_, reader) = compression::decompressed(section.clone()).ok()?;
            let mut block = Vec::new();
            // A short or broken stream is no archive; whoever wants it by name says what is wrong with it.
            reader.take(BLOCK).read_to_end(&mut block).ok()?;
            let is_ipk = [&b"./debian-binary\0"[..], b"debian-binary\0"].iter().any(|name| block.starts_with(name));
            is_tar(&block).then_some(if is_ipk { Format::Ipk } else { Format::Tar })
        }
    }
}

/// Whether a block is a tar header: the checksum at 148 is the sum of its bytes with blanks in the checksum's own place.
fn is_tar(block: &[u8]) -> bool {
    let Some(field) = block.get(148..156).filter(|_| block.len() as u64 == BLOCK) else { return false };
    let digits: String = field.iter().map(|byte| char::from(*byte)).filter(char::is_ascii_digit).collect();
    let stated = u32::from_str_radix(&digits, 8).ok();
    let others = block.iter().enumerate().filter(|(at, _)| !(148..156).contains(at)).map(|(_, byte)| u32::from(*byte));
    stated.is_some_and(|stated| stated > 0 && stated == others.sum::<u32>() + 8 * u32::from(b' '))
}

/// The archive `section`, which the user knows as `shown`, as a tree; what could not be read of it is added to `problems`.
///
/// # Errors
/// If nothing of it can be read.
pub fn open_archive(section: &Section, shown: &str, budget: &Budget, problems: &mut Vec<Problem>) -> Result<PackedTree, Problem> {
    let mut index = Index { shown, problems, nodes: BTreeMap::new(), cut: false };
    index
        .archive(section, budget)
        .map_err(|error| Problem::new(Code::Malformed, shown, format!("not a readable archive: {error}")))?;
    Ok(PackedTree::new(index.nodes, Vec::new(), budget.clone()))
}

/// The names of the tar archive `section`: one layer of an image.
///
/// # Errors
/// If nothing of it can be read.
pub(super) fn tar_nodes(
    section: &Section,
    shown: &str,
    budget: &Budget,
    problems: &mut Vec<Problem>,
) -> io::Result<BTreeMap<PathBuf, Node>> {
    let mut index = Index { shown, problems, nodes: BTreeMap::new(), cut: false };
    index.tar(section, budget)?;
    Ok(index.nodes)
}

/// The index of one archive while it is made.
struct Index<'p> {
    shown: &'p str,
    problems: &'p mut Vec<Problem>,
    nodes: BTreeMap<PathBuf, Node>,
    /// Whether it was told that the end is missing: that an entry breaks off there is no news.
    cut: bool,
}

impl Index<'_> {
    fn archive(&mut self, section: &Section, budget: &Budget) -> io::Result<()> {
        match format_of(section) {
            Some(Format::Zip) => self.zip(section),
            Some(Format::Tar) => self.tar(section, budget),
            Some(Format::Deb) => {
                let data = ar::members(section)?.into_iter().find(|(name, _)| name.starts_with("data.tar"));
                let (_, data) = data.ok_or_else(|| io::Error::other("a Debian package without data.tar"))?;
                self.tar(&data, budget)
            }
            Some(Format::Ipk) => {
                self.tar(section, budget)?;
                let outer = std::mem::take(&mut self.nodes);
                let data = outer.into_iter().find(|(path, _)| path.to_string_lossy().starts_with("data.tar"));
                let Some((_, Node { kind: NodeKind::File(Content::Stored(data)), .. })) = data else {
                    return Err(io::Error::other("a package of opkg without data.tar"));
                };
                self.tar(&data, budget)
            }
            Some(Format::Rpm) => {
                let payload = self.plain(&rpm_file::payload(section)?, budget)?;
                self.cpio(&payload)
            }
            None => Err(io::Error::other("neither tar, zip, nor a package of Debian, opkg or RPM")),
        }
    }

    /// `section` without its compression: unpacked into a file without a name where there is one.
    fn plain(&mut self, section: &Section, budget: &Budget) -> io::Result<Section> {
        let (found, reader) = compression::decompressed(section.clone())?;
        if found == compression::Compression::None {
            return Ok(section.clone());
        }
        let allowed = budget.left();
        let mut whole = Kept { reader: reader.take(allowed.saturating_add(1)), fault: None };
        let (file, len) = spool(&mut whole)?;
        budget.spend(len);
        self.cut = len > allowed || whole.fault.is_some();
        if len > allowed {
            self.problem(Code::OverBudget, "unpacks to more bytes than the budget, hence the rest is not read");
        }
        if let Some(fault) = whole.fault {
            self.problem(Code::Truncated, &format!("ends early or is damaged, what stands before is kept: {fault}"));
        }
        Ok(Section::of_file(file, len.min(allowed)))
    }

    fn tar(&mut self, section: &Section, budget: &Budget) -> io::Result<()> {
        self.cut = false;
        let plain = self.plain(section, budget)?;
        let mut archive = tar::Archive::new(plain.clone());
        for entry in archive.entries_with_seek()? {
            match entry {
                Ok(entry) => self.tar_entry(&entry, &plain),
                Err(error) => {
                    self.ends(&format!("damaged entry, what stands before is kept: {error}"));
                    break;
                }
            }
            if self.full() {
                break;
            }
        }
        Ok(())
    }

    fn tar_entry(&mut self, entry: &tar::Entry<'_, Section>, plain: &Section) {
        let header = entry.header();
        let Some(path) = self.safe(&entry.path_bytes()) else { return };
        let target = || entry.link_name_bytes().map(|bytes| PathBuf::from(OsStr::from_bytes(&bytes)));
        let kind = match header.entry_type() {
            tar::EntryType::Directory => NodeKind::Folder,
            tar::EntryType::Symlink => NodeKind::Link(target().unwrap_or_default()),
            tar::EntryType::Link => {
                let linked = target().and_then(|target| self.nodes.get(&clean(&target)?).map(|node| node.kind.clone()));
                // What it names may lie in a lower layer.
                linked.unwrap_or_else(|| NodeKind::HardLink(target().as_deref().and_then(clean).unwrap_or_default()))
            }
            tar::EntryType::GNUSparse => {
                self.problem(Code::Unsupported, &format!("sparse entry is not read: {}", path.display()));
                return;
            }
            tar::EntryType::Regular | tar::EntryType::Continuous => {
                let (start, len) = (entry.raw_file_position(), entry.size());
                if start.saturating_add(len) > plain.len() {
                    self.ends(&format!("ends inside an entry: {}", path.display()));
                    return;
                }
                NodeKind::File(Content::Stored(plain.part(start, len)))
            }
            tar::EntryType::Char | tar::EntryType::Block | tar::EntryType::Fifo => NodeKind::Other,
            _ => return,
        };
        let modified = header.mtime().ok().and_then(|time| i64::try_from(time).ok()).unwrap_or_default();
        self.add(path, kind, header.mode().unwrap_or(0o644), modified);
    }

    fn zip(&mut self, section: &Section) -> io::Result<()> {
        let zip = Arc::new(ZipArchive::new(section.clone())?);
        let mut reader = ZipArchive::clone(&zip);
        for index in 0..zip.len() {
            let Ok(entry) = reader.by_index_raw(index) else { continue };
            let name = with_slashes(entry.name_raw());
            let Some(path) = self.safe(&name) else { continue };
            let (mode, len) = (entry.unix_mode().unwrap_or(0o644), entry.size());
            let (is_folder, is_link) = (name.ends_with(b"/"), entry.is_symlink());
            drop(entry);
            let kind = match (is_folder, is_link) {
                (true, _) => NodeKind::Folder,
                (_, true) => {
                    let mut target = Vec::new();
                    let read = reader.by_index(index).map(|entry| entry.take(MAX_LINK).read_to_end(&mut target));
                    if !matches!(read, Ok(Ok(_))) {
                        continue;
                    }
                    NodeKind::Link(PathBuf::from(OsStr::from_bytes(&target)))
                }
                _ => NodeKind::File(Content::Zipped(zip.clone(), index, len)),
            };
            self.add(path, kind, mode, 0);
            if self.full() {
                break;
            }
        }
        Ok(())
    }

    fn cpio(&mut self, payload: &Section) -> io::Result<()> {
        for entry in cpio::entries(payload)? {
            let Some(path) = self.safe(&entry.name) else { continue };
            let kind = match entry.mode & 0o170_000 {
                0o040_000 => NodeKind::Folder,
                0o100_000 => NodeKind::File(Content::Stored(entry.data)),
                0o120_000 => NodeKind::Link(PathBuf::from(OsStr::from_bytes(&entry.data.head(MAX_LINK)?))),
                _ => NodeKind::Other,
            };
            self.add(path, kind, entry.mode & 0o7777, entry.modified);
            if self.full() {
                break;
            }
        }
        Ok(())
    }

    /// Adds a name; of two entries of one name the later counts, as when they are unpacked.
    fn add(&mut self, path: PathBuf, kind: NodeKind, mode: u32, modified: i64) {
        if !path.as_os_str().is_empty() {
            self.nodes.insert(path, Node { kind, mode, modified, layer: 0 });
        }
    }

    fn full(&mut self) -> bool {
        let full = self.nodes.len() >= MAX_NAMES;
        if full {
            self.problem(Code::OverBudget, &format!("more than {MAX_NAMES} names, hence the rest is not read"));
        }
        full
    }

    /// The path below the root that an entry's name means, or a problem.
    fn safe(&mut self, name: &[u8]) -> Option<PathBuf> {
        let path = clean(Path::new(OsStr::from_bytes(name)));
        if path.is_none() {
            let name = String::from_utf8_lossy(name).into_owned();
            self.problem(Code::Unlisted, &format!("entry leads out of the archive, hence left out: {name}"));
        }
        path
    }

    /// The archive ends before its last entry does.
    fn ends(&mut self, text: &str) {
        if !std::mem::replace(&mut self.cut, true) {
            self.problem(Code::Truncated, text);
        }
    }

    fn problem(&mut self, code: Code, text: &str) {
        self.problems.push(Problem::new(code, self.shown, text));
    }
}

/// Some programs of Windows write a name in a zip archive with backslashes alone; unpackers take them for what they stand for.
fn with_slashes(name: &[u8]) -> Cow<'_, [u8]> {
    if name.contains(&b'/') || !name.contains(&b'\\') {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.iter().map(|&byte| if byte == b'\\' { b'/' } else { byte }).collect())
}

/// `path` without a root and without `.`; `None` if it has a `..`.
fn clean(path: &Path) -> Option<PathBuf> {
    let up = path.components().any(|part| part == Component::ParentDir);
    (!up).then(|| path.components().filter(|part| matches!(part, Component::Normal(_))).collect())
}

/// Ends a stream at its first fault and keeps the fault, so that what came before is not lost.
struct Kept<R> {
    reader: R,
    fault: Option<io::Error>,
}

impl<R: Read> Read for Kept<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                self.fault = Some(error);
                Ok(0)
            }
            result => result,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::source::Tree;

    /// A tar archive of files and links (`-> target`).
    fn tarball(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, text) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_mode(0o755);
            // Written by hand, since the library refuses names that a hostile archive has.
            let field = header.as_old_mut();
            field.name.iter_mut().zip(name.bytes()).for_each(|(place, byte)| *place = byte);
            if let Some(target) = text.strip_prefix("-> ") {
                header.set_entry_type(tar::EntryType::Symlink);
                header.set_link_name(target).expect("a target");
                header.set_size(0);
                header.set_cksum();
                builder.append(&header, &[][..]).expect("an entry");
            } else {
                header.set_size(text.len() as u64);
                header.set_cksum();
                builder.append(&header, text.as_bytes()).expect("an entry");
            }
        }
        builder.into_inner().expect("an archive")
    }

    fn opened(bytes: Vec<u8>, budget: u64) -> (PackedTree, Vec<String>) {
        let mut problems = Vec::new();
        let section = Section::of_bytes(Arc::from(bytes));
        let tree = open_archive(&section, "x.tar", &Budget::of(budget), &mut problems).expect("an archive");
        (tree, problems.iter().map(|problem| format!("{} {}", problem.code, problem.text)).collect())
    }

    fn text(tree: &PackedTree, path: &str) -> Option<String> {
        let mut text = String::new();
        let handle = tree.open_following(Path::new(""), Path::new(path)).ok()?;
        handle.into_reader().read_to_string(&mut text).ok()?;
        Some(text)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(bytes).expect("a write");
        gz.finish().expect("gzip")
    }

    #[test]
    fn the_later_of_two_entries_counts_and_links_are_followed_inside() {
        let plain = tarball(&[("./a/x", "old"), ("a/x", "new"), ("etc/link", "-> /a/x"), ("loop", "-> loop")]);
        for bytes in [plain.clone(), gzip(&plain), zstd::stream::encode_all(plain.as_slice(), 1).expect("zstd")] {
            let (tree, problems) = opened(bytes, BUDGET);
            assert_eq!(problems, Vec::<String>::new());
            assert_eq!(text(&tree, "etc/link").as_deref(), Some("new"));
            assert_eq!(text(&tree, "loop"), None);
        }
    }

    #[test]
    fn an_entry_that_leads_out_is_left_out_and_told() {
        let (tree, problems) = opened(tarball(&[("../../etc/passwd", "root"), ("/abs", "kept")]), BUDGET);
        assert_eq!(problems, ["UP010 entry leads out of the archive, hence left out: ../../etc/passwd"]);
        assert_eq!(text(&tree, "abs").as_deref(), Some("kept"));
    }

    #[test]
    fn what_stands_before_a_truncation_is_kept() {
        let whole = tarball(&[("first", "1"), ("second", &"2".repeat(2000))]);
        let (tree, problems) = opened(whole.get(..1700).expect("a part").to_vec(), BUDGET);
        assert_eq!(text(&tree, "first").as_deref(), Some("1"));
        assert!(problems.iter().all(|problem| problem.starts_with("UP003")) && !problems.is_empty(), "{problems:?}");
        let packed = gzip(&whole);
        let (tree, problems) = opened(packed.get(..packed.len() - 12).expect("a part").to_vec(), BUDGET);
        assert_eq!(text(&tree, "first").as_deref(), Some("1"));
        assert!(!problems.is_empty());
    }

    #[test]
    fn a_bomb_ends_at_its_budget() {
        let (tree, problems) = opened(gzip(&tarball(&[("small", "1"), ("zeros", &"\0".repeat(1 << 20))])), 4096);
        assert_eq!(text(&tree, "small").as_deref(), Some("1"));
        assert!(problems.iter().any(|problem| problem.starts_with("UP014")), "{problems:?}");
    }

    #[test]
    fn an_entry_of_a_zip_is_unpacked_within_the_budget() {
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        zip.start_file("a/x", zip::write::SimpleFileOptions::default()).expect("an entry");
        zip.write_all(&[b'x'; 5000]).expect("a write");
        let bytes = zip.finish().expect("a zip").into_inner();
        assert_eq!(text(&opened(bytes.clone(), BUDGET).0, "a/x").map(|text| text.len()), Some(5000));
        assert_eq!(text(&opened(bytes, 100).0, "a/x"), None);
    }

    #[test]
    fn texts_and_short_or_broken_streams_are_no_archives() {
        for bytes in
            [b"text".to_vec(), Vec::new(), vec![0; 2048], gzip(b"text"), gzip(b"text").get(..6).expect("a part").to_vec()]
        {
            assert_eq!(format_of(&Section::of_bytes(Arc::from(bytes))), None);
        }
    }

    /// Small archives of each kind.
    fn samples() -> Vec<Vec<u8>> {
        let plain = tarball(&[("a/x", "text"), ("etc/link", "-> /a/x")]);
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        zip.start_file("a/x", zip::write::SimpleFileOptions::default()).expect("an entry");
        zip.write_all(b"text").expect("a write");
        let member = |name: &str, len: usize| format!("{name:<16}{:<32}{len:<10}`\n", 0);
        let (first, second) = (member("debian-binary", 4), member("data.tar", plain.len()));
        let deb = [b"!<arch>\n", first.as_bytes(), b"2.0\n", second.as_bytes(), &plain].concat();
        let header = |entries: u32| [&[0x8E, 0xAD, 0xE8, 1, 0, 0, 0, 0][..], &entries.to_be_bytes(), &[0; 4]].concat();
        let cpio = |name: &str, mode: u32, len: usize| {
            let fields = [
                0,
                mode,
                0,
                0,
                1,
                0,
                u32::try_from(len).expect("small"),
                0,
                0,
                0,
                0,
                u32::try_from(name.len()).expect("small") + 1,
                0,
            ];
            let head: String = std::iter::once("070701".to_owned()).chain(fields.map(|field| format!("{field:08x}"))).collect();
            let mut entry = [head.as_bytes(), name.as_bytes(), &[0]].concat();
            entry.resize(entry.len().next_multiple_of(4), 0);
            entry
        };
        let payload = [cpio("./a/x", 0o100_644, 4), b"text".to_vec(), cpio("TRAILER!!!", 0, 0)].concat();
        let lead = [&[0xED, 0xAB, 0xEE, 0xDB][..], &[0; 92]].concat();
        let rpm = [lead, header(0), header(0), gzip(&payload)].concat();
        let ipk =
            gzip(&tarball(&[("./debian-binary", "2.0\n"), ("./data.tar", &String::from_utf8(plain.clone()).expect("text"))]));
        vec![plain.clone(), gzip(&plain), ipk, zip.finish().expect("a zip").into_inner(), deb, rpm]
    }

    #[test]
    fn every_kind_gives_the_same_file() {
        for bytes in samples() {
            let (tree, problems) = opened(bytes, BUDGET);
            assert_eq!((text(&tree, "a/x").as_deref(), problems), (Some("text"), Vec::new()));
        }
    }

    proptest::proptest! {
        #[test]
        fn damage_does_no_harm(kind in 0..6_usize, at in 0..3000_usize, junk in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..6), cut in 0..3000_usize) {
            let mut bytes = samples().swap_remove(kind);
            let end = (at + junk.len()).min(bytes.len());
            bytes.splice(at.min(end)..end, junk);
            bytes.truncate(bytes.len().max(cut + 1) - cut);
            let (section, mut problems) = (Section::of_bytes(Arc::from(bytes)), Vec::new());
            if let Ok(tree) = open_archive(&section, "x", &Budget::of(1 << 20), &mut problems) {
                for (path, ..) in tree.entries() {
                    text(&tree, &path.to_string_lossy());
                }
            }
        }
    }
}
