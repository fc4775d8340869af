//! Reads packages of Bower (<https://github.com/bower/spec/blob/master/json.md>): the `.bower.json` that it writes into each package it
//! installs, the `bower.json` of one that came without, and in a project what its `bower.json` asks for.
//!
//! What is installed says more than what is asked for, which then is left out. An exact version is one, a range is none.

use std::collections::BTreeSet;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::npm::{self, Source};
use super::project_file::is_in_project;
use super::{Claim, Detector, FileFacts, Findings, Opened, json};

const ID: &str = "bower";
/// Where packages lie, unless `.bowerrc` says otherwise.
const FOLDER: &str = "bower_components";
/// What Bower writes into a package, wherever it installs it.
const INSTALLED: &str = ".bower.json";

/// Packages of Bower.
pub(super) struct Bower;

impl Detector for Bower {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("bower.json"), Claim::Name(INSTALLED)]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name() == INSTALLED || facts.folder(1) == FOLDER || is_in_project(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let facts = file.facts();
        if facts.name() == INSTALLED || facts.folder(1) == FOLDER {
            if facts.name() == INSTALLED || !file.sibling(INSTALLED).exists() {
                installed(file, out);
            }
        } else if !file.sibling(INSTALLED).exists() {
            asked(file, out);
        }
    }
}

/// The package that lies in the file's folder.
fn installed(file: &Opened<'_>, out: &mut Findings) {
    let manifest = document::read(file, out, json::parse_record).unwrap_or_default();
    let facts = file.facts();
    let name = manifest.text("name").unwrap_or(facts.folder(0));
    if !npm::is_name(name) {
        return out.problem_at(Code::Malformed, file, 1, format!("`{name}` is no package name"));
    }
    let version = manifest.text("version").or_else(|| manifest.text("_release")).unwrap_or_default();
    let version = version.trim_start_matches(['v', '=']);
    let version = if npm::is_version(version) { version } else { "" };
    let purl = Purl::new("bower", name).with_version(version);
    let mut component = Component::new(purl, Evidence::Installed, ID, Location::file(file.shown()));
    component.origin = Origin::Registry;
    component.license = npm::license(&manifest);
    if manifest.is_true("_direct") {
        component.chosen = Chosen::Purpose;
    }
    out.component(component);
}

/// What a project asks for and has not installed.
fn asked(file: &Opened<'_>, out: &mut Findings) {
    let Some(manifest) = document::read(file, out, json::parse) else { return };
    let settings = file.sibling(".bowerrc");
    let settings = settings.text_if_there().map(|text| json::parse(text).0).unwrap_or_default();
    let folder = settings.text("directory").unwrap_or(FOLDER).trim_end_matches('/').to_owned();
    let mut seen = BTreeSet::new();
    for (list, group) in [("dependencies", Group::Main), ("devDependencies", Group::Development)] {
        for (name, range) in document::map_at(&manifest, list, file, out) {
            let there =
                [INSTALLED, "bower.json"].iter().any(|record| file.sibling(&format!("{folder}/{name}/{record}")).exists());
            if seen.insert(name.as_str()) && !there {
                out.components.extend(component(name, range, group, file));
            }
        }
    }
}

