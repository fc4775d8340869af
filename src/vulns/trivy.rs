//! Trivy's JSON report (<https://trivy.dev/docs/latest/guide/configuration/reporting/#json>), schema version 2.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::list::{Finding, Form, List, StatedFix, Subject, day, subject};
use super::read::json;
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Report {
    created_at: Option<String>,
    results: Option<Vec<ResultOf>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResultOf {
    packages: Option<Vec<Package>>,
    vulnerabilities: Option<Vec<Vulnerability>>,
    experimental_modified_findings: Option<Vec<IgnoredAny>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Package {
    name: Option<String>,
    version: Option<String>,
    identifier: Option<Identifier>,
}

#[derive(Deserialize)]
struct Identifier {
    #[serde(rename = "PURL")]
    purl: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Vulnerability {
    #[serde(rename = "VulnerabilityID")]
    id: String,
    pkg_name: Option<String>,
    installed_version: Option<String>,
    fixed_version: Option<String>,
    status: Option<String>,
    pkg_identifier: Option<Identifier>,
}

pub(super) fn read(name: &str, text: &str) -> Result<List, Vec<Problem>> {
    let report: Report = json(name, text)?;
    let mut list = List::new(name, Form::Trivy, day(report.created_at.as_ref()));
    for result in report.results.into_iter().flatten() {
        let ignored = result.experimental_modified_findings.map_or(0, |findings| findings.len());
        list.silenced += ignored as u64;
        list.looked_at.extend(
            result
                .packages
                .iter()
                .flatten()
                .filter_map(|package| named(package.identifier.as_ref(), package.name.as_deref(), package.version.as_deref())),
        );
        for one in result.vulnerabilities.into_iter().flatten() {
            add(&mut list, one);
        }
    }
    Ok(list)
}

fn named(identifier: Option<&Identifier>, name: Option<&str>, version: Option<&str>) -> Option<Subject> {
    subject(identifier.and_then(|identifier| identifier.purl.as_deref()), name, version)
}

fn add(list: &mut List, one: Vulnerability) {
    if one.status.as_deref() == Some("not_affected") {
        list.silenced += 1;
        return;
    }
    let found = named(one.pkg_identifier.as_ref(), one.pkg_name.as_deref(), one.installed_version.as_deref());
    let Some(subject) = found else {
        list.unusable.push(one.id);
        return;
    };
    let fix = fix(one.fixed_version.as_deref().unwrap_or_default(), one.status.as_deref());
    list.findings.push(Finding { subject, id: one.id, aliases: Vec::new(), exploited: None, epss: None, fix });
}

/// Several versions stand with commas, one for each branch.
fn fix(versions: &str, status: Option<&str>) -> StatedFix {
    let versions: Vec<String> =
        versions.split(',').map(|version| version.trim().to_owned()).filter(|version| !version.is_empty()).collect();
    match status {
        _ if !versions.is_empty() => StatedFix::In(versions),
        Some("under_investigation" | "unknown" | "fixed") => StatedFix::Unknown,
        _ => StatedFix::None,
    }
}
