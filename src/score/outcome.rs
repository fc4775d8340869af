//! What scoring one case against one offer gives, and the one door to it.
//!
//! Computes; whether the figures make a verdict is `verdict`'s to say.

use super::context::{Context, Factors, FreeWays};
use super::formula::{Costs, Values, costs};
use super::input::{Inputs, Price, SYMBOLS, Source, Symbol};
use super::parts::{self, CostPart};
use super::sensitivity::{Driver, Evidence, Swing};
use super::trials::{Column, DRAWS, Trials};
use super::{break_even, information, sensitivity};

/// Three years of equal net values at 10 % a year, as one sum today.
const THREE_YEARS: f64 = 2.48685;

/// Within this much of zero, in money, a draw counts as half won.
const TIE: f64 = 0.005;

/// One case as it is scored: the categories and the numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Situation {
    /// The categories.
    pub context: Context,
    /// The numbers.
    pub inputs: Inputs,
}

/// How many of a hundred runs pay, 0–100. A model's probability, not a measured one.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Score(f64);

impl Score {
    /// The score of net values: wins, and half of the ties.
    fn of(net: impl Iterator<Item = f64>) -> Self {
        let (mut halves, mut all) = (0_u32, 0_u32);
        for value in net {
            halves += if value > TIE { 2 } else { u32::from(value >= -TIE) };
            all += 1;
        }
        Self(if all == 0 { 0.0 } else { 50.0 * f64::from(halves) / f64::from(all) })
    }

    /// As computed; verdicts compare this one.
    #[must_use]
    pub fn unrounded(self) -> f64 {
        self.0
    }

    /// To one decimal, as outputs print it.
    #[must_use]
    pub fn rounded(self) -> f64 {
        (self.0 * 10.0).round_ties_even() / 10.0
    }

    /// In whole runs of a hundred, 1–99: a model is never certain.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 1–99")]
    pub fn runs_of_hundred(self) -> u8 {
        self.0.round().clamp(1.0, 99.0) as u8
    }
}

/// Money a year with every input at its median.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Medians {
    /// A: leave it as it is. Finite even where leaving it is ruled out.
    pub keep: f64,
    /// B: buy the offer.
    pub buy: f64,
    /// C: upgrade or replace it oneself, where a supported successor exists.
    pub upgrade: Option<f64>,
    /// The net value of buying, where there is a free way to compare with.
    pub net: Option<f64>,
    /// W: an hour of staff as far as it counts.
    pub hour: f64,
    /// P: the price.
    pub price: f64,
}

impl Medians {
    /// The cheaper of the free ways, which is what to do when buying does not pay.
    #[must_use]
    pub fn cheapest_free_way(&self, context: &Context) -> FreeWay {
        match (context.free_ways(), self.upgrade) {
            (FreeWays::Upgrade, Some(_)) => FreeWay::Upgrade,
            (FreeWays::KeepOrUpgrade, Some(upgrade)) if upgrade < self.keep => FreeWay::Upgrade,
            _ if context.ended() => FreeWay::Leave,
            _ => FreeWay::Community,
        }
    }
}

/// The net value of buying, money a year: percentiles of the draws by nearest rank.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Net {
    /// One run in ten is below.
    pub p10: f64,
    /// The median.
    pub p50: f64,
    /// One run in ten is above.
    pub p90: f64,
}

impl Net {
    /// The median over three years at 10 %, today's money.
    #[must_use]
    pub fn three_years(&self) -> f64 {
        THREE_YEARS * self.p50
    }
}

/// Where the decision turns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakEven {
    /// Price a year at which half of the runs pay. May be negative: then no price does.
    pub price_50: f64,
    /// Price a year at which 75 of 100 runs pay: ask for a quote below it. May be negative.
    pub price_75: f64,
    /// h*: routine hours a month at which the net value at the medians is zero; not above zero means at any hours.
    pub hours: Option<f64>,
    /// c*: cost of an hour down at which the same holds; not above zero means at any cost.
    pub downtime_cost: Option<f64>,
}

/// The score at both ends of a usual price range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnchorScores {
    /// At its lowest price.
    pub at_lo: Score,
    /// At its highest price.
    pub at_hi: Score,
}

/// What an answer to a question would be worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// The input.
    pub symbol: Symbol,
    /// EVPPI: money a year that knowing it would be worth.
    pub worth: f64,
}

/// Everything that presupposes a free way to compare with.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The score.
    pub score: Score,
    /// The score if every freed hour counts in full (omega = 1).
    pub score_full: Score,
    /// The score if no freed hour counts, only cash (omega = 0).
    pub score_cash: Score,
    /// The scores at the ends of the usual range, where the price is only that.
    pub at_anchor: Option<AnchorScores>,
    /// The net value.
    pub net: Net,
    /// Where it turns.
    pub break_even: BreakEven,
    /// The up to three inputs that move the result most, most first.
    pub drivers: Vec<Driver>,
    /// EVPI: what certainty would be worth, money a year.
    pub evpi: f64,
    /// What knowing one input would be worth, dearest first; only inputs that can move the result.
    pub questions: Vec<Question>,
    /// How much of the result rests on evidence of the reader's own.
    pub evidence: Evidence,
}

