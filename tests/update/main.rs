//! `underpin catalog update`: from a real web server (nginx on loopback), from servers that cut off, stall, lie and flood,
//! and from files. After each failure the catalog that was there is still there, byte for byte.

mod files;
mod hostile;
#[path = "../support/program.rs"]
mod program;
mod publisher;
mod server;
mod sources;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A machine's store of updates and a publisher's catalog, each in a folder of its own.
struct Site {
    folder: TempDir,
}

const RATES: &str = "schema = 1\nbase = \"EUR\"\ndate = \"2026-10-30\"\nsource = \"ECB\"\n[rates]\nUSD = \"1.1172\"\n";
const PRODUCT: &str = r#"schema = 1
name = "Acme DB"
kind = "database"
open-source = "yes"
sources = ["https://acme.example"]
[[package]]
type = ["deb"]
name = ["acme-db"]
role = "server"
[[example]]
purl = "pkg:deb/debian/acme-db@1"
expect = "server"
[[example]]
purl = "pkg:deb/debian/other@1"
expect = "none"
"#;

impl Site {
    /// A publisher whose catalog of a day knows one product with one cycle.
    fn new(day: &str) -> Self {
        let site = Self { folder: TempDir::new().expect("a folder") };
        for folder in ["catalog/products", "catalog/lifecycle", "www"] {
            std::fs::create_dir_all(site.at(folder)).expect("a folder");
        }
        site.write("catalog/products/acme-db.toml", PRODUCT);
        site.write("catalog/rates.toml", RATES);
        site.publish(day, "2027-01-31");
        site
    }

    /// Publishes the catalog anew, with another day and end of life.
    fn publish(&self, day: &str, eol: &str) {
        let table = format!(
            "schema = 1\nsource = \"https://acme.example/eol\"\nas-of = \"{day}\"\n[[cycle]]\nname = \"1\"\neol = \"{eol}\"\n"
        );
        self.write("catalog/lifecycle/acme-db.toml", &table);
        self.done(&["pack", &self.path("catalog"), "--output", &self.path("www")]);
        // A web server tells two states of a file apart by its second; a test publishes several in one.
        let last: u64 = day.rsplit('-').next().and_then(|day| day.parse().ok()).expect("a day of the month");
        let written = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_800_000_000 + 60 * last);
        let manifest = std::fs::File::options().append(true).open(self.at("www/manifest.json"));
        manifest.and_then(|file| file.set_modified(written)).expect("a time");
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn path(&self, name: &str) -> String {
        self.at(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.at(name), text).expect("a file");
    }

    /// `underpin catalog …` on this machine.
    fn catalog(&self, arguments: &[&str]) -> Command {
        let mut command = program::underpin(std::iter::once("catalog").chain(arguments.iter().copied()));
        command.env("UNDERPIN_DATA", self.at("data"));
        command
    }

    /// What a run that must succeed says.
    fn done(&self, arguments: &[&str]) -> String {
        program::stdout(&mut self.catalog(arguments))
    }

    /// What a run that must fail says on standard error; the store is as it was.
    fn refused(&self, arguments: &[&str]) -> String {
        let before = self.kept();
        let Output { status, stderr, .. } = self.catalog(arguments).output().expect("the program starts");
        let text = String::from_utf8_lossy(&stderr).into_owned();
        assert_eq!(status.code(), Some(5), "{text}");
        assert!(self.kept() == before, "the store changed: {text}");
        assert!(text.contains("the catalog in use is unchanged"), "{text}");
        text
    }

    /// The bytes of the store's file.
    fn kept(&self) -> Option<Vec<u8>> {
        std::fs::read(self.at("data/catalog.bin")).ok()
    }

    /// Whether the catalog in use knows the publisher's product.
    fn knows_acme(&self) -> bool {
        self.done(&["list"]).contains("acme-db")
    }

    fn archive(&self) -> PathBuf {
        archive_in(&self.at("www"))
    }
}

/// The newest archive of a publisher's folder, as its manifest names it.
fn archive_in(folder: &Path) -> PathBuf {
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    folder.join(manifest["archive"].as_str().expect("a name"))
}
