//! A list as read: findings and what silences them, whatever the format.

use crate::model::{Date, Probability, Purl};
use crate::update::KnownExploited;

/// The format of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `trivy --format json`.
    Trivy,
    /// `grype -o json`.
    Grype,
    /// `CycloneDX` JSON with `vulnerabilities`.
    CycloneDx,
    /// A table of one's own.
    Csv,
}

impl Form {
    /// Its name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Trivy => "Trivy",
            Self::Grype => "Grype",
            Self::CycloneDx => "CycloneDX",
            Self::Csv => "CSV",
        }
    }
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A package URL.
    Purl(Purl),
    /// A package or product by name; no version is every version.
    Named {
        /// As the list writes it.
        name: String,
        /// As the list writes it.
        version: Option<String>,
    },
}

impl Subject {
    /// For a reader.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Purl(purl) => purl.to_string(),
            Self::Named { name, version: Some(version) } => format!("{name} {version}"),
            Self::Named { name, version: None } => name.clone(),
        }
    }
}

/// What a list says of a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatedFix {
    /// These versions have it.
    In(Vec<String>),
    /// There is none, or there will be none.
    None,
    /// It does not say.
    Unknown,
}

/// One vulnerability of one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The package.
    pub subject: Subject,
    /// The identifier.
    pub id: String,
    /// Other identifiers of the same vulnerability.
    pub aliases: Vec<String>,
    /// Whether it is known to be exploited, where the list says so.
    pub exploited: Option<bool>,
    /// EPSS, where the list says it.
    pub epss: Option<Probability>,
    /// Versions with the fix.
    pub fix: StatedFix,
}

impl Finding {
    /// Every identifier.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

/// One list.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// The file's name, for a reader.
    pub name: String,
    /// Its format.
    pub form: Form,
    /// The day it was made.
    pub date: Option<Date>,
    /// Whether it says of every finding whether it is known to be exploited.
    pub says_exploited: bool,
    /// What affects something.
    pub findings: Vec<Finding>,
    /// Statements that a vulnerability does not affect a package, or no longer.
    pub silencing: Vec<(String, Subject)>,
    /// Findings that the list itself marks as not affecting.
    pub silenced: u64,
    /// Packages that it looked at, where it names those without a finding.
    pub looked_at: Vec<Subject>,
    /// Findings that name nothing which could be looked up, in words.
    pub unusable: Vec<String>,
}

impl List {
    pub(super) fn new(name: &str, form: Form, date: Option<Date>) -> Self {
        Self {
            name: name.to_owned(),
            form,
            date,
            says_exploited: false,
            findings: Vec::new(),
            silencing: Vec::new(),
            silenced: 0,
            looked_at: Vec::new(),
            unusable: Vec::new(),
        }
    }
}

/// Every list, and CISA's list of what is known to be exploited.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Lists {
    /// In the order given.
    pub lists: Vec<List>,
    /// CISA's list, if an update of the catalog brought it.
    pub known: Option<KnownExploited>,
}

/// The day of a moment such as `2026-11-20T15:00:12Z`.
pub(super) fn day(moment: Option<&String>) -> Option<Date> {
    moment?.get(..10)?.parse().ok()
}

/// A package URL if there is a valid one, else name and version; `None` names nothing.
pub(super) fn subject(purl: Option<&str>, name: Option<&str>, version: Option<&str>) -> Option<Subject> {
    if let Some(Ok(purl)) = purl.map(str::parse::<Purl>)
        && purl.version().is_some()
    {
        return Some(Subject::Purl(purl));
    }
    let full = |text: &&str| !text.is_empty();
    let (name, version) = (name.filter(full)?, version.filter(full)?);
    Some(Subject::Named { name: name.to_owned(), version: Some(version.to_owned()) })
}
