//! Lists that several formats show alike: offers on record in a sentence, what is fine, what nobody uses.

use std::collections::BTreeMap;

use super::text::{counted, visible};
use super::view::{
    Action, ActionWord, Covers, Deployment, Entry, LifeState, OffersOnRecord, Opportunity, Referral, ReportV1, VerdictWord,
};

/// The name of an offer for people: `HeroDevs NES (by OS)`.
fn called(entry: &Entry) -> String {
    let name = if entry.name.starts_with(&entry.vendor_name) || entry.name.is_empty() {
        format!("{}{}", entry.vendor_name, entry.name.strip_prefix(&entry.vendor_name).unwrap_or_default())
    } else {
        format!("{} {}", entry.vendor_name, entry.name)
    };
    let versions = entry.versions.as_ref().map_or_else(String::new, |versions| format!(" ({versions})"));
    visible(&format!("{name}{versions}"))
}

/// What is on record for one product and cycle, in one paragraph, by relation.
pub(super) fn on_record(offers: &OffersOnRecord) -> String {
    let cycle = visible(offers.cycle.as_deref().unwrap_or("it"));
    let verified: Vec<&Entry> = offers.entries.iter().filter(|entry| entry.confidence != "unverified").collect();
    let of = |covers: &[Covers], relation: &str| {
        let fits = |entry: &&&Entry| covers.contains(&entry.covers) && entry.relation.as_deref().unwrap_or("") == relation;
        verified.iter().filter(fits).map(|entry| called(entry)).collect::<Vec<_>>()
    };
    let mut sentences = Vec::new();
    for (relation, words) in [
        ("fixes", format!("fixes for {cycle}")),
        ("help-desk", format!("answers and help for {cycle}")),
        ("migration", "help to leave it".to_owned()),
        ("replacement", "another product in its place".to_owned()),
        ("hosting", "runs it for you".to_owned()),
        ("", "beside support".to_owned()),
    ] {
        for (covers, doubt) in [(&[Covers::Yes][..], ""), (&[Covers::Unknown][..], ", if the version is covered")] {
            let names = of(covers, relation);
            if !names.is_empty() {
                sentences.push(format!("{}: {words}{doubt}", names.join(", ")));
            }
        }
    }
    let others: Vec<String> = verified.iter().filter(|entry| entry.covers == Covers::No).map(|entry| called(entry)).collect();
    if !others.is_empty() {
        let none = if sentences.is_empty() { format!("none covers {cycle} today; ") } else { String::new() };
        let are = if others.len() == 1 { "is" } else { "are" };
        sentences.push(format!("{none}{} {are} for other releases", others.join(", ")));
    }
    sentences.extend(unverified(offers));
    let price = |entry: &&Entry| Some(format!("{}: {}", called(entry), visible(entry.price.as_deref()?)));
    let prices: Vec<String> = verified.iter().filter_map(price).collect();
    if !prices.is_empty() {
        sentences.push(format!("Public price of {}", prices.join("; ")));
    }
    if sentences.is_empty() { "nobody is on record".to_owned() } else { sentences.join(". ") }
}

fn unverified(offers: &OffersOnRecord) -> Option<String> {
    let mut names: Vec<String> =
        offers.entries.iter().filter(|entry| entry.confidence == "unverified").map(|entry| visible(&entry.vendor_name)).collect();
    names.sort();
    names.dedup();
    let number = u64::try_from(names.len()).unwrap_or(u64::MAX);
    (number > 0).then(|| {
        let none = if number == 1 { "not verified" } else { "none verified" };
        format!("{}, {none}: {}", counted(number, "name"), names.join(", "))
    })
}

/// The name and cycle that an offer is listed under.
pub(super) fn subject(offers: &OffersOnRecord) -> String {
    visible(&[Some(offers.product_name.as_str()), offers.cycle.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" "))
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
        (ActionWord::Update, _) => "update".to_owned(),
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
    for deployment in report.deployments.iter().filter(|deployment| !deployment.lifecycle.state.ended()) {
        let Some(rank) = rank(report, deployment) else { continue };
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
    let groups = entries.chunk_by(|one, next| (one.rank, &one.note) == (next.rank, &next.note));
    let told = |group: &[Fine]| {
        let names: Vec<&str> = group.iter().map(|entry| entry.name.as_str()).collect();
        let note = group.first().map_or("", |entry| entry.note.as_str());
        if note.is_empty() { names.join(", ") } else { format!("{} ({note})", names.join(", ")) }
    };
    groups.map(told).collect::<Vec<_>>().join("; ")
}

/// Where a deployment stands among what is fine; `None` if its case is still to decide.
fn rank(report: &ReportV1, deployment: &Deployment) -> Option<u8> {
    let case = report.opportunities.iter().find(|case| case.deployments.contains(&deployment.id));
    match case {
        Some(case) if case.verdict != VerdictWord::DoesNotPayOff => None,
        Some(_) => Some(0),
        None => Some(1 + deployment.usage as u8),
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
    let open = |case: &&Opportunity| case.verdict != VerdictWord::DoesNotPayOff || case.lifecycle.state.ended();
    report.opportunities.iter().filter(open).collect()
}

/// Who may gain, as sentences: first referrals, else the "none" case, then interests.
pub(super) fn disclosure(report: &ReportV1) -> Vec<String> {
    let disclosure = &report.disclosure;
    let gain = |referral: &Referral| {
        visible(&format!("{} may gain from {}: {}", referral.recipient, referral.vendor_name, referral.reward))
    };
    let mut sentences: Vec<String> = disclosure.referrals.iter().map(gain).collect();
    sentences.extend(disclosure.interests.iter().map(|interest| format!("interest declared: {}", visible(interest))));
    match (disclosure.referrals.is_empty(), disclosure.interests.is_empty()) {
        (true, true) => sentences.push("nobody gains from this report; no referral is recorded".to_owned()),
        (true, false) => sentences.push("no referral is recorded".to_owned()),
        (false, _) => {}
    }
    if disclosure.programmes_on_record > 0 {
        let programmes = counted(disclosure.programmes_on_record, "programme");
        sentences.push(format!("{programmes} of these vendors on record; no verdict and no order reads them"));
    }
    sentences
}
