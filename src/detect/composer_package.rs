//! One package as Composer writes it in `composer.lock` and `installed.json` (<https://getcomposer.org/doc/04-schema.md>).

use std::collections::BTreeSet;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{Node, Value};
use super::{Findings, Opened, json};

/// A Composer file that is being read.
pub(super) struct ComposerFile<'f> {
    file: &'f Opened<'f>,
    detector: &'static str,
    evidence: Evidence,
    /// Names that the project's `composer.json` asks for, in lower case; `None` where it cannot be read.
    asked: Option<BTreeSet<String>>,
}

impl<'f> ComposerFile<'f> {
    /// Opens a file whose project has its manifest at `manifest`, and gives its document too, up to the first fault.
    pub(super) fn open(
        file: &'f Opened<'f>,
        manifest: &str,
        evidence: Evidence,
        detector: &'static str,
        out: &mut Findings,
    ) -> Option<(Self, Node)> {
        let (document, fault) = json::parse(out.text(file)?);
        if let Some(fault) = fault {
            out.problem_at(fault.code, file, fault.line, fault.text);
            if !matches!(document.value, Value::Map(_) | Value::List(_)) {
                return None;
            }
        }
        Some((Self { file, detector, evidence, asked: asked(&file.sibling(manifest)) }, document))
    }

    /// Writes down the packages of a list. A package from a folder is own code.
    pub(super) fn packages(&self, list: &[Node], group: impl Fn(&str) -> Group, out: &mut Findings) {
        for package in list {
            let Some(name) = package.text("name") else {
                out.problem_at(Code::Malformed, self.file, package.line, "package without a name");
                continue;
            };
            let from_folder = package.get("dist").and_then(|dist| dist.text("type")) == Some("path");
            if from_folder {
                continue;
            }
            let (vendor, bare) = name.rsplit_once('/').unwrap_or(("", name));
            let version = package.text("version").unwrap_or_default();
            let purl = Purl::new("composer", bare).with_namespace(vendor).with_version(version);
            let line = package.get("name").map_or(package.line, |name| name.line);
            let mut component = Component::new(purl, self.evidence, self.detector, Location::line(self.file.shown(), line));
            component.origin = Origin::Registry;
            component.group = group(name);
            component.license = license(package);
            component.funding = funding(package);
            component.chosen = match &self.asked {
                None => Chosen::Unknown,
                Some(asked) if asked.contains(&name.to_lowercase()) => Chosen::Purpose,
                Some(_) => Chosen::Dependency,
            };
            out.component(component);
        }
    }
}

/// The names under `require` and `require-dev` of a manifest.
fn asked(manifest: &Opened<'_>) -> Option<BTreeSet<String>> {
    let (document, fault) = json::parse(manifest.text_if_there()?);
    let names = ["require", "require-dev"].into_iter().flat_map(|key| document.keys_of(key));
    fault.is_none().then(|| names.map(str::to_lowercase).collect())
}

/// Several licences are a choice (<https://getcomposer.org/doc/04-schema.md#license>).
fn license(package: &Node) -> Option<String> {
    let stated = package.get("license")?;
    let licenses: Vec<&str> = stated.as_text().into_iter().chain(stated.items().iter().filter_map(Node::as_text)).collect();
    (!licenses.is_empty()).then(|| licenses.join(" OR "))
}

fn funding(package: &Node) -> Vec<String> {
    let entries = package.get("funding").map_or(&[][..], Node::items);
    entries.iter().filter_map(|entry| entry.text("url").map(str::to_owned)).collect()
}
