//! A decision as a line that may be shared: words of closed lists and bands, so that nothing in it tells who decided what.
//!
//! Left out on purpose: ids, names of products, hosts, people and vendors, notes, days, currencies and every exact figure.

use std::io::{self, Write};

use serde::Serialize;

use crate::catalog::Catalog;
use crate::model::{Currency, Date, Kind, RateTable, Role};
use crate::report::view::{DecisionWord, LifeState, OutcomeWord, SubVerdict, VerdictWord};

use super::decide;
use super::decisions::{Record, Said, Stood};

/// Name and version of a line.
const SCHEMA: &str = "underpin.decision/1";

/// Ends of the bands of counts: 1, 2 to 5, 6 to 20 …
const COUNTS: [f64; 5] = [1.0, 5.0, 20.0, 100.0, 1_000.0];

/// Ends of the bands of money, US dollars a year.
const MONEY: [f64; 6] = [1_000.0, 3_000.0, 10_000.0, 30_000.0, 100_000.0, 300_000.0];

/// Ends of the bands of the share of runs: the last below which the score says no, and the last below which it does not say yes.
const RUNS: [f64; 3] = [10.0, 35.0, 75.0];

/// One line. What was not recorded is `null`.
#[derive(Debug, PartialEq, Serialize)]
struct Line {
    schema: &'static str,
    kind: Option<Kind>,
    role: Option<Role>,
    lifecycle: Option<LifeState>,
    environment: Option<&'static str>,
    exposure: Option<&'static str>,
    downtime_tier: Option<u8>,
    units: Option<String>,
    services: Option<String>,
    verdict: Option<VerdictWord>,
    sub_verdict: Option<SubVerdict>,
    runs_in_100: Option<String>,
    worth_usd: Option<String>,
    price_usd: Option<String>,
    decision: DecisionWord,
    outcome: Option<OutcomeWord>,
    outcome_after: Option<&'static str>,
}

