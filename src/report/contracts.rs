//! Contracts and reminders for people.

use super::story::case_name;
use super::text::{amount, visible};
use super::view::{Contract, Reminder, ReportV1, VerdictWord};

/// `covered by your contract with Acme to 2027-03-31 (notice by 2026-12-31; owner: web team); renewal at 4,500 EUR per organisation
/// and year: does not pay`.
pub(super) fn in_words(contract: &Contract) -> String {
    let notice = contract
        .notice
        .map(|day| if contract.notice_passed { format!("notice was due by {day}") } else { format!("notice by {day}") });
    let owner = contract.owner.as_ref().map(|owner| format!("owner: {owner}"));
    let facts: Vec<String> = [notice, owner].into_iter().flatten().collect();
    let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join("; ")) };
    let unit = |word: &Option<String>| word.clone().unwrap_or_default();
    let price = contract.price.map_or_else(
        || " at a price that is not said".to_owned(),
        |price| {
            format!(
                " at {} {} per {} and {}",
                amount(price),
                unit(&contract.currency),
                unit(&contract.per),
                unit(&contract.period)
            )
        },
    );
    let renewal = match contract.renewal {
        VerdictWord::PaysOff => "pays",
        VerdictWord::DoesNotPayOff => "does not pay",
        VerdictWord::Depends => "depends on what nobody said yet",
        VerdictWord::NotEnoughData => "cannot be judged yet",
        VerdictWord::Borderline => "is a close call",
        VerdictWord::MustAct => "is one of the ways to act",
    };
    let likely = if contract.indicative && contract.renewal != VerdictWord::Depends { " (indicative)" } else { "" };
    let text = format!(
        "covered by your contract with {} to {}{facts}; renewal{price}: {renewal}{likely}",
        contract.vendor_name, contract.ends
    );
    visible(&text)
}

/// Cases with the contracts that cover them, open or not.
pub(super) fn lines(report: &ReportV1) -> Vec<String> {
    let cases = report.opportunities.iter();
    let told =
        cases.flat_map(|case| case.contracts.iter().map(move |contract| format!("{}: {}", case_name(case), in_words(contract))));
    told.collect()
}

/// `nginx-server-1.22: declined on 2025-11-02. Twelve months on, how did it turn out?`
pub(super) fn reminder(reminder: &Reminder) -> String {
    visible(&format!("{}: {}", reminder.subject, reminder.text))
}
