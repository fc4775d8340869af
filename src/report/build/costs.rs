//! What the ways cost and how the figures compare, opened up: each part with its formula, each answer with its score.

use crate::report::text::{amount, short_figure};
use crate::report::view::{self, Amount, Score, YearCash};
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

/// Years of a contract that are shown.
const YEARS: u8 = 3;

/// Money by year, every input at its median: before the contract starts the hours to procure it, then its price, the hours to manage
/// it, and what it saves against the best free way. Empty where there is no free way.
pub(super) fn cash(outcome: &Outcome) -> Vec<YearCash> {
    let procured = outcome.parts.iter().find_map(|part| match part.formula {
        Formula::Procured { hours, yearly, hour, .. } => Some((hours * hour, yearly * hour, part.buy?)),
        _ => None,
    });
    let Some(((start, managed, contract), net)) = procured.zip(outcome.medians.net) else { return Vec::new() };
    let price = outcome.medians.price;
    let year = |year, price, staff, saved| YearCash { year, price: Amount(price), staff: Amount(staff), saved: Amount(saved) };
    let years = (1..=YEARS).map(|number| year(number, price, managed, net + price + contract));
    std::iter::once(year(0, 0.0, start, 0.0)).chain(years).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Case;

    fn outcome(text: &str) -> Outcome {
        Case::parse("case.json", text).expect("a case").score().0
    }

    #[test]
    fn what_is_saved_less_what_is_spent_is_the_net_value_of_the_contract() {
        let context = r#""key": "k", "context": {"env": "prod", "exposure": "internal", "life": "supported"}"#;
        let inputs = r#""inputs": {"h": 20, "w": 50, "a": 0.5, "P": 1200, "o": 9, "Y": 3, "v": 2}"#;
        let outcome = outcome(&format!("{{{context}, {inputs}}}"));
        let years = cash(&outcome);
        assert_eq!(years.iter().map(|year| year.year).collect::<Vec<_>>(), [0, 1, 2, 3]);
        let told: Vec<[f64; 3]> = years.iter().map(|year| [year.price.0, year.staff.0, year.saved.0]).collect();
        // 12 months of 10 hours at 50; 9 hours once; 2 hours a year.
        assert_eq!(told, [[0.0, 450.0, 0.0], [1200.0, 100.0, 6000.0], [1200.0, 100.0, 6000.0], [1200.0, 100.0, 6000.0]]);
        let sum: f64 = told.iter().map(|[price, staff, saved]| saved - price - staff).sum();
        assert!((sum - 3.0 * outcome.medians.net.expect("a free way")).abs() < 1e-6, "{sum}");
    }

    #[test]
    fn without_a_free_way_nothing_is_saved_or_said() {
        let case = r#"{"key": "k", "context": {"env": "prod", "exposure": "internet", "life": "eol", "upgrade_path": false},
            "inputs": {"h": 20, "w": 50, "x": 2, "P": 1200}}"#;
        assert_eq!(cash(&outcome(case)), []);
    }
}
