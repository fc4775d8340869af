//! The other parts in full: free work, what is fine, offers, where it runs, authors, disclosure, method, coverage.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::page::{link, section};
use crate::report::bundles;
use crate::report::contracts;
use crate::report::cover;
use crate::report::disclosure;
use crate::report::entries::{self, action_name, action_way};
use crate::report::logged;
use crate::report::story;
use crate::report::text::{amount, count, places as named, visible};
use crate::report::view::{Amount, Entry, Offer, OffersOnRecord, Opportunity, PriceBasis, Programme, ReportV1, Score};
use crate::report::words;

pub(super) fn free(report: &ReportV1) -> Markup {
    let body = html! {
        @if report.actions.is_empty() && report.reminders.is_empty() { p { "Nothing waits." } }
        @if !report.actions.is_empty() {
            div.wide { table {
                caption { "What costs hours and no licence" }
                thead { tr { th scope="col" { "What" } th scope="col" { "Why" } th scope="col" { "What to do" } th scope="col" { "Where" } th scope="col" { "Id, source" } } }
                tbody { @for action in &report.actions { tr {
                    th scope="row" { (action_name(action)) }
                    td data-label="Why" { (visible(&action.why)) }
                    td data-label="What to do" { @if action.command.is_some() { code { (action_way(action)) } } @else { (action_way(action)) } }
                    td data-label="Where" { (named(&action.hosts, story::noun(report), 3)) @for place in action.locations.iter().take(2) { br; span.path { (visible(place)) } } @if action.locations.len() > 2 { br; (action.locations.len() - 2) " more" } }
                    td data-label="Id, source" { code { (visible(&action.id)) } @if let Some(source) = &action.source { br; (link("source", source)) } }
                } } }
            } }
        }
        @for line in entries::brought_along(report) { p { (line) "." } }
        @for reminder in &report.reminders {
            p { (contracts::reminder(reminder)) @if let Some(command) = &reminder.command { " " code { (visible(command)) } } }
        }
    };
    section("free", "Free, do this first", &body)
}

pub(super) fn nothing_to_decide(report: &ReportV1) -> Markup {
    let fine = entries::fine(report);
    let words = if fine.is_empty() { "Nothing beside the above was found".to_owned() } else { entries::fine_in_words(&fine) };
    section("fine", "Nothing to decide", &html! { p { (words) "." } })
}

pub(super) fn offers(report: &ReportV1) -> Markup {
    let scored: Vec<(&Opportunity, &Offer)> =
        report.opportunities.iter().flat_map(|case| case.offers.iter().map(move |offer| (case, offer))).collect();
    let body = html! {
        p { "By name; nobody can pay to be listed, and no order reads a reward." }
        @if report.offers_on_record.is_empty() { p { "None for what was found." } }
        @if let Some(required) = cover::required(report) { p { strong { "Required: " } (required) ". What a vendor does not say is to be asked." } }
        @for records in report.offers_on_record.chunk_by(|one, next| one.product == next.product) {
            @let listing = listing(records);
            div.wide { table.offers {
                caption { (listed_for(records)) }
                thead { tr { th scope="col" { "Vendor" } th scope="col" { "Offer" } th scope="col" { "Does" } th scope="col" { "Covers it" } th scope="col" { "Price" } th scope="col" { "Who may gain" } th scope="col" { "Source" } } }
                tbody { @for (entry, covers) in &listing { (on_record(entry, covers)) } }
            } }
        }
        (all_compared(report, &scored))
        (together(report))
    };
    section("offers", "Offers on record", &body)
}

fn together(report: &ReportV1) -> Markup {
    html! {
        @if !report.bundles.is_empty() {
            div.wide { table {
                caption { "One contract for several cases; its figures contain those of the cases, and do not move with the sliders" }
                thead { tr { th scope="col" { "Cases" } th scope="col" { "Offer" } th.figure scope="col" { "Price a year" } th scope="col" { "Verdict" } th.figure scope="col" { "Pays in" } th.figure scope="col" { "Ask for a quote below" } } }
                tbody { @for bundle in &report.bundles { tr {
                    th scope="row" { (bundles::subject(report, bundle)) }
                    td data-label="Offer" { (bundles::called(bundle)) }
                    td.figure data-label="Price a year" { (bundles::price(bundle)) }
                    td data-label="Verdict" { (visible(&bundle.summary)) }
                    td.figure data-label="Pays in" { (bundles::pays(bundle)) }
                    td.figure data-label="Ask for a quote below" { (bundles::below(bundle)) }
                } } }
            } }
        }
    }
}

