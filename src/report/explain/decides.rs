//! The verdict with the rule that decided it, and the figures at which it turns. Says what the score decided; the bars are
//! the score's own (75 and 35 of 100 runs).

use super::case::no_price;
use crate::report::contracts;
use crate::report::decided::in_words;
use crate::report::logged;
use crate::report::story::next_step;
use crate::report::terminal::page::{Column, Page};
use crate::report::text::{about, amount, short_figure, visible};
use crate::report::view::{Answer, Driver, Opportunity, Question, ReportV1, Score, SubVerdict, TurnsOn, VerdictWord};
use crate::report::words::{self, listed, runs};

/// The end of the search for what an hour down must cost.
const SEARCHED: f64 = 1_000_000.0;

/// Where no price is known.
const ASK: &str = "Ask for the price first: before it is known, no other figure is worth measuring.";

const BARS: &str =
    "The bars: it pays from 75 of 100 runs on, and does not up to 35. Spending needs better evidence than not spending.";

/// The verdict in words, and why it is this one.
pub(super) fn verdict(case: &Opportunity, page: &mut Page) {
    let summary = if case.summary.is_empty() { words::short(case) } else { visible(&case.summary) };
    page.section("VERDICT", 0, 2, "");
    page.paragraph(2, &format!("{summary}."));
    if let Some(accepted) = &case.accepted {
        let (owner, reason) = (visible(&accepted.owner), visible(&accepted.reason));
        page.paragraph(2, &format!("{owner} accepts the risk until {}: {reason}.", accepted.expiry));
    }
    for contract in &case.contracts {
        page.paragraph(2, &format!("Contract: {}.", contracts::in_words(contract)));
    }
    if let Some(decision) = &case.decision {
        page.paragraph(2, &format!("Decided: {}.", in_words(decision)));
    }
    for line in rule(case) {
        page.paragraph(2, &line);
    }
    if case.must_act_if_exposed {
        page.paragraph(2, "Who can reach it is unknown: if the internet can, waiting is ruled out.");
    }
    if case.indicative && case.verdict != VerdictWord::Depends {
        page.paragraph(2, "Indicative: it stands on a usual range of prices or on answers that are assumed.");
    }
    if logged::is_moved(case) || case.score != case.score_without_log {
        page.paragraph(2, &format!("It {}.", logged::both(case)));
    }
    let unknown = if no_price(case) { "unknown without a price" } else { "unknown" };
    let only_cash = case.score_cash.map_or_else(|| unknown.to_owned(), |score| format!("pays in {}", runs(score.0)));
    page.paragraph(2, &format!("Only cash counted, a freed hour being worth nothing: {only_cash}."));
    page.paragraph(2, &format!("What to do: {}.", next_step(case)));
}

fn rule(case: &Opportunity) -> Vec<String> {
    let pays = case.score.map(|score| format!("Support pays in {}.", runs(score.0)));
    match case.verdict {
        VerdictWord::MustAct => must_act(case).into_iter().chain(pays).collect(),
        VerdictWord::Depends => depends(case),
        VerdictWord::NotEnoughData => vec![lacking(case)],
        VerdictWord::PaysOff | VerdictWord::DoesNotPayOff | VerdictWord::Borderline => {
            let asked = case.answers.iter().find(|answer| answer.question.is_none());
            let said = asked.map(|answer| format!("Support pays {}.", in_runs(answer))).or(pays);
            said.into_iter().chain(case.answers.iter().filter_map(agrees)).chain([bars(case)]).collect()
        }
    }
}

fn must_act(case: &Opportunity) -> Vec<String> {
    let against = match case.scope.exposure.as_deref() {
        Some("internet") => "the internet can reach it".to_owned(),
        _ => match &case.exploited {
            Some(id) => format!("{} is known to be exploited and has no free fix here", visible(id)),
            None => "a rule book that you named applies".to_owned(),
        },
    };
    let price = match case.sub_verdict {
        Some(SubVerdict::AskForQuote) => " No price is known, so a quote decides between buying and upgrading.",
        Some(SubVerdict::BuyIsolateOrReplace) => " Nothing supported follows it, so there is no upgrade to compare with.",
        _ => "",
    };
    vec![format!(
        "Its life has ended, it is in production, and {against}; nobody accepted that risk with an expiry. So leaving it as it is (A) is ruled out, which never means that it must be bought.{price}"
    )]
}

