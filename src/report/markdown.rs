//! The report for tickets and wikis: `CommonMark` with tables. Nothing of a scanned name is read as markup.

use std::fmt::Write as _;
use std::io;

use super::bundles;
use super::disclosure::{self, gain_in_a_cell};
use super::entries::{self, action_name, action_way, open_cases};
use super::format::Format;
use super::logged;
use super::since as changes;
use super::story;
use super::text::{amount, counted, places, visible, web_link};
use super::view::{Alternatives, Bundle, Decision, Entry, Offer, Opportunity, PriceBasis, ReportV1};
use super::words;
use super::{contracts, cover, decided};

/// The report as Markdown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Markdown;

impl Format for Markdown {
    fn render(&self, report: &ReportV1, out: &mut dyn io::Write) -> io::Result<()> {
        let mut text = Document::default();
        text.paragraph(&format!("# Open-source support review: {}, {}", escaped(&story::title(report)), report.as_of));
        text.paragraph(&format!("**{}**", escaped(&story::answer(report))));
        text.paragraph(&escaped(&story::ask(report)));
        text.paragraph(&format!("**Who may gain:** {}.", escaped(&disclosure::sentences(report).join("; "))));
        since(report, &mut text);
        free(report, &mut text);
        cases(report, &mut text);
        decisions(report, &mut text);
        text.paragraph("## Nothing to decide");
        let fine = entries::fine(report);
        text.paragraph(&if fine.is_empty() {
            "Nothing beside the above was found.".to_owned()
        } else {
            format!("{}.", escaped(&entries::fine_in_words(&fine)))
        });
        hours(report, &mut text);
        offers(report, &mut text);
        authors(report, &mut text);
        text.paragraph("## Disclosure");
        text.paragraph(&format!("{}.", escaped(&disclosure::sentences(report).join("; "))));
        for gain in disclosure::programmes(report) {
            text.paragraph(&format!("{}.", escaped(&gain)));
        }
        for sentence in disclosure::choice(report) {
            text.paragraph(&escaped(&sentence));
        }
        coverage(report, &mut text);
        text.paragraph(&format!("Next: {}", code(&format!("underpin report {} -o report.html", report.tool.arguments))));
        out.write_all(text.0.trim_end().as_bytes())?;
        out.write_all(b"\n")
    }
}

#[derive(Default)]
struct Document(String);

impl Document {
    fn paragraph(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push_str("\n\n");
    }

    /// Cells are escaped already.
    fn table(&mut self, head: &[&str], rows: &[Vec<String>]) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "| {} |", head.join(" | "));
        let _ = writeln!(self.0, "|{}", " --- |".repeat(head.len()));
        for row in rows {
            let _ = writeln!(self.0, "| {} |", row.join(" | "));
        }
        self.0.push('\n');
    }
}

/// The text with nothing in it that Markdown, HTML or a spreadsheet would act on.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (index, character) in visible(text).trim().chars().enumerate() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' | '\\' | '$' | '@' => safe.extend(['\\', character]),
            '=' | '+' | '-' if index == 0 => safe.extend(['\\', character]),
            // A bare address would become a link.
            ':' if safe.ends_with("http") || safe.ends_with("https") => safe.push_str("\\:"),
            _ => safe.push(character),
        }
    }
    safe
}

/// A command to copy; characters that would end a code span or a cell are shown as what they are.
pub(super) fn code(command: &str) -> String {
    let command = visible(command);
    if command.contains(['`', '|']) { escaped(&command) } else { format!("`{command}`") }
}

fn linked(words: &str, address: Option<&str>) -> String {
    match address.and_then(web_link) {
        Some(address) => format!("[{}](<{address}>)", escaped(words)),
        None => address.map_or_else(|| "unknown".to_owned(), escaped),
    }
}

fn since(report: &ReportV1, text: &mut Document) {
    let Some(since) = &report.since else { return };
    text.paragraph(&format!("## Since {}", escaped(&changes::heading(since))));
    let row = |line: changes::Line| vec![line.what.to_owned(), escaped(&line.name), escaped(&line.how)];
    let rows: Vec<Vec<String>> = changes::lines(report, since).into_iter().map(row).collect();
    if !rows.is_empty() {
        text.table(&["Change", "What", "How, and why"], &rows);
    }
    for note in changes::notes(since) {
        text.paragraph(&format!("{}.", escaped(&note)));
    }
}

