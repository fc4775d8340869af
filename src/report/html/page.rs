//! The frame of the document: policy, style, header, the sections in their order, footer.

use std::io;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::{cases, controls, first, island, parts, since};
use crate::report::disclosure;
use crate::report::format::Format;
use crate::report::story;
use crate::report::text::{counted, visible, web_link};
use crate::report::view::ReportV1;

/// The whole style; its digest is what the policy lets in.
const STYLE: &str = include_str!("style.css");

/// The whole script, model first; its digest is what the policy lets run.
const SCRIPT: &str =
    concat!(include_str!("score.js"), include_str!("words.js"), include_str!("charts.js"), include_str!("page.js"));

/// The report as one file for a browser.
#[derive(Clone, Copy, Debug, Default)]
pub struct Html;

impl Format for Html {
    fn render(&self, report: &ReportV1, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(document(report).into_string().as_bytes())?;
        out.write_all(b"\n")
    }
}

fn document(report: &ReportV1) -> Markup {
    let title = format!("{}: open-source support review, {}", story::title(report), report.as_of);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#free" { "Skip to the details" }
                header.top {
                    p { strong { (story::title(report)) } " — open-source support review, " (long_date(report)) }
                    nav aria-label="Parts" {
                        (controls::buttons())
                        a href="#cases" { "Cases" }
                        a href="#offers" { "Offers" }
                        a href="#method" { "How this was computed" }
                    }
                }
                main {
                    (first::screen(report))
                    (since::part(report))
                    (parts::free(report))
                    (cases::one_by_one(report))
                    (parts::nothing_to_decide(report))
                    (parts::offers(report))
                    (parts::hours(report))
                    (parts::places(report))
                    (parts::authors(report))
                    (parts::disclosure(report))
                    (parts::method(report))
                    (parts::coverage(report))
                }
                (footer(report))
                script type="application/json" id="data" { (PreEscaped(island::island(report))) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// Nothing may be loaded or sent, and nothing runs but the one script; it and the one style are known by their digests.
fn policy() -> String {
    let [script, style] = [SCRIPT, STYLE].map(|text| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())));
    format!("default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'")
}

fn long_date(report: &ReportV1) -> String {
    report.as_of.strftime("%-d %B %Y").to_string()
}

fn footer(report: &ReportV1) -> Markup {
    let (catalog, totals) = (&report.catalog, &report.totals);
    let date = catalog.date.map_or_else(|| "of unknown date".to_owned(), |date| date.to_string());
    let age =
        catalog.age_days.map_or_else(String::new, |days| format!(" ({days} days{})", if catalog.stale { ", stale" } else { "" }));
    let prices = match totals.offers_priced {
        0 => "no public price".to_owned(),
        priced => format!("{priced} with a public price"),
    };
    html! {
        footer {
            p {
                "Prepared by: " (report.disclosure.prepared_by.as_deref().map_or_else(|| "—".to_owned(), visible)) ". "
                "Who may gain: " (disclosure::sentences(report).join("; ")) ". Ranking cannot read rewards. "
                "Catalog " (date) (age) ". "
                @for change in story::catalog_changes(report) { (change) ". " }
                (counted(totals.offers, "offer")) " on record, " (totals.offers_unverified) " of them unverified, " (prices) "."
            }
            p.digest {
                "SHA-256 of the underlying data: " (report.digest.as_deref().unwrap_or("not computed"))
                " · " (visible(&report.tool.name)) " " (visible(&report.tool.version))
            }
        }
    }
}

/// A link where the address is a plain web address, else its text. The page sends no referrer, and no link opens a window.
pub(super) fn link(words: &str, address: &str) -> Markup {
    let Some(address) = web_link(address) else { return html! { (visible(address)) } };
    html! { a href=(address) { (visible(words)) } }
}

/// A section with its heading.
pub(super) fn section(id: &str, heading: &str, body: &Markup) -> Markup {
    html! { section id=(id) { h2 { (heading) } (body) } }
}
