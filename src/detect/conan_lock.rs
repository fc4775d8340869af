//! Reads conan.lock: the graph of Conan 1 (<https://docs.conan.io/1/versioning/lockfiles/introduction.html>) and the lists of
//! Conan 2 (<https://docs.conan.io/2/tutorial/versioning/lockfiles.html>). The consumer, a node with the path of its recipe,
//! is the project itself.

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin};
use crate::problem::Code;

use super::document::{self, Node};
use super::reach::{Edge, Index, Uses};
use super::{Claim, Detector, Findings, Opened, conan_reference, json};

const ID: &str = "conan-lock";
/// The lists of Conan 2.
const LISTS: [(&str, Group); 4] = [
    ("requires", Group::Main),
    ("build_requires", Group::Development),
    ("python_requires", Group::Development),
    ("config_requires", Group::Development),
];

/// The lock file of Conan.
pub(super) struct ConanLock;

impl Detector for ConanLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("conan.lock")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(lock) = document::read(file, out, json::parse) else { return };
        if let Some(graph) = lock.get("graph_lock") {
            return nodes(graph, file, out);
        }
        if LISTS.iter().all(|(list, _)| lock.get(list).is_none()) && out.problems.is_empty() {
            return out.problem_at(Code::Malformed, file, 1, "neither a graph nor lists of requirements: no lock file of Conan");
        }
        for (list, group) in LISTS {
            for item in document::list_at(&lock, list, file, out) {
                // Partial locks of Conan 2 pair a reference with what it stands for.
                let reference = item.as_text().or_else(|| item.items().first().and_then(Node::as_text));
                add(reference, group, Chosen::Unknown, item.line, file, out);
            }
        }
    }
}

fn add(reference: Option<&str>, group: Group, chosen: Chosen, line: usize, file: &Opened<'_>, out: &mut Findings) {
    let Some(purl) = reference.and_then(conan_reference::purl) else {
        return out.problem_at(Code::Malformed, file, line, "names no package");
    };
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), line));
    component.origin = Origin::Registry;
    component.group = group;
    component.chosen = chosen;
    out.component(component);
}

/// Until Conan 1.20, a node named its package together with the build of it.
fn reference(node: &Node) -> Option<&str> {
    node.text("ref").or_else(|| node.text("pref"))
}

