//! Reads the packages that Yarn's Plug'n'Play runs from their archives: `.yarn/cache/*.zip`
//! (<https://yarnpkg.com/features/pnp>, <https://yarnpkg.com/features/caching>). Each archive holds one package at
//! `node_modules/<name>`, whose package.json says what it is; the archive's own name does not tell a scope from a name.

use crate::model::{Component, Evidence, Location};
use crate::problem::Code;

use super::{Claim, Detector, FileFacts, Findings, Opened, json, npm, zip_entry};

const ID: &str = "yarn-cache";

/// Packages of Yarn that are run from archives.
pub(super) struct YarnCache;

impl Detector for YarnCache {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".zip")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.folder(0) == "cache" && facts.folder(1) == ".yarn"
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some((path, bytes)) = zip_entry::text(file, out, |paths| paths.iter().position(|path| is_manifest(path))) else {
            return;
        };
        let text = String::from_utf8_lossy(&bytes);
        let (manifest, fault) = json::parse(text.trim_start_matches('\u{feff}'));
        if let Some(fault) = fault {
            out.problem(fault.code, file, format!("`{path}` is {}", fault.text));
        }
        let location = Location::file(file.shown());
        match npm::installed(&manifest, |purl| Component::new(purl, Evidence::Installed, ID, location)) {
            Ok(component) => out.components.extend(component),
            Err(name) => out.problem(Code::Malformed, file, format!("`{name}` is no package name")),
        }
    }
}

/// Whether the path is that of the package itself, not of one that it carries along.
fn is_manifest(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["node_modules", name, "package.json"] => !name.starts_with('@'),
        ["node_modules", scope, _, "package.json"] => scope.starts_with('@'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::expect;

    use super::super::testing::found;
    use super::super::zip_entry::tests::archive;
    use super::*;

    const PATH: &str = "app/.yarn/cache/@s-a-npm-1.0.0-abc-10c0.zip";

    #[test]
    fn an_archive_is_the_package_that_its_manifest_names() {
        let zip = archive(&[
            ("node_modules/@s/a/node_modules/b/package.json", br#"{"name": "b", "version": "2.0.0"}"#),
            ("node_modules/@s/a/package.json", br#"{"name": "@s/a", "version": "1.0.0", "license": "MIT"}"#),
        ]);
        expect!["pkg:npm/%40s/a@1.0.0 installed license=MIT"].assert_eq(&found(&YarnCache, &[(PATH, &zip)]));
    }

    #[test]
    fn other_archives_are_not_wanted_and_broken_ones_are_problems() {
        assert!(YarnCache.wants(&FileFacts::new(Path::new(PATH))));
        assert!(!YarnCache.wants(&FileFacts::new(Path::new("app/cache/x.zip"))));
        expect![""].assert_eq(&found(&YarnCache, &[(PATH, &archive(&[("x", b"")]))]));
        for bytes in [&b""[..], b"PK\x03\x04", archive(&[("x", b"y")]).get(..20).unwrap_or_default()] {
            assert!(found(&YarnCache, &[(PATH, bytes)]).contains("UP002: not a readable archive"));
        }
        expect![[r#"
            ! app/.yarn/cache/@s-a-npm-1.0.0-abc-10c0.zip: UP003: `node_modules/a/package.json` is not JSON: EOF while parsing a string"#]]
        .assert_eq(&found(&YarnCache, &[(PATH, &archive(&[("node_modules/a/package.json", b"{\"name\": \"a")]))]));
    }
}
