//! A signal ends the looking and not the result; two end the program.

use std::fs;
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::program::underpin;

/// A scan that takes long, with its signals caught.
fn scanning(format: &str) -> Child {
    let mut command = underpin(["scan", "/usr", "-v", "--threads", "1", "--format", format]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let begun = Instant::now();
    // The mask of caught signals (proc_pid_status(5)): bit 1 is SIGINT, bit 14 SIGTERM.
    let caught = || {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let mask = text.lines().find_map(|line| line.strip_prefix("SigCgt:")).map(str::trim).unwrap_or_default().to_owned();
        u64::from_str_radix(&mask, 16).is_ok_and(|mask| mask & 0x4002 == 0x4002)
    };
    while !caught() {
        assert!(begun.elapsed() < Duration::from_secs(30), "no signal is caught");
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

fn send(child: &Child, signals: &[Signal]) {
    let id = Pid::from_raw(i32::try_from(child.id()).expect("a number")).expect("a process");
    for signal in signals {
        kill_process(id, *signal).expect("own process");
    }
}

fn ended(child: Child) -> (Output, String) {
    let output = child.wait_with_output().expect("it ends");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, errors)
}

#[test]
fn a_signal_gives_what_was_found_marked_as_partial_and_exit_code_4() {
    for signal in [Signal::INT, Signal::TERM] {
        let child = scanning("json");
        send(&child, &[signal]);
        let (output, errors) = ended(child);
        assert_eq!(output.status.code(), Some(4), "{signal:?}: {errors}");
        assert!(errors.contains("/usr: UP016: a signal ended the scan"), "{errors}");
        let saved: Value = serde_json::from_slice(&output.stdout).expect("a whole document");
        let unchecked = saved["scans"][0]["coverage"]["not_checked"].to_string();
        assert!(unchecked.contains("when the scan was interrupted"), "{unchecked}");
    }
}

#[test]
fn a_second_signal_ends_the_program() {
    let child = scanning("json");
    send(&child, &[Signal::INT, Signal::TERM]);
    let (output, errors) = ended(child);
    assert!(matches!(output.status.code(), Some(130 | 143)), "{:?}: {errors}", output.status);
    assert!(output.stdout.is_empty(), "nothing half-written");
}
