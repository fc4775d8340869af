//! The invariants of `oss-score/1`, attacked with random cases. All but a few rest on common random numbers.

use proptest::prelude::*;
use proptest::sample::select;

use super::bundle::{Part, charge_once, judged};
use super::context::{Context, Env, Exploited, Exposure, Life, Regime};
use super::defaults::{Cover, OfferType, Purse, Subject, Tier, Upkeep, inputs as default_inputs};
use super::input::{Inputs, Source, Symbol, Triple};
use super::kinds::kind_row;
use super::log::blend;
use super::opportunity::PriceBasis;
use super::outcome::{Situation, Value, evaluate};
use super::parts::CostPart;
use super::trials::Trials;
use super::verdict::{Open, Verdict, WhatIf, judge};
use crate::model::Kind;

/// Few draws, since no invariant depends on their number.
const N: u32 = 200;

fn context() -> impl Strategy<Value = Context> {
    let categories = (
        select(Env::ALL),
        select(Exposure::ALL),
        select(Life::ALL),
        select(vec![Exploited::NotKnown, Exploited::Likely, Exploited::Known]),
        prop::option::of(select(Regime::ALL)),
    );
    (categories, 1_u32..5, any::<bool>(), any::<bool>()).prop_map(
        |((env, exposure, life, exploited, regime), services, upgrade_path, accepted_risk)| {
            let regimes = regime.into_iter().collect();
            Context { env, exposure, life, exploited, regimes, services, upgrade_path, accepted_risk }
        },
    )
}

/// The largest value that a random case gives an input.
fn largest(symbol: Symbol) -> f64 {
    match symbol {
        Symbol::A | Symbol::Ae | Symbol::Q | Symbol::R | Symbol::Rc | Symbol::G | Symbol::Omega => 1.0,
        Symbol::F => 0.1,
        Symbol::T | Symbol::Y => 5.0,
        Symbol::C | Symbol::Lm => 1e5,
        Symbol::P => 5e4,
        Symbol::U => 1e3,
        _ => 100.0,
    }
}

fn triples() -> impl Strategy<Value = Inputs> {
    prop::collection::vec(prop::array::uniform3(0.0..1.0_f64), Symbol::ALL.len()).prop_map(|shares| {
        let mut inputs = Inputs::default();
        for (symbol, mut share) in Symbol::ALL.iter().zip(shares) {
            share.sort_by(f64::total_cmp);
            let [lo, likely, hi] = share.map(|share| (0.001 + 0.999 * share) * largest(*symbol));
            let triple = Triple::new(lo, likely, hi).expect("sorted");
            inputs.set(*symbol, triple, Source::UserSet, "").expect("in its domain");
        }
        inputs
    })
}

/// Any case that has a free way.
fn situation() -> impl Strategy<Value = Situation> {
    (context(), triples()).prop_filter_map("no free way", |(context, inputs)| {
        let situation = Situation { context, inputs };
        (situation.context.free_ways() != super::FreeWays::Neither).then_some(situation)
    })
}

fn value(situation: &Situation) -> Value {
    evaluate("property|server|1", &situation.context, &situation.inputs, N).value.expect("a free way")
}

fn set(situation: &Situation, symbol: Symbol, triple: Triple) -> Situation {
    let mut changed = situation.clone();
    changed.inputs.set(symbol, triple, Source::UserSet, "").expect("in its domain");
    changed
}

fn scale(situation: &Situation, symbol: Symbol, factor: f64) -> Situation {
    set(situation, symbol, situation.inputs.triple(symbol).scaled(factor).expect("finite"))
}

