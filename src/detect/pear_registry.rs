//! Reads the registry of PEAR and PECL: one `.reg` file for each installed package in `php/.registry`, those of other channels in
//! a folder `.channel.<name>` of it (<https://pear.php.net/manual/en/core.pear.pear-registry.php>). Each is a serialised array of PHP.

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{Node, Value};
use super::{Claim, Detector, FileFacts, Findings, Opened, php_serialized};

/// Where packages come from that name no channel.
const PEAR: &str = "pear.php.net";

/// `*.reg` of PEAR.
pub(super) struct PearRegistry;

impl Detector for PearRegistry {
    fn id(&self) -> &'static str {
        "pear-registry"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".reg")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.folder(0) == ".registry" || (facts.folder(1) == ".registry" && facts.folder(0).starts_with(".channel."))
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(bytes) = out.bytes(file) else { return };
        let (package, fault) = php_serialized::parse(bytes);
        if let Some(fault) = fault {
            out.problem_at(fault.code, file, fault.line, fault.text);
        }
        // Format 1 writes `package` and a plain version; format 2 `name` and a version for release and interface each.
        let name = package.text("name").or_else(|| package.text("package"));
        let release = package.get("version").and_then(|version| version.as_text().or_else(|| version.text("release")));
        let Some((name, version)) = name.zip(release) else {
            if !matches!(package.value, Value::Null) {
                out.problem(Code::Malformed, file, "package without a name or a version");
            }
            return;
        };
        let purl = Purl::new("generic", name).with_version(version);
        let channel = package.text("channel").unwrap_or(PEAR);
        let purl = purl.with_qualifier("repository_url", &format!("https://{channel}"));
        let mut component = Component::new(purl, Evidence::Installed, self.id(), Location::file(file.shown()));
        component.origin = Origin::Registry;
        component.license = license(&package);
        out.component(component);
    }
}

/// A text, or one with attributes, which PEAR keeps in `_content`.
fn license(package: &Node) -> Option<String> {
    let stated = package.get("license").or_else(|| package.get("release_license"))?;
    stated.as_text().or_else(|| stated.text("_content")).filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::testing::found;
    use super::*;

    const REDIS: &[u8] = b"a:4:{s:4:\"name\";s:5:\"redis\";s:7:\"channel\";s:12:\"pecl.php.net\";s:7:\"version\";\
        a:2:{s:7:\"release\";s:5:\"6.0.2\";s:3:\"api\";s:5:\"6.0.0\";}s:7:\"license\";a:2:{s:7:\"attribs\";a:0:{}s:8:\"_content\";s:3:\"PHP\";}}";

    #[test]
    fn both_formats_name_package_version_and_licence() {
        let path = "usr/share/php/.registry/.channel.pecl.php.net/redis.reg";
        let expected = "pkg:generic/redis@6.0.2?repository_url=https:%2F%2Fpecl.php.net installed license=PHP";
        assert_eq!(found(&PearRegistry, &[(path, REDIS)]), expected);
        let first = b"a:3:{s:7:\"package\";s:4:\"Mail\";s:7:\"version\";s:5:\"1.1.4\";s:15:\"release_license\";s:3:\"BSD\";}";
        let expected = "pkg:generic/Mail@1.1.4?repository_url=https:%2F%2Fpear.php.net installed license=BSD";
        assert_eq!(found(&PearRegistry, &[("php/.registry/mail.reg", first)]), expected);
    }

    #[test]
    fn wrong_formats_are_one_problem() {
        for (bytes, problem) in [
            (&b""[..], ":1:1: UP003: not serialised PHP: file ends early"),
            (b"Windows Registry Editor", ":1:1: UP002: not serialised PHP: a value of an unknown kind"),
            (b"a:0:{}", ": UP002: package without a name or a version"),
        ] {
            assert_eq!(found(&PearRegistry, &[("a.reg", bytes)]), format!("! a.reg{problem}"));
        }
    }

    #[test]
    fn only_the_registry_is_wanted() {
        for (path, wanted) in [
            ("usr/share/php/.registry/pear.reg", true),
            ("usr/share/php/.registry/.channel.pecl.php.net/redis.reg", true),
            ("usr/share/php/.channels/pecl.php.net.reg", false),
            ("windows/keys.reg", false),
        ] {
            assert_eq!(PearRegistry.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }
}
