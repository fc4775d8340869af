//! Nothing that a vendor pays to anybody moves a figure, a verdict or an order: the same catalog with and without a generous
//! programme gives the same report but for the programme itself.

use std::fs;
use std::path::Path;

use serde_json::Value;
use underpin::catalog::{Catalog, SourceFile};
use underpin::inventory::read_saved;
use underpin::progress::Stages;
use underpin::score::{Downtime, Policy};

use crate::fixtures::{Folder, billing, debian};
use crate::program::{DAY, stdout, underpin};

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

fn vendor(name: &str, price: u32, programme: &str) -> String {
    format!(
        r#"schema = 1
name = "{name}"
url = "https://{name}.example"
recorded-by = "us"

[[offer]]
id = "care"
name = "Care"
type = "subscription"
relation = "fixes"
confidence = "seen"
source = "https://{name}.example/care"
as-of = "2026-08-22"
price = {{ lo = "{price}", hi = "{price}", currency = "USD", per = "organisation", period = "year", as-of = "2026-08-22", source = "https://{name}.example/price" }}

[[offer.covers]]
product = "acme-db"
{programme}"#
    )
}

const GENEROUS: &str = r#"
[[programme]]
id = "zeta-referral"
kind = "referral"
status = "recorded"
source-url = "https://zeta.example/partners"
retrieved = "2026-08-22"
terms = "half of everything, for ever"
reward = { kind = "percent", value = "50", base = "lifetime", cap = "1000000", currency = "USD", duration-months = 12 }
"#;

/// The report on the same repository with the catalog of two vendors, of whom the later by name may pay referrers.
fn report(programme: &str) -> Value {
    let (zeta, alpha) = (vendor("zeta", 900, programme), vendor("alpha", 900, ""));
    let catalog = Folder::new(
        "catalog",
        &[("products/acme-db.toml", PRODUCT), ("vendors/zeta.toml", &zeta), ("vendors/alpha.toml", &alpha)],
    );
    let shop = Folder::new("shop", &[("package-lock.json", LOCK)]);
    let text = stdout(&mut underpin(["report", &shop.arg(), "--catalog", &catalog.arg(), "--tier", "3", "--format", "json"]));
    serde_json::from_str(&text).expect("JSON")
}

/// The report without what names a programme, and without what necessarily differs: paths and digests.
fn without_programmes(mut report: Value) -> Value {
    for place in ["/tool/arguments", "/targets", "/catalog", "/digest", "/disclosure"] {
        *report.pointer_mut(place).expect(place) = Value::Null;
    }
    blank(&mut report);
    report
}

fn blank(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields.iter_mut() {
                if key == "programme" { *field = Value::Null } else { blank(field) }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(blank),
        _ => {}
    }
}

#[test]
fn a_programme_moves_no_figure_no_verdict_and_no_order() {
    let (with, without) = (report(GENEROUS), report(""));
    let offers = with["opportunities"][0]["offers"].as_array().expect("offers").clone();
    let order: Vec<&Value> = offers.iter().map(|offer| &offer["vendor"]).collect();
    assert_eq!(order, ["alpha", "zeta"], "alike offers stand by name");
    assert_eq!(offers[1]["programme"]["id"], "zeta-referral", "the programme is shown");
    assert_ne!(with, without);
    assert_eq!(without_programmes(with), without_programmes(without));
}

/// The repository's catalog from its files, with all or with no vendors.
fn catalog(with_vendors: bool) -> Catalog {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("signatures");
    let mut files = Vec::new();
    for folder in ["", "products", "lifecycle", "vendors"] {
        let entries = fs::read_dir(root.join(folder)).expect("the catalog").flatten().map(|entry| entry.path());
        let tables = entries.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
        for path in tables.filter(|_| with_vendors || folder != "vendors") {
            let relative = path.strip_prefix(&root).expect("below the root").to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).expect("readable");
            // Who makes a product is named by a vendor's id, which is gone.
            let kept = text.lines().filter(|line| with_vendors || !line.starts_with("made-by"));
            let text = kept.flat_map(|line| [line, "\n"]).collect();
            files.push(SourceFile { shown: relative.clone(), relative, text });
        }
    }
    Catalog::from_files(&files).expect("sound")
}

#[test]
fn without_any_vendor_every_life_cycle_and_every_verdict_but_those_on_offers_stays() {
    let (with, without) = (catalog(true), catalog(false));
    assert!(with.vendors().len() > 300 && without.vendors().is_empty());
    assert_eq!(with.tables(), without.tables());
    let day = DAY.parse().expect("a day");
    let reports = [billing(), debian()].map(|folder| {
        let saved = stdout(&mut underpin(["scan", &folder.arg(), "--format", "json"]));
        let inventories = read_saved(saved.as_bytes()).expect("a saved scan");
        let policy = Policy { downtime: Downtime::Tier("3".parse().expect("a tier")), ..Policy::default() };
        [&with, &without].map(|catalog| underpin::report(&inventories, catalog, &policy, day, ".", true, &Stages::default()))
    });
    let mut sold = 0;
    for [with, without] in &reports {
        assert!(!with.opportunities.is_empty());
        assert_eq!(with.actions, without.actions);
        assert_eq!(with.deployments, without.deployments);
        assert_eq!(with.opportunities.len(), without.opportunities.len());
        for (with, without) in with.opportunities.iter().zip(&without.opportunities) {
            assert_eq!(with.id, without.id, "the order stays");
            assert_eq!(with.alternatives, without.alternatives, "{}: the free ways have their figures", with.id);
            if with.offers.iter().any(|offer| offer.vendor.is_some()) {
                sold += 1;
            } else {
                assert_eq!(with, without, "{}: nobody's offer was scored", with.id);
            }
            assert!(without.offers.iter().all(|offer| offer.vendor.is_none()));
        }
        assert!(without.offers_on_record.is_empty());
    }
    assert!(sold > 0, "some case had an offer");
}
