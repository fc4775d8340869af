//! Release cycles with their dates, and the steps from one to another.

use serde::{Deserialize, Serialize};

use super::super::words::{ExtendedIs, StepKind, StepUnit, Trust};
use crate::model::Date;

/// The cycles of one product: the subject of one life-cycle file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifecycleTable {
    /// Product id.
    pub product: String,
    /// Page of the dates; only a table of steps alone has none.
    pub source: Option<String>,
    /// When that page was read.
    pub as_of: Option<Date>,
    /// Cycles, oldest first.
    pub cycles: Vec<CycleRow>,
    /// Ways from one cycle to another.
    pub steps: Vec<Step>,
}

/// A phase of a cycle's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Its last day.
    Until(Date),
    /// Over; the day is not known.
    Ended,
    /// Not over when the table was made; no end is published.
    Open,
    /// There is no such phase, or nobody knows.
    Unknown,
}

impl Phase {
    /// Whether it is known to be over on a day; the last day itself still counts.
    #[must_use]
    pub fn over(self, as_of: Date) -> bool {
        match self {
            Self::Until(last) => as_of > last,
            Self::Ended => true,
            Self::Open | Self::Unknown => false,
        }
    }

    /// Its last day, where one is known.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        match self {
            Self::Until(last) => Some(last),
            _ => None,
        }
    }
}

/// A life beyond the published end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// When it ends.
    pub end: Phase,
    /// Who gets it.
    pub is: ExtendedIs,
    /// Who gives it, as worded.
    pub by: Option<String>,
}

/// One release cycle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CycleRow {
    /// Its name; versions belong to it by prefix.
    pub name: String,
    /// Its code name.
    pub codename: Option<String>,
    /// Day of the first release.
    pub release: Option<Date>,
    /// Whether it is a long-term release, as worded: a date, `yes` or `no`. For information only.
    pub lts: Option<String>,
    /// Fixes of every kind.
    pub active: Phase,
    /// Free fixes of any kind.
    pub eol: Phase,
    /// What comes after.
    pub extension: Option<Extension>,
    /// Newest version.
    pub latest: Option<String>,
    /// Day of the newest version.
    pub latest_date: Option<Date>,
}

/// A way from one cycle to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Cycle to leave.
    pub from: String,
    /// Cycle to reach; `None` only towards another product without cycles.
    pub to: Option<String>,
    /// Product to reach, if another.
    pub to_product: Option<String>,
    /// How large the step is.
    pub kind: StepKind,
    /// What the hours are counted for.
    pub per: StepUnit,
    /// The effort, where a source gives it.
    pub hours: Option<Hours>,
}

/// The effort of a step in hours of work, lo ≤ likely ≤ hi.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Low.
    pub lo: u32,
    /// Likely.
    pub likely: u32,
    /// High.
    pub hi: u32,
    /// The page that states it.
    pub source: String,
    /// Whether the page says so, or we conclude so from it.
    pub confidence: Trust,
}
