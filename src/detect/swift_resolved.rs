//! Reads Package.resolved of the Swift package manager, format 1 to 3
//! (<https://docs.swift.org/package-manager/PackageDescription/>; written by `ResolvedPackagesStore`), and
//! Cartfile.resolved of Carthage (<https://github.com/Carthage/Carthage/blob/master/Documentation/Artifacts.md>). Both name a
//! package by its repository. Packages from a folder are own code. A pin on a branch has its commit for a version.

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::{Claim, Detector, FileFacts, Findings, Opened, fetched, json};

const ID: &str = "swift-resolved";

/// The lock files of Swift's package manager and of Carthage.
pub(super) struct SwiftResolved;

impl Detector for SwiftResolved {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("Cartfile.resolved"), Claim::Name("Package.resolved")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        !fetched::holds(facts.path())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if file.facts().name() == "Cartfile.resolved" {
            return carthage(file, out);
        }
        let Some(lock) = document::read(file, out, json::parse) else { return };
        // Format 1 has the pins one level deeper.
        let holder = lock.get("object").unwrap_or(&lock);
        if holder.get("pins").is_none() && out.problems.is_empty() {
            return out.problem_at(Code::Malformed, file, 1, "no `pins`: no lock file of the Swift package manager");
        }
        for pin in document::list_at(holder, "pins", file, out) {
            if matches!(pin.text("kind"), Some("localSourceControl" | "fileSystem")) {
                continue;
            }
            match purl(pin) {
                Some(Ok(purl)) => add(purl, file, pin.line, out),
                // A repository on this disk.
                Some(Err(())) => {}
                None => out.problem_at(Code::Malformed, file, pin.line, "a pin without a place or a state"),
            }
        }
    }
}

fn add(purl: Purl, file: &Opened<'_>, line: usize, out: &mut Findings) {
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), line));
    component.origin = Origin::Registry;
    out.component(component);
}

fn purl(pin: &Node) -> Option<Result<Purl, ()>> {
    let state = pin.get("state")?;
    let version = state.text("version").or_else(|| state.text("revision")).or_else(|| state.text("branch"))?;
    if pin.text("kind") == Some("registry") {
        // `scope.name`; the registry's address stands in the user's configuration.
        let (scope, name) = pin.text("identity")?.split_once('.')?;
        return Some(Ok(Purl::new("swift", name).with_namespace(scope).with_version(version)));
    }
    let location = pin.text("location").or_else(|| pin.text("repositoryURL"))?;
    Some(repository(location).map(|purl| purl.with_version(version)).ok_or(()))
}

/// The package that lives in the repository at this address: host and owner are its namespace. `None` for a folder.
pub(super) fn repository(address: &str) -> Option<Purl> {
    let place = match address.split_once("://") {
        Some(("file", _)) => return None,
        Some((_, rest)) => rest.to_owned(),
        // `git@host:owner/name`, as ssh has it.
        None => address.split_once(':').map(|(host, path)| format!("{host}/{path}"))?,
    };
    let (host, path) = place.split_once('/')?;
    let host = host.rsplit('@').next().unwrap_or(host).split(':').next().unwrap_or(host);
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let (owner, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_place = !host.is_empty() && !name.is_empty();
    is_place.then(|| Purl::new("swift", name).with_namespace(&format!("{}/{owner}", host.to_ascii_lowercase())))
}

/// `github "owner/name" "version"`, `git "address" "version"` or `binary "address" "version"`, one a line.
fn carthage(file: &Opened<'_>, out: &mut Findings) {
    let Some(text) = out.text(file) else { return };
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let words: Vec<&str> = line.split('"').map(str::trim).collect();
        let [kind, place, "", version, ..] = words.as_slice() else {
            out.problem_at(Code::Malformed, file, number, "no origin, place and version");
            continue;
        };
        let purl = match *kind {
            "github" if place.contains("://") => repository(place),
            "github" => repository(&format!("https://github.com/{place}")),
            // A folder is own code.
            "git" => repository(place),
            "binary" => binary(place),
            _ => {
                out.problem_at(Code::Malformed, file, number, "neither `github` nor `git` nor `binary`");
                continue;
            }
        };
        if let Some(purl) = purl {
            add(purl.with_version(version), file, number, out);
        }
    }
}

