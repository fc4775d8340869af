//! Reads what Clojure projects ask for: `deps.edn` (<https://clojure.org/reference/deps_edn>) and Leiningen's `project.clj`
//! (<https://codeberg.org/leiningen/leiningen/src/branch/stable/sample.project.clj>), as far as it is literal.
//!
//! Libraries of Clojure are artefacts of Maven; one without a group is in the group of its name. What aliases and profiles add, and
//! plug-ins, are for development. Libraries of a folder are own code.

use std::collections::BTreeMap;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};

use super::document::{self, Node, Value};
use super::gradle_catalog::pinned;
use super::project_file::is_in_project;
use super::{Claim, Detector, FileFacts, Findings, Opened, edn, npm};

const ID: &str = "clojure";
/// What a library's name begins with that lies on a forge, and the forge's type of package URL.
const FORGES: [(&str, &str); 5] = [
    ("io.github.", "github"),
    ("com.github.", "github"),
    ("io.gitlab.", "gitlab"),
    ("com.gitlab.", "gitlab"),
    ("org.bitbucket.", "bitbucket"),
];

/// Manifests of Clojure projects.
pub(super) struct Clojure;

impl Detector for Clojure {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("deps.edn"), Claim::Name("project.clj")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        is_in_project(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let (form, fault) = edn::parse(text);
        if let Some(fault) = fault {
            out.problem_at(fault.code, file, fault.line, fault.text);
        }
        if file.facts().name() == "deps.edn" {
            deps(&form, file, out);
        } else {
            project(&form, file, out);
        }
    }
}

/// The libraries of a `deps.edn`.
fn deps(form: &Node, file: &Opened<'_>, out: &mut Findings) {
    library_map(form, ":deps", Group::Main, file, out);
    for (_, alias) in document::map_at(form, ":aliases", file, out) {
        for key in [":extra-deps", ":replace-deps", ":deps"] {
            library_map(alias, key, Group::Development, file, out);
        }
    }
}

fn library_map(node: &Node, key: &str, group: Group, file: &Opened<'_>, out: &mut Findings) {
    for (name, coordinate) in node.get(key).map_or(&[][..], Node::entries) {
        if coordinate.get(":local/root").is_none()
            && let Some(purl) = coordinate_purl(name, coordinate)
        {
            write(purl, group, coordinate.line, file, out);
        }
    }
}

/// A library by its coordinate: of Maven, or of git with a tag or a commit.
fn coordinate_purl(name: &str, coordinate: &Node) -> Option<Purl> {
    let text = |keys: &[&str]| keys.iter().find_map(|key| coordinate.text(key));
    let revision = text(&[":git/tag", ":tag"]).or_else(|| text(&[":git/sha", ":sha"]));
    let Some(revision) = revision else { return maven(name, coordinate.text(":mvn/version")) };
    let url = text(&[":git/url"]).map(npm::without_secret);
    let on_forge = FORGES.iter().find_map(|(prefix, kind)| Some((*kind, name.strip_prefix(prefix)?.split_once('/')?)));
    match (on_forge, url) {
        (Some((kind, (owner, repository))), None) => {
            Some(Purl::new(kind, repository).with_namespace(owner).with_version(revision))
        }
        (_, Some(url)) => {
            let address = if url.contains("://") { format!("git+{url}@{revision}") } else { String::new() };
            let place = url.strip_prefix("https://github.com/").and_then(|path| path.trim_end_matches(".git").split_once('/'));
            match place {
                Some((owner, repository)) => Some(Purl::new("github", repository).with_namespace(owner).with_version(revision)),
                None => Some(maven(name, None)?.with_version(revision).with_qualifier("vcs_url", &address)),
            }
        }
        _ => maven(name, None),
    }
}

