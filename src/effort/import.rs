//! Reads what trackers export, told apart by what it starts with and by its header, never by its name:
//! Toggl Track's and Clockify's detailed report, Tempo's worklog, Jira's issues with `Log Work`, GitLab's issues (CSV) and
//! timelogs (the JSON of a GraphQL query), and any CSV with a day, a duration and a product or project.

use std::collections::BTreeMap;

use serde_json::Value;

use super::entry::identity;
use super::{Activity, DateOrder, Entry, Mapping, Names, day, hours};
use crate::model::Date;

/// A row that made no entry, with its line (for JSON: its number) and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// From 1.
    pub line: u64,
    /// Half a sentence.
    pub reason: String,
}

/// What an export holds: every row is in one of the two lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Whose export it is.
    pub format: &'static str,
    /// The rows with a product.
    pub entries: Vec<Entry>,
    /// The others.
    pub rejected: Vec<Rejected>,
}

/// A row as its tracker gives it.
#[derive(Debug, Default)]
struct Row {
    line: u64,
    /// The tracker's own id; else one is made of all fields.
    id: Option<String>,
    fields: String,
    day: String,
    duration: String,
    /// Seconds of a number without a unit.
    unit: Option<f64>,
    who: String,
    note: String,
    kind: String,
    names: Names,
}

/// How the columns of a tracker are called. Of several names of one column, the first that the header has.
struct Layout {
    name: &'static str,
    /// A header with all of these is this tracker's.
    marks: &'static [&'static str],
    day: &'static [&'static str],
    /// With the seconds that a number without a unit counts.
    duration: &'static [(&'static str, Option<f64>)],
    who: &'static [&'static str],
    note: &'static [&'static str],
    /// Nearest to the work first.
    names: &'static [&'static str],
}

const HOUR: Option<f64> = Some(3600.0);

const LAYOUTS: &[Layout] = &[
    Layout {
        name: "Clockify",
        marks: &["project", "start date", "duration (decimal)"],
        day: &["start date"],
        duration: &[("duration (decimal)", HOUR), ("duration (h)", None)],
        who: &["user", "email"],
        note: &["description"],
        names: &["tags", "task", "project", "client"],
    },
    Layout {
        name: "Clockify",
        marks: &["project", "start date", "duration (h)"],
        day: &["start date"],
        duration: &[("duration (h)", None)],
        who: &["user", "email"],
        note: &["description"],
        names: &["tags", "task", "project", "client"],
    },
    Layout {
        name: "Toggl",
        marks: &["project", "start date", "start time", "duration"],
        day: &["start date"],
        duration: &[("duration", None)],
        who: &["user", "member", "email"],
        note: &["description"],
        names: &["tags", "task", "project", "client"],
    },
    Layout {
        name: "Tempo",
        marks: &["issue key", "hours", "work date"],
        day: &["work date"],
        duration: &[("hours", HOUR)],
        who: &["full name", "username"],
        note: &["work description", "issue summary"],
        names: &["issue key", "component", "project key", "project name", "account key"],
    },
    Layout {
        name: "GitLab issues",
        marks: &["issue id", "closed at (utc)", "time spent"],
        day: &["closed at (utc)"],
        duration: &[("time spent", Some(1.0))],
        who: &["assignee username", "author username"],
        note: &["title"],
        names: &["labels", "milestone", "epic title"],
    },
    Layout {
        name: "CSV",
        marks: &[],
        day: &["day", "date"],
        duration: &[("hours", HOUR), ("minutes", Some(60.0)), ("seconds", Some(1.0)), ("duration", None)],
        who: &["who", "user", "name"],
        note: &["note", "description", "comment"],
        names: &["product", "issue", "tags", "tag", "project"],
    },
];

/// Reads an export. `known` is the product id that a name means by itself; `kind` is that of rows that say none.
///
/// # Errors
/// Why it is no export that can be read at all.
pub fn read(
    text: &str,
    mapping: &Mapping,
    known: &dyn Fn(&str) -> Option<String>,
    kind: Activity,
    order: Option<DateOrder>,
    today: Date,
) -> Result<Imported, String> {
    let text = text.trim_start_matches('\u{feff}');
    let (format, rows, mut rejected) = match text.trim_start().starts_with(['{', '[']) {
        true => ("GitLab timelogs", timelogs(text)?, Vec::new()),
        false => table(text)?,
    };
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    let mut entries = Vec::new();
    for row in rows {
        // Two rows alike are two pieces of work; their number among their like tells them apart in each reading.
        let count = times.entry(row.fields.clone()).or_default();
        *count += 1;
        let id = row.id.clone().unwrap_or_else(|| identity(&[format, &row.fields, &count.to_string()]));
        match entry(&row, id, mapping, known, kind, order, today) {
            Ok(entry) => entries.push(entry),
            Err(reason) => rejected.push(Rejected { line: row.line, reason }),
        }
    }
    rejected.sort_by_key(|row| row.line);
    Ok(Imported { format, entries, rejected })
}

