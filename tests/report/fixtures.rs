//! Finished reports as a builder would hand them over: a host, a repository, a fleet, and one whose every name is hostile.

use underpin::model::Date;
use underpin::report::view::*;
use underpin::report::{Thresholds, sentence, stamp};

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn frame(arguments: &str) -> ReportV1 {
    ReportV1 {
        as_of: day("2026-11-24"),
        tool: Tool { name: "underpin".into(), version: "0.1.0".into(), arguments: arguments.into(), offline: true },
        catalog: Catalog {
            version: text("2026.8"),
            date: Some(day("2026-08-22")),
            age_days: Some(94),
            stale: true,
            digest: text("4d0a2b7c"),
        },
        totals: Totals { currency: "USD".into(), spend_asked: Some(Amount(0.0)), ..Totals::default() },
        assumptions: vec![
            assumption("hourly cost of staff", "45 to 110 USD, most likely 65", "BLS mean wage 2019, benefits added"),
            assumption("currency", "USD", "the program's default"),
        ],
        ..ReportV1::default()
    }
}

fn assumption(input: &str, value: &str, source: &str) -> Assumption {
    Assumption { input: input.into(), value: value.into(), source: source.into(), grade: "default".into() }
}

fn life(state: LifeState, release: &str, eol: &str, label: Option<&str>) -> Lifecycle {
    Lifecycle {
        state,
        eol: Some(day(eol)),
        followed: if label.is_some() { FollowedWord::Distribution } else { FollowedWord::Upstream },
        label: label.map(str::to_owned),
        release: Some(day(release)),
        paid_until: None,
        source: text("https://endoflife.date/debian"),
    }
}

fn place(product: &str, name: &str, version: &str, role: &str, usage: UseWord, lifecycle: Lifecycle, host: &str) -> Deployment {
    Deployment {
        id: format!("{product}@{host}:{version}"),
        product: product.into(),
        product_name: name.into(),
        role: role.into(),
        version: text(version),
        cycle: text(version),
        lifecycle,
        usage,
        origin: text("Debian"),
        host: host.into(),
        locations: vec![format!("/usr/share/doc/{product}")],
        components: vec![format!("pkg:deb/debian/{product}@{version}")],
        makes_case: true,
        ..Deployment::default()
    }
}

fn input(symbol: &str, name: &str, values: [f64; 3], source: &str, grade: &str) -> Input {
    let [lo, likely, hi] = values.map(Figure);
    Input { symbol: symbol.into(), name: name.into(), lo, likely, hi, source: source.into(), grade: grade.into() }
}

fn inputs() -> Vec<Input> {
    vec![
        input(
            "h",
            "routine work of your own, hours a month",
            [0.33, 0.99, 2.7],
            "usual for a web server, × 0.3: Debian packages",
            "default",
        ),
        input("w", "cost of an hour of staff", [45.0, 65.0, 110.0], "BLS mean wage 2019, benefits added", "default"),
        input("c", "cost of an hour down", [100.0, 500.0, 2000.0], "assumed: cheap", "default"),
        input("lam", "incidents a year and service", [0.2, 0.5, 2.0], "usual for a web server", "default"),
        input(
            "f",
            "security losses a year and service, at local exposure",
            [0.00004, 0.0002, 0.0005],
            "incident studies",
            "default",
        ),
    ]
}

fn driver(symbol: &str, name: &str, range: [f64; 2], net: [f64; 2], threshold: Option<f64>) -> Driver {
    Driver {
        symbol: symbol.into(),
        name: name.into(),
        lo: Figure(range[0]),
        hi: Figure(range[1]),
        net_at_lo: Amount(net[0]),
        net_at_hi: Amount(net[1]),
        flips: threshold.is_some(),
        threshold: threshold.map(Figure),
    }
}

fn nameless(kind: &str, lo: f64, hi: f64) -> Offer {
    Offer {
        name: "no seller on record".into(),
        kind: kind.into(),
        covers: Covers::Unknown,
        admissible: true,
        confidence: "unverified".into(),
        price: Some(Price {
            lo: Amount(lo),
            hi: Amount(hi),
            currency: "USD".into(),
            per: "host".into(),
            quantity: Some(Figure(3.0)),
            per_year: None,
        }),
        price_basis: PriceBasis::Anchor,
        ..Offer::default()
    }
}

