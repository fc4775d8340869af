//! Reads which runtimes a project asks for, in the files of version managers: asdf (<https://asdf-vm.com/manage/configuration.html>),
//! mise (<https://mise.jdx.dev/configuration.html>), nvm, pyenv, rbenv, jenv and their like, rustup
//! (<https://rust-lang.github.io/rustup/overrides.html>), SDKMAN! and Heroku's `runtime.txt`.
//!
//! These files say which runtime to run. What lock files note of the runtime that wrote them, and ranges in manifests, do not.
//! A version is as the file states it, whole or not; a word such as `lts/*` or `latest` is none. What such a manager has
//! installed is found by its bytes, elsewhere.

use super::document::{self, Node, Value};
use super::runtime_version::component;
use super::{Claim, Detector, FileFacts, Findings, Opened, npm, toml_document};

use crate::model::{Component, Evidence, Location, Purl};

const ID: &str = "version-files";

/// Files that hold versions of one tool.
const SINGLE: [(&str, &str); 9] = [
    (".go-version", "go"),
    (".java-version", "java"),
    (".node-version", "nodejs"),
    (".nvmrc", "nodejs"),
    (".php-version", "php"),
    (".python-version", "python"),
    (".ruby-version", "ruby"),
    (".terraform-version", "terraform"),
    ("rust-toolchain", "rust"),
];
/// Names of mise's file.
const MISE: [&str; 4] = ["mise.toml", ".mise.toml", "mise.local.toml", ".mise.local.toml"];

/// Files of version managers.
pub(super) struct VersionFiles;

impl Detector for VersionFiles {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[
            Claim::Name(".go-version"),
            Claim::Name(".java-version"),
            Claim::Name(".node-version"),
            Claim::Name(".nvmrc"),
            Claim::Name(".php-version"),
            Claim::Name(".python-version"),
            Claim::Name(".ruby-version"),
            Claim::Name(".sdkmanrc"),
            Claim::Name(".terraform-version"),
            Claim::Name(".tool-versions"),
            Claim::Name("mise.toml"),
            Claim::Name(".mise.toml"),
            Claim::Name("mise.local.toml"),
            Claim::Name(".mise.local.toml"),
            Claim::Path(".config/mise/config.toml"),
            Claim::Path(".config/mise.toml"),
            Claim::Name("runtime.txt"),
            Claim::Name("rust-toolchain"),
            Claim::Name("rust-toolchain.toml"),
        ]
    }

    /// What a package brings along is its author's wish, not the user's.
    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        !facts.path().iter().any(|part| part == "node_modules")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let name = file.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
        match name {
            ".tool-versions" => lines(file, out, |line| {
                let mut words = line.split_whitespace();
                let tool = words.next().unwrap_or_default();
                words.map(|version| (tool, version)).collect()
            }),
            ".sdkmanrc" => {
                lines(file, out, |line| line.split_once('=').map(|(tool, version)| (tool.trim(), version)).into_iter().collect());
            }
            "runtime.txt" => lines(file, out, |line| {
                let known = ["python", "ruby", "node", "nodejs", "php", "java"];
                line.split_once('-').filter(|(tool, _)| known.contains(tool)).into_iter().collect()
            }),
            "rust-toolchain.toml" => toolchain(file, out),
            "rust-toolchain" if file.text_if_there().is_some_and(|text| text.contains('[')) => toolchain(file, out),
            _ if MISE.contains(&name) || name == "config.toml" => mise(file, out),
            _ => {
                let tool = SINGLE.iter().find(|(known, _)| *known == name).map_or("", |(_, tool)| tool);
                lines(file, out, |line| {
                    let version = line.split_whitespace().next().unwrap_or_default();
                    // pyenv's file can name virtual environments, which are no versions.
                    let is_word = tool == "python" && !version.contains(|c: char| c.is_ascii_digit());
                    if is_word { Vec::new() } else { vec![(tool, version)] }
                });
            }
        }
    }
}

/// Writes down what `read` finds in each line, comments aside.
fn lines<'f>(file: &'f Opened<'_>, out: &mut Findings, read: impl Fn(&'f str) -> Vec<(&'f str, &'f str)>) {
    let Some(text) = out.text(file) else { return };
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default().trim();
        let stated = if line.is_empty() { Vec::new() } else { read(line) };
        out.components.extend(stated.into_iter().filter_map(|(tool, version)| component(tool, version, ID, number, file)));
    }
}

/// The channel in `[toolchain]`.
fn toolchain(file: &Opened<'_>, out: &mut Findings) {
    let Some(document) = document::read(file, out, toml_document::parse) else { return };
    let Some(channel) = document.get("toolchain").and_then(|table| table.get("channel")) else { return };
    out.components.extend(component("rust", channel.as_text().unwrap_or_default(), ID, channel.line, file));
}

/// The table `[tools]`: a version, a list of them, or a table with `version`.
fn mise(file: &Opened<'_>, out: &mut Findings) {
    let Some(document) = document::read(file, out, toml_document::parse) else { return };
    for (tool, stated) in document.get("tools").map_or(&[][..], Node::entries) {
        let versions = if matches!(stated.value, Value::List(_)) { stated.items() } else { std::slice::from_ref(stated) };
        for version in versions {
            let text = match &version.value {
                Value::Text(text) | Value::Number(text) => text,
                _ => version.text("version").unwrap_or_default(),
            };
            out.components.extend(asked(tool, text, version.line, file));
        }
    }
}

