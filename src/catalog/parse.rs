//! TOML text → raw tables, with every syntax and structure fault of the file and not only the first.
//!
//! serde stops at the first unknown key or wrong type. So the offending entry is taken out and the rest is read again,
//! until the rest is sound; what was taken out is a fault.

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::check::texts;
use super::faults::Faults;
use crate::problem::Code;

/// After so many structure faults the file is not read again.
const MOST_FAULTS: usize = 100;

/// The raw form of the file; `None` if its syntax leaves nothing to check.
pub(crate) fn parse<T: DeserializeOwned>(faults: &mut Faults<'_>) -> Option<T> {
    let text = &faults.file().text;
    let (mut table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        for error in errors {
            faults.at(Code::TomlSyntax, error.span().unwrap_or_default(), one_line(error.message()));
        }
        return None;
    }
    texts::check(table.get_mut(), faults);
    for _ in 0..MOST_FAULTS {
        let error = match T::deserialize(Deserializer::from(table.clone())) {
            Ok(raw) => return Some(raw),
            Err(error) => error,
        };
        let span = error.span().unwrap_or_default();
        // serde lists the keys that it knows; they are what to do next.
        let says = one_line(error.message()).replacen(", expected one of ", "; use one of: ", 1);
        faults.at(Code::UnknownKey, span.clone(), says);
        match remove_at(table.get_mut(), span.start) {
            None => return None,
            Some(Removed::Key) => {}
            Some(Removed::Value(key)) => faults.mistyped(key),
        }
    }
    None
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What was taken out.
enum Removed {
    /// An entry whose key is unknown, or an element of a list.
    Key,
    /// An entry whose value is of the wrong type.
    Value(String),
}

/// Takes out the innermost entry whose key or value stands at byte `at`.
fn remove_at(table: &mut DeTable<'_>, at: usize) -> Option<Removed> {
    let named = table.keys().find(|key| key.span().contains(&at)).cloned();
    if let Some(key) = named {
        table.remove(&key);
        return Some(Removed::Key);
    }
    // The span of a table covers its header only, so that nesting does not show in the spans: descend everywhere.
    if let Some(removed) = table.iter_mut().find_map(|(_, value)| remove_within(value, at)) {
        return Some(removed);
    }
    let holder = table.iter().find(|(_, value)| value.span().contains(&at)).map(|(key, _)| key.clone())?;
    table.remove(&holder);
    Some(Removed::Value(holder.into_inner().into_owned()))
}

fn remove_within(value: &mut Spanned<DeValue<'_>>, at: usize) -> Option<Removed> {
    match value.get_mut() {
        DeValue::Table(table) => remove_at(table, at),
        DeValue::Array(items) => {
            if let Some(removed) = items.iter_mut().find_map(|item| remove_within(item, at)) {
                return Some(removed);
            }
            let index = items.iter().position(|item| item.span().contains(&at))?;
            let others = items.iter().enumerate().filter(|(position, _)| *position != index);
            *items = others.map(|(_, item)| item.clone()).collect();
            Some(Removed::Key)
        }
        _ => None,
    }
}
