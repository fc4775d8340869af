//! Everything beside cases and places: targets, free work, authors, disclosure, coverage, assumptions.

use std::collections::BTreeMap;

use serde::Serialize;

use super::figures::Amount;
use super::vocabulary::{ActionWord, TargetWord, TurnsOn};
use crate::model::Date;

/// The program that made the report.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tool {
    /// `underpin`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The targets as a shell takes them: `/`, `.`, `hosts/*.json`.
    pub arguments: String,
    /// Whether nothing left the machine.
    pub offline: bool,
}

/// The catalog that was used.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Catalog {
    /// Its version.
    pub version: Option<String>,
    /// Its day.
    pub date: Option<Date>,
    /// Days since then.
    pub age_days: Option<i64>,
    /// Whether that is too long.
    pub stale: bool,
    /// SHA-256 of its files.
    pub digest: Option<String>,
    /// What folders put in the place of files that are built in; sorted.
    pub changes: Vec<CatalogChange>,
}

/// A file of the catalog in whose place a folder put another.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CatalogChange {
    /// What is replaced: `lifecycle/nginx.toml`.
    pub file: String,
    /// The file in its place, as shown.
    pub by: String,
    /// Why, in its author's words.
    pub reason: String,
}

/// A host or repository that was looked at.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Target {
    /// Host name, or the last part of the path.
    pub name: String,
    /// What sort.
    pub kind: TargetWord,
    /// Path as given.
    pub path: String,
    /// Distribution for people: `Debian 12.15`.
    pub os: Option<String>,
    /// Abbreviated revision.
    pub revision: Option<String>,
}

/// Free work.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Action {
    /// Stable id, `EOL-nodejs-20`.
    pub id: String,
    /// What sort.
    pub kind: ActionWord,
    /// Product id.
    pub product: Option<String>,
    /// Product name for people.
    pub product_name: Option<String>,
    /// What is there: a version, or a count in words.
    pub from: Option<String>,
    /// What to have instead.
    pub to: Option<String>,
    /// What to type.
    pub command: Option<String>,
    /// Why, in words.
    pub why: String,
    /// The day it ended.
    pub eol: Option<Date>,
    /// Whether something uses it; `None` where the question makes no sense.
    pub in_use: Option<bool>,
    /// The page or file it rests on.
    pub source: Option<String>,
    /// Hosts and repositories concerned; sorted.
    pub hosts: Vec<String>,
    /// Places to look; sorted.
    pub locations: Vec<String>,
}

/// One statement that would turn undecided or declined cases, in the order worth asking.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Lever {
    /// What to say: `--regime pci`.
    pub argument: String,
    /// What it is about, where it is one of the open questions.
    pub question: Option<TurnsOn>,
    /// What then happens, in words.
    pub effect: String,
    /// Ids of the cases it turns.
    pub cases: Vec<String>,
}

/// How the authors of one project can be paid.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Author {
    /// Product id or package URL.
    pub subject: String,
    /// Name for people.
    pub name: String,
    /// Ways to pay; empty if no manifest says one.
    pub links: Vec<Funding>,
    /// Vendors whose own people make it.
    pub made_by: Vec<Maker>,
}

/// A vendor whose own people make a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Maker {
    /// Its id.
    pub vendor: String,
    /// Its name for people.
    pub name: String,
}

/// One way to pay.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Funding {
    /// The link.
    pub url: String,
    /// What sort of channel it is, where the catalog knows: `donation-platform`, `grant-fund` …
    pub channel: Option<String>,
    /// The file that names it.
    pub source: Option<String>,
}

/// Non-fatal trouble.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Problem {
    /// Stable code, `UP001`.
    pub code: String,
    /// What the code means.
    pub meaning: String,
    /// Path as shown.
    pub path: String,
    /// Line from 1.
    pub line: Option<u32>,
    /// Column from 1.
    pub column: Option<u32>,
    /// What exactly.
    pub text: String,
}

/// What was looked at and what was not.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Coverage {
    /// Folders listed.
    pub directories: u64,
    /// Regular files met.
    pub files: u64,
    /// Files opened.
    pub opened: u64,
    /// Bytes read.
    pub bytes_read: u64,
    /// Passed over on purpose, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Could not be read.
    pub unreadable: u64,
    /// Mounted file systems not entered; sorted.
    pub mounts_skipped: Vec<Mount>,
    /// Executables that nothing explains.
    pub unknown_executables: u64,
    /// Not checked at all, in words; sorted.
    pub not_checked: Vec<String>,
}

/// A mounted file system that was not entered.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Mount {
    /// Where.
    pub path: String,
    /// Type of file system.
    pub kind: String,
}

/// Who may gain from what.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Disclosure {
    /// Who made the report.
    pub prepared_by: Option<String>,
    /// Interests that were declared, in words.
    pub interests: Vec<String>,
    /// Referrals that were made or are meant.
    pub referrals: Vec<Referral>,
    /// Programmes on record for offers of this report.
    pub programmes_on_record: u64,
    /// All of it as every format words it: who may gain from whom, how much, the choice with nobody first, what a reward needs.
    pub words: Vec<String>,
}

/// A referral with everything the reader of a report must know of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Referral {
    /// Vendor id.
    pub vendor: String,
    /// Vendor name for people.
    pub vendor_name: String,
    /// Who may gain.
    pub recipient: String,
    /// Formula or maximum, or what the gain is if it is not money.
    pub reward: String,
}

/// Something assumed for the whole report.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Assumption {
    /// What.
    pub input: String,
    /// Its value, in words.
    pub value: String,
    /// Where the value comes from.
    pub source: String,
    /// `default`, `catalog`, `observed`, `logged`, `quoted`, `user-set`.
    pub grade: String,
}

/// Counts that every format shows alike.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Packages installed.
    pub packages: u64,
    /// Packages that manifests and lock files name.
    pub declared_packages: u64,
    /// Products recognised.
    pub products: u64,
    /// Cases.
    pub cases: u64,
    /// Of them undecided.
    pub undecided: u64,
    /// Pieces of free work.
    pub free_work: u64,
    /// Versions past their end of life.
    pub out_of_support: u64,
    /// Of them in use; `None` where a scan cannot tell.
    pub out_of_support_in_use: Option<u64>,
    /// What the report asks the reader to spend a year.
    pub spend_asked: Option<Amount>,
    /// Currency of every amount, ISO 4217.
    pub currency: String,
    /// Inputs of the cases.
    pub inputs: u64,
    /// Of them the reader's own.
    pub inputs_yours: u64,
    /// Projects or packages whose authors were looked for.
    pub authors: u64,
    /// Of them with a way to pay.
    pub authors_fundable: u64,
    /// `projects` or `packages`.
    pub authors_unit: String,
    /// Offers on record for what was found.
    pub offers: u64,
    /// Of them that nobody verified.
    pub offers_unverified: u64,
    /// Of them with a public price.
    pub offers_priced: u64,
}