fn undecided(product: &str, name: &str, version: Option<&str>, role: &str, costs: [f64; 2]) -> Opportunity {
    let [no, yes] = costs.map(|cost| Some(Amount(cost)));
    let turns_on = vec![TurnsOn::Tier];
    let lifecycle = life(LifeState::SecurityOnly, "2023-06-10", "2028-06-30", Some("Debian LTS"));
    let thresholds = Thresholds { no, yes };
    Opportunity {
        id: format!("CASE-{product}"),
        product: product.into(),
        product_name: name.into(),
        role: role.into(),
        version: version.map(str::to_owned),
        cycle: text("12"),
        hosts: texts(&["dev1"]),
        deployments: vec![format!("{product}@dev1:{}", version.unwrap_or_default())],
        usage: UseWord::Running,
        summary: sentence(VerdictWord::Depends, None, lifecycle.state, false, &turns_on, thresholds),
        lifecycle,
        scope: Scope {
            services: Some(1),
            units: Some(1),
            unit: text("host"),
            environment: text("prod"),
            exposure: text("internal"),
            tier: None,
            assumed: texts(&["environment", "services", "tier"]),
        },
        verdict: VerdictWord::Depends,
        turns_on,
        score: Some(Score(4.3)),
        score_without_log: Some(Score(4.3)),
        net: Net { p10: Some(Amount(-4100.5)), p50: Some(Amount(-2210.125)), p90: Some(Amount(-640.0)), currency: text("USD") },
        break_even: BreakEven {
            price_50: Some(Amount(610.0)),
            price_75: Some(Amount(240.0)),
            hours_per_month: None,
            downtime_cost_per_hour: Some(Amount(38_000.0)),
            downtime_no: no,
            downtime_yes: yes,
        },
        drivers: vec![driver("lam", "incidents a year and service", [0.3, 1.4], [-2600.0, -1500.0], None)],
        information: vec![Question { symbol: "tier".into(), name: "what one hour down costs".into(), worth: None }],
        evidence_grade: text("C"),
        alternatives: Alternatives {
            community: Community { p50: Some(Amount(1260.0)), admissible: true },
            buy: Alternative { p50: Some(Amount(3470.0)) },
            upgrade: None,
            best_free: Some(BestFree::Community),
        },
        inputs: inputs(),
        offers: vec![nameless("subscription", 500.0, 3500.0)],
        ..Opportunity::default()
    }
}

fn entry(vendor: &str, name: &str, relation: Option<&str>, covers: Covers, confidence: &str) -> Entry {
    Entry {
        vendor: vendor.to_lowercase().replace(' ', "-"),
        vendor_name: vendor.into(),
        name: name.into(),
        relation: relation.map(str::to_owned),
        relation_words: relation.unwrap_or("beside support").into(),
        covers,
        source: Some(format!("https://{}.example/support", vendor.to_lowercase().replace(' ', "-"))),
        as_of: Some(day("2026-08-22")),
        confidence: confidence.into(),
        ..Entry::default()
    }
}

fn by_os(mut entry: Entry) -> Entry {
    entry.versions = text("by OS");
    entry
}

fn on_record(product: &str, name: &str, cycle: Option<&str>, entries: Vec<Entry>) -> OffersOnRecord {
    OffersOnRecord { product: product.into(), product_name: name.into(), cycle: cycle.map(str::to_owned), entries }
}

fn action(id: &str, kind: ActionWord, name: Option<&str>, from: &str, why: &str) -> Action {
    Action {
        id: id.into(),
        kind,
        product: name.map(str::to_lowercase),
        product_name: name.map(str::to_owned),
        from: text(from),
        why: why.into(),
        hosts: texts(&["dev1"]),
        ..Action::default()
    }
}

