//! The part of a report document that is compared. Reads any document of `underpin.report/1`, however old: fields that were
//! added later may be missing.

use serde::Deserialize;

use crate::model::Date;
use crate::report::view::{DecisionWord, LifeState, OutcomeWord, ReportV1, Schema, SubVerdict, TurnsOn, UseWord, VerdictWord};
use crate::report::words::{Thresholds, sentence};

/// A report as it was judged.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Snapshot {
    pub(super) as_of: Date,
    pub(super) tool: Program,
    pub(super) catalog: Release,
    pub(super) targets: Vec<Name>,
    pub(super) deployments: Vec<Place>,
    opportunities: Vec<Was>,
    #[serde(default)]
    pub(super) decisions: Vec<Decided>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Program {
    pub(super) version: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Release {
    pub(super) date: Option<Date>,
    pub(super) digest: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Name {
    pub(super) name: String,
}

/// Where something ran.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Place {
    pub(super) product: String,
    pub(super) product_name: String,
    pub(super) role: String,
    pub(super) version: Option<String>,
    pub(super) lifecycle: Life,
    #[serde(rename = "use")]
    pub(super) usage: UseWord,
    pub(super) host: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Life {
    pub(super) state: LifeState,
    pub(super) eol: Option<Date>,
    pub(super) label: Option<String>,
}

/// A case as it was judged.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Was {
    /// Its id.
    pub id: String,
    /// Product id.
    pub product: String,
    pub(super) product_name: String,
    /// The part it plays.
    pub role: String,
    pub(super) version: Option<String>,
    pub(super) cycle: Option<String>,
    pub(super) hosts: Vec<String>,
    #[serde(rename = "use")]
    pub(super) usage: UseWord,
    pub(super) lifecycle: Life,
    pub(super) scope: Scope,
    /// The verdict.
    pub verdict: VerdictWord,
    /// What it means in particular.
    pub sub_verdict: Option<SubVerdict>,
    pub(super) turns_on: Vec<TurnsOn>,
    indicative: bool,
    /// Share of the runs in which the first offer pays.
    pub score: Option<f64>,
    net: Net,
    break_even: BreakEven,
    pub(super) alternatives: Ways,
    pub(super) inputs: Vec<Figure>,
    pub(super) accepted: Option<Accepted>,
    pub(super) offers: Vec<Offer>,
}

/// What a case was scored for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Scope {
    pub(super) services: Option<u32>,
    pub(super) units: Option<u32>,
    pub(super) environment: Option<String>,
    pub(super) exposure: Option<String>,
    pub(super) tier: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Net {
    currency: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct BreakEven {
    price_75: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Ways {
    pub(super) community: Community,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Community {
    pub(super) admissible: bool,
}

/// A number of a case.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Figure {
    pub(super) symbol: String,
    pub(super) name: String,
    pub(super) lo: Option<f64>,
    pub(super) likely: Option<f64>,
    pub(super) hi: Option<f64>,
    pub(super) grade: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Accepted {
    pub(super) expiry: Date,
}

/// Which offer was compared, and nothing of what anybody gains from it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Offer {
    pub(super) vendor: Option<String>,
    pub(super) name: String,
}

/// A decision as a report showed it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Decided {
    pub(super) case: String,
    pub(super) state: DecisionWord,
    pub(super) on: Date,
    pub(super) outcome: Option<OutcomeWord>,
}

/// Why a file is no earlier report.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// Not JSON of this shape; the text says line and column.
    #[error("not a report: {0}")]
    Format(#[from] serde_json::Error),
    /// Another version of the shape.
    #[error("the report has schema `{0}`, this program reads `underpin.report/1`")]
    Schema(String),
}

impl Snapshot {
    /// Reads a document that `underpin report --format json` wrote.
    ///
    /// # Errors
    /// If it is none, or one of another version.
    pub fn read(bytes: &[u8]) -> Result<Self, SnapshotError> {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        let head: Head = serde_json::from_slice(bytes)?;
        if head.schema != Schema::ID {
            return Err(SnapshotError::Schema(head.schema));
        }
        Ok(serde_json::from_slice(bytes)?)
    }

    /// The same of a report at hand: written and read back, so that its figures are rounded as those of a file are.
    ///
    /// # Errors
    /// None for a view: what it writes has the shape that is read.
    pub fn of(report: &ReportV1) -> Result<Self, SnapshotError> {
        Self::read(&serde_json::to_vec(report)?)
    }

    /// The day that it was judged for.
    #[must_use]
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// Its cases.
    #[must_use]
    pub fn cases(&self) -> &[Was] {
        &self.opportunities
    }
}

impl Was {
    /// Name and version for people.
    pub(super) fn title(&self) -> String {
        let version = self.version.as_ref().or(self.cycle.as_ref());
        version.map_or_else(|| self.product_name.clone(), |version| format!("{} {version}", self.product_name))
    }

    /// The verdict as a sentence, without the figures at which it turns: those move with every run of new prices.
    pub(super) fn in_words(&self) -> String {
        let life = self.lifecycle.state;
        sentence(self.verdict, self.sub_verdict, life, self.indicative, &self.turns_on, Thresholds::default())
    }

    /// Number of units, of services.
    #[must_use]
    pub fn size(&self) -> [Option<u32>; 2] {
        [self.scope.units, self.scope.services]
    }

    /// What it was used for.
    #[must_use]
    pub fn environment(&self) -> Option<&str> {
        self.scope.environment.as_deref()
    }

    /// From where it could be reached.
    #[must_use]
    pub fn exposure(&self) -> Option<&str> {
        self.scope.exposure.as_deref()
    }

    /// The cost of one hour down as a class.
    #[must_use]
    pub fn tier(&self) -> Option<u8> {
        self.scope.tier
    }

    /// Where it stood in its life.
    #[must_use]
    pub fn life(&self) -> LifeState {
        self.lifecycle.state
    }

    /// The price a year below which 75 of 100 runs pay, and its currency.
    #[must_use]
    pub fn worth(&self) -> Option<(f64, &str)> {
        self.break_even.price_75.zip(self.net.currency.as_deref())
    }

    /// Whether a decision on this id is about it.
    #[must_use]
    pub fn is_called(&self, id: &str) -> bool {
        names_case(id, (&self.id, &self.product, self.cycle.as_deref()))
    }
}

/// Whether `id` names the case of this id, product and release: it is its id, or that of its end of life.
#[must_use]
pub fn names_case(id: &str, (case, product, cycle): (&str, &str, Option<&str>)) -> bool {
    let finding = cycle.map_or_else(|| format!("EOL-{product}"), |cycle| format!("EOL-{product}-{cycle}"));
    id == case || id == finding
}
