//! Cases as the view shows them.

use super::{costs, places, vulnerabilities};
use crate::catalog::Catalog;
use crate::model::{Date, Deployment, Use};
use crate::report::view::{self, Amount, Figure, LifeState, Score, SubVerdict, TurnsOn, VerdictWord};
use crate::report::words::{Thresholds, sentence};
use crate::score::{
    Assumed, FreeWay, FreeWays, Grade, Inputs, Judgement, Limit, Missing, Open, Opportunity, Outcome, Policy, Price, ScoredOffer,
    Value, Verdict, kind_row,
};

/// Instead of a verdict, where an offer's kind has no usual range of prices and its own is not public.
const NO_PRICE: &str = "depends on a price, and none is public";

/// The dearest hour down that is searched; beyond it the view writes this figure.
const SEARCHED: f64 = 1_000_000.0;

/// One case.
pub(super) fn case(
    case: &Opportunity,
    deployments: &[Deployment],
    catalog: &Catalog,
    policy: &Policy,
    as_of: Date,
) -> Option<view::Opportunity> {
    let head = case.first()?;
    let members: Vec<&Deployment> = deployments.iter().filter(|found| case.deployments.contains(&found.id)).collect();
    let lifecycle = places::lifecycle(&case.lifecycle, catalog);
    let (verdict, sub_verdict, turns_on) = verdict(&head.judgement);
    let break_even = break_even(case, head);
    let thresholds = Thresholds { no: break_even.downtime_no, yes: break_even.downtime_yes };
    let (value, figures) = (head.outcome.value.as_ref(), priced(head, &head.outcome));
    let sentence = || sentence(verdict, sub_verdict, lifecycle.state, head.judgement.indicative, &turns_on, thresholds);
    let mut summary = summary(sub_verdict, figures.is_some(), sentence);
    let exploited = vulnerabilities::exploited(&members).map(|found| found.id.clone());
    if let Some(id) = &exploited {
        summary = format!("{summary}; {id} is known to be exploited and has no free fix here");
    }
    Some(view::Opportunity {
        id: case.id.clone(),
        product: case.product.clone(),
        product_name: places::name(&case.product, catalog),
        role: case.role.to_string(),
        version: if let [one] = case.versions.as_slice() { Some(one.clone()) } else { None },
        cycle: case.cycle.clone(),
        hosts: case.hosts.clone(),
        deployments: case.deployments.clone(),
        usage: places::usage(members.iter().map(|found| found.usage).max().unwrap_or(Use::Declared)),
        listening: sockets(&members),
        next_supported: members
            .iter()
            .find_map(|found| found.next_supported.as_ref())
            .map(|next| places::next_supported(next, catalog)),
        scope: scope(case, catalog),
        verdict,
        sub_verdict,
        must_act_if_exposed: head.judgement.must_act_if_exposed,
        indicative: head.judgement.indicative,
        exploited,
        summary,
        score: figures.map(score),
        score_without_log: priced(head, &head.without_log).map(score),
        score_cash: figures.map(|value| Score(value.score_cash.unrounded())),
        answers: costs::answers(case, head),
        net: net(figures, policy),
        worth_by_tier: worth(case, lifecycle.state),
        drivers: figures.into_iter().flat_map(|value| &value.drivers).map(driver).collect(),
        information: information(&turns_on, &head.outcome),
        evidence_grade: value.and_then(|value| grade(value.evidence.grade).parse().ok()),
        alternatives: alternatives(&head.outcome, &head.inputs),
        costs: costs::parts(&head.outcome),
        factors: factors(&head.outcome),
        inputs: inputs(&head.inputs).into_iter().chain(vulnerabilities::inputs(&members)).collect(),
        cash: if has_price(head) { costs::cash(&head.outcome) } else { Vec::new() },
        accepted: accepted(case, policy, as_of),
        decision: None,
        contracts: contracts(case, policy, as_of),
        offers: Vec::new(),
        bundles: Vec::new(),
        recipe: Some(recipe(case)),
        turns_on,
        break_even,
        lifecycle,
    })
}

