//! `underpin effort`: the hours that a team logs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::catalog::{Catalog, Product};
use crate::effort::{
    Activity, Added, DateOrder, Entry, Imported, Log, LogError, Mapping, Reading, Rejected, Tally, Window, append, compare, day,
    flags, hours, read_export, tally,
};
use crate::inventory::json;
use crate::model::Date;

use super::args::PolicyArgs;
use super::config::Loaded;
use super::effort_args::{EffortAdd, EffortCommand, EffortImport, EffortList, ListFormat, LogArgs};
use super::{Exit, Fatal, output, plan};

/// Where the log is if nobody says otherwise: in the working directory, beside underpin.toml.
const LOG: &str = "underpin-effort.csv";

/// Lines told of one fault.
const TOLD: usize = 5;

/// Runs the subcommand.
pub(super) fn run(command: &EffortCommand, today: Date) -> Result<Exit, Fatal> {
    match command {
        EffortCommand::Add(args) => add(args, today),
        EffortCommand::Import(args) => import(args, today),
        EffortCommand::List(args) => list(args),
    }
}

/// What the log says for the score; `None` if there is no log. Without a declared window it is shown and not used, since the first
/// entry says nothing of the months before it.
pub(super) fn logged(args: &PolicyArgs, loaded: &Loaded, catalog: &Catalog, as_of: Date) -> Result<Option<Tally>, Fatal> {
    let path = place(args.log.as_deref(), loaded);
    let configured = |day: Option<&toml::Spanned<String>>| day.map(|day| loaded.date(day)).transpose();
    let table = &loaded.config.effort;
    let (since, until) = (configured(table.since.as_ref())?, configured(table.until.as_ref())?);
    let mut log = read(&path)?;
    if log.entries.is_empty() {
        return Ok(None);
    }
    for (_, entry) in &mut log.entries {
        if let Some(product) = called(catalog, &entry.product) {
            entry.product.clone_from(&product.id);
        }
    }
    let until = args.log_until.or(until).unwrap_or(as_of);
    let window = args.log_since.or(since).map(|since| Window { since, until });
    tally(&path.display().to_string(), &log, window).map(Some).map_err(|refused| outside(&path, &refused))
}

fn outside(path: &Path, refused: &[(u64, String)]) -> Fatal {
    let mut lines: Vec<String> =
        refused.iter().take(TOLD).map(|(line, reason)| format!("{}:{line}: {reason}", path.display())).collect();
    if refused.len() > TOLD {
        lines.push(format!("and {} more entries", refused.len() - TOLD));
    }
    Fatal::usage(lines.join("\n"))
        .hint("declare the days between which all hours are logged: --log-since DAY, --log-until DAY, or [effort] since, until")
}

fn place(named: Option<&Path>, loaded: &Loaded) -> PathBuf {
    let configured = || loaded.config.effort.log.as_deref().map(|log| loaded.beside(log));
    named.map(Path::to_owned).or_else(configured).unwrap_or_else(|| PathBuf::from(LOG))
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

fn activity(word: Option<&str>) -> Result<Activity, Fatal> {
    word.map_or(Ok(Activity::Routine), |word| Activity::called(word).map_err(|error| Fatal::usage(error.to_string())))
}

fn add(args: &EffortAdd, today: Date) -> Result<Exit, Fatal> {
    let (_, catalog, path) = opened(&args.log)?;
    let product = product(&catalog, &args.product)?;
    let seconds = hours(&args.hours, Some(3600.0)).map_err(Fatal::usage)?;
    let on = args.on.as_deref().map_or(Ok(today), |text| day(text, None).map_err(Fatal::usage))?;
    if on > today {
        return Err(Fatal::usage(format!("{on} is in the future")));
    }
    let given = |text: &Option<String>| text.clone().unwrap_or_default();
    let entry = Entry {
        day: on,
        seconds,
        product,
        activity: activity(args.activity.as_deref())?,
        person: given(&args.by),
        ticket: given(&args.ticket),
        note: given(&args.note),
        entered: today,
        confirmed: String::new(),
        // Two pieces of work may be alike; the moment and the process tell them apart.
        id: format!("{}-{}", jiff::Timestamp::now().as_nanosecond(), std::process::id()),
    };
    append(&path, std::slice::from_ref(&entry)).map_err(|error| faulty(&path, &error))?;
    output::to_stdout(|out| {
        writeln!(out, "{}: {} {} h on {on}, {}", path.display(), entry.product, entry.hours(), entry.activity)
    })?;
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
    let text = export(&args.file)?;
    let order = args.dates.as_deref().map(|order| if order == "dmy" { DateOrder::Dmy } else { DateOrder::Mdy });
    let known = |name: &str| called(&catalog, name).map(|product| product.id.clone());
    let activity = activity(args.activity.as_deref())?;
    let imported = read_export(&text, &Reading { mapping: &mapping, known: &known, activity, order, today })
        .map_err(|reason| Fatal::usage(format!("{}: {reason}", args.file.display())))?;
    let added = match imported.entries.as_slice() {
        entries if args.dry_run => compare(&read(&path)?, entries).0,
        // A log without an entry would be an empty file.
        [] => Added::default(),
        entries => append(&path, entries).map_err(|error| faulty(&path, &error))?,
    };
    told(args, &path, &imported, &added)?;
    Ok(Exit::Done)
}

fn export(file: &Path) -> Result<String, Fatal> {
    std::fs::read_to_string(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => {
            Fatal::usage(format!("{}: it is not UTF-8", file.display())).hint("save it as CSV UTF-8, or export CSV and not Excel")
        }
        _ => Fatal::unusable(format!("cannot read {}: {error}", file.display())),
    })
}

