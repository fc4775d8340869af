//! What was found, whose life cycle it follows, and why it makes no case where it makes none.

use crate::report::entries::{action_name, action_way};
use crate::report::story::{noun, told_places};
use crate::report::terminal::page::{Column, Page};
use crate::report::text::{counted, visible};
use crate::report::view::{Deployment, FollowedWord, LifeState, Lifecycle, NextSupported, ReportV1, UseWord, Vulnerability};

/// More places are counted.
const MOST: usize = 8;

pub(super) fn part(report: &ReportV1, places: &[&Deployment], page: &mut Page) {
    let number = u64::try_from(places.len()).unwrap_or(u64::MAX);
    page.section("WHAT WAS FOUND", 0, 2, &counted(number, "place"));
    let names: Vec<String> = places.iter().take(MOST).map(|place| name(place)).collect();
    let what = Column::fit(names.iter().map(String::as_str), 10, page.scaled(28));
    let usage = Column::text(page.scaled(22));
    let rest = page.beside(&[what, usage]);
    for (place, name) in places.iter().zip(names) {
        let used = format!("{}, {}", visible(&place.role), place.usage);
        page.row(&[what, usage, rest], &[name, used, stands(report, place)], None);
    }
    if places.len() > MOST {
        page.paragraph(2, &format!("and {} more", places.len() - MOST));
    }
    let lives = places.iter().map(|place| (version(place), told(place)));
    let lives = gathered(lives);
    for (versions, life) in &lives {
        let whose = if lives.len() > 1 { format!("{versions}: ") } else { String::new() };
        page.paragraph(2, &format!("{whose}{life}."));
    }
    vulnerabilities(places, page);
}

/// The worst that lists name, what is known to be exploited and unfixed first.
fn vulnerabilities(places: &[&Deployment], page: &mut Page) {
    let mut found: Vec<&Vulnerability> = places.iter().flat_map(|place| &place.vulnerabilities).collect();
    let epss = |one: &Vulnerability| one.epss.map_or(0.0, |epss| epss.0);
    let rank = |one: &Vulnerability| (one.exploited == Some(true), one.fix == "none");
    found.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| epss(b).total_cmp(&epss(a))).then_with(|| a.id.cmp(&b.id)));
    found.dedup_by(|a, b| a == b);
    for one in found.iter().take(MOST) {
        page.paragraph(2, &format!("{}.", vulnerability(one)));
    }
    if found.len() > MOST {
        page.paragraph(2, &format!("and {} more vulnerabilities.", found.len() - MOST));
    }
}

fn vulnerability(one: &Vulnerability) -> String {
    let by = one.exploited_by.as_deref().map_or_else(String::new, |by| format!(" ({})", visible(by)));
    let exploited = match one.exploited {
        Some(true) => format!("known to be exploited{by}"),
        Some(false) => format!("not known to be exploited{by}"),
        None => "whether it is exploited was not looked up".to_owned(),
    };
    let epss = one.epss.map_or_else(String::new, |epss| format!(", EPSS {}", epss.0));
    let versions =
        if one.fixed_in.is_empty() { String::new() } else { format!(", fixed in {}", visible(&one.fixed_in.join(", "))) };
    let fix = match one.fix.as_str() {
        "free" => "a free fix exists for this branch: install it",
        "none" => "no free fix for this branch",
        _ => "no list says whether it is fixed",
    };
    format!("{}: {exploited}{epss}; {fix}{versions}; by {}", visible(&one.id), visible(&one.list))
}

/// The texts in order, each once, with all the versions that it is true of.
fn gathered(texts: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut found: Vec<(Vec<String>, String)> = Vec::new();
    for (version, text) in texts {
        match found.iter_mut().find(|(_, known)| *known == text) {
            Some((versions, _)) if versions.contains(&version) => {}
            Some((versions, _)) => versions.push(version),
            None => found.push((vec![version], text)),
        }
    }
    found.into_iter().map(|(versions, text)| (versions.join(", "), text)).collect()
}

fn version(place: &Deployment) -> String {
    place.version.as_deref().or(place.cycle.as_deref()).map_or_else(|| "of unknown version".to_owned(), visible)
}

/// Its life and the way on.
fn told(place: &Deployment) -> String {
    let way = place.next_supported.as_ref().map_or_else(String::new, |next| format!(". The way on: {}", way_on(next)));
    format!("{}{way}", life(&place.lifecycle))
}

fn name(place: &Deployment) -> String {
    format!("{} {}", visible(&place.product_name), version(place))
}

/// Host, first place, sockets, who ships it, what covers it.
fn stands(report: &ReportV1, place: &Deployment) -> String {
    let mut parts = Vec::new();
    parts.extend(told_places(report, std::slice::from_ref(&place.host), 1));
    if let Some(first) = place.locations.first() {
        let more = place.locations.len() - 1;
        parts.push(if more > 0 { format!("{} and {more} more", visible(first)) } else { visible(first) });
    }
    if !place.listening.is_empty() {
        parts.push(format!("listens on {}", visible(&place.listening.join(", "))));
    }
    parts.extend(place.origin.as_deref().map(|origin| format!("from: {}", visible(origin))));
    parts.extend(place.entitlement.as_deref().map(|covers| format!("already covered by {}", visible(covers))));
    parts.join("; ")
}