/// Which contracts cover the cases, and what was decided on them.
fn decisions(report: &ReportV1, text: &mut Document) {
    let told = |name: &str, decision: &Decision| format!("- {}: {}.", escaped(name), escaped(&decided::in_words(decision)));
    let covered: Vec<String> = contracts::lines(report).iter().map(|line| format!("- {}.", escaped(line))).collect();
    if !covered.is_empty() {
        text.paragraph("Contracts:");
        text.paragraph(&covered.join("\n"));
    }
    let (waiting, rest) = decided::elsewhere(report);
    let mut list: Vec<String> = decided::cases(report).iter().map(|(name, decision)| told(name, decision)).collect();
    list.extend(waiting.iter().map(|decision| told(&format!("{}, no case here", decision.case), decision)));
    list.extend(rest.iter().map(|rest| format!("- {}.", escaped(rest))));
    if !list.is_empty() {
        text.paragraph("Decided:");
        text.paragraph(&list.join("\n"));
    }
}

fn free(report: &ReportV1, text: &mut Document) {
    text.paragraph("## Free, do this first");
    if report.actions.is_empty() && report.reminders.is_empty() {
        text.paragraph("Nothing waits.");
    } else if !report.actions.is_empty() {
        let rows: Vec<Vec<String>> = report
            .actions
            .iter()
            .map(|action| {
                let way = action.command.as_ref().map_or_else(|| escaped(&action_way(action)), |command| code(command));
                let where_ =
                    story::told_places(report, &action.hosts, 3).unwrap_or_else(|| places(&action.locations, "place", 1));
                vec![escaped(&action.id), escaped(&action_name(action)), escaped(&action.why), way, escaped(&where_)]
            })
            .collect();
        text.table(&["Id", "What", "Why", "What to do", "Where"], &rows);
    }
    for line in entries::brought_along(report) {
        text.paragraph(&format!("{}.", escaped(&line)));
    }
    for reminder in &report.reminders {
        let command = reminder.command.as_ref().map_or_else(String::new, |command| format!(" {}", code(command)));
        text.paragraph(&format!("{}{command}", escaped(&contracts::reminder(reminder))));
    }
}

fn cases(report: &ReportV1, text: &mut Document) {
    text.paragraph("## Does paid support pay off?");
    let cases = open_cases(report);
    if cases.is_empty() {
        return text.paragraph("No case is open.");
    }
    let currency = escaped(&report.totals.currency);
    let row = |case: &&Opportunity| {
        let verdict = if case.summary.is_empty() { words::short(case) } else { case.summary.clone() };
        let exposed = if case.must_act_if_exposed { "; must act if on the internet" } else { "" };
        [
            story::case_name(case),
            story::case_place(report, case),
            story::fixes_until(case),
            format!("{verdict}{exposed}"),
            story::worth(case),
            story::next_step(case),
        ]
        .map(|cell| escaped(&cell))
        .to_vec()
    };
    let worth = format!("Worth at most a year ({currency})");
    text.table(
        &["What", "Where, use", "Security fixes until", "Verdict", &worth, "Next step"],
        &cases.iter().map(row).collect::<Vec<_>>(),
    );
    let ways: Vec<Vec<String>> = cases.iter().map(|case| alternatives(case)).collect();
    text.paragraph(&format!("What a year costs each way, medians ({currency}):"));
    text.table(&["Case", "Leave it as it is", "Buy support", "Upgrade it yourself"], &ways);
    for note in bundles::notes(report) {
        text.paragraph(&format!("{}.", escaped(&note)));
    }
    let assumed = words::assumed(report, &cases);
    if !assumed.is_empty() {
        text.paragraph(&format!("Assumed: {}.", assumed.join(", ")));
    }
    if !report.levers.is_empty() {
        text.paragraph("What would turn it, in this order:");
        let rows: Vec<Vec<String>> =
            report.levers.iter().map(|lever| vec![code(&lever.argument), escaped(&lever.effect)]).collect();
        text.table(&["Say", "Then"], &rows);
    }
    text.paragraph(&story::rests_on(report));
}

