//! The text form of Yarn 1's lock file: entries at the margin, fields indented, no nesting below dependency lists.
//! A line that fits nowhere is left out; the first one is the fault.

use crate::model::Group;
use crate::problem::Code;

use super::document::Fault;
use super::npm::{self, Source};
use super::yarn_lock::{Entries, Entry, Identity};

/// What the indented lines belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// No entry, or a damaged one.
    Nowhere,
    Fields,
    Needs(Group),
    /// A list that is of no interest.
    Other,
}

/// The entries of `text`, in its order.
pub(super) fn parse(text: &str) -> Entries {
    let mut entries: Vec<Entry> = Vec::new();
    let mut place = Place::Nowhere;
    let mut fault = None;
    for (number, line) in text.lines().enumerate() {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let understood = match (indent, entries.last_mut()) {
            (0, _) => {
                let specs = specs(content);
                place = if specs.is_some() { Place::Fields } else { Place::Nowhere };
                entries.extend(specs.map(|specs| Entry { line: number + 1, specs, ..Entry::default() }));
                place == Place::Fields
            }
            (1..=3, Some(entry)) if place != Place::Nowhere => {
                place = field(content, entry);
                true
            }
            (_, Some(entry)) if place != Place::Nowhere => need(content, place, entry),
            _ => false,
        };
        if !understood && fault.is_none() {
            let shown: String = content.chars().take(40).collect();
            let text = format!("neither an entry nor a field: `{shown}`");
            fault = Some(Fault { code: Code::Malformed, line: number + 1, text });
        }
    }
    (entries, fault)
}

/// The specs of `a@1, "b@npm:c@2":`.
fn specs(content: &str) -> Option<Vec<String>> {
    let mut rest = content.strip_suffix(':')?;
    let mut specs = Vec::new();
    loop {
        let (spec, tail) = token(rest)?;
        specs.push(spec);
        match tail.trim_start().strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None if tail.trim().is_empty() => break,
            None => return None,
        }
    }
    specs.iter().all(|spec| !npm::split_spec(spec).1.is_empty() || spec.ends_with('@')).then_some(specs)
}

/// A quoted or bare word, and what follows it.
fn token(text: &str) -> Option<(String, &str)> {
    if text.starts_with('"') {
        let mut escaped = false;
        let end = text.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        })?;
        let (word, rest) = text.split_at_checked(end.0 + 1)?;
        return Some((serde_json::from_str(word).ok()?, rest));
    }
    let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    (!word.is_empty()).then(|| (word.to_owned(), rest))
}

fn field(content: &str, entry: &mut Entry) -> Place {
    match content {
        "dependencies:" => return Place::Needs(Group::Main),
        "optionalDependencies:" => return Place::Needs(Group::Optional),
        _ if content.ends_with(':') => return Place::Other,
        _ => {}
    }
    if let Some((key, rest)) = token(content)
        && let Some((value, _)) = token(rest.trim_start())
    {
        match key.trim_end_matches(':') {
            "version" => entry.version = Some(value),
            "name" => entry.name = Some(value),
            "resolved" => entry.resolved = Some(value),
            _ => {}
        }
    }
    Place::Fields
}

fn need(content: &str, place: Place, entry: &mut Entry) -> bool {
    let Place::Needs(group) = place else { return place == Place::Other };
    let Some((name, rest)) = token(content) else { return false };
    let range = token(rest.trim_start()).map_or_else(String::new, |(range, _)| range);
    entry.needs.push((format!("{name}@{range}"), group));
    true
}

/// `alias@npm:name@range` is `name`, unless the entry has a name of its own; a range that is a folder's path makes it own code.
pub(super) fn identify(entry: &Entry) -> Identity {
    let (mut name, mut range) = entry.specs.first().map_or(("", ""), |spec| npm::split_spec(spec));
    if let Some(real) = range.strip_prefix("npm:") {
        let (real_name, real_range) = npm::split_spec(real);
        if npm::is_name(real_name) {
            (name, range) = (real_name, real_range);
        }
    }
    if npm::source(range) == Source::Folder {
        return Identity::Own(None);
    }
    let source = npm::source(entry.resolved.as_deref().unwrap_or(range));
    Identity::Package { name: entry.name.clone().unwrap_or_else(|| name.to_owned()), source }
}
