//! Tells what each live process executes, for which unit, and whether on the host or in one of its containers.
//! Keeps no argument and no environment: of a command line only the script, module or class that an interpreter runs.

use super::cgroup;
use super::interpreter::{self, Family, Program};
use super::proc_files::{Proc, is_closed};
use super::tree::{Tree, base_name, join};
use crate::model::Process;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What the kernel appends to the path of a file that has no name any more.
pub(super) const DELETED: &str = " (deleted)";

/// The system that is looked at.
#[derive(Clone, Copy)]
pub(super) struct Host<'a> {
    /// Its root.
    pub(super) root: &'a Path,
    /// Its /proc.
    pub(super) proc: Proc<'a>,
    /// This process, which is no finding, nor is what it started.
    pub(super) own: Option<u32>,
}

/// A live process with what only this module's neighbours ask.
#[derive(Clone, Debug)]
pub(super) struct Live {
    /// Its id.
    pub(super) pid: u32,
    /// Its parent's id.
    pub(super) parent: u32,
    /// Its effective user.
    pub(super) user: Option<u32>,
    /// Whether its executable was replaced on disk.
    pub(super) replaced: bool,
    /// Whether its executable is closed to this user.
    pub(super) closed: bool,
    /// What it is, counted once.
    pub(super) process: Process,
}

/// The processes of a host.
#[derive(Debug, Default)]
pub(super) struct Processes {
    /// By ascending id.
    pub(super) live: Vec<Live>,
    /// How many do not even show their names.
    pub(super) hidden: usize,
}

impl Processes {
    /// Reads every process but the kernel's threads, this one and its descendants. One that ends meanwhile is left out.
    pub(super) fn read(host: Host<'_>) -> Self {
        let own_cgroup = host.proc.cgroup("self");
        let own_container = cgroup::container(&own_cgroup);
        let mut found = Self::default();
        let mut excluded: BTreeSet<u32> = host.own.into_iter().collect();
        let mut parents = BTreeMap::new();
        for pid in host.proc.pids() {
            match host.proc.stat(pid) {
                Ok(Some(stat)) => {
                    parents.insert(pid, stat.parent);
                    if !stat.runs_nothing {
                        found.live.extend(live(host, pid, stat.parent, stat.name, own_container));
                    }
                }
                Err(error) if is_closed(&error) => found.hidden += 1,
                Ok(None) | Err(_) => {}
            }
        }
        // Ids wrap around, so a child may come before its parent.
        while let Some((&child, _)) = parents.iter().find(|(pid, parent)| excluded.contains(parent) && !excluded.contains(pid)) {
            excluded.insert(child);
        }
        found.live.retain(|live| !excluded.contains(&live.pid));
        found
    }

    /// The processes with equal ones counted together, sorted.
    pub(super) fn folded(&self) -> Vec<Process> {
        let mut counts: BTreeMap<&Process, u32> = BTreeMap::new();
        for live in &self.live {
            *counts.entry(&live.process).or_default() += 1;
        }
        counts.into_iter().map(|(process, count)| Process { count, ..process.clone() }).collect()
    }
}

fn live(host: Host<'_>, pid: u32, parent: u32, name: String, own_container: Option<&str>) -> Option<Live> {
    let (target, closed) = match fs::read_link(host.proc.of(pid, "exe")) {
        Ok(target) => (Some(below(host.root, &target)), false),
        Err(error) if is_closed(&error) => (None, true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(_) => return None,
    };
    let replaced = target.as_deref().is_some_and(|path| path.ends_with(DELETED));
    let executable = target.map(|path| path.trim_end_matches(DELETED).to_owned());
    let groups = host.proc.cgroup(&pid.to_string());
    let container = cgroup::container(&groups);
    let in_container = (container.is_some() && container != own_container) || has_other_root(host, pid, executable.as_deref());
    let script = script(host, pid, executable.as_deref(), in_container);
    let unit = cgroup::unit(&groups, in_container);
    let called = if in_container { None } else { executable.as_deref().and_then(|path| called(host, path, &name)) };
    // An executable that lives in memory only is no file of anybody.
    let executable = executable.filter(|path| !path.starts_with("memfd:"));
    let container = container.filter(|_| in_container).map(str::to_owned);
    let process = Process { executable, called, name, script, unit, in_container, container, count: 1 };
    Some(Live { pid, parent, user: host.proc.user(pid), replaced, closed, process })
}

/// A path of the kernel's as one below the root, without a leading slash.
pub(super) fn below(root: &Path, path: &Path) -> String {
    let inner = path.strip_prefix(root).unwrap_or(path).to_string_lossy();
    inner.trim_start_matches('/').to_owned()
}

/// Whether its root is another than the host's and its executable is not the host's file.
///
/// A mount namespace of its own proves nothing: systemd gives one to every service with `PrivateTmp=`, and snaps see
/// their own files under the host's paths.
fn has_other_root(host: Host<'_>, pid: u32, executable: Option<&str>) -> bool {
    let Some(root) = identity(&host.proc.of(pid, "root")) else { return false };
    if Some(root) == identity(host.root) {
        return false;
    }
    let running = identity(&host.proc.of(pid, "exe"));
    running.is_none() || running != executable.and_then(|path| identity(&host.root.join(path)))
}

/// The link beside the executable that bears the process's name, which the kernel cuts after 15 bytes.
fn called(host: Host<'_>, executable: &str, name: &str) -> Option<String> {
    let (folder, base) = executable.rsplit_once('/')?;
    let link = join(folder, name);
    let leads_there =
        base != name && !name.contains('/') && Tree::new(host.root).resolve(&link).is_ok_and(|real| real == executable);
    leads_there.then_some(link)
}

/// Device and inode of what a path leads to.
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}