fn depends(case: &Opportunity) -> Vec<String> {
    let told = |answer: &Answer| {
        let head = if answer.question.is_none() { "As assumed" } else { "Tried" };
        let most = answer.price_75.filter(|price| price.0 >= 1.0);
        let most = most.map_or_else(String::new, |price| format!(" A year of it is worth at most {} there.", amount(price)));
        format!("{head}, {}: support pays {}, so {}.{most}", visible(&answer.answer), in_runs(answer), conclusion(answer, case))
    };
    let deciding = |answer: &&Answer| answer.question.is_none_or(|question| case.turns_on.contains(&question));
    let mut lines: Vec<String> = case.answers.iter().filter(deciding).map(told).collect();
    lines.push(format!("So the verdict turns on {}.", listed(&case.turns_on)));
    lines.push(bars(case));
    lines
}

fn bars(case: &Opportunity) -> String {
    let anchored = case.answers.iter().any(|answer| answer.score_at_highest.is_some());
    let where_ = if anchored {
        " No price is known: the first bar is taken at the highest usual price, the second at the lowest."
    } else {
        ""
    };
    format!("{BARS}{where_}")
}

/// What the figures of one answer say alone.
fn conclusion(answer: &Answer, case: &Opportunity) -> &'static str {
    match answer.verdict {
        VerdictWord::PaysOff => "it pays",
        VerdictWord::DoesNotPayOff if case.lifecycle.state.ended() => "a way without buying is cheaper",
        VerdictWord::DoesNotPayOff => "community support is enough",
        VerdictWord::Borderline => "it is a close call",
        VerdictWord::MustAct | VerdictWord::Depends => "something must be done",
        VerdictWord::NotEnoughData => "a price decides",
    }
}

/// An answer that was tried and changes nothing.
fn agrees(answer: &Answer) -> Option<String> {
    answer.question.map(|_| format!("Tried, {}: support pays {}, the same verdict.", visible(&answer.answer), in_runs(answer)))
}

fn lacking(case: &Opportunity) -> String {
    let asked = case.answers.iter().find(|answer| answer.question.is_none());
    match (case.sub_verdict, asked) {
        (Some(SubVerdict::Hours), _) => {
            "Its kind has no usual hours, so nothing can be computed before yours are logged.".to_owned()
        }
        (Some(SubVerdict::Price), Some(Answer { score_at_lowest: Some(lowest), score_at_highest: Some(highest), .. })) => {
            format!(
                "No price is known. At the lowest usual price support pays in {}, at the highest in {}: neither 75 at the highest nor 35 at the lowest.",
                runs(lowest.0),
                runs(highest.0)
            )
        }
        (Some(SubVerdict::Evidence), _) => {
            let score = case.score.map_or_else(|| "unknown".to_owned(), |score| runs(score.0));
            format!(
                "Support pays in {score}, between 35 and 75; that rests mostly on defaults, and knowing more would be worth a tenth of the price or more."
            )
        }
        _ => "No price is known, and without one nothing can be compared.".to_owned(),
    }
}

/// `in 87 of 100 runs`; from the highest usual price to the lowest, where no price is known.
fn in_runs(answer: &Answer) -> String {
    let share = |score: Score| runs(score.0);
    match (answer.score_at_highest, answer.score_at_lowest) {
        (Some(highest), Some(lowest)) if share(highest) != share(lowest) => {
            let highest = share(highest).trim_end_matches(" of 100 runs").to_owned();
            format!("in {highest} to {}, from the highest usual price to the lowest", share(lowest))
        }
        _ => format!("in {}", share(answer.score)),
    }
}

/// Thresholds, drivers, levers, and what is worth finding out.
pub(super) fn turns(report: &ReportV1, case: &Opportunity, page: &mut Page) {
    let currency = visible(&report.totals.currency);
    page.section("WHAT WOULD CHANGE IT", 0, 2, "");
    rows(&thresholds(case, &currency), page);
    if !case.drivers.is_empty() {
        page.paragraph(2, "What moves it most; each alone, from its 10th to its 90th percentile, the others at their medians:");
        rows(&case.drivers.iter().map(driver).collect::<Vec<_>>(), page);
    }
    let turned = report.levers.iter().filter(|lever| lever.cases.contains(&case.id));
    let said: Vec<[String; 2]> = turned.map(|lever| [visible(&lever.argument), visible(&lever.effect)]).collect();
    if !said.is_empty() {
        page.paragraph(2, "What you could say:");
        rows(&said, page);
    }
    let first = if no_price(case) { ASK.to_owned() } else { measure(case.information.first(), &currency) };
    page.paragraph(2, &first);
    page.paragraph(2, &format!("What it rests on: {}.", words::grade(case.evidence_grade)));
}

/// Pairs in two columns, the second wrapped.
fn rows(pairs: &[[String; 2]], page: &mut Page) {
    let first = Column::fit(pairs.iter().map(|[first, _]| first.as_str()), page.scaled(20), page.scaled(36));
    let second = page.beside(&[Column::text(0), first]);
    for [one, two] in pairs {
        page.row(&[Column::text(0), first, second], &[String::new(), one.clone(), two.clone()], None);
    }
}

