//! A case: one product in one scope, with every offer that was scored for it.

use super::offers::{CasePrice, Covers};
use super::{Context, Env, Exposure, Fit, Inputs, Judgement, OfferType, Outcome, Thresholds, Tier, WhatIf};
use crate::catalog::Relation;
use crate::model::{Date, Lifecycle, Role};

/// An input category that nobody said and that is assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assumed {
    /// Production.
    Env,
    /// Nobody can reach it.
    Exposure,
    /// Tier 1.
    Tier,
    /// One service.
    Services,
}

impl Assumed {
    /// The word used in outputs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Env => "environment",
            Self::Exposure => "exposure",
            Self::Tier => "tier",
            Self::Services => "services",
        }
    }
}

/// How large a case is and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    /// Units that are looked after, and fail, as one thing.
    pub services: u32,
    /// Hosts, nodes, instances or applications.
    pub units: u32,
    /// Who answers for its hosts, where somebody said so; sorted.
    pub owners: Vec<String>,
    /// What it is for.
    pub env: Env,
    /// Who can reach it.
    pub exposure: Exposure,
    /// Cost of an hour down as a class; `None` if a figure was given.
    pub tier: Option<Tier>,
    /// What of this is assumed.
    pub assumed: Vec<Assumed>,
}

/// What paying would be worth at most, at a cost class of an hour down. Money a year; may be negative: then nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worth {
    /// The class.
    pub tier: Tier,
    /// Price at which 75 of 100 runs pay.
    pub price_75: f64,
    /// Price at which half of them do.
    pub price_50: f64,
}

/// Who offers, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seller {
    /// Vendor id.
    pub vendor: String,
    /// Its name.
    pub vendor_name: String,
    /// The offer's key, vendor and slug.
    pub key: String,
    /// The offer's name.
    pub name: String,
    /// Where it was read.
    pub source: String,
    /// When.
    pub as_of: Option<Date>,
}

/// What the price rests on.
#[derive(Clone, Debug, PartialEq)]
pub enum PriceBasis {
    /// A published price.
    List(CasePrice),
    /// A published lowest price.
    From(CasePrice),
    /// What a contract that runs costs.
    Quote(CasePrice),
    /// The usual range for the kind; no vendor's price.
    Anchor,
    /// Not known at all: only break-evens are shown.
    Unknown,
}

/// One offer, scored.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredOffer {
    /// `None`: no seller is on record, and the usual range was scored.
    pub seller: Option<Seller>,
    /// Position of the contract of which it is the renewal, among those of the policy.
    pub renewal: Option<usize>,
    /// What is sold.
    pub kind: OfferType,
    /// How it relates to what runs.
    pub relation: Option<Relation>,
    /// Whether it covers the release.
    pub covers: Covers,
    /// How it stands to the cover that is required.
    pub fit: Fit,
    /// The price.
    pub price: PriceBasis,
    /// Every input, with its source.
    pub inputs: Inputs,
    /// The case with each open question answered otherwise.
    pub what_ifs: Vec<WhatIf>,
    /// The figures.
    pub outcome: Outcome,
    /// The figures that the defaults give where hours are logged.
    pub without_log: Outcome,
    /// The verdict.
    pub judgement: Judgement,
}

/// A case.
#[derive(Clone, Debug, PartialEq)]
pub struct Opportunity {
    /// Stable id: product, role and cycle, `nginx-server-1.22`; with a number where several scopes differ.
    pub id: String,
    /// Product id.
    pub product: String,
    /// The part it plays.
    pub role: Role,
    /// Release cycle; `None` is unknown.
    pub cycle: Option<String>,
    /// Installed versions, ascending.
    pub versions: Vec<String>,
    /// Where it stands in its life.
    pub lifecycle: Lifecycle,
    /// Size and place.
    pub scope: Scope,
    /// Ids of its deployments; sorted.
    pub deployments: Vec<String>,
    /// Their hosts; sorted.
    pub hosts: Vec<String>,
    /// The entitlement that covers it already.
    pub entitlement: Option<String>,
    /// Offers in the order of usefulness, those that are out of the question last; never empty, and the first is admissible.
    pub offers: Vec<ScoredOffer>,
    /// Costs of an hour down between which the price decides, of the first offer; `None` without a free way.
    pub thresholds: Option<Thresholds>,
    /// What paying is worth at tiers 1 and 3, with the first offer.
    pub worth: Vec<Worth>,
    /// What its draws are seeded with.
    pub key: String,
    /// The categories it was scored with.
    pub context: Context,
}

/// A case as far as the verdict on its first offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Glance {
    /// Ids of its deployments; sorted. With another policy they may make other cases.
    pub deployments: Vec<String>,
    /// Size and place.
    pub scope: Scope,
    /// Whether the free fixes have ended.
    pub ended: bool,
    /// The verdict; `Depends` has no thresholds here.
    pub judgement: Judgement,
    /// The median worth of buying, money a year; `None` without a free way.
    pub median: Option<f64>,
    /// Every input of the first offer, with its source.
    pub inputs: Inputs,
}

impl Opportunity {
    /// The offer that heads the case.
    #[must_use]
    pub fn first(&self) -> Option<&ScoredOffer> {
        self.offers.first()
    }
}
