//! The whole argument on small reports made by hand, and the rules that no report may break.

use expect_test::expect_file;
use unicode_width::UnicodeWidthStr;

use super::explain;
use crate::catalog::Catalog;
use crate::report::view::*;
use crate::report::{Thresholds, sentence};

fn place(product: &str, name: &str, version: &str, usage: UseWord, state: LifeState) -> Deployment {
    Deployment {
        id: format!("{product}@web1:{version}"),
        product: product.to_owned(),
        product_name: name.to_owned(),
        role: "server".to_owned(),
        version: Some(version.into()),
        usage,
        host: "web1".to_owned(),
        locations: vec![format!("/usr/sbin/{product}")],
        lifecycle: Lifecycle {
            state,
            eol: "2026-06-30".parse().ok(),
            source: Some("https://lifecycle.example/dates".into()),
            ..Lifecycle::default()
        },
        ..Deployment::default()
    }
}

fn input(symbol: &str, name: &str, [lo, likely, hi]: [f64; 3], source: &str) -> Input {
    let [lo, likely, hi] = [lo, likely, hi].map(Figure);
    Input { symbol: symbol.into(), name: name.into(), lo, likely, hi, source: source.into(), grade: "default".into() }
}

fn part(part: &str, name: &str, formula: &str, [community, buy, upgrade]: [Option<f64>; 3]) -> CostPart {
    let [community, buy, upgrade] = [community, buy, upgrade].map(|cost| cost.map(Amount));
    CostPart { part: part.into(), name: name.into(), formula: formula.into(), community, buy, upgrade }
}

fn answer(question: Option<TurnsOn>, words: &str, [score, lowest, highest]: [f64; 3], verdict: VerdictWord) -> Answer {
    Answer {
        question,
        answer: words.into(),
        score: Score(score),
        score_at_lowest: Some(Score(lowest)),
        score_at_highest: Some(Score(highest)),
        price_75: None,
        verdict,
    }
}

fn offer(vendor: &str, name: &str) -> Offer {
    Offer {
        vendor: Some(vendor.to_lowercase()),
        vendor_name: Some(vendor.into()),
        name: name.to_owned(),
        kind: "subscription".into(),
        covers: Covers::Yes,
        confidence: "seen".into(),
        verdict: VerdictWord::DoesNotPayOff,
        sub_verdict: Some(SubVerdict::Community),
        score: Some(Score(4.0)),
        ..Offer::default()
    }
}

fn costs() -> Vec<CostPart> {
    vec![
        part(
            "routine",
            "routine work",
            "12 months × 3.75 hours × 47.7 an hour; the offer takes 13.7 % off",
            [Some(2_146.0), Some(1_853.0), None],
        ),
        part(
            "downtime",
            "hours down",
            "1 service × 0.65 incidents × 1.69 hours × 641 an hour down",
            [Some(708.0), Some(593.0), None],
        ),
        part("price", "price of the offer", "", [None, Some(4_882.0), None]),
        part(
            "contract",
            "procuring and managing it",
            "(29.1 hours ÷ 3 years + 14.6 hours a year) × 47.7 an hour",
            [None, Some(1_158.0), None],
        ),
    ]
}

fn inputs() -> Vec<Input> {
    vec![
        input("P", "price of the offer a year", [1_500.0, 4_500.0, 10_500.0], "usual range for 3 at (500 / 1500 / 3500) a host"),
        input("h", "routine work of your own, hours a month", [1.1, 3.3, 9.0], "one survey (acme.example/study), carried over"),
        input("LM", "size of a security loss", [20_000.0, 200_000.0, 2_000_000.0], "a study (acme.example/study)"),
        input("Y", "years of the contract", [3.0, 3.0, 3.0], "judgement, no usable source"),
    ]
}

