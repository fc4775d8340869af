//! The page computes what the program computes: on the published vectors, on real cases, wherever the sliders stand.

use rayon::prelude::*;
use serde_json::{Value, json};
use underpin::report::ReportV1;
use underpin::report::view::{Contender, Opportunity, Recipe};
use underpin::score::{
    Case, DRAWS, Limit, Open, Outcome, Situation, Source, Symbol, Trials, Triple, Verdict, WhatIf, judge, thresholds,
};

use crate::chromium::Browser;
use crate::written;

/// What a reader can say with the sliders; the order is that of the page.
const SLIDERS: [Symbol; 4] = [Symbol::W, Symbol::H, Symbol::C, Symbol::P];

/// Where the sliders stand; `None` is as assumed.
type Said = [Option<f64>; 4];

/// The published vectors, those with drawn inputs among them.
fn vectors() -> Vec<(String, Recipe)> {
    let all: Value = serde_json::from_str(include_str!("../../src/score/vectors.json")).expect("JSON");
    let one = |(name, text): (&String, &Value)| {
        let case = Case::parse(name, &text.to_string()).expect("a case");
        let Situation { context, inputs } = case.situation;
        (
            name.clone(),
            Recipe { key: case.key, context, contenders: vec![Contender { sold: true, inputs, what_ifs: Vec::new() }] },
        )
    };
    all.as_object().expect("an object").iter().map(one).collect()
}

/// Cases that differ in what is known of them: a usual price, no hours, open questions with other answers, nobody who sells.
fn undecided() -> Vec<(String, Recipe)> {
    let mut cases = vectors();
    cases.retain(|(name, _)| ["S1", "S2", "V8"].contains(&name.as_str()));
    for (name, recipe) in &mut cases {
        name.push_str(", open");
        let offer = &mut recipe.contenders[0];
        let price = Triple::new(500.0, 1_500.0, 9_000.0).expect("in order");
        offer.inputs.set(Symbol::P, price, Source::Default, "the usual range").expect("positive");
        let situation = Situation { context: recipe.context.clone(), inputs: offer.inputs.clone() };
        let [mut tier, mut exposure, mut services] = [situation.clone(), situation.clone(), situation];
        let dear = Triple::new(10_000.0, 50_000.0, 300_000.0).expect("in order");
        tier.inputs.set(Symbol::C, dear, Source::Default, "tier 3").expect("positive");
        exposure.context.exposure = underpin::score::Exposure::Internet;
        services.context.services = 20;
        let hours = Triple::new(20.0, 60.0, 200.0).expect("in order");
        services.inputs.set(Symbol::H, hours, Source::Default, "twenty services").expect("positive");
        offer.what_ifs = [(Open::Tier, tier), (Open::Exposure, exposure), (Open::Services, services)]
            .map(|(open, situation)| WhatIf { open, situation })
            .into();
        let mut nameless = Contender { sold: false, what_ifs: Vec::new(), ..offer.clone() };
        nameless.inputs.unset(Symbol::P);
        recipe.contenders.push(nameless);
    }
    cases
}

/// The situation with the reader's figures in it.
fn with(situation: &Situation, said: Said) -> Situation {
    let mut situation = situation.clone();
    for (symbol, value) in SLIDERS.into_iter().zip(said) {
        if let Some(value) = value {
            let triple = Triple::constant(value).expect("finite");
            situation.inputs.set(symbol, triple, Source::UserSet, "your figure").expect("not negative");
        }
    }
    situation
}

/// How many draws the program needs: where nothing varies all are alike, and ten thousand only take time.
fn draws(recipe: &Recipe) -> u32 {
    let constant = |offer: &Contender| offer.inputs.iter().all(|(_, input)| input.triple.is_constant());
    if recipe.contenders.iter().all(constant) { 8 } else { DRAWS }
}

/// What the program says of a case: that of the most useful offer.
fn program(recipe: &Recipe, trials: &Trials, said: Said) -> Value {
    let answers = recipe.contenders.iter().map(|offer| {
        let situation = with(&Situation { context: recipe.context.clone(), inputs: offer.inputs.clone() }, said);
        let outcome = trials.evaluate(&situation);
        let asked = offer.what_ifs.iter().filter(|what_if| what_if.open != Open::Tier || said[2].is_none());
        let what_ifs: Vec<WhatIf> = asked.map(|one| WhatIf { open: one.open, situation: with(&one.situation, said) }).collect();
        let mut judgement = judge(trials, &situation, &outcome, &what_ifs);
        judgement.indicative |= !offer.sold;
        (situation, outcome, judgement)
    });
    let value = |outcome: &Outcome| outcome.value.as_ref().map_or((0.0, 0.0), |value| (value.score.unrounded(), value.net.p50));
    let best = answers.min_by(|(_, a, one), (_, b, other)| {
        let (a, b) = (value(a), value(b));
        one.verdict.rank().cmp(&other.verdict.rank()).then(b.0.total_cmp(&a.0)).then(b.1.total_cmp(&a.1))
    });
    let (situation, outcome, judgement) = best.expect("an offer");
    let (sub, turns_on) = match &judgement.verdict {
        Verdict::MustAct(fix) => (json!(fix.word()), vec![]),
        Verdict::DoesNotPayOff(way) => (json!(way.word()), vec![]),
        Verdict::Depends { turns_on, .. } => (Value::Null, turns_on.iter().map(|open| open.word()).collect()),
        _ => (Value::Null, vec![]),
    };
    json!({
        "verdict": judgement.verdict.word(),
        "sub": sub,
        "turns_on": turns_on,
        "indicative": judgement.indicative,
        "if_exposed": judgement.must_act_if_exposed,
        "score": outcome.value.as_ref().map(|value| value.score.rounded()),
        "figures": figures(&outcome, thresholds(trials, &situation)),
    })
}

