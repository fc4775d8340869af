//! Reads the package references of .NET projects (`.csproj`, `.fsproj`, `.vbproj`) and the packages that `.props` and
//! `.targets` files bring to all projects below them
//! (<https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files>), with versions that are managed centrally
//! (<https://learn.microsoft.com/nuget/consume-packages/central-package-management>).
//!
//! Where projects are, a central version that none of them refers to is no component. A project whose lock file or restored assets
//! are there gives nothing: those know more. References to frameworks, projects and SDKs are no packages. What `msbuild` cannot
//! evaluate has no version.

use std::collections::BTreeMap;

use crate::model::{Chosen, Component, Evidence, Group, Location};
use crate::problem::Code;

use super::msbuild::{Evaluation, Item, Verb};
use super::nuget::{Packages, exact, is_name, purl};
use super::{Claim, Detector, FileFacts, Findings, Opened, msbuild, xml};

pub(super) const ID: &str = "msbuild-project";
const PROJECTS: [&str; 3] = ["csproj", "fsproj", "vbproj"];

/// Project files of .NET.
pub(super) struct MsbuildProject;

impl Detector for MsbuildProject {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[
            Claim::Suffix(".csproj"),
            Claim::Suffix(".fsproj"),
            Claim::Suffix(".vbproj"),
            Claim::Suffix(".props"),
            Claim::Name("Directory.Build.targets"),
        ]
    }

    /// The files that a restore writes or unpacks are no sources.
    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let parts: Vec<&str> = facts.path().iter().filter_map(|part| part.to_str()).collect();
        facts.folder(0) != "obj" && !parts.windows(2).any(|pair| pair == [".nuget", "packages"])
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let is_project = PROJECTS.iter().any(|suffix| file.facts().name().ends_with(&format!(".{suffix}")));
        if is_project {
            // Whoever takes versions from there says which of them are asked for.
            out.explained.extend(msbuild::central_versions(file).map(|central| central.path().to_owned()));
        }
        if is_project && is_resolved(file) {
            return;
        }
        let Some(root) = xml::read(file, out) else { return };
        if root.name != "Project" {
            if is_project {
                out.problem_at(Code::Malformed, file, root.line, "root element is not `Project`");
            }
            return;
        }
        let project = Project::new(Evaluation::of(&root, file));
        let mut found = Packages::default();
        for item in project.evaluation.items.iter().filter(|item| item.own && item.verb == Verb::Include) {
            let kind = item.kind.as_str();
            let wanted = match kind {
                "PackageReference" | "DotNetCliToolReference" => true,
                "PackageVersion" | "GlobalPackageReference" => !is_project,
                _ => false,
            };
            for name in project.evaluation.names(item).iter().filter(|name| wanted && is_name(name)) {
                let development =
                    kind == "DotNetCliToolReference" || kind == "GlobalPackageReference" || project.is_private(item, name);
                let group = if development { Group::Development } else { Group::Main };
                // A central version is not asked for as long as nobody refers to it.
                let chosen = if kind == "PackageVersion" { Chosen::Unknown } else { Chosen::Purpose };
                for version in project.versions(item, name) {
                    let purl = purl(project.spelling(name), version.as_deref().unwrap_or_default());
                    let location = Location::line(file.shown(), item.line);
                    found.add(Component::new(purl, Evidence::Declared, self.id(), location), chosen, group);
                }
            }
        }
        found.write(out);
    }
}

/// Whether a file beside the project says to which versions its references resolve.
fn is_resolved(file: &Opened<'_>) -> bool {
    let name = file.facts().name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).replace(' ', "_");
    let locks = ["packages.lock.json".to_owned(), format!("packages.{stem}.lock.json"), "obj/project.assets.json".to_owned()];
    locks.iter().any(|lock| file.sibling(lock).exists())
}

/// A project with what its items say of packages beside including them.
struct Project {
    evaluation: Evaluation,
    /// Central versions by package, in lower case.
    central: BTreeMap<String, Vec<Option<String>>>,
    /// How the list of central versions spells a package, by its name in lower case.
    spelling: BTreeMap<String, String>,
    /// Updates of references by package, in lower case: the version, and whether only to build.
    updated: BTreeMap<String, (Vec<Option<String>>, bool)>,
    removed: Vec<String>,
}

