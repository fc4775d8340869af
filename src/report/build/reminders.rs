//! What is to be thought of in time: accepted risks and contracts that have ended, end soon, or are about nothing here.

use super::places::name;
use crate::catalog::Catalog;
use crate::model::{Date, Deployment};
use crate::report::view::{Reminder, ReminderWord};
use crate::score::{AcceptedRisk, Contract, Policy};

/// Days before its last one from which an accepted risk is recalled.
const RISK_DAYS: i64 = 60;
/// Days before the last one for notice, or of the contract, from which it is recalled.
const CONTRACT_DAYS: i64 = 90;

/// The reminders of the configuration for what was found, in the order of their kinds, then of their days.
pub(super) fn reminders(policy: &Policy, deployments: &[Deployment], catalog: &Catalog, as_of: Date) -> Vec<Reminder> {
    let risks = policy.accepted.iter().filter_map(|risk| of_risk(risk, policy, deployments, as_of));
    let contracts = policy.contracts.iter().filter_map(|contract| of_contract(contract, policy, deployments, catalog, as_of));
    let mut reminders: Vec<Reminder> = risks.chain(contracts).collect();
    reminders.sort_by(|a, b| (a.kind, a.due, &a.subject).cmp(&(b.kind, b.due, &b.subject)));
    reminders.dedup();
    reminders
}

fn near(day: Date, as_of: Date, days: i64) -> bool {
    (0..=days).contains(&super::whole::days(as_of, day))
}

/// A risk that expired, unless another record accepts the same; or one that soon will.
fn of_risk(risk: &AcceptedRisk, policy: &Policy, deployments: &[Deployment], as_of: Date) -> Option<Reminder> {
    let about = |found: &&Deployment| risk.concerns(&found.product, found.role, found.cycle.as_deref());
    let here = deployments.iter().find(about)?;
    let approval = match (&risk.approved_by, risk.approved_on) {
        (Some(who), Some(day)) => format!(", approved by {who} on {day}"),
        (Some(who), None) => format!(", approved by {who}"),
        (None, Some(day)) => format!(", approved on {day}"),
        (None, None) => String::new(),
    };
    let accepted = format!("the risk that {} accepted to {} ({}{approval})", risk.owner, risk.expiry, risk.reason);
    let expired = as_of > risk.expiry;
    let (kind, text) = if expired && !policy.accepts(&here.product, here.role, here.cycle.as_deref(), as_of) {
        (ReminderWord::RiskExpired, format!("{accepted} has expired and counts no more: act, or accept it anew"))
    } else if near(risk.expiry, as_of, RISK_DAYS) {
        (ReminderWord::RiskEnds, format!("{accepted} soon counts no more: act by then, or accept it anew"))
    } else {
        return None;
    };
    // The record of a whole product has no id that a decision could be about.
    let command = (risk.id != here.product).then(|| format!("underpin decide {} accepted --by WHO --note WHY", risk.id));
    Some(Reminder { kind, subject: risk.id.clone(), text, due: Some(risk.expiry), command })
}

/// A contract that ended, unless another took over; one to be ended or changed by a near day; or one about nothing here.
fn of_contract(
    contract: &Contract,
    policy: &Policy,
    deployments: &[Deployment],
    catalog: &Catalog,
    as_of: Date,
) -> Option<Reminder> {
    let covered: Vec<&Deployment> = deployments.iter().filter(|found| contract.is_about(found)).collect();
    let others = || policy.contracts.iter().filter(|other| other.runs(as_of));
    let replaced = || covered.iter().all(|found| others().any(|other| other.is_about(found)));
    let owner = contract.owner.as_ref().map_or_else(String::new, |owner| format!(", owner: {owner}"));
    let called = format!("the contract with {} to {}{owner}", contract.vendor_name, contract.ends);
    let notice = contract.notice.filter(|day| near(*day, as_of, CONTRACT_DAYS));
    let (kind, text, due) = match (covered.is_empty(), contract.runs(as_of), notice) {
        (true, true, _) => (ReminderWord::ContractIdle, format!("{called} is about nothing that was found here"), contract.ends),
        (false, false, _) if !replaced() => {
            (ReminderWord::ContractExpired, format!("{called} has ended: what it covered is covered no more"), contract.ends)
        }
        (false, true, Some(day)) => {
            (ReminderWord::ContractEnds, format!("{called}: notice is due by {day}, so decide on its renewal"), day)
        }
        (false, true, None) if near(contract.ends, as_of, CONTRACT_DAYS) => {
            (ReminderWord::ContractEnds, format!("{called} ends soon: decide on its renewal"), contract.ends)
        }
        _ => return None,
    };
    Some(Reminder { kind, subject: name(&contract.product, catalog), text, due: Some(due), command: None })
}
