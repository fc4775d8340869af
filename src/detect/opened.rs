//! The one door to a file's content: bounded, regular files only, never out of the root, every byte counted.

use std::cell::OnceCell;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;

use crate::problem::{Code, Problem};
use crate::progress::Counters;
use crate::source::{Handle, OpenError, ReadSeek, Section, Tree, normalise};

use super::FileFacts;

/// Most bytes of one file that are read at once, unless a detector asks for more.
pub(crate) const DEFAULT_LIMIT: u64 = 64 << 20;

/// A claimed file. Nothing is opened before its content is asked for.
pub struct Opened<'a> {
    tree: &'a dyn Tree,
    counters: &'a Counters,
    path: PathBuf,
    /// The root inside which links of this path are followed; `None` for walked files, which have none.
    following: Option<PathBuf>,
    content: OnceCell<Result<Vec<u8>, Problem>>,
    /// The content as text, where it is UTF-16.
    decoded: OnceCell<Option<String>>,
}

impl<'a> Opened<'a> {
    /// The file at `path` of `tree`, as the walk met it.
    #[must_use]
    pub fn new(tree: &'a dyn Tree, counters: &'a Counters, path: &Path) -> Self {
        Self { tree, counters, path: path.to_owned(), following: None, content: OnceCell::new(), decoded: OnceCell::new() }
    }

    /// The path, relative to the tree's root.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names in the path.
    #[must_use]
    pub fn facts(&self) -> FileFacts<'_> {
        FileFacts::new(&self.path)
    }

    /// The path as the user knows it, for locations and problems.
    #[must_use]
    pub fn shown(&self) -> String {
        self.tree.show(&self.path)
    }

    /// Another path of the same tree as the user knows it.
    #[must_use]
    pub fn show(&self, path: &Path) -> String {
        self.tree.show(path)
    }

    /// The tree that the file is part of.
    #[must_use]
    pub fn tree(&self) -> &'a dyn Tree {
        self.tree
    }

    /// The system root that the file belongs to when it is `claimed` there: the part of the path before `claimed`.
    #[must_use]
    pub fn system_root(&self, claimed: &str) -> PathBuf {
        let depth = Path::new(claimed).components().count();
        self.path.ancestors().nth(depth).unwrap_or(Path::new("")).to_owned()
    }

    /// Another file, by a path relative to this file's folder; `..` is understood, and links are followed inside the tree.
    /// Nothing is opened yet.
    #[must_use]
    pub fn sibling(&self, relative: &str) -> Opened<'a> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        self.in_root(Path::new(""), &normalise(&folder.join(relative)))
    }

    /// Another file, by its path below a system root, as a program running on that root would find it.
    #[must_use]
    pub fn in_root(&self, system_root: &Path, path: &Path) -> Opened<'a> {
        Opened {
            tree: self.tree,
            counters: self.counters,
            path: system_root.join(path),
            following: Some(system_root.to_owned()),
            content: OnceCell::new(),
            decoded: OnceCell::new(),
        }
    }

    /// Whether it lies in an archive or an image.
    #[must_use]
    pub fn is_packed(&self) -> bool {
        self.tree.budget().is_some()
    }

    /// Whether a regular file is there; it is not opened for that where the tree can tell otherwise.
    #[must_use]
    pub fn exists(&self) -> bool {
        let root = self.following.as_deref().unwrap_or(Path::new(""));
        self.tree.exists(root, self.path.strip_prefix(root).unwrap_or(&self.path))
    }

    /// The whole content, at most 64 MiB.
    ///
    /// # Errors
    /// If the file is gone, unreadable, no regular file, or larger.
    pub fn bytes(&self) -> Result<&[u8], Problem> {
        self.bytes_up_to(DEFAULT_LIMIT)
    }

    /// The whole content, at most `limit` bytes. The first call decides; later ones get the same bytes.
    ///
    /// # Errors
    /// If the file is gone, unreadable, no regular file, or larger.
    pub fn bytes_up_to(&self, limit: u64) -> Result<&[u8], Problem> {
        self.content.get_or_init(|| self.read(limit)).as_deref().map_err(Clone::clone)
    }

    /// The content as text, at most 64 MiB, without a byte-order mark: UTF-8, or UTF-16 with its mark, in which the shell of
    /// Windows writes what a program prints.
    ///
    /// # Errors
    /// As [`Opened::bytes`], and if it is neither.
    pub fn text(&self) -> Result<&str, Problem> {
        let bytes = self.bytes()?;
        if let Some(text) = self.decoded.get_or_init(|| from_utf16(bytes)) {
            return Ok(text);
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        std::str::from_utf8(bytes).map_err(|error| {
            let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
            Problem::new(Code::NotUtf8, self.shown(), "text is not valid UTF-8").at(line, 1)
        })
    }

    /// The content as text if the file is there and readable; for files that may be missing.
    #[must_use]
    pub fn text_if_there(&self) -> Option<&str> {
        self.text().ok()
    }

    /// A reader from the file's start, for formats that are read in parts. Its bytes are not counted as read: the caller
    /// tells [`Opened::count`].
    ///
    /// # Errors
    /// If the file is gone, unreadable, or no regular file.
    pub fn reader(&self) -> Result<(Box<dyn ReadSeek + Send>, u64), Problem> {
        let handle = self.open()?;
        let len = handle.len();
        Ok((handle.into_reader(), len))
    }

    /// The whole file as a section, which can be read from any place; its bytes are not counted as read.
    ///
    /// # Errors
    /// If the file is gone, unreadable, or no regular file.
    pub fn section(&self) -> Result<Section, Problem> {
        self.open().map(Handle::into_section)
    }

    /// Counts `bytes` as read.
    pub fn count(&self, bytes: u64) {
        self.counters.bytes_read.fetch_add(bytes, Relaxed);
    }

    fn open(&self) -> Result<Handle, Problem> {
        let opened = match &self.following {
            None => self.tree.open(&self.path),
            Some(root) => self.tree.open_following(root, self.path.strip_prefix(root).unwrap_or(&self.path)),
        };
        let handle = opened.map_err(|error| match error {
            OpenError::Missing => Problem::new(Code::Vanished, self.shown(), "file is not there any more"),
            OpenError::NotRegular => Problem::new(Code::NotRegular, self.shown(), "not a regular file, hence not opened"),
            OpenError::OverBudget => Problem::new(Code::OverBudget, self.shown(), error.to_string()),
            OpenError::Io(error) => Problem::new(Code::Unreadable, self.shown(), format!("cannot open file: {error}")),
        })?;
        self.counters.opened.fetch_add(1, Relaxed);
        Ok(handle)
    }

    fn read(&self, limit: u64) -> Result<Vec<u8>, Problem> {
        let handle = self.open()?;
        let too_large = || Problem::new(Code::TooLarge, self.shown(), format!("larger than {limit} bytes, hence not read"));
        let stated = handle.len();
        if stated > limit {
            return Err(too_large());
        }
        let mut content = Vec::with_capacity(usize::try_from(stated).unwrap_or_default());
        // The file may grow while it is read, so the limit is enforced once more.
        let read = handle.into_reader().take(limit + 1).read_to_end(&mut content);
        self.count(content.len() as u64);
        match read {
            Err(error) => Err(Problem::new(Code::Unreadable, self.shown(), format!("cannot read file: {error}"))),
            Ok(len) if len as u64 > limit => Err(too_large()),
            // Half of a file says half of the truth.
            Ok(len) if (len as u64) < stated => Err(Problem::new(Code::Vanished, self.shown(), "file shrank while it was read")),
            Ok(_) => Ok(content),
        }
    }
}

