//! What the specification of a gem in its source tree asks for (<https://guides.rubygems.org/specification-reference/#add_dependency>).
//! It is a program; literals alone are read, as nearly all of them have, and a computed version is unknown.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};

use super::{Findings, Opened};

/// A call with its name in quotes or `%q<…>`, and the rest of the line.
static CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"^\s*\w+\.add_(runtime_|development_)?dependency[\s(]\s*(?:"([\w.-]+)"|'([\w.-]+)'|%q[<\[({]([\w.-]+)[>\])}])(.*)$"#,
    )
    .ok()
});
static QUOTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#""([^"]*)"|'([^']*)'|%q[<\[({]([^>\])}]*)[>\])}]"#).ok());

/// Writes down the dependencies, unless a lock file of the tree says to what they resolve.
pub(super) fn dependencies(text: &str, detector: &'static str, file: &Opened<'_>, out: &mut Findings) {
    let mut folders = file.path().ancestors().skip(1);
    let locks =
        |folder: &std::path::Path| ["Gemfile.lock", "gems.locked"].map(|name| file.in_root("".as_ref(), &folder.join(name)));
    if folders.any(|folder| locks(folder).iter().any(Opened::exists)) {
        return;
    }
    let (Some(call), Some(quoted)) = (CALL.as_ref(), QUOTED.as_ref()) else { return };
    // A line without an end is cut off, since `end` stands behind it.
    for (number, line) in (1..).zip(text.split_inclusive('\n')).filter(|(_, line)| line.ends_with('\n')) {
        let Some(found) = call.captures(line.trim_end()) else { continue };
        let part = |index: usize| found.get(index).map(|part| part.as_str());
        let Some(name) = part(2).or(part(3)).or(part(4)) else { continue };
        let rest = part(5).and_then(|rest| rest.split(" #").next()).unwrap_or_default();
        let requirements: Vec<&str> = quoted
            .captures_iter(rest)
            .filter_map(|found| (1..=3).find_map(|index| found.get(index)).map(|text| text.as_str()))
            .collect();
        let purl = Purl::new("gem", name).with_version(exact(&requirements).unwrap_or_default());
        let mut component = Component::new(purl, Evidence::Declared, detector, Location::line(file.shown(), number));
        (component.origin, component.chosen) = (Origin::Registry, Chosen::Purpose);
        component.group = if part(1) == Some("development_") { Group::Development } else { Group::Main };
        out.component(component);
    }
}

/// The one version that is allowed.
pub(super) fn exact<'t>(requirements: &[&'t str]) -> Option<&'t str> {
    let [requirement] = requirements else { return None };
    let version = requirement.trim().trim_start_matches('=').trim();
    let plain = version.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    (plain && version.starts_with(|c: char| c.is_ascii_digit())).then_some(version)
}
