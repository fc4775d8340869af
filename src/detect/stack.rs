//! Reads stack.yaml.lock, and without one the `extra-deps` of stack.yaml (<https://docs.haskellstack.org/en/stable/topics/lock_files/>,
//! <https://docs.haskellstack.org/en/stable/configure/yaml/project/#extra-deps>). Folders are own code. The packages that a
//! snapshot (`lts-21.0`) stands for are listed by neither file.

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::cabal_freeze::is_version;
use super::document::{self, Node};
use super::npm::without_secret;
use super::{Claim, Detector, Findings, Opened, yaml};

const ID: &str = "stack";

/// The project file of Haskell's Stack and its lock.
pub(super) struct Stack;

impl Detector for Stack {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("stack.yaml"), Claim::Name("stack.yaml.lock")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let is_lock = file.facts().name() == "stack.yaml.lock";
        if !is_lock && file.sibling("stack.yaml.lock").exists() {
            return;
        }
        let Some(document) = document::read(file, out, yaml::parse) else { return };
        let (list, key) = if is_lock { ("packages", "completed") } else { ("extra-deps", "") };
        for entry in document::list_at(&document, list, file, out) {
            let dependency = entry.get(key).unwrap_or(entry);
            match dependency_purls(dependency) {
                Some(purls) => {
                    for (purl, origin) in purls {
                        let mut component =
                            Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), entry.line));
                        component.origin = origin;
                        component.chosen = Chosen::Purpose;
                        out.component(component);
                    }
                }
                None => out.problem_at(Code::Malformed, file, entry.line, "names no package"),
            }
        }
    }
}

/// What one dependency stands for: nothing if it is a folder, several packages if it lists several folders of a repository.
fn dependency_purls(dependency: &Node) -> Option<Vec<(Purl, Origin)>> {
    if let Some(text) = dependency.as_text().or_else(|| dependency.text("hackage")) {
        return from_text(text);
    }
    let address = ["git", "hg"].iter().find_map(|tool| Some(format!("{tool}+{}", without_secret(dependency.text(tool)?))));
    let hosted = dependency.text("github").map(|place| format!("git+https://github.com/{place}"));
    let vcs = address.or(hosted);
    let archive = ["archive", "url"].iter().find_map(|key| dependency.text(key)).map(without_secret);
    let place = vcs.clone().or(archive.clone())?;
    let commit = dependency.text("commit");
    let qualify = |purl: Purl| match (&vcs, commit) {
        (Some(vcs), Some(commit)) => purl.with_qualifier("vcs_url", &format!("{vcs}@{commit}")),
        (Some(vcs), None) => purl.with_qualifier("vcs_url", vcs),
        (None, _) => purl.with_qualifier("download_url", archive.as_deref().unwrap_or_default()),
    };
    if let Some(name) = dependency.text("name") {
        let purl = Purl::new("hackage", name).with_version(dependency.text("version").unwrap_or_default());
        return Some(vec![(qualify(purl), Origin::Unknown)]);
    }
    // A repository's folders are named after their packages; without any, the repository is.
    let subdirs = dependency.get("subdirs").map_or(&[][..], Node::items).iter().filter_map(Node::as_text);
    let mut names: Vec<&str> = subdirs.map(|folder| folder.trim_matches('/').rsplit('/').next().unwrap_or(folder)).collect();
    names.retain(|name| !matches!(*name, "" | "."));
    if names.is_empty() {
        names.push(file_name(&place));
    }
    let version = commit.unwrap_or_default();
    let package = |folder: &&str| {
        let (name, version) = split(folder).unwrap_or((folder, version));
        Purl::new("hackage", name).with_version(version)
    };
    Some(names.iter().map(|name| (qualify(package(name)), Origin::Unknown)).collect())
}

