//! Lists that several formats show alike: free work, what is fine, what comes along, who may gain.

use std::collections::BTreeMap;

use super::text::{counted, visible};
use super::view::{
    Action, ActionWord, Deployment, Entry, LifeState, OffersOnRecord, Opportunity, ReportV1, VerdictWord, VulnerabilityList,
};

/// The name and cycle that an offer is listed under.
pub(super) fn subject(offers: &OffersOnRecord) -> String {
    visible(&[Some(offers.product_name.as_str()), offers.cycle.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// What became of the lists of vulnerabilities, a line a list; with `all`, what fits nothing by name.
pub(super) fn vulnerabilities(report: &ReportV1, all: bool) -> Vec<String> {
    let lists = &report.vulnerabilities;
    let mut lines: Vec<String> = lists.lists.iter().map(|list| list_line(list, all)).collect();
    if let (false, Some(version), Some(date)) = (lines.is_empty(), &lists.kev_version, lists.kev_date) {
        lines.push(format!("known to be exploited: by CISA's list {} of {date}", visible(version)));
    }
    lines
}

fn list_line(list: &VulnerabilityList, all: bool) -> String {
    let age = |days: i64| format!(", {}", counted(u64::try_from(days).unwrap_or_default(), "day"));
    let date = list.date.map_or_else(
        || "undated".to_owned(),
        |date| {
            let stale = if list.stale { ": stale" } else { "" };
            format!("of {date}{} old{stale}", list.age_days.map_or_else(String::new, age))
        },
    );
    let number = |list: &[String]| u64::try_from(list.len()).unwrap_or(u64::MAX);
    let mut parts = vec![format!("{} for what is here", counted(list.matched, "finding"))];
    if list.silenced > 0 {
        parts.push(format!("{} said not to affect it", list.silenced));
    }
    for (names, what) in [(&list.unmatched, "for nothing that was found"), (&list.unusable, "that name no package")] {
        if !names.is_empty() {
            let by_name = if all { format!(" ({})", visible(&names.join(", "))) } else { String::new() };
            parts.push(format!("{} {what}{by_name}", number(names)));
        }
    }
    format!("{} ({}, {date}): {}", visible(&list.name), visible(&list.format), parts.join(", "))
}

/// Free work as one line of a page: pieces that differ only in their version are told together.
#[derive(Clone, Debug)]
pub(super) struct Work<'r> {
    /// The pieces, in the report's order; at least one.
    pieces: Vec<&'r Action>,
}

/// The free work, like with like, in the order of each group's first piece.
pub(super) fn work(report: &ReportV1) -> Vec<Work<'_>> {
    let mut groups: Vec<Work<'_>> = Vec::new();
    for action in &report.actions {
        match groups.iter_mut().find(|group| group.pieces.first().is_some_and(|first| alike(first, action))) {
            Some(group) => group.pieces.push(action),
            None => groups.push(Work { pieces: vec![action] }),
        }
    }
    groups
}

fn alike(one: &Action, other: &Action) -> bool {
    let kind = |action: &Action| (action.kind, action.product_name.clone(), action.to.clone(), action.hosts.clone());
    let named = one.product_name.is_some() && one.command.is_none() && other.command.is_none();
    named && kind(one) == kind(other) && split_reason(&one.why).1 == split_reason(&other.why).1
}

/// The end of life at the start of a reason, and what follows it.
fn split_reason(why: &str) -> (&str, &str) {
    why.split_once("; ").filter(|(first, _)| first.starts_with("end of life")).unwrap_or(("", why))
}

impl Work<'_> {
    /// What it is about: `Python 2.7.18, 3.6.15`.
    pub(super) fn what(&self) -> String {
        let first = self.pieces.first().map_or_else(String::new, |action| action_name(action));
        let rest = self.pieces.iter().skip(1).filter_map(|action| action.from.as_deref());
        rest.fold(first, |text, version| format!("{text}, {}", visible(version)))
    }

    /// Why, with the first and the last end of life.
    pub(super) fn why(&self) -> String {
        let Some(first) = self.pieces.first() else { return String::new() };
        if self.pieces.len() == 1 {
            return visible(&first.why);
        }
        let days = || self.pieces.iter().filter_map(|action| action.eol);
        let ended = match days().min().zip(days().max()) {
            Some((first, last)) if first < last => format!("end of life {first} to {last}; "),
            Some((day, _)) => format!("end of life {day}; "),
            None => "end of life; ".to_owned(),
        };
        format!("{ended}{}", visible(split_reason(&first.why).1))
    }

    /// What to do, without the date that its reason need not repeat.
    pub(super) fn way(&self) -> String {
        let way = self.pieces.first().map_or_else(String::new, |action| action_way(action));
        way.split_once(", fixes to ").map_or(way.clone(), |(way, _)| way.to_owned())
    }

    /// Hosts and repositories concerned.
    pub(super) fn hosts(&self) -> &[String] {
        self.pieces.first().map_or(&[], |action| &action.hosts)
    }
}

