//! Counts of what the catalog knows, for `catalog lint --stats`.

use super::types::{Data, Offer, Price};
use super::words::Confidence;
use crate::model::Date;

/// How much the catalog knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Products.
    pub products: usize,
    /// Release cycles.
    pub cycles: usize,
    /// Upgrade steps.
    pub steps: usize,
    /// Upgrade steps with hours.
    pub steps_with_hours: usize,
    /// Vendors.
    pub vendors: usize,
    /// Offers.
    pub offers: usize,
    /// Offers whose page somebody read.
    pub verified_offers: usize,
    /// Offers with a complete price.
    pub priced_offers: usize,
    /// Offers with a complete price of at most 365 days.
    pub fresh_prices: usize,
    /// Offers that state their hours of support.
    pub with_support_hours: usize,
    /// Offers that state which versions or cycles they cover.
    pub with_coverage: usize,
    /// Programme records.
    pub programmes: usize,
}

impl Stats {
    pub(crate) fn of(data: &Data, as_of: Date) -> Self {
        let offers: Vec<&Offer> = data.vendors.iter().flat_map(|vendor| &vendor.offers).collect();
        let count = |holds: &dyn Fn(&Offer) -> bool| offers.iter().filter(|offer| holds(offer)).count();
        let steps = || data.lifecycles.iter().flat_map(|table| &table.steps);
        Self {
            products: data.products.len(),
            cycles: data.lifecycles.iter().map(|table| table.cycles.len()).sum(),
            steps: steps().count(),
            steps_with_hours: steps().filter(|step| step.hours.is_some()).count(),
            vendors: data.vendors.len(),
            offers: offers.len(),
            verified_offers: count(&|offer| offer.confidence == Confidence::Seen),
            priced_offers: count(&|offer| offer.price.as_ref().and_then(Price::usable).is_some()),
            fresh_prices: count(&|offer| offer.price.as_ref().and_then(Price::usable).is_some_and(|price| !price.stale(as_of))),
            with_support_hours: count(&|offer| offer.support_hours.is_some()),
            with_coverage: count(&|offer| offer.covers.iter().any(|cover| cover.versions.is_some() || !cover.cycles.is_empty())),
            programmes: data.vendors.iter().map(|vendor| vendor.programmes.len()).sum(),
        }
    }
}

impl std::fmt::Display for Stats {
    /// One count a line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (count, what) in [
            (self.products, "products"),
            (self.cycles, "release cycles"),
            (self.steps, "upgrade steps"),
            (self.steps_with_hours, "  with hours"),
            (self.vendors, "vendors"),
            (self.offers, "offers"),
            (self.verified_offers, "  whose page was read"),
            (self.priced_offers, "  with a complete price"),
            (self.fresh_prices, "  with a price of the last year"),
            (self.with_support_hours, "  with known hours of support"),
            (self.with_coverage, "  with known coverage"),
            (self.programmes, "programmes"),
        ] {
            writeln!(f, "{count:>6}  {what}")?;
        }
        Ok(())
    }
}
