//! What the detectors of npm packages share: names, places of origin, and the fields of package.json
//! (<https://docs.npmjs.com/cli/configuring-npm/package-json>).

use crate::model::{Component, Origin, Purl};

use super::document::{Node, Value};
use super::{FileFacts, Opened};

/// What a dependency's version or address says of where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A registry, with the exact version.
    Version(String),
    /// A version-control address, as a purl qualifier has it.
    Vcs(String),
    /// An archive: its address, without what may be a secret.
    Archive(String),
    /// A folder beside the project: the organisation's own code.
    Folder,
    /// A tag or range: pins nothing.
    Unpinned,
}

/// The package URL of `name`, which may have a scope.
pub(super) fn purl(name: &str) -> Purl {
    match name.strip_prefix('@').and_then(|rest| rest.split_once('/')) {
        Some((scope, name)) => Purl::new("npm", name).with_namespace(&format!("@{scope}")),
        None => Purl::new("npm", name),
    }
}

/// Name and rest of `name@rest`, where the name may begin with `@`; without a rest, it is empty.
pub(super) fn split_spec(spec: &str) -> (&str, &str) {
    let scope = usize::from(spec.starts_with('@'));
    let at = spec.match_indices('@').map(|(at, _)| at).find(|at| *at >= scope && *at > 0);
    at.and_then(|at| Some((spec.get(..at)?, spec.get(at + 1..)?))).unwrap_or((spec, ""))
}

/// Whether `name` can be a package's name: one part, or a scope and one part, of what stands in an address as it is.
pub(super) fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.!~*'()".contains(c);
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(plain);
    match name.strip_prefix('@') {
        Some(scoped) => scoped.split_once('/').is_some_and(|(scope, name)| part(scope) && part(name)),
        None => part(name),
    }
}

/// What `spec`, a version or an address as lock files state it, says.
pub(super) fn source(spec: &str) -> Source {
    let spec = spec.trim();
    if is_version(spec) {
        return Source::Version(spec.trim_start_matches(['v', '=']).to_owned());
    }
    if let Some(address) = vcs_address(spec) {
        return Source::Vcs(address);
    }
    let archive = [".tgz", ".tar.gz", ".tar"].iter().any(|end| without_fragment(spec).ends_with(end));
    let path = ["file:", "link:", "portal:", "workspace:", "./", "../", "/", "~/"].iter().any(|start| spec.starts_with(start));
    if spec.starts_with("http://") || spec.starts_with("https://") || (archive && path) {
        Source::Archive(without_secret(without_fragment(spec)))
    } else if path {
        Source::Folder
    } else {
        Source::Unpinned
    }
}

/// `user/repository`, which npm takes for a place on GitHub, as a full specifier; any other text as it is.
pub(super) fn hosted(spec: &str) -> String {
    let place = without_fragment(spec);
    let short = place.split_once('/').is_some_and(|(user, repository)| {
        let plain = !user.contains([':', ' ', '@']) && !user.starts_with(['.', '~', '^', '<', '>', '=']);
        plain && !user.is_empty() && !repository.is_empty() && !repository.contains(['/', ' '])
    });
    if short { format!("github:{spec}") } else { spec.to_owned() }
}

/// Whether `text` is one exact version.
pub(super) fn is_version(text: &str) -> bool {
    semver::Version::parse(text.trim_start_matches(['v', '='])).is_ok()
}

/// The version in the name of an archive that `npm pack` made: `…/name-1.2.3.tgz`.
pub(super) fn archive_version(name: &str, address: &str) -> Option<String> {
    let file = without_fragment(address).rsplit(['/', ':']).next()?;
    let stem = file.strip_suffix(".tgz").or_else(|| file.strip_suffix(".tar.gz"))?;
    let bare = name.rsplit('/').next()?;
    let scoped = name.trim_start_matches('@').replace('/', "-");
    let version = [bare, scoped.as_str()].iter().find_map(|name| stem.strip_prefix(name)?.strip_prefix('-'))?;
    is_version(version).then(|| version.to_owned())
}