fn thresholds(case: &Opportunity, currency: &str) -> Vec<[String; 2]> {
    let turn = &case.break_even;
    if no_price(case) {
        let below = turn.price_75.filter(|price| price.0 >= 1.0);
        let text = below.map_or_else(
            || "none: at no price does support pay".to_owned(),
            |price| format!("below {} {currency} a year: support pays", amount(price)),
        );
        return vec![["the price".to_owned(), text]];
    }
    let free = if case.lifecycle.state.ended() { "a way without buying is cheaper" } else { "community support is enough" };
    let mut lines = Vec::new();
    let mut say = |what: &str, text: String| lines.push([what.to_owned(), text]);
    match turn.downtime_no {
        Some(no) if no.0 >= SEARCHED => say("an hour down", format!("at any cost up to {} {currency}: {free}", about(no))),
        Some(no) => say("an hour down", format!("up to {} {currency}: {free}", about(no))),
        None => {}
    }
    match turn.downtime_yes {
        Some(yes) if yes.0 <= 0.0 => say("an hour down", "at any cost: support pays".to_owned()),
        Some(yes) => {
            say("an hour down", format!("from {} {currency} on: support pays; between the two the price decides", about(yes)));
        }
        None => {}
    }
    match turn.downtime_cost_per_hour {
        Some(cost) if cost.0 > 0.0 => {
            say("an hour down, all else median", format!("both cost the same at {} {currency}", about(cost)));
        }
        Some(_) => say("an hour down, all else median", "buying is cheaper at any cost".to_owned()),
        None => {}
    }
    match turn.hours_per_month {
        Some(hours) if hours.0 > 0.0 => {
            say(
                "your own routine work",
                format!("from {} hours a month on, all else median, buying is cheaper", short_figure(hours.0)),
            );
        }
        Some(_) => say("your own routine work", "buying is cheaper at any number of hours, all else median".to_owned()),
        None => say("your own routine work", "no number of hours would turn it".to_owned()),
    }
    lines
}

fn driver(driver: &Driver) -> [String; 2] {
    let turns = match (&driver.threshold, driver.flips) {
        (Some(threshold), _) => format!("; it turns at {}", short_figure(threshold.0)),
        (None, true) => "; it turns between".to_owned(),
        (None, false) => "; it does not turn".to_owned(),
    };
    let text = format!(
        "{} to {}: the worth of buying goes from {} to {}{turns}",
        short_figure(driver.lo.0),
        short_figure(driver.hi.0),
        amount(driver.net_at_lo),
        amount(driver.net_at_hi)
    );
    [visible(&driver.name), text]
}

/// The one thing worth finding out, and what that may cost.
fn measure(question: Option<&Question>, currency: &str) -> String {
    let Some(question) = question else {
        return "Measure nothing: no single figure is worth the four hours that finding it takes.".to_owned();
    };
    match (question.symbol.parse(), question.worth) {
        (Ok(TurnsOn::Tier), _) => {
            "Say first what one hour down costs: --downtime-cost; you know it, so it costs nothing.".to_owned()
        }
        (Ok(TurnsOn::Exposure), _) => "Say first who can reach it: --exposure; a look at the firewall tells it.".to_owned(),
        (Ok(TurnsOn::Services), _) => {
            "Say first how many services its units are: --services; you know it, so it costs nothing.".to_owned()
        }
        (Err(_), Some(worth)) => format!(
            "Measure first: {}. Knowing it is worth {} {currency} a year, so finding it out may cost up to that.",
            visible(&question.name),
            amount(worth)
        ),
        (Err(_), None) => format!("Find out first: {}.", visible(&question.name)),
    }
}

/// What a vendor would have to offer.
pub(super) fn quote(case: &Opportunity, currency: &str) -> String {
    let tiers: Vec<String> = case
        .worth_by_tier
        .iter()
        .map(|worth| {
            let most = worth.price_75.filter(|price| price.0 >= 1.0).map_or_else(|| "nothing".to_owned(), amount);
            format!("{most} at tier {}", worth.tier)
        })
        .collect();
    let tiers = if tiers.is_empty() { String::new() } else { format!(" By what an hour down costs: {}.", tiers.join(", ")) };
    let toss = case.break_even.price_50.filter(|price| price.0 > 0.0);
    let toss = toss.map_or_else(String::new, |price| format!(" At {} it is a coin toss.", amount(price)));
    let ask = match case.break_even.price_75 {
        Some(price) if price.0 >= 1.0 => {
            format!("ask for a quote below {} {currency} a year: 75 of 100 runs pay there.", amount(price))
        }
        Some(_) => "there is no price to ask for: at none do 75 of 100 runs pay.".to_owned(),
        None => "without a way to compare with, no price can be said.".to_owned(),
    };
    format!("{ask}{toss}{tiers}")
}
