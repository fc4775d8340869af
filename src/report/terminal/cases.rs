//! Part 2: the cases. An undecided one shows the figure that decides it; no vendor is named.

use super::page::{Column, GAP, Page, Tone};
use crate::report::bundles;
use crate::report::entries::open_cases;
use crate::report::logged::is_moved;
use crate::report::story::{case_name, case_place, fixes_until};
use crate::report::text::{amount, counted, visible, width};
use crate::report::view::{Amount, Lever, Opportunity, PriceBasis, ReportV1, TierWorth, TurnsOn, VerdictWord};
use crate::report::words;

pub(super) fn part(report: &ReportV1, page: &mut Page) {
    let cases = open_cases(report);
    let ended = !cases.is_empty() && cases.iter().all(|case| case.lifecycle.state.ended());
    let heading = if ended { "DOES EXTENDED SUPPORT PAY OFF?" } else { "DOES PAID SUPPORT PAY OFF?" };
    if cases.is_empty() {
        return page.section(heading, 0, 2, "no case is open");
    }
    page.section(heading, 0, 2, &format!(" {}", note(&cases)));
    let tiers = cases.iter().any(|case| !case.worth_by_tier.is_empty());
    let (by_tier, others): (Vec<_>, Vec<_>) = cases.iter().copied().partition(|case| tiers && is_by_tier(case));
    let (by_figure, plain): (Vec<_>, Vec<_>) = others.into_iter().partition(|case| turns_on_a_figure(case));
    decided(report, &plain, page);
    figures(report, &by_figure, page);
    worth(report, &by_tier, page);
    for note in bundles::notes(report).iter().take(bundles::MOST) {
        page.paragraph(2, &format!("{note}."));
    }
    asked(report, &cases, &by_figure, page);
}

fn is_by_tier(case: &Opportunity) -> bool {
    case.lifecycle.state.ended() && case.verdict == VerdictWord::DoesNotPayOff
}

fn turns_on_a_figure(case: &Opportunity) -> bool {
    let costs = [case.break_even.downtime_no, case.break_even.downtime_yes];
    case.verdict == VerdictWord::Depends && case.turns_on.contains(&TurnsOn::Tier) && costs.iter().any(Option::is_some)
}

fn note(cases: &[&Opportunity]) -> String {
    let number = u64::try_from(cases.len()).unwrap_or(u64::MAX);
    let text = counted(number, "case");
    if cases.iter().all(|case| turns_on_a_figure(case)) {
        let each = if number == 1 { "it turns" } else { "each turns" };
        return format!("{text}, {each} on one figure that you know");
    }
    let exposure = cases.iter().any(|case| case.scope.exposure.as_deref() == Some("unknown"));
    let where_ = if exposure { "; where it is reachable: unknown" } else { "" };
    let production = cases.iter().any(|case| case.scope.assumed.iter().any(|name| name == "environment"));
    let assumed = if production { "; assumed production" } else { "" };
    format!("{text}{assumed}{where_}")
}

/// Cases with a verdict that needs a sentence.
fn decided(report: &ReportV1, cases: &[&Opportunity], page: &mut Page) {
    let names: Vec<String> = cases.iter().map(|case| case_name(case)).collect();
    let what = Column::fit(names.iter().map(String::as_str), 14, 26);
    let place_column = Column::text(24);
    let verdict = Column::text(page.width - what.width - place_column.width - 3 * GAP);
    for (case, name) in cases.iter().zip(names) {
        let tone = (case.verdict == VerdictWord::MustAct).then_some(Tone::Urgent);
        page.row(&[what, place_column, verdict], &[name, case_place(report, case), answer(report, case)], tone);
    }
}

