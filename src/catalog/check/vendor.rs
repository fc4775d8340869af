//! `vendors/<id>.toml` → [`Vendor`].

use toml::Spanned;

use super::super::faults::{Faults, Place};
use super::super::raw::{Number, RawCoverage, RawOffer, RawUpstream, RawVendor, Text};
use super::super::types::{Area, Coverage, Offer, Upstream, Vendor};
use super::super::words::{Confidence, OfferType};
use super::{price, programme};
use crate::problem::Code;

/// The vendor, if the file says enough of it to be one; faults go to `faults`.
pub(crate) fn check(raw: &RawVendor, faults: &mut Faults<'_>) -> Option<Vendor> {
    faults.schema(raw.schema.as_ref());
    let id = faults.own_id();
    let name = faults.required(raw.name.as_ref(), "name", Place::File).and_then(|name| faults.text(name));
    let url = faults.required(raw.url.as_ref(), "url", Place::File).and_then(|url| faults.url(url));
    if let Some(country) = &raw.country
        && !(country.get_ref().len() == 2 && country.get_ref().bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        faults.at(Code::BadValue, country.span(), format!("`{}` is no country; write two letters such as DE", country.get_ref()));
    }
    faults.no_repeats(&raw.aliases);
    unique_slugs(raw, faults);
    if raw.contact.is_none() && raw.recorded_by.is_none() {
        let advice = "say who answers for the file at the vendor, or in `recorded-by` who recorded it from public pages";
        faults.missing(Code::MissingKey, "contact", Place::File, advice);
    }
    Some(Vendor {
        country: raw.country.as_ref().map(|country| country.get_ref().clone()),
        notes: faults.maybe_text(raw.notes.as_ref()),
        aliases: faults.texts(&raw.aliases),
        contact: raw.contact.as_ref().and_then(|contact| reachable(contact, faults)),
        recorded_by: faults.maybe_text(raw.recorded_by.as_ref()),
        upstream: raw.upstream.as_ref().and_then(|table| upstream(table, faults)),
        offers: raw.offer.iter().filter_map(|table| offer(&id, table, faults)).collect(),
        programmes: raw.programme.iter().filter_map(|table| programme::check(table, raw, faults)).collect(),
        id,
        name: name?,
        url: url?,
    })
}

/// A mail address or a page.
fn reachable(contact: &Text, faults: &mut Faults<'_>) -> Option<String> {
    let text = faults.text(contact)?;
    let mail = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if text.starts_with("https://") {
        return faults.url(contact);
    }
    if !mail || text.contains(char::is_whitespace) {
        faults.at(
            Code::BadValue,
            contact.span(),
            format!("`{text}` is neither a mail address nor an https address; write one that answers, as support@acme.example"),
        );
        return None;
    }
    Some(text)
}

fn unique_slugs(raw: &RawVendor, faults: &mut Faults<'_>) {
    let offers: Vec<_> = raw.offer.iter().filter_map(|table| table.get_ref().id.clone()).collect();
    let programmes: Vec<_> = raw.programme.iter().filter_map(|table| table.get_ref().id.clone()).collect();
    for (what, ids) in [("offer", offers), ("programme", programmes)] {
        for (index, id) in ids.iter().enumerate() {
            if ids.iter().take(index).any(|earlier| earlier.get_ref() == id.get_ref()) {
                faults.at(
                    Code::DuplicateId,
                    id.span(),
                    format!("{what} `{}` stands twice; give one of them another id", id.get_ref()),
                );
            }
        }
    }
}

fn upstream(table: &Spanned<RawUpstream>, faults: &mut Faults<'_>) -> Option<Upstream> {
    let raw = table.get_ref();
    let contribution = faults.required(raw.contribution.as_ref(), "contribution", Place::of(table))?;
    Some(Upstream { source: faults.maybe_url(raw.source.as_ref()), contribution: faults.text(contribution)? })
}