/// The product and its cycles: `Python 3.6, 3.7`.
fn listed_for(records: &[OffersOnRecord]) -> String {
    let first = records.first().map_or_else(String::new, entries::subject);
    let rest = records.iter().skip(1).filter_map(|record| record.cycle.as_deref());
    rest.fold(first, |text, cycle| format!("{text}, {}", visible(cycle)))
}

/// Each offer for a product once, with what it covers: of several cycles, which.
fn listing(records: &[OffersOnRecord]) -> Vec<(&Entry, String)> {
    let mut offers: Vec<(&Entry, BTreeMap<String, Vec<String>>)> = Vec::new();
    for (record, entry) in records.iter().flat_map(|record| record.entries.iter().map(move |entry| (record, entry))) {
        let covers = entry
            .versions
            .as_deref()
            .map_or_else(|| entry.covers.to_string(), |versions| format!("{}, {versions}", entry.covers));
        let cycle = visible(record.cycle.as_deref().unwrap_or("every release"));
        let place = offers.iter().position(|(other, _)| (&other.vendor, &other.name) == (&entry.vendor, &entry.name));
        let place = place.unwrap_or_else(|| {
            offers.push((entry, BTreeMap::new()));
            offers.len() - 1
        });
        if let Some((_, told)) = offers.get_mut(place) {
            told.entry(visible(&covers)).or_default().push(cycle);
        }
    }
    offers.sort_by(|(one, _), (other, _)| (&one.vendor_name, &one.name).cmp(&(&other.vendor_name, &other.name)));
    let told = |told: BTreeMap<String, Vec<String>>| match told.into_iter().collect::<Vec<_>>().as_slice() {
        [(covers, _)] => covers.clone(),
        many => many.iter().map(|(covers, cycles)| format!("{covers}: {}", cycles.join(", "))).collect::<Vec<_>>().join("; "),
    };
    offers.into_iter().map(|(entry, covers)| (entry, told(covers))).collect()
}

fn on_record(entry: &Entry, covers: &str) -> Markup {
    html! {
        tr {
            th scope="row" { (visible(&entry.vendor_name)) }
            td { (visible(&entry.name)) }
            td { (words::relation(entry.relation.as_deref())) (standing(&entry.not_admissible, &entry.asks)) }
            td { (covers) }
            td { (entry.price.as_deref().map_or_else(|| "no public price".to_owned(), visible)) }
            td { (gain(entry.programme.as_ref())) }
            td {
                @match &entry.source { Some(source) => (link("page", source)), None => "none" }
                @if let Some(date) = entry.as_of { ", read " (date) }
                @if entry.confidence == "unverified" { ", unverified" }
                ", " (entries::recorded(entry))
            }
        }
    }
}

/// How an offer stands to the cover that is required.
fn standing(not_admissible: &[String], asks: &[String]) -> Markup {
    html! { @if let Some(standing) = cover::standing(not_admissible, asks) { br; (standing) } }
}

fn gain(programme: Option<&Programme>) -> Markup {
    html! {
        @match programme {
            None => "nothing on record",
            Some(programme) => {
                "who brings a customer: " (visible(programme.terms.as_deref().unwrap_or("terms not published")))
                " (" (visible(&programme.kind)) ", " (visible(&programme.status)) ")"
                @if let Some(source) = &programme.source { ", " (link("source", source)) }
            }
        }
    }
}

/// A row an offer and case, thousands of them in a fleet: what the rows share stands in the head and in the style.
fn all_compared(report: &ReportV1, scored: &[(&Opportunity, &Offer)]) -> Markup {
    let logged = report.hours_log.is_some();
    html! {
        @if !scored.is_empty() {
            div.wide { table class=(if logged { "compared logged" } else { "compared" }) {
                caption { "What was compared with doing it yourself" }
                thead { tr {
                    th scope="col" { "Case" } th scope="col" { "Offer" } th.figure scope="col" { "Price a year" }
                    th.figure scope="col" { "Pays in, of 100 runs" }
                    @if logged { th.figure scope="col" { "Without your log" } }
                    th.figure scope="col" { "If only cash counts" } th.figure scope="col" { "Ask for a quote below" }
                } }
                tbody { @for (case, offer) in scored { (compared(case, offer, logged)) } }
            } }
        }
    }
}

