//! The explicit case: one case whose inputs a file gives, so that anyone can check the model against his own.
//!
//! Reads JSON and says every fault at its place. Knows nothing of products, offers or scans.

use std::str::FromStr;

use serde_json::{Map, Value};

use super::context::{Context, Exploited, Life};
use super::input::{Inputs, Source, Symbol, Triple};
use super::outcome::{Outcome, Situation};
use super::trials::{DRAWS, Trials};
use super::verdict::{Judgement, judge};
use crate::model::UnknownWord;
use crate::problem::{Code, Problem};

/// More draws than this would only take time.
const MOST_DRAWS: u32 = 100_000;

/// What every input of a case file rests on.
const BASIS: &str = "the case file";

/// One case as its file gives it: the inputs are those of the whole scope, and all count as the reader's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What the draws are seeded with.
    pub key: String,
    /// The categories and numbers, every input set.
    pub situation: Situation,
    /// The number of draws.
    pub n: u32,
}

impl Case {
    /// Reads a case from the JSON text of the file `path`.
    ///
    /// ```json
    /// {"key": "pg", "context": {"env": "prod", "exposure": "internal"}, "inputs": {"h": 40, "w": [45, 65, 110], "P": 3000}}
    /// ```
    ///
    /// # Errors
    /// Every fault at once, each with the place in the document.
    pub fn parse(path: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let document: Value = serde_json::from_str(text).map_err(|error| {
            vec![Problem::new(Code::Malformed, path, format!("not valid JSON: {error}")).at(error.line(), error.column())]
        })?;
        let mut reader = Reader { path, problems: Vec::new() };
        let case = reader.case(&document);
        match case {
            Some(case) if reader.problems.is_empty() => Ok(case),
            _ => Err(reader.problems),
        }
    }

    /// Scores and judges it.
    #[must_use]
    pub fn score(&self) -> (Outcome, Judgement) {
        let trials = Trials::new(self.key.as_str(), self.n);
        let outcome = trials.evaluate(&self.situation);
        let judgement = judge(&trials, &self.situation, &outcome, &[]);
        (outcome, judgement)
    }
}