/// The verdict in a sentence; where there is neither a price nor a usual range of prices, what is missing.
pub(super) fn summary(sub_verdict: Option<SubVerdict>, priced: bool, sentence: impl FnOnce() -> String) -> String {
    if sub_verdict == Some(SubVerdict::Price) && !priced { NO_PRICE.to_owned() } else { sentence() }
}

/// The offers by what breaks ties between them, so that their order says nothing of the verdict. One that lacks what is required
/// heads a case only where all do, and offers that are computed alike are one.
fn recipe(case: &Opportunity) -> view::Recipe {
    let some_fit = case.offers.iter().any(|offer| offer.fit.admissible());
    let mut offers: Vec<&ScoredOffer> = case.offers.iter().filter(|offer| offer.fit.admissible() || !some_fit).collect();
    offers.sort_by_key(|offer| offer.seller.as_ref().map(|seller| seller.key.as_str()));
    let mut contenders: Vec<view::Contender> = Vec::new();
    for offer in offers {
        let contender =
            view::Contender { sold: offer.seller.is_some(), inputs: offer.inputs.clone(), what_ifs: offer.what_ifs.clone() };
        if !contenders.contains(&contender) {
            contenders.push(contender);
        }
    }
    view::Recipe { key: case.key.clone(), context: case.context.clone(), contenders }
}

fn sockets(members: &[&Deployment]) -> Vec<String> {
    let all = members.iter().flat_map(|found| &found.listening).map(places::socket);
    all.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

fn scope(case: &Opportunity, catalog: &Catalog) -> view::Scope {
    let scope = &case.scope;
    let unit = catalog.product(&case.product).and_then(|product| kind_row(product.kind)).map(|row| row.unit.to_owned());
    let unknown = |what| scope.assumed.contains(&what);
    view::Scope {
        services: Some(scope.services),
        units: Some(scope.units),
        unit,
        owners: scope.owners.clone(),
        environment: Some(scope.env.to_string()),
        exposure: Some(if unknown(Assumed::Exposure) { "unknown".to_owned() } else { scope.exposure.to_string() }),
        tier: scope.tier.filter(|_| !unknown(Assumed::Tier)).and_then(|tier| tier.word().parse().ok()),
        assumed: scope.assumed.iter().map(|what| what.word().to_owned()).collect(),
    }
}

/// The verdict in the view's words.
pub(super) fn verdict(judgement: &Judgement) -> (VerdictWord, Option<SubVerdict>, Vec<TurnsOn>) {
    let word = verdict_word(&judgement.verdict);
    match &judgement.verdict {
        Verdict::MustAct(fix) => (word, fix.word().parse().ok(), Vec::new()),
        Verdict::Depends { turns_on, .. } => (word, None, turns_on.iter().map(|open| turn(*open)).collect()),
        Verdict::NotEnoughData(missing) => (word, missing.first().map(|missing| lacking(*missing)), Vec::new()),
        Verdict::DoesNotPayOff(way) => (word, Some(instead(*way)), Vec::new()),
        Verdict::PaysOff | Verdict::Borderline => (word, None, Vec::new()),
    }
}

/// The verdict alone.
pub(super) fn verdict_word(verdict: &Verdict) -> VerdictWord {
    match verdict {
        Verdict::MustAct(_) => VerdictWord::MustAct,
        Verdict::Depends { .. } => VerdictWord::Depends,
        Verdict::NotEnoughData(_) => VerdictWord::NotEnoughData,
        Verdict::PaysOff => VerdictWord::PaysOff,
        Verdict::DoesNotPayOff(_) => VerdictWord::DoesNotPayOff,
        Verdict::Borderline => VerdictWord::Borderline,
    }
}

pub(super) fn turn(open: Open) -> TurnsOn {
    match open {
        Open::Tier => TurnsOn::Tier,
        Open::Exposure => TurnsOn::Exposure,
        Open::Services => TurnsOn::Services,
    }
}

fn lacking(missing: Missing) -> SubVerdict {
    match missing {
        Missing::Hours => SubVerdict::Hours,
        Missing::Price => SubVerdict::Price,
        Missing::Evidence => SubVerdict::Evidence,
    }
}

fn instead(way: FreeWay) -> SubVerdict {
    match way {
        FreeWay::Community => SubVerdict::Community,
        FreeWay::Upgrade => SubVerdict::Upgrade,
        FreeWay::Leave => SubVerdict::Leave,
    }
}

/// The figures that stand on a price; `None` without one, since what was drawn then holds no price and would count it as nothing.
/// Only the price at which it turns is a figure there.
pub(super) fn priced<'offer>(offer: &ScoredOffer, outcome: &'offer Outcome) -> Option<&'offer Value> {
    outcome.value.as_ref().filter(|_| offer.inputs.price() != Price::Unknown)
}

