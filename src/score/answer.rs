//! The answer to an explicit case, as a document of fixed shape and as lines to read.
//!
//! Money is rounded half-even to two decimals in the document and to whole units in the lines. What is unknown is null.

use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use super::case::Case;
use super::outcome::{Outcome, Value};
use super::sensitivity::Grade;
use super::verdict::{Fix, Judgement, Verdict};

/// What `explain --case --format json` prints; the order of the fields is part of the format.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    score: Option<f64>,
    net: NetAnswer,
    break_even: BreakEvenAnswer,
    evpi: Option<f64>,
    must_act: bool,
    verdict: &'static str,
    at_medians: MediansAnswer,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct NetAnswer {
    p10: Option<f64>,
    p50: Option<f64>,
    p90: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct BreakEvenAnswer {
    price_50: Option<f64>,
    price_75: Option<f64>,
    hours_per_month: Option<f64>,
    downtime_cost_per_hour: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
struct MediansAnswer {
    a: f64,
    b: f64,
    c: Option<f64>,
    nv: Option<f64>,
}

impl Answer {
    /// The document for a scored case.
    #[must_use]
    pub fn new(outcome: &Outcome, judgement: &Judgement) -> Self {
        let value = outcome.value.as_ref();
        let amount = |figure: fn(&Value) -> f64| value.map(|value| cents(figure(value)));
        let break_even = value.map(|value| value.break_even);
        Self {
            score: value.map(|value| value.score.rounded()),
            net: NetAnswer {
                p10: amount(|value| value.net.p10),
                p50: amount(|value| value.net.p50),
                p90: amount(|value| value.net.p90),
            },
            break_even: BreakEvenAnswer {
                price_50: amount(|value| value.break_even.price_50),
                price_75: amount(|value| value.break_even.price_75),
                hours_per_month: break_even.and_then(|break_even| break_even.hours),
                downtime_cost_per_hour: break_even.and_then(|break_even| break_even.downtime_cost).map(cents),
            },
            evpi: amount(|value| value.evpi),
            must_act: outcome.must_act,
            verdict: judgement.verdict.word(),
            at_medians: MediansAnswer {
                a: cents(outcome.medians.keep),
                b: cents(outcome.medians.buy),
                c: outcome.medians.upgrade.map(cents),
                nv: outcome.medians.net.map(cents),
            },
        }
    }
}

/// Money to two decimals, half-even. Beyond what a decimal holds it stays as it is.
#[must_use]
pub fn cents(amount: f64) -> f64 {
    let round = |amount: Decimal| amount.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven).to_f64();
    Decimal::from_f64(amount).and_then(round).unwrap_or(amount)
}

/// Money in whole units with a comma at every third digit.
#[must_use]
pub fn whole(amount: f64) -> String {
    let digits = format!("{:.0}", amount.abs());
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if amount < 0.0 && digits != "0" { format!("-{grouped}") } else { grouped }
}

/// The same answer in words, line by line.
#[must_use]
pub fn lines(case: &Case, outcome: &Outcome, judgement: &Judgement) -> Vec<String> {
    let mut lines = vec![verdict_line(judgement, outcome)];
    if let Some(value) = &outcome.value {
        lines.extend(score_lines(value));
    }
    lines.push(String::new());
    lines.extend(cost_lines(outcome));
    if let Some(value) = &outcome.value {
        lines.push(String::new());
        lines.extend(break_even_lines(value));
        lines.push(String::new());
        lines.extend(driver_lines(value));
        lines.extend(question_lines(outcome, value));
    }
    lines.push(String::new());
    lines.extend(input_lines(case));
    lines.push(format!(
        "{} draws of the key `{}`; inputs are drawn independently, which is a limit of the model",
        case.n, case.key
    ));
    lines
}

fn verdict_line(judgement: &Judgement, outcome: &Outcome) -> String {
    let verdict = &judgement.verdict;
    let advice = match verdict {
        Verdict::MustAct(Fix::BuyIsolateOrReplace) => Fix::BuyIsolateOrReplace.text().to_owned(),
        Verdict::MustAct(fix) => format!("{}, or record an accepted risk with an expiry", fix.text()),
        Verdict::Depends { turns_on, .. } => {
            let turns_on: Vec<&str> = turns_on.iter().map(|open| open.word()).collect();
            format!("it turns on {}", turns_on.join(", "))
        }
        Verdict::NotEnoughData(missing) => {
            let missing: Vec<&str> = missing.iter().map(|missing| missing.text()).collect();
            format!("missing: {}", missing.join(", "))
        }
        Verdict::PaysOff => format!("at {} a year it returns more than it costs", whole(outcome.medians.price)),
        Verdict::DoesNotPayOff(instead) => instead.text().to_owned(),
        Verdict::Borderline => "neither clearly worth its price nor clearly not".to_owned(),
    };
    let firmness = if judgement.indicative { " (indicative)" } else { "" };
    format!("{}{firmness}: {advice}", verdict.word())
}

fn score_lines(value: &Value) -> Vec<String> {
    let runs = value.score.runs_of_hundred();
    vec![
        format!("pays in {runs} of 100 runs (score {:.1}); a model's probability, not a measured one", value.score.rounded()),
        format!(
            "if every freed hour counts in full {:.1}, if only cash counts {:.1}",
            value.score_full.rounded(),
            value.score_cash.rounded()
        ),
        format!(
            "net value a year {}; one run in ten is below {}, one in ten above {}; over three years at 10 % {}",
            whole(value.net.p50),
            whole(value.net.p10),
            whole(value.net.p90),
            whole(value.net.three_years())
        ),
    ]
}

fn cost_lines(outcome: &Outcome) -> Vec<String> {
    let medians = &outcome.medians;
    let ruled_out = if outcome.free_ways.keep() { "" } else { "  ruled out: it must be acted on" };
    let none = || "none".to_owned();
    vec![
        "cost of a year, every input at its median".to_owned(),
        format!("  A  leave it as it is    {:>14}{ruled_out}", whole(medians.keep)),
        format!("  B  buy the offer        {:>14}", whole(medians.buy)),
        format!("  C  upgrade it yourself  {:>14}", medians.upgrade.map_or_else(none, whole)),
        format!("  net value of buying     {:>14}  against the cheaper of A and C", medians.net.map_or_else(none, whole)),
    ]
}

fn break_even_lines(value: &Value) -> Vec<String> {
    let break_even = &value.break_even;
    let turn = |turn: Option<f64>, shown: &dyn Fn(f64) -> String, always: &str| match turn {
        None => "none".to_owned(),
        Some(turn) if turn <= 0.0 => always.to_owned(),
        Some(turn) => shown(turn),
    };
    vec![
        "where it turns".to_owned(),
        format!("  worth at most a year    {:>14}  75 of 100 runs pay below it", whole(break_even.price_75.max(0.0))),
        format!("  a coin toss at          {:>14}", whole(break_even.price_50.max(0.0))),
        format!(
            "  hours a month           {:>14}  more of your own work than this, and it pays",
            turn(break_even.hours, &|hours| format!("{hours:.1}"), "at any")
        ),
        format!(
            "  cost of an hour down    {:>14}  dearer than this, and it pays",
            turn(break_even.downtime_cost, &whole, "at any")
        ),
    ]
}

fn driver_lines(value: &Value) -> Vec<String> {
    let driver = |driver: &super::Driver| {
        let flips = driver.threshold.map_or_else(String::new, |threshold| format!("; zero at {}", short(threshold)));
        format!(
            "  {:<5}  {} to {}: {} to {}{flips}  ({})",
            driver.symbol.word(),
            short(driver.range.0),
            short(driver.range.1),
            whole(driver.net.0),
            whole(driver.net.1),
            driver.symbol.meaning()
        )
    };
    let head = if value.drivers.is_empty() {
        "no input varies"
    } else {
        "what moves it most: from the 10th to the 90th percentile of one input, the net value goes"
    };
    std::iter::once(head.to_owned()).chain(value.drivers.iter().map(driver)).collect()
}

fn question_lines(outcome: &Outcome, value: &Value) -> Vec<String> {
    let question = |question: &super::Question| {
        format!("  ask for {} first: knowing it is worth {} a year", question.symbol.meaning(), whole(question.worth))
    };
    let mut lines = vec![format!("  certainty about everything would be worth {} a year", whole(value.evpi))];
    lines.extend(outcome.worth_asking().take(3).map(question));
    let grade = match value.evidence.grade {
        Grade::A => "mostly yours",
        Grade::B => "partly yours",
        Grade::C => "mostly defaults",
    };
    lines.push(format!("  what it rests on: {grade} (evidence grade {})", value.evidence.grade));
    lines
}

fn input_lines(case: &Case) -> Vec<String> {
    let line = |(symbol, input): (super::Symbol, &super::Input)| {
        format!("  {:<5}  {:<24}  {:<8}  {}", symbol.word(), input.triple.to_string(), input.source, symbol.meaning())
    };
    let used = |(symbol, _): &(super::Symbol, &super::Input)| case.situation.context.enters(*symbol);
    let inputs = case.situation.inputs.iter().filter(used).map(line);
    std::iter::once("inputs that count here".to_owned()).chain(inputs).collect()
}

/// A figure of any size in about four digits.
fn short(figure: f64) -> String {
    match figure.abs() {
        size if size >= 1_000.0 => whole(figure),
        size if size >= 10.0 => format!("{figure:.1}"),
        size if size >= 0.1 || size <= 0.0 => format!("{figure:.2}"),
        _ => format!("{figure:.6}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_rounds_half_to_even() {
        for (amount, rounded) in [(0.125, 0.12), (0.135, 0.14), (4314.405, 4314.4), (-62711.2, -62711.2), (-0.001, 0.0)] {
            assert_eq!(cents(amount).to_string(), f64::to_string(&rounded), "{amount}");
        }
        assert!(cents(f64::MAX) > 1e300);
    }

    #[test]
    fn whole_units_are_grouped_by_thousands() {
        for (amount, text) in [(0.4, "0"), (-0.4, "0"), (999.6, "1,000"), (-1_234_567.0, "-1,234,567"), (123.0, "123")] {
            assert_eq!(whole(amount), text);
        }
    }

    #[test]
    fn the_document_has_its_fields_in_their_order() {
        let case = r#"{"key": "V8", "context": {"exposure": "internal", "life": "eol"}, "n": 100, "inputs": {"h": 6, "w": 50, "a": 0.05,
            "x": 3, "ae": 0.8, "f": 0.0002, "LM": 200000, "r": 0.6, "U": 160, "T": 4, "P": 1200, "o": 8, "v": 2}}"#;
        let (outcome, judgement) = Case::parse("case.json", case).expect("valid").score();
        let text = serde_json::to_string(&Answer::new(&outcome, &judgement)).expect("plain data");
        expect_test::expect![[r#"{"score":100.0,"net":{"p10":96.0,"p50":96.0,"p90":96.0},"break_even":{"price_50":1296.0,"price_75":1296.0,"hours_per_month":2.8,"downtime_cost_per_hour":null},"evpi":0.0,"must_act":false,"verdict":"pays-off","at_medians":{"A":5760.0,"B":5624.0,"C":5720.0,"NV":96.0}}"#]].assert_eq(&text);
    }

    #[test]
    fn a_case_without_a_free_way_is_null_where_nothing_can_be_said() {
        let case = r#"{"context": {"exposure": "internet", "life": "eol"}, "n": 100, "inputs": {"h": 6, "w": 50, "P": 1200}}"#;
        let case = Case::parse("case.json", case).expect("valid");
        let (outcome, judgement) = case.score();
        let text = serde_json::to_string(&Answer::new(&outcome, &judgement)).expect("plain data");
        expect_test::expect![[r#"{"score":null,"net":{"p10":null,"p50":null,"p90":null},"break_even":{"price_50":null,"price_75":null,"hours_per_month":null,"downtime_cost_per_hour":null},"evpi":null,"must_act":true,"verdict":"must-act","at_medians":{"A":3600.0,"B":4800.0,"C":null,"NV":null}}"#]].assert_eq(&text);
        expect_test::expect![[r"
            must-act: buy, isolate or replace

            cost of a year, every input at its median
              A  leave it as it is             3,600  ruled out: it must be acted on
              B  buy the offer                 4,800
              C  upgrade it yourself            none
              net value of buying               none  against the cheaper of A and C

            inputs that count here
              h      6                         user-set  routine work of your own, hours a month
              w      50                        user-set  cost of an hour of staff
              omega  1                         user-set  share of a freed hour that counts
              a      0                         user-set  share of the routine work that the offer takes over
              x      0                         user-set  extra work on end-of-life software, hours a month
              ae     0                         user-set  share of that extra work which the offer removes
              lam    0                         user-set  incidents a year and service
              D      0                         user-set  hours down in an incident
              c      0                         user-set  cost of an hour down
              q      0                         user-set  share of the downtime that support avoids
              f      0                         user-set  security losses a year and service, at local exposure
              LM     0                         user-set  size of a security loss
              r      0                         user-set  share of the security loss that the offer avoids
              P      1200                      user-set  price of the offer a year
              o      0                         user-set  hours to procure and introduce the offer
              Y      1                         user-set  years of the contract
              v      0                         user-set  hours a year to manage the vendor
            100 draws of the key ``; inputs are drawn independently, which is a limit of the model"]]
        .assert_eq(&lines(&case, &outcome, &judgement).join("\n"));
    }
}
