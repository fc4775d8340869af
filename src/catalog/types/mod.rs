//! The checked catalog: what remains of the files when every rule held. No raw text that a later stage would have to judge.

mod area;
mod lifecycle;
mod product;
mod programme;
mod tables;
mod vendor;

pub use area::{Area, ParseAreaError};
pub use lifecycle::{CycleRow, Extension, Hours, LifecycleTable, Phase, Step};
pub use product::{BinarySignature, ConfigSignature, Neighbour, PackageRule, ProcessSignature, Product};
pub use programme::{Disclosure, Programme, ProgrammeUpstream, Reward};
pub(crate) use tables::Data;
pub use tables::{Change, FundingChannel, LabourCost};
pub use vendor::{Amount, Coverage, Offer, Price, Upstream, UsablePrice, Vendor};
