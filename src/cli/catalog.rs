//! `underpin catalog`: list, show, lint.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::catalog::{Catalog, Product, Vendor};
use crate::model::Date;

use super::args::CatalogCommand;
use super::{Exit, Fatal, output, plan, update};

/// Runs the subcommand.
pub(super) fn run(command: &CatalogCommand, today: Date) -> Result<Exit, Fatal> {
    match command {
        CatalogCommand::List { vendors, catalog } => {
            let catalog = plan::catalog(catalog)?;
            output::to_stdout(|out| if *vendors { list_vendors(&catalog, out) } else { list_products(&catalog, out) })?;
        }
        CatalogCommand::Show { id, catalog } => {
            let catalog = plan::catalog(catalog)?;
            let found = (catalog.product(id), catalog.vendor(id));
            if found == (None, None) {
                return Err(Fatal::usage(format!("no product or vendor is called `{id}`")).hint("see `underpin catalog list`"));
            }
            output::to_stdout(|out| {
                found.0.map_or(Ok(()), |product| show_product(product, &catalog, out))?;
                found.1.map_or(Ok(()), |vendor| show_vendor(vendor, out))
            })?;
        }
        CatalogCommand::Lint { folders, stats } => return lint(folders, *stats, today),
        CatalogCommand::Update(update_args) => return update::run(update_args, today),
        CatalogCommand::Pack { folder, output } => return update::pack(folder, output),
    }
    Ok(Exit::Done)
}

fn list_products(catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    catalog
        .products()
        .iter()
        .try_for_each(|product| writeln!(out, "{:<30} {:<22} {}", product.id, product.kind.word(), product.name))
}

fn list_vendors(catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    catalog
        .vendors()
        .iter()
        .try_for_each(|vendor| writeln!(out, "{:<30} {:>3} offers   {}", vendor.id, vendor.offers.len(), vendor.name))
}

fn show_product(product: &Product, catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} ({})\n  kind       {}", product.name, product.id, product.kind)?;
    for (label, value) in [("licence", &product.license), ("home", &product.homepage), ("policy", &product.policy)] {
        value.iter().try_for_each(|value| writeln!(out, "  {label:<10} {value}"))?;
    }
    for rule in &product.packages {
        let names: Vec<&str> = rule.names.iter().map(crate::catalog::Pattern::as_str).collect();
        writeln!(out, "  {:<10} {}: {}", rule.role.word(), rule.types.join(", "), names.join(", "))?;
    }
    for row in catalog.table(&product.id).iter().flat_map(|table| &table.cycles) {
        let end = row.eol.date().map_or_else(|| "no date".to_owned(), |date| date.to_string());
        writeln!(out, "  cycle      {:<10} fixes until {end}", row.name)?;
    }
    for offering in catalog.offers(&product.id) {
        writeln!(out, "  offer      {}: {} ({})", offering.vendor_name, offering.offer.name, offering.offer.confidence)?;
    }
    Ok(())
}

fn show_vendor(vendor: &Vendor, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} ({})\n  home       {}", vendor.name, vendor.id, vendor.url)?;
    for offer in &vendor.offers {
        let products: Vec<&str> = offer.covers.iter().map(|cover| cover.product.as_str()).collect();
        writeln!(
            out,
            "  offer      {} ({}, {}): {}\n             {}",
            offer.name,
            offer.kind,
            offer.confidence,
            products.join(", "),
            offer.source
        )?;
    }
    for programme in &vendor.programmes {
        writeln!(out, "  programme  {} ({})  {}", programme.kind, programme.status, programme.source_url)?;
    }
    Ok(())
}

/// Checks folders on top of what is built in, and shows every fault at once.
fn lint(folders: &[PathBuf], stats: bool, today: Date) -> Result<Exit, Fatal> {
    let in_use = plan::store().catalog().catalog;
    match in_use.extended(folders) {
        Ok(catalog) => {
            output::to_stdout(|out| if stats { write!(out, "{}", catalog.stats(today)) } else { writeln!(out, "no faults") })?;
            Ok(Exit::Done)
        }
        Err(faults) => {
            output::to_stdout(|out| faults.iter().try_for_each(|fault| writeln!(out, "{fault}")))?;
            Ok(Exit::Catalog)
        }
    }
}
