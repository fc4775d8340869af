//! `refer draft`: who may gain stands in every message, nobody first; nothing goes to a vendor before the employer agreed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::fixtures::Folder;
use crate::program::{stdout, underpin};

const PRODUCT: &str = r#"schema = 1
name = "Acme DB"
kind = "database"
open-source = "yes"
sources = ["https://acme.example"]
cycle-from = "major"

[[package]]
type = ["npm"]
name = ["acme-db-server"]
role = "server"

[[example]]
purl = "pkg:npm/acme-db-server@8.1.0"
expect = "server"

[[example]]
purl = "pkg:npm/acme-db-client@8.1.0"
expect = "none"
"#;

const LOCK: &str = r#"{"name": "shop", "version": "1.0.0", "lockfileVersion": 3, "packages": {
  "": {"name": "shop", "version": "1.0.0", "dependencies": {"acme-db-server": "^8"}},
  "node_modules/acme-db-server": {"version": "8.1.0"}}}"#;

const GOOD: &str = r#"
[[programme]]
id = "zeta-referral"
kind = "referral"
status = "verified"
source-url = "https://zeta.example/partners"
retrieved = "2026-08-22"
levels = 1
join-fee = "0"
min-purchase = "0"
recruitment-reward = "none"
trigger = "customer_paid"
hold-days = 30
clawback = true
price-effect = "none"
reward = { kind = "percent", value = "10", base = "first_year_net", cap = "2000", currency = "EUR", duration-months = 12 }
recipients = ["champion", "upstream", "employer_discount", "none"]
default-recipient = "none"
own-employer = "written_consent"
decision-maker = "no_personal_reward"
public-sector = "no_reward"
disclosure = { required = true, text = "Zeta pays for customers.", covers-non-monetary = true }
non-monetary = ["training_seat"]
upstream = { share-pct = "0", funding-url = "https://fund.example/acme-db", verified-by = "the catalog's editors" }
lead-fields = ["company", "product", "champion_contact"]
retention-days = 180
paid-placement = false
exclusive = false
earnings-claims = false
"#;

const CONSENT: &str = r#"
[[consent]]
name = "Grace Boss"
role = "head of IT"
date = "2026-11-02"
programme = "zeta-referral"
max-amount = "500 EUR"
reference = "DOC-17"
"#;

fn vendor(name: &str, programme: &str) -> String {
    format!(
        "schema = 1\nname = \"{name} Ltd\"\nurl = \"https://{name}.example\"\ncontact = \"privacy@{name}.example\"\n\n[[offer]]\nid = \"care\"\nname = \"Care\"\n\
         type = \"subscription\"\nrelation = \"fixes\"\nconfidence = \"seen\"\nsource = \"https://{name}.example/care\"\nas-of = \"2026-08-22\"\n\n\
         [[offer.covers]]\nproduct = \"acme-db\"\n{programme}"
    )
}

/// A catalog, a repository and a configuration, and the program run among them.
struct Desk(Folder);

impl Desk {
    fn new(programme: &str, config: &str) -> Self {
        let (zeta, alpha) = (vendor("zeta", programme), vendor("alpha", ""));
        let files = [
            ("catalog/products/acme-db.toml", PRODUCT),
            ("catalog/vendors/zeta.toml", zeta.as_str()),
            ("catalog/vendors/alpha.toml", alpha.as_str()),
            ("shop/package-lock.json", LOCK),
            ("underpin.toml", config),
        ];
        Self(Folder::new("desk", &files))
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = underpin(arguments);
        let output = command.args(["--catalog", "catalog"]).current_dir(self.0.path()).output().expect("a run");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }

    fn draft(&self, more: &[&str]) -> String {
        let (code, text, errors) = self.run(&[&["refer", "draft", "zeta"][..], more].concat());
        assert_eq!(code, Some(0), "{errors}");
        text
    }

