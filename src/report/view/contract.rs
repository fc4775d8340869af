//! Contracts that run, and what is to be thought of in time.

use serde::Serialize;

use super::figures::Amount;
use super::vocabulary::VerdictWord;
use crate::model::{Date, vocabulary};

/// A contract that covers a case now.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Contract {
    /// Vendor id, or the name where the catalog does not know it.
    pub vendor: String,
    /// Vendor name for people.
    pub vendor_name: String,
    /// What it costs, for one unit and period.
    pub price: Option<Amount>,
    /// Its currency, ISO 4217.
    pub currency: Option<String>,
    /// What it is counted by.
    pub per: Option<String>,
    /// How often it is due.
    pub period: Option<String>,
    /// Its last day.
    pub ends: Date,
    /// The last day on which it can be ended or changed.
    pub notice: Option<Date>,
    /// Whether that day is over.
    pub notice_passed: bool,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The verdict on its renewal at the same price.
    pub renewal: VerdictWord,
    /// Whether that verdict stands on assumed prices or answers.
    pub indicative: bool,
}

vocabulary! {
    /// What a reminder is about.
    #[derive(Default)]
    ReminderWord, "reminder" {
        /// A decision whose outcome nobody has said.
        #[default]
        Outcome = "outcome",
        /// An accepted risk that counts no more.
        RiskExpired = "risk-expired",
        /// An accepted risk that soon counts no more.
        RiskEnds = "risk-ends",
        /// A contract that has ended.
        ContractExpired = "contract-expired",
        /// A contract to be ended or changed in time.
        ContractEnds = "contract-ends",
        /// A contract about nothing here.
        ContractIdle = "contract-idle",
    }
}

/// Something to think of in time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Reminder {
    /// What it is about.
    pub kind: ReminderWord,
    /// Case, finding or product, as it was given.
    pub subject: String,
    /// What is to be known or done.
    pub text: String,
    /// The day that matters.
    pub due: Option<Date>,
    /// What to type.
    pub command: Option<String>,
}
