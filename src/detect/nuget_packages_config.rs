//! Reads `packages.config` and `packages.<project>.config` (<https://learn.microsoft.com/nuget/reference/packages-config>):
//! every package with its exact version, asked for or not, which the file does not tell.

use crate::model::{Chosen, Component, Evidence, Group, Location};
use crate::problem::Code;

use super::nuget::{Packages, is_name, purl};
use super::{Claim, Detector, FileFacts, Findings, Opened, xml};

/// `packages.config`.
pub(super) struct NugetPackagesConfig;

impl Detector for NugetPackagesConfig {
    fn id(&self) -> &'static str {
        "nuget-packages-config"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Stem("packages")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name().ends_with(".config")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(root) = xml::read(file, out) else { return };
        if root.name != "packages" {
            return out.problem_at(Code::Malformed, file, root.line, "root element is not `packages`");
        }
        let mut found = Packages::default();
        for package in root.named("package") {
            let (Some(name), Some(version)) = (
                package.attribute("id").filter(|name| is_name(name)),
                package.attribute("version").filter(|text| !text.is_empty()),
            ) else {
                out.problem_at(Code::Malformed, file, package.line, "package without an id or a version");
                continue;
            };
            let development = package.attribute("developmentDependency").is_some_and(|text| text.eq_ignore_ascii_case("true"));
            let group = if development { Group::Development } else { Group::Main };
            let location = Location::line(file.shown(), package.line);
            let component = Component::new(purl(name, version), Evidence::Declared, self.id(), location);
            found.add(component, Chosen::Unknown, group);
        }
        found.write(out);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&found(&NugetPackagesConfig, &[("packages.config", text.as_bytes())]));
    }

    #[test]
    fn packages_have_exact_versions_and_some_only_build() {
        check(
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<packages>\r\n  <!-- <package id=\"Old\" version=\"1\" /> -->\r\n  \
             <package id=\"jQuery\" version=\"3.1.1\" targetFramework=\"net46\" allowedVersions=\"[3,4)\" />\r\n  \
             <package id=\"StyleCop\" version=\"6.2.0\" developmentDependency=\"true\"></package>\r\n</packages>\r\n",
            expect![[r"
                pkg:nuget/StyleCop@6.2.0 declared Development :5
                pkg:nuget/jQuery@3.1.1 declared :4"]],
        );
    }

    #[test]
    fn an_empty_list_is_no_fault_and_everything_else_is_told() {
        check("<packages/>", expect![""]);
        check("", expect!["! packages.config:1:1: UP002: not XML: no element"]);
        check("<configuration/>", expect!["! packages.config:1:1: UP002: root element is not `packages`"]);
        check(
            "<packages>\n<package id=\"A\" version=\"1.0\"/>\n<package id=\"B\"/>\n<package id=\"C\" ver",
            expect![[r#"
                pkg:nuget/A@1.0 declared :2
                ! packages.config:4:1: UP002: not well-formed XML: syntax error: tag not closed: `>` not found before end of input
                ! packages.config:3:1: UP002: package without an id or a version"#]],
        );
    }
}
