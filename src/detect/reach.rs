//! Which part of a project needs each package of a lock file, where only the asked-for ones carry a mark: the best group
//! on any way from a root to the package.

use std::collections::HashMap;

use crate::model::{Chosen, Group};

/// More entries than any real lock has under one name; a hostile one could make the graph quadratic.
const MAX_NAMESAKES: usize = 16;

/// One step of the graph: where it leads, and the group of the package at its end at best.
pub(super) type Edge = (usize, Group);

/// The entries that a name stands for: several if versions or variants of a package are locked side by side.
#[derive(Debug, Default)]
pub(super) struct Index(HashMap<String, Vec<usize>>);

impl Index {
    /// Notes that `name` stands for `entry`.
    pub(super) fn add(&mut self, name: impl Into<String>, entry: usize) {
        let entries = self.0.entry(name.into()).or_default();
        if entries.len() < MAX_NAMESAKES {
            entries.push(entry);
        }
    }

    /// The entries that `name` stands for.
    pub(super) fn get(&self, name: &str) -> &[usize] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

/// For what each entry of a lock is used.
#[derive(Debug, Default)]
pub(super) struct Uses {
    groups: Vec<Option<Group>>,
    direct: Vec<bool>,
    knows_direct: bool,
}

impl Uses {
    /// Follows `edges`, one row an entry, from `roots`: what the project asks for itself.
    pub(super) fn new(edges: &[Vec<Edge>], roots: &[Edge]) -> Self {
        let mut direct = vec![false; edges.len()];
        for (index, _) in roots {
            if let Some(direct) = direct.get_mut(*index) {
                *direct = true;
            }
        }
        Self { groups: reach(edges, roots), direct, knows_direct: !roots.is_empty() }
    }

    /// The group of an entry; `None` if no root leads to it.
    pub(super) fn group(&self, index: usize) -> Option<Group> {
        self.groups.get(index).copied().flatten()
    }

    /// Whether the project asks for the entry itself.
    pub(super) fn is_direct(&self, index: usize) -> bool {
        self.direct.get(index).is_some_and(|direct| *direct)
    }

    /// Whether the project asks for the entry itself or only needs it; unknown if the lock does not show what is asked for.
    pub(super) fn chosen(&self, index: usize) -> Chosen {
        match (self.is_direct(index), self.knows_direct) {
            (true, _) => Chosen::Purpose,
            (false, true) => Chosen::Dependency,
            (false, false) => Chosen::Unknown,
        }
    }
}

fn reach(edges: &[Vec<Edge>], roots: &[Edge]) -> Vec<Option<Group>> {
    let mut best: Vec<Option<Group>> = vec![None; edges.len()];
    let mut work = roots.to_vec();
    // Each entry is improved at most once a group, hence this ends.
    while let Some((index, group)) = work.pop() {
        let Some(held) = best.get_mut(index) else { continue };
        if held.is_some_and(|held| held <= group) {
            continue;
        }
        *held = Some(group);
        work.extend(edges.get(index).into_iter().flatten().map(|(next, at_best)| (*next, group.max(*at_best))));
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_way_decides_and_loops_end() {
        let edges = [vec![(1, Group::Main)], vec![(0, Group::Main), (2, Group::Optional)], vec![], vec![]];
        let roots = [(0, Group::Development), (1, Group::Main)];
        let groups = [Some(Group::Main), Some(Group::Main), Some(Group::Optional), None];
        assert_eq!(reach(&edges, &roots), groups);
    }
}
