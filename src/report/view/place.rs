//! Where software runs: a product in a role and version on one host or in one repository.

use serde::Serialize;

use super::vocabulary::{FollowedWord, LifeState, UseWord};
use super::vulnerability::Vulnerability;
use crate::model::Date;

/// A product in a role and version on one host or in one repository.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Deployment {
    /// Stable id, unique in the report.
    pub id: String,
    /// Product id.
    pub product: String,
    /// Product name for people.
    pub product_name: String,
    /// The part it plays.
    pub role: String,
    /// Installed version.
    pub version: Option<String>,
    /// Release cycle of the product itself.
    pub cycle: Option<String>,
    /// Where it stands in its life.
    pub lifecycle: Lifecycle,
    /// The way on, where the life has ended or is ending.
    pub next_supported: Option<NextSupported>,
    /// How strongly it is in use.
    #[serde(rename = "use")]
    pub usage: UseWord,
    /// Sockets it listens on, `0.0.0.0:80`.
    pub listening: Vec<String>,
    /// Who ships it, in words.
    pub origin: Option<String>,
    /// What already covers it.
    pub entitlement: Option<String>,
    /// Host or repository.
    pub host: String,
    /// Places to look; sorted.
    pub locations: Vec<String>,
    /// Package URLs it is made of; sorted.
    pub components: Vec<String>,
    /// Id of the product that brings it along.
    pub comes_with: Option<String>,
    /// Whether it can make a case.
    pub makes_case: bool,
    /// What lists of vulnerabilities name for it; sorted.
    pub vulnerabilities: Vec<Vulnerability>,
}

/// The life cycle on the report's day.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Lifecycle {
    /// The state.
    pub state: LifeState,
    /// Last day of free fixes.
    pub eol: Option<Date>,
    /// Whose life cycle it is.
    pub followed: FollowedWord,
    /// What a reader must know beside the state: `Debian LTS`, `no end date published`.
    pub label: Option<String>,
    /// First day of the cycle, for a time line.
    pub release: Option<Date>,
    /// Last day of paid fixes that somebody sells, for a time line.
    pub paid_until: Option<Date>,
    /// The page that states the dates.
    pub source: Option<String>,
    /// When that page was read.
    pub read_on: Option<Date>,
}

/// The nearest cycle that still gets free fixes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NextSupported {
    /// Product id, which a rewrite may change.
    pub product: String,
    /// Its name for people.
    pub product_name: String,
    /// Cycle to move to.
    pub cycle: String,
    /// Last day of its free fixes.
    pub eol: Option<Date>,
    /// Cycles on the way, this one included.
    pub majors_away: u32,
}
