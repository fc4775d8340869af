//! The report with everything that is known of each product, a block a version and place: what to compare or to copy from.

use super::page::{Column, Page};
use crate::report::entries::life;
use crate::report::story::{case_place, next_step};
use crate::report::text::{counted, visible};
use crate::report::view::{Deployment, Opportunity, ReportV1, VerdictWord};
use crate::report::words;

/// Places and packages of one version, without `--all`.
const MOST: usize = 8;

pub(super) fn part(report: &ReportV1, all: bool, page: &mut Page) {
    if report.deployments.is_empty() {
        page.paragraph(0, "no product was found");
        page.blank();
    }
    for place in &report.deployments {
        block(report, place, all, page);
        page.blank();
    }
}

fn block(report: &ReportV1, place: &Deployment, all: bool, page: &mut Page) {
    let version = place.version.as_deref().map_or_else(|| "of unknown version".to_owned(), visible);
    page.heading(&format!("{} {version}", visible(&place.product_name)));
    fact("on", &visible(&place.host), page);
    let listening: Vec<String> = place.listening.iter().map(|socket| visible(socket)).collect();
    let listens = if listening.is_empty() { String::new() } else { format!("; listens on {}", listening.join(", ")) };
    fact("use", &format!("{}, {}{listens}", visible(&place.role), place.usage), page);
    let stated = place.lifecycle.source.as_deref().map(visible).map_or_else(String::new, |source| {
        let read = place.lifecycle.read_on.map_or_else(String::new, |day| format!(", read on {day}"));
        format!(" ({}{read})", page.link(&source, place.lifecycle.source.as_deref()))
    });
    fact("life", &format!("{}{stated}", life(place)), page);
    if let Some(next) = &place.next_supported {
        let until = next.eol.map_or_else(String::new, |day| format!(", fixes to {day}"));
        fact("way on", &visible(&format!("{} {}{until}", next.product_name, next.cycle)), page);
    }
    let beside = [("from", &place.origin), ("covered", &place.entitlement), ("with", &place.comes_with)];
    for (label, text) in beside.into_iter().filter_map(|(label, text)| Some((label, text.as_deref()?))) {
        fact(label, &visible(text), page);
    }
    for case in report.opportunities.iter().filter(|case| case.deployments.contains(&place.id)) {
        verdict(report, case, page);
    }
    let found: Vec<String> = place.vulnerabilities.iter().map(|one| visible(&one.id)).collect();
    list("vulnerable", &found, all, page);
    list("packages", &place.components.iter().map(|purl| visible(purl)).collect::<Vec<_>>(), all, page);
    list("where", &place.locations.iter().map(|path| visible(path)).collect::<Vec<_>>(), all, page);
}

fn verdict(report: &ReportV1, case: &Opportunity, page: &mut Page) {
    let summary = if case.summary.is_empty() { words::short(case) } else { visible(&case.summary) };
    let score = case.score.filter(|_| case.verdict != VerdictWord::Depends);
    let runs = score.map_or_else(String::new, |score| format!("; pays in {}", words::runs(score.0)));
    fact("verdict", &format!("{summary}{runs} ({})", case_place(report, case)), page);
    fact("next", &next_step(case), page);
    fact("why", &format!("underpin explain {} {}", visible(&case.product), visible(&report.tool.arguments)), page);
}

fn fact(label: &str, text: &str, page: &mut Page) {
    let label_column = Column::text(10);
    page.row(&[label_column, page.beside(&[label_column])], &[label.to_owned(), text.to_owned()], None);
}

/// One a line, the label beside the first.
fn list(label: &str, texts: &[String], all: bool, page: &mut Page) {
    let most = if all { texts.len() } else { MOST };
    for (index, text) in texts.iter().take(most).enumerate() {
        fact(if index == 0 { label } else { "" }, text, page);
    }
    if texts.len() > most {
        let left = u64::try_from(texts.len() - most).unwrap_or(u64::MAX);
        fact("", &format!("{} left out: --all", counted(left, "line")), page);
    }
}
