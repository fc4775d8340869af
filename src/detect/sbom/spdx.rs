//! SPDX 2.2 and 2.3 (<https://spdx.github.io/spdx-spec/v2.3/>): packages with their package URL, licence, purpose and relations.
//! Leaves out the package that the document describes, packages that only hold others (a lock file, an image), files and snippets.

use crate::model::{Evidence, Location, TargetKind};

use super::super::document::Node;
use super::bill::Bill;
use super::draft::{Draft, exact};
use super::spdx_graph::Graph;
use super::system;

/// The members that are read.
pub(super) const KEYS: [&str; 23] = [
    "SPDXID",
    "comment",
    "documentDescribes",
    "externalRefs",
    "extractedText",
    "hasExtractedLicensingInfos",
    "licenseConcluded",
    "licenseDeclared",
    "licenseId",
    "name",
    "originator",
    "packages",
    "primaryPackagePurpose",
    "referenceLocator",
    "referenceType",
    "relatedSpdxElement",
    "relationshipType",
    "relationships",
    "sourceInfo",
    "spdxElementId",
    "supplier",
    "spdxVersion",
    "versionInfo",
];

/// What tools write before the places where a package was found.
const FOUND_IN: [&str; 3] = ["found in: ", "package found in: ", "acquired package info from "];

/// The bill of a document.
pub(super) fn read(node: &Node, whole: bool, shown: &str) -> Bill {
    let mut bill = Bill::new("spdx", shown);
    let packages = node.get("packages").map_or(&[][..], Node::items);
    let graph = Graph::of(node, packages);
    bill.name = node.text("name").map(str::to_owned);
    for package in packages {
        let id = package.text("SPDXID").unwrap_or_default();
        let (purl, version) = (purl(package), package.text("versionInfo").and_then(exact));
        if package.text("primaryPackagePurpose").is_some_and(|purpose| purpose.replace('_', "-") == "OPERATING-SYSTEM") {
            let os = system::os(package.text("name").unwrap_or_default(), version, None);
            bill.os = bill.os.take().or(os);
        } else if graph.is_root(id) {
            bill.kind = bill.kind.or_else(|| target_kind(package));
            bill.name = package.text("name").map(str::to_owned).or(bill.name.take());
            bill.subject = bill.entry(draft(package, node, &graph));
        // Of a package without a package URL only the relations, which come last, say whether it is one.
        } else if purl.is_some() || !(is_file(package) || (version.is_none() && graph.holds_others(id)) || !whole) {
            bill.add(draft(package, node, &graph));
        }
    }
    bill
}

fn is_file(package: &Node) -> bool {
    package.text("primaryPackagePurpose") == Some("FILE")
}

fn target_kind(package: &Node) -> Option<TargetKind> {
    let stated = package.text("comment").and_then(|text| text.strip_prefix("target: ")).and_then(TargetKind::from_word);
    let image = || purl(package).is_some_and(|purl| purl.starts_with("pkg:oci/") || purl.starts_with("pkg:docker/"));
    stated.or(match package.text("primaryPackagePurpose") {
        Some("CONTAINER") => Some(TargetKind::RootFs),
        Some("DEVICE") => Some(TargetKind::Host),
        _ => image().then_some(TargetKind::RootFs),
    })
}

fn purl(package: &Node) -> Option<&str> {
    let references = package.get("externalRefs")?.items();
    references.iter().find(|reference| reference.text("referenceType") == Some("purl"))?.text("referenceLocator")
}

fn draft<'n>(package: &'n Node, document: &Node, graph: &Graph<'_>) -> Draft<'n> {
    let supplier = [package.text("supplier"), package.text("originator")].into_iter().flatten().find_map(person);
    let source_info = package.text("sourceInfo").unwrap_or_default();
    let evidence = package.text("comment").and_then(|text| text.strip_prefix("evidence: ")).and_then(Evidence::from_word);
    Draft {
        line: package.line,
        purl: purl(package),
        name: package.text("name").unwrap_or_default(),
        version: package.text("versionInfo"),
        license: license(package, "licenseDeclared", document),
        concluded: license(package, "licenseConcluded", document),
        maintainer: supplier,
        source: source_info.strip_prefix("built package from: ").and_then(|text| text.split(' ').next()),
        places: places(source_info),
        part: graph.part(package.text("SPDXID").unwrap_or_default()),
        evidence,
        ..Draft::default()
    }
}

/// The name of `Organization: NAME (ADDRESS)`, with the address as a package's own maintainer field has it.
fn person(text: &str) -> Option<String> {
    let name = text.strip_prefix("Organization: ").or_else(|| text.strip_prefix("Person: "))?;
    Some(name.replace(" (", " <").replace(')', ">"))
}

/// The licence under a key; of one that the document itself defines, its text if that is short.
fn license(package: &Node, key: &str, document: &Node) -> Option<String> {
    let stated = package.text(key).map(str::trim).filter(|text| !["NOASSERTION", "NONE", ""].contains(text))?;
    let defined = document.get("hasExtractedLicensingInfos").map_or(&[][..], Node::items);
    let own = defined.iter().find(|license| license.text("licenseId") == Some(stated));
    let short = |text: &&str| text.len() <= 200 && !text.contains('\n');
    let text = own.and_then(|license| license.text("extractedText").filter(short).or(license.text("name")));
    Some(text.unwrap_or(stated).to_owned())
}

/// The places in `acquired package info from DPKG DB: /var/lib/dpkg/status, /x`; our own writer gives lines too.
fn places(source_info: &str) -> Vec<Location> {
    let Some(start) = FOUND_IN.iter().find(|start| source_info.starts_with(**start)) else { return Vec::new() };
    let list = source_info.split_once(": ").map_or("", |(_, list)| list);
    let place = |text: &str| match text.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse::<usize>().ok()?))) {
        Some((path, line)) if *start == FOUND_IN[0] => Location::line(path, line),
        _ => Location::file(text),
    };
    list.split(", ").filter(|text| !text.is_empty()).map(place).collect()
}
