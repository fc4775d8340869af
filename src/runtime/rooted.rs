//! Which processes have their root in a folder of this host: what runs in a chroot, in a service with `RootDirectory=`, in a
//! system that systemd-nspawn started.

use super::cgroup;
use super::proc_files::Proc;
use super::processes::{Host, Processes, identity, script};
use super::tree::join;
use crate::model::Process;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The processes of the live host `root` whose root is one of `folders`, by that folder; paths are relative to `root`. One whose
/// root is closed to this user is left out.
#[must_use]
pub fn rooted(root: &Path, folders: &[PathBuf]) -> BTreeMap<PathBuf, Vec<Process>> {
    let proc = root.join("proc");
    of(Host { root, proc: Proc::new(&proc), own: Some(std::process::id()) }, folders)
}

fn of(host: Host<'_>, folders: &[PathBuf]) -> BTreeMap<PathBuf, Vec<Process>> {
    let known: BTreeMap<_, _> = folders.iter().filter_map(|folder| Some((identity(&host.root.join(folder))?, folder))).collect();
    let mut found: BTreeMap<PathBuf, Processes> = BTreeMap::new();
    for live in Processes::read(host).live {
        let root = identity(&host.proc.of(live.pid, "root"));
        let Some(folder) = root.and_then(|root| known.get(&root)) else { continue };
        let executable = live.process.executable.as_deref();
        let below = |path: String| join(&folder.to_string_lossy(), &path);
        // What an interpreter runs is looked for in the process's own root; the name of a module has no place.
        let script = script(host, live.pid, executable, true);
        let script = script.map(|script| if is_file(host, live.pid, &script) { below(script) } else { script });
        // The kernel shows the path from this root, or, where the folder is mounted elsewhere, from the process's own.
        let executable =
            live.process.executable.map(|path| if Path::new(&path).starts_with(folder) { path } else { below(path) });
        let unit = cgroup::unit(&host.proc.cgroup(&live.pid.to_string()), false);
        let process = Process { executable, called: None, script, unit, in_container: false, container: None, ..live.process };
        found.entry((*folder).clone()).or_default().live.push(super::processes::Live { process, ..live });
    }
    found.into_iter().map(|(folder, processes)| (folder, processes.folded())).collect()
}

fn is_file(host: Host<'_>, pid: u32, script: &str) -> bool {
    host.proc.of(pid, "root").join(script).is_file()
}

#[cfg(test)]
mod tests {
    use super::super::fake::FakeHost;
    use super::*;
    use std::fs;

    #[test]
    fn a_process_is_of_the_folder_that_is_its_root() {
        let host = FakeHost::new();
        host.file("srv/jail/usr/bin/python3", "").file("srv/jail/srv/app.py", "").file("srv/app.py", "");
        // As a chroot, as a mount of its own, and from outside.
        host.process(10, 1, "python3", "srv/jail/usr/bin/python3", &["python3", "/srv/app.py"], "/");
        host.process(11, 1, "y", "bin/y", &["y"], "/system.slice/y.service").file("srv/jail/bin/y", "");
        host.process(12, 1, "z", "srv/jail/bin/y", &["z"], "/");
        for pid in [10, 11] {
            fs::remove_file(host.root().join(format!("proc/{pid}/root"))).unwrap();
            host.link(&format!("proc/{pid}/root"), host.root().join("srv/jail"));
        }
        let found = of(host.host(), &["srv/jail", "srv/other"].map(PathBuf::from));
        let shown: Vec<_> = found
            .iter()
            .flat_map(|(folder, processes)| processes.iter().map(move |process| (folder, process)))
            .map(|(folder, it)| (folder.to_str(), it.executable.as_deref(), it.script.as_deref(), it.unit.as_deref(), it.count))
            .collect();
        let expected = [
            (Some("srv/jail"), Some("srv/jail/bin/y"), None, Some("y.service"), 1),
            (Some("srv/jail"), Some("srv/jail/usr/bin/python3"), Some("srv/jail/srv/app.py"), None, 1),
        ];
        assert_eq!(shown, expected);
    }
}
