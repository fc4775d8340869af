//! The report as a document of fixed shape, `underpin.report/1`: plain data with names, so that no format needs anything else.
//!
//! Unknown is `None`, and `null` on the wire; never 0 and never an empty text. Every list is sorted by whoever builds it.

mod bundle;
mod case;
mod contract;
mod decision;
mod figures;
mod log;
mod offer;
mod place;
mod recipe;
mod record;
mod report;
mod since;
mod vocabulary;
mod vulnerability;

pub use bundle::Bundle;
pub use case::{
    AcceptedRisk, Alternative, Alternatives, Answer, BreakEven, Community, CostPart, Driver, Factors, Input, Net, Opportunity,
    Question, Scope, SignedRisk, TierWorth, UpgradeWay, YearCash,
};
pub use contract::{Contract, Reminder, ReminderWord};
pub use decision::{Decision, DecisionWord, OutcomeWord};
pub use figures::{Amount, Figure, Score};
pub use log::{CrowdedMonth, HoursLog, LogUse, LoggedHours};
pub use offer::{Entry, Offer, OffersOnRecord, Price, Programme, Required};
pub use place::{Deployment, Lifecycle, NextSupported};
pub use recipe::{Contender, Recipe};
pub use record::{
    Action, Assumption, Author, Catalog, CatalogChange, Coverage, Disclosure, Funding, Lever, Maker, Mount, Problem, Referral,
    Target, Tool, Totals,
};
pub use report::{ReportV1, Schema};
pub use since::{Cause, CauseWord, Change, ChangeWord, Since, SinceBasis};
pub use vocabulary::{
    ActionWord, BestFree, Covers, EvidenceGrade, FollowedWord, LifeState, PriceBasis, SubVerdict, TargetWord, TurnsOn, UseWord,
    VerdictWord,
};
pub use vulnerability::{CheckedWord, Vulnerabilities, Vulnerability, VulnerabilityList};