fn host_actions() -> Vec<Action> {
    vec![
        Action {
            command: text("apt-get upgrade"),
            locations: texts(&["pkg:deb/debian/openjdk-17-jre@17.0.15 to 17.0.17"]),
            ..action(
                "UPDATE-apt",
                ActionWord::Update,
                None,
                "79 security updates",
                "apt lists of 2026-11-24: openjdk-17, openssl ...",
            )
        },
        Action {
            to: text("24 or 26"),
            eol: Some(day("2026-04-30")),
            in_use: Some(false),
            source: text("https://endoflife.date/nodejs"),
            locations: texts(&["/usr/bin/node"]),
            ..action(
                "EOL-nodejs-20",
                ActionWord::Upgrade,
                Some("Node.js"),
                "20.20.2",
                "end of life 2026-04-30; NodeSource; nothing runs it",
            )
        },
        Action {
            in_use: Some(false),
            locations: texts(&["/root/.pyenv/versions/2.7.18", "/root/.pyenv/versions/3.6.15"]),
            ..action(
                "EOL-python-2.7",
                ActionWord::Remove,
                Some("Python"),
                "2.7, 3.6-3.10",
                "end of life; 6 of the 9 in ~/.pyenv; nothing uses them",
            )
        },
    ]
}

fn host_places() -> Vec<Deployment> {
    let lts = || life(LifeState::SecurityOnly, "2023-06-10", "2028-06-30", Some("Debian LTS"));
    let upstream = |release, eol| life(LifeState::Supported, release, eol, None);
    let node = life(LifeState::Eol, "2023-04-18", "2026-04-30", None);
    let node = Lifecycle { paid_until: Some(day("2029-04-30")), ..node };
    let mut places = vec![
        place("debian", "Debian", "12.15", "os", UseWord::Running, lts(), "dev1"),
        place("nginx", "nginx", "1.22.1", "server", UseWord::Running, lts(), "dev1"),
        place("nodejs", "Node.js", "20.20.2", "runtime", UseWord::Installed, node, "dev1"),
        place("openjdk", "OpenJDK", "17.0.15", "runtime", UseWord::Installed, lts(), "dev1"),
        place("postgresql", "PostgreSQL", "15.14", "client", UseWord::Installed, lts(), "dev1"),
        place(
            "python",
            "Python",
            "2.7.18",
            "runtime",
            UseWord::Installed,
            life(LifeState::Eol, "2010-07-03", "2020-01-01", None),
            "dev1",
        ),
        place("python", "Python", "3.11.2", "runtime", UseWord::Installed, lts(), "dev1"),
        place("python", "Python", "3.12.11", "runtime", UseWord::Installed, upstream("2023-10-02", "2028-10-31"), "dev1"),
        place("python", "Python", "3.13.5", "runtime", UseWord::Installed, upstream("2024-10-07", "2029-10-31"), "dev1"),
    ];
    for name in ["Ansible", "BusyBox", "CMake", "Git", "GnuPG", "LLVM", "OpenSSH", "OpenSSL", "Perl", "Ruby", "SQLite", "Vim"] {
        places.push(place(&name.to_lowercase(), name, "1.0", "tool", UseWord::Dependency, lts(), "dev1"));
    }
    if let Some(node) = places.iter_mut().find(|place| place.product == "nodejs") {
        node.next_supported = Some(NextSupported {
            product: "nodejs".into(),
            product_name: "Node.js".into(),
            cycle: "24".into(),
            eol: Some(day("2028-04-30")),
            majors_away: 1,
        });
    }
    places
}