/// `group/artifact`, `artifact`, or `group/artifact$classifier`, of which nothing but one version is a version.
fn maven(name: &str, version: Option<&str>) -> Option<Purl> {
    let name = name.split('$').next().unwrap_or(name);
    let (group, artifact) = name.split_once('/').unwrap_or((name, name));
    let is_name = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "._-+".contains(c));
    let version = version.and_then(pinned).filter(|version| !matches!(version.as_str(), "RELEASE" | "LATEST"));
    let purl = Purl::new("maven", artifact).with_namespace(group).with_version(&version.unwrap_or_default());
    (is_name(group) && is_name(artifact)).then_some(purl)
}

fn write(purl: Purl, group: Group, line: usize, file: &Opened<'_>, out: &mut Findings) {
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), line));
    (component.origin, component.group, component.chosen) = (Origin::Registry, group, Chosen::Purpose);
    out.component(component);
}

/// The libraries of a `defproject`: behind its name and version, keywords and their values alternate.
fn project(form: &Node, file: &Opened<'_>, out: &mut Findings) {
    let items = form.items();
    if items.first().and_then(Node::as_text) != Some("defproject") {
        return;
    }
    let options = options(items.get(2..).unwrap_or_default());
    let versions: BTreeMap<&str, &str> = libraries(options.get(":managed-dependencies").copied())
        .filter_map(|library| Some((library.items().first()?.as_text()?, library.items().get(1)?.as_text()?)))
        .collect();
    let mut add = |list: Option<&Node>, group: Group| {
        for library in libraries(list) {
            let Some(name) = library.items().first().and_then(Node::as_text) else { continue };
            let stated = library.items().get(1).and_then(Node::as_text).filter(|text| !text.starts_with(':'));
            let rest = library.items().get(1..).unwrap_or_default();
            let scope = rest.windows(2).find(|pair| pair[0].as_text() == Some(":scope")).and_then(|pair| pair[1].as_text());
            let group = if matches!(scope, Some("test" | "provided")) { Group::Development } else { group };
            if let Some(purl) = maven(name, stated.or_else(|| versions.get(name).copied())) {
                write(purl, group, library.line, file, out);
            }
        }
    };
    add(options.get(":dependencies").copied(), Group::Main);
    add(options.get(":plugins").copied(), Group::Development);
    for (_, profile) in options.get(":profiles").map_or(&[][..], |profiles| profiles.entries()) {
        for key in [":dependencies", ":plugins"] {
            add(profile.get(key), Group::Development);
        }
    }
}

fn options(items: &[Node]) -> BTreeMap<&str, &Node> {
    // The version may be missing.
    let first = items.iter().position(|item| item.as_text().is_some_and(|text| text.starts_with(':'))).unwrap_or(items.len());
    let pairs = items.get(first..).unwrap_or_default().chunks_exact(2);
    pairs.filter_map(|pair| Some((pair[0].as_text()?, &pair[1]))).collect()
}

