//! Reads the dependencies in the `mix.exs` of an Elixir project that Mix has not locked
//! (<https://hexdocs.pm/mix/Mix.Tasks.Deps.html>). It is a program and read, not run: tuples of literals inside `deps` alone count.
//! What lies in a folder, or under the same umbrella, is own code.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};

use super::hex::{self, Source};
use super::lines::Lines;
use super::project_file::is_in_project;
use super::script_text::without_comments;
use super::{Claim, Detector, FileFacts, Findings, Opened, fetched};

const ID: &str = "mix-exs";

/// Manifests of Mix without a lock.
pub(super) struct MixExs;

/// The function that lists the dependencies, up to its `end`.
static DEPS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?ms)^(\s*)defp?\s+deps(?:\(\))?\s*(?:do\s*$(.*?)^\s*end\b|,\s*do:(.*?\]))").ok());
/// A tuple that begins with an atom and may go on with a requirement.
static TUPLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\{\s*:(\w+)\s*(?:,\s*"([^"\n]*)"\s*)?((?:,[^{}]*)?)\}"#).ok());
static OPTION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"\b(\w+):\s*(?:"([^"\n]*)"|:(\w+))"#).ok());

impl Detector for MixExs {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("mix.exs")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        is_in_project(facts) && !fetched::holds(facts.path())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        // An umbrella has one lock for all that lie in its `apps`.
        let locks = ["mix.lock", "../../mix.lock"];
        if locks.iter().any(|lock| file.sibling(lock).exists()) || fetched::is_dependency_of(file, &["mix.exs"]) {
            return;
        }
        let Some(text) = out.text(file) else { return };
        let plain = without_comments(text, "#");
        let (Some(deps), Some(tuple)) = (DEPS.as_ref(), TUPLE.as_ref()) else { return };
        let Some(list) = deps.captures(&plain).and_then(|found| found.get(2).or(found.get(3))) else { return };
        let lines = Lines::of(&plain);
        for found in tuple.captures_iter(list.as_str()) {
            let part = |index: usize| found.get(index).map_or("", |part| part.as_str());
            let line = lines.at(list.start() + found.get(1).map_or(0, |name| name.start()));
            out.components.extend(component(part(1), part(2), part(3), line, file));
        }
    }
}

fn component(app: &str, requirement: &str, options: &str, line: usize, file: &Opened<'_>) -> Option<Component> {
    let option = |key: &str| {
        let mut stated = OPTION.iter().flat_map(|pattern| pattern.captures_iter(options));
        let found = stated.find(|found| found.get(1).is_some_and(|name| name.as_str() == key))?;
        found.get(2).or(found.get(3)).map(|value| value.as_str())
    };
    if ["path:", "in_umbrella:"].iter().any(|key| options.contains(key)) {
        return None;
    }
    let address = option("git").map(str::to_owned);
    let address = address.or_else(|| option("github").map(|place| format!("https://github.com/{place}.git")));
    let purl = match &address {
        Some(address) => {
            let commit = ["ref", "tag", "branch"].iter().find_map(|key| option(key)).unwrap_or_default();
            if commit.is_empty() { Purl::new("hex", app) } else { hex::from_source(app, &Source { address, commit }) }
        }
        None => hex::purl(option("hex").unwrap_or(app), exact(requirement), ""),
    };
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), line));
    component.origin = if address.is_some() { Origin::Unknown } else { Origin::Registry };
    component.chosen = Chosen::Purpose;
    component.group = group(options);
    Some(component)
}

/// The version of a requirement that allows a single one: `== 1.0.0`, or without an operator.
fn exact(requirement: &str) -> &str {
    let version = requirement.trim().trim_start_matches("==").trim();
    let plain = version.chars().all(|c| c.is_ascii_alphanumeric() || ".-+".contains(c));
    if plain && version.starts_with(|c: char| c.is_ascii_digit()) { version } else { "" }
}

fn group(options: &str) -> Group {
    let only = options.split_once("only:").map_or("", |(_, value)| value.trim_start());
    let end = if only.starts_with('[') { only.find(']') } else { only.find(',') };
    let only = only.get(..end.unwrap_or(only.len())).unwrap_or_default();
    match (only.is_empty(), only.contains("prod"), options.contains("optional: true")) {
        (false, false, _) => Group::Development,
        (_, _, true) => Group::Optional,
        _ => Group::Main,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const FILE: &[u8] = b"defmodule Own.MixProject do\r\n  use Mix.Project\r\n  def project do\r\n    [app: :own, version: \"0.1.0\", deps: deps(), x: [{:no, \"1.0.0\"}]]\r\n  end\r\n\r\n  # Run \"mix help deps\"\r\n  defp deps do\r\n    [\r\n      {:phoenix, \"~> 1.7.0\"},\r\n      {:jason, \"1.4.1\"},\r\n      {:exact, \"== 2.0.0\", only: [:dev, :test], runtime: false},\r\n      # {:old, \"1.0.0\"},\r\n\
        \x20     {:renamed, \"~> 1.0\", hex: :real_name},\r\n      {:g, git: \"https://github.com/u/g.git\", tag: \"v1\"},\r\n      {:gh, github: \"u/gh\"},\r\n      {:own_part, path: \"../part\"},\r\n      {:sister, in_umbrella: true},\r\n      {:opt, \">= 0.0.0\",\r\n        optional: true},\r\n      {:live, \"0.1.0\", only: [:prod, :dev]}\r\n    ]\r\n  end\r\n\r\n  defp aliases do\r\n    [{:after, \"1.0.0\"}]\r\n  end\r\nend\r\n";

    #[test]
    fn a_manifest_asks_for_packages_and_one_number_is_exact() {
        expect![[r"
            pkg:hex/exact@2.0.0 declared Development chosen=Purpose :12
            pkg:hex/g@v1?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Fg.git%40v1 declared chosen=Purpose :15
            pkg:hex/gh declared chosen=Purpose :16
            pkg:hex/jason@1.4.1 declared chosen=Purpose :11
            pkg:hex/live@0.1.0 declared chosen=Purpose :21
            pkg:hex/opt declared Optional chosen=Purpose :19
            pkg:hex/phoenix declared chosen=Purpose :10
            pkg:hex/real_name declared chosen=Purpose :14"]]
        .assert_eq(&found(&MixExs, &[("mix.exs", FILE)]));
        expect!["pkg:hex/a@1.0.0 declared chosen=Purpose :1"]
            .assert_eq(&found(&MixExs, &[("mix.exs", b"  defp deps, do: [{:a, \"1.0.0\"}]\n")]));
    }

    #[test]
    fn a_lock_speaks_for_the_manifest() {
        for lock in ["apps/a/mix.lock", "mix.lock"] {
            assert_eq!(found(&MixExs, &[("apps/a/mix.exs", FILE), (lock, b"%{}")]), "", "{lock}");
        }
        assert_eq!(found(&MixExs, &[("deps/a/mix.exs", FILE), ("mix.exs", b"")]), "");
    }

    #[test]
    fn what_is_no_manifest_or_breaks_off_gives_nothing_more() {
        for text in ["", "<html>", "{:a, \"1.0.0\"}", "  defp deps do\n    [{:a, \"1.0.0\"},\n"] {
            assert_eq!(found(&MixExs, &[("mix.exs", text.as_bytes())]), "", "{text}");
        }
    }
}
