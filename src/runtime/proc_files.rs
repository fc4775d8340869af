//! Reads the files of a /proc file system (proc(5)), or of a folder in its shape. Tells what is closed to this user from
//! what went away, and gives bytes, not meaning.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Largest file that is read at once, in bytes; a command line can be long, all else is short.
const LIMIT: u64 = 1 << 20;
/// Most bytes of a file that is read line by line: socket tables and memory maps of the busiest hosts are smaller.
const LINES_LIMIT: u64 = 1 << 30;
/// `PF_KTHREAD` of the kernel's `include/linux/sched.h`.
const KERNEL_THREAD: u64 = 0x0020_0000;

/// A /proc folder.
#[derive(Clone, Copy)]
pub(super) struct Proc<'a> {
    folder: &'a Path,
}

/// The first fields of `/proc/PID/stat` that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    /// Process name of at most 15 bytes.
    pub(super) name: String,
    /// Parent's id.
    pub(super) parent: u32,
    /// Whether it is a thread of the kernel, or has ended and only waits to be noticed.
    pub(super) runs_nothing: bool,
}

/// Whether an error says that only this user may not look.
pub(super) fn is_closed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied
}

impl<'a> Proc<'a> {
    /// The folder, which is `/proc` outside tests.
    pub(super) fn new(folder: &'a Path) -> Self {
        Self { folder }
    }

    /// Place of a file.
    pub(super) fn place(self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// Place of a process's file.
    pub(super) fn of(self, pid: u32, file: &str) -> PathBuf {
        self.folder.join(pid.to_string()).join(file)
    }

    /// Ids of the processes that are shown, ascending.
    pub(super) fn pids(self) -> Vec<u32> {
        let entries = fs::read_dir(self.folder).into_iter().flatten().flatten();
        let mut pids: Vec<u32> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
        pids.sort_unstable();
        pids
    }

    /// `/proc/PID/stat`; `None` inside `Ok` if it is not in its format.
    pub(super) fn stat(self, pid: u32) -> io::Result<Option<Stat>> {
        read(&self.of(pid, "stat")).map(|text| parse_stat(&text))
    }

    /// The words of a command line; empty if closed or gone.
    pub(super) fn command_line(self, pid: u32) -> Vec<String> {
        let text = read(&self.of(pid, "cmdline")).unwrap_or_default();
        text.trim_end_matches('\0').split('\0').map(str::to_owned).collect()
    }

    /// The text of `/proc/PID/cgroup`; empty if closed or gone.
    pub(super) fn cgroup(self, process: &str) -> String {
        read(&self.place(process).join("cgroup")).unwrap_or_default()
    }

    /// The effective user id of a process.
    pub(super) fn user(self, pid: u32) -> Option<u32> {
        let text = read(&self.of(pid, "status")).ok()?;
        text.lines().find_map(|line| line.strip_prefix("Uid:"))?.split_whitespace().nth(1)?.parse().ok()
    }

    /// Inodes of the sockets that a process holds, ascending.
    pub(super) fn sockets(self, pid: u32) -> io::Result<Vec<u64>> {
        let entries = fs::read_dir(self.of(pid, "fd"))?.flatten();
        let mut inodes: Vec<u64> = entries
            .filter_map(|entry| {
                let target = fs::read_link(entry.path()).ok()?;
                target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
            })
            .collect();
        inodes.sort_unstable();
        inodes.dedup();
        Ok(inodes)
    }
}

/// A whole short file; bytes that are not UTF-8 become U+FFFD.
pub(super) fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LIMIT).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Gives each line of a file that may be long, without keeping it.
pub(super) fn each_line(path: &Path, mut take: impl FnMut(&str)) -> io::Result<()> {
    let mut reader = BufReader::new(File::open(path)?.take(LINES_LIMIT));
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        take(String::from_utf8_lossy(&line).trim_end_matches('\n'));
        line.clear();
    }
    Ok(())
}

/// The name stands in parentheses and may hold any others, so its end is the last one.
fn parse_stat(text: &str) -> Option<Stat> {
    let (head, rest) = text.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let state = fields.first()?;
    let flags: u64 = fields.get(6)?.parse().ok()?;
    let runs_nothing = flags & KERNEL_THREAD != 0 || matches!(*state, "Z" | "X" | "x");
    Some(Stat { name, parent: fields.get(1)?.parse().ok()?, runs_nothing })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_parentheses_and_blanks() {
        let stat = parse_stat("42 (a) (b) S 7 42 42 0 -1 4194304 1 2").unwrap();
        assert_eq!(stat, Stat { name: "a) (b".to_owned(), parent: 7, runs_nothing: false });
    }

    #[test]
    fn kernel_threads_and_ended_processes_run_nothing() {
        assert!(parse_stat("2 (kthreadd) S 0 0 0 0 -1 2129984 0").unwrap().runs_nothing);
        assert!(parse_stat("9 (x) Z 1 9 9 0 -1 4194304 0").unwrap().runs_nothing);
        assert_eq!(parse_stat("9 (x"), None);
    }
}
