//! One entry of a bill as its format tells it, and what makes a component of it: the package URL, else name and version; the
//! source package and the origin of what a distribution built.

use crate::model::{Chosen, Evidence, Group, Location, Origin, ProductHint, Purl};

use super::super::{deb_origin, rpm_package};
use super::bill::OF_SYSTEMS;
use super::system;

/// What a format says of one entry; empty where it says nothing.
#[derive(Default)]
pub(super) struct Draft<'n> {
    pub(super) line: usize,
    pub(super) purl: Option<&'n str>,
    pub(super) group: Option<&'n str>,
    pub(super) name: &'n str,
    pub(super) version: Option<&'n str>,
    pub(super) license: Option<String>,
    /// What the maker of the document concluded of it.
    pub(super) concluded: Option<String>,
    /// Who maintains or sells it, as its package says.
    pub(super) maintainer: Option<String>,
    pub(super) source: Option<&'n str>,
    pub(super) places: Vec<Location>,
    pub(super) part: Group,
    pub(super) chosen: Chosen,
    pub(super) evidence: Option<Evidence>,
    pub(super) stated_origin: Option<Origin>,
    pub(super) product: Option<ProductHint>,
}

impl Draft<'_> {
    /// The package URL, with the version that stands beside it if it has none itself; else why there is none, if there should be.
    pub(super) fn purl(&self) -> Result<Purl, Option<String>> {
        let text = self.purl.ok_or(None)?;
        // Broken qualifiers cost no package, and are not told: an address in them may hold a password.
        let plain = text.split(['?', '#']).next().unwrap_or_default();
        let purl: Purl = text.parse().or_else(|_| plain.parse()).map_err(|why| Some(format!("{why}")))?;
        let purl = match (purl.version(), self.version.and_then(exact)) {
            (None, Some(version)) => purl.with_version(version),
            _ => purl,
        };
        // Syft's own additions, which no other tool's URL of the same package has.
        let purl = purl.without_qualifier("upstream").without_qualifier("package-id");
        // A jar is what Maven takes a package for that says nothing of it.
        let is_default = purl.kind() == "maven" && purl.qualifier("type") == Some("jar");
        let purl = if is_default { purl.without_qualifier("type") } else { purl };
        Ok(if OF_SYSTEMS.contains(&purl.kind()) { system::with_own_id(purl) } else { purl })
    }

    /// Name and version alone; `None` without a name.
    pub(super) fn bare(&self) -> Option<Purl> {
        let version = self.version.and_then(exact).unwrap_or_default();
        let purl = || Purl::new("generic", self.name).with_namespace(self.group.unwrap_or_default()).with_version(version);
        (!self.name.is_empty()).then(purl)
    }

    /// The source package that the entry or its package URL names.
    pub(super) fn source_package(&self) -> Option<String> {
        let parsed: Option<Purl> = self.purl.and_then(|text| text.parse().ok());
        let upstream = parsed.as_ref().and_then(|purl| purl.qualifier("upstream"));
        let named = self.source.filter(|source| !source.is_empty()).or(upstream)?;
        let source = rpm_package::source(named);
        source.or_else(|| named.split('@').next().map(str::to_owned)).filter(|source| !source.is_empty())
    }

    /// Who ships it: as the document says, else as the package's version and maintainer do.
    pub(super) fn origin(&self, purl: &Purl) -> Origin {
        if let Some(stated) = &self.stated_origin {
            return stated.clone();
        }
        let maintainer = self.maintainer.as_deref().unwrap_or_default();
        match purl.kind() {
            "deb" => deb_origin::of_version_and_maintainer(purl.version().unwrap_or_default(), maintainer),
            "rpm" if !maintainer.is_empty() => {
                let own = rpm_package::is_distribution(maintainer, system::of_purl(purl).as_ref());
                if own { Origin::Distribution } else { Origin::Unknown }
            }
            _ => Origin::Unknown,
        }
    }
}

/// A version, unless the text is a range or says that there is none.
pub(super) fn exact(text: &str) -> Option<&str> {
    let text = text.trim();
    let none = ["", "NOASSERTION", "NONE", "UNKNOWN", "unknown"].contains(&text);
    let range = text.starts_with(['^', '~', '=', '!']) || text.contains(['<', '>', '*', ',', '|', ' ']);
    (!none && !range).then_some(text)
}

/// Several licences as one expression; a text among them makes it a list of texts.
pub(super) fn all_of(licenses: &[String]) -> Option<String> {
    let valid = licenses.iter().all(|license| spdx::Expression::parse(license).is_ok());
    let one = |license: &String| if valid && license.contains(" OR ") { format!("({license})") } else { license.clone() };
    match licenses {
        [] => None,
        [only] => Some(only.clone()),
        several => Some(several.iter().map(one).collect::<Vec<_>>().join(if valid { " AND " } else { ", " })),
    }
}

/// Whether what found an entry reads declarations: a lock file on a system installs nothing.
pub(super) fn is_declaration(found_by: &str) -> bool {
    ["lock", "requirements", "gemfile", "java-pom", "go-module-file"].iter().any(|word| found_by.contains(word))
}

/// Whether a file that something was found in declares it: what lock files and manifests are called.
pub(super) fn is_manifest(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let ends = [".lock", "-lock.json", "-lock.yaml", "lock.json", "pom.xml", "go.mod", "go.sum", "requirements.txt"];
    ends.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_no_version() {
        for (text, version) in [
            ("1.2.3", Some("1.2.3")),
            ("1:2.36-9+deb12u10~x", Some("1:2.36-9+deb12u10~x")),
            ("^1.2", None),
            (">= 1", None),
            ("1.*", None),
            ("1,2", None),
            ("NOASSERTION", None),
            ("", None),
        ] {
            assert_eq!(exact(text), version, "{text}");
        }
    }

    #[test]
    fn several_licences_are_one_expression_if_each_is() {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(all_of(&texts(&["MIT OR Zlib", "ISC"])).as_deref(), Some("(MIT OR Zlib) AND ISC"));
        assert_eq!(all_of(&texts(&["see LICENSE", "ISC"])).as_deref(), Some("see LICENSE, ISC"));
        assert_eq!(all_of(&[]), None);
    }

    #[test]
    fn what_a_scanner_adds_to_a_package_url_is_not_part_of_it() {
        let draft = |purl| Draft { purl: Some(purl), ..Draft::default() };
        let bash = draft("pkg:rpm/redhat/bash@5.1.8-6.el9?arch=x86_64&distro=rhel-9.2&upstream=bash5-5.1.8-6.el9.src.rpm");
        assert_eq!(
            bash.purl().map(|purl| purl.to_string()),
            Ok("pkg:rpm/redhat/bash@5.1.8-6.el9?arch=x86_64&distro=rhel-9.2".into())
        );
        assert_eq!(bash.source_package().as_deref(), Some("bash5"));
        let jar = draft("pkg:maven/org.slf4j/slf4j-api@2.0.16?type=jar").purl().map(|purl| purl.to_string());
        assert_eq!(jar, Ok("pkg:maven/org.slf4j/slf4j-api@2.0.16".into()));
        let libc = draft("pkg:deb/debian/libc6@2.36?upstream=glibc%402.36");
        assert_eq!(libc.source_package().as_deref(), Some("glibc"));
    }
}
