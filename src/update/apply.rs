//! One update from its origin to the store. Everything is checked before the first byte is written.

use std::path::PathBuf;
use std::time::Duration;

use super::bundle;
use super::changes::Changes;
use super::document::Document;
use super::endoflife;
use super::error::UpdateError;
use super::kev::KnownExploited;
use super::local;
use super::manifest::{Manifest, check_digest};
use super::origin::Origin;
use super::store::{Held, Source, Store};
use crate::catalog::Data;
use crate::model::Date;
use crate::problem::Problem;

/// Most bytes of a document: endoflife.date's list of all products has some five million.
const DOCUMENT: u64 = 64 << 20;
/// Most bytes of an archive.
const ARCHIVE: u64 = 32 << 20;

/// How an update is done.
#[derive(Clone, Debug)]
pub struct Options {
    /// The day, for what has no date of its own.
    pub today: Date,
    /// Most time for each request.
    pub time: Duration,
    /// The SHA-256 digest that the document at the origin must have.
    pub sha256: Option<String>,
    /// Take a catalog that is older than the one in use.
    pub allow_older: bool,
    /// Check everything and write nothing.
    pub dry_run: bool,
}

/// What an update brought.
#[derive(Debug)]
pub struct Brought {
    /// What it was, in half a sentence.
    pub what: String,
    /// What is different now.
    pub changes: Changes,
    /// Where it is kept; `None` for a dry run.
    pub path: Option<PathBuf>,
    /// What was left out, and why.
    pub problems: Vec<Problem>,
}

/// A document with the place beside which its archive lies.
struct Arrived {
    bytes: Vec<u8>,
    beside: Beside,
    source: Option<Source>,
}

enum Beside {
    Folder(PathBuf),
    #[cfg(feature = "update")]
    Address(super::fetch::Url),
}

/// Fetches from `origin`, checks, and puts it into `store`. `None`: the server says that nothing is new.
///
/// # Errors
/// Whatever is wrong with the origin, the document, or the disk; the store is as it was then.
pub fn update(origin: &Origin, store: &Store, options: &Options) -> Result<Option<Brought>, UpdateError> {
    let shown = origin.to_string();
    let held = store.held();
    let Some(arrived) = arrive(origin, &held, options)? else { return Ok(None) };
    if let Some(expected) = &options.sha256 {
        check_digest(&shown, expected, &arrived.bytes)?;
    }
    let before = held.catalog();
    let mut next = held;
    let mut problems = Vec::new();
    let what = match Document::of(&shown, &arrived.bytes)? {
        Document::Manifest => {
            let manifest = Manifest::parse(&shown, &arrived.bytes)?;
            let archive = archive_of(&manifest, &arrived.beside, options.time)?;
            manifest.check(&manifest.archive, &archive)?;
            take_catalog(&manifest.archive, &archive, before.as_of(), options, &mut next)?
        }
        // Whoever gives a file has it in hand; an address must say what it will give.
        Document::Archive if options.sha256.is_none() && matches!(origin, Origin::Address(_)) => {
            let says = "an archive without its manifest; give the manifest's address, or --sha256 with the archive's digest";
            return Err(UpdateError::Document(shown, says.to_owned()));
        }
        Document::Archive => take_catalog(&shown, &arrived.bytes, before.as_of(), options, &mut next)?,
        Document::EndOfLife => {
            let found = endoflife::parse(&shown, &arrived.bytes, &before, options.today)?;
            problems = found.problems;
            let what = format!(
                "life cycles of {} products ({} are not in the catalog, {} kept as they were)",
                found.taken.len(),
                found.unknown,
                problems.len()
            );
            next.take_tables(found.taken);
            what
        }
        Document::KnownExploited => {
            let list = KnownExploited::parse(&shown, &arrived.bytes)?;
            let what = format!("{} known exploited vulnerabilities, as of {}", list.len(), list.released);
            next.exploited = Some(list);
            what
        }
    };
    next.remember(arrived.source);
    let changes = Changes::between(&before, &next.catalog());
    let path = if options.dry_run { None } else { Some(store.save(&next)?) };
    Ok(Some(Brought { what, changes, path, problems }))
}

