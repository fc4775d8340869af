//! Reads MODULE.bazel and MODULE.bazel.lock (<https://bazel.build/external/module>, <https://bazel.build/external/lockfile>).
//! The lock says which modules of a registry were chosen: those whose `source.json` was asked for, or, in the first form, those
//! of the graph. Modules from a folder are own code. What module extensions fetch belongs to other package managers.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node};
use super::npm::without_secret;
use super::starlark::{self, Call};
use super::{Claim, Detector, Findings, Opened, json};

const ID: &str = "bazel-module";
const CENTRAL: [&str; 2] =
    ["https://bcr.bazel.build", "https://raw.githubusercontent.com/bazelbuild/bazel-central-registry/main"];
/// Modules that are parts of Bazel itself.
const BUILT_IN: [&str; 2] = ["bazel_tools", "local_config_platform"];

/// The module file of Bazel and its lock.
pub(super) struct BazelModule;

impl Detector for BazelModule {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("MODULE.bazel"), Claim::Name("MODULE.bazel.lock")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if file.facts().name() == "MODULE.bazel.lock" {
            locked(file, out);
        } else {
            declared(file, out);
        }
    }
}

fn add(purl: Purl, dev: bool, chosen: Chosen, file: &Opened<'_>, line: usize, out: &mut Findings) {
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), line));
    component.origin = Origin::Registry;
    component.group = if dev { Group::Development } else { Group::Main };
    component.chosen = chosen;
    out.component(component);
}

fn locked(file: &Opened<'_>, out: &mut Findings) {
    let Some(lock) = document::read(file, out, json::parse) else { return };
    let module = file.sibling("MODULE.bazel");
    let asked: BTreeMap<&str, bool> = module.text_if_there().map(asked).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let chosen_files = document::map_at(&lock, "registryFileHashes", file, out).iter();
    let chosen_files = chosen_files.filter_map(|(address, node)| Some((chosen_module(address)?, node.line)));
    let graph = document::map_at(&lock, "moduleDepGraph", file, out).iter();
    let graph = graph.filter_map(|(key, node)| Some((graph_module(key, node)?, node.line)));
    for ((registry, name, version), line) in chosen_files.chain(graph) {
        if BUILT_IN.contains(&name) || !seen.insert((registry, name, version)) {
            continue;
        }
        let purl = Purl::new("bazel", name).with_version(version);
        let purl =
            if CENTRAL.contains(&registry) { purl } else { purl.with_qualifier("repository_url", &without_secret(registry)) };
        let chosen = match (module.exists(), asked.contains_key(name)) {
            (false, _) => Chosen::Unknown,
            (true, true) => Chosen::Purpose,
            (true, false) => Chosen::Dependency,
        };
        add(purl, asked.get(name).copied().unwrap_or_default(), chosen, file, line, out);
    }
}

/// Registry, name and version in `<registry>/modules/<name>/<version>/source.json`.
fn chosen_module(address: &str) -> Option<(&str, &str, &str)> {
    let rest = address.strip_suffix("/source.json")?;
    let (rest, version) = rest.rsplit_once('/')?;
    let (rest, name) = rest.rsplit_once('/')?;
    Some((rest.strip_suffix("/modules")?, name, version))
}

/// A module of the graph that the first form has; one that is overridden has no version, and the project's own key is `<root>`.
fn graph_module<'n>(key: &str, node: &'n Node) -> Option<(&'n str, &'n str, &'n str)> {
    let (name, version) = (node.text("name")?, node.text("version")?);
    (key != "<root>").then_some((CENTRAL[0], name, version))
}

/// The modules that a file asks for, and whether for development alone.
fn asked(text: &str) -> BTreeMap<&str, bool> {
    let (calls, _) = starlark::calls(text);
    let dependencies = calls.into_iter().filter(|call| call.name == "bazel_dep");
    dependencies.filter_map(|call| Some((call.get("name")?, is_dev(&call)))).collect()
}

fn is_dev(call: &Call<'_>) -> bool {
    call.get("dev_dependency") == Some("True")
}

