//! Reads the specifications of installed gems: `specifications/*.gemspec` and `specifications/default/*.gemspec`
//! (<https://guides.rubygems.org/specification-reference/>). The `gem` tool writes them itself, with a `# stub:` line that says
//! it all; distributions write their own, hence literals and the file name speak, too.
//!
//! A specification in a source tree is own code; what it depends on is declared, unless a lock file of Bundler knows better. Those that
//! installed gems carry along are refused; in a checkout of Bundler, only the one in its root counts.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Component, Evidence, Location, Purl};
use crate::problem::Code;

use super::{Claim, Detector, FileFacts, Findings, Opened, gemspec_source};

/// Specifications of installed gems.
pub(super) struct Gemspec;

/// A regular expression that is known to be valid.
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a valid pattern")
}

static STUB: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^# stub: (\S+) (\S+) (\S+)"));
static NAME: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?m)^\s*\w+\.name\s*=\s*(?:%q[{\[(<]|["'])([^"'#}\])>]+)["'}\])>]"#));
static VERSION: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?m)^\s*\w+\.version\s*=\s*(?:Gem::Version\.(?:new|create)\s*\(?\s*)?["']([^"'#]+)["']"#));
static PLATFORM: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?m)^\s*\w+\.platform\s*=\s*["']([^"'#]+)["']"#));
static LICENSES: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^\s*\w+\.licenses?\s*=\s*(.*)$"));
static FUNDING: LazyLock<Regex> = LazyLock::new(|| regex(r#"["']funding_uri["'](?:\.freeze)?\s*=>\s*["']([^"']+)["']"#));
static QUOTED: LazyLock<Regex> = LazyLock::new(|| regex(r#"["']([^"']+)["']"#));

impl Detector for Gemspec {
    fn id(&self) -> &'static str {
        "gemspec"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".gemspec")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        // `gems/rack-2.2.8/rack.gemspec` is a copy of what stands in `specifications`.
        let of_installed = (0..4).any(|level| facts.folder(level) == "gems" && level > 0);
        is_installed(facts) || is_checkout(facts) || !(of_installed || facts.folder(0) == "cache")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let facts = file.facts();
        if !is_installed(&facts) && !is_checkout(&facts) {
            return gemspec_source::dependencies(text, self.id(), file, out);
        }
        let Some((name, version, platform)) = identity(text, facts.name()) else {
            // Bundler writes out what it could evaluate; what it could not is still the program of its author.
            if is_installed(&facts) {
                out.problem(Code::Malformed, file, "gem without a name or a version");
            }
            return;
        };
        let platform = if platform == "ruby" { "" } else { platform };
        let purl = Purl::new("gem", name).with_version(version).with_qualifier("platform", platform);
        let mut component = Component::new(purl, Evidence::Installed, self.id(), Location::file(file.shown()));
        component.license = LICENSES.captures(text).and_then(|found| found.get(1)).and_then(|list| {
            let licenses: Vec<_> =
                QUOTED.captures_iter(list.as_str()).filter_map(|found| found.get(1)).map(|name| name.as_str()).collect();
            // Several licences of a gem are a choice.
            (!licenses.is_empty()).then(|| licenses.join(" OR "))
        });
        component.funding = first(&FUNDING, text).map(str::to_owned).into_iter().collect();
        out.component(component);
    }
}

fn is_installed(facts: &FileFacts<'_>) -> bool {
    let folder = if facts.folder(0) == "default" { facts.folder(1) } else { facts.folder(0) };
    folder == "specifications"
}

/// Whether it is the specification of a gem that Bundler fetched by Git, `bundler/gems/<name>-<commit>/<name>.gemspec`.
fn is_checkout(facts: &FileFacts<'_>) -> bool {
    facts.folder(1) == "gems" && facts.folder(2) == "bundler"
}

fn first<'t>(pattern: &Regex, text: &'t str) -> Option<&'t str> {
    pattern.captures(text).and_then(|found| found.get(1)).map(|part| part.as_str())
}