/// What became of every row of an export.
fn told(args: &EffortImport, path: &Path, imported: &Imported, added: &Added) -> Result<(), Fatal> {
    let file = args.file.display();
    let what = if imported.format == "GitLab timelogs" { "entry" } else { "line" };
    output::to_stdout(|out| {
        for (reason, lines) in by_reason(&imported.rejected) {
            writeln!(out, "{file}: left out, {what} {}: {reason}", ranges(&lines))?;
        }
        for (line, entry) in &added.differ {
            let (hours, product, activity) = (entry.hours(), &entry.product, entry.activity);
            writeln!(
                out,
                "{}:{line}: the export now says {} {hours} h {product} {activity}; edit this line if that is right",
                path.display(),
                entry.day
            )?;
        }
        let verb = if args.dry_run { "would be added" } else { "added" };
        let (format, new, held) = (imported.format, added.new, added.held);
        let differ = match added.differ.len() {
            0 => String::new(),
            differ => format!("{differ} there with other figures, "),
        };
        writeln!(
            out,
            "{format}: {new} {verb} to {}, {held} there already, {differ}{} left out",
            path.display(),
            imported.rejected.len()
        )?;
        if imported.rejected.iter().any(|row| row.reason.starts_with("no product for")) {
            writeln!(
                out,
                "Next: say which product a project or tag means, --map \"PROJECT=PRODUCT\"; underpin catalog list names them"
            )?;
        } else if added.new > 0 {
            writeln!(out, "Next: underpin report . --log-since DAY, the first day from which all hours are logged")?;
        }
        Ok(())
    })
}

/// Reasons in the order of their first line, each with its lines.
fn by_reason(rejected: &[Rejected]) -> Vec<(&str, Vec<u64>)> {
    let mut reasons: Vec<(&str, Vec<u64>)> = Vec::new();
    for row in rejected {
        match reasons.iter_mut().find(|(reason, _)| *reason == row.reason) {
            Some((_, lines)) => lines.push(row.line),
            None => reasons.push((&row.reason, vec![row.line])),
        }
    }
    reasons
}

/// `4, 7-9`.
fn ranges(lines: &[u64]) -> String {
    let runs = lines.chunk_by(|one, next| *next == one + 1);
    let run = |run: &[u64]| match run {
        [first, .., last] => format!("{first}-{last}"),
        [one] => one.to_string(),
        [] => String::new(),
    };
    runs.map(run).collect::<Vec<_>>().join(", ")
}

#[derive(Serialize)]
struct Line {
    product: String,
    month: String,
    activity: Activity,
    hours: f64,
}

fn list(args: &EffortList) -> Result<Exit, Fatal> {
    let loaded = Loaded::read(args.log.config.as_deref())?;
    let path = place(args.log.log.as_deref(), &loaded);
    let log = read(&path)?;
    let mut sums: BTreeMap<(String, String, Activity), f64> = BTreeMap::new();
    for (_, entry) in &log.entries {
        let month = format!("{:04}-{:02}", entry.day.year(), entry.day.month());
        *sums.entry((entry.product.clone(), month, entry.activity)).or_default() += entry.hours();
    }
    let lines: Vec<Line> = sums
        .into_iter()
        .map(|((product, month, activity), hours)| Line { product, month, activity, hours: (hours * 100.0).round() / 100.0 })
        .collect();
    output::to_stdout(|out| match args.format {
        ListFormat::Json => {
            out.write_all(json(&lines)?.as_bytes())?;
            writeln!(out)
        }
        ListFormat::Csv => {
            writeln!(out, "product,month,activity,hours")?;
            lines.iter().try_for_each(|line| writeln!(out, "{},{},{},{}", line.product, line.month, line.activity, line.hours))
        }
        ListFormat::Text => {
            for line in &lines {
                writeln!(out, "{:<30} {}  {:<14} {:>9.2} h", line.product, line.month, line.activity.word(), line.hours)?;
            }
            summary(&path, &log).iter().try_for_each(|line| writeln!(out, "{line}"))
        }
    })?;
    Ok(Exit::Done)
}

/// The whole log in a line, and its flags with their lines.
fn summary(path: &Path, log: &Log) -> Vec<String> {
    let path = path.display();
    let flags = flags(log);
    let entries = log.entries.len();
    if entries == 0 {
        return vec![format!("{path}: no entry")];
    }
    let hours: f64 = log.entries.iter().map(|(_, entry)| entry.hours()).sum();
    let plural = if entries == 1 { "entry" } else { "entries" };
    let mut lines = vec![format!("{path}: {entries} {plural}, {hours:.2} h; a manager confirmed {}", flags.confirmed)];
    for (what, at) in [("entered more than 30 days after the work", &flags.late), ("without a ticket", &flags.without_ticket)] {
        if !at.is_empty() {
            lines.push(format!("{path}: {what}: line {}", ranges(at)));
        }
    }
    for month in &flags.crowded {
        let who = if month.person.is_empty() { "nobody by name" } else { &month.person };
        lines.push(format!("{path}: more than 160 h in a month: {who}, {}: {:.1} h", month.month, month.hours));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_in_a_row_are_told_as_a_range() {
        assert_eq!(ranges(&[2, 4, 5, 6, 9, 10]), "2, 4-6, 9-10");
        assert_eq!(ranges(&[]), "");
    }

    #[test]
    fn letters_to_change_are_counted() {
        assert_eq!((distance("ngnix", "nginx"), distance("", "abc"), distance("same", "same")), (2, 3, 0));
    }
}
