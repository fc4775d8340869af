//! What the organisation decided about a case, and how it turned out.

use serde::Serialize;

use super::figures::Amount;
use crate::model::{Date, vocabulary};

vocabulary! {
    /// What was decided.
    #[derive(Default)]
    DecisionWord, "decision" { Bought = "bought", #[default] Declined = "declined", Upgraded = "upgraded", Accepted = "accepted" }
}

vocabulary! {
    /// How it turned out, against what was expected on the day of the decision.
    OutcomeWord, "outcome" { Better = "better", AsExpected = "as-expected", Worse = "worse" }
}

/// The decision on a case that stands on the report's day.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Decision {
    /// Id of the case or of the finding, as it was given.
    pub case: String,
    /// What was decided.
    pub state: DecisionWord,
    /// When.
    pub on: Date,
    /// By whom.
    pub by: Option<String>,
    /// The price a year that was paid or refused.
    pub price: Option<Amount>,
    /// Its currency, ISO 4217.
    pub currency: Option<String>,
    /// Last day on which an accepted risk counts as accepted.
    pub until: Option<Date>,
    /// Why, in the words of whoever decided.
    pub note: Option<String>,
    /// How it turned out, once somebody said it.
    pub outcome: Option<OutcomeWord>,
    /// When they said it.
    pub outcome_on: Option<Date>,
    /// Whether twelve months have passed and nobody has said it.
    pub asks_outcome: bool,
    /// Whether the report has a case that it is about.
    pub has_case: bool,
}
