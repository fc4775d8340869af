//! Reads what configurations of Terraform and `OpenTofu` ask for: modules (<https://developer.hashicorp.com/terraform/language/modules/sources>)
//! and, where no lock file is, providers (<https://developer.hashicorp.com/terraform/language/providers/requirements>); and the list of the
//! modules that `terraform init` installed, which then speaks for the configuration.
//!
//! Modules of a folder are own code. A constraint that allows several versions is none.

use std::collections::BTreeMap;

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};

use super::document::{self, Node};
use super::hcl::attributes;
use super::npm::without_secret;
use super::{Claim, Detector, FileFacts, Findings, Opened, json};

const ID: &str = "terraform";
/// The registry that an address without a host means.
const REGISTRY: &str = "registry.terraform.io";
/// What `terraform init` writes, below the folder of the configuration.
const INSTALLED: &str = ".terraform/modules/modules.json";
const LOCK: &str = ".terraform.lock.hcl";
/// How far above a module the configuration that calls it may lie.
const LEVELS: usize = 5;

/// Configurations of Terraform.
pub(super) struct Terraform;

impl Detector for Terraform {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".tf"), Claim::Suffix(".tofu"), Claim::Path(INSTALLED)]
    }

    /// What modules of others ask for stands in the list.
    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name() == "modules.json" || !facts.path().iter().any(|part| part == ".terraform" || part == "node_modules")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if file.facts().name() == "modules.json" {
            return installed(file, out);
        }
        let (locked, listed) = (is_above(LOCK, file), is_above(INSTALLED, file));
        if locked && listed {
            return;
        }
        let Some(text) = out.text(file) else { return };
        let mut asked: BTreeMap<Vec<String>, Asked<'_>> = BTreeMap::new();
        let attributes = attributes(text);
        for attribute in &attributes {
            let words: Vec<&str> = attribute.path.iter().map(String::as_str).collect();
            let path = match words.as_slice() {
                [module] if module.starts_with("module ") => attribute.path.clone(),
                ["terraform", "required_providers", _] => attribute.path.clone(),
                // The form of Terraform 0.12: the version alone.
                ["terraform", "required_providers"] => {
                    let path = [attribute.path.as_slice(), &[attribute.key.to_owned()]].concat();
                    asked.entry(path).or_default().note("version", attribute.value, attribute.line);
                    continue;
                }
                _ => continue,
            };
            asked.entry(path).or_default().note(attribute.key, attribute.value, attribute.line);
        }
        for (path, asked) in &asked {
            let is_module = path.len() == 1;
            if !(if is_module { listed } else { locked }) {
                let name = path.last().map_or("", String::as_str);
                let found = if is_module { module(asked.source, asked.version) } else { provider(name, asked) };
                out.components.extend(found.map(|purl| component(purl, Evidence::Declared, asked.line, file)));
            }
        }
    }
}

/// A module or a provider that is asked for.
#[derive(Default)]
struct Asked<'t> {
    source: &'t str,
    version: &'t str,
    line: usize,
}

impl<'t> Asked<'t> {
    fn note(&mut self, key: &str, value: &'t str, line: usize) {
        match key {
            "source" => self.source = value,
            "version" => self.version = value,
            _ => return,
        }
        self.line = if self.line == 0 { line } else { self.line.min(line) };
    }
}

fn is_above(name: &str, file: &Opened<'_>) -> bool {
    let levels = file.path().components().count().saturating_sub(1).min(LEVELS);
    (0..=levels).any(|levels| file.sibling(&format!("{}{name}", "../".repeat(levels))).exists())
}

/// The modules that were fetched.
fn installed(file: &Opened<'_>, out: &mut Findings) {
    let Some(list) = document::read(file, out, json::parse) else { return };
    for entry in document::list_at(&list, "Modules", file, out) {
        let source = entry.text("Source").unwrap_or_default();
        if let Some(purl) = module(source, entry.text("Version").unwrap_or_default()) {
            let line = entry.get("Source").map_or(entry.line, |source: &Node| source.line);
            out.component(component(purl, Evidence::Installed, line, file));
        }
    }
}