/// A developer's host, without any configuration.
pub(crate) fn host() -> ReportV1 {
    let mut nginx = undecided("nginx", "nginx", Some("1.22.1"), "server", [10_600.0, 126_000.0]);
    nginx.listening = texts(&["0.0.0.0:80"]);
    let mut debian = undecided("debian", "Debian", None, "os", [3_800.0, 25_700.0]);
    debian.deployments = texts(&["debian@dev1:12.15"]);
    let mut report = ReportV1 {
        targets: vec![Target {
            name: "dev1".into(),
            kind: TargetWord::Host,
            path: "/".into(),
            os: text("Debian 12.15"),
            revision: None,
        }],
        actions: host_actions(),
        deployments: host_places(),
        opportunities: vec![nginx, debian],
        levers: vec![Lever {
            argument: "--downtime-cost 500".into(),
            question: Some(TurnsOn::Tier),
            effect: "then both are decided: community".into(),
            cases: texts(&["CASE-nginx", "CASE-debian"]),
        }],
        offers_on_record: vec![
            on_record(
                "nodejs",
                "Node.js",
                Some("20"),
                vec![
                    entry("HeroDevs", "NES", Some("fixes"), Covers::Yes, "seen"),
                    by_os(entry("TuxCare", "ELS", Some("fixes"), Covers::Yes, "seen")),
                    entry("NodeSource", "", Some("migration"), Covers::Yes, "seen"),
                ],
            ),
            on_record(
                "nginx",
                "nginx",
                None,
                ["F5", "GetPageSpeed", "OpenLogic", "Web Server LLC"]
                    .map(|vendor| entry(vendor, "Support", Some("help-desk"), Covers::Unknown, "unverified"))
                    .into(),
            ),
            on_record(
                "debian",
                "Debian",
                Some("12"),
                vec![
                    entry("Freexian", "ELTS", Some("fixes"), Covers::No, "seen"),
                    entry("TuxCare", "ELS", Some("fixes"), Covers::No, "seen"),
                ],
            ),
        ],
        authors: vec![
            Author { subject: "nginx".into(), name: "nginx".into(), links: Vec::new(), vendor: text("f5") },
            Author {
                subject: "python".into(),
                name: "Python".into(),
                links: vec![Funding {
                    url: "https://www.python.org/psf/donations/".into(),
                    source: text("signatures/products/python.toml"),
                }],
                vendor: None,
            },
        ],
        coverage: Coverage {
            directories: 41_210,
            files: 375_326,
            opened: 5_120,
            bytes_read: 326_107_136,
            skipped: [("larger than 512 MiB".to_owned(), 2)].into(),
            mounts_skipped: vec![Mount { path: "/proc".into(), kind: "proc".into() }],
            not_checked: texts(&["known exploited vulnerabilities (give --vulns FILE)"]),
            ..Coverage::default()
        },
        ..frame("/")
    };
    report.totals = Totals {
        packages: 712,
        products: 31,
        cases: 2,
        undecided: 2,
        free_work: 3,
        out_of_support: 7,
        out_of_support_in_use: Some(0),
        inputs: 16,
        authors: 31,
        authors_fundable: 9,
        authors_unit: "projects".into(),
        offers: 9,
        offers_unverified: 4,
        ..report.totals
    };
    stamp(&mut report).expect("plain data");
    report
}

fn ended(product: &str, name: &str, version: &str, sub: SubVerdict, worth: Option<[[f64; 2]; 2]>) -> Opportunity {
    let lifecycle = life(LifeState::Eol, "2021-05-20", "2023-06-30", None);
    let tier = |tier, prices: [f64; 2]| TierWorth { tier, price_75: Some(Amount(prices[0])), price_50: Some(Amount(prices[1])) };
    Opportunity {
        id: format!("CASE-{product}"),
        product: product.into(),
        product_name: name.into(),
        role: "framework".into(),
        version: text(version),
        cycle: text(version),
        hosts: texts(&["billing"]),
        deployments: vec![format!("{product}@billing:{version}")],
        usage: UseWord::Declared,
        summary: sentence(VerdictWord::DoesNotPayOff, Some(sub), LifeState::Eol, true, &[], Thresholds::default()),
        lifecycle,
        scope: Scope {
            services: Some(1),
            units: Some(1),
            unit: text("application"),
            environment: text("prod"),
            exposure: text("unknown"),
            tier: Some(1),
            assumed: texts(&["environment", "exposure", "tier"]),
        },
        verdict: VerdictWord::DoesNotPayOff,
        sub_verdict: Some(sub),
        must_act_if_exposed: sub != SubVerdict::Upgrade,
        indicative: true,
        score: Some(Score(3.1)),
        score_without_log: Some(Score(3.1)),
        net: Net {
            p10: Some(Amount(-14_000.0)),
            p50: Some(Amount(-5_100.0)),
            p90: Some(Amount(-1_900.0)),
            currency: text("USD"),
        },
        break_even: BreakEven { price_50: Some(Amount(500.0)), price_75: Some(Amount(0.0)), ..BreakEven::default() },
        worth_by_tier: worth.map_or_else(Vec::new, |[cheap, dear]| vec![tier(1, cheap), tier(3, dear)]),
        evidence_grade: text("C"),
        alternatives: Alternatives {
            community: Community { p50: Some(Amount(4_260.0)), admissible: true },
            buy: Alternative { p50: Some(Amount(9_470.0)) },
            upgrade: Some(UpgradeWay { p50: Some(Amount(6_020.0)), hours: Some(Figure(120.0)) }),
            best_free: Some(if sub == SubVerdict::Upgrade { BestFree::Upgrade } else { BestFree::Community }),
        },
        inputs: inputs(),
        offers: vec![Offer {
            vendor: text("herodevs"),
            vendor_name: text("HeroDevs"),
            name: "NES".into(),
            covers: Covers::Yes,
            confidence: "seen".into(),
            relation: text("fixes"),
            ..nameless("extended-life", 1_000.0, 15_000.0)
        }],
        ..Opportunity::default()
    }
}

