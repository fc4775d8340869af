//! Reads the packages of Google's Container-Optimized OS, `etc/cos-package-info.json`
//! (<https://cloud.google.com/container-optimized-os/docs/how-to/sbom>). They are built as Gentoo packages, and are named so.
//! Packages that were only there while the image was built are declared, for development.

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::{Claim, Detector, Findings, Opened, json};

const LIST: &str = "etc/cos-package-info.json";

/// The packages of Container-Optimized OS.
pub(super) struct CosPackages;

impl Detector for CosPackages {
    fn id(&self) -> &'static str {
        "cos-packages"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(LIST)]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(list) = document::read(file, out, json::parse) else { return };
        if list.get("installedPackages").is_none() && out.problems.is_empty() {
            out.problem_at(Code::Malformed, file, 1, "no `installedPackages`: no list of Container-Optimized OS");
        }
        for (key, evidence, group) in [
            ("installedPackages", Evidence::Installed, Group::Main),
            ("buildTimePackages", Evidence::Declared, Group::Development),
        ] {
            for package in document::list_at(&list, key, file, out) {
                let (Some(name), Some(version)) = (package.text("name"), version(package)) else {
                    out.problem_at(Code::Malformed, file, package.first_line(), "a package without a name or a version");
                    continue;
                };
                let category = package.text("category").unwrap_or_default();
                let purl = Purl::new("portage", name).with_namespace(category).with_version(version);
                let mut component = Component::new(purl, evidence, self.id(), Location::line(file.shown(), package.first_line()));
                (component.group, component.origin) = (group, Origin::Distribution);
                out.component(component);
            }
        }
    }
}

/// The version with Gentoo's own revision, if the list has it.
fn version(package: &Node) -> Option<&str> {
    package.text("ebuildVersion").or_else(|| package.text("ebuild_version")).or_else(|| package.text("version"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    #[test]
    fn installed_packages_are_told_from_those_of_the_build() {
        let text = br#"{
  "installedPackages": [
    {"category": "app-arch", "name": "gzip", "version": "1.9"},
    {"category": "dev-libs", "name": "popt", "version": "1.18", "ebuildVersion": "1.18-r1"},
    {"name": "broken"}
  ],
  "buildTimePackages": [{"category": "virtual", "name": "pkgconfig", "version": "2"}]
}"#;
        expect![[r"
            pkg:portage/app-arch/gzip@1.9 installed origin=Distribution :3
            pkg:portage/dev-libs/popt@1.18-r1 installed origin=Distribution :4
            pkg:portage/virtual/pkgconfig@2 declared Development origin=Distribution :7
            ! etc/cos-package-info.json:5:1: UP002: a package without a name or a version"]]
        .assert_eq(&found(&CosPackages, &[(LIST, text)]));
    }

    #[test]
    fn something_else_is_a_problem() {
        expect!["! etc/cos-package-info.json:1:1: UP002: no `installedPackages`: no list of Container-Optimized OS"]
            .assert_eq(&found(&CosPackages, &[(LIST, b"{}")]));
        expect!["! etc/cos-package-info.json:1:1: UP003: not JSON: EOF while parsing a value"]
            .assert_eq(&found(&CosPackages, &[(LIST, b"")]));
    }
}