/// A dependency: a range, `name#range`, `owner/repository#range`, or an address.
fn component(name: &str, range: &Node, group: Group, file: &Opened<'_>) -> Option<Component> {
    let stated = range.as_text()?.trim();
    let is_address = !matches!(npm::source(&npm::hosted(stated)), Source::Unpinned | Source::Version(_));
    let (place, version) = stated.split_once('#').unwrap_or(if is_address { (stated, "") } else { ("", stated) });
    let (name, address) = if npm::is_name(place) { (place, String::new()) } else { (name, npm::hosted(place)) };
    if !npm::is_name(name) || npm::source(&address) == Source::Folder {
        return None;
    }
    let pinned = if npm::is_version(version) { version.trim_start_matches(['v', '=']) } else { "" };
    let mut purl = Purl::new("bower", name).with_version(pinned);
    if let Source::Vcs(address) = npm::source(&address) {
        purl = purl.with_qualifier("vcs_url", &address);
    }
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), range.line));
    (component.origin, component.chosen, component.group) = (Origin::Registry, Chosen::Purpose, group);
    Some(component)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::testing::found;
    use super::*;

    const PROJECT: &[u8] = b"{\"name\": \"own\", \"version\": \"1.0.0\", \"dependencies\": {\n\"jquery\": \"3.6.0\",\n\"angular\": \"~1.8\",\n\
        \"alias\": \"underscore#1.13.0\",\n\"fork\": \"u/fork#v2.0.0\",\n\"own-part\": \"./part\"\n},\n\"devDependencies\": {\"mocha\": \"*\", \"jquery\": \"2.0.0\"}}";

    #[test]
    fn what_is_installed_is_told_by_the_record_that_bower_writes() {
        let record = br#"{"name": "jquery", "main": "dist/jquery.js", "license": "MIT", "version": "3.6.0", "_release": "3.6.0",
            "_resolution": {"type": "version", "tag": "3.6.0"}, "_originalSource": "jquery", "_direct": true}"#;
        for path in ["bower_components/jquery/.bower.json", "public/lib/jquery/.bower.json"] {
            let beside = path.replace(".bower", "bower");
            let files: [(&str, &[u8]); 2] = [(path, record), (&beside, b"{}")];
            assert_eq!(found(&Bower, &files), "pkg:bower/jquery@3.6.0 installed chosen=Purpose license=MIT");
            assert_eq!(found(&Bower, &[files[1], files[0]]), "");
        }
        expect!["pkg:bower/d3@7.0.0 installed"]
            .assert_eq(&found(&Bower, &[("bower_components/d3/bower.json", br#"{"name": "d3", "version": "7.0.0"}"#)]));
        expect!["pkg:bower/x@2.1.0 installed"]
            .assert_eq(&found(&Bower, &[("bower_components/x/.bower.json", br#"{"_release": "2.1.0"}"#)]));
        expect!["pkg:bower/x installed"]
            .assert_eq(&found(&Bower, &[("bower_components/x/.bower.json", br#"{"name": "x", "_release": "e4aafb92b8"}"#)]));
    }

    #[test]
    fn a_project_asks_for_what_is_not_installed() {
        expect![[r"
            pkg:bower/angular declared chosen=Purpose :3
            pkg:bower/fork@2.0.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Ffork.git declared chosen=Purpose :5
            pkg:bower/jquery@3.6.0 declared chosen=Purpose :2
            pkg:bower/mocha declared Development chosen=Purpose :8
            pkg:bower/underscore@1.13.0 declared chosen=Purpose :4"]]
        .assert_eq(&found(&Bower, &[("app/bower.json", PROJECT)]));
        let settings: (&str, &[u8]) = ("app/.bowerrc", br#"{"directory": "lib/"}"#);
        let there: Vec<String> =
            ["angular", "fork", "jquery", "alias"].iter().map(|name| format!("app/lib/{name}/.bower.json")).collect();
        let mut files: Vec<(&str, &[u8])> = vec![("app/bower.json", PROJECT), settings];
        files.extend(there.iter().map(|path| (path.as_str(), &b"{}"[..])));
        expect!["pkg:bower/mocha declared Development chosen=Purpose :8"].assert_eq(&found(&Bower, &files));
    }

    #[test]
    fn what_is_not_json_is_a_problem_and_the_package_stays() {
        expect![[r"
            pkg:bower/a installed
            ! bower_components/a/.bower.json:1:1: UP003: not JSON: EOF while parsing a value"]]
        .assert_eq(&found(&Bower, &[("bower_components/a/.bower.json", b"")]));
        expect!["! bower.json:1:1: UP002: not JSON: expected value"].assert_eq(&found(&Bower, &[("bower.json", b"<html>")]));
        expect![""].assert_eq(&found(&Bower, &[("bower.json", b"{}")]));
    }

    #[test]
    fn somebody_elses_manifest_asks_for_nothing() {
        for (path, wanted) in [
            ("bower.json", true),
            ("bower_components/a/bower.json", true),
            ("bower_components/a/src/bower.json", false),
            ("node_modules/a/bower.json", false),
        ] {
            assert_eq!(Bower.wants(&FileFacts::new(std::path::Path::new(path))), wanted, "{path}");
        }
    }
}
