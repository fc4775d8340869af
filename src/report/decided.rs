//! Decisions for people: what was decided on a case, and the question how it turned out.

use super::entries::open_cases;
use super::story::case_name;
use super::text::{amount, counted, visible};
use super::view::{Decision, DecisionWord, Opportunity, OutcomeWord, Reminder, ReminderWord, ReportV1};

/// `declined on 2026-11-02 by Ada, at 4,500 EUR a year; it turned out as expected`.
pub(super) fn in_words(decision: &Decision) -> String {
    let by = decision.by.as_deref().map_or_else(String::new, |by| format!(" by {}", visible(by)));
    let until = decision.until.map_or_else(String::new, |until| format!(" until {until}"));
    let currency = decision.currency.as_deref().map_or_else(String::new, |code| format!(" {}", visible(code)));
    let price = decision.price.map_or_else(String::new, |price| format!(", at {}{currency} a year", amount(price)));
    let outcome = decision.outcome.map_or_else(String::new, |outcome| format!("; it turned out {}", turned_out(outcome)));
    let what = match decision.state {
        DecisionWord::Accepted => "risk accepted",
        other => other.word(),
    };
    format!("{what} on {}{by}{until}{price}{outcome}", decision.on)
}

fn turned_out(outcome: OutcomeWord) -> &'static str {
    match outcome {
        OutcomeWord::Better => "better than expected",
        OutcomeWord::AsExpected => "as expected",
        OutcomeWord::Worse => "worse than expected",
    }
}

/// What to type, twelve months on.
fn asked(decision: &Decision) -> Option<String> {
    decision.asks_outcome.then(|| format!("underpin decide {} --outcome better|as-expected|worse", decision.case))
}

/// The question that is due for a decision.
#[must_use]
pub fn outcome_due(decision: &Decision) -> Option<Reminder> {
    let command = asked(decision)?;
    let here = if decision.has_case { "" } else { ", no case here" };
    Some(Reminder {
        kind: ReminderWord::Outcome,
        subject: format!("{}{here}", decision.case),
        text: format!("{}. Twelve months on, how did it turn out?", in_words(decision)),
        due: Some(decision.on),
        command: Some(command),
    })
}

/// Cases with their decision, open or not.
pub(super) fn cases(report: &ReportV1) -> Vec<(String, &Decision)> {
    let decided = |case: &'_ Opportunity| case.decision.is_some();
    let named = report.opportunities.iter().filter(|case| decided(case));
    named.filter_map(|case| Some((case_name(case), case.decision.as_ref()?))).collect()
}

/// Decisions that no case here is about: those that wait for their outcome, by id, and how many there are besides.
pub(super) fn elsewhere(report: &ReportV1) -> (Vec<&Decision>, Option<String>) {
    let (waiting, quiet): (Vec<_>, Vec<_>) =
        report.decisions.iter().filter(|decision| !decision.has_case).partition(|decision| decision.asks_outcome);
    let rest = u64::try_from(quiet.len()).unwrap_or(u64::MAX);
    let told = |number| format!("{} on record about what is no case here", counted(number, "decision"));
    (waiting, (rest > 0).then(|| told(rest)))
}

/// Ids of open cases that nobody has decided.
pub(super) fn undecided(report: &ReportV1) -> Vec<String> {
    let open = open_cases(report).into_iter().filter(|case| case.decision.is_none());
    open.map(|case| visible(&case.id)).collect()
}