/// What it is about: `Node.js 20.20.2`, `79 security updates`.
pub(super) fn action_name(action: &Action) -> String {
    let parts = [action.product_name.as_deref(), action.from.as_deref()];
    let words: Vec<&str> = parts.into_iter().flatten().collect();
    visible(if words.is_empty() { action.id.clone() } else { words.join(" ") }.as_str())
}

/// What to do: a command where there is one.
pub(super) fn action_way(action: &Action) -> String {
    if let Some(command) = &action.command {
        return visible(command);
    }
    match (action.kind, &action.to) {
        (ActionWord::Update, Some(to)) => format!("update to {}", visible(to)),
        (ActionWord::Update, None) => "update".to_owned(),
        (ActionWord::Upgrade, Some(to)) => format!("move to {}", visible(to)),
        (ActionWord::Upgrade, None) => "no supported way on record".to_owned(),
        (ActionWord::Remove, _) => "remove".to_owned(),
        (ActionWord::Restart, _) => "restart".to_owned(),
        (ActionWord::Accept, _) => "record who accepts it".to_owned(),
    }
}

/// Something that needs no decision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fine {
    rank: u8,
    /// What holds for it: `Debian LTS to 2028-06-30`; empty if nothing has to be said.
    note: String,
    /// Name and versions.
    name: String,
}

/// What needs no decision: products in a supported life whose case, if there is one, is decided for the free way. One entry a
/// product and note; those with a decided case first, then by strength of use.
pub(super) fn fine(report: &ReportV1) -> Vec<Fine> {
    let mut groups: BTreeMap<(u8, String, String), Vec<String>> = BTreeMap::new();
    let cases = cases_by_place(report);
    for deployment in report.deployments.iter().filter(|deployment| !deployment.lifecycle.state.ended()) {
        let Some(rank) = rank(cases.get(deployment.id.as_str()).copied(), deployment) else { continue };
        let client = if deployment.role == "client" { " client" } else { "" };
        let name = visible(&format!("{}{client}", deployment.product_name));
        let versions = groups.entry((rank, note(deployment), name)).or_default();
        let version = deployment.version.as_deref().map(visible).unwrap_or_default();
        if !version.is_empty() && !versions.contains(&version) {
            versions.push(version);
        }
    }
    let entry = |((rank, note, name), versions): ((u8, String, String), Vec<String>)| Fine {
        rank,
        note,
        name: format!("{name} {}", versions.join(", ")).trim_end().to_owned(),
    };
    groups.into_iter().map(entry).collect()
}

/// The entries in a line, a note once for all that share it: `OpenJDK 17, Python 3.11 (Debian LTS to 2028-06-30); …`.
pub(super) fn fine_in_words(entries: &[Fine]) -> String {
    let groups = entries.chunk_by(|one, next| one.note == next.note);
    let told = |group: &[Fine]| {
        let names: Vec<&str> = group.iter().map(|entry| entry.name.as_str()).collect();
        let note = group.first().map_or("", |entry| entry.note.as_str());
        if note.is_empty() { names.join(", ") } else { format!("{} ({note})", names.join(", ")) }
    };
    groups.map(told).collect::<Vec<_>>().join("; ")
}

/// Where a deployment stands among what is fine; `None` if its case is still to decide.
fn rank(case: Option<&Opportunity>, deployment: &Deployment) -> Option<u8> {
    match case {
        Some(case) if case.verdict != VerdictWord::DoesNotPayOff => None,
        Some(_) => Some(0),
        None => Some(1 + deployment.usage as u8),
    }
}

