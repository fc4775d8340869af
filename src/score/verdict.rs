//! From figures to a verdict, in the fixed order of the model: must act, depends, not enough data, pays off, does not.
//!
//! The one place where a verdict is made. Builds no case: what an open question could be answered with is given to it.

use super::context::{Env, Life};
use super::input::{Price, Symbol, Triple};
use super::outcome::{AnchorScores, FreeWay, Medians, Outcome, Score, Situation, Standing, Value};
use super::sensitivity::Grade;
use super::threshold::{Thresholds, thresholds};
use super::trials::Trials;

/// From this score on it pays: spending needs better evidence than not spending.
pub(super) const BUY: f64 = 75.0;

/// Up to this score it does not.
pub(super) const LEAVE: f64 = 35.0;

/// The share of the price that certainty must be worth before defaults alone may not decide.
const WORTH_KNOWING: f64 = 0.1;

/// Where an end of life in production leads that nobody has accepted the risk of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fix {
    /// The score is 75 or more.
    Buy,
    /// The score is 35 or less.
    Upgrade,
    /// Between the two.
    Either,
    /// The price is unknown.
    AskForQuote,
    /// There is nothing to upgrade to.
    BuyIsolateOrReplace,
}

impl Fix {
    /// The word used in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Upgrade => "upgrade",
            Self::Either => "either",
            Self::AskForQuote => "ask-for-quote",
            Self::BuyIsolateOrReplace => "buy-isolate-or-replace",
        }
    }

    /// What it means; the quote to ask for is below the break-even price of 75 of 100 runs.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Buy => "buy is the cheaper fix",
            Self::Upgrade => "upgrade is the cheaper fix",
            Self::Either => "upgrade or buy: either will do",
            Self::AskForQuote => "upgrade, or ask for a quote below the break-even price",
            Self::BuyIsolateOrReplace => "buy, isolate or replace",
        }
    }
}

/// What is missing for a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// Nobody knows the hours: the kind has no defaults and none are logged.
    Hours,
    /// No price, and the usual range does not settle it.
    Price,
    /// Evidence of the reader's own, first of all on the outcome's weakest input.
    Evidence,
}

impl Missing {
    /// What to find out, as a reader sees it.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Hours => "your hours; log them, its kind has no defaults",
            Self::Price => "a price; the usual range does not settle it",
            Self::Evidence => "figures of your own; defaults alone decide it",
        }
    }
}

/// A categorical input that nobody has set. Ordered as they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Open {
    /// Neither the tier nor the cost of an hour down: 1 is assumed, 3 tried.
    Tier,
    /// Who can reach it: nobody is assumed, the internet tried.
    Exposure,
    /// How many services its units are: 1 is assumed, as many as there are units tried.
    Services,
}

impl Open {
    /// The word used in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Tier => "tier",
            Self::Exposure => "exposure",
            Self::Services => "services",
        }
    }
}

/// The case as it would be if one open question had its other answer, everything else as assumed.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIf {
    /// The question.
    pub open: Open,
    /// The case with the other answer.
    pub situation: Situation,
}

/// The verdict on one case and one offer.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Something must be done, which never means that it must be bought.
    MustAct(Fix),
    /// Open questions that decide it, each alone.
    Depends {
        /// What it turns on, in the order of asking.
        turns_on: Vec<Open>,
        /// What an hour down must cost; `None` if there is no free way.
        thresholds: Option<Thresholds>,
    },
    /// Too little is known.
    NotEnoughData(Vec<Missing>),
    /// It pays.
    PaysOff,
    /// It does not, and this is what to do instead.
    DoesNotPayOff(FreeWay),
    /// Neither.
    Borderline,
}

