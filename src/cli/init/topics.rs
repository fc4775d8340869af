//! Each question in words: what it asks, its flag, its default with source and date, how it is answered and how it is written.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use crate::report::{amount, view::Amount, visible};
use crate::score::{
    Cover, Downtime, Glance, Input, OfferType, Policy, Purse, Regime, Source, Subject, Symbol, Tier, Topic, Triple, Upkeep, Wage,
    default_inputs,
};

use super::interview::Found;

/// What holds as long as nobody says otherwise.
pub(super) struct Default {
    /// In words.
    pub(super) value: String,
    /// Where it comes from.
    pub(super) source: String,
    /// From when the source is.
    pub(super) date: String,
    /// As the configuration would say it.
    pub(super) line: String,
}

/// What the question is about, after a flag.
pub(super) fn subject(topic: Topic) -> &'static str {
    match topic {
        Topic::Downtime => "what one hour down costs",
        Topic::Env => "what the targets are used for",
        Topic::Exposure => "from where they can be reached",
        Topic::HourlyCost => "what an hour of staff costs",
        Topic::Regimes => "rule books that apply",
        Topic::Services => "how many services the hosts make up",
        Topic::UpgradeHours => "hours of the way out of ended software",
    }
}

/// The question as it is asked.
pub(super) fn question(topic: Topic, policy: &Policy) -> String {
    let currency = policy.currency;
    match topic {
        Topic::Downtime => format!("What does one hour down cost you ({currency})?"),
        Topic::Env => "What is this used for?".to_owned(),
        Topic::Exposure => "From where can it be reached?".to_owned(),
        Topic::HourlyCost => format!("What does an hour of staff cost you, overheads included ({currency})?"),
        Topic::Regimes => "Which rule books apply?".to_owned(),
        Topic::Services => "How many services do the hosts make up, looked after and failing as one?".to_owned(),
        Topic::UpgradeHours => "How many hours would moving off the ended versions take?".to_owned(),
    }
}

/// The flag that answers it.
pub(super) fn flag(topic: Topic) -> &'static str {
    match topic {
        Topic::Downtime => "--downtime-cost MONEY",
        Topic::Env => "--env ENV",
        Topic::Exposure => "--exposure REACH",
        Topic::HourlyCost => "--hourly-cost MONEY",
        Topic::Regimes => "--regime NAME",
        Topic::Services => "--services N",
        Topic::UpgradeHours => "--upgrade-hours HOURS",
    }
}

/// What an answer looks like.
pub(super) fn form(topic: Topic) -> &'static str {
    match topic {
        Topic::Downtime => "an amount such as 500, or a class: `tier 0` none, 1 hundreds, 2 thousands, 3 tens of thousands",
        Topic::Env => "prod, staging or dev",
        Topic::Exposure => "none, local, internal or internet",
        Topic::HourlyCost => "an amount such as 65",
        Topic::Regimes => "one or more of pci, hipaa, fedramp, nis2, dora, cra, iso27001, other; or none",
        Topic::Services => "a whole number from 1",
        Topic::UpgradeHours => "a number of hours such as 40",
    }
}

/// The policy with the answer in it.
///
/// # Errors
/// Why it is no answer.
pub(super) fn answered(topic: Topic, text: &str, policy: &Policy) -> Result<Policy, String> {
    let mut policy = policy.clone();
    match topic {
        Topic::Downtime => policy.downtime = downtime(text)?,
        Topic::Env => policy.env = Some(word(text)?),
        Topic::Exposure => policy.exposure = Some(word(text)?),
        Topic::HourlyCost => {
            policy.wage = Some(Wage { cost: number(text)?, source: Source::UserSet, basis: "your figure".to_owned() });
        }
        Topic::Regimes => policy.regimes = regimes(text)?,
        Topic::Services => {
            let services = text.parse().ok().filter(|services: &u32| *services > 0);
            policy.services = Some(services.ok_or_else(|| format!("`{}` is no whole number from 1", visible(text)))?);
        }
        Topic::UpgradeHours => policy.upgrade_hours = Some(number(text)?),
    }
    Ok(policy)
}

fn downtime(text: &str) -> Result<Downtime, String> {
    match text.to_lowercase().strip_prefix("tier") {
        Some(class) => Ok(Downtime::Tier(word::<Tier>(class.trim())?)),
        None => Ok(Downtime::Cost(number(text)?)),
    }
}

