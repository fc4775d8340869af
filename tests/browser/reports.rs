//! Reports to look at: of systems and a repository that are really scanned, and the same many times over.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use underpin::catalog::{Catalog, SourceFile};
use underpin::detect::DETECTORS;
use underpin::inventory::Inventory;
use underpin::progress::{Counters, Stages};
use underpin::report::view::{Bundle, Contract};
use underpin::report::{ReportV1, stamp};
use underpin::scan::{Detail, ScanPlan, Subject, scan};
use underpin::score::Policy;
use underpin::walk::Limits;

const STATUS: &str = "\
Package: base-files\nStatus: install ok installed\nMaintainer: Debian Maintainers <maint@lists.debian.org>\nArchitecture: amd64\nVersion: 12.4+deb12u12\nDescription: base\n
Package: nginx\nStatus: install ok installed\nMaintainer: Debian Maintainers <maint@lists.debian.org>\nArchitecture: amd64\nVersion: 1.22.1-9+deb12u3\nDescription: nginx\n
Package: postgresql-15\nStatus: install ok installed\nMaintainer: Debian Maintainers <maint@lists.debian.org>\nArchitecture: amd64\nVersion: 15.13-0+deb12u1\nDescription: postgresql\n
Package: nodejs\nStatus: install ok installed\nMaintainer: Ivan Iguaran <ivan@nodesource.com>\nArchitecture: amd64\nVersion: 20.20.2-1nodesource1\nDescription: node\n";

/// An older system, for whose support a price is public.
const OLDER_STATUS: &str = "\
Package: base-files\nStatus: install ok installed\nMaintainer: Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>\nArchitecture: amd64\nVersion: 11ubuntu5.8\nDescription: base\n
Package: redis-server\nStatus: install ok installed\nMaintainer: Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>\nArchitecture: amd64\nVersion: 5:5.0.7-2ubuntu0.1\nDescription: redis\n
Package: postgresql-12\nStatus: install ok installed\nMaintainer: Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>\nArchitecture: amd64\nVersion: 12.22-0ubuntu0.20.04.4\nDescription: postgresql\n";

const OLDER: [(&str, &str); 3] = [
    (
        "db1/etc/os-release",
        "ID=ubuntu\nID_LIKE=debian\nNAME=\"Ubuntu\"\nVERSION_ID=\"20.04\"\nVERSION_CODENAME=focal\nPRETTY_NAME=\"Ubuntu 20.04.6 LTS\"\n",
    ),
    ("db1/var/lib/dpkg/status", OLDER_STATUS),
    ("db1/etc/postgresql/12/main/postgresql.conf", "port = 5432\nlisten_addresses = '10.0.0.5'\n"),
];

/// Somebody made up, whose price is public.
const ACME: &str = r#"
schema = 1
name = "Acme Support"
url = "https://acme.example"
contact = "support@acme.example"

[[offer]]
id = "care"
name = "Acme Care"
type = "subscription"
relation = "fixes"
confidence = "seen"
source = "https://acme.example/care"
as-of = "2026-11-01"
price = { lo = "2400", hi = "2400", currency = "USD", per = "organisation", period = "year", as-of = "2026-11-01", source = "https://acme.example/care" }

[[offer.covers]]
product = "nginx"

[[offer.covers]]
product = "postgresql"

[[offer]]
id = "longer"
name = "Acme Longer"
type = "extended-life"
relation = "fixes"
confidence = "seen"
source = "https://acme.example/longer"
as-of = "2026-11-01"
price = { lo = "900", hi = "900", currency = "USD", per = "organisation", period = "year", as-of = "2026-11-01", source = "https://acme.example/longer" }

[[offer.covers]]
product = "ubuntu"
cycles = ["20.04"]

[[offer.covers]]
product = "postgresql"
cycles = ["12"]
"#;

const FILES: [(&str, &str); 8] = [
    ("web1/etc/os-release", "ID=debian\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n"),
    ("web1/var/lib/dpkg/status", STATUS),
    (
        "web1/usr/lib/systemd/system/nginx.service",
        "[Service]\nExecStart=/usr/sbin/nginx\n[Install]\nWantedBy=multi-user.target\n",
    ),
    ("web1/etc/nginx/nginx.conf", "events {}\nhttp { server { listen 80; } }\n"),
    ("web1/etc/postgresql/15/main/postgresql.conf", "port = 5432\n"),
    (
        "billing/pom.xml",
        "<project><modelVersion>4.0.0</modelVersion><parent><groupId>org.springframework.boot</groupId>\
         <artifactId>spring-boot-starter-parent</artifactId><version>2.7.18</version></parent><groupId>org.example</groupId>\
         <artifactId>billing</artifactId><version>1</version><dependencies><dependency><groupId>org.springframework.boot</groupId>\
         <artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>",
    ),
    (
        "billing/web/package-lock.json",
        r#"{"name": "web", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "web", "version": "1.0.0",
            "dependencies": {"angular": "^1.8.3"}}, "node_modules/angular": {"version": "1.8.3", "license": "MIT"}}}"#,
    ),
    ("billing/Dockerfile", "FROM node:16\nCOPY . /srv\n"),
];

