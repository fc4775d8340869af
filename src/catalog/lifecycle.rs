//! Where a cycle stands in its life on a day (docs/scoring.md, "Life"): the rules in their order, first match wins.
//! Knows nothing of packages or entitlements; whether an ended cycle is covered is for `matching` to say.

use super::types::{CycleRow, LifecycleTable, Phase};
use super::words::{CycleFrom, ExtendedIs};
use crate::model::{Date, LifecycleState, belongs_to_cycle};

/// A cycle whose end is this near, in days, is ending.
pub const ENDING_DAYS: i32 = 180;
/// From this age of the catalog, in days, "not ended" is no longer believed.
const CATALOG_TRUSTED_DAYS: i32 = 365;
/// A cycle without an end date and without a release for so long, in days, may be dead.
const SILENT_DAYS: i32 = 730;

/// Where a cycle stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Never [`LifecycleState::EolCovered`]: that needs an entitlement.
    pub state: LifecycleState,
    /// Last day of free fixes, after an extension that everybody gets.
    pub eol: Option<Date>,
    /// Last day of fixes of every kind.
    pub active_end: Option<Date>,
    /// What a reader must know beside the state.
    pub label: Option<String>,
}

/// The standing of a cycle on `as_of`, by a catalog of `catalog_date`.
#[must_use]
pub fn standing(row: &CycleRow, as_of: Date, catalog_date: Option<Date>) -> Standing {
    let (active, eol, extended_by) = phases(row);
    let stand = |state, label: Option<&str>| Standing {
        state,
        eol: eol.date(),
        active_end: active.date(),
        label: label.map(str::to_owned),
    };
    if eol.over(as_of) {
        return stand(LifecycleState::Eol, (eol == Phase::Ended).then_some("end date not published"));
    }
    if eol == Phase::Open {
        let stale = catalog_date.is_none_or(|read| days_between(read, as_of) > CATALOG_TRUSTED_DAYS);
        let silent = row.latest_date.is_some_and(|latest| days_between(latest, as_of) > SILENT_DAYS);
        return match (stale, silent) {
            (true, _) => stand(LifecycleState::Unknown, Some("no end date published, and the catalog is more than a year old")),
            (_, true) => stand(LifecycleState::Unknown, Some("no end date published, and no release for two years")),
            _ => stand(LifecycleState::Supported, Some("no end date published")),
        };
    }
    let extended = extended_by.filter(|_| row.eol.over(as_of));
    if eol.date().is_some_and(|last| days_between(as_of, last) <= ENDING_DAYS) {
        return stand(LifecycleState::Ending, extended);
    }
    if active.over(as_of) {
        return stand(LifecycleState::SecurityOnly, extended);
    }
    stand(LifecycleState::Supported, (eol == Phase::Unknown).then_some("end date unknown"))
}

/// Active support, free fixes, and who extends them. An extension that is free and on by default shifts the phases: its
/// end is the end of free fixes, and the published end is the end of active support.
fn phases(row: &CycleRow) -> (Phase, Phase, Option<&str>) {
    match &row.extension {
        Some(extension) if extension.is == ExtendedIs::FreeDefault => {
            (row.eol, extension.end, Some(extension.by.as_deref().unwrap_or("long-term support")))
        }
        _ => (row.active, row.eol, None),
    }
}

/// Days from `from` to `to`; negative if `to` is earlier.
pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    // Two civil dates span at most 7.3 million days, so the difference always exists and fits.
    from.until(to).map_or(0, |span| span.get_days())
}

impl LifecycleTable {
    /// The row that a version belongs to; of several the longest name.
    #[must_use]
    pub fn cycle_of(&self, version: &str) -> Option<&CycleRow> {
        self.cycles.iter().filter(|row| belongs_to_cycle(version, &row.name)).max_by_key(|row| row.name.len())
    }

    /// The row of a name.
    #[must_use]
    pub fn cycle(&self, name: &str) -> Option<&CycleRow> {
        self.cycles.iter().find(|row| row.name == name)
    }
}

impl CycleFrom {
    /// How the cycle of a version is named; `None` if the version has too few parts.
    #[must_use]
    pub fn name(self, version: &str) -> Option<String> {
        let version = version.strip_prefix('v').unwrap_or(version);
        let parts: Vec<&str> = version.split('.').map(digits).collect();
        match (self, parts.as_slice()) {
            (Self::AsIs, _) => (!version.is_empty()).then(|| version.to_owned()),
            (Self::Major, [major, ..]) if !major.is_empty() => Some((*major).to_owned()),
            (Self::MajorMinor, [major, minor, ..]) if !major.is_empty() && !minor.is_empty() => Some(format!("{major}.{minor}")),
            _ => None,
        }
    }
}

