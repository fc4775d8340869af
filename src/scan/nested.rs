//! System roots inside a target: chroots, unpacked base systems, machines kept in folders. Each becomes an inventory of its own,
//! since its packages have a distribution, a life cycle and updates of their own, and nothing runs there because its host runs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::detect::{Fact, Findings, Ownership};
use crate::inventory::{self, Inventory, Observed, is_example};
use crate::model::{Coverage, Evidence, Process, RuntimeFacts, RuntimeView, Target, TargetKind};

/// Where package managers keep what is installed, below a system's root.
const DATABASES: &[&str] = &[
    "/lib/apk/db/",
    "/usr/lib/apk/db/",
    "/usr/lib/sysimage/rpm/",
    "/usr/share/rpm/",
    "/var/db/pkg/",
    "/var/lib/dpkg/",
    "/var/lib/pacman/local/",
    "/var/lib/rpm/",
];

/// What was found in one system root inside the target.
pub(super) struct Nested {
    /// The root, relative to the target's.
    pub(super) root: PathBuf,
    findings: Findings,
}

/// Takes what lies in system roots inside the target out of `findings`; sorted by root. Problems and what was skipped stay:
/// they are of one walk, and told once.
pub(super) fn take(findings: &mut Findings) -> Vec<Nested> {
    let roots = roots(findings);
    if roots.is_empty() {
        return Vec::new();
    }
    let mut nested: Vec<Nested> = roots.into_iter().map(|root| Nested { root, findings: Findings::default() }).collect();
    // The deepest root that holds a path, searched from the end: what lies deeper sorts later.
    let place = |nested: &[Nested], path: &Path| nested.iter().rposition(|one| path.starts_with(&one.root));
    for component in std::mem::take(&mut findings.components) {
        let at = component.on_disk().and_then(|path| place(&nested, &path));
        at.and_then(|at| nested.get_mut(at)).map_or(&mut *findings, |one| &mut one.findings).components.push(component);
    }
    for fact in std::mem::take(&mut findings.facts) {
        let at = place(&nested, fact.root());
        at.and_then(|at| nested.get_mut(at)).map_or(&mut *findings, |one| &mut one.findings).facts.push(fact);
    }
    for path in std::mem::take(&mut findings.overwritten) {
        let at = place(&nested, &path);
        at.and_then(|at| nested.get_mut(at)).map_or(&mut *findings, |one| &mut one.findings).overwritten.insert(path);
    }
    nested
}

/// The folders, other than the target's own root, that say which distribution they are or hold a package database. An example in
/// a project's tests is nobody's system.
fn roots(findings: &Findings) -> BTreeSet<PathBuf> {
    let named = findings.facts.iter().filter_map(|fact| match fact {
        Fact::Os(root, _) => Some(root.clone()),
        _ => None,
    });
    let installed = findings.components.iter().filter(|component| component.evidence == Evidence::Installed);
    let packages = installed.filter(|component| component.purl.is_of_distribution());
    let kept = packages.filter_map(|component| database_root(&component.on_disk()?));
    let roots: BTreeSet<PathBuf> = named.chain(kept).collect();
    roots.into_iter().filter(|root| !root.as_os_str().is_empty() && !is_example(&root.join("etc"))).collect()
}

/// The root of the system whose package database has a file at `path`.
fn database_root(path: &Path) -> Option<PathBuf> {
    let path = Path::new("/").join(path);
    let path = path.to_str()?;
    let ends = DATABASES.iter().filter_map(|database| path.find(database));
    ends.min().and_then(|end| path.get(..end)).map(|root| PathBuf::from(root.trim_start_matches('/')))
}

/// The inventory of a system root inside a target. `name` is how a shell reaches it, and `processes` have their root there.
pub(super) fn inventory(
    name: String,
    nested: Nested,
    ownership: &Ownership,
    outer: &Target,
    host: Option<&RuntimeFacts>,
    processes: Option<Vec<Process>>,
) -> Inventory {
    let Nested { root, findings } = nested;
    let target = Target { name, kind: TargetKind::Chroot, path: outer.path.clone(), revision: None };
    let runtime = host.zip(processes).map(|(host, processes)| runtime(host, processes, &root));
    let mut coverage = Coverage::default();
    coverage.not_checked.push("known exploited vulnerabilities".to_owned());
    // Nothing of a chroot starts with its host, whatever its units and its configuration say.
    let (units, configured) = (Vec::new(), Vec::new());
    inventory::assemble(Observed { target, root: &root, findings, ownership, runtime, units, configured, coverage })
}

/// What the processes of a root do, with the sockets that they hold.
fn runtime(host: &RuntimeFacts, processes: Vec<Process>, root: &Path) -> RuntimeFacts {
    let below = |path: &Option<String>| path.as_deref().is_some_and(|path| Path::new(path).starts_with(root));
    RuntimeFacts {
        view: RuntimeView::Partial,
        in_container: true,
        processes,
        sockets_read: host.sockets_read,
        listeners: host.listeners.iter().filter(|listener| below(&listener.executable)).cloned().collect(),
        units: Vec::new(),
        stale: Vec::new(),
        kernel_release: None,
        root_could_change: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Component, Location, OsRelease, Purl};

    fn package(kind: &str, place: &str) -> Component {
        Component::new(Purl::new(kind, "x"), Evidence::Installed, "test", Location::file(place))
    }

    #[test]
    fn what_lies_in_a_system_root_is_of_the_deepest_one() {
        let mut findings = Findings::default();
        for place in ["/var/lib/dpkg/status", "/tmp/a/lib/apk/db/installed", "/tmp/a/srv/b/var/lib/rpm/rpmdb.sqlite"] {
            findings.component(package("deb", place));
        }
        findings.component(package("npm", "/tmp/a/srv/app/package.json"));
        findings.component(package("npm", "/tmp/ab/package.json"));
        findings.component(package("deb", "/tmp/c.tar!/var/lib/dpkg/status"));
        findings.component(package("deb", "/src/tests/fixtures/x/var/lib/dpkg/status"));
        findings.fact(Fact::Os(PathBuf::new(), OsRelease::default()));
        findings.fact(Fact::Os(PathBuf::from("opt/named"), OsRelease::default()));
        let nested = take(&mut findings);
        let shown: Vec<_> =
            nested.iter().map(|one| (one.root.to_str(), one.findings.components.len(), one.findings.facts.len())).collect();
        assert_eq!(shown, [(Some("opt/named"), 0, 1), (Some("tmp/a"), 2, 0), (Some("tmp/a/srv/b"), 1, 0)]);
        assert_eq!((findings.components.len(), findings.facts.len()), (4, 1));
    }

    #[test]
    fn a_database_tells_its_root() {
        for (path, root) in [
            ("var/lib/dpkg/status", Some("")),
            ("srv/c/usr/lib/sysimage/rpm/Packages.db", Some("srv/c")),
            ("a/usr/lib/apk/db/installed", Some("a")),
            ("a/usr/lib/python3/x.egg-info", None),
        ] {
            assert_eq!(database_root(Path::new(path)), root.map(PathBuf::from), "{path}");
        }
    }
}
