//! `underpin effort`: the hours that a team logs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::catalog::{Catalog, Product};
use crate::effort::{Activity, DateOrder, Entry, Imported, Log, LogError, Mapping, append, day, hours, read_export, tally};
use crate::model::Date;
use crate::score::Policy;

use super::args::PolicyArgs;
use super::config::Loaded;
use super::effort_args::{EffortAdd, EffortCommand, EffortImport, EffortList, ListFormat, LogArgs};
use super::{Exit, Fatal, output, plan};

/// The log's name in the working directory.
const LOG: &str = "effort.csv";

/// Runs the subcommand.
pub(super) fn run(command: &EffortCommand, today: Date) -> Result<Exit, Fatal> {
    match command {
        EffortCommand::Add(args) => add(args, today),
        EffortCommand::Import(args) => import(args, today),
        EffortCommand::List(args) => list(args),
    }
}

/// Puts the log's hours into the policy. Without a declared start of the window they are not used, since the first entry says nothing
/// of the months before it; that is told.
pub(super) fn logged(args: &PolicyArgs, loaded: &Loaded, policy: &mut Policy, as_of: Date) -> Result<(), Fatal> {
    let path = place(args.log.as_deref(), loaded);
    let log = read(&path)?;
    let configured = loaded.config.effort.since.as_ref().map(|since| loaded.date(since)).transpose()?;
    if log.entries.is_empty() {
        return Ok(());
    }
    let Some(since) = args.log_since.or(configured) else {
        anstream::eprintln!("note: {} is not used: say since when hours are logged, `--log-since DAY`", path.display());
        return Ok(());
    };
    let refused = |(line, reason)| Fatal::usage(format!("{}:{line}: {reason}", path.display()));
    policy.logged = Some(tally(&log, since, as_of).map_err(refused)?);
    Ok(())
}

fn place(named: Option<&Path>, loaded: &Loaded) -> PathBuf {
    named.map(Path::to_owned).or_else(|| loaded.config.effort.log.clone()).unwrap_or_else(|| PathBuf::from(LOG))
}

fn read(path: &Path) -> Result<Log, Fatal> {
    Log::read(path).map_err(|error| faulty(path, &error))
}

fn faulty(path: &Path, error: &LogError) -> Fatal {
    match error {
        LogError::Io(error) => Fatal::unusable(format!("cannot use the log {}: {error}", path.display())),
        LogError::Line(line, reason) => Fatal::usage(format!("{}:{line}: {reason}", path.display())),
    }
}

fn opened(args: &LogArgs) -> Result<(Loaded, Catalog, PathBuf), Fatal> {
    let loaded = Loaded::read(args.config.as_deref())?;
    let catalog = plan::catalog(&loaded.config.catalog)?;
    let path = place(args.log.as_deref(), &loaded);
    Ok((loaded, catalog, path))
}

/// A product by id, alias or name.
fn called<'c>(catalog: &'c Catalog, name: &str) -> Option<&'c Product> {
    let lower = name.trim().to_lowercase();
    let named = || catalog.products().iter().find(|product| product.name.to_lowercase() == lower);
    catalog.product(&lower).or_else(named).filter(|_| !lower.is_empty())
}

fn product(catalog: &Catalog, name: &str) -> Result<String, Fatal> {
    let unknown = || {
        let nearest = nearest(catalog, name);
        Fatal::usage(format!("the catalog knows no product `{name}`")).hint(format!("nearest: {}", nearest.join(", ")))
    };
    called(catalog, name).map(|product| product.id.clone()).ok_or_else(unknown)
}

/// The three ids with the fewest letters to change.
fn nearest(catalog: &Catalog, name: &str) -> Vec<String> {
    let name = name.to_lowercase();
    let mut ids: Vec<(usize, &str)> = catalog.products().iter().map(|one| (distance(&name, &one.id), one.id.as_str())).collect();
    ids.sort_unstable();
    ids.into_iter().take(3).map(|(_, id)| id.to_owned()).collect()
}

/// Letters to insert, remove or replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut costs: Vec<usize> = (0..=b.chars().count()).collect();
    for (row, x) in a.chars().enumerate() {
        let mut last = vec![row + 1];
        for ((y, diagonal), above) in b.chars().zip(&costs).zip(costs.iter().skip(1)) {
            let left = last.last().copied().unwrap_or_default();
            last.push((diagonal + usize::from(x != y)).min(above + 1).min(left + 1));
        }
        costs = last;
    }
    costs.last().copied().unwrap_or_default()
}

fn kind(word: Option<&str>) -> Result<Activity, Fatal> {
    word.map_or(Ok(Activity::Routine), |word| {
        word.parse().map_err(|error: crate::model::UnknownWord| Fatal::usage(error.to_string()))
    })
}