    fn refused(&self, more: &[&str]) -> String {
        let (code, text, errors) = self.run(&[&["refer", "draft", "zeta"][..], more].concat());
        assert_eq!((code, text.as_str()), (Some(2), ""), "{errors}");
        errors
    }
}

const ME: &str = "[refer]\nname = \"Ada Admin\"\ndecides = false\npublic-body = false\n";
const TO_VENDOR: [&str; 12] = [
    "shop",
    "--record",
    "--to",
    "vendor",
    "--company",
    "Example Shop",
    "--product",
    "acme-db",
    "--size-band",
    "10-49",
    "--contact",
    "ada@shop.example",
];

#[test]
fn the_employer_reads_who_may_gain_in_the_order_of_the_menu_and_nobody_first() {
    let text = Desk::new(GOOD, &format!("{ME}{CONSENT}")).draft(&["shop"]);
    let order = [
        "1. nobody (default): nothing",
        "2. the open-source project: 10 % of first year net, at most 2000 EUR, for 12 months, to https://fund.example/acme-db",
        "3. our organisation: 10 % of first year net",
        "4. I, but not in money: training seat; its value is not stated",
        "5. I: 10 % of first year net, at most 2000 EUR, for 12 months; by the consent at most 500 EUR; may exceed 1000",
        "The most that the programme pays: 10 % of first year net, at most 2000 EUR",
        "\"Zeta pays for customers.\"",
        "Acme DB 8.1.0: ",
        "leave it as it is",
        "alpha Ltd Care: no public price; no programme on record zeta Ltd Care: no public price; a programme is on record",
        "SHA-256 of the report: ",
        "On record: Grace Boss, head of IT, on 2026-11-02, at most 500 EUR, reference DOC-17.",
    ];
    let places: Vec<usize> = order.iter().map(|said| text.find(said).unwrap_or_else(|| panic!("{said}: {text}"))).collect();
    assert!(places.is_sorted(), "{text}");
    assert!(!text.contains("NOT OPEN") && text.contains("printed, not sent"), "{text}");
}

#[test]
fn what_is_not_said_or_stands_against_it_keeps_a_reward_closed() {
    for (config, closed) in [
        (ME, 2),
        ("[refer]\nname = \"Ada Admin\"\n", 4),
        ("[refer]\nname = \"Ada Admin\"\ndecides = true\npublic-body = false\n", 2),
        ("[refer]\nname = \"Ada Admin\"\ndecides = false\npublic-body = true\n", 4),
    ] {
        let text = Desk::new(GOOD, config).draft(&[]);
        assert_eq!(text.matches("NOT OPEN").count(), closed, "{config}: {text}");
        assert!(text.contains("1. nobody (default): nothing; the price"), "{text}");
    }
    let consented = format!("[refer]\nname = \"Ada Admin\"\ndecides = true\npublic-body = false\n{CONSENT}");
    assert!(Desk::new(GOOD, &consented).draft(&[]).contains("owns the budget or signs receives nothing (P07)"));
}

#[test]
fn a_programme_that_cannot_be_used_is_named_and_no_reward_is() {
    for (programme, grade, rule) in [
        (GOOD.replace("status = \"verified\"", "status = \"recorded\""), "recorded", "P24"),
        (GOOD.replace("clawback = true\n", ""), "recorded", "P04"),
        // A vendor's own file may not state such a term, so somebody else recorded it.
        (GOOD.replace("levels = 1", "levels = 2"), "refused", "P01"),
    ] {
        let desk = Desk::new(&programme, &format!("{ME}{CONSENT}"));
        if grade == "refused" {
            let file = vendor("zeta", &programme).replace("contact = \"privacy@zeta.example\"", "recorded-by = \"the editors\"");
            desk.0.write("catalog/vendors/zeta.toml", &file);
        }
        let text = desk.draft(&["shop"]);
        for said in ["Nobody: no referral is made", &format!("is {grade}"), rule, "Acme DB 8.1.0: "] {
            assert!(text.contains(said), "{said}: {text}");
        }
        for reward in ["2000", "10 %", "training", "discount", "max-amount", "fund.example"] {
            assert!(!text.contains(reward), "{reward}: {text}");
        }
        let errors = desk.refused(&TO_VENDOR);
        assert!(
            errors.contains(&format!("zeta-referral is {grade}, not usable")) && errors.contains("refer draft zeta"),
            "{errors}"
        );
    }
    assert!(Desk::new("", ME).draft(&[]).contains("No programme of this vendor is on record"));
}

