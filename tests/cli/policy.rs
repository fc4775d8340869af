//! What an organisation says of itself in `underpin.toml`, from rules for hosts to contracts, and what reports make of it.

use serde_json::Value;

use crate::fixtures::{ANGULARJS, Folder};
use crate::program::{stdout, underpin};

/// Four repositories with the same ended framework.
fn fleet() -> Folder {
    let (_, lock) = ANGULARJS;
    let names = ["web-1", "web-2", "db-1", "lab-1"];
    let files: Vec<(String, &str)> = names.iter().map(|name| (format!("{name}/package-lock.json"), lock)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    Folder::new("fleet", &files)
}

/// The arguments of a report on the fleet with this configuration beside it.
fn arguments(fleet: &Folder, config: &str) -> Vec<String> {
    fleet.write("underpin.toml", config);
    let targets = ["web-1", "web-2", "db-1", "lab-1"].map(|name| fleet.at(name));
    let config = ["--config".to_owned(), fleet.at("underpin.toml")];
    ["report".to_owned()].into_iter().chain(targets).chain(config).collect()
}

fn report(fleet: &Folder, config: &str, more: &[&str]) -> Value {
    let mut command = underpin(arguments(fleet, config));
    serde_json::from_str(&stdout(command.args(["--format", "json"]).args(more))).expect("JSON")
}

/// Each case as its hosts, environment, exposure, tier, services and owners; sorted.
fn scopes(report: &Value) -> Vec<String> {
    let words = |value: &Value| {
        let words = value.as_array().expect("a list").iter().map(|word| word.as_str().unwrap_or_default().to_owned());
        words.collect::<Vec<_>>().join("+")
    };
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let scope = |case: &Value| {
        let scope = &case["scope"];
        let facts = ["environment", "exposure", "tier", "services"].map(|key| word(&scope[key]));
        format!("{}: {} {}", words(&case["hosts"]), facts.join(" "), words(&scope["owners"])).trim_end().to_owned()
    };
    let mut cases: Vec<String> = report["opportunities"].as_array().expect("cases").iter().map(scope).collect();
    cases.sort();
    cases
}

const HOSTS: &str = r#"
[policy]
tier = 1

[tags]
"web-*" = ["dmz"]
"*-1" = ["first"]

[[host]]
match = "*"
owner = "platform"

[[host]]
tags = ["dmz"]
exposure = "internet"
tier = 3
group = "shop"

[[host]]
match = ["lab-*"]
env = "dev"
owner = "research"
"#;

#[test]
fn hosts_of_different_environment_exposure_or_tier_are_different_cases() {
    let fleet = fleet();
    let told = report(&fleet, HOSTS, &[]);
    assert_eq!(
        scopes(&told),
        ["db-1: prod unknown 1 1 platform", "lab-1: dev unknown 1 1 research", "web-1+web-2: prod internet 3 1 platform"]
    );
    assert_eq!(told["problems"], Value::Array(Vec::new()));
    let shop = told["opportunities"].as_array().expect("cases").iter().find(|case| case["hosts"][0] == "web-1");
    assert_eq!(
        shop.map(|case| (&case["verdict"], &case["scope"]["assumed"])),
        Some((&"must-act".into(), &Value::from(vec!["environment"])))
    );
    for format in ["table", "md", "html"] {
        let text = stdout(underpin(arguments(&fleet, HOSTS)).args(["--format", format]));
        // A cell may break its line after the colon.
        assert!(text.contains("owner: platform") && text.contains("research"), "{format}: {text}");
    }
    let explained = arguments(&fleet, HOSTS);
    let explained = stdout(&mut underpin(["explain", "angularjs"].map(str::to_owned).into_iter().chain(explained[1..].to_vec())));
    let explained = explained.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(explained.contains("Owner: research."), "{explained}");
}

#[test]
fn services_are_groups_or_what_a_rule_counts() {
    let fleet = fleet();
    let grouped = "[[host]]\nmatch = \"web-*\"\ngroup = \"shop\"\n[[host]]\nmatch = \"db-*\"\ngroup = \"till\"\n";
    assert_eq!(scopes(&report(&fleet, grouped, &[])), ["db-1+lab-1+web-1+web-2: prod unknown null 3"]);
    let counted = "[[host]]\nmatch = \"*-1\"\nservices = 2\n";
    assert_eq!(scopes(&report(&fleet, counted, &[])), ["db-1+lab-1+web-1+web-2: prod unknown null 3"]);
    assert_eq!(scopes(&report(&fleet, counted, &["--services", "4"])), ["db-1+lab-1+web-1+web-2: prod unknown null 4"]);
}

#[test]
fn the_command_line_beats_every_rule_and_the_path_is_as_good_as_the_name() {
    let fleet = fleet();
    let one = ["db-1+lab-1+web-1+web-2: staging internal 2 1 platform+research".to_owned()];
    let flags = ["--env", "staging", "--exposure", "internal", "--tier", "2", "--services", "1"];
    assert_eq!(scopes(&report(&fleet, HOSTS, &flags)), one);
    let paths = "[[host]]\nmatch = \"fleet/db-*\"\nenv = \"staging\"\n[[host]]\nmatch = \"fleet/**\"\nservices = 1\n";
    let cases = scopes(&report(&fleet, paths, &[]));
    assert_eq!(cases, ["db-1: staging unknown null 1", "lab-1+web-1+web-2: prod unknown null 1"]);
}

#[test]
fn a_rule_for_no_host_here_is_a_problem_at_its_line() {
    let fleet = fleet();
    let told = report(&fleet, "[tags]\n\"mail-*\" = \"mail\"\n\n[[host]]\nmatch = \"wbe-*\"\nenv = \"dev\"\n", &[]);
    let problems = told["problems"].as_array().expect("problems");
    let places: Vec<_> = problems.iter().map(|one| (one["code"].as_str(), one["line"].as_u64())).collect();
    assert_eq!(places, [(Some("CFG004"), Some(2)), (Some("CFG004"), Some(4))]);
    assert!(problems[1]["text"].as_str().expect("a text").contains("`wbe-*`"));
}

#[test]
fn a_faulty_rule_is_told_at_its_place_with_the_next_step() {
    let fleet = fleet();
    for (config, expected) in [
        ("[[host]]\nenv = \"dev\"\n", ":1:1: CFG003: this rule says of no host what it says; add match"),
        ("[[host]]\nmatch = \"web-*\"\n", ":1:1: CFG003: this rule says nothing of its hosts; give env"),
        ("[[host]]\nmatch = \"web-[\"\nenv = \"dev\"\n", ":2:9: CFG003: `web-[` is no pattern"),
        ("[[host]]\nmatch = [\"a\", \"\"]\nenv = \"dev\"\n", ":2:15: CFG003: a pattern must not be empty"),
        ("[[host]]\nmatch = 5\nenv = \"dev\"\n", ":2:9: CFG002: invalid type: integer `5`, expected a text, or a list of texts"),
        ("[[host]]\nmatch = \"a\"\nenv = \"test\"\n", ":3:7: CFG003: "),
        ("[[host]]\nmatch = \"a\"\ntier = 7\n", ":3:8: CFG003: "),
        ("[[host]]\nmatch = \"a\"\ntier = 1\ndowntime-cost = 5\n", ":4:17: CFG003: tier and downtime-cost say the same"),
        ("[[host]]\nmatch = \"a\"\nservices = 0\n", ":3:12: CFG003: hosts are at least 1 service"),
        ("[[host]]\nmatch = \"a\"\nservices = 2\ngroup = \"b\"\n", ":4:9: CFG003: services and group both count services"),
        ("[[host]]\nmatch = \"a\"\nowner = \" \"\n", ":3:9: CFG003: an owner must not be blank"),
        ("[[host]]\nname = \"a\"\n", ":2:1: CFG002: unknown field `name`"),
        ("[tags]\n\"web-*\" = []\n", ":2:1: CFG003: no tag stands here"),
    ] {
        let output = underpin(arguments(&fleet, config)).output().expect("a run");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{config}: {errors}");
        assert!(errors.contains(&format!("underpin.toml{expected}")), "{config}: {errors}");
    }
}

const CATALOG: &str = "schema = 1
name = \"Acme\"
url = \"https://acme.example\"
recorded-by = \"us\"
";

/// Three offers for `AngularJS` 1.8: one that says everything, one for other hours and languages, one that is silent.
fn vendors() -> Folder {
    let offer = |id: &str, name: &str, more: &str| {
        format!(
            "\n[[offer]]\nid = \"{id}\"\nname = \"{name}\"\ntype = \"extended-life\"\nrelation = \"fixes\"\nconfidence = \"seen\"\n\
             source = \"https://acme.example/{id}\"\nas-of = \"2026-08-22\"\n{more}\
             price = {{ lo = \"50\", hi = \"50\", currency = \"USD\", per = \"organisation\", period = \"year\", as-of = \"2026-08-22\", \
             source = \"https://acme.example/price\" }}\n[[offer.covers]]\nproduct = \"angularjs\"\ncycles = [\"1.8\"]\n"
        )
    };
    let plain = "hours = \"24x7\"\nresponse-minutes = 30\nlanguages = [\"de\", \"en\"]\nserves = [\"europe\"]\n";
    let worded = "support-hours = \"Mon-Fri 9-17 CET\"\nregions = \"Japanese\"\nlanguages = [\"ja\"]\n";
    let text =
        [CATALOG.to_owned(), offer("plain", "Plain", plain), offer("worded", "Worded", worded), offer("silent", "Silent", "")];
    Folder::new("catalog", &[("vendors/acme-care.toml", &text.concat())])
}

const REQUIRED: &str = "[required]\nhours = \"24x7\"\nresponse = \"1h\"\nlanguage = [\"en\", \"it\"]\nregion = \"EU\"\n";

#[test]
fn an_offer_without_the_required_cover_is_listed_with_the_reason_and_never_heads_a_case() {
    let (fleet, vendors) = (fleet(), vendors());
    let told = report(&fleet, REQUIRED, &["--catalog", &vendors.arg()]);
    let offers = told["opportunities"][0]["offers"].as_array().expect("offers").clone();
    let of = |name: &str| offers.iter().find(|offer| offer["vendor"] == "acme-care" && offer["name"] == name).expect("an offer");
    assert_eq!((&of("Plain")["admissible"], &of("Plain")["asks"]), (&true.into(), &Value::Array(vec![])));
    let reasons = ["answers in business hours, and 24x7 is required", "speaks ja, and en or it is required"];
    assert_eq!((&of("Worded")["admissible"], &of("Worded")["not_admissible"]), (&false.into(), &Value::from(reasons.to_vec())));
    let asks = [
        "does it answer around the clock?",
        "does it answer within 1 hour?",
        "does it speak en or it?",
        "is it to be had in EU?",
    ];
    assert_eq!((&of("Silent")["admissible"], &of("Silent")["asks"]), (&true.into(), &Value::from(asks.to_vec())));
    let refused: Vec<bool> = offers.iter().map(|offer| offer["admissible"] == false).collect();
    assert!(!refused[0] && refused.is_sorted(), "those that are out of the question stand last: {refused:?}");
    assert_eq!(of("Worded")["score"], of("Plain")["score"], "the figures do not depend on it");
    assert_eq!((&told["required"]["response_minutes"], &told["required"]["region"]), (&60.into(), &"EU".into()));
    let without = report(&fleet, "", &["--catalog", &vendors.arg()]);
    assert_eq!(without["required"], Value::Null);
    let offers = without["opportunities"][0]["offers"].as_array().expect("offers").clone();
    assert!(offers.iter().all(|offer| offer["admissible"] == true && offer["asks"] == Value::Array(vec![])));

    for format in ["table", "md", "html"] {
        let text = stdout(underpin(arguments(&fleet, REQUIRED)).args(["--catalog", &vendors.arg(), "--format", format]));
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for expected in
            ["answers 24x7, first answer within 1 hour, speaks en or it, to be had in EU", "not admissible: answers in"]
        {
            assert!(text.contains(expected), "{format}, {expected}: {text}");
        }
    }
    let explained = ["explain".to_owned(), "angularjs".to_owned()].into_iter().chain(arguments(&fleet, REQUIRED)[1..].to_vec());
    let explained = stdout(underpin(explained.collect::<Vec<_>>()).args(["--catalog", &vendors.arg()]));
    let explained = explained.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(explained.contains("not admissible: answers in business hours") && explained.contains("ask: does it"), "{explained}");
}

#[test]
fn a_catalog_shows_what_requirements_are_compared_with_and_refuses_what_cannot_be() {
    let vendors = vendors();
    let text = stdout(&mut underpin(["catalog", "preview", &vendors.at("vendors/acme-care.toml")]));
    for expected in
        ["hours      24x7", "response   30 minutes", "languages  de, en", "serves     europe", "in words: Mon-Fri 9-17 CET"]
    {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    for (line, expected) in [
        ("hours = \"always\"\n", "`always`"),
        ("response-minutes = 0\n", "`0` is no number of minutes"),
        ("languages = [\"English\"]\n", "`English` is no language"),
        ("serves = [\"mars\"]\n", "`mars` is no region"),
    ] {
        let broken = Folder::new("catalog", &[]);
        let sound = std::fs::read_to_string(vendors.at("vendors/acme-care.toml")).expect("the file");
        broken.write("vendors/acme-care.toml", &sound.replace("languages = [\"ja\"]\n", line));
        let output = underpin(["catalog", "lint", &broken.arg()]).output().expect("a run");
        let all = [output.stdout, output.stderr].concat();
        let all = String::from_utf8_lossy(&all);
        assert!(all.contains(expected) && all.contains("SIG017"), "{line}: {all}");
    }
}

#[test]
fn a_faulty_requirement_is_told_at_its_place() {
    let fleet = fleet();
    for (config, expected) in [
        ("[required]\nhours = \"always\"\n", ":2:9: CFG003: "),
        ("[required]\nresponse = \"soon\"\n", ":2:12: CFG003: `soon` is no time to answer; write \"30m\""),
        ("[required]\nlanguage = \"english\"\n", ":2:12: CFG003: `english` is no language"),
        ("[required]\nregion = \"mars\"\n", ":2:10: CFG003: `mars` is no region"),
        ("[required]\nlanguages = \"en\"\n", ":2:1: CFG002: unknown field `languages`"),
    ] {
        let output = underpin(arguments(&fleet, config)).output().expect("a run");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{config}: {errors}");
        assert!(errors.contains(&format!("underpin.toml{expected}")), "{config}: {errors}");
    }
}

/// A contract on `AngularJS` 1.8, priced, to the end of March 2027.
const CONTRACT: &str = "[policy]
exposure = \"internet\"
tier = 3

[[contract]]
product = \"angularjs\"
vendor = \"HeroDevs\"
price = 40
covers = [\"1.8\"]
ends = \"2027-03-31\"
notice = \"90 days\"
owner = \"web team\"
";

#[test]
fn a_contract_covers_to_its_end_and_its_renewal_is_scored_at_its_price() {
    let fleet = fleet();
    let on = |config: &str, day: &str| report(&fleet, config, &["--as-of", day]);
    let case = |told: &Value| told["opportunities"][0].clone();
    let bare = case(&on("[policy]\nexposure = \"internet\"\ntier = 3\n", "2026-11-24"));
    assert_eq!((&bare["verdict"], &bare["lifecycle"]["state"]), (&"must-act".into(), &"eol".into()));

    let told = on(CONTRACT, "2026-11-24");
    let covered = case(&told);
    assert_ne!(covered["verdict"], "must-act", "while it runs nothing has to be done");
    assert_eq!(covered["lifecycle"]["state"], "eol-covered");
    let contract = &covered["contracts"][0];
    let facts = ["vendor", "ends", "notice", "owner", "per", "period"].map(|key| contract[key].as_str().unwrap_or_default());
    assert_eq!(facts, ["herodevs", "2027-03-31", "2026-12-31", "web team", "organisation", "year"]);
    let offers = covered["offers"].as_array().expect("offers").clone();
    let renewal = offers.iter().find(|offer| offer["name"] == "renewal of your contract").expect("the renewal");
    assert_eq!((&renewal["price_basis"], &renewal["price"]["per_year"]), (&"quote".into(), &40.into()));
    assert_eq!(renewal["verdict"], contract["renewal"]);
    let soon = told["reminders"].as_array().expect("reminders").iter().map(|one| (&one["kind"], &one["due"])).collect::<Vec<_>>();
    assert_eq!(soon, [(&"contract-ends".into(), &"2026-12-31".into())]);

    // Its last day still counts; then it is as if it were not there, and that is said.
    assert_eq!(case(&on(CONTRACT, "2027-03-31"))["lifecycle"]["state"], "eol-covered");
    let ended = on(CONTRACT, "2027-04-01");
    assert_eq!((&case(&ended)["verdict"], &case(&ended)["contracts"]), (&"must-act".into(), &Value::Array(vec![])));
    assert_eq!(ended["reminders"][0]["kind"], "contract-expired");
    let other = CONTRACT.replace("\"1.8\"", "\"1.7\"");
    let idle = on(&other, "2026-11-24");
    assert_eq!((&case(&idle)["verdict"], &idle["reminders"][0]["kind"]), (&"must-act".into(), &"contract-idle".into()));

    for format in ["table", "md", "html"] {
        let text = stdout(underpin(arguments(&fleet, CONTRACT)).args(["--format", format, "--as-of", "2026-11-24"]));
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let expected =
            "covered by your contract with HeroDevs to 2027-03-31 (notice by 2026-12-31; owner: web team); renewal at 40 USD";
        assert!(text.contains(expected) && text.contains("notice is due by 2026-12-31"), "{format}: {text}");
    }
}

#[test]
fn a_dear_renewal_does_not_pay() {
    let fleet = fleet();
    let renewal = |price: &str| {
        let config = CONTRACT.replace("price = 40", &format!("price = {price}")).replace("\"internet\"", "\"internal\"");
        let told = report(&fleet, &config, &["--as-of", "2026-11-24"]);
        told["opportunities"][0]["contracts"][0]["renewal"].clone()
    };
    assert_eq!(renewal("900000"), "does-not-pay-off");
    assert_ne!(renewal("0"), "does-not-pay-off");
}

#[test]
fn a_faulty_contract_is_told_at_its_place() {
    let fleet = fleet();
    for (from, to, expected) in [
        ("\"angularjs\"", "\"angulajs\"", ":6:11: CFG003: the catalog knows no product `angulajs`; see `underpin catalog list`"),
        ("\"HeroDevs\"", "\"\"", ":7:10: CFG003: a vendor must not be blank"),
        ("price = 40", "price = -4", ":8:9: CFG003: `-4` is no price"),
        ("price = 40", "price = 4\nper = \"team\"", ":9:7: CFG003: "),
        ("price = 40", "price = 4\nperiod = \"once\"", ":9:10: CFG003: a contract is paid again and again"),
        ("price = 40", "price = 4\ncurrency = \"euro\"", ":9:12: CFG003: `euro` is no currency"),
        ("\"2027-03-31\"", "\"march\"", ":10:8: CFG003: `march` is no day"),
        ("\"90 days\"", "\"2027-06-30\"", ":11:10: CFG003: notice by 2027-06-30 is after the end"),
        ("ends = \"2027-03-31\"\n", "", ":5:1: CFG002: missing field `ends`"),
    ] {
        let output = underpin(arguments(&fleet, &CONTRACT.replace(from, to))).output().expect("a run");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{to}: {errors}");
        assert!(errors.contains(&format!("underpin.toml{expected}")), "{to}: {errors}");
    }
}

/// A risk accepted to the end of January 2027.
const ACCEPTED: &str = "[policy]
exposure = \"internet\"

[[accepted]]
id = \"EOL-angularjs-1.8\"
owner = \"Ada\"
reason = \"behind the proxy\"
expiry = \"2027-01-31\"
approved-by = \"CISO\"
approved-on = \"2026-02-01\"
";

#[test]
fn an_accepted_risk_is_recalled_before_it_expires_and_told_after() {
    let fleet = fleet();
    let on = |day: &str| report(&fleet, ACCEPTED, &["--as-of", day]);
    let kinds = |told: &Value| {
        let kinds = told["reminders"]
            .as_array()
            .expect("reminders")
            .iter()
            .map(|one| one["kind"].as_str().unwrap_or_default().to_owned());
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(kinds(&on("2026-11-24")), Vec::<String>::new());
    assert_eq!(kinds(&on("2026-12-02")), ["risk-ends"]);
    assert_eq!(on("2027-01-31")["opportunities"][0]["accepted"]["approved_by"], "CISO");
    let expired = on("2027-02-01");
    assert_eq!(kinds(&expired), ["risk-expired"]);
    assert_eq!(expired["opportunities"][0]["verdict"], "must-act");
    let text = expired["reminders"][0]["text"].as_str().expect("a text").to_owned();
    assert!(
        text.starts_with("the risk that Ada accepted to 2027-01-31 (behind the proxy, approved by CISO on 2026-02-01)"),
        "{text}"
    );
    assert_eq!(expired["reminders"][0]["command"], "underpin decide EOL-angularjs-1.8 accepted --by WHO --note WHY");
    for format in ["table", "md", "html"] {
        let text = stdout(underpin(arguments(&fleet, ACCEPTED)).args(["--format", format, "--as-of", "2027-02-01"]));
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("has expired and counts no more: act, or accept it anew"), "{format}: {text}");
    }
    for (from, to, expected) in [
        ("\"Ada\"", "\" \"", ":6:9: CFG003: an owner must not be blank"),
        ("\"2026-02-01\"", "\"2027-02-01\"", ":10:15: CFG003: approved on 2027-02-01, after it expires on 2027-01-31"),
    ] {
        let output = underpin(arguments(&fleet, &ACCEPTED.replace(from, to))).output().expect("a run");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{to}: {errors}");
        assert!(errors.contains(&format!("underpin.toml{expected}")), "{to}: {errors}");
    }
}
