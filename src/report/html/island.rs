//! The data that the script computes with, as JSON in the page. What many cases share stands once, in a table, and is named by
//! its place there; every text is harmless before it comes here and cannot end the element that it stands in.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::cases;
use crate::report::story;
use crate::report::text::visible;
use crate::report::view::{Contender, Figure, Opportunity, Recipe, ReportV1};
use crate::score::{Context, DRAWS, Exploited, Input, Inputs, Symbol, WhatIf, seed};

/// Rows that are told once and named by their number.
#[derive(Default)]
struct Table {
    rows: Vec<Value>,
    numbers: BTreeMap<String, usize>,
}

impl Table {
    fn number(&mut self, row: Value) -> usize {
        let next = self.rows.len();
        let number = *self.numbers.entry(row.to_string()).or_insert(next);
        if number == next {
            self.rows.push(row);
        }
        number
    }
}

#[derive(Default)]
struct Tables {
    texts: Table,
    inputs: Table,
    contexts: Table,
    /// An offer's inputs, by their numbers, and its other answers.
    offers: Table,
}

/// The text of the element.
pub(super) fn island(report: &ReportV1) -> String {
    let mut tables = Tables::default();
    let shown: Vec<Value> = report.opportunities.iter().map(|case| one(case, report, &mut tables)).collect();
    let symbols: Vec<Value> =
        Symbol::ALL.iter().map(|symbol| json!([symbol.word(), symbol.meaning(), symbol.is_money()])).collect();
    let data = json!({
        "draws": DRAWS,
        "currency": visible(&report.totals.currency),
        "arguments": visible(&report.tool.arguments),
        "symbols": symbols,
        "texts": tables.texts.rows,
        "inputs": tables.inputs.rows,
        "contexts": tables.contexts.rows,
        "offers": tables.offers.rows,
        "cases": shown,
    });
    inert(&data.to_string())
}

/// JSON in which no character can open or close an element, and none ends a line of a script.
fn inert(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            other => safe.push(other),
        }
    }
    safe
}

fn one(case: &Opportunity, report: &ReportV1, tables: &mut Tables) -> Value {
    let mut data = json!({
        "id": visible(&case.id),
        "name": story::case_name(case),
        "ended": case.lifecycle.state.ended(),
        "way": tables.texts.number(story::way_on(case).into()),
        "offered": cases::offered(report, case),
        "scope": tables.texts.number(cases::scope(case).into()),
    });
    let told = cases::told(report, case);
    if let Some(fields) = data.as_object_mut().filter(|_| !told.is_empty()) {
        let text = |(what, words): (cases::Told, String)| {
            let [line, behind] = [cases::line(what, &words), what.behind().to_owned()];
            [tables.texts.number(line.into()), tables.texts.number(behind.into())]
        };
        let lines: Vec<Value> = told.into_iter().map(text).map(|numbers| json!(numbers)).collect();
        fields.insert("told".to_owned(), lines.into());
    }
    if let (Some(recipe), Some(fields)) = (&case.recipe, data.as_object_mut()) {
        fields.insert("seeds".to_owned(), BASE64_STANDARD.encode(seeds(recipe)).into());
        fields.insert("context".to_owned(), tables.contexts.number(context(&recipe.context)).into());
        let offers = recipe.contenders.iter().map(|offer| contender(offer, recipe, tables)).collect();
        let words: Vec<&str> = drawn(recipe).iter().map(|symbol| symbol.word()).collect();
        fields.insert("drawn".to_owned(), tables.texts.number(words.join(" ").into()).into());
        fields.insert("offers".to_owned(), Value::Array(offers));
    }
    data
}

/// The inputs that vary in some offer or answer, in the order of the model: no other is drawn, whatever a reader says.
fn drawn(recipe: &Recipe) -> Vec<Symbol> {
    let varies = |symbol: &&Symbol| {
        let in_some = |inputs: &Inputs| !inputs.triple(**symbol).is_constant();
        let other = |offer: &Contender| offer.what_ifs.iter().any(|what_if| in_some(&what_if.situation.inputs));
        recipe.contenders.iter().any(|offer| in_some(&offer.inputs) || other(offer))
    };
    Symbol::ALL.iter().filter(varies).copied().collect()
}

/// The seeds of what is drawn.
fn seeds(recipe: &Recipe) -> Vec<u8> {
    drawn(recipe).iter().flat_map(|symbol| seed(&recipe.key, symbol.word()).to_be_bytes()).collect()
}

fn context(context: &Context) -> Value {
    json!({
        "env": context.env.word(),
        "exposure": context.exposure.word(),
        "life": context.life.word(),
        "exploited": match context.exploited { Exploited::NotKnown => 0, Exploited::Likely => 1, Exploited::Known => 2 },
        "regimes": !context.regimes.is_empty(),
        "services": context.services,
        "successor": context.upgrade_path,
        "accepted": context.accepted_risk,
    })
}

fn contender(offer: &Contender, recipe: &Recipe, tables: &mut Tables) -> Value {
    let what_ifs: Vec<Value> = offer.what_ifs.iter().map(|what_if| other(what_if, offer, recipe, tables)).collect();
    let row = json!({ "sold": offer.sold, "inputs": numbers(&offer.inputs, tables), "else": what_ifs });
    tables.offers.number(row).into()
}

/// The question, and what is different with its other answer.
fn other(what_if: &WhatIf, offer: &Contender, recipe: &Recipe, tables: &mut Tables) -> Value {
    let situation = &what_if.situation;
    let changed = situation.inputs.iter().filter(|(symbol, input)| offer.inputs.get(*symbol) != Some(input));
    let inputs: Vec<usize> = changed.map(|(symbol, input)| number(symbol, input, tables)).collect();
    let context = (situation.context != recipe.context).then(|| tables.contexts.number(context(&situation.context)));
    json!([what_if.open.word(), context, inputs])
}

fn numbers(inputs: &Inputs, tables: &mut Tables) -> Vec<usize> {
    inputs.iter().map(|(symbol, input)| number(symbol, input, tables)).collect()
}

fn number(symbol: Symbol, input: &Input, tables: &mut Tables) -> usize {
    let basis = tables.texts.number(visible(&input.basis).into());
    let [lo, likely, hi] = [input.triple.lo(), input.triple.likely(), input.triple.hi()].map(Figure);
    tables.inputs.number(json!([symbol.word(), lo, likely, hi, input.source.word(), basis]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_data_ends_its_element() {
        let text = inert(r#"{"a":"</script><!-- & \u2028"}"#);
        assert!(!text.contains(['<', '>', '&']), "{text}");
        let read: Value = serde_json::from_str(&text).expect("still JSON");
        assert_eq!(read["a"], "</script><!-- & \u{2028}");
    }

    #[test]
    fn what_is_told_twice_has_one_number() {
        let mut table = Table::default();
        assert_eq!([table.number(json!(["h", 1])), table.number(json!("x")), table.number(json!(["h", 1]))], [0, 1, 0]);
        assert_eq!(table.rows.len(), 2);
    }
}
