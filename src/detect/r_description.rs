//! Reads the `DESCRIPTION` of installed R packages
//! (<https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file>).
//!
//! R writes the field `Built` when it installs a package. A file without it describes sources, hence own code, and is no
//! component, unless it lies in a library of R, as R's own `translations` does; nor is a package one that an interrupted
//! installation left in its lock folder.

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::{Claim, Detector, FileFacts, Findings, Opened, deb822};

/// Installed R packages.
pub(super) struct RDescription;

impl Detector for RDescription {
    fn id(&self) -> &'static str {
        "r-description"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("DESCRIPTION")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        !facts.folder(1).starts_with("00LOCK") && !facts.folder(2).starts_with("00LOCK")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let is_installed = is_in_library(&file.facts());
        let Some(bytes) = out.bytes(file) else { return };
        let Some(fields) = deb822::stanzas(bytes).next().filter(|fields| is_installed || fields.get("Built").is_some()) else {
            return;
        };
        let get = |name: &str| fields.get(name).map(std::borrow::Cow::into_owned);
        let (Some(name), Some(version)) = (get("Package"), get("Version")) else {
            return out.problem_at(Code::Malformed, file, fields.line, "an installed R package without a name or a version");
        };
        let mut component =
            Component::new(purl(&name, &version, &get), Evidence::Installed, self.id(), Location::file(file.shown()));
        component.origin = origin(&get);
        component.license = get("License");
        out.component(component);
    }
}

/// `R/library/<package>/` or `R/site-library/<package>/`, which hold installed packages alone.
fn is_in_library(facts: &FileFacts<'_>) -> bool {
    matches!(facts.folder(1), "library" | "site-library") && facts.folder(2) == "R"
}

/// The package URL of a package whose record has the fields that `get` gives, be it a `DESCRIPTION` or a lock file's.
pub(super) fn purl(name: &str, version: &str, get: &dyn Fn(&str) -> Option<String>) -> Purl {
    Purl::new("cran", name).with_version(version).with_qualifier("vcs_url", &vcs_url(get).unwrap_or_default())
}

/// A repository, if the record names one; sources from elsewhere carry a `RemoteType` that is not a repository's.
pub(super) fn origin(get: &dyn Fn(&str) -> Option<String>) -> Origin {
    let elsewhere = get("RemoteType").is_some_and(|kind| kind != "standard" && kind != "repository");
    if !elsewhere && (get("Repository").is_some() || get("biocViews").is_some()) { Origin::Registry } else { Origin::Unknown }
}

/// Where the sources of a package come from that was installed from version control, with the commit.
fn vcs_url(get: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let kind = get("RemoteType")?;
    let host = match kind.as_str() {
        "github" => "github.com",
        "gitlab" => "gitlab.com",
        "bitbucket" => "bitbucket.org",
        "git" | "git2r" | "xgit" => "",
        _ => return None,
    };
    let address = if host.is_empty() {
        get("RemoteUrl")?
    } else {
        let stated = get("RemoteHost").map(|host| host.trim_start_matches("https://").trim_start_matches("api.").to_owned());
        let host = stated.as_deref().and_then(|host| host.split('/').next()).filter(|host| !host.is_empty()).unwrap_or(host);
        format!("https://{host}/{}/{}", get("RemoteUsername")?, get("RemoteRepo")?)
    };
    let commit = get("RemoteSha").map_or_else(String::new, |commit| format!("@{commit}"));
    // `git@host:path` has no scheme; the specification wants an address, hence nothing is said of it.
    address.contains("://").then(|| format!("git+{address}{commit}"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    #[test]
    fn an_installed_package_is_found_with_its_licence_and_repository() {
        let text = b"\xEF\xBB\xBFPackage: jsonlite\r\nVersion: 1.8.4\r\nTitle: A Simple and Robust JSON Parser\r\n    and Generator for R\r\n\
            License: MIT + file LICENSE\r\nAuthor: J\xE9r\xF4me\r\nRepository: CRAN\r\nBuilt: R 4.2.2; x86_64-pc-linux-gnu; 2022-12-06; unix\r\n";
        expect!["pkg:cran/jsonlite@1.8.4 installed license=MIT + file LICENSE"]
            .assert_eq(&found(&RDescription, &[("usr/lib/R/site-library/jsonlite/DESCRIPTION", text)]));
    }

    #[test]
    fn sources_are_own_code() {
        assert_eq!(found(&RDescription, &[("DESCRIPTION", b"Package: mine\nVersion: 0.1\nImports: jsonlite\n")]), "");
        assert_eq!(found(&RDescription, &[("DESCRIPTION", b"")]), "");
        assert_eq!(found(&RDescription, &[("DESCRIPTION", b"This folder holds drawings.\n")]), "");
    }

    #[test]
    fn a_package_from_version_control_says_where_from() {
        let text = b"Package: a\nVersion: 0.0.1.9000\nBuilt: R 4\nRemoteType: github\nRemoteHost: api.github.com\n\
            RemoteUsername: r-lib\nRemoteRepo: a\nRemoteSha: 0f1e\nRepository: CRAN\n";
        expect!["pkg:cran/a@0.0.1.9000?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fr-lib%2Fa%400f1e installed"]
            .assert_eq(&found(&RDescription, &[("lib/a/DESCRIPTION", text)]));
        let text = b"Package: b\nVersion: 1\nBuilt: R 4\nRemoteType: git\nRemoteUrl: https://me:secret@git.example/b.git\n";
        expect!["pkg:cran/b@1?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fb.git installed"]
            .assert_eq(&found(&RDescription, &[("lib/b/DESCRIPTION", text)]));
    }

    #[test]
    fn an_installed_package_needs_a_name_and_a_version() {
        expect!["! lib/a/DESCRIPTION:1:1: UP002: an installed R package without a name or a version"]
            .assert_eq(&found(&RDescription, &[("lib/a/DESCRIPTION", b"Package: a\nBuilt: R 4.2.2; ; 2022; unix\n")]));
    }

    #[test]
    fn in_a_library_of_r_a_package_needs_no_mark_of_its_build() {
        let text = b"Package: translations\nVersion: 4.2.2\nLicense: Part of R 4.2.2\n";
        expect!["pkg:cran/translations@4.2.2 installed license=Part of R 4.2.2"]
            .assert_eq(&found(&RDescription, &[("usr/lib/R/library/translations/DESCRIPTION", text)]));
        assert_eq!(found(&RDescription, &[("library/translations/DESCRIPTION", text)]), "");
    }

    #[test]
    fn a_lock_folder_holds_no_packages() {
        for (path, wanted) in [
            ("site-library/00LOCK-a/a/DESCRIPTION", false),
            ("site-library/00LOCK-a/00new/a/DESCRIPTION", false),
            ("site-library/a/DESCRIPTION", true),
        ] {
            assert_eq!(RDescription.wants(&FileFacts::new(std::path::Path::new(path))), wanted, "{path}");
        }
    }
}
