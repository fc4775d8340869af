//! The published vectors and acceptance tests of `oss-score/1`, through the same doors that a reader uses. The vectors stand in
//! `vectors.json`, since the script of the page is held to them too.

use super::answer::{Answer, lines};
use super::case::Case;
use super::context::{Context, Exposure, Life, Regime};
use super::defaults::{Cover, OfferType, Purse, Subject, Tier, Upkeep, inputs as default_inputs};
use super::input::{Source, Symbol, Triple};
use super::kinds::kind_row;
use super::outcome::{FreeWay, Outcome, Situation};
use super::threshold::{Limit, thresholds};
use super::trials::{DRAWS, Trials};
use super::verdict::{Fix, Missing, Open, Verdict, WhatIf, judge};
use crate::model::Kind;

/// The published cases by name.
const VECTORS: &str = include_str!("vectors.json");

fn vector(name: &str) -> Case {
    let all: serde_json::Value = serde_json::from_str(VECTORS).expect("JSON");
    let text = all.get(name).unwrap_or_else(|| panic!("no vector {name}")).to_string();
    Case::parse("vectors.json", &text).unwrap_or_else(|problems| panic!("{name}: {problems:?}"))
}

/// A case of constants, its costs at the medians as published, and the verdict in words.
fn check(name: &str, costs: [Option<f64>; 4], verdict: &str) -> Outcome {
    let case = vector(name);
    let (outcome, judgement) = case.score();
    let medians = &outcome.medians;
    let found = [Some(medians.keep), Some(medians.buy), medians.upgrade, medians.net];
    for (found, expected) in found.iter().zip(costs) {
        let close = match (found, expected) {
            (Some(found), Some(expected)) => (found - expected).abs() < 0.005,
            (found, expected) => found.is_none() && expected.is_none(),
        };
        assert!(close, "{name}: {found:?}, not {expected:?}");
    }
    let words = match &judgement.verdict {
        Verdict::MustAct(fix) => format!("must-act: {}", fix.word()),
        Verdict::DoesNotPayOff(instead) => format!("does-not-pay-off: {}", instead.word()),
        other => other.word().to_owned(),
    };
    assert_eq!(words, verdict, "{name}");
    outcome
}

fn net(keep: f64, buy: f64, net: f64) -> [Option<f64>; 4] {
    [Some(keep), Some(buy), None, Some(net)]
}

fn three_ways(keep: f64, buy: f64, upgrade: f64, net: f64) -> [Option<f64>; 4] {
    [Some(keep), Some(buy), Some(upgrade), Some(net)]
}

#[track_caller]
fn close(found: Option<f64>, expected: f64, tolerance: f64) {
    let found = found.expect("a figure");
    assert!((found - expected).abs() <= tolerance, "{found} is not {expected} ± {tolerance}");
}

const EXPOSED: &str = r#""life": "eol", "exposure": "internet", "regimes": ["pci"]"#;

#[test]
fn hours_alone_v1_v2_v9_v10() {
    let v1 = check("V1", net(28_800.0, 28_200.0, 600.0), "pays-off");
    let break_even = v1.value.expect("a score").break_even;
    close(break_even.hours, 34.444_444, 1e-5);
    close(Some(break_even.price_50), 3_600.0, 1e-6);
    close(Some(break_even.price_75), 3_600.0, 1e-6);

    let v2 = check("V2", net(57_600.0, 52_680.0, 4_920.0), "pays-off");
    close(Some(v2.value.expect("a score").break_even.price_50), 7_920.0, 1e-6);

    let v9 = check("V9", net(24_000.0, 24_000.0, 0.0), "borderline");
    close(Some(v9.value.expect("a score").score.unrounded()), 50.0, 0.0);

    let v10 = check("V10", net(30_240.0, 62_711.2, -32_471.2), "does-not-pay-off: community");
    let break_even = v10.value.expect("a score").break_even;
    close(break_even.hours, 417.824, 1e-3);
    close(Some(break_even.price_50), 2_428.8, 1e-6);
}

#[test]
fn downtime_and_security_v3_v4_v5_v13() {
    for name in ["V3", "V13"] {
        let v3 = check(name, net(12_000.0, 12_500.0, -500.0), "does-not-pay-off: community");
        let break_even = v3.value.expect("a score").break_even;
        close(break_even.hours, 18.333_333, 1e-5);
        close(Some(break_even.price_50), 1_000.0, 1e-6);
        close(break_even.downtime_cost, 1_416.666_667, 1e-5);
    }

    let v4 = check("V4", net(6_000.0, 7_700.0, -1_700.0), "does-not-pay-off: community");
    assert_eq!(v4.value.expect("a score").break_even.downtime_cost, None);

    check("V5", net(3_280.0, 4_314.4, -1_034.4), "does-not-pay-off: community");
}

