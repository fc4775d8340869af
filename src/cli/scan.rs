//! `underpin scan`: the inventory alone.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use crate::inventory::{Inventory, write_cyclonedx, write_saved, write_spdx};
use crate::model::{Component, Date, Purl, Role};
use crate::report::visible;
use crate::scan::Detail;

use super::args::{ScanArgs, ScanFormat};
use super::config::Loaded;
use super::inventories::{conclude, inventories, rendered};
use super::plan::{self, Plan};
use super::{Exit, Fatal, output, policy, scan_csv};

const EXTENSIONS: &[(&str, ScanFormat)] = &[
    (".cdx.json", ScanFormat::Cyclonedx),
    (".csv", ScanFormat::Csv),
    (".json", ScanFormat::Json),
    (".purls", ScanFormat::Purls),
    (".spdx.json", ScanFormat::Spdx),
    (".txt", ScanFormat::Table),
    (".unknowns", ScanFormat::Unknowns),
];

/// Runs the subcommand.
pub(super) fn run(args: &ScanArgs) -> Result<Exit, Fatal> {
    let files = args.out.output.iter().map(|path| Ok((path, format_of(path)?))).collect::<Result<Vec<_>, Fatal>>()?;
    let loaded = Loaded::read(args.config.as_deref())?;
    let mut plan = Plan::new(&args.target, &loaded.config)?;
    let mut formats = files.iter().map(|(_, format)| *format).chain(args.out.format);
    if formats.any(shows_licenses) {
        plan.detail = Detail::Licenses;
    }
    let catalog = plan::catalog(&loaded.folders(&args.target.catalog))?;
    let inventories = inventories(&plan, &catalog)?;
    let day = args.as_of.unwrap_or_else(policy::today);
    let write = |format, out: &mut dyn Write| write(format, &inventories, plan.all, day, out);
    for (path, format) in &files {
        rendered(&plan, || output::to_file(path, |out| write(*format, out)))?;
    }
    if files.is_empty() || args.out.format.is_some() {
        let format = args.out.format.unwrap_or(ScanFormat::Table);
        rendered(&plan, || output::to_stdout(|out| write(format, out)))?;
    }
    Ok(conclude(&plan, &inventories))
}

/// The format of a file's extension. Some can only hold what a report says.
fn format_of(path: &Path) -> Result<ScanFormat, Fatal> {
    let reported = [".html", ".ics", ".md", ".xlsx"];
    let name = path.to_string_lossy().to_lowercase();
    match reported.iter().find(|extension| name.ends_with(**extension)) {
        Some(extension) => Err(Fatal::usage(format!("an inventory is not written as {extension}"))
            .hint(format!("`underpin report` writes it: underpin report -o {}", path.display()))),
        None => output::by_extension(path, EXTENSIONS),
    }
}

/// A bill of materials does, and a saved scan may become one.
fn shows_licenses(format: ScanFormat) -> bool {
    matches!(format, ScanFormat::Csv | ScanFormat::Cyclonedx | ScanFormat::Json | ScanFormat::Spdx)
}

fn write(format: ScanFormat, inventories: &[Inventory], all: bool, day: Date, out: &mut dyn Write) -> io::Result<()> {
    match format {
        ScanFormat::Json => write_saved(inventories, out),
        ScanFormat::Cyclonedx => write_cyclonedx(inventories, out),
        ScanFormat::Spdx => write_spdx(inventories, day, out),
        ScanFormat::Csv => scan_csv::write(inventories, |inventory| shown(inventory, all), out),
        ScanFormat::Purls => purls(inventories, all, out),
        ScanFormat::Unknowns => unknowns(inventories, out),
        ScanFormat::Table => inventories.iter().try_for_each(|inventory| table(inventory, all, out)),
    }
}

/// The components to show: those that count, or, with `--all`, every one.
fn shown(inventory: &Inventory, all: bool) -> impl Iterator<Item = &Component> {
    inventory.components.iter().filter(move |component| all || component.counts())
}

/// Package URLs; the distribution itself is no package.
fn purls(inventories: &[Inventory], all: bool, out: &mut dyn Write) -> io::Result<()> {
    let is_system = |component: &Component| component.product.as_ref().is_some_and(|hint| hint.role == Role::Os);
    let packages = inventories.iter().flat_map(|inventory| shown(inventory, all)).filter(|component| !is_system(component));
    let purls: BTreeSet<&Purl> = packages.map(|component| &component.purl).collect();
    let lines: BTreeSet<String> = purls.into_iter().map(ToString::to_string).collect();
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// A name's control characters are made visible, so that one path stays one line.
fn unknowns(inventories: &[Inventory], out: &mut dyn Write) -> io::Result<()> {
    let paths: BTreeSet<String> =
        inventories.iter().flat_map(|inventory| &inventory.coverage.unknown_paths).map(|path| visible(path)).collect();
    paths.iter().try_for_each(|path| writeln!(out, "{path}"))
}

fn table(inventory: &Inventory, all: bool, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<[String; 4]> = shown(inventory, all).map(row).collect();
    let width = |column: usize| rows.iter().map(|row| row.get(column).map_or(0, |cell| cell.chars().count())).max().unwrap_or(0);
    let widths = [width(0).min(60), width(1).min(30), width(2)];
    let target = &inventory.target;
    writeln!(out, "{} ({}): {} components", visible(&target.name), target.kind.word(), rows.len())?;
    for [name, version, evidence, place] in &rows {
        writeln!(out, "{name:<0$}  {version:<1$}  {evidence:<2$}  {place}", widths[0], widths[1], widths[2])?;
    }
    Ok(())
}

fn row(component: &Component) -> [String; 4] {
    let purl = &component.purl;
    let place = component.locations.first().map_or(String::new(), |place| match place.line {
        Some(line) => format!("{}:{line}", place.path),
        None => place.path.clone(),
    });
    let more = component.locations.len().saturating_sub(1);
    let place = if more > 0 { format!("{place} and {more} more") } else { place };
    let name = format!("{}/{}", purl.kind(), purl.full_name());
    [visible(&name), visible(purl.version().unwrap_or("unknown")), component.evidence.to_string(), visible(&place)]
}
