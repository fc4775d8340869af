//! The inventory as a CycloneDX 1.6 bill of materials (<https://cyclonedx.org/docs/1.6/json/>): our own structs for the
//! part of the format that is written. No serial number and no time stamp, since the same scan must give the same bytes.

use std::collections::BTreeSet;
use std::io::Write;

use serde::Serialize;

use crate::model::{Chosen, Component, Group, Location, Origin, Role, TargetKind};

use super::Inventory;
use super::json::json;
use super::license::License;

/// Identifiers that the licence list got after the one that the schema of 1.6 knows; as expressions they are valid.
const NEWER_IDS: [&str; 19] = [
    "BSD-2-Clause-pos-unchanged",
    "BSD-3-Clause-OpenWebUI",
    "BSD-Source-Code-no-disclaimer",
    "BSD-Source-alt-GPL",
    "BSD-ask-to-endorse",
    "Brian-Gladman-3-Clause-no-conversion",
    "Bugroff",
    "CC-BY-NC-3.0-IGO",
    "FDK-MPEG-H",
    "GFDL-1.1-invariants",
    "GFDL-1.1-no-invariants",
    "GFDL-1.2-invariants",
    "GFDL-1.2-no-invariants",
    "GFDL-1.3-invariants",
    "GFDL-1.3-no-invariants",
    "Hippocratic-3.0-core",
    "Informatica",
    "MVT-1.1",
    "atc-game",
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bom<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    #[serde(rename = "bomFormat")]
    format: &'static str,
    spec_version: &'static str,
    version: u32,
    metadata: Metadata<'a>,
    components: Vec<BomComponent<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<Dependency>,
}

/// What the target is made of. Which component needs which is not recorded, and a component without an entry says so.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependency {
    #[serde(rename = "ref")]
    of: String,
    depends_on: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    tools: Tools,
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<Subject<'a>>,
}

#[derive(Serialize)]
struct Tools {
    components: [Tool; 1],
}

#[derive(Serialize)]
struct Tool {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Subject<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref")]
    bom_ref: String,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    properties: [Property; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BomComponent<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref")]
    bom_ref: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<LicenseChoice<'a>>,
    purl: String,
    evidence: Occurrences<'a>,
    properties: Vec<Property>,
}

#[derive(Serialize)]
struct LicenseChoice<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<NamedLicense<'a>>,
}

#[derive(Serialize)]
struct NamedLicense<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    /// `concluded` for what no metadata of the package states.
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledgement: Option<&'static str>,
}

#[derive(Serialize)]
struct Occurrences<'a> {
    occurrences: Vec<Occurrence<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Occurrence<'a> {
    location: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_context: Option<String>,
}

#[derive(Serialize)]
struct Property {
    name: &'static str,
    value: String,
}

/// Writes the components that count of all inventories as one bill of materials.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_cyclonedx(inventories: &[Inventory], out: &mut dyn Write) -> std::io::Result<()> {
    let mut taken = BTreeSet::new();
    let subject = match inventories {
        [one] => Some(subject(one, &mut taken)),
        _ => None,
    };
    let all = inventories.iter().flat_map(|inventory| inventory.counted().map(move |component| (inventory, component)));
    let components: Vec<BomComponent<'_>> = all.map(|(inventory, component)| to_bom(component, inventory, &mut taken)).collect();
    let dependencies = subject.iter().map(|subject| Dependency {
        of: subject.bom_ref.clone(),
        depends_on: components.iter().map(|component| component.bom_ref.clone()).collect(),
    });
    let tool = Tool { kind: "application", name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
    let bom = Bom {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        format: "CycloneDX",
        spec_version: "1.6",
        version: 1,
        dependencies: dependencies.collect(),
        metadata: Metadata { tools: Tools { components: [tool] }, component: subject },
        components,
    };
    out.write_all(json(&bom)?.as_bytes())?;
    out.write_all(b"\n")
}

/// A reference that no other element has: the text itself, with a number where several targets hold the same package.
fn reference(text: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{text}#{number}"));
    let free = std::iter::once(text.to_owned()).chain(numbered).find(|reference| !taken.contains(reference));
    let free = free.unwrap_or_default();
    taken.insert(free.clone());
    free
}

fn subject<'a>(inventory: &'a Inventory, taken: &mut BTreeSet<String>) -> Subject<'a> {
    let target = &inventory.target;
    let kind = match target.kind {
        TargetKind::Host => "device",
        TargetKind::Container | TargetKind::Image | TargetKind::RootFs | TargetKind::Chroot => "container",
        TargetKind::Repository | TargetKind::Sbom => "application",
    };
    Subject {
        kind,
        bom_ref: reference(&format!("target:{}", target.name), taken),
        name: &target.name,
        version: target.revision.as_deref(),
        properties: [Property { name: "underpin:target-kind", value: target.kind.word().to_owned() }],
    }
}

