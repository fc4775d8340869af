//! Language runtimes and tools as version managers name them, and the versions that their files can state.
//! Knows no file's format.

use crate::model::{Chosen, Component, Evidence, Location, ProductHint, Purl, Role};

use super::Opened;

/// What version managers call a product, sorted: their name, the id in the catalog, the role.
const KNOWN: &[(&str, &str, Role)] = &[
    ("ant", "apache-ant", Role::Tool),
    ("bazel", "bazel", Role::Tool),
    ("bun", "bun", Role::Runtime),
    ("consul", "consul", Role::Server),
    ("corretto", "amazon-corretto", Role::Runtime),
    ("deno", "deno", Role::Runtime),
    ("dotnet", "dotnet", Role::Runtime),
    ("dotnet-core", "dotnet", Role::Runtime),
    ("dotnet-sdk", "dotnet", Role::Runtime),
    ("elixir", "elixir", Role::Runtime),
    ("erlang", "erlang", Role::Runtime),
    ("ghc", "ghc", Role::Tool),
    ("gleam", "gleam", Role::Tool),
    ("go", "go", Role::Tool),
    ("golang", "go", Role::Tool),
    ("gradle", "gradle", Role::Tool),
    ("grails", "grails", Role::Framework),
    ("groovy", "apache-groovy", Role::Runtime),
    ("hugo", "hugo", Role::Tool),
    ("java", "openjdk", Role::Runtime),
    ("jruby", "jruby", Role::Runtime),
    ("julia", "julia", Role::Runtime),
    ("kotlin", "kotlin", Role::Tool),
    ("kubectl", "kubernetes", Role::Client),
    ("liberica", "bellsoft-liberica", Role::Runtime),
    ("lua", "lua", Role::Runtime),
    ("maven", "apache-maven", Role::Tool),
    ("micronaut", "micronaut", Role::Framework),
    ("microsoft", "microsoft-build-of-openjdk", Role::Runtime),
    ("mongodb", "mongodb", Role::Server),
    ("mysql", "mysql", Role::Server),
    ("node", "nodejs", Role::Runtime),
    ("nodejs", "nodejs", Role::Runtime),
    ("nomad", "nomad", Role::Server),
    ("npm", "npm", Role::Tool),
    ("ocaml", "ocaml", Role::Tool),
    ("openjdk", "openjdk", Role::Runtime),
    ("openjdk64", "openjdk", Role::Runtime),
    ("opentofu", "opentofu", Role::Tool),
    ("packer", "hashicorp-packer", Role::Tool),
    ("perl", "perl", Role::Runtime),
    ("php", "php", Role::Runtime),
    ("pnpm", "pnpm", Role::Tool),
    ("postgres", "postgresql", Role::Server),
    ("postgresql", "postgresql", Role::Server),
    ("python", "python", Role::Runtime),
    ("redis", "redis", Role::Server),
    ("ruby", "ruby", Role::Runtime),
    ("rust", "rust", Role::Tool),
    ("sapmachine", "sapmachine", Role::Runtime),
    ("scala", "scala", Role::Runtime),
    ("semeru", "ibm-semeru", Role::Runtime),
    ("temurin", "eclipse-temurin", Role::Runtime),
    ("terraform", "terraform", Role::Tool),
    ("tomcat", "tomcat", Role::Server),
    ("vault", "hashicorp-vault", Role::Server),
    ("yarn", "yarn", Role::Tool),
    ("zulu", "azul-zulu", Role::Runtime),
];

/// What SDKMAN! appends to the version of a Java, and whose build that is.
const VENDORS: [(&str, &str); 8] = [
    ("amzn", "corretto"),
    ("librca", "liberica"),
    ("ms", "microsoft"),
    ("open", "openjdk"),
    ("sapmchn", "sapmachine"),
    ("sem", "semeru"),
    ("tem", "temurin"),
    ("zulu", "zulu"),
];

