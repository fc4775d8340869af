//! The formulas of `oss-score/1`: what a year costs when nothing is done, when the offer is bought, when one upgrades.
//!
//! Written once, over any sort of number, so that the figures at the medians and those of ten thousand draws
//! cannot drift apart. Decides nothing.

use std::ops::{Add, Div, Index, Mul, Sub};

use super::context::{Factors, FreeWays};
use super::input::{SYMBOLS, Symbol};

/// What the formulas compute with: one number, or a few draws at a time.
pub(super) trait Number: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> {
    /// A constant.
    fn of(value: f64) -> Self;
    /// The smaller of two.
    fn least(self, other: Self) -> Self;
}

impl Number for f64 {
    fn of(value: f64) -> Self {
        value
    }

    fn least(self, other: Self) -> Self {
        if other < self { other } else { self }
    }
}

/// How many draws are computed together; the compiler turns them into vector instructions.
pub(super) const LANES: usize = 8;

/// A few draws of one quantity.
#[derive(Clone, Copy)]
pub(super) struct Lanes(pub(super) [f64; LANES]);

impl Lanes {
    #[inline]
    fn with(mut self, other: Self, operation: impl Fn(f64, f64) -> f64) -> Self {
        for (left, right) in self.0.iter_mut().zip(other.0) {
            *left = operation(*left, right);
        }
        self
    }
}

impl Number for Lanes {
    #[inline]
    fn of(value: f64) -> Self {
        Self([value; LANES])
    }

    #[inline]
    fn least(self, other: Self) -> Self {
        self.with(other, |left, right| if right < left { right } else { left })
    }
}

macro_rules! lane_by_lane {
    ($($operator:ident $method:ident),+) => {$(
        impl $operator for Lanes {
            type Output = Self;
            #[inline]
            fn $method(self, other: Self) -> Self {
                self.with(other, $operator::$method)
            }
        }
    )+};
}

lane_by_lane!(Add add, Sub sub, Mul mul, Div div);

/// One value for each input.
#[derive(Clone, Copy)]
pub(super) struct Values<N>(pub(super) [N; SYMBOLS]);

impl<N> Index<Symbol> for Values<N> {
    type Output = N;

    #[inline]
    fn index(&self, symbol: Symbol) -> &N {
        &self.0[symbol.index()]
    }
}

/// A year's cost of the three ways.
#[derive(Clone, Copy, Debug)]
pub(super) struct Costs<N> {
    /// A: leave it as it is.
    pub(super) keep: N,
    /// B: buy the offer.
    pub(super) buy: N,
    /// C: upgrade or replace it oneself.
    pub(super) upgrade: N,
}

impl<N: Number> Costs<N> {
    /// The net value of buying against the best free way; `None` if there is no free way.
    #[inline]
    pub(super) fn net(&self, free: FreeWays) -> Option<N> {
        let best = match free {
            FreeWays::Keep => self.keep,
            FreeWays::Upgrade => self.upgrade,
            FreeWays::KeepOrUpgrade => self.keep.least(self.upgrade),
            FreeWays::Neither => return None,
        };
        Some(best - self.buy)
    }
}

/// The burdens of a year that do not depend on what is bought, as money.
#[derive(Clone, Copy, Debug)]
pub(super) struct Burdens<N> {
    /// 12·W·h
    pub(super) routine: N,
    /// 12·W·x′
    pub(super) extra: N,
    /// S·lam·D·c·eD
    pub(super) down: N,
    /// S·F·LM·eS
    pub(super) sec: N,
    /// The same after an upgrade.
    pub(super) sec_upgraded: N,
    /// g·kh·W where audits find it
    pub(super) comp: N,
    /// W·(o/Y + v): what buying costs beside its price.
    pub(super) overhead: N,
}

impl<N: Number> Burdens<N> {
    #[inline]
    pub(super) fn new(i: &Values<N>, factors: &Factors) -> Self {
        let hour = i[Symbol::W] * i[Symbol::Omega];
        let year = N::of(12.0) * hour;
        let loss = i[Symbol::Lm] * N::of(factors.loss);
        let events = |factor: f64| (i[Symbol::F] * N::of(factor)).least(N::of(1.0));
        Self {
            routine: year * i[Symbol::H],
            extra: year * i[Symbol::X] * N::of(factors.ended),
            down: downtime(i, factors) * i[Symbol::C],
            sec: events(factors.events) * loss,
            sec_upgraded: events(factors.events_upgraded) * loss,
            comp: i[Symbol::G] * i[Symbol::Kh] * hour * N::of(factors.audited),
            overhead: hour * (i[Symbol::O] / i[Symbol::Y] + i[Symbol::V]),
        }
    }
}

/// Hours down a year, weighted by the environment: S·lam·D·eD.
#[inline]
pub(super) fn downtime<N: Number>(i: &Values<N>, factors: &Factors) -> N {
    N::of(factors.outage) * i[Symbol::Lam] * i[Symbol::D]
}

/// A, B and C.
#[inline]
pub(super) fn costs<N: Number>(i: &Values<N>, factors: &Factors) -> Costs<N> {
    let burdens = Burdens::new(i, factors);
    let Burdens { routine, extra, down, sec, sec_upgraded, comp, overhead } = burdens;
    let left = |symbol: Symbol| N::of(1.0) - i[symbol];
    Costs {
        keep: routine + extra + down + sec + comp,
        buy: i[Symbol::P]
            + overhead
            + routine * left(Symbol::A)
            + extra * left(Symbol::Ae)
            + down * left(Symbol::Q)
            + sec * left(Symbol::R)
            + comp * left(Symbol::Rc),
        upgrade: routine + i[Symbol::W] * i[Symbol::Omega] * i[Symbol::U] / i[Symbol::T] + down + sec_upgraded,
    }
}
