//! `[[programme]]` tables: the record of what a vendor offers to those who bring customers. A stated term that breaks the
//! code of conduct is a fault of a vendor's own file, and a fact, graded by `conduct`, in one that others recorded.

use std::ops::Range;

use toml::Spanned;

use super::super::conduct::{self, Force};
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
    figures(raw, faults);
    let list = |texts: &Option<Vec<Text>>| texts.as_ref().map(|texts| texts.iter().map(|text| text.get_ref().clone()).collect());
    let number = |number: &Option<Spanned<i64>>| number.as_ref().map(|number| *number.get_ref());
    let programme = Programme {
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
    };
    if vendor.contact.is_some() {
        refused(&programme, table, faults);
    }
    Some(programme)
}

/// A programme belongs to offers of the same file only.
fn own_offers(raw: &RawProgramme, vendor: &RawVendor, faults: &mut Faults<'_>) {
    let own = |slug: &str| vendor.offer.iter().any(|offer| offer.get_ref().id.as_ref().is_some_and(|id| id.get_ref() == slug));
    for slug in raw.offers.iter().filter(|slug| !own(slug.get_ref())) {
        let text = format!("`{}` is no offer of this file; a programme speaks of its own vendor's offers only", slug.get_ref());
        faults.at(Code::UnknownReference, slug.span(), text);
    }
}

/// A reward's figures need what they are counted in.
fn figures(raw: &RawProgramme, faults: &mut Faults<'_>) {
    let Some(reward) = raw.reward.as_ref().map(Spanned::get_ref) else { return };
    let Some(value) = &reward.value else { return };
    let (kind, sum) = (reward.kind.as_ref().map(|kind| kind.get_ref().as_str()), "a sum without it means nothing");
    match kind {
        None => faults.at(Code::BadPrice, value.span(), "the reward has a value and no `kind`; write percent or fixed"),
        Some("fixed") if reward.currency.is_none() => {
            faults.at(Code::BadPrice, value.span(), format!("the reward has a value and no `currency`; {sum}"));
        }
        _ => {}
    }
    if let (Some(cap), None) = (&reward.cap, &reward.currency) {
        faults.at(Code::BadPrice, cap.span(), format!("the reward has a cap and no `currency`; {sum}"));
    }
}

/// A vendor that answers for its file may not put a programme into it that the code of conduct refuses. A record made by
/// others stays: it is a fact, shown as refused.
fn refused(programme: &Programme, table: &Spanned<RawProgramme>, faults: &mut Faults<'_>) {
    let broken = conduct::assess(programme, programme.retrieved).broken;
    for rule in broken.into_iter().filter(|rule| rule.force == Force::Reject) {
        let span = term(rule.id, table.get_ref()).unwrap_or_else(|| table.span());
        faults.at(
            Code::Conduct,
            span,
            format!("{}: the term breaks the rule \"{}\"; change it or leave the programme out", rule.id, rule.asks),
        );
    }
}

/// Where the term stands that a rule is about; yes and no carry no place.
fn term(rule: &str, raw: &RawProgramme) -> Option<Range<usize>> {
    let text = |text: &Option<Text>| text.as_ref().map(Spanned::span);
    let number = |number: &Option<Spanned<i64>>| number.as_ref().map(Spanned::span);
    match rule {
        "P01" => number(&raw.levels),
        "P02" => text(&raw.recruitment_reward),
        "P03" => text(&raw.join_fee).or_else(|| text(&raw.min_purchase)),
        "P04" => number(&raw.hold_days).or_else(|| text(&raw.trigger)),
        "P05" => text(&raw.price_effect),
        "P09" => text(&raw.default_recipient),
        "P23" => raw.recipients.as_ref().and_then(|who| who.first()).map(Spanned::span),
        _ => None,
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
