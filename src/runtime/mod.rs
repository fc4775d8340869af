//! What a live Linux host says, and what its files say of what it starts: processes, sockets, units, crontabs, replaced
//! code. Reads /proc and small text files only; runs nothing, asks no service manager, keeps no argument and no
//! environment of any process.

#[cfg(target_os = "linux")]
mod by_unit;
#[cfg(target_os = "linux")]
mod cgroup;
mod command;
mod crontabs;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod fake;
mod interpreter;
#[cfg(target_os = "linux")]
mod observe;
#[cfg(target_os = "linux")]
mod proc_files;
#[cfg(target_os = "linux")]
mod processes;
#[cfg(target_os = "linux")]
mod rooted;
#[cfg(target_os = "linux")]
mod sockets;
#[cfg(target_os = "linux")]
mod stale;
mod sysv;
mod tree;
mod unit_file;
mod unit_set;
mod units;

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{observe, rooted};
#[cfg(target_os = "linux")]
pub use observe::observe;
#[cfg(target_os = "linux")]
pub use rooted::rooted;
pub use units::units;
