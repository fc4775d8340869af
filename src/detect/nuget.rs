//! What all files of NuGet packages have in common: the package URL, which versions are exact
//! (<https://learn.microsoft.com/nuget/concepts/package-versioning>), and one entry for what several frameworks name.

use std::collections::BTreeMap;

use crate::model::{Chosen, Component, Group, Origin, Purl};

use super::Findings;

/// The package URL of a package or an assembly.
pub(super) fn purl(name: &str, version: &str) -> Purl {
    Purl::new("nuget", name.trim()).with_version(version.trim())
}

/// Whether it can be the id of a package.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "._-".contains(c))
}

/// The one version that a reference asks for: `[1.0]`, and `1.0` too, since of the versions from there on NuGet takes the lowest.
/// `None` for other ranges and for `1.*`.
pub(super) fn exact(written: &str) -> Option<&str> {
    let written = written.trim();
    let inner = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(written);
    let version = match inner.split_once(',') {
        Some((low, high)) if low.trim() == high.trim() && inner.len() < written.len() => low.trim(),
        Some(_) => return None,
        None => inner.trim(),
    };
    let plain = version.chars().all(|c| c.is_ascii_alphanumeric() || ".-+".contains(c));
    (plain && version.starts_with(|c: char| c.is_ascii_digit())).then_some(version)
}

/// Packages, each once: frameworks of one project mostly share theirs.
#[derive(Default)]
pub(super) struct Packages(BTreeMap<(String, Option<String>), Component>);

impl Packages {
    /// Adds a package; of two entries the first gives the place, the better one reason and group.
    pub(super) fn add(&mut self, mut component: Component, chosen: Chosen, group: Group) {
        (component.origin, component.chosen, component.group) = (Origin::Registry, chosen, group);
        let key = (component.purl.name().to_lowercase(), component.purl.version().map(str::to_owned));
        let held = self.0.entry(key).or_insert(component);
        held.chosen = held.chosen.max(chosen);
        held.group = held.group.min(group);
    }

    /// Writes them down.
    pub(super) fn write(self, out: &mut Findings) {
        // A name without a version says nothing beside the same name with one.
        let named: Vec<String> = self.0.keys().filter(|(_, version)| version.is_some()).map(|(name, _)| name.clone()).collect();
        let kept = self.0.into_iter().filter(|((name, version), _)| version.is_some() || !named.contains(name));
        out.components.extend(kept.map(|(_, component)| component));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_version_and_one_in_brackets_are_exact_and_ranges_are_not() {
        for (written, version) in [
            ("13.0.1", Some("13.0.1")),
            (" [1.2.3-beta.1] ", Some("1.2.3-beta.1")),
            ("[1.0, 1.0]", Some("1.0")),
            ("[1.0,2.0)", None),
            ("1.0,2.0", None),
            ("(,1.0]", None),
            ("1.*", None),
            ("*", None),
            ("$(Version)", None),
            ("", None),
        ] {
            assert_eq!(exact(written), version, "{written}");
        }
    }
}
