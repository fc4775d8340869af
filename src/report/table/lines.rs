//! The rows of the CSV: one for each case and offer that was scored for it, one for each offer on record, one that discloses.

use super::cell::Cell;
use crate::report::disclosure::{gain_in_a_cell, sentences};
use crate::report::entries::subject;
use crate::report::story;
use crate::report::view::{Amount, Covers, Decision, Entry, Offer, OffersOnRecord, Opportunity, ReportV1, SubVerdict};
use crate::report::words;

/// What a row is about.
#[derive(Clone, Copy)]
struct Line<'r> {
    report: &'r ReportV1,
    /// Who may gain, for the whole report.
    disclosure: &'r str,
    about: About<'r>,
}

#[derive(Clone, Copy)]
enum About<'r> {
    /// A case, with one of its offers.
    Case(&'r Opportunity, Option<&'r Offer>),
    /// An offer on record.
    Record(&'r OffersOnRecord, &'r Entry),
    /// The report itself: there is always one such row, so that no table is without its disclosure.
    Report,
}

impl<'r> Line<'r> {
    fn case(&self) -> Option<&'r Opportunity> {
        if let About::Case(case, _) = self.about { Some(case) } else { None }
    }

    fn offer(&self) -> Option<&'r Offer> {
        if let About::Case(_, offer) = self.about { offer } else { None }
    }

    fn record(&self) -> Option<(&'r OffersOnRecord, &'r Entry)> {
        if let About::Record(offers, entry) = self.about { Some((offers, entry)) } else { None }
    }

    fn decision(&self) -> Option<&'r Decision> {
        self.case().and_then(|case| case.decision.as_ref())
    }

    /// Words of the case.
    fn words(&self, pick: impl Fn(&'r Opportunity) -> Option<&'r str>) -> Cell {
        self.case().and_then(pick).into()
    }

    /// An amount of the case.
    fn amount(&self, pick: impl Fn(&'r Opportunity) -> Option<Amount>) -> Cell {
        self.case().and_then(pick).into()
    }
}

/// A column: its name, and what a row has in it.
type Column = (&'static str, for<'l, 'r> fn(&'l Line<'r>) -> Cell);

/// Every column, in order. A new one goes to the end, so that readers by position keep working.
const COLUMNS: &[Column] = &[
    ("row", |line| Cell::text(kind(line.about))),
    ("as_of", |line| Cell::Day(line.report.as_of)),
    ("currency", |line| Cell::text(&line.report.totals.currency)),
    ("case", |line| line.words(|case| Some(&case.id))),
    ("product", |line| {
        line.record().map_or_else(|| line.words(|case| Some(&case.product)), |(offers, _)| Cell::text(&offers.product))
    }),
    ("name", |line| {
        line.record().map_or_else(|| line.words(|case| Some(&case.product_name)), |(offers, _)| Cell::text(&subject(offers)))
    }),
    ("role", |line| line.words(|case| Some(&case.role))),
    ("version", |line| line.words(|case| case.version.as_deref())),
    ("cycle", |line| {
        line.record().map_or_else(|| line.words(|case| case.cycle.as_deref()), |(offers, _)| offers.cycle.as_ref().into())
    }),
    ("hosts", |line| line.case().map_or(Cell::Empty, |case| Cell::list(&case.hosts))),
    ("units", |line| line.case().and_then(|case| case.scope.units).map_or(Cell::Empty, Cell::count)),
    ("services", |line| line.case().and_then(|case| case.scope.services).map_or(Cell::Empty, Cell::count)),
    ("environment", |line| line.words(|case| case.scope.environment.as_deref())),
    ("exposure", |line| line.words(|case| case.scope.exposure.as_deref())),
    ("downtime_tier", |line| line.case().and_then(|case| case.scope.tier).map_or(Cell::Empty, Cell::count)),
    ("assumed", |line| line.case().map_or(Cell::Empty, |case| Cell::list(&case.scope.assumed))),
    ("use", |line| line.words(|case| Some(case.usage.word()))),
    ("listening", |line| line.case().map_or(Cell::Empty, |case| Cell::list(&case.listening))),
    ("lifecycle", |line| line.words(|case| Some(case.lifecycle.state.word()))),
    ("fixes_until", |line| line.case().and_then(|case| case.lifecycle.eol).into()),
    ("lifecycle_source", |line| line.words(|case| case.lifecycle.source.as_deref())),
    ("next_supported", |line| {
        line.case()
            .and_then(|case| case.next_supported.as_ref())
            .map_or(Cell::Empty, |next| Cell::text(&format!("{} {}", next.product_name, next.cycle)))
    }),
    ("verdict", |line| line.words(|case| Some(case.verdict.word()))),
    ("sub_verdict", |line| line.words(|case| case.sub_verdict.map(SubVerdict::word))),
    ("verdict_in_words", |line| line.case().map_or(Cell::Empty, |case| Cell::text(&words::short(case)))),
    ("next_step", |line| line.case().map_or(Cell::Empty, |case| Cell::text(&story::next_step(case)))),
    ("indicative", |line| line.case().map_or(Cell::Empty, |case| Cell::yes_no(case.indicative))),
    ("must_act_if_exposed", |line| line.case().map_or(Cell::Empty, |case| Cell::yes_no(case.must_act_if_exposed))),
    ("downtime_cost_free_below", |line| line.amount(|case| case.break_even.downtime_no)),
    ("downtime_cost_pays_above", |line| line.amount(|case| case.break_even.downtime_yes)),
    ("cost_leave", |line| line.amount(|case| case.alternatives.community.p50)),
    ("leave_allowed", |line| line.case().map_or(Cell::Empty, |case| Cell::yes_no(case.alternatives.community.admissible))),
    ("cost_buy", |line| line.amount(|case| case.alternatives.buy.p50)),
    ("cost_upgrade", |line| line.amount(|case| case.alternatives.upgrade.as_ref()?.p50)),
    ("evidence", |line| line.case().map_or(Cell::Empty, |case| Cell::text(words::grade(case.evidence_grade)))),
    ("decision", |line| line.decision().map_or(Cell::Empty, |decision| Cell::text(decision.state.word()))),
    ("decided_on", |line| line.decision().map(|decision| decision.on).into()),
    ("decided_by", |line| line.decision().and_then(|decision| decision.by.as_ref()).into()),
    ("accepted_until", |line| line.case().and_then(|case| case.accepted.as_ref()).map(|risk| risk.expiry).into()),
    ("vendor", |line| {
        line.record().map_or_else(
            || line.offer().and_then(|offer| offer.vendor_name.as_ref()).into(),
            |(_, entry)| Cell::text(&entry.vendor_name),
        )
    }),
    ("offer", |line| {
        line.record().map_or_else(
            || line.offer().map_or(Cell::Empty, |offer| Cell::text(&offer.name)),
            |(_, entry)| Cell::text(&entry.name),
        )
    }),
    ("offer_type", |line| line.offer().map_or(Cell::Empty, |offer| Cell::text(&offer.kind))),
    ("relation", |line| {
        line.record().map_or_else(
            || line.offer().and_then(|offer| offer.relation.as_ref()).into(),
            |(_, entry)| entry.relation.as_ref().into(),
        )
    }),
    ("covers", |line| covers(line)),
    ("versions_covered", |line| line.record().and_then(|(_, entry)| entry.versions.as_ref()).into()),
    ("confidence", |line| {
        line.record().map_or_else(
            || line.offer().map_or(Cell::Empty, |offer| Cell::text(&offer.confidence)),
            |(_, entry)| Cell::text(&entry.confidence),
        )
    }),
    ("price_per_year", |line| line.offer().and_then(|offer| offer.price.as_ref()?.per_year).into()),
    ("price_basis", |line| line.offer().map_or(Cell::Empty, |offer| Cell::text(offer.price_basis.word()))),
    ("price_as_published", |line| line.record().and_then(|(_, entry)| entry.price.as_ref()).into()),
    ("offer_verdict", |line| line.offer().map_or(Cell::Empty, |offer| Cell::text(offer.verdict.word()))),
    ("pays_in_100_runs", |line| line.offer().map_or_else(|| line.case().and_then(|case| case.score), |offer| offer.score).into()),
    ("pays_without_log", |line| {
        line.offer().map_or_else(|| line.case().and_then(|case| case.score_without_log), |offer| offer.score_without_log).into()
    }),
    ("pays_cash_only", |line| {
        line.offer().map_or_else(|| line.case().and_then(|case| case.score_cash), |offer| offer.score_omega0).into()
    }),
    ("net_p10", |line| {
        line.offer().map_or_else(|| line.case().map(|case| &case.net), |offer| Some(&offer.net)).and_then(|net| net.p10).into()
    }),
    ("net_p50", |line| {
        line.offer().map_or_else(|| line.case().map(|case| &case.net), |offer| Some(&offer.net)).and_then(|net| net.p50).into()
    }),
    ("net_p90", |line| {
        line.offer().map_or_else(|| line.case().map(|case| &case.net), |offer| Some(&offer.net)).and_then(|net| net.p90).into()
    }),
    ("ask_below", |line| {
        line.offer()
            .map_or_else(|| line.case().map(|case| &case.break_even), |offer| Some(&offer.break_even))
            .and_then(|turn| turn.price_75)
            .into()
    }),
    ("coin_toss_at", |line| {
        line.offer()
            .map_or_else(|| line.case().map(|case| &case.break_even), |offer| Some(&offer.break_even))
            .and_then(|turn| turn.price_50)
            .into()
    }),
    ("source", |line| {
        line.record().map_or_else(
            || line.offer().and_then(|offer| offer.source.as_ref()).into(),
            |(_, entry)| entry.source.as_ref().into(),
        )
    }),
    ("read_on", |line| line.record().map_or_else(|| line.offer().and_then(|offer| offer.as_of), |(_, entry)| entry.as_of).into()),
    ("who_may_gain", |line| who_may_gain(line)),
    ("disclosure", |line| Cell::text(line.disclosure)),
];

fn kind(about: About<'_>) -> &'static str {
    match about {
        About::Case(..) => "case",
        About::Record(..) => "on-record",
        About::Report => "disclosure",
    }
}

fn covers(line: &Line<'_>) -> Cell {
    let covers: Option<Covers> =
        line.record().map_or_else(|| line.offer().map(|offer| offer.covers), |(_, entry)| Some(entry.covers));
    covers.map(Covers::word).into()
}

/// Of an offer: who gains by bringing a customer. A row without an offer has nobody to name.
fn who_may_gain(line: &Line<'_>) -> Cell {
    match line.about {
        About::Case(_, Some(offer)) => Cell::text(&gain_in_a_cell(offer.programme.as_ref())),
        About::Record(_, entry) => Cell::text(&gain_in_a_cell(entry.programme.as_ref())),
        About::Case(_, None) | About::Report => Cell::Empty,
    }
}

/// The names of the columns.
pub(super) fn names() -> Vec<&'static str> {
    COLUMNS.iter().map(|(name, _)| *name).collect()
}

/// Every row: the cases in the report's order, each with its offers, best first; then all offers on record; then the disclosure.
pub(super) fn rows(report: &ReportV1) -> impl Iterator<Item = Vec<Cell>> {
    let disclosure = sentences(report).join("; ");
    let cases = report.opportunities.iter().flat_map(|case| {
        let alone = case.offers.is_empty().then_some(About::Case(case, None));
        alone.into_iter().chain(case.offers.iter().map(move |offer| About::Case(case, Some(offer))))
    });
    let records =
        report.offers_on_record.iter().flat_map(|offers| offers.entries.iter().map(move |entry| About::Record(offers, entry)));
    let row = move |about| {
        let line = Line { report, disclosure: &disclosure, about };
        COLUMNS.iter().map(|(_, cell)| cell(&line)).collect()
    };
    cases.chain(records).chain([About::Report]).map(row)
}