#[test]
fn end_of_life_v6_v7_v8_v11_v14() {
    check("V6", three_ways(18_200.0, 25_274.0, 11_110.0, -14_164.0), "must-act: upgrade");

    let v7 = check("V7", three_ways(34_520.0, 35_882.0, 40_350.0, 4_468.0), "must-act: buy");
    close(Some(v7.value.expect("a score").break_even.price_50), 24_468.0, 1e-6);

    let v8 = check("V8", three_ways(5_760.0, 5_624.0, 5_720.0, 96.0), "pays-off");
    let break_even = v8.value.expect("a score").break_even;
    close(Some(break_even.price_50), 1_296.0, 1e-6);
    // A year of 12 · 50 · 0.05 = 30 a routine hour makes up 96 in 3.2 hours.
    close(break_even.hours, 2.8, 1e-9);

    check("V11", three_ways(10_800.0, 11_417.6, 9_240.0, -2_177.6), "must-act: upgrade");

    let v14 = check("V14", three_ways(5_760.0, 7_424.0, 5_720.0, -1_704.0), "does-not-pay-off: upgrade");
    close(v14.value.expect("a score").break_even.downtime_cost, 34_080.0, 1e-6);
    let alone = check("V14 alone", net(5_760.0, 7_424.0, -1_664.0), "does-not-pay-off: leave");
    close(alone.value.expect("a score").break_even.downtime_cost, 33_280.0, 1e-6);
}

#[test]
fn published_studies_replay_v12() {
    let bought = check("V12", net(73.32e6, 22.08e6, 51.24e6), "pays-off");
    // Twelve times the three-year figures of the study, since h counts months.
    close(bought.medians.net.map(|net| net / 12.0), 4.27e6, 1.0);
    let keep = bought.medians.keep;
    close(Some((1.0 - bought.medians.buy / keep) * 100.0), 69.9, 0.05);
}

#[test]
fn nothing_supported_follows_and_waiting_is_ruled_out() {
    let outcome = check("V6 alone", [Some(18_200.0), Some(25_274.0), None, None], "must-act: buy-isolate-or-replace");
    assert_eq!(outcome.value, None);
    let outcome = check("V6 accepted", net(18_200.0, 25_274.0, -7_074.0), "does-not-pay-off: leave");
    assert!(outcome.must_act);
}

fn score_case(text: &str) -> (Outcome, Verdict, Answer) {
    let (outcome, judgement) = Case::parse("vector.json", text).expect("valid").score();
    let answer = Answer::new(&outcome, &judgement);
    (outcome, judgement.verdict, answer)
}

#[test]
fn drawn_inputs_s1() {
    let (outcome, judgement) = vector("S1").score();
    let value = outcome.value.expect("a score");
    close(Some(value.score.rounded()), 86.8, 0.05);
    close(Some(value.net.p10), -2_097.0, 1.0);
    close(Some(value.net.p50), 28_817.0, 1.0);
    close(Some(value.net.p90), 123_016.0, 1.0);
    close(Some(value.break_even.price_50), 40_817.0, 1.0);
    close(Some(value.break_even.price_75), 20_199.0, 1.0);
    close(Some(value.evpi), 613.0, 1.0);
    assert_eq!(judgement.verdict, Verdict::PaysOff);
}

#[test]
fn drawn_inputs_s2() {
    let (outcome, judgement) = vector("S2").score();
    let value = outcome.value.expect("a score");
    close(Some(value.score.rounded()), 16.2, 0.05);
    close(Some(value.net.p50), -3_083.0, 1.0);
    close(Some(value.break_even.price_50), 1_917.0, 1.0);
    close(Some(value.break_even.price_75), 283.0, 1.0);
    close(Some(value.evpi), 321.0, 1.0);
    assert_eq!(judgement.verdict, Verdict::MustAct(Fix::Upgrade));
}

/// The units of each kind in the acceptance portfolio, in the order of the table.
const PORTFOLIO: [u32; 18] = [20, 3, 4, 3, 3, 3, 5, 2, 2, 1, 1, 6, 10, 2, 2, 4, 2, 5];