#[test]
fn nothing_goes_to_a_vendor_without_the_consent_of_somebody_else_dated_before() {
    for (config, said) in [
        (ME.to_owned(), "no consent of your employer to zeta-referral is on record"),
        (CONSENT.to_owned(), "your name is not said"),
        (format!("{ME}{}", CONSENT.replace("Grace Boss", " ada  ADMIN <ada@shop.example>")), "another person has to"),
        (format!("{ME}{}", CONSENT.replace("2026-11-02", "2026-11-24")), "dated before the referral, which is of 2026-11-24"),
        (format!("{ME}{}", CONSENT.replace("zeta-referral", "other")), "no consent of your employer"),
    ] {
        let errors = Desk::new(GOOD, &config).refused(&TO_VENDOR);
        assert!(errors.contains(said), "{said}: {errors}");
    }
    let public = format!("{}{CONSENT}", ME.replace("public-body = false", "public-body = true"));
    let desk = Desk::new(GOOD, &public);
    for who in ["upstream", "employer-discount", "non-monetary", "champion"] {
        assert!(desk.refused(&[&TO_VENDOR[..], &["--recipient", who]].concat()).contains("(P10)"), "{who}");
    }
    assert!(desk.draft(&TO_VENDOR).contains("WHO MAY GAIN Nobody. zeta Ltd owes nothing"));
}

