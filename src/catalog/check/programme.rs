//! `[[programme]]` tables: the record of what a vendor offers to those who bring customers. A stated term that breaks the
//! code of conduct is no fault of the file; `conduct` grades it. A text that promises income is one.

use toml::Spanned;

use super::super::conduct;
use super::super::faults::{Faults, Place};
use super::super::raw::{RawDisclosure, RawProgramme, RawReward, RawShare, RawVendor, Text};
use super::super::types::{Disclosure, Programme, ProgrammeUpstream, Reward};
use crate::problem::Code;

pub(super) fn check(table: &Spanned<RawProgramme>, vendor: &RawVendor, faults: &mut Faults<'_>) -> Option<Programme> {
    let raw = table.get_ref();
    let place = Place::of(table);
    let id = faults.required(raw.id.as_ref(), "id", place).and_then(|id| faults.id(id));
    let kind = faults.required(raw.kind.as_ref(), "kind", place).and_then(|word| faults.word(word));
    let status = faults.required(raw.status.as_ref(), "status", place).and_then(|word| faults.word(word));
    if raw.source_url.is_none() {
        faults.missing(Code::NoSource, "source-url", place, "name the page of the programme");
    }
    let source_url = faults.maybe_url(raw.source_url.as_ref());
    let retrieved = faults.required(raw.retrieved.as_ref(), "retrieved", place).and_then(|date| faults.date(date));
    own_offers(raw, vendor, faults);
    promises(raw, faults);
    let list = |texts: &Option<Vec<Text>>| texts.as_ref().map(|texts| texts.iter().map(|text| text.get_ref().clone()).collect());
    let number = |number: &Option<Spanned<i64>>| number.as_ref().map(|number| *number.get_ref());
    Some(Programme {
        terms: faults.maybe_text(raw.terms.as_ref()),
        offers: faults.texts(&raw.offers),
        levels: number(&raw.levels),
        join_fee: faults.maybe_text(raw.join_fee.as_ref()),
        min_purchase: faults.maybe_text(raw.min_purchase.as_ref()),
        recruitment_reward: faults.maybe_text(raw.recruitment_reward.as_ref()),
        trigger: faults.maybe_text(raw.trigger.as_ref()),
        hold_days: number(&raw.hold_days),
        clawback: raw.clawback,
        price_effect: faults.maybe_text(raw.price_effect.as_ref()),
        reward: raw.reward.as_ref().map(|table| reward(table.get_ref(), faults)),
        recipients: list(&raw.recipients),
        default_recipient: faults.maybe_text(raw.default_recipient.as_ref()),
        own_employer: faults.maybe_text(raw.own_employer.as_ref()),
        decision_maker: faults.maybe_text(raw.decision_maker.as_ref()),
        public_sector: faults.maybe_text(raw.public_sector.as_ref()),
        disclosure: raw.disclosure.as_ref().map(|table| disclosure(table.get_ref(), faults)),
        non_monetary: list(&raw.non_monetary),
        upstream: raw.upstream.as_ref().map(|table| share(table.get_ref(), faults)),
        lead_fields: list(&raw.lead_fields),
        retention_days: number(&raw.retention_days),
        paid_placement: raw.paid_placement,
        exclusive: raw.exclusive,
        earnings_claims: raw.earnings_claims,
        id: id?,
        kind: kind?,
        status: status?,
        source_url: source_url?,
        retrieved: retrieved?,
    })
}

/// A programme belongs to offers of the same file only.
fn own_offers(raw: &RawProgramme, vendor: &RawVendor, faults: &mut Faults<'_>) {
    let own = |slug: &str| vendor.offer.iter().any(|offer| offer.get_ref().id.as_ref().is_some_and(|id| id.get_ref() == slug));
    for slug in raw.offers.iter().filter(|slug| !own(slug.get_ref())) {
        let text = format!("`{}` is no offer of this file; a programme speaks of its own vendor's offers only", slug.get_ref());
        faults.at(Code::UnknownReference, slug.span(), text);
    }
}

/// Rule P20: no text of a record promises income.
fn promises(raw: &RawProgramme, faults: &mut Faults<'_>) {
    let disclosure = raw.disclosure.as_ref().and_then(|table| table.get_ref().text.as_ref());
    for text in [raw.terms.as_ref(), disclosure].into_iter().flatten() {
        if let Some(promise) = conduct::income_promise(text.get_ref()) {
            let says = format!("P20: `{promise}` promises income; state the terms and leave the promise out");
            faults.at(Code::Conduct, text.span(), says);
        }
    }
}

fn reward(raw: &RawReward, faults: &mut Faults<'_>) -> Reward {
    Reward {
        kind: faults.maybe_text(raw.kind.as_ref()),
        value: faults.maybe_text(raw.value.as_ref()),
        base: faults.maybe_text(raw.base.as_ref()),
        cap: faults.maybe_text(raw.cap.as_ref()),
        currency: faults.maybe_text(raw.currency.as_ref()),
        duration_months: raw.duration_months.as_ref().map(|months| *months.get_ref()),
    }
}

fn disclosure(raw: &RawDisclosure, faults: &mut Faults<'_>) -> Disclosure {
    Disclosure {
        required: raw.required,
        text: faults.maybe_text(raw.text.as_ref()),
        covers_non_monetary: raw.covers_non_monetary,
    }
}

fn share(raw: &RawShare, faults: &mut Faults<'_>) -> ProgrammeUpstream {
    ProgrammeUpstream {
        share_pct: faults.maybe_text(raw.share_pct.as_ref()),
        funding_url: faults.maybe_url(raw.funding_url.as_ref()),
        verified_by: faults.maybe_text(raw.verified_by.as_ref()),
    }
}
