//! Reads the kernel's tables of listening TCP and bound UDP sockets and finds who holds them. Sees the network namespace
//! of this process only; a container with a network of its own shows by what publishes its ports.

use super::proc_files::{Proc, each_line, is_closed};
use super::processes::{Live, Processes};
use crate::model::{Listener, Process};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `TCP_LISTEN` of the kernel's `include/net/tcp_states.h`.
const LISTENING: &str = "0A";
/// `TCP_CLOSE`, which for UDP is a socket without a peer.
const UNCONNECTED: &str = "07";

/// A socket that waits for others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    protocol: &'static str,
    address: IpAddr,
    port: u16,
    user: u32,
    /// 0 for a socket of the kernel's own.
    inode: u64,
}

/// What is known of the holder of a socket.
#[derive(Clone, Debug)]
struct Account {
    unit: String,
    executable: Option<String>,
    script: Option<String>,
}

/// The listeners, and what is missing of them.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    /// Whether every table could be read.
    pub(super) read: bool,
    /// Sorted, without duplicates.
    pub(super) listeners: Vec<Listener>,
    /// Ports of the sockets whose holder is closed to this user.
    pub(super) unowned: BTreeSet<u16>,
    /// How many sockets those are.
    pub(super) unowned_count: usize,
}

impl Sockets {
    /// Reads the tables and looks for the holders among `processes`.
    pub(super) fn read(proc: Proc<'_>, processes: &Processes) -> Self {
        let (rows, read) = tables(proc);
        let inodes: BTreeSet<u64> = rows.iter().map(|row| row.inode).collect();
        let (holders, closed) = holders(proc, processes, &inodes);
        let accounts = accounts(processes);
        let mut found = Self { read, ..Self::default() };
        for row in rows {
            let owner = holders.get(&row.inode).copied();
            if owner.is_none() && row.inode != 0 && (closed || processes.hidden > 0) {
                found.unowned.insert(row.port);
                found.unowned_count += 1;
            }
            let account = accounts.get(&row.user).cloned().flatten();
            found.listeners.push(listener(&row, owner.map(|live| &live.process), account));
        }
        found.listeners.sort_unstable();
        found.listeners.dedup();
        found
    }
}

fn listener(row: &Row, owner: Option<&Process>, account: Option<Account>) -> Listener {
    let (executable, script, unit) = match (owner, account) {
        // A file of a container is none of the host's; its unit still says which container.
        (Some(owner), _) if owner.in_container => (None, None, owner.unit.clone()),
        (Some(owner), _) => (owner.executable.clone(), owner.script.clone(), owner.unit.clone()),
        (None, Some(account)) => (account.executable, account.script, Some(account.unit)),
        (None, None) => (None, None, None),
    };
    Listener {
        protocol: row.protocol,
        address: row.address.to_string(),
        port: row.port,
        loopback: row.address.is_loopback(),
        executable,
        script,
        unit,
    }
}

/// The rows of every table, and whether all could be read. A kernel without IPv6 has fewer tables.
fn tables(proc: Proc<'_>) -> (Vec<Row>, bool) {
    let mut rows = Vec::new();
    let mut complete = true;
    for (file, protocol, state) in
        [("tcp", "tcp", LISTENING), ("tcp6", "tcp", LISTENING), ("udp", "udp", UNCONNECTED), ("udp6", "udp", UNCONNECTED)]
    {
        let result = each_line(&proc.place("net").join(file), |line| rows.extend(row(line, protocol, state)));
        let optional = file.ends_with('6');
        complete &= result.map_or_else(|error| optional && error.kind() == io::ErrorKind::NotFound, |()| true);
    }
    (rows, complete)
}

/// A line of a table, if it is in `state` and has no peer.
fn row(line: &str, protocol: &'static str, state: &str) -> Option<Row> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    if *fields.get(3)? != state || endpoint(fields.get(2)?)?.1 != 0 {
        return None;
    }
    let (address, port) = endpoint(fields.get(1)?)?;
    // A UDP socket that was never bound waits for nothing.
    (port != 0).then_some(())?;
    Some(Row { protocol, address, port, user: fields.get(7)?.parse().ok()?, inode: fields.get(9)?.parse().ok()? })
}

/// `0100007F:1F90`: each group of eight digits is a word in the machine's byte order, the port is a plain number.
fn endpoint(text: &str) -> Option<(IpAddr, u16)> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    matches!(address.len(), 8 | 32).then_some(())?;
    let mut bytes = Vec::new();
    for digits in address.as_bytes().chunks(8) {
        let word = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        bytes.extend(word.to_ne_bytes());
    }
    let address = match bytes.len() {
        4 => IpAddr::V4(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?)),
        16 => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?)).to_canonical(),
        _ => return None,
    };
    Some((address, port))
}

