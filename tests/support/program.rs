//! Runs the program as a user does: its own process, with an environment that says nothing, on a fixed day.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// The day of every report whose test does not ask for another one.
pub(crate) const DAY: &str = "2026-11-24";

/// The program with these arguments; not started yet.
pub(crate) fn underpin<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_underpin"));
    command.args(arguments).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("UNDERPIN_AS_OF", DAY);
    // What somebody updated on this machine is not what a test is about.
    command.env("UNDERPIN_DATA", "/nonexistent").env("UNDERPIN_NO_CACHE", "1");
    command.stdin(Stdio::null());
    command
}

/// What a run that must succeed writes to standard output.
pub(crate) fn stdout(command: &mut Command) -> String {
    let output = command.output().expect("the program starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} ends with {}: {errors}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}
