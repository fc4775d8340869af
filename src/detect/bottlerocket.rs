//! Reads Bottlerocket's list of what it is made of, `usr/share/bottlerocket/application-inventory.json`
//! (<https://bottlerocket.dev/en/os/latest/#/concepts/>). Its packages are built as RPMs, and are named so.

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::{Claim, Detector, Findings, Opened, json, os_identity};

const INVENTORY: &str = "usr/share/bottlerocket/application-inventory.json";

/// The inventory of Bottlerocket.
pub(super) struct Bottlerocket;

impl Detector for Bottlerocket {
    fn id(&self) -> &'static str {
        "bottlerocket"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(INVENTORY)]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(inventory) = document::read(file, out, json::parse) else { return };
        if inventory.get("Content").is_none() && out.problems.is_empty() {
            out.problem_at(Code::Malformed, file, 1, "no `Content`: no inventory of Bottlerocket");
        }
        let os = os_identity::read(file, &file.system_root(INVENTORY));
        let distro = os.and_then(|os| Some(format!("{}-{}", os.id, os.version_id?))).unwrap_or_default();
        for entry in document::list_at(&inventory, "Content", file, out) {
            let (Some(name), Some(version)) = (entry.text("Name"), entry.text("Version")) else {
                out.problem_at(Code::Malformed, file, entry.first_line(), "an application without a name or a version");
                continue;
            };
            let version = entry.text("Release").map_or_else(|| version.to_owned(), |release| format!("{version}-{release}"));
            let epoch = number(entry, "Epoch").filter(|epoch| *epoch != "0").unwrap_or_default();
            let purl = Purl::new("rpm", name)
                .with_namespace("bottlerocket")
                .with_version(&version)
                .with_qualifier("arch", entry.text("Architecture").unwrap_or_default())
                .with_qualifier("distro", &distro)
                .with_qualifier("epoch", epoch);
            let mut component =
                Component::new(purl, Evidence::Installed, self.id(), Location::line(file.shown(), entry.first_line()));
            component.origin = Origin::Distribution;
            out.component(component);
        }
    }
}

/// A number, or a text that stands for one.
fn number<'n>(entry: &'n Node, key: &str) -> Option<&'n str> {
    match &entry.get(key)?.value {
        Value::Number(text) | Value::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    #[test]
    fn applications_are_packages_with_release_and_epoch() {
        let text = br#"{"Content": [
  {"Name": "kernel-5.15", "Publisher": "Bottlerocket", "InstalledTime": "2024-01-01T00:00:00Z", "ApplicationType": "Unspecified", "Architecture": "x86_64", "Url": "https://x", "Version": "5.15.145", "Release": "1", "Epoch": "0", "Summary": "x"},
  {"Name": "libaudit", "Architecture": "x86_64", "Version": "3.1.2", "Release": "1.br1", "Epoch": "1"},
  {"Name": "broken"}
]}"#;
        let os = b"ID=bottlerocket\nVERSION_ID=1.17.0\n";
        expect![[r"
            pkg:rpm/bottlerocket/kernel-5.15@5.15.145-1?arch=x86_64&distro=bottlerocket-1.17.0 installed origin=Distribution :2
            pkg:rpm/bottlerocket/libaudit@3.1.2-1.br1?arch=x86_64&distro=bottlerocket-1.17.0&epoch=1 installed origin=Distribution :3
            ! usr/share/bottlerocket/application-inventory.json:4:1: UP002: an application without a name or a version"]]
        .assert_eq(&found(&Bottlerocket, &[(INVENTORY, text), ("etc/os-release", os)]));
    }

    #[test]
    fn something_else_is_a_problem() {
        expect!["! usr/share/bottlerocket/application-inventory.json:1:1: UP002: no `Content`: no inventory of Bottlerocket"]
            .assert_eq(&found(&Bottlerocket, &[(INVENTORY, b"{}")]));
        expect!["! usr/share/bottlerocket/application-inventory.json:1:1: UP003: not JSON: EOF while parsing a value"]
            .assert_eq(&found(&Bottlerocket, &[(INVENTORY, b"")]));
    }
}
