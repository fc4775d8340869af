//! How the authors can be paid: from the components' own manifests and from the catalog, whatever the verdict.

use std::collections::{BTreeMap, BTreeSet};

use super::places::name;
use crate::catalog::Catalog;
use crate::inventory::Inventory;
use crate::model::Deployment;
use crate::report::view::{Author, Funding};

/// Projects of products that were found, and packages that name a link of their own; sorted by name.
pub(super) fn authors(inventories: &[Inventory], deployments: &[Deployment], catalog: &Catalog) -> Vec<Author> {
    let products: BTreeSet<&str> = deployments.iter().map(|found| found.product.as_str()).collect();
    let mut authors: Vec<Author> = products.into_iter().map(|product| of_product(product, catalog)).collect();
    authors.extend(of_packages(inventories));
    authors.sort_by(|a, b| (&a.name, &a.subject).cmp(&(&b.name, &b.subject)));
    authors
}

fn of_product(id: &str, catalog: &Catalog) -> Author {
    let product = catalog.product(id);
    let links = product.into_iter().flat_map(|product| &product.funding);
    Author {
        subject: id.to_owned(),
        name: name(id, catalog),
        links: links.map(|url| Funding { url: url.clone(), source: Some("catalog".to_owned()) }).collect(),
        vendor: product.and_then(|product| product.made_by.first().cloned()),
    }
}

fn of_packages(inventories: &[Inventory]) -> Vec<Author> {
    let mut packages: BTreeMap<String, (String, BTreeMap<String, Option<String>>)> = BTreeMap::new();
    for component in inventories.iter().flat_map(Inventory::counted).filter(|component| !component.funding.is_empty()) {
        let subject = format!("pkg:{}/{}", component.purl.kind(), component.purl.full_name());
        let (_, links) = packages.entry(subject).or_insert_with(|| (component.purl.full_name(), BTreeMap::new()));
        let place = component.locations.first().map(|place| place.path.clone());
        for url in &component.funding {
            links.entry(url.clone()).or_insert_with(|| place.clone());
        }
    }
    let author = |(subject, (name, links)): (String, (String, BTreeMap<String, Option<String>>))| Author {
        subject,
        name,
        links: links.into_iter().map(|(url, source)| Funding { url, source }).collect(),
        vendor: None,
    };
    packages.into_iter().map(author).collect()
}