fn alternatives(case: &Opportunity) -> Vec<String> {
    let Alternatives { community, buy, upgrade, .. } = &case.alternatives;
    let figure = |figure: Option<super::view::Amount>| figure.map_or_else(|| "unknown".to_owned(), amount);
    let keep = if community.admissible { figure(community.p50) } else { format!("{} (ruled out)", figure(community.p50)) };
    let none = if case.lifecycle.state.ended() { "no way on record" } else { "not needed: it is supported" };
    let upgrade = upgrade.as_ref().map_or_else(|| none.to_owned(), |upgrade| figure(upgrade.p50));
    vec![escaped(&story::case_name(case)), keep, figure(buy.p50), upgrade]
}

fn offers(report: &ReportV1, text: &mut Document) {
    text.paragraph("## Offers on record");
    if report.offers_on_record.is_empty() {
        text.paragraph("None for what was found.");
    }
    if let Some(required) = cover::required(report) {
        text.paragraph(&format!("Required: {}. What a vendor does not say is to be asked.", escaped(&required)));
    }
    for offers in &report.offers_on_record {
        text.paragraph(&format!("### {}", escaped(&entries::subject(offers))));
        let rows: Vec<Vec<String>> = offers.entries.iter().map(entry).collect();
        let head = ["Vendor", "Offer", "Does", "Covers", "Price", "Who may gain", "Source"];
        text.table(&head, &rows);
    }
    let scored: Vec<Vec<String>> =
        report.opportunities.iter().flat_map(|case| case.offers.iter().map(move |offer| scored(case, offer))).collect();
    if !scored.is_empty() {
        text.paragraph("What was compared with doing it yourself:");
        text.table(&["Case", "Offer", "Price a year", "Pays in", "Without your log", "Ask for a quote below"], &scored);
    }
    let together: Vec<Vec<String>> = report.bundles.iter().map(|bundle| together(report, bundle)).collect();
    if !together.is_empty() {
        text.paragraph("One contract for several cases; its figures contain those of the cases:");
        text.table(&["Cases", "Offer", "Price a year", "Verdict", "Pays in", "Ask for a quote below"], &together);
    }
}

fn together(report: &ReportV1, bundle: &Bundle) -> Vec<String> {
    [
        bundles::subject(report, bundle),
        bundles::called(bundle),
        bundles::price(bundle),
        bundle.summary.clone(),
        bundles::pays(bundle),
        bundles::below(bundle),
    ]
    .map(|cell| escaped(&cell))
    .to_vec()
}

fn entry(entry: &Entry) -> Vec<String> {
    let covers =
        entry.versions.as_ref().map_or_else(|| entry.covers.to_string(), |versions| format!("{}, {versions}", entry.covers));
    let doubt = if entry.confidence == "unverified" { "unverified, " } else { "" };
    vec![
        escaped(&entry.vendor_name),
        escaped(&entry.name),
        with_standing(words::relation(entry.relation.as_deref()), &entry.not_admissible, &entry.asks),
        escaped(&covers),
        entry.price.as_deref().map_or_else(|| "no public price".to_owned(), escaped),
        escaped(&gain_in_a_cell(entry.programme.as_ref())),
        format!("{} ({doubt}{})", linked("page", entry.source.as_deref()), entries::recorded(entry)),
    ]
}

/// The words, and how the offer stands to the cover that is required.
fn with_standing(text: &str, not_admissible: &[String], asks: &[String]) -> String {
    let standing = cover::standing(not_admissible, asks).map_or_else(String::new, |standing| format!("; {standing}"));
    escaped(&format!("{text}{standing}"))
}

fn scored(case: &Opportunity, offer: &Offer) -> Vec<String> {
    let score = |score: Option<super::view::Score>| score.map_or_else(|| "unknown".to_owned(), |score| words::runs(score.0));
    let below =
        offer.break_even.price_75.map_or_else(|| "unknown".to_owned(), |price| amount(super::view::Amount(price.0.max(0.0))));
    let price = match (&offer.price, offer.price_basis) {
        (Some(price), PriceBasis::Anchor) => {
            format!("no price known; usual range {} to {} {} a {}", amount(price.lo), amount(price.hi), price.currency, price.per)
        }
        (Some(price), basis) => {
            let year = price.per_year.map_or_else(|| "unknown".to_owned(), amount);
            format!("{year} {} ({basis} price)", price.currency)
        }
        (None, _) => "unknown".to_owned(),
    };
    let name =
        offer.vendor_name.as_ref().map_or_else(|| "no seller on record".to_owned(), |vendor| format!("{vendor} {}", offer.name));
    let name = with_standing(&name, &offer.not_admissible, &offer.asks);
    let cells = [price, score(offer.score), score(offer.score_without_log), below].map(|cell| escaped(&cell));
    [escaped(&story::case_name(case)), name].into_iter().chain(cells).collect()
}

