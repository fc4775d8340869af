//! Reads what `composer.json` asks for (<https://getcomposer.org/doc/04-schema.md#package-links>) where no `composer.lock` says to
//! what it resolves. Only `1.2.3` names a version, and `dev-main` a branch. Refuses the platform, such as `php` and `ext-json`,
//! and the manifests that installed packages carry along.

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document;
use super::{Claim, Detector, FileFacts, Findings, Opened, json};

/// `composer.json`.
pub(super) struct ComposerJson;

/// Folders into which packages are installed.
const INSTALLED: [&str; 5] = ["vendor", "node_modules", "contrib", "wp-content", "wp-includes"];

impl Detector for ComposerJson {
    fn id(&self) -> &'static str {
        "composer-json"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("composer.json")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        !facts.path().iter().filter_map(|part| part.to_str()).any(|part| INSTALLED.contains(&part))
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        // A package below a project that is locked is a part of it, or was installed by it.
        let mut folders = file.path().ancestors().skip(1);
        if folders.any(|folder| file.in_root("".as_ref(), &folder.join("composer.lock")).exists()) {
            return;
        }
        // Without a lock, what is installed beside the manifest has the versions.
        if file.sibling("vendor/composer/installed.json").exists() {
            return;
        }
        let Some(manifest) = document::read(file, out, json::parse) else { return };
        for (key, group) in [("require", Group::Main), ("require-dev", Group::Development)] {
            for (name, stated) in document::map_at(&manifest, key, file, out) {
                let Some((vendor, bare)) = name.split_once('/') else { continue };
                let Some(constraint) = stated.as_text() else {
                    let what = format!("`{name}` should be a text, but is {}", stated.kind());
                    out.problem_at(Code::Malformed, file, stated.line, what);
                    continue;
                };
                let purl = Purl::new("composer", bare).with_namespace(vendor).with_version(exact(constraint).unwrap_or_default());
                let mut component =
                    Component::new(purl, Evidence::Declared, self.id(), Location::line(file.shown(), stated.line));
                (component.origin, component.chosen, component.group) = (Origin::Registry, Chosen::Purpose, group);
                out.component(component);
            }
        }
    }
}

/// The one version that a constraint allows; stability marks and the commit of a branch are taken off.
fn exact(constraint: &str) -> Option<&str> {
    let word = constraint.trim().trim_start_matches('=').trim().split(['@', '#']).next()?;
    let word = word.split_once(" as ").map_or(word, |(branch, _)| branch).trim();
    let digits = word.strip_prefix(['v', 'V']).unwrap_or(word);
    let is_version = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c))
        && !digits.split('.').any(|part| part.eq_ignore_ascii_case("x"))
        && !digits.ends_with("-dev");
    let is_branch = word.starts_with("dev-") && !word.contains([' ', '|', ',', '*']);
    (is_version || is_branch).then_some(word)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&found(&ComposerJson, &[("composer.json", text.as_bytes())]));
    }

    #[test]
    fn only_an_exact_constraint_is_a_version() {
        check(
            "{\r\n\"name\": \"acme/app\", \"require\": {\r\n\"php\": \">=8.1\", \"ext-json\": \"*\",\r\n\"Monolog/Monolog\": \"2.9.1\",\r\n\"a/v\": \"=v1.0.0-beta.1\",\r\n\
             \"a/range\": \"^1.2\", \"a/wild\": \"1.2.*\", \"a/x\": \"1.x\", \"a/line\": \"1.2.x-dev\", \"a/or\": \"1.0 || 2.0\", \"a/hyphen\": \"1.0 - 2.0\",\r\n\"a/branch\": \"dev-main#abc as 1.0\",\r\n\"a/odd\": 3},\r\n\
             \"require-dev\": {\"phpunit/phpunit\": \"10.5.0@stable\"}}",
            expect![[r"
                pkg:composer/a/branch@dev-main declared chosen=Purpose :7
                pkg:composer/a/hyphen declared chosen=Purpose :6
                pkg:composer/a/line declared chosen=Purpose :6
                pkg:composer/a/or declared chosen=Purpose :6
                pkg:composer/a/range declared chosen=Purpose :6
                pkg:composer/a/v@v1.0.0-beta.1 declared chosen=Purpose :5
                pkg:composer/a/wild declared chosen=Purpose :6
                pkg:composer/a/x declared chosen=Purpose :6
                pkg:composer/monolog/monolog@2.9.1 declared chosen=Purpose :4
                pkg:composer/phpunit/phpunit@10.5.0 declared Development chosen=Purpose :9
                ! composer.json:8:1: UP002: `a/odd` should be a text, but is a number"]],
        );
    }

    #[test]
    fn a_lock_beside_or_above_knows_more_and_installed_manifests_are_not_wanted() {
        let manifest = b"{\"require\": {\"a/b\": \"1.0.0\"}}";
        for lock in ["composer.lock", "web/composer.lock"] {
            assert_eq!(found(&ComposerJson, &[("web/core/composer.json", manifest), (lock, b"{}")]), "");
        }
        let installed: &[(&str, &[u8])] = &[("composer.json", manifest), ("vendor/composer/installed.json", b"{}")];
        assert_eq!(found(&ComposerJson, installed), "");
        assert!(!ComposerJson.wants(&FileFacts::new(Path::new("vendor/psr/log/composer.json"))));
    }

    #[test]
    fn wrong_formats_are_one_problem() {
        check("{}", expect![""]);
        check("", expect!["! composer.json:1:1: UP003: not JSON: EOF while parsing a value"]);
        check("[]", expect!["! composer.json:1:1: UP002: expected a map, found a list"]);
        check("{\"require\": []}", expect!["! composer.json:1:1: UP002: `require` should be a map, but is a list"]);
    }
}