/// What is scanned, and what it gives under other policies.
pub(crate) struct Material {
    catalog: Catalog,
    inventories: Vec<Inventory>,
}

impl Material {
    /// A system and a repository made here; scanned once, since every test looks at them.
    pub(crate) fn scanned() -> &'static Self {
        static ONCE: OnceLock<Material> = OnceLock::new();
        ONCE.get_or_init(|| Self::scan(&["billing", "web1"]))
    }

    /// The same and an older system, as a company would have them, and somebody whose price is known.
    pub(crate) fn company() -> &'static Self {
        static ONCE: OnceLock<Material> = OnceLock::new();
        ONCE.get_or_init(|| Self::scan(&["billing", "db1", "web1"]))
    }

    fn scan(names: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in FILES.iter().chain(&OLDER) {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("folders");
            fs::write(path, text).expect("a file");
        }
        let wants = folder.path().join("web1/etc/systemd/system/multi-user.target.wants");
        fs::create_dir_all(&wants).expect("folders");
        std::os::unix::fs::symlink("/usr/lib/systemd/system/nginx.service", wants.join("nginx.service")).expect("a link");
        let acme = SourceFile { relative: "vendors/acme.toml".into(), shown: "acme.toml".into(), text: ACME.into() };
        let catalog = if names.contains(&"db1") { Catalog::with_files(&[acme]).expect("sound") } else { Catalog::embedded() };
        let one = |name: &str| {
            let root = folder.path().join(name).canonicalize().expect("a real path");
            let subject = Subject::Directory { root, absolute: name != "billing" };
            let plan = ScanPlan {
                cache: None,
                subject,
                given: name.to_owned(),
                detectors: DETECTORS,
                limits: Limits::default(),
                catalog: &catalog,
                detail: Detail::Stated,
            };
            scan(&plan, &Counters::default())
        };
        let inventories = names.iter().flat_map(|name| one(name)).collect();
        Self { catalog, inventories }
    }

    /// The report as assumed, which most tests look at.
    pub(crate) fn assumed(&self) -> ReportV1 {
        static ONCE: OnceLock<ReportV1> = OnceLock::new();
        ONCE.get_or_init(|| self.report(&Policy::default())).clone()
    }

    /// The report under a policy.
    pub(crate) fn report(&self, policy: &Policy) -> ReportV1 {
        let day = "2026-11-24".parse().expect("a day");
        let mut report =
            underpin::report(&self.inventories, &self.catalog, policy, day, "billing web1", true, &Stages::default());
        stamp(&mut report).expect("plain data");
        report
    }

    /// A report of `number` cases, each a copy with a version, a host and draws of its own, with all that belongs to it.
    pub(crate) fn many(&self, number: usize) -> ReportV1 {
        let mut report = self.assumed();
        let cases = report.opportunities.clone();
        report.opportunities = cases.iter().cycle().take(number).cloned().collect();
        for (place, case) in report.opportunities.iter_mut().enumerate() {
            case.id = format!("{}-{place}", case.id);
            case.version = Some(format!("{}.{place}", case.version.as_deref().unwrap_or("1")));
            case.hosts = vec![format!("host{place}")];
            case.deployments = vec![format!("{}@host{place}", case.product)];
            if let Some(recipe) = &mut case.recipe {
                recipe.key = format!("{}.{place}", recipe.key);
            }
        }
        // A contract for each, and one that would cover all, may not make the page large.
        let contract = Contract { vendor_name: "Acme Support".into(), per: Some("host".into()), ..Contract::default() };
        let cases = report.opportunities.iter().map(|case| case.id.clone()).collect();
        report.bundles = vec![Bundle { id: "BUNDLE-acme-care".into(), cases, ..Bundle::default() }];
        for case in &mut report.opportunities {
            case.bundles = vec!["BUNDLE-acme-care".into()];
            case.contracts = vec![contract.clone()];
        }
        let places = report.deployments.clone();
        report.deployments = places.iter().cycle().take(number).cloned().collect();
        for (place, found) in report.deployments.iter_mut().enumerate() {
            found.id = format!("{}@host{place}", found.product);
            found.host = format!("host{place}");
            found.version = Some(format!("{}.{place}", found.version.as_deref().unwrap_or("1")));
        }
        let totals = &mut report.totals;
        (totals.cases, totals.undecided) = (number as u64, number as u64);
        stamp(&mut report).expect("plain data");
        report
    }
}
