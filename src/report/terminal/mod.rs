//! The report for a terminal: as wide as that is, no colour and no link unless asked, and no vendor above the offers part.

pub(super) mod branches;
mod cases;
pub(super) mod columns;
mod decided;
mod detail;
mod free;
pub(super) mod page;
mod rest;
mod screen;
mod since;
mod tree;
mod view;

pub use page::Style;
pub use screen::Terminal;
pub use view::View;