#[test]
fn a_vendor_is_told_the_fields_it_takes_who_gains_and_that_the_buyer_agreed() {
    let desk = Desk::new(GOOD, &format!("{ME}{CONSENT}"));
    let nobody = desk.draft(&TO_VENDOR);
    let champion = desk.draft(&[&TO_VENDOR[..], &["--recipient", "champion"]].concat());
    for text in [&nobody, &champion] {
        for said in [
            "WHO MAY GAIN",
            "Company: Example Shop Product: Acme DB Contact: ada@shop.example",
            "reference DOC-17",
            "at most 500 EUR",
            "after 180 days",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
        // The size is not among what this programme takes; nobody else is named; nothing of the scan is told.
        for absent in ["10-49", "Grace", "head of IT", "8.1.0", "alpha", "package-lock", "desk"] {
            assert!(!text.contains(absent), "{absent}: {text}");
        }
    }
    assert!(nobody.contains("the maximum is 0."), "{nobody}");
    assert!(champion.contains("I may gain from zeta Ltd: 10 % of first year net, at most 2000 EUR"), "{champion}");
    assert!(champion.contains("Receiving nothing was open to me as well"), "{champion}");
}

#[test]
fn the_ledger_grows_by_a_line_only_when_told_and_every_export_shows_it_on_its_first_page() {
    let desk = Desk::new(GOOD, &format!("{ME}interests = [\"shares of Zeta\"]\n{CONSENT}"));
    let ledger = desk.0.at("underpin-referrals.jsonl");
    let champion = [&TO_VENDOR[..], &["--recipient", "champion"]].concat();
    let unrecorded: Vec<&str> = champion.iter().copied().filter(|word| *word != "--record").collect();
    let errors = desk.refused(&unrecorded);
    assert!(errors.contains("no ledger that your employer can read (P25) add --record"), "{errors}");
    desk.draft(&[]);
    assert!(!fs::exists(&ledger).expect("readable"), "nothing is recorded unless told");
    desk.draft(&["--record"]);
    let first = fs::read_to_string(&ledger).expect("written");
    desk.draft(&champion);
    let both = fs::read_to_string(&ledger).expect("written");
    assert!(both.starts_with(&first) && both.lines().count() == 2, "{both}");
    assert_eq!(fs::metadata(&ledger).expect("there").permissions().mode() & 0o777, 0o600);
    let line: Value = serde_json::from_str(both.lines().nth(1).expect("two lines")).expect("JSON");
    assert_eq!((&line["to"], &line["recipient"], &line["entry"]), (&json!("vendor"), &json!("champion"), &json!("message")));
    assert_eq!((&line["date"], &line["consent"]["reference"]), (&json!("2026-11-24"), &json!("DOC-17")));
    assert!(line["disclosure"].as_str().is_some_and(|text| text.contains("WHO MAY GAIN")), "{line}");

    let said = "who prepared this may gain from zeta Ltd: 10 % of first year net, at most 2000 EUR, for 12 months; by the consent at most 500 EUR";
    for (format, before) in [("table", "FREE, DO THIS FIRST"), ("md", "## Free, do this first"), ("html", "class=\"tiles\"")] {
        let (code, text, errors) = desk.run(&["report", "shop", "--format", format]);
        assert_eq!(code, Some(0), "{errors}");
        let (first_page, _) = text.split_once(before).unwrap_or_else(|| panic!("{format}: {text}"));
        assert!(first_page.contains(said) && first_page.contains("interest declared: shares of Zeta"), "{format}: {first_page}");
    }
    let (_, text, _) = desk.run(&["report", "shop", "--format", "json"]);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        (&report["disclosure"]["prepared_by"], &report["disclosure"]["referrals"][0]["vendor"]),
        (&json!("Ada Admin"), &json!("zeta"))
    );
    let (_, text, _) = desk.run(&["explain", "acme-db", "shop"]);
    assert!(text.contains(said), "{text}");
}

#[test]
fn a_saved_report_is_read_and_one_that_was_edited_says_so() {
    let desk = Desk::new(GOOD, ME);
    desk.run(&["report", "shop", "-o", "report.json"]);
    let whole = desk.draft(&["report.json"]);
    assert!(whole.contains("Acme DB 8.1.0: ") && !whole.contains("EDITED"), "{whole}");
    let report = fs::read_to_string(desk.0.at("report.json")).expect("written");
    desk.0.write("edited.json", &report.replace("8.1.0", "9.9.9"));
    assert!(desk.draft(&["edited.json"]).contains("EDITED: the report is not as it was written"));
    let nothing = Folder::new("nothing", &[("README", "")]);
    assert!(desk.refused(&[&nothing.arg()]).contains("nothing that zeta Ltd sells support for was found there"));
}

