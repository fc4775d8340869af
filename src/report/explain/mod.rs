//! One product argued step by step, as a person would: what was found, what each way costs, which rule decided, what would
//! change it. A pure function of the finished report: it repeats figures and verdicts, and makes none
//! but the difference of two sums that it shows.

mod ask;
mod case;
mod decides;
mod document;
mod found;
mod inputs;
mod limits;
mod offers;
mod sources;
#[cfg(test)]
mod tests;
mod whole;

pub use document::explain_json;
pub use whole::{explain, explain_markdown};
