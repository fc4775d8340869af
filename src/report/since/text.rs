//! The comparison for people: one line a change, and what cannot be said.

use crate::report::text::{counted, places, visible};
use crate::report::view::{Cause, Change, ChangeWord, ReportV1, Since, SinceBasis};

/// A change in three cells.
pub(in crate::report) struct Line {
    /// `new`, `end of life` …
    pub(in crate::report) what: &'static str,
    /// Name, with the hosts where there are several.
    pub(in crate::report) name: String,
    /// What it was and is, and why.
    pub(in crate::report) how: String,
}

/// `2026-10-01`, or what else it is compared with.
pub(in crate::report) fn title(since: &Since) -> String {
    match since.basis {
        SinceBasis::Scan => "an earlier scan".to_owned(),
        SinceBasis::Report | SinceBasis::Day => since.as_of.to_string(),
    }
}

/// The file that it is compared with, and what to know of it.
pub(in crate::report) fn source(since: &Since) -> Option<String> {
    let file = visible(since.source.as_deref()?);
    Some(match since.basis {
        SinceBasis::Scan => format!("{file}, both judged as of {}", since.as_of),
        SinceBasis::Report | SinceBasis::Day => file,
    })
}

/// Both in a line.
pub(in crate::report) fn heading(since: &Since) -> String {
    let title = title(since);
    source(since).map_or_else(|| title.clone(), |source| format!("{title} ({source})"))
}

/// One line a change, in their order.
pub(in crate::report) fn lines(report: &ReportV1, since: &Since) -> Vec<Line> {
    let several = report.targets.len() > 1;
    since.changes.iter().map(|change| Line { what: what(change.kind), name: name(change, several), how: how(change) }).collect()
}

fn what(kind: ChangeWord) -> &'static str {
    match kind {
        ChangeWord::EndOfLife => "end of life",
        ChangeWord::Verdict => "verdict",
        ChangeWord::Decided => "decided",
        ChangeWord::New => "new",
        ChangeWord::Upgraded => "upgraded",
        ChangeWord::Downgraded => "downgraded",
        ChangeWord::Gone => "gone",
    }
}

fn name(change: &Change, several: bool) -> String {
    let ended = change.kind == ChangeWord::EndOfLife;
    let version = change.from.as_deref().filter(|_| ended).map_or_else(String::new, |version| format!(" {version}"));
    let name = visible(&format!("{}{version}", change.name));
    if several && !change.hosts.is_empty() { format!("{name}, {}", places(&change.hosts, "host", 2)) } else { name }
}

fn how(change: &Change) -> String {
    let side = |text: &Option<String>, none: &str| text.as_deref().map_or_else(|| none.to_owned(), visible);
    let text = match change.kind {
        ChangeWord::EndOfLife => {
            let day = change.to.as_deref().map_or_else(String::new, |day| format!(" {}", visible(day)));
            format!("free fixes ended{day}")
        }
        ChangeWord::Verdict => {
            let none = if change.to.is_none() { "no case any more" } else { "no case" };
            format!("now: {}; was: {}", side(&change.to, none), side(&change.from, "no case"))
        }
        ChangeWord::Decided => side(&change.to, "unknown"),
        ChangeWord::New => side(&change.to, "version unknown"),
        ChangeWord::Gone => side(&change.from, "version unknown"),
        ChangeWord::Upgraded | ChangeWord::Downgraded => {
            format!("{} to {}", side(&change.from, "unknown"), side(&change.to, "unknown"))
        }
    };
    if change.causes.is_empty() {
        return text;
    }
    let causes: Vec<String> = change.causes.iter().map(cause).collect();
    format!("{text}. Why: {}", causes.join("; "))
}

fn cause(cause: &Cause) -> String {
    let side = |text: &Option<String>| text.as_deref().map_or_else(|| "none".to_owned(), visible);
    format!("{} {} to {}", visible(&cause.name), side(&cause.from), side(&cause.to))
}

/// What stayed as it was, and of what nothing can be said.
pub(in crate::report) fn notes(since: &Since) -> Vec<String> {
    let mut notes = Vec::new();
    if since.changes.is_empty() {
        notes.push("Nothing changed".to_owned());
    }
    if since.unchanged_cases > 0 {
        notes.push(format!("{} with the same verdict", counted(since.unchanged_cases, "case")));
    }
    if !since.not_looked_at.is_empty() {
        notes.push(format!("missing, not gone: {} of then not looked at now", names(&since.not_looked_at)));
    }
    if !since.first_looked_at.is_empty() {
        notes.push(format!("looked at for the first time: {}", names(&since.first_looked_at)));
    }
    notes
}

fn names(names: &[String]) -> String {
    names.iter().map(|name| visible(name)).collect::<Vec<_>>().join(", ")
}
