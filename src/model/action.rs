//! Free work: what costs hours and no licence.

/// What sort of free work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionKind {
    /// Install fixes that the host's own lists already offer.
    Update,
    /// Move to a release that still gets fixes.
    Upgrade,
    /// Take away a copy that nothing uses.
    Remove,
    /// Restart a service that still runs replaced code.
    Restart,
    /// Record that a risk is accepted.
    Accept,
}

impl ActionKind {
    /// The word used in outputs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Upgrade => "upgrade",
            Self::Remove => "remove",
            Self::Restart => "restart",
            Self::Accept => "accept",
        }
    }
}

/// One piece of free work. Ordered as a report shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Action {
    /// What sort.
    pub kind: ActionKind,
    /// Stable id for tickets and acceptance: `EOL-nodejs-20`.
    pub id: String,
    /// Product id, where it is about one.
    pub product: Option<String>,
    /// What is there now: a version, or a count in words.
    pub from: Option<String>,
    /// What to have instead.
    pub to: Option<String>,
    /// What to type, where that is certain.
    pub command: Option<String>,
    /// Why: dates, lists, places; in words.
    pub why: String,
    /// The page or file that it rests on.
    pub source: Option<String>,
    /// Hosts and repositories concerned; sorted.
    pub hosts: Vec<String>,
    /// Places to look; sorted.
    pub locations: Vec<String>,
}
