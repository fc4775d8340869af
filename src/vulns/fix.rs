//! Whether a fix that a list states is free for what is installed.

use super::list::{Finding, StatedFix};
use crate::catalog::Catalog;
use crate::model::{Component, Deployment, FreeFix, Purl};

/// Whether the branch that is installed gets the fix for free. A fix that only a paid repository has (`+esm`) is none.
pub(super) fn fix_for(
    finding: &Finding,
    component: Option<&Component>,
    deployment: Option<&Deployment>,
    catalog: &Catalog,
) -> FreeFix {
    let ended = deployment.is_some_and(|deployment| deployment.lifecycle.state.ended());
    let versions = match &finding.fix {
        StatedFix::None => return FreeFix::None,
        // Once the free fixes have ended, nobody makes one that a list forgot.
        StatedFix::Unknown => return if ended { FreeFix::None } else { FreeFix::Unknown },
        StatedFix::In(versions) => versions,
    };
    let free = |version: &&String| !version.contains("esm");
    let purl = component.map(|component| &component.purl);
    if purl.is_some_and(Purl::is_of_distribution) {
        // A distribution's list is of its own release.
        return if versions.iter().any(|version| free(&version)) { FreeFix::Exists } else { FreeFix::None };
    }
    let installed = purl.and_then(Purl::version).or_else(|| deployment?.version.as_deref());
    let Some(installed) = installed.map(plain) else { return FreeFix::Unknown };
    let product = deployment.map(|deployment| deployment.product.as_str());
    let on_branch = |version: &String| {
        let version = plain(version.trim_start_matches(['>', '=', '~', '^', ' ']));
        let cycle = |version| product.and_then(|product| catalog.cycle_name(product, version));
        match (cycle(installed), cycle(version)) {
            (Some(own), Some(other)) => own == other,
            _ => branch(installed) == branch(version),
        }
    };
    if versions.iter().filter(free).any(on_branch) { FreeFix::Exists } else { FreeFix::None }
}

/// The part of a version within which an update breaks nothing by semantic versioning: the major number, before 1.0 the minor one.
fn branch(version: &str) -> (&str, &str) {
    let mut parts = version.split(['.', '-', '+']);
    match (parts.next().unwrap_or_default(), parts.next().unwrap_or_default()) {
        ("0", minor) => ("0", minor),
        (major, _) => (major, ""),
    }
}

/// A version without epoch, which some tools put into a qualifier, and without Go's `v`.
pub(super) fn plain(version: &str) -> &str {
    let version = match version.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => version,
    };
    version.strip_prefix('v').filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit())).unwrap_or(version)
}
