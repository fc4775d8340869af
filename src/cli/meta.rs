//! Completions and the manual page, made from the argument definitions.

use std::io::Write;

use clap::CommandFactory;

use super::args::Cli;

/// Writes completions for `shell`.
pub(super) fn completions(shell: clap_complete::Shell, out: &mut dyn Write) -> std::io::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "underpin", &mut script);
    out.write_all(&script)
}

/// Writes the manual page of the program and, after it, of each subcommand, in roff.
pub(super) fn manual(out: &mut dyn Write) -> std::io::Result<()> {
    let command = Cli::command();
    clap_mangen::Man::new(command.clone()).render(out)?;
    for subcommand in command.get_subcommands() {
        let named = subcommand.clone().display_name(format!("underpin-{}", subcommand.get_name()));
        clap_mangen::Man::new(named).render(out)?;
    }
    Ok(())
}
