//! underpin finds the open-source software that underpins an organisation and says where paid support would pay off.

pub mod catalog;
pub mod cli;
pub mod detect;
pub mod fingerprint;
pub mod inventory;
pub mod matching;
pub mod model;
pub mod problem;
pub mod progress;
pub mod report;
pub mod runtime;
pub mod scan;
pub mod score;
pub mod source;
pub mod walk;