/// A web server whose verdict turns on what an hour down costs.
fn undecided() -> Opportunity {
    let thresholds = Thresholds { no: Some(Amount(10_600.0)), yes: Some(Amount(126_000.0)) };
    Opportunity {
        id: "nginx-server-1.22".into(),
        product: "nginx".into(),
        product_name: "nginx".into(),
        role: "server".into(),
        version: Some("1.22.1".into()),
        deployments: vec!["nginx@web1:1.22.1".into()],
        lifecycle: Lifecycle { state: LifeState::SecurityOnly, ..Lifecycle::default() },
        scope: Scope {
            services: Some(1),
            units: Some(1),
            unit: Some("host".into()),
            owners: Vec::new(),
            environment: Some("prod".into()),
            exposure: Some("internal".into()),
            tier: None,
            assumed: vec!["environment".into(), "tier".into()],
        },
        verdict: VerdictWord::Depends,
        turns_on: vec![TurnsOn::Tier],
        summary: sentence(VerdictWord::Depends, None, LifeState::SecurityOnly, false, &[TurnsOn::Tier], thresholds),
        score: Some(Score(1.0)),
        score_without_log: Some(Score(1.0)),
        score_cash: Some(Score(0.4)),
        answers: vec![
            answer(None, "tier 1, an hour down costs 100 / 500 / 2,000", [1.0, 0.4, 1.2], VerdictWord::DoesNotPayOff),
            Answer {
                price_75: Some(Amount(3_900.0)),
                ..answer(
                    Some(TurnsOn::Tier),
                    "tier 3, an hour down costs 10,000 / 50,000 / 300,000",
                    [80.0, 92.0, 50.0],
                    VerdictWord::NotEnoughData,
                )
            },
        ],
        break_even: BreakEven {
            price_50: Some(Amount(-700.0)),
            price_75: Some(Amount(-900.0)),
            hours_per_month: Some(Figure(75.7)),
            downtime_cost_per_hour: Some(Amount(31_951.0)),
            downtime_no: thresholds.no,
            downtime_yes: thresholds.yes,
        },
        drivers: vec![Driver {
            symbol: "lam".into(),
            name: "incidents a year and service".into(),
            lo: Figure(0.3),
            hi: Figure(1.4),
            net_at_lo: Amount(-2_600.0),
            net_at_hi: Amount(-1_500.0),
            flips: false,
            threshold: None,
        }],
        information: vec![Question { symbol: "tier".into(), name: "tier".into(), worth: None }],
        alternatives: Alternatives {
            community: Community { p50: Some(Amount(2_854.0)), admissible: true },
            buy: Alternative { p50: Some(Amount(8_486.0)) },
            upgrade: None,
            best_free: Some(BestFree::Community),
        },
        costs: costs(),
        inputs: inputs(),
        offers: vec![offer("Acme", "Acme Web Support")],
        ..Opportunity::default()
    }
}

/// The same at the end of its life, under a rule book, with a price and a way on.
fn ended() -> Opportunity {
    let way = NextSupported {
        product: "nginx".into(),
        product_name: "nginx".into(),
        cycle: "1.30".into(),
        eol: "2028-04-30".parse().ok(),
        majors_away: 4,
    };
    Opportunity {
        id: "nginx-server-1.18".into(),
        version: Some("1.18.0".into()),
        deployments: vec!["nginx@web1:1.18.0".into()],
        lifecycle: Lifecycle { state: LifeState::Eol, ..Lifecycle::default() },
        next_supported: Some(way),
        verdict: VerdictWord::MustAct,
        sub_verdict: Some(SubVerdict::Upgrade),
        turns_on: Vec::new(),
        summary: sentence(VerdictWord::MustAct, Some(SubVerdict::Upgrade), LifeState::Eol, false, &[], Thresholds::default()),
        answers: Vec::new(),
        information: vec![Question { symbol: "U".into(), name: "hours the upgrade takes".into(), worth: Some(Amount(640.0)) }],
        alternatives: Alternatives {
            community: Community { p50: Some(Amount(9_000.0)), admissible: false },
            buy: Alternative { p50: Some(Amount(8_486.0)) },
            upgrade: Some(UpgradeWay { p50: Some(Amount(4_000.0)), hours: Some(Figure(24.0)) }),
            best_free: Some(BestFree::Upgrade),
        },
        worth_by_tier: vec![
            TierWorth { tier: 1, price_75: None, price_50: None },
            TierWorth { tier: 3, price_75: Some(Amount(850.0)), price_50: None },
        ],
        ..undecided()
    }
}

