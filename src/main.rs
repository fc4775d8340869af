//! Turns the outcome of a run into an exit code, and nothing else.

use std::process::ExitCode;

use underpin::cli;

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Ok(exit) => exit.code(),
        Err(fatal) if fatal.is_broken_pipe() => ExitCode::SUCCESS,
        Err(fatal) => cli::tell(&fatal),
    }
}
