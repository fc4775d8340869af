//! References to container images as Dockerfiles, compose files and manifests write them, and the variables in them
//! (<https://github.com/distribution/reference>, <https://docs.docker.com/reference/dockerfile/#environment-replacement>).
//! A tag that hangs on an unknown variable is unknown; so is the one that nobody wrote: `latest` is never assumed.

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::{Findings, Opened};

/// Stands in a text for a variable whose value is unknown; no reference may hold it.
pub(super) const UNKNOWN: char = '\0';
/// Stands for an action of a template, in a text that is read as YAML afterwards and hence may hold no NUL.
const ACTION: char = '\u{FFFC}';
/// Longest text that variables may make, in bytes.
const MAX_TEXT: usize = 4096;
/// How deep defaults may hold further variables.
const MAX_DEPTH: usize = 8;

/// What a reference means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// An image.
    Image(Purl),
    /// Nothing is known before it is built: a variable stands for the name, or the image is empty (`scratch`).
    Open,
    /// No reference at all.
    Invalid,
}

impl Reference {
    /// Reads a reference whose variables are filled in. Images of Docker's library have no namespace.
    pub(super) fn parse(text: &str) -> Self {
        // A digest has an algorithm; `mongo:@TAG@` has none.
        let (text, digest) = text.split_once('@').filter(|(_, digest)| digest.contains(':')).unwrap_or((text, ""));
        let (path, tag) = match text.rsplit_once(':') {
            // A colon before a slash belongs to a port.
            Some((path, tag)) if !tag.contains('/') => (path, tag),
            _ => (text, ""),
        };
        if path.contains([UNKNOWN, ACTION]) || path == "scratch" {
            return Self::Open;
        }
        let (registry, path) = match path.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => (host, rest),
            _ => ("", path),
        };
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
        if path.is_empty() || !path.split('/').all(|part| !part.is_empty() && part.chars().all(is_word)) {
            return Self::Invalid;
        }
        let hub = matches!(registry, "" | "docker.io" | "index.docker.io" | "registry-1.docker.io");
        let path = path.strip_prefix("library/").filter(|_| hub).unwrap_or(path);
        let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
        let version = [tag, digest].into_iter().find(|part| is_version(part)).unwrap_or_default();
        let purl = Purl::new("docker", name).with_namespace(namespace).with_version(version);
        Self::Image(if hub { purl } else { purl.with_qualifier("repository_url", registry) })
    }
}

/// Whether it can be a tag or a digest; placeholders of templates, such as `<tag>` and `__TAG__`, cannot.
fn is_version(text: &str) -> bool {
    let placeholder = text.starts_with("__") && text.ends_with("__");
    !text.is_empty() && !placeholder && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-:+".contains(c))
}

/// Where a file names images, and how it does.
pub(super) struct Place<'a> {
    pub(super) detector: &'static str,
    /// What names the image, for problems: `image`, `FROM`.
    pub(super) key: &'a str,
    pub(super) group: Group,
}

impl Place<'_> {
    /// Writes down the image that `text`, whose variables are filled in, refers to.
    pub(super) fn found(&self, text: &str, file: &Opened<'_>, line: usize, out: &mut Findings) {
        match Reference::parse(text.trim()) {
            Reference::Open => {}
            Reference::Invalid => out.problem_at(Code::Malformed, file, line, format!("`{}` names no image", self.key)),
            Reference::Image(purl) => {
                let location = Location::line(file.shown(), line);
                let mut component = Component::new(purl, Evidence::Declared, self.detector, location);
                component.origin = Origin::Registry;
                component.chosen = Chosen::Purpose;
                component.group = self.group;
                out.component(component);
            }
        }
    }
}

/// Writes down the image that `text`, whose variables are filled in, names with the key `image`.
pub(super) fn declare(text: &str, line: usize, detector: &'static str, file: &Opened<'_>, out: &mut Findings) {
    Place { detector, key: "image", group: Group::Main }.found(text, file, line, out);
}

/// The text with a mark of the unknown in place of each `{{ action }}` of a template and each `${{ expression }}`. Lines keep
/// their numbers.
pub(super) fn marked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before.strip_suffix('$').unwrap_or(before));
        let (inside, behind) = after.split_once("}}").unwrap_or((after, ""));
        out.push(ACTION);
        out.extend(inside.matches('\n'));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// A template as [`marked`], without the lines that hold nothing but actions, so that what remains can be read as YAML.
pub(super) fn without_actions(text: &str) -> String {
    let is_only_actions = |line: &str| line.contains(ACTION) && line.chars().all(|c| c == ACTION || c.is_whitespace());
    marked(text).split_inclusive('\n').map(|line| if is_only_actions(line) { "\n" } else { line }).collect()
}

/// Fills in `$NAME`, `${NAME}` and `${NAME:-default}` with their like; what is unknown stays marked as such.
pub(super) fn substitute(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    expand(text, value, 0)
}

fn expand(text: &str, value: &dyn Fn(&str) -> Option<String>, depth: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (filled, after) = if let Some(after) = after.strip_prefix('$') {
            ("$".to_owned(), after)
        } else if let Some(braced) = after.strip_prefix('{') {
            let (inside, after) = closing_brace(braced);
            (braced_value(inside, value, depth), after)
        } else {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            let (name, after) = after.split_at_checked(end).unwrap_or((after, ""));
            (known(value(name)), after)
        };
        out.push_str(&filled);
        rest = after;
        if out.len() > MAX_TEXT {
            return UNKNOWN.to_string();
        }
    }
    out.push_str(rest);
    out
}

