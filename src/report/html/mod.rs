//! The report as one HTML file that opens offline: one script and one style, both known to its policy by their digests, no
//! request, light and dark, and a print on A4. Without the script everything but what moves is there.

mod bars;
mod cases;
mod controls;
mod first;
mod island;
mod page;
mod parts;
mod since;
mod spread;

pub use page::Html;
