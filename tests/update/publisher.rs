//! The good road: nginx serves what `underpin catalog pack` wrote.

use crate::Site;
use crate::server::Nginx;

#[test]
fn an_update_is_taken_asked_for_again_and_taken_when_it_is_new() {
    let site = Site::new("2026-11-20");
    let server = Nginx::start(&site.at("www"), site.folder.path());
    let manifest = format!("{}/manifest.json", server.address);
    assert!(!site.knows_acme());

    let dry = site.done(&["update", &manifest, "--dry-run"]);
    assert!(dry.contains("a catalog of 2026-11-20 with 1 products") && dry.contains("nothing was written"), "{dry}");
    assert_eq!(site.kept(), None);

    let first = site.done(&["update", &manifest]);
    assert!(first.contains("products new: acme-db") && first.contains("products gone: "), "{first}");
    assert!(site.knows_acme(), "{first}");

    // The server's ETag is remembered, and so is the address.
    let again = site.done(&["update"]);
    assert_eq!(again, format!("{manifest}: nothing new\n"));
    let log = std::fs::read_to_string(site.at("access.log")).expect("a log");
    assert!(log.lines().any(|line| line.contains("\" 304 ")), "{log}");
    assert!(log.lines().all(|line| line.contains("underpin/")), "{log}");

    site.publish("2026-11-22", "2026-12-31");
    let newer = site.done(&["update"]);
    assert!(newer.contains("acme-db 1: fixes until 2026-12-31, was fixes until 2027-01-31"), "{newer}");

    site.publish("2026-11-21", "2027-03-31");
    let older = site.refused(&["update"]);
    assert!(older.contains("is of 2026-11-21, older than the catalog in use, of 2026-11-22"), "{older}");
    site.done(&["update", "--allow-older"]);

    let gone = site.done(&["update", "--reset"]);
    assert!(gone.contains("is removed; the built-in catalog is used"), "{gone}");
    assert!(!site.knows_acme());
}

#[test]
fn a_report_uses_what_an_update_brought() {
    let site = Site::new("2026-11-20");
    site.done(&["update", &site.path("www/manifest.json")]);
    std::fs::create_dir_all(site.at("host/var/lib/dpkg")).expect("a folder");
    std::fs::create_dir_all(site.at("host/etc")).expect("a folder");
    site.write("host/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
    let status = "Package: acme-db\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.2\n";
    site.write("host/var/lib/dpkg/status", status);
    let mut report = crate::program::underpin(["report", &site.path("host"), "--format", "json"]);
    let text = crate::program::stdout(report.env("UNDERPIN_DATA", site.at("data")));
    let report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert!(report["deployments"].as_array().expect("a list").iter().any(|one| one["product"] == "acme-db"), "{text}");
}

#[test]
fn a_damaged_store_is_told_and_the_built_in_catalog_is_used() {
    let site = Site::new("2026-11-20");
    site.done(&["update", &site.path("www/manifest.json")]);
    let mut bytes = site.kept().expect("a store");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(site.at("data/catalog.bin"), bytes).expect("a file");
    let output = site.catalog(&["show", "nginx"]).output().expect("the program starts");
    let note = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && note.contains("it is damaged; run `underpin catalog update` again"), "{note}");
}

#[test]
fn two_updates_at_once_leave_a_whole_store() {
    let site = Site::new("2026-11-20");
    let manifest = site.path("www/manifest.json");
    let runs: Vec<_> = (0..4).map(|_| site.catalog(&["update", &manifest]).spawn().expect("the program starts")).collect();
    for mut run in runs {
        assert!(run.wait().expect("it ends").success());
    }
    assert!(site.knows_acme());
    let left = std::fs::read_dir(site.at("data")).expect("a folder").count();
    assert_eq!(left, 1, "no temporary file is left");
}