fn take_catalog(
    shown: &str,
    archive: &[u8],
    in_use: Option<Date>,
    options: &Options,
    next: &mut Held,
) -> Result<String, UpdateError> {
    let data: Data = bundle::open(shown, archive)?;
    let (Some(day), true) = (data.as_of, data.rates.is_some()) else {
        let says = "the archive is no whole catalog: it needs life-cycle tables and `rates.toml`";
        return Err(UpdateError::Document(shown.to_owned(), says.to_owned()));
    };
    if let Some(in_use) = in_use.filter(|in_use| day < *in_use && !options.allow_older) {
        return Err(UpdateError::Older(shown.to_owned(), day, in_use));
    }
    let what = format!("a catalog of {day} with {} products and {} vendors", data.products.len(), data.vendors.len());
    next.base = Some(data);
    Ok(what)
}

/// The document; `None` if the server says that it is the one of the last time.
fn arrive(origin: &Origin, held: &Held, options: &Options) -> Result<Option<Arrived>, UpdateError> {
    match origin {
        Origin::File(path) => {
            let bytes = local::read(path, DOCUMENT)?;
            let folder = path.parent().map(PathBuf::from).unwrap_or_default();
            Ok(Some(Arrived { bytes, beside: Beside::Folder(folder), source: None }))
        }
        Origin::Address(address) => fetched(address, held, options),
    }
}

#[cfg(feature = "update")]
fn fetched(address: &str, held: &Held, options: &Options) -> Result<Option<Arrived>, UpdateError> {
    use super::fetch::{self, Answer, Bounds};
    let bounds = Bounds { size: DOCUMENT, time: options.time, pinned: options.sha256.is_some() };
    let url = fetch::address(address, bounds.pinned)?;
    let known = held.sources.iter().find(|source| source.address == address);
    let Answer::New(fetched) = fetch::get_guarded(&url, known, bounds)? else { return Ok(None) };
    let source = Source { address: address.to_owned(), etag: fetched.etag, modified: fetched.modified, fetched: options.today };
    Ok(Some(Arrived { bytes: fetched.bytes, beside: Beside::Address(fetched.address), source: Some(source) }))
}

#[cfg(not(feature = "update"))]
fn fetched(address: &str, _: &Held, _: &Options) -> Result<Option<Arrived>, UpdateError> {
    Err(UpdateError::NoNetwork(address.to_owned()))
}

/// The archive that lies beside a manifest; `time` bounds its request.
#[cfg_attr(not(feature = "update"), expect(unused_variables, reason = "a file is read in no time"))]
fn archive_of(manifest: &Manifest, beside: &Beside, time: Duration) -> Result<Vec<u8>, UpdateError> {
    let limit = manifest.size;
    if limit > ARCHIVE {
        return Err(UpdateError::TooLarge(manifest.archive.clone(), ARCHIVE));
    }
    match beside {
        Beside::Folder(folder) => local::read(&folder.join(&manifest.archive), ARCHIVE),
        #[cfg(feature = "update")]
        Beside::Address(address) => {
            use super::fetch::{self, Answer, Bounds};
            let bad = |error: &dyn std::fmt::Display| UpdateError::BadAddress(manifest.archive.clone(), error.to_string());
            let url = address.join(&manifest.archive).map_err(|error| bad(&error))?;
            // The manifest pins it, so that the way it comes by cannot change it.
            let bounds = Bounds { size: limit, time, pinned: true };
            match fetch::get_guarded(&url, None, bounds)? {
                Answer::New(fetched) => Ok(fetched.bytes),
                Answer::Same => Err(UpdateError::Status(url.to_string(), 304)),
            }
        }
    }
}

impl Held {
    /// Puts tables in the place of older ones of the same products.
    fn take_tables(&mut self, tables: Vec<crate::catalog::LifecycleTable>) {
        self.tables.retain(|old| !tables.iter().any(|new| new.product == old.product));
        self.tables.extend(tables);
        self.tables.sort_by(|a, b| a.product.cmp(&b.product));
    }

    /// Notes where an update came from, for the next time.
    fn remember(&mut self, source: Option<Source>) {
        let Some(source) = source else { return };
        match self.sources.iter_mut().find(|known| known.address == source.address) {
            Some(known) => *known = source,
            None => self.sources.push(source),
        }
    }
}
