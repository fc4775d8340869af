//! The parts in their order, and the two lines above them.

use std::io;
use std::time::Duration;

use super::page::{Column, Page, Style};
use super::view::View;
use super::{cases, decided, detail, free, rest, since, tree};
use crate::report::bundles;
use crate::report::cover;
use crate::report::disclosure;
use crate::report::entries::open_cases;
use crate::report::format::Format;
use crate::report::offers;
use crate::report::story::{inner_systems, named_targets, title};
use crate::report::text::{count, counted, visible, width};
use crate::report::view::{ReportV1, Target, TargetWord};

/// The report as a page of text.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Columns of the screen, between 60 and 200.
    pub width: usize,
    /// Whether colours are wanted.
    pub style: Style,
    /// How long it took, which is no part of the report.
    pub elapsed: Option<Duration>,
    /// Whether to list what is fine in full.
    pub all: bool,
    /// How it is laid out.
    pub view: View,
    /// Whether what rests on a page is a link to it.
    pub links: bool,
    /// Whether only what changed since an earlier state is wanted, and no page at all if nothing did.
    pub changes_only: bool,
}

impl Default for Terminal {
    fn default() -> Self {
        Self { width: 100, style: Style::Plain, elapsed: None, all: false, view: View::Table, links: false, changes_only: false }
    }
}

impl Format for Terminal {
    fn render(&self, report: &ReportV1, out: &mut dyn io::Write) -> io::Result<()> {
        let mut page = Page::new(self.width, self.style).with_links(self.links);
        if self.changes_only {
            since::alone(report, &mut page);
            return out.write_all(page.finish().as_bytes());
        }
        if open_cases(report).is_empty() {
            page.paragraph(0, "Nothing here needs a purchase.");
        }
        self.header(report, &mut page);
        page.blank();
        match self.view {
            View::Table => self.table(report, &mut page),
            View::Tree => tree::part(report, self.all, &mut page),
            View::Detail => detail::part(report, self.all, &mut page),
        }
        let command = format!("underpin report {} -o report.html", visible(&report.tool.arguments));
        page.parts(&[format!("For your boss:  {command}")]);
        out.write_all(page.finish().as_bytes())
    }
}

impl Terminal {
    /// Everything in the order in which it is to be read.
    fn table(&self, report: &ReportV1, page: &mut Page) {
        since::part(report, page);
        free::part(report, page);
        page.blank();
        cases::part(report, self.all, page);
        decided::part(report, page);
        page.blank();
        rest::nothing_to_decide(report, self.all, page);
        on_record(report, self.all, page);
        rest::hours(report, page);
        rest::authors(report, page);
        rest::disclosure(report, page);
        rest::coverage(report, self.all, page);
    }

    fn header(&self, report: &ReportV1, page: &mut Page) {
        let [age, stale] = catalog(report);
        let mut first = [
            visible(&format!("{} {}", report.tool.name, report.tool.version)),
            targets(report),
            format!("as of {}", report.as_of),
            age,
        ];
        if first.iter().map(|part| width(part) + 3).sum::<usize>() > page.width + 3 {
            first[3] = stale;
        }
        page.parts(&first);
        let coverage = &report.coverage;
        let files = counted(coverage.files, "file");
        let time = self.elapsed.map_or_else(String::new, |elapsed| format!(" in {:.1} s", elapsed.as_secs_f64()));
        let totals = &report.totals;
        let packages = match (totals.packages, totals.declared_packages) {
            (0, declared) if declared > 0 => counted(declared, "declared package"),
            (installed, _) => counted(installed, "package"),
        };
        let unreadable = coverage.unreadable;
        page.parts(&[
            format!("{files}{time}"),
            format!("{packages}, {}", counted(totals.products, "product")),
            if unreadable == 0 { "all readable".to_owned() } else { format!("{} unreadable", count(unreadable)) },
            if report.tool.offline { "nothing left this machine".to_owned() } else { "the network was used".to_owned() },
        ]);
        // Who gains something stands where nobody can miss it; that nobody does stands in its own part, on the same screen.
        let disclosed = &report.disclosure;
        if self.all || !disclosed.referrals.is_empty() || !disclosed.interests.is_empty() {
            page.paragraph(0, &format!("Who may gain: {}.", disclosure::sentences(report).join("; ")));
        }
        inside(report, self.all, page);
    }
}

