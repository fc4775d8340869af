//! What a vendor offers to those who bring customers, term by term as its source states it. Absent terms are unknown.
//! How a record is judged stands in `conduct`.

use serde::{Deserialize, Serialize};

use super::super::words::{ProgrammeKind, ProgrammeStatus};
use crate::model::Date;

/// The record of one programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    /// Stable id.
    pub id: String,
    /// What sort of programme it is.
    pub kind: ProgrammeKind,
    /// Whether the vendor confirmed the record.
    pub status: ProgrammeStatus,
    /// The page that states it.
    pub source_url: String,
    /// When the page was read.
    pub retrieved: Date,
    /// The terms as the source words them.
    pub terms: Option<String>,
    /// Slugs of the vendor's offers it belongs to; empty means not stated.
    pub offers: Vec<String>,
    /// How many levels of people earn.
    pub levels: Option<i64>,
    /// What it costs to take part.
    pub join_fee: Option<String>,
    /// What one must buy to take part.
    pub min_purchase: Option<String>,
    /// What one gets for bringing in further participants.
    pub recruitment_reward: Option<String>,
    /// What makes a reward due.
    pub trigger: Option<String>,
    /// Days between the customer's payment and the reward.
    pub hold_days: Option<i64>,
    /// Whether a reward is taken back when the customer is refunded.
    pub clawback: Option<bool>,
    /// What a referral does to the customer's price.
    pub price_effect: Option<String>,
    /// The reward.
    pub reward: Option<Reward>,
    /// Who can receive it.
    pub recipients: Option<Vec<String>>,
    /// Who receives it if nobody chooses.
    pub default_recipient: Option<String>,
    /// What holds if the buyer is the referrer's employer.
    pub own_employer: Option<String>,
    /// What holds if the referrer decides on the purchase.
    pub decision_maker: Option<String>,
    /// What holds for public buyers.
    pub public_sector: Option<String>,
    /// What must be disclosed.
    pub disclosure: Option<Disclosure>,
    /// Rewards that are not money.
    pub non_monetary: Option<Vec<String>>,
    /// What goes to the project.
    pub upstream: Option<ProgrammeUpstream>,
    /// What a referral tells the vendor.
    pub lead_fields: Option<Vec<String>>,
    /// How long the vendor keeps it, in days.
    pub retention_days: Option<i64>,
    /// Whether placement can be bought.
    pub paid_placement: Option<bool>,
    /// Whether the referrer may name this vendor only.
    pub exclusive: Option<bool>,
    /// Whether its texts promise income.
    pub earnings_claims: Option<bool>,
}

/// The reward of a programme, as worded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    /// `percent` or `fixed`.
    pub kind: Option<String>,
    /// The figure.
    pub value: Option<String>,
    /// What a percentage is taken of.
    pub base: Option<String>,
    /// The most that is paid.
    pub cap: Option<String>,
    /// Currency of value and cap.
    pub currency: Option<String>,
    /// For how many months it is paid.
    pub duration_months: Option<i64>,
}

/// What a programme says of disclosure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// Whether it is demanded.
    pub required: Option<bool>,
    /// The words to use.
    pub text: Option<String>,
    /// Whether rewards that are not money are disclosed too.
    pub covers_non_monetary: Option<bool>,
}

/// What a programme gives to the project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeUpstream {
    /// Percent of the sale.
    pub share_pct: Option<String>,
    /// The project's own funding link.
    pub funding_url: Option<String>,
    /// Who found that link in the project's manifest.
    pub verified_by: Option<String>,
}