fn authors(report: &ReportV1, text: &mut Document) {
    text.paragraph("## Authors");
    let funded: Vec<Vec<String>> = report
        .authors
        .iter()
        .map(|author| {
            let links: Vec<String> = author.links.iter().map(|link| linked(&link.url, Some(&link.url))).collect();
            vec![escaped(&author.name), if links.is_empty() { "no manifest says how".to_owned() } else { links.join(", ") }]
        })
        .collect();
    if funded.is_empty() {
        text.paragraph("Nothing was found whose authors could be funded.");
    } else {
        text.table(&["Project", "How to fund it"], &funded);
    }
}

/// The log of hours, and each score that it moves with it and without it.
fn hours(report: &ReportV1, text: &mut Document) {
    let told = logged::about(report);
    if told.is_empty() {
        return;
    }
    text.paragraph("## Your hours");
    let list: Vec<String> =
        told.into_iter().chain(logged::both_scores(report)).map(|line| format!("- {}.", escaped(&line))).collect();
    text.paragraph(&list.join("\n"));
}

fn coverage(report: &ReportV1, text: &mut Document) {
    text.paragraph("## Coverage, problems, assumptions");
    let coverage = &report.coverage;
    let mut facts = vec![
        format!("{}, {} opened", counted(coverage.files, "file"), counted(coverage.opened, "file")),
        match coverage.unreadable {
            0 => "everything could be read".to_owned(),
            unreadable => format!("could not be read: {}", counted(unreadable, "place")),
        },
    ];
    facts.extend(coverage.mounts_skipped.iter().map(|mount| format!("not entered: {} ({})", mount.path, mount.kind)));
    facts.extend(coverage.skipped.iter().map(|(reason, number)| format!("passed over, {reason}: {number}")));
    facts.extend(coverage.not_checked.iter().map(|what| format!("not checked: {what}")));
    facts.extend(entries::vulnerabilities(report, true));
    let date = report.catalog.date.map_or_else(|| "unknown".to_owned(), |date| date.to_string());
    facts.push(format!("catalog of {date}{}", if report.catalog.stale { ", stale" } else { "" }));
    facts.extend(story::catalog_changes(report));
    facts.extend(
        report
            .assumptions
            .iter()
            .map(|assumed| format!("assumed: {}: {} ({}; {})", assumed.input, assumed.value, assumed.source, assumed.grade)),
    );
    facts.extend(report.digest.iter().map(|digest| format!("SHA-256 of the underlying data: {digest}")));
    let list: Vec<String> = facts.iter().map(|fact| format!("- {}", escaped(fact))).collect();
    text.paragraph(&list.join("\n"));
    if !report.problems.is_empty() {
        let rows: Vec<Vec<String>> = report
            .problems
            .iter()
            .map(|problem| {
                let line = problem.line.map_or_else(String::new, |line| format!(":{line}"));
                [problem.code.clone(), format!("{}{line}", problem.path), problem.text.clone()]
                    .map(|cell| escaped(&cell))
                    .to_vec()
            })
            .collect();
        text.table(&["Code", "Where", "What"], &rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_names_is_text() {
        for (raw, safe) in [
            ("=cmd()", "\\=cmd()"),
            ("a|b", "a\\|b"),
            ("<b>&", "&lt;b&gt;&amp;"),
            ("`x` [y](z)", "\\`x\\` \\[y\\](z)"),
            ("# h\n- l", "\\# h\\\\u{a}- l"),
            ("see https://x.example", "see https\\://x.example"),
        ] {
            assert_eq!(escaped(raw), safe);
        }
        assert_eq!(code("rm `x` | y"), "rm \\`x\\` \\| y");
        assert_eq!(linked("page", Some("javascript:alert(1)")), "javascript:alert(1)");
    }
}
