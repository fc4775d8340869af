//! The cost of an hour down below which the community is enough, and above which support pays.

use super::formula::downtime;
use super::input::{Price, Symbol};
use super::outcome::{Run, Situation};
use super::trials::Trials;
use super::verdict::{BUY, LEAVE};

/// The dearest hour that is searched, in money.
const DEAREST_HOUR: f64 = 1e6;

/// The relative width at which the search ends; a hundredth of what the model asks for, so that rounding shows the limit itself.
const PRECISION: f64 = 1e-5;

/// Halvings after which a limit next to zero is as good as zero.
const HALVINGS: u32 = 60;

/// A cost of an hour down at which a verdict changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// No cost, not even zero, gives the verdict.
    None,
    /// Money for an hour.
    At(f64),
    /// Beyond 10⁶ an hour, the dearest that is searched.
    Beyond,
}

/// The two costs between which the price decides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// The largest cost at which the score is at most 35. `Beyond`: community at any downtime cost.
    pub community_up_to: Limit,
    /// The smallest cost at which the score is at least 75. `Beyond`: at no cost that is searched.
    pub support_from: Limit,
}

/// Both limits, the cost as one constant and all other inputs as drawn; `None` if there is no free way.
///
/// Where only a usual price range is known the first is taken at its lowest price and the second at its highest,
/// as the verdicts are.
#[must_use]
pub fn thresholds(trials: &Trials, situation: &Situation) -> Option<Thresholds> {
    let run = Run::new(trials, situation);
    let net = run.net_with(Symbol::C, 0.0)?;
    let slopes = slopes(&run);
    let shifted = |price: f64| -> Vec<f64> { run.gains(&net).iter().map(|gain| gain - price).collect() };
    let (cheap, dear) = match situation.inputs.price() {
        Price::Anchored(anchor) => (shifted(anchor.lo()), shifted(anchor.hi())),
        _ => (net.clone(), net),
    };
    let score = |net: &[f64], cost: f64| {
        let at_cost: Vec<f64> = net.iter().zip(&slopes).map(|(net, slope)| net + slope * cost).collect();
        Run::score(&at_cost).unrounded()
    };
    Some(Thresholds {
        community_up_to: search(|cost| score(&cheap, cost) > LEAVE, |below, _| below).unwrap_or(Limit::None),
        support_from: search(|cost| score(&dear, cost) >= BUY, |_, above| above).unwrap_or(Limit::At(0.0)),
    })
}

/// What one more unit of money an hour adds to the net value of each draw: q·S·lam·D·eD, on both branches.
fn slopes(run: &Run<'_>) -> Vec<f64> {
    let factors = run.context.factors();
    let slope = |draw: usize| {
        let mut point = run.point;
        for symbol in [Symbol::Lam, Symbol::D] {
            point.0[symbol.index()] = run.columns[symbol].at(draw);
        }
        run.columns[Symbol::Q].at(draw) * downtime(&point, &factors)
    };
    run.trials.draws().map(slope).collect()
}

/// The last cost before `holds` begins to hold and the first after, narrowed by bisection; `pick` takes one of them.
///
/// `None` if it holds at zero already.
fn search(holds: impl Fn(f64) -> bool, pick: impl Fn(f64, f64) -> f64) -> Option<Limit> {
    if holds(0.0) {
        return None;
    }
    if !holds(DEAREST_HOUR) {
        return Some(Limit::Beyond);
    }
    let (mut below, mut above) = (0.0, DEAREST_HOUR);
    for _ in 0..HALVINGS {
        if above - below <= PRECISION * above {
            break;
        }
        let middle = f64::midpoint(below, above);
        if holds(middle) { above = middle } else { below = middle }
    }
    Some(Limit::At(pick(below, above)))
}
