//! Puts one target's inventory together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::detect::{Fact, Findings, Offered, Ownership};
use crate::model::{Component, Coverage, Evidence, HostFacts, Origin, Role, RuntimeFacts, Standing, Target, TargetKind, Unit};
use crate::problem::{Code, Problem};

use super::{activity, agree, apt, merge, precise, standing};

/// Everything that was observed of one target.
#[derive(Debug)]
pub struct Observed<'o> {
    /// What was scanned.
    pub target: Target,
    /// Its system root below the root of the tree that was walked; empty if they are one.
    pub root: &'o Path,
    /// What the detectors wrote down.
    pub findings: Findings,
    /// Which package owns which file of the tree.
    pub ownership: &'o Ownership,
    /// The live host, where the target is one.
    pub runtime: Option<RuntimeFacts>,
    /// What starts by itself; of a root that does not run, too.
    pub units: Vec<Unit>,
    /// Server configuration that is there: product, version or empty, path; sorted.
    pub configured: Vec<(String, String, String)>,
    /// What was looked at.
    pub coverage: Coverage,
}

/// What is on one target: merged, owned, ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// What was scanned.
    pub target: Target,
    /// Facts of the host as a whole.
    pub host: HostFacts,
    /// Every component, sorted by purl.
    pub components: Vec<Component>,
    /// The live host.
    pub runtime: Option<RuntimeFacts>,
    /// What was looked at.
    pub coverage: Coverage,
    /// Trouble, sorted.
    pub problems: Vec<Problem>,
}

impl Inventory {
    /// The components that count as the organisation's own software.
    pub fn counted(&self) -> impl Iterator<Item = &Component> {
        self.components.iter().filter(|component| component.counts())
    }
}

/// Merges what was observed. The result does not depend on the order of the findings.
#[must_use]
pub fn assemble(observed: Observed<'_>) -> Inventory {
    let Observed { target, root, findings, ownership, runtime, units, configured, mut coverage } = observed;
    let Findings { mut components, mut problems, facts, overwritten, .. } = findings;
    let facts = by_root(facts);
    for component in &mut components {
        settle_owner(component, ownership, &overwritten);
        component.standing =
            component.locations.first().map_or(Standing::Own, |place| standing::standing(component, &place.path));
    }
    let foreign = |problem: &Problem| standing::is_foreign_file(&problem.path, ownership);
    let before = problems.len();
    // What is wrong in somebody else's file is theirs to mend; it is counted, not told.
    problems.retain(|problem| {
        !matches!(problem.code, Code::Malformed | Code::NotUtf8 | Code::Truncated | Code::Unsupported) || !foreign(problem)
    });
    coverage.skip("faulty files of somebody else's packages", (before - problems.len()) as u64);
    precise::settle(&mut components);
    agree::agree(&mut components, target.kind.is_system());
    let mut components = merge::merge(components);
    let mut host = host_facts(&target, root, &facts, &mut components);
    host.configured = configured;
    activity::settle(&mut components, ownership, runtime.as_ref(), &units);
    problems.sort();
    problems.dedup();
    Inventory { target, host, components, runtime, coverage, problems }
}

fn by_root(facts: Vec<Fact>) -> BTreeMap<PathBuf, Vec<Fact>> {
    let mut map: BTreeMap<PathBuf, Vec<Fact>> = BTreeMap::new();
    for fact in facts {
        map.entry(fact.root().to_owned()).or_default().push(fact);
    }
    map
}

/// A file that a package owns is that package's; what was found in it is a second view of the same software.
fn settle_owner(component: &mut Component, ownership: &Ownership, overwritten: &BTreeSet<PathBuf>) {
    let is_os = component.product.as_ref().is_some_and(|hint| hint.role == Role::Os);
    // A distribution's packages are owners, never owned, and so are conda's.
    if is_os || ownership.is_empty() || component.purl.is_of_distribution() || component.purl.kind() == "conda" {
        return;
    }
    let Some(path) = component.on_disk() else { return };
    // What somebody put over a package's file is not the package's any more.
    let owner = ownership.owner(&path).filter(|_| !overwritten.contains(&path)).cloned();
    // What lies in an archive may have its owner there.
    component.owner = owner.or_else(|| component.owner.take());
    if component.owner.is_none()
        && component.evidence == Evidence::Installed
        && component.product.is_some()
        && component.origin == Origin::Unknown
    {
        component.origin = Origin::Local;
    }
}

/// The facts of the target's own root; those of others, such as examples in a repository, only set the origin of their packages.
fn host_facts(target: &Target, own: &Path, facts: &BTreeMap<PathBuf, Vec<Fact>>, components: &mut [Component]) -> HostFacts {
    let mut host = HostFacts { hostname: target.kind.is_system().then(|| target.name.clone()), ..HostFacts::default() };
    for (root, facts) in facts {
        let offers: Vec<Offered> = facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Offered(_, offered) => Some(offered.clone()),
                _ => None,
            })
            .collect();
        let shown = root.to_string_lossy();
        let mut on_root: Vec<&mut Component> = components.iter_mut().filter(|component| is_on(component, &shown)).collect();
        let joined = apt::join(&mut on_root, &offers);
        if root == own && target.kind != TargetKind::Repository {
            (host.updates, host.orphaned) = (joined.updates, joined.orphaned);
        }
    }
    for fact in facts.get(own).into_iter().flatten() {
        take(&mut host, fact);
    }
    host.entitlements.sort();
    host.entitlements.dedup();
    host
}

/// Whether a package database of the system root `root` (relative, as shown without a leading slash) lists the component.
fn is_on(component: &Component, root: &str) -> bool {
    component.locations.iter().any(|place| {
        let place = place.path.trim_start_matches('/');
        let rest = if root.is_empty() { Some(place) } else { place.strip_prefix(root).and_then(|rest| rest.strip_prefix('/')) };
        rest.is_some_and(|rest| {
            ["var/lib/", "lib/apk/", "usr/lib/apk/", "usr/lib/sysimage/", "usr/share/rpm/"]
                .iter()
                .any(|start| rest.starts_with(start))
        })
    })
}

fn take(host: &mut HostFacts, fact: &Fact) {
    match fact {
        Fact::Os(_, os) => host.os = Some(os.clone()),
        Fact::ListsDate(_, date) => host.lists_date = host.lists_date.max(Some(*date)),
        Fact::UnattendedUpgrades(_, on) => host.unattended_upgrades = Some(host.unattended_upgrades.unwrap_or(false) || *on),
        Fact::Entitled(_, entitlement) => host.entitlements.push(entitlement.clone()),
        Fact::Offered(..) => {}
    }
}