/// The digits that a text begins with.
fn digits(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::types::Extension;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn row(active: Phase, eol: Phase) -> CycleRow {
        let name = "1".to_owned();
        CycleRow { name, codename: None, release: None, lts: None, active, eol, extension: None, latest: None, latest_date: None }
    }

    fn until(text: &str) -> Phase {
        Phase::Until(day(text))
    }

    fn on(row: &CycleRow, as_of: &str) -> (LifecycleState, Option<String>) {
        let standing = standing(row, day(as_of), Some(day("2026-08-22")));
        (standing.state, standing.eol.map(|date| date.to_string()))
    }

    fn debian_12(is: ExtendedIs) -> CycleRow {
        let extension = Some(Extension { end: until("2028-06-30"), is, by: None });
        CycleRow { extension, ..row(Phase::Unknown, until("2026-07-11")) }
    }

    #[test]
    fn a_free_extension_shifts_the_phases() {
        let row = debian_12(ExtendedIs::FreeDefault);
        let found = standing(&row, day("2026-11-24"), Some(day("2026-08-22")));
        assert_eq!((found.state, found.eol), (LifecycleState::SecurityOnly, Some(day("2028-06-30"))));
        assert_eq!(found.label.as_deref(), Some("long-term support"));
        assert_eq!(on(&row, "2026-07-11").0, LifecycleState::Supported);
        assert_eq!(on(&row, "2028-07-01").0, LifecycleState::Eol);
    }

    #[test]
    fn a_paid_extension_does_not() {
        assert_eq!(on(&debian_12(ExtendedIs::Paid), "2026-11-24"), (LifecycleState::Eol, Some("2026-07-11".to_owned())));
    }

    #[test]
    fn node_20_and_24_stand_where_their_dates_say() {
        let node_20 = row(until("2024-10-22"), until("2026-04-30"));
        let node_24 = row(until("2026-10-20"), until("2028-04-30"));
        assert_eq!(on(&node_20, "2026-11-24").0, LifecycleState::Eol);
        assert_eq!(on(&node_24, "2026-11-24"), (LifecycleState::SecurityOnly, Some("2028-04-30".to_owned())));
        assert_eq!(on(&node_24, "2026-10-20").0, LifecycleState::Supported);
    }

    #[test]
    fn the_last_day_still_counts_and_the_warning_starts_180_days_before() {
        let row = row(Phase::Unknown, until("2027-06-30"));
        for (as_of, state) in [
            ("2026-12-31", LifecycleState::Supported),
            ("2027-01-01", LifecycleState::Ending),
            ("2027-06-30", LifecycleState::Ending),
            ("2027-07-01", LifecycleState::Eol),
        ] {
            assert_eq!(on(&row, as_of).0, state, "{as_of}");
        }
        assert_eq!(days_between(day("2027-01-01"), day("2027-06-30")), ENDING_DAYS);
    }

    #[test]
    fn no_end_date_is_believed_while_table_and_releases_are_young() {
        let nginx = CycleRow { latest_date: Some(day("2026-07-15")), ..row(Phase::Unknown, Phase::Open) };
        assert_eq!(on(&nginx, "2026-11-24"), (LifecycleState::Supported, None));
        assert_eq!(on(&nginx, "2027-08-22").0, LifecycleState::Supported);
        assert_eq!(on(&nginx, "2027-08-23").0, LifecycleState::Unknown);
        let silent = CycleRow { latest_date: Some(day("2024-11-23")), ..nginx };
        assert_eq!(on(&silent, "2026-11-23").0, LifecycleState::Supported);
        assert_eq!(on(&silent, "2026-11-24").0, LifecycleState::Unknown);
    }

    #[test]
    fn an_end_without_a_date_is_an_end() {
        assert_eq!(on(&row(Phase::Ended, Phase::Ended), "2026-11-24"), (LifecycleState::Eol, None));
    }

    #[test]
    fn cycles_are_named_after_the_version_where_no_row_is() {
        assert_eq!(CycleFrom::Major.name("v20.11.1").as_deref(), Some("20"));
        assert_eq!(CycleFrom::MajorMinor.name("1.22.1").as_deref(), Some("1.22"));
        assert_eq!(CycleFrom::MajorMinor.name("7").as_deref(), None);
        assert_eq!(CycleFrom::Major.name("unknown"), None);
    }
}
