//! Reads which tools a .NET repository works with: `dotnet-tools.json` (<https://learn.microsoft.com/dotnet/core/tools/local-tools-how-to-use>)
//! names packages to run, `global.json` (<https://learn.microsoft.com/dotnet/core/tools/global-json>) the SDK and the SDKs of `MSBuild`
//! that come as packages. Which SDK is there is found elsewhere.

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin};

use super::document::{self, Node};
use super::runtime_version::component;
use super::{Claim, Detector, FileFacts, Findings, Opened, jsonc, nuget};

const ID: &str = "dotnet-tools";

/// Tools of .NET that a repository asks for.
pub(super) struct DotnetTools;

impl Detector for DotnetTools {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("dotnet-tools.json"), Claim::Name("global.json")]
    }

    /// What a package brings along is its author's wish, not the user's.
    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        !facts.path().iter().any(|part| part == "node_modules" || part == ".nuget")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(manifest) = document::read(file, out, jsonc::parse) else { return };
        if file.facts().name() == "dotnet-tools.json" {
            for (name, tool) in document::map_at(&manifest, "tools", file, out) {
                package(name, tool.get("version").unwrap_or(tool), file, out);
            }
            return;
        }
        if let Some(version) = manifest.get("sdk").and_then(|sdk| sdk.get("version")) {
            let stated = version.as_text().unwrap_or_default();
            out.components.extend(component("dotnet-sdk", stated, ID, version.line, file));
        }
        // Files of this name are not .NET's alone, so that what else stands in them is no problem.
        for (name, version) in manifest.get("msbuild-sdks").map_or(&[][..], Node::entries) {
            package(name, version, file, out);
        }
    }
}

fn package(name: &str, version: &Node, file: &Opened<'_>, out: &mut Findings) {
    if !nuget::is_name(name) {
        return;
    }
    let purl = nuget::purl(name, version.as_text().and_then(nuget::exact).unwrap_or_default());
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), version.line));
    (component.origin, component.chosen, component.group) = (Origin::Registry, Chosen::Purpose, Group::Development);
    out.component(component);
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    #[test]
    fn local_tools_are_packages() {
        let text = b"\xEF\xBB\xBF{\r\n  \"version\": 1,\r\n  \"isRoot\": true,\r\n  \"tools\": {\r\n    \"dotnet-ef\": {\r\n      \"version\": \"7.0.14\",\r\n      \"commands\": [\"dotnet-ef\"]\r\n    },\r\n    \"odd\": {},\r\n    \"a b\": {\"version\": \"1\"}\r\n  }\r\n}\r\n";
        expect![[r"
            pkg:nuget/dotnet-ef@7.0.14 declared Development chosen=Purpose :6
            pkg:nuget/odd declared Development chosen=Purpose :9"]]
        .assert_eq(&found(&DotnetTools, &[("app/.config/dotnet-tools.json", text)]));
    }

    #[test]
    fn the_sdk_and_those_of_msbuild_are_asked_for() {
        let text = b"{\n  // why\n  \"sdk\": {\"version\": \"8.0.100\", \"rollForward\": \"latestFeature\"},\n  \"msbuild-sdks\": {\n    \"Microsoft.Build.Traversal\": \"4.1.0\",\n  }\n}\n";
        expect![[r"
            pkg:generic/dotnet-sdk@8.0.100 declared chosen=Purpose :3
            pkg:nuget/Microsoft.Build.Traversal@4.1.0 declared Development chosen=Purpose :5"]]
        .assert_eq(&found(&DotnetTools, &[("global.json", text)]));
        assert_eq!(found(&DotnetTools, &[("i18n/global.json", b"{\"sdk\": \"x\", \"msbuild-sdks\": 1}")]), "");
    }

    #[test]
    fn what_is_no_manifest_is_a_problem() {
        expect!["! dotnet-tools.json:1:1: UP002: `tools` should be a map, but is a list"]
            .assert_eq(&found(&DotnetTools, &[("dotnet-tools.json", b"{\"tools\": []}")]));
        expect!["! dotnet-tools.json:1:1: UP003: not JSON: EOF while parsing a value"]
            .assert_eq(&found(&DotnetTools, &[("dotnet-tools.json", b"")]));
        assert!(!DotnetTools.wants(&FileFacts::new(std::path::Path::new("root/.nuget/packages/a/1/dotnet-tools.json"))));
    }
}