/// A tool that a file asks for, at a version as the file states it: `20`, `v20.11.0`, `lts/*`, `temurin-17.0.2+8`. `None` if
/// it asks for whatever is there.
pub(super) fn component(tool: &str, stated: &str, detector: &'static str, line: usize, file: &Opened<'_>) -> Option<Component> {
    let stated = stated.trim();
    if tool.is_empty() || stated.is_empty() || stated == "system" || stated.starts_with("path:") {
        return None;
    }
    let (name, version) = told(tool, stated);
    let known = KNOWN.binary_search_by(|(known, ..)| (*known).cmp(name)).ok().and_then(|at| KNOWN.get(at));
    // The name is the one that the file has. Another implementation, which its version names, goes by its product.
    let shown = match name {
        "node" => "nodejs",
        _ if name == tool => name,
        _ => known.map_or(name, |(_, product, _)| product),
    };
    let purl = Purl::new("generic", shown).with_version(version);
    let mut component = Component::new(purl, Evidence::Declared, detector, Location::line(file.shown(), line));
    component.product = known.map(|(_, product, role)| ProductHint { product: (*product).to_owned(), role: *role });
    component.chosen = Chosen::Purpose;
    Some(component)
}

/// The tool and its version. A word before the version names another implementation: `jruby-9.4.5.0`, `pypy3.9-7.3.11`.
fn told<'t>(tool: &'t str, stated: &'t str) -> (&'t str, &'t str) {
    if let Some(version) = number(stated) {
        if tool == "java"
            && let Some((version, suffix)) = version.rsplit_once('-')
            && let Some((_, vendor)) = VENDORS.iter().find(|(known, _)| *known == suffix)
        {
            return (vendor, version);
        }
        let triple = matches!(tool, "rust").then(|| version.split('-').next()).flatten();
        return (tool, triple.unwrap_or(version));
    }
    let named = stated.match_indices('-').find_map(|(at, _)| {
        let (word, version) = (stated.get(..at)?, number(stated.get(at + 1..)?)?);
        word.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)).then_some((word, version))
    });
    match named {
        // Of Rust, a word is a channel and the number behind it a day.
        Some((word, version)) if tool != "rust" => (if word == "adoptopenjdk" { "temurin" } else { word }, version),
        _ => (tool, ""),
    }
}

/// A version that begins with a number, whole or not, without the `go` or `v` that some write before it.
fn number(text: &str) -> Option<&str> {
    let text = text.strip_prefix("go").unwrap_or(text);
    let text = text.strip_prefix('v').unwrap_or(text);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".+-_".contains(c);
    (text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(is_plain)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(KNOWN.is_sorted_by_key(|(name, ..)| *name), "{:?}", KNOWN.windows(2).find(|pair| pair[0].0 >= pair[1].0));
    }

    #[test]
    fn names_and_numbers_are_told_apart() {
        for (tool, stated, expected) in [
            ("nodejs", "v20.11.0", ("nodejs", "20.11.0")),
            ("nodejs", "20", ("nodejs", "20")),
            ("nodejs", "lts/*", ("nodejs", "")),
            ("nodejs", "lts/iron", ("nodejs", "")),
            ("golang", "go1.21.0", ("golang", "1.21.0")),
            ("python", "3.13-dev", ("python", "3.13-dev")),
            ("python", "pypy3.9-7.3.11", ("pypy3.9", "7.3.11")),
            ("ruby", "jruby-9.4.5.0", ("jruby", "9.4.5.0")),
            ("java", "17.0.2-tem", ("temurin", "17.0.2")),
            ("java", "temurin-17.0.2+8", ("temurin", "17.0.2+8")),
            ("java", "22-ea", ("java", "22-ea")),
            ("rust", "1.75.0-x86_64-unknown-linux-gnu", ("rust", "1.75.0")),
            ("rust", "nightly-2024-01-01", ("rust", "")),
            ("go", "latest", ("go", "")),
            ("go", "ref:0f1e", ("go", "")),
        ] {
            assert_eq!(told(tool, stated), expected, "{tool} {stated}");
        }
    }
}
