//! What the ways cost and how the figures compare, opened up: each part with its formula, each answer with its score.

use crate::report::text::{amount, short_figure};
use crate::report::view::{self, Amount, Score};
use crate::score::{AnchorScores, Answered, CostPart, Formula, Open, Opportunity, Outcome, Part, ScoredOffer, Tier};

/// The parts of every way.
pub(super) fn parts(outcome: &Outcome) -> Vec<view::CostPart> {
    outcome.parts.iter().map(part).collect()
}

fn part(part: &CostPart) -> view::CostPart {
    let relief = part.relief.filter(|share| *share > 0.0);
    let relief = relief.map_or_else(String::new, |share| format!("; the offer takes {:.1} % off", 100.0 * share));
    view::CostPart {
        part: part.part.to_string(),
        name: name(part.part).to_owned(),
        formula: if part.keep == Some(0.0) { formula(&part.formula) } else { format!("{}{relief}", formula(&part.formula)) },
        community: part.keep.map(Amount),
        buy: part.buy.map(Amount),
        upgrade: part.upgrade.map(Amount),
    }
}

fn name(part: Part) -> &'static str {
    match part {
        Part::Routine => "routine work",
        Part::Extra => "extra work, nobody fixes it",
        Part::Upgrade => "the upgrade",
        Part::Downtime => "hours down",
        Part::Security => "security losses",
        Part::Audit => "audit findings",
        Part::Price => "price of the offer",
        Part::Contract => "procuring and managing it",
    }
}

fn formula(formula: &Formula) -> String {
    let figure = short_figure;
    let money = |money: f64| amount(Amount(money));
    match *formula {
        Formula::Monthly { hours, hour } => format!("12 months × {} hours × {} an hour", figure(hours), figure(hour)),
        Formula::Once { hours, years, hour } => {
            format!("{} hours ÷ {} years of life × {} an hour", figure(hours), figure(years), figure(hour))
        }
        Formula::Outages { weight, incidents, hours, cost } => {
            let services = services(weight);
            format!("{services} × {} incidents × {} hours × {} an hour down", figure(incidents), figure(hours), money(cost))
        }
        Formula::Losses { events: 0.0, .. } => "none, computed as reached by nobody".to_owned(),
        Formula::Losses { weight, events, events_upgraded, size } => {
            let upgraded =
                if events_upgraded < events { format!(" ({} after an upgrade)", figure(events_upgraded)) } else { String::new() };
            format!("{} × {} losses{upgraded} × {} each", services(weight), figure(events), money(size))
        }
        Formula::Findings { probability, hours, hour } => {
            format!("{} findings × {} hours × {} an hour", figure(probability), figure(hours), figure(hour))
        }
        Formula::Paid => "as below".to_owned(),
        Formula::Procured { hours, years, yearly, hour } => {
            let (hours, years, yearly) = (figure(hours), figure(years), figure(yearly));
            format!("({hours} hours ÷ {years} years + {yearly} hours a year) × {} an hour", figure(hour))
        }
    }
}

/// A service outside production weighs less than one.
fn services(weight: f64) -> String {
    format!("{} {}", short_figure(weight), if weight > 1.0 { "services" } else { "service" })
}

/// What was compared; nothing where there is no price to compare.
pub(super) fn answers(case: &Opportunity, head: &ScoredOffer) -> Vec<view::Answer> {
    if super::cases::priced(head, &head.outcome).is_none() {
        return Vec::new();
    }
    head.judgement.answers.iter().map(|answered| answer(case, answered)).collect()
}

fn answer(case: &Opportunity, answered: &Answered) -> view::Answer {
    let at = |pick: fn(&AnchorScores) -> f64| answered.at_anchor.as_ref().map(|scores| Score(pick(scores)));
    let tier = tier(case, answered);
    let worth = case.worth.iter().find(|worth| Some(worth.tier) == tier && answered.open.is_none_or(|open| open == Open::Tier));
    view::Answer {
        question: answered.open.map(super::cases::turn),
        answer: words(case, answered),
        score: Score(answered.score.unrounded()),
        score_at_lowest: at(|scores| scores.at_lo.unrounded()),
        score_at_highest: at(|scores| scores.at_hi.unrounded()),
        price_75: worth.map(|worth| Amount(worth.price_75)),
        verdict: super::cases::verdict_word(&answered.verdict),
    }
}

/// The class that an hour down costs in it; `None` where a figure was given.
fn tier(case: &Opportunity, answered: &Answered) -> Option<Tier> {
    if answered.open == Some(Open::Tier) { Some(Tier::TensOfThousands) } else { case.scope.tier }
}

fn words(case: &Opportunity, answered: &Answered) -> String {
    match answered.open {
        None | Some(Open::Tier) => {}
        Some(Open::Exposure) => return "reachable from the internet".to_owned(),
        Some(Open::Services) => return format!("each of the {} units a service of its own", case.scope.units),
    }
    let triple = answered.hour_down;
    let mut costs: Vec<String> = [triple.lo(), triple.likely(), triple.hi()].map(|cost| amount(Amount(cost))).into();
    costs.dedup();
    let tier = tier(case, answered).map_or_else(String::new, |tier| format!("tier {tier}, "));
    format!("{tier}an hour down costs {}", costs.join(" / "))
}