fn to_bom<'a>(component: &'a Component, inventory: &'a Inventory, taken: &mut BTreeSet<String>) -> BomComponent<'a> {
    let purl = component.purl.to_string();
    let place = |place: &'a Location| Occurrence {
        location: &place.path,
        line: place.line,
        additional_context: place.layer.as_ref().map(|layer| format!("layer {layer}")),
    };
    // A distribution is no group of its packages.
    let grouped = !matches!(component.purl.kind(), "deb" | "rpm" | "apk" | "alpm");
    BomComponent {
        kind: kind(component),
        bom_ref: reference(&purl, taken),
        group: component.purl.namespace().filter(|_| grouped),
        name: component.purl.name(),
        version: component.purl.version(),
        scope: match component.group {
            Group::Main => None,
            Group::Optional => Some("optional"),
            Group::Development => Some("excluded"),
        },
        licenses: licenses(component),
        purl,
        evidence: Occurrences { occurrences: component.locations.iter().map(place).collect() },
        properties: properties(component, inventory),
    }
}

fn kind(component: &Component) -> &'static str {
    match component.product.as_ref().map(|hint| hint.role) {
        Some(Role::Os) => "operating-system",
        Some(Role::Framework) => "framework",
        Some(Role::Server | Role::Runtime | Role::Tool | Role::Client) => "application",
        _ if component.purl.kind() == "docker" => "container",
        _ => "library",
    }
}

/// What a package states and, where that is nothing of the list, what its licence files say.
fn licenses(component: &Component) -> Vec<LicenseChoice<'_>> {
    let stated = component.license.as_deref().and_then(License::of).map(license);
    let concluded = component.concluded_license.as_deref().map(|id| {
        let known = !NEWER_IDS.contains(&id);
        let named = NamedLicense { id: known.then_some(id), name: (!known).then_some(id), acknowledgement: Some("concluded") };
        LicenseChoice { expression: None, license: Some(named) }
    });
    // The format takes one expression alone, or any number of the others.
    match stated {
        Some(expression @ LicenseChoice { expression: Some(_), .. }) => vec![expression],
        stated => stated.into_iter().chain(concluded).collect(),
    }
}

fn license(license: License<'_>) -> LicenseChoice<'_> {
    let named = |id, name| LicenseChoice { expression: None, license: Some(NamedLicense { id, name, acknowledgement: None }) };
    match license {
        License::Id(id) if !NEWER_IDS.contains(&id) => named(Some(id), None),
        License::Id(text) | License::Expression(text) => LicenseChoice { expression: Some(text), license: None },
        License::Text(text) => named(None, Some(text)),
    }
}

/// What the format has no field for; our own reader takes it back.
fn properties(component: &Component, inventory: &Inventory) -> Vec<Property> {
    let hint = component.product.as_ref();
    let is_os = hint.is_some_and(|hint| hint.role == Role::Os);
    let origin = match &component.origin {
        Origin::Unknown => None,
        Origin::Distribution => Some("distribution".to_owned()),
        Origin::Local => Some("local".to_owned()),
        Origin::Registry => Some("registry".to_owned()),
        Origin::Vendor(name) => Some(format!("vendor {name}")),
    };
    let chosen = match component.chosen {
        Chosen::Unknown => None,
        Chosen::Dependency => Some("dependency"),
        Chosen::Purpose => Some("purpose"),
    };
    let optional = [
        ("underpin:chosen", chosen.map(str::to_owned)),
        ("underpin:detectors", Some(component.detectors.join(" "))),
        ("underpin:origin", origin),
        ("underpin:pretty-name", inventory.host.os.as_ref().filter(|_| is_os).map(|os| os.pretty_name.clone())),
        ("underpin:product", hint.map(|hint| hint.product.clone())),
        ("underpin:role", hint.map(|hint| hint.role.to_string())),
        ("underpin:source-package", component.source_package.clone()),
        ("underpin:target", Some(inventory.target.name.clone())),
    ];
    let first = Property { name: "underpin:evidence", value: component.evidence.to_string() };
    let more = optional.into_iter().filter_map(|(name, value)| Some(Property { name, value: value? }));
    std::iter::once(first).chain(more).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_identifier_that_is_written_as_one_is_in_the_schema() {
        let path = format!("{}/tests/schemas/cyclonedx/spdx.schema.json", env!("CARGO_MANIFEST_DIR"));
        let schema = std::fs::read_to_string(path).expect("the schema");
        let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
        let known: BTreeSet<&str> = schema["enum"].as_array().expect("a list").iter().filter_map(|id| id.as_str()).collect();
        let ids = spdx::identifiers::LICENSES.iter().filter_map(|id| License::of(id.name));
        let written = ids.filter_map(|id| license(id).license.and_then(|license| license.id));
        let unknown: Vec<&str> = written.filter(|id| !known.contains(id)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        assert!(NEWER_IDS.iter().all(|id| !known.contains(id)));
    }

    #[test]
    fn references_are_never_given_twice() {
        let mut taken = BTreeSet::new();
        let given = ["a", "a", "a#2", "a"].map(|text| reference(text, &mut taken));
        assert_eq!(given, ["a", "a#2", "a#2#2", "a#3"]);
    }
}
