//! Reads Composer's lock file (<https://getcomposer.org/doc/01-basic-usage.md#commit-your-composer-lock-file-to-version-control>).
//! Versions stay as the lock has them, a leading `v` and branch names (`dev-main`) included. Refuses the platform: `php`
//! and `ext-*` are requirements, not packages.

use crate::model::{Evidence, Group};
use crate::problem::Code;

use super::composer_package::ComposerFile;
use super::document::Value;
use super::{Claim, Detector, Findings, Opened};

/// `composer.lock`.
pub(super) struct ComposerLock;

impl Detector for ComposerLock {
    fn id(&self) -> &'static str {
        "composer-lock"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("composer.lock")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let opened = ComposerFile::open(file, "composer.json", Evidence::Declared, self.id(), out);
        let Some((composer, document)) = opened else { return };
        let lists = [("packages", Group::Main), ("packages-dev", Group::Development)];
        let mut any = false;
        for (key, group) in lists {
            let Some(list) = document.get(key) else { continue };
            any = true;
            match &list.value {
                Value::List(packages) => composer.packages(packages, |_| group, out),
                // Composer writes null for development packages that were never looked up.
                Value::Null => {}
                _ => out.problem_at(Code::Malformed, file, list.line, format!("`{key}` is not a list")),
            }
        }
        if !any {
            out.problem_at(Code::Malformed, file, 1, "no list of packages");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const LOCK: &str = r#"{
    "packages": [
        {
            "name": "symfony/console",
            "version": "v5.4.1",
            "require": {"php": ">=7.2.5"},
            "type": "library",
            "license": ["MIT", "GPL-2.0-only"],
            "authors": [{"name": "Fabien Potencier"}],
            "funding": [{"url": "https://symfony.com/sponsor", "type": "custom"}]
        },
        {"name": "Acme/All", "version": "1.0.0", "type": "metapackage"},
        {"name": "acme/own", "version": "dev-main", "dist": {"type": "path", "url": "../own"}},
        {"name": "acme/branch", "version": "dev-main", "license": "proprietary"},
        {"version": "1"}
    ],
    "packages-dev": [
        {"name": "PHPUnit/phpunit", "version": "9.5.10"}
    ],
    "platform": {"php": ">=8.1"}
}"#;

    #[test]
    fn packages_keep_their_version_licence_funding_and_group() {
        expect![[r#"
            pkg:composer/acme/all@1.0.0 declared :12
            pkg:composer/acme/branch@dev-main declared license=proprietary :14
            pkg:composer/phpunit/phpunit@9.5.10 declared Development :18
            pkg:composer/symfony/console@v5.4.1 declared license=MIT OR GPL-2.0-only fund=https://symfony.com/sponsor :4
            ! composer.lock:15:1: UP002: package without a name"#]]
        .assert_eq(&found(&ComposerLock, &[("composer.lock", LOCK.as_bytes())]));
    }

    #[test]
    fn the_manifest_beside_it_says_what_was_asked_for() {
        let manifest = br#"{"require": {"php": "^8", "symfony/Console": "^5"}}"#;
        expect![[r#"
            pkg:composer/acme/all@1.0.0 declared chosen=Dependency :12
            pkg:composer/acme/branch@dev-main declared chosen=Dependency license=proprietary :14
            pkg:composer/phpunit/phpunit@9.5.10 declared Development chosen=Dependency :18
            pkg:composer/symfony/console@v5.4.1 declared chosen=Purpose license=MIT OR GPL-2.0-only fund=https://symfony.com/sponsor :4
            ! composer.lock:15:1: UP002: package without a name"#]].assert_eq(&found(&ComposerLock, &[("composer.lock", LOCK.as_bytes()), ("composer.json", manifest)]));
    }

    #[test]
    fn what_stands_before_a_fault_stays() {
        let text = "{\"packages\": [{\"name\": \"psr/log\", \"version\": \"1.1.4\"},\n{\"name\": \"cut";
        expect![[r#"
            pkg:composer/psr/log@1.1.4 declared :1
            ! composer.lock:2:1: UP003: not JSON: EOF while parsing a string"#]]
        .assert_eq(&found(&ComposerLock, &[("composer.lock", text.as_bytes())]));
    }

    #[test]
    fn wrong_formats_are_one_problem() {
        for (text, problem) in [
            ("", ":1:1: UP003: not JSON: EOF while parsing a value"),
            ("{\n\"packages\": [", ":2:1: UP003: not JSON: EOF while parsing a list"),
            ("[]", ":1:1: UP002: no list of packages"),
            ("{\"packages\": 3}", ":1:1: UP002: `packages` is not a list"),
            ("{\"packages\": [null]}", ":1:1: UP002: package without a name"),
        ] {
            assert_eq!(found(&ComposerLock, &[("composer.lock", text.as_bytes())]), format!("! composer.lock{problem}"));
        }
    }
}