fn without_fragment(address: &str) -> &str {
    address.split(['#', '?']).next().unwrap_or(address)
}

/// The address in the form that a purl's `vcs_url` has: tool, transport, place, `@` and revision.
fn vcs_address(spec: &str) -> Option<String> {
    let (place, fragment) = spec.split_once('#').unwrap_or((spec, ""));
    let place = match place.split_once(':') {
        Some(("github", path)) => format!("git+https://github.com/{path}.git"),
        Some(("gitlab", path)) => format!("git+https://gitlab.com/{path}.git"),
        Some(("bitbucket", path)) => format!("git+https://bitbucket.org/{path}.git"),
        Some(("git", _)) => place.to_owned(),
        Some((scheme, _)) if scheme.starts_with("git+") => place.to_owned(),
        Some(("http" | "https" | "ssh", _)) if place.rsplit_once('.').is_some_and(|(_, end)| end == "git") => {
            format!("git+{place}")
        }
        Some(("git@github.com", path)) => format!("git+ssh://git@github.com/{path}"),
        _ => return None,
    };
    // Berry writes `#commit=<hash>`, perhaps with more `&`-separated parts.
    let revision = fragment.split('&').find_map(|part| part.strip_prefix("commit=")).unwrap_or(fragment);
    let place = without_secret(&place);
    Some(if revision.is_empty() { place } else { format!("{place}@{revision}") })
}

/// The address without user and password, of which only git's conventional user `git` stays.
pub(super) fn without_secret(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let host = match host.rsplit_once('@') {
        Some((user, host)) if user != "git" => host,
        _ => host,
    };
    path.map_or_else(|| format!("{scheme}://{host}"), |path| format!("{scheme}://{host}/{path}"))
}

/// The licence as a manifest states it, in today's form (`license`: an SPDX expression) or a former one
/// (an object, or a list of objects under `license` or `licenses`).
pub(super) fn license(manifest: &Node) -> Option<String> {
    let mut found = ["license", "licenses"].iter().filter_map(|key| manifest.get(key)).map(license_words);
    Some(found.find(|words| !words.is_empty())?.join(" OR "))
}

fn license_words(node: &Node) -> Vec<&str> {
    match &node.value {
        Value::List(items) => items.iter().filter_map(license_word).collect(),
        _ => license_word(node).into_iter().collect(),
    }
}

fn license_word(node: &Node) -> Option<&str> {
    node.as_text().filter(|text| !text.is_empty()).or_else(|| node.text("type")).or_else(|| node.text("name"))
}

/// The links under `funding`: a text, an object with `url`, or a list of them.
pub(super) fn funding(manifest: &Node) -> Vec<String> {
    let link = |node: &Node| {
        let text = node.as_text().or_else(|| node.text("url"))?;
        (text.starts_with("https://") || text.starts_with("http://")).then(|| text.to_owned())
    };
    match manifest.get("funding") {
        Some(Node { value: Value::List(items), .. }) => items.iter().filter_map(link).collect(),
        Some(node) => link(node).into_iter().collect(),
        None => Vec::new(),
    }
}

/// What `manifest`, the package.json of an installed package, describes, made with `make`; `None` without name and version,
/// and the name if it is none.
pub(super) fn installed(manifest: &Node, make: impl FnOnce(Purl) -> Component) -> Result<Option<Component>, &str> {
    let (Some(name), Some(version)) = (manifest.text("name"), manifest.text("version")) else { return Ok(None) };
    if !is_name(name) {
        return Err(name);
    }
    let mut component = make(purl(name).with_version(version.trim().trim_start_matches(['v', '='])));
    component.origin = Origin::Registry;
    component.license = license(manifest);
    component.funding = funding(manifest);
    Ok(Some(component))
}

