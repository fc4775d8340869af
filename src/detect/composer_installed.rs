//! Reads `vendor/composer/installed.json`, Composer's record of what it installed: a list in version 1, an object with a
//! list in version 2 (<https://github.com/composer/composer/blob/main/UPGRADE-2.0.md>). The project's own package is not in it.

use serde_json::Value;

use crate::model::{Evidence, Group};
use crate::problem::Code;

use super::composer_package::ComposerFile;
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
        let Some((mut composer, json)) = opened else { return };
        let Some(list) = json.as_array().or_else(|| json.get("packages")?.as_array()) else {
            return out.problem(Code::Malformed, file, "no list of packages");
        };
        let names = json.get("dev-package-names").and_then(Value::as_array).into_iter().flatten();
        let development: std::collections::BTreeSet<&str> = names.filter_map(Value::as_str).collect();
        let group = |name: &str| if development.contains(name) { Group::Development } else { Group::Main };
        composer.packages(list, group, out);
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
        expect!["! vendor/composer/installed.json: UP002: no list of packages"]
            .assert_eq(&found(&ComposerInstalled, &[(path, b"{}")]));
    }
}
