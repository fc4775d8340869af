//! The inventory as a CycloneDX 1.6 bill of materials (<https://cyclonedx.org/docs/1.6/json/>): our own structs for the
//! part of the format that is written. No serial number and no time stamp, since the same scan must give the same bytes.

use std::io::Write;

use serde::Serialize;

use crate::model::{Component, Evidence, Location, Role, Target, TargetKind};

use super::Inventory;

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
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
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
    name: &'a str,
}

#[derive(Serialize)]
struct Occurrences<'a> {
    occurrences: Vec<Occurrence<'a>>,
}

#[derive(Serialize)]
struct Occurrence<'a> {
    location: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
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
    let subject = match inventories {
        [one] => Some(subject(&one.target)),
        _ => None,
    };
    let mut components: Vec<BomComponent<'_>> = inventories
        .iter()
        .flat_map(|inventory| inventory.counted().map(|component| to_bom(component, &inventory.target)))
        .collect();
    number(&mut components);
    let tool = Tool { kind: "application", name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
    let bom = Bom {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        format: "CycloneDX",
        spec_version: "1.6",
        version: 1,
        metadata: Metadata { tools: Tools { components: [tool] }, component: subject },
        components,
    };
    serde_json::to_writer_pretty(&mut *out, &bom)?;
    out.write_all(b"\n")
}

/// References must be unique: the purl, with the target's name where several targets hold the same package.
fn number(components: &mut [BomComponent<'_>]) {
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for component in components {
        let count = seen.entry(component.bom_ref.clone()).or_default();
        *count += 1;
        if *count > 1 {
            component.bom_ref = format!("{}#{count}", component.bom_ref);
        }
    }
}

fn subject(target: &Target) -> Subject<'_> {
    let kind = match target.kind {
        TargetKind::Host => "device",
        TargetKind::Container | TargetKind::Image | TargetKind::RootFs => "container",
        TargetKind::Repository | TargetKind::Sbom => "application",
    };
    Subject { kind, name: &target.name, version: target.revision.as_deref() }
}

fn to_bom<'a>(component: &'a Component, target: &'a Target) -> BomComponent<'a> {
    let purl = component.purl.to_string();
    let place = |place: &'a Location| Occurrence { location: &place.path, line: place.line };
    BomComponent {
        kind: kind(component),
        bom_ref: purl.clone(),
        group: component.purl.namespace(),
        name: component.purl.name(),
        version: component.purl.version(),
        scope: (component.evidence == Evidence::Declared && component.group != crate::model::Group::Main).then_some("optional"),
        licenses: component.license.as_deref().map(license).into_iter().collect(),
        purl,
        evidence: Occurrences { occurrences: component.locations.iter().map(place).collect() },
        properties: properties(component, target),
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

/// An SPDX expression where the text is one; else the text as a licence's name.
fn license(text: &str) -> LicenseChoice<'_> {
    if spdx::Expression::parse(text).is_ok() {
        LicenseChoice { expression: Some(text), license: None }
    } else {
        LicenseChoice { expression: None, license: Some(NamedLicense { name: text }) }
    }
}

fn properties(component: &Component, target: &Target) -> Vec<Property> {
    let mut properties = vec![
        Property { name: "underpin:evidence", value: component.evidence.to_string() },
        Property { name: "underpin:target", value: target.name.clone() },
    ];
    if let Some(source) = &component.source_package {
        properties.push(Property { name: "underpin:source-package", value: source.clone() });
    }
    properties
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_valid_expression_is_called_one() {
        assert!(license("MIT OR Apache-2.0").expression.is_some());
        assert!(license("see LICENSE.txt").license.is_some());
    }
}