fn add(args: &EffortAdd, today: Date) -> Result<Exit, Fatal> {
    let (_, catalog, path) = opened(&args.log)?;
    let product = product(&catalog, &args.product)?;
    let seconds = hours(&args.hours, Some(3600.0)).map_err(Fatal::usage)?;
    let on = args.on.as_deref().map_or(Ok(today), |text| day(text, None).map_err(Fatal::usage))?;
    if on > today {
        return Err(Fatal::usage(format!("{on} is in the future")));
    }
    let who = args.by.clone().unwrap_or_default();
    // Two pieces of work may be alike; the moment and the process tell them apart.
    let id = format!("{}-{}", jiff::Timestamp::now().as_nanosecond(), std::process::id());
    let entry = Entry {
        day: on,
        seconds,
        product,
        kind: kind(args.kind.as_deref())?,
        who,
        note: args.note.clone().unwrap_or_default(),
        id,
        entered: today,
    };
    append(&path, std::slice::from_ref(&entry)).map_err(|error| faulty(&path, &error))?;
    output::to_stdout(|out| writeln!(out, "{}: {} {} h, {}", path.display(), entry.product, entry.hours(), entry.kind))?;
    Ok(Exit::Done)
}

fn import(args: &EffortImport, today: Date) -> Result<Exit, Fatal> {
    let (loaded, catalog, path) = opened(&args.log)?;
    let mut mapping = Mapping::default();
    for (name, target) in &loaded.config.effort.map {
        mapping.insert(name, &product(&catalog, target)?);
    }
    for pair in &args.map {
        let wrong = || Fatal::usage(format!("--map: `{pair}` is not PROJECT=PRODUCT"));
        let (name, target) = pair.rsplit_once('=').ok_or_else(wrong)?;
        mapping.insert(name, &product(&catalog, target)?);
    }
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| Fatal::unusable(format!("cannot read {}: {error}", args.file.display())))?;
    let order = args.dates.as_deref().map(|order| if order == "dmy" { DateOrder::Dmy } else { DateOrder::Mdy });
    let known = |name: &str| called(&catalog, name).map(|product| product.id.clone());
    let imported = read_export(&text, &mapping, &known, kind(args.kind.as_deref())?, order, today)
        .map_err(|reason| Fatal::usage(format!("{}: {reason}", args.file.display())))?;
    let added = if args.dry_run { unheld(&path, &imported)? } else { written(&path, &imported)? };
    let (held, rejected) = (imported.entries.len() - added, imported.rejected.len());
    output::to_stdout(|out| {
        for row in &imported.rejected {
            writeln!(out, "{}:{}: left out: {}", args.file.display(), row.line, row.reason)?;
        }
        let verb = if args.dry_run { "would be added" } else { "added" };
        let format = imported.format;
        writeln!(out, "{format}: {added} {verb} to {}, {held} there already, {rejected} left out", path.display())
    })?;
    Ok(Exit::Done)
}

fn written(path: &Path, imported: &Imported) -> Result<usize, Fatal> {
    if imported.entries.is_empty() {
        return Ok(0);
    }
    append(path, &imported.entries).map_err(|error| faulty(path, &error))
}

/// How many of them the log does not hold.
fn unheld(path: &Path, imported: &Imported) -> Result<usize, Fatal> {
    let log = read(path)?;
    let mut held: std::collections::BTreeSet<&str> = log.entries.iter().map(|(_, entry)| entry.id.as_str()).collect();
    Ok(imported.entries.iter().filter(|entry| held.insert(&entry.id)).count())
}

#[derive(Serialize)]
struct Line {
    product: String,
    month: String,
    kind: Activity,
    hours: f64,
}

fn list(args: &EffortList) -> Result<Exit, Fatal> {
    let loaded = Loaded::read(args.log.config.as_deref())?;
    let log = read(&place(args.log.log.as_deref(), &loaded))?;
    let mut sums: BTreeMap<(String, String, Activity), f64> = BTreeMap::new();
    for (_, entry) in &log.entries {
        let month = format!("{:04}-{:02}", entry.day.year(), entry.day.month());
        *sums.entry((entry.product.clone(), month, entry.kind)).or_default() += entry.hours();
    }
    let lines: Vec<Line> = sums
        .into_iter()
        .map(|((product, month, kind), hours)| Line { product, month, kind, hours: (hours * 100.0).round() / 100.0 })
        .collect();
    output::to_stdout(|out| match args.format {
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &lines)?;
            writeln!(out)
        }
        ListFormat::Csv => {
            writeln!(out, "product,month,kind,hours")?;
            lines.iter().try_for_each(|line| writeln!(out, "{},{},{},{}", line.product, line.month, line.kind, line.hours))
        }
        ListFormat::Text => lines.iter().try_for_each(|line| {
            writeln!(out, "{:<30} {}  {:<14} {:>9.2} h", line.product, line.month, line.kind.word(), line.hours)
        }),
    })?;
    Ok(Exit::Done)
}
