//! The register of unsupported technology: what PCI DSS 12.3.4, ISO 27001 A.8.8 and DORA ask to be known, decided and signed.
//! One row for each release that nobody fixes any more, whose end is near, or whose life is unknown; judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::Cell;
use crate::model::Date;
use crate::report::contracts::in_words;
use crate::report::disclosure::sentences;
use crate::report::text::{counted, visible};
use crate::report::view::{
    AcceptedRisk, Contract, Decision, DecisionWord, Deployment, LifeState, Opportunity, ReportV1, UseWord,
};

/// A release on the register, wherever it runs.
pub(in crate::report) struct Entry<'r> {
    id: String,
    places: Vec<&'r Deployment>,
    /// Owners of the hosts, as the configuration names them.
    owners: &'r [String],
    risk: Option<&'r AcceptedRisk>,
    decision: Option<&'r Decision>,
    /// A risk that was accepted and is no longer.
    lapsed: bool,
    /// Contracts that cover it now; by their end.
    contracts: &'r [Contract],
}

/// What stands in each column of one row.
type Column = (&'static str, (&'static str, f64), for<'l, 'r> fn(&'l Entry<'r>) -> Cell);

/// Name in CSV, title and width in Excel, content. A new one goes to the end of those of a row.
const COLUMNS: &[Column] = &[
    ("id", ("Id", 26.0), |entry| Cell::text(&entry.id)),
    ("product", ("Product", 20.0), |entry| entry.first(|place| Cell::text(&place.product_name))),
    ("version", ("Version", 16.0), |entry| entry.all(|place| place.version.iter().cloned().collect())),
    ("hosts", ("Where", 24.0), |entry| entry.all(|place| vec![place.host.clone()])),
    ("places", ("Places", 36.0), |entry| entry.all(|place| place.locations.clone())),
    ("use", ("Use", 12.0), |entry| entry.usage().into()),
    ("owner", ("Owner", 16.0), |entry| entry.owner()),
    ("fixes_until", ("Fixes until", 12.0), |entry| entry.first(|place| place.lifecycle.eol.into())),
    ("publisher_page", ("Publisher's page", 40.0), |entry| entry.first(|place| Cell::link(place.lifecycle.source.as_ref()))),
    ("page_read_on", ("Page read on", 12.0), |entry| entry.first(|place| place.lifecycle.read_on.into())),
    ("state", ("State", 26.0), |entry| Cell::text(&entry.state())),
    ("way_on", ("Supported way on", 26.0), |entry| entry.first(way_on)),
    ("decision", ("Decision", 18.0), |entry| Cell::text(entry.decided())),
    ("reason", ("Reason", 30.0), |entry| entry.reason().into()),
    ("target_date", ("Target date", 12.0), |entry| entry.target().into()),
    ("approved_by", ("Approved by", 16.0), |entry| entry.approved().0.into()),
    ("approved_on", ("Approved on", 12.0), |entry| entry.approved().1.into()),
    ("contract", ("Contract", 40.0), |entry| Cell::list(&entry.contracts.iter().map(in_words).collect::<Vec<_>>())),
];

impl<'r> Entry<'r> {
    fn first(&self, cell: impl Fn(&'r Deployment) -> Cell) -> Cell {
        self.places.first().map_or(Cell::Empty, |place| cell(place))
    }

    /// Each text of all places once, sorted.
    fn all(&self, texts: impl Fn(&'r Deployment) -> Vec<String>) -> Cell {
        let texts: BTreeSet<String> = self.places.iter().flat_map(|place| texts(place)).collect();
        Cell::list(&texts.into_iter().collect::<Vec<_>>())
    }

    /// The strongest use of all places.
    fn usage(&self) -> Option<&'static str> {
        self.places.iter().map(|place| place.usage).min_by_key(|usage| *usage as u8).map(UseWord::word)
    }

    /// Who owns the accepted risk, else the contract, else the hosts.
    fn owner(&self) -> Cell {
        let contract = || self.contracts.iter().find_map(|contract| contract.owner.as_ref());
        self.risk.map(|risk| &risk.owner).or_else(contract).map_or_else(|| Cell::list(self.owners), |owner| Cell::text(owner))
    }

    fn state(&self) -> String {
        let Some(place) = self.places.first() else { return String::new() };
        let comes_with = place.comes_with.as_deref().map_or_else(String::new, |owner| format!("; comes with {owner}"));
        let state = match (place.lifecycle.state, &place.entitlement) {
            (LifeState::EolCovered, Some(cover)) => format!("ended, covered by {cover}"),
            (state, _) if state.ended() => "unsupported".to_owned(),
            (LifeState::Ending, _) => "ends within 180 days".to_owned(),
            _ => "life cycle unknown: ask its publisher".to_owned(),
        };
        format!("{state}{comes_with}")
    }

    /// A risk that is in force is a decision, wherever it was written down.
    fn decided(&self) -> &'static str {
        match (self.risk, self.decision) {
            (Some(_), _) => "risk accepted",
            (None, Some(decision)) => match decision.state {
                DecisionWord::Bought => "support bought",
                DecisionWord::Declined => "support declined",
                DecisionWord::Upgraded => "upgrade decided",
                DecisionWord::Accepted => "risk was accepted, which has ended",
            },
            (None, None) if !self.contracts.is_empty() => "support bought",
            (None, None) if self.lapsed => "risk was accepted, which has ended",
            (None, None) => "open",
        }
    }

