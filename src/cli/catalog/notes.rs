//! What the code of conduct says of the programmes in a file: a grade, and the terms that nobody stated, counted.

use std::fmt;

use serde::Serialize;

use crate::catalog::conduct::{Force, Rule, assess};
use crate::catalog::{Catalog, Programme, SourceFile};
use crate::model::Date;
use crate::report::visible;

/// The grade of one programme.
#[derive(Serialize)]
pub(super) struct Note {
    path: String,
    programme: String,
    grade: &'static str,
    /// Rules that a stated term breaks.
    broken: Vec<Named>,
    /// Rules for which a term is not stated.
    unknown: Vec<Named>,
}

#[derive(Serialize)]
struct Named {
    rule: &'static str,
    /// `reject`, `block` or `label`.
    force: &'static str,
    asks: &'static str,
}

impl Note {
    /// The grade of a programme that stands in the file `path`.
    pub(super) fn new(path: &str, programme: &Programme, today: Date) -> Self {
        let found = assess(programme, today);
        let named = |rules: Vec<&'static Rule>| rules.into_iter().map(Named::of).collect();
        Self {
            path: path.to_owned(),
            programme: programme.id.clone(),
            grade: found.grade.word(),
            broken: named(found.broken),
            unknown: named(found.unknown),
        }
    }
}

impl Named {
    fn of(rule: &'static Rule) -> Self {
        let force = match rule.force {
            Force::Reject => "reject",
            Force::Block => "block",
            Force::Label => "label",
        };
        Self { rule: rule.id, force, asks: rule.asks }
    }
}

/// The programmes of the vendors in `files`.
pub(super) fn of(catalog: &Catalog, files: &[&SourceFile], today: Date) -> Vec<Note> {
    let vendors = files.iter().filter_map(|file| {
        let id = file.relative.strip_prefix("vendors/")?.strip_suffix(".toml")?;
        Some((file.shown.as_str(), catalog.vendors().iter().find(|vendor| vendor.id == id)?))
    });
    vendors.flat_map(|(path, vendor)| vendor.programmes.iter().map(move |one| Note::new(path, one, today))).collect()
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, programme, grade, broken, unknown } = self;
        writeln!(f, "{}: note: programme `{}` is {grade}", visible(path), visible(programme))?;
        for one in broken {
            let does = match one.force {
                "reject" => "refuses the record",
                "block" => "no referral",
                _ => "said beside it",
            };
            writeln!(f, "       {} does not hold ({does}): {}", one.rule, one.asks)?;
        }
        if !unknown.is_empty() {
            let rules: Vec<&str> = unknown.iter().map(|one| one.rule).collect();
            writeln!(f, "       {} rules rest on terms that are not stated: {}", rules.len(), rules.join(" "))?;
        }
        Ok(())
    }
}