/// What the process's interpreter runs, if it is one: a file that is there, below the process's root, or a name.
pub(super) fn script(host: Host<'_>, pid: u32, executable: Option<&str>, in_container: bool) -> Option<String> {
    let mut words = host.proc.command_line(pid);
    // A process that gave itself a title has it as one word.
    if let [title] = words.as_slice() {
        words = title.split_whitespace().map(str::to_owned).collect();
    }
    let (called, args) = words.split_first()?;
    let own_name = executable.map_or(base_name(called), base_name);
    let family = Family::of(if own_name == "busybox" { base_name(called) } else { own_name })?;
    let process_root = host.proc.of(pid, "root");
    let tree = Tree::new(if in_container { &process_root } else { host.root });
    // A word that leads nowhere is no script but an argument, and those are never kept.
    let real = |path: &str| tree.resolve(path).ok().filter(|real| !real.is_empty());
    if Family::of(base_name(called)).is_none() {
        // A script that called itself by its own name: `/usr/sbin/spamd --max-children 5`.
        return real(called).filter(|path| called.starts_with('/') && tree.is_file(path) && Some(path.as_str()) != executable);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match interpreter::program(family, &args)? {
        Program::Name(name) => Some(name.to_owned()),
        Program::Text(_) => None,
        Program::File(file) if file.starts_with('/') => real(file),
        Program::File(file) => {
            let folder = fs::read_link(host.proc.of(pid, "cwd")).ok()?;
            real(&join(&below(host.root, &folder), file))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fake::FakeHost;
    use super::*;

    /// One line a process: count, executable, script, unit, place.
    fn shown(host: &FakeHost) -> Vec<String> {
        let none = || "-".to_owned();
        let line = |it: Process| {
            let place = if it.in_container { "container" } else { "host" };
            let [executable, script, unit] = [it.executable, it.script, it.unit].map(|text| text.unwrap_or_else(none));
            format!("{} {executable} {script} {unit} {place}", it.count)
        };
        host.processes().folded().into_iter().map(line).collect()
    }

    #[test]
    fn equal_processes_are_counted_and_kernel_threads_are_not_there() {
        let host = FakeHost::new();
        for pid in [10, 11, 12] {
            host.process(pid, 1, "nginx", "usr/sbin/nginx", &["nginx: worker process"], "/system.slice/nginx.service");
        }
        host.file("proc/2/stat", "2 (kthreadd) S 0 0 0 0 -1 2129984 0");
        assert_eq!(shown(&host), ["3 usr/sbin/nginx - nginx.service host"]);
    }

    #[test]
    fn a_replaced_executable_keeps_its_path() {
        let host = FakeHost::new();
        host.process(10, 1, "sshd", "usr/sbin/sshd (deleted)", &["sshd"], "/system.slice/ssh.service");
        assert_eq!(shown(&host), ["1 usr/sbin/sshd - ssh.service host"]);
        assert!(host.processes().live[0].replaced);
    }

    #[test]
    fn a_program_with_several_names_keeps_the_one_it_was_called_by() {
        let host = FakeHost::new();
        host.file("usr/bin/redis-check-rdb", "").link("usr/bin/redis-server", "redis-check-rdb");
        host.process(10, 1, "redis-server", "usr/bin/redis-check-rdb", &["x"], "/");
        host.process(11, 1, "worker", "usr/bin/redis-check-rdb", &["x"], "/");
        let called: Vec<_> = host.processes().live.into_iter().map(|live| live.process.called).collect();
        assert_eq!(called, [Some("usr/bin/redis-server".to_owned()), None]);
    }

    #[test]
    fn a_container_is_told_by_its_control_group_or_by_its_root() {
        let host = FakeHost::new();
        host.process(10, 1, "redis", "usr/bin/redis", &["redis"], "/system.slice/docker-0123456789ab.scope");
        host.process(11, 1, "chroot", "srv/jail/bin/x", &["x"], "/").file("srv/jail/bin/x", "");
        host.process(12, 1, "jailed", "bin/y", &["y"], "/").file("srv/jail/bin/y", "");
        for pid in [11, 12] {
            fs::remove_file(host.root().join(format!("proc/{pid}/root"))).unwrap();
            host.link(&format!("proc/{pid}/root"), host.root().join("srv/jail"));
        }
        let expected = [
            "1 bin/y - - container",
            // The host's own file in a changed root, as of a snap.
            "1 srv/jail/bin/x - - host",
            "1 usr/bin/redis - docker-0123456789ab.scope container",
        ];
        assert_eq!(shown(&host), expected);
    }

    #[test]
    fn a_scan_inside_a_container_takes_its_own_container_for_the_host() {
        let host = FakeHost::new();
        host.file("proc/self/cgroup", "0::/docker/0123456789ab\n");
        host.process(10, 1, "a", "usr/bin/a", &["a"], "/docker/0123456789ab");
        host.process(11, 1, "b", "usr/bin/b", &["b"], "/docker/ba9876543210");
        let places: Vec<bool> = host.processes().folded().iter().map(|process| process.in_container).collect();
        assert_eq!(places, [false, true]);
    }

    #[test]
    fn scripts_are_real_files_below_the_root_or_names() {
        let cases: [(&str, &[&str], &str); 13] = [
            ("usr/bin/perl", &["/srv/app.py", "--password", "hunter2"], "srv/app.py"),
            ("usr/bin/perl", &["/srv/app.py -d --pidfile=/run/x"], "srv/app.py"),
            ("usr/bin/node", &["node /srv/app.py"], "srv/app.py"),
            ("usr/bin/ruby3.1", &["puma 5.6 (tcp://0.0.0.0:80) [app]"], "-"),
            ("usr/bin/python3.11", &["/usr/bin/python3", "-u", "app.py", "--token", "hunter2"], "srv/app.py"),
            ("usr/bin/python3.11", &["python3", "-m", "uvicorn", "x:app"], "uvicorn"),
            ("usr/lib/jvm/bin/java", &["java", "-Dp=hunter2", "-jar", "/opt/current/app.jar"], "opt/app-1/app.jar"),
            (
                "usr/lib/jvm/bin/java",
                &["java", "-cp", "x", "org.apache.catalina.startup.Bootstrap"],
                "org.apache.catalina.startup.Bootstrap",
            ),
            ("usr/bin/node", &["node", "../srv/./app.py"], "srv/app.py"),
            ("usr/bin/node", &["node", "--unknown", "hunter2", "app.py"], "-"),
            ("bin/busybox", &["sh", "/srv/app.py"], "srv/app.py"),
            ("usr/bin/dash", &["sh", "-c", "/srv/app.py"], "-"),
            ("usr/sbin/nginx", &["/usr/sbin/nginx", "app.py"], "-"),
        ];
        for (executable, command, expected) in cases {
            let host = FakeHost::new();
            host.file("srv/app.py", "").file("opt/app-1/app.jar", "").link("opt/current", "/opt/app-1");
            host.process(10, 1, "x", executable, command, "/");
            assert_eq!(shown(&host), [format!("1 {executable} {expected} - host")], "{command:?}");
        }
    }

    #[test]
    fn the_scan_and_what_it_started_are_no_findings() {
        let host = FakeHost::new();
        host.process(10, 1, "sh", "bin/sh", &["sh"], "/");
        host.process(20, 10, "underpin", "bin/underpin", &["underpin"], "/");
        host.process(5, 30, "grandchild", "bin/c", &["c"], "/");
        host.process(30, 20, "child", "bin/b", &["b"], "/");
        let found = Processes::read(Host { own: Some(20), ..host.host() });
        assert_eq!(found.live.iter().map(|live| live.pid).collect::<Vec<_>>(), [10]);
    }

    #[test]
    fn this_test_is_found_in_the_real_proc() {
        let found = Processes::read(Host { root: Path::new("/"), proc: Proc::new(Path::new("/proc")), own: None });
        let own = found.live.iter().find(|live| live.pid == std::process::id()).unwrap();
        let executable = std::env::current_exe().unwrap();
        assert_eq!(own.process.executable.as_deref(), executable.to_str().map(|path| path.trim_start_matches('/')));
        assert!(!own.process.in_container && !own.replaced && !own.closed);
    }
}