fn compared(case: &Opportunity, offer: &Offer, logged: bool) -> Markup {
    let runs = |score: Option<Score>| score.map_or_else(|| "unknown".to_owned(), |score| words::hundredths(score.0));
    let below = offer.break_even.price_75.map_or_else(|| "unknown".to_owned(), |price| amount(Amount(price.0.max(0.0))));
    let name =
        offer.vendor_name.as_ref().map_or_else(|| "no seller on record".to_owned(), |vendor| format!("{vendor} {}", offer.name));
    html! {
        tr {
            th scope="row" { (story::case_name(case)) }
            td { (visible(name.trim_end())) (standing(&offer.not_admissible, &offer.asks)) }
            td { (price(offer)) }
            td { (runs(offer.score)) }
            @if logged { td { (runs(offer.score_without_log)) } }
            td { (runs(offer.score_omega0)) }
            td { (below) }
        }
    }
}

fn price(offer: &Offer) -> String {
    let text = match (&offer.price, offer.price_basis) {
        (None, _) => "unknown".to_owned(),
        (Some(price), PriceBasis::Anchor) => {
            format!("no price known; usual range {} to {} {} a {}", amount(price.lo), amount(price.hi), price.currency, price.per)
        }
        (Some(price), basis) => {
            let year = price.per_year.map_or_else(|| "unknown".to_owned(), amount);
            format!("{year} {} ({basis} price)", price.currency)
        }
    };
    visible(&text)
}

pub(super) fn places(report: &ReportV1) -> Markup {
    let body = html! {
        @if report.deployments.is_empty() { p { "No product that the catalog knows was found." } } @else {
            div.wide { table.places {
                caption { "Every product, its version and its life" }
                thead { tr { th scope="col" { "What" } th scope="col" { "Where" } th scope="col" { "Use" } th scope="col" { "Fixes" } th scope="col" { "Whose life cycle" } th scope="col" { "Next supported" } } }
                tbody { @for place in &report.deployments { tr {
                    th scope="row" { (visible(&place.product_name)) " " (visible(place.version.as_deref().unwrap_or("of unknown version"))) }
                    td { (visible(&place.host)) @for location in place.locations.iter().take(1) { br; span.path { (visible(location)) } } }
                    td { (place.usage) ", " (visible(&place.role)) @for socket in &place.listening { br; (visible(socket)) } }
                    td {
                        (place.lifecycle.state)
                        @if let Some(eol) = place.lifecycle.eol { ", " (eol) }
                        @if let Some(label) = &place.lifecycle.label { ", " (visible(label)) }
                        @if let Some(cover) = &place.entitlement { ", already covered by " (visible(cover)) }
                    }
                    td { (place.lifecycle.followed) @if let Some(source) = &place.lifecycle.source { ", " (link("source", source)) } }
                    td {
                        @if let Some(next) = &place.next_supported {
                            (visible(&next.product_name)) " " (visible(&next.cycle)) ", " (next.majors_away) @if next.majors_away == 1 { " step" } @else { " steps" } " away"
                        }
                    }
                } } }
            } }
        }
    };
    section("where", "Where it runs", &body)
}

pub(super) fn authors(report: &ReportV1) -> Markup {
    let totals = &report.totals;
    let body = html! {
        p { (count(totals.authors_fundable)) " of " (count(totals.authors)) " " (visible(if totals.authors_unit.is_empty() { "projects" } else { &totals.authors_unit })) " say how to fund them. Money for authors is no input of any verdict." }
        @if !report.authors.is_empty() {
            ul.authors { @for author in &report.authors { li {
                strong { (visible(&author.name)) } ": "
                @if author.links.is_empty() { "no manifest says how" }
                @for (index, funding) in author.links.iter().enumerate() { @if index > 0 { ", " } (link(&funding.url, &funding.url)) }
                @if !author.made_by.is_empty() {
                    " (made by people of " (author.made_by.iter().map(|maker| visible(&maker.name)).collect::<Vec<_>>().join(", ")) ")"
                }
            } } }
        }
    };
    section("authors", "Authors", &body)
}

