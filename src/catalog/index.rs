//! Look-ups over the checked data: product of a package, of a process, by name; tables, offers and vendors by id.

use std::collections::HashMap;

use super::pattern::Pattern;
use super::types::{Data, LifecycleTable, Offer, PackageRule, Product, Vendor};
use crate::model::{Purl, Role, Scheme, upstream_version};

/// A product and the part that a component plays for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match<'c> {
    /// The product.
    pub product: &'c Product,
    /// The part.
    pub role: Role,
}

/// An offer with its seller's identity, and nothing else of the seller.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offering<'c> {
    /// Id of the seller.
    pub vendor: &'c str,
    /// Name of the seller.
    pub vendor_name: &'c str,
    /// What it sells.
    pub offer: &'c Offer,
}

/// Positions of a product and one of its rules.
#[derive(Clone, Copy, Debug)]
struct Rule {
    product: usize,
    rule: usize,
}

/// Patterns by their first three bytes, which the check of a file guarantees; the longest literal beginning first.
type Patterns = HashMap<[u8; 3], Vec<(Pattern, Rule)>>;

#[derive(Default, Debug)]
struct Names {
    exact: HashMap<String, Vec<Rule>>,
    patterns: Patterns,
}

impl Names {
    fn add(&mut self, name: &str, pattern: &Pattern, rule: Rule) {
        if pattern.is_exact() {
            self.exact.entry(name.to_owned()).or_default().push(rule);
        } else if let (Some(key), Ok(pattern)) = (first_three(name), name.parse()) {
            self.patterns.entry(key).or_default().push((pattern, rule));
        }
    }

    /// Ties go to the smaller product id and the earlier rule, since both were added in that order and the sort is stable.
    fn sort(&mut self) {
        let longest_first = |(pattern, _): &(Pattern, Rule)| std::cmp::Reverse(pattern.literal_prefix().len());
        self.patterns.iter_mut().for_each(|(_, patterns)| patterns.sort_by_key(longest_first));
    }

    fn exact(&self, name: &str) -> &[Rule] {
        self.exact.get(name).map_or(&[], Vec::as_slice)
    }

    fn patterns<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Rule> + 'a {
        let bucket = first_three(name).and_then(|key| self.patterns.get(&key)).map_or(&[][..], Vec::as_slice);
        bucket.iter().filter(|(pattern, _)| pattern.matches(name)).map(|(_, rule)| *rule)
    }
}

fn first_three(name: &str) -> Option<[u8; 3]> {
    name.as_bytes().first_chunk().copied()
}

/// Positions in a [`Data`]; valid for the one it was made of.
#[derive(Default, Debug)]
pub(crate) struct Index {
    products: HashMap<String, usize>,
    vendors: HashMap<String, usize>,
    tables: HashMap<String, usize>,
    offers: HashMap<String, Vec<(usize, usize)>>,
    packages: HashMap<String, Names>,
    processes: Names,
}

impl Index {
    pub(crate) fn new(data: &Data) -> Self {
        let mut index = Self::default();
        for (position, table) in data.lifecycles.iter().enumerate() {
            index.tables.insert(table.product.clone(), position);
        }
        for (position, product) in data.products.iter().enumerate() {
            index.add_product(position, product);
        }
        for (position, vendor) in data.vendors.iter().enumerate() {
            index.add_vendor(position, vendor);
        }
        index.processes.sort();
        index.packages.iter_mut().for_each(|(_, names)| names.sort());
        index
    }

    fn add_product(&mut self, position: usize, product: &Product) {
        for name in std::iter::once(&product.id).chain(&product.aliases) {
            self.products.entry(name.clone()).or_insert(position);
        }
        for (rule, package) in product.packages.iter().enumerate() {
            for kind in &package.types {
                let names = self.packages.entry(normal_type(kind).to_owned()).or_default();
                for pattern in &package.names {
                    names.add(&normal_name(kind, pattern.as_str()), pattern, Rule { product: position, rule });
                }
            }
        }
        for (rule, process) in product.processes.iter().enumerate() {
            for pattern in &process.names {
                self.processes.add(pattern.as_str(), pattern, Rule { product: position, rule });
            }
        }
    }

    fn add_vendor(&mut self, position: usize, vendor: &Vendor) {
        for name in std::iter::once(&vendor.id).chain(&vendor.aliases) {
            self.vendors.entry(name.clone()).or_insert(position);
        }
        for (number, offer) in vendor.offers.iter().enumerate() {
            for cover in &offer.covers {
                let offers = self.offers.entry(cover.product.clone()).or_default();
                // An offer can cover one product on several platforms; it is still one offer.
                if offers.last() != Some(&(position, number)) && !offers.contains(&(position, number)) {
                    offers.push((position, number));
                }
            }
        }
    }

