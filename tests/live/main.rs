//! The live host: servers of Debian that the test starts on free ports, what another user can see of them, and that a
//! report only reads, and the tutorial. Needs root, nginx, redis-server and strace; says which package is missing.

#[path = "../support/program.rs"]
mod program;
mod reads_only;
mod secrets;
mod servers;
mod tutorial;

use std::process::Command;

/// Trees of the system that hold neither a package database nor a unit; left out to save time.
const ELSEWHERE: &str = "/usr/include,/usr/lib/x86_64-linux-gnu,/usr/libexec,/usr/local,/usr/share,/usr/src,/var/cache,/var/lib/apt,/var/log,\
/var/tmp";

/// The program on this host, of which it looks at what dpkg installed, below these folders alone.
fn on_this_host(command: &str, more: &[&str]) -> Command {
    let entries = std::fs::read_dir("/").expect("a root").flatten().map(|entry| entry.path().display().to_string());
    let others = entries.filter(|path| {
        !["/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr", "/var"].contains(&path.as_str())
    });
    let exclude: Vec<String> = others.filter(|path| !path.contains(',')).chain([ELSEWHERE.to_owned()]).collect();
    let mut run = program::underpin([command, "/", "--exclude", &exclude.join(",")]);
    run.args(more);
    run
}
