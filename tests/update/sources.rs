//! The public lists: release cycles as endoflife.date gives them, and CISA's known exploited vulnerabilities. The answers
//! are written after the two formats' descriptions; the real servers are not asked by a test.

use crate::Site;
use crate::server::{Script, ok};

const CYCLES: &str = r#"{"schema_version": "1.2.0", "generated_at": "2026-11-23T00:14:05+00:00", "total": 3, "result": [
 {"name": "redis", "label": "Redis", "releases": [
  {"name": "99.0", "codename": null, "label": "99.0", "releaseDate": "2026-11-01", "isLts": false, "ltsFrom": null,
   "isEoas": false, "eoasFrom": null, "isEol": false, "eolFrom": "2029-11-01", "isMaintained": true,
   "latest": {"name": "99.0.1", "date": "2026-11-20", "link": null}, "custom": null}]},
 {"name": "nginx", "label": "nginx", "releases": [
  {"name": "1.30", "releaseDate": "2026-12-01", "isEol": false, "eolFrom": "2026-01-01"}]},
 {"name": "a-phone", "label": "A phone", "releases": [{"name": "17"}]}]}"#;

const EXPLOITED: &str = r#"{"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2026.11.20",
 "dateReleased": "2026-11-20T15:00:12.0563Z", "count": 1, "vulnerabilities": [
 {"cveID": "CVE-2021-44228", "vendorProject": "Apache", "product": "Log4j2", "dateAdded": "2021-12-10",
  "dueDate": "2021-12-24", "knownRansomwareCampaignUse": "Known"}]}"#;

#[test]
fn cycles_replace_those_of_the_catalog_and_what_cannot_be_right_is_kept_as_it_was() {
    let site = Site::new("2026-11-20");
    let server = Script::start(|path, connection| ok(connection, if path == "/kev" { EXPLOITED } else { CYCLES }.as_bytes()));
    let nginx = site.done(&["show", "nginx"]);
    let told = site.done(&["update", &server.address, &format!("{}/kev", server.address)]);
    assert!(told.contains("life cycles of 1 products (1 are not in the catalog, 1 kept as they were)"), "{told}");
    assert!(told.contains("release cycles new: redis 99.0"), "{told}");
    assert!(told.contains("kept as it was: endoflife.date/nginx:") && told.contains("lies before release 2026-12-01"), "{told}");
    assert!(told.contains("1 known exploited vulnerabilities, as of 2026-11-20"), "{told}");
    let redis = site.done(&["show", "redis"]);
    assert!(redis.contains("99.0       fixes until: 2029-11-01"), "{redis}");
    assert_eq!(site.done(&["show", "nginx"]), nginx);
}

/// Dates that came by themselves outlive a catalog that is older than they are.
#[test]
fn fresh_dates_stay_when_an_older_catalog_comes() {
    let site = Site::new("2026-11-20");
    site.write("redis.json", &CYCLES.replace("\"redis\"", "\"acme-db\""));
    site.done(&["update", &site.path("www/manifest.json")]);
    // The table of Acme is its own: endoflife.date has no say in it.
    let own = site.done(&["update", &site.path("redis.json")]);
    assert!(own.contains("life cycles of 0 products"), "{own}");

    let table = std::fs::read_to_string(site.at("catalog/lifecycle/acme-db.toml")).expect("a table");
    site.write("catalog/lifecycle/acme-db.toml", &table.replace("https://acme.example/eol", "https://endoflife.date/acme-db"));
    site.done(&["pack", &site.path("catalog"), "--output", &site.path("www")]);
    site.done(&["update", &site.path("www/manifest.json")]);
    let theirs = site.done(&["update", &site.path("redis.json")]);
    assert!(theirs.contains("release cycles new: acme-db 99.0"), "{theirs}");
    site.done(&["update", &site.path("www/manifest.json"), "--allow-older"]);
    assert!(site.done(&["show", "acme-db"]).contains("99.0"));
}
