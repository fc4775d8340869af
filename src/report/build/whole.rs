//! The whole report: header, counts, disclosure, assumptions, coverage.

use std::collections::{BTreeMap, BTreeSet};

use super::{authors, bundles, cases, levers, log, offers, places, reminders, vulnerabilities};
use crate::catalog::Catalog;
use crate::inventory::Inventory;
use crate::model::{self, Action, Component, Date, Deployment, Evidence, Role, TargetKind, Use};
use crate::problem::Problem;
use crate::report::view::{self, Amount, ReportV1, VerdictWord};
use crate::score::{AcceptedRisk, Bundle, Downtime, Opportunity, Policy, Source};
use crate::vulns::Tally;

/// From this age in days a catalog is called stale.
const STALE_DAYS: i64 = 90;

/// Everything that a report is made of.
pub struct Material<'m> {
    /// Inventories, sorted by target.
    pub inventories: &'m [Inventory],
    /// Their deployments.
    pub deployments: &'m [Deployment],
    /// The cases that they make.
    pub opportunities: &'m [Opportunity],
    /// Free work.
    pub actions: &'m [Action],
    /// What became of the lists of vulnerabilities.
    pub vulnerabilities: &'m Tally,
    /// The catalog.
    pub catalog: &'m Catalog,
    /// What the organisation said.
    pub policy: &'m Policy,
    /// The day everything was computed for.
    pub as_of: Date,
    /// The targets as a shell takes them.
    pub arguments: String,
    /// Whether offers are shown.
    pub with_offers: bool,
}

/// Builds the view; the same material gives the same view.
#[must_use]
pub fn build(material: &Material<'_>) -> ReportV1 {
    let Material { inventories, deployments, catalog, policy, as_of, .. } = material;
    let bundles_of = |cases| crate::score::bundles(cases, catalog, policy, *as_of);
    let together = if material.with_offers { bundles_of(material.opportunities) } else { Vec::new() };
    let bundles = bundles::shown(&together, material.opportunities, policy);
    let opportunities = view_cases(material, &bundles);
    let offers_on_record =
        if material.with_offers { offers::on_record(deployments, catalog, &policy.required) } else { Vec::new() };
    let authors = authors::authors(inventories, deployments, catalog);
    ReportV1 {
        as_of: *as_of,
        tool: view::Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            arguments: material.arguments.clone(),
            offline: true,
        },
        catalog: view_catalog(catalog, *as_of),
        targets: inventories.iter().map(target).collect(),
        totals: totals(material, &together, &opportunities, &offers_on_record, &authors),
        actions: material.actions.iter().map(|action| places::action(action, deployments, catalog)).collect(),
        reminders: reminders::reminders(policy, deployments, catalog, *as_of),
        deployments: deployments.iter().map(|found| places::deployment(found, catalog)).collect(),
        accepted_risks: policy.accepted.iter().map(|risk| signed(risk, *as_of)).collect(),
        levers: levers::levers(material.opportunities, deployments, catalog, policy, *as_of),
        required: offers::required(&policy.required),
        disclosure: view::Disclosure { programmes_on_record: programmes(&offers_on_record), ..view::Disclosure::default() },
        hours_log: log::log(policy, &opportunities, catalog),
        vulnerabilities: vulnerabilities::lists(material.vulnerabilities, *as_of),
        assumptions: assumptions(policy, &opportunities, material.vulnerabilities),
        problems: problems(inventories, policy),
        coverage: coverage(inventories, material.vulnerabilities),
        opportunities,
        bundles,
        offers_on_record,
        authors,
        ..ReportV1::default()
    }
}

fn signed(risk: &AcceptedRisk, as_of: Date) -> view::SignedRisk {
    view::SignedRisk { id: risk.id.clone(), risk: cases::signed(risk), in_force: as_of <= risk.expiry }
}

fn view_cases(material: &Material<'_>, bundles: &[view::Bundle]) -> Vec<view::Opportunity> {
    let Material { deployments, catalog, policy, as_of, .. } = material;
    let one = |case: &Opportunity| {
        let mut shown = cases::case(case, deployments, catalog, policy, *as_of)?;
        shown.offers = if material.with_offers { offers::scored(case, catalog, policy, *as_of) } else { Vec::new() };
        let covering = bundles.iter().filter(|bundle| bundle.cases.contains(&case.id));
        shown.bundles = covering.map(|bundle| bundle.id.clone()).collect();
        Some(shown)
    };
    material.opportunities.iter().filter_map(one).collect()
}

fn view_catalog(catalog: &Catalog, as_of: Date) -> view::Catalog {
    let age = catalog.as_of().map(|date| days(date, as_of));
    view::Catalog {
        version: Some(catalog.version().to_owned()),
        date: catalog.as_of(),
        age_days: age,
        stale: age.is_some_and(|age| age >= STALE_DAYS),
        digest: Some(catalog.digest().to_owned()),
        changes: catalog.changes().iter().map(change).collect(),
    }
}

