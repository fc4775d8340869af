//! What a live host says: processes, sockets, units.

/// How much of the live host could be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuntimeView {
    /// Everything.
    Full,
    /// As a normal user: other users' executables and sockets are known by unit and table only.
    Partial,
}

/// A live process and what it executes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Process {
    /// Path of the executable below the root, without a leading slash; `None` if closed to this user and its unit does not
    /// tell, or if it is no file.
    pub executable: Option<String>,
    /// The link beside the executable under which it was called, where there is one: a program with several names acts
    /// as the one it is called by (Debian's `usr/bin/redis-server` is a link to `usr/bin/redis-check-rdb`).
    pub called: Option<String>,
    /// Process name of at most 15 bytes, as the kernel keeps it.
    pub name: String,
    /// What an interpreter runs: a script or jar as a real path below the root, or the name of a Python module or of a
    /// Java main class (`uvicorn`, `kafka.Kafka`).
    pub script: Option<String>,
    /// The systemd unit of its control group.
    pub unit: Option<String>,
    /// Whether it runs in a container of this host, hence not on the host itself.
    pub in_container: bool,
    /// What its control group calls that container; `None` where only its root tells that it is in one.
    pub container: Option<String>,
    /// How many processes share all of the above.
    pub count: u32,
}

/// A listening TCP socket or a bound UDP socket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listener {
    /// `tcp` or `udp`.
    pub protocol: &'static str,
    /// Local address in its usual text form.
    pub address: String,
    /// Local port.
    pub port: u16,
    /// Whether the address is reachable only from this machine.
    pub loopback: bool,
    /// Executable of the process that owns it, below the root; the service's where systemd listens for it. `None` if
    /// closed to this user and no unit tells, or a container's.
    pub executable: Option<String>,
    /// Script, jar, module or main class of that process.
    pub script: Option<String>,
    /// Unit of that process; for a container's process the host's unit that holds the container.
    pub unit: Option<String>,
}

/// Whether a unit starts by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitState {
    /// Wanted by a target, or a generator.
    Enabled,
    /// There, but started by nothing.
    Disabled,
}

/// Something that starts programs: a systemd unit, a timer's service, a crontab line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    /// `nginx.service`, or the crontab's path.
    pub name: String,
    /// Whether it starts by itself.
    pub state: UnitState,
    /// Programs that it starts: paths below the root, without a leading slash; sorted.
    pub starts: Vec<String>,
    /// Whether a timer or a crontab starts it, rather than the boot.
    pub scheduled: bool,
}

/// A process that still runs code which was replaced on disk.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StaleProcess {
    /// Process name.
    pub name: String,
    /// The unit to restart, where there is one.
    pub unit: Option<String>,
    /// The replaced files, sorted; paths below the root without a leading slash.
    pub replaced: Vec<String>,
}

/// What a live host says. Every list is sorted and without duplicates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeFacts {
    /// How much could be seen.
    pub view: RuntimeView,
    /// Whether the scan itself ran inside a container.
    pub in_container: bool,
    /// Live processes.
    pub processes: Vec<Process>,
    /// Whether the socket tables could be read.
    pub sockets_read: bool,
    /// Listening sockets.
    pub listeners: Vec<Listener>,
    /// Units, timers, crontabs.
    pub units: Vec<Unit>,
    /// Processes that a restart would update.
    pub stale: Vec<StaleProcess>,
    /// The running kernel's release, as `uname -r` prints it.
    pub kernel_release: Option<String>,
    /// Conclusions that the superuser could change, in words.
    pub root_could_change: Vec<String>,
}
