//! Which part of a project needs each package of a lock file, where only the asked-for ones carry a mark: the weakest
//! group on the best way from a root to the package.

use crate::model::Group;

/// One step of the graph: where it leads, and the group of the package at its end at best.
pub(super) type Edge = (usize, Group);

/// For each package its group, `None` if no root leads to it. `edges` has one row a package.
pub(super) fn reach(edges: &[Vec<Edge>], roots: &[Edge]) -> Vec<Option<Group>> {
    let mut best: Vec<Option<Group>> = vec![None; edges.len()];
    let mut work = roots.to_vec();
    // Each package is improved at most once a group, hence this ends.
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
