//! `underpin init`: the few questions that matter most for what was found, and a commented configuration.

mod command;
mod file;
mod interview;
mod topics;

pub(super) use command::run;