/// The result of scoring.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Whether leaving it as it is needs somebody's signature.
    pub must_act: bool,
    /// The free ways that a price had to beat.
    pub free_ways: FreeWays,
    /// The categories as the formulas take them.
    pub factors: Factors,
    /// The costs at the medians.
    pub medians: Medians,
    /// What they are made of.
    pub parts: Vec<CostPart>,
    /// The rest; `None` if there is no free way, hence no score.
    pub value: Option<Value>,
}

impl Outcome {
    /// The questions whose answer is worth more than the four hours it takes to find it.
    pub fn worth_asking(&self) -> impl Iterator<Item = &Question> {
        let four_hours = 4.0 * self.medians.hour;
        self.value.iter().flat_map(|value| &value.questions).filter(move |question| question.worth > four_hours)
    }
}

/// What to do for free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreeWay {
    /// Stay with the community's support.
    Community,
    /// Upgrade or replace it oneself.
    Upgrade,
    /// Cheapest on paper is to leave it, and nobody fixes it any more.
    Leave,
}

impl FreeWay {
    /// The word used in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Upgrade => "upgrade",
            Self::Leave => "leave",
        }
    }

    /// The advice, as a reader sees it.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Community => "community support is enough",
            Self::Upgrade => "upgrade is the cheaper way",
            Self::Leave => {
                "cheapest on paper is to leave it, and nobody fixes it any more: upgrade, isolate, or record an accepted risk with an expiry"
            }
        }
    }
}

/// Scores one case with `n` draws of `key`. To score several offers of the same product, share one [`Trials`].
#[must_use]
pub fn evaluate(key: &str, context: &Context, inputs: &Inputs, n: u32) -> Outcome {
    Trials::new(key, n).evaluate(&Situation { context: context.clone(), inputs: inputs.clone() })
}

/// The draws of one case, before anything is concluded from them.
pub(super) struct Run<'a> {
    pub(super) trials: &'a Trials,
    pub(super) context: &'a Context,
    pub(super) inputs: &'a Inputs,
    pub(super) columns: Values<Column>,
    /// Every input at its median.
    pub(super) point: Values<f64>,
}

/// The figures on which a verdict rests, without those that only explain it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Standing {
    pub(super) score: Score,
    pub(super) at_anchor: Option<AnchorScores>,
    pub(super) p50: f64,
    pub(super) evpi: f64,
    pub(super) evidence: Evidence,
}

impl Value {
    pub(super) fn standing(&self) -> Standing {
        let Self { score, at_anchor, evpi, evidence, .. } = *self;
        Standing { score, at_anchor, p50: self.net.p50, evpi, evidence }
    }
}

impl<'a> Run<'a> {
    pub(super) fn new(trials: &'a Trials, situation: &'a Situation) -> Self {
        let Situation { context, inputs } = situation;
        Self { trials, context, inputs, columns: trials.columns(inputs), point: trials.point(inputs, 0.5) }
    }

    /// The costs with every input at its median, or at another point.
    pub(super) fn costs_at(&self, point: &Values<f64>) -> Costs<f64> {
        costs(point, &self.context.factors())
    }

    /// The net value at a point.
    pub(super) fn net_at(&self, point: &Values<f64>) -> Option<f64> {
        self.costs_at(point).net(self.context.free_ways())
    }

    /// The net value of every draw.
    pub(super) fn net(&self) -> Option<Vec<f64>> {
        self.trials.net(self.context, &self.columns)
    }

    /// The net value of every draw with one input held at a value.
    pub(super) fn net_with(&self, symbol: Symbol, value: f64) -> Option<Vec<f64>> {
        let mut columns = Values(self.columns.0.clone());
        columns.0[symbol.index()] = Column::Constant(value);
        self.trials.net(self.context, &columns)
    }

    /// G: what each draw is worth before the price is paid.
    pub(super) fn gains(&self, net: &[f64]) -> Vec<f64> {
        let price = &self.columns[Symbol::P];
        net.iter().enumerate().map(|(draw, net)| net + price.at(draw)).collect()
    }

    pub(super) fn medians(&self) -> Medians {
        let Costs { keep, buy, upgrade } = self.costs_at(&self.point);
        let exists = self.context.ended() && self.context.upgrade_path;
        Medians {
            keep,
            buy,
            upgrade: exists.then_some(upgrade),
            net: self.net_at(&self.point),
            hour: self.point[Symbol::W] * self.point[Symbol::Omega],
            price: self.point[Symbol::P],
        }
    }

    /// The prices at which half of the runs, and 75 of 100, pay; reorders the gains.
    fn prices(gains: &mut [f64]) -> (f64, f64) {
        (percentile(gains, 50), percentile(gains, 25))
    }

