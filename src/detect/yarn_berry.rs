//! The YAML form of the lock file of Yarn 2 and later
//! (<https://github.com/yarnpkg/berry/blob/master/packages/yarnpkg-core/sources/Project.ts>).

use crate::model::Group;

use super::document::Node;
use super::npm::{self, Source};
use super::yaml;
use super::yarn_lock::{Entries, Entry, Identity};

/// The entries of `text`, in its order.
pub(super) fn parse(text: &str) -> Entries {
    let (document, fault) = yaml::parse(text);
    let entries = document.entries().iter().filter(|(key, _)| key != "__metadata");
    (entries.map(|(key, node)| entry(key, node)).collect(), fault)
}

fn entry(key: &str, node: &Node) -> Entry {
    let optional = |name: &str| {
        let listed = ["dependenciesMeta", "peerDependenciesMeta"].iter().filter_map(|list| node.get(list)?.get(name));
        if listed.into_iter().any(|meta| meta.is_true("optional")) { Group::Optional } else { Group::Main }
    };
    let needs = node.get("dependencies").map_or(&[][..], Node::entries).iter();
    Entry {
        line: node.line,
        specs: key.split(", ").map(str::to_owned).collect(),
        version: node.text("version").map(str::to_owned),
        name: None,
        resolved: node.text("resolution").map(str::to_owned),
        needs: needs.map(|(name, range)| (format!("{name}@{}", range.as_text().unwrap_or_default()), optional(name))).collect(),
    }
}

/// The resolution is `name@protocol:reference`, perhaps with parameters behind `::`.
pub(super) fn identify(entry: &Entry) -> Identity {
    let spec = entry.resolved.as_ref().or(entry.specs.first()).map_or("", String::as_str);
    let (name, reference) = npm::split_spec(spec);
    let reference = reference.split("::").next().unwrap_or(reference);
    let (protocol, place) = reference.split_once(':').unwrap_or(("", reference));
    let package = |source| Identity::Package { name: name.to_owned(), source };
    match protocol {
        "workspace" => Identity::Own(Some(place.to_owned())),
        "link" | "portal" | "exec" => Identity::Own(None),
        "npm" | "patch" => package(Source::Version(place.to_owned())),
        _ => match npm::source(reference) {
            Source::Folder => Identity::Own(None),
            source => package(source),
        },
    }
}
