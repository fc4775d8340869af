//! The last line of an explanation is a command that the program takes.

use std::process::Command;

use underpin::report::explain;
use underpin::report::view::{TurnsOn, VerdictWord};

use crate::fixtures::host;

/// The options are parsed and the targets are not there, so that nothing is scanned.
#[test]
fn the_next_command_is_one_that_the_program_takes() {
    for verdict in VerdictWord::ALL {
        for question in TurnsOn::ALL {
            let mut report = host();
            report.tool.arguments = "/nowhere-at-all".to_owned();
            let case = report.opportunities.first_mut().expect("the host has cases");
            (case.verdict, case.turns_on) = (*verdict, vec![*question]);
            let text = explain(&report, "nginx", 100).expect("it is there");
            let next = text.lines().last().and_then(|line| line.strip_prefix("Next:  underpin ")).expect("the last line");
            let run = Command::new(env!("CARGO_BIN_EXE_underpin")).args(next.split(' ')).output().expect("it starts");
            let told = String::from_utf8_lossy(&run.stderr);
            assert!(told.contains("/nowhere-at-all") && !told.contains("Usage:"), "{next}: {told}");
        }
    }
}