/// Who holds each socket, and whether any process did not let this user look.
///
/// Of several holders the first of its family counts: a server's workers inherit the socket from it. systemd comes last,
/// because it keeps the sockets that it passes on.
fn holders<'a>(proc: Proc<'_>, processes: &'a Processes, inodes: &BTreeSet<u64>) -> (BTreeMap<u64, &'a Live>, bool) {
    let mut all: BTreeMap<u64, Vec<&Live>> = BTreeMap::new();
    let mut closed = false;
    for live in &processes.live {
        match proc.sockets(live.pid) {
            Ok(held) => {
                held.into_iter().filter(|inode| inodes.contains(inode)).for_each(|it| all.entry(it).or_default().push(live));
            }
            Err(error) => closed |= is_closed(&error),
        }
    }
    let first = |holders: Vec<&'a Live>| {
        let pids: BTreeSet<u32> = holders.iter().map(|live| live.pid).collect();
        holders.into_iter().min_by_key(|live| (live.pid == 1, live.parent != 1 && pids.contains(&live.parent), live.pid))
    };
    (all.into_iter().filter_map(|(inode, holders)| Some((inode, first(holders)?))).collect(), closed)
}

/// What each service account runs, where all its processes are one unit's: that unit opened the account's sockets.
fn accounts(processes: &Processes) -> BTreeMap<u32, Option<Account>> {
    let mut accounts: BTreeMap<u32, Option<Account>> = BTreeMap::new();
    for live in &processes.live {
        let Some(user) = live.user.filter(|user| *user != 0) else { continue };
        let process = &live.process;
        let unit = process.unit.clone().filter(|_| !process.in_container);
        let this = unit.map(|unit| Account { unit, executable: process.executable.clone(), script: process.script.clone() });
        match (accounts.entry(user).or_insert_with(|| this.clone()), this) {
            (Some(known), Some(this)) if known.unit == this.unit => {
                known.executable.take_if(|it| this.executable.as_ref() != Some(it));
                known.script.take_if(|it| this.script.as_ref() != Some(it));
            }
            (known, _) => *known = None,
        }
    }
    accounts
}

#[cfg(test)]
mod tests {
    use super::super::fake::FakeHost;
    use super::super::processes::Host;
    use super::*;
    use std::path::Path;

    /// As the kernel of this machine would write it.
    fn hex(address: &[u8]) -> String {
        let words: Vec<String> =
            address.chunks(4).map(|word| format!("{:08X}", u32::from_ne_bytes(word.try_into().unwrap()))).collect();
        words.concat()
    }

    #[test]
    fn addresses_are_read_in_the_machine_order_and_mapped_ones_shown_as_what_they_are() {
        let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped().octets();
        let cases = [
            (hex(&[127, 0, 0, 1]), "127.0.0.1", true),
            (hex(&[0, 0, 0, 0]), "0.0.0.0", false),
            (hex(&mapped), "127.0.0.1", true),
            (hex(&Ipv6Addr::LOCALHOST.octets()), "::1", true),
            (hex(&Ipv6Addr::UNSPECIFIED.octets()), "::", false),
            (hex(&"fe80::1".parse::<Ipv6Addr>().unwrap().octets()), "fe80::1", false),
        ];
        for (text, expected, loopback) in cases {
            let (address, port) = endpoint(&format!("{text}:1F90")).unwrap();
            assert_eq!((address.to_string().as_str(), address.is_loopback(), port), (expected, loopback, 8080), "{text}");
        }
        assert_eq!(endpoint("0100:1F90"), None);
        assert_eq!(endpoint("zz"), None);
    }

    #[test]
    fn only_sockets_that_wait_for_others_count() {
        let line = |remote: &str, state: &str| {
            format!(" 0: 00000000:0035 {remote} {state} 00000000:00000000 00:00000000 00000000 101 0 777 2")
        };
        let waiting = line("00000000:0000", "0A");
        assert_eq!(row(&waiting, "tcp", LISTENING).map(|row| (row.port, row.user, row.inode)), Some((53, 101, 777)));
        assert_eq!(row(&line("00000000:0000", "01"), "tcp", LISTENING), None);
        assert_eq!(row(&line("0100007F:0035", "07"), "udp", UNCONNECTED), None);
        assert!(row(&line("00000000:0000", "07"), "udp", UNCONNECTED).is_some());
        assert_eq!(row("  sl  local_address rem_address   st", "tcp", LISTENING), None);
    }

