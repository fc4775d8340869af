//! The whole document.

use serde::{Serialize, Serializer};

use super::bundle::Bundle;
use super::case::{Opportunity, SignedRisk};
use super::contract::Reminder;
use super::decision::Decision;
use super::log::HoursLog;
use super::offer::{OffersOnRecord, Required};
use super::place::Deployment;
use super::record::{Action, Assumption, Author, Catalog, Coverage, Disclosure, Lever, Problem, Target, Tool, Totals};
use super::since::Since;
use super::vulnerability::Vulnerabilities;
use crate::model::Date;

/// The name and version of the document's shape; it has one value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schema;

impl Schema {
    /// As written.
    pub const ID: &'static str = "underpin.report/1";
}

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Self::ID)
    }
}

/// A finished report. The order of the fields is the order of the document.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReportV1 {
    /// `underpin.report/1`.
    pub schema: Schema,
    /// The day everything is computed for.
    pub as_of: Date,
    /// The program.
    pub tool: Tool,
    /// The catalog.
    pub catalog: Catalog,
    /// What was looked at; sorted.
    pub targets: Vec<Target>,
    /// What changed since an earlier report, scan or day, where that was asked for.
    pub since: Option<Since>,
    /// Counts.
    pub totals: Totals,
    /// Free work, in the order of doing.
    pub actions: Vec<Action>,
    /// What is to be thought of in time: outcomes, accepted risks, contracts.
    pub reminders: Vec<Reminder>,
    /// Where it runs; sorted.
    pub deployments: Vec<Deployment>,
    /// The cases, most urgent first.
    pub opportunities: Vec<Opportunity>,
    /// What was decided and stands on the report's day; sorted by case.
    pub decisions: Vec<Decision>,
    /// One contract for several of them.
    pub bundles: Vec<Bundle>,
    /// Risks that somebody accepted, whether or not a case is about them; in the order in which they are asked.
    pub accepted_risks: Vec<SignedRisk>,
    /// What would turn them.
    pub levers: Vec<Lever>,
    /// The cover that an offer has to give, where something is required.
    pub required: Option<Required>,
    /// What is on sale.
    pub offers_on_record: Vec<OffersOnRecord>,
    /// The log of hours, if there is one.
    pub hours_log: Option<HoursLog>,
    /// Lists of vulnerabilities, and what became of them.
    pub vulnerabilities: Vulnerabilities,
    /// How the authors can be paid.
    pub authors: Vec<Author>,
    /// Who may gain.
    pub disclosure: Disclosure,
    /// What is assumed for the whole report.
    pub assumptions: Vec<Assumption>,
    /// Trouble; sorted.
    pub problems: Vec<Problem>,
    /// What was looked at and what was not.
    pub coverage: Coverage,
    /// SHA-256 of everything above it in the file, `head -n -2 report.json`; [`crate::report::stamp`] sets it.
    pub digest: Option<String>,
}
