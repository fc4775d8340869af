//! What stands in the environment and on the command line of live processes does not leave the host.

use std::process::{Child, Command, Stdio};

use crate::on_this_host;
use crate::program::stdout;

/// Planted in the environment and the arguments of a process.
const CANARY: &str = "CANARY-2b8e6d04";

/// A process that only waits, ended when this value goes.
struct Waiting(Child);

impl Drop for Waiting {
    fn drop(&mut self) {
        if self.0.kill().is_ok() {
            self.0.wait().expect("it ends");
        }
    }
}

#[test]
fn no_secret_of_a_process_is_told() {
    let mut command = Command::new("/usr/bin/perl");
    command.args(["-e", "sleep 600", "--", &format!("--password={CANARY}"), CANARY, &format!("/srv/{CANARY}")]);
    let child =
        command.env("PGPASSWORD", CANARY).env("TOKEN", CANARY).stdin(Stdio::null()).spawn().expect("perl-base is essential");
    let _waiting = Waiting(child);
    let saved = stdout(&mut on_this_host("scan", &["--format", "json", "-q"]));
    assert!(saved.contains("\"usr/bin/perl\""), "the process is not among what runs");
    assert!(!saved.contains(CANARY), "{:#?}", saved.lines().filter(|line| line.contains(CANARY)).collect::<Vec<_>>());
    for format in ["table", "json", "md", "html"] {
        let report = stdout(&mut on_this_host("report", &["--format", format, "-q", "--only", "dpkg-status,os-release"]));
        assert!(!report.contains(CANARY), "{format}");
    }
}