fn component(purl: Purl, evidence: Evidence, line: usize, file: &Opened<'_>) -> Component {
    let mut component = Component::new(purl, evidence, ID, Location::line(file.shown(), line));
    component.origin = if component.purl.kind() == "terraform" { Origin::Registry } else { Origin::Unknown };
    component.chosen = Chosen::Purpose;
    component
}

/// A module of a registry, `namespace/name/system` with or without a host, or one in a repository of Git.
fn module(source: &str, version: &str) -> Option<Purl> {
    let scheme = source.find("://").map_or(0, |at| at + 3);
    // Behind two slashes stands a folder in the module.
    let package = match source.get(scheme..)?.find("//") {
        Some(at) => [source.get(..scheme + at)?, source.split_once('?').map_or("", |(_, query)| query)].join("?"),
        None => source.to_owned(),
    };
    let (address, query) = package.split_once('?').unwrap_or((&package, ""));
    let revision = query.split('&').find_map(|part| part.strip_prefix("ref=")).unwrap_or_default();
    let parts: Vec<&str> = address.split('/').collect();
    if let ["github.com", owner, name] = parts.as_slice() {
        return Some(repository(owner, name, revision));
    }
    if let Some(place) = address.strip_prefix("git::").map(without_secret).or_else(|| of_ssh(address)) {
        let path =
            ["https://github.com/", "ssh://git@github.com/", "git@github.com:"].iter().find_map(|host| place.strip_prefix(host));
        let (owner, name) = path?.split_once('/')?;
        return Some(repository(owner, name, revision));
    }
    let is_word = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    let (host, rest) = match parts.as_slice() {
        [host, rest @ ..] if rest.len() == 3 && host.contains('.') && !host.starts_with('.') => (*host, rest),
        rest if rest.len() == 3 => (REGISTRY, rest),
        _ => return None,
    };
    let [namespace, name, system] = rest else { return None };
    let purl = Purl::new("terraform", system).with_namespace(&format!("{host}/{namespace}/{name}"));
    rest.iter().all(is_word).then(|| purl.with_version(exact(version)))
}

fn of_ssh(address: &str) -> Option<String> {
    address.starts_with("git@").then(|| address.to_owned())
}

fn repository(owner: &str, name: &str, revision: &str) -> Purl {
    Purl::new("github", name.trim_end_matches(".git")).with_namespace(owner).with_version(revision)
}

/// A provider by its address; without one, it is `HashiCorp`'s of that name.
fn provider(name: &str, asked: &Asked<'_>) -> Option<Purl> {
    let parts: Vec<&str> = asked.source.split('/').filter(|part| !part.is_empty()).collect();
    let (host, namespace, name) = match parts.as_slice() {
        [] => (REGISTRY, "hashicorp", name),
        [namespace, name] => (REGISTRY, *namespace, *name),
        [host, namespace, name] => (*host, *namespace, *name),
        _ => return None,
    };
    // What is built in has no release of its own.
    let purl = Purl::new("terraform", name).with_namespace(&format!("{host}/{namespace}")).with_version(exact(asked.version));
    (host != "terraform.io" && !name.is_empty()).then_some(purl)
}

