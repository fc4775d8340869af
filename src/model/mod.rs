//! The vocabulary that every stage speaks: package URLs, versions, components, evidence, deployments,
//! money and dates. Knows no file system, no format and no other module of this crate.

mod action;
mod component;
mod coverage;
mod currency;
mod deployment;
mod evidence;
mod hex;
mod host;
mod kind;
mod marks;
mod purl;
mod runtime;
mod version;
mod vulnerability;

pub use action::{Action, ActionKind};
pub use component::{Activity, Chosen, Component, Group, Location, Origin, PackageState, ProductHint, Standing};
pub use coverage::Coverage;
pub use currency::{Currency, Money, ParseMoneyError, RateTable};
pub use deployment::{Cycle, Deployment, Followed, Lifecycle, LifecycleState, NextSupported, Use};
pub use evidence::Evidence;
pub use hex::hex;
pub use host::{Entitlement, HostFacts, OsRelease, PendingUpdate, Target, TargetKind};
pub(crate) use kind::vocabulary;
pub use kind::{Kind, Role, UnknownWord};
pub use marks::acts;
pub use purl::{ParsePurlError, Purl};
pub use runtime::{Listener, Process, RuntimeFacts, RuntimeView, StaleProcess, Unit, UnitState};
pub use version::{ParseRangeError, Scheme, VersionRange, belongs_to_cycle, upstream_version};
pub use vulnerability::{FreeFix, Probability, Vulnerability};

/// A calendar day without a time zone, as life-cycle tables state it.
pub use jiff::civil::Date;