/// The vectors in a list of libraries.
fn libraries(list: Option<&Node>) -> impl Iterator<Item = &Node> {
    list.map_or(&[][..], Node::items).iter().filter(|library| matches!(library.value, Value::List(_)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const DEPS: &str = "{:paths [\"src\"]\n :deps {org.clojure/clojure {:mvn/version \"1.11.1\"}\n        hiccup {:mvn/version \"1.0.5\"}\n        io.github.cognitect-labs/test-runner {:git/tag \"v0.5.1\" :git/sha \"dfb30dd\"}\n\
        g/by-url {:git/url \"https://user:secret@h/x.git\" :sha \"0f1e\"}\n g/fork {:git/url \"https://github.com/me/fork\" :git/sha \"0f1e\"}\n my/own {:local/root \"../own\"}\n g/native$linux {:mvn/version \"2.0\"}\n g/newest {:mvn/version \"RELEASE\"}}\n\
        :aliases {:dev {:extra-deps {nrepl/nrepl {:mvn/version \"1.0.0\"}} :override-deps {a/b {:mvn/version \"9\"}}}\n :build {:deps #_x {io.github.clojure/tools.build {:mvn/version \"0.9.6\"}}}}}\n";

    #[test]
    fn libraries_of_deps_have_versions_tags_or_commits() {
        expect![[r"
            pkg:github/cognitect-labs/test-runner@v0.5.1 declared chosen=Purpose :4
            pkg:github/me/fork@0f1e declared chosen=Purpose :6
            pkg:maven/g/by-url@0f1e?vcs_url=git%2Bhttps:%2F%2Fh%2Fx.git%400f1e declared chosen=Purpose :5
            pkg:maven/g/native@2.0 declared chosen=Purpose :8
            pkg:maven/g/newest declared chosen=Purpose :9
            pkg:maven/hiccup/hiccup@1.0.5 declared chosen=Purpose :3
            pkg:maven/io.github.clojure/tools.build@0.9.6 declared Development chosen=Purpose :11
            pkg:maven/nrepl/nrepl@1.0.0 declared Development chosen=Purpose :10
            pkg:maven/org.clojure/clojure@1.11.1 declared chosen=Purpose :2"]]
        .assert_eq(&found(&Clojure, &[("deps.edn", DEPS.as_bytes())]));
    }

    #[test]
    fn libraries_of_a_project_are_those_that_it_lists() {
        let text = b"; mine\r\n(defproject acme/own \"0.1.0-SNAPSHOT\"\r\n  :description \"x\"\r\n  :dependencies [[org.clojure/clojure \"1.11.1\"]\r\n                 [ring \"1.9.6\" :exclusions [commons-io]]\r\n                 ^:inner/x [compojure \"1.7.0\" :scope \"test\"]\r\n                 [managed/a]\r\n                 [g/open \"[1.0,2.0)\"]\r\n                 [g/evaluated ~v]\r\n                 #_[g/dropped \"1\"]]\r\n\
            \x20 :managed-dependencies [[managed/a \"3.0\"] [managed/b \"4.0\"]]\r\n  :plugins [[lein-ring \"0.12.6\"]]\r\n  :main ^:skip-aot acme.own\r\n  :profiles {:dev {:dependencies [[midje \"1.10.9\"]]} :uberjar {:aot :all}})\r\n";
        expect![[r"
            pkg:maven/compojure/compojure@1.7.0 declared Development chosen=Purpose :6
            pkg:maven/g/evaluated declared chosen=Purpose :9
            pkg:maven/g/open declared chosen=Purpose :8
            pkg:maven/lein-ring/lein-ring@0.12.6 declared Development chosen=Purpose :12
            pkg:maven/managed/a@3.0 declared chosen=Purpose :7
            pkg:maven/midje/midje@1.10.9 declared Development chosen=Purpose :14
            pkg:maven/org.clojure/clojure@1.11.1 declared chosen=Purpose :4
            pkg:maven/ring/ring@1.9.6 declared chosen=Purpose :5"]]
        .assert_eq(&found(&Clojure, &[("project.clj", text)]));
    }

    #[test]
    fn what_breaks_off_keeps_what_stood_before_and_what_is_something_else_says_nothing() {
        expect![[r"
            pkg:maven/a/a@1 declared chosen=Purpose :1
            ! project.clj:1:1: UP003: the text ends inside a string"]]
        .assert_eq(&found(&Clojure, &[("project.clj", b"(defproject x \"1\" :dependencies [[a \"1\"] [b \"2")]));
        expect![[r"
            pkg:maven/a/a@1 declared chosen=Purpose :1
            ! deps.edn:1:1: UP003: the text ends inside a form"]]
        .assert_eq(&found(&Clojure, &[("deps.edn", b"{:deps {a/a {:mvn/version \"1\"} b/b {:mvn/version")]));
        for text in ["", "(ns a)", "<html>", "[]"] {
            assert_eq!(found(&Clojure, &[("project.clj", text.as_bytes())]), "", "{text}");
        }
    }
}