/// The system roots inside the targets, with what they are: `/srv/jail: Alpine 3.22`.
fn inside(report: &ReportV1, all: bool, page: &mut Page) {
    let systems = inner_systems(report);
    let shown = if all { systems.len() } else { 6 };
    let told = |target: &&Target| {
        let os = target.os.as_deref().map_or("a system without a name", |os| os);
        visible(&format!("{}: {os}", target.name))
    };
    let mut parts: Vec<String> = systems.iter().take(shown).map(told).collect();
    if systems.len() > shown {
        parts.push(format!("{} more: --all", systems.len() - shown));
    }
    if !parts.is_empty() {
        let count = u64::try_from(systems.len()).unwrap_or(u64::MAX);
        page.paragraph(0, &format!("{} inside: {}", counted(count, "system root"), parts.join("; ")));
    }
}

fn targets(report: &ReportV1) -> String {
    match named_targets(report).as_slice() {
        [one] if one.kind == TargetWord::Repository => {
            let revision = one.revision.as_ref().map_or_else(String::new, |revision| format!(" @ {}", visible(revision)));
            let place = if one.path == "." { &one.name } else { &one.path };
            format!("{}{revision}", visible(place))
        }
        [one] => one.os.as_ref().map_or_else(|| visible(&one.name), |os| format!("{}, {}", visible(&one.name), visible(os))),
        _ => title(report),
    }
}

/// The catalog's day with its age where that matters, and shorter.
fn catalog(report: &ReportV1) -> [String; 2] {
    let catalog = &report.catalog;
    let date = catalog.date.map_or_else(|| "catalog of unknown date".to_owned(), |date| format!("catalog of {date}"));
    let short = if catalog.stale { format!("{date}: stale") } else { date.clone() };
    let days = catalog.age_days.and_then(|days| u64::try_from(days).ok()).filter(|_| catalog.stale);
    let long = days.map_or_else(|| short.clone(), |days| format!("{date}, {} old: stale", counted(days, "day")));
    [long, short]
}

/// The only part where vendors stand.
fn on_record(report: &ReportV1, all: bool, page: &mut Page) {
    let totals = &report.totals;
    if report.offers_on_record.is_empty() {
        page.section("OFFERS ON RECORD", 20, 2, "none for what was found");
        return required(report, page);
    }
    let price = match totals.offers_priced {
        0 => "no public price".to_owned(),
        priced => format!("{} of {} with a public price", count(priced), counted(totals.offers, "offer")),
    };
    page.section("OFFERS ON RECORD", 20, 2, &format!("by name; {price}; nobody can pay to be listed"));
    let (lines, left_out) = offers::lines(report, all);
    let first = Column::fit(lines.iter().map(|line| line.subject.as_str()), 11, 22);
    let second = page.beside(&[first]);
    for line in lines {
        let text = page.linked(&line.text, &line.links);
        page.row(&[first, second], &[line.subject, text], None);
    }
    if left_out > 0 {
        page.paragraph(2, &format!("{left_out} more: --all"));
    }
    required(report, page);
    together(report, all, page);
}

/// The cover that is required, which offers are out of the question, and what to ask.
fn required(report: &ReportV1, page: &mut Page) {
    let Some(text) = cover::required(report) else { return };
    page.paragraph(2, &format!("Required: {text}. What a vendor does not say is to be asked."));
    for line in cover::lines(report) {
        page.paragraph(4, &line);
    }
}

/// One contract for several cases, the most useful first.
fn together(report: &ReportV1, all: bool, page: &mut Page) {
    let most = if all { report.bundles.len() } else { bundles::MOST };
    for bundle in report.bundles.iter().take(most) {
        page.paragraph(2, &format!("{}, {}", bundles::called(bundle), bundles::told(report, bundle)));
    }
    if report.bundles.len() > most {
        page.paragraph(2, &format!("{} more such contracts: --all", report.bundles.len() - most));
    }
}
