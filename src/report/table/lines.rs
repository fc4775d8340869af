//! The rows of the CSV: one for each case and offer that was scored for it, one for each offer on record, one for each contract that
//! would cover several cases, one for each thing to think of in time, one that discloses.

use super::cell::Cell;
use crate::report::disclosure::{gain_in_a_cell, sentences};
use crate::report::entries::subject;
use crate::report::story;
use crate::report::view::{
    Amount, Bundle, Contract, Covers, Decision, Entry, Net, Offer, OffersOnRecord, Opportunity, Reminder, ReportV1, SubVerdict,
};
use crate::report::{bundles, contracts, cover, words};

/// What a row is about.
#[derive(Clone, Copy)]
struct Line<'r> {
    report: &'r ReportV1,
    /// Who may gain, for the whole report.
    disclosure: &'r str,
    /// The cover that an offer has to give.
    required: Option<&'r str>,
    about: About<'r>,
}

#[derive(Clone, Copy)]
enum About<'r> {
    /// A case, with one of its offers.
    Case(&'r Opportunity, Option<&'r Offer>),
    /// An offer on record.
    Record(&'r OffersOnRecord, &'r Entry),
    /// One contract for several cases.
    Bundle(&'r Bundle),
    /// Something to think of in time.
    Reminder(&'r Reminder),
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

    fn bundle(&self) -> Option<&'r Bundle> {
        if let About::Bundle(bundle) = self.about { Some(bundle) } else { None }
    }

    fn reminder(&self) -> Option<&'r Reminder> {
        if let About::Reminder(reminder) = self.about { Some(reminder) } else { None }
    }

    /// The contracts that cover the case now; by their end.
    fn contracts(&self) -> &'r [Contract] {
        self.case().map_or(&[], |case| &case.contracts)
    }

    /// Net value of the offer, of the case where none was scored, or of the bundle.
    fn net(&self) -> Option<&'r Net> {
        let case = || self.case().map(|case| &case.net).or_else(|| self.bundle().map(|bundle| &bundle.net));
        self.offer().map(|offer| &offer.net).or_else(case)
    }

    /// Why the offer is out of the question, and what its vendor does not say.
    fn standing(&self) -> Option<(&'r [String], &'r [String])> {
        let record = || self.record().map(|(_, entry)| (entry.not_admissible.as_slice(), entry.asks.as_slice()));
        self.offer().map(|offer| (offer.not_admissible.as_slice(), offer.asks.as_slice())).or_else(record)
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
        let record = || line.record().map(|(offers, _)| subject(offers));
        let bundle = || line.bundle().map(|bundle| bundles::subject(line.report, bundle));
        let other = record().or_else(bundle).or_else(|| line.reminder().map(|reminder| reminder.subject.clone()));
        other.map_or_else(|| line.words(|case| Some(&case.product_name)), |name| Cell::text(&name))
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
    ("verdict", |line| {
        line.bundle().map_or_else(|| line.words(|case| Some(case.verdict.word())), |bundle| Some(bundle.verdict.word()).into())
    }),
    ("sub_verdict", |line| {
        line.bundle().map_or_else(
            || line.words(|case| case.sub_verdict.map(SubVerdict::word)),
            |bundle| bundle.sub_verdict.map(SubVerdict::word).into(),
        )
    }),
    ("verdict_in_words", |line| {
        let bundle = || line.bundle().map_or(Cell::Empty, |bundle| Cell::text(&bundle.summary));
        line.case().map_or_else(bundle, |case| Cell::text(&words::short(case)))
    }),
    ("next_step", |line| line.case().map_or(Cell::Empty, |case| Cell::text(&story::next_step(case)))),
    ("indicative", |line| {
        let bundle = || line.bundle().map(|bundle| bundle.indicative);
        line.case().map(|case| case.indicative).or_else(bundle).map_or(Cell::Empty, Cell::yes_no)
    }),
    ("must_act_if_exposed", |line| line.case().map_or(Cell::Empty, |case| Cell::yes_no(case.must_act_if_exposed))),
    ("downtime_cost_free_below", |line| line.amount(|case| case.break_even.downtime_no)),
    ("downtime_cost_pays_above", |line| line.amount(|case| case.break_even.downtime_yes)),
    ("cost_leave", |line| {
        line.bundle().map_or_else(|| line.amount(|case| case.alternatives.community.p50), |bundle| bundle.free.into())
    }),
    ("leave_allowed", |line| line.case().map_or(Cell::Empty, |case| Cell::yes_no(case.alternatives.community.admissible))),
    ("cost_buy", |line| line.bundle().map_or_else(|| line.amount(|case| case.alternatives.buy.p50), |bundle| bundle.buy.into())),
    ("cost_upgrade", |line| line.amount(|case| case.alternatives.upgrade.as_ref()?.p50)),
    ("evidence", |line| line.case().map_or(Cell::Empty, |case| Cell::text(words::grade(case.evidence_grade)))),
    ("decision", |line| line.decision().map_or(Cell::Empty, |decision| Cell::text(decision.state.word()))),
    ("decided_on", |line| line.decision().map(|decision| decision.on).into()),
    ("decided_by", |line| line.decision().and_then(|decision| decision.by.as_ref()).into()),
    ("accepted_until", |line| line.case().and_then(|case| case.accepted.as_ref()).map(|risk| risk.expiry).into()),
    ("vendor", |line| {
        line.record().map_or_else(
            || line.bundle().map(|it| &it.vendor_name).or_else(|| line.offer()?.vendor_name.as_ref()).into(),
            |(_, entry)| Cell::text(&entry.vendor_name),
        )
    }),
    ("offer", |line| {
        line.record().map_or_else(
            || line.bundle().map(|it| &it.name).or_else(|| line.offer().map(|offer| &offer.name)).into(),
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
    ("price_per_year", |line| {
        let bundle = || line.bundle().and_then(|bundle| bundle.price.as_ref());
        line.offer().and_then(|offer| offer.price.as_ref()).or_else(bundle).and_then(|price| price.per_year).into()
    }),
    ("price_basis", |line| {
        let bundle = || line.bundle().map(|bundle| bundle.price_basis);
        line.offer().map(|offer| offer.price_basis).or_else(bundle).map_or(Cell::Empty, |basis| Cell::text(basis.word()))
    }),
    ("price_as_published", |line| line.record().and_then(|(_, entry)| entry.price.as_ref()).into()),
    ("offer_verdict", |line| line.offer().map_or(Cell::Empty, |offer| Cell::text(offer.verdict.word()))),
    ("pays_in_100_runs", |line| {
        let case = || line.case().map(|case| case.score).or_else(|| line.bundle().map(|bundle| bundle.score));
        line.offer().map(|offer| offer.score).or_else(case).flatten().into()
    }),
    ("pays_without_log", |line| {
        line.offer().map_or_else(|| line.case().and_then(|case| case.score_without_log), |offer| offer.score_without_log).into()
    }),
    ("pays_cash_only", |line| {
        line.offer().map_or_else(|| line.case().and_then(|case| case.score_cash), |offer| offer.score_omega0).into()
    }),
    ("net_p10", |line| line.net().and_then(|net| net.p10).into()),
    ("net_p50", |line| line.net().and_then(|net| net.p50).into()),
    ("net_p90", |line| line.net().and_then(|net| net.p90).into()),
    ("ask_below", |line| {
        let bundle = || line.bundle().map(|bundle| bundle.price_75);
        let case = || line.case().map(|case| case.break_even.price_75).or_else(bundle);
        line.offer().map(|offer| offer.break_even.price_75).or_else(case).flatten().into()
    }),
    ("coin_toss_at", |line| {
        let bundle = || line.bundle().map(|bundle| bundle.price_50);
        let case = || line.case().map(|case| case.break_even.price_50).or_else(bundle);
        line.offer().map(|offer| offer.break_even.price_50).or_else(case).flatten().into()
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
    ("required", |line| line.required.into()),
    ("not_admissible", |line| line.standing().map_or(Cell::Empty, |(reasons, _)| Cell::list(reasons))),
    ("to_ask", |line| line.standing().map_or(Cell::Empty, |(_, asks)| Cell::list(asks))),
    ("bundle", |line| {
        line.bundle()
            .map_or_else(|| line.case().map_or(Cell::Empty, |case| Cell::list(&case.bundles)), |bundle| Cell::text(&bundle.id))
    }),
    ("bundled_cases", |line| line.bundle().map_or(Cell::Empty, |bundle| Cell::list(&bundle.cases))),
    ("contract", |line| Cell::list(&line.contracts().iter().map(contracts::in_words).collect::<Vec<_>>())),
    ("contract_ends", |line| line.contracts().first().map(|contract| contract.ends).into()),
    ("contract_notice", |line| line.contracts().iter().filter_map(|contract| contract.notice).min().into()),
    ("renewal_verdict", |line| line.contracts().first().map(|contract| contract.renewal.word()).into()),
    ("reminder", |line| line.reminder().map_or(Cell::Empty, |reminder| Cell::text(&reminder.text))),
    ("due", |line| line.reminder().and_then(|reminder| reminder.due).into()),
    ("command", |line| line.reminder().and_then(|reminder| reminder.command.as_ref()).into()),
];

fn kind(about: About<'_>) -> &'static str {
    match about {
        About::Case(..) => "case",
        About::Record(..) => "on-record",
        About::Bundle(_) => "bundle",
        About::Reminder(_) => "reminder",
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
        About::Bundle(bundle) => {
            let entries = line.report.offers_on_record.iter().flat_map(|offers| &offers.entries);
            let of_it = entries.filter(|entry| entry.vendor == bundle.vendor);
            let entry = of_it.max_by_key(|entry| (entry.name == bundle.name, entry.programme.is_some()));
            Cell::text(&gain_in_a_cell(entry.and_then(|entry| entry.programme.as_ref())))
        }
        About::Case(_, None) | About::Reminder(_) | About::Report => Cell::Empty,
    }
}

/// The names of the columns.
pub(super) fn names() -> Vec<&'static str> {
    COLUMNS.iter().map(|(name, _)| *name).collect()
}

/// Every row: the cases in the report's order, each with its offers, best first; then all offers on record, bundles and reminders;
/// then the disclosure.
pub(super) fn rows(report: &ReportV1) -> impl Iterator<Item = Vec<Cell>> {
    let (disclosure, required) = (sentences(report).join("; "), cover::required(report));
    let cases = report.opportunities.iter().flat_map(|case| {
        let alone = case.offers.is_empty().then_some(About::Case(case, None));
        alone.into_iter().chain(case.offers.iter().map(move |offer| About::Case(case, Some(offer))))
    });
    let records =
        report.offers_on_record.iter().flat_map(|offers| offers.entries.iter().map(move |entry| About::Record(offers, entry)));
    let row = move |about| {
        let line = Line { report, disclosure: &disclosure, required: required.as_deref(), about };
        COLUMNS.iter().map(|(_, cell)| cell(&line)).collect()
    };
    let bundles = report.bundles.iter().map(About::Bundle);
    let reminders = report.reminders.iter().map(About::Reminder);
    cases.chain(records).chain(bundles).chain(reminders).chain([About::Report]).map(row)
}
