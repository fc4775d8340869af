//! Dispatches to the subcommands and tells fatal errors.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;

use super::args::{self, Command};
use super::{Exit, Fatal, catalog, decide, effort, explain, fund, init, meta, output, policy, privileges, refer, report, scan};

/// Runs the program with these arguments.
///
/// # Errors
/// Whatever ends the run before it has a result.
pub fn run(argv: impl IntoIterator<Item = OsString>) -> Result<Exit, Fatal> {
    privileges::refuse_borrowed()?;
    let cli = match args::parse(argv) {
        Ok(cli) => cli,
        Err(error) => return shown(&error),
    };
    match cli.command {
        Command::Scan(scan_args) => scan::run(&scan_args),
        Command::Completions { shell } => output::to_stdout(|out| meta::completions(shell, out)).map(|()| Exit::Done),
        Command::Man => output::to_stdout(meta::manual).map(|()| Exit::Done),
        Command::Report(report_args) => report::run(&report_args),
        Command::Catalog(command) => catalog::run(&command, policy::today()),
        Command::Explain(explain_args) => explain::run(&explain_args),
        Command::Fund(fund_args) => fund::run(&fund_args),
        Command::Decide(decide_args) => decide::run(&decide_args),
        Command::Effort(command) => effort::run(&command, policy::today()),
        Command::Refer(command) => refer::run(&command),
        Command::Init(init_args) => init::run(&init_args),
    }
}

/// Help and version go to standard output and are a success; a usage error is clap's own message.
fn shown(error: &clap::Error) -> Result<Exit, Fatal> {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    match error.print() {
        Err(broken) => Err(Fatal::writing("standard output", &broken)),
        Ok(()) => Ok(if asked { Exit::Done } else { Exit::Usage }),
    }
}

/// Tells a fatal error on standard error.
#[must_use]
pub fn tell(fatal: &Fatal) -> ExitCode {
    anstream::eprintln!("{fatal}");
    fatal.exit().code()
}