fn declared(name: &str, from: &str, eol: &str, location: &str, to: &str) -> Action {
    Action {
        to: text(to),
        eol: Some(day(eol)),
        source: text("https://endoflife.date/"),
        hosts: texts(&["billing"]),
        locations: texts(&[location]),
        ..action(&format!("EOL-{name}"), ActionWord::Upgrade, Some(name), from, "end of life; declared")
    }
}

fn lever(argument: &str, question: Option<TurnsOn>, effect: &str) -> Lever {
    Lever { argument: argument.into(), question, effect: effect.into(), cases: texts(&["CASE-spring-boot"]) }
}

/// A service with Spring Boot 2.7 and `AngularJS` 1.8.
pub(crate) fn repository() -> ReportV1 {
    let eol = || life(LifeState::Eol, "2021-05-20", "2023-06-30", None);
    let code = |product: &str, name: &str, version: &str| Deployment {
        origin: None,
        locations: texts(&["pom.xml:8"]),
        components: vec![format!("pkg:maven/org.example/{product}@{version}")],
        ..place(product, name, version, "framework", UseWord::Declared, eol(), "billing")
    };
    let mut report = ReportV1 {
        targets: vec![Target {
            name: "billing".into(),
            kind: TargetWord::Repository,
            path: "~/src/billing".into(),
            os: None,
            revision: text("4f1c2ab"),
        }],
        actions: vec![
            declared("Spring Boot", "2.7.18", "2023-06-30", "pom.xml:8", "4.1, fixes to 2027-07-31"),
            declared("AngularJS", "1.8.3", "2021-12-31", "web/package-lock.json", "none; Angular 22 is a rewrite"),
            declared("Node.js", "16", "2023-09-11", "Dockerfile:1", "24 or 26"),
        ],
        deployments: vec![
            code("angularjs", "AngularJS", "1.8.3"),
            code("nodejs", "Node.js", "16"),
            code("spring-boot", "Spring Boot", "2.7.18"),
            Deployment {
                comes_with: text("spring-boot"),
                makes_case: false,
                ..code("spring-framework", "Spring Framework", "5.3.39")
            },
        ],
        opportunities: vec![
            ended("spring-boot", "Spring Boot", "2.7.18", SubVerdict::Leave, Some([[0.0, 500.0], [200.0, 850.0]])),
            ended("angularjs", "AngularJS", "1.8.3", SubVerdict::Leave, Some([[0.0, 490.0], [200.0, 850.0]])),
            ended("nodejs", "Node.js 16", "16", SubVerdict::Upgrade, None),
        ],
        levers: vec![
            lever("--regime pci", None, "then waiting is ruled out (must act): upgrade or buy"),
            lever("--upgrade-hours 1300", None, "on top, the size of the way out: AngularJS support pays below 15,600"),
            lever("--exposure internet", Some(TurnsOn::Exposure), "same effect as a regime"),
        ],
        offers_on_record: vec![
            on_record(
                "spring-boot",
                "Spring Boot",
                Some("2.7"),
                vec![
                    Entry { versions: text("to 2029-06"), ..entry("Broadcom", "Tanzu", Some("fixes"), Covers::Yes, "seen") },
                    entry("HeroDevs", "NES", Some("fixes"), Covers::Yes, "seen"),
                    entry("OpenLogic", "", Some("fixes"), Covers::Yes, "seen"),
                    entry("TuxCare", "ELS", Some("fixes"), Covers::Yes, "seen"),
                ],
            ),
            on_record(
                "nodejs",
                "Node.js",
                Some("16"),
                vec![
                    entry("HeroDevs", "NES", Some("fixes"), Covers::Yes, "seen"),
                    by_os(entry("TuxCare", "ELS", Some("fixes"), Covers::Yes, "seen")),
                    entry("NodeSource", "", Some("migration"), Covers::Yes, "seen"),
                ],
            ),
        ],
        coverage: Coverage { directories: 220, files: 1_812, opened: 40, bytes_read: 1_048_576, ..Coverage::default() },
        ..frame(".")
    };
    report.totals = Totals {
        declared_packages: 312,
        products: 11,
        cases: 3,
        free_work: 3,
        out_of_support: 3,
        out_of_support_in_use: None,
        inputs: 15,
        authors: 312,
        authors_fundable: 148,
        authors_unit: "packages".into(),
        offers: 7,
        ..report.totals
    };
    stamp(&mut report).expect("plain data");
    report
}

