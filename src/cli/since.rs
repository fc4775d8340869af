//! `--since OLD`: finds the earlier state, judges it where it is not judged yet, and compares.

use std::path::{Path, PathBuf};

use crate::inventory::Inventory;
use crate::model::Date;
use crate::report::view::{ReportV1, Since, SinceBasis};
use crate::report::{Snapshot, compare};

use super::Fatal;
use super::earlier::{Desk, judged, report, snapshot};
use super::inventories::inventories;
use super::plan::Plan;

/// An earlier state as it was named.
pub(super) enum Old {
    /// A day, on which the same targets are judged again.
    Day(Date),
    /// A report that was judged then.
    Report { given: String, then: Box<Snapshot> },
    /// A scan, or what else can be reported on.
    Scan { given: String },
}

impl Old {
    /// A day, or a file that is there. Told before the scan, so that nobody waits for a refusal.
    pub(super) fn find(old: &str, as_of: Date) -> Result<Self, Fatal> {
        if let Ok(day) = old.parse::<Date>() {
            if day > as_of {
                return Err(Fatal::usage(format!("--since {day} is after the day of the report, {as_of}")));
            }
            return Ok(Self::Day(day));
        }
        let path = Path::new(old);
        if !path.is_file() {
            return Err(Fatal::usage(format!("--since: there is no file {old}, and it is no day")).hint(
                "give what `underpin report --format json` or `underpin scan --format json` wrote, or a day such as 2026-06-30",
            ));
        }
        match report(path)? {
            Some(then) if then.as_of() > as_of => {
                Err(Fatal::usage(format!("--since {old} is of {}, after the day of the report, {as_of}", then.as_of())))
            }
            Some(then) => Ok(Self::Report { given: old.to_owned(), then: Box::new(then) }),
            None => Ok(Self::Scan { given: old.to_owned() }),
        }
    }

    /// Compares the report, which was made of these inventories, with the earlier state.
    pub(super) fn compare(self, report: &ReportV1, found: &[Inventory], desk: &Desk<'_>) -> Result<Since, Fatal> {
        let now = snapshot(report)?;
        match self {
            Self::Day(day) => Ok(compare(&judged(found, desk, day)?, &now, SinceBasis::Day, None)),
            Self::Report { given, then } => Ok(compare(&then, &now, SinceBasis::Report, Some(given))),
            Self::Scan { given } => {
                let scanned = inventories(&Plan::of_file(&PathBuf::from(&given))?, desk.catalog)?;
                Ok(compare(&judged(&scanned, desk, report.as_of)?, &now, SinceBasis::Scan, Some(given)))
            }
        }
    }
}
