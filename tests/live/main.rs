//! The live host: servers of Debian that the test starts on free ports, what another user can see of them, and that a
//! report only reads. Needs root, nginx, redis-server and strace; says which package is missing.

#[path = "../support/program.rs"]
mod program;
mod reads_only;
mod secrets;
mod servers;

use std::process::Command;

/// What to leave out of a scan of `/` to look at servers in little time: trees without a package database or unit.
const ELSEWHERE: &str = "/boot,/home,/media,/mnt,/old_root,/opt,/root,/srv,/tmp,/usr/include,/usr/lib/x86_64-linux-gnu,/usr/libexec,\
/usr/local,/usr/share,/usr/src,/var/cache,/var/lib/apt,/var/log,/var/tmp,/work";

/// The program on this host, of which it looks at what dpkg installed.
fn on_this_host(command: &str, more: &[&str]) -> Command {
    let mut run = program::underpin([command, "/", "--exclude", ELSEWHERE]);
    run.args(more);
    run
}
