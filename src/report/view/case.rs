//! A case: one product and scope, its verdict, and what the verdict rests on.

use serde::Serialize;

use super::contract::Contract;
use super::decision::Decision;
use super::figures::{Amount, Figure, Score};
use super::offer::Offer;
use super::place::{Lifecycle, NextSupported};
use super::recipe::Recipe;
use super::vocabulary::{BestFree, EvidenceGrade, SubVerdict, TurnsOn, UseWord, VerdictWord};
use crate::model::Date;

/// One product and scope, scored once for each offer; its own verdict and figures are those of its first offer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Opportunity {
    /// Stable id, `nginx-server-1.22`.
    pub id: String,
    /// Product id.
    pub product: String,
    /// Product name for people.
    pub product_name: String,
    /// The part it plays.
    pub role: String,
    /// Version, where all places agree.
    pub version: Option<String>,
    /// Release cycle.
    pub cycle: Option<String>,
    /// Hosts and repositories concerned; sorted.
    pub hosts: Vec<String>,
    /// Ids of the deployments; sorted.
    pub deployments: Vec<String>,
    /// The strongest use among them.
    #[serde(rename = "use")]
    pub usage: UseWord,
    /// Sockets of them, without duplicates.
    pub listening: Vec<String>,
    /// Where it stands in its life.
    pub lifecycle: Lifecycle,
    /// The way on.
    pub next_supported: Option<NextSupported>,
    /// What it is scored for.
    pub scope: Scope,
    /// The verdict.
    pub verdict: VerdictWord,
    /// What it means in particular.
    pub sub_verdict: Option<SubVerdict>,
    /// The open questions that decide it, in the order of asking.
    pub turns_on: Vec<TurnsOn>,
    /// Whether it must be acted on if it is reachable from the internet, which is unknown.
    pub must_act_if_exposed: bool,
    /// Whether the verdict stands on assumed prices or answers.
    pub indicative: bool,
    /// The vulnerability that is known to be exploited and that nobody fixes for free.
    pub exploited: Option<String>,
    /// The verdict as a sentence, as [`crate::report::sentence`] makes it.
    pub summary: String,
    /// Share of the runs in which the first offer pays.
    pub score: Option<Score>,
    /// The same without the logged hours.
    pub score_without_log: Option<Score>,
    /// The same if only cash counts and no hour that is freed.
    pub score_cash: Option<Score>,
    /// What was compared, the case as assumed first; empty where it was not for the figures to decide.
    pub answers: Vec<Answer>,
    /// Net value of a year.
    pub net: Net,
    /// Where it turns.
    pub break_even: BreakEven,
    /// What a year of support is worth at each tier that was tried, where nobody set one.
    pub worth_by_tier: Vec<TierWorth>,
    /// The inputs that move it most, strongest first.
    pub drivers: Vec<Driver>,
    /// What would be worth finding out, dearest first.
    pub information: Vec<Question>,
    /// `A` mostly yours, `B` partly yours, `C` mostly defaults.
    pub evidence_grade: Option<EvidenceGrade>,
    /// What each way costs a year.
    pub alternatives: Alternatives,
    /// What these costs are made of, at the medians.
    pub costs: Vec<CostPart>,
    /// The numbers it is computed from.
    pub inputs: Vec<Input>,
    /// Its categories as the formulas take them.
    pub factors: Factors,
    /// Spending by year, year 0 first; empty where no price is known.
    pub cash: Vec<YearCash>,
    /// The accepted risk that is in force.
    pub accepted: Option<AcceptedRisk>,
    /// What was decided about it and stands on the report's day.
    pub decision: Option<Decision>,
    /// Contracts that cover it now; by their end.
    pub contracts: Vec<Contract>,
    /// Scored offers, best first.
    pub offers: Vec<Offer>,
    /// Ids of the bundles that cover it with others.
    pub bundles: Vec<String>,
    /// What a page computes it from again.
    #[serde(skip)]
    pub recipe: Option<Recipe>,
}

/// What a case is scored for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Scope {
    /// Things that are looked after, and fail, as one.
    pub services: Option<u32>,
    /// Units of the kind.
    pub units: Option<u32>,
    /// What a unit is: `host`, `application` …
    pub unit: Option<String>,
    /// Who answers for the hosts, where the configuration says so; sorted.
    pub owners: Vec<String>,
    /// `prod`, `staging`, `dev`.
    pub environment: Option<String>,
    /// `none`, `local`, `internal`, `internet`, `unknown`.
    pub exposure: Option<String>,
    /// Cost of one hour down, 0–3; unset is unknown.
    pub tier: Option<u8>,
    /// Names of the fields above that nobody set; sorted.
    pub assumed: Vec<String>,
}

/// What comes out with one open question answered one way, everything else as assumed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Answer {
    /// The question; `None` is the case as assumed.
    pub question: Option<TurnsOn>,
    /// The answer, in words: `tier 3, 10,000 / 50,000 / 300,000`.
    pub answer: String,
    /// Share of the runs in which the first offer pays.
    pub score: Score,
    /// The same at the lowest usual price, where no price is known.
    pub score_at_lowest: Option<Score>,
    /// The same at the highest usual price.
    pub score_at_highest: Option<Score>,
    /// The price a year below which 75 of 100 runs pay, where it was computed; may be negative.
    pub price_75: Option<Amount>,
    /// The verdict by these figures.
    pub verdict: VerdictWord,
}