/// Figures that are not asked to have the same last bit.
fn figures(outcome: &Outcome, found: Option<underpin::score::Thresholds>) -> Vec<Option<f64>> {
    let value = outcome.value.as_ref();
    let limit = |limit: Option<Limit>, beyond: Option<f64>| match limit {
        Some(Limit::At(cost)) => Some(cost),
        Some(Limit::Beyond) => beyond,
        Some(Limit::None) | None => None,
    };
    vec![
        value.map(|value| value.net.p10),
        value.map(|value| value.net.p50),
        value.map(|value| value.net.p90),
        value.map(|value| value.break_even.price_50),
        value.map(|value| value.break_even.price_75),
        value.map(|value| value.evpi),
        value.and_then(|value| value.break_even.hours),
        value.and_then(|value| value.break_even.downtime_cost),
        value.and_then(|value| value.questions.first()).map(|question| question.worth),
        value.and_then(|value| value.drivers.first()).map(|driver| driver.net.1),
        value.and_then(|value| value.drivers.first()).and_then(|driver| driver.threshold),
        Some(outcome.medians.keep),
        Some(outcome.medians.buy),
        outcome.medians.upgrade,
        limit(found.map(|found| found.community_up_to), Some(1e6)),
        limit(found.map(|found| found.support_from), None),
    ]
}

/// The same of the page, for many positions of the sliders at once.
const ASK: &str = r"((index, positions) => {
    const one = data.cases[index];
    const trials = new Trials(seedsOf(data, one), data.draws);
    return positions.map(([w, h, c, P]) => {
        const said = judged(data, one, { w, h, c, P }, trials);
        const at = standingOf(said.run);
        const sorted = at && [at.net, at.gains].map((values) => Float64Array.from(values).sort());
        const { no, yes } = thresholdsOf(said.run);
        const medians = mediansOf(said.run);
        const driver = at && driversOf(said.run, at.swings)[0];
        return {
            verdict: said.word,
            sub: ['must-act', 'does-not-pay-off'].includes(said.word) ? said.sub : null,
            turns_on: said.turnsOn,
            indicative: said.indicative,
            if_exposed: said.ifExposed,
            score: at && roundedScore(at.score),
            figures: [
                at && percentile(sorted[0], 10), at && percentile(sorted[0], 50), at && percentile(sorted[0], 90),
                at && percentile(sorted[1], 50), at && percentile(sorted[1], 25), at && at.evpi,
                at && hoursToPay(said.run), at && downtimeToPay(said.run),
                at && (questionsOf(said.run, at.net)[0]?.worth ?? null), driver ? driver.high.net : null, driver ? driver.zero : null,
                medians.keep, medians.buy, medians.upgrade, no, yes,
            ],
        };
    });
})";

/// Fifty positions from a fixed seed, each slider in one of four cases as assumed, and those that a preset gives.
fn positions() -> Vec<Said> {
    let mut state = 7_u32;
    // Numerical Recipes' generator: any fixed one does.
    let mut share = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state) / f64::from(u32::MAX)
    };
    let mut position = || {
        let mut upto = |most: f64| {
            let (open, place) = (share() < 0.25, share());
            (!open).then(|| (most.powf(place) * 100.0).round() / 100.0 - 1.0)
        };
        [upto(300.0), upto(400.0), upto(300_000.0), upto(100_000.0)]
    };
    let mut all: Vec<Said> = (0..50).map(|_| position()).collect();
    all.extend([0.0, 500.0, 5_000.0, 50_000.0, 300_000.0].map(|cost| [None, None, Some(cost), None]));
    all.push([None; 4]);
    all
}

#[test]
fn the_page_says_what_the_program_says_wherever_the_sliders_stand() {
    let cases: Vec<(String, Recipe)> = vectors().into_iter().chain(undecided()).collect();
    let shown = |(name, recipe): &(String, Recipe)| Opportunity {
        id: name.clone(),
        recipe: Some(recipe.clone()),
        ..Opportunity::default()
    };
    let report = ReportV1 { opportunities: cases.iter().map(shown).collect(), ..ReportV1::default() };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let browser = Browser::start();
    browser.open(&written(&report, folder.path()));
    let positions = positions();
    for (index, (name, recipe)) in cases.iter().enumerate() {
        let page = browser.value(&format!("{ASK}({index}, {})", json!(positions)));
        let asked: Vec<(usize, &Said)> = positions.iter().enumerate().collect();
        // The draws of one case are not shared between threads.
        asked.par_chunks(positions.len().div_ceil(4)).for_each(|chunk| {
            let trials = Trials::new(recipe.key.as_str(), draws(recipe));
            for (place, said) in chunk {
                same(&page[*place], &program(recipe, &trials, **said), &format!("{name} at {said:?}"));
            }
        });
    }
}

/// Words and score to the letter, figures to nine digits.
fn same(page: &Value, program: &Value, at: &str) {
    for field in ["verdict", "sub", "turns_on", "indicative", "if_exposed"] {
        assert_eq!(page[field], program[field], "{at}: {field}");
    }
    let [score, expected] = [page, program].map(|said| said["score"].as_f64());
    assert_eq!(score, expected, "{at}: score");
    let [figures, expected] = [page, program].map(|said| said["figures"].as_array().expect("a list"));
    assert_eq!(figures.len(), expected.len());
    for (place, (figure, expected)) in figures.iter().zip(expected).enumerate() {
        let close = match (figure.as_f64(), expected.as_f64()) {
            (Some(figure), Some(expected)) => (figure - expected).abs() <= 1e-9 * expected.abs().max(1.0),
            (None, None) => true,
            _ => false,
        };
        assert!(close, "{at}: figure {place} is {figure}, not {expected}");
    }
}
