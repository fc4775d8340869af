//! Which single inputs move the result, and how much of that movement rests on evidence of the reader's own.

use std::cmp::Ordering;

use super::input::{Inputs, Symbol};
use super::outcome::Run;
use crate::model::vocabulary;

/// How many drivers are named.
const DRIVERS: usize = 3;

/// Halvings of an interval that leave nothing to gain in 53 bits.
const HALVINGS: u32 = 60;

/// What one input does to the net value, every other at its median.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Swing {
    symbol: Symbol,
    low: End,
    high: End,
}

/// One end of a swing.
#[derive(Clone, Copy, Debug, PartialEq)]
struct End {
    value: f64,
    net: f64,
}

impl Swing {
    fn size(&self) -> f64 {
        (self.high.net - self.low.net).abs()
    }
}

/// An input that moves the result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Driver {
    /// The input.
    pub symbol: Symbol,
    /// Its 10th percentile, and its 90th.
    pub range: (f64, f64),
    /// The net value at either, money a year.
    pub net: (f64, f64),
    /// Where between them the net value is zero: beyond it this single input would change the result.
    pub threshold: Option<f64>,
}

impl Driver {
    /// How far it moves the net value, money a year.
    #[must_use]
    pub fn swing(&self) -> f64 {
        (self.net.1 - self.net.0).abs()
    }

    /// Whether this single input would change the result.
    #[must_use]
    pub fn flips(&self) -> bool {
        self.threshold.is_some()
    }
}

vocabulary! {
    /// How much of the result rests on evidence of the reader's own.
    Grade, "evidence grade" {
        /// Mostly.
        A = "A",
        /// Partly.
        B = "B",
        /// Mostly on defaults.
        C = "C",
    }
}

/// The evidence behind a result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// The share of squared swing that logged, quoted and user-set inputs make, 0–1.
    pub local: f64,
    /// Its grade: A from 0.6, B from 0.3.
    pub grade: Grade,
    /// The input without local evidence that moves the result most.
    pub weakest: Option<Symbol>,
}

impl Grade {
    fn of(local: f64) -> Self {
        match local {
            _ if local >= 0.6 => Self::A,
            _ if local >= 0.3 => Self::B,
            _ => Self::C,
        }
    }
}

/// The swings of all inputs that vary, in the order of the model; empty if there is no free way.
pub(super) fn swings(run: &Run<'_>) -> Vec<Swing> {
    let swing = |symbol: &Symbol| {
        let triple = run.inputs.triple(*symbol);
        let end = |u: f64| {
            let value = run.trials.quantile(triple, u);
            Some(End { value, net: net_at(run, *symbol, value)? })
        };
        (!triple.is_constant()).then_some(Swing { symbol: *symbol, low: end(0.1)?, high: end(0.9)? })
    };
    Symbol::ALL.iter().filter_map(swing).collect()
}

/// The largest swings, ties by name.
pub(super) fn drivers(run: &Run<'_>, mut swings: Vec<Swing>) -> Vec<Driver> {
    swings.retain(|swing| swing.size() > 0.0);
    swings.sort_by(larger_first);
    swings.truncate(DRIVERS);
    let driver = |Swing { symbol, low, high }: Swing| Driver {
        symbol,
        range: (low.value, high.value),
        net: (low.net, high.net),
        threshold: threshold(run, symbol, low, high),
    };
    swings.into_iter().map(driver).collect()
}

fn larger_first(a: &Swing, b: &Swing) -> Ordering {
    b.size().total_cmp(&a.size()).then_with(|| a.symbol.word().cmp(b.symbol.word()))
}

/// The share of squared swing from local inputs. Where nothing varies every input that is set counts alike.
pub(super) fn evidence(inputs: &Inputs, swings: &[Swing]) -> Evidence {
    let is_local = |symbol| inputs.get(symbol).is_some_and(|input| input.source.is_local());
    let swings: Vec<(Swing, bool)> = swings.iter().map(|swing| (*swing, is_local(swing.symbol))).collect();
    weighed(&swings, inputs.iter().map(|(_, input)| input.source.is_local()))
}

/// The same for several cases with one price. What an hour of staff costs moves all of them at once.
pub(super) fn evidence_of(runs: &[Run<'_>]) -> Evidence {
    let mut merged: Vec<(Swing, bool)> = Vec::new();
    for run in runs {
        let is_local = |symbol| run.inputs.get(symbol).is_some_and(|input| input.source.is_local());
        for swing in swings(run) {
            let shared = matches!(swing.symbol, Symbol::W | Symbol::Omega);
            match merged.iter_mut().find(|(other, _)| shared && other.symbol == swing.symbol) {
                Some((sum, _)) => {
                    sum.low.net += swing.low.net;
                    sum.high.net += swing.high.net;
                }
                None => merged.push((swing, is_local(swing.symbol))),
            }
        }
    }
    weighed(&merged, runs.iter().flat_map(|run| run.inputs.iter()).map(|(_, input)| input.source.is_local()))
}

fn weighed(swings: &[(Swing, bool)], all: impl Iterator<Item = bool>) -> Evidence {
    let mut weights: Vec<(bool, f64)> = swings.iter().map(|(swing, local)| (*local, swing.size().powi(2))).collect();
    if weights.iter().all(|(_, weight)| *weight <= 0.0) {
        weights = all.map(|local| (local, 1.0)).collect();
    }
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let local: f64 = weights.iter().filter(|(local, _)| *local).map(|(_, weight)| weight).sum();
    let local = if total > 0.0 { local / total } else { 0.0 };
    let weak = swings.iter().filter(|(swing, local)| !local && swing.size() > 0.0).map(|(swing, _)| swing);
    let weakest = weak.min_by(|a, b| larger_first(a, b));
    Evidence { local, grade: Grade::of(local), weakest: weakest.map(|swing| swing.symbol) }
}

fn net_at(run: &Run<'_>, symbol: Symbol, value: f64) -> Option<f64> {
    let mut point = run.point;
    point.0[symbol.index()] = value;
    run.net_at(&point)
}

/// The value between the ends at which the net value is zero, by bisection; `None` if its sign does not change.
fn threshold(run: &Run<'_>, symbol: Symbol, low: End, high: End) -> Option<f64> {
    let above = high.net > 0.0;
    if (low.net > 0.0) == above {
        return None;
    }
    let (mut from, mut to) = (low.value, high.value);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(from, to);
        if (net_at(run, symbol, middle)? > 0.0) == above { to = middle } else { from = middle }
    }
    Some(f64::midpoint(from, to))
}
