//! Syft's own JSON (<https://github.com/anchore/syft/tree/main/schema/json>): artifacts with their places, the distribution and the
//! source. Leaves out files and relations.

use crate::model::{Evidence, Location, TargetKind};

use super::super::document::{Node, Value};
use super::bill::Bill;
use super::draft::{Draft, all_of, is_declaration};
use super::system;

/// The members that are read.
pub(super) const KEYS: [&str; 26] = [
    "artifacts",
    "descriptor",
    "distro",
    "foundBy",
    "id",
    "layerID",
    "licenses",
    "locations",
    "maintainer",
    "metadata",
    "metadataType",
    "name",
    "path",
    "prettyName",
    "purl",
    "schema",
    "source",
    "sourceRpm",
    "spdxExpression",
    "type",
    "url",
    "userInput",
    "value",
    "vendor",
    "version",
    "versionID",
];

/// Whether a document with artifacts is Syft's.
pub(super) fn is_one(node: &Node) -> bool {
    let by_syft = node.get("descriptor").and_then(|tool| tool.text("name")) == Some("syft");
    by_syft || node.get("schema").and_then(|schema| schema.text("url")).is_some_and(|url| url.contains("anchore/syft"))
}

/// The bill of a document.
pub(super) fn read(node: &Node, _whole: bool, shown: &str) -> Bill {
    let mut bill = Bill::new("syft-json", shown);
    if let Some(source) = node.get("source") {
        let older = source.get("target").or(source.get("metadata"));
        let target = source.get("target").and_then(Node::as_text);
        bill.name = source.text("name").or(target).or(older.and_then(|older| older.text("userInput"))).map(str::to_owned);
        bill.kind = (source.text("type") == Some("image")).then_some(TargetKind::RootFs);
    }
    if let Some(distro) = node.get("distro") {
        // Before schema 3 the name was what is the id today.
        let name = distro.text("id").or(distro.text("name")).unwrap_or_default();
        bill.os = system::os(name, distro.text("versionID").or(distro.text("version")), distro.text("prettyName"));
    }
    for artifact in node.get("artifacts").map_or(&[][..], Node::items) {
        let draft = draft(artifact);
        bill.add(draft);
    }
    bill
}

fn draft(artifact: &Node) -> Draft<'_> {
    let metadata = artifact.get("metadata");
    let own = |key| metadata.and_then(|metadata| metadata.text(key));
    let found_by = [artifact.text("metadataType"), artifact.text("foundBy")];
    Draft {
        line: artifact.line,
        purl: artifact.text("purl"),
        name: artifact.text("name").unwrap_or_default(),
        version: artifact.text("version"),
        license: license(artifact),
        maintainer: own("maintainer").or(own("vendor")).map(str::to_owned),
        source: own("sourceRpm").or(own("source").filter(|_| artifact.text("type") == Some("deb"))),
        places: artifact.get("locations").map_or(&[][..], Node::items).iter().filter_map(place).collect(),
        evidence: found_by.into_iter().flatten().any(is_declaration).then_some(Evidence::Declared),
        ..Draft::default()
    }
}

/// Licences were plain texts before schema 8.
fn license(artifact: &Node) -> Option<String> {
    let text = |license: &Node| match &license.value {
        Value::Text(text) => Some(text.clone()),
        _ => license.text("spdxExpression").or(license.text("value")).map(str::to_owned),
    };
    let all: Vec<String> = artifact.get("licenses").map_or(&[][..], Node::items).iter().filter_map(text).collect();
    all_of(&all)
}

fn place(location: &Node) -> Option<Location> {
    let layer = location.text("layerID").map(str::to_owned);
    Some(Location { path: location.text("path")?.to_owned(), line: None, layer })
}