fn report(deployments: Vec<Deployment>, opportunities: Vec<Opportunity>) -> ReportV1 {
    let entry = Entry {
        vendor: "zeta".into(),
        vendor_name: "Zeta Ltd".into(),
        name: "Move".into(),
        relation: Some("migration".into()),
        confidence: "unverified".into(),
        programme: Some(Programme {
            kind: "referral".into(),
            status: "recorded".into(),
            terms: Some("10 % once".into()),
            ..Programme::default()
        }),
        ..Entry::default()
    };
    ReportV1 {
        as_of: "2026-11-24".parse().expect("a date"),
        tool: Tool { arguments: "/".into(), ..Tool::default() },
        targets: vec![Target { name: "web1".into(), kind: TargetWord::Host, ..Target::default() }],
        totals: Totals { currency: "USD".into(), ..Totals::default() },
        levers: vec![Lever {
            argument: "--tier 3".into(),
            effect: "then one more figure decides".into(),
            cases: vec!["nginx-server-1.22".into()],
            ..Lever::default()
        }],
        offers_on_record: vec![OffersOnRecord {
            product: "nginx".into(),
            product_name: "nginx".into(),
            cycle: Some("1.22".into()),
            entries: vec![entry],
        }],
        coverage: Coverage { not_checked: vec!["known exploited vulnerabilities".into()], ..Coverage::default() },
        deployments,
        opportunities,
        ..ReportV1::default()
    }
}

fn two_cases() -> ReportV1 {
    let running = Deployment {
        listening: vec!["0.0.0.0:80".into()],
        makes_case: true,
        ..place("nginx", "nginx", "1.22.1", UseWord::Running, LifeState::SecurityOnly)
    };
    let old = Deployment {
        makes_case: true,
        next_supported: ended().next_supported,
        ..place("nginx", "nginx", "1.18.0", UseWord::Running, LifeState::Eol)
    };
    report(vec![old, running], vec![ended(), undecided()])
}

#[test]
fn a_case_that_turns_on_one_figure_is_argued_to_its_end() {
    let report = report(
        vec![Deployment { makes_case: true, ..place("nginx", "nginx", "1.22.1", UseWord::Running, LifeState::SecurityOnly) }],
        vec![undecided()],
    );
    expect_file!["../../../tests/report/snapshots/explain-undecided.txt"]
        .assert_eq(&explain(&report, "nginx", 100).expect("it is there"));
}

#[test]
fn an_end_of_life_that_must_be_acted_on_names_the_rule_and_the_way() {
    let mut report = two_cases();
    report.opportunities.truncate(1);
    report.deployments.truncate(1);
    expect_file!["../../../tests/report/snapshots/explain-must-act.txt"]
        .assert_eq(&explain(&report, "nginx", 100).expect("it is there"));
}

#[test]
fn what_makes_no_case_says_why_and_stops_there() {
    let node = place("nodejs", "Node.js", "20.20.2", UseWord::Installed, LifeState::Eol);
    let brought = Deployment {
        comes_with: Some("nodejs".into()),
        ..place("npm", "npm", "10.8.2", UseWord::Dependency, LifeState::Unknown)
    };
    let client = Deployment {
        role: "client".into(),
        ..place("postgresql", "PostgreSQL", "15.14", UseWord::Enabled, LifeState::Supported)
    };
    let other = Deployment { makes_case: true, ..place("foo", "Foo", "1", UseWord::Running, LifeState::Unknown) };
    let report = report(vec![node, brought, client, other], Vec::new());
    let told = |product: &str| explain(&report, product, 100).expect("it is there");
    expect_file!["../../../tests/report/snapshots/explain-no-case.txt"].assert_eq(&told("nodejs"));
    for (product, why) in [
        ("npm", "it came along with Node.js and goes with it"),
        ("postgresql", "this is the client; support is sold for the server"),
        ("foo", "its kind has no usual figures"),
    ] {
        let text = told(product);
        assert!(text.contains(why), "{text}");
        for absent in ["OFFERS", "WHAT A YEAR COSTS", "VERDICT"] {
            assert!(!text.contains(absent), "{text}");
        }
        assert_eq!(text.lines().last(), Some("Next:  underpin report /"));
    }
}

#[test]
fn an_unknown_product_is_no_explanation() {
    assert_eq!(explain(&two_cases(), "redis", 100), None);
}

#[test]
fn no_vendor_stands_above_the_offers() {
    let text = explain(&two_cases(), "nginx", 100).expect("it is there");
    let (above, below) = text.split_once("OFFERS ON RECORD").expect("the heading is there");
    for vendor in ["Acme", "acme", "Zeta"] {
        assert!(!above.contains(vendor) && below.contains(vendor), "{vendor}: {above}");
    }
}

