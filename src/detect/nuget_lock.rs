//! Reads NuGet's lock file, `packages.lock.json` and `packages.<project>.lock.json`
//! (<https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files#locking-dependencies>), of version 1 and 2.
//! Projects of the same solution are own code.

use crate::model::{Chosen, Component, Evidence, Group, Location};
use crate::problem::Code;

use super::nuget::{Packages, is_name, purl};
use super::{Claim, Detector, FileFacts, Findings, Opened, document, json};

/// `packages.lock.json`.
pub(super) struct NugetLock;

impl Detector for NugetLock {
    fn id(&self) -> &'static str {
        "nuget-lock"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Stem("packages")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name().ends_with(".lock.json")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let before = out.problems.len();
        let Some(lock) = document::read(file, out, json::parse) else { return };
        if lock.get("dependencies").is_none() && out.problems.len() == before {
            return out.problem_at(Code::Malformed, file, 1, "no `dependencies`: no lock file of NuGet");
        }
        let mut found = Packages::default();
        for (framework, packages) in document::map_at(&lock, "dependencies", file, out) {
            for (name, package) in document::map_of(packages, framework, file, out) {
                let kind = package.text("type").unwrap_or_default();
                if kind.eq_ignore_ascii_case("project") {
                    continue;
                }
                let Some(version) = package.text("resolved").filter(|_| is_name(name)) else {
                    let what = format!("package `{name}` without a name or a resolved version");
                    out.problem_at(Code::Malformed, file, package.line, what);
                    continue;
                };
                let chosen = if kind.eq_ignore_ascii_case("direct") { Chosen::Purpose } else { Chosen::Dependency };
                let location = Location::line(file.shown(), package.line);
                found.add(Component::new(purl(name, version), Evidence::Declared, self.id(), location), chosen, Group::Main);
            }
        }
        found.write(out);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::expect;

    use super::super::testing::found;
    use super::*;

    const LOCK: &str = r#"{
  "version": 2,
  "dependencies": {
    "net8.0": {
      "Serilog": {"type": "Direct", "requested": "[3.1.1, )", "resolved": "3.1.1", "contentHash": "x"},
      "System.Memory": {"type": "CentralTransitive", "requested": "[4.5.5, )", "resolved": "4.5.5"},
      "Newtonsoft.Json": {"type": "Transitive", "resolved": "13.0.1"},
      "acme.core": {"type": "Project", "dependencies": {"Serilog": "[3.1.1, )"}}
    },
    "net8.0/linux-x64": {
      "newtonsoft.json": {"type": "Direct", "requested": "[13.0.1]", "resolved": "13.0.1"},
      "Newtonsoft.Json.Bson": {"type": "Transitive", "resolved": "1.0.2"}
    }
  }
}"#;

    #[test]
    fn frameworks_share_packages_and_projects_are_own_code() {
        let expected = expect![[r"
            pkg:nuget/Newtonsoft.Json.Bson@1.0.2 declared chosen=Dependency :12
            pkg:nuget/Newtonsoft.Json@13.0.1 declared chosen=Purpose :7
            pkg:nuget/Serilog@3.1.1 declared chosen=Purpose :5
            pkg:nuget/System.Memory@4.5.5 declared chosen=Dependency :6"]];
        expected.assert_eq(&found(&NugetLock, &[("packages.lock.json", LOCK.as_bytes())]));
        let windows = format!("\u{feff}{}", LOCK.replace('\n', "\r\n"));
        expected.assert_eq(&found(&NugetLock, &[("packages.lock.json", windows.as_bytes())]));
    }

    #[test]
    fn a_file_that_ends_early_keeps_what_stands_before() {
        let cut = LOCK.split("\"acme.core\"").next().unwrap_or_default();
        expect![[r#"
            pkg:nuget/Newtonsoft.Json@13.0.1 declared chosen=Dependency :7
            pkg:nuget/Serilog@3.1.1 declared chosen=Purpose :5
            pkg:nuget/System.Memory@4.5.5 declared chosen=Dependency :6
            ! packages.lock.json:8:1: UP003: not JSON: EOF while parsing a value"#]]
        .assert_eq(&found(&NugetLock, &[("packages.lock.json", cut.as_bytes())]));
    }

    #[test]
    fn wrong_formats_are_one_problem() {
        for (text, problem) in [
            ("", ":1:1: UP003: not JSON: EOF while parsing a value"),
            ("{}", ":1:1: UP002: no `dependencies`: no lock file of NuGet"),
            ("[]", ":1:1: UP002: expected a map, found a list"),
            (
                "{\"dependencies\": {\"net8.0\": {\"A\": {\"type\": \"Direct\"}}}}",
                ":1:1: UP002: package `A` without a name or a resolved version",
            ),
            ("{\"dependencies\": {\"net8.0\": 3}}", ":1:1: UP002: `net8.0` should be a map, but is a number"),
        ] {
            assert_eq!(found(&NugetLock, &[("packages.lock.json", text.as_bytes())]), format!("! packages.lock.json{problem}"));
        }
    }

    #[test]
    fn a_lock_may_carry_the_name_of_its_project() {
        for (name, wanted) in [("packages.lock.json", true), ("packages.Acme.lock.json", true), ("packages.config", false)] {
            assert_eq!(NugetLock.wants(&FileFacts::new(Path::new(name))), wanted, "{name}");
        }
    }
}