/// The sentence, how often it pays, with and without the log, and what it is worth.
fn answer(report: &ReportV1, case: &Opportunity) -> String {
    let mut parts = vec![if case.summary.is_empty() { words::short(case) } else { visible(&case.summary) }];
    if let Some(score) = case.score.filter(|_| case.verdict != VerdictWord::Depends) {
        let without = case.score_without_log.filter(|_| is_moved(case));
        let without =
            without.map_or_else(String::new, |without| format!(" (without your logged hours in {})", words::runs(without.0)));
        parts.push(format!("pays in {}{without}", words::runs(score.0)));
    }
    if let Some(price) = case.break_even.price_75.filter(|price| price.0 > 0.0) {
        parts.push(format!("worth at most {} {} a year", amount(price), visible(&report.totals.currency)));
    }
    if case.lifecycle.state.ended() {
        parts.push(fixes_until(case));
    }
    parts.join("; ")
}

/// Cases that turn on what one hour down costs: the two costs between which a price decides.
fn figures(report: &ReportV1, cases: &[&Opportunity], page: &mut Page) {
    if cases.is_empty() {
        return;
    }
    let free = if cases.iter().any(|case| case.lifecycle.state.ended()) { "below: free way" } else { "below: community" };
    let names: Vec<String> = cases.iter().map(|case| case_name(case)).collect();
    let untils: Vec<String> = cases.iter().map(|case| fixes_until(case)).collect();
    // Of 80 columns 35 go to the two figures and 10 to gaps; a date takes 10, and its label goes below it.
    let narrow = page.width < 100;
    let what = Column::fit(names.iter().map(String::as_str), 11, if narrow { 13 } else { 24 });
    let fixes = if narrow { Column::text(10) } else { Column::fit(untils.iter().map(String::as_str), 20, 24) };
    let (no, yes) = (Column::figures(16), Column::figures(19));
    let used = what.width + fixes.width + no.width + yes.width + 5 * GAP;
    let columns = [what, Column::text(page.width.saturating_sub(used)), fixes, no, yes];
    let until = if narrow { "fixes until" } else { "security fixes until" };
    let head = ["what", "where, use", until].map(str::to_owned);
    let money = format!("one hour down costs you ({}):", visible(&report.totals.currency));
    let above = [what, columns[1], fixes, Column::figures(no.width + GAP + yes.width)];
    page.row(&above, &[head.as_slice(), &[money]].concat(), Some(Tone::Quiet));
    page.row(&columns, &["", "", "", free, "above: support pays"].map(str::to_owned), None);
    for ((case, name), until) in cases.iter().zip(names).zip(untils) {
        let turn = &case.break_even;
        let (no, yes) = (words::threshold(turn.downtime_no), words::threshold(turn.downtime_yes));
        page.row(&columns, &[name, case_place(report, case), until, no, yes], None);
    }
    let exposed: Vec<String> = cases.iter().filter(|case| case.must_act_if_exposed).map(|case| case_name(case)).collect();
    if !exposed.is_empty() {
        page.paragraph(2, &format!("{}: must act if on the internet.", exposed.join(", ")));
    }
}

/// Ended cases that do not pay: what a year of support would be worth where an hour down is cheap, and where it is dear.
fn worth(report: &ReportV1, cases: &[&Opportunity], page: &mut Page) {
    let Some(tiers) = cases.iter().map(|case| &case.worth_by_tier).find(|tiers| !tiers.is_empty()) else { return };
    let alike = |case: &Opportunity| cases.iter().filter(|other| other.product_name == case.product_name).count() > 1;
    let told = |case: &Opportunity| {
        let name = visible(&case.product_name);
        if alike(case) { format!("{name}, {}", case_place(report, case)) } else { name }
    };
    let names: Vec<String> = cases.iter().map(|case| told(case)).collect();
    let what = Column::fit(names.iter().map(String::as_str), 12, 24);
    let titles: Vec<String> = tiers.iter().map(|worth| format!("{} (tier {})", dearness(worth.tier), worth.tier)).collect();
    let most = if page.width < 100 { 14 } else { 22 };
    let figures: Vec<Column> = titles.iter().map(|title| Column::figures(width(title).clamp(13, most))).collect();
    let wide: usize = figures.iter().map(|column| column.width + GAP).sum();
    let verdict = Column::text(page.width - what.width - wide - 2 * GAP);
    let columns: Vec<Column> = [what, verdict].into_iter().chain(figures).collect();
    let money = format!("worth paying a year ({}) if an hour", visible(&report.totals.currency));
    let wide = Column::figures(wide - GAP);
    page.row(&[what, verdict, wide], &["what".to_owned(), "verdict".to_owned(), money], Some(Tone::Quiet));
    page.row(&columns, &[String::new(), String::new()].into_iter().chain(titles).collect::<Vec<_>>(), None);
    for (case, name) in cases.iter().zip(names) {
        let cells = tiers.iter().map(|tier| range(case.worth_by_tier.iter().find(|worth| worth.tier == tier.tier)));
        let row: Vec<String> = [name, words::short(case)].into_iter().chain(cells).collect();
        page.row(&columns, &row, None);
    }
    page.paragraph(2, &explained(cases));
}