fn change(change: &crate::catalog::Change) -> view::CatalogChange {
    view::CatalogChange { file: change.file.clone(), by: change.by.clone(), reason: change.reason.clone() }
}

/// Days from one day to another.
pub(super) fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

fn target(inventory: &Inventory) -> view::Target {
    let target = &inventory.target;
    let kind = match target.kind {
        TargetKind::Host => view::TargetWord::Host,
        TargetKind::Container => view::TargetWord::Container,
        TargetKind::Image => view::TargetWord::Image,
        TargetKind::RootFs => view::TargetWord::Rootfs,
        TargetKind::Chroot => view::TargetWord::Chroot,
        TargetKind::Repository => view::TargetWord::Repository,
        TargetKind::Sbom => view::TargetWord::Sbom,
    };
    let os = inventory.host.os.as_ref().filter(|_| target.kind.is_system()).map(os_name);
    view::Target { name: target.name.clone(), kind, path: target.path.clone(), os, revision: target.revision.clone() }
}

/// `Debian 12.15`: short, with the point release where it is known.
fn os_name(os: &model::OsRelease) -> String {
    let name = os.pretty_name.split(['(', '/']).next().unwrap_or(&os.pretty_name).trim();
    let name = name.replace("GNU", "").replace("Linux", "");
    let name: Vec<&str> = name.split_whitespace().filter(|word| !is_number(word)).collect();
    let version = os.point_release.as_ref().or(os.version_id.as_ref());
    version.map_or_else(|| name.join(" "), |version| format!("{} {version}", name.join(" ")))
}

/// `12`, `v3.18`.
fn is_number(word: &str) -> bool {
    word.strip_prefix('v').unwrap_or(word).starts_with(|c: char| c.is_ascii_digit())
}

fn totals(
    material: &Material<'_>,
    together: &[Bundle],
    opportunities: &[view::Opportunity],
    offers: &[view::OffersOnRecord],
    authors: &[view::Author],
) -> view::Totals {
    // The system itself is no package.
    let is_system = |component: &Component| component.product.as_ref().is_some_and(|hint| hint.role == Role::Os);
    let installed = |component: &&Component| component.evidence >= Evidence::Installed && !is_system(component);
    let counted = || material.inventories.iter().flat_map(Inventory::counted);
    let mut named = material.inventories.iter().filter(|inventory| inventory.target.kind != TargetKind::Chroot);
    let repositories = named.all(|inventory| inventory.target.kind == TargetKind::Repository);
    let products: BTreeSet<&str> = material.deployments.iter().map(|found| found.product.as_str()).collect();
    let ended: Vec<&Deployment> = material
        .deployments
        .iter()
        .filter(|found| found.lifecycle.state.ended() && !matches!(found.usage, Use::Dependency | Use::Embedded))
        .collect();
    let entries = || offers.iter().flat_map(|record| &record.entries);
    let shown_authors = |author: &&view::Author| author.subject.starts_with("pkg:") == repositories;
    let packages = || counted().map(|component| (component.purl.kind(), component.purl.full_name())).collect::<BTreeSet<_>>();
    view::Totals {
        packages: counted().filter(installed).count() as u64,
        declared_packages: counted().filter(|component| component.declared).count() as u64,
        products: products.len() as u64,
        cases: opportunities.len() as u64,
        undecided: opportunities.iter().filter(|case| is_open(case)).count() as u64,
        free_work: material.actions.len() as u64,
        out_of_support: ended.len() as u64,
        out_of_support_in_use: (!repositories).then(|| ended.iter().filter(|found| found.usage >= Use::Enabled).count() as u64),
        spend_asked: Some(spend(material.opportunities, together)),
        currency: material.policy.currency.to_string(),
        inputs: opportunities.iter().map(|case| case.inputs.len() as u64).sum(),
        inputs_yours: material.opportunities.iter().filter_map(Opportunity::first).map(yours).sum(),
        authors: if repositories { packages().len() as u64 } else { products.len() as u64 },
        authors_fundable: authors.iter().filter(shown_authors).filter(|author| !author.links.is_empty()).count() as u64,
        authors_unit: if repositories { "packages" } else { "projects" }.to_owned(),
        offers: entries().count() as u64,
        offers_unverified: entries().filter(|entry| entry.confidence == "unverified").count() as u64,
        offers_priced: entries().filter(|entry| entry.price.is_some()).count() as u64,
    }
}

fn is_open(case: &view::Opportunity) -> bool {
    matches!(case.verdict, VerdictWord::Depends | VerdictWord::NotEnoughData)
}

fn yours(offer: &crate::score::ScoredOffer) -> u64 {
    offer.inputs.iter().filter(|(_, input)| input.source.is_local()).count() as u64
}

