//! Names, from the units' files, what /proc does not tell: the executable of a process that is closed to this user, and the
//! service behind a socket that systemd keeps for it. Where a unit leaves a choice, nothing is named.

use super::processes::Processes;
use super::tree::{Tree, base_name};
use super::units::Starters;
use crate::model::{Listener, Unit};
use std::collections::BTreeSet;

/// The kernel keeps this many bytes of a process's name.
const NAME_BYTES: usize = 15;
/// The unit of systemd itself.
const SYSTEMD: &str = "init.scope";

/// Names closed executables: the program of the unit that bears the process's name.
pub(super) fn name_closed(tree: Tree<'_>, starters: &Starters, processes: &mut Processes) {
    for live in processes.live.iter_mut().filter(|live| live.closed && !live.process.in_container) {
        let Some(unit) = find(starters, live.process.unit.as_deref()) else { continue };
        let bears_name = |path: &&String| {
            let base = base_name(path).as_bytes();
            base.get(..NAME_BYTES).unwrap_or(base) == live.process.name.as_bytes()
        };
        live.process.executable = only_program(tree, unit.starts.iter().filter(bears_name));
    }
}

/// Gives the sockets that systemd holds, or nobody that may be seen, to the service that they start.
pub(super) fn name_activated(tree: Tree<'_>, starters: &Starters, listeners: &mut [Listener]) {
    for listener in listeners {
        let of_systemd = listener.unit.as_deref().is_none_or(|unit| unit == SYSTEMD);
        let unknown = listener.executable.is_none() || listener.executable.as_deref().map(base_name) == Some("systemd");
        let Some(service) = starters.activated.get(&(listener.protocol, listener.port)).filter(|_| of_systemd && unknown) else {
            continue;
        };
        listener.executable = find(starters, Some(service)).and_then(|unit| only_program(tree, unit.starts.iter()));
        listener.unit = Some(service.clone());
    }
}

fn find<'a>(starters: &'a Starters, unit: Option<&str>) -> Option<&'a Unit> {
    starters.units.iter().find(|it| Some(it.name.as_str()) == unit)
}

/// The real file of all these paths, if it is one.
fn only_program<'a>(tree: Tree<'_>, paths: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut real: BTreeSet<String> = paths.filter_map(|path| tree.resolve(path).ok()).collect();
    real.pop_first().filter(|_| real.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::fake::FakeHost;
    use super::*;

    const UNITS: &str = "usr/lib/systemd/system";

    fn host() -> FakeHost {
        let host = FakeHost::new();
        host.file(&format!("{UNITS}/ssh.service"), "[Service]\nExecStart=/usr/sbin/sshd -D\n");
        host.file(&format!("{UNITS}/ssh.socket"), "[Socket]\nListenStream=22\nListenStream=/run/ssh\n");
        host.file(&format!("{UNITS}/redis.service"), "[Service]\nExecStart=/usr/bin/redis-server\nExecStart=/usr/bin/other\n");
        host.link("etc/systemd/system/sockets.target.wants/ssh.socket", format!("/{UNITS}/ssh.socket"));
        host.file("usr/sbin/sshd", "").file("usr/bin/redis-check-rdb", "").file("usr/bin/other", "");
        host.link("usr/bin/redis-server", "redis-check-rdb");
        host
    }

    #[test]
    fn a_closed_process_is_the_program_of_its_unit_that_bears_its_name() {
        let host = host();
        host.process(9, 1, "redis-server", "x", &["x"], "/system.slice/redis.service");
        host.process(10, 1, "helper", "x", &["x"], "/system.slice/redis.service");
        let mut processes = host.processes();
        for live in &mut processes.live {
            live.closed = true;
            live.process.executable = None;
        }
        name_closed(Tree::new(host.root()), &Starters::read(host.root(), &mut Vec::new()), &mut processes);
        let named: Vec<_> = processes.live.into_iter().map(|live| live.process.executable).collect();
        assert_eq!(named, [Some("usr/bin/redis-check-rdb".to_owned()), None]);
    }

    #[test]
    fn a_socket_that_systemd_holds_is_its_service_s() {
        let host = host();
        let listener = |port, executable: &str, unit: &str| Listener {
            protocol: "tcp",
            address: "0.0.0.0".to_owned(),
            port,
            loopback: false,
            executable: Some(executable.to_owned()),
            script: None,
            unit: Some(unit.to_owned()),
        };
        let systemd = "usr/lib/systemd/systemd";
        let mut listeners =
            [listener(22, systemd, SYSTEMD), listener(23, systemd, SYSTEMD), listener(22, "usr/sbin/other", "other.service")];
        let expected = [
            listener(22, "usr/sbin/sshd", "ssh.service"),
            listener(23, systemd, SYSTEMD),
            listener(22, "usr/sbin/other", "other.service"),
        ];
        name_activated(Tree::new(host.root()), &Starters::read(host.root(), &mut Vec::new()), &mut listeners);
        assert_eq!(listeners, expected);
    }
}