impl Verdict {
    /// The id used in files.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::MustAct(_) => "must-act",
            Self::Depends { .. } => "depends",
            Self::NotEnoughData(_) => "not-enough-data",
            Self::PaysOff => "pays-off",
            Self::DoesNotPayOff(_) => "does-not-pay-off",
            Self::Borderline => "borderline",
        }
    }

    /// Its place when offers of one case are ordered, the most useful to the reader first.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self {
            Self::MustAct(_) => 0,
            Self::PaysOff => 1,
            Self::Depends { .. } => 2,
            Self::Borderline => 3,
            Self::NotEnoughData(_) => 4,
            Self::DoesNotPayOff(_) => 5,
        }
    }
}

/// What comes out with the categories as assumed, or with one open question answered otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// The question; `None` is the case as assumed.
    pub open: Option<Open>,
    /// What an hour down costs in it.
    pub hour_down: Triple,
    /// The score.
    pub score: Score,
    /// The scores at the ends of the usual range, where the price is only that.
    pub at_anchor: Option<AnchorScores>,
    /// The verdict by these figures alone.
    pub verdict: Verdict,
}

/// A verdict with what a reader must know beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Whether it rests on a usual price range or on assumed categories.
    pub indicative: bool,
    /// Whether something must be done should it turn out to be on the internet.
    pub must_act_if_exposed: bool,
    /// What was compared, the case as assumed first; empty where it was not for the figures to decide.
    pub answers: Vec<Answered>,
}

/// Judges one case, given how its open questions could be answered otherwise.
///
/// `outcome` is that of `situation`. Each of `what_ifs` differs from it in one answer.
#[must_use]
pub fn judge(trials: &Trials, situation: &Situation, outcome: &Outcome, what_ifs: &[WhatIf]) -> Judgement {
    let standing = outcome.value.as_ref().map(Value::standing);
    let mut judgement = judged(trials, situation, standing, &outcome.medians, what_ifs);
    if let Verdict::Depends { thresholds: limits, .. } = &mut judgement.verdict {
        *limits = thresholds(trials, situation);
    }
    judgement
}

/// The same verdict from nothing but the figures that it rests on: `Depends` has no thresholds here, and no outcome is explained.
pub(super) fn judge_alone(trials: &Trials, situation: &Situation, what_ifs: &[WhatIf]) -> Judgement {
    judged(trials, situation, trials.standing(situation), &trials.medians(situation), what_ifs)
}

fn judged(
    trials: &Trials,
    situation: &Situation,
    standing: Option<Standing>,
    medians: &Medians,
    what_ifs: &[WhatIf],
) -> Judgement {
    let context = &situation.context;
    let binds = context.must_act() && !context.accepted_risk;
    let asks_exposure = what_ifs.iter().any(|what_if| what_if.open == Open::Exposure);
    let must_act_if_exposed =
        asks_exposure && !context.must_act() && !context.accepted_risk && context.life == Life::Eol && context.env == Env::Prod;
    let firm = |verdict, answers| Judgement { verdict, indicative: false, must_act_if_exposed, answers };
    let Some(standing) = standing else {
        return firm(Verdict::MustAct(Fix::BuyIsolateOrReplace), Vec::new());
    };
    if binds {
        return firm(Verdict::MustAct(fix_by(situation.inputs.price(), standing.score)), Vec::new());
    }
    let assumed = answered(None, situation, &standing, medians);
    let answer = |what_if: &WhatIf| {
        // No score, no verdict by figures, nothing to compare: `must_act_if_exposed` says that case.
        let standing = trials.standing(&what_if.situation)?;
        Some(answered(Some(what_if.open), &what_if.situation, &standing, &trials.medians(&what_if.situation)))
    };
    let others: Vec<Answered> = what_ifs.iter().filter_map(answer).collect();
    let decides = |other: &&Answered| other.verdict.word() != assumed.verdict.word();
    let mut turns_on: Vec<Open> = others.iter().filter(decides).filter_map(|other| other.open).collect();
    let verdict = assumed.verdict.clone();
    let answers = std::iter::once(assumed).chain(others).collect();
    if !turns_on.is_empty() {
        turns_on.sort_unstable();
        turns_on.dedup();
        return firm(Verdict::Depends { turns_on, thresholds: None }, answers);
    }
    let concludes = !matches!(verdict, Verdict::NotEnoughData(_));
    let indicative = concludes && (!what_ifs.is_empty() || situation.inputs.price() != Price::Known);
    Judgement { verdict, indicative, must_act_if_exposed, answers }
}

