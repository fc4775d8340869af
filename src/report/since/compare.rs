//! The comparison as a whole: what can be compared, in which order it is told.

use std::collections::BTreeSet;

use super::snapshot::{Decided, Snapshot};
use super::{cases, places};
use crate::report::view::{Change, ChangeWord, Since, SinceBasis};

/// Compares two states. Nothing is said of hosts that only one of them looked at, but that it is so.
#[must_use]
pub fn compare(then: &Snapshot, now: &Snapshot, basis: SinceBasis, source: Option<String>) -> Since {
    let (old, new) = (names(then), names(now));
    let both: BTreeSet<&str> = old.intersection(&new).copied().collect();
    let (mut changes, unchanged_cases) = cases::changes(then, now, &both, basis);
    changes.extend(places::changes(then, now, &both));
    changes.extend(decisions(then, now));
    changes.sort_by(|a, b| (a.kind, &a.name, &a.from, &a.hosts).cmp(&(b.kind, &b.name, &b.from, &b.hosts)));
    let only = |one: &BTreeSet<&str>, other: &BTreeSet<&str>| one.difference(other).map(|name| (*name).to_owned()).collect();
    Since {
        basis,
        source,
        as_of: then.as_of,
        changes,
        unchanged_cases,
        not_looked_at: only(&old, &new),
        first_looked_at: only(&new, &old),
    }
}

fn names(state: &Snapshot) -> BTreeSet<&str> {
    state.targets.iter().map(|target| target.name.as_str()).collect()
}

/// Decisions and outcomes that stand now and did not stand then.
fn decisions(then: &Snapshot, now: &Snapshot) -> Vec<Change> {
    let mut changes = Vec::new();
    for decided in &now.decisions {
        let before = then.decisions.iter().find(|other| other.case == decided.case);
        if before == Some(decided) {
            continue;
        }
        let case = now.cases().iter().chain(then.cases()).find(|case| case.is_called(&decided.case));
        changes.push(Change {
            kind: ChangeWord::Decided,
            subject: decided.case.clone(),
            name: case.map_or_else(|| decided.case.clone(), super::snapshot::Was::title),
            hosts: case.map(|case| case.hosts.clone()).unwrap_or_default(),
            from: before.map(in_words),
            to: Some(in_words(decided)),
            ..Change::default()
        });
    }
    changes
}

fn in_words(decided: &Decided) -> String {
    let outcome = decided.outcome.map_or_else(String::new, |outcome| format!("; outcome: {outcome}"));
    format!("{} on {}{outcome}", decided.state, decided.on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::view::{CauseWord, Figure, Input, LifeState, Opportunity, ReportV1, Score, Target, VerdictWord};

    fn input(symbol: &str, likely: f64, grade: &str) -> Input {
        let likely = Figure(likely);
        Input {
            symbol: symbol.into(),
            name: symbol.into(),
            lo: likely,
            likely,
            hi: likely,
            grade: grade.into(),
            ..Input::default()
        }
    }

    /// One case on one host.
    fn report(verdict: VerdictWord, score: f64, inputs: Vec<Input>) -> ReportV1 {
        let hosts = vec!["web1".to_owned()];
        let id = "nginx-server-1.22".to_owned();
        let case = Opportunity { id, hosts, verdict, score: Some(Score(score)), inputs, ..Opportunity::default() };
        let target = Target { name: "web1".into(), ..Target::default() };
        ReportV1 { targets: vec![target], opportunities: vec![case], ..ReportV1::default() }
    }

    fn causes(then: &ReportV1, now: &ReportV1) -> Vec<(CauseWord, Option<String>, Option<String>)> {
        let [then, now] = [then, now].map(|report| Snapshot::of(report).expect("a report reads itself"));
        let since = compare(&then, &now, SinceBasis::Report, None);
        let [change] = since.changes.as_slice() else { panic!("one change: {since:?}") };
        assert_eq!(change.kind, ChangeWord::Verdict);
        change.causes.iter().map(|cause| (cause.input, cause.from.clone(), cause.to.clone())).collect()
    }

    #[expect(clippy::unnecessary_wraps, reason = "it stands beside optional fields")]
    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_price_and_logged_hours_are_named_before_other_figures() {
        let then = report(
            VerdictWord::DoesNotPayOff,
            20.0,
            vec![input("P", 9_000.0, "catalog"), input("h", 2.0, "default"), input("w", 65.0, "default")],
        );
        let now = report(
            VerdictWord::PaysOff,
            90.0,
            vec![input("P", 4_500.0, "quoted"), input("h", 6.5, "logged"), input("w", 70.0, "user-set")],
        );
        let expected = [
            (CauseWord::Price, text("9,000"), text("4,500")),
            (CauseWord::Log, text("2"), text("6.5")),
            (CauseWord::Figure, text("65"), text("70")),
        ];
        assert_eq!(causes(&then, &now), expected);
    }

    #[test]
    fn a_default_that_follows_from_an_end_of_life_is_no_cause_of_its_own() {
        let then = report(VerdictWord::Borderline, 50.0, vec![input("f", 0.1, "default")]);
        let mut now = report(VerdictWord::PaysOff, 80.0, vec![input("f", 0.4, "default")]);
        assert_eq!(causes(&then, &now), [(CauseWord::Figure, text("0.1"), text("0.4"))]);
        now.opportunities[0].lifecycle.state = LifeState::Eol;
        assert_eq!(causes(&then, &now), [(CauseWord::Lifecycle, text("unknown"), text("eol"))]);
    }

    #[test]
    fn what_no_input_explains_is_the_catalog_or_the_runs() {
        let then = report(VerdictWord::Borderline, 74.0, Vec::new());
        let mut now = report(VerdictWord::PaysOff, 76.0, Vec::new());
        assert_eq!(causes(&then, &now), [(CauseWord::Runs, text("74 of 100 runs"), text("76 of 100 runs"))]);
        now.catalog.digest = text("another");
        now.catalog.date = Some(crate::model::Date::constant(2026, 8, 22));
        assert_eq!(causes(&then, &now), [(CauseWord::Catalog, None, text("2026-08-22"))]);
    }

    #[test]
    fn a_report_that_lacks_later_fields_is_read_and_another_version_is_not() {
        let mut old = serde_json::to_value(report(VerdictWord::Depends, 50.0, Vec::new())).expect("plain data");
        let fields = old.as_object_mut().expect("an object");
        assert!(fields.remove("decisions").is_some() && fields.remove("since").is_some());
        let read = |value: &serde_json::Value| Snapshot::read(value.to_string().as_bytes());
        assert!(read(&old).is_ok());
        old["schema"] = "underpin.report/2".into();
        assert!(read(&old).is_err_and(|error| error.to_string().contains("underpin.report/2")));
    }
}