/// Percentiles of the net value of a year against the best free way.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Net {
    /// One run in ten is below.
    pub p10: Option<Amount>,
    /// Half of the runs are below.
    pub p50: Option<Amount>,
    /// One run in ten is above.
    pub p90: Option<Amount>,
    /// ISO 4217.
    pub currency: Option<String>,
}

/// Where a verdict turns.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BreakEven {
    /// The price a year at which it is a coin toss; may be negative.
    pub price_50: Option<Amount>,
    /// The price a year below which 75 of 100 runs pay; may be negative.
    pub price_75: Option<Amount>,
    /// Own hours a month above which it pays.
    pub hours_per_month: Option<Figure>,
    /// Cost of one hour down above which it pays at the medians; 0 or less is "at any cost".
    pub downtime_cost_per_hour: Option<Amount>,
    /// Largest cost of one hour down at which the free way is enough; `None` at none, 1,000,000 at any.
    pub downtime_no: Option<Amount>,
    /// Smallest cost of one hour down from which support pays; `None` at none up to 1,000,000, 0 at any.
    pub downtime_yes: Option<Amount>,
}

/// What a year of support is worth at one tier.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TierWorth {
    /// Cost of one hour down, 0–3.
    pub tier: u8,
    /// The price below which 75 of 100 runs pay; `None` where another way is cheaper at any price.
    pub price_75: Option<Amount>,
    /// The price at which it is a coin toss.
    pub price_50: Option<Amount>,
}

/// An input that moves the net value.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Driver {
    /// Symbol of the published model.
    pub symbol: String,
    /// What it is, in words.
    pub name: String,
    /// Its 10th percentile.
    pub lo: Figure,
    /// Its 90th percentile.
    pub hi: Figure,
    /// Net value there, others at their medians.
    pub net_at_lo: Amount,
    /// Net value there, others at their medians.
    pub net_at_hi: Amount,
    /// Whether it alone can turn the verdict.
    pub flips: bool,
    /// Its value at which the net value is zero.
    pub threshold: Option<Figure>,
}

/// Something worth finding out.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Question {
    /// Symbol of the published model, or the name of a categorical input.
    pub symbol: String,
    /// What it is, in words.
    pub name: String,
    /// What knowing it is worth a year; `None` for categorical inputs.
    pub worth: Option<Amount>,
}

/// What each way costs a year.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Alternatives {
    /// Leave it as it is.
    pub community: Community,
    /// Buy the first offer.
    pub buy: Alternative,
    /// Upgrade or replace it oneself, where there is a way.
    pub upgrade: Option<UpgradeWay>,
    /// The cheaper free way.
    pub best_free: Option<BestFree>,
}

/// Leaving it as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Community {
    /// Median cost of a year.
    pub p50: Option<Amount>,
    /// Whether waiting is allowed at all.
    pub admissible: bool,
}

/// One way and its cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Alternative {
    /// Median cost of a year.
    pub p50: Option<Amount>,
}

/// Upgrading it oneself.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UpgradeWay {
    /// Median cost of a year.
    pub p50: Option<Amount>,
    /// Most likely hours of the upgrade, once.
    pub hours: Option<Figure>,
}

/// A part of what the ways cost a year, every input at its median; the parts of a way add up to its cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CostPart {
    /// `routine`, `extra`, `upgrade`, `downtime`, `security`, `audit`, `price`, `contract`.
    pub part: String,
    /// What it is, in words.
    pub name: String,
    /// How it comes about, with its numbers.
    pub formula: String,
    /// Within leaving it as it is; `None` if that has no such part.
    pub community: Option<Amount>,
    /// Within buying; `None` as well where a price is unknown.
    pub buy: Option<Amount>,
    /// Within upgrading it oneself.
    pub upgrade: Option<Amount>,
}

/// One number a case is computed from.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Input {
    /// Symbol of the published model.
    pub symbol: String,
    /// What it is with its unit, in words.
    pub name: String,
    /// Least.
    pub lo: Figure,
    /// Most likely.
    pub likely: Figure,
    /// Most.
    pub hi: Figure,
    /// Where it comes from, in words.
    pub source: String,
    /// `default`, `catalog`, `observed`, `logged`, `quoted`, `user-set`.
    pub grade: String,
}

/// The categories of a case as the published formulas take them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Factors {
    /// S·eD: services, weighted by what an hour down in their environment counts.
    pub downtime: Figure,
    /// S·eS: services, weighted by what a security loss in their environment counts.
    pub losses: Figure,
    /// mE·mL·mK: how much more often it is attacked than at local exposure.
    pub events: Figure,
    /// mE: the same after an upgrade.
    pub events_upgraded: Figure,
    /// Whether its life has ended, so that extra work is counted.
    pub ended: bool,
    /// Whether audits find it: ended, in production, under a regime.
    pub audited: bool,
}

/// Spending of one year, for a controller.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct YearCash {
    /// 0 is before the contract starts.
    pub year: u8,
    /// Paid to the vendor.
    pub price: Amount,
    /// Staff time for procurement and management of the contract.
    pub staff: Amount,
    /// What it saves against the best free way, medians.
    pub saved: Amount,
}

/// A risk that somebody accepted, with an end.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AcceptedRisk {
    /// Who owns it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Last day.
    pub expiry: Date,
    /// Who signed.
    pub approved_by: Option<String>,
    /// When.
    pub approved_on: Option<Date>,
}

/// An accepted risk by the id that it was recorded under, in force or not.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SignedRisk {
    /// Id of the finding, the case or the product.
    pub id: String,
    /// What was signed.
    pub risk: AcceptedRisk,
    /// Whether it has an end that has not come yet.
    pub in_force: bool,
}
