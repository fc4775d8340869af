//! `[[example]]` tables prove the package rules, with the look-up that a scan uses.

use super::super::compile::ProductUnit;
use super::super::index::Index;
use super::super::types::Data;
use crate::model::{Purl, Role};
use crate::problem::Code;

/// Runs a product's examples against everything known. A file with other faults is left out: its rules are not complete.
pub(crate) fn check(unit: &mut ProductUnit<'_>, data: &Data, index: &Index) {
    if !unit.faults.is_empty() {
        return;
    }
    let (mut positive, mut negative) = (false, false);
    for example in &unit.raw.example {
        let raw = example.get_ref();
        let (Some(text), Some(expect)) = (&raw.purl, &raw.expect) else {
            unit.faults.at(Code::MissingKey, example.span(), "an example needs `purl` and `expect`");
            continue;
        };
        let purl: Purl = match text.get_ref().parse() {
            Ok(purl) => purl,
            Err(error) => {
                unit.faults.at(Code::BadValue, text.span(), format!("{error}"));
                continue;
            }
        };
        let wanted = match expect.get_ref().as_str() {
            "none" => None,
            word => match word.parse::<Role>() {
                Ok(role) => Some(role),
                Err(error) => {
                    unit.faults.at(Code::BadValue, expect.span(), format!("{error}, none"));
                    continue;
                }
            },
        };
        *(if wanted.is_some() { &mut positive } else { &mut negative }) = true;
        let found = index.find(data, &purl);
        let own = found.filter(|hit| hit.product.id == unit.faults.file().stem()).map(|hit| hit.role);
        if own != wanted {
            let got = found.map_or_else(|| "nothing".to_owned(), |hit| format!("{} as {}", hit.product.id, hit.role));
            let text = format!("{purl} gives {got}, the example expects {expect}", expect = expect.get_ref());
            unit.faults.at(Code::ExampleFails, expect.span(), text);
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
