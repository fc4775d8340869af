//! What changed since an earlier report, scan or day.

use serde::Serialize;

use super::vocabulary::VerdictWord;
use crate::model::{Date, vocabulary};

vocabulary! {
    /// What the report is compared with.
    #[derive(Default)]
    SinceBasis, "basis" {
        /// An earlier report, with the verdicts that it had.
        #[default]
        Report = "report",
        /// An earlier saved scan, judged for the same day with the same catalog and policy.
        Scan = "scan",
        /// The same targets, judged as of an earlier day with the same catalog and policy.
        Day = "day",
    }
}

vocabulary! {
    /// What sort of change it is.
    #[derive(Default)]
    ChangeWord, "change" {
        /// Nobody fixes it for free any more.
        EndOfLife = "end-of-life",
        /// A case has another verdict, has become one, or is none any more.
        #[default]
        Verdict = "verdict",
        /// A decision was recorded, or its outcome.
        Decided = "decided",
        New = "new",
        Upgraded = "upgraded",
        Downgraded = "downgraded",
        /// No longer there, on a host that was looked at again.
        Gone = "gone",
    }
}

vocabulary! {
    /// Which input of a verdict changed.
    #[derive(Default)]
    CauseWord, "cause" {
        Lifecycle = "lifecycle",
        Version = "version",
        Use = "use",
        Exposure = "exposure",
        Environment = "environment",
        /// The cost of one hour down, as a class.
        Tier = "tier",
        Services = "services",
        /// How many units of it there are, and where.
        Units = "units",
        /// The price a year.
        Price = "price",
        /// The hours that were logged.
        Log = "log",
        /// Another figure that the verdict is computed from.
        #[default]
        Figure = "figure",
        /// An accepted risk, or its end.
        Accepted = "accepted",
        /// Whether waiting is allowed at all: regimes, exploited vulnerabilities.
        Duty = "duty",
        /// Which offers were compared.
        Offers = "offers",
        Catalog = "catalog",
        Program = "program",
        /// None of the above: the share of the runs in which it pays crossed a limit.
        Runs = "runs",
    }
}

/// The comparison of a report with an earlier state.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Since {
    /// What it is compared with.
    pub basis: SinceBasis,
    /// The file, as it was given; `None` for a day.
    pub source: Option<String>,
    /// The day that the earlier state is judged for.
    pub as_of: Date,
    /// What changed: ends of life, verdicts, decisions, then what is new, upgraded and gone.
    pub changes: Vec<Change>,
    /// Cases whose verdict is what it was.
    pub unchanged_cases: u64,
    /// Hosts and repositories of then that were not looked at now, so that nothing is said of them; sorted.
    pub not_looked_at: Vec<String>,
    /// Hosts and repositories that were not looked at then; what is on them is not listed as new. Sorted.
    pub first_looked_at: Vec<String>,
}

/// One change.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Change {
    /// What sort.
    pub kind: ChangeWord,
    /// Id of the case, where it is about one, else of the product.
    pub subject: String,
    /// Name for people.
    pub name: String,
    /// Hosts and repositories concerned; sorted.
    pub hosts: Vec<String>,
    /// What it was: a version, a verdict in words. For an end of life the version that it is about.
    pub from: Option<String>,
    /// What it is. For an end of life its day.
    pub to: Option<String>,
    /// The verdict that it was, for a change of one; `None` if it was no case.
    pub verdict_from: Option<VerdictWord>,
    /// The verdict that it is; `None` if it is no case any more.
    pub verdict_to: Option<VerdictWord>,
    /// Why, for a verdict: the inputs that changed, the strongest first.
    pub causes: Vec<Cause>,
}

/// An input that changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Cause {
    /// Which sort.
    pub input: CauseWord,
    /// What it is, in words.
    pub name: String,
    /// What it was.
    pub from: Option<String>,
    /// What it is.
    pub to: Option<String>,
}