/// A tool by its own name, or behind the name of the registry that it comes from.
fn asked(tool: &str, version: &str, line: usize, file: &Opened<'_>) -> Option<Component> {
    let Some((backend, name)) = tool.split_once(':') else { return component(tool, version, ID, line, file) };
    let name = name.split('[').next().unwrap_or(name);
    let purl = match backend {
        "core" | "asdf" | "vfox" => return component(name, version, ID, line, file),
        "npm" => npm::purl(name),
        "pipx" => Purl::new("pypi", name),
        "cargo" | "gem" => Purl::new(backend, name),
        "go" => {
            let (space, name) = name.rsplit_once('/')?;
            Purl::new("golang", name).with_namespace(space)
        }
        "aqua" | "ubi" | "github" => {
            let (owner, name) = name.rsplit_once('/')?;
            Purl::new("github", name).with_namespace(owner)
        }
        _ => return None,
    };
    let version = if version.starts_with(|c: char| c == 'v' || c.is_ascii_digit()) { version } else { "" };
    let location = Location::line(file.shown(), line);
    Some(Component::new(purl.with_version(version), Evidence::Declared, ID, location))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, found};
    use super::*;
    use expect_test::{Expect, expect};

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(name: &str, text: &str, expected: Expect) {
        expected.assert_eq(&found(&VersionFiles, &[(name, text.as_bytes())]));
    }

    #[test]
    fn a_line_of_asdf_names_a_tool_and_its_versions() {
        check(
            ".tool-versions",
            "# comment\r\nnodejs 20.11.0 18.19.0 # why\r\ngolang 1.21.0\r\npython system\r\n\r\njava temurin-17.0.2+8\r\nmytool ref:abc\r\nruby\r\n",
            expect![[r"
                pkg:generic/eclipse-temurin@17.0.2%2B8 declared chosen=Purpose :6
                pkg:generic/golang@1.21.0 declared chosen=Purpose :3
                pkg:generic/mytool declared chosen=Purpose :7
                pkg:generic/nodejs@18.19.0 declared chosen=Purpose :2
                pkg:generic/nodejs@20.11.0 declared chosen=Purpose :2"]],
        );
    }

    #[test]
    fn a_file_of_one_tool_holds_its_version() {
        check(".nvmrc", "\u{feff}v20.11.0\n", expect!["pkg:generic/nodejs@20.11.0 declared chosen=Purpose :1"]);
        check(".nvmrc", "lts/*", expect!["pkg:generic/nodejs declared chosen=Purpose :1"]);
        check(".node-version", "20\n", expect!["pkg:generic/nodejs@20 declared chosen=Purpose :1"]);
        check(".python-version", "my-env\n3.11.4\n", expect!["pkg:generic/python@3.11.4 declared chosen=Purpose :2"]);
        check(".ruby-version", "ruby-3.2.2\n", expect!["pkg:generic/ruby@3.2.2 declared chosen=Purpose :1"]);
        check(".php-version", "", expect![""]);
        check("rust-toolchain", "1.75.0\n", expect!["pkg:generic/rust@1.75.0 declared chosen=Purpose :1"]);
        check("runtime.txt", "python-3.11.4\n", expect!["pkg:generic/python@3.11.4 declared chosen=Purpose :1"]);
        check("runtime.txt", "The runtime was 3-4 hours\n", expect![""]);
        check(
            ".sdkmanrc",
            "# Enable auto-env\njava=17.0.2-tem\nmaven=3.9.6\n",
            expect![[r"
                pkg:generic/eclipse-temurin@17.0.2 declared chosen=Purpose :2
                pkg:generic/maven@3.9.6 declared chosen=Purpose :3"]],
        );
    }

    #[test]
    fn a_toolchain_can_be_a_table() {
        for name in ["rust-toolchain.toml", "rust-toolchain"] {
            let text = found(&VersionFiles, &[(name, b"[toolchain]\nchannel = \"1.75\"\ncomponents = [\"clippy\"]\n")]);
            assert_eq!(text, "pkg:generic/rust@1.75 declared chosen=Purpose :2");
        }
        check("rust-toolchain.toml", "[toolchain]\npath = \"/x\"\n", expect![""]);
    }

    #[test]
    fn mise_has_tools_of_many_registries() {
        check(
            "mise.toml",
            "[env]\nX = \"1\"\n[tools]\nnode = \"22\"\npython = [\"3.12\", \"3.11.4\"]\ngo = {version = \"1.22.1\", os = [\"linux\"]}\n\"npm:@a/b\" = \"3.1.0\"\n\"pipx:black[d]\" = \"latest\"\n\"ubi:BurntSushi/ripgrep\" = \"14.1.0\"\n",
            expect![[r"
                pkg:generic/go@1.22.1 declared chosen=Purpose :6
                pkg:generic/nodejs@22 declared chosen=Purpose :4
                pkg:generic/python@3.11.4 declared chosen=Purpose :5
                pkg:generic/python@3.12 declared chosen=Purpose :5
                pkg:github/burntsushi/ripgrep@14.1.0 declared :9
                pkg:npm/%40a/b@3.1.0 declared :7
                pkg:pypi/black declared :8"]],
        );
        check("mise.toml", "[tools\n", expect!["! mise.toml:1:1: UP002: not TOML: unclosed table, expected `]`"]);
    }

    #[test]
    fn a_known_tool_is_tied_to_its_product() {
        let found = findings(&VersionFiles, &[(".nvmrc", b"20")]);
        let product = found.components.first().and_then(|component| component.product.clone());
        assert_eq!(product.map(|hint| hint.product), Some("nodejs".to_owned()));
    }
}
