//! Reads pubspec.yaml (<https://dart.dev/tools/pub/pubspec>): what a project asks for where no lock lies beside it, and the
//! package itself where pub's own cache holds it. Packages from a folder, and what a workspace's root resolves, are left out.

use std::collections::BTreeSet;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::npm::without_secret;
use super::{Claim, Detector, FileFacts, Findings, Opened, yaml};

const ID: &str = "pubspec";
const LISTS: [(&str, Group); 2] = [("dependencies", Group::Main), ("dev_dependencies", Group::Development)];
/// Registries that need not be named.
const DEFAULT_HOSTS: [&str; 2] = ["https://pub.dev", "https://pub.dartlang.org"];

/// The manifest of a Dart package.
pub(super) struct Pubspec;

impl Detector for Pubspec {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("pubspec.yaml")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if is_cached(&file.facts()) {
            return installed(file, out);
        }
        if file.sibling("pubspec.lock").exists() {
            return;
        }
        let Some(manifest) = document::read(file, out, yaml::parse) else { return };
        if manifest.text("resolution") == Some("workspace") {
            return;
        }
        let overridden: BTreeSet<&str> = manifest.keys_of("dependency_overrides").collect();
        for (list, group) in LISTS.into_iter().chain([("dependency_overrides", Group::Main)]) {
            for (name, wish) in document::map_at(&manifest, list, file, out) {
                if list != "dependency_overrides" && overridden.contains(name.as_str()) {
                    continue;
                }
                if !is_name(name) {
                    out.problem_at(Code::Malformed, file, wish.line, format!("`{name}` is no name of a package"));
                } else if wish.get("path").is_none() {
                    let mut component =
                        Component::new(wished(name, wish), Evidence::Declared, ID, Location::line(file.shown(), wish.line));
                    let registry = wish.get("git").is_none() && wish.get("sdk").is_none();
                    component.origin = if registry { Origin::Registry } else { Origin::Unknown };
                    component.group = group;
                    component.chosen = Chosen::Purpose;
                    out.component(component);
                }
            }
        }
    }
}

/// Whether it lies where pub keeps what it fetched: `hosted/<host>/<name>-<version>/`.
fn is_cached(facts: &FileFacts<'_>) -> bool {
    facts.folder(2) == "hosted" && facts.folder(0).contains('-')
}

fn installed(file: &Opened<'_>, out: &mut Findings) {
    let Some(manifest) = document::read(file, out, yaml::parse) else { return };
    match (manifest.text("name"), manifest.text("version")) {
        (Some(name), Some(version)) => {
            let host = file.facts().folder(1);
            let host = if host.contains("pub.dev") || host.contains("pub.dartlang.org") { "" } else { host };
            let purl = purl(name, Some(host)).with_version(version);
            let mut component = Component::new(purl, Evidence::Installed, ID, Location::file(file.shown()));
            component.origin = Origin::Registry;
            out.component(component);
        }
        _ => out.problem(Code::Malformed, file, "a fetched package without a name or a version"),
    }
}

/// `name: ^1.0.0`, `name: {hosted: …, version: …}`, `name: {git: …}` or `name: {sdk: flutter}`.
fn wished(name: &str, wish: &Node) -> Purl {
    let hosted = wish.get("hosted");
    let host = hosted.and_then(|hosted| hosted.as_text().or_else(|| hosted.text("url")));
    let stated = hosted.and_then(|hosted| hosted.text("name")).unwrap_or(name);
    let version = wish.as_text().or_else(|| wish.text("version")).filter(|version| semver::Version::parse(version).is_ok());
    let purl = purl(stated, host).with_version(version.unwrap_or_default());
    let Some(git) = wish.get("git") else { return purl };
    let address = git.as_text().or_else(|| git.text("url")).map(|url| git_address(url, git.text("ref")));
    purl.with_qualifier("vcs_url", &address.unwrap_or_default())
}

/// The package `name` of the registry at `host`.
pub(super) fn purl(name: &str, host: Option<&str>) -> Purl {
    let host = host.map(|host| host.trim_end_matches('/')).filter(|host| !DEFAULT_HOSTS.contains(host));
    Purl::new("pub", name).with_qualifier("repository_url", host.unwrap_or_default())
}

