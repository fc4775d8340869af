//! The report for a terminal: 100 columns, no colour unless asked, no link, and no vendor above the offers part.

mod cases;
mod decided;
mod free;
pub(super) mod page;
mod rest;
mod screen;
mod since;

pub use page::Style;
pub use screen::Terminal;
