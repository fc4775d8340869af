//! Which signatures speak of a base name: one hash look-up for its exact text, and one for each length of a pattern's fixed beginning.

use std::collections::{BTreeSet, HashMap};

use foldhash::fast::FixedState;

use crate::catalog::Pattern;

/// Signatures by the base names they want.
#[derive(Default)]
pub(super) struct Names<'c> {
    exact: HashMap<&'c str, Vec<usize>, FixedState>,
    /// By the pattern's text before its first wildcard.
    patterns: HashMap<&'c str, Vec<(&'c Pattern, usize)>, FixedState>,
    /// The lengths of these texts.
    lengths: BTreeSet<usize>,
    /// Signatures that want every name.
    every: Vec<usize>,
}

impl<'c> Names<'c> {
    /// Notes that signature `index` wants the base names `patterns`; none means every name.
    pub(super) fn add(&mut self, index: usize, patterns: &'c [Pattern]) {
        if patterns.is_empty() {
            self.every.push(index);
        }
        for pattern in patterns {
            if pattern.is_exact() {
                self.exact.entry(pattern.as_str()).or_default().push(index);
            } else {
                let fixed = pattern.literal_prefix();
                self.lengths.insert(fixed.len());
                self.patterns.entry(fixed).or_default().push((pattern, index));
            }
        }
    }

    /// Signatures that want every name.
    pub(super) fn every(&self) -> &[usize] {
        &self.every
    }

    /// The signatures that name `name`, ascending; those that want every name are not among them.
    pub(super) fn wanting(&self, name: &str) -> Vec<usize> {
        let mut found = self.exact.get(name).cloned().unwrap_or_default();
        for start in self.lengths.iter().filter_map(|length| name.get(..*length)) {
            let patterns = self.patterns.get(start).into_iter().flatten();
            found.extend(patterns.filter(|(pattern, _)| pattern.matches(name)).map(|(_, index)| *index));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_wanted_exactly_by_pattern_or_always() {
        let wants: Vec<Vec<Pattern>> = [&["nginx", "nginx-*"][..], &["lib*.so*"], &[], &["python[0-9].[0-9]*", "python*"]]
            .iter()
            .map(|patterns| patterns.iter().map(|text| text.parse().expect("a pattern")).collect())
            .collect();
        let mut names = Names::default();
        for (index, patterns) in wants.iter().enumerate() {
            names.add(index, patterns);
        }
        assert_eq!(names.every(), [2]);
        for (name, expected) in [
            ("nginx", vec![0]),
            ("nginx-1.25", vec![0]),
            ("nginxctl", vec![]),
            ("libruby.so.3", vec![1]),
            ("python3.12", vec![3]),
            ("é", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(names.wanting(name), expected, "{name}");
        }
    }
}
