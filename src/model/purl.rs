//! Package URLs (<https://github.com/package-url/purl-spec>), kept as parts so that they order and compare.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A package URL in canonical form. Ordered by type, namespace, name, version, qualifiers, subpath.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    kind: String,
    namespace: Option<String>,
    name: String,
    version: Option<String>,
    qualifiers: BTreeMap<String, String>,
    subpath: Option<String>,
}

/// Why a text is no package URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a package URL: {why}")]
pub struct ParsePurlError {
    text: String,
    why: String,
}

impl Purl {
    /// A package URL of type `kind`; the name is normalised as the specification asks for that type.
    #[must_use]
    pub fn new(kind: &str, name: &str) -> Self {
        let kind = kind.to_ascii_lowercase();
        let name = normal_name(&kind, name);
        Self { kind, namespace: None, name, version: None, qualifiers: BTreeMap::new(), subpath: None }
    }

    /// The same package under another spelling of its name.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.name = normal_name(&self.kind, name);
        self
    }

    /// Sets the namespace; empty means none.
    #[must_use]
    pub fn with_namespace(mut self, namespace: &str) -> Self {
        let namespace = namespace.trim_matches('/');
        self.namespace = (!namespace.is_empty()).then(|| normal_namespace(&self.kind, namespace));
        self
    }

    /// Sets the version; empty means unknown.
    #[must_use]
    pub fn with_version(mut self, version: &str) -> Self {
        self.version = (!version.is_empty()).then(|| version.to_owned());
        self
    }

    /// Adds a qualifier; an empty value adds none. An address loses the user and password that it carries.
    #[must_use]
    pub fn with_qualifier(mut self, key: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.qualifiers.insert(key.to_ascii_lowercase(), without_credentials(value));
        }
        self
    }

    /// Takes a qualifier away.
    #[must_use]
    pub fn without_qualifier(mut self, key: &str) -> Self {
        self.qualifiers.remove(key);
        self
    }

    /// Sets the path inside the package (Go sub-packages); empty means none.
    #[must_use]
    pub fn with_subpath(mut self, subpath: &str) -> Self {
        let subpath = subpath.trim_matches('/');
        self.subpath = (!subpath.is_empty()).then(|| subpath.to_owned());
        self
    }

    /// The type: `deb`, `npm`, `generic` …
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The namespace: a distribution, an npm scope, a Maven group …
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// Whether `namespace` is its namespace, in whichever of its spellings.
    #[must_use]
    pub fn is_in(&self, namespace: &str) -> bool {
        self.namespace.as_ref().is_some_and(|own| *own == normal_namespace(&self.kind, namespace))
    }

    /// The name without its namespace.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version; `None` is unknown.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// One qualifier's value.
    #[must_use]
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        self.qualifiers.get(key).map(String::as_str)
    }

    /// Every qualifier, by key.
    pub fn qualifiers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.qualifiers.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The path inside the package.
    #[must_use]
    pub fn subpath(&self) -> Option<&str> {
        self.subpath.as_deref()
    }

    /// Whether a distribution's package manager installs packages of this type.
    #[must_use]
    pub fn is_of_distribution(&self) -> bool {
        matches!(self.kind(), "deb" | "rpm" | "apk" | "alpm" | "opkg" | "ebuild")
    }

    /// Namespace and name as the ecosystem writes them together: `@scope/name`, `group/artifact`, or the bare name.
    #[must_use]
    pub fn full_name(&self) -> String {
        self.namespace.as_ref().map_or_else(|| self.name.clone(), |space| format!("{space}/{}", self.name))
    }
}

/// An address without its user and password, which may be a token; `git@`, the account of everybody, stays. Package URLs are shared, secrets
/// are not.
fn without_credentials(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((user, host)) if user != "git" => format!("{scheme}://{host}{path}"),
        _ => address.to_owned(),
    }
}

/// What the purl types definition says of names: these ecosystems compare without case.
fn normal_name(kind: &str, name: &str) -> String {
    match kind {
        "pypi" => name.to_ascii_lowercase().replace('_', "-"),
        "deb" | "apk" | "github" | "bitbucket" | "composer" | "hex" | "pub" | "alpm" | "gitlab" => name.to_ascii_lowercase(),
        _ => name.to_owned(),
    }
}

fn normal_namespace(kind: &str, namespace: &str) -> String {
    match kind {
        "rpm" => rpm_vendor(&namespace.to_ascii_lowercase()).to_owned(),
        "deb" | "apk" | "github" | "bitbucket" | "composer" | "alpm" | "opkg" | "hex" | "gitlab" => {
            namespace.to_ascii_lowercase()
        }
        _ => namespace.to_owned(),
    }
}

/// The vendor that an rpm distribution's os-release `ID` stands for: the namespace is the vendor, the distribution a qualifier.
fn rpm_vendor(id: &str) -> &str {
    match id {
        "rhel" | "rhcos" => "redhat",
        "sles" | "sles_sap" | "sled" | "sle-micro" | "sl-micro" => "suse",
        _ if id.starts_with("opensuse-") => "opensuse",
        other => other,
    }
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}", self.kind)?;
        for segment in self.namespace.iter().flat_map(|space| space.split('/')) {
            f.write_str("/")?;
            encode(f, segment)?;
        }
        f.write_str("/")?;
        encode(f, &self.name)?;
        if let Some(version) = &self.version {
            f.write_str("@")?;
            encode(f, version)?;
        }
        for (index, (key, value)) in self.qualifiers.iter().enumerate() {
            write!(f, "{}{key}=", if index == 0 { '?' } else { '&' })?;
            encode(f, value)?;
        }
        if let Some(subpath) = &self.subpath {
            f.write_str("#")?;
            for (index, segment) in subpath.split('/').enumerate() {
                f.write_str(if index == 0 { "" } else { "/" })?;
                encode(f, segment)?;
            }
        }
        Ok(())
    }
}