/// A key of the record, the line in its place, the rule, further arguments, and what the refusal says.
type Blocked<'b> = (&'b str, &'b str, &'b str, &'b [&'b str], [&'b str; 2]);

/// Every rule that blocks a referral, the rest of what it needs being there.
#[test]
fn each_block_names_its_rule_and_the_way_out() {
    let good = format!("{ME}{CONSENT}");
    let champion = ["--recipient", "champion"];
    let cases: [Blocked<'_>; 12] = [
        ("own-employer", "", "P08", &[], ["not stated: P08", "underpin catalog new vendor"]),
        ("decision-maker", "decision-maker = \"any\"", "P07", &[], ["broken: P07", "underpin report --audience vendor"]),
        ("public-sector", "", "P10", &[], ["not stated: P10", "a file of its own"]),
        ("disclosure", "", "P11", &[], ["not stated: P11", "P12"]),
        ("lead-fields", "lead-fields = [\"cves\"]", "P17", &[], ["broken: P17", "tells company, product"]),
        ("upstream", "", "P22", &[], ["not stated: P22", "verified funding link"]),
        ("retrieved", "retrieved = \"2025-08-22\"", "P24", &[], ["broken: P24", "read within a year"]),
        ("recipients", "recipients = [\"none\"]", "P09", &champion, ["does not offer `champion`", "leave --recipient out"]),
        ("", "", "P22", &["--recipient", "upstream"], ["no manifest of the project", "underpin fund"]),
        ("", "", "P07", &["--recipient", "champion", "--decides", "yes"], ["receives nothing", "leave --recipient out"]),
        ("", "", "P10", &["--recipient", "champion", "--public-body", "yes"], ["nobody receives", "leave --recipient out"]),
        ("", "", "P14", &["--to", "vendor", "--record"], ["no review", "report.json --to vendor"]),
    ];
    for (key, line, rule, more, said) in cases {
        let mut programme = GOOD.to_owned();
        if !key.is_empty() {
            let stated = |text: &&str| !text.starts_with(&format!("{key} "));
            programme = GOOD.lines().filter(stated).collect::<Vec<_>>().join("\n") + "\n" + line + "\n";
        }
        let desk = Desk::new(&programme, &good);
        let errors = if rule == "P14" { desk.refused(more) } else { desk.refused(&[&TO_VENDOR[..], more].concat()) };
        for said in [said[0], said[1], rule, "the message to your employer: underpin refer draft zeta"] {
            assert!(errors.contains(said), "{rule} {key}: {said}: {errors}");
        }
        assert!(!fs::exists(desk.0.at("underpin-referrals.jsonl")).expect("readable"), "{rule}: recorded and refused");
    }
}

#[test]
fn a_review_that_was_edited_or_leaves_offers_out_blocks_a_referral() {
    let desk = Desk::new(GOOD, &format!("{ME}{CONSENT}"));
    desk.run(&["report", "shop", "-o", "whole.json"]);
    desk.run(&["report", "shop", "--no-offers", "-o", "bare.json"]);
    let report = fs::read_to_string(desk.0.at("whole.json")).expect("written");
    desk.0.write("edited.json", &report.replace("8.1.0", "9.9.9"));
    let with = |report: &'static str| {
        let mut words = TO_VENDOR;
        words[0] = report;
        words
    };
    assert!(desk.draft(&with("whole.json")).contains("WHO MAY GAIN Nobody."));
    let errors = desk.refused(&with("edited.json"));
    assert!(errors.contains("its digest differs (P15) make it again"), "{errors}");
    let errors = desk.refused(&with("bare.json"));
    assert!(errors.contains("all offers beside it (P14)") && errors.contains("without --no-offers"), "{errors}");
}

#[test]
fn the_project_receives_by_a_link_that_is_its_own() {
    let desk = Desk::new(GOOD, &format!("{ME}{CONSENT}"));
    let funded = PRODUCT.replace("cycle-from", "funding = [\"https://fund.example/acme-db\"]\ncycle-from");
    desk.0.write("catalog/products/acme-db.toml", &funded);
    let text = desk.draft(&[&TO_VENDOR[..], &["--recipient", "upstream"]].concat());
    assert!(text.contains("The open-source project may gain from zeta Ltd, by my choice: 10 % of first year net"), "{text}");
}

