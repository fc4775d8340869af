//! `[[example]]` tables prove the rules of a file, with the look-ups that a scan uses. Those of bytes are read here and tried
//! by `underpin catalog test`.

use super::super::compile::ProductUnit;
use super::super::example::{self, answers, cycle_of};
use super::super::index::Index;
use super::super::types::Data;
use crate::problem::Code;

/// Runs a product's examples against everything known. A file with other faults is left out: its rules are not complete.
pub(crate) fn check(unit: &mut ProductUnit<'_>, data: &Data, index: &Index) {
    if !unit.faults.is_empty() {
        return;
    }
    let id = unit.id();
    let examples = example::read(&unit.raw, &mut unit.faults);
    let (positive, negative) =
        (examples.iter().any(|(one, _)| one.expect.is_some()), examples.iter().any(|(one, _)| one.expect.is_none()));
    for (example, raw) in examples {
        let Some(found) = answers(&example.subject, data, index) else { continue };
        if let Err(wrong) = example.judge(id, &found, |version| cycle_of(id, version, data, index)) {
            let stated = [("version", &raw.version), ("cycle", &raw.cycle), ("expect", &raw.expect)];
            let span = stated.into_iter().find(|(key, _)| *key == wrong.key).and_then(|(_, value)| value.as_ref());
            unit.faults.at(Code::ExampleFails, span.map(toml::Spanned::span).unwrap_or_default(), wrong.text);
        }
    }
    if let Some(first) = unit.raw.package.first() {
        for (there, says) in [
            (positive, "no example expects a role; add one [[example]] that proves the match"),
            (negative, "no example expects none; add one [[example]] of a look-alike that must not match"),
        ] {
            if !there {
                unit.faults.at(Code::NoExample, first.span(), says);
            }
        }
    }
}
