//! Reads small files below a root that may be another system's: links are followed by hand and clamped to the root,
//! sizes are bounded, and devices, FIFOs and sockets are never opened. Knows no format.

use crate::problem::{Code, Problem};
use rustix::fs::{Mode, OFlags};
use std::collections::VecDeque;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Largest file that is read, in bytes; unit files and crontabs are far smaller.
const LIMIT: u64 = 1 << 20;
/// Bytes of a script that can hold its `#!` line.
const SHEBANG: u64 = 256;
/// Links followed for one path, as the kernel's own limit (`path_resolution(7)`).
const MAX_LINKS: u32 = 40;

/// A root folder and everything below it. Paths are UTF-8, `/`-separated and without a leading slash.
#[derive(Clone, Copy)]
pub(super) struct Tree<'a> {
    root: &'a Path,
}

impl<'a> Tree<'a> {
    /// The tree below `root`.
    pub(super) fn new(root: &'a Path) -> Self {
        Self { root }
    }

    /// The place on this machine of a path that has been resolved.
    fn place(self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// The real path of `path`, every link followed inside the root.
    ///
    /// # Errors
    /// The first missing or closed part, or more than 40 links.
    pub(super) fn resolve(self, path: &str) -> io::Result<String> {
        let mut done: Vec<String> = Vec::new();
        let mut todo: VecDeque<String> = path.split('/').map(str::to_owned).collect();
        let mut links = 0;
        while let Some(part) = todo.pop_front() {
            match part.as_str() {
                "" | "." => continue,
                // At the root, `..` stays there, as in a chroot.
                ".." => {
                    done.pop();
                    continue;
                }
                _ => done.push(part),
            }
            let here = self.place(&done.join("/"));
            if !fs::symlink_metadata(&here)?.is_symlink() {
                continue;
            }
            links += 1;
            if links > MAX_LINKS {
                return Err(io::Error::other("too many links"));
            }
            let target = fs::read_link(&here)?;
            let target = target.to_str().ok_or_else(|| io::Error::other("link target is not UTF-8"))?;
            done.pop();
            if target.starts_with('/') {
                done.clear();
            }
            for part in target.split('/').rev() {
                todo.push_front(part.to_owned());
            }
        }
        Ok(done.join("/"))
    }

    /// The path with its folder resolved and its last part as it stands, so that a link keeps its own name.
    pub(super) fn resolve_folder(self, path: &str) -> io::Result<String> {
        let trimmed = path.trim_matches('/');
        match trimmed.rsplit_once('/') {
            Some((folder, name)) => self.resolve(folder).map(|folder| join(&folder, name)),
            None => Ok(trimmed.to_owned()),
        }
    }

    /// What a link says, if `path` is one.
    pub(super) fn link(self, path: &str) -> Option<String> {
        let path = self.resolve_folder(path).ok()?;
        fs::read_link(self.place(&path)).ok()?.to_str().map(str::to_owned)
    }

    /// Metadata of what `path` leads to.
    fn metadata(self, path: &str) -> Option<Metadata> {
        self.resolve(path).ok().and_then(|path| fs::symlink_metadata(self.place(&path)).ok())
    }

    /// Whether `path` leads to anything.
    pub(super) fn exists(self, path: &str) -> bool {
        self.resolve(path).is_ok()
    }

    /// Whether `path` leads to a regular file.
    pub(super) fn is_file(self, path: &str) -> bool {
        self.metadata(path).is_some_and(|meta| meta.is_file())
    }

    /// Whether `path` leads to a regular file without content.
    pub(super) fn is_empty_file(self, path: &str) -> bool {
        self.metadata(path).is_some_and(|meta| meta.is_file() && meta.len() == 0)
    }

    /// Whether `path` leads to a regular file that somebody may execute.
    pub(super) fn is_executable(self, path: &str) -> bool {
        self.metadata(path).is_some_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
    }

    /// Names in a folder that are UTF-8, sorted; none if it is missing. A closed folder is a problem.
    pub(super) fn list(self, folder: &str, closed: Code, problems: &mut Vec<Problem>) -> Vec<String> {
        let read = self.resolve(folder).and_then(|path| fs::read_dir(self.place(&path)));
        let mut names: Vec<String> = match read {
            Ok(entries) => entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect(),
            Err(error) => {
                self.complain(folder, closed, &error, problems);
                Vec::new()
            }
        };
        names.sort_unstable();
        names
    }

    /// The text of a file of at most 1 MiB; bytes that are not UTF-8 become U+FFFD. None if it is missing; every other
    /// hindrance is a problem.
    pub(super) fn text(self, path: &str, problems: &mut Vec<Problem>) -> Option<String> {
        let result = self.resolve(path).and_then(|path| open(&self.place(&path)));
        let file = match result {
            Ok(file) => file,
            Err(error) => {
                self.complain(path, Code::Unreadable, &error, problems);
                return None;
            }
        };
        if !file.metadata().is_ok_and(|meta| meta.is_file()) {
            problems.push(Problem::new(Code::NotRegular, self.shown(path), "not a regular file; not read"));
            return None;
        }
        let mut bytes = Vec::new();
        if let Err(error) = file.take(LIMIT + 1).read_to_end(&mut bytes) {
            self.complain(path, Code::Unreadable, &error, problems);
            return None;
        }
        if bytes.len() as u64 > LIMIT {
            problems.push(Problem::new(Code::TooLarge, self.shown(path), "larger than 1 MiB; not read"));
            return None;
        }
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The interpreter line of a script, without `#!`; `None` for everything that is no readable script.
    pub(super) fn shebang(self, path: &str) -> Option<String> {
        let path = self.resolve(path).ok()?;
        let file = open(&self.place(&path)).ok()?;
        if !file.metadata().ok()?.is_file() {
            return None;
        }
        let mut head = Vec::new();
        file.take(SHEBANG).read_to_end(&mut head).ok()?;
        let line = head.strip_prefix(b"#!")?.split(|&byte| byte == b'\n').next()?;
        std::str::from_utf8(line).ok().map(|line| line.trim().to_owned())
    }

    /// The path as a user reads it.
    fn shown(self, path: &str) -> String {
        self.place(path).to_string_lossy().into_owned()
    }

    /// Records a failure, unless nothing is there at all.
    fn complain(self, path: &str, code: Code, error: &io::Error, problems: &mut Vec<Problem>) {
        if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
            problems.push(Problem::new(code, self.shown(path), format!("cannot be read: {error}")));
        }
    }
}

/// Opens for reading without following a last link and without waiting on a FIFO.
fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

/// A folder and a name in it, where the folder may be the root.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The last part of a path.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn sample() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("usr/sbin")).unwrap();
        fs::write(dir.path().join("usr/sbin/real"), "#!/bin/sh -e\n").unwrap();
        symlink("usr/sbin", dir.path().join("sbin")).unwrap();
        symlink("/usr/sbin/real", dir.path().join("usr/sbin/absolute")).unwrap();
        symlink("../../../../../../usr/sbin/real", dir.path().join("usr/sbin/climbing")).unwrap();
        symlink("loop", dir.path().join("usr/sbin/loop")).unwrap();
        dir
    }

    #[test]
    fn links_stay_inside_the_root() {
        let dir = sample();
        let tree = Tree::new(dir.path());
        for path in ["usr/sbin/real", "/sbin/real", "sbin/absolute", "sbin/climbing", "../../sbin/./real"] {
            assert_eq!(tree.resolve(path).unwrap(), "usr/sbin/real", "{path}");
        }
        assert_eq!(tree.resolve_folder("/sbin/absolute").unwrap(), "usr/sbin/absolute");
        assert_eq!(tree.shebang("sbin/absolute").as_deref(), Some("/bin/sh -e"));
    }

    #[test]
    fn a_link_loop_ends_and_is_told() {
        let dir = sample();
        let mut problems = Vec::new();
        assert_eq!(Tree::new(dir.path()).text("usr/sbin/loop", &mut problems), None);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].code, Code::Unreadable);
    }

    #[test]
    fn what_is_missing_is_silent_and_what_is_no_file_is_told() {
        let dir = sample();
        let fifo = dir.path().join("fifo");
        rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, Mode::RUSR).unwrap();
        let tree = Tree::new(dir.path());
        let mut problems = Vec::new();
        assert_eq!(tree.text("no/such/file", &mut problems), None);
        assert!(problems.is_empty());
        assert_eq!(tree.text("fifo", &mut problems), None);
        assert_eq!(problems[0].code, Code::NotRegular);
    }

    #[test]
    fn a_file_above_the_limit_is_not_read() {
        let dir = sample();
        File::create(dir.path().join("big")).unwrap().set_len(LIMIT + 1).unwrap();
        let mut problems = Vec::new();
        assert_eq!(Tree::new(dir.path()).text("big", &mut problems), None);
        assert_eq!(problems[0].code, Code::TooLarge);
    }
}