fn regimes(text: &str) -> Result<BTreeSet<Regime>, String> {
    let words = || text.split([',', ' ']).filter(|word| !word.is_empty());
    if words().eq(["none"]) { Ok(BTreeSet::new()) } else { words().map(word).collect() }
}

fn word<W: FromStr<Err: Display>>(text: &str) -> Result<W, String> {
    text.to_lowercase().parse().map_err(|error: W::Err| visible(&error.to_string()))
}

fn number(text: &str) -> Result<Triple, String> {
    let amount = text.replace('_', "").parse::<f64>().ok().filter(|amount| amount.is_finite() && *amount >= 0.0);
    let refused = || format!("`{}` is no amount", visible(text));
    Triple::constant(amount.ok_or_else(refused)?).map_err(|error| error.to_string())
}

/// The default of a question for what was found.
pub(super) fn default(topic: Topic, found: &Found<'_>, policy: &Policy, cases: &[Glance]) -> Default {
    let own = || format!("of underpin {}", env!("CARGO_PKG_VERSION"));
    let plain = |value: &str, source: &str, line: &str| Default {
        value: value.to_owned(),
        source: source.to_owned(),
        date: own(),
        line: line.to_owned(),
    };
    match topic {
        Topic::Downtime => of_model(Symbol::C, "tier 1, an hour down costs", "figures of 2024", "tier = 1", found, policy),
        Topic::HourlyCost => {
            let euro = policy.currency == crate::model::Currency::EUR;
            let date = if euro { "figures of 2024" } else { "figures of May 2019" };
            of_model(Symbol::W, "an hour costs", date, "", found, policy)
        }
        Topic::Env => plain("prod", "judgement: what is not known is taken as in use", "env = \"prod\""),
        Topic::Exposure => plain(
            "what the sockets say; where they could not be read nobody, and the internet is tried",
            "judgement: the internet is never assumed",
            "exposure = \"none\"",
        ),
        Topic::Regimes => plain("none", "nobody said that one applies", "regimes = []"),
        Topic::Services => plain(
            "1",
            "judgement: the hosts of a fleet are looked after by one routine, and one of them may fail",
            "services = 1",
        ),
        Topic::UpgradeHours => upgrade(cases).unwrap_or_else(|| {
            plain("by product", "the catalog's upgrade step, else the usual hours of its kind", "upgrade-hours = 40")
        }),
    }
}

/// A default of the model, in the report's currency.
fn of_model(symbol: Symbol, words: &str, date: &str, line: &str, found: &Found<'_>, policy: &Policy) -> Default {
    let rates = policy.rates.as_ref().or_else(|| found.catalog.rates());
    let purse = rates.and_then(|rates| Purse::new(policy.currency, rates)).unwrap_or_else(Purse::usd);
    let subject = Subject {
        row: None,
        services: 1,
        units: 1,
        upkeep: &Upkeep::BY_HAND,
        tier: Tier::Hundreds,
        ended: false,
        offer: OfferType::Subscription,
        cover: Cover::Fixes,
        purse: &purse,
    };
    let inputs = default_inputs(&subject).ok();
    let input = inputs.as_ref().and_then(|inputs| inputs.get(symbol));
    let likely = input.map_or(0.0, |input| input.triple.likely());
    Default {
        value: format!("{words} {}", input.map_or_else(|| "unknown".to_owned(), range)),
        source: input.map_or_else(String::new, |input| input.basis.to_string()),
        date: date.to_owned(),
        line: if line.is_empty() { format!("hourly-cost = {likely:.0}") } else { line.to_owned() },
    }
}

/// `100 / 500 / 2,000`: the least, the likely and the most.
fn range(input: &Input) -> String {
    let triple = input.triple;
    [triple.lo(), triple.likely(), triple.hi()].map(|value| amount(Amount(value))).join(" / ")
}

