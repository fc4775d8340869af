//! One contract for several products that were found together: one price, one verdict, nothing counted twice.

use serde_json::Value;

use crate::fixtures::Folder;
use crate::program::{stdout, underpin};

fn product(name: &str, kind: &str) -> String {
    let id = name.to_lowercase().replace(' ', "-");
    format!(
        r#"schema = 1
name = "{name}"
kind = "{kind}"
open-source = "yes"
sources = ["https://acme.example"]
cycle-from = "major"

[[package]]
type = ["npm"]
name = ["{id}-server"]
role = "server"

[[example]]
purl = "pkg:npm/{id}-server@8.1.0"
expect = "server"

[[example]]
purl = "pkg:npm/{id}-client@8.1.0"
expect = "none"
"#
    )
}

/// A catalog with one offer for both products, at `price` per `per` and year.
fn catalog(price: u32, per: &str) -> Folder {
    let vendor = format!(
        r#"schema = 1
name = "Zeta"
url = "https://zeta.example"
recorded-by = "us"

[[offer]]
id = "care"
name = "Care"
type = "subscription"
relation = "fixes"
confidence = "seen"
source = "https://zeta.example/care"
as-of = "2026-08-22"
price = {{ lo = "{price}", hi = "{price}", currency = "USD", per = "{per}", period = "year", as-of = "2026-08-22", source = "https://zeta.example/price" }}

[[offer.covers]]
product = "acme-db"

[[offer.covers]]
product = "acme-cache"
"#
    );
    let (db, cache) = (product("Acme DB", "database"), product("Acme Cache", "cache-kv"));
    Folder::new(
        "catalog",
        &[("products/acme-db.toml", &db), ("products/acme-cache.toml", &cache), ("vendors/zeta.toml", &vendor)],
    )
}

const BOTH: &str = r#"{"name": "shop", "version": "1.0.0", "lockfileVersion": 3, "packages": {
  "": {"name": "shop", "version": "1.0.0", "dependencies": {"acme-db-server": "^8", "acme-cache-server": "^7"}},
  "node_modules/acme-db-server": {"version": "8.1.0"}, "node_modules/acme-cache-server": {"version": "7.2.0"}}}"#;

fn shop() -> Folder {
    Folder::new("shop", &[("package-lock.json", BOTH)])
}

/// The report on the shop where an hour down costs `hour`.
fn report(catalog: &Folder, hour: &str, more: &[&str]) -> Value {
    let shop = shop();
    let mut command = underpin(["report", &shop.arg(), "--catalog", &catalog.arg(), "--downtime-cost", hour]);
    let text = stdout(command.args(["--exposure", "internal", "--env", "prod", "--format", "json", "-q"]).args(more));
    serde_json::from_str(&text).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn what_no_product_pays_for_alone_pays_together_and_is_asked_for_once() {
    let catalog = catalog(12_000, "organisation");
    let verdicts = |report: &Value| -> Vec<String> {
        let cases = report["opportunities"].as_array().expect("cases");
        cases.iter().map(|case| case["verdict"].as_str().expect("a word").to_owned()).collect()
    };
    let mut seen = std::collections::BTreeSet::new();
    for hour in ["1000", "30000", "45000", "60000", "80000", "120000", "300000"] {
        let report = report(&catalog, hour, &[]);
        let bundle = &report["bundles"][0];
        assert_eq!(bundle["cases"].as_array().map(Vec::len), Some(2), "{bundle}");
        assert_eq!((number(&bundle["price"]["per_year"]), number(&bundle["price"]["quantity"])), (12_000.0, 1.0));
        let alone = verdicts(&report).iter().filter(|verdict| *verdict == "pays-off").count();
        let counted = bundle["counted"] == true;
        let spend = number(&report["totals"]["spend_asked"]);
        assert_eq!(counted, bundle["verdict"] == "pays-off", "one price beats two: {hour}");
        assert!((spend - if counted { 12_000.0 } else { 0.0 }).abs() < 0.01, "{hour}: {spend}, {alone} pay alone");
        seen.insert((alone, counted));
    }
    assert!(seen.contains(&(0, false)) && seen.contains(&(2, true)), "{seen:?}");
    assert!(seen.iter().any(|(alone, counted)| *alone < 2 && *counted), "together before alone: {seen:?}");
}

#[test]
fn the_unit_of_the_price_decides_how_many_are_counted() {
    for (per, quantity) in [("organisation", 1.0), ("host", 1.0), ("unit", 2.0), ("service", 2.0)] {
        let report = report(&catalog(1_000, per), "500", &[]);
        let price = &report["bundles"][0]["price"];
        assert_eq!((number(&price["quantity"]), number(&price["per_year"])), (quantity, 1_000.0 * quantity), "{per}");
    }
}

#[test]
fn every_format_tells_it_beside_the_cases_and_names_the_vendor_below_alone() {
    let (catalog, shop) = (catalog(12_000, "organisation"), shop());
    let arguments = [shop.arg(), "--catalog".to_owned(), catalog.arg(), "--downtime-cost".to_owned(), "300000".to_owned()];
    let told = |format: &str| stdout(underpin(["report", "--format", format, "-q", "--exposure", "internal"]).args(&arguments));
    let explained = stdout(underpin(["explain", "acme-db", "-q", "--exposure", "internal"]).args(&arguments));
    for (text, offers) in [
        (told("table"), "OFFERS ON RECORD"),
        (told("md"), "## Offers on record"),
        (told("html"), "<section id=\"offers\">"),
        (explained, "OFFERS ON RECORD"),
    ] {
        let (above, below) = text.split_once(offers).unwrap_or_else(|| panic!("no {offers}: {text}"));
        assert!(above.contains("One contract can cover"), "{above}");
        assert!(!above.contains("Zeta"), "{above}");
        assert!(below.contains("Zeta Care") && below.contains("12,000 USD a year"), "{below}");
    }
    let html = told("html");
    assert!(html.contains("up to 12,000 USD a year for one contract for Acme"), "the boss is asked once: {html}");
    assert!(!html.contains("a year for Acme DB support"), "and not for each: {html}");
}

#[test]
fn one_product_makes_no_bundle_and_neither_does_a_report_without_offers() {
    let catalog = catalog(12_000, "organisation");
    assert_eq!(report(&catalog, "500", &["--no-offers"])["bundles"], Value::Array(Vec::new()));
    let lone = Folder::new("shop", &[("package-lock.json", &BOTH.replace("acme-cache-server", "other"))]);
    let text = stdout(&mut underpin(["report", &lone.arg(), "--catalog", &catalog.arg(), "--format", "json", "-q"]));
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(report["opportunities"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["bundles"], Value::Array(Vec::new()));
}
