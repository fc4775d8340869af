//! One entry of the log: a day, minutes of work, a product, and what the work was.

use crate::model::{Date, UnknownWord, hex, vocabulary};

vocabulary! {
    /// What the hours went into; each sort moves another input of the score.
    Activity, "activity" {
        /// Patches, tuning, tickets.
        Routine = "routine",
        /// Something was down or broken.
        Incident = "incident",
        /// Work that is there only because the release gets no fixes any more.
        EolWorkaround = "eol_workaround",
        /// The way to a newer release.
        Upgrade = "upgrade",
    }
}

impl Activity {
    /// The activity of this name, however people write it: `EOL workaround`, `eol-workaround`.
    ///
    /// # Errors
    /// If there is none.
    pub fn called(name: &str) -> Result<Self, UnknownWord> {
        name.trim().to_lowercase().replace(['-', ' '], "_").parse()
    }
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The day of the work.
    pub day: Date,
    /// Seconds of work.
    pub seconds: u64,
    /// Product id.
    pub product: String,
    /// What it was.
    pub activity: Activity,
    /// Who did it; may be empty.
    pub person: String,
    /// The ticket it belongs to; may be empty.
    pub ticket: String,
    /// A remark; may be empty.
    pub note: String,
    /// The day on which it was entered.
    pub entered: Date,
    /// The manager who confirmed it; empty if nobody did.
    pub confirmed: String,
    /// The same for the same row of the same export, whenever it is read; empty for what somebody typed into the file.
    pub id: String,
}

impl Entry {
    /// Hours of work.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "seconds of work are far below 2^52")]
    pub fn hours(&self) -> f64 {
        self.seconds as f64 / 3600.0
    }

    /// Whether both say the same of the work; remarks may differ.
    #[must_use]
    pub fn agrees(&self, other: &Self) -> bool {
        let said = |entry: &Self| (entry.day, entry.seconds, entry.product.clone(), entry.activity);
        said(self) == said(other)
    }
}

/// An id made of `parts`: the first 16 digits of their SHA-256, each part ended by a byte that no text holds.
pub(super) fn identity(parts: &[&str]) -> String {
    use sha2::Digest as _;
    let mut hash = sha2::Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0xff]);
    }
    let mut text = hex(&hash.finalize());
    text.truncate(16);
    text
}
