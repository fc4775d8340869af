//! Reads what Homebrew has installed (<https://docs.brew.sh/Formula-Cookbook#homebrew-terminology>), on macOS and Linux:
//! formulae by the receipt in `Cellar/<name>/<version>/`, casks by what `Caskroom/<name>/.metadata/<version>/` keeps.
//!
//! A version is as `brew list --versions` shows it, with Homebrew's own revision (`1.2.3_1`). What a receipt says of other
//! formulae is left out: they have receipts of their own.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};

use super::document;
use super::{Claim, Detector, FileFacts, Findings, Opened, json};

const ID: &str = "homebrew";
const RECEIPT: &str = "INSTALL_RECEIPT.json";
/// The repositories of Homebrew itself.
const OWN_TAPS: [&str; 2] = ["homebrew/core", "homebrew/cask"];

/// Formulae and casks.
pub(super) struct Homebrew;

static LICENSE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?m)^\s*license "([^"]+)""#).ok());

impl Detector for Homebrew {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name(RECEIPT), Claim::Suffix(".rb"), Claim::Suffix(".json")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        (facts.name() == RECEIPT && facts.folder(2) == "Cellar") || cask(facts).is_some()
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let facts = file.facts();
        match cask(&facts) {
            Some((name, version)) => {
                let mut component = component(name, version, None, file);
                component.chosen = Chosen::Purpose;
                out.component(component);
            }
            None => formula(facts.folder(1), facts.folder(0), file, out),
        }
    }
}

/// Name and version of a cask whose definition was kept as `Caskroom/<name>/.metadata/<version>/<time>/Casks/<name>.rb`.
fn cask<'f>(facts: &FileFacts<'f>) -> Option<(&'f str, &'f str)> {
    let (name, version) = (facts.folder(4), facts.folder(2));
    let kept = facts.folder(0) == "Casks" && facts.folder(3) == ".metadata" && facts.folder(5) == "Caskroom";
    let stem = facts.name().rsplit_once('.').map(|(stem, _)| stem.trim_end_matches(".internal"));
    (kept && stem == Some(name) && !version.is_empty()).then_some((name, version))
}

/// A formula. Its folders say name and version even where the receipt is broken.
fn formula(name: &str, version: &str, file: &Opened<'_>, out: &mut Findings) {
    let receipt = document::read(file, out, json::parse).unwrap_or_default();
    let tap = receipt.get("source").and_then(|source| source.text("tap")).or_else(|| receipt.text("tapped_from"));
    let mut component = component(name, version, tap, file);
    component.chosen = match (receipt.get("installed_on_request"), receipt.is_true("installed_on_request")) {
        (_, true) => Chosen::Purpose,
        (Some(_), false) if receipt.is_true("installed_as_dependency") => Chosen::Dependency,
        _ => Chosen::Unknown,
    };
    let definition = file.sibling(&format!(".brew/{name}.rb"));
    component.license = definition.text_if_there().and_then(|text| {
        let stated = LICENSE.as_ref()?.captures(text)?.get(1)?;
        Some(stated.as_str().to_owned())
    });
    out.component(component);
}

fn component(name: &str, version: &str, tap: Option<&str>, file: &Opened<'_>) -> Component {
    let tap = tap.filter(|tap| tap.contains('/') && !OWN_TAPS.contains(tap)).unwrap_or_default();
    let purl = Purl::new("brew", &name.to_lowercase()).with_namespace(tap).with_version(version);
    let mut component = Component::new(purl, Evidence::Installed, ID, Location::file(file.shown()));
    component.origin = if tap.is_empty() { Origin::Registry } else { Origin::Vendor(tap.to_owned()) };
    component
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const PLACE: &str = "home/linuxbrew/.linuxbrew/Cellar/postgresql@14/14.10_1/INSTALL_RECEIPT.json";

    fn receipt(asked: bool, tap: &str) -> Vec<u8> {
        format!(
            r#"{{"homebrew_version": "4.2.0", "used_options": [], "built_as_bottle": true, "poured_from_bottle": true, "installed_as_dependency": {}, "installed_on_request": {asked},
            "runtime_dependencies": [{{"full_name": "openssl@3", "version": "3.2.0", "declared_directly": true}}], "source": {{"path": "x", "tap": "{tap}", "spec": "stable", "versions": {{"stable": "14.10"}}}}, "arch": "x86_64"}}"#,
            !asked
        )
        .into_bytes()
    }

    #[test]
    fn a_formula_has_the_version_of_its_folder_and_a_reason() {
        let definition = b"class PostgresqlAT14 < Formula\n  desc \"x\"\n  license \"PostgreSQL\"\nend\n";
        let beside = "home/linuxbrew/.linuxbrew/Cellar/postgresql@14/14.10_1/.brew/postgresql@14.rb";
        expect!["pkg:brew/postgresql%4014@14.10_1 installed chosen=Purpose license=PostgreSQL"]
            .assert_eq(&found(&Homebrew, &[(PLACE, &receipt(true, "homebrew/core")), (beside, definition)]));
        expect!["pkg:brew/mongodb/brew/postgresql%4014@14.10_1 installed chosen=Dependency origin=Vendor(\"mongodb/brew\")"]
            .assert_eq(&found(&Homebrew, &[(PLACE, &receipt(false, "mongodb/brew"))]));
    }

    #[test]
    fn a_broken_receipt_still_proves_the_formula() {
        expect![[r"
            pkg:brew/postgresql%4014@14.10_1 installed
            ! home/linuxbrew/.linuxbrew/Cellar/postgresql@14/14.10_1/INSTALL_RECEIPT.json:1:1: UP003: not JSON: EOF while parsing a value"]]
        .assert_eq(&found(&Homebrew, &[(PLACE, b"")]));
    }

    #[test]
    fn a_cask_is_named_by_its_kept_definition() {
        expect!["pkg:brew/firefox@121.0 installed chosen=Purpose"].assert_eq(&found(
            &Homebrew,
            &[("opt/homebrew/Caskroom/firefox/.metadata/121.0/20240101120000.123/Casks/firefox.rb", b"cask 'firefox' do\nend\n")],
        ));
    }

    #[test]
    fn only_receipts_and_kept_definitions_are_wanted() {
        for (path, wanted) in [
            ("usr/local/Cellar/wget/1.21.4/INSTALL_RECEIPT.json", true),
            ("usr/local/Cellar/wget/1.21.4/share/INSTALL_RECEIPT.json", false),
            ("opt/homebrew/Caskroom/firefox/.metadata/121.0/2024/Casks/firefox.json", true),
            ("opt/homebrew/Caskroom/firefox/.metadata/121.0/2024/Casks/firefox.internal.json", true),
            ("opt/homebrew/Caskroom/firefox/.metadata/config.json", false),
            ("app/models/user.rb", false),
        ] {
            assert_eq!(Homebrew.wants(&FileFacts::new(std::path::Path::new(path))), wanted, "{path}");
        }
    }
}
