//! CycloneDX 1.0 to 1.7 (<https://cyclonedx.org/docs/1.6/json/>): components, nested ones too, with scope, licences and evidence.
//! Leaves out the component that the bill is about, files, data and devices that no package URL names, services, and vulnerabilities.

use std::collections::BTreeMap;

use crate::model::{Chosen, Evidence, Group, Location, Origin, ProductHint, Role, TargetKind};
use crate::problem::Code;

use super::super::document::{Node, Value};
use super::bill::Bill;
use super::draft::{Draft, all_of, is_declaration};
use super::system;

/// The members that are read.
pub(super) const KEYS: [&str; 27] = [
    "additionalContext",
    "bom-ref",
    "acknowledgement",
    "bomFormat",
    "component",
    "components",
    "description",
    "evidence",
    "expression",
    "group",
    "id",
    "license",
    "licenses",
    "line",
    "location",
    "metadata",
    "name",
    "occurrences",
    "properties",
    "publisher",
    "purl",
    "scope",
    "specVersion",
    "supplier",
    "type",
    "value",
    "version",
];

/// What is no software unless a package URL says so.
const NO_PACKAGES: [&str; 4] = ["cryptographic-asset", "data", "device", "file"];

/// The bill of a document.
pub(super) fn read(node: &Node, _whole: bool, shown: &str) -> Bill {
    let mut bill = Bill::new("cyclonedx", shown);
    if let Some(version) = node.text("specVersion").filter(|version| !version.starts_with("1.")) {
        let text = format!("CycloneDX {version} is not known; what is as in 1.6 is read");
        bill.problem_at(Code::Unsupported, node.get("specVersion").map_or(1, |node| node.line), text);
    }
    let subject = node.get("metadata").and_then(|metadata| metadata.get("component"));
    if let Some(subject) = subject {
        bill.name = subject.text("name").map(str::to_owned);
        bill.kind = target_kind(subject);
        bill.subject = subject.text("name").and_then(|_| bill.entry(draft(subject)));
    }
    for component in node.get("components").map_or(&[][..], Node::items) {
        add(component, subject, &mut bill);
    }
    bill
}

/// What the bill is about, in our words.
fn target_kind(subject: &Node) -> Option<TargetKind> {
    let stated = property(subject, "underpin:target-kind").and_then(TargetKind::from_word);
    stated.or(match subject.text("type")? {
        "container" | "operating-system" => Some(TargetKind::RootFs),
        "device" => Some(TargetKind::Host),
        _ => None,
    })
}

/// Adds a component and those inside it.
fn add(component: &Node, subject: Option<&Node>, bill: &mut Bill) {
    let kind = component.text("type").unwrap_or_default();
    let same = |key| subject.is_some_and(|subject| subject.text(key).is_some() && subject.text(key) == component.text(key));
    if kind == "operating-system" {
        set_os(component, bill);
    } else if !(same("bom-ref") || same("purl") || is_place(component, kind)) {
        let draft = draft(component);
        bill.add(draft);
    }
    for inner in component.get("components").map_or(&[][..], Node::items) {
        add(inner, subject, bill);
    }
}

/// Files, and what Trivy makes a component of to hold those that it found in one file.
fn is_place(component: &Node, kind: &str) -> bool {
    component.text("purl").is_none() && (NO_PACKAGES.contains(&kind) || property(component, "aquasecurity:trivy:Class").is_some())
}

fn set_os(component: &Node, bill: &mut Bill) {
    let name = property(component, "syft:distro:id").or(component.text("name")).unwrap_or_default();
    let version = property(component, "syft:distro:versionID").or(component.text("version"));
    let pretty = property(component, "syft:distro:prettyName").or(property(component, "underpin:pretty-name"));
    let os = system::os(name, version, pretty);
    bill.os = bill.os.take().or(os);
}

/// The value of the first property of this name.
fn property<'n>(component: &'n Node, name: &str) -> Option<&'n str> {
    let all = component.get("properties").map_or(&[][..], Node::items);
    all.iter().find(|property| property.text("name") == Some(name))?.text("value")
}

