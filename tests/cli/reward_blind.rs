//! Nothing that a vendor pays to anybody moves a figure, a verdict or an order: the same catalog with and without a generous
//! programme gives the same report but for the programme itself.

use serde_json::Value;

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
