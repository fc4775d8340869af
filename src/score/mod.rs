//! Whether a commercial offer pays off: the scoring model `oss-score/1` as pure arithmetic.
//!
//! Takes categories and three-point distributions, gives a score, break-even figures, drivers and a verdict.
//! Same input, same bits, on every machine. Reads no file and no clock, and has no field, anywhere, for what a
//! vendor would pay to anybody, so nothing of that can move a figure.

mod answer;
mod assemble;
mod break_even;
mod bundle;
mod case;
mod context;
mod contracts;
mod defaults;
mod draws;
mod formula;
mod ground;
mod hosts;
mod information;
mod input;
mod inquiry;
mod kinds;
pub mod log;
mod offers;
mod opportunity;
mod outcome;
mod parts;
mod pert;
mod policy;
#[cfg(test)]
mod properties;
mod required;
mod sensitivity;
mod situation;
mod stated;
mod threshold;
mod trials;
#[cfg(test)]
mod vectors;
mod verdict;

pub use answer::{Answer, cents, lines as answer_lines, whole};
pub use assemble::{glances, opportunities};
pub use bundle::{Bundle, BundleFigures, BundleValue, bundles};
pub use case::Case;
pub use context::{Context, Env, Exploited, Exposure, Factors, FreeWays, Life, Regime};
pub use contracts::{Contract, ContractPrice, cover_by_contract};
pub use defaults::{Cover, OfferType, Purse, Subject, Tier, Upkeep, inputs as default_inputs, wage_from_labour_cost};
pub use draws::seed;
pub use hosts::{Count, HostPattern, HostRule, HostRules, Place, TagRule, Written};
pub use input::{BadInput, Input, Inputs, Price, Source, Symbol, Triple};
pub use inquiry::{Inquiry, Survey, Topic, survey};
pub use kinds::{Cell, KindRow, kind_row};
pub use offers::{CasePrice, Covers, Wanted, competes, covers, is_scored};
pub use opportunity::{Assumed, Glance, Opportunity, PriceBasis, Scope, ScoredOffer, Seller, Worth};
pub use outcome::{AnchorScores, BreakEven, FreeWay, Medians, Net, Outcome, Question, Score, Situation, Value, evaluate};
pub use parts::{CostPart, Formula, Part};
pub use policy::{AcceptedRisk, Downtime, Policy, Quantities, Wage};
pub use required::{Fit, Required, minutes};
pub use sensitivity::{Driver, Evidence, Grade};
pub use threshold::{Limit, Thresholds, thresholds};
pub use trials::{DRAWS, Trials};
pub use verdict::{Answered, Fix, Judgement, Missing, Open, Verdict, WhatIf, judge};