    fn reason(&self) -> Option<&'r String> {
        self.risk.map(|risk| &risk.reason).or_else(|| self.decision?.note.as_ref())
    }

    /// By when it has to be gone or decided anew: the end of the accepted risk, else of the contract, else of the free fixes if that
    /// is to come.
    fn target(&self) -> Option<Date> {
        let ending = self.places.first().filter(|place| place.lifecycle.state == LifeState::Ending);
        let contract = || self.contracts.first().map(|contract| contract.ends);
        self.risk.map(|risk| risk.expiry).or_else(contract).or_else(|| ending?.lifecycle.eol)
    }

    fn approved(&self) -> (Option<&'r String>, Option<Date>) {
        match (self.risk, self.decision) {
            (Some(risk), _) => {
                (risk.approved_by.as_ref().or(Some(&risk.owner).filter(|_| risk.approved_on.is_some())), risk.approved_on)
            }
            (None, Some(decision)) => (decision.by.as_ref(), Some(decision.on)),
            (None, None) => (None, None),
        }
    }
}

fn way_on(place: &Deployment) -> Cell {
    place.next_supported.as_ref().map_or(Cell::Empty, |next| {
        let until = next.eol.map_or_else(String::new, |eol| format!(", fixes to {eol}"));
        Cell::text(&format!("{} {}{until}", next.product_name, next.cycle))
    })
}

/// Where a release stands on the register, or `None`: it is fixed, or it is only part of something else and nobody knows its life.
fn rank(place: &Deployment) -> Option<u8> {
    match place.lifecycle.state {
        LifeState::Eol => Some(0),
        LifeState::EolCovered => Some(1),
        LifeState::Ending => Some(2),
        LifeState::Unknown if !matches!(place.usage, UseWord::Dependency | UseWord::Embedded) => Some(3),
        _ => None,
    }
}

/// The id of a finding, as decisions and accepted risks name it.
fn finding(place: &Deployment) -> String {
    let release = place.cycle.as_ref().or(place.version.as_ref());
    format!("EOL-{}{}", place.product, release.map_or_else(String::new, |release| format!("-{release}")))
}

/// What the places of one row share, in the order of the register: rank, end of life, id, cover.
type Key<'r> = (u8, Option<Date>, String, Option<&'r str>);

/// The rows: what nobody fixes first, then what is covered, what ends, what is unknown.
pub(in crate::report) fn entries<'r>(report: &'r ReportV1) -> Vec<Entry<'r>> {
    let cases: BTreeMap<&str, &Opportunity> =
        report.opportunities.iter().flat_map(|case| case.deployments.iter().map(move |id| (id.as_str(), case))).collect();
    let mut groups: BTreeMap<Key<'r>, Vec<&'r Deployment>> = BTreeMap::new();
    for place in &report.deployments {
        if let Some(rank) = rank(place) {
            let key = (rank, place.lifecycle.eol, finding(place), place.entitlement.as_deref());
            groups.entry(key).or_default().push(place);
        }
    }
    let entry = |id: String, places: Vec<&'r Deployment>| {
        let product = places.first().map(|place| place.product.as_str()).unwrap_or_default();
        let case = places.iter().find_map(|place| cases.get(place.id.as_str()).copied());
        let named = |name: &str| name == id || name == product || case.is_some_and(|case| case.id == name);
        let signed = report.accepted_risks.iter().find(|signed| signed.in_force && named(&signed.id));
        let lapsed = report.accepted_risks.iter().any(|signed| !signed.in_force && named(&signed.id));
        let contracts = case.map(|case| case.contracts.as_slice()).unwrap_or_default();
        let risk = signed.map(|signed| &signed.risk).or_else(|| case?.accepted.as_ref());
        let decision = report.decisions.iter().filter(|decision| named(&decision.case)).max_by_key(|decision| decision.on);
        let owners = case.map(|case| case.scope.owners.as_slice()).unwrap_or_default();
        Entry { id, places, owners, risk, decision, lapsed, contracts }
    };
    groups.into_iter().map(|((_, _, id, _), places)| entry(id, places)).collect()
}

