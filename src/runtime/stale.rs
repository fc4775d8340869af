//! Finds processes that still run code which was replaced on disk, so that a restart would update them. Says nothing of
//! scripts, which keep no file mapped, and nothing of containers, whose files an update of the host does not touch.

use super::proc_files::{Proc, each_line, is_closed};
use super::processes::{DELETED, Processes, below};
use crate::model::{Process, StaleProcess};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Where programs map and delete files of their own making: shared memory, scratch space, devices.
const SCRATCH: &[&str] =
    &["memfd:", "dev/", "SYSV", "run/", "tmp/", "var/tmp/", "var/run/", "[", "anon_hugepage", "i915", "drm "];

/// Stale processes, one entry a unit, and how many processes were closed to this user.
pub(super) fn stale(root: &Path, proc: Proc<'_>, processes: &Processes) -> (Vec<StaleProcess>, usize) {
    let mut closed = 0;
    let mut groups: BTreeMap<(Option<&str>, &str), StaleProcess> = BTreeMap::new();
    for live in processes.live.iter().filter(|live| !live.process.in_container) {
        let mut replaced = BTreeSet::new();
        let mapped = each_line(&proc.of(live.pid, "maps"), |line| {
            replaced.extend(deleted_code(line).map(|path| below(root, Path::new(path))));
        });
        closed += usize::from(mapped.is_err_and(|error| is_closed(&error)));
        replaced.extend(live.process.executable.clone().filter(|_| live.replaced));
        replaced.retain(|path| !SCRATCH.iter().any(|scratch| path.starts_with(scratch)));
        if !replaced.is_empty() {
            let Process { name, unit, .. } = &live.process;
            // Within a unit the process with the lowest id gives the name: the first that was read.
            let key = (unit.as_deref(), if unit.is_some() { "" } else { name.as_str() });
            let new = || StaleProcess { name: name.clone(), unit: unit.clone(), replaced: Vec::new() };
            groups.entry(key).or_insert_with(new).replaced.extend(replaced);
        }
    }
    let mut found: Vec<StaleProcess> = groups.into_values().collect();
    for stale in &mut found {
        stale.replaced.sort_unstable();
        stale.replaced.dedup();
    }
    found.sort_unstable();
    (found, closed)
}

/// The file of a line of `/proc/PID/maps` that is mapped as code and deleted.
fn deleted_code(line: &str) -> Option<&str> {
    let mut rest = line;
    let mut permissions = "";
    for field in 0..5 {
        let (word, tail) = rest.split_once(' ')?;
        if field == 1 {
            permissions = word;
        }
        rest = tail;
    }
    let path = rest.trim_start().strip_suffix(DELETED)?;
    (permissions.starts_with("r-x") && path.starts_with('/')).then(|| settled(path))
}

/// The path that a file has once its package manager is done: dpkg unpacks beside it, rpm adds `;` and eight digits.
fn settled(path: &str) -> &str {
    let path = path.strip_suffix(".dpkg-new").or_else(|| path.strip_suffix(".dpkg-tmp")).unwrap_or(path);
    match path.rsplit_once(';') {
        Some((file, mark)) if mark.len() == 8 && mark.bytes().all(|byte| byte.is_ascii_hexdigit()) => file,
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fake::FakeHost;
    use super::*;

    #[test]
    fn only_deleted_files_that_are_mapped_as_code_count() {
        let cases = [
            ("7f0-7f1 r-xp 00000000 08:01 131 /usr/lib/libssl.so.3 (deleted)", Some("/usr/lib/libssl.so.3")),
            ("7f0-7f1 r-xp 00000000 08:01 131      /opt/my app/a (deleted)", Some("/opt/my app/a")),
            ("7f0-7f1 r-xp 00000000 08:01 131 /usr/lib/libssl.so.3;5f3a9c01 (deleted)", Some("/usr/lib/libssl.so.3")),
            ("7f0-7f1 r-xp 00000000 08:01 131 /usr/lib/libssl.so.3.dpkg-new (deleted)", Some("/usr/lib/libssl.so.3")),
            ("7f0-7f1 r--p 00000000 08:01 131 /usr/lib/libssl.so.3 (deleted)", None),
            ("7f0-7f1 r-xp 00000000 08:01 131 /usr/lib/libssl.so.3", None),
            ("7f0-7f1 r-xp 00000000 00:00 0 ", None),
            ("7f0-7f1 r-xp 00000000 00:00 0 [vdso]", None),
            ("garbage", None),
        ];
        for (line, expected) in cases {
            assert_eq!(deleted_code(line), expected, "{line}");
        }
    }

    #[test]
    fn one_restart_is_one_entry_and_scratch_files_and_containers_are_none() {
        let host = FakeHost::new();
        let maps = |path: &str| format!("1-2 r-xp 0 08:01 9 {}/{path} (deleted)\n", host.root().display());
        host.process(10, 1, "master", "usr/sbin/a (deleted)", &["a"], "/system.slice/a.service");
        host.process(11, 10, "worker", "usr/sbin/a (deleted)", &["a"], "/system.slice/a.service");
        host.file("proc/11/maps", &(maps("usr/lib/libb.so.1") + &maps("tmp/jna1.so") + &maps("memfd:jit")));
        host.process(12, 1, "c", "usr/bin/c", &["c"], "/system.slice/docker-0123456789ab.scope");
        host.file("proc/12/maps", &maps("usr/lib/libb.so.1"));
        let (found, closed) = stale(host.root(), host.host().proc, &host.processes());
        let expected = StaleProcess {
            name: "master".to_owned(),
            unit: Some("a.service".to_owned()),
            replaced: vec!["usr/lib/libb.so.1".to_owned(), "usr/sbin/a".to_owned()],
        };
        assert_eq!((found, closed), (vec![expected], 0));
    }
}
