//! Vulnerabilities as the view shows them: of a place, as inputs of a case, and what became of the lists.

use super::whole::days;
use crate::model::{Date, Deployment, Probability, Vulnerability};
use crate::report::view::{self, Figure};
use crate::score::Source;
use crate::vulns::{Checked, ListTally, Tally};

/// A list of vulnerabilities that is older, in days, is called stale: new ones come every day.
const STALE_DAYS: i64 = 30;

/// What a scan never checks, as it says so.
pub(super) const KEV: &str = "known exploited vulnerabilities";

/// What became of the lists.
pub(super) fn lists(tally: &Tally, as_of: Date) -> view::Vulnerabilities {
    view::Vulnerabilities {
        lists: tally.lists.iter().map(|list| one(list, as_of)).collect(),
        kev_version: tally.known.as_ref().map(|(version, _)| version.clone()),
        kev_date: tally.known.as_ref().map(|(_, date)| *date),
        kev_checked: match tally.checked {
            Checked::Nothing => view::CheckedWord::Nothing,
            Checked::Some(..) => view::CheckedWord::Some,
            Checked::All => view::CheckedWord::All,
        },
    }
}

fn one(list: &ListTally, as_of: Date) -> view::VulnerabilityList {
    let age = list.date.map(|date| days(date, as_of));
    view::VulnerabilityList {
        name: list.name.clone(),
        format: list.form.name().to_owned(),
        date: list.date,
        age_days: age,
        stale: age.is_some_and(|age| age > STALE_DAYS),
        findings: list.findings,
        matched: list.matched,
        silenced: list.silenced,
        unmatched: list.unmatched.clone(),
        unusable: list.unusable.clone(),
    }
}

/// What of the known exploited vulnerabilities was not checked, and why.
pub(super) fn not_checked(tally: &Tally) -> Option<(String, &'static str)> {
    let why = match (tally.lists.is_empty(), tally.known.is_some()) {
        (true, _) => "no list was given: --vulns FILE",
        (false, false) => "the lists do not say it: `underpin catalog update kev` brings what does",
        (false, true) => "the lists do not speak of it",
    };
    match tally.checked {
        Checked::All => None,
        Checked::Nothing => Some(("not checked".to_owned(), why)),
        Checked::Some(some, all) => Some((format!("checked for {some} of {all} places"), "the lists do not speak of the others")),
    }
}

/// The same as a gap of what was looked at.
pub(super) fn coverage(tally: &Tally) -> Option<String> {
    let (checked, why) = not_checked(tally)?;
    Some(match tally.checked {
        _ if tally.lists.is_empty() => KEV.to_owned(),
        Checked::Some(..) => format!("{KEV}, {checked} ({why})"),
        _ => format!("{KEV} ({why})"),
    })
}

/// One vulnerability of a place.
pub(super) fn vulnerability(found: &Vulnerability) -> view::Vulnerability {
    view::Vulnerability {
        id: found.id.clone(),
        exploited: found.exploited,
        exploited_by: found.exploited_by.clone(),
        epss: found.epss.map(|epss| Figure(epss.value())),
        fix: found.fix.word().to_owned(),
        fixed_in: found.fixed_in.clone(),
        list: found.list.clone(),
    }
}

/// The two inputs that lists give a case, with where they come from; without a look-up there is none.
pub(super) fn inputs(members: &[&Deployment]) -> Vec<view::Input> {
    let input = |symbol: &str, name: &str, value: f64, source: String, grade: Source| view::Input {
        symbol: symbol.to_owned(),
        name: name.to_owned(),
        lo: Figure(value),
        likely: Figure(value),
        hi: Figure(value),
        source,
        grade: grade.word().to_owned(),
    };
    let mut inputs = Vec::new();
    let exploited = exploited(members);
    if exploited.is_some() || members.iter().all(|found| found.exploits_checked) {
        let source = exploited.map_or_else(
            || of_none(members),
            |found| format!("{} stands on {}, and {} knows no free fix for this branch", found.id, said_by(found), found.list),
        );
        let value = if exploited.is_some() { 1.0 } else { 0.0 };
        inputs.push(input("kev", "known to be exploited and without a free fix: 1 yes, 0 no", value, source, Source::Observed));
    }
    let unfixed = || all(members).filter(|found| found.fix == crate::model::FreeFix::None);
    if let Some((epss, found)) = unfixed().filter_map(|found| Some((found.epss?, found))).max() {
        let counts = if epss >= Probability::PROBABLE { "counts from 0.1 on" } else { "below 0.1, so it counts for nothing" };
        let source = format!("{} in {}; {counts}", found.id, found.list);
        let name = "probability of an exploit within 30 days (EPSS), without a free fix";
        inputs.push(input("epss", name, epss.value(), source, Source::Observed));
    }
    inputs
}

/// The first vulnerability that is known to be exploited and that nobody fixes for free.
pub(super) fn exploited<'d>(members: &[&'d Deployment]) -> Option<&'d Vulnerability> {
    all(members).find(|found| found.is_exploited_unfixed())
}

fn all<'d>(members: &[&'d Deployment]) -> impl Iterator<Item = &'d Vulnerability> {
    members.iter().flat_map(|found| &found.vulnerabilities)
}

fn said_by(found: &Vulnerability) -> &str {
    found.exploited_by.as_deref().unwrap_or(&found.list)
}

fn of_none(members: &[&Deployment]) -> String {
    let listed = all(members).count();
    let fixed = all(members).filter(|found| found.fix == crate::model::FreeFix::Exists).count();
    match listed {
        0 => "the lists name no vulnerability of it".to_owned(),
        1 => format!("the lists name 1 vulnerability of it, {fixed} with a free fix; none is both exploited and unfixed"),
        many => {
            format!("the lists name {many} vulnerabilities of it, {fixed} with a free fix; none is both exploited and unfixed")
        }
    }
}
