//! Grype's JSON report (<https://oss.anchore.com/docs/guides/vulnerability/interpreting-results/>). From version 6 of its database
//! on it says of every match whether the vulnerability is known to be exploited, and how probable an exploit is.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::list::{Finding, Form, List, StatedFix, day, subject};
use super::read::json;
use crate::model::Probability;
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    matches: Option<Vec<Match>>,
    ignored_matches: Option<Vec<IgnoredAny>>,
    descriptor: Option<Descriptor>,
}

#[derive(Deserialize)]
struct Descriptor {
    timestamp: Option<String>,
    db: Option<Database>,
}

#[derive(Deserialize)]
struct Database {
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    schema_version: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Match {
    vulnerability: Record,
    related_vulnerabilities: Option<Vec<Record>>,
    artifact: Artifact,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    id: String,
    fix: Option<Fix>,
    epss: Option<Vec<Epss>>,
    known_exploited: Option<Vec<IgnoredAny>>,
}

#[derive(Deserialize)]
struct Fix {
    versions: Option<Vec<String>>,
    state: Option<String>,
}

#[derive(Deserialize)]
struct Epss {
    epss: Option<f64>,
}

#[derive(Deserialize)]
struct Artifact {
    name: Option<String>,
    version: Option<String>,
    purl: Option<String>,
}

pub(super) fn read(name: &str, text: &str) -> Result<List, Vec<Problem>> {
    let report: Report = json(name, text)?;
    let descriptor = report.descriptor.as_ref();
    let mut list = List::new(name, Form::Grype, day(descriptor.and_then(|descriptor| descriptor.timestamp.as_ref())));
    list.says_exploited = descriptor.and_then(|descriptor| descriptor.db.as_ref()).is_some_and(has_exploits);
    list.silenced = report.ignored_matches.map_or(0, |ignored| ignored.len() as u64);
    for one in report.matches.into_iter().flatten() {
        add(&mut list, one);
    }
    Ok(list)
}

/// `v6.1.0`, `6`.
fn has_exploits(database: &Database) -> bool {
    let version = database.status.as_ref().and_then(|status| status.schema_version.as_ref());
    let text = version.map(|version| version.as_str().map_or_else(|| version.to_string(), str::to_owned)).unwrap_or_default();
    let major = text.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= 6)
}

fn add(list: &mut List, one: Match) {
    let Match { vulnerability, related_vulnerabilities, artifact } = one;
    let found = subject(artifact.purl.as_deref(), artifact.name.as_deref(), artifact.version.as_deref());
    let Some(subject) = found else {
        list.unusable.push(vulnerability.id);
        return;
    };
    let related = related_vulnerabilities.unwrap_or_default();
    let records = || std::iter::once(&vulnerability).chain(&related);
    let listed = records().any(|record| record.known_exploited.as_ref().is_some_and(|entries| !entries.is_empty()));
    let exploited = (listed || list.says_exploited).then_some(listed);
    let scores = records().flat_map(|record| record.epss.iter().flatten()).filter_map(|score| Probability::new(score.epss?));
    let epss = scores.max();
    let aliases = related.iter().map(|record| record.id.clone()).filter(|id| *id != vulnerability.id).collect();
    let fix = vulnerability.fix.map_or(StatedFix::Unknown, fix);
    list.findings.push(Finding { subject, id: vulnerability.id, aliases, exploited, epss, fix });
}

fn fix(fix: Fix) -> StatedFix {
    let versions: Vec<String> = fix.versions.unwrap_or_default().into_iter().filter(|version| !version.is_empty()).collect();
    match fix.state.as_deref() {
        _ if !versions.is_empty() => StatedFix::In(versions),
        Some("not-fixed" | "wont-fix") => StatedFix::None,
        _ => StatedFix::Unknown,
    }
}
