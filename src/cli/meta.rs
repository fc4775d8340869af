//! Completions and the manual page, made from the argument definitions.

use std::io::Write;

use clap::CommandFactory;

use crate::catalog::Catalog;

use super::args::Cli;

/// Writes completions for `shell`.
pub(super) fn completions(shell: clap_complete::Shell, out: &mut dyn Write) -> std::io::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "underpin", &mut script);
    out.write_all(&script)
}

/// Writes the manual page of the program and, after it, of each subcommand, in roff. Its day is that of the catalog that the program
/// brings, so that the same program always writes the same page.
pub(super) fn manual(out: &mut dyn Write) -> std::io::Result<()> {
    let day = Catalog::embedded().as_of().map_or_else(String::new, |day| day.to_string());
    page(Cli::command(), "underpin", &day, out)
}

/// The page of a command, then those of its subcommands: `underpin-catalog-list`.
fn page(command: clap::Command, name: &str, day: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let inner: Vec<clap::Command> = command.get_subcommands().filter(|inner| inner.get_name() != "help").cloned().collect();
    let command = command.display_name(name.to_owned()).bin_name(name.replace('-', " "));
    let source = format!("underpin {}", env!("CARGO_PKG_VERSION"));
    let mut text = Vec::new();
    clap_mangen::Man::new(command).title(name.to_owned()).date(day).source(source).manual("underpin").render(&mut text)?;
    // A break beside an empty line is one too many for strict readers of the format.
    let text = String::from_utf8_lossy(&text).replace(".br\n\n.br\n", ".sp\n");
    out.write_all(text.as_bytes())?;
    inner.into_iter().try_for_each(|inner| {
        let name = format!("{name}-{}", inner.get_name());
        page(inner, &name, day, out)
    })
}
