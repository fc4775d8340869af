//! Who may gain from a report: what its author declares, and the referrals in the ledger. Put into a finished report, after
//! every verdict was made.

use crate::report::stamp;
use crate::report::view::{Referral, ReportV1};

use super::config::Loaded;
use super::ledger::Referred;
use super::refer_ledger::{breach, came_of};
use super::{Fatal, ledger};

/// Adds them and computes the digest again.
pub(super) fn disclose(report: &mut ReportV1, loaded: &Loaded) -> Result<(), Fatal> {
    let table = &loaded.config.refer;
    let lines = ledger::read(&ledger::place(None, loaded))?;
    let referrals = ledger::referred(&lines).into_iter().filter(|referred| referred.message.to == "vendor");
    report.disclosure.prepared_by.clone_from(&table.name);
    report.disclosure.interests.clone_from(&table.interests);
    report.disclosure.referrals = referrals.map(|referred| referral(&referred)).collect();
    stamp(report).map_err(|error| Fatal::unusable(format!("cannot compute the report's digest: {error}")))
}

fn referral(referred: &Referred<'_>) -> Referral {
    let message = referred.message;
    let recipient = match message.recipient.as_str() {
        "none" => "nobody",
        "upstream" => "the open-source project",
        "employer-discount" => "the buyer",
        _ => "who prepared this",
    };
    let outcome = referred.outcome.map_or_else(String::new, |outcome| format!("; {}", came_of(outcome)));
    let breach = breach(referred).map_or_else(String::new, |breach| format!("; BREACH: {breach}"));
    Referral {
        vendor: message.vendor.clone(),
        vendor_name: message.vendor_name.clone(),
        recipient: recipient.to_owned(),
        reward: format!("{} (referral of {}{outcome}{breach})", message.reward, message.date),
    }
}
