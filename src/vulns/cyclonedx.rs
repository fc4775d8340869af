//! The vulnerabilities of a `CycloneDX` document (<https://cyclonedx.org/docs/1.6/json/#vulnerabilities>), with what it says of their
//! effect (VEX): beside its components or, through BOM-Links, apart from them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::list::{Finding, Form, List, StatedFix, Subject, day, subject};
use super::read::json;
use crate::model::Probability;
use crate::problem::{Code, Problem};

#[derive(Deserialize)]
struct Document {
    metadata: Option<Metadata>,
    components: Option<Vec<Component>>,
    vulnerabilities: Option<Vec<Vulnerability>>,
}

#[derive(Deserialize)]
struct Metadata {
    timestamp: Option<String>,
    component: Option<Component>,
}

#[derive(Deserialize)]
struct Component {
    #[serde(rename = "bom-ref")]
    bom_ref: Option<String>,
    group: Option<String>,
    name: Option<String>,
    version: Option<String>,
    purl: Option<String>,
    components: Option<Vec<Self>>,
}

#[derive(Deserialize)]
struct Vulnerability {
    id: Option<String>,
    references: Option<Vec<Reference>>,
    ratings: Option<Vec<Rating>>,
    analysis: Option<Analysis>,
    affects: Option<Vec<Affected>>,
}

#[derive(Deserialize)]
struct Reference {
    id: Option<String>,
}

#[derive(Deserialize)]
struct Rating {
    source: Option<RatingSource>,
    score: Option<f64>,
}

#[derive(Deserialize)]
struct RatingSource {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Analysis {
    state: Option<String>,
}

#[derive(Deserialize)]
struct Affected {
    #[serde(rename = "ref")]
    reference: String,
    versions: Option<Vec<Version>>,
}

#[derive(Deserialize)]
struct Version {
    version: Option<String>,
    status: Option<String>,
}

pub(super) fn read(name: &str, text: &str) -> Result<List, Vec<Problem>> {
    let document: Document = json(name, text)?;
    let Some(vulnerabilities) = document.vulnerabilities else {
        let says = "a CycloneDX document without `vulnerabilities` says nothing of them; it may be a target of its own";
        return Err(vec![Problem::new(Code::Malformed, name, says)]);
    };
    let metadata = document.metadata;
    let mut list = List::new(name, Form::CycloneDx, day(metadata.as_ref().and_then(|metadata| metadata.timestamp.as_ref())));
    let mut subjects = BTreeMap::new();
    let root = metadata.and_then(|metadata| metadata.component);
    for component in document.components.into_iter().flatten().chain(root) {
        collect(component, &mut subjects);
    }
    list.looked_at = subjects.values().cloned().collect();
    for one in vulnerabilities {
        add(&mut list, one, &subjects);
    }
    Ok(list)
}

/// The components by their references. The JSON reader bounds the depth.
fn collect(component: Component, subjects: &mut BTreeMap<String, Subject>) {
    let Component { bom_ref, group, name, version, purl, components } = component;
    let name = match (group.filter(|group| !group.is_empty()), name) {
        (Some(group), Some(name)) => Some(format!("{group}/{name}")),
        (_, name) => name,
    };
    if let (Some(reference), Some(subject)) = (bom_ref, subject(purl.as_deref(), name.as_deref(), version.as_deref())) {
        subjects.insert(reference, subject);
    }
    for inner in components.into_iter().flatten() {
        collect(inner, subjects);
    }
}

fn add(list: &mut List, one: Vulnerability, subjects: &BTreeMap<String, Subject>) {
    let Some(id) = one.id.filter(|id| !id.is_empty()) else {
        list.unusable.push("a vulnerability without an id".to_owned());
        return;
    };
    let state = one.analysis.and_then(|analysis| analysis.state);
    let harmless = ["not_affected", "resolved", "resolved_with_pedigree", "false_positive"];
    let silences = state.is_some_and(|state| harmless.contains(&state.as_str()));
    let aliases: Vec<String> = one.references.into_iter().flatten().filter_map(|reference| reference.id).collect();
    let is_epss = |rating: &&Rating| {
        let name = rating.source.as_ref().and_then(|source| source.name.as_ref());
        name.is_some_and(|name| name.to_ascii_uppercase().contains("EPSS"))
    };
    let epss = one.ratings.iter().flatten().filter(is_epss).filter_map(|rating| Probability::new(rating.score?)).max();
    let affected = one.affects.unwrap_or_default();
    if affected.is_empty() {
        list.unusable.push(format!("{id} (it names nothing that it affects)"));
    }
    for Affected { reference, versions } in affected {
        let Some(subject) = subject_of(&reference, subjects) else {
            list.unusable.push(format!("{id} ({reference})"));
            continue;
        };
        if silences {
            list.silencing.push((id.clone(), subject));
            continue;
        }
        let unaffected = |version: Version| version.version.filter(|_| version.status.as_deref() == Some("unaffected"));
        let fixed: Vec<String> = versions.into_iter().flatten().filter_map(unaffected).collect();
        let fix = if fixed.is_empty() { StatedFix::Unknown } else { StatedFix::In(fixed) };
        list.findings.push(Finding { subject, id: id.clone(), aliases: aliases.clone(), exploited: None, epss, fix });
    }
}

/// A reference within the document, or a BOM-Link `urn:cdx:serial/version#reference` whose reference is a package URL.
fn subject_of(reference: &str, subjects: &BTreeMap<String, Subject>) -> Option<Subject> {
    let linked = reference.strip_prefix("urn:cdx:").and_then(|rest| Some(rest.split_once('#')?.1)).unwrap_or(reference);
    subjects.get(reference).or_else(|| subjects.get(linked)).cloned().or_else(|| subject(Some(linked), None, None))
}