/// The version of a constraint that allows one: `1.2.3`, `= 1.2.3`.
fn exact(constraint: &str) -> &str {
    let version = constraint.trim().trim_start_matches('=').trim();
    let plain = version.chars().all(|c| c.is_ascii_alphanumeric() || ".-+".contains(c));
    if plain && version.starts_with(|c: char| c.is_ascii_digit()) { version } else { "" }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const FILE: &[u8] = b"terraform {\r\n  required_version = \">= 1.5\"\r\n  required_providers {\r\n    aws = { source = \"hashicorp/aws\", version = \"~> 5.0\" }\r\n    own = {\r\n      version = \"1.0.0\"\r\n      source  = \"example.com/acme/own\"\r\n    }\r\n    random = \"3.6.0\"\r\n  }\r\n}\r\n\
        module \"vpc\" {\r\n  source  = \"terraform-aws-modules/vpc/aws\"\r\n  version = \"5.1.2\" # exact\r\n  name    = \"x\"\r\n}\r\nmodule \"sub\" {\r\n  source = \"app.terraform.io/acme/k8s/azurerm//modules/x\"\r\n  version = \"~> 1.0\"\r\n}\r\n\
        module \"git\" { source = \"git::https://user:secret@github.com/u/m.git//sub?ref=v1.2.0\" }\r\nmodule \"hub\" { source = \"github.com/u/h?ref=abc\" }\r\nmodule \"own\" { source = \"./own\" }\r\nmodule \"up\" { source = \"../../own\" }\r\nmodule \"dir\" { source = \"${path.module}/x/y\" }\r\nresource \"a\" \"b\" {\r\n  source = \"a/b/c\"\r\n}\r\n";

    #[test]
    fn modules_and_providers_are_asked_for() {
        expect![[r"
            pkg:github/u/h@abc declared chosen=Purpose :22
            pkg:github/u/m@v1.2.0 declared chosen=Purpose :21
            pkg:terraform/app.terraform.io/acme/k8s/azurerm declared chosen=Purpose :18
            pkg:terraform/example.com/acme/own@1.0.0 declared chosen=Purpose :6
            pkg:terraform/registry.terraform.io/hashicorp/aws declared chosen=Purpose :4
            pkg:terraform/registry.terraform.io/hashicorp/random@3.6.0 declared chosen=Purpose :9
            pkg:terraform/registry.terraform.io/terraform-aws-modules/vpc/aws@5.1.2 declared chosen=Purpose :13"]]
        .assert_eq(&found(&Terraform, &[("infra/main.tf", FILE)]));
    }

    #[test]
    fn the_lock_speaks_for_providers_and_the_list_for_modules() {
        let lock: (&str, &[u8]) = ("infra/.terraform.lock.hcl", b"");
        let list: (&str, &[u8]) = (
            "infra/.terraform/modules/modules.json",
            b"{\"Modules\":[{\"Key\":\"\",\"Source\":\"\",\"Dir\":\".\"},\n{\"Key\":\"vpc\",\"Source\":\"registry.terraform.io/terraform-aws-modules/vpc/aws\",\"Version\":\"5.1.2\",\"Dir\":\"x\"},\n{\"Key\":\"own\",\"Source\":\"./own\",\"Dir\":\"own\"}]}",
        );
        let main: (&str, &[u8]) = ("infra/modules/a/main.tf", FILE);
        assert!(!found(&Terraform, &[main, lock]).contains("hashicorp/aws"));
        assert!(!found(&Terraform, &[main, list]).contains("vpc"));
        assert_eq!(found(&Terraform, &[main, lock, list]), "");
        expect!["pkg:terraform/registry.terraform.io/terraform-aws-modules/vpc/aws@5.1.2 installed chosen=Purpose :2"]
            .assert_eq(&found(&Terraform, &[list]));
    }

    #[test]
    fn what_is_no_configuration_or_breaks_off_gives_nothing_more() {
        for text in ["", "<html>", "module \"a\" {\n  source = \"a/b/c", "required_providers {\n a = \"1\"\n}"] {
            assert_eq!(found(&Terraform, &[("main.tf", text.as_bytes())]), "", "{text}");
        }
        expect!["! a/.terraform/modules/modules.json:1:1: UP003: not JSON: EOF while parsing a value"]
            .assert_eq(&found(&Terraform, &[("a/.terraform/modules/modules.json", b"")]));
        assert!(!Terraform.wants(&FileFacts::new(std::path::Path::new("a/.terraform/modules/vpc/main.tf"))));
    }
}
