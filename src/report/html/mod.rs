//! The report as one HTML file that opens offline: no script, no request, a policy that forbids both, light and dark, and
//! a print on A4.

mod bars;
mod cases;
mod first;
mod page;
mod parts;
mod since;

pub use page::Html;