    /// A table with one IPv4 row each: port and inode.
    fn table(rows: &[(u16, u64)]) -> String {
        let line = |(port, inode): &(u16, u64)| format!("0: 00000000:{port:04X} 00000000:0000 0A 0:0 0:0 0 33 0 {inode} 1\n");
        rows.iter().map(line).collect()
    }

    #[test]
    fn the_first_holder_of_its_family_owns_a_socket_and_systemd_comes_last() {
        let host = FakeHost::new();
        host.file("proc/net/tcp", &table(&[(80, 7), (22, 8)])).file("proc/net/udp", "");
        host.process(1, 0, "systemd", "usr/lib/systemd/systemd", &["/sbin/init"], "/init.scope");
        host.process(9, 30, "nginx", "usr/sbin/nginx-worker", &["nginx"], "/system.slice/nginx.service");
        host.process(30, 1, "nginx", "usr/sbin/nginx", &["nginx"], "/system.slice/nginx.service");
        host.process(40, 1, "sshd", "usr/sbin/sshd", &["sshd"], "/system.slice/ssh.service");
        for (pid, inode) in [(9, 7), (30, 7), (1, 8), (40, 8)] {
            host.link(&format!("proc/{pid}/fd/3"), format!("socket:[{inode}]"));
        }
        let found = Sockets::read(host.host().proc, &host.processes());
        let owners: Vec<_> =
            found.listeners.iter().map(|it| (it.port, it.executable.as_deref().unwrap(), it.unit.as_deref().unwrap())).collect();
        assert_eq!(owners, [(22, "usr/sbin/sshd", "ssh.service"), (80, "usr/sbin/nginx", "nginx.service")]);
        assert!(found.read && found.unowned.is_empty());
    }

    #[test]
    fn a_container_that_listens_on_the_host_is_told_by_its_unit() {
        let host = FakeHost::new();
        host.file("proc/net/tcp", &table(&[(80, 7)])).file("proc/net/udp", "");
        host.process(9, 1, "nginx", "usr/sbin/nginx", &["nginx"], "/system.slice/docker-0123456789ab.scope");
        host.link("proc/9/fd/3", "socket:[7]");
        let found = Sockets::read(host.host().proc, &host.processes());
        assert_eq!(found.listeners[0].executable, None);
        assert_eq!(found.listeners[0].unit.as_deref(), Some("docker-0123456789ab.scope"));
    }

    #[test]
    fn a_service_account_tells_the_unit_of_a_socket_without_a_holder() {
        let host = FakeHost::new();
        host.file("proc/net/tcp", &table(&[(80, 7)])).file("proc/net/udp", "");
        host.process(9, 1, "a", "usr/sbin/a", &["a"], "/system.slice/a.service");
        let owner = |host: &FakeHost| {
            let listener = Sockets::read(host.host().proc, &host.processes()).listeners.remove(0);
            [listener.unit, listener.executable].map(|it| it.unwrap_or_else(|| "-".to_owned())).join(" ")
        };
        assert_eq!(owner(&host), "a.service usr/sbin/a");
        host.process(10, 1, "a-worker", "usr/sbin/a-worker", &["a"], "/system.slice/a.service");
        assert_eq!(owner(&host), "a.service -");
        host.process(11, 1, "b", "usr/sbin/b", &["b"], "/system.slice/b.service");
        host.process(12, 1, "a", "usr/sbin/a", &["a"], "/system.slice/a.service");
        assert_eq!(owner(&host), "- -");
    }

    #[test]
    fn a_missing_table_is_told_unless_it_is_for_ipv6() {
        let host = FakeHost::new();
        let read = |host: &FakeHost| Sockets::read(host.host().proc, &host.processes()).read;
        assert!(!read(&host));
        host.file("proc/net/tcp", "").file("proc/net/udp", "");
        assert!(read(&host));
    }

    #[test]
    fn a_real_listener_of_this_test_is_found() {
        let [local, open] = ["127.0.0.1:0", "0.0.0.0:0"].map(|address| std::net::TcpListener::bind(address).unwrap());
        let proc = Proc::new(Path::new("/proc"));
        let found = Sockets::read(proc, &Processes::read(Host { root: Path::new("/"), proc, own: None }));
        let executable = std::env::current_exe().unwrap().to_string_lossy().trim_start_matches('/').to_owned();
        for (listener, loopback) in [(local, true), (open, false)] {
            let address = listener.local_addr().unwrap();
            let it = found.listeners.iter().find(|it| it.port == address.port() && it.protocol == "tcp").unwrap();
            assert_eq!((it.address.clone(), it.loopback), (address.ip().to_string(), loopback));
            assert_eq!(it.executable.as_ref(), Some(&executable));
        }
    }
}
