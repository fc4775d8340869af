//! Reads what trackers export, told apart by what it starts with and by its header, never by its name:
//! Toggl Track's and Clockify's detailed report, Tempo's worklog, Jira's issues with `Log Work`, GitLab's issues (CSV) and
//! timelogs (JSON), and any CSV with a day, a duration and a product or project.

use std::collections::BTreeMap;

use super::entry::identity;
use super::layouts::{self, Header, Row};
use super::timelogs::timelogs;
use super::{Activity, DateOrder, Entry, Mapping, day, hours};
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

/// How an export is read.
pub struct Reading<'r> {
    /// What somebody mapped.
    pub mapping: &'r Mapping,
    /// The product id that a name means by itself.
    pub known: &'r dyn Fn(&str) -> Option<String>,
    /// What rows are that say nothing.
    pub activity: Activity,
    /// What comes first in `03/04/2026`, where the export itself leaves it open.
    pub order: Option<DateOrder>,
    /// The day of the import.
    pub today: Date,
}

/// Reads an export.
///
/// # Errors
/// Why it is no export that can be read at all.
pub fn read(text: &str, reading: &Reading<'_>) -> Result<Imported, String> {
    let text = text.trim_start_matches('\u{feff}');
    let (format, rows, mut rejected) =
        if text.trim_start().starts_with(['{', '[']) { ("GitLab timelogs", timelogs(text)?, Vec::new()) } else { table(text)? };
    let order = reading.order.or_else(|| order(&rows));
    let mut alike: BTreeMap<String, u32> = BTreeMap::new();
    let mut entries = Vec::new();
    for row in &rows {
        match entry(row, format, order, reading, &mut alike) {
            Ok(entry) => entries.push(entry),
            Err(reason) => rejected.push(Rejected { line: row.line, reason }),
        }
    }
    rejected.sort_by_key(|row| row.line);
    Ok(Imported { format, entries, rejected })
}

/// One program wrote all days in one order, so a day that can be read one way only tells how the others are to be read; `None`
/// if none of them is such a day, or if two of them disagree.
fn order(rows: &[Row]) -> Option<DateOrder> {
    let only = |one, other| rows.iter().any(|row| day(&row.day, Some(one)).is_ok() && day(&row.day, Some(other)).is_err());
    match (only(DateOrder::Dmy, DateOrder::Mdy), only(DateOrder::Mdy, DateOrder::Dmy)) {
        (true, false) => Some(DateOrder::Dmy),
        (false, true) => Some(DateOrder::Mdy),
        _ => None,
    }
}

fn entry(
    row: &Row,
    format: &str,
    order: Option<DateOrder>,
    reading: &Reading<'_>,
    alike: &mut BTreeMap<String, u32>,
) -> Result<Entry, String> {
    if row.day.is_empty() {
        return Err(match format {
            "GitLab issues" => "the issue is open, so nothing says when it was worked on: export timelogs instead".to_owned(),
            _ => "it has no day of work".to_owned(),
        });
    }
    let worked = day(&row.day, order)?;
    if worked > reading.today {
        return Err(format!("{worked} is in the future"));
    }
    if row.duration.starts_with('-') {
        return Err(format!("`{}` takes time back: lower the entry that it corrects", row.duration));
    }
    let seconds = hours(&row.duration, row.unit)?;
    let id = id(row, format, worked, seconds, alike);
    let entered = match row.entered.as_str() {
        "" => reading.today,
        text => day(text, order)?,
    };
    Ok(Entry {
        day: worked,
        seconds,
        product: reading.mapping.product(&row.names, reading.known)?,
        activity: activity(row, reading)?,
        person: row.person.clone(),
        ticket: row.ticket.clone(),
        note: row.note.clone(),
        entered,
        confirmed: row.confirmed.clone(),
        id,
    })
}

/// What the row says, else a tag or label that is called like an activity, else what the importer says.
fn activity(row: &Row, reading: &Reading<'_>) -> Result<Activity, String> {
    if !row.activity.is_empty() {
        return Activity::called(&row.activity).map_err(|error| error.to_string());
    }
    let tagged = row.names.0.iter().flatten().find_map(|name| Activity::called(name).ok());
    Ok(tagged.unwrap_or(reading.activity))
}

