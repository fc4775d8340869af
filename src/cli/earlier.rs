//! Earlier states in files: a report as it was judged, or a scan that is judged now.

use std::path::Path;

use crate::catalog::Catalog;
use crate::inventory::Inventory;
use crate::model::Date;
use crate::progress::Stages;
use crate::report::view::ReportV1;
use crate::report::{Snapshot, SnapshotError};
use crate::score::Policy;

use super::Fatal;
use super::decisions::Decisions;
use super::inventories::{MAX_SAVED, bytes, inventories, unreadable};
use super::plan::Plan;

/// What everything is judged with.
pub(super) struct Desk<'d> {
    pub(super) catalog: &'d Catalog,
    /// Without the risks that decisions accept: these depend on the day.
    pub(super) policy: &'d Policy,
    pub(super) decisions: &'d Decisions,
}

/// The report in a file; `None` if it is something else, such as a scan.
pub(super) fn report(path: &Path) -> Result<Option<Snapshot>, Fatal> {
    let content = bytes(path, MAX_SAVED)?;
    let head = String::from_utf8_lossy(content.get(..200).unwrap_or(&content)).into_owned();
    if !head.contains("\"underpin.report/") {
        return Ok(None);
    }
    Snapshot::read(&content).map(Some).map_err(|error| unreadable(path, &error.to_string()))
}

/// A case's facts, wherever they are written: in a report, or in a scan that is judged for `day`.
pub(super) fn state_in(path: &Path, desk: &Desk<'_>, day: Date) -> Result<Snapshot, Fatal> {
    match report(path)? {
        Some(then) => Ok(then),
        None => judged(&inventories(&Plan::of_file(path)?, desk.catalog)?, desk, day),
    }
}

/// What the inventories come to on `day`.
pub(super) fn judged(found: &[Inventory], desk: &Desk<'_>, day: Date) -> Result<Snapshot, Fatal> {
    let policy = desk.decisions.applied(desk.policy, day);
    let mut then = crate::report(found, desk.catalog, &policy, day, "", true, &Stages::default());
    desk.decisions.show(&mut then);
    snapshot(&then)
}

/// The part of a report that is compared.
pub(super) fn snapshot(report: &ReportV1) -> Result<Snapshot, Fatal> {
    Snapshot::of(report).map_err(|error: SnapshotError| Fatal::unusable(format!("cannot compare: {error}")))
}
