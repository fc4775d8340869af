//! Who may gain from a report: what its author declares, and the referrals in the ledger. Put into a finished report, after
//! every verdict was made.

use crate::report::stamp;
use crate::report::view::{Referral, ReportV1};

use super::config::Loaded;
use super::{Fatal, ledger};

/// Adds them and computes the digest again.
pub(super) fn disclose(report: &mut ReportV1, loaded: &Loaded) -> Result<(), Fatal> {
    let table = &loaded.config.refer;
    let mut referrals: Vec<Referral> = Vec::new();
    for line in ledger::read(&ledger::place(None, loaded))?.into_iter().filter(|line| line.to == "vendor") {
        let recipient = match line.recipient.as_str() {
            "none" => "nobody",
            "upstream" => "the open-source project",
            "employer-discount" => "the buyer",
            _ => "who prepared this",
        };
        let reward = format!("{} (referral of {})", line.reward, line.date);
        referrals.push(Referral { vendor: line.vendor, vendor_name: line.vendor_name, recipient: recipient.to_owned(), reward });
    }
    report.disclosure.prepared_by.clone_from(&table.name);
    report.disclosure.interests.clone_from(&table.interests);
    report.disclosure.referrals = referrals;
    stamp(report).map_err(|error| Fatal::unusable(format!("cannot compute the report's digest: {error}")))
}
