//! Reads what Conan's own texts ask for (<https://docs.conan.io/2/reference/conanfile_txt.html>): conanfile.txt without a lock
//! beside it, and conaninfo.txt of an installed package (<https://docs.conan.io/1/reference/config_files.html>). Recipes in
//! Python are not run.

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::{Claim, Detector, FileFacts, Findings, Opened, conan_reference};

const ID: &str = "conanfile";

/// The texts of Conan.
pub(super) struct Conanfile;

impl Detector for Conanfile {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("conanfile.txt"), Claim::Name("conaninfo.txt")]
    }

    /// While it builds a package, Conan 1 keeps a second copy of its text.
    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.folder(1) != "build" || facts.folder(6) != "data"
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let is_info = file.facts().name() == "conaninfo.txt";
        if !is_info && file.sibling("conan.lock").exists() {
            return;
        }
        let Some(text) = out.text(file) else { return };
        // An installed package lists its requirements twice: as it tells packages apart, and in full.
        let full = is_info && text.lines().any(|line| line.trim() == "[full_requires]");
        let (mut section, mut any_section) = ("", false);
        for (number, line) in (1..).zip(text.lines()) {
            let content = without_comment(line);
            if let Some(name) = content.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                (section, any_section) = (name, true);
                continue;
            }
            let group = match section {
                "full_requires" => Group::Main,
                "requires" if !full => Group::Main,
                "build_requires" | "tool_requires" | "test_requires" | "python_requires" => Group::Development,
                _ => continue,
            };
            if content.is_empty() {
                continue;
            }
            match conan_reference::purl(content) {
                // How a package tells its variants apart: `zlib/1.Y.Z` stands for every version with that beginning.
                Some(purl) if is_info && purl.version().is_some_and(is_pattern) => {}
                Some(purl) => {
                    let location = Location::line(file.shown(), number);
                    let mut component = Component::new(purl, Evidence::Declared, ID, location);
                    component.origin = Origin::Registry;
                    component.group = group;
                    component.chosen = if is_info { Chosen::Dependency } else { Chosen::Purpose };
                    out.component(component);
                }
                None => out.problem_at(Code::Malformed, file, number, "no reference to a package"),
            }
        }
        if !any_section && !text.trim().is_empty() {
            out.problem_at(Code::Malformed, file, 1, "no section of a file of Conan");
        } else if let Some(purl) = cached(&file.facts()).filter(|_| is_info) {
            let mut component = Component::new(purl, Evidence::Installed, ID, Location::file(file.shown()));
            component.origin = Origin::Registry;
            out.component(component);
        }
    }
}

fn is_pattern(version: &str) -> bool {
    version.split('.').any(|part| matches!(part, "Y" | "Z"))
}

/// A `#` begins a comment at the start or behind a blank; elsewhere it is a revision.
fn without_comment(line: &str) -> &str {
    let line = line.trim();
    if line.starts_with('#') {
        return "";
    }
    line.split_once(" #").map_or(line, |(before, _)| before.trim_end())
}

/// The package of Conan 1's cache: `data/<name>/<version>/<user>/<channel>/package/<id>/conaninfo.txt`. Conan 2's folders
/// name nothing.
fn cached(facts: &FileFacts<'_>) -> Option<Purl> {
    if facts.folder(1) != "package" || facts.folder(6) != "data" {
        return None;
    }
    let reference = format!("{}/{}@{}/{}", facts.folder(5), facts.folder(4), facts.folder(3), facts.folder(2));
    conan_reference::purl(&reference)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(name: &str, text: &str, expected: &Expect) {
        expected.assert_eq(&found(&Conanfile, &[(name, text.as_bytes())]));
    }

    const FILE: &str = "# mine\n[requires]\npoco/1.9.4 # why not\nzlib/1.2.13@acme/stable#0abc\nfmt/[>=8 <10]\n\n[tool_requires]\ncmake/3.22.6\n[build_requires]\nninja/1.11\n[test_requires]\ngtest/1.14.0\n[generators]\nCMakeDeps\n[options]\npoco*:shared=True\n";

    #[test]
    fn requirements_are_found_where_no_lock_resolves_them() {
        check(
            "conanfile.txt",
            FILE,
            &expect![[r#"
            pkg:conan/cmake@3.22.6 declared Development chosen=Purpose :8
            pkg:conan/fmt declared chosen=Purpose :5
            pkg:conan/gtest@1.14.0 declared Development chosen=Purpose :12
            pkg:conan/ninja@1.11 declared Development chosen=Purpose :10
            pkg:conan/poco@1.9.4 declared chosen=Purpose :3
            pkg:conan/zlib@1.2.13?channel=stable&user=acme declared chosen=Purpose :4"#]],
        );
        check("conanfile.txt", "\u{feff}[requires]\r\na/1.0\r\n", &expect!["pkg:conan/a@1.0 declared chosen=Purpose :2"]);
        let files = [("conanfile.txt", FILE.as_bytes()), ("conan.lock", b"{}".as_slice())];
        expect![""].assert_eq(&found(&Conanfile, &files));
    }

    #[test]
    fn an_installed_package_is_named_by_its_folder() {
        let text = "[settings]\n    arch=x86_64\n\n[requires]\n    zlib/1.Y.Z\n\n[options]\n    shared=False\n\n[full_settings]\n    arch=x86_64\n\n[full_requires]\n    zlib/1.2.11:6af9cc7cb931c5ad942174fd7838eb655717c709\n\n[recipe_hash]\n    d0bd9085\n\n[env]\n\n";
        check(
            "root/.conan/data/openssl/1.1.1t/_/_/package/6af9/conaninfo.txt",
            text,
            &expect![[r#"
            pkg:conan/openssl@1.1.1t installed
            pkg:conan/zlib@1.2.11 declared chosen=Dependency :14"#]],
        );
        check(
            "p/conaninfo.txt",
            "[settings]\nos=Linux\n[requires]\nfmt/9.Y.Z\nzlib/1.3#00:11\n",
            &expect!["pkg:conan/zlib@1.3 declared chosen=Dependency :5"],
        );
    }

    #[test]
    fn the_copy_in_a_build_folder_is_not_wanted() {
        for (folder, wanted) in [("package", true), ("build", false)] {
            let path = format!("root/.conan/data/openssl/1.1.1t/_/_/{folder}/6af9/conaninfo.txt");
            assert_eq!(Conanfile.wants(&FileFacts::new(std::path::Path::new(&path))), wanted, "{path}");
        }
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_stays() {
        check(
            "conanfile.txt",
            "[requires]\na/1.0\nhello\nb/2.0",
            &expect![[r#"
            pkg:conan/a@1.0 declared chosen=Purpose :2
            pkg:conan/b@2.0 declared chosen=Purpose :4
            ! conanfile.txt:3:1: UP002: no reference to a package"#]],
        );
        check("conanfile.txt", "{\"a\": 1}\n", &expect!["! conanfile.txt:1:1: UP002: no section of a file of Conan"]);
        check("conanfile.txt", "", &expect![""]);
    }
}