/// `low` is nowhere above `high`, but for rounding.
fn not_above(low: &Value, high: &Value) -> bool {
    let slack = 1e-9 * (1.0 + low.net.p50.abs() + high.net.p50.abs() + high.break_even.price_50.abs());
    low.score <= high.score && low.net.p50 <= high.net.p50 + slack
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_parts_of_every_way_add_up_to_its_cost(context in context(), inputs in triples()) {
        let outcome = evaluate("property|server|1", &context, &inputs, 1);
        let sum = |pick: fn(&CostPart) -> Option<f64>| outcome.parts.iter().filter_map(pick).sum::<f64>();
        let close = |sum: f64, cost: f64| (sum - cost).abs() <= 1e-9 * cost.abs().max(1.0);
        prop_assert!(close(sum(|part| part.keep), outcome.medians.keep));
        prop_assert!(close(sum(|part| part.buy), outcome.medians.buy));
        let upgrade = outcome.medians.upgrade;
        prop_assert!(close(sum(|part| part.upgrade), upgrade.unwrap_or(0.0)));
    }

    #[test]
    fn i1_more_hours_never_lower_the_score(case in situation(), factor in 1.0..10.0_f64) {
        prop_assert!(not_above(&value(&case), &value(&scale(&case, Symbol::H, factor))));
    }

    #[test]
    fn i1_more_logged_hours_in_the_same_window_never_lower_it(
        case in situation(),
        months in 0.5..12.0_f64,
        rate in 0.0..60.0_f64,
        more in 0.0..60.0_f64,
    ) {
        let default = case.inputs.triple(Symbol::H);
        let logged = |rate| set(&case, Symbol::H, blend(default, months, rate).expect("finite").expect("long enough"));
        prop_assert!(not_above(&value(&logged(rate)), &value(&logged(rate + more))));
    }

    #[test]
    fn i2_a_dearer_offer_never_raises_it(case in situation(), symbol in select(&[Symbol::P, Symbol::O, Symbol::V][..]), factor in 1.0..10.0_f64) {
        prop_assert!(not_above(&value(&scale(&case, symbol, factor)), &value(&case)));
    }

    #[test]
    fn i3_dearer_downtime_and_more_relief_never_lower_it(case in situation(), symbol in select(&[Symbol::C, Symbol::A, Symbol::Q][..]), less in 0.0..1.0_f64) {
        prop_assert!(not_above(&value(&scale(&case, symbol, less)), &value(&case)));
    }

    #[test]
    fn i4_the_unit_of_money_does_not_matter(case in situation(), exponent in -2.0..2.0_f64) {
        let factor = 10.0_f64.powf(exponent);
        let money = Symbol::ALL.iter().filter(|symbol| symbol.is_money());
        let scaled = money.fold(case.clone(), |case, symbol| scale(&case, *symbol, factor));
        let (before, after) = (value(&case), value(&scaled));
        // The band around zero is absolute, so the draws in it may change sides; where they are many, the law does not hold.
        prop_assume!(before.net.p90 - before.net.p10 > 500.0 || before.net.p10.abs().min(before.net.p90.abs()) > 1.0);
        prop_assert!((before.score.unrounded() - after.score.unrounded()).abs() <= 100.0 / f64::from(N));
        prop_assert!((before.net.p50 * factor - after.net.p50).abs() <= 1e-9 * (1.0 + after.net.p50.abs() + after.break_even.price_50.abs()));
    }

    #[test]
    fn i5_at_the_break_even_prices_the_score_is_what_they_promise(case in situation()) {
        let break_even = value(&case).break_even;
        for (price, score) in [(break_even.price_75, 75.0), (break_even.price_50, 50.0)] {
            if price > 1.0 {
                let at = value(&set(&case, Symbol::P, Triple::constant(price).expect("finite"))).score;
                // One draw in two hundred lies exactly at the price, and counts half.
                prop_assert!((at.unrounded() - score).abs() <= 50.0 / f64::from(N) + 1e-9, "{at:?} at {price}");
            }
        }
    }

    #[test]
    fn i6_a_lesser_environment_never_raises_the_net_value_of_supported_software(case in situation()) {
        let at = |env| {
            let context = Context { env, life: Life::Supported, ..case.context.clone() };
            value(&Situation { context, ..case.clone() })
        };
        prop_assert!(not_above(&at(Env::Dev), &at(Env::Staging)));
        prop_assert!(not_above(&at(Env::Staging), &at(Env::Prod)));
    }

    #[test]
    fn i7_without_services_or_a_cost_downtime_has_no_value(case in situation()) {
        let free = set(&case, Symbol::C, Triple::constant(0.0).expect("finite"));
        let none = set(&case, Symbol::Lam, Triple::constant(0.0).expect("finite"));
        prop_assert_eq!(value(&free).net, value(&none).net);
        let no_service = |case: &Situation| {
            let context = Context { services: 0, ..case.context.clone() };
            value(&Situation { context, inputs: case.inputs.clone() })
        };
        prop_assert_eq!(no_service(&case).net, no_service(&none).net);
    }

    #[test]
    fn i8_an_offer_that_does_nothing_never_pays(case in situation()) {
        let context = Context { life: Life::Supported, ..case.context.clone() };
        let useless = [Symbol::R, Symbol::Q, Symbol::A].iter().fold(Situation { context, ..case }, |case, symbol| {
            set(&case, *symbol, Triple::constant(0.0).expect("finite"))
        });
        prop_assert!(value(&useless).score.unrounded() <= 0.0);
    }

    #[test]
    fn i10_and_i11_the_same_case_gives_the_same_bits_whatever_was_scored_before(case in situation(), other in triples()) {
        let trials = Trials::new("property|server|1", N);
        let other = Situation { context: case.context.clone(), inputs: other };
        let _ = trials.evaluate(&other);
        prop_assert_eq!(trials.evaluate(&case).value, Some(value(&case)));
    }

    #[test]
    fn i12_an_accepted_risk_or_a_smaller_upgrade_never_raises_the_score(case in situation(), less in 0.0..1.0_f64) {
        let accepting = |accepted_risk| Situation { context: Context { accepted_risk, ..case.context.clone() }, ..case.clone() };
        if accepting(false).context.free_ways() != super::FreeWays::Neither {
            prop_assert!(not_above(&value(&accepting(true)), &value(&accepting(false))));
        }
        prop_assert!(not_above(&value(&scale(&case, Symbol::U, less)), &value(&case)));
    }

    #[test]
    fn i13_an_unset_price_never_gives_a_firm_purchase(context in context(), kind in select(Kind::ALL), tier in select(Tier::ALL),
        offer in select(OfferType::ALL), cover in select(Cover::ALL), units in 1_u32..30) {
        let (upkeep, purse) = (Upkeep::VENDOR_REPOSITORY, Purse::usd());
        let (row, services, ended) = (kind_row(kind), context.services, context.ended());
        let subject = Subject { row, services, units, upkeep: &upkeep, tier, ended, offer, cover, purse: &purse };
        let situation = Situation { inputs: default_inputs(&subject).expect("finite"), context };
        let trials = Trials::new("property|server|1", N);
        let judgement = judge(&trials, &situation, &trials.evaluate(&situation), &[]);
        prop_assert!(judgement.verdict != Verdict::PaysOff || judgement.indicative, "{judgement:?}");
    }

    #[test]
    fn a_bundle_of_one_product_is_its_single_case(context in context(), inputs in triples(), price in select(vec![0, 1, 2]),
        dearer in 1.0..50.0_f64, asked in any::<bool>()) {
        let mut situation = Situation { context, inputs };
        let basis = match price {
            0 => None,
            1 => {
                let anchor = situation.inputs.triple(Symbol::P);
                situation.inputs.set(Symbol::P, anchor, Source::Default, "").expect("in its domain");
                Some(PriceBasis::Anchor)
            }
            _ => {
                situation.inputs.unset(Symbol::P);
                Some(PriceBasis::Unknown)
            }
        };
        let exposed = Context { exposure: Exposure::Internet, ..situation.context.clone() };
        let what_ifs = [
            WhatIf { open: Open::Tier, situation: scale(&situation, Symbol::C, dearer) },
            WhatIf { open: Open::Exposure, situation: Situation { context: exposed, inputs: situation.inputs.clone() } },
        ];
        let what_ifs: Vec<WhatIf> = what_ifs.into_iter().filter(|_| asked).collect();
        let trials = || Trials::new("property|server|1", N);
        let outcome = trials().evaluate(&situation);
        let judgement = judge(&trials(), &situation, &outcome, &what_ifs);
        let mut parts = vec![Part { trials: trials(), situation, what_ifs }];
        if let Some(basis) = basis {
            prop_assert_eq!(charge_once(&mut parts, &basis), Some(()));
        }
        let (figures, verdict, indicative) = judged(&parts);
        let of_case = outcome.value.as_ref().map(|value| {
            (value.score, value.net, value.break_even.price_50, value.break_even.price_75)
        });
        let of_bundle = figures.value.map(|value| (value.score, value.net, value.price_50, value.price_75));
        prop_assert_eq!(of_bundle, of_case);
        prop_assert_eq!(figures.buy.to_bits(), outcome.medians.buy.to_bits());
        prop_assert_eq!(indicative, judgement.indicative);
        match (verdict, judgement.verdict) {
            (Verdict::Depends { turns_on: one, .. }, Verdict::Depends { turns_on: other, .. }) => prop_assert_eq!(one, other),
            (one, other) => prop_assert_eq!(one, other),
        }
    }

    #[test]
    fn h_star_and_c_star_are_where_the_net_value_is_zero(case in situation()) {
        let break_even = value(&case).break_even;
        for (symbol, turn) in [(Symbol::H, break_even.hours), (Symbol::C, break_even.downtime_cost)] {
            let Some(turn) = turn.filter(|turn| *turn >= 0.0) else { continue };
            let at = set(&case, symbol, Triple::constant(turn).expect("finite"));
            let medians = evaluate("property|server|1", &at.context, &at.inputs, N).medians;
            prop_assert!(medians.net.expect("a free way").abs() <= 1e-6 * medians.buy, "{symbol} {turn}: {medians:?}");
        }
    }
}