    pub(crate) fn product<'c>(&self, data: &'c Data, name: &str) -> Option<&'c Product> {
        data.products.get(*self.products.get(name)?)
    }

    pub(crate) fn vendor<'c>(&self, data: &'c Data, name: &str) -> Option<&'c Vendor> {
        data.vendors.get(*self.vendors.get(name)?)
    }

    pub(crate) fn table<'c>(&self, data: &'c Data, product: &str) -> Option<&'c LifecycleTable> {
        data.lifecycles.get(*self.tables.get(product)?)
    }

    pub(crate) fn offers<'c>(&self, data: &'c Data, product: &str) -> Vec<Offering<'c>> {
        let positions = self.offers.get(product).map_or(&[][..], Vec::as_slice);
        let offering = |(vendor, offer): &(usize, usize)| {
            let vendor = data.vendors.get(*vendor)?;
            Some(Offering { vendor: &vendor.id, vendor_name: &vendor.name, offer: vendor.offers.get(*offer)? })
        };
        positions.iter().filter_map(offering).collect()
    }

    /// The product of a package: exact names before patterns, the most specific spelling of the name first.
    pub(crate) fn find<'c>(&self, data: &'c Data, purl: &Purl) -> Option<Match<'c>> {
        let names = self.packages.get(normal_type(purl.kind()))?;
        let spellings = spellings(purl);
        let exact = spellings.iter().map(|name| names.exact(name).to_vec());
        let patterns = spellings.iter().map(|name| names.patterns(name).collect());
        exact.chain(patterns).find_map(|rules: Vec<Rule>| choose(data, &rules, purl))
    }

    /// The products whose live processes carry a name, exact before patterns.
    pub(crate) fn processes<'c>(&self, data: &'c Data, name: &str) -> Option<Match<'c>> {
        let rules = self.processes.exact(name).iter().copied().chain(self.processes.patterns(name));
        rules.into_iter().find_map(|at| {
            let product = data.products.get(at.product)?;
            Some(Match { product, role: product.processes.get(at.rule)?.role })
        })
    }
}

/// The first rule that applies. If the version decides and is unknown, the rules must agree on the product.
fn choose<'c>(data: &'c Data, rules: &[Rule], purl: &Purl) -> Option<Match<'c>> {
    let candidates = rules.iter().filter_map(|at| {
        let product = data.products.get(at.product)?;
        let rule = product.packages.get(at.rule)?;
        Some((Match { product, role: rule.role }, applies(rule, purl)))
    });
    let candidates: Vec<_> = candidates.filter(|(_, applies)| *applies != Some(false)).collect();
    if let Some((sure, _)) = candidates.iter().find(|(_, applies)| *applies == Some(true)) {
        return Some(*sure);
    }
    let (first, _) = candidates.first()?;
    candidates.iter().all(|(other, _)| other.product.id == first.product.id).then_some(*first)
}

/// Whether a rule whose name fits holds for a package; `None` if its version would have to be known.
fn applies(rule: &PackageRule, purl: &Purl) -> Option<bool> {
    if !rule.distros.is_empty() && !rule.distros.iter().any(|distro| purl.is_in(distro)) {
        return Some(false);
    }
    let Some(range) = &rule.versions else { return Some(true) };
    let version = upstream_version(purl.kind(), stated_version(purl)?);
    Some(range.contains(Scheme::of_purl_type(purl.kind()), &version))
}

/// The version; of an image its tag, since a digest and `latest` tell no version.
pub(crate) fn stated_version(purl: &Purl) -> Option<&str> {
    if normal_type(purl.kind()) != "docker" {
        return purl.version();
    }
    let candidates = [purl.version(), purl.qualifier("tag")];
    candidates.into_iter().flatten().find(|tag| !tag.starts_with("sha256:") && tag.contains(|c: char| c.is_ascii_digit()))
}

/// Images are named alike in both of their types, and Gentoo's packages, `category/name`, go by two words for theirs.
pub(crate) fn normal_type(kind: &str) -> &str {
    match kind {
        "oci" => "docker",
        "ebuild" => "portage",
        other => other,
    }
}

/// A name as its ecosystem compares it, for rules and packages alike.
pub(crate) fn normal_name(kind: &str, name: &str) -> String {
    match kind {
        "docker" | "oci" => {
            let hub = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"].iter().find_map(|host| name.strip_prefix(host));
            let name = hub.unwrap_or(name);
            name.strip_prefix("library/").unwrap_or(name).to_lowercase()
        }
        // PEP 503: runs of `-`, `_` and `.` are one `-`.
        "pypi" => name.to_lowercase().split(['-', '_', '.']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-"),
        "deb" | "apk" | "alpm" | "composer" | "github" | "gitlab" | "bitbucket" | "golang" | "nuget" | "hex" | "pub" => {
            name.to_lowercase()
        }
        _ => name.to_owned(),
    }
}

/// The names under which a rule may know a package, the most specific first.
fn spellings(purl: &Purl) -> Vec<String> {
    let kind = purl.kind();
    let full = purl.full_name();
    match kind {
        // The namespace is the distribution, no part of the name.
        "deb" | "rpm" | "apk" | "alpm" | "opkg" => vec![normal_name(kind, purl.name())],
        "docker" | "oci" => image_spellings(purl, &full),
        "golang" => {
            let full = normal_name(kind, &full);
            let module =
                full.rsplit_once("/v").filter(|(_, major)| major.bytes().all(|b| b.is_ascii_digit())).map(|(m, _)| m.to_owned());
            std::iter::once(full).chain(module).collect()
        }
        _ => vec![normal_name(kind, &full)],
    }
}

/// With the registry's host, then without it. An OCI package carries its repository in a qualifier, a Docker one the host.
fn image_spellings(purl: &Purl, full: &str) -> Vec<String> {
    let repository = match purl.qualifier("repository_url").map(|url| url.trim_start_matches("https://").trim_end_matches('/')) {
        Some(url) if url.ends_with(purl.name()) => url.to_owned(),
        Some(host) => format!("{host}/{full}"),
        None => full.to_owned(),
    };
    let with_host = normal_name("docker", &repository);
    let is_host = |part: &str| part.contains(['.', ':']) || part == "localhost";
    let without = with_host.split_once('/').filter(|(first, _)| is_host(first)).map(|(_, path)| normal_name("docker", path));
    std::iter::once(with_host).chain(without).collect()
}
