//! Contracts that run: what they cover counts as covered to their end, and their renewal is scored with the price that is paid.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::hosts::Written;
use super::offers::{CasePrice, Sizes, amount_in, quantity};
use super::{OfferType, Purse, Triple};
use crate::catalog::{Period, PriceUnit};
use crate::model::{Currency, Date, Deployment, Followed, LifecycleState, Money, RateTable, belongs_to_cycle};

/// A contract that somebody signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    /// Product id.
    pub product: String,
    /// Vendor id, where the catalog knows the vendor; else its name.
    pub vendor: String,
    /// Vendor name for people.
    pub vendor_name: String,
    /// What is bought; `None` is support, and extended life once the free fixes have ended.
    pub kind: Option<OfferType>,
    /// What it costs; `None` is not said.
    pub price: Option<ContractPrice>,
    /// Last day on which it runs.
    pub ends: Date,
    /// Releases that it covers; empty is all.
    pub covers: Vec<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Last day on which it can be ended or changed.
    pub notice: Option<Date>,
    /// Where it is written.
    pub written: Written,
}

/// What a contract costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ContractPrice {
    /// For one unit and period.
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// What it is counted by.
    pub per: PriceUnit,
    /// How often it is due.
    pub period: Period,
}

impl Contract {
    /// Whether it runs on a day; the last day still counts.
    #[must_use]
    pub fn runs(&self, day: Date) -> bool {
        day <= self.ends
    }

    /// Whether it is about this product and release, running or not.
    #[must_use]
    pub fn concerns(&self, product: &str, cycle: Option<&str>, versions: &[String]) -> bool {
        let release =
            |covered: &String| cycle == Some(covered) || versions.iter().any(|version| belongs_to_cycle(version, covered));
        product == self.product && (self.covers.is_empty() || self.covers.iter().any(release))
    }

    /// Whether it is about a deployment: by its product, or by the distribution that maintains its package.
    #[must_use]
    pub fn is_about(&self, deployment: &Deployment) -> bool {
        let versions: Vec<String> = deployment.version.iter().cloned().collect();
        let platform = deployment.platform.as_ref().filter(|_| deployment.lifecycle.followed == Followed::Distribution);
        self.concerns(&deployment.product, deployment.cycle.as_deref(), &versions)
            || platform.is_some_and(|platform| self.concerns(&platform.product, Some(&platform.name), &[]))
    }

    /// `Acme, contract to 2027-03-31`.
    fn in_words(&self) -> String {
        format!("{}, contract to {}", self.vendor_name, self.ends)
    }

    /// What its renewal costs a year in one case, in the report's currency; `None` if the price, a quantity or a rate is unknown.
    pub(super) fn renewal(&self, sizes: &Sizes, purse: &Purse, rates: Option<&RateTable>, as_of: Date) -> Option<CasePrice> {
        let ContractPrice { amount, currency, per, period } = self.price?;
        let quantity = f64::from(quantity(per, sizes)?);
        let one = amount_in(Money { amount, currency }, purse, rates)?;
        let own = amount.to_f64()?;
        let per_year = Triple::constant(one * quantity * f64::from(period.per_year()?)).ok()?;
        Some(CasePrice {
            lo: own,
            hi: Some(own),
            currency,
            per,
            quantity,
            per_year,
            from: false,
            as_of,
            stale: false,
            source: format!("your contract with {}", self.vendor_name),
        })
    }
}

/// Marks what running contracts cover: an ended life is covered to the end of the contract.
pub fn cover_by_contract(deployments: &mut [Deployment], contracts: &[Contract], as_of: Date) {
    for contract in contracts.iter().filter(|contract| contract.runs(as_of)) {
        for deployment in deployments.iter_mut().filter(|deployment| contract.is_about(deployment)) {
            if deployment.lifecycle.state == LifecycleState::Eol {
                deployment.lifecycle.state = LifecycleState::EolCovered;
            }
            deployment.entitlement.get_or_insert_with(|| contract.in_words());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Quantities;

    const ENDS: Date = Date::constant(2027, 3, 31);

    fn contract(price: Option<ContractPrice>, covers: &[&str]) -> Contract {
        Contract {
            product: "db".to_owned(),
            vendor: "acme".to_owned(),
            vendor_name: "Acme".to_owned(),
            kind: None,
            price,
            ends: ENDS,
            covers: covers.iter().map(|one| (*one).to_owned()).collect(),
            owner: None,
            notice: None,
            written: Written { path: "underpin.toml".to_owned(), line: 1, column: 1 },
        }
    }

    #[test]
    fn a_contract_runs_to_its_last_day_and_covers_the_releases_that_it_names() {
        let all = contract(None, &[]);
        assert!(all.runs(ENDS) && !all.runs(Date::constant(2027, 4, 1)));
        assert!(all.concerns("db", None, &[]) && !all.concerns("cache", Some("8"), &[]));
        let one = contract(None, &["8", "9.1"]);
        assert!(one.concerns("db", Some("8"), &[]) && one.concerns("db", Some("9"), &["9.1.4".to_owned()]));
        assert!(!one.concerns("db", Some("9"), &["9.2".to_owned()]) && !one.concerns("db", None, &[]));
    }

    #[test]
    fn a_renewal_costs_what_is_paid_times_what_is_there() {
        let sizes = Sizes { units: 3, hosts: 3, services: 1, quantities: Quantities::default() };
        let price = |per, period, currency| {
            let price = ContractPrice { amount: Decimal::new(1005, 1), currency, per, period };
            let found = contract(Some(price), &[]).renewal(&sizes, &Purse::usd(), None, ENDS);
            found.map(|found| (found.lo, found.quantity, found.per_year.likely()))
        };
        assert_eq!(price(PriceUnit::Host, Period::Month, Currency::USD), Some((100.5, 3.0, 3618.0)));
        assert_eq!(price(PriceUnit::Organisation, Period::Year, Currency::USD), Some((100.5, 1.0, 100.5)));
        assert_eq!(price(PriceUnit::User, Period::Year, Currency::USD), None, "nobody said how many users");
        assert_eq!(price(PriceUnit::Host, Period::Year, Currency::EUR), None, "no rate");
        assert_eq!(contract(None, &[]).renewal(&sizes, &Purse::usd(), None, ENDS), None);
    }
}
