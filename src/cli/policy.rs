//! The organisation's policy: what the command line says, else the configuration, else nothing.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use toml::Spanned;

use rust_decimal::prelude::ToPrimitive;

use crate::catalog::Catalog;
use crate::model::{Currency, Date, Money};
use crate::score::{AcceptedRisk, Downtime, Policy, Quantities, Regime, Source, Tier, Triple, Wage, wage_from_labour_cost};

use super::args::PolicyArgs;
use super::config::Loaded;
use super::contracts::contracts;
use super::host_rules::{host_rules, said};
use super::required::required;
use super::{Fatal, effort, vulns};

/// Merges both, the command line first. A faulty configuration is told even where the command line overrides it.
pub(super) fn policy(args: &PolicyArgs, loaded: &Loaded, catalog: &Catalog) -> Result<Policy, Fatal> {
    let table = &loaded.config.policy;
    let currency = args.currency.or(table.currency).unwrap_or(Currency::USD);
    let wage =
        typed("--hourly-cost", args.hourly_cost.as_deref())?
            .or(configured(loaded, table.hourly_cost.as_ref(), |amount| number(*amount))?);
    let upgrade = typed("--upgrade-hours", args.upgrade_hours.as_deref())?;
    Ok(Policy {
        currency,
        rates: None,
        wage: wage.map(yours).or(configured(loaded, table.country.as_ref(), |code| country(code, currency, catalog))?),
        downtime: downtime(args, loaded)?,
        env: word(args.env.as_ref())?.or(configured(loaded, table.env.as_ref(), |text| parsed(text))?),
        exposure: word(args.exposure.as_ref())?.or(configured(loaded, table.exposure.as_ref(), |text| parsed(text))?),
        regimes: regimes(args, loaded)?,
        upgrade_hours: upgrade.or(configured(loaded, table.upgrade_hours.as_ref(), |amount| number(*amount))?),
        services: args.services.or(table.services).filter(|services| *services > 0),
        hosts: host_rules(args, loaded)?,
        required: required(loaded)?,
        quantities: Quantities {
            users: table.users,
            employees: table.employees,
            gb: table.gb,
            spend: table.spend,
            tickets: table.tickets,
        },
        contracts: contracts(loaded, catalog, currency)?,
        accepted: accepted(loaded)?,
        vulnerabilities: vulns::lists(&args.vulns)?,
        logged: effort::logged(args, loaded, catalog, as_of(args))?,
    })
}

fn yours(cost: Triple) -> Wage {
    Wage { cost, source: Source::UserSet, basis: "your figure".to_owned() }
}

/// What an hour of staff costs in a country: its labour cost of the whole economy, with the premium for IT.
fn country(code: &str, currency: Currency, catalog: &Catalog) -> Result<Wage, String> {
    let Some(row) = catalog.labour().iter().find(|row| row.code.eq_ignore_ascii_case(code)) else {
        let known: Vec<&str> = catalog.labour().iter().map(|row| row.code.as_str()).collect();
        return Err(format!("no labour cost of `{code}` is on record; on record: {}", known.join(" ")));
    };
    let own = Money { amount: row.hourly, currency: row.currency };
    let converted =
        if row.currency == currency { Some(own) } else { catalog.rates().and_then(|rates| rates.convert(own, currency)) };
    let hourly = converted.and_then(|money| money.amount.to_f64());
    let hourly = hourly.ok_or_else(|| format!("no rate from {} to {currency} is on record", row.currency))?;
    let basis = format!(
        "labour cost of the whole economy in {} in {}, {} {} an hour, half as much again for IT (judgement): {}",
        row.code, row.year, row.hourly, row.currency, row.source
    );
    let cost = wage_from_labour_cost(hourly).map_err(|error| error.to_string())?;
    Ok(Wage { cost, source: Source::Catalog, basis })
}

