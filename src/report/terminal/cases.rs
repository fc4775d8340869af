//! Part 2: the cases. An undecided one shows the figure that decides it; no vendor is named.

use super::columns::{Ask, fitted, forced};
use super::page::{Column, GAP, Page, Tone};
use crate::report::bundles;
use crate::report::entries::open_cases;
use crate::report::logged::is_moved;
use crate::report::story::{case_name, case_place, fixes_until};
use crate::report::text::{amount, counted, visible, width};
use crate::report::view::{Amount, Lever, Opportunity, PriceBasis, ReportV1, TierWorth, TurnsOn, VerdictWord};
use crate::report::words;

pub(super) fn part(report: &ReportV1, all: bool, page: &mut Page) {
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
    figures(report, &by_figure, all, page);
    worth(report, &by_tier, all, page);
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
    let places: Vec<String> = cases.iter().map(|case| case_place(report, case)).collect();
    let asks = [
        Ask::names(names.iter().map(String::as_str)).at_least(14).at_most(26),
        Ask::of(places.iter().map(String::as_str)).at_most(24),
    ];
    let Some(few) = fitted(page.width - page.width / 2, &asks) else {
        return decided_below(cases, &names, &places, report, page);
    };
    let columns = [few.as_slice(), &[page.beside(&few)]].concat();
    for ((case, name), place) in cases.iter().zip(names).zip(places) {
        page.row(&columns, &[name, place, answer(report, case)], tone(case));
    }
}

fn tone(case: &Opportunity) -> Option<Tone> {
    (case.verdict == VerdictWord::MustAct).then_some(Tone::Urgent)
}

