//! How the columns of each tracker's CSV are called, and the rows they hold. docs/effort.md says where each header was seen.

use super::Names;

/// How the columns of a tracker are called. Of several names of one column, the first that the row fills.
pub(super) struct Layout {
    pub(super) name: &'static str,
    /// A header with all of these is this tracker's.
    marks: &'static [&'static str],
    day: &'static [&'static str],
    /// With the seconds that a number without a unit counts.
    duration: &'static [(&'static str, Option<f64>)],
    person: &'static [&'static str],
    ticket: &'static [&'static str],
    note: &'static [&'static str],
    /// When it was entered, where the tracker says so.
    entered: &'static [&'static str],
    /// What a row is known by, where one row stays one row whatever is edited in it.
    own: &'static [&'static str],
    /// Project, tags and the like, nearest to the work first.
    names: &'static [&'static str],
}

const HOUR: Option<f64> = Some(3600.0);
const MINUTE: Option<f64> = Some(60.0);
const SECOND: Option<f64> = Some(1.0);

const LAYOUTS: &[Layout] = &[
    Layout { marks: &["project", "start date", "duration (h)"], ..CLOCKIFY },
    Layout { marks: &["project", "start date", "duration (decimal)"], ..CLOCKIFY },
    Layout {
        name: "Toggl",
        marks: &["project", "start date", "start time", "duration"],
        day: &["start date"],
        duration: &[("duration", None)],
        person: &["user", "member", "email"],
        ticket: &[],
        note: &["description"],
        entered: &[],
        own: &[],
        names: &["tags", "task", "project", "client"],
    },
    Layout {
        name: "Tempo",
        marks: &["issue key", "hours", "work date"],
        day: &["work date"],
        duration: &[("hours", HOUR)],
        person: &["full name", "username"],
        ticket: &["issue key"],
        note: &["work description", "issue summary"],
        entered: &[],
        own: &[],
        names: &["issue key", "component", "all components", "project key", "project name", "account key", "account name"],
    },
    Layout {
        name: "GitLab issues",
        marks: &["title", "closed at (utc)", "time spent"],
        day: &["closed at (utc)"],
        duration: &[("time spent", SECOND)],
        person: &["assignee username", "author username"],
        ticket: &["url", "iid", "issue id"],
        note: &["title"],
        entered: &[],
        own: &["url"],
        names: &["labels", "milestone", "parent title", "epic title"],
    },
    Layout {
        name: "CSV",
        marks: &[],
        day: &["date", "day"],
        duration: &[("minutes", MINUTE), ("hours", HOUR), ("seconds", SECOND), ("duration", None)],
        person: &["person", "who", "user", "name"],
        ticket: &["ticket", "issue"],
        note: &["note", "description", "comment"],
        entered: &["entered_at", "entered"],
        own: &["id"],
        names: &["product", "issue", "ticket", "tags", "tag", "project"],
    },
];

const CLOCKIFY: Layout = Layout {
    name: "Clockify",
    marks: &[],
    day: &["start date"],
    duration: &[("duration (h)", HOUR), ("duration (decimal)", HOUR)],
    person: &["user", "email"],
    ticket: &[],
    note: &["description"],
    entered: &["date of creation"],
    own: &[],
    names: &["tags", "task", "project", "client"],
};

/// A row as its tracker gives it; what it says of day and time is not read yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    /// From 1; of JSON the number of the entry.
    pub(super) line: u64,
    /// What the tracker knows it by, where that stays the same.
    pub(super) own: Option<String>,
    pub(super) day: String,
    /// The time of day, which tells two pieces of work of one day apart.
    pub(super) start: String,
    pub(super) duration: String,
    /// Seconds of a number without a unit.
    pub(super) unit: Option<f64>,
    pub(super) person: String,
    pub(super) ticket: String,
    pub(super) note: String,
    pub(super) entered: String,
    pub(super) confirmed: String,
    pub(super) activity: String,
    pub(super) names: Names,
}

/// The first line, in lower case.
pub(super) struct Header(Vec<String>);

impl Header {
    pub(super) fn new(record: &csv::StringRecord) -> Self {
        Self(record.iter().map(|name| name.trim().to_lowercase()).collect())
    }

    fn has(&self, wanted: &str) -> bool {
        self.0.iter().any(|name| name == wanted)
    }