fn entry(
    row: &Row,
    id: String,
    mapping: &Mapping,
    known: &dyn Fn(&str) -> Option<String>,
    kind: Activity,
    order: Option<DateOrder>,
    today: Date,
) -> Result<Entry, String> {
    if row.day.trim().is_empty() {
        return Err("it has no day of work (of GitLab's issues only closed ones have one; export timelogs instead)".to_owned());
    }
    let day = day(&row.day, order)?;
    if day > today {
        return Err(format!("{day} is in the future"));
    }
    let tagged = row.names.0.iter().flatten().find_map(|name| name.trim().to_lowercase().parse::<Activity>().ok());
    let kind = match row.kind.trim() {
        "" => tagged.unwrap_or(kind),
        word => word.parse::<Activity>().map_err(|error| error.to_string())?,
    };
    Ok(Entry {
        day,
        seconds: hours(&row.duration, row.unit)?,
        product: mapping.product(&row.names, known)?,
        kind,
        who: row.who.trim().to_owned(),
        note: row.note.trim().to_owned(),
        id,
        entered: today,
    })
}

type Table = (&'static str, Vec<Row>, Vec<Rejected>);

fn table(text: &str) -> Result<Table, String> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.matches(';').count() > first.matches(',').count() { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| error.to_string())?.iter().map(|name| name.trim().to_lowercase());
    let header: Vec<String> = header.collect();
    let work = header.iter().any(|name| name == "log work") && header.iter().any(|name| name == "issue key");
    let layout = LAYOUTS.iter().find(|layout| layout.marks.iter().all(|mark| header.iter().any(|name| name == mark)));
    let layout = layout.filter(|layout| {
        let has = |names: &[&str]| names.iter().any(|wanted| header.iter().any(|name| name == wanted));
        has(layout.day) && has(&layout.duration.iter().map(|(name, _)| *name).collect::<Vec<_>>()) && has(layout.names)
    });
    if !work && layout.is_none() {
        return Err(format!(
            "its first line `{first}` names no day, duration and product of Toggl, Clockify, Tempo, Jira, GitLab or a CSV such as day,hours,product"
        ));
    }
    let (mut rows, mut rejected) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                rejected.push(Rejected { line, reason: "it is not UTF-8 or no CSV".to_owned() });
                continue;
            }
        };
        match layout.filter(|_| !work) {
            Some(layout) => rows.push(row(layout, &header, &record)),
            None => rows.extend(worklogs(&header, &record)),
        }
    }
    Ok((if work { "Jira" } else { layout.map_or("CSV", |layout| layout.name) }, rows, rejected))
}

fn field<'r>(header: &[String], record: &'r csv::StringRecord, wanted: &str) -> Option<&'r str> {
    record.get(header.iter().position(|name| name == wanted)?)
}

fn row(layout: &Layout, header: &[String], record: &csv::StringRecord) -> Row {
    let first = |names: &[&str]| {
        let found = names.iter().filter_map(|name| field(header, record, name)).find(|value| !value.trim().is_empty());
        found.unwrap_or_default().to_owned()
    };
    let duration = layout.duration.iter().find_map(|(name, unit)| Some((field(header, record, name)?, *unit)));
    let (duration, unit) = duration.unwrap_or_default();
    let level = |name: &&str| -> Vec<String> { field(header, record, name).map(|value| split(name, value)).unwrap_or_default() };
    let mut names: Vec<Vec<String>> = layout.names.iter().map(level).collect();
    // An issue `OPS-12` is of the project `OPS`.
    let projects = field(header, record, "issue key").and_then(|key| key.split_once('-')).map(|(project, _)| project.to_owned());
    names.push(projects.into_iter().collect());
    let own = field(header, record, "id").filter(|id| layout.name == "CSV" && !id.is_empty());
    Row {
        line: record.position().map_or(0, csv::Position::line),
        id: own.map(str::to_owned),
        fields: record.iter().collect::<Vec<_>>().join("\u{1f}"),
        day: first(layout.day),
        duration: duration.to_owned(),
        unit,
        who: first(layout.who),
        note: first(layout.note),
        kind: field(header, record, "kind").filter(|_| layout.name == "CSV").unwrap_or_default().to_owned(),
        names: Names(names),
    }
}