/// Where it stands in its life: `Debian LTS to 2028-06-30`, `ended 2023-04-11`, `life cycle unknown`.
pub(super) fn life(deployment: &Deployment) -> String {
    let life = &deployment.lifecycle;
    match (life.state.ended(), life.eol) {
        (true, Some(day)) => format!("ended {day}"),
        (true, None) => "ended".to_owned(),
        (false, _) => Some(note(deployment)).filter(|note| !note.is_empty()).unwrap_or_else(|| "supported".to_owned()),
    }
}

fn note(deployment: &Deployment) -> String {
    let life = &deployment.lifecycle;
    let until = life.eol.map(|eol| match (&life.label, life.state) {
        (Some(label), _) => format!("{} to {eol}", visible(label)),
        (None, LifeState::SecurityOnly) => format!("fixes until {eol}"),
        (None, LifeState::Ending) => format!("ends {eol}, plan by then"),
        (None, _) => format!("to {eol}"),
    });
    let words = until.or_else(|| match &life.label {
        Some(label) => Some(visible(label)),
        None if life.state == LifeState::Unknown => Some("life cycle unknown".to_owned()),
        None => None,
    });
    words.unwrap_or_default()
}

/// Ended products that another one brings along: they go when that one goes.
pub(super) fn brought_along(report: &ReportV1) -> Vec<String> {
    let name = |id: &str| {
        let found = report.deployments.iter().find(|other| other.product == id).map(|other| other.product_name.as_str());
        visible(found.unwrap_or(id))
    };
    let told = |deployment: &Deployment| {
        let owner = name(deployment.comes_with.as_deref()?);
        let version = deployment.version.as_deref().map_or_else(String::new, |version| format!(" {}", visible(version)));
        let ended = deployment.lifecycle.state.ended();
        ended.then(|| format!("{}{version} comes with {owner} and goes with it", visible(&deployment.product_name)))
    };
    let mut lines: Vec<String> = report.deployments.iter().filter_map(told).collect();
    lines.sort();
    lines.dedup();
    lines
}

/// Cases that a reader has to look at: all but those decided for the community.
pub(super) fn open_cases(report: &ReportV1) -> Vec<&Opportunity> {
    report.opportunities.iter().filter(|case| is_open(case)).collect()
}

/// Whether a reader has to look at a case.
pub(super) fn is_open(case: &Opportunity) -> bool {
    case.verdict != VerdictWord::DoesNotPayOff || case.lifecycle.state.ended()
}

/// The case that each deployment is part of.
pub(super) fn cases_by_place(report: &ReportV1) -> BTreeMap<&str, &Opportunity> {
    let pairs = report.opportunities.iter().rev().flat_map(|case| case.deployments.iter().map(move |id| (id.as_str(), case)));
    pairs.collect()
}

/// Whose word a record is.
pub(super) fn recorded(entry: &Entry) -> &'static str {
    if entry.contact.is_some() { "the vendor's own file" } else { "recorded from public pages" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(name: &str, from: &str, eol: &str, use_: &str) -> Action {
        Action {
            kind: ActionWord::Remove,
            product_name: Some(name.to_owned()),
            from: Some(from.to_owned()),
            why: format!("end of life {eol}; {use_}"),
            eol: eol.parse().ok(),
            ..Action::default()
        }
    }

    #[test]
    fn free_work_that_differs_only_in_its_version_is_one_line() {
        let actions = vec![
            piece("Python", "2.7", "2020-01-01", "nothing runs it"),
            piece("Ruby", "3.1", "2025-03-26", "nothing runs it"),
            piece("Python", "3.6", "2021-12-23", "nothing runs it"),
            piece("Python", "3.9", "2025-10-31", "it runs"),
        ];
        let report = ReportV1 { actions, ..ReportV1::default() };
        let told: Vec<String> = work(&report).iter().map(|work| format!("{}: {}", work.what(), work.why())).collect();
        assert_eq!(
            told,
            [
                "Python 2.7, 3.6: end of life 2020-01-01 to 2021-12-23; nothing runs it",
                "Ruby 3.1: end of life 2025-03-26; nothing runs it",
                "Python 3.9: end of life 2025-10-31; it runs",
            ]
        );
    }

    #[test]
    fn an_ended_life_is_never_among_what_is_fine() {
        let mut place = Deployment { product_name: "nginx".to_owned(), ..Deployment::default() };
        place.lifecycle.state = LifeState::Eol;
        let report = ReportV1 { deployments: vec![place], ..ReportV1::default() };
        assert_eq!(fine(&report), []);
    }
}
