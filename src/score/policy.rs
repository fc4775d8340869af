//! What the organisation says of itself: everything that no scan can see and no default should guess.

use std::collections::BTreeSet;

use super::{Contract, Env, Exposure, HostRules, Regime, Required, Source, Tier, Triple};
use crate::effort::Tally;
use crate::model::{Currency, Date, RateTable, Role};
use crate::vulns::Lists;

/// The organisation's own figures. What is `None` or empty is not said, hence assumed and shown as such.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Currency of the report.
    pub currency: Currency,
    /// Rates to use in place of the catalog's.
    pub rates: Option<RateTable>,
    /// Loaded cost of an hour of staff.
    pub wage: Option<Wage>,
    /// What an hour down costs.
    pub downtime: Downtime,
    /// What the targets are used for.
    pub env: Option<Env>,
    /// From where they can be reached.
    pub exposure: Option<Exposure>,
    /// Rule books that apply.
    pub regimes: BTreeSet<Regime>,
    /// Hours that a way out of end-of-life software takes.
    pub upgrade_hours: Option<Triple>,
    /// How many services the units make up.
    pub services: Option<u32>,
    /// What holds for single hosts and repositories in place of the above.
    pub hosts: HostRules,
    /// The cover that an offer has to give.
    pub required: Required,
    /// Quantities that prices can be counted by and no scan sees.
    pub quantities: Quantities,
    /// Contracts that somebody signed.
    pub contracts: Vec<Contract>,
    /// Risks that somebody signed for.
    pub accepted: Vec<AcceptedRisk>,
    /// Lists of vulnerabilities that other programs made.
    pub vulnerabilities: Lists,
    /// The hours that were logged.
    pub logged: Option<Tally>,
}

impl Default for Policy {
    /// US dollars, and nothing said.
    fn default() -> Self {
        Self {
            currency: Currency::USD,
            rates: None,
            wage: None,
            downtime: Downtime::NotSaid,
            env: None,
            exposure: None,
            regimes: BTreeSet::new(),
            upgrade_hours: None,
            services: None,
            hosts: HostRules::default(),
            required: Required::default(),
            quantities: Quantities::default(),
            contracts: Vec::new(),
            accepted: Vec::new(),
            vulnerabilities: Lists::default(),
            logged: None,
        }
    }
}

/// The loaded cost of an hour of staff.
#[derive(Clone, Debug, PartialEq)]
pub struct Wage {
    /// In the report's currency.
    pub cost: Triple,
    /// Whose figure it is.
    pub source: Source,
    /// Where exactly it comes from.
    pub basis: String,
}

/// What an hour down costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Downtime {
    /// Tier 1 is assumed.
    NotSaid,
    /// A class.
    Tier(Tier),
    /// A figure, in the report's currency.
    Cost(Triple),
}

/// Quantities that prices can be counted by.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Quantities {
    /// People who use the software.
    pub users: Option<u32>,
    /// People who work here.
    pub employees: Option<u32>,
    /// Gigabytes kept or sent.
    pub gb: Option<u32>,
    /// Money spent a year on what the price is a share of.
    pub spend: Option<u32>,
    /// Support tickets a year.
    pub tickets: Option<u32>,
}

/// A record that somebody accepts a risk. After its expiry it counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedRisk {
    /// Id of the finding, `EOL-nodejs-20`, of the case, `nodejs-runtime-20`, or of the product.
    pub id: String,
    /// Who owns the risk.
    pub owner: String,
    /// Why it is accepted.
    pub reason: String,
    /// Last day on which it counts.
    pub expiry: Date,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When.
    pub approved_on: Option<Date>,
}

impl AcceptedRisk {
    /// Whether it is about the end of life of this product and cycle, whatever the day.
    #[must_use]
    pub fn concerns(&self, product: &str, role: Role, cycle: Option<&str>) -> bool {
        let cycle = cycle.map_or_else(String::new, |cycle| format!("-{cycle}"));
        [format!("EOL-{product}{cycle}"), format!("{product}-{role}{cycle}"), product.to_owned()].contains(&self.id)
    }
}

impl Policy {
    /// The unexpired record that accepts the end of life of this product and cycle: by the id of the finding, of the case, or
    /// of the product.
    #[must_use]
    pub fn acceptance(&self, product: &str, role: Role, cycle: Option<&str>, as_of: Date) -> Option<&AcceptedRisk> {
        self.accepted.iter().find(|risk| risk.concerns(product, role, cycle) && as_of <= risk.expiry)
    }

    /// Whether there is such a record.
    #[must_use]
    pub fn accepts(&self, product: &str, role: Role, cycle: Option<&str>, as_of: Date) -> bool {
        self.acceptance(product, role, cycle, as_of).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_acceptance_counts_for_nothing() {
        let expiry = Date::constant(2026, 12, 31);
        let risk = AcceptedRisk {
            id: "EOL-nodejs-20".to_owned(),
            owner: "web".to_owned(),
            reason: "replaced in spring".to_owned(),
            expiry,
            approved_by: None,
            approved_on: None,
        };
        let policy = Policy { accepted: vec![risk], ..Policy::default() };
        assert!(policy.accepts("nodejs", Role::Runtime, Some("20"), expiry));
        assert!(!policy.accepts("nodejs", Role::Runtime, Some("20"), Date::constant(2027, 1, 1)));
        assert!(!policy.accepts("nodejs", Role::Runtime, Some("22"), expiry));
        let by_case = AcceptedRisk { id: "nodejs-runtime-20".to_owned(), ..policy.accepted[0].clone() };
        let policy = Policy { accepted: vec![by_case], ..Policy::default() };
        assert!(policy.accepts("nodejs", Role::Runtime, Some("20"), expiry));
        assert!(!policy.accepts("nodejs", Role::Library, Some("20"), expiry));
    }
}