/// The defaults cite studies of firms that are vendors as well.
#[test]
fn no_default_names_a_vendor_of_the_catalog_once_its_citations_are_moved() {
    use crate::model::{Currency, Kind};
    use crate::score::{Cover, OfferType, Purse, Subject, Tier, Upkeep, default_inputs, kind_row};
    let catalog = Catalog::embedded();
    let purse = catalog.rates().and_then(|rates| Purse::new(Currency::USD, rates)).unwrap_or_else(Purse::usd);
    for kind in Kind::ALL {
        let subject = Subject {
            row: kind_row(*kind),
            services: 1,
            units: 1,
            upkeep: &Upkeep::BY_HAND,
            tier: Tier::Hundreds,
            ended: true,
            offer: OfferType::Subscription,
            cover: Cover::Fixes,
            purse: &purse,
        };
        for (_, input) in default_inputs(&subject).expect("finite").iter() {
            let told = super::sources::Sources::default().cite(&input.basis);
            for vendor in catalog.vendors().iter().filter(|vendor| vendor.name.len() > 3) {
                assert!(!told.contains(&vendor.name), "{}: {told}", vendor.name);
            }
        }
    }
}

#[test]
fn community_never_stands_beside_an_ended_life() {
    for verdict in VerdictWord::ALL {
        for sub in std::iter::once(None).chain(SubVerdict::ALL.iter().copied().map(Some)) {
            for answered in VerdictWord::ALL {
                let mut case = ended();
                (case.verdict, case.sub_verdict, case.must_act_if_exposed, case.indicative) = (*verdict, sub, true, true);
                case.turns_on = TurnsOn::ALL.to_vec();
                case.summary = sentence(*verdict, sub, LifeState::Eol, true, TurnsOn::ALL, Thresholds::default());
                case.answers = undecided().answers.into_iter().map(|answer| Answer { verdict: *answered, ..answer }).collect();
                for offer in &mut case.offers {
                    (offer.verdict, offer.sub_verdict) = (*verdict, sub);
                }
                let place = place("nginx", "nginx", "1.18.0", UseWord::Running, LifeState::Eol);
                let text = explain(&report(vec![place], vec![case]), "nginx", 100).expect("it is there");
                assert!(!text.to_lowercase().contains("communit"), "{verdict} {sub:?}: {text}");
            }
        }
    }
}

#[test]
fn several_cases_are_argued_one_after_the_other_and_numbers_stand_once() {
    let text = explain(&two_cases(), "nginx", 100).expect("it is there");
    let (first, second) = text.split_once("CASE nginx-server-1.22").expect("the second case");
    assert!(first.contains("CASE nginx-server-1.18") && first.contains("years of the contract"));
    assert!(second.contains("as listed above") && !second.contains("years of the contract"), "{second}");
}

#[test]
fn no_line_is_wider_than_asked_and_nothing_acts_on_a_terminal() {
    let bad = "\u{1b}[31m \u{202e}gpj (x.example/\u{1b}) \r\n".to_owned();
    let mut hostile = two_cases();
    for place in &mut hostile.deployments {
        (place.product_name, place.role, place.version) = (bad.clone(), bad.clone(), Some(bad.clone()));
        (place.origin, place.entitlement, place.locations) = (Some(bad.clone()), Some(bad.clone()), vec![bad.clone()]);
        (place.lifecycle.label, place.lifecycle.source) = (Some(bad.clone()), Some(bad.clone()));
    }
    for case in &mut hostile.opportunities {
        (case.product_name, case.summary, case.scope.unit) = (bad.clone(), bad.clone(), Some(bad.clone()));
        (case.scope.environment, case.scope.exposure) = (Some(bad.clone()), Some(bad.clone()));
        case.accepted = Some(AcceptedRisk { owner: bad.clone(), reason: bad.clone(), ..AcceptedRisk::default() });
        for input in &mut case.inputs {
            (input.name, input.source, input.grade) = (bad.clone(), bad.clone(), bad.clone());
        }
        for part in &mut case.costs {
            (part.name, part.formula) = (bad.clone(), bad.clone());
        }
        for answer in &mut case.answers {
            answer.answer.clone_from(&bad);
        }
        for offer in &mut case.offers {
            (offer.vendor_name, offer.name) = (Some(bad.clone()), bad.clone());
        }
    }
    for report in [two_cases(), hostile] {
        for width in [20, 60, 72, 80, 93, 100, 300] {
            let text = explain(&report, "nginx", width).expect("it is there");
            for line in text.lines() {
                assert!(line.width() <= width.clamp(60, 100), "{width}: {line}");
                assert!(!line.contains(|character: char| character.is_control() || character == '\u{202e}'), "{line:?}");
            }
        }
    }
}
