//! Reads the Gemfile of a Ruby project that Bundler has not locked (<https://bundler.io/man/gemfile.5.html>): `Gemfile`, `gems.rb` and
//! Gemfiles of other names. It is a program and read, not run: only literals count. Gems from a folder are own code.

use std::path::Path;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};

use super::gemspec_source::exact;
use super::project_file::is_in_project;
use super::ruby_calls::{Call, calls};
use super::{Claim, Detector, FileFacts, Findings, Opened, fetched, npm};

const ID: &str = "gemfile";
/// The words by which a Gemfile names groups that do not run.
const BUILD_GROUPS: [&str; 8] = ["test", "development", "dev", "ci", "lint", "rubocop", "docs", "doc"];

/// Gemfiles without a lock.
pub(super) struct Gemfile;

impl Detector for Gemfile {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("Gemfile"), Claim::Name("gems.rb"), Claim::Suffix(".gemfile")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        is_in_project(facts) && !fetched::holds(facts.path())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let lock = match file.facts().name() {
            "gems.rb" => "gems.locked".to_owned(),
            name => format!("{name}.lock"),
        };
        if file.sibling(&lock).exists() {
            return;
        }
        let Some(text) = out.text(file) else { return };
        for gem in calls(text, "gem") {
            let own = gem.has("path") || gem.blocks.iter().any(|block| block.starts_with("path"));
            if !own && is_name(&gem.name) {
                out.component(component(&gem, file));
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

fn component(gem: &Call, file: &Opened<'_>) -> Component {
    let requirements: Vec<&str> = gem.requirements.iter().map(String::as_str).collect();
    let mut purl = Purl::new("gem", &gem.name).with_version(exact(&requirements).unwrap_or_default());
    let address = gem.option("git").map(str::to_owned);
    let place = address.or_else(|| gem.option("github").map(|place| github(place, &gem.name)));
    if let Some(place) = place.as_deref().filter(|place| place.contains("://")) {
        let revision = ["ref", "tag", "branch"].iter().find_map(|key| gem.option(key));
        let revision = revision.map_or_else(String::new, |revision| format!("@{revision}"));
        purl = purl.with_qualifier("vcs_url", &format!("git+{}{revision}", npm::without_secret(place)));
    }
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), gem.line));
    component.origin = if place.is_some() { Origin::Unknown } else { Origin::Registry };
    component.chosen = Chosen::Purpose;
    component.group = group(gem);
    component
}

/// A short name of a repository: `owner/name`, or `name` for one whose owner has the same name.
fn github(place: &str, gem: &str) -> String {
    let place = if place.is_empty() { gem } else { place };
    let (owner, name) = place.split_once('/').unwrap_or((place, place));
    format!("https://github.com/{owner}/{}.git", Path::new(name).file_name().and_then(|name| name.to_str()).unwrap_or(name))
}

/// For development, if all groups that it or a block around it names are.
fn group(gem: &Call) -> Group {
    let own = ["group:", "groups:", ":group =>", ":groups =>"].iter().find_map(|key| gem.options.split_once(key));
    let own = own.map(|(_, value)| value.split(']').next().unwrap_or(value)).map(|value| first_words(value));
    let around = gem.blocks.iter().rev().find(|block| block.starts_with("group")).map(|block| symbols(block));
    let names = own.or(around).unwrap_or_default();
    let for_build = !names.is_empty() && names.iter().all(|name| BUILD_GROUPS.contains(name));
    let installed = gem.blocks.iter().all(|block| !(block.starts_with("group") && block.contains("optional")));
    match (for_build, installed) {
        (true, _) => Group::Development,
        (false, true) => Group::Main,
        (false, false) => Group::Optional,
    }
}

/// The symbols in a list, or the one that stands there.
fn first_words(value: &str) -> Vec<&str> {
    if value.trim_start().starts_with('[') { symbols(value) } else { symbols(value.split(',').next().unwrap_or_default()) }
}

fn symbols(text: &str) -> Vec<&str> {
    let word = |part: &str| part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
    text.split(':').skip(1).filter_map(|part| part.get(..word(part))).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const FILE: &[u8] = b"source 'https://rubygems.org'\r\nruby '3.2.2'\r\ngemspec\r\ngem 'rails', '7.0.4'\r\ngem \"pg\", \"~> 1.1\"\r\ngem 'puma', '>= 5.0', '< 7'\r\ngem 'old', '= 1.0', require: false # gem 'comment'\r\n\
        gem 'fork', git: 'https://user:secret@github.com/u/fork.git', tag: 'v2'\r\ngem 'short', github: 'u/short'\r\ngem 'own', path: '../own'\r\npath 'engines' do\r\n  gem 'engine'\r\nend\r\n\
        group :development, :test do\r\n  gem 'rspec', '3.12.0'\r\n  gem 'debug', platforms: %i[mri]\r\nend\r\ngroup :production do\r\n  gem 'redis'\r\nend\r\ngem 'rake', group: :test\r\ngem 'both', '1.0', groups: [:test, :default]\r\n\
        source 'https://gems.example.com' do\r\n  gem 'priv'\r\nend\r\nif RUBY_VERSION > '3'\r\n  gem 'bigdecimal'\r\nend\r\ngem name, '1'\r\ngem 'pinned', \"#{v}\"\r\n";

    #[test]
    fn a_gemfile_asks_for_gems_and_one_number_is_exact() {
        expect![[r"
            pkg:gem/bigdecimal declared chosen=Purpose :27
            pkg:gem/both@1.0 declared chosen=Purpose :22
            pkg:gem/debug declared Development chosen=Purpose :16
            pkg:gem/fork?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Ffork.git%40v2 declared chosen=Purpose :8
            pkg:gem/old@1.0 declared chosen=Purpose :7
            pkg:gem/pg declared chosen=Purpose :5
            pkg:gem/pinned declared chosen=Purpose :30
            pkg:gem/priv declared chosen=Purpose :24
            pkg:gem/puma declared chosen=Purpose :6
            pkg:gem/rails@7.0.4 declared chosen=Purpose :4
            pkg:gem/rake declared Development chosen=Purpose :21
            pkg:gem/redis declared chosen=Purpose :19
            pkg:gem/rspec@3.12.0 declared Development chosen=Purpose :15
            pkg:gem/short?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Fshort.git declared chosen=Purpose :9"]]
        .assert_eq(&found(&Gemfile, &[("Gemfile", FILE)]));
    }

    #[test]
    fn a_lock_speaks_for_its_gemfile() {
        for (name, lock) in [("Gemfile", "Gemfile.lock"), ("gems.rb", "gems.locked"), ("rails_7.gemfile", "rails_7.gemfile.lock")]
        {
            assert_eq!(found(&Gemfile, &[(name, FILE), (lock, b"")]), "", "{name}");
            assert_ne!(found(&Gemfile, &[(name, FILE)]), "", "{name}");
        }
    }

    #[test]
    fn what_is_no_gemfile_or_breaks_off_gives_nothing_more() {
        for text in ["", "<html>", "gem 'a', '1", "x = { gem: 'a' }\n"] {
            assert_eq!(found(&Gemfile, &[("Gemfile", text.as_bytes())]), "", "{text}");
        }
        assert!(!Gemfile.wants(&FileFacts::new(Path::new("usr/lib/ruby/gems/3.1.0/gems/a-1.0.0/Gemfile"))));
    }
}
