//! Ties what runs, listens and starts by itself to the components it consists of: by the package that owns the
//! executable, by the file itself, or by the installation prefix that both share.

use std::collections::BTreeMap;
use std::path::Path;

use crate::detect::Ownership;
use crate::model::{Activity, Component, Evidence, Process, Purl, RuntimeFacts, Unit, UnitState};

use super::merge::add;

/// Answers which component a path below the root belongs to.
struct Index<'i> {
    ownership: &'i Ownership,
    by_purl: BTreeMap<Purl, Vec<usize>>,
    by_place: BTreeMap<String, Vec<usize>>,
    /// Installation prefix → components whose file lies below it: `opt/node` for `opt/node/bin/node`.
    by_prefix: BTreeMap<String, Vec<usize>>,
}

impl<'i> Index<'i> {
    fn new(components: &[Component], ownership: &'i Ownership) -> Self {
        let mut index = Self { ownership, by_purl: BTreeMap::new(), by_place: BTreeMap::new(), by_prefix: BTreeMap::new() };
        for (number, component) in components.iter().enumerate() {
            index.by_purl.entry(component.purl.clone()).or_default().push(number);
            for location in &component.locations {
                let place = location.path.trim_start_matches('/').to_owned();
                if component.product.is_some()
                    && let Some(prefix) = prefix_of(&place)
                {
                    index.by_prefix.entry(prefix).or_default().push(number);
                }
                index.by_place.entry(place).or_default().push(number);
            }
        }
        index
    }

    fn components(&self, path: &str) -> Vec<usize> {
        let owner = self.ownership.owner(Path::new(path)).and_then(|owner| self.by_purl.get(owner));
        let found = owner.or_else(|| self.by_place.get(path));
        found.or_else(|| self.by_prefix.get(&prefix_of(path)?)).cloned().unwrap_or_default()
    }
}

/// `opt/node/bin/node` and `opt/node/lib/libnode.so` are one installation: what stands before the last `bin`, `sbin` or `lib`.
fn prefix_of(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let at = parts.iter().rposition(|part| matches!(*part, "bin" | "sbin" | "lib" | "lib64"))?;
    let prefix = parts.get(..at)?.join("/");
    // Everything shares these; a common prefix proves nothing there.
    (!matches!(prefix.as_str(), "" | "usr" | "usr/local")).then_some(prefix)
}

/// Notes in `components` what processes, sockets and units do with them.
pub(super) fn settle(components: &mut [Component], ownership: &Ownership, runtime: Option<&RuntimeFacts>, units: &[Unit]) {
    let index = Index::new(components, ownership);
    let mut found: BTreeMap<usize, Activity> = BTreeMap::new();
    let mut note = |paths: &[&str], activity: &Activity| {
        for number in paths.iter().flat_map(|path| index.components(path)) {
            add(found.entry(number).or_default(), activity.clone());
        }
    };
    let processes: Vec<&Process> =
        runtime.iter().flat_map(|facts| &facts.processes).filter(|process| !process.in_container).collect();
    for process in &processes {
        let paths =
            paths(&index, &processes, process.executable.as_deref(), process.called.as_deref(), process.script.as_deref());
        note(&paths, &Activity { processes: process.count, ..Activity::default() });
    }
    for listener in runtime.iter().flat_map(|facts| &facts.listeners) {
        let paths = paths(&index, &processes, listener.executable.as_deref(), None, listener.script.as_deref());
        note(&paths, &Activity { listening: vec![listener.clone()], ..Activity::default() });
    }
    for unit in units.iter().filter(|unit| unit.state == UnitState::Enabled) {
        let paths: Vec<&str> = unit.starts.iter().map(String::as_str).collect();
        note(&paths, &Activity { enabled_by: vec![unit.name.clone()], ..Activity::default() });
    }
    for number in kernel(runtime).iter().flat_map(|path| index.components(path)) {
        if let Some(component) = components.get_mut(number) {
            component.evidence = Evidence::Running;
        }
    }
    for (number, activity) in found {
        if let Some(component) = components.get_mut(number) {
            if activity.processes > 0 {
                component.evidence = Evidence::Running;
            }
            add(&mut component.activity, activity);
        }
    }
}

/// Where the image of the running kernel, and what tells its modules, lie: several kernels may be installed, and one runs. Files,
/// since folders of modules belong to the packages with headers, too. A container runs on another system's kernel.
fn kernel(runtime: Option<&RuntimeFacts>) -> Vec<String> {
    let release = runtime.filter(|facts| !facts.in_container).and_then(|facts| facts.kernel_release.as_deref());
    let images = ["boot/vmlinuz-{}", "boot/vmlinux-{}", "boot/Image-{}"];
    let modules = ["vmlinuz", "modules.builtin"]
        .into_iter()
        .flat_map(|file| ["lib/modules/{}/", "usr/lib/modules/{}/"].map(|folder| format!("{folder}{file}")));
    let patterns: Vec<String> = images.into_iter().map(str::to_owned).chain(modules).collect();
    release.into_iter().flat_map(|release| patterns.iter().map(move |pattern| pattern.replace("{}", release))).collect()
}

