//! `price = { … }`: a figure needs its unit, its currency and its page. Without a period or a date the price counts as
//! unknown and the offer stays.

use toml::Spanned;

use super::super::faults::Faults;
use super::super::raw::RawPrice;
use super::super::types::{Amount, Price};
use crate::problem::Code;

pub(super) fn check(table: &Spanned<RawPrice>, faults: &mut Faults<'_>) -> Price {
    let raw = table.get_ref();
    let minimum = raw.minimum.as_ref().and_then(|number| {
        let minimum = u32::try_from(*number.get_ref()).ok().filter(|minimum| *minimum > 0);
        if minimum.is_none() {
            faults.at(
                Code::BadPrice,
                number.span(),
                format!("minimum {} is no count of units; it is 1 or more", number.get_ref()),
            );
        }
        minimum
    });
    if raw.lo.is_some() && raw.source.is_none() {
        faults.at(Code::NoSource, table.span(), "price has an amount and no `source`; name the page that states it");
    }
    Price {
        amount: amount(table, faults),
        period: faults.maybe_word(raw.period.as_ref()),
        minimum,
        as_of: faults.maybe_date(raw.as_of.as_ref()),
        source: faults.maybe_url(raw.source.as_ref()),
        text: faults.maybe_text(raw.text.as_ref()),
    }
}

fn amount(table: &Spanned<RawPrice>, faults: &mut Faults<'_>) -> Option<Amount> {
    let raw = table.get_ref();
    let Some(lo) = &raw.lo else {
        for (key, value) in [("hi", &raw.hi), ("currency", &raw.currency), ("per", &raw.per)] {
            if let Some(value) = value {
                faults.at(Code::BadPrice, value.span(), format!("`{key}` stands without `lo`; add the amount or leave it out"));
            }
        }
        return None;
    };
    for (key, value) in [("currency", &raw.currency), ("per", &raw.per)] {
        if value.is_none() {
            faults.at(
                Code::BadPrice,
                table.span(),
                format!("price has an amount and no `{key}`; a figure without it means nothing"),
            );
        }
    }
    let lo = faults.decimal(lo);
    let hi = raw.hi.as_ref().map(|hi| (hi.span(), faults.decimal(hi)));
    if let (Some(low), Some((span, Some(high)))) = (lo, &hi)
        && *high < low
    {
        faults.at(Code::BadPrice, span.clone(), format!("hi {high} is below lo {low}"));
    }
    let currency = raw.currency.as_ref().and_then(|code| faults.currency(code));
    let per = faults.maybe_word(raw.per.as_ref());
    Some(Amount { lo: lo?, hi: hi.and_then(|(_, hi)| hi), currency: currency?, per: per? })
}
