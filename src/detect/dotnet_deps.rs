//! Reads `*.deps.json`, in which a build of .NET lists what lies beside a program
//! (<https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md>): packages, and the runtime pack of a
//! program that brings its own. The frameworks in `dotnet/shared` list themselves in the same way.
//!
//! The program and its own projects are no packages, and a `reference` is a file without a package; `pe-file` reads that. The
//! files of everything else are explained here, whatever they say of themselves.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::model::{Chosen, Component, Evidence, Group, Location};
use crate::problem::Code;

use super::document::Node;
use super::nuget::{Packages, is_name, purl};
use super::{Claim, Detector, FileFacts, Findings, Opened, document, json};

/// What the SDK puts before the name of a runtime pack to tell it from a package.
const RUNTIME_PACK: &str = "runtimepack.";

/// `*.deps.json`.
pub(super) struct DotnetDeps;

impl Detector for DotnetDeps {
    fn id(&self) -> &'static str {
        "dotnet-deps"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".json")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name().ends_with(".deps.json")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let before = out.problems.len();
        let Some(deps) = document::read(file, out, json::parse) else { return };
        if deps.get("libraries").is_none() && out.problems.len() == before {
            return out.problem_at(Code::Malformed, file, 1, "no `libraries`: no dependencies of a .NET program");
        }
        let target = target(&deps);
        let libraries = document::map_at(&deps, "libraries", file, out);
        let asked = asked(libraries, target);
        let mut found = Packages::default();
        for (key, library) in libraries {
            let kind = library.text("type").unwrap_or_default();
            let built = target.and_then(|target| target.get(key));
            if ["package", "runtimepack", "project"].contains(&kind) {
                out.explained.extend(built.into_iter().flat_map(|built| files(built, file)));
            }
            if kind != "package" && kind != "runtimepack" {
                continue;
            }
            let parts = key.strip_prefix(RUNTIME_PACK).unwrap_or(key).split_once('/');
            let Some((name, version)) = parts.filter(|(name, version)| is_name(name) && !version.is_empty()) else {
                out.problem_at(Code::Malformed, file, library.line, format!("`{key}` is not a name and a version"));
                continue;
            };
            let only_compiled = built.is_some_and(|built| built.is_true("compileOnly"));
            let group = if only_compiled { Group::Development } else { Group::Main };
            let chosen = match &asked {
                None => Chosen::Unknown,
                Some(asked) if asked.contains(&name.to_lowercase()) => Chosen::Purpose,
                Some(_) => Chosen::Dependency,
            };
            let location = Location::line(file.shown(), library.line);
            found.add(Component::new(purl(name, version), Evidence::Installed, self.id(), location), chosen, group);
        }
        found.write(out);
        // The program itself starts by a file of its own name.
        let stem = file.facts().name().trim_end_matches(".deps.json");
        out.explained.extend(["dll", "exe"].map(|suffix| beside(file, &format!("{stem}.{suffix}"))));
    }
}

/// What is there at run time: the target that `runtimeTarget` names.
fn target(deps: &Node) -> Option<&Node> {
    let runtime = deps.get("runtimeTarget")?;
    let name = runtime.as_text().or_else(|| runtime.text("name"))?;
    deps.get("targets")?.get(name)
}

/// What the program's own projects ask for, in lower case; `None` if none is there.
fn asked(libraries: &[(String, Node)], target: Option<&Node>) -> Option<BTreeSet<String>> {
    let projects = libraries.iter().filter(|(_, library)| library.text("type") == Some("project"));
    let mut projects = projects.filter_map(|(key, _)| target?.get(key)).peekable();
    projects.peek()?;
    Some(projects.flat_map(|project| project.keys_of("dependencies")).map(str::to_lowercase).collect())
}

/// The files of a library as they lie beside the list: assets lose their folders when a program is published, but for those
/// that a platform chooses among.
fn files(built: &Node, file: &Opened<'_>) -> Vec<PathBuf> {
    let flat = ["runtime", "native"].into_iter().flat_map(|key| built.keys_of(key));
    let flat = flat.map(|asset| beside(file, asset.rsplit('/').next().unwrap_or(asset)));
    let whole = ["runtime", "native", "runtimeTargets"].into_iter().flat_map(|key| built.keys_of(key));
    flat.chain(whole.map(|asset| beside(file, asset))).collect()
}