/// The score.
pub(super) fn score(value: &Value) -> Score {
    Score(value.score.unrounded())
}

/// The net value.
pub(super) fn net(value: Option<&Value>, policy: &Policy) -> view::Net {
    let net = value.map(|value| value.net);
    view::Net {
        p10: net.map(|net| Amount(net.p10)),
        p50: net.map(|net| Amount(net.p50)),
        p90: net.map(|net| Amount(net.p90)),
        currency: Some(policy.currency.to_string()),
    }
}

fn break_even(case: &Opportunity, head: &ScoredOffer) -> view::BreakEven {
    let limits = case.thresholds.filter(|_| head.inputs.price() != Price::Unknown);
    view::BreakEven {
        downtime_no: limits.and_then(|found| limit(found.community_up_to)),
        downtime_yes: limits.and_then(|found| limit(found.support_from)).filter(|cost| cost.0 < SEARCHED),
        ..offer_break_even(head)
    }
}

fn limit(limit: Limit) -> Option<Amount> {
    match limit {
        Limit::None => None,
        Limit::At(cost) => Some(Amount(cost)),
        Limit::Beyond => Some(Amount(SEARCHED)),
    }
}

/// Where one offer turns.
pub(super) fn offer_break_even(offer: &ScoredOffer) -> view::BreakEven {
    let Some(value) = &offer.outcome.value else { return view::BreakEven::default() };
    let turns = priced(offer, &offer.outcome).map(|value| value.break_even);
    view::BreakEven {
        price_50: Some(Amount(value.break_even.price_50)),
        price_75: Some(Amount(value.break_even.price_75)),
        hours_per_month: turns.and_then(|turns| turns.hours).map(Figure),
        downtime_cost_per_hour: turns.and_then(|turns| turns.downtime_cost).map(Amount),
        downtime_no: None,
        downtime_yes: None,
    }
}

/// What extended support is worth by the cost of an hour down, where nobody said that cost.
fn worth(case: &Opportunity, state: LifeState) -> Vec<view::TierWorth> {
    if !state.ended() || !case.scope.assumed.contains(&Assumed::Tier) {
        return Vec::new();
    }
    let worth = case.worth.iter().map(|worth| {
        let some = worth.price_50 > 0.0;
        view::TierWorth {
            tier: worth.tier.word().parse().unwrap_or_default(),
            price_75: some.then_some(Amount(worth.price_75.max(0.0))),
            price_50: some.then_some(Amount(worth.price_50)),
        }
    });
    worth.collect()
}

fn driver(driver: &crate::score::Driver) -> view::Driver {
    view::Driver {
        symbol: driver.symbol.to_string(),
        name: driver.symbol.meaning().to_owned(),
        lo: Figure(driver.range.0),
        hi: Figure(driver.range.1),
        net_at_lo: Amount(driver.net.0),
        net_at_hi: Amount(driver.net.1),
        flips: driver.flips(),
        threshold: driver.threshold.map(Figure),
    }
}

fn in_words(open: TurnsOn) -> &'static str {
    match open {
        TurnsOn::Tier => "what one hour down costs",
        TurnsOn::Exposure => "from where it can be reached",
        TurnsOn::Services => "how many services the units make up",
    }
}

/// Open questions first, then inputs whose measurement is worth more than the four hours it takes.
fn information(turns_on: &[TurnsOn], outcome: &Outcome) -> Vec<view::Question> {
    let category = |open: &TurnsOn| view::Question { symbol: open.to_string(), name: in_words(*open).to_owned(), worth: None };
    let input = |question: &crate::score::Question| view::Question {
        symbol: question.symbol.to_string(),
        name: question.symbol.meaning().to_owned(),
        worth: Some(Amount(question.worth)),
    };
    turns_on.iter().map(category).chain(outcome.worth_asking().map(input)).collect()
}