fn declared(file: &Opened<'_>, out: &mut Findings) {
    let Some(text) = out.text(file) else { return };
    let has_lock = file.sibling("MODULE.bazel.lock").exists();
    let (calls, unfinished) = starlark::calls(text);
    let overrides: BTreeMap<&str, &Call<'_>> = calls
        .iter()
        .filter(|call| call.name.ends_with("_override"))
        .filter_map(|call| Some((call.get("module_name")?, call)))
        .collect();
    for call in calls.iter().filter(|call| call.name == "bazel_dep") {
        let Some(name) = call.get("name") else {
            out.problem_at(Code::Malformed, file, call.line, "a dependency without a name");
            continue;
        };
        let instead = overrides.get(name);
        let kind = instead.map(|instead| instead.name).unwrap_or_default();
        let elsewhere = matches!(kind, "git_override" | "archive_override");
        // The lock names all modules of registries, and only these.
        if kind == "local_path_override" || (has_lock && !elsewhere) {
            continue;
        }
        let version = instead.and_then(|instead| instead.get("version")).or_else(|| call.get("version"));
        let mut purl = Purl::new("bazel", name);
        if let Some((instead, remote)) = instead.and_then(|instead| Some((instead, instead.get("remote")?))) {
            let commit = instead.get("commit").or_else(|| instead.get("tag")).map(|commit| format!("@{commit}"));
            let address = format!("git+{}{}", without_secret(remote), commit.unwrap_or_default());
            purl = purl.with_qualifier("vcs_url", &address);
        }
        let version = version.or_else(|| instead.and_then(|instead| instead.get("commit")));
        add(purl.with_version(version.unwrap_or_default()), is_dev(call), Chosen::Purpose, file, call.line, out);
    }
    if let Some(line) = unfinished {
        out.problem_at(Code::Truncated, file, line, "the text ends inside a call");
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    const MODULE: &str = "module(name = \"app\", version = \"1.0\")\n\nbazel_dep(name = \"rules_go\", version = \"0.48.0\", repo_name = \"io_bazel_rules_go\")\nbazel_dep(\n    name = \"stardoc\",\n    version = \"0.5.6\",\n    dev_dependency = True,\n)\nbazel_dep(name = \"local\", version = \"1.0\")\nlocal_path_override(module_name = \"local\", path = \"../local\")\nbazel_dep(name = \"forked\", version = \"2.0\")\ngit_override(module_name = \"forked\", remote = \"https://u:p@github.com/acme/forked.git\", commit = \"0123abc\")\nbazel_dep(name = \"open\")\nbazel_dep(name = \"pinned\", version = \"1.0\")\nsingle_version_override(module_name = \"pinned\", version = \"1.1\")\n";

    #[test]
    fn a_module_file_without_a_lock_has_the_versions_that_it_asks_for() {
        expect![[r#"
            pkg:bazel/forked@2.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Facme%2Fforked.git%400123abc declared chosen=Purpose :11
            pkg:bazel/open declared chosen=Purpose :13
            pkg:bazel/pinned@1.1 declared chosen=Purpose :14
            pkg:bazel/rules_go@0.48.0 declared chosen=Purpose :3
            pkg:bazel/stardoc@0.5.6 declared Development chosen=Purpose :4"#]]
        .assert_eq(&found(&BazelModule, &[("MODULE.bazel", MODULE.as_bytes())]));
    }

    #[test]
    fn the_lock_says_which_modules_were_chosen() {
        let lock = "{\r\n \"lockFileVersion\": 11,\r\n \"registryFileHashes\": {\r\n  \"https://bcr.bazel.build/bazel_registry.json\": \"8a\",\r\n  \"https://bcr.bazel.build/modules/rules_go/0.47.0/MODULE.bazel\": \"aa\",\r\n  \"https://bcr.bazel.build/modules/rules_go/0.48.0/MODULE.bazel\": \"bb\",\r\n  \"https://bcr.bazel.build/modules/rules_go/0.48.0/source.json\": \"cc\",\r\n  \"https://bcr.bazel.build/modules/stardoc/0.5.6/source.json\": \"dd\",\r\n  \"https://bcr.bazel.build/modules/zlib/1.3.1.bcr.3/source.json\": \"ee\",\r\n  \"https://reg.example/x/modules/kit/1.0/source.json\": \"ff\"\r\n },\r\n \"moduleExtensions\": {}\r\n}\r\n";
        let files = [("MODULE.bazel.lock", lock.as_bytes()), ("MODULE.bazel", MODULE.as_bytes())];
        expect![[r#"
            pkg:bazel/kit@1.0?repository_url=https:%2F%2Freg.example%2Fx declared chosen=Dependency :10
            pkg:bazel/rules_go@0.48.0 declared chosen=Purpose :7
            pkg:bazel/stardoc@0.5.6 declared Development chosen=Purpose :8
            pkg:bazel/zlib@1.3.1.bcr.3 declared chosen=Dependency :9"#]]
        .assert_eq(&found(&BazelModule, &files));
        let files = [("MODULE.bazel", MODULE.as_bytes()), ("MODULE.bazel.lock", lock.as_bytes())];
        expect![
            "pkg:bazel/forked@2.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Facme%2Fforked.git%400123abc declared chosen=Purpose :11"
        ]
        .assert_eq(&found(&BazelModule, &files));
    }

    #[test]
    fn the_first_form_of_the_lock_has_a_graph() {
        let lock = r#"{"lockFileVersion": 3, "moduleDepGraph": {
            "<root>": {"name": "app", "version": "1.0"},
            "rules_cc@0.0.9": {"name": "rules_cc", "version": "0.0.9"},
            "bazel_tools@_": {"name": "bazel_tools", "version": ""},
            "forked@_": {"name": "forked", "version": ""}}}"#;
        expect!["pkg:bazel/rules_cc@0.0.9 declared :3"]
            .assert_eq(&found(&BazelModule, &[("MODULE.bazel.lock", lock.as_bytes())]));
    }

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(name: &str, text: &str, expected: Expect) {
        expected.assert_eq(&found(&BazelModule, &[(name, text.as_bytes())]));
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_stays() {
        check(
            "MODULE.bazel",
            "bazel_dep(name = \"a\", version = \"1\")\nbazel_dep(version = \"2\")\nbazel_dep(name = \"b",
            expect![[r#"
                pkg:bazel/a@1 declared chosen=Purpose :1
                ! MODULE.bazel:2:1: UP002: a dependency without a name
                ! MODULE.bazel:3:1: UP003: the text ends inside a call"#]],
        );
        check("MODULE.bazel", "", expect![""]);
        check(
            "MODULE.bazel.lock",
            "{\"registryFileHashes\": []}",
            expect!["! MODULE.bazel.lock:1:1: UP002: `registryFileHashes` should be a map, but is a list"],
        );
        check(
            "MODULE.bazel.lock",
            "{\"registryFileHashes\": {\"https://bcr.bazel.build/modules/a/1/source.json\": \"x\", \"htt",
            expect!["! MODULE.bazel.lock:1:1: UP003: not JSON: EOF while parsing a string"],
        );
        check("MODULE.bazel.lock", "", expect!["! MODULE.bazel.lock:1:1: UP003: not JSON: EOF while parsing a value"]);
    }
}