    /// The scores at the ends of the usual range, where the price is only that.
    pub(super) fn anchor_scores(&self, gains: &[f64]) -> Option<AnchorScores> {
        let Price::Anchored(anchor) = self.inputs.price() else { return None };
        let at = |price: f64| Score::of(gains.iter().map(|gain| gain - price));
        Some(AnchorScores { at_lo: at(anchor.lo()), at_hi: at(anchor.hi()) })
    }

    /// The share of `net` that pays.
    pub(super) fn score(net: &[f64]) -> Score {
        Score::of(net.iter().copied())
    }

    /// The figures for a verdict; `None` if there is no free way.
    pub(super) fn standing(&self) -> Option<Standing> {
        let mut net = self.net()?;
        let at_anchor = match self.inputs.price() {
            Price::Anchored(_) => self.anchor_scores(&self.gains(&net)),
            _ => None,
        };
        Some(Standing {
            score: Self::score(&net),
            at_anchor,
            evpi: information::evpi(&net),
            evidence: sensitivity::evidence(self.inputs, &sensitivity::swings(self)),
            p50: percentile(&mut net, 50),
        })
    }

    fn value(&self) -> Option<Value> {
        let mut net = self.net()?;
        let swings: Vec<Swing> = sensitivity::swings(self);
        let mut gains = self.gains(&net);
        let at_omega = |omega| self.net_with(Symbol::Omega, omega).map(|net| Self::score(&net));
        let at_anchor = self.anchor_scores(&gains);
        let (price_50, price_75) = Self::prices(&mut gains);
        Some(Value {
            score: Self::score(&net),
            score_full: at_omega(1.0)?,
            score_cash: at_omega(0.0)?,
            at_anchor,
            evpi: information::evpi(&net),
            questions: information::questions(self, &net),
            evidence: sensitivity::evidence(self.inputs, &swings),
            drivers: sensitivity::drivers(self, swings),
            break_even: BreakEven {
                price_50,
                price_75,
                hours: break_even::hours(self),
                downtime_cost: break_even::downtime_cost(self),
            },
            // Last, since it reorders the draws.
            net: Net { p10: percentile(&mut net, 10), p50: percentile(&mut net, 50), p90: percentile(&mut net, 90) },
        })
    }
}

impl Trials {
    /// Scores one case.
    #[must_use]
    pub fn evaluate(&self, situation: &Situation) -> Outcome {
        let run = Run::new(self, situation);
        Outcome {
            must_act: situation.context.must_act(),
            free_ways: situation.context.free_ways(),
            factors: situation.context.factors(),
            medians: run.medians(),
            parts: parts::parts(&run),
            value: run.value(),
        }
    }

    /// The figures for a verdict alone, without those that only explain it; `None` if there is no free way. The same
    /// categories and figures are computed once.
    pub(super) fn standing(&self, situation: &Situation) -> Option<Standing> {
        let outline = Outline::new(situation);
        if let Some(known) = self.standings.borrow().get(&outline) {
            return *known;
        }
        let standing = Run::new(self, situation).standing();
        self.standings.borrow_mut().insert(outline, standing);
        standing
    }

    /// The costs with every input at its median.
    pub(super) fn medians(&self, situation: &Situation) -> Medians {
        Run::new(self, situation).medians()
    }

    /// The prices at which half of the runs, and 75 of 100, pay; `None` if there is no free way.
    pub(super) fn prices(&self, situation: &Situation) -> Option<(f64, f64)> {
        let run = Run::new(self, situation);
        Some(Run::prices(&mut run.gains(&run.net()?)))
    }
}

/// Everything that the figures for a verdict depend on: the categories as far as they enter the formulas, and of each input its
/// distribution and whose it is.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Outline {
    factors: [u64; 6],
    free_ways: FreeWays,
    inputs: [([u64; 3], Option<Source>); SYMBOLS],
}

impl Outline {
    fn new(Situation { context, inputs }: &Situation) -> Self {
        let Factors { outage, loss, events, events_upgraded, ended, audited } = context.factors();
        let input = |symbol: &Symbol| {
            let triple = inputs.triple(*symbol);
            let source = inputs.get(*symbol).map(|input| input.source);
            ([triple.lo(), triple.likely(), triple.hi()].map(f64::to_bits), source)
        };
        Self {
            factors: [outage, loss, events, events_upgraded, ended, audited].map(f64::to_bits),
            free_ways: context.free_ways(),
            inputs: std::array::from_fn(|index| Symbol::ALL.get(index).map_or_else(Default::default, input)),
        }
    }
}

impl Default for Trials {
    fn default() -> Self {
        Self::new("", DRAWS)
    }
}

/// The nearest rank, index ceil(p·n) − 1, of values that it may reorder. Of nothing it is zero.
pub(super) fn percentile(values: &mut [f64], percent: usize) -> f64 {
    let index = (percent * values.len()).div_ceil(100).saturating_sub(1);
    if index >= values.len() { 0.0 } else { *values.select_nth_unstable_by(index, f64::total_cmp).1 }
}
