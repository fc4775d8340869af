//! The program from its command line to its output, on folders made here. What needs this machine's own packages or
//! processes stands in `tests/live`.

mod audience;
mod bills;
mod bundles;
mod bytes;
mod catalog_files;
mod configuration;
mod decide;
mod documents;
mod effort;
mod exit_codes;
mod explain;
mod exports;
mod fixtures;
mod help;
mod init;
mod output;
#[path = "../support/page.rs"]
mod page;
mod policy;
mod privileges;
#[path = "../support/program.rs"]
mod program;
mod refer;
mod repository;
mod reward_blind;
mod rootfs;
mod secrets;
mod signals;
mod since;
mod terminal;
mod vulns;
mod worked_example;
