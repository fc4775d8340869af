//! How the elements of an SPDX document relate: which package it is about, which hold others, and for what each is needed.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Group;

use super::super::document::Node;

/// The relations of a document.
#[derive(Debug, Default)]
pub(super) struct Graph<'n> {
    roots: BTreeSet<&'n str>,
    holders: BTreeSet<&'n str>,
    parts: BTreeMap<&'n str, Group>,
}

impl<'n> Graph<'n> {
    /// The relations of `document`, whose packages are `packages`.
    pub(super) fn of(document: &'n Node, packages: &'n [Node]) -> Self {
        let mut graph = Self::default();
        let listed = document.get("documentDescribes").map_or(&[][..], Node::items);
        let mut described: BTreeSet<&str> = listed.iter().filter_map(Node::as_text).collect();
        let mut above: BTreeSet<&str> = BTreeSet::new();
        for relation in document.get("relationships").map_or(&[][..], Node::items) {
            let ends = [relation.text("spdxElementId"), relation.text("relatedSpdxElement")];
            let ([Some(from), Some(to)], Some(kind)) = (ends, relation.text("relationshipType")) else { continue };
            match kind {
                "DESCRIBES" => _ = described.insert(to),
                "DESCRIBED_BY" => _ = described.insert(from),
                "CONTAINS" => _ = (graph.holders.insert(from), above.insert(from)),
                "CONTAINED_BY" => _ = (graph.holders.insert(to), above.insert(to)),
                "DEPENDS_ON" => graph.needs(from, to, Group::Main, &mut above),
                "DEPENDENCY_OF" | "RUNTIME_DEPENDENCY_OF" | "PROVIDED_DEPENDENCY_OF" => {
                    graph.needs(to, from, Group::Main, &mut above);
                }
                "OPTIONAL_DEPENDENCY_OF" | "OPTIONAL_COMPONENT_OF" => graph.needs(to, from, Group::Optional, &mut above),
                "DEV_DEPENDENCY_OF"
                | "TEST_DEPENDENCY_OF"
                | "BUILD_DEPENDENCY_OF"
                | "DEV_TOOL_OF"
                | "TEST_TOOL_OF"
                | "BUILD_TOOL_OF" => graph.needs(to, from, Group::Development, &mut above),
                _ => {}
            }
        }
        let ids: BTreeSet<&str> = packages.iter().filter_map(|package| package.text("SPDXID")).collect();
        let described: BTreeSet<&str> = described.intersection(&ids).copied().collect();
        // A document that describes everything it lists is about none of it in particular.
        graph.roots = if described.len() == 1 { described } else { described.intersection(&above).copied().collect() };
        graph
    }

    fn needs(&mut self, above: &'n str, below: &'n str, part: Group, all_above: &mut BTreeSet<&'n str>) {
        all_above.insert(above);
        let held = self.parts.entry(below).or_insert(part);
        *held = part.min(*held);
    }

    /// Whether the document is about the package.
    pub(super) fn is_root(&self, id: &str) -> bool {
        self.roots.contains(id)
    }

    /// Whether other elements are inside the package.
    pub(super) fn holds_others(&self, id: &str) -> bool {
        self.holders.contains(id)
    }

    /// For what the package is needed.
    pub(super) fn part(&self, id: &str) -> Group {
        self.parts.get(id).copied().unwrap_or_default()
    }
}
