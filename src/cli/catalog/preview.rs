//! `underpin catalog preview`: an entry as a buyer sees it.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::catalog::{Catalog, Offer, Phase, Product, Vendor};
use crate::model::Date;
use crate::report::{offer_lines, visible, wrapped};

use super::super::catalog_args::CatalogArgs;
use super::super::{Exit, Fatal, output};
use super::lint::counted;
use super::notes::Note;
use super::{excerpt, known, paths, show};

/// Columns of a sentence.
const WIDTH: usize = 94;

/// Shows a product or vendor by id, or what a file says.
pub(super) fn run(entry: &str, args: &CatalogArgs, today: Date) -> Result<Exit, Fatal> {
    if !entry.contains(['/', '.']) || !PathBuf::from(entry).is_file() {
        let catalog = known(args)?;
        let found = (catalog.product(entry), catalog.vendor(entry));
        if found == (None, None) {
            return Err(
                Fatal::usage(format!("no product, vendor or file is called `{entry}`")).hint("see `underpin catalog list`")
            );
        }
        output::to_stdout(|out| {
            found.0.map_or(Ok(()), |product| product_page(product, &catalog, today, out))?;
            found.1.map_or(Ok(()), |vendor| vendor_page(vendor, &catalog, today, out))
        })?;
        return Ok(Exit::Done);
    }
    let Some(asked) = paths::read(&[PathBuf::from(entry)])? else { return Ok(Exit::Done) };
    let catalog = match &asked.catalog {
        Ok(catalog) => catalog,
        Err(faults) => {
            output::to_stdout(|out| {
                faults.iter().try_for_each(|fault| excerpt::write(fault, &asked.files, out).and_then(|()| writeln!(out)))?;
                writeln!(out, "{}: a buyer sees nothing of the file until they are mended", counted(faults.len(), "fault"))
            })?;
            return Ok(Exit::Catalog);
        }
    };
    output::to_stdout(|out| {
        for file in asked.own() {
            let vendor = catalog.vendors().iter().find(|vendor| file.relative == format!("vendors/{}.toml", vendor.id));
            let product = catalog.products().iter().find(|product| {
                [format!("products/{}.toml", product.id), format!("lifecycle/{}.toml", product.id)].contains(&file.relative)
            });
            product.map_or(Ok(()), |product| product_page(product, catalog, today, out))?;
            vendor.map_or(Ok(()), |vendor| vendor_page(vendor, catalog, today, out))?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

fn product_page(product: &Product, catalog: &Catalog, today: Date, out: &mut dyn Write) -> io::Result<()> {
    show::show_product(product, catalog, out)?;
    writeln!(out, "\nOFFERS ON RECORD    as the report prints them")?;
    let newest =
        catalog.table(&product.id).and_then(|table| table.cycles.iter().rfind(|row| row.release.is_none_or(|day| day <= today)));
    in_report(&product.id, newest.map(|row| row.name.as_str()), catalog, out)
}

fn in_report(product: &str, cycle: Option<&str>, catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    let lines = offer_lines(product, cycle, catalog);
    if lines.is_empty() {
        return writeln!(out, "  nobody is on record");
    }
    let lines = lines.iter().flat_map(|line| wrapped(line, WIDTH).into_iter().enumerate());
    lines.into_iter().try_for_each(|(index, line)| writeln!(out, "  {}{line}", if index == 0 { "" } else { "    " }))
}

fn vendor_page(vendor: &Vendor, catalog: &Catalog, today: Date, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}    {}", visible(&vendor.name), vendor.url)?;
    writeln!(out, "  this file: {}", visible(&show::answers_for(vendor)))?;
    if let Some(upstream) = &vendor.upstream {
        writeln!(out, "  gives back: {}", visible(&upstream.contribution))?;
    }
    for offer in &vendor.offers {
        terms(offer, out)?;
    }
    writeln!(out, "\nOFFERS ON RECORD    as the report prints them, beside everybody else's")?;
    let mut shown: Vec<(&str, Option<&str>)> = Vec::new();
    for cover in vendor.offers.iter().flat_map(|offer| &offer.covers) {
        let newest = || {
            let cycles = catalog.table(&cover.product).map(|table| table.cycles.iter());
            cycles?.rfind(|row| row.release.is_none_or(|day| day <= today)).map(|row| row.name.as_str())
        };
        let subject = (cover.product.as_str(), cover.cycles.last().map(String::as_str).or_else(newest));
        if !shown.contains(&subject) {
            in_report(subject.0, subject.1, catalog, out)?;
            shown.push(subject);
        }
    }
    programmes(vendor, today, out)
}

fn terms(offer: &Offer, out: &mut dyn Write) -> io::Result<()> {
    let relation = offer.relation.map_or(String::new(), |relation| format!(", {relation}"));
    writeln!(out, "\n{}    {}{relation}, {}", visible(&offer.name), offer.kind, offer.confidence)?;
    let ends = |price: &crate::catalog::Price| price.usable().is_none();
    let price = match &offer.price {
        None => "no public price".to_owned(),
        Some(price) if ends(price) => "not complete: counts as unknown".to_owned(),
        Some(price) => crate::report::published(price).unwrap_or_default(),
    };
    let unknown = || "not stated".to_owned();
    let covers: Vec<String> =
        offer.covers.iter().map(|cover| format!("{} {}", cover.product, cover.cycles.join(", ")).trim_end().to_owned()).collect();
    for (label, value) in [
        ("covers", covers.join("; ")),
        ("price", price),
        ("hours", stated(offer.hours.map(|hours| hours.to_string()), offer.support_hours.as_deref())),
        ("response", stated(offer.response_minutes.map(|minutes| format!("{minutes} minutes")), offer.response.as_deref())),
        ("languages", stated(listed(&offer.languages), offer.regions.as_deref())),
        ("serves", stated(listed(&offer.serves), offer.regions.as_deref())),
        ("page", offer.source.clone()),
        ("read on", offer.as_of.map_or_else(unknown, |day| day.to_string())),
    ] {
        writeln!(out, "  {label:<10} {}", visible(&value))?;
    }
    Ok(())
}

/// What the file says in a form that requirements are compared with; else its words, which may have to be asked about.
fn stated(plain: Option<String>, words: Option<&str>) -> String {
    plain.unwrap_or_else(|| {
        words.map_or_else(|| "not stated: buyers who require it will ask".to_owned(), |words| format!("in words: {words}"))
    })
}

fn listed<T: ToString>(items: &[T]) -> Option<String> {
    (!items.is_empty()).then(|| items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

fn programmes(vendor: &Vendor, today: Date, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nDISCLOSURE    who may gain from a sale; nothing of it reaches order or verdict")?;
    if vendor.programmes.is_empty() {
        return writeln!(out, "  no programme is on record");
    }
    for programme in &vendor.programmes {
        let terms = programme.terms.as_deref().unwrap_or("terms not published");
        writeln!(out, "  {} ({}): {}", programme.kind, programme.status, visible(terms))?;
        let worded = programme.disclosure.as_ref().and_then(|disclosure| disclosure.text.as_deref());
        writeln!(out, "  a referral would say: {}", visible(worded.unwrap_or("not worded, so no referral can be made")))?;
        write!(out, "{}", Note::new(&format!("vendors/{}.toml", vendor.id), programme, today))?;
    }
    Ok(())
}

/// The last day of free fixes, in words.
pub(super) fn until(eol: Phase) -> String {
    match eol {
        Phase::Until(day) => day.to_string(),
        Phase::Ended => "ended, day not known".to_owned(),
        Phase::Open => "no end is published".to_owned(),
        Phase::Unknown => "unknown".to_owned(),
    }
}
