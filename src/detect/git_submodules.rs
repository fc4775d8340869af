//! Reads the submodules of a git working copy (`.gitmodules`, format: gitmodules(5)): each with the commit that is checked
//! out, else the one that the index records. The working copy's own repository is no component, nor is a submodule from a
//! local path. Credentials in addresses are not kept.

use crate::model::{Chosen, Component, Evidence, Location, Purl};

use super::git_index::gitlinks;
use super::npm::without_secret;
use super::{Claim, Detector, Findings, Opened};

/// Submodules of git.
pub(super) struct GitSubmodules;

/// What `.gitmodules` says of one.
#[derive(Default)]
struct Submodule<'t> {
    line: usize,
    path: &'t str,
    url: &'t str,
}

impl Detector for GitSubmodules {
    fn id(&self) -> &'static str {
        "git-submodules"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name(".gitmodules")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let index = file.sibling(".git/index");
        let recorded = index.bytes().map(gitlinks).unwrap_or_default();
        for submodule in submodules(text) {
            let commit = checked_out(submodule.path, file).or_else(|| recorded.get(submodule.path).cloned());
            let Some(purl) = purl(submodule.url, commit.as_deref().unwrap_or_default()) else { continue };
            let mut component = Component::new(purl, Evidence::Declared, self.id(), Location::line(file.shown(), submodule.line));
            component.chosen = Chosen::Purpose;
            out.component(component);
        }
    }
}

fn submodules(text: &str) -> Vec<Submodule<'_>> {
    let mut found: Vec<Submodule<'_>> = Vec::new();
    let mut inside = false;
    for (line, content) in (1..).zip(text.lines().map(str::trim)) {
        if content.starts_with('[') {
            inside = content.starts_with("[submodule");
            found.extend(inside.then(|| Submodule { line, ..Submodule::default() }));
        } else if let (true, Some(last), Some((key, value))) = (inside, found.last_mut(), content.split_once('=')) {
            let value = value.trim().trim_matches('"');
            match key.trim().to_ascii_lowercase().as_str() {
                "path" => last.path = value.trim_end_matches('/'),
                "url" => last.url = value,
                _ => {}
            }
        }
    }
    found.retain(|submodule| !submodule.path.is_empty() && !submodule.url.is_empty());
    found
}

/// The commit in a submodule's folder, whose `.git` is a folder or a file that leads to one.
fn checked_out(path: &str, file: &Opened<'_>) -> Option<String> {
    let pointer = file.sibling(&format!("{path}/.git"));
    let leads_to = pointer.text_if_there().and_then(|text| text.trim().strip_prefix("gitdir:")).map(str::trim);
    let folder = match leads_to {
        Some(absolute) if absolute.starts_with('/') => return None,
        Some(relative) => format!("{path}/{relative}"),
        None => format!("{path}/.git"),
    };
    let read = |name: &str| file.sibling(&format!("{folder}/{name}")).text_if_there().map(|text| text.trim().to_owned());
    let head = read("HEAD")?;
    let commit = match head.strip_prefix("ref: ") {
        None => head,
        Some(name) => read(name).or_else(|| {
            let packed = read("packed-refs")?;
            let found = packed.lines().filter_map(|line| line.split_once(' ')).find(|(_, held)| *held == name);
            found.map(|(commit, _)| commit.to_owned())
        })?,
    };
    (commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(commit)
}

/// The repository at `url`; `None` if that is a path of this machine. A relative address means a neighbour of the working
/// copy's own repository, wherever that is.
fn purl(url: &str, commit: &str) -> Option<Purl> {
    // `git@host:path` is short for `ssh://git@host/path`.
    let long = match url.split_once(':') {
        Some((host, path)) if !url.contains("://") && !host.contains('/') => format!("ssh://{host}/{path}"),
        _ => url.to_owned(),
    };
    let plain = long.trim_end_matches('/').trim_end_matches(".git");
    let name = plain.rsplit('/').next().filter(|name| !name.is_empty() && !name.starts_with('.'))?;
    let Some((scheme, rest)) = long.split_once("://") else {
        return url.starts_with("../").then(|| Purl::new("generic", name).with_version(commit));
    };
    if scheme == "file" {
        return None;
    }
    let (authority, path) = rest.split_once('/')?;
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let parts: Vec<&str> = path.trim_end_matches('/').trim_end_matches(".git").split('/').collect();
    match (host, parts.as_slice()) {
        ("github.com", [owner, name]) => Some(Purl::new("github", name).with_namespace(owner).with_version(commit)),
        ("bitbucket.org", [owner, name]) => Some(Purl::new("bitbucket", name).with_namespace(owner).with_version(commit)),
        _ => {
            let at = if commit.is_empty() { String::new() } else { format!("@{commit}") };
            let vcs = format!("git+{}{at}", without_secret(&long));
            Some(Purl::new("generic", name).with_version(commit).with_qualifier("vcs_url", &vcs))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::git_index::testing::index;
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const MODULES: &[u8] = b"[submodule \"zlib\"]\r\n\tpath = libs/zlib\r\n\turl = https://github.com/Madler/zlib.git\r\n\
        [submodule \"b\"]\r\n\tpath = b\r\n\turl = git@github.com:acme/b.git\r\n\tbranch = main\r\n\
        [submodule \"c\"]\r\n\tpath = \"c\"\r\n\turl = https://me:secret@git.example/team/c\r\n\
        [submodule \"near\"]\r\n\tpath = near\r\n\turl = ../near.git\r\n\
        [submodule \"here\"]\r\n\tpath = here\r\n\turl = /srv/git/here.git\r\n[core]\r\n\tpath = x\r\n";
    const COMMIT: &[u8] = b"cacf7f1d4e3d44d871b605da3b647f07d718623f\n";

    #[test]
    fn a_submodule_has_the_commit_that_is_checked_out_or_recorded() {
        let index = index(&[(0o160_000, 0xAB, "b"), (0o160_000, 0xCD, "libs/zlib")]);
        expect![[r"
            pkg:generic/c@cacf7f1d4e3d44d871b605da3b647f07d718623f?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fteam%2Fc%40cacf7f1d4e3d44d871b605da3b647f07d718623f declared chosen=Purpose :8
            pkg:generic/near declared chosen=Purpose :11
            pkg:github/acme/b@abababababababababababababababababababab declared chosen=Purpose :4
            pkg:github/madler/zlib@cacf7f1d4e3d44d871b605da3b647f07d718623f declared chosen=Purpose :1"]]
        .assert_eq(&found(
            &GitSubmodules,
            &[
                ("app/.gitmodules", MODULES),
                ("app/.git/index", &index),
                ("app/libs/zlib/.git", b"gitdir: ../../.git/modules/zlib\n"),
                ("app/.git/modules/zlib/HEAD", COMMIT),
                ("app/c/.git/HEAD", b"ref: refs/heads/main\n"),
                ("app/c/.git/packed-refs", b"# pack-refs\ncacf7f1d4e3d44d871b605da3b647f07d718623f refs/heads/main\n"),
            ],
        ));
    }

    #[test]
    fn without_git_a_submodule_has_no_version() {
        expect!["pkg:github/madler/zlib declared chosen=Purpose :1"]
            .assert_eq(&found(&GitSubmodules, &[(".gitmodules", MODULES.get(..81).unwrap_or_default())]));
    }

    #[test]
    fn what_names_no_submodule_gives_none() {
        for text in ["", "hello", "[submodule \"a\"]\n\tpath = a", "path = x\nurl = y"] {
            assert_eq!(found(&GitSubmodules, &[(".gitmodules", text.as_bytes())]), "", "{text}");
        }
    }
}
