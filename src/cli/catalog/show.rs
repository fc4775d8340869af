//! `underpin catalog list` and `show`.

use std::io::{self, Write};

use crate::catalog::{Catalog, Pattern, Product, Vendor};
use crate::model::Date;
use crate::report::visible;

use super::super::{Exit, Fatal, output};
use super::notes::Note;
use super::preview::until;

/// Products or vendors, one a line; with a filter those whose id, name or kind holds it.
pub(super) fn list(filter: Option<&str>, vendors: bool, catalog: &Catalog) -> Result<Exit, Fatal> {
    let filter = filter.unwrap_or_default().to_lowercase();
    let fits = |texts: &[&str]| texts.iter().any(|text| text.to_lowercase().contains(&filter));
    output::to_stdout(|out| {
        if vendors {
            let wanted = catalog.vendors().iter().filter(|vendor| fits(&[&vendor.id, &vendor.name]));
            return wanted
                .into_iter()
                .try_for_each(|one| writeln!(out, "{:<30} {:>3} offers   {}", one.id, one.offers.len(), visible(&one.name)));
        }
        let wanted = catalog.products().iter().filter(|product| fits(&[&product.id, &product.name, product.kind.word()]));
        wanted.into_iter().try_for_each(|one| writeln!(out, "{:<30} {:<22} {}", one.id, one.kind.word(), visible(&one.name)))
    })?;
    Ok(Exit::Done)
}

/// All that the catalog holds on one product or vendor.
pub(super) fn show(id: &str, catalog: &Catalog, today: Date) -> Result<Exit, Fatal> {
    let found = (catalog.product(id), catalog.vendor(id));
    if found == (None, None) {
        return Err(Fatal::usage(format!("no product or vendor is called `{id}`")).hint("see `underpin catalog list`"));
    }
    output::to_stdout(|out| {
        found.0.map_or(Ok(()), |product| show_product(product, catalog, out))?;
        found.1.map_or(Ok(()), |vendor| show_vendor(vendor, today, out))
    })?;
    Ok(Exit::Done)
}

pub(super) fn show_product(product: &Product, catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} ({})\n  kind       {}", visible(&product.name), product.id, product.kind)?;
    for (label, value) in [("licence", &product.license), ("home", &product.homepage), ("policy", &product.policy)] {
        value.iter().try_for_each(|value| writeln!(out, "  {label:<10} {value}"))?;
    }
    for rule in &product.packages {
        let names: Vec<&str> = rule.names.iter().map(Pattern::as_str).collect();
        writeln!(out, "  {:<10} {}: {}", rule.role.word(), rule.types.join(", "), names.join(", "))?;
    }
    for row in catalog.table(&product.id).iter().flat_map(|table| &table.cycles) {
        writeln!(out, "  cycle      {:<10} fixes until: {}", visible(&row.name), until(row.eol))?;
    }
    for offering in catalog.offers(&product.id) {
        writeln!(
            out,
            "  offer      {}: {} ({})",
            visible(offering.vendor_name),
            visible(&offering.offer.name),
            offering.offer.confidence
        )?;
    }
    Ok(())
}

pub(super) fn show_vendor(vendor: &Vendor, today: Date, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} ({})\n  home       {}", visible(&vendor.name), vendor.id, vendor.url)?;
    writeln!(out, "  file       {}", visible(&answers_for(vendor)))?;
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
        write!(out, "{}", Note::new(&format!("vendors/{}.toml", vendor.id), programme, today))?;
    }
    Ok(())
}

/// Who answers for a vendor's file.
pub(super) fn answers_for(vendor: &Vendor) -> String {
    match (&vendor.contact, &vendor.recorded_by) {
        (Some(contact), _) => format!("kept by the vendor, {contact}"),
        (None, Some(who)) => format!("recorded by {who} from public pages, not by the vendor"),
        (None, None) => "recorded from public pages, not by the vendor".to_owned(),
    }
}