fn answered(open: Option<Open>, situation: &Situation, standing: &Standing, medians: &Medians) -> Answered {
    let Standing { score, at_anchor, .. } = *standing;
    Answered {
        open,
        hour_down: situation.inputs.triple(Symbol::C),
        score,
        at_anchor,
        verdict: by_figures(situation, standing, medians),
    }
}

/// Where there is a free way to compare with.
pub(super) fn fix_by(price: Price, score: Score) -> Fix {
    match price {
        Price::Known if pays(score) => Fix::Buy,
        Price::Known if does_not_pay(score) => Fix::Upgrade,
        Price::Known => Fix::Either,
        _ => Fix::AskForQuote,
    }
}

/// The figures on which a verdict rests, of a case or of several with one price.
pub(super) struct Figures {
    /// What is known of the price.
    pub(super) price: Price,
    /// The price at its median.
    pub(super) amount: f64,
    pub(super) score: Score,
    pub(super) at_anchor: Option<AnchorScores>,
    pub(super) p50: f64,
    pub(super) evpi: f64,
    pub(super) grade: Grade,
}

/// The verdict by what is known and by the figures alone.
fn by_figures(situation: &Situation, standing: &Standing, medians: &Medians) -> Verdict {
    let Standing { score, at_anchor, p50, evpi, evidence } = *standing;
    let figures =
        Figures { price: situation.inputs.price(), amount: medians.price, score, at_anchor, p50, evpi, grade: evidence.grade };
    let hours_known = situation.inputs.get(Symbol::H).is_some();
    conclude(hours_known, &figures, medians.cheapest_free_way(&situation.context))
}

/// The same for figures from wherever; `instead` is what to do where buying does not pay.
pub(super) fn conclude(hours_known: bool, figures: &Figures, instead: FreeWay) -> Verdict {
    let missing = missing(hours_known, figures);
    match (figures.price, figures.at_anchor) {
        _ if !missing.is_empty() => Verdict::NotEnoughData(missing),
        (Price::Anchored(_), Some(at)) if pays(at.at_hi) => Verdict::PaysOff,
        (Price::Anchored(_), _) => Verdict::DoesNotPayOff(instead),
        _ if pays(figures.score) && figures.p50 > 0.0 => Verdict::PaysOff,
        _ if does_not_pay(figures.score) => Verdict::DoesNotPayOff(instead),
        _ => Verdict::Borderline,
    }
}

fn pays(score: Score) -> bool {
    score.unrounded() >= BUY
}

fn does_not_pay(score: Score) -> bool {
    score.unrounded() <= LEAVE
}

fn missing(hours_known: bool, figures: &Figures) -> Vec<Missing> {
    let mut missing = Vec::new();
    if !hours_known {
        missing.push(Missing::Hours);
    }
    match (figures.price, figures.at_anchor) {
        (Price::Known, _) if defaults_decide(figures) => missing.push(Missing::Evidence),
        (Price::Known, _) => {}
        (Price::Anchored(_), Some(at)) if pays(at.at_hi) || does_not_pay(at.at_lo) => {}
        _ => missing.push(Missing::Price),
    }
    missing
}

/// Whether the result hangs on defaults while certainty would be worth having. A price of zero leaves nothing to risk.
fn defaults_decide(figures: &Figures) -> bool {
    let undecided = !pays(figures.score) && !does_not_pay(figures.score);
    let amount = figures.amount;
    figures.grade == Grade::C && undecided && amount > 0.0 && figures.evpi >= WORTH_KNOWING * amount
}