/// Walks a document and collects what is wrong with it.
struct Reader<'a> {
    path: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn refuse(&mut self, code: Code, place: &str, text: &str) {
        let place = if place.is_empty() { "the document" } else { place };
        self.problems.push(Problem::new(code, self.path, format!("{place}: {text}")));
    }

    /// An object with no other keys than `known`.
    fn object<'v>(&mut self, value: &'v Value, place: &str, known: &[&str]) -> Option<&'v Map<String, Value>> {
        let Value::Object(object) = value else {
            self.refuse(Code::ConfigKey, place, &format!("expected an object, found {}", sort(value)));
            return None;
        };
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            self.refuse(Code::ConfigKey, place, &format!("unknown key `{key}`; known: {}", known.join(", ")));
        }
        Some(object)
    }

    fn case(&mut self, document: &Value) -> Option<Case> {
        let object = self.object(document, "", &["key", "context", "inputs", "n"])?;
        let key = object.get("key").map_or(Some(String::new()), |value| self.text(value, "key").map(str::to_owned));
        let n = object.get("n").map_or(Some(DRAWS), |value| self.count(value, "n"));
        if n.is_some_and(|n| n == 0 || n > MOST_DRAWS) {
            self.refuse(Code::ConfigValue, "n", &format!("the number of draws lies in 1 to {MOST_DRAWS}"));
        }
        if !object.contains_key("inputs") {
            self.refuse(Code::ConfigKey, "inputs", "missing; give at least h, w and P");
        }
        let inputs = object.get("inputs").and_then(|value| self.inputs(value));
        let upgrade_path = object.get("inputs").and_then(|inputs| inputs.get(Symbol::U.word())).is_some();
        let given = Context { upgrade_path, ..Context::default() };
        let context = object.get("context").map_or(Some(given.clone()), |value| self.context(value, given));
        Some(Case { key: key?, situation: Situation { context: context?, inputs: inputs? }, n: n? })
    }

    fn context(&mut self, value: &Value, mut context: Context) -> Option<Context> {
        const KNOWN: [&str; 8] = ["env", "exposure", "life", "kev", "regimes", "S", "upgrade_path", "accepted_risk"];
        for (key, value) in self.object(value, "context", &KNOWN)? {
            let place = format!("context.{key}");
            match key.as_str() {
                "env" => put(&mut context.env, self.word(value, &place)),
                "exposure" => put(&mut context.exposure, self.word(value, &place)),
                "life" => put(&mut context.life, self.life(value, &place)),
                "kev" if self.flag(value, &place) == Some(true) => context.exploited = Exploited::Known,
                "regimes" => {
                    let regimes = self.list(value, &place);
                    context.regimes = regimes.iter().filter_map(|(place, value)| self.word(value, place)).collect();
                }
                "S" => put(&mut context.services, self.count(value, &place)),
                "upgrade_path" => put(&mut context.upgrade_path, self.flag(value, &place)),
                "accepted_risk" => put(&mut context.accepted_risk, self.flag(value, &place)),
                _ => {}
            }
        }
        Some(context)
    }

    fn inputs(&mut self, value: &Value) -> Option<Inputs> {
        let known: Vec<&str> = Symbol::ALL.iter().map(|symbol| symbol.word()).collect();
        let object = self.object(value, "inputs", &known)?;
        let mut inputs = Inputs::default();
        for symbol in Symbol::ALL {
            let place = format!("inputs.{symbol}");
            let triple = object.get(symbol.word()).map_or(Some(inputs.triple(*symbol)), |value| self.triple(value, &place));
            let Some(triple) = triple else { continue };
            if let Err(error) = inputs.set(*symbol, triple, Source::UserSet, BASIS) {
                self.refuse(Code::ConfigValue, &place, &error.to_string());
            }
        }
        Some(inputs)
    }

    /// A number, or three of them.
    fn triple(&mut self, value: &Value, place: &str) -> Option<Triple> {
        let numbers = match value {
            Value::Number(_) => vec![self.number(value, place); 3],
            Value::Array(values) if values.len() == 3 => {
                values.iter().enumerate().map(|(index, value)| self.number(value, &format!("{place}[{index}]"))).collect()
            }
            Value::Array(values) => {
                let text = format!("expected [lo, likely, hi], found {} values", values.len());
                self.refuse(Code::ConfigValue, place, &text);
                return None;
            }
            _ => {
                self.refuse(Code::ConfigKey, place, &format!("expected a number or [lo, likely, hi], found {}", sort(value)));
                return None;
            }
        };
        let &[Some(lo), Some(likely), Some(hi)] = numbers.as_slice() else { return None };
        Triple::new(lo, likely, hi).map_err(|error| self.refuse(Code::ConfigValue, place, &error.to_string())).ok()
    }

    fn number(&mut self, value: &Value, place: &str) -> Option<f64> {
        self.expect(value.as_f64(), value, place, "a number")
    }

    fn flag(&mut self, value: &Value, place: &str) -> Option<bool> {
        self.expect(value.as_bool(), value, place, "true or false")
    }

    fn text<'v>(&mut self, value: &'v Value, place: &str) -> Option<&'v str> {
        self.expect(value.as_str(), value, place, "a text")
    }

    /// A whole number, also when it is written with a point.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be whole and in range")]
    fn count(&mut self, value: &Value, place: &str) -> Option<u32> {
        let whole = |number: &f64| number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number);
        let count = value.as_f64().filter(whole).map(|number| number as u32);
        if count.is_none() && value.is_number() {
            self.refuse(Code::ConfigValue, place, &format!("expected a whole number from 0, found {value}"));
            return None;
        }
        self.expect(count, value, place, "a whole number")
    }

    fn list<'v>(&mut self, value: &'v Value, place: &str) -> Vec<(String, &'v Value)> {
        let list = self.expect(value.as_array(), value, place, "a list");
        list.into_iter().flatten().enumerate().map(|(index, value)| (format!("{place}[{index}]"), value)).collect()
    }

    fn word<W: FromStr<Err = UnknownWord>>(&mut self, value: &Value, place: &str) -> Option<W> {
        let word: Result<W, UnknownWord> = self.text(value, place)?.parse();
        word.map_err(|error| self.refuse(Code::ConfigValue, place, &error.to_string())).ok()
    }

    /// Cover by an entitlement is something that only a scan finds.
    fn life(&mut self, value: &Value, place: &str) -> Option<Life> {
        let word = self.text(value, place)?;
        let life = [Life::Supported, Life::Eol].into_iter().find(|life| life.word() == word);
        if life.is_none() {
            self.refuse(Code::ConfigValue, place, &UnknownWord::new("life", word, &["supported", "eol"]).to_string());
        }
        life
    }

    fn expect<T>(&mut self, found: Option<T>, value: &Value, place: &str, wanted: &str) -> Option<T> {
        if found.is_none() {
            self.refuse(Code::ConfigKey, place, &format!("expected {wanted}, found {}", sort(value)));
        }
        found
    }
}