#[test]
fn what_came_of_a_message_is_appended_exported_and_disclosed_and_a_breach_is_named() {
    let desk = Desk::new(GOOD, &format!("{ME}{CONSENT}"));
    let run = |words: &[&str]| {
        let output = underpin(words).current_dir(desk.0.path()).output().expect("a run");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    assert!(run(&["refer", "ledger"]).1.starts_with("No referral is recorded in "));
    let (code, _, errors) = run(&["refer", "record", "1", "bought"]);
    assert!(code == Some(2) && errors.contains("holds no message 1") && errors.contains("underpin refer ledger"), "{errors}");
    desk.draft(&[&TO_VENDOR[..], &["--recipient", "champion"]].concat());
    for (words, said) in [
        (&["--reward", "200 EUR"][..], "a reward needs somebody who received it"),
        (&["--recipient", "champion"], "what was received is not said"),
        (&["--recipient", "champion", "--reward", "much"], "`much` is no amount such as 500 EUR"),
        (&["--on", "2026-11-01"], "nothing came of it on 2026-11-01"),
    ] {
        let (code, _, errors) = run(&[&["refer", "record", "1", "bought"][..], words].concat());
        assert!(code == Some(2) && errors.contains(said), "{errors}");
    }
    let before = fs::read_to_string(desk.0.at("underpin-referrals.jsonl")).expect("written");
    let paid = ["refer", "record", "1", "bought", "--recipient", "champion", "--reward", "200 EUR", "--on", "2026-12-30"];
    let (code, text, errors) = run(&paid);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert!(text.starts_with("message 1 to zeta Ltd: bought on 2026-12-30; champion received 200 EUR, recorded in"), "{text}");
    let after = fs::read_to_string(desk.0.at("underpin-referrals.jsonl")).expect("written");
    assert!(after.starts_with(&before) && after.lines().count() == 2, "{after}");

    let exported = || serde_json::from_str::<Value>(&run(&["refer", "ledger", "--format", "json"]).1).expect("JSON");
    let document = exported();
    assert_eq!(document["schema"], json!("underpin.referrals/1"));
    let row = &document["referrals"][0];
    assert_eq!(
        (&row["outcome"], &row["recipient"], &row["reward"], &row["breach"], &row["consent"]["max_amount"]),
        (&json!("bought"), &json!("champion"), &json!("200 EUR"), &Value::Null, &json!("500 EUR"))
    );
    assert!(document["lines"][0]["disclosure"].as_str().is_some_and(|text| text.contains("WHO MAY GAIN")), "{document}");
    let (_, text, _) = desk.run(&["report", "shop"]);
    assert!(text.contains("bought on 2026-12-30; champion received 200 EUR"), "{text}");

    for (recipient, reward, breach) in [
        ("champion", "900 EUR", "900 EUR was received, and at most 500 EUR was agreed to (P08)"),
        ("champion", "200 USD", "200 USD was received, and at most 500 EUR was agreed to (P08)"),
        ("upstream", "10 EUR", "upstream received something, and the message named champion (P11)"),
    ] {
        let (code, _, errors) =
            run(&["refer", "record", "1", "bought", "--recipient", recipient, "--reward", reward, "--on", "2026-12-31"]);
        assert!(code == Some(0) && errors.contains(breach), "{errors}");
        assert_eq!(exported()["referrals"][0]["breach"], json!(breach));
        assert!(run(&["refer", "ledger"]).1.contains(&format!("BREACH: {breach}")));
        assert!(desk.run(&["report", "shop", "--format", "md"]).1.contains("BREACH: "));
    }
}

#[test]
fn a_faulty_consent_is_told_at_its_place() {
    for (from, to, said) in [
        ("500 EUR", "much", "underpin.toml:11:14: CFG003: `much` is no amount such as 500 EUR"),
        ("DOC-17", " ", "underpin.toml:12:13: CFG003: a consent without this is none"),
        ("2026-11-02", "soon", "CFG003: `soon` is no day"),
    ] {
        let (code, _, errors) = Desk::new(GOOD, &format!("{ME}{}", CONSENT.replace(from, to))).run(&["refer", "draft", "zeta"]);
        assert!(code == Some(3) && errors.contains(said), "{errors}");
    }
}

#[test]
fn the_built_in_catalog_gives_no_reward_to_anybody() {
    let text = stdout(&mut underpin(["refer", "draft", "frappe"]));
    assert!(text.contains("Nobody: no referral is made"), "{text}");
}