    /// The filled cells of every column of this name: Jira has one for each component.
    pub(super) fn all<'r>(&'r self, record: &'r csv::StringRecord, wanted: &'r str) -> impl Iterator<Item = &'r str> {
        let cells = self.0.iter().zip(record).filter(move |(name, cell)| *name == wanted && !cell.trim().is_empty());
        cells.map(|(_, cell)| cell)
    }

    fn first(&self, record: &csv::StringRecord, wanted: &[&str]) -> String {
        let found = wanted.iter().find_map(|name| self.all(record, name).next());
        found.unwrap_or_default().trim().to_owned()
    }

    /// Whether it is Jira's list of issues with a column for each piece of work.
    pub(super) fn is_jira(&self) -> bool {
        self.has("log work") && self.has("issue key")
    }

    /// The tracker whose columns it has.
    pub(super) fn layout(&self) -> Option<&'static Layout> {
        let layout = LAYOUTS.iter().find(|layout| layout.marks.iter().all(|mark| self.has(mark)))?;
        let any = |names: &[&str]| names.iter().any(|name| self.has(name));
        let timed = layout.duration.iter().any(|(name, _)| self.has(name));
        (any(layout.day) && timed && any(layout.names)).then_some(layout)
    }
}

/// A row of a tracker that writes a row for each piece of work.
pub(super) fn row(layout: &Layout, header: &Header, record: &csv::StringRecord) -> Row {
    let first = |names: &[&str]| header.first(record, names);
    let duration = layout.duration.iter().find_map(|(name, unit)| {
        let text = first(&[name]);
        (!text.is_empty()).then_some((text, *unit))
    });
    let (duration, unit) = duration.unwrap_or_default();
    let level = |name: &&str| header.all(record, name).flat_map(|cell| split(name, cell)).collect();
    let mut names: Vec<Vec<String>> = layout.names.iter().map(level).collect();
    let ticket = first(layout.ticket);
    names.push(project_of(&ticket).into_iter().collect());
    // Who wrote a product into its own column meant it.
    if layout.name == "CSV" && names.first().is_some_and(|products| !products.is_empty()) {
        names.truncate(1);
    }
    // Only a file of this shape has columns for them.
    let written = |name: &str| if layout.name == "CSV" { first(&[name]) } else { String::new() };
    let activity = ["activity", "kind"].map(written).into_iter().find(|word| !word.is_empty()).unwrap_or_default();
    Row {
        line: record.position().map_or(0, csv::Position::line),
        own: Some(first(layout.own)).filter(|own| !own.is_empty()),
        day: first(layout.day),
        start: first(&["start time"]),
        duration,
        unit,
        person: first(layout.person),
        ticket,
        note: first(layout.note),
        entered: first(layout.entered),
        confirmed: written("manager_confirmed"),
        activity,
        names: Names(names),
    }
}

/// An issue `OPS-12` is of the project `OPS`.
fn project_of(ticket: &str) -> Option<String> {
    let (project, number) = ticket.rsplit_once('-')?;
    let is_key = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && !project.contains([' ', '/']);
    is_key.then(|| project.to_owned())
}

fn split(column: &str, value: &str) -> Vec<String> {
    let many = matches!(column, "tags" | "labels" | "all components");
    let parts: Vec<&str> = if many { value.split(',').collect() } else { vec![value] };
    parts.into_iter().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Jira writes one column `Log Work` for each piece of work of an issue: `comment;24/Nov/26 9:00 AM;author;seconds`.
pub(super) fn worklogs(header: &Header, record: &csv::StringRecord) -> Vec<Row> {
    let key = header.first(record, &["issue key"]);
    let level = |name| -> Vec<String> { header.all(record, name).map(|cell| cell.trim().to_owned()).collect() };
    let names = Names(vec![
        vec![key.clone()],
        [level("labels"), level("component/s"), level("components")].concat(),
        [level("project key"), project_of(&key).into_iter().collect()].concat(),
        level("project name"),
    ]);
    let rows = header.all(record, "log work").map(|cell| {
        let mut parts = cell.rsplitn(4, ';');
        let mut part = || parts.next().unwrap_or_default().trim().to_owned();
        let (duration, person, day, note) = (part(), part(), part(), part());
        Row {
            line: record.position().map_or(0, csv::Position::line),
            start: day.clone(),
            day,
            duration,
            unit: SECOND,
            person,
            ticket: key.clone(),
            note,
            names: names.clone(),
            ..Row::default()
        }
    });
    rows.collect()
}