fn put<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// What sort of JSON value it is, for a message.
fn sort(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        Case::parse("case.json", text).expect_err("faulty").iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_not_said_has_the_obvious_default() {
        let case = Case::parse("case.json", r#"{"key": "k", "inputs": {"h": 40, "U": 8}}"#).expect("valid");
        assert_eq!(case.n, 10_000);
        assert_eq!(case.situation.context, Context { upgrade_path: true, ..Context::default() });
        for (symbol, value) in [(Symbol::H, 40.0), (Symbol::W, 0.0), (Symbol::Omega, 1.0), (Symbol::Y, 1.0), (Symbol::T, 1.0)] {
            assert_eq!(Ok(case.situation.inputs.triple(symbol)), Triple::constant(value), "{symbol}");
        }
        let closed = r#"{"context": {"upgrade_path": false}, "inputs": {"U": 8}}"#;
        assert!(!Case::parse("case.json", closed).expect("valid").situation.context.upgrade_path);
    }

    #[test]
    fn every_fault_is_said_at_its_place() {
        let text = r#"{"keys": "k", "context": {"env": "production", "S": 1.5, "regimes": ["pci", "gdpr"], "kev": 1, "life": "eol-covered"},
            "inputs": {"h": [5, 2, 9], "lambda": 1, "a": 1.5, "w": "65", "c": [1, 2], "q": [0, null, 1], "Y": 0}, "n": 0}"#;
        expect_test::expect![[r"
            case.json: CFG002: the document: unknown key `keys`; known: key, context, inputs, n
            case.json: CFG003: n: the number of draws lies in 1 to 100000
            case.json: CFG002: inputs: unknown key `lambda`; known: h, w, omega, a, x, ae, lam, D, c, q, f, LM, r, g, kh, rc, U, T, P, o, Y, v
            case.json: CFG003: inputs.h: (5, 2, 9) is out of order; give the lowest, the most likely and the highest value
            case.json: CFG002: inputs.w: expected a number or [lo, likely, hi], found a text
            case.json: CFG003: inputs.a: a is a share and must lie in 0 to 1, not 1.5
            case.json: CFG003: inputs.c: expected [lo, likely, hi], found 2 values
            case.json: CFG002: inputs.q[1]: expected a number, found null
            case.json: CFG003: inputs.Y: Y is a number of years and must be above 0, not 0
            case.json: CFG003: context.S: expected a whole number from 0, found 1.5
            case.json: CFG003: context.env: unknown environment `production`; known: prod, staging, dev
            case.json: CFG002: context.kev: expected true or false, found a number
            case.json: CFG003: context.life: unknown life `eol-covered`; known: supported, eol
            case.json: CFG003: context.regimes[1]: unknown regime `gdpr`; known: pci, hipaa, fedramp, nis2, dora, cra, iso27001, other"]]
        .assert_eq(&faults(text).join("\n"));
    }

    #[test]
    fn a_document_that_is_no_case_says_why() {
        for (text, fault) in [
            ("[]", "case.json: CFG002: the document: expected an object, found a list"),
            ("{}", "case.json: CFG002: inputs: missing; give at least h, w and P"),
            ("{\n  \"key\" 1}", "case.json:2:9: UP002: not valid JSON: expected `:` at line 2 column 9"),
        ] {
            assert_eq!(faults(text), [fault], "{text}");
        }
    }
}