/// A figure beats a class, and the command line beats the configuration.
fn downtime(args: &PolicyArgs, loaded: &Loaded) -> Result<Downtime, Fatal> {
    let table = &loaded.config.policy;
    let class = |class: &u8| parsed::<Tier>(&class.to_string());
    let cost = configured(loaded, table.downtime_cost.as_ref(), |amount| number(*amount))?;
    let tier = configured(loaded, table.tier.as_ref(), class)?;
    if let Some(cost) = typed("--downtime-cost", args.downtime_cost.as_deref())? {
        return Ok(Downtime::Cost(cost));
    }
    let named = args.tier.as_ref().map(class).transpose().map_err(Fatal::usage)?;
    Ok(match (named, cost, tier) {
        (Some(tier), ..) | (None, None, Some(tier)) => Downtime::Tier(tier),
        (None, Some(cost), _) => Downtime::Cost(cost),
        (None, None, None) => Downtime::NotSaid,
    })
}

fn regimes(args: &PolicyArgs, loaded: &Loaded) -> Result<BTreeSet<Regime>, Fatal> {
    let table = loaded.config.policy.regimes.iter().map(|regime| loaded.value(regime, |text| parsed(text)));
    let table = table.collect::<Result<BTreeSet<Regime>, Fatal>>()?;
    let named = args.regime.iter().map(|regime| parsed(regime).map_err(Fatal::usage));
    let named = named.collect::<Result<BTreeSet<Regime>, Fatal>>()?;
    Ok(if named.is_empty() { table } else { named })
}

fn accepted(loaded: &Loaded) -> Result<Vec<AcceptedRisk>, Fatal> {
    let one = |table: &super::config::AcceptedTable| {
        let expiry = loaded.date(&table.expiry)?;
        let approved_on = table.approved_on.as_ref().map(|day| loaded.date(day)).transpose()?;
        if let (Some(day), Some(written)) = (approved_on.filter(|day| *day > expiry), &table.approved_on) {
            return Err(
                loaded.refused(written, &format!("approved on {day}, after it expires on {expiry}; correct one of the days"))
            );
        }
        Ok(AcceptedRisk {
            id: loaded.value(&table.id, |text| said(text, "an id"))?,
            owner: loaded.value(&table.owner, |text| said(text, "an owner"))?,
            reason: loaded.value(&table.reason, |text| said(text, "a reason"))?,
            expiry,
            approved_by: table.approved_by.clone(),
            approved_on,
        })
    };
    loaded.config.accepted.iter().map(one).collect()
}

/// An amount of the command line that is not negative: `500`, `499.90`, `1_000`.
fn typed(flag: &str, text: Option<&str>) -> Result<Option<Triple>, Fatal> {
    let amount = |text: &str| text.replace('_', "").parse::<f64>().ok().and_then(|amount| number(amount).ok());
    let refused =
        |text: &str| Fatal::usage(format!("{flag}: `{text}` is no amount")).hint("write a plain number such as 500 or 499.90");
    text.map(|text| amount(text).ok_or_else(|| refused(text))).transpose()
}

/// A value of the configuration, or its fault at its place.
pub(super) fn configured<T, U>(
    loaded: &Loaded,
    value: Option<&Spanned<T>>,
    parse: impl FnOnce(&T) -> Result<U, String>,
) -> Result<Option<U>, Fatal> {
    value.map(|value| loaded.value(value, parse)).transpose()
}

pub(super) fn number(amount: f64) -> Result<Triple, String> {
    if !amount.is_finite() || amount < 0.0 {
        return Err(format!("`{amount}` is no amount: write a number such as 500 or 499.90"));
    }
    Triple::constant(amount).map_err(|error| error.to_string())
}

pub(super) fn parsed<W: FromStr<Err: Display>>(text: &str) -> Result<W, String> {
    text.parse().map_err(|error: W::Err| error.to_string())
}

fn word<W: FromStr<Err: Display>>(text: Option<&String>) -> Result<Option<W>, Fatal> {
    text.map(|text| parsed(text)).transpose().map_err(Fatal::usage)
}

/// The day of the report: the one asked for, else today.
pub(super) fn as_of(args: &PolicyArgs) -> Date {
    args.as_of.unwrap_or_else(today)
}

/// Today in UTC, so that hosts in different zones agree.
pub(super) fn today() -> Date {
    jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
}
