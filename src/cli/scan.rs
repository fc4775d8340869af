//! `underpin scan`: the inventory alone.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use crate::inventory::{Inventory, write_cyclonedx, write_saved, write_spdx};
use crate::model::{Component, Date, Purl, Role};
use crate::report::{Listing, visible};
use crate::scan::Detail;

use super::args::{ScanArgs, ScanFormat};
use super::config::Loaded;
use super::inventories::{conclude, inventories, rendered};
use super::plan::{self, Plan};
use super::screen::Screen;
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
    let to_stdout = (files.is_empty() || args.out.format.is_some()).then(|| args.out.format.unwrap_or(ScanFormat::Table));
    let view =
        args.view.of(files.iter().map(|(_, format)| *format).chain(to_stdout).any(|format| format == ScanFormat::Table))?;
    let loaded = Loaded::read(args.config.as_deref())?;
    let mut plan = Plan::new(&args.target, &loaded.config)?;
    let mut formats = files.iter().map(|(_, format)| *format).chain(args.out.format);
    if formats.any(shows_licenses) {
        plan.detail = Detail::Licenses;
    }
    let catalog = plan::catalog(&loaded.folders(&args.target.catalog))?;
    let inventories = inventories(&plan, &catalog)?;
    let day = args.as_of.unwrap_or_else(policy::today);
    let write = |format, screen: Screen, out: &mut dyn Write| {
        let width = Some(screen.width).filter(|_| screen.bounded);
        let listing = Listing { view, width, style: screen.style, links: screen.links, all: plan.all };
        write(format, &inventories, listing, day, out)
    };
    for (path, format) in &files {
        rendered(&plan, || output::to_file(path, |out| write(*format, Screen::PLAIN, out)))?;
    }
    if let Some(format) = to_stdout {
        rendered(&plan, || output::to_stdout(|out| write(format, Screen::of(&args.target.noise), out)))?;
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

fn write(format: ScanFormat, inventories: &[Inventory], listing: Listing, day: Date, out: &mut dyn Write) -> io::Result<()> {
    match format {
        ScanFormat::Json => write_saved(inventories, out),
        ScanFormat::Cyclonedx => write_cyclonedx(inventories, out),
        ScanFormat::Spdx => write_spdx(inventories, day, out),
        ScanFormat::Csv => scan_csv::write(inventories, |inventory| shown(inventory, listing.all), out),
        ScanFormat::Purls => purls(inventories, listing.all, out),
        ScanFormat::Unknowns => unknowns(inventories, out),
        ScanFormat::Table => listing.write(inventories, out),
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
