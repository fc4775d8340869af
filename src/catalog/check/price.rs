//! `price = { … }`: a figure needs its unit, its currency, its day and its page. A price whose page does
//! not say how often it is due says so in its text, and counts as unknown.

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

/// Three digits after the point: in half of Europe it sets thousands apart.
fn is_ambiguous(figure: &str) -> bool {
    figure.split_once('.').is_some_and(|(whole, part)| part.len() == 3 && whole.bytes().any(|digit| digit != b'0'))
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
    for (key, value) in [("currency", &raw.currency), ("per", &raw.per), ("as-of", &raw.as_of)] {
        if value.is_none() {
            faults.at(
                Code::BadPrice,
                table.span(),
                format!("price has an amount and no `{key}`; add it, since a figure without it means nothing"),
            );
        }
    }
    if raw.period.is_none() && raw.text.is_none() {
        let text = "price has an amount and no `period`; say how often it is due or, in `text`, that the page does not say";
        faults.at(Code::BadPrice, table.span(), text);
    }
    for figure in [Some(lo), raw.hi.as_ref()].into_iter().flatten().filter(|figure| is_ambiguous(figure.get_ref())) {
        let says = format!(
            "`{0}` could be read as {1}; write 1200 for twelve hundred and 1.20 for one and a fifth",
            figure.get_ref(),
            figure.get_ref().replace('.', "")
        );
        faults.at(Code::BadPrice, figure.span(), says);
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
