//! Reads `vendor/composer/installed.json`, Composer's record of what it installed: a list in version 1, an object with a
//! list in version 2 (<https://github.com/composer/composer/blob/main/UPGRADE-2.0.md>). The project's own package is not in it.

use std::collections::BTreeSet;

use crate::model::{Evidence, Group};
use crate::problem::Code;

use super::composer_package::ComposerFile;
use super::document::{Node, Value};
use super::{Claim, Detector, Findings, Opened};

/// `installed.json`.
pub(super) struct ComposerInstalled;

impl Detector for ComposerInstalled {
    fn id(&self) -> &'static str {
        "composer-installed"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path("composer/installed.json")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let opened = ComposerFile::open(file, "../../composer.json", Evidence::Installed, self.id(), out);
        let Some((composer, document)) = opened else { return };
        let list = if matches!(document.value, Value::List(_)) { Some(&document) } else { document.get("packages") };
        let Some(Value::List(packages)) = list.map(|list| &list.value) else {
            return out.problem_at(Code::Malformed, file, 1, "no list of packages");
        };
        let names = document.get("dev-package-names").map_or(&[][..], Node::items);
        let development: BTreeSet<&str> = names.iter().filter_map(Node::as_text).collect();
        let group = |name: &str| if development.contains(name) { Group::Development } else { Group::Main };
        composer.packages(packages, group, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    #[test]
    fn both_versions_of_the_record_are_read() {
        let path = "vendor/composer/installed.json";
        expect!["pkg:composer/psr/log@1.1.4 installed :1"]
            .assert_eq(&found(&ComposerInstalled, &[(path, br#"[{"name": "psr/log", "version": "1.1.4"}]"#)]));
        let second = br#"{"packages": [{"name": "psr/log", "version": "1.1.4"},
            {"name": "phpunit/phpunit", "version": "9.5.10"}], "dev": true, "dev-package-names": ["phpunit/phpunit"]}"#;
        let manifest = br#"{"require-dev": {"phpunit/phpunit": "*"}}"#;
        expect![[r#"
            pkg:composer/phpunit/phpunit@9.5.10 installed Development chosen=Purpose :2
            pkg:composer/psr/log@1.1.4 installed chosen=Dependency :1"#]]
        .assert_eq(&found(&ComposerInstalled, &[(path, second), ("composer.json", manifest)]));
        expect!["! vendor/composer/installed.json:1:1: UP002: no list of packages"]
            .assert_eq(&found(&ComposerInstalled, &[(path, b"{}")]));
    }
}