fn pays() -> Opportunity {
    let mut case = undecided("postgresql", "PostgreSQL", Some("13.23"), "server", [0.0, 0.0]);
    case.lifecycle = life(LifeState::Supported, "2020-09-24", "2027-11-13", None);
    case.hosts = texts(&["db1", "db2", "web1"]);
    case.deployments = texts(&["postgresql@db1:13.23", "postgresql@db2:13.23"]);
    case.verdict = VerdictWord::PaysOff;
    case.turns_on = Vec::new();
    case.summary = sentence(VerdictWord::PaysOff, None, LifeState::Supported, false, &[], Thresholds::default());
    case.score = Some(Score(86.8));
    case.score_without_log = Some(Score(58.2));
    case.evidence_grade = text("B");
    case.net = Net { p10: Some(Amount(-300.0)), p50: Some(Amount(3_900.0)), p90: Some(Amount(11_200.0)), currency: text("USD") };
    case.break_even = BreakEven {
        price_50: Some(Amount(8_400.0)),
        price_75: Some(Amount(6_100.0)),
        hours_per_month: Some(Figure(19.5)),
        downtime_cost_per_hour: Some(Amount(640.0)),
        ..BreakEven::default()
    };
    case.drivers = vec![
        driver("h", "routine work of your own, hours a month", [12.0, 55.0], [-900.0, 8_100.0], Some(19.5)),
        driver("c", "cost of an hour down", [160.0, 1_300.0], [2_200.0, 6_000.0], None),
    ];
    if let Some(hours) = case.inputs.iter_mut().find(|input| input.symbol == "h") {
        (hours.source, hours.grade) = ("your log, 6 months".into(), "logged".into());
    }
    case.cash = [0_u8, 1, 2, 3]
        .map(|year| {
            let paid = if year == 0 { 0.0 } else { 4_500.0 };
            let staff = if year == 0 { 1_560.0 } else { 780.0 };
            YearCash { year, price: Amount(paid), staff: Amount(staff), saved: Amount(if year == 0 { 0.0 } else { 9_180.0 }) }
        })
        .into();
    case.offers = vec![Offer {
        vendor: text("acme"),
        vendor_name: text("Acme Support"),
        name: "PostgreSQL Standard".into(),
        kind: "subscription".into(),
        relation: text("help-desk"),
        covers: Covers::Yes,
        confidence: "seen".into(),
        price: Some(Price {
            lo: Amount(1_500.0),
            hi: Amount(1_500.0),
            currency: "USD".into(),
            per: "node".into(),
            quantity: Some(Figure(3.0)),
            per_year: Some(Amount(4_500.0)),
        }),
        price_basis: PriceBasis::List,
        source: text("https://acme.example/postgresql"),
        as_of: Some(day("2026-08-20")),
        programme: Some(Programme {
            id: "acme-referral".into(),
            kind: "referral".into(),
            status: "recorded".into(),
            terms: text("10 % of the first year, at most 2,000 EUR"),
            source: text("https://acme.example/partners"),
        }),
        verdict: VerdictWord::PaysOff,
        score: case.score,
        score_without_log: case.score_without_log,
        score_omega0: Some(Score(41.0)),
        score_omega1: Some(Score(93.5)),
        net: case.net.clone(),
        break_even: case.break_even.clone(),
        ..nameless("subscription", 0.0, 0.0)
    }];
    case
}

