//! Reads Podfile.lock of `CocoaPods` (<https://guides.cocoapods.org/using/using-cocoapods.html>; written by `CocoaPods-Core`'s
//! `Lockfile`). A subspec has a purl with a subpath, as the specification of package URLs has it. Pods from a folder are own
//! code, unless another package manager put the folder there.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::npm::without_secret;
use super::{Claim, Detector, FileFacts, Findings, Opened, fetched, yaml};

const ID: &str = "podfile-lock";
/// Names and addresses of the public list of pods.
const PUBLIC: [&str; 4] =
    ["trunk", "https://cdn.cocoapods.org", "https://github.com/CocoaPods/Specs", "https://github.com/cocoapods/specs"];

/// The lock file of `CocoaPods`.
pub(super) struct PodfileLock;

impl Detector for PodfileLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("Podfile.lock")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        !fetched::holds(facts.path())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(lock) = document::read(file, out, yaml::parse) else { return };
        if lock.get("PODS").is_none() && lock.get("PODFILE CHECKSUM").is_none() && out.problems.is_empty() {
            return out.problem_at(Code::Malformed, file, 1, "no `PODS`: no lock file of CocoaPods");
        }
        let asked: BTreeSet<&str> = list(&lock, "DEPENDENCIES").filter_map(|node| Some(split(node.as_text()?).0)).collect();
        let places = Places::stated(&lock);
        for pod in document::list_at(&lock, "PODS", file, out) {
            // A pod that needs others is a map of one entry, the others its value.
            let text = pod.as_text().or_else(|| pod.entries().first().map(|(text, _)| text.as_str()));
            let Some((name, version)) = text.map(split).filter(|(name, version)| !name.is_empty() && !version.is_empty()) else {
                out.problem_at(Code::Malformed, file, pod.line, "a pod without a name or a version");
                continue;
            };
            let (root, subspec) = name.split_once('/').unwrap_or((name, ""));
            let Some(place) = places.of(root) else { continue };
            let purl = Purl::new("cocoapods", root).with_version(version).with_subpath(subspec);
            let location = Location::line(file.shown(), pod.line);
            let mut component = Component::new(place.mark(purl), Evidence::Declared, ID, location);
            component.origin = if matches!(place, Place::Listed(_)) { Origin::Registry } else { Origin::Unknown };
            component.chosen = if asked.contains(name) { Chosen::Purpose } else { Chosen::Dependency };
            out.component(component);
        }
    }
}

fn list<'n>(lock: &'n Node, key: &str) -> impl Iterator<Item = &'n Node> {
    lock.get(key).map_or(&[][..], Node::items).iter()
}

/// Name and version of `Name/Subspec (1.0)`; of `Name (from …)` or `Name (~> 1)` only the name counts.
fn split(text: &str) -> (&str, &str) {
    let (name, rest) = text.split_once(" (").unwrap_or((text, ""));
    // Without the closing bracket the text breaks off, perhaps inside the version.
    (name.trim(), rest.trim_end().strip_suffix(')').unwrap_or_default().trim_start_matches("= ").trim())
}

/// Where a pod comes from.
enum Place {
    /// A list of pods; its address if it is not the public one.
    Listed(Option<String>),
    /// A version-control address.
    Vcs(String),
    /// An archive, a description somewhere else, or a folder that another package manager filled.
    Elsewhere,
}

impl Place {
    fn mark(&self, purl: Purl) -> Purl {
        match self {
            Self::Listed(Some(address)) => purl.with_qualifier("repository_url", address),
            Self::Vcs(address) => purl.with_qualifier("vcs_url", address),
            Self::Listed(None) | Self::Elsewhere => purl,
        }
    }
}

/// What the lock states of where pods come from, by pod.
struct Places<'n> {
    external: BTreeMap<&'n str, &'n Node>,
    checkout: BTreeMap<&'n str, &'n Node>,
    repository: BTreeMap<&'n str, &'n str>,
}

impl<'n> Places<'n> {
    fn stated(lock: &'n Node) -> Self {
        let map = |key: &str| lock.get(key).map_or(&[][..], Node::entries).iter();
        let by_name = |key: &str| map(key).map(|(name, source)| (name.as_str(), source)).collect();
        let pods = |pods: &'n Node| pods.items().iter().filter_map(Node::as_text);
        let repository = map("SPEC REPOS").flat_map(|(address, listed)| pods(listed).map(move |pod| (pod, address.as_str())));
        Self { external: by_name("EXTERNAL SOURCES"), checkout: by_name("CHECKOUT OPTIONS"), repository: repository.collect() }
    }