/// The same on a narrow page: the sentence below the name and the place.
fn decided_below(cases: &[&Opportunity], names: &[String], places: &[String], report: &ReportV1, page: &mut Page) {
    for ((case, name), place) in cases.iter().zip(names).zip(places) {
        let name_column = Column::text(width(name).min(page.width / 2));
        page.row(&[name_column, page.beside(&[name_column])], &[name.clone(), place.clone()], tone(case));
        page.paragraph(4, &answer(report, case));
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
fn figures(report: &ReportV1, cases: &[&Opportunity], all: bool, page: &mut Page) {
    if cases.is_empty() {
        return;
    }
    let free = if cases.iter().any(|case| case.lifecycle.state.ended()) { "below: free way" } else { "below: community" };
    let shown = cases.get(..most(cases.len(), all)).unwrap_or(cases);
    let names: Vec<String> = shown.iter().map(|case| case_name(case)).collect();
    let until_page = |case: &&Opportunity| page.link(&fixes_until(case), case.lifecycle.source.as_deref());
    let untils: Vec<String> = shown.iter().map(until_page).collect();
    let places: Vec<String> = shown.iter().map(|case| case_place(report, case)).collect();
    let texts = |cells: &'_ [String], head| Ask::of(cells.iter().map(String::as_str).chain([head]));
    let what = Ask::names(names.iter().map(String::as_str)).at_least(11).at_most(26);
    let (place, until) =
        (texts(&places, "where, use").at_least("where, use".len()), texts(&untils, UNTIL[usize::from(page.width < 100)]));
    let costs = [Ask::figures([free]), Ask::figures([PAYS])];
    // The figures keep their headings whole where there is room, and the texts wrap; else the place goes below each line.
    let whole = [costs[0].at_least(16), costs[1].at_least(PAYS.len())];
    let five = [[what, place, until].as_slice(), &whole].concat();
    let four = [[what, until].as_slice(), &costs].concat();
    let beside = fitted(page.width, &five);
    let below = beside.is_none();
    let columns = beside.unwrap_or_else(|| forced(page.width, &four));
    figures_head(report, free, &columns, page);
    for (((case, name), until), place) in shown.iter().zip(names).zip(untils).zip(places) {
        let turn = &case.break_even;
        let figures = [words::threshold(turn.downtime_no), words::threshold(turn.downtime_yes)];
        let texts = if below { vec![name, until] } else { vec![name, place.clone(), until] };
        page.row(&columns, &[texts.as_slice(), &figures].concat(), None);
        if below {
            page.paragraph(4, &place);
        }
    }
    more(cases.len(), all, page);
    let exposed: Vec<String> = cases.iter().filter(|case| case.must_act_if_exposed).map(|case| case_name(case)).collect();
    if !exposed.is_empty() {
        page.paragraph(2, &format!("{}: must act if on the internet.", exposed.join(", ")));
    }
}

/// How the column of dates is called, and on a narrow page.
const UNTIL: [&str; 2] = ["security fixes until", "fixes until"];

const PAYS: &str = "above: support pays";

/// Two lines: what the columns hold, and between which costs the figures decide.
fn figures_head(report: &ReportV1, free: &str, columns: &[Column], page: &mut Page) {
    let Some((texts, [no, yes])) = columns.split_last_chunk::<2>() else { return };
    let until = UNTIL[usize::from(page.width < 100)];
    let titles = if texts.len() == 2 { vec!["what", until] } else { vec!["what", "where, use", until] };
    let titles: Vec<String> = titles.into_iter().map(str::to_owned).collect();
    let money = format!("one hour down costs you ({}):", visible(&report.totals.currency));
    let above = [texts, &[Column::figures(no.width + GAP + yes.width)]].concat();
    page.row(&above, &[titles.as_slice(), &[money]].concat(), Some(Tone::Quiet));
    let empty = vec![String::new(); texts.len()];
    page.row(columns, &[empty.as_slice(), &[free, PAYS].map(str::to_owned)].concat(), None);
}

/// Ended cases that do not pay: what a year of support would be worth where an hour down is cheap, and where it is dear.
fn worth(report: &ReportV1, cases: &[&Opportunity], all: bool, page: &mut Page) {
    let Some(tiers) = cases.iter().map(|case| &case.worth_by_tier).find(|tiers| !tiers.is_empty()) else { return };
    let cells = |case: &Opportunity| -> Vec<String> {
        let worth = |tier: &TierWorth| range(case.worth_by_tier.iter().find(|worth| worth.tier == tier.tier));
        std::iter::once(words::short(case)).chain(tiers.iter().map(worth)).collect()
    };
    let mut rows = alike(report, cases, &cells);
    let number = rows.len();
    rows.truncate(most(number, all));
    let column = |index: usize| rows.iter().filter_map(move |row| row.get(index)).map(String::as_str);
    let titles: Vec<String> = tiers.iter().map(|worth| format!("{} (tier {})", dearness(worth.tier), worth.tier)).collect();
    let figures =
        titles.iter().enumerate().map(|(index, title)| Ask::figures(column(index + 2).chain([title.as_str()])).at_least(13));
    let asks: Vec<Ask> = [Ask::of(column(0)).at_least(12).at_most(24), Ask::of(column(1))].into_iter().chain(figures).collect();
    let columns = forced(page.width, &asks);
    let Some((texts, sums)) = columns.split_at_checked(2) else { return };
    let money = format!("worth paying a year ({}) if an hour", visible(&report.totals.currency));
    let wide = Column::figures(sums.iter().map(|column| column.width + GAP).sum::<usize>() - GAP);
    let head = ["what".to_owned(), "verdict".to_owned(), money];
    page.row(&[texts, &[wide]].concat(), &head, Some(Tone::Quiet));
    page.row(&columns, &[String::new(), String::new()].into_iter().chain(titles.iter().cloned()).collect::<Vec<_>>(), None);
    for row in &rows {
        page.row(&columns, row, None);
    }
    more(number, all, page);
    page.paragraph(2, &explained(cases));
}

/// A row for each product and what is told of it: versions of which the same is told stand in one.
fn alike(report: &ReportV1, cases: &[&Opportunity], cells: &dyn Fn(&Opportunity) -> Vec<String>) -> Vec<Vec<String>> {
    let mut groups: Vec<(Vec<String>, Vec<&Opportunity>)> = Vec::new();
    for case in cases {
        let told = cells(case);
        let same = |(cells, group): &&mut (Vec<String>, Vec<&Opportunity>)| {
            *cells == told && group.first().is_some_and(|first| first.product == case.product)
        };
        match groups.iter_mut().find(same) {
            Some((_, group)) => group.push(case),
            None => groups.push((told, vec![case])),
        }
    }
    let names: Vec<String> = groups.iter().map(|(_, group)| group_name(cases, group)).collect();
    let twice = |name: &String| names.iter().filter(|other| *other == name).count() > 1;
    let row = |((cells, group), name): (&(Vec<String>, Vec<&Opportunity>), &String)| {
        let place =
            group.first().filter(|_| twice(name)).map_or_else(String::new, |case| format!(", {}", case_place(report, case)));
        std::iter::once(format!("{name}{place}")).chain(cells.iter().cloned()).collect()
    };
    groups.iter().zip(&names).map(row).collect()
}

/// `Spring Boot`, or with the versions where a product makes several cases: `Python 3.6.15, 3.7.16`.
fn group_name(cases: &[&Opportunity], group: &[&Opportunity]) -> String {
    let Some(first) = group.first() else { return String::new() };
    if cases.iter().filter(|case| case.product == first.product).count() == 1 {
        return visible(&first.product_name);
    }
    let mut name = case_name(first);
    let mut told = vec![version(first)];
    for case in group {
        let version = version(case);
        if !version.is_empty() && !told.contains(&version) {
            name = format!("{name}, {version}");
            told.push(version);
        }
    }
    name
}

fn version(case: &Opportunity) -> String {
    visible(case.version.as_deref().or(case.cycle.as_deref()).unwrap_or_default())
}

/// Rows of a table without `--all`.
const MOST: usize = 20;

fn most(rows: usize, all: bool) -> usize {
    if all { rows } else { MOST }
}

/// Says that a table has more rows, and how to see them.
fn more(rows: usize, all: bool, page: &mut Page) {
    if let Some(left @ 1..) = rows.checked_sub(most(rows, all)) {
        page.paragraph(2, &format!("{left} more: --all"));
    }
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
        let argument = Column::fit(said.iter().map(String::as_str), 14, page.scaled(30));
        let effect = page.beside(&[Column::text(0), argument]);
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