fn situation(kind: Kind, units: u32, services: u32, tier: Tier, full_omega: bool) -> Situation {
    let (upkeep, purse) = (Upkeep::BY_HAND, Purse::usd());
    let subject = Subject {
        row: kind_row(kind),
        services,
        units,
        upkeep: &upkeep,
        tier,
        ended: false,
        offer: OfferType::Subscription,
        cover: Cover::Fixes,
        purse: &purse,
    };
    let mut inputs = default_inputs(&subject).expect("finite");
    let anchor = inputs.triple(Symbol::P).likely();
    inputs.set(Symbol::P, constant(anchor), Source::Catalog, "the usual price").expect("positive");
    if full_omega {
        inputs.set(Symbol::Omega, constant(1.0), Source::UserSet, "the acceptance test").expect("a share");
    }
    Situation { context: Context { exposure: Exposure::Internal, services, ..Context::default() }, inputs }
}

fn constant(value: f64) -> Triple {
    Triple::constant(value).expect("finite")
}

/// How many kinds of the portfolio pay at a tier.
fn paying(tier: Tier, full_omega: bool, units: impl Fn(usize) -> u32) -> usize {
    let kinds = Kind::ALL.iter().filter(|kind| kind_row(**kind).is_some()).enumerate();
    let pays = |(index, kind): &(usize, &Kind)| {
        let situation = situation(**kind, units(*index), 1, tier, full_omega);
        let trials = Trials::new(kind.word(), DRAWS);
        let outcome = trials.evaluate(&situation);
        judge(&trials, &situation, &outcome, &[]).verdict == Verdict::PaysOff
    };
    kinds.filter(pays).count()
}

#[test]
fn by_default_the_community_is_enough_until_an_hour_down_is_very_dear() {
    let units = |index: usize| PORTFOLIO[index];
    assert_eq!(paying(Tier::Hundreds, true, units), 0);
    assert_eq!(paying(Tier::Thousands, true, units), 0);
    assert_eq!(paying(Tier::TensOfThousands, true, units), 10);
}

#[test]
fn one_unit_of_each_kind_never_pays_at_low_tiers() {
    assert_eq!(paying(Tier::Nothing, false, |_| 1), 0);
    assert_eq!(paying(Tier::Hundreds, false, |_| 1), 0);
}

#[test]
fn twenty_services_are_not_one_service_of_twenty_hosts() {
    for (services, expected) in [(1, 1.3), (20, 88.4)] {
        let mut situation = situation(Kind::Os, 20, services, Tier::Thousands, true);
        situation.inputs.set(Symbol::P, constant(20.0 * 799.0), Source::Catalog, "a price").expect("positive");
        let outcome = Trials::new("os", DRAWS).evaluate(&situation);
        close(outcome.value.map(|value| value.score.rounded()), expected, 0.05);
    }
}

#[test]
fn the_thresholds_bracket_the_verdicts() {
    let situation = situation(Kind::WebServer, 1, 1, Tier::Hundreds, false);
    let trials = Trials::new("nginx|server|1.22", DRAWS);
    let found = thresholds(&trials, &situation).expect("a free way");
    let score = |cost: f64| {
        let mut situation = situation.clone();
        situation.inputs.set(Symbol::C, constant(cost), Source::UserSet, "").expect("positive");
        trials.evaluate(&situation).value.map_or(0.0, |value| value.score.unrounded())
    };
    let (Limit::At(no), Limit::At(yes)) = (found.community_up_to, found.support_from) else { panic!("{found:?}") };
    assert!(score(no) <= 35.0 && score(no * 1.002) > 35.0, "{no}");
    assert!(score(yes) >= 75.0 && score(yes * 0.998) < 75.0, "{yes}");
}
/// A default case of one unit, no price known.
fn unpriced(kind: Kind, tier: Tier, offer: OfferType, context: Context) -> Situation {
    let purse = Purse::usd();
    let subject = Subject {
        row: kind_row(kind),
        services: 1,
        units: 1,
        upkeep: &Upkeep::BY_HAND,
        tier,
        ended: context.ended(),
        offer,
        cover: Cover::Fixes,
        purse: &purse,
    };
    Situation { inputs: default_inputs(&subject).expect("finite"), context }
}

#[test]
fn what_an_hour_down_must_cost_is_as_the_first_report_of_a_host_says() {
    let internal = Context { exposure: Exposure::Internal, ..Context::default() };
    for (key, kind, community, support) in
        [("nginx|server|1.22", Kind::WebServer, 10_600.0, 126_000.0), ("debian|os|12", Kind::Os, 3_800.0, 25_700.0)]
    {
        let situation = unpriced(kind, Tier::Hundreds, OfferType::Subscription, internal.clone());
        let trials = Trials::new(key, DRAWS);
        let found = thresholds(&trials, &situation).expect("a free way");
        let (Limit::At(no), Limit::At(yes)) = (found.community_up_to, found.support_from) else { panic!("{found:?}") };
        assert!((no / community - 1.0).abs() < 0.005 && (yes / support - 1.0).abs() < 0.005, "{key}: {no}, {yes}");

        let outcome = trials.evaluate(&situation);
        let dear = unpriced(kind, Tier::TensOfThousands, OfferType::Subscription, internal.clone());
        let judgement = judge(&trials, &situation, &outcome, &[WhatIf { open: Open::Tier, situation: dear }]);
        assert_eq!(judgement.verdict, Verdict::Depends { turns_on: vec![Open::Tier], thresholds: Some(found) }, "{key}");
    }
}

