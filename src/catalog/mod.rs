//! What the program knows: products and how they are recognised, their release cycles, who sells support for them,
//! and the dated tables of rates, labour costs and funding channels.
//!
//! The data is TOML. Every file takes one road, embedded or a user's: text → `raw` → checked `types` → `index`.
//! Nothing unchecked leaves this module, and faults are collected, not thrown: a caller sees all of them at once.

mod check;
mod compile;
pub mod conduct;
mod embedded;
mod example;
mod faults;
mod files;
mod index;
mod lifecycle;
mod load;
mod parse;
mod pattern;
mod raw;
mod schema;
mod stats;
mod types;
mod upgrade;
mod words;

pub(crate) use check::is_id;
pub(crate) use compile::{compile, lifecycle_table};
pub(crate) use embedded::{LAYOUT, data as embedded_data};
pub use example::{Answer, Example, Subject, Wrong, examples};
pub use faults::SourceFile;
pub(crate) use files::{LARGEST, is_catalog_path, read_folder};
pub(crate) use index::normal_name;
pub use index::{Match, Offering};
pub use lifecycle::{ENDING_DAYS, Standing, standing};
pub use load::Catalog;
pub use pattern::{ParsePatternError, Pattern, version_regex};
pub use schema::{FileKind, schema};
pub use stats::Stats;
pub(crate) use types::Data;
pub use types::{
    Amount, Area, BinarySignature, Change, ConfigSignature, Coverage, CycleRow, Disclosure, Extension, FundingChannel, Hours,
    LabourCost, LifecycleTable, Neighbour, Offer, PackageRule, ParseAreaError, Phase, Price, ProcessSignature, Product,
    Programme, ProgrammeUpstream, Reward, Step, Upstream, UsablePrice, Vendor,
};
pub use upgrade::UpgradePath;
pub use words::{
    Confidence, CycleFrom, ExtendedIs, FileClass, OfferType, OpenSource, Period, PriceUnit, ProgrammeKind, ProgrammeStatus,
    Relation, StepKind, StepUnit, SupportHours, Trust,
};
