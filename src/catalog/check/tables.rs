//! `rates.toml`, `labour.toml` and `funding.toml`.

use std::collections::BTreeMap;

use toml::Spanned;

use super::super::faults::{Faults, Place};
use super::super::raw::{RawChannel, RawCountry, RawFunding, RawLabour, RawRates};
use super::super::types::{FundingChannel, LabourCost};
use super::super::words::Confidence;
use crate::model::RateTable;
use crate::problem::Code;

/// Units of each currency for one unit of the base.
pub(crate) fn rates(raw: &RawRates, faults: &mut Faults<'_>) -> Option<RateTable> {
    faults.schema(raw.schema.as_ref());
    let base = faults.required(raw.base.as_ref(), "base", Place::File).and_then(|base| faults.currency(base));
    let date = faults.required(raw.date.as_ref(), "date", Place::File).and_then(|date| faults.date(date));
    if raw.source.is_none() {
        faults.missing(Code::NoSource, "source", Place::File, "say who published the rates");
    }
    let source = faults.maybe_text(raw.source.as_ref());
    let mut rates = BTreeMap::new();
    for (code, rate) in &raw.rates {
        let currency = faults.currency(code);
        let units = faults.decimal(rate);
        if units.is_some_and(|units| units.is_zero()) {
            faults.at(Code::BadPrice, rate.span(), "a rate of zero says that the currency is worth nothing");
        }
        if let (Some(currency), Some(units)) = (currency, units) {
            rates.insert(currency, units);
        }
    }
    if rates.is_empty() {
        faults.whole(Code::MissingKey, "no rate under [rates]; name at least one currency");
    }
    Some(RateTable { base: base?, date: date?, source: source?, rates })
}

/// Hourly labour costs, sorted by country.
pub(crate) fn labour(raw: &RawLabour, faults: &mut Faults<'_>) -> Vec<LabourCost> {
    faults.schema(raw.schema.as_ref());
    let mut costs: Vec<LabourCost> = Vec::new();
    for table in &raw.country {
        let Some(cost) = country(table, faults) else { continue };
        if costs.iter().any(|earlier| earlier.code == cost.code) {
            faults.at(Code::DuplicateId, table.span(), format!("country `{}` stands twice; keep the newer figure", cost.code));
        }
        costs.push(cost);
    }
    costs.sort_by(|a, b| a.code.cmp(&b.code));
    costs
}

fn country(table: &Spanned<RawCountry>, faults: &mut Faults<'_>) -> Option<LabourCost> {
    let raw = table.get_ref();
    let place = Place::of(table);
    let code = faults.required(raw.code.as_ref(), "code", place).and_then(|code| faults.text(code));
    let year = faults.required(raw.year.as_ref(), "year", place).and_then(|year| {
        let plausible = u16::try_from(*year.get_ref()).ok().filter(|year| (2000..2100).contains(year));
        if plausible.is_none() {
            faults.at(Code::BadDate, year.span(), format!("{} is no year of a labour cost", year.get_ref()));
        }
        plausible
    });
    let currency = faults.required(raw.currency.as_ref(), "currency", place).and_then(|code| faults.currency(code));
    let hourly = faults.required(raw.hourly.as_ref(), "hourly", place).and_then(|amount| faults.decimal(amount));
    if raw.source.is_none() {
        faults.missing(Code::NoSource, "source", place, "say who published the figure");
    }
    let source = faults.maybe_text(raw.source.as_ref());
    Some(LabourCost { code: code?, year: year?, currency: currency?, hourly: hourly?, source: source? })
}

/// Ways to fund authors, in the file's order.
pub(crate) fn funding(raw: &RawFunding, faults: &mut Faults<'_>) -> Vec<FundingChannel> {
    faults.schema(raw.schema.as_ref());
    raw.channel.iter().filter_map(|table| channel(table, faults)).collect()
}

fn channel(table: &Spanned<RawChannel>, faults: &mut Faults<'_>) -> Option<FundingChannel> {
    let raw = table.get_ref();
    let place = Place::of(table);
    let name = faults.required(raw.name.as_ref(), "name", place).and_then(|name| faults.text(name));
    let kind = faults.required(raw.kind.as_ref(), "kind", place).and_then(|kind| faults.id(kind));
    let url = faults.required(raw.url.as_ref(), "url", place).and_then(|url| faults.url(url));
    let confidence = faults.required(raw.confidence.as_ref(), "confidence", place).and_then(|word| faults.word(word));
    if confidence == Some(Confidence::Seen) && raw.source.is_none() {
        faults.missing(Code::NoSource, "source", place, "name the page, or write confidence = \"unverified\"");
    }
    Some(FundingChannel {
        fee: faults.maybe_text(raw.fee.as_ref()),
        source: faults.maybe_url(raw.source.as_ref()),
        notes: faults.maybe_text(raw.notes.as_ref()),
        name: name?,
        kind: kind?,
        url: url?,
        confidence: confidence?,
    })
}
