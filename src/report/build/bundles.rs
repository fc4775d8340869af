//! One contract for several cases as the view shows it, and what the totals count once.

use std::collections::BTreeSet;

use super::{cases, offers};
use crate::report::view::{self, Amount, LifeState, Score};
use crate::report::words::{Thresholds, sentence};
use crate::score::{Bundle, Judgement, Opportunity, Policy, PriceBasis, Verdict};

/// The bundles, each once, with the one that the totals count marked.
pub(super) fn shown(bundles: &[Bundle], opportunities: &[Opportunity], policy: &Policy) -> Vec<view::Bundle> {
    let counted: BTreeSet<&str> = counted(bundles, opportunities).iter().map(|bundle| bundle.seller.key.as_str()).collect();
    bundles.iter().map(|bundle| one(bundle, opportunities, policy, counted.contains(bundle.seller.key.as_str()))).collect()
}

/// The bundles that pay more than the cases in them do one by one, no case in two of them.
pub(super) fn counted<'b>(bundles: &'b [Bundle], opportunities: &[Opportunity]) -> Vec<&'b Bundle> {
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    let mut counted = Vec::new();
    for bundle in bundles.iter().filter(|bundle| bundle.verdict == Verdict::PaysOff) {
        let alone: f64 = opportunities.iter().filter(|case| bundle.cases.contains(&case.id)).filter_map(gain).sum();
        let together = bundle.figures.value.as_ref().map_or(0.0, |value| value.net.p50);
        if together > alone && !bundle.cases.iter().any(|case| taken.contains(case.as_str())) {
            taken.extend(bundle.cases.iter().map(String::as_str));
            counted.push(bundle);
        }
    }
    counted
}

/// What a case that pays brings, at its median.
fn gain(case: &Opportunity) -> Option<f64> {
    let head = case.first().filter(|head| head.judgement.verdict == Verdict::PaysOff)?;
    head.outcome.value.as_ref().map(|value| value.net.p50)
}

/// What a bundle asks for: its price if it is known, else what it is worth at most.
pub(super) fn asked(bundle: &Bundle) -> f64 {
    let worth = || bundle.figures.value.as_ref().map_or(0.0, |value| value.price_75.max(0.0));
    if matches!(bundle.price, PriceBasis::List(_) | PriceBasis::From(_)) { bundle.figures.price } else { worth() }
}

fn one(bundle: &Bundle, opportunities: &[Opportunity], policy: &Policy, counted: bool) -> view::Bundle {
    let judgement = Judgement {
        verdict: bundle.verdict.clone(),
        indicative: bundle.indicative,
        must_act_if_exposed: false,
        answers: Vec::new(),
    };
    let (verdict, sub_verdict, turns_on) = cases::verdict(&judgement);
    let ended = opportunities.iter().any(|case| bundle.cases.contains(&case.id) && case.lifecycle.state.ended());
    let life = if ended { LifeState::Eol } else { LifeState::Supported };
    let none = Thresholds { no: None, yes: None };
    let value = bundle.figures.value.as_ref();
    // Drawn without a price, the runs would count it as nothing.
    let figures = value.filter(|_| bundle.price != PriceBasis::Unknown);
    let net = figures.map(|value| value.net);
    let sentence = || sentence(verdict, sub_verdict, life, bundle.indicative, &turns_on, none);
    let summary = cases::summary(sub_verdict, figures.is_some(), sentence);
    view::Bundle {
        id: format!("BUNDLE-{}", bundle.seller.key.replace('/', "-")),
        vendor: bundle.seller.vendor.clone(),
        vendor_name: bundle.seller.vendor_name.clone(),
        name: bundle.seller.name.clone(),
        cases: bundle.cases.clone(),
        price: offers::price(&bundle.price),
        price_basis: offers::basis(&bundle.price),
        summary,
        verdict,
        sub_verdict,
        turns_on,
        indicative: bundle.indicative,
        counted,
        score: figures.map(|value| Score(value.score.unrounded())),
        net: view::Net {
            p10: net.map(|net| Amount(net.p10)),
            p50: net.map(|net| Amount(net.p50)),
            p90: net.map(|net| Amount(net.p90)),
            currency: Some(policy.currency.to_string()),
        },
        price_50: value.map(|value| Amount(value.price_50)),
        price_75: value.map(|value| Amount(value.price_75)),
        free: bundle.figures.free.map(Amount),
        buy: (bundle.price != PriceBasis::Unknown).then_some(Amount(bundle.figures.buy)),
    }
}
