//! How the authors can be paid: from the components' own manifests and from the catalog, whatever the verdict.

use std::collections::{BTreeMap, BTreeSet};

use super::places::name;
use crate::catalog::{Catalog, FundingChannel};
use crate::inventory::Inventory;
use crate::model::Deployment;
use crate::report::view::{Author, Funding, Maker};

/// Projects of products that were found, and packages that name a link of their own; sorted by name.
pub(super) fn authors(inventories: &[Inventory], deployments: &[Deployment], catalog: &Catalog) -> Vec<Author> {
    let products: BTreeSet<&str> = deployments.iter().map(|found| found.product.as_str()).collect();
    let mut authors: Vec<Author> = products.into_iter().map(|product| of_product(product, catalog)).collect();
    authors.extend(of_packages(inventories, catalog.funding()));
    authors.sort_by(|a, b| (&a.name, &a.subject).cmp(&(&b.name, &b.subject)));
    authors
}

fn of_product(id: &str, catalog: &Catalog) -> Author {
    let product = catalog.product(id);
    let links = product.into_iter().flat_map(|product| &product.funding);
    Author {
        subject: id.to_owned(),
        name: name(id, catalog),
        links: links.map(|url| funding(url.clone(), Some("catalog".to_owned()), catalog.funding())).collect(),
        made_by: product.into_iter().flat_map(|product| &product.made_by).map(|vendor| maker(vendor, catalog)).collect(),
    }
}

fn maker(id: &str, catalog: &Catalog) -> Maker {
    let name = catalog.vendor(id).map_or_else(|| id.to_owned(), |vendor| vendor.name.clone());
    Maker { vendor: id.to_owned(), name }
}

fn funding(url: String, source: Option<String>, channels: &[FundingChannel]) -> Funding {
    let channel = channel(&url, channels).map(|channel| channel.kind.clone());
    Funding { url, channel, source }
}

/// The channel that a link belongs to: the same host, and of several there the one whose path the link continues furthest.
/// The only channel of a host is known by the host alone.
fn channel<'c>(link: &str, channels: &'c [FundingChannel]) -> Option<&'c FundingChannel> {
    let (host, path) = site(link)?;
    let of_host = || channels.iter().filter_map(|channel| Some((site(&channel.url)?, channel)));
    let same: Vec<(&str, &FundingChannel)> =
        of_host().filter(|((other, _), _)| *other == host).map(|((_, path), channel)| (path, channel)).collect();
    let continues =
        |start: &str| path.strip_prefix(start).is_some_and(|rest| start.is_empty() || rest.is_empty() || rest.starts_with('/'));
    let nearest = same.iter().filter(|(start, _)| continues(start)).max_by_key(|(start, _)| start.len());
    let only = if let [one] = same.as_slice() { Some(one) } else { None };
    nearest.or(only).map(|(_, channel)| *channel)
}

/// Host without `www.`, and path without the last slash.
fn site(link: &str) -> Option<(&str, &str)> {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"))?;
    let rest = rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/');
    Some(rest.split_once('/').unwrap_or((rest, "")))
}

fn of_packages(inventories: &[Inventory], channels: &[FundingChannel]) -> Vec<Author> {
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
        links: links.into_iter().map(|(url, source)| funding(url, source, channels)).collect(),
        made_by: Vec::new(),
    };
    packages.into_iter().map(author).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_of_the_channel_that_its_host_and_path_name() {
        let catalog = Catalog::embedded();
        let kind = |link| channel(link, catalog.funding()).map(|channel| channel.name.as_str());
        for (link, name) in [
            ("https://github.com/sponsors/octocat", Some("GitHub Sponsors")),
            ("https://github.com/octocat/hello", None),
            ("https://github.com/sponsorship", None),
            ("http://www.opencollective.com/webpack/", Some("Open Collective (platform)")),
            ("https://opencollective.com/europe", Some("Open Collective Europe")),
            ("https://tidelift.com/funding/github/npm/x", Some("Tidelift lifting")),
            ("https://example.org", None),
            ("mailto:a@example.org", None),
        ] {
            assert_eq!(kind(link), name, "{link}");
        }
    }
}