/// What the report asks for: of every case that pays, the price if it is known, else what it is worth at most; of several that one
/// contract covers for less, the one price.
fn spend(opportunities: &[Opportunity], together: &[Bundle]) -> Amount {
    let counted = bundles::counted(together, opportunities);
    let apart = opportunities.iter().filter(|case| !counted.iter().any(|bundle| bundle.cases.contains(&case.id)));
    let asked = apart.filter_map(Opportunity::first).filter_map(|offer| {
        let value = offer.outcome.value.as_ref()?;
        let pays = offer.judgement.verdict == crate::score::Verdict::PaysOff;
        pays.then(|| if cases::has_price(offer) { offer.outcome.medians.price } else { value.break_even.price_75.max(0.0) })
    });
    Amount(asked.sum::<f64>() + counted.into_iter().map(bundles::asked).sum::<f64>())
}

fn programmes(offers: &[view::OffersOnRecord]) -> u64 {
    let ids: BTreeSet<&str> = offers
        .iter()
        .flat_map(|record| &record.entries)
        .filter_map(|entry| entry.programme.as_ref())
        .map(|one| one.id.as_str())
        .collect();
    ids.len() as u64
}

/// What is assumed for the whole report, said once.
fn assumptions(policy: &Policy, opportunities: &[view::Opportunity], tally: &Tally) -> Vec<view::Assumption> {
    let mut assumptions = Vec::new();
    let mut note = |input: &str, value: &str, source: &str, grade: Source| {
        let [input, value, source] = [input, value, source].map(str::to_owned);
        assumptions.push(view::Assumption { input, value, source, grade: grade.word().to_owned() });
    };
    note("currency", policy.currency.code(), "the default, never taken from the locale", Source::Default);
    let open = |what: &str| opportunities.iter().any(|case| case.scope.assumed.iter().any(|name| name == what));
    if policy.env.is_none() && (opportunities.is_empty() || open("environment")) {
        note("environment", "production", "nobody said otherwise", Source::Default);
    }
    if policy.downtime == Downtime::NotSaid && (opportunities.is_empty() || open("tier")) {
        note("one hour down costs", "100 to 2,000 (tier 1), and tier 3 tried", "nobody said it", Source::Default);
    }
    if open("exposure") {
        note("reachable from", "nowhere, and the internet tried", "sockets could not be read", Source::Default);
    }
    if policy.wage.is_none() {
        note(
            "an hour of staff costs",
            "45 / 65 / 110 USD, or 30 / 50 / 90 EUR",
            "labour statistics and judgement",
            Source::Default,
        );
    }
    if let Some((checked, why)) = vulnerabilities::not_checked(tally) {
        note(vulnerabilities::KEV, &checked, why, Source::Default);
    }
    assumptions
}

/// Trouble of the scans, then rules of the configuration that fit nothing here.
fn problems(inventories: &[Inventory], policy: &Policy) -> Vec<view::Problem> {
    let targets = inventories.iter().map(|inventory| (inventory.target.name.as_str(), inventory.target.path.as_str()));
    let idle = policy.hosts.idle(targets);
    inventories.iter().flat_map(|inventory| &inventory.problems).chain(&idle).map(problem).collect()
}

fn problem(problem: &Problem) -> view::Problem {
    view::Problem {
        code: problem.code.id().to_owned(),
        meaning: problem.code.meaning().to_owned(),
        path: problem.path.clone(),
        line: problem.line,
        column: problem.column,
        text: problem.text.clone(),
    }
}

fn coverage(inventories: &[Inventory], tally: &Tally) -> view::Coverage {
    let mut total = view::Coverage::default();
    let mut not_checked = BTreeSet::new();
    not_checked.extend(vulnerabilities::coverage(tally));
    let mut skipped: BTreeMap<String, u64> = BTreeMap::new();
    for inventory in inventories {
        let one = &inventory.coverage;
        total.directories += one.directories;
        total.files += one.files;
        total.opened += one.opened;
        total.bytes_read += one.bytes_read;
        total.unreadable += one.unreadable;
        total.unknown_executables += one.unknown_executables;
        total
            .mounts_skipped
            .extend(one.mounts_skipped.iter().map(|(path, kind)| view::Mount { path: path.clone(), kind: kind.clone() }));
        // A scan never checks them; the lists of the report may.
        not_checked.extend(one.not_checked.iter().filter(|what| *what != vulnerabilities::KEV).cloned());
        not_checked.extend(
            inventory.runtime.iter().flat_map(|facts| &facts.root_could_change).map(|what| format!("as a normal user: {what}")),
        );
        for (reason, count) in &one.skipped {
            *skipped.entry(reason.clone()).or_default() += count;
        }
    }
    view::Coverage { skipped, not_checked: not_checked.into_iter().collect(), ..total }
}
