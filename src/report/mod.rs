//! One versioned view of a finished report, then one file per format. A format is a pure function of the view: it judges
//! nothing, reads nothing and asks nobody.

mod build;
mod bundles;
mod calendar;
mod contracts;
mod cover;
mod decided;
mod disclosure;
mod entries;
mod explain;
mod format;
mod fund;
mod html;
mod json;
mod lead;
mod logged;
mod markdown;
mod offers;
mod refer;
mod since;
mod story;
mod table;
mod terminal;
mod text;
pub mod view;
mod words;

pub use build::{Material, build, published};
pub use calendar::Ics;
pub use decided::outcome_due;
pub use explain::{explain, explain_json, explain_markdown};
pub use format::Format;
pub use fund::Fund;
pub use html::Html;
pub use json::{Json, canonical, stamp};
pub use lead::Lead;
pub use markdown::Markdown;
pub use offers::offer_lines;
pub use refer::{Block, Choice, Consent, Findings, Recipient, Referral, Request, Sender, Wish};
pub use refer::{blocked, consented, menu, to_employer, to_vendor};
pub use since::{Snapshot, SnapshotError, Was, compare, names_case};
pub use table::{Csv, Register, csv_cell};
pub use terminal::{Style, Terminal};
pub use text::{amount, visible, wrapped};
pub use view::ReportV1;
pub use words::{Thresholds, sentence, short};
