//! A bill of materials as the inventory of what it is about.

use std::path::Path;

use crate::detect::sbom::{Bill, Observed as Read};
use crate::detect::{Fact, Findings, Ownership};
use crate::model::{Coverage, Target};

use super::assemble::{Inventory, Observed, assemble};

/// The inventory that a bill tells. `file` is its name, `given` its path as the user wrote it, `size` its length in bytes.
#[must_use]
pub fn of_bill(bill: Bill, file: &str, given: &str, size: u64) -> Inventory {
    let name = bill.name.as_deref().map(base_name).filter(|name| !name.is_empty()).unwrap_or(file).to_owned();
    let Read { kind, os, components, problems } = bill.observed();
    let facts = os.into_iter().map(|os| Fact::Os(std::path::PathBuf::new(), os)).collect();
    let findings = Findings { components, problems, facts, ..Findings::default() };
    let mut coverage = Coverage { files: 1, opened: 1, bytes_read: size, ..Coverage::default() };
    coverage.not_checked =
        ["known exploited vulnerabilities", "what runs: a bill of materials does not say it"].map(str::to_owned).into();
    let target = Target { name, kind, path: given.to_owned(), revision: None };
    let ownership = Ownership::default();
    let root = Path::new("");
    assemble(Observed {
        target,
        root,
        findings,
        ownership: &ownership,
        runtime: None,
        units: Vec::new(),
        configured: Vec::new(),
        coverage,
    })
}

/// Tools call a folder by the path that they were given; an image has a name with slashes of its own.
fn base_name(name: &str) -> &str {
    let is_path = name.starts_with(['.', '/']);
    if is_path { name.trim_end_matches('/').rsplit('/').next().unwrap_or_default().trim_matches('.') } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::sbom::read;
    use crate::model::{Evidence, Location, TargetKind};

    fn inventory(text: &str) -> Inventory {
        of_bill(read(text.as_bytes(), "host.json").expect("a bill"), "host.json", "./host.json", 9)
    }

    #[test]
    fn packages_of_a_system_are_installed_on_the_distribution_that_they_name() {
        let inventory = inventory(
            r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"type": "container", "name": "web:1"}},
            "components": [{"type": "library", "name": "bash", "purl": "pkg:deb/debian/bash@5.2-1?distro=debian-12.5",
              "publisher": "Matthias Klose <doko@debian.org>", "properties": [
              {"name": "syft:location:0:layerID", "value": "sha256:1"}, {"name": "syft:location:0:path", "value": "/var/lib/dpkg/status"}]},
             {"type": "library", "name": "left-pad", "version": "1.3.0", "purl": "pkg:npm/left-pad@1.3.0", "properties": [
              {"name": "syft:package:metadataType", "value": "javascript-npm-package-lock-entry"}]}]}"#,
        );
        assert_eq!((inventory.target.name.as_str(), inventory.target.kind), ("web:1", TargetKind::RootFs));
        let os = inventory.host.os.as_ref().expect("a distribution");
        assert_eq!((os.distro(), os.point_release.as_deref()), ("debian-12".to_owned(), Some("12.5")));
        let purls: Vec<(String, Evidence)> =
            inventory.components.iter().map(|component| (component.purl.to_string(), component.evidence)).collect();
        let expected = [
            ("pkg:deb/debian/bash@5.2-1?distro=debian-12.5", Evidence::Installed),
            ("pkg:generic/debian@12", Evidence::Installed),
            ("pkg:npm/left-pad@1.3.0", Evidence::Declared),
        ];
        assert_eq!(purls, expected.map(|(purl, evidence)| (purl.to_owned(), evidence)));
        let layer = Location { layer: Some("sha256:1".to_owned()), ..Location::file("/var/lib/dpkg/status") };
        assert_eq!(
            inventory.components.first().map(|bash| bash.locations.clone()),
            Some(vec![layer, Location::line("host.json", 2)])
        );
    }

    #[test]
    fn packages_of_a_project_are_declared() {
        let inventory = inventory(
            r#"{"artifacts": [{"name": "six", "version": "1.17.0", "purl": "pkg:pypi/six@1.17.0"}],
            "source": {"name": "../shop/", "type": "directory"}, "descriptor": {"name": "syft"}}"#,
        );
        assert_eq!((inventory.target.name.as_str(), inventory.target.kind), ("shop", TargetKind::Repository));
        assert!(inventory.components.iter().all(|component| component.declared && component.counts()));
    }
}