impl Project {
    fn new(evaluation: Evaluation) -> Self {
        let mut project = Self {
            evaluation,
            central: BTreeMap::new(),
            spelling: BTreeMap::new(),
            updated: BTreeMap::new(),
            removed: Vec::new(),
        };
        for item in &project.evaluation.items {
            let version = item.metadatum("Version").map(|written| exactly(&project.evaluation, written));
            let put = |held: &mut Vec<Option<String>>| {
                // The last item decides, unless it holds only under a condition.
                if version.is_some() && !item.conditional {
                    held.clear();
                }
                held.extend(version.clone());
            };
            for spelt in project.evaluation.names(item) {
                let name = spelt.to_lowercase();
                match (item.kind.as_str(), item.verb) {
                    ("PackageVersion", Verb::Include | Verb::Update) => {
                        project.spelling.entry(name.clone()).or_insert(spelt);
                        put(project.central.entry(name).or_default());
                    }
                    ("PackageReference", Verb::Update) => {
                        let (held, private) = project.updated.entry(name).or_default();
                        put(held);
                        *private |= is_private(item);
                    }
                    ("PackageReference", Verb::Remove) if item.own && !item.conditional => project.removed.push(name),
                    _ => {}
                }
            }
        }
        project
    }

    /// One spelling for a package whose references write it in another case than the list of central versions.
    fn spelling<'n>(&'n self, name: &'n str) -> &'n str {
        self.spelling.get(&name.to_lowercase()).map_or(name, String::as_str)
    }

    fn is_private(&self, item: &Item, name: &str) -> bool {
        is_private(item) || self.updated.get(&name.to_lowercase()).is_some_and(|(_, private)| *private)
    }

    /// The versions that a reference may have: more than one only by conditions. Never empty but for a reference that is
    /// removed again.
    fn versions(&self, item: &Item, name: &str) -> Vec<Option<String>> {
        let name = name.to_lowercase();
        if item.kind == "PackageReference" && self.removed.contains(&name) {
            return Vec::new();
        }
        let stated = item.metadatum("VersionOverride").or_else(|| item.metadatum("Version"));
        let updated = self.updated.get(&name).map(|(versions, _)| versions).filter(|versions| !versions.is_empty());
        match (stated, updated, self.central.get(&name)) {
            (None, None, Some(central)) if !central.is_empty() => central.clone(),
            (_, Some(updated), _) if item.kind == "PackageReference" => updated.clone(),
            (Some(stated), ..) => vec![exactly(&self.evaluation, stated)],
            _ => vec![None],
        }
    }
}

fn is_private(item: &Item) -> bool {
    let private = item.metadatum("PrivateAssets").unwrap_or_default();
    private.split(';').any(|asset| asset.trim().eq_ignore_ascii_case("all"))
}