/// The tracker's own id; else one made of what the work was, so that columns which are added, or money which is edited, make no
/// second entry of it. Rows alike are as many pieces of work: their number among their like tells them apart in each reading.
fn id(row: &Row, format: &str, day: Date, seconds: u64, alike: &mut BTreeMap<String, u32>) -> String {
    if let Some(own) = &row.own {
        return if format == "GitLab issues" { identity(&[format, own]) } else { own.clone() };
    }
    let names = row.names.0.concat().join("\u{1f}");
    let (day, seconds) = (day.to_string(), seconds.to_string());
    let work = identity(&[format, &day, &row.start, &seconds, &row.person, &row.ticket, &row.note, &names]);
    let count = alike.entry(work.clone()).or_default();
    *count += 1;
    if *count == 1 { work } else { format!("{work}-{count}") }
}

type Table = (&'static str, Vec<Row>, Vec<Rejected>);

fn table(text: &str) -> Result<Table, String> {
    // Spreadsheets of some countries put their delimiter into a line of its own.
    let (skipped, text) = match text.split_once('\n') {
        Some((first, rest)) if first.trim().starts_with("sep=") => (1, rest),
        _ => (0, text),
    };
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|one| first.bytes().filter(|byte| byte == one).count());
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter.unwrap_or(b',')).flexible(true).from_reader(text.as_bytes());
    let header = Header::new(reader.headers().map_err(|error| error.to_string())?);
    let (is_jira, layout) = (header.is_jira(), header.layout());
    if !is_jira && layout.is_none() {
        return Err(unknown(first));
    }
    let (mut rows, mut rejected) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match (record, layout.filter(|_| !is_jira)) {
            (Ok(record), Some(layout)) => rows.push(layouts::row(layout, &header, &record)),
            (Ok(record), None) => rows.extend(layouts::worklogs(&header, &record)),
            (Err(error), _) => {
                let line = error.position().map_or(0, csv::Position::line);
                rejected.push(Rejected { line, reason: "it is no row of a CSV".to_owned() });
            }
        }
    }
    rows.iter_mut()
        .map(|row| &mut row.line)
        .chain(rejected.iter_mut().map(|row| &mut row.line))
        .for_each(|line| *line += skipped);
    Ok((if is_jira { "Jira" } else { layout.map_or("CSV", |layout| layout.name) }, rows, rejected))
}