fn draft(component: &Node) -> Draft<'_> {
    let own = |name| property(component, name);
    let maintainer = component.text("publisher").or_else(|| component.get("supplier")?.text("name"));
    let source = ["underpin:source-package", "aquasecurity:trivy:SrcName", "syft:metadata:sourceRpm", "syft:metadata:source"];
    let found_by = [own("syft:package:metadataType"), own("syft:package:foundBy")];
    let declared = found_by.into_iter().flatten().any(is_declaration).then_some(Evidence::Declared);
    Draft {
        line: component.line,
        purl: component.text("purl"),
        group: component.text("group"),
        name: component.text("name").unwrap_or_default(),
        version: component.text("version"),
        license: license(component, false),
        concluded: license(component, true),
        maintainer: maintainer.map(str::to_owned),
        source: source.into_iter().find_map(own),
        places: places(component),
        part: part(component),
        evidence: own("underpin:evidence").and_then(Evidence::from_word).or(declared),
        stated_origin: own("underpin:origin").map(origin),
        chosen: match own("underpin:chosen") {
            Some("purpose") => Chosen::Purpose,
            Some("dependency") => Chosen::Dependency,
            _ => Chosen::Unknown,
        },
        product: own("underpin:product")
            .zip(own("underpin:role"))
            .and_then(|(product, role)| Some(ProductHint { product: product.to_owned(), role: role.parse::<Role>().ok()? })),
    }
}

/// The inverse of what our own writer says of an origin.
fn origin(text: &str) -> Origin {
    match text {
        "distribution" => Origin::Distribution,
        "local" => Origin::Local,
        "registry" => Origin::Registry,
        other => other.strip_prefix("vendor ").map_or(Origin::Unknown, |name| Origin::Vendor(name.to_owned())),
    }
}

/// For what it is needed: the scope, or what a language's own tool says.
fn part(component: &Node) -> Group {
    let development = ["cdx:npm:package:development", "cdx:composer:package:isDevRequirement"];
    match component.text("scope") {
        _ if development.iter().any(|name| property(component, name) == Some("true")) => Group::Development,
        Some("excluded") => Group::Development,
        Some("optional") => Group::Optional,
        _ => Group::Main,
    }
}

/// The licences that the package states, or those that the maker of the document concluded.
fn license(component: &Node, concluded: bool) -> Option<String> {
    let is_wanted = |choice: &&Node| {
        let acknowledged = choice.get("license").and_then(|license| license.text("acknowledgement"));
        (acknowledged.or(choice.text("acknowledgement")) == Some("concluded")) == concluded
    };
    let text = |choice: &Node| {
        let named = || choice.get("license").and_then(|license| license.text("id").or(license.text("name")));
        choice.text("expression").or_else(named).map(str::to_owned)
    };
    let choices = component.get("licenses").map_or(&[][..], Node::items).iter();
    all_of(&choices.filter(is_wanted).filter_map(text).collect::<Vec<_>>())
}

/// Where it was found: the format's own occurrences, and what Syft and Trivy say in properties of theirs.
fn places(component: &Node) -> Vec<Location> {
    let occurrences = component.get("evidence").and_then(|evidence| evidence.get("occurrences")).map_or(&[][..], Node::items);
    let mut by_number: BTreeMap<&str, (Option<&str>, Option<&str>)> = BTreeMap::new();
    for property in component.get("properties").map_or(&[][..], Node::items) {
        let (Some(name), Some(value)) = (property.text("name"), property.text("value")) else { continue };
        match name {
            "aquasecurity:trivy:FilePath" => by_number.entry("").or_default().0 = Some(value),
            "aquasecurity:trivy:LayerDiffID" => by_number.entry("").or_default().1 = Some(value),
            _ => match name.strip_prefix("syft:location:").and_then(|rest| rest.split_once(':')) {
                Some((number, "path")) => by_number.entry(number).or_default().0 = Some(value),
                Some((number, "layerID")) => by_number.entry(number).or_default().1 = Some(value),
                _ => {}
            },
        }
    }
    let in_properties = by_number
        .into_values()
        .filter_map(|(path, layer)| Some(Location { layer: layer.map(str::to_owned), ..Location::file(path?) }));
    occurrences.iter().filter_map(occurrence).chain(in_properties).collect()
}

fn occurrence(occurrence: &Node) -> Option<Location> {
    let line = match occurrence.get("line").map(|node| &node.value) {
        Some(Value::Number(text) | Value::Text(text)) => text.parse().ok(),
        _ => None,
    };
    let layer = occurrence.text("additionalContext").and_then(|text| text.strip_prefix("layer ")).map(str::to_owned);
    Some(Location { path: occurrence.text("location")?.to_owned(), line, layer })
}