fn offer(vendor: &str, table: &Spanned<RawOffer>, faults: &mut Faults<'_>) -> Option<Offer> {
    let raw = table.get_ref();
    let place = Place::of(table);
    let slug = faults.required(raw.id.as_ref(), "id", place).and_then(|id| faults.id(id));
    let name = faults.required(raw.name.as_ref(), "name", place).and_then(|name| faults.text(name));
    let kind = faults.required(raw.r#type.as_ref(), "type", place).and_then(|word| faults.word(word));
    let confidence = faults.required(raw.confidence.as_ref(), "confidence", place).and_then(|word| faults.word(word));
    let relation = faults.maybe_word(raw.relation.as_ref());
    if raw.relation.is_none() && kind.is_some_and(|kind| !matches!(kind, OfferType::Training | OfferType::Indemnification)) {
        faults.missing(Code::MissingKey, "relation", place, "only training and indemnification have none");
    }
    if raw.source.is_none() {
        faults.missing(Code::NoSource, "source", place, "name the page of the offer");
    }
    if confidence == Some(Confidence::Seen) && raw.as_of.is_none() {
        faults.missing(
            Code::MissingKey,
            "as-of",
            place,
            "write the day on which the page was read, or confidence = \"unverified\"",
        );
    }
    if raw.covers.is_empty() {
        faults.at(Code::MissingKey, table.span(), "no [[offer.covers]] table; name at least one product");
    }
    let source = faults.maybe_url(raw.source.as_ref());
    let price = raw.price.as_ref().map(|table| price::check(table, faults));
    if let (Some(Confidence::Unverified), Some(table)) = (confidence, &raw.price) {
        let text = "an unverified offer carries no price; read its page and write confidence = \"seen\", or leave the price out";
        faults.at(Code::BadPrice, table.span(), text);
    }
    let checked = Offer {
        key: format!("{vendor}/{}", slug.as_deref().unwrap_or_default()),
        relation,
        as_of: faults.maybe_date(raw.as_of.as_ref()),
        support_hours: faults.maybe_text(raw.support_hours.as_ref()),
        hours: faults.maybe_word(raw.hours.as_ref()),
        response: faults.maybe_text(raw.response.as_ref()),
        response_minutes: raw.response_minutes.as_ref().and_then(|number| minutes(number, faults)),
        regions: faults.maybe_text(raw.regions.as_ref()),
        languages: languages(&raw.languages, faults),
        serves: areas(&raw.serves, faults),
        notes: faults.maybe_text(raw.notes.as_ref()),
        entitlement: raw.entitlement.as_ref().and_then(|id| faults.id(id)),
        price,
        covers: coverage(&raw.covers, faults),
        name: name?,
        kind: kind?,
        confidence: confidence?,
        source: source?,
    };
    slug.map(|_| checked)
}

fn minutes(number: &Number, faults: &mut Faults<'_>) -> Option<u32> {
    let minutes = u32::try_from(*number.get_ref()).ok().filter(|minutes| *minutes > 0);
    if minutes.is_none() {
        faults.at(
            Code::BadValue,
            number.span(),
            format!("`{}` is no number of minutes; write 60 for one hour", number.get_ref()),
        );
    }
    minutes
}

fn languages(texts: &[Text], faults: &mut Faults<'_>) -> Vec<String> {
    faults.no_repeats(texts);
    for text in texts {
        let language = text.get_ref();
        if !(language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase())) {
            faults.at(
                Code::BadValue,
                text.span(),
                format!("`{language}` is no language; write two letters of ISO 639-1 such as de"),
            );
        }
    }
    faults.texts(texts)
}

fn areas(texts: &[Text], faults: &mut Faults<'_>) -> Vec<Area> {
    faults.no_repeats(texts);
    let mut areas = Vec::new();
    for text in texts {
        match text.get_ref().parse::<Area>() {
            Ok(area) => areas.push(area),
            Err(error) => faults.at(Code::BadValue, text.span(), error.to_string()),
        }
    }
    areas
}

fn coverage(tables: &[Spanned<RawCoverage>], faults: &mut Faults<'_>) -> Vec<Coverage> {
    let mut covers: Vec<Coverage> = Vec::new();
    for table in tables {
        let raw = table.get_ref();
        let Some(product) = faults.required(raw.product.as_ref(), "product", Place::of(table)) else { continue };
        faults.no_repeats(&raw.cycles);
        let cover = Coverage {
            product: product.get_ref().clone(),
            versions: faults.maybe_text(raw.versions.as_ref()),
            cycles: faults.texts(&raw.cycles),
            on: faults.texts(&raw.on),
        };
        if covers.iter().any(|earlier| earlier.product == cover.product && earlier.on == cover.on) {
            let text = format!("`{}` is covered twice by this offer; put both into one table", cover.product);
            faults.at(Code::DuplicateId, product.span(), text);
        }
        covers.push(cover);
    }
    covers
}