fn dearness(tier: u8) -> &'static str {
    match tier {
        0 => "down is free",
        1 => "down is cheap",
        2 => "down costs",
        _ => "dear",
    }
}

fn range(worth: Option<&TierWorth>) -> String {
    let floor = |price: Option<Amount>| price.map(|price| amount(Amount(price.0.max(0.0))));
    match worth.map(|worth| (floor(worth.price_75), floor(worth.price_50))) {
        Some((Some(sure), Some(even))) => format!("{sure} to {even}"),
        Some((Some(one), None) | (None, Some(one))) => one,
        _ => "-".to_owned(),
    }
}

/// The usual range of a least order, where no price is known.
fn anchor(case: &Opportunity) -> Option<(f64, f64)> {
    let offer = case.offers.first().filter(|offer| offer.price_basis == PriceBasis::Anchor)?;
    if let Some(price) = case.inputs.iter().find(|input| input.symbol == "P") {
        return Some((price.lo.0, price.hi.0));
    }
    let price = offer.price.as_ref()?;
    let quantity = price.quantity.map_or(1.0, |quantity| quantity.0);
    Some((price.lo.0 * quantity, price.hi.0 * quantity))
}

fn explained(cases: &[&Opportunity]) -> String {
    let mut text = "First figure: 75 of 100 runs pay; second: a coin toss.".to_owned();
    let anchors: Vec<(f64, f64)> = cases.iter().filter_map(|case| anchor(case)).collect();
    let least = anchors.iter().map(|anchor| anchor.0).reduce(f64::min);
    let most = anchors.iter().map(|anchor| anchor.1).reduce(f64::max);
    if let (Some(least), Some(most)) = (least, most) {
        let [least, most] = [least, most].map(|price| amount(Amount(price)));
        text = format!("{text} No price is public; the least order is usually {least} to {most}.");
    }
    text.push_str(" So nothing pays as it stands.");
    text
}

/// What to say, and where the figures come from.
fn asked(report: &ReportV1, cases: &[&Opportunity], by_figure: &[&Opportunity], page: &mut Page) {
    let arguments = visible(&report.tool.arguments);
    let tier = |lever: &&Lever| lever.question == Some(TurnsOn::Tier);
    let others: Vec<&Lever> = report.levers.iter().filter(|lever| by_figure.is_empty() || !tier(lever)).collect();
    if !others.is_empty() {
        page.paragraph(2, "What would turn it, in this order:");
        let said: Vec<String> = others.iter().map(|lever| visible(&lever.argument)).collect();
        let argument = Column::fit(said.iter().map(String::as_str), 14, 30);
        let effect = Column::text(page.width - argument.width - 3 * GAP);
        for (lever, said) in others.iter().zip(said) {
            page.row(&[Column::text(0), argument, effect], &[String::new(), said, visible(&lever.effect)], None);
        }
    }
    let assumed = words::assumed(report, cases);
    if !assumed.is_empty() {
        page.paragraph(2, &format!("Assumed: {}.", assumed.join(", ")));
    }
    let product = cases.first().map_or("PRODUCT", |case| case.product.as_str());
    let from = format!("Where from:  underpin explain {}", visible(product));
    if by_figure.is_empty() {
        return page.paragraph(2, &from);
    }
    page.parts(&[format!("  Say it once:  underpin report {arguments} --downtime-cost 500"), format!("  {from}")]);
}