fn beside(file: &Opened<'_>, asset: &str) -> PathBuf {
    let folder = file.path().parent().unwrap_or(Path::new(""));
    crate::source::normalise(&folder.join(asset.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::{findings, found};
    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&found(&DotnetDeps, &[("app/App.deps.json", text.as_bytes())]));
    }

    const DEPS: &str = r#"{
  "runtimeTarget": {"name": ".NETCoreApp,Version=v8.0/linux-x64", "signature": ""},
  "targets": {".NETCoreApp,Version=v8.0/linux-x64": {
    "App/1.0.0": {"dependencies": {"Serilog": "3.1.1", "Core": "1.0.0", "Refs": "1.0.0"}, "runtime": {"App.dll": {}}},
    "Core/1.0.0": {"dependencies": {"Dapper": "2.1.24"}, "runtime": {"Core.dll": {}}},
    "Serilog/3.1.1": {"runtime": {"lib/net7.0/Serilog.dll": {"assemblyVersion": "2.0.0.0"}}},
    "Refs/1.0.0": {"compileOnly": true},
    "Odd.Reference/4.0.0.0": {"runtime": {"Odd.dll": {}}},
    "Microsoft.Data.SqlClient.SNI.runtime/5.1.1": {"runtimeTargets": {"runtimes/win-x64/native/SNI.dll": {"rid": "win-x64"}}}
  }},
  "libraries": {
    "App/1.0.0": {"type": "project", "serviceable": false, "sha512": ""},
    "Core/1.0.0": {"type": "project"},
    "Serilog/3.1.1": {"type": "package", "serviceable": true, "sha512": "x", "path": "serilog/3.1.1"},
    "Dapper/2.1.24": {"type": "package"},
    "Refs/1.0.0": {"type": "package"},
    "Odd.Reference/4.0.0.0": {"type": "reference"},
    "Microsoft.Data.SqlClient.SNI.runtime/5.1.1": {"type": "package"},
    "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.4": {"type": "runtimepack"}
  }
}"#;

    #[test]
    fn packages_and_runtime_packs_are_there_and_projects_are_own_code() {
        check(
            DEPS,
            expect![[r"
                pkg:nuget/Dapper@2.1.24 installed chosen=Purpose :15
                pkg:nuget/Microsoft.Data.SqlClient.SNI.runtime@5.1.1 installed chosen=Dependency :18
                pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.4 installed chosen=Dependency :19
                pkg:nuget/Refs@1.0.0 installed Development chosen=Purpose :16
                pkg:nuget/Serilog@3.1.1 installed chosen=Purpose :14"]],
        );
    }

    #[test]
    fn files_of_packages_and_projects_are_explained_and_plain_references_are_not() {
        let found = findings(&DotnetDeps, &[("app/App.deps.json", DEPS.as_bytes())]);
        for (path, explained) in [
            ("app/Serilog.dll", true),
            ("app/App.exe", true),
            ("app/Core.dll", true),
            ("app/runtimes/win-x64/native/SNI.dll", true),
            ("app/Odd.dll", false),
            ("Serilog.dll", false),
        ] {
            assert_eq!(found.explained.contains(Path::new(path)), explained, "{path}");
        }
    }

    #[test]
    fn a_shared_framework_is_the_runtime_of_its_version() {
        check(
            r#"{"runtimeTarget": ".NETCoreApp,Version=v8.0/linux-x64", "targets": {}, "libraries":
                {"Microsoft.NETCore.App.Runtime.linux-x64/8.0.4": {"type": "package", "path": "x"}}}"#,
            expect!["pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.4 installed :2"],
        );
    }

    #[test]
    fn what_stands_before_a_fault_stays_and_wrong_formats_are_one_problem() {
        check(
            "{\"libraries\": {\"A/1.0\": {\"type\": \"package\"},\n\"B/1.0\": {\"type\": \"pack",
            expect![[r"
                pkg:nuget/A@1.0 installed :1
                ! app/App.deps.json:2:1: UP003: not JSON: EOF while parsing a string"]],
        );
        check("", expect!["! app/App.deps.json:1:1: UP003: not JSON: EOF while parsing a value"]);
        check("[]", expect!["! app/App.deps.json:1:1: UP002: expected a map, found a list"]);
        check("{}", expect!["! app/App.deps.json:1:1: UP002: no `libraries`: no dependencies of a .NET program"]);
        check(
            "{\"libraries\": {\"A\": {\"type\": \"package\"}}}",
            expect!["! app/App.deps.json:1:1: UP002: `A` is not a name and a version"],
        );
    }
}
