//! Puts together what the running system says, and names what this user could not see. Gives nothing for a root that is
//! not this process's own: in a mounted image nothing runs, and nothing is guessed.

use super::proc_files::{Proc, read};
use super::processes::{Host, Processes};
use super::sockets::Sockets;
use super::tree::Tree;
use super::units::Starters;
use super::{by_unit, cgroup, stale};
use crate::model::{RuntimeFacts, RuntimeView};
use crate::problem::{Code, Problem};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The live facts of `root`; `None` unless it is the root of this very process and its /proc is a proc file system.
///
/// What /proc closes to this user is told by `view`, by `root_could_change` and by a problem. Units and crontabs, which
/// are files, are among the facts; [`units`](super::units()) gives them for a root that does not run.
pub fn observe(root: &Path, problems: &mut Vec<Problem>) -> Option<RuntimeFacts> {
    let proc = root.join("proc");
    if !is_running_root(root, &proc) {
        return None;
    }
    Some(facts(Host { root, proc: Proc::new(&proc), own: Some(std::process::id()) }, problems))
}

fn is_running_root(root: &Path, proc: &Path) -> bool {
    let identity = |path: &Path| fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()));
    let own = identity(root).is_some() && identity(root) == identity(Path::new("/"));
    own && rustix::fs::statfs(proc).is_ok_and(|status| status.f_type == rustix::fs::PROC_SUPER_MAGIC)
}

fn facts(host: Host<'_>, problems: &mut Vec<Problem>) -> RuntimeFacts {
    let before = problems.len();
    let starters = Starters::read(host.root, problems);
    let spools = problems.iter().skip(before).filter(|problem| problem.code == Code::RuntimeClosed).count();
    let tree = Tree::new(host.root);
    let mut processes = Processes::read(host);
    by_unit::name_closed(tree, &starters, &mut processes);
    let mut sockets = Sockets::read(host.proc, &processes);
    by_unit::name_activated(tree, &starters, &mut sockets.listeners);
    let (stale, unmapped) = stale::stale(host.root, host.proc, &processes);
    let closed = closed(host.proc, &processes, &sockets, unmapped, spools);
    let root_could_change = tell(host.proc, &closed, rustix::process::geteuid().is_root(), problems);
    RuntimeFacts {
        view: if closed.is_empty() { RuntimeView::Full } else { RuntimeView::Partial },
        in_container: in_container(host),
        processes: processes.folded(),
        sockets_read: sockets.read,
        listeners: sockets.listeners,
        units: starters.units,
        stale,
        kernel_release: kernel_release(host.proc),
        root_could_change,
    }
}

/// Makes a problem of what is closed, and gives the part that the superuser could change.
fn tell(proc: Proc<'_>, closed: &[String], is_root: bool, problems: &mut Vec<Problem>) -> Vec<String> {
    if closed.is_empty() {
        return Vec::new();
    }
    let (whom, next) = if is_root { ("root too", "") } else { ("this user", ": run as root to see it") };
    let text = format!("closed to {whom}: {}{next}", closed.join("; "));
    problems.push(Problem::new(Code::RuntimeClosed, proc.place("").to_string_lossy().trim_end_matches('/'), text));
    if is_root { Vec::new() } else { closed.to_vec() }
}

/// Every conclusion that rests on something closed, in words.
fn closed(proc: Proc<'_>, processes: &Processes, sockets: &Sockets, unmapped: usize, spools: usize) -> Vec<String> {
    let mut changes = Vec::new();
    let closed = processes.live.iter().filter(|live| live.closed).count() + processes.hidden;
    if closed > 0 {
        changes.push(format!("what {} of other users execute{}", counted(closed, "process", "processes"), third_person(closed)));
    }
    // With the mount option `hidepid=2` other users' processes are not even listed; the first one always runs.
    if !proc.of(1, "").exists() {
        changes.push("which processes other users run: this /proc hides them".to_owned());
    }
    if sockets.unowned_count > 0 {
        let ports: Vec<String> = sockets.unowned.iter().map(u16::to_string).collect();
        let which = if ports.len() == 1 { "port" } else { "ports" };
        let held = counted(sockets.unowned_count, "listening socket", "listening sockets");
        changes.push(format!("whose processes hold {held} ({which} {})", ports.join(", ")));
    }
    if !sockets.read {
        changes.push("which sockets are listening: the kernel's tables are closed".to_owned());
    }
    if unmapped > 0 {
        let these = counted(unmapped, "process", "processes");
        changes.push(format!("whether {these} of other users still run{} code that was replaced", third_person(unmapped)));
    }
    if spools > 0 {
        changes.push("what the users' crontabs start".to_owned());
    }
    changes
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn third_person(count: usize) -> &'static str {
    if count == 1 { "s" } else { "" }
}

