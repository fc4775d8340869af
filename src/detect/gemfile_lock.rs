//! Reads Bundler's lock file (<https://bundler.io/man/gemfile.5.html>; its grammar is that of Bundler's `LockfileParser`).
//! Gems of a `PATH` are own code. The same version for several platforms is one gem. Refuses `RUBY VERSION`
//! and `BUNDLED WITH`: they name the platform and the tool of who wrote the file, no gems; and the locks that gems carry along.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::{Claim, Detector, FileFacts, Findings, Opened, fetched};

const RUBYGEMS: &str = "https://rubygems.org";

/// `Gemfile.lock`, `gems.locked`, and what Bundler makes of a Gemfile of another name, `rails_7.gemfile`.
pub(super) struct GemfileLock;

impl Detector for GemfileLock {
    fn id(&self) -> &'static str {
        "gemfile-lock"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("Gemfile.lock"), Claim::Name("gems.locked"), Claim::Suffix(".lock")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let name = facts.name();
        let is_lock = ["Gemfile.lock", "gems.locked"].contains(&name) || name.ends_with(".gemfile.lock");
        is_lock && !fetched::holds(facts.path())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let mut lock = Lock::default();
        for (number, line) in (1..).zip(text.lines()) {
            if let Err(why) = lock.line(line.trim_end(), number) {
                out.problem_at(Code::Malformed, file, number, why);
            }
        }
        if !lock.any_section && !text.trim().is_empty() {
            out.problem_at(Code::Malformed, file, 1, "no section of a lock file");
        }
        for ((name, version, place), gem) in &lock.gems {
            let mut component = Component::new(
                gem.purl(name, version, place),
                Evidence::Declared,
                self.id(),
                Location::line(file.shown(), gem.line),
            );
            if place.revision.is_none() {
                component.origin = Origin::Registry;
            }
            component.chosen = match &lock.asked {
                None => Chosen::Unknown,
                Some(asked) if asked.contains(name) => Chosen::Purpose,
                Some(_) => Chosen::Dependency,
            };
            out.component(component);
        }
    }
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Section {
    /// `GEM`, `GIT`, `PLUGIN SOURCE`.
    Source,
    Path,
    Dependencies,
    #[default]
    Other,
}

/// Where the gems of a section come from.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'t> {
    remotes: Vec<&'t str>,
    revision: Option<&'t str>,
}

struct Gem<'t> {
    line: usize,
    /// One for each line of the gem; empty for plain Ruby.
    platforms: BTreeSet<&'t str>,
}

impl Gem<'_> {
    fn purl(&self, name: &str, version: &str, place: &Place<'_>) -> Purl {
        let mut purl = Purl::new("gem", name).with_version(version);
        // Of several platforms none is truer than the others.
        if let (Some(platform), 1) = (self.platforms.first(), self.platforms.len()) {
            purl = purl.with_qualifier("platform", platform);
        }
        match (place.remotes.as_slice(), place.revision) {
            ([remote], Some(revision)) => purl.with_qualifier("vcs_url", &format!("git+{remote}@{revision}")),
            ([remote], None) if remote.trim_end_matches('/') != RUBYGEMS => purl.with_qualifier("repository_url", remote),
            _ => purl,
        }
    }
}

#[derive(Default)]
struct Lock<'t> {
    section: Section,
    place: Place<'t>,
    any_section: bool,
    gems: BTreeMap<(&'t str, &'t str, Place<'t>), Gem<'t>>,
    asked: Option<BTreeSet<&'t str>>,
}