fn acts() -> Opportunity {
    let mut case = ended("angularjs", "AngularJS", "1.8.3", SubVerdict::AskForQuote, None);
    case.hosts = texts(&["web1", "web2"]);
    case.verdict = VerdictWord::MustAct;
    case.must_act_if_exposed = false;
    case.summary = sentence(VerdictWord::MustAct, case.sub_verdict, LifeState::Eol, false, &[], Thresholds::default());
    case.alternatives.community.admissible = false;
    case.break_even.price_75 = Some(Amount(15_600.0));
    case
}

/// Saved scans of several hosts, with a case that pays and one that must be acted on.
pub(crate) fn fleet() -> ReportV1 {
    let target = |name: &str| Target {
        name: name.into(),
        kind: TargetWord::Host,
        path: format!("hosts/{name}.json"),
        os: text("Debian 12.15"),
        revision: None,
    };
    let mut report = host();
    report.tool.arguments = "hosts/*.json".into();
    report.targets = ["db1", "db2", "web1", "web2"].map(target).into();
    for action in &mut report.actions {
        action.hosts = texts(&["db1", "web1", "web2"]);
    }
    let undecided = std::mem::take(&mut report.opportunities);
    report.opportunities = [acts(), pays()].into_iter().chain(undecided).collect();
    report.offers_on_record.push(on_record(
        "postgresql",
        "PostgreSQL",
        Some("13"),
        vec![Entry {
            price: text("1,500 USD a node and year"),
            programme: report.opportunities.get(1).and_then(|case| case.offers.first()?.programme.clone()),
            ..entry("Acme Support", "PostgreSQL Standard", Some("help-desk"), Covers::Yes, "seen")
        }],
    ));
    report.totals.cases = 4;
    report.totals.spend_asked = Some(Amount(4_500.0));
    report.totals.inputs_yours = 1;
    report.totals.offers_priced = 1;
    report.disclosure = Disclosure {
        prepared_by: text("R. Roe"),
        interests: texts(&["R. Roe holds a training voucher of Acme Support"]),
        referrals: Vec::new(),
        programmes_on_record: 1,
    };
    report.problems = vec![Problem {
        code: "UP002".into(),
        meaning: "a file is not in the format that its name says".into(),
        path: "/srv/app/package-lock.json".into(),
        line: Some(14),
        column: Some(3),
        text: "expected a comma".into(),
    }];
    stamp(&mut report).expect("plain data");
    report
}

/// A host on which nothing was found.
pub(crate) fn nothing() -> ReportV1 {
    let mut report = host();
    report.actions.clear();
    report.deployments.clear();
    report.opportunities.clear();
    report.levers.clear();
    report.offers_on_record.clear();
    report.authors.clear();
    report.totals = Totals { currency: "USD".into(), authors_unit: "projects".into(), ..Totals::default() };
    stamp(&mut report).expect("plain data");
    report
}

/// What a name on a scanned host can hold.
pub(crate) const HOSTILE: &str = "=cmd()|'/c calc'!A1 <script>alert(1)</script> \"q\" 'q' `id` | \u{1b}[31m \u{202e}gpj.exe\u{202c} [x](javascript:alert(1)) &lt; \r\n# h";

