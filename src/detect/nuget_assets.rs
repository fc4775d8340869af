//! Reads `obj/project.assets.json`, in which a restore of NuGet notes what it resolved
//! (<https://learn.microsoft.com/nuget/concepts/package-installation-process>). Projects of the same solution are own code.

use std::collections::BTreeMap;

use crate::model::{Chosen, Component, Evidence, Group, Location};
use crate::problem::Code;

use super::document::Node;
use super::nuget::{Packages, is_name, purl};
use super::{Claim, Detector, Findings, Opened, document, json};

/// `project.assets.json`.
pub(super) struct NugetAssets;

impl Detector for NugetAssets {
    fn id(&self) -> &'static str {
        "nuget-assets"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("project.assets.json")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let before = out.problems.len();
        let Some(assets) = document::read(file, out, json::parse) else { return };
        if assets.get("libraries").is_none() && out.problems.len() == before {
            return out.problem_at(Code::Malformed, file, 1, "no `libraries`: no assets of a NuGet restore");
        }
        let asked = asked(&assets);
        let mut found = Packages::default();
        for (key, library) in document::map_at(&assets, "libraries", file, out) {
            if library.text("type") != Some("package") {
                continue;
            }
            let Some((name, version)) = key.split_once('/').filter(|(name, version)| is_name(name) && !version.is_empty()) else {
                out.problem_at(Code::Malformed, file, library.line, format!("`{key}` is not a name and a version"));
                continue;
            };
            let (chosen, group) =
                asked.get(&name.to_lowercase()).map_or((Chosen::Dependency, Group::Main), |group| (Chosen::Purpose, *group));
            let location = Location::line(file.shown(), library.line);
            found.add(Component::new(purl(name, version), Evidence::Declared, self.id(), location), chosen, group);
        }
        found.write(out);
    }
}

/// What the project asks for itself, in lower case: only to build if nothing of it goes to those who use the project.
fn asked(assets: &Node) -> BTreeMap<String, Group> {
    let frameworks = assets.get("project").and_then(|project| project.get("frameworks")).map_or(&[][..], Node::entries);
    let mut asked = BTreeMap::new();
    let references = frameworks.iter().filter_map(|(_, framework)| framework.get("dependencies")).flat_map(Node::entries);
    for (name, reference) in references {
        let private = reference.text("suppressParent").is_some_and(|text| text.eq_ignore_ascii_case("all"));
        let group = if private { Group::Development } else { Group::Main };
        let held = asked.entry(name.to_lowercase()).or_insert(group);
        *held = group.min(*held);
    }
    asked
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&found(&NugetAssets, &[("obj/project.assets.json", text.as_bytes())]));
    }

    #[test]
    fn the_project_says_what_was_asked_for_and_what_only_builds() {
        check(
            r#"{
  "version": 3,
  "targets": {"net8.0": {"Serilog/3.1.1": {"type": "package"}}},
  "libraries": {
    "Serilog/3.1.1": {"sha512": "x", "type": "package", "path": "serilog/3.1.1", "files": ["a"]},
    "System.Memory/4.5.5": {"type": "package"},
    "StyleCop.Analyzers/1.2.0-beta.435": {"type": "package"},
    "Acme.Core/1.0.0": {"type": "project", "path": "../core/core.csproj"},
    "/1": {"type": "package"}
  },
  "project": {"version": "1.0.0", "frameworks": {"net8.0": {"dependencies": {
    "serilog": {"target": "Package", "version": "[3.1.1, )"},
    "StyleCop.Analyzers": {"suppressParent": "All", "target": "Package", "version": "[1.2.0-beta.435, )"}
  }}}}
}"#,
            expect![[r"
                pkg:nuget/Serilog@3.1.1 declared chosen=Purpose :5
                pkg:nuget/StyleCop.Analyzers@1.2.0-beta.435 declared Development chosen=Purpose :7
                pkg:nuget/System.Memory@4.5.5 declared chosen=Dependency :6
                ! obj/project.assets.json:9:1: UP002: `/1` is not a name and a version"]],
        );
    }

    #[test]
    fn wrong_formats_are_one_problem() {
        check("", expect!["! obj/project.assets.json:1:1: UP003: not JSON: EOF while parsing a value"]);
        check("{}", expect!["! obj/project.assets.json:1:1: UP002: no `libraries`: no assets of a NuGet restore"]);
        check("{\"libraries\": []}", expect!["! obj/project.assets.json:1:1: UP002: `libraries` should be a map, but is a list"]);
    }
}