/// Where it stands in its life, whose life cycle that is, and the page that says so.
fn life(life: &Lifecycle) -> String {
    let until = life.eol.map(|date| date.to_string());
    let state = match (life.state, until) {
        (LifeState::Supported, Some(date)) => format!("free fixes until {date}"),
        (LifeState::Supported, None) => "free fixes".to_owned(),
        (LifeState::SecurityOnly, Some(date)) => format!("free security fixes until {date}"),
        (LifeState::SecurityOnly, None) => "free security fixes".to_owned(),
        (LifeState::Ending, Some(date)) => format!("free fixes end on {date}: plan by then"),
        (LifeState::Ending, None) => "free fixes end soon".to_owned(),
        (LifeState::Eol, Some(date)) => format!("ended on {date}: nobody fixes it for free any more"),
        (LifeState::Eol, None) => "ended: nobody fixes it for free any more".to_owned(),
        (LifeState::EolCovered, date) => {
            format!("ended{}, and what was bought covers it", date.map_or_else(String::new, |date| format!(" on {date}")))
        }
        (LifeState::Unknown, _) => "unknown".to_owned(),
    };
    let label = life.label.as_deref().map_or_else(String::new, |label| format!(" ({})", visible(label)));
    let paid = life.paid_until.map_or_else(String::new, |date| format!("; paid fixes exist until {date}"));
    let whose = match life.followed {
        FollowedWord::Distribution => "the distribution's promise",
        FollowedWord::Vendor => "the promise of whoever built it",
        FollowedWord::Upstream => "the project's own promise",
    };
    let page = life.source.as_deref().map_or_else(|| "no page on record".to_owned(), visible);
    format!("{state}{label}{paid}; {whose}, stated at {page}")
}

fn way_on(next: &NextSupported) -> String {
    let until = next.eol.map_or_else(String::new, |date| format!(", free fixes until {date}"));
    let far = format!("{} on", counted(u64::from(next.majors_away), "cycle"));
    format!("{}{until}, {far}", visible(&format!("{} {}", next.product_name, next.cycle)))
}

/// Why it makes no case, and what is free to do.
pub(super) fn no_case(report: &ReportV1, places: &[&Deployment], page: &mut Page) {
    page.section("NO CASE", 0, 2, "there is nothing to decide about paying");
    let product = places.first().map(|place| visible(&place.product_name)).unwrap_or_default();
    for (versions, reason) in gathered(places.iter().map(|place| (version(place), reason(report, place)))) {
        page.paragraph(2, &format!("{product} {versions}: {reason}."));
    }
    page.paragraph(2, &advice(report, places));
}

fn reason(report: &ReportV1, place: &Deployment) -> String {
    let owner = place.comes_with.as_deref().map(|owner| {
        let found = report.deployments.iter().find(|other| other.product == owner);
        visible(found.map_or(owner, |other| other.product_name.as_str()))
    });
    let target = noun(report);
    match (owner, place.usage) {
        (Some(owner), _) => format!("it came along with {owner} and goes with it"),
        (None, UseWord::Dependency) => "it came only because another package needs it".to_owned(),
        (None, UseWord::Embedded) => "it is built into another program, whose makers update it".to_owned(),
        (None, _) if place.role == "client" => "this is the client; support is sold for the server, which is not here".to_owned(),
        (None, UseWord::Installed) => format!("nothing on this {target} runs, enables, configures or declares it"),
        (None, _) if place.makes_case => {
            "its kind has no usual figures, so nothing can be computed before hours are logged".to_owned()
        }
        (None, UseWord::Declared) => "it is declared for development or tests, or only as what another package needs".to_owned(),
        (None, _) => format!("as {} it is not the part that support is sold for", visible(&place.role)),
    }
}

/// The free work on record; else what follows from its life.
fn advice(report: &ReportV1, places: &[&Deployment]) -> String {
    let Some(first) = places.first() else { return String::new() };
    let works = report.actions.iter().filter(|action| action.product.as_ref() == Some(&first.product));
    let works: Vec<String> = works.map(|action| format!("{}: {}", action_name(action), action_way(action))).collect();
    if !works.is_empty() {
        return format!("Free, do this: {}.", works.join("; "));
    }
    let ended = places.iter().find(|place| place.lifecycle.state.ended());
    match ended {
        Some(place) if place.comes_with.is_some() => "Free, do this: update what brings it along.".to_owned(),
        Some(place) => {
            let way = place.next_supported.as_ref().map(|next| visible(&format!("{} {}", next.product_name, next.cycle)));
            let way = way.map_or_else(String::new, |way| format!("move to {way}, or "));
            format!("Free, do this: {way}remove it if nothing needs it.")
        }
        None => "Nothing has to be done.".to_owned(),
    }
}