/// The text of bytes that begin with a byte-order mark of UTF-16.
fn from_utf16(bytes: &[u8]) -> Option<String> {
    let (unit, rest): (fn([u8; 2]) -> u16, _) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (u16::from_le_bytes, rest),
        [0xFE, 0xFF, rest @ ..] => (u16::from_be_bytes, rest),
        _ => return None,
    };
    let units: Vec<u16> = rest.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit).collect();
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    #[test]
    fn a_sibling_is_found_through_dots_and_links() {
        let tree = MemoryTree::default()
            .with("srv/c/var/lib/dpkg/status", *b"")
            .with("srv/c/usr/lib/os-release", *b"ID=debian")
            .with_link("srv/c/etc/os-release", "../usr/lib/os-release");
        let counters = Counters::default();
        let status = Opened::new(&tree, &counters, Path::new("srv/c/var/lib/dpkg/status"));
        let root = status.system_root("var/lib/dpkg/status");
        assert_eq!(root, Path::new("srv/c"));
        assert_eq!(status.in_root(&root, Path::new("etc/os-release")).text_if_there(), Some("ID=debian"));
        assert_eq!(status.sibling("../../../usr/lib/os-release").text_if_there(), Some("ID=debian"));
    }

    #[test]
    fn a_file_above_the_limit_is_a_problem_and_not_read() {
        let tree = MemoryTree::default().with("big", *b"0123456789");
        let counters = Counters::default();
        let file = Opened::new(&tree, &counters, Path::new("big"));
        assert_eq!(file.bytes_up_to(9).map_err(|problem| problem.code), Err(Code::TooLarge));
        assert_eq!(counters.bytes_read.load(Relaxed), 0);
    }

    #[test]
    fn text_of_the_shell_of_windows_is_read() {
        let (text, counters) = ("a==1\r\nä==2\r\n", Counters::default());
        let units = || text.encode_utf16();
        let little = [0xFF, 0xFE].into_iter().chain(units().flat_map(u16::to_le_bytes)).collect::<Vec<u8>>();
        let big = [0xFE, 0xFF].into_iter().chain(units().flat_map(u16::to_be_bytes)).collect::<Vec<u8>>();
        let tree = MemoryTree::default().with("little", little).with("big", big).with("bad", [0xFF, 0xFE, 0x00, 0xD8]);
        for name in ["little", "big"] {
            assert_eq!(Opened::new(&tree, &counters, Path::new(name)).text(), Ok(text), "{name}");
        }
        assert!(Opened::new(&tree, &counters, Path::new("bad")).text().is_err());
    }

    #[test]
    fn a_byte_order_mark_is_no_text_and_bad_bytes_have_a_line() {
        let tree = MemoryTree::default().with("bom", *b"\xEF\xBB\xBFok").with("bad", *b"one\n\xFF");
        let counters = Counters::default();
        assert_eq!(Opened::new(&tree, &counters, Path::new("bom")).text(), Ok("ok"));
        let bad = Opened::new(&tree, &counters, Path::new("bad"));
        assert_eq!(bad.text().map_err(|problem| problem.line), Err(Some(2)));
    }
}
