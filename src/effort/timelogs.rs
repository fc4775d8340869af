//! GitLab's time tracking as JSON: the answer to a GraphQL query for `timelogs`, or a list of such entries, wherever the query
//! put them: <https://docs.gitlab.com/api/graphql/reference/#timelog>.

use serde_json::Value;

use super::Names;
use super::layouts::Row;

/// What the objects around an entry say of it.
#[derive(Clone, Debug, Default)]
struct Around {
    ticket: String,
    title: String,
    labels: Vec<String>,
    projects: Vec<String>,
}

/// Every entry of the document, in its order.
///
/// # Errors
/// Why there is none.
pub(super) fn timelogs(text: &str) -> Result<Vec<Row>, String> {
    let document: Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let mut rows = Vec::new();
    collect(&document, &Around::default(), &mut rows);
    if rows.is_empty() {
        return Err("it holds no timelogs: ask for timelogs { nodes { id timeSpent spentAt … } }".to_owned());
    }
    for (number, row) in (1..).zip(&mut rows) {
        row.line = number;
    }
    Ok(rows)
}

fn collect(value: &Value, around: &Around, rows: &mut Vec<Row>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, around, rows)),
        Value::Object(map) if seconds(value).is_some() && spent_at(value).is_some() => {
            let inner = ["issue", "mergeRequest", "merge_request", "workItem", "project"];
            let around = inner.iter().filter_map(|name| map.get(*name)).fold(around.clone(), Around::with);
            rows.push(row(value, around));
        }
        Value::Object(map) => {
            let around = around.clone().with(value);
            map.values().for_each(|value| collect(value, &around, rows));
        }
        _ => {}
    }
}

fn seconds(node: &Value) -> Option<String> {
    ["timeSpent", "time_spent"].iter().find_map(|name| node.get(name)).filter(|value| value.is_number()).map(Value::to_string)
}

fn spent_at(node: &Value) -> Option<String> {
    ["spentAt", "spent_at"].iter().find_map(|name| node.get(name)).and_then(Value::as_str).map(str::to_owned)
}

impl Around {
    /// With what an issue, a merge request or a project says of itself; an inner object takes the place of an outer one.
    fn with(mut self, value: &Value) -> Self {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        if let Some(title) = text("title") {
            self.title = title;
            let number = text("iid").map(|iid| format!("#{iid}"));
            self.ticket = text("reference").or_else(|| text("webUrl")).or(number).unwrap_or_default();
        }
        let labels = value.pointer("/labels/nodes").and_then(Value::as_array).into_iter().flatten();
        let labels: Vec<String> = labels.filter_map(|label| label.get("title")?.as_str()).map(str::to_owned).collect();
        if !labels.is_empty() {
            self.labels = labels;
        }
        let projects: Vec<String> = ["fullPath", "name"].into_iter().filter_map(text).collect();
        if !projects.is_empty() {
            self.projects = projects;
        }
        self
    }
}

fn row(node: &Value, around: Around) -> Row {
    let text = |pointer: &str| node.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let summary = text("/summary");
    Row {
        own: Some(text("/id")).filter(|id| !id.is_empty()),
        day: spent_at(node).unwrap_or_default(),
        start: spent_at(node).unwrap_or_default(),
        duration: seconds(node).unwrap_or_default(),
        unit: Some(1.0),
        person: Some(text("/user/username")).filter(|name| !name.is_empty()).unwrap_or_else(|| text("/user/name")),
        note: if summary.is_empty() { around.title } else { summary },
        names: Names(vec![vec![around.ticket.clone()], around.labels, around.projects]),
        ticket: around.ticket,
        ..Row::default()
    }
}
