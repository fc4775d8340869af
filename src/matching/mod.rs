//! Inventory × catalog → deployments and the free work that waits. Decides which product a component belongs to, in
//! which role, whose life cycle counts, how strongly it is in use, and whether there is a case at all.

mod actions;
mod configured;
mod deployments;
mod group;
mod life;
mod usage;

pub use actions::{actions, merge_actions};
pub use deployments::deployments;