/// The hours that the cases were computed with.
fn upgrade(cases: &[Glance]) -> Option<Default> {
    let ended = || cases.iter().filter(|case| case.ended);
    let inputs: Vec<&Input> = ended().filter_map(|case| case.inputs.get(Symbol::U)).collect();
    let (first, others) = inputs.split_first()?;
    let least = others.iter().map(|input| input.triple.lo()).fold(first.triple.lo(), f64::min);
    let most = others.iter().map(|input| input.triple.hi()).fold(first.triple.hi(), f64::max);
    Some(Default {
        value: if least < most {
            format!("{} to {} hours, by product", amount(Amount(least)), amount(Amount(most)))
        } else {
            format!("{} hours", amount(Amount(least)))
        },
        source: first.basis.to_string(),
        date: format!("of underpin {}", env!("CARGO_PKG_VERSION")),
        line: format!("upgrade-hours = {:.0}", first.triple.likely()),
    })
}

/// What the policy says on it, as lines of the configuration; `None` is not said.
pub(super) fn said(topic: Topic, policy: &Policy) -> Option<String> {
    match topic {
        Topic::Downtime => match policy.downtime {
            Downtime::NotSaid => None,
            Downtime::Tier(tier) => Some(format!("tier = {tier}")),
            Downtime::Cost(cost) => Some(format!("downtime-cost = {}", figure(cost))),
        },
        Topic::Env => policy.env.map(|env| format!("env = \"{env}\"")),
        Topic::Exposure => policy.exposure.map(|exposure| format!("exposure = \"{exposure}\"")),
        Topic::HourlyCost => policy.wage.as_ref().map(|wage| format!("hourly-cost = {}", figure(wage.cost))),
        Topic::Regimes => (!policy.regimes.is_empty()).then(|| {
            let names: Vec<String> = policy.regimes.iter().map(|regime| format!("\"{regime}\"")).collect();
            format!("regimes = [{}]", names.join(", "))
        }),
        Topic::Services => policy.services.map(|services| format!("services = {services}")),
        Topic::UpgradeHours => policy.upgrade_hours.map(|hours| format!("upgrade-hours = {}", figure(hours))),
    }
}

/// As it was given: whole figures have no point.
fn figure(triple: Triple) -> String {
    triple.likely().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::{Env, Exposure};

    fn line(topic: Topic, text: &str) -> Result<Option<String>, String> {
        answered(topic, text, &Policy::default()).map(|policy| said(topic, &policy))
    }

    #[test]
    fn every_form_of_an_answer_is_taken_and_written() {
        for (topic, text, written) in [
            (Topic::Downtime, "500", "downtime-cost = 500"),
            (Topic::Downtime, "1_000.50", "downtime-cost = 1000.5"),
            (Topic::Downtime, "Tier 2", "tier = 2"),
            (Topic::Env, "DEV", "env = \"dev\""),
            (Topic::Exposure, "internet", "exposure = \"internet\""),
            (Topic::HourlyCost, "65", "hourly-cost = 65"),
            (Topic::Regimes, "pci, nis2", "regimes = [\"pci\", \"nis2\"]"),
            (Topic::Services, "3", "services = 3"),
            (Topic::UpgradeHours, "0", "upgrade-hours = 0"),
        ] {
            assert_eq!(line(topic, text), Ok(Some(written.to_owned())), "{topic}: {text}");
        }
        assert_eq!(line(Topic::Regimes, "none"), Ok(None));
    }

    #[test]
    fn what_is_no_answer_is_refused_with_the_reason() {
        for (topic, text, reason) in [
            (Topic::Downtime, "-5", "`-5` is no amount"),
            (Topic::Downtime, "inf", "`inf` is no amount"),
            (Topic::Downtime, "tier 4", "unknown tier `4`; known: 0, 1, 2, 3"),
            (Topic::Env, "live", "unknown environment `live`; known: prod, staging, dev"),
            (Topic::Regimes, "pci none", "unknown regime `none`"),
            (Topic::Services, "0", "`0` is no whole number from 1"),
            (Topic::UpgradeHours, "a\u{1b}[2J", "`a\\u{1b}[2J` is no amount"),
        ] {
            let refused = line(topic, text).expect_err(text);
            assert!(refused.starts_with(reason), "{refused}");
        }
    }

    #[test]
    fn every_word_of_a_form_is_an_answer() {
        for env in Env::ALL {
            assert!(form(Topic::Env).contains(env.word()) && answered(Topic::Env, env.word(), &Policy::default()).is_ok());
        }
        for reach in Exposure::ALL {
            assert!(form(Topic::Exposure).contains(reach.word()));
        }
        for regime in Regime::ALL {
            assert!(form(Topic::Regimes).contains(regime.word()));
        }
    }
}
