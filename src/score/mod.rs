//! Whether a commercial offer pays off: the scoring model `oss-score/1` as pure arithmetic.
//!
//! Takes categories and three-point distributions, gives a score, break-even figures, drivers and a verdict.
//! Same input, same bits, on every machine. Reads no file and no clock, and has no field, anywhere, for what a
//! vendor would pay to anybody, so nothing of that can move a figure.

mod break_even;
mod context;
mod draws;
mod formula;
mod information;
mod input;
pub mod log;
mod outcome;
mod pert;
mod sensitivity;
mod threshold;
mod trials;
mod verdict;

pub use context::{Context, Env, Exploited, Exposure, FreeWays, Life, Regime};
pub use input::{BadInput, Input, Inputs, Price, Source, Symbol, Triple};
pub use outcome::{AnchorScores, BreakEven, FreeWay, Medians, Net, Outcome, Question, Score, Situation, Value, evaluate};
pub use sensitivity::{Driver, Evidence, Grade};
pub use threshold::{Limit, Thresholds, thresholds};
pub use trials::{DRAWS, Trials};
pub use verdict::{Fix, Judgement, Missing, Open, Verdict, WhatIf, judge};
