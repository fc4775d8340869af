//! The inventory as an SPDX 2.3 document (<https://spdx.github.io/spdx-spec/v2.3/>): our own structs for the part of the format
//! that is written. The name space is a digest of the content, and the day is the caller's, so that the same scan gives the same
//! bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::model::{Component, Date, Group, Location, Role, Target, TargetKind, hex};

use super::Inventory;
use super::json::json;
use super::license::License;

/// What the format writes where nothing is claimed.
const NO_ASSERTION: &str = "NOASSERTION";

/// The document's own element.
const DOCUMENT: &str = "SPDXRef-DOCUMENT";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    spdx_version: &'static str,
    data_license: &'static str,
    #[serde(rename = "SPDXID")]
    id: &'static str,
    name: String,
    #[serde(rename = "documentNamespace")]
    name_space: String,
    creation_info: CreationInfo,
    packages: Vec<Package>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    has_extracted_licensing_infos: Vec<ExtractedLicense>,
    relationships: Vec<Relationship>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreationInfo {
    created: String,
    creators: [String; 1],
    license_list_version: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    #[serde(rename = "SPDXID")]
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_info: Option<String>,
    supplier: &'static str,
    download_location: &'static str,
    files_analyzed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_info: Option<String>,
    license_concluded: String,
    license_declared: String,
    copyright_text: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    primary_package_purpose: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_refs: Vec<ExternalRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

#[derive(Serialize)]
struct ExternalRef {
    #[serde(rename = "referenceCategory")]
    category: &'static str,
    #[serde(rename = "referenceType")]
    kind: &'static str,
    #[serde(rename = "referenceLocator")]
    locator: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExtractedLicense {
    license_id: String,
    name: String,
    extracted_text: String,
}

#[derive(Serialize)]
struct Relationship {
    #[serde(rename = "spdxElementId")]
    from: String,
    #[serde(rename = "relationshipType")]
    kind: &'static str,
    #[serde(rename = "relatedSpdxElement")]
    to: String,
}

/// Writes the components that count of all inventories as one document, created on `day`.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_spdx(inventories: &[Inventory], day: Date, out: &mut dyn Write) -> std::io::Result<()> {
    let mut contents = Contents::default();
    for inventory in inventories {
        contents.target(inventory);
    }
    let names: Vec<&str> = inventories.iter().map(|inventory| inventory.target.name.as_str()).collect();
    let mut document = Document {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        id: DOCUMENT,
        name: names.join(" "),
        name_space: String::new(),
        creation_info: CreationInfo {
            created: format!("{day}T00:00:00Z"),
            creators: [concat!("Tool: ", env!("CARGO_PKG_NAME"), "-", env!("CARGO_PKG_VERSION")).to_owned()],
            license_list_version: spdx::identifiers::VERSION.split('.').take(2).collect::<Vec<_>>().join("."),
        },
        packages: contents.packages,
        has_extracted_licensing_infos: contents
            .licenses
            .into_iter()
            .map(|(text, license_id)| extracted(text, license_id))
            .collect(),
        relationships: contents.relationships,
    };
    let digest = Sha256::digest(serde_json::to_vec(&document)?);
    document.name_space = format!("https://spdx.org/spdxdocs/{}-{}", env!("CARGO_PKG_NAME"), hex(&digest));
    out.write_all(json(&document)?.as_bytes())?;
    out.write_all(b"\n")
}

fn extracted(text: String, license_id: String) -> ExtractedLicense {
    ExtractedLicense { license_id, name: NO_ASSERTION.to_owned(), extracted_text: text }
}

/// What the document holds, as it grows.
#[derive(Default)]
struct Contents {
    packages: Vec<Package>,
    relationships: Vec<Relationship>,
    /// Licence texts that are no expressions → the identifier that stands for each in this document.
    licenses: BTreeMap<String, String>,
    ids: BTreeSet<String>,
}

impl Contents {
    fn target(&mut self, inventory: &Inventory) {
        let root = self.id(&format!("SPDXRef-Target-{}", inventory.target.name));
        self.packages.push(subject(&inventory.target, root.clone()));
        self.relate(DOCUMENT, "DESCRIBES", &root);
        for component in inventory.counted() {
            let package = self.package(component);
            self.relate(&root, "CONTAINS", &package.id);
            match component.group {
                Group::Main => {}
                Group::Optional => self.relate(&package.id, "OPTIONAL_DEPENDENCY_OF", &root),
                Group::Development => self.relate(&package.id, "DEV_DEPENDENCY_OF", &root),
            }
            self.packages.push(package);
        }
    }

    fn relate(&mut self, from: &str, kind: &'static str, to: &str) {
        let [from, to] = [from, to].map(str::to_owned);
        self.relationships.push(Relationship { from, kind, to });
    }

    /// An identifier that no other element has; letters, digits, `.` and `-` are all that the format allows.
    fn id(&mut self, text: &str) -> String {
        let allowed = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
        let plain: String = text.chars().map(allowed).collect();
        let numbered = (2..).map(|number| format!("{plain}-{number}"));
        let free = std::iter::once(plain.clone()).chain(numbered).find(|id| !self.ids.contains(id)).unwrap_or_default();
        self.ids.insert(free.clone());
        free
    }

    fn license(&mut self, stated: Option<&str>) -> String {
        match stated.and_then(License::of) {
            None => NO_ASSERTION.to_owned(),
            Some(License::Id(text) | License::Expression(text)) => text.to_owned(),
            Some(License::Text(text)) => {
                let short = || hex(&Sha256::digest(text)).chars().take(16).collect::<String>();
                self.licenses.entry(text.to_owned()).or_insert_with(|| format!("LicenseRef-{}", short())).clone()
            }
        }
    }

    fn package(&mut self, component: &Component) -> Package {
        let purl = &component.purl;
        let id = [Some(purl.kind()), Some(purl.name()), purl.version()].into_iter().flatten().collect::<Vec<_>>().join("-");
        // A distribution is no part of its packages' names.
        let system = matches!(purl.kind(), "deb" | "rpm" | "apk" | "alpm");
        let places: Vec<String> = component.locations.iter().map(place).collect();
        Package {
            id: self.id(&format!("SPDXRef-Package-{id}")),
            name: if system { purl.name().to_owned() } else { purl.full_name() },
            version_info: purl.version().map(str::to_owned),
            supplier: NO_ASSERTION,
            download_location: NO_ASSERTION,
            files_analyzed: false,
            source_info: (!places.is_empty()).then(|| format!("found in: {}", places.join(", "))),
            license_concluded: self.license(component.concluded_license.as_deref()),
            license_declared: self.license(component.license.as_deref()),
            copyright_text: NO_ASSERTION,
            primary_package_purpose: purpose(component),
            external_refs: vec![ExternalRef { category: "PACKAGE-MANAGER", kind: "purl", locator: purl.to_string() }],
            comment: Some(format!("evidence: {}", component.evidence)),
        }
    }
}

fn subject(target: &Target, id: String) -> Package {
    let purpose = match target.kind {
        TargetKind::Host => "DEVICE",
        TargetKind::Container | TargetKind::Image | TargetKind::RootFs | TargetKind::Chroot => "CONTAINER",
        TargetKind::Repository | TargetKind::Sbom => "APPLICATION",
    };
    Package {
        id,
        name: target.name.clone(),
        version_info: target.revision.clone(),
        supplier: NO_ASSERTION,
        download_location: NO_ASSERTION,
        files_analyzed: false,
        source_info: None,
        license_concluded: NO_ASSERTION.to_owned(),
        license_declared: NO_ASSERTION.to_owned(),
        copyright_text: NO_ASSERTION,
        primary_package_purpose: Some(purpose),
        external_refs: Vec::new(),
        comment: Some(format!("target: {}", target.kind.word())),
    }
}

fn place(place: &Location) -> String {
    place.line.map_or_else(|| place.path.clone(), |line| format!("{}:{line}", place.path))
}

fn purpose(component: &Component) -> Option<&'static str> {
    match component.product.as_ref().map(|hint| hint.role) {
        // So the schema; the specification's text has a hyphen.
        Some(Role::Os) => Some("OPERATING_SYSTEM"),
        Some(Role::Framework) => Some("FRAMEWORK"),
        Some(Role::Server | Role::Runtime | Role::Tool | Role::Client) => Some("APPLICATION"),
        _ if component.purl.kind() == "docker" => Some("CONTAINER"),
        Some(Role::Library) => Some("LIBRARY"),
        _ => None,
    }
}