/// The last part of an address without what says that it is packed.
fn file_name(address: &str) -> &str {
    let name = address.trim_end_matches('/').rsplit('/').next().unwrap_or(address);
    [".git", ".tar.gz", ".tgz", ".zip"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

/// `name-1.2`, `name-1.2@sha256:…`, `name-1.2@rev:1`, an address of an archive, or a folder.
fn from_text(text: &str) -> Option<Vec<(Purl, Origin)>> {
    let is_archive = [".tar.gz", ".tgz", ".zip"].iter().any(|ending| text.ends_with(ending));
    if text.starts_with("https://") || text.starts_with("http://") {
        let (name, version) = split(file_name(text)).unwrap_or((file_name(text), ""));
        let purl = Purl::new("hackage", name).with_version(version).with_qualifier("download_url", &without_secret(text));
        return Some(vec![(purl, Origin::Unknown)]);
    }
    if is_archive || text.contains('/') || text.starts_with('.') {
        return Some(Vec::new());
    }
    let package = text.split('@').next().unwrap_or(text);
    match split(package) {
        Some((name, version)) => Some(vec![(Purl::new("hackage", name).with_version(version), Origin::Registry)]),
        // A bare word is a folder beside the file.
        None => (!package.is_empty()).then(Vec::new),
    }
}

/// Name and version of `name-1.2`; a name may hold dashes and digits.
fn split(package: &str) -> Option<(&str, &str)> {
    package.rsplit_once('-').filter(|(name, version)| !name.is_empty() && is_version(version))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(name: &str, text: &str, expected: &Expect) {
        expected.assert_eq(&found(&Stack, &[(name, text.as_bytes())]));
    }

    const PROJECT: &str = "resolver: lts-21.0\npackages:\n- .\nextra-deps:\n- acme-missiles-0.3@sha256:2ba66a09,613\n- text-icu-0.8.0.2@rev:1\n- vendor/own\n- own-folder\n- ./own-1.0.tar.gz\n- https://dl.example/foo-bar-1.2.3.tar.gz\n- git: https://u:p@github.com/acme/tool.git\n  commit: 0123abc\n- github: acme/mono\n  commit: fedcba\n  subdirs:\n  - core\n  - libs/extra\n- archive: https://dl.example/pack-2.0.zip\nflags: {}\n";

    #[test]
    fn extra_dependencies_of_the_project_are_found_without_a_lock() {
        check(
            "stack.yaml",
            PROJECT,
            &expect![[r#"
            pkg:hackage/acme-missiles@0.3 declared chosen=Purpose :5
            pkg:hackage/core@fedcba?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Facme%2Fmono%40fedcba declared chosen=Purpose :13
            pkg:hackage/extra@fedcba?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Facme%2Fmono%40fedcba declared chosen=Purpose :13
            pkg:hackage/foo-bar@1.2.3?download_url=https:%2F%2Fdl.example%2Ffoo-bar-1.2.3.tar.gz declared chosen=Purpose :10
            pkg:hackage/pack@2.0?download_url=https:%2F%2Fdl.example%2Fpack-2.0.zip declared chosen=Purpose :18
            pkg:hackage/text-icu@0.8.0.2 declared chosen=Purpose :6
            pkg:hackage/tool@0123abc?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Facme%2Ftool.git%400123abc declared chosen=Purpose :11"#]],
        );
        let files = [("stack.yaml", PROJECT.as_bytes()), ("stack.yaml.lock", b"packages: []\n".as_slice())];
        expect![""].assert_eq(&found(&Stack, &files));
    }

    #[test]
    fn the_lock_has_the_completed_form() {
        check(
            "stack.yaml.lock",
            "\u{feff}# by Stack\r\npackages:\r\n- completed:\r\n    hackage: acme-missiles-0.3@sha256:2ba66a09,613\r\n    pantry-tree:\r\n      sha256: aa\r\n      size: 226\r\n  original:\r\n    hackage: acme-missiles-0.3\r\n- completed:\r\n    commit: 0123abc\r\n    git: https://github.com/acme/tool.git\r\n    name: acme-tool\r\n    version: 1.2.0\r\n    subdir: x\r\n  original:\r\n    git: https://github.com/acme/tool.git\r\nsnapshots:\r\n- completed:\r\n    size: 640060\r\n    url: https://snap.example/lts/21/0.yaml\r\n  original: lts-21.0\r\n",
            &expect![[r#"
                pkg:hackage/acme-missiles@0.3 declared chosen=Purpose :3
                pkg:hackage/acme-tool@1.2.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Facme%2Ftool.git%400123abc declared chosen=Purpose :10"#]],
        );
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_stays() {
        check(
            "stack.yaml.lock",
            "packages:\n- completed:\n    hackage: a-1.0\n- completed:\n    hackage: \"b-2",
            &expect![[r#"
                pkg:hackage/a@1.0 declared chosen=Purpose :2
                ! stack.yaml.lock:5:1: UP002: not YAML: while scanning a quoted scalar, found unexpected end of stream
                ! stack.yaml.lock:4:1: UP002: names no package"#]],
        );
        check(
            "stack.yaml.lock",
            "packages:\n- {}\n- 3\n- completed: {hackage: a-1.0}\n",
            &expect![[r#"
            pkg:hackage/a@1.0 declared chosen=Purpose :4
            ! stack.yaml.lock:2:1: UP002: names no package"#]],
        );
        check("stack.yaml", "extra-deps: x\n", &expect!["! stack.yaml:1:1: UP002: `extra-deps` should be a list, but is a text"]);
        check("stack.yaml", "extra-deps: []\n", &expect![""]);
        check("stack.yaml", "resolver: lts-21.0\nextra-deps:\n", &expect![""]);
        check("stack.yaml", "", &expect!["! stack.yaml:1:1: UP002: expected a map, found nothing"]);
    }
}