#[test]
fn what_extended_support_is_worth_is_as_the_first_report_of_a_repository_says() {
    let unknown = Context { exposure: Exposure::None, life: Life::Eol, upgrade_path: true, ..Context::default() };
    let under = |regime| Context { regimes: [regime].into(), ..unknown.clone() };
    let worth = |key: &str, situation: &Situation| {
        let value = Trials::new(key, DRAWS).evaluate(situation).value.expect("a score");
        (value.break_even.price_75, value.break_even.price_50)
    };
    for (key, cheap, dear) in
        [("angularjs|framework|1.8", (0.0, 490.0), (210.0, 840.0)), ("spring-boot|framework|2.7", (0.0, 500.0), (220.0, 850.0))]
    {
        for (tier, expected) in [(Tier::Hundreds, cheap), (Tier::TensOfThousands, dear)] {
            let (price_75, price_50) = worth(key, &unpriced(Kind::Framework, tier, OfferType::ExtendedLife, unknown.clone()));
            close(Some(price_75.max(0.0)), expected.0, 5.0);
            close(Some(price_50), expected.1, 5.0);
        }
    }
    let mut ruled_out = unpriced(Kind::Framework, Tier::Hundreds, OfferType::ExtendedLife, under(Regime::Pci));
    ruled_out.inputs.set(Symbol::U, constant(1_300.0), Source::UserSet, "").expect("positive");
    close(Some(worth("angularjs|framework|1.8", &ruled_out).0), 15_650.0, 50.0);
}

#[test]
fn an_end_of_life_of_unknown_exposure_must_be_acted_on_if_exposed() {
    let unknown = Context { exposure: Exposure::None, life: Life::Eol, upgrade_path: true, ..Context::default() };
    let case = |context: Context| unpriced(Kind::Framework, Tier::Hundreds, OfferType::ExtendedLife, context);
    let (situation, trials) = (case(unknown.clone()), Trials::new("spring-boot|framework|2.7", DRAWS));
    let exposed = case(Context { exposure: Exposure::Internet, ..unknown });
    let outcome = trials.evaluate(&situation);
    let judgement = judge(&trials, &situation, &outcome, &[WhatIf { open: Open::Exposure, situation: exposed.clone() }]);
    assert_eq!(judgement.verdict, Verdict::DoesNotPayOff(FreeWay::Leave));
    assert!(judgement.indicative && judgement.must_act_if_exposed);
    let outcome = trials.evaluate(&exposed);
    assert_eq!(judge(&trials, &exposed, &outcome, &[]).verdict, Verdict::MustAct(Fix::AskForQuote));
}

