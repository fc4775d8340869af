//! Updates from files, as they are carried into a network without an outside.

use crate::Site;

#[test]
fn an_archive_or_its_manifest_is_taken_and_what_is_not_whole_is_refused() {
    let site = Site::new("2026-11-20");
    let archive = site.archive();
    let whole = std::fs::read(&archive).expect("an archive");
    site.done(&["update", &archive.display().to_string()]);
    assert!(site.knows_acme());

    let manifest = site.path("www/manifest.json");
    std::fs::write(&archive, &whole[..whole.len() - 7]).expect("a file");
    let cut = site.refused(&["update", &manifest]);
    assert!(cut.contains("it is cut off, or not what its publisher released"), "{cut}");
    let mut other = whole.clone();
    other[20] ^= 1;
    std::fs::write(&archive, other).expect("a file");
    let damaged = site.refused(&["update", &manifest]);
    assert!(damaged.contains("has the SHA-256 digest"), "{damaged}");
    std::fs::remove_file(&archive).expect("a file");
    let gone = site.refused(&["update", &manifest]);
    assert!(gone.contains("No such file"), "{gone}");

    std::fs::write(&archive, whole).expect("a file");
    let wrong = site.refused(&["update", &manifest, "--sha256", &"0".repeat(64)]);
    assert!(wrong.contains("not 0000"), "{wrong}");
}

#[test]
fn what_is_no_catalog_is_named_for_what_it_is() {
    let site = Site::new("2026-11-20");
    for (name, text, says) in [
        ("page.html", "<!doctype html><title>Log in</title>", "is a page for people"),
        ("empty.json", "", "is empty"),
        ("cut.json", "{\"schema\": \"underpin.cat", "no whole JSON"),
        ("other.json", "{\"schema\": \"other/1\"}", "missing field"),
    ] {
        site.write(name, text);
        let error = site.refused(&["update", &site.path(name)]);
        assert!(error.contains(says), "{error}");
    }
    let folder = site.refused(&["update", &site.path("catalog")]);
    assert!(folder.contains("a folder; use it with `--catalog`, or pack it first"), "{folder}");
}

#[test]
fn a_fault_in_any_file_keeps_the_whole_catalog_out() {
    let site = Site::new("2026-11-20");
    // Somebody else packed it, without a check.
    site.write("catalog/products/acme-db.toml", &crate::PRODUCT.replace("\"database\"", "\"datebase\""));
    let tar =
        std::process::Command::new("tar").args(["-czf", &site.path("bad.tar.gz"), "-C", &site.path("catalog"), "."]).status();
    assert!(tar.expect("tar").success());
    let error = site.refused(&["update", &site.path("bad.tar.gz")]);
    assert!(error.contains("bad.tar.gz:products/acme-db.toml:3:8: SIG017"), "{error}");
    let packed = site.catalog(&["pack", &site.path("catalog")]).output().expect("the program starts");
    assert_eq!(packed.status.code(), Some(3));
}

#[test]
fn a_store_that_cannot_be_written_is_told() {
    let site = Site::new("2026-11-20");
    site.write("data", "a file where a folder must be");
    let error = site.refused(&["update", &site.path("www/manifest.json")]);
    assert!(error.contains(&site.path("data")), "{error}");
}

#[test]
fn nothing_to_update_from_is_a_mistake_of_usage() {
    let site = Site::new("2026-11-20");
    let output = site.catalog(&["update"]).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("underpin catalog update endoflife"), "{text}");
}