fn known(value: Option<String>) -> String {
    value.filter(|value| value.len() <= MAX_TEXT).unwrap_or_else(|| UNKNOWN.to_string())
}

/// The text up to the brace that closes it, and what follows.
fn closing_brace(text: &str) -> (&str, &str) {
    let mut open = 1;
    for (at, character) in text.char_indices() {
        match character {
            '{' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            let (inside, after) = text.split_at_checked(at).unwrap_or((text, ""));
            return (inside, after.strip_prefix('}').unwrap_or(after));
        }
    }
    (text, "")
}

/// The value of what stands between braces.
fn braced_value(inside: &str, value: &dyn Fn(&str) -> Option<String>, depth: usize) -> String {
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inside.len());
    let (name, operator) = inside.split_at_checked(end).unwrap_or((inside, ""));
    if depth == MAX_DEPTH {
        return UNKNOWN.to_string();
    }
    let set = value(name);
    let filled = set.clone().filter(|value| !value.is_empty());
    let other = |text: &str| expand(text, value, depth + 1);
    if let Some(default) = operator.strip_prefix(":-") {
        filled.unwrap_or_else(|| other(default))
    } else if let Some(default) = operator.strip_prefix('-') {
        set.unwrap_or_else(|| other(default))
    } else if let Some(alternative) = operator.strip_prefix(":+") {
        filled.map(|_| other(alternative)).unwrap_or_default()
    } else if let Some(alternative) = operator.strip_prefix('+') {
        set.map(|_| other(alternative)).unwrap_or_default()
    } else if operator.is_empty() || operator.starts_with(":?") || operator.starts_with('?') {
        known(set)
    } else {
        UNKNOWN.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registry_namespace_tag_and_digest_are_told_apart() {
        for (text, purl) in [
            ("nginx:1.18.0", "pkg:docker/nginx@1.18.0"),
            ("nginx", "pkg:docker/nginx"),
            ("docker.io/library/node:16-alpine", "pkg:docker/node@16-alpine"),
            ("bitnami/redis:7", "pkg:docker/bitnami/redis@7"),
            ("localhost:5000/a/b/c:1.0", "pkg:docker/a/b/c@1.0?repository_url=localhost:5000"),
            ("ghcr.io/astral-sh/uv", "pkg:docker/astral-sh/uv?repository_url=ghcr.io"),
            ("gcr.io/distroless/base@sha256:0123", "pkg:docker/distroless/base@sha256:0123?repository_url=gcr.io"),
            ("node:16@sha256:0123", "pkg:docker/node@16"),
        ] {
            assert_eq!(Reference::parse(text), Reference::Image(purl.parse().expect("a package URL")), "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_and_what_is_not_known_yet_are_told_apart() {
        for (text, expected) in [
            ("scratch", Reference::Open),
            ("\0:1", Reference::Open),
            ("", Reference::Invalid),
            ("a//b", Reference::Invalid),
            ("REPLACE_ME:1", Reference::Invalid),
            ("{{base}}:1", Reference::Invalid),
            ("a:\0-alpine", Reference::Image(Purl::new("docker", "a"))),
            ("a:<tag>", Reference::Image(Purl::new("docker", "a"))),
            ("a:@TAG@", Reference::Image(Purl::new("docker", "a"))),
            ("a:{{ tag }}", Reference::Image(Purl::new("docker", "a"))),
        ] {
            assert_eq!(Reference::parse(text), expected, "{text:?}");
        }
    }

    #[test]
    fn actions_of_templates_leave_yaml_and_unknown_parts_behind() {
        let text = "a:\n{{- if .Values.x }}\n  image: \"{{ .Values.repository }}:{{ .Values.tag |\n default 1 }}\"\n  b: nginx:${{ matrix.v }}\n{{- end }}";
        let plain = without_actions(text);
        assert_eq!(plain, "a:\n\n  image: \"\u{FFFC}:\u{FFFC}\n\"\n  b: nginx:\u{FFFC}\n\n");
        assert_eq!(Reference::parse("\u{FFFC}:1"), Reference::Open);
        assert_eq!(Reference::parse("nginx:\u{FFFC}"), Reference::Image(Purl::new("docker", "nginx")));
        assert_eq!(marked("${{ a {{ b"), "\u{FFFC}");
    }

    #[test]
    fn variables_are_filled_in_with_their_defaults() {
        let value = |name: &str| match name {
            "V" => Some("3".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        for (text, expected) in [
            ("a:$V-b", "a:3-b"),
            ("${V}.${V:-9}", "3.3"),
            ("${NONE:-9}${EMPTY:-8}${EMPTY-7}${NONE-6}", "986"),
            ("${V:+x}${NONE:+y}${EMPTY+z}", "xz"),
            ("${NONE:-${V}}", "3"),
            ("${V:?needed}$$V", "3$V"),
            ("$NONE", "\0"),
            ("${V%x}", "\0"),
            ("${V", "3"),
        ] {
            assert_eq!(substitute(text, &value), expected, "{text}");
        }
        assert_eq!(substitute(&"${N:-".repeat(100_000), &value), "\0");
    }
}