#[test]
fn a_rewrite_leaves_extended_support_worth_what_the_rewrite_costs_less_its_own_trouble() {
    // W·U/T + 12·W·h·a − 12·W·x·(1 − ae) − comp·(1 − rc) − W·(o/Y + v), security and downtime left out.
    let inputs = r#""h": 6, "w": 85, "a": 0.05, "x": 4, "ae": 0.8, "g": 0.3, "kh": 80, "rc": 0.8, "U": 1300, "T": 3, "o": 24, "Y": 3, "v": 12"#;
    let worth = 85.0 * 1_300.0 / 3.0 + 306.0 - 816.0 - 408.0 - 85.0 * 20.0;
    for (price, score) in [(worth - 1.0, 100.0), (worth + 1.0, 0.0)] {
        let text = format!(r#"{{"context": {{{EXPOSED}}}, "inputs": {{{inputs}, "P": {price}}}, "n": 20}}"#);
        let value = score_case(&text).0.value.expect("a score");
        close(Some(value.break_even.price_75), worth, 1e-6);
        close(Some(value.score.unrounded()), score, 0.0);
    }
}

#[test]
fn without_hours_or_a_price_the_verdict_names_what_is_missing() {
    let judged = |situation: &Situation| {
        let trials = Trials::new("k", 500);
        judge(&trials, situation, &trials.evaluate(situation), &[]).verdict
    };
    let mut situation = unpriced(Kind::Os, Tier::Hundreds, OfferType::Managed, Context::default());
    assert_eq!(judged(&situation), Verdict::NotEnoughData(vec![Missing::Price]));
    situation.inputs.unset(Symbol::H);
    assert_eq!(judged(&situation), Verdict::NotEnoughData(vec![Missing::Hours, Missing::Price]));
    let between = unpriced(Kind::Os, Tier::Thousands, OfferType::Subscription, Context { services: 4, ..Context::default() });
    assert_eq!(judged(&between), Verdict::NotEnoughData(vec![Missing::Price]));
}

#[test]
fn defaults_alone_do_not_decide_while_certainty_is_worth_a_tenth_of_the_price() {
    let mut situation = situation(Kind::Database, 1, 1, Tier::TensOfThousands, false);
    let trials = Trials::new("postgresql|server|15", DRAWS);
    let value = trials.evaluate(&situation).value.expect("a score");
    let even = constant(value.break_even.price_50);
    for (source, verdict) in
        [(Source::Catalog, Verdict::NotEnoughData(vec![Missing::Evidence])), (Source::UserSet, Verdict::Borderline)]
    {
        situation.inputs.set(Symbol::P, even, source, "a price").expect("positive");
        if source == Source::UserSet {
            for symbol in [Symbol::C, Symbol::Q, Symbol::Lam, Symbol::D] {
                let triple = situation.inputs.triple(symbol);
                situation.inputs.set(symbol, triple, source, "measured").expect("as before");
            }
        }
        assert_eq!(judge(&trials, &situation, &trials.evaluate(&situation), &[]).verdict, verdict);
    }
}

#[test]
fn a_case_reads_as_it_is_scored() {
    let text = r#"{"key": "pg", "context": {"exposure": "internal"}, "inputs": {"h": [5.5, 13, 39], "w": [45, 65, 110],
        "a": [0.02, 0.12, 0.35], "lam": [0.3, 1, 3], "D": [1, 3, 8], "c": [10000, 50000, 300000], "q": [0, 0.15, 0.40], "P": 12000}}"#;
    let case = Case::parse("vector.json", text).expect("valid");
    let (outcome, judgement) = case.score();
    expect_test::expect![[r"
        pays-off: at 12,000 a year it returns more than it costs
        pays in 89 of 100 runs (score 89.4); a model's probability, not a measured one
        if every freed hour counts in full 89.4, if only cash counts 86.5
        net value a year 30,436; one run in ten is below -311, one in ten above 124,344; over three years at 10 % 75,689

        cost of a year, every input at its median
          A  leave it as it is           315,827
          B  buy the offer               276,759
          C  upgrade it yourself            none
          net value of buying             39,068  against the cheaper of A and C

        where it turns
          worth at most a year            21,950  75 of 100 runs pay below it
          a coin toss at                  42,436
          hours a month                   at any  more of your own work than this, and it pays
          cost of an hour down            16,023  dearer than this, and it pays

        what moves it most: from the 10th to the 90th percentile of one input, the net value goes
          c      28,757 to 153,502: 8,173 to 88,232  (cost of an hour down)
          q      0.069991 to 0.27: 10,942 to 71,372  (share of the downtime that support avoids)
          lam    0.61 to 1.90: 15,737 to 69,943  (incidents a year and service)
          certainty about everything would be worth 403 a year
          what it rests on: mostly yours (evidence grade A)

        inputs that count here
          h      5.5 / 13 / 39             user-set  routine work of your own, hours a month
          w      45 / 65 / 110             user-set  cost of an hour of staff
          omega  1                         user-set  share of a freed hour that counts
          a      0.02 / 0.12 / 0.35        user-set  share of the routine work that the offer takes over
          lam    0.3 / 1 / 3               user-set  incidents a year and service
          D      1 / 3 / 8                 user-set  hours down in an incident
          c      10000 / 50000 / 300000    user-set  cost of an hour down
          q      0 / 0.15 / 0.4            user-set  share of the downtime that support avoids
          f      0                         user-set  security losses a year and service, at local exposure
          LM     0                         user-set  size of a security loss
          r      0                         user-set  share of the security loss that the offer avoids
          P      12000                     user-set  price of the offer a year
          o      0                         user-set  hours to procure and introduce the offer
          Y      1                         user-set  years of the contract
          v      0                         user-set  hours a year to manage the vendor
        10000 draws of the key `pg`; inputs are drawn independently, which is a limit of the model"]]
    .assert_eq(&lines(&case, &outcome, &judgement).join("\n"));
}