pub(super) fn disclosure(report: &ReportV1) -> Markup {
    let body = html! {
        p { (disclosure::sentences(report).join("; ")) "." }
        @for programme in disclosure::programmes(report) { p { (programme) "." } }
        @for sentence in disclosure::choice(report) { p { (sentence) } }
    };
    section("disclosure", "Disclosure", &body)
}

pub(super) fn method(report: &ReportV1) -> Markup {
    let body = html! {
        p { "Three ways are priced for a year: leave it as it is, buy an offer, upgrade it yourself. Buying has to beat the cheaper of the two free ways. Every figure is a range; ten thousand runs draw from all of them. The score is the share of runs in which buying is cheaper, 0 to 100: from 75 it pays off, up to 35 it does not. Spending needs better evidence than not spending." }
        p { "It is a model's probability, not a measured one. Figures are drawn independently, which is a limit. No reward, referral or ranking payment is an input." }
        p { "Rules for unsupported software (PCI DSS, NIST, DORA, NIS2, CRA, HIPAA, ISO 27001) do not say “buy support”: they forbid unmanaged unsupported software." }
        p { "Use, strongest first: running, enabled (something starts it), installed, dependency (another package needs it), embedded (inside an archive or program), declared (a manifest names it)." }
        p { "To check that nobody edited the data: " code { "head -n -2 report.json | sha256sum" } }
        @if !report.assumptions.is_empty() {
            div.wide { table {
                caption { "Assumed for the whole report" }
                thead { tr { th scope="col" { "What" } th scope="col" { "Value" } th scope="col" { "Where from" } th scope="col" { "Kind" } } }
                tbody { @for assumed in &report.assumptions { tr {
                    th scope="row" { (visible(&assumed.input)) }
                    td data-label="Value" { (visible(&assumed.value)) }
                    td data-label="Where from" { (visible(&assumed.source)) }
                    td data-label="Kind" { (visible(&assumed.grade)) }
                } } }
            } }
        }
    };
    section("method", "How this was computed", &body)
}

/// The log of hours, and each score that it moves with it and without it.
pub(super) fn hours(report: &ReportV1) -> Markup {
    let told = logged::about(report);
    if told.is_empty() {
        return html! {};
    }
    let body = html! {
        ul { @for line in told { li { (line) } } }
        @let scores = logged::both_scores(report);
        @if !scores.is_empty() { ul { @for line in scores { li { (line) } } } }
    };
    section("hours", "Your hours", &body)
}

pub(super) fn coverage(report: &ReportV1) -> Markup {
    let coverage = &report.coverage;
    let body = html! {
        ul {
            li { (count(coverage.files)) " files in " (count(coverage.directories)) " folders met, " (count(coverage.opened)) " opened, " (count(coverage.bytes_read)) " bytes read" }
            li { @if coverage.unreadable == 0 { "everything could be read" } @else { (count(coverage.unreadable)) " files and folders could not be read" } }
            @if coverage.unknown_executables > 0 { li { (count(coverage.unknown_executables)) " executables that nothing explains" } }
            @for (reason, number) in &coverage.skipped { li { "passed over, " (visible(reason)) ": " (count(*number)) } }
            @for mount in &coverage.mounts_skipped { li { "not entered: " (visible(&mount.path)) " (" (visible(&mount.kind)) ")" } }
            @for what in &coverage.not_checked { li { "not checked: " (visible(what)) } }
            @for change in story::catalog_changes(report) { li { (change) } }
            @for line in entries::vulnerabilities(report, true) { li { (line) } }
            @if report.catalog.stale { li { "the catalog is stale, so newer dates are missing: `underpin catalog update` brings them" } }
        }
        @if report.problems.is_empty() { p { "No problem was met." } } @else {
            div.wide { table {
                caption { "Problems" }
                thead { tr { th scope="col" { "Code" } th scope="col" { "Where" } th scope="col" { "What" } } }
                tbody { @for problem in &report.problems { tr {
                    th scope="row" { code { (visible(&problem.code)) } }
                    td data-label="Where" { span.path { (visible(&problem.path)) @if let Some(line) = problem.line { ":" (line) } } }
                    td data-label="What" { (visible(&problem.text)) }
                } } }
            } }
        }
        p { "Next: " code { "underpin report " (visible(&report.tool.arguments)) } }
    };
    section("coverage", "What was looked at, and what was not", &body)
}