/// The fleet, every text of it replaced by [`HOSTILE`].
pub(crate) fn hostile() -> ReportV1 {
    let bad = || HOSTILE.to_owned();
    let mut report = fleet();
    report.tool.arguments = bad();
    for target in &mut report.targets {
        (target.name, target.path, target.os, target.revision) = (bad(), bad(), Some(bad()), Some(bad()));
    }
    for action in &mut report.actions {
        (action.id, action.product_name, action.from, action.to) = (bad(), Some(bad()), Some(bad()), Some(bad()));
        (action.why, action.source, action.command) = (bad(), Some(bad()), Some(bad()));
        (action.hosts, action.locations) = (vec![bad(), bad()], vec![bad(), bad()]);
    }
    for place in &mut report.deployments {
        (place.product, place.product_name, place.host) = (bad(), bad(), bad());
        (place.version, place.cycle, place.origin, place.entitlement) = (Some(bad()), Some(bad()), Some(bad()), Some(bad()));
        (place.lifecycle.label, place.lifecycle.source) = (Some(bad()), Some(bad()));
        (place.locations, place.listening, place.components) = (vec![bad()], vec![bad()], vec![bad()]);
        (place.role, place.comes_with) = (bad(), Some(bad()));
    }
    for case in &mut report.opportunities {
        hostile_case(case);
    }
    for offers in &mut report.offers_on_record {
        (offers.product_name, offers.cycle) = (bad(), Some(bad()));
        for entry in &mut offers.entries {
            (entry.vendor_name, entry.name, entry.relation_words) = (bad(), bad(), bad());
            (entry.versions, entry.price, entry.source) = (Some(bad()), Some(bad()), Some("javascript:alert(1)".to_owned()));
            entry.programme = Some(Programme { id: bad(), kind: bad(), status: bad(), terms: Some(bad()), source: Some(bad()) });
        }
    }
    for author in &mut report.authors {
        author.name = bad();
        author.links = vec![Funding { url: "javascript:alert(1)".into(), source: Some(bad()) }];
    }
    let referral = Referral { vendor: bad(), vendor_name: bad(), recipient: bad(), reward: bad() };
    report.disclosure =
        Disclosure { prepared_by: Some(bad()), interests: vec![bad()], referrals: vec![referral], programmes_on_record: 1 };
    for lever in &mut report.levers {
        (lever.argument, lever.effect) = (bad(), bad());
    }
    for problem in &mut report.problems {
        (problem.path, problem.text) = (bad(), bad());
    }
    report.coverage.not_checked = vec![bad()];
    report.coverage.mounts_skipped = vec![Mount { path: bad(), kind: bad() }];
    report.coverage.skipped = [(bad(), 1)].into();
    report.assumptions = vec![Assumption { input: bad(), value: bad(), source: bad(), grade: bad() }];
    report.catalog.version = Some(bad());
    stamp(&mut report).expect("plain data");
    report
}

fn hostile_case(case: &mut Opportunity) {
    let bad = || HOSTILE.to_owned();
    (case.id, case.product, case.product_name, case.summary) = (bad(), bad(), bad(), bad());
    (case.version, case.cycle, case.evidence_grade) = (Some(bad()), Some(bad()), Some(bad()));
    (case.hosts, case.listening, case.lifecycle.label) = (vec![bad(), bad()], vec![bad()], Some(bad()));
    (case.scope.unit, case.scope.environment, case.scope.exposure) = (Some(bad()), Some(bad()), Some(bad()));
    case.accepted = Some(AcceptedRisk { owner: bad(), reason: bad(), expiry: day("2027-01-01") });
    for driver in &mut case.drivers {
        (driver.symbol, driver.name) = (bad(), bad());
    }
    for question in &mut case.information {
        question.name = bad();
    }
    for input in &mut case.inputs {
        (input.symbol, input.name, input.source, input.grade) = (bad(), bad(), bad(), bad());
    }
    for offer in &mut case.offers {
        (offer.vendor_name, offer.name, offer.kind, offer.source) = (Some(bad()), bad(), bad(), Some(bad()));
    }
}
