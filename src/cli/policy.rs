//! The organisation's policy: what the command line says, else the configuration, else nothing.

use std::collections::BTreeSet;

use crate::model::{Currency, Date};
use crate::score::{AcceptedRisk, Downtime, Policy, Quantities, Regime, Triple};

use super::Fatal;
use super::args::PolicyArgs;
use super::config::Loaded;

/// Merges both, the command line first.
pub(super) fn policy(args: &PolicyArgs, loaded: &Loaded) -> Result<Policy, Fatal> {
    let table = &loaded.config.policy;
    let wage = positive("--hourly-cost", args.hourly_cost.as_deref())?.or(table.hourly_cost);
    let upgrade = positive("--upgrade-hours", args.upgrade_hours.as_deref())?.or(table.upgrade_hours);
    let regimes = if args.regime.is_empty() { &table.regimes } else { &args.regime };
    Ok(Policy {
        currency: args.currency.or(table.currency).unwrap_or(Currency::USD),
        rates: None,
        wage: wage.map(|wage| constant("hourly cost", wage)).transpose()?.map(|wage| (wage, "your figure".to_owned())),
        downtime: downtime(args, loaded)?,
        env: word("environment", args.env.as_ref().or(table.env.as_ref()))?,
        exposure: word("exposure", args.exposure.as_ref().or(table.exposure.as_ref()))?,
        regimes: regimes
            .iter()
            .map(|regime| word::<Regime>("regime", Some(regime)))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect::<BTreeSet<_>>(),
        upgrade_hours: upgrade.map(|hours| constant("upgrade hours", hours)).transpose()?,
        services: args.services.or(table.services).filter(|services| *services > 0),
        quantities: Quantities {
            users: table.users,
            employees: table.employees,
            gb: table.gb,
            spend: table.spend,
            tickets: table.tickets,
        },
        accepted: accepted(loaded)?,
    })
}

/// A figure beats a class, and the command line beats the configuration.
fn downtime(args: &PolicyArgs, loaded: &Loaded) -> Result<Downtime, Fatal> {
    let table = &loaded.config.policy;
    let tier = |tier: u8| Ok(Downtime::Tier(word("tier", Some(&tier.to_string()))?.unwrap_or(crate::score::Tier::Hundreds)));
    if let Some(cost) = positive("--downtime-cost", args.downtime_cost.as_deref())? {
        return Ok(Downtime::Cost(constant("downtime cost", cost)?));
    }
    match (args.tier, table.downtime_cost) {
        (None, Some(cost)) => Ok(Downtime::Cost(constant("downtime cost", cost)?)),
        (typed, _) => typed.or(table.tier).map_or(Ok(Downtime::NotSaid), tier),
    }
}

fn accepted(loaded: &Loaded) -> Result<Vec<AcceptedRisk>, Fatal> {
    let one = |table: &super::config::AcceptedTable| {
        Ok(AcceptedRisk {
            id: table.id.clone(),
            owner: table.owner.clone(),
            reason: table.reason.clone(),
            expiry: loaded.date(&table.expiry)?,
            approved_by: table.approved_by.clone(),
            approved_on: table.approved_on.as_ref().map(|day| loaded.date(day)).transpose()?,
        })
    };
    loaded.config.accepted.iter().map(one).collect()
}

/// A number that is not negative: `500`, `499.90`, `1_000`.
fn positive(flag: &str, text: Option<&str>) -> Result<Option<f64>, Fatal> {
    let Some(text) = text else { return Ok(None) };
    let number = text.replace('_', "").parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number
        .map(Some)
        .ok_or_else(|| Fatal::usage(format!("{flag}: `{text}` is no amount")).hint("write a plain number such as 500 or 499.90"))
}

fn constant(what: &str, value: f64) -> Result<Triple, Fatal> {
    Triple::constant(value).map_err(|error| Fatal::usage(format!("{what}: {error}")))
}

fn word<W: std::str::FromStr>(what: &str, text: Option<&String>) -> Result<Option<W>, Fatal>
where
    W::Err: std::fmt::Display,
{
    text.map(|text| text.parse::<W>()).transpose().map_err(|error| Fatal::usage(format!("{what}: {error}")))
}

/// The day of the report: the one asked for, else today.
pub(super) fn as_of(args: &PolicyArgs) -> Date {
    args.as_of.unwrap_or_else(today)
}

/// Today in UTC, so that hosts in different zones agree.
pub(super) fn today() -> Date {
    jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
}
