//! Everything that was found, by what a list of vulnerabilities can call it.

use std::collections::{BTreeMap, BTreeSet};

use super::fix::plain;
use super::list::Subject;
use crate::catalog::Catalog;
use crate::inventory::Inventory;
use crate::model::{Deployment, Purl};

/// A component by inventory and number, or a deployment that only its product ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Component(usize, usize),
    Deployment(usize, usize),
}

impl Place {
    /// The number of its inventory.
    pub(super) fn inventory(self) -> usize {
        match self {
            Self::Component(number, _) | Self::Deployment(number, _) => number,
        }
    }
}

/// Everything that was found, by what a list can call it.
pub(super) struct Index<'c> {
    catalog: &'c Catalog,
    /// Type and full name of a package, to version and place.
    purls: BTreeMap<(String, String), Vec<(String, Place)>>,
    /// Any name of a package, lower case, to version and place.
    names: BTreeMap<String, Vec<(String, Place)>>,
    /// Product, to version and place.
    products: BTreeMap<String, Vec<(Option<String>, Place)>>,
}

impl<'c> Index<'c> {
    /// Looks through everything once.
    pub(super) fn new(inventories: &[Inventory], found: &[Vec<Deployment>], catalog: &'c Catalog) -> Self {
        let mut index = Self { catalog, purls: BTreeMap::new(), names: BTreeMap::new(), products: BTreeMap::new() };
        for (number, inventory) in inventories.iter().enumerate() {
            for (position, component) in inventory.components.iter().enumerate() {
                index.component(&component.purl, Place::Component(number, position));
            }
        }
        for (number, deployments) in found.iter().enumerate() {
            for (position, deployment) in deployments.iter().enumerate() {
                let entry = (deployment.version.clone(), Place::Deployment(number, position));
                index.products.entry(deployment.product.clone()).or_default().push(entry);
            }
        }
        index
    }

    fn component(&mut self, purl: &Purl, place: Place) {
        let Some(version) = purl.version() else { return };
        let version = plain(version).to_owned();
        let key = (purl.kind().to_owned(), purl.full_name());
        self.purls.entry(key).or_default().push((version.clone(), place));
        let full = purl.full_name().to_lowercase();
        let names = BTreeSet::from([purl.name().to_lowercase(), full.replace('/', ":"), full]);
        for name in names {
            self.names.entry(name).or_default().push((version.clone(), place));
        }
    }

    /// Everything that a subject names.
    pub(super) fn places(&self, subject: &Subject) -> BTreeSet<Place> {
        match subject {
            Subject::Purl(purl) => {
                let version = purl.version().map(plain);
                let key = (purl.kind().to_owned(), purl.full_name());
                let exact = self.purls.get(&key).into_iter().flatten().filter(|(own, _)| Some(own.as_str()) == version);
                let exact: BTreeSet<Place> = exact.map(|(_, place)| *place).collect();
                if !exact.is_empty() {
                    return exact;
                }
                // Tools differ in what they call a program that no package manager installed.
                let product = self.catalog.product_of(purl).map(|found| found.product.id.as_str());
                product
                    .filter(|_| !purl.is_of_distribution())
                    .map_or_else(BTreeSet::new, |product| self.of_product(product, version))
            }
            Subject::Named { name, version } => {
                let version = version.as_deref().map(plain);
                let same = |own: &str| version.is_none_or(|version| own == version);
                let named = self.names.get(&name.to_lowercase()).into_iter().flatten();
                let mut places: BTreeSet<Place> = named.filter(|(own, _)| same(own)).map(|(_, place)| *place).collect();
                let lower = name.to_lowercase();
                if let Some(product) = self.catalog.product(name).or_else(|| self.catalog.product(&lower)) {
                    places.extend(self.of_product(&product.id, version));
                }
                places
            }
        }
    }

    fn of_product(&self, product: &str, version: Option<&str>) -> BTreeSet<Place> {
        let own = self.products.get(product).into_iter().flatten();
        let same = |own: &Option<String>| version.is_none() || own.as_deref().map(plain) == version;
        own.filter(|(own, _)| same(own)).map(|(_, place)| *place).collect()
    }
}