/// The files that a process consists of. A program with several names is the one it was called by, where that name
/// belongs to something: Debian's `redis-server` is a link to `redis-check-rdb`, which another package owns.
fn paths<'p>(
    index: &Index<'_>,
    processes: &[&'p Process],
    executable: Option<&'p str>,
    called: Option<&'p str>,
    script: Option<&'p str>,
) -> Vec<&'p str> {
    let called = called.or_else(|| {
        let same = processes.iter().find(|process| executable.is_some() && process.executable.as_deref() == executable)?;
        same.called.as_deref()
    });
    let program = called.filter(|path| !index.components(path).is_empty()).or(executable);
    program.into_iter().chain(script).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Location, ProductHint, Role, RuntimeView};

    fn process(executable: &str) -> Process {
        let executable = Some(executable.to_owned());
        Process {
            executable,
            called: None,
            name: "x".to_owned(),
            script: None,
            unit: None,
            in_container: false,
            container: None,
            count: 2,
        }
    }

    fn facts(processes: Vec<Process>) -> RuntimeFacts {
        RuntimeFacts {
            view: RuntimeView::Full,
            in_container: false,
            processes,
            sockets_read: true,
            listeners: Vec::new(),
            units: Vec::new(),
            stale: Vec::new(),
            kernel_release: None,
            root_could_change: Vec::new(),
        }
    }

    #[test]
    fn a_process_counts_for_the_package_that_owns_its_executable() {
        let purl = Purl::new("deb", "nginx").with_version("1.22.1-9");
        let mut ownership = Ownership::default();
        ownership.add(&purl, [Path::new("usr/sbin/nginx")]);
        let mut components = [Component::new(purl, Evidence::Installed, "dpkg", Location::file("/var/lib/dpkg/status"))];
        settle(&mut components, &ownership, Some(&facts(vec![process("usr/sbin/nginx")])), &[]);
        assert_eq!((components[0].evidence, components[0].activity.processes), (Evidence::Running, 2));
    }

    #[test]
    fn a_program_with_several_names_is_the_one_it_was_called_by() {
        let (server, tools) = (Purl::new("deb", "redis-server"), Purl::new("deb", "redis-tools"));
        let mut ownership = Ownership::default();
        ownership.add(&server, [Path::new("usr/bin/redis-server")]);
        ownership.add(&tools, [Path::new("usr/bin/redis-check-rdb")]);
        let mut components = [server, tools].map(|purl| Component::new(purl, Evidence::Installed, "dpkg", Location::file("x")));
        let called = Some("usr/bin/redis-server".to_owned());
        let process = Process { called, ..process("usr/bin/redis-check-rdb") };
        settle(&mut components, &ownership, Some(&facts(vec![process])), &[]);
        assert_eq!(components.map(|component| component.activity.processes), [2, 0]);
    }

    #[test]
    fn an_unowned_program_is_found_through_its_installation_prefix() {
        let purl = Purl::new("generic", "python").with_version("3.8.1");
        let mut python = Component::new(purl, Evidence::Installed, "bytes", Location::file("/opt/py38/lib/libpython3.8.so.1.0"));
        python.product = Some(ProductHint { product: "python".to_owned(), role: Role::Runtime });
        let mut components = [python];
        settle(&mut components, &Ownership::default(), Some(&facts(vec![process("opt/py38/bin/python3.8")])), &[]);
        assert_eq!(components[0].evidence, Evidence::Running);
        assert_eq!(prefix_of("usr/bin/python3"), None);
    }

    #[test]
    fn of_two_kernels_the_one_that_runs_is_running() {
        let purl = |release: &str| Purl::new("deb", &format!("linux-image-{release}"));
        let unmanaged = |release: &str| {
            Component::new(
                Purl::new("generic", "linux"),
                Evidence::Installed,
                "x",
                Location::file(format!("/boot/vmlinuz-{release}")),
            )
        };
        let mut ownership = Ownership::default();
        for release in ["6.1.0-18-amd64", "6.1.0-22-amd64"] {
            let files = [format!("boot/vmlinuz-{release}"), format!("usr/lib/modules/{release}/kernel/fs/ext4.ko")];
            ownership.add(&purl(release), files.iter().map(Path::new));
        }
        let running = |release: &str, in_container: bool| {
            let mut components = [
                Component::new(purl("6.1.0-18-amd64"), Evidence::Installed, "dpkg", Location::file("x")),
                Component::new(purl("6.1.0-22-amd64"), Evidence::Installed, "dpkg", Location::file("x")),
                unmanaged("6.12.3-own"),
            ];
            let facts = RuntimeFacts { kernel_release: Some(release.to_owned()), in_container, ..facts(Vec::new()) };
            settle(&mut components, &ownership, Some(&facts), &[]);
            components.map(|component| component.evidence == Evidence::Running)
        };
        assert_eq!(running("6.1.0-18-amd64", false), [true, false, false]);
        assert_eq!(running("6.1.0-22-amd64", false), [false, true, false]);
        assert_eq!(running("6.12.3-own", false), [false, false, true]);
        assert_eq!(running("5.10.0-1-amd64", false), [false, false, false]);
        assert_eq!(running("6.1.0-18-amd64", true), [false, false, false]);
    }

    #[test]
    fn a_container_process_is_not_the_hosts() {
        let purl = Purl::new("deb", "nginx");
        let mut ownership = Ownership::default();
        ownership.add(&purl, [Path::new("usr/sbin/nginx")]);
        let mut components = [Component::new(purl, Evidence::Installed, "dpkg", Location::file("x"))];
        let contained = Process { in_container: true, ..process("usr/sbin/nginx") };
        settle(&mut components, &ownership, Some(&facts(vec![contained])), &[]);
        assert_eq!(components[0].activity.processes, 0);
    }
}