    /// Where the pod `root` comes from; `None` if from a folder of the project itself.
    fn of(&self, root: &str) -> Option<Place> {
        let external = self.external.get(root);
        if let Some(path) = external.and_then(|source| source.text(":path")) {
            let fetched = path.split('/').any(|part| matches!(part, "node_modules" | ".symlinks" | "Flutter"));
            return fetched.then_some(Place::Elsewhere);
        }
        // The commit that was checked out stands apart from the branch that was asked for.
        let checkout = self.checkout.get(root).or(external);
        if let Some(address) = checkout.and_then(|source| source.text(":git")) {
            let revision = checkout.and_then(|source| [":commit", ":tag", ":branch"].iter().find_map(|key| source.text(key)));
            let revision = revision.map(|revision| format!("@{revision}")).unwrap_or_default();
            return Some(Place::Vcs(format!("git+{}{revision}", without_secret(address))));
        }
        if external.is_some() {
            return Some(Place::Elsewhere);
        }
        let repository = self.repository.get(root).map(|address| address.trim_end_matches('/'));
        let private = repository.filter(|address| !PUBLIC.contains(&address.trim_end_matches(".git")));
        Some(Place::Listed(private.map(str::to_owned)))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    const LOCK: &str = r#"PODS:
  - AFNetworking (4.0.1):
    - AFNetworking/NSURLSession (= 4.0.1)
  - AFNetworking/NSURLSession (4.0.1)
  - Forked (1.2.0)
  - "GoogleUtilities/NSData+zlib (7.12.0)"
  - Internal (0.3.0)
  - MyModule (0.0.1)
  - React-Core (0.72.4):
    - RCT-Folly (= 2021.07.22.00)
  - Remote (2.0)

DEPENDENCIES:
  - AFNetworking (~> 4.0)
  - Forked (from `https://github.com/acme/Forked.git`, branch `main`)
  - MyModule (from `../MyModule`)
  - React-Core (from `../node_modules/react-native/`)
  - Remote (from `https://dl.example/Remote.podspec`)

SPEC REPOS:
  https://pods.corp.example/specs.git:
    - Internal
  trunk:
    - AFNetworking
    - GoogleUtilities

EXTERNAL SOURCES:
  Forked:
    :branch: main
    :git: https://t:x@github.com/acme/Forked.git
  MyModule:
    :path: "../MyModule"
  React-Core:
    :path: "../node_modules/react-native/"
  Remote:
    :podspec: https://dl.example/Remote.podspec

CHECKOUT OPTIONS:
  Forked:
    :commit: 0123abc
    :git: https://github.com/acme/Forked.git

SPEC CHECKSUMS:
  AFNetworking: 7864c38297c79aaca1500c33288e429c3451fdce

PODFILE CHECKSUM: d5b6bfd28ab2fae0d5e1a2d52f93b4b9d3f7ff7f

COCOAPODS: 1.12.1
"#;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&PodfileLock, &[("Podfile.lock", text.as_bytes())]));
    }

    #[test]
    fn pods_have_subspecs_and_places_and_own_folders_are_left_out() {
        check(
            LOCK,
            &expect![[r#"
            pkg:cocoapods/AFNetworking@4.0.1 declared chosen=Purpose :2
            pkg:cocoapods/AFNetworking@4.0.1#NSURLSession declared chosen=Dependency :4
            pkg:cocoapods/Forked@1.2.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Facme%2FForked.git%400123abc declared chosen=Purpose :5
            pkg:cocoapods/GoogleUtilities@7.12.0#NSData%2Bzlib declared chosen=Dependency :6
            pkg:cocoapods/Internal@0.3.0?repository_url=https:%2F%2Fpods.corp.example%2Fspecs.git declared chosen=Dependency :7
            pkg:cocoapods/React-Core@0.72.4 declared chosen=Purpose :9
            pkg:cocoapods/Remote@2.0 declared chosen=Purpose :11"#]],
        );
        check(
            "\u{feff}PODS:\r\n  - A (1.0)\r\n\r\nDEPENDENCIES:\r\n  - A\r\n",
            &expect!["pkg:cocoapods/A@1.0 declared chosen=Purpose :2"],
        );
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_stays() {
        check(
            "PODS:\n  - A (1.0):\n    - B\n  - \"C (1",
            &expect!["! Podfile.lock:4:1: UP002: not YAML: while scanning a quoted scalar, found unexpected end of stream"],
        );
        check(
            "PODS:\n  - A\n  - [x]\n  - B (1.0)\n",
            &expect![[r#"
            pkg:cocoapods/B@1.0 declared chosen=Dependency :4
            ! Podfile.lock:2:1: UP002: a pod without a name or a version
            ! Podfile.lock:3:1: UP002: a pod without a name or a version"#]],
        );
        check(
            "PODS:\n  - A (1.0)\n  - B (1.",
            &expect![[r#"
            pkg:cocoapods/A@1.0 declared chosen=Dependency :2
            ! Podfile.lock:3:1: UP002: a pod without a name or a version"#]],
        );
        check("PODS: []\n", &expect![""]);
        check("pods:\n  - A (1.0)\n", &expect!["! Podfile.lock:1:1: UP002: no `PODS`: no lock file of CocoaPods"]);
        check("", &expect!["! Podfile.lock:1:1: UP002: expected a map, found nothing"]);
    }
}
