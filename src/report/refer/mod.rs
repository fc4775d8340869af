//! Messages about a referral: to one's own employer, or to the vendor once the employer agreed. Texts alone; nothing is sent,
//! and nothing here is read by what scores or sorts.

mod choices;
mod employer;
mod findings;
mod gate;
mod vendor;

pub use choices::{Choice, Consent, Recipient, Sender, consented, menu};
pub use employer::{Request, to_employer};
pub use findings::Findings;
pub use gate::{Block, Wish, blocked};
pub use vendor::{Referral, to_vendor};

use crate::report::text::wrapped;

/// Columns of a message.
const WIDTH: usize = 76;

/// A paragraph, its later lines below the text that follows `mark`.
fn paragraph(mark: &str, text: &str) -> String {
    let indent = " ".repeat(mark.chars().count());
    let lines = wrapped(text, WIDTH - indent.len());
    let line = |(index, line): (usize, &String)| format!("{}{line}\n", if index == 0 { mark } else { &indent });
    lines.iter().enumerate().map(line).collect()
}