fn split(column: &str, value: &str) -> Vec<String> {
    let many = matches!(column, "tags" | "labels");
    let parts: Vec<&str> = if many { value.split(',').collect() } else { vec![value] };
    parts.into_iter().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Jira writes one column `Log Work` for each piece of work of an issue: `comment;24/Nov/26 9:00 AM;author;seconds`.
fn worklogs(header: &[String], record: &csv::StringRecord) -> Vec<Row> {
    let get = |name| field(header, record, name).unwrap_or_default().to_owned();
    let key = get("issue key");
    let project = key.split_once('-').map(|(project, _)| project.to_owned());
    let cells = header.iter().zip(record).filter(|(name, cell)| *name == "log work" && !cell.trim().is_empty());
    let rows = cells.map(|(_, cell)| {
        let mut parts = cell.rsplitn(4, ';');
        let mut part = || parts.next().unwrap_or_default().to_owned();
        let (duration, who, day, note) = (part(), part(), part(), part());
        Row {
            line: record.position().map_or(0, csv::Position::line),
            fields: format!("{key}\u{1f}{cell}"),
            day,
            duration,
            unit: Some(1.0),
            who,
            note: if note.is_empty() { key.clone() } else { format!("{key} {note}") },
            names: Names(vec![
                vec![key.clone()],
                vec![get("component/s")],
                project.clone().into_iter().collect(),
                vec![get("project name")],
            ]),
            ..Row::default()
        }
    });
    rows.collect()
}

/// The nodes of `timelogs`, wherever the query put them, or a list of them.
fn timelogs(text: &str) -> Result<Vec<Row>, String> {
    let document: Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let nodes = nodes(&document).ok_or("it holds no timelogs: ask for timelogs { nodes { id timeSpent spentAt … } }")?;
    Ok((1..).zip(nodes).map(|(line, node)| timelog(line, node)).collect())
}

fn nodes(value: &Value) -> Option<&Vec<Value>> {
    match value {
        Value::Array(nodes) => Some(nodes),
        Value::Object(map) => match map.get("timelogs") {
            Some(found) => found.get("nodes").and_then(Value::as_array).or_else(|| found.as_array()),
            None => map.values().filter(|inner| inner.is_object()).find_map(nodes),
        },
        _ => None,
    }
}

fn timelog(line: u64, node: &Value) -> Row {
    let text = |pointer: &str| node.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let of = |inner: &str| [format!("/issue/{inner}"), format!("/mergeRequest/{inner}")].map(|pointer| text(&pointer)).concat();
    let labels = node.pointer("/issue/labels/nodes").and_then(Value::as_array).into_iter().flatten();
    let labels = labels.filter_map(|label| label.get("title").and_then(Value::as_str)).map(str::to_owned).collect();
    let summary = text("/summary");
    Row {
        line,
        id: Some(text("/id")).filter(|id| !id.is_empty()),
        fields: node.to_string(),
        day: text("/spentAt"),
        duration: node.get("timeSpent").map(|seconds| seconds.to_string()).unwrap_or_default(),
        unit: Some(1.0),
        who: text("/user/username"),
        note: if summary.is_empty() { of("title") } else { summary },
        kind: String::new(),
        names: Names(vec![vec![of("reference")], labels, vec![text("/project/fullPath"), text("/project/name")]]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(text: &str) -> Imported {
        let mut mapping = Mapping::default();
        mapping.insert("Web", "nginx");
        mapping.insert("OPS", "redis");
        let known = |name: &str| (name.to_lowercase() == "postgresql").then(|| "postgresql".to_owned());
        read(text, &mapping, &known, Activity::Routine, None, Date::constant(2026, 11, 24)).expect("an export")
    }

    fn shown(text: &str) -> String {
        let found = import(text);
        let entries =
            found.entries.iter().map(|e| format!("{} {} {} {} {} {}", e.day, e.seconds, e.product, e.kind, e.who, e.note));
        let rejected = found.rejected.iter().map(|row| format!("{}: {}", row.line, row.reason));
        std::iter::once(found.format.to_owned()).chain(entries).chain(rejected).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn toggl() {
        let text = "\u{feff}User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount ()\n\
            Ana,a@example.org,ACME,Web,,\"Reload, twice\",No,2026-10-05,09:00:00,2026-10-05,10:30:00,01:30:00,incident,\n\
            Ana,a@example.org,ACME,Lunch,,,No,2026-10-05,12:00:00,2026-10-05,13:00:00,01:00:00,,\n";
        assert_eq!(shown(text), "Toggl\n2026-10-05 5400 nginx incident Ana Reload, twice\n3: no product for `Lunch`, `ACME`");
    }

    #[test]
    fn clockify_with_a_decimal_comma_and_a_day_of_two_readings() {
        let text = "Project;Client;Description;Task;User;Group;Email;Tags;Billable;Start Date;Start Time;End Date;End Time;Duration (h);Duration (decimal)\n\
            Web;;Patch;;Ben;;b@example.org;;No;25/10/2026;09:00;25/10/2026;09:30;00:30:00;0,50\n\
            Web;;Patch;;Ben;;b@example.org;;No;04/10/2026;09:00;04/10/2026;09:30;00:30:00;0,50\n";
        let expected = "Clockify\n2026-10-25 1800 nginx routine Ben Patch\n3: `04/10/2026` may be 2026-10-04 or 2026-04-10: give --dates dmy or mdy";
        assert_eq!(shown(text), expected);
    }

    #[test]
    fn tempo_and_jira() {
        let text = "Issue Key,Issue summary,Hours,Work date,Username,Full name,Project Key,Work Description\n\
            OPS-12,Slow cache,2.25,2026-10-05 09:00,cy,Cy Dee,OPS,Tuned it\n";
        assert_eq!(shown(text), "Tempo\n2026-10-05 8100 redis routine Cy Dee Tuned it");
        let text = "Summary,Issue key,Log Work,Log Work\nSlow,OPS-12,Tuned; again;05/Oct/26 9:00 AM;cy;3600,;06/Oct/26 9:00 AM;cy;1800\n";
        assert_eq!(
            shown(text),
            "Jira\n2026-10-05 3600 redis routine cy OPS-12 Tuned; again\n2026-10-06 1800 redis routine cy OPS-12"
        );
    }

    #[test]
    fn gitlab_in_both_forms() {
        let text = "Title,Issue ID,Author Username,Assignee Username,Closed At (UTC),Labels,Time Estimate,Time Spent\n\
            Upgrade,7,ana,,2026-10-05 09:00:00,\"upgrade,postgresql\",0,7200\nOpen,8,ana,,,postgresql,0,7200\n";
        let open = "3: it has no day of work (of GitLab's issues only closed ones have one; export timelogs instead)";
        assert_eq!(shown(text), format!("GitLab issues\n2026-10-05 7200 postgresql upgrade ana Upgrade\n{open}"));
        let text = r#"{"data": {"timelogs": {"nodes": [{"id": "gid://gitlab/Timelog/5", "timeSpent": 900, "spentAt": "2026-10-05T09:00:00Z",
            "user": {"username": "ana"}, "summary": "", "project": {"fullPath": "web"}, "issue": {"title": "Slow"}}]}}}"#;
        assert_eq!(shown(text), "GitLab timelogs\n2026-10-05 900 nginx routine ana Slow");
        assert_eq!(import(text).entries[0].id, "gid://gitlab/Timelog/5");
    }

    #[test]
    fn rows_alike_are_two_and_the_same_in_each_reading() {
        let text =
            "day,hours,project\n2026-10-05,1,web\n2026-10-05,1,web\n2026-10-05,5400s,web\n2026-10-05,1,\n2027-01-01,1,web\n";
        let found = import(text);
        let ids: std::collections::BTreeSet<_> = found.entries.iter().map(|entry| &entry.id).collect();
        assert_eq!((found.entries.len(), ids.len(), found.rejected.len()), (3, 3, 2));
        assert_eq!(import(text), found);
    }

    #[test]
    fn what_is_no_export_is_refused() {
        for text in ["", "name,colour\nx,red\n", "{\"a\": 1}", "{"] {
            let none = |_: &str| None;
            let read = read(text, &Mapping::default(), &none, Activity::Routine, None, Date::constant(2026, 11, 24));
            assert!(read.is_err(), "{text}");
        }
    }
}
