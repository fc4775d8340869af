//! Reads vcpkg.json (<https://learn.microsoft.com/vcpkg/reference/vcpkg-json>) of a project that has nothing installed beside
//! it. Only an override is a version: `version>=` is a lower bound, and the baseline is a state of the registry. The manifest
//! of a port belongs to the registry.

use std::collections::BTreeMap;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin};
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::{Claim, Detector, Findings, Opened, json, vcpkg};

const ID: &str = "vcpkg-manifest";
/// The keys under which an override may have its version.
const VERSIONS: [&str; 4] = ["version", "version-semver", "version-string", "version-date"];

/// The manifest of a project that uses vcpkg.
pub(super) struct VcpkgManifest;

impl Detector for VcpkgManifest {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("vcpkg.json")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let resolved = ["portfile.cmake", "vcpkg_installed/vcpkg/status", "vcpkg_installed/vcpkg/updates/0000000000"];
        if resolved.iter().any(|name| file.sibling(name).exists()) {
            return;
        }
        let Some(manifest) = document::read(file, out, json::parse) else { return };
        let own = manifest.text("name").unwrap_or_default();
        let overrides = overrides(&manifest);
        let main = document::list_at(&manifest, "dependencies", file, out).iter().map(|wish| (wish, Group::Main));
        let mut wishes: Vec<(&Node, Group)> = main.collect();
        for (_, feature) in document::map_at(&manifest, "features", file, out) {
            let optional = document::list_at(feature, "dependencies", file, out).iter().map(|wish| (wish, Group::Optional));
            wishes.extend(optional);
        }
        for (wish, group) in wishes {
            let name = wish.as_text().or_else(|| wish.text("name")).filter(|name| vcpkg::is_name(name));
            let Some(name) = name else {
                out.problem_at(Code::Malformed, file, wish.line, "a dependency without a valid name");
                continue;
            };
            if name == own {
                continue;
            }
            let (version, revision) = overrides.get(name).cloned().unwrap_or_default();
            let purl = vcpkg::purl(name, &version, &revision);
            let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), wish.line));
            component.origin = Origin::Registry;
            component.chosen = Chosen::Purpose;
            component.group = match (wish.is_true("host"), wish.get("platform")) {
                (true, _) => Group::Development,
                (false, Some(_)) => Group::Optional,
                (false, None) => group,
            };
            out.component(component);
        }
    }
}

/// Version and revision of each port that the manifest pins.
fn overrides(manifest: &Node) -> BTreeMap<&str, (String, String)> {
    let pins = manifest.get("overrides").map_or(&[][..], Node::items).iter();
    pins.filter_map(|pin| {
        let stated = VERSIONS.iter().find_map(|key| pin.text(key))?;
        let (version, revision) = vcpkg::split(stated);
        let revision = match pin.get("port-version").map(|node| &node.value) {
            Some(Value::Number(number)) => number.clone(),
            _ => revision.to_owned(),
        };
        Some((pin.text("name")?, (version.to_owned(), revision)))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    const MANIFEST: &str = r#"{
  "name": "app",
  "version": "1.0.0",
  "builtin-baseline": "3426db05b996481ca31e95fff3734cf23e0f51bc",
  "dependencies": [
    "fmt",
    {"name": "zlib", "version>=": "1.2.11#9"},
    {"name": "boost-asio", "default-features": false, "features": ["ssl"]},
    {"name": "vcpkg-cmake", "host": true},
    {"name": "pthreads", "platform": "windows"},
    {"name": "app", "features": ["gui"]}
  ],
  "features": {
    "gui": {"description": "Windows", "dependencies": ["qtbase"]}
  },
  "overrides": [
    {"name": "fmt", "version": "9.1.0", "port-version": 2},
    {"name": "boost-asio", "version-string": "1.80.0#1"},
    {"name": "not-used", "version": "1.0"}
  ]
}"#;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&VcpkgManifest, &[("vcpkg.json", text.as_bytes())]));
    }

    #[test]
    fn only_overrides_are_versions_and_the_project_is_no_dependency() {
        check(
            MANIFEST,
            &expect![[r#"
                pkg:vcpkg/boost-asio@1.80.0?port_version=1 declared chosen=Purpose :8
                pkg:vcpkg/fmt@9.1.0?port_version=2 declared chosen=Purpose :5
                pkg:vcpkg/pthreads declared Optional chosen=Purpose :10
                pkg:vcpkg/qtbase declared Optional chosen=Purpose :14
                pkg:vcpkg/vcpkg-cmake declared Development chosen=Purpose :9
                pkg:vcpkg/zlib declared chosen=Purpose :7"#]],
        );
        check(
            "\u{feff}{\r\n \"dependencies\": [\r\n  \"fmt\"\r\n ]\r\n}\r\n",
            &expect!["pkg:vcpkg/fmt declared chosen=Purpose :2"],
        );
    }

    #[test]
    fn ports_and_projects_with_installed_packages_are_left_alone() {
        for beside in ["portfile.cmake", "vcpkg_installed/vcpkg/status"] {
            let files = [("vcpkg.json", MANIFEST.as_bytes()), (beside, b"".as_slice())];
            assert_eq!(found(&VcpkgManifest, &files), "");
        }
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_stays() {
        check(
            r#"{"dependencies": ["fmt", {"name": "zl"#,
            &expect![[r#"
            pkg:vcpkg/fmt declared chosen=Purpose :1
            ! vcpkg.json:1:1: UP003: not JSON: EOF while parsing a string"#]],
        );
        check(
            r#"{"dependencies": ["fmt", 3, {}, "A B"], "features": 1}"#,
            &expect![[r#"
            pkg:vcpkg/fmt declared chosen=Purpose :1
            ! vcpkg.json:1:1: UP002: `features` should be a map, but is a number
            ! vcpkg.json:1:1: UP002: a dependency without a valid name
            ! vcpkg.json:1:1: UP002: a dependency without a valid name
            ! vcpkg.json:1:1: UP002: a dependency without a valid name"#]],
        );
        check(r#"{"dependencies": {}}"#, &expect!["! vcpkg.json:1:1: UP002: `dependencies` should be a list, but is a map"]);
        check("{}", &expect![""]);
        check("[]", &expect!["! vcpkg.json:1:1: UP002: expected a map, found a list"]);
        check("", &expect!["! vcpkg.json:1:1: UP003: not JSON: EOF while parsing a value"]);
    }
}