/// Whether the file lies in a folder with the name and the version that `manifest` states: `yarn-v1.22.22`. Such a folder is
/// a release that somebody unpacked, unless the manifest says that it is never released. So is what lies in the folder `package`
/// of an archive, where `npm pack` puts it.
pub(super) fn is_release(manifest: &Node, file: &Opened<'_>) -> bool {
    let (Some(name), Some(version)) = (manifest.text("name"), manifest.text("version")) else { return false };
    if file.is_packed() && file.path() == std::path::Path::new("package/package.json") {
        return true;
    }
    let facts = file.facts();
    let bare = name.rsplit('/').next().unwrap_or(name);
    let rest = facts.folder(0).strip_prefix(bare);
    let stated = rest.and_then(|rest| ["-v", "-", "@", "_v"].iter().find_map(|mark| rest.strip_prefix(mark)));
    stated == Some(version) && !manifest.is_true("private")
}

/// Whether the file lies where Debian keeps the packages of Node.js, below which `node_modules` is not the folder's name.
pub(super) fn is_system_folder(facts: &FileFacts<'_>) -> bool {
    facts.path().ancestors().any(is_system_modules)
}

/// Whether the folder is `usr/share/nodejs` or `usr/lib/nodejs`, in which Debian's Node.js looks for packages.
pub(super) fn is_system_modules(folder: &std::path::Path) -> bool {
    folder.ends_with("usr/share/nodejs") || folder.ends_with("usr/lib/nodejs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_splits_behind_its_scope() {
        for (spec, parts) in
            [("a@1", ("a", "1")), ("@s/a@npm:b@2", ("@s/a", "npm:b@2")), ("@s/a", ("@s/a", "")), ("é", ("é", "")), ("", ("", ""))]
        {
            assert_eq!(split_spec(spec), parts);
        }
    }

    #[test]
    fn an_address_says_where_a_package_comes_from_and_keeps_no_secret() {
        for (spec, expected) in [
            ("1.2.3-rc.1", Source::Version("1.2.3-rc.1".into())),
            ("git+ssh://git@github.com/a/b.git#abc", Source::Vcs("git+ssh://git@github.com/a/b.git@abc".into())),
            ("git+https://user:token@host/b.git#abc", Source::Vcs("git+https://host/b.git@abc".into())),
            ("github:a/b#abc", Source::Vcs("git+https://github.com/a/b.git@abc".into())),
            ("https://github.com/a/b.git#commit=abc", Source::Vcs("git+https://github.com/a/b.git@abc".into())),
            ("https://t@host/a-1.0.0.tgz#sha", Source::Archive("https://host/a-1.0.0.tgz".into())),
            ("file:../a-1.0.0.tgz", Source::Archive("file:../a-1.0.0.tgz".into())),
            ("file:../a", Source::Folder),
            ("workspace:*", Source::Folder),
            ("^1.0.0", Source::Unpinned),
            ("latest", Source::Unpinned),
        ] {
            assert_eq!(source(spec), expected, "{spec}");
        }
    }

    #[test]
    fn a_user_and_a_repository_are_a_place_on_github_and_a_path_or_range_is_none() {
        assert_eq!(hosted("u/r#v1"), "github:u/r#v1");
        for spec in ["./u/r", "../r", "~/r", "@s/r", "https://h/r", "^1.0.0", "u/r/x", "/r", ">=1 </2", "file:u/r"] {
            assert_eq!(hosted(spec), spec);
        }
    }

    #[test]
    fn the_name_of_a_packed_archive_holds_the_version() {
        assert_eq!(archive_version("@s/a", "file:s-a-1.0.0.tgz").as_deref(), Some("1.0.0"));
        assert_eq!(archive_version("a", "https://h/a/-/a-2.0.0-rc.1.tgz#f").as_deref(), Some("2.0.0-rc.1"));
        assert_eq!(archive_version("a", "https://h/b-2.0.0.tgz"), None);
    }
}
