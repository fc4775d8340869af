//! `[[contract]]` of `underpin.toml`: what was bought, for how much, and until when.

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use serde::Deserialize;
use toml::Spanned;

use crate::catalog::{Catalog, Period, PriceUnit};
use crate::model::{Currency, Date};
use crate::score::{Contract, ContractPrice, OfferType};

use super::Fatal;
use super::config::{Loaded, Words};
use super::host_rules::said;
use super::policy::{configured, parsed};

/// One contract as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ContractTable {
    product: Spanned<String>,
    vendor: Spanned<String>,
    r#type: Option<Spanned<String>>,
    price: Option<Spanned<f64>>,
    currency: Option<Spanned<String>>,
    per: Option<Spanned<String>>,
    period: Option<Spanned<String>>,
    ends: Spanned<String>,
    #[serde(default)]
    covers: Words,
    owner: Option<Spanned<String>>,
    notice: Option<Spanned<String>>,
}

/// The contracts; amounts without a currency are in `currency`.
pub(super) fn contracts(loaded: &Loaded, catalog: &Catalog, currency: Currency) -> Result<Vec<Contract>, Fatal> {
    loaded.config.contract.iter().map(|table| contract(loaded, table, catalog, currency)).collect()
}

fn contract(loaded: &Loaded, table: &Spanned<ContractTable>, catalog: &Catalog, currency: Currency) -> Result<Contract, Fatal> {
    let raw = table.get_ref();
    let product = loaded.value(&raw.product, |text| known(text, catalog))?;
    let vendor = loaded.value(&raw.vendor, |text| said(text, "a vendor"))?;
    let lower = vendor.to_lowercase();
    let recorded = catalog.vendors().iter().find(|one| one.id == lower || one.name.to_lowercase() == lower);
    let ends = loaded.date(&raw.ends)?;
    let notice = configured(loaded, raw.notice.as_ref(), |text| notice(text, ends))?;
    let covers = raw.covers.0.iter().map(|text| loaded.value(text, |text| said(text, "a release")));
    Ok(Contract {
        product,
        vendor: recorded.map_or_else(|| vendor.clone(), |one| one.id.clone()),
        vendor_name: recorded.map_or_else(|| vendor.clone(), |one| one.name.clone()),
        kind: configured(loaded, raw.r#type.as_ref(), |text| parsed::<OfferType>(text))?,
        price: price(loaded, raw, currency)?,
        ends,
        covers: covers.collect::<Result<Vec<String>, Fatal>>()?,
        owner: configured(loaded, raw.owner.as_ref(), |text| said(text, "an owner"))?,
        notice,
        written: loaded.written(table),
    })
}

/// The product's id: a misspelt one would cover nothing and never be missed.
fn known(text: &str, catalog: &Catalog) -> Result<String, String> {
    let found = catalog.product(text).map(|product| product.id.clone());
    found.ok_or_else(|| format!("the catalog knows no product `{text}`; see `underpin catalog list`"))
}

fn price(loaded: &Loaded, raw: &ContractTable, currency: Currency) -> Result<Option<ContractPrice>, Fatal> {
    let own = configured(loaded, raw.currency.as_ref(), |text| text.parse().map_err(|_| no_currency(text)))?;
    let per = configured(loaded, raw.per.as_ref(), |text| parsed::<PriceUnit>(text))?;
    let period = configured(loaded, raw.period.as_ref(), |text| repeated(text))?;
    let amount = configured(loaded, raw.price.as_ref(), |amount| positive(*amount))?;
    Ok(amount.map(|amount| ContractPrice {
        amount,
        currency: own.unwrap_or(currency),
        per: per.unwrap_or(PriceUnit::Organisation),
        period: period.unwrap_or(Period::Year),
    }))
}

fn no_currency(text: &str) -> String {
    format!("`{text}` is no currency; write three letters of ISO 4217 such as EUR")
}

fn positive(amount: f64) -> Result<Decimal, String> {
    let refused = || format!("`{amount}` is no price; write a number such as 4500 or 4999.90");
    if amount < 0.0 { Err(refused()) } else { Decimal::from_f64(amount).ok_or_else(refused) }
}

fn repeated(text: &str) -> Result<Period, String> {
    let period: Period = parsed(text)?;
    if period == Period::Once { Err("a contract is paid again and again; write year or month".to_owned()) } else { Ok(period) }
}

/// A day, `2026-12-31`, or so many days before the end, `90 days`.
fn notice(text: &str, ends: Date) -> Result<Date, String> {
    let refused = || format!("`{text}` is no notice; write the last day for it, 2026-12-31, or days before the end, \"90 days\"");
    let day = if let Ok(day) = text.trim().parse::<Date>() {
        day
    } else {
        let number = text.trim().trim_end_matches(" days").trim_end_matches('d');
        let days: i32 = number.parse().ok().filter(|days| *days >= 0).ok_or_else(refused)?;
        let span = jiff::Span::new().try_days(days).map_err(|_| refused())?;
        ends.checked_sub(span).map_err(|_| refused())?
    };
    if day > ends { Err(format!("notice by {day} is after the end, {ends}")) } else { Ok(day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notice_is_a_day_or_days_before_the_end() {
        let ends = Date::constant(2027, 3, 31);
        for (text, expected) in
            [("2026-12-31", Date::constant(2026, 12, 31)), ("90 days", Date::constant(2026, 12, 31)), ("0d", ends)]
        {
            assert_eq!(notice(text, ends), Ok(expected), "{text}");
        }
        for bad in ["", "soon", "-5 days", "2027-04-01", "99999999 days"] {
            assert!(notice(bad, ends).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_price_comes_again_and_is_not_negative() {
        assert!(repeated("month").is_ok() && repeated("once").is_err() && repeated("sometimes").is_err());
        assert!(positive(0.0).is_ok() && positive(-1.0).is_err() && positive(f64::NAN).is_err());
    }
}