/// Writes a line for each decision, sorted, so that their order tells nothing either.
pub(super) fn lines(all: &[Stood<'_>], catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Vec::new();
    for stood in all {
        lines.push(serde_json::to_string(&line(*stood, catalog))?);
    }
    lines.sort();
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn line(stood: Stood<'_>, catalog: &Catalog) -> Line {
    let rates = catalog.rates();
    let Record { case, report, price, currency, decision, on, .. } = stood.record;
    let said = |field: fn(&Said) -> Option<f64>| report.as_ref().and_then(field);
    let dollars = |amount: Option<f64>, currency: Option<&str>| in_dollars(amount?, currency?, rates);
    let report_currency = report.as_ref().and_then(|said| said.currency.as_deref());
    Line {
        schema: SCHEMA,
        kind: report.as_ref().and_then(|said| said.kind).or_else(|| decide::kind(case, catalog)),
        role: report.as_ref().and_then(|said| said.role).or_else(|| decide::role(case).map(|(_, role, _)| role)),
        lifecycle: report.as_ref().map(|said| said.lifecycle),
        environment: report.as_ref().and_then(|said| listed(said.environment.as_deref(), &["prod", "staging", "dev"])),
        exposure: report
            .as_ref()
            .and_then(|said| listed(said.exposure.as_deref(), &["none", "local", "internal", "internet", "unknown"])),
        downtime_tier: report.as_ref().and_then(|said| said.tier).filter(|tier| *tier <= 3),
        units: said(|said| said.units.map(f64::from)).map(|count| band(count, &COUNTS, true)),
        services: said(|said| said.services.map(f64::from)).map(|count| band(count, &COUNTS, true)),
        verdict: report.as_ref().map(|said| said.verdict),
        sub_verdict: report.as_ref().and_then(|said| said.sub_verdict),
        runs_in_100: said(|said| said.score).map(|score| band(score, &RUNS, false)),
        worth_usd: dollars(said(|said| said.worth_at_most), report_currency).map(|worth| band(worth.max(0.0), &MONEY, false)),
        price_usd: dollars(*price, currency.as_deref()).map(|price| band(price, &MONEY, false)),
        decision: *decision,
        outcome: stood.outcome.map(|said| said.outcome),
        outcome_after: stood.outcome.map(|said| after(*on, said.on)),
    }
}

fn in_dollars(amount: f64, currency: &str, rates: Option<&RateTable>) -> Option<f64> {
    let currency: Currency = currency.parse().ok()?;
    let factor = if currency == Currency::USD { 1.0 } else { rates?.factor(currency, Currency::USD)? };
    Some(amount * factor)
}

/// A word of the file, if it is one that reports use: people edit the file.
fn listed(word: Option<&str>, known: &[&'static str]) -> Option<&'static str> {
    known.iter().copied().find(|known| Some(*known) == word)
}

/// The band that a figure lies in: `2-5` for counts, `1000-3000` for amounts, `up to 1000`, `over 300000`.
fn band(figure: f64, ends: &[f64], counts: bool) -> String {
    let Some(position) = ends.iter().position(|end| figure <= *end) else {
        return format!("over {}", ends.last().copied().unwrap_or_default());
    };
    let end = ends.get(position).copied().unwrap_or_default();
    match position.checked_sub(1).and_then(|before| ends.get(before)) {
        None if counts => format!("{end}"),
        None => format!("up to {end}"),
        Some(start) => format!("{}-{end}", if counts { start + 1.0 } else { *start }),
    }
}

fn after(decided: Date, said: Date) -> &'static str {
    let years = |years| decided.checked_add(jiff::Span::new().years(years)).unwrap_or(Date::MAX);
    match said {
        said if said < years(1) => "within a year",
        said if said < years(2) => "after a year",
        _ => "after two years or more",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_told_by_its_band_alone() {
        for (figure, told) in [(1.0, "1"), (2.0, "2-5"), (5.0, "2-5"), (6.0, "6-20"), (1_001.0, "over 1000")] {
            assert_eq!(band(figure, &COUNTS, true), told, "{figure}");
        }
        for (figure, told) in [(0.0, "up to 1000"), (1_000.0, "up to 1000"), (4_500.0, "3000-10000"), (1e9, "over 300000")] {
            assert_eq!(band(figure, &MONEY, false), told, "{figure}");
        }
    }

    #[test]
    fn a_line_has_no_text_that_somebody_wrote() {
        let secret = || "Secret GmbH".to_owned();
        let said = Said {
            as_of: Date::constant(2026, 11, 24),
            kind: Some(Kind::WebServer),
            role: Some(Role::Server),
            lifecycle: LifeState::Eol,
            verdict: VerdictWord::PaysOff,
            sub_verdict: None,
            score: Some(86.8),
            worth_at_most: Some(4_711.0),
            currency: Some("USD".to_owned()),
            units: Some(17),
            services: Some(1),
            environment: Some(secret()),
            exposure: Some("internet".to_owned()),
            tier: Some(3),
        };
        let record = Record {
            case: "secretgmbh-server-1".to_owned(),
            decision: DecisionWord::Bought,
            on: Date::constant(2026, 11, 24),
            by: Some(secret()),
            price: Some(4_711.0),
            currency: Some("USD".to_owned()),
            until: None,
            note: Some(secret()),
            report: Some(said),
        };
        let mut out = Vec::new();
        lines(&[Stood { record: &record, outcome: None }], &Catalog::embedded(), &mut out).expect("a Vec takes everything");
        let text = String::from_utf8(out).expect("JSON is UTF-8");
        assert_eq!(
            text,
            "{\"schema\":\"underpin.decision/1\",\"kind\":\"web-server\",\"role\":\"server\",\"lifecycle\":\"eol\",\
             \"environment\":null,\"exposure\":\"internet\",\"downtime_tier\":3,\"units\":\"6-20\",\"services\":\"1\",\
             \"verdict\":\"pays-off\",\"sub_verdict\":null,\"runs_in_100\":\"over 75\",\"worth_usd\":\"3000-10000\",\
             \"price_usd\":\"3000-10000\",\"decision\":\"bought\",\"outcome\":null,\"outcome_after\":null}\n"
        );
    }
}