fn unknown(first: &str) -> String {
    let shown: String = first.chars().take(100).collect();
    format!(
        "its first line `{shown}` is no detailed report of Toggl or Clockify, no worklog of Tempo, no list of issues of Jira with \
         all fields (Log Work) or of GitLab, and has no columns such as date, minutes and product"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping() -> Mapping {
        let mut mapping = Mapping::default();
        mapping.insert("Web", "nginx");
        mapping.insert("OPS", "redis");
        mapping
    }

    fn with_order(text: &str, order: Option<DateOrder>) -> Result<Imported, String> {
        let mapping = mapping();
        let known = |name: &str| (name.to_lowercase() == "postgresql").then(|| "postgresql".to_owned());
        let today = Date::constant(2026, 11, 24);
        read(text, &Reading { mapping: &mapping, known: &known, activity: Activity::Routine, order, today })
    }

    fn import(text: &str) -> Imported {
        with_order(text, None).expect("an export")
    }

    fn shown(text: &str) -> String {
        let found = import(text);
        let entries = found
            .entries
            .iter()
            .map(|e| format!("{} {} {} {} {}|{}|{}", e.day, e.seconds, e.product, e.activity, e.person, e.ticket, e.note));
        let rejected = found.rejected.iter().map(|row| format!("{}: {}", row.line, row.reason));
        std::iter::once(found.format.to_owned()).chain(entries).chain(rejected).collect::<Vec<_>>().join("\n")
    }

    fn ids(text: &str) -> Vec<String> {
        import(text).entries.into_iter().map(|entry| entry.id).collect()
    }

    const TOGGL: &str = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount (EUR)\n";

    #[test]
    fn toggl() {
        let text = format!(
            "\u{feff}{TOGGL}Ana,a@example.org,ACME,Web,,\"Reload, twice\",No,2026-10-05,09:00:00,2026-10-05,10:30:00,01:30:00,\"incident, late\",\n\
             Ana,a@example.org,ACME,Lunch,,,No,2026-10-05,12:00:00,2026-10-05,13:00:00,01:00:00,,\n\
             Ana,a@example.org,,Web,,,No,2026-10-06,09:00:00,2026-10-06,09:00:00,00:00:00,,\n"
        );
        let expected = "Toggl\n2026-10-05 5400 nginx incident Ana||Reload, twice\n3: no product for `Lunch`, `ACME`\n4: `00:00:00` is no time at all";
        assert_eq!(shown(&text), expected);
    }

    const CLOCKIFY: &str = "Project;Client;Description;Task;User;Group;Email;Tags;Billable;Start Date;Start Time;End Date;End Time;Duration (h);Duration (decimal);Date of creation\n";

    #[test]
    fn clockify_with_a_decimal_comma_and_days_whose_order_one_of_them_tells() {
        let row = |day: &str| {
            format!("Web;;Patch;;Ben;;b@example.org;;No;{day};09:00:00 AM;{day};09:30:00 AM;00:30:00;0,50;26/10/2026\n")
        };
        let text = format!("{CLOCKIFY}{}{}", row("25/10/2026"), row("04/10/2026"));
        assert_eq!(shown(&text), "Clockify\n2026-10-25 1800 nginx routine Ben||Patch\n2026-10-04 1800 nginx routine Ben||Patch");
        assert_eq!(import(&text).entries[1].entered, Date::constant(2026, 10, 26));
        let text = format!("{}{}", CLOCKIFY.replace(";Date of creation", ""), row("04/10/2026"));
        let expected = "Clockify\n2: `04/10/2026` may be 2026-10-04 or 2026-04-10: give --dates dmy or mdy";
        assert_eq!(shown(&text), expected);
        let entries = with_order(&text, Some(DateOrder::Mdy)).expect("an export").entries;
        assert_eq!(entries[0].day, Date::constant(2026, 4, 10));
    }

    #[test]
    fn clockify_without_the_column_of_hours_and_minutes() {
        let text = "Project,Start Date,Duration (decimal)\nWeb,2026-10-05,0.25\n";
        assert_eq!(shown(text), "Clockify\n2026-10-05 900 nginx routine ||");
    }

    #[test]
    fn tempo() {
        let text = "\"Issue Key\",\"Issue summary\",\"Hours\",\"Work date\",\"Username\",\"Full name\",\"Project Key\",\"Work Description\"\n\
            OPS-12,Slow cache,2.25,2026-10-05 09:00,cy,Cy Dee,OPS,Tuned it\n";
        assert_eq!(shown(text), "Tempo\n2026-10-05 8100 redis routine Cy Dee|OPS-12|Tuned it");
    }

    #[test]
    fn jira_has_a_column_for_each_piece_of_work() {
        let text = "Summary,Issue key,Component/s,Component/s,Log Work,Log Work\n\
            Slow,OPS-12,,incident,Tuned; again;05/Oct/26 9:00 AM;cy;3600,;06/Oct/26 9:00 AM;cy;1800\n";
        assert_eq!(
            shown(text),
            "Jira\n2026-10-05 3600 redis incident cy|OPS-12|Tuned; again\n2026-10-06 1800 redis incident cy|OPS-12|"
        );
    }

    #[test]
    fn gitlab_s_issues() {
        let text = "ID,IID,Title,URL,Author Username,Assignee Username,Closed At (UTC),Labels,Time Estimate,Time Spent\n\
            90,7,Upgrade,https://git.example/w/-/issues/7,ana,,2026-10-05 09:00:00,\"upgrade,postgresql\",0,7200\n\
            91,8,Open,https://git.example/w/-/issues/8,ana,,,postgresql,0,7200\n";
        let expected = "GitLab issues\n2026-10-05 7200 postgresql upgrade ana|https://git.example/w/-/issues/7|Upgrade\n\
            3: the issue is open, so nothing says when it was worked on: export timelogs instead";
        assert_eq!(shown(text), expected);
        assert_eq!(ids(text), ids(&text.replace("7200", "9000")), "an issue is one entry, however long it took in the end");
    }

    #[test]
    fn gitlab_s_timelogs_wherever_the_query_put_them() {
        let text = r##"{"data": {"timelogs": {"nodes": [{"id": "gid://gitlab/Timelog/5", "timeSpent": 900, "spentAt": "2026-10-05T09:00:00Z",
            "user": {"username": "ana"}, "summary": "", "project": {"fullPath": "web"}, "issue": {"title": "Slow", "reference": "w#3"}},
            {"timeSpent": -900, "spentAt": "2026-10-06T09:00:00Z", "project": {"fullPath": "web"}}]}}}"##;
        let expected = "GitLab timelogs\n2026-10-05 900 nginx routine ana|w#3|Slow\n2: `-900` takes time back: lower the entry that it corrects";
        assert_eq!(shown(text), expected);
        assert_eq!(ids(text), ["gid://gitlab/Timelog/5"]);
        let text = r#"{"data": {"projects": {"nodes": [{"name": "Web", "issues": {"nodes": [{"iid": "4", "title": "Fast", "timelogs":
            {"nodes": [{"timeSpent": 60, "spentAt": "2026-10-05T09:00:00Z", "user": {"name": "Ben"}}]}}]}}]}}}"#;
        assert_eq!(shown(text), "GitLab timelogs\n2026-10-05 60 nginx routine Ben|#4|Fast");
        assert_eq!(shown(r#"[{"time_spent": 60, "spent_at": "2026-10-05", "project": {"name": "web"}}]"#).lines().count(), 2);
    }

    #[test]
    fn a_csv_of_one_s_own_with_every_column() {
        let text = "sep=;\nDate;Minutes;Product;Activity;Person;Ticket;Note;entered_at;manager_confirmed;id\n\
            2026-10-05;90;PostgreSQL;EOL workaround;ana;OPS-1;Backport;2026-10-07;Jo Roe;x1\n\
            2026-10-05;90;;idle;ana;OPS-1;;;;\n";
        let expected = "CSV\n2026-10-05 5400 postgresql eol_workaround ana|OPS-1|Backport\n4: ";
        assert!(shown(text).starts_with(expected), "{}", shown(text));
        let entry = &import(text).entries[0];
        assert_eq!((entry.entered, entry.confirmed.as_str(), entry.id.as_str()), (Date::constant(2026, 10, 7), "Jo Roe", "x1"));
    }

    #[test]
    fn rows_alike_are_two_and_the_same_in_each_reading_and_in_a_longer_export() {
        let text =
            "day,hours,project\n2026-10-05,1,web\n2026-10-05,1,web\n2026-10-05,5400s,web\n2026-10-05,1,\n2027-01-01,1,web\n";
        let found = import(text);
        let distinct: std::collections::BTreeSet<_> = found.entries.iter().map(|entry| &entry.id).collect();
        assert_eq!((found.entries.len(), distinct.len(), found.rejected.len()), (3, 3, 2));
        assert_eq!(import(text), found);
        let longer = text.replace("day,hours,project\n", "day,hours,project\n2026-10-06,1,web\n2026-10-05,1,web\n");
        let more = ids(&longer);
        assert!(distinct.iter().all(|id| more.contains(id)), "{more:?}");
        assert_eq!(more.len(), 5);
    }

    #[test]
    fn further_columns_and_another_delimiter_make_no_other_row() {
        let text = format!("{TOGGL}Ana,a@example.org,,Web,,Patch,No,2026-10-05,09:00:00,2026-10-05,10:30:00,01:30:00,,\n");
        let wider = text.replace("Amount (EUR)\n", "Amount (EUR),Rate\n").replace("01:30:00,,", "01:30:00,,80,40");
        assert_eq!(ids(&text), ids(&wider));
        assert_eq!(ids(&text), ids(&text.replace(',', "\t")));
    }

    #[test]
    fn what_is_no_export_is_refused() {
        for text in ["", "name,colour\nx,red\n", "{\"a\": 1}", "{"] {
            assert!(with_order(text, None).is_err(), "{text}");
        }
    }
}