fn grade(grade: Grade) -> &'static str {
    grade.word()
}

fn alternatives(outcome: &Outcome, inputs: &Inputs) -> view::Alternatives {
    let medians = &outcome.medians;
    let admissible = matches!(outcome.free_ways, FreeWays::Keep | FreeWays::KeepOrUpgrade);
    let upgrade = medians.upgrade.map(|cost| view::UpgradeWay {
        p50: Some(Amount(cost)),
        hours: inputs.get(crate::score::Symbol::U).map(|input| Figure(input.triple.likely())),
    });
    let best_free = match (admissible, medians.upgrade) {
        (true, Some(upgrade)) if upgrade < medians.keep => Some(view::BestFree::Upgrade),
        (true, _) => Some(view::BestFree::Community),
        (false, Some(_)) => Some(view::BestFree::Upgrade),
        (false, None) => None,
    };
    view::Alternatives {
        community: view::Community { p50: Some(Amount(medians.keep)), admissible },
        buy: view::Alternative { p50: Some(Amount(medians.buy)) },
        upgrade,
        best_free,
    }
}

fn inputs(inputs: &Inputs) -> Vec<view::Input> {
    let input = |(symbol, input): (crate::score::Symbol, &crate::score::Input)| view::Input {
        symbol: symbol.to_string(),
        name: symbol.meaning().to_owned(),
        lo: Figure(input.triple.lo()),
        likely: Figure(input.triple.likely()),
        hi: Figure(input.triple.hi()),
        source: input.basis.to_string(),
        grade: input.source.word().to_owned(),
    };
    inputs.iter().map(input).collect()
}

fn accepted(case: &Opportunity, policy: &Policy, as_of: Date) -> Option<view::AcceptedRisk> {
    let risk = policy.acceptance(&case.product, case.role, case.cycle.as_deref(), as_of)?;
    Some(signed(risk))
}

/// An accepted risk in the view's words.
pub(super) fn signed(risk: &crate::score::AcceptedRisk) -> view::AcceptedRisk {
    view::AcceptedRisk {
        owner: risk.owner.clone(),
        reason: risk.reason.clone(),
        expiry: risk.expiry,
        approved_by: risk.approved_by.clone(),
        approved_on: risk.approved_on,
    }
}

/// Contracts that cover the case, each with the verdict on its renewal.
fn contracts(case: &Opportunity, policy: &Policy, as_of: Date) -> Vec<view::Contract> {
    let renewals = case.offers.iter().filter_map(|offer| Some((offer, policy.contracts.get(offer.renewal?)?)));
    let mut contracts: Vec<view::Contract> = renewals
        .map(|(offer, contract)| view::Contract {
            vendor: contract.vendor.clone(),
            vendor_name: contract.vendor_name.clone(),
            price: contract.price.and_then(|price| rust_decimal::prelude::ToPrimitive::to_f64(&price.amount)).map(Amount),
            currency: contract.price.map(|price| price.currency.to_string()),
            per: contract.price.map(|price| price.per.to_string()),
            period: contract.price.map(|price| price.period.to_string()),
            ends: contract.ends,
            notice: contract.notice,
            notice_passed: contract.notice.is_some_and(|day| day < as_of),
            owner: contract.owner.clone(),
            renewal: verdict_word(&offer.judgement.verdict),
            indicative: offer.judgement.indicative,
        })
        .collect();
    contracts.sort_by(|a, b| (a.ends, &a.vendor).cmp(&(b.ends, &b.vendor)));
    contracts
}

fn factors(outcome: &Outcome) -> view::Factors {
    let factors = &outcome.factors;
    view::Factors {
        downtime: Figure(factors.outage),
        losses: Figure(factors.loss),
        events: Figure(factors.events),
        events_upgraded: Figure(factors.events_upgraded),
        ended: factors.ended > 0.0,
        audited: factors.audited > 0.0,
    }
}

/// Whether an offer's verdict rests on a published price.
pub(super) fn has_price(offer: &ScoredOffer) -> bool {
    matches!(
        offer.price,
        crate::score::PriceBasis::List(_) | crate::score::PriceBasis::From(_) | crate::score::PriceBasis::Quote(_)
    )
}