/// Name, version and platform: from the stub, from literals, or from the file's name, `<name>-<version>.gemspec`.
fn identity<'t>(text: &'t str, file_name: &'t str) -> Option<(&'t str, &'t str, &'t str)> {
    if let Some(stub) = STUB.captures(text) {
        let (_, [name, version, platform]) = stub.extract();
        return Some((name, version, platform));
    }
    let stem = file_name.strip_suffix(".gemspec").unwrap_or(file_name);
    let named = stem.rsplit_once('-').filter(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()));
    let name = first(&NAME, text).or(named.map(|(name, _)| name))?;
    let version = first(&VERSION, text).or(named.map(|(_, version)| version))?;
    Some((name, version, first(&PLATFORM, text).unwrap_or("ruby")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::{Expect, expect};

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(name: &str, text: &str, expected: Expect) {
        expected.assert_eq(&found(&Gemspec, &[(name, text.as_bytes())]));
    }

    #[test]
    fn the_stub_speaks_first_and_names_the_platform() {
        check(
            "specifications/nokogiri-1.15.4-x86_64-linux.gemspec",
            "# -*- encoding: utf-8 -*-\n# stub: nokogiri 1.15.4 x86_64-linux lib\n\nGem::Specification.new do |s|\n  s.name = \"nokogiri\".freeze\n  s.licenses = [\"MIT\".freeze, \"Ruby\".freeze]\n  s.metadata = { \"funding_uri\" => \"https://example.org/pay\" }\n",
            expect!["pkg:gem/nokogiri@1.15.4?platform=x86_64-linux installed license=MIT OR Ruby fund=https://example.org/pay"],
        );
    }

    #[test]
    fn literals_speak_without_a_stub() {
        check(
            "specifications/x.gemspec",
            "Gem::Specification.new do |spec|\n  spec.name = 'rake'\n  spec.version = Gem::Version.new(\"13.0.6\")\n  spec.license = 'MIT'\nend",
            expect!["pkg:gem/rake@13.0.6 installed license=MIT"],
        );
        check(
            "specifications/x.gemspec",
            "s.name=NAME\ns.version = VERSION\n",
            expect!["! specifications/x.gemspec: UP002: gem without a name or a version"],
        );
    }

    #[test]
    fn old_ways_to_quote_and_a_platform_are_read() {
        check(
            "specifications/x.gemspec",
            "Gem::Specification.new do |s|\r\n  s.name = %q{mini}\r\n  s.version = \"1.0\".freeze\r\n  s.platform = \"java\".freeze\r\nend",
            expect!["pkg:gem/mini@1.0?platform=java installed"],
        );
    }

    #[test]
    fn a_source_tree_declares_what_its_gem_needs_and_is_itself_none() {
        let text = "Gem::Specification.new do |s|\n  s.name = 'own'\n  s.version = Own::VERSION\n  s.add_dependency 'rack', '>= 2', '< 4'\n  \
            s.add_runtime_dependency(\"pinned\", \"= 1.2.3\")\n  s.add_dependency(%q<thor>.freeze, [\"1.0\"])\n  \
            s.add_development_dependency \"rspec\", \"~> 3.0\" # \"9.9\"\n  s.add_dependency 'computed', version\n  #s.add_dependency 'none'\nend\n";
        check(
            "own.gemspec",
            text,
            expect![[r"
                pkg:gem/computed declared chosen=Purpose :8
                pkg:gem/pinned@1.2.3 declared chosen=Purpose :5
                pkg:gem/rack declared chosen=Purpose :4
                pkg:gem/rspec declared Development chosen=Purpose :7
                pkg:gem/thor@1.0 declared chosen=Purpose :6"]],
        );
        let files: &[(&str, &[u8])] = &[("gems/a/own.gemspec", text.as_bytes()), ("Gemfile.lock", b"")];
        assert_eq!(found(&Gemspec, files), "");
        check("own.gemspec", "", expect![""]);
    }

    #[test]
    fn the_file_name_speaks_where_nothing_else_does() {
        check(
            "specifications/power_assert-2.0.3.gemspec",
            "s.name = NAME\ns.version = \"#{v}\"\n",
            expect!["pkg:gem/power_assert@2.0.3 installed"],
        );
    }

    #[test]
    fn a_gem_that_bundler_fetched_by_git_is_installed() {
        let path = "vendor/bundle/ruby/3.1.0/bundler/gems/own-0123abc/own.gemspec";
        let text = "# stub: own 0.9.0 ruby lib\nGem::Specification.new do |s|\n  s.add_dependency 'rack', '1.0'\nend\n";
        check(path, text, expect!["pkg:gem/own@0.9.0 installed"]);
        check(path, "s.name = 'own'\ns.version = Own::VERSION\n", expect![""]);
    }

    #[test]
    fn copies_inside_installed_gems_are_not_wanted() {
        for (path, wanted) in [
            ("var/lib/gems/3.1.0/specifications/rack-2.2.8.gemspec", true),
            ("usr/lib/ruby/gems/3.1.0/specifications/default/csv-3.2.2.gemspec", true),
            ("src/app/app.gemspec", true),
            ("var/lib/gems/3.1.0/gems/rack-2.2.8/rack.gemspec", false),
            ("vendor/bundle/ruby/3.1.0/bundler/gems/own-0123abc/own.gemspec", true),
            ("vendor/bundle/ruby/3.1.0/bundler/gems/own-0123abc/sub/own.gemspec", false),
        ] {
            assert_eq!(Gemspec.wants(&FileFacts::new(std::path::Path::new(path))), wanted, "{path}");
        }
    }
}
