//! The command line: arguments as typed, what they mean, one file a subcommand, and exit codes.

mod anonymous;
mod args;
mod catalog;
mod catalog_args;
mod config;
mod decide;
mod decide_args;
mod decisions;
mod earlier;
mod effort;
mod effort_args;
mod exit;
mod explain;
mod fund;
mod host_rules;
mod init;
mod interests;
mod inventories;
mod lead;
mod lead_args;
mod ledger;
mod meta;
mod output;
mod plan;
mod policy;
mod refer;
mod refer_args;
mod refer_ledger;
mod report;
mod run;
mod scan;
mod since;
mod update;
mod vulns;

pub use exit::{Exit, Fatal};
pub use run::{run, tell};