impl<'t> Lock<'t> {
    fn line(&mut self, line: &'t str, number: usize) -> Result<(), &'static str> {
        let text = line.trim_start();
        if text.is_empty() {
            return Ok(());
        }
        match line.len() - text.len() {
            0 => self.open(text),
            2 if self.section == Section::Dependencies => {
                let name = text.split([' ', '!']).next().unwrap_or(text);
                self.asked.get_or_insert_default().insert(name);
                Ok(())
            }
            2 => {
                match text.split_once(": ") {
                    Some(("remote", remote)) => self.place.remotes.push(remote),
                    Some(("revision", revision)) => self.place.revision = Some(revision),
                    _ => {}
                }
                Ok(())
            }
            4 if self.section == Section::Source => self.gem(text, number),
            _ => Ok(()),
        }
    }

    fn open(&mut self, name: &str) -> Result<(), &'static str> {
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|marker| name.starts_with(marker)) {
            return Err("conflict of a merge that is not resolved");
        }
        self.place = Place::default();
        self.section = match name {
            "GEM" | "GIT" | "PLUGIN SOURCE" => Section::Source,
            "PATH" => Section::Path,
            "DEPENDENCIES" => Section::Dependencies,
            _ => Section::Other,
        };
        self.any_section |= self.section != Section::Other;
        if self.section == Section::Dependencies {
            self.asked.get_or_insert_default();
        }
        Ok(())
    }

    /// `name (version)` or `name (version-platform)`; a version holds no dash.
    fn gem(&mut self, text: &'t str, line: usize) -> Result<(), &'static str> {
        let parts = text.split_once(" (").and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?)));
        let Some((name, version)) = parts else { return Err("gem without a version") };
        let (version, platform) = version.split_once('-').unwrap_or((version, ""));
        let gem = self.gems.entry((name, version, self.place.clone()));
        gem.or_insert_with(|| Gem { line, platforms: BTreeSet::new() }).platforms.insert(platform);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::{Expect, expect};

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&found(&GemfileLock, &[("Gemfile.lock", text.as_bytes())]));
    }

    #[test]
    fn every_source_is_read_and_a_path_is_own_code() {
        check(
            "GIT
  remote: https://github.com/acme/tool.git
  revision: 0123abc
  branch: main
  specs:
    tool (1.0.0)
      rack (>= 1)

PATH
  remote: .
  specs:
    own (0.1.0)
      rails

PLUGIN SOURCE
  remote: https://gems.example.org/
  specs:
    plug (2.0)

GEM
  remote: https://rubygems.org/
  specs:
    rack (2.2.8)
    rails (7.0.8)
      rack (>= 2.2.4)

PLATFORMS
  ruby

DEPENDENCIES
  own!
  rails (~> 7.0)
  tool!

CHECKSUMS
  rack (2.2.8) sha256=00

BUNDLED WITH
   2.4.10
",
            expect![[r#"
                pkg:gem/plug@2.0?repository_url=https:%2F%2Fgems.example.org%2F declared chosen=Dependency :18
                pkg:gem/rack@2.2.8 declared chosen=Dependency :23
                pkg:gem/rails@7.0.8 declared chosen=Purpose :24
                pkg:gem/tool@1.0.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Facme%2Ftool.git%400123abc declared chosen=Purpose :6"#]],
        );
    }

    #[test]
    fn platforms_of_one_version_are_one_gem() {
        check(
            "GEM\r\n  remote: https://rubygems.org/\r\n  specs:\r\n    a (1.15.4-arm64-darwin)\r\n    a (1.15.4-x86_64-linux)\r\n    b (2.0-java)\r\n    c (1.0)\r\n    c (1.0-java)\r\n    d (1.0)\r\n    d (1.1)\r\n",
            expect![[r#"
                pkg:gem/a@1.15.4 declared :4
                pkg:gem/b@2.0?platform=java declared :6
                pkg:gem/c@1.0 declared :7
                pkg:gem/d@1.0 declared :9
                pkg:gem/d@1.1 declared :10"#]],
        );
    }

    #[test]
    fn the_ruby_and_the_bundler_that_it_was_made_with_are_no_gems() {
        check(
            "RUBY VERSION\n   ruby 3.2.2p53\n\nGEM\n  specs:\n    a (1.0)\n\nBUNDLED WITH\n   2.4.10\n",
            expect!["pkg:gem/a@1.0 declared :6"],
        );
    }

    #[test]
    fn gemfiles_of_other_names_have_locks_and_other_locks_are_not_wanted() {
        for (path, wanted) in [
            ("Gemfile.lock", true),
            ("gemfiles/rails_7.gemfile.lock", true),
            ("yarn.lock", false),
            ("usr/lib/ruby/gems/3.1.0/gems/rbs-2.1.0/Gemfile.lock", false),
        ] {
            assert_eq!(GemfileLock.wants(&FileFacts::new(std::path::Path::new(path))), wanted, "{path}");
        }
    }

    #[test]
    fn faults_are_placed_and_the_rest_stays() {
        check(
            "GEM\n  specs:\n<<<<<<< HEAD\n    a (1.0)\n=======\n    a (1.1)\n>>>>>>> other\n    b\n",
            expect![[r#"
            pkg:gem/a@1.0 declared :4
            pkg:gem/a@1.1 declared :6
            ! Gemfile.lock:3:1: UP002: conflict of a merge that is not resolved
            ! Gemfile.lock:5:1: UP002: conflict of a merge that is not resolved
            ! Gemfile.lock:7:1: UP002: conflict of a merge that is not resolved
            ! Gemfile.lock:8:1: UP002: gem without a version"#]],
        );
        check("{}", expect!["! Gemfile.lock:1:1: UP002: no section of a lock file"]);
        check("", expect![[""]]);
    }
}