/// A framework that is fetched built: its list of versions lies at an address.
fn binary(address: &str) -> Option<Purl> {
    let name = address.rsplit('/').next()?.trim_end_matches(".json");
    let is_address = address.starts_with("https://") && !name.is_empty();
    is_address.then(|| Purl::new("generic", name).with_qualifier("download_url", address))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&SwiftResolved, &[("Package.resolved", text.as_bytes())]));
    }

    #[test]
    fn the_first_format_has_repositories() {
        check(
            r#"{
  "object": {
    "pins": [
      {
        "package": "Alamofire",
        "repositoryURL": "https://github.com/Alamofire/Alamofire.git",
        "state": {"branch": null, "revision": "f82c23a8", "version": "5.4.3"}
      },
      {
        "package": "Kit",
        "repositoryURL": "git@gitlab.example:Group/sub/kit.git",
        "state": {"branch": "main", "revision": "0123abc", "version": null}
      },
      {
        "package": "Local",
        "repositoryURL": "/Users/me/Local",
        "state": {"branch": null, "revision": "0123abc", "version": "1.0.0"}
      }
    ]
  },
  "version": 1
}"#,
            &expect![[r#"
                pkg:swift/github.com/Alamofire/Alamofire@5.4.3 declared :4
                pkg:swift/gitlab.example/Group/sub/kit@0123abc declared :9"#]],
        );
    }

    #[test]
    fn later_formats_have_kinds() {
        check(
            "\u{feff}{\r\n  \"originHash\": \"aa\",\r\n  \"pins\": [\r\n    {\"identity\": \"swift-nio\", \"kind\": \"remoteSourceControl\", \"location\": \"https://me:token@GitHub.com/apple/swift-nio\", \"state\": {\"revision\": \"aa\", \"version\": \"2.62.0\"}},\r\n    {\"identity\": \"mona.LinkedList\", \"kind\": \"registry\", \"location\": \"\", \"state\": {\"version\": \"1.1.1\"}},\r\n    {\"identity\": \"tool\", \"kind\": \"remoteSourceControl\", \"location\": \"ssh://git@host.example:2222/acme/tool.git\", \"state\": {\"branch\": \"main\", \"revision\": \"bb\"}},\r\n    {\"identity\": \"own\", \"kind\": \"localSourceControl\", \"location\": \"/src/own\", \"state\": {\"revision\": \"cc\", \"version\": \"1.0.0\"}}\r\n  ],\r\n  \"version\": 3\r\n}\r\n",
            &expect![[r#"
                pkg:swift/github.com/apple/swift-nio@2.62.0 declared :4
                pkg:swift/host.example/acme/tool@bb declared :6
                pkg:swift/mona/LinkedList@1.1.1 declared :5"#]],
        );
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_stays() {
        check(
            r#"{"pins": [{"location": "https://h/a/b", "state": {"version": "1.0.0"}}, {"location": "https://h/a/c", "state": {"vers"#,
            &expect![[r#"
                pkg:swift/h/a/b@1.0.0 declared :1
                ! Package.resolved:1:1: UP003: not JSON: EOF while parsing a string
                ! Package.resolved:1:1: UP002: a pin without a place or a state"#]],
        );
        check(
            r#"{"pins": [{"state": {}}, 3, {"location": "https://", "state": {"version": "1"}}]}"#,
            &expect![[r#"
            ! Package.resolved:1:1: UP002: a pin without a place or a state
            ! Package.resolved:1:1: UP002: a pin without a place or a state"#]],
        );
        check(r#"{"pins": {}, "version": 2}"#, &expect!["! Package.resolved:1:1: UP002: `pins` should be a list, but is a map"]);
        check(r#"{"pins": [], "version": 2}"#, &expect![""]);
        check("{}", &expect!["! Package.resolved:1:1: UP002: no `pins`: no lock file of the Swift package manager"]);
        check("", &expect!["! Package.resolved:1:1: UP003: not JSON: EOF while parsing a value"]);
    }

    #[test]
    fn carthage_has_one_dependency_a_line() {
        let text = b"github \"Alamofire/Alamofire\" \"5.4.3\"\r\n\ngithub \"https://enterprise.example/acme/kit\" \"v1.0\"\ngit \"https://t@host.example/a/b.git\" \"0123abc\"\ngit \"file:///src/own\" \"1.0\"\nbinary \"https://dl.example/Fabric.json\" \"3.0\"\n# note\nsvn \"x\" \"1\"\nhello\n";
        expect![[r#"
            pkg:generic/Fabric@3.0?download_url=https:%2F%2Fdl.example%2FFabric.json declared :6
            pkg:swift/enterprise.example/acme/kit@v1.0 declared :3
            pkg:swift/github.com/Alamofire/Alamofire@5.4.3 declared :1
            pkg:swift/host.example/a/b@0123abc declared :4
            ! Cartfile.resolved:8:1: UP002: neither `github` nor `git` nor `binary`
            ! Cartfile.resolved:9:1: UP002: no origin, place and version"#]]
        .assert_eq(&found(&SwiftResolved, &[("Cartfile.resolved", text)]));
    }
}
