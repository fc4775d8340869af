//! Dispatches to the subcommands of `underpin catalog`.

use crate::catalog::{self, Catalog};
use crate::model::Date;

use super::super::catalog_args::{CatalogArgs, CatalogCommand};
use super::super::config::Loaded;
use super::super::{Exit, Fatal, output, plan, update};
use super::{lint, new, preview, show, test};

/// Runs the subcommand.
pub(in super::super) fn run(command: &CatalogCommand, today: Date) -> Result<Exit, Fatal> {
    match command {
        CatalogCommand::List { filter, vendors, catalog } => show::list(filter.as_deref(), *vendors, &known(catalog)?),
        CatalogCommand::Show { id, catalog } => show::show(id, &known(catalog)?, today),
        CatalogCommand::New { what, id, dir } => new::run(*what, id, dir, today),
        CatalogCommand::Lint { paths, stats, format } => lint::run(paths, *stats, *format, today),
        CatalogCommand::Test { paths } => test::run(paths),
        CatalogCommand::Preview { entry, catalog } => preview::run(entry, catalog, today),
        CatalogCommand::Schema { of } => {
            output::to_stdout(|out| writeln!(out, "{:#}", catalog::schema(*of)))?;
            Ok(Exit::Done)
        }
        CatalogCommand::Update(args) => update::run(args, today),
        CatalogCommand::Pack { folder, output } => update::pack(folder, output),
    }
}

/// The catalog: built in, with the folders of the configuration and of the command line.
pub(super) fn known(args: &CatalogArgs) -> Result<Catalog, Fatal> {
    let loaded = Loaded::read(args.config.as_deref())?;
    plan::catalog(&loaded.folders(&args.catalog))
}
