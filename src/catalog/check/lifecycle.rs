//! `lifecycle/<id>.toml` → [`LifecycleTable`].

use toml::Spanned;

use super::super::faults::{Faults, Place};
use super::super::raw::{RawCycle, RawLifecycle, RawStep, Text};
use super::super::types::{CycleRow, Extension, Hours, LifecycleTable, Phase, Step};
use crate::model::Scheme;
use crate::problem::Code;

/// The table; faults go to `faults`.
pub(crate) fn check(raw: &RawLifecycle, faults: &mut Faults<'_>) -> LifecycleTable {
    faults.schema(raw.schema.as_ref());
    let product = faults.own_id();
    if !raw.cycle.is_empty() {
        if raw.source.is_none() {
            faults.missing(Code::NoSource, "source", Place::File, "name the page of the dates");
        }
        faults.required(raw.as_of.as_ref(), "as-of", Place::File);
    }
    let mut cycles: Vec<CycleRow> = Vec::new();
    for table in &raw.cycle {
        let Some(row) = cycle(table, faults) else { continue };
        if cycles.iter().any(|earlier| earlier.name == row.name) {
            faults.at(Code::DuplicateId, table.span(), format!("cycle `{}` stands twice; keep one of them", row.name));
        }
        cycles.push(row);
    }
    sort_oldest_first(&mut cycles);
    LifecycleTable {
        product,
        source: faults.maybe_url(raw.source.as_ref()),
        as_of: faults.maybe_date(raw.as_of.as_ref()),
        cycles,
        steps: raw.step.iter().filter_map(|table| step(table, faults)).collect(),
    }
}

/// By version where every name begins with a number, since a vendor's table can carry late release dates; else by release.
fn sort_oldest_first(cycles: &mut [CycleRow]) {
    if cycles.iter().all(|row| row.name.starts_with(|c: char| c.is_ascii_digit())) {
        cycles.sort_by(|a, b| Scheme::Generic.compare(&a.name, &b.name));
    } else {
        cycles.sort_by(|a, b| a.release.cmp(&b.release).then_with(|| Scheme::Generic.compare(&a.name, &b.name)));
    }
}

fn cycle(table: &Spanned<RawCycle>, faults: &mut Faults<'_>) -> Option<CycleRow> {
    let raw = table.get_ref();
    let name = faults.required(raw.name.as_ref(), "name", Place::of(table)).and_then(|name| faults.text(name));
    let row = CycleRow {
        name: name.clone().unwrap_or_default(),
        codename: faults.maybe_text(raw.codename.as_ref()),
        release: faults.maybe_date(raw.release.as_ref()),
        lts: raw.lts.as_ref().and_then(|lts| long_term(lts, faults)),
        active: phase(raw.active_end.as_ref(), faults),
        eol: phase(raw.eol.as_ref(), faults),
        extension: extension(table, faults),
        latest: faults.maybe_text(raw.latest.as_ref()),
        latest_date: faults.maybe_date(raw.latest_date.as_ref()),
    };
    order(&row, raw, faults);
    name.map(|_| row)
}

fn long_term(lts: &Text, faults: &mut Faults<'_>) -> Option<String> {
    match lts.get_ref().as_str() {
        "yes" | "no" => Some(lts.get_ref().clone()),
        _ => faults.date(lts).map(|date| date.to_string()),
    }
}

fn phase(end: Option<&Text>, faults: &mut Faults<'_>) -> Phase {
    let Some(end) = end else { return Phase::Unknown };
    match end.get_ref().as_str() {
        "ended" => Phase::Ended,
        "open" => Phase::Open,
        text if text.starts_with(|c: char| c.is_ascii_digit()) => faults.date(end).map_or(Phase::Unknown, Phase::Until),
        text => {
            let says = format!("`{text}` is no end of a phase; write a date, \"ended\" or \"open\"");
            faults.at(Code::BadDate, end.span(), says);
            Phase::Unknown
        }
    }
}

fn extension(table: &Spanned<RawCycle>, faults: &mut Faults<'_>) -> Option<Extension> {
    let raw = table.get_ref();
    let Some(end) = &raw.extended_end else {
        for (key, value) in [("extended-is", &raw.extended_is), ("extended-by", &raw.extended_by)] {
            if let Some(value) = value {
                faults.at(
                    Code::BadValue,
                    value.span(),
                    format!("`{key}` stands without `extended-end`; add the end or leave it out"),
                );
            }
        }
        return None;
    };
    let end = phase(Some(end), faults);
    let is = faults.required(raw.extended_is.as_ref(), "extended-is", Place::of(table)).and_then(|word| faults.word(word));
    let by = faults.maybe_text(raw.extended_by.as_ref());
    Some(Extension { end, is: is?, by })
}

/// Phases follow one another; the fault stands at the later of the two dates.
fn order(row: &CycleRow, raw: &RawCycle, faults: &mut Faults<'_>) {
    let extended = row.extension.as_ref().and_then(|extension| extension.end.date());
    let pairs = [
        ("release", row.release, "active-end", row.active.date(), &raw.active_end),
        ("release", row.release, "eol", row.eol.date(), &raw.eol),
        ("active-end", row.active.date(), "eol", row.eol.date(), &raw.eol),
        ("eol", row.eol.date(), "extended-end", extended, &raw.extended_end),
    ];
    for (first, early, second, late, place) in pairs {
        if let (Some(early), Some(late), Some(place)) = (early, late, place)
            && early > late
        {
            faults.at(Code::BadDate, place.span(), format!("{second} {late} lies before {first} {early}"));
        }
    }
}

fn step(table: &Spanned<RawStep>, faults: &mut Faults<'_>) -> Option<Step> {
    let raw = table.get_ref();
    let from = faults.required(raw.from.as_ref(), "from", Place::of(table)).and_then(|from| faults.text(from));
    if raw.to_product.is_none() {
        faults.required(raw.to.as_ref(), "to", Place::of(table));
    }
    let kind = faults.required(raw.kind.as_ref(), "kind", Place::of(table)).and_then(|word| faults.word(word));
    let per = faults.required(raw.per.as_ref(), "per", Place::of(table)).and_then(|word| faults.word(word));
    let step = Step {
        to: faults.maybe_text(raw.to.as_ref()),
        to_product: faults.maybe_text(raw.to_product.as_ref()),
        hours: hours(table, faults),
        from: from?,
        kind: kind?,
        per: per?,
    };
    Some(step)
}

fn hours(table: &Spanned<RawStep>, faults: &mut Faults<'_>) -> Option<Hours> {
    let raw = table.get_ref();
    let Some(hours) = &raw.hours else {
        if let Some(word) = &raw.confidence {
            faults.at(Code::BadValue, word.span(), "`confidence` stands without `hours`; leave it out");
        }
        faults.maybe_url(raw.source.as_ref());
        return None;
    };
    if raw.source.is_none() {
        faults.at(Code::NoSource, hours.span(), "hours need their `source`; name the page, or leave the hours out");
    }
    let confidence = faults.required(raw.confidence.as_ref(), "confidence", Place::of(table)).and_then(|word| faults.word(word));
    let source = faults.maybe_url(raw.source.as_ref());
    let figures: Option<Vec<u32>> = hours.get_ref().iter().map(|figure| u32::try_from(*figure).ok()).collect();
    let Some([lo, likely, hi]) = figures.as_deref().filter(|figures| figures.is_sorted()) else {
        faults.at(Code::BadValue, hours.span(), "hours are three whole numbers [lo, likely, hi] in rising order");
        return None;
    };
    Some(Hours { lo: *lo, likely: *likely, hi: *hi, source: source?, confidence: confidence? })
}