/// Titles for people, each with its width in characters.
pub(in crate::report) fn titles() -> Vec<(&'static str, f64)> {
    COLUMNS.iter().map(|(_, title, _)| *title).collect()
}

/// The cells of one entry, in the order of the titles.
pub(in crate::report) fn cells(entry: &Entry<'_>) -> Vec<Cell> {
    COLUMNS.iter().map(|(.., cell)| cell(entry)).collect()
}

/// What an auditor must know of the scan to trust the register, in words: subject and text.
pub(in crate::report) fn coverage(report: &ReportV1) -> Vec<(&'static str, String)> {
    let seen = &report.coverage;
    let targets: Vec<String> =
        report.targets.iter().map(|target| format!("{} ({}, {})", target.name, target.kind, target.path)).collect();
    let date = report.catalog.date.map_or_else(|| "unknown".to_owned(), |date| date.to_string());
    let age = report.catalog.age_days.map_or_else(String::new, |days| format!(", {days} days old"));
    let stale = if report.catalog.stale { ": stale" } else { "" };
    let mut facts = vec![
        ("report's day", report.as_of.to_string()),
        ("looked at", targets.join("; ")),
        ("catalog of life cycles", format!("{} of {date}{age}{stale}", report.catalog.version.as_deref().unwrap_or("unknown"))),
        ("could not be read", if seen.unreadable == 0 { "nothing".to_owned() } else { counted(seen.unreadable, "place") }),
    ];
    let mounts: Vec<String> = seen.mounts_skipped.iter().map(|mount| format!("{} ({})", mount.path, mount.kind)).collect();
    let skipped: Vec<String> = seen.skipped.iter().map(|(reason, number)| format!("{reason}: {number}")).collect();
    let unknown = (seen.unknown_executables > 0)
        .then(|| format!("{} without an owner that nothing explains", counted(seen.unknown_executables, "executable")));
    let parts = [
        ("mounts not entered", mounts.join("; ")),
        ("passed over", skipped.join("; ")),
        ("not known", unknown.unwrap_or_default()),
        ("not checked", seen.not_checked.join("; ")),
        ("catalog changed", crate::report::story::catalog_changes(report).join("; ")),
        ("SHA-256 of the report", report.digest.clone().unwrap_or_default()),
    ];
    facts.extend(parts.into_iter().filter(|(_, text)| !text.is_empty()));
    facts.push(("who may gain", sentences(report).join("; ")));
    facts.into_iter().map(|(subject, text)| (subject, visible(&text))).collect()
}

/// The register as CSV: its rows, each with what a reader must know of the scan, and one that says it alone, so that a register
/// without any entry says it too.
pub(super) fn rows(report: &ReportV1) -> (Vec<&'static str>, Vec<Vec<Cell>>) {
    let head = COLUMNS.iter().map(|(name, ..)| *name).chain(["scanned_on", "catalog_date", "scan_and_coverage"]).collect();
    let told: Vec<String> = coverage(report).into_iter().map(|(subject, text)| format!("{subject}: {text}")).collect();
    let told = told.join(" | ");
    let scan = || [Cell::Day(report.as_of), report.catalog.date.into(), Cell::text(&told)];
    let mut rows: Vec<Vec<Cell>> = entries(report).iter().map(|entry| cells(entry).into_iter().chain(scan()).collect()).collect();
    let mut last = vec![Cell::text("scan")];
    last.resize(COLUMNS.len(), Cell::Empty);
    last.extend(scan());
    rows.push(last);
    (head, rows)
}