/// Whether the scan runs inside a container, as engines mark it in files, control groups and the first process's
/// environment, of which only that one word is looked for.
fn in_container(host: Host<'_>) -> bool {
    let marked = [".dockerenv", "run/.containerenv", "run/systemd/container"].iter().any(|path| host.root.join(path).exists());
    let environment = || read(&host.proc.of(1, "environ")).unwrap_or_default();
    marked
        || cgroup::container(&host.proc.cgroup("1")).is_some()
        || environment().split('\0').any(|it| it.starts_with("container="))
}

fn kernel_release(proc: Proc<'_>) -> Option<String> {
    let text = read(&proc.place("sys/kernel/osrelease")).ok()?;
    Some(text.trim().to_owned()).filter(|release| !release.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::fake::FakeHost;
    use super::*;

    #[test]
    fn another_root_is_never_observed() {
        let host = FakeHost::new();
        assert_eq!(observe(host.root(), &mut Vec::new()), None);
    }

    #[test]
    fn the_running_root_is_observed_under_any_of_its_names() {
        let uname = std::process::Command::new("uname").arg("-r").output().unwrap();
        let release = String::from_utf8(uname.stdout).unwrap();
        for root in ["/", "/proc/self/root", "/."] {
            let facts = observe(Path::new(root), &mut Vec::new()).unwrap();
            assert!(facts.sockets_read, "{root}");
            assert_eq!(facts.kernel_release.as_deref(), Some(release.trim()), "{root}");
        }
    }

    #[test]
    fn engines_mark_their_containers() {
        let marks: [(&str, &str); 5] = [
            (".dockerenv", ""),
            ("run/.containerenv", ""),
            ("run/systemd/container", "lxc"),
            ("proc/1/cgroup", "0::/docker/0123456789ab\n"),
            ("proc/1/environ", "A=b\0container=lxc\0"),
        ];
        assert!(!in_container(FakeHost::new().file("proc/1/environ", "X=container=\0").host()));
        for (path, text) in marks {
            assert!(in_container(FakeHost::new().file(path, text).host()), "{path}");
        }
    }

    #[test]
    fn what_is_closed_is_said_in_words() {
        let host = FakeHost::new();
        host.process(1, 0, "init", "sbin/init", &["init"], "/init.scope");
        let mut processes = host.processes();
        processes.hidden = 41;
        let sockets = Sockets { read: true, unowned: [22, 80].into(), unowned_count: 3, ..Sockets::default() };
        let said = closed(host.host().proc, &processes, &sockets, 1, 1);
        let expected = [
            "what 41 processes of other users execute",
            "whose processes hold 3 listening sockets (ports 22, 80)",
            "whether 1 process of other users still runs code that was replaced",
            "what the users' crontabs start",
        ];
        assert_eq!(said, expected);
        processes.hidden = 0;
        let sockets = Sockets { read: true, ..Sockets::default() };
        assert!(closed(host.host().proc, &processes, &sockets, 0, 0).is_empty());
    }

    #[test]
    fn root_is_not_told_to_become_root() {
        let host = FakeHost::new();
        let closed = ["what 2 processes of other users execute".to_owned()];
        let mut problems = Vec::new();
        assert_eq!(tell(host.host().proc, &closed, false, &mut problems), closed);
        assert!(tell(host.host().proc, &closed, true, &mut problems).is_empty());
        let texts: Vec<&str> = problems.iter().map(|problem| problem.text.as_str()).collect();
        let expected = [
            "closed to this user: what 2 processes of other users execute: run as root to see it",
            "closed to root too: what 2 processes of other users execute",
        ];
        assert_eq!(texts, expected);
    }
}