/// A version-control address as a purl has it.
pub(super) fn git_address(url: &str, reference: Option<&str>) -> String {
    let reference = reference.map(|reference| format!("@{reference}")).unwrap_or_default();
    format!("git+{}{reference}", without_secret(url))
}

/// Whether pub would take it for a name.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    const MANIFEST: &str = "name: app\nversion: 1.0.0+1\nenvironment:\n  sdk: ^3.0.0\ndependencies:\n  flutter:\n    sdk: flutter\n  http: ^1.1.0\n  exact: 2.0.1\n  any_one: any\n  bare:\n  mine: {path: ../mine}\n  corp:\n    hosted: https://pub.corp.example\n    version: 1.2.3\n  forked:\n    git: {url: 'https://t@github.com/acme/forked.git', ref: v2}\n  fixed: ^1.0.0\ndev_dependencies:\n  lints: '>=2.0.0 <4.0.0'\ndependency_overrides:\n  fixed: 1.5.0\n";

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&Pubspec, &[("app/pubspec.yaml", text.as_bytes())]));
    }

    #[test]
    fn without_a_lock_only_exact_wishes_are_versions() {
        check(
            MANIFEST,
            &expect![[r#"
            pkg:pub/any_one declared chosen=Purpose :10
            pkg:pub/bare declared chosen=Purpose :11
            pkg:pub/corp@1.2.3?repository_url=https:%2F%2Fpub.corp.example declared chosen=Purpose :13
            pkg:pub/exact@2.0.1 declared chosen=Purpose :9
            pkg:pub/fixed@1.5.0 declared chosen=Purpose :22
            pkg:pub/flutter declared chosen=Purpose :6
            pkg:pub/forked?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Facme%2Fforked.git%40v2 declared chosen=Purpose :16
            pkg:pub/http declared chosen=Purpose :8
            pkg:pub/lints declared Development chosen=Purpose :20"#]],
        );
        check(&MANIFEST.replace('\n', "\r\n").replace("environment", "resolution: workspace\r\nenvironment"), &expect![""]);
    }

    #[test]
    fn the_lock_beside_it_wins() {
        let files = [("app/pubspec.yaml", MANIFEST.as_bytes()), ("app/pubspec.lock", b"".as_slice())];
        expect![""].assert_eq(&found(&Pubspec, &files));
    }

    #[test]
    fn a_package_in_the_cache_is_installed() {
        let text = b"name: http\nversion: 1.1.0\ndependencies:\n  async: ^2.5.0\n";
        for (path, expected) in [
            ("root/.pub-cache/hosted/pub.dev/http-1.1.0/pubspec.yaml", "pkg:pub/http@1.1.0 installed"),
            ("c/hosted/pub.corp.example/http-1.1.0/pubspec.yaml", "pkg:pub/http@1.1.0?repository_url=pub.corp.example installed"),
        ] {
            assert_eq!(found(&Pubspec, &[(path, text)]), expected);
        }
        expect!["! hosted/pub.dev/a-1/pubspec.yaml: UP002: a fetched package without a name or a version"]
            .assert_eq(&found(&Pubspec, &[("hosted/pub.dev/a-1/pubspec.yaml", b"name: a\n")]));
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_stays() {
        check(
            "dependencies:\n  a: 1.0.0\n  'b c': 1\n  d: {git: {url: x",
            &expect![[r#"
            pkg:pub/a@1.0.0 declared chosen=Purpose :2
            pkg:pub/d declared chosen=Purpose :4
            ! app/pubspec.yaml:5:1: UP002: not YAML: while parsing a flow mapping, did not find expected ',' or '}'
            ! app/pubspec.yaml:3:1: UP002: `b c` is no name of a package"#]],
        );
        check("dependencies: x\n", &expect!["! app/pubspec.yaml:1:1: UP002: `dependencies` should be a map, but is a text"]);
        check("name: a\n", &expect![""]);
        check("", &expect!["! app/pubspec.yaml:1:1: UP002: expected a map, found nothing"]);
    }
}
