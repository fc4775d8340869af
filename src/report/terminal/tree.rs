//! The report as a tree: target, product, version with its use and life, and where it is.

use std::collections::BTreeMap;

use super::branches::{Branch, draw, leaves};
use super::page::Page;
use crate::report::entries::life;
use crate::report::text::{counted, visible};
use crate::report::view::{Deployment, ReportV1};
use crate::report::words;

/// Places of one version, without `--all`.
const PLACES: usize = 3;

pub(super) fn part(report: &ReportV1, all: bool, page: &mut Page) {
    let mut hosts: BTreeMap<&str, Vec<&Deployment>> =
        report.targets.iter().map(|target| (target.name.as_str(), Vec::new())).collect();
    for place in &report.deployments {
        hosts.entry(&place.host).or_default().push(place);
    }
    for (host, places) in hosts {
        draw(&root(report, host, places, all, page), page);
        page.blank();
    }
}

fn root(report: &ReportV1, host: &str, places: Vec<&Deployment>, all: bool, page: &Page) -> Branch {
    let mut products: BTreeMap<(String, &str), Vec<&Deployment>> = BTreeMap::new();
    for place in places {
        products.entry((visible(&place.product_name), &place.product)).or_default().push(place);
    }
    let target = report.targets.iter().find(|target| target.name == host);
    let told = target.map_or_else(String::new, |target| {
        let os = target.os.as_ref().map_or_else(String::new, |os| format!(", {}", visible(os)));
        format!("{os} ({})", target.kind)
    });
    let number = u64::try_from(products.len()).unwrap_or(u64::MAX);
    let text = format!("{}{told}: {}", visible(host), counted(number, "product"));
    let product = |((name, _), places): ((String, &str), Vec<&Deployment>)| {
        Branch::new(name, places.into_iter().map(|place| version(report, place, all, page)).collect())
    };
    Branch::new(text, products.into_iter().map(product).collect())
}

/// `1.22.1, server, running, 0.0.0.0:80; Debian LTS to 2028-06-30; depends on …`, and below it the places.
fn version(report: &ReportV1, place: &Deployment, all: bool, page: &Page) -> Branch {
    let version = place.version.as_deref().map_or_else(|| "unknown version".to_owned(), visible);
    let use_ = [version, visible(&place.role), place.usage.to_string()];
    let use_ = use_.into_iter().chain(place.listening.iter().map(|socket| visible(socket))).collect::<Vec<_>>().join(", ");
    let life = page.link(&life(place), place.lifecycle.source.as_deref());
    let case = report.opportunities.iter().find(|case| case.deployments.contains(&place.id)).map(words::short);
    let text = std::iter::once(use_).chain([life]).chain(case).collect::<Vec<_>>().join("; ");
    let most = if all { place.locations.len() } else { PLACES };
    Branch::new(text, leaves(place.locations.iter().map(|path| visible(path)), most))
}