fn exactly(evaluation: &Evaluation, written: &str) -> Option<String> {
    evaluation.expand(written).and_then(|text| exact(&text).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::{Expect, expect};

    use super::super::testing::{findings, found};
    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(files: &[(&str, &str)], expected: Expect) {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
        expected.assert_eq(&found(&MsbuildProject, &files));
    }

    #[test]
    fn a_package_is_spelt_as_the_central_list_spells_it() {
        check(
            &[
                ("src/App.csproj", "<Project><ItemGroup><PackageReference Include=\"dapper\" /></ItemGroup></Project>"),
                (
                    "Directory.Packages.props",
                    "<Project><ItemGroup><PackageVersion Include=\"Dapper\" Version=\"2.1.28\" /></ItemGroup></Project>",
                ),
            ],
            expect!["pkg:nuget/Dapper@2.1.28 declared chosen=Purpose :1"],
        );
    }

    #[test]
    fn versions_stand_in_attributes_and_elements() {
        check(
            &[(
                "src/App/App.csproj",
                "\u{feff}<Project Sdk=\"Microsoft.NET.Sdk\">\r\n  <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>\r\n  <ItemGroup>\r\n\
                 <PackageReference Include=\"Serilog\" Version=\"3.1.1\" />\r\n\
                 <PackageReference Include=\"Dapper\"><Version>[2.1.24]</Version></PackageReference>\r\n\
                 <PackageReference Include=\"StyleCop.Analyzers\" Version=\"1.1.118\"><PrivateAssets>all</PrivateAssets></PackageReference>\r\n\
                 <PackageReference Include=\"Floating\" Version=\"1.*\" />\r\n\
                 <PackageReference Include=\"A.One; A.Two\" Version=\"2.0.0\" Condition=\"'$(TargetFramework)' == 'net8.0'\" />\r\n\
                 <PackageReference Include=\"Nowhere\" />\r\n\
                 <ProjectReference Include=\"..\\Core\\Core.csproj\" />\r\n\
                 <FrameworkReference Include=\"Microsoft.AspNetCore.App\" />\r\n\
                 <Reference Include=\"System.Web\" />\r\n\
                 <DotNetCliToolReference Include=\"dotnet-xunit\" Version=\"2.3.1\" />\r\n  </ItemGroup>\r\n</Project>\r\n",
            )],
            expect![[r"
                pkg:nuget/A.One@2.0.0 declared chosen=Purpose :8
                pkg:nuget/A.Two@2.0.0 declared chosen=Purpose :8
                pkg:nuget/Dapper@2.1.24 declared chosen=Purpose :5
                pkg:nuget/Floating declared chosen=Purpose :7
                pkg:nuget/Nowhere declared chosen=Purpose :9
                pkg:nuget/Serilog@3.1.1 declared chosen=Purpose :4
                pkg:nuget/StyleCop.Analyzers@1.1.118 declared Development chosen=Purpose :6
                pkg:nuget/dotnet-xunit@2.3.1 declared Development chosen=Purpose :13"]],
        );
    }

    const CENTRAL: &str = "<Project>\n<PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>\
        <SerilogVersion>3.1.1</SerilogVersion></PropertyGroup>\n<ItemGroup>\n\
        <PackageVersion Include=\"Serilog\" Version=\"$(SerilogVersion)\" />\n\
        <PackageVersion Include=\"Dapper\" Version=\"2.1.24\" />\n\
        <PackageVersion Include=\"Unused\" Version=\"$(Unknown)\" />\n\
        <GlobalPackageReference Include=\"Nerdbank.GitVersioning\" Version=\"3.5.109\" />\n</ItemGroup>\n</Project>\n";

    #[test]
    fn central_versions_come_from_the_nearest_folder_above() {
        let project = "<Project>\n<ItemGroup>\n<PackageReference Include=\"serilog\" />\n\
            <PackageReference Include=\"Dapper\" VersionOverride=\"2.0.0\" />\n\
            <PackageReference Include=\"Acme\" Version=\"$(AcmeVersion)-beta\" />\n</ItemGroup>\n</Project>\n";
        check(
            &[
                ("src/App/App.fsproj", project),
                ("Directory.Packages.props", CENTRAL),
                (
                    "src/Directory.Build.props",
                    "<Project><PropertyGroup><AcmeVersion Condition=\"'$(AcmeVersion)' == ''\">1.0</AcmeVersion></PropertyGroup></Project>",
                ),
            ],
            expect![[r#"
                pkg:nuget/Acme@1.0-beta declared chosen=Purpose :5
                pkg:nuget/Dapper@2.0.0 declared chosen=Purpose :4
                pkg:nuget/Serilog@3.1.1 declared chosen=Purpose :3"#]],
        );
    }

    #[test]
    fn central_versions_are_declared_where_they_stand() {
        check(
            &[("Directory.Packages.props", CENTRAL)],
            expect![[r"
                pkg:nuget/Dapper@2.1.24 declared :5
                pkg:nuget/Nerdbank.GitVersioning@3.5.109 declared Development chosen=Purpose :7
                pkg:nuget/Serilog@3.1.1 declared :4
                pkg:nuget/Unused declared :6"]],
        );
    }

    #[test]
    fn a_project_speaks_for_the_central_versions_above_it() {
        let project: (&str, &[u8]) = ("src/App/App.csproj", b"<Project/>");
        let central: (&str, &[u8]) = ("Directory.Packages.props", CENTRAL.as_bytes());
        for beside in [("x", &b""[..]), ("src/App/packages.lock.json", &b"{}"[..])] {
            let explained = findings(&MsbuildProject, &[project, central, beside]).explained;
            assert!(explained.contains(Path::new("Directory.Packages.props")), "{}", beside.0);
        }
        assert!(findings(&MsbuildProject, &[central]).explained.is_empty());
    }

    #[test]
    fn imports_are_followed_and_loops_end() {
        check(
            &[
                (
                    "src/App/App.csproj",
                    "<Project><ItemGroup><PackageReference Include=\"A\" Version=\"$(A)\"/><PackageReference Include=\"B\" Version=\"$(B)\"/></ItemGroup></Project>",
                ),
                (
                    "src/Directory.Build.props",
                    "<Project><Import Project=\"$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '$(MSBuildThisFileDirectory)../'))\"/></Project>",
                ),
                (
                    "Directory.Build.props",
                    "<Project><Import Project=\"$(MSBuildThisFileDirectory)eng\\Versions.props\"/></Project>",
                ),
                (
                    "eng/Versions.props",
                    "<Project><Import Project=\"../Directory.Build.props\"/><PropertyGroup><A>1.0.0</A><B>2.0.0</B></PropertyGroup></Project>",
                ),
            ],
            expect![[r"
                pkg:nuget/A@1.0.0 declared chosen=Purpose :1
                pkg:nuget/B@2.0.0 declared chosen=Purpose :1"]],
        );
    }

    #[test]
    fn what_conditions_decide_is_not_guessed() {
        check(
            &[(
                "App.csproj",
                "<Project>\n<PropertyGroup Condition=\"'$(TargetFramework)' == 'net8.0'\"><V>8.0.0</V><W>1.0</W></PropertyGroup>\n\
                 <PropertyGroup Condition=\"'$(TargetFramework)' == 'net6.0'\"><V>6.0.0</V><W>1.0</W></PropertyGroup>\n\
                 <ItemGroup><PackageReference Include=\"A\" Version=\"$(V)\"/><PackageReference Include=\"B\" Version=\"$(W)\"/></ItemGroup>\n\
                 <ItemGroup Condition=\"a\"><PackageReference Include=\"C\" Version=\"1.0\"/></ItemGroup>\n\
                 <ItemGroup Condition=\"b\"><PackageReference Include=\"C\" Version=\"2.0\"/></ItemGroup>\n\
                 <Target Name=\"x\"><ItemGroup><PackageReference Include=\"D\" Version=\"1.0\"/></ItemGroup></Target>\n</Project>",
            )],
            expect![[r"
                pkg:nuget/A declared chosen=Purpose :4
                pkg:nuget/B@1.0 declared chosen=Purpose :4
                pkg:nuget/C@1.0 declared chosen=Purpose :5
                pkg:nuget/C@2.0 declared chosen=Purpose :6"]],
        );
    }

    #[test]
    fn an_update_is_no_reference_of_its_own_and_a_removed_one_is_none() {
        check(
            &[
                (
                    "App.csproj",
                    "<Project><ItemGroup><PackageReference Include=\"A\"/><PackageReference Include=\"B\" Version=\"1.0\"/>\
                     <PackageReference Remove=\"B\"/><PackageReference Update=\"Z\" Version=\"9.0\"/></ItemGroup></Project>",
                ),
                (
                    "Directory.Build.targets",
                    "<Project><ItemGroup><PackageReference Update=\"A\" Version=\"5.0\" PrivateAssets=\"All\"/></ItemGroup></Project>",
                ),
            ],
            expect!["pkg:nuget/A@5.0 declared Development chosen=Purpose :1"],
        );
    }

    #[test]
    fn a_project_that_is_resolved_beside_gives_nothing() {
        let project = "<Project><ItemGroup><PackageReference Include=\"A\" Version=\"1.0\"/></ItemGroup></Project>";
        for beside in ["a/packages.lock.json", "a/packages.My_App.lock.json", "a/obj/project.assets.json"] {
            check(&[("a/My App.csproj", project), (beside, "{}")], expect![""]);
        }
    }

    #[test]
    fn wrong_formats_are_problems_and_foreign_props_are_not() {
        check(&[("App.csproj", "")], expect!["! App.csproj:1:1: UP002: not XML: no element"]);
        check(&[("App.csproj", "<a/>")], expect!["! App.csproj:1:1: UP002: root element is not `Project`"]);
        check(&[("vs.props", "<VisualStudioPropertySheet/>")], expect![""]);
        check(
            &[(
                "App.vbproj",
                "<Project><ItemGroup>\n<PackageReference Include=\"A\" Version=\"1.0\"/>\n<PackageReference Include=\"B\"><Version>1",
            )],
            expect![[r"
                pkg:nuget/A@1.0 declared chosen=Purpose :2
                ! App.vbproj:3:1: UP003: file ends inside an element"]],
        );
    }

    #[test]
    fn a_property_that_grows_without_end_is_unknown() {
        let grow = "<V>$(V)$(V)</V>".repeat(64);
        let text = format!(
            "<Project><PropertyGroup><V>1.0</V>{grow}</PropertyGroup><ItemGroup><PackageReference Include=\"A\" Version=\"$(V)\"/></ItemGroup></Project>"
        );
        check(&[("App.csproj", &text)], expect!["pkg:nuget/A declared chosen=Purpose :1"]);
    }

    #[test]
    fn what_a_restore_writes_is_not_wanted() {
        for (path, wanted) in [
            ("src/App/App.csproj", true),
            ("src/App/obj/App.csproj.nuget.g.props", false),
            ("root/.nuget/packages/xunit/2.4.1/build/xunit.props", false),
        ] {
            assert_eq!(MsbuildProject.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }
}