/// `"nodes": {"1": {"ref": …, "requires": ["2"], "build_requires": ["3"], "context": "host"}}`.
fn nodes(graph: &Node, file: &Opened<'_>, out: &mut Findings) {
    let nodes = document::map_at(graph, "nodes", file, out);
    let mut index = Index::default();
    nodes.iter().enumerate().for_each(|(place, (id, _))| index.add(id.as_str(), place));
    let needs = |node: &Node| -> Vec<Edge> {
        let lists = [("requires", Group::Main), ("build_requires", Group::Development)].into_iter();
        let wanted = lists.flat_map(|(list, group)| {
            let ids = node.get(list).map_or(&[][..], Node::items).iter().filter_map(Node::as_text);
            ids.map(move |id| (id, group)).collect::<Vec<_>>()
        });
        wanted.flat_map(|(id, group)| index.get(id).iter().map(move |end| (*end, group))).collect()
    };
    let edges: Vec<Vec<Edge>> = nodes.iter().map(|(_, node)| needs(node)).collect();
    let is_consumer = |node: &Node| node.text("path").is_some() || reference(node).is_none();
    let consumers = nodes.iter().zip(&edges).filter(|((_, node), _)| is_consumer(node));
    let roots: Vec<Edge> = consumers.flat_map(|(_, edges)| edges.iter().copied()).collect();
    let uses = Uses::new(&edges, &roots);
    for (place, (id, node)) in nodes.iter().enumerate() {
        // The virtual root of a lock that was made for references has none itself.
        if node.text("path").is_some() || (reference(node).is_none() && id == "0") {
            continue;
        }
        let built = node.text("context") == Some("build");
        let group = if built { Group::Development } else { uses.group(place).unwrap_or_default() };
        let chosen = uses.chosen(place);
        add(reference(node), group, chosen, node.line, file, out);
        for reference in node.get("python_requires").map_or(&[][..], Node::items) {
            add(reference.as_text(), Group::Development, Chosen::Dependency, reference.line, file, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&ConanLock, &[("conan.lock", text.as_bytes())]));
    }

    #[test]
    fn the_graph_of_the_first_version_tells_who_needs_what() {
        check(
            r#"{
 "graph_lock": {
  "nodes": {
   "0": {"ref": "app/1.0", "options": "", "requires": ["1"], "build_requires": ["3"], "path": "conanfile.py", "context": "host"},
   "1": {"ref": "poco/1.12.4@acme/stable#0abc", "options": "shared=False", "package_id": "aa", "prev": "0", "requires": ["2"], "context": "host"},
   "2": {"ref": "zlib/1.2.11#1def", "package_id": "bb", "prev": "0", "context": "host"},
   "3": {"ref": "cmake/3.22.6", "package_id": "cc", "requires": ["4"], "python_requires": ["tools/0.1#2"], "context": "build"},
   "4": {"ref": "openssl/1.1.1t#3", "package_id": "dd", "context": "build"}
  },
  "revisions_enabled": true
 },
 "version": "0.4",
 "profile_host": "[settings]\narch=x86_64\n"
}"#,
            &expect![[r#"
                pkg:conan/cmake@3.22.6 declared Development chosen=Purpose :7
                pkg:conan/openssl@1.1.1t declared Development chosen=Dependency :8
                pkg:conan/poco@1.12.4?channel=stable&user=acme declared chosen=Purpose :5
                pkg:conan/tools@0.1 declared Development chosen=Dependency :7
                pkg:conan/zlib@1.2.11 declared chosen=Dependency :6"#]],
        );
        check(
            r#"{"graph_lock": {"nodes": {"0": {"options": "", "requires": ["1"]}, "1": {"ref": "zlib/1.2.11"}}}}"#,
            &expect!["pkg:conan/zlib@1.2.11 declared chosen=Purpose :1"],
        );
    }

    #[test]
    fn nodes_of_old_locks_name_a_build() {
        check(
            r#"{"graph_lock": {"nodes": {"0": {"pref": null, "requires": ["1"]}, "1": {"pref": "pkga/0.1@user/testing#f096:5ab8#aa"}}}}"#,
            &expect!["pkg:conan/pkga@0.1?channel=testing&user=user declared chosen=Purpose :1"],
        );
    }

    #[test]
    fn the_second_version_has_lists() {
        check(
            "\u{feff}{\r\n    \"version\": \"0.5\",\r\n    \"requires\": [\r\n        \"zlib/1.2.13#97d5730b%1692672717.68\",\r\n        \"fmt/9.1.0@acme/stable#00%1\"\r\n    ],\r\n    \"build_requires\": [\r\n        \"cmake/3.27.1#11%2\"\r\n    ],\r\n    \"python_requires\": [[\"tools/0.1#22\", null]],\r\n    \"config_requires\": []\r\n}\r\n",
            &expect![[r#"
                pkg:conan/cmake@3.27.1 declared Development :7
                pkg:conan/fmt@9.1.0?channel=stable&user=acme declared :4
                pkg:conan/tools@0.1 declared Development :10
                pkg:conan/zlib@1.2.13 declared :3"#]],
        );
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_stays() {
        check(
            r#"{"version": "0.5", "requires": ["zlib/1.2.13", "fmt/9."#,
            &expect!["! conan.lock:1:1: UP003: not JSON: EOF while parsing a string"],
        );
        check(
            r#"{"graph_lock": {"nodes": {"1": {"ref": "zlib/1.2.11"}, "2": {"ref": "fmt/9"#,
            &expect![[r#"
            pkg:conan/zlib@1.2.11 declared :1
            ! conan.lock:1:1: UP003: not JSON: EOF while parsing a string"#]],
        );
        check(
            r#"{"requires": [3, "x", "zlib/1.0"], "build_requires": "y"}"#,
            &expect![[r#"
            pkg:conan/zlib@1.0 declared :1
            ! conan.lock:1:1: UP002: names no package
            ! conan.lock:1:1: UP002: names no package
            ! conan.lock:1:1: UP002: `build_requires` should be a list, but is a text"#]],
        );
        check(r#"{"graph_lock": {"nodes": []}}"#, &expect!["! conan.lock:1:1: UP002: `nodes` should be a map, but is a list"]);
        check(r#"{"version": "0.5", "requires": []}"#, &expect![""]);
        check("{}", &expect!["! conan.lock:1:1: UP002: neither a graph nor lists of requirements: no lock file of Conan"]);
        check("", &expect!["! conan.lock:1:1: UP003: not JSON: EOF while parsing a value"]);
    }
}