/// Percent-encodes all but the characters that the specification leaves bare (unreserved and `:`).
fn encode(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) {
            write!(f, "{}", char::from(byte))?;
        } else {
            write!(f, "%{byte:02X}")?;
        }
    }
    Ok(())
}

impl FromStr for Purl {
    type Err = ParsePurlError;

    fn from_str(text: &str) -> Result<Self, ParsePurlError> {
        // Of a type that the crate knows it folds the case of names that tools keep apart: `JSONStream`, `github.com/Azure`.
        let typed = typed(text);
        let neutral = typed.map(|(_, rest)| format!("pkg:generic/{rest}"));
        let parsed = packageurl::PackageUrl::from_str(neutral.as_deref().unwrap_or(text))
            .map_err(|error| ParsePurlError { text: text.to_owned(), why: error.to_string() })?;
        let kind = typed.map_or_else(|| parsed.ty(), |(kind, _)| kind);
        let mut purl = Self::new(kind, parsed.name())
            .with_namespace(parsed.namespace().unwrap_or_default())
            .with_version(parsed.version().unwrap_or_default())
            .with_subpath(parsed.subpath().unwrap_or_default());
        let qualifiers: BTreeMap<_, _> = parsed.qualifiers().iter().collect();
        for (key, value) in qualifiers {
            purl = purl.with_qualifier(key, value);
        }
        Ok(purl)
    }
}

/// The type of a package URL and what follows it; `None` if the text does not begin as one.
fn typed(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let (kind, rest) = rest.trim_start_matches('/').split_once('/')?;
    let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-');
    let begins = kind.starts_with(|c: char| c.is_ascii_alphabetic());
    (scheme.eq_ignore_ascii_case("pkg") && begins && kind.chars().all(valid)).then_some((kind, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_form_is_stable_under_parse_and_print() {
        for text in [
            "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12",
            "pkg:npm/%40angular/core@17.0.0",
            "pkg:maven/org.springframework.boot/spring-boot@2.7.18",
            "pkg:golang/github.com/spf13/cobra@v1.8.0",
            "pkg:generic/nodejs@20.20.2",
            "pkg:golang/google.golang.org/genproto@v0.0.0-20200101000000-abcdef012345#googleapis/api/annotations",
        ] {
            assert_eq!(text.parse::<Purl>().map(|purl| purl.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn the_case_of_names_that_tools_keep_apart_survives() {
        for text in ["pkg:npm/JSONStream@1.3.5", "pkg:golang/github.com/Azure/azcore@v1.17.0", "pkg:huggingface/a/B@AbC"] {
            assert_eq!(text.parse::<Purl>().map(|purl| purl.to_string()), Ok(text.to_owned()));
        }
        let folded = "pkg://PyPI/Typing_Extensions@4".parse::<Purl>().map(|purl| purl.to_string());
        assert_eq!(folded, Ok("pkg:pypi/typing-extensions@4".to_owned()));
    }

    #[test]
    fn names_that_compare_without_case_are_folded() {
        assert_eq!(Purl::new("pypi", "Typing_Extensions").to_string(), "pkg:pypi/typing-extensions");
        assert_eq!(Purl::new("nuget", "Newtonsoft.Json").to_string(), "pkg:nuget/Newtonsoft.Json");
    }

    #[test]
    fn an_rpm_package_is_in_the_name_space_of_its_vendor() {
        for (id, vendor) in
            [("rhel", "redhat"), ("opensuse-leap", "opensuse"), ("sles", "suse"), ("fedora", "fedora"), ("ol", "ol")]
        {
            let purl = Purl::new("rpm", "bash").with_namespace(id).with_qualifier("distro", &format!("{id}-9"));
            assert_eq!(purl.to_string(), format!("pkg:rpm/{vendor}/bash?distro={id}-9"));
            assert!(purl.is_in(id) && purl.is_in(vendor) && !purl.is_in("debian"));
        }
    }

    #[test]
    fn an_address_loses_its_credentials() {
        for (address, kept) in [
            ("https://me:secret@gems.example/a@b", "https://gems.example/a@b"),
            ("https://token@gems.example", "https://gems.example"),
            ("https://me:p@ss@gems.example?x", "https://gems.example?x"),
            ("git+ssh://git@code.example/x.git@v1", "git+ssh://git@code.example/x.git@v1"),
            ("https://gems.example/@scope", "https://gems.example/@scope"),
            ("registry.example", "registry.example"),
        ] {
            let purl = Purl::new("gem", "x").with_qualifier("repository_url", address);
            assert_eq!(purl.qualifier("repository_url"), Some(kept), "{address}");
        }
    }

    #[test]
    fn a_text_without_scheme_is_refused() {
        for text in ["deb/debian/bash", "pkg:deb", "pkg:/x", "pkg:npm/", "pkg:1/x", "npm:x/y"] {
            assert!(text.parse::<Purl>().is_err(), "{text}");
        }
    }
}
