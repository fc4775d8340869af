//! Package URLs of Hex packages as Mix, Rebar and Gleam lock them
//! (<https://github.com/package-url/purl-spec/blob/main/types-doc/hex-definition.md>).

use crate::model::Purl;

use super::npm::without_secret;

/// A version-control address and the commit that is locked.
pub(super) struct Source<'t> {
    pub(super) address: &'t str,
    pub(super) commit: &'t str,
}

/// The package `name` of a Hex repository: the public one (`hexpm` or empty), one of its organisations (`hexpm:acme`), which
/// is the namespace, or another one, whose address only the user's own configuration knows.
pub(super) fn purl(name: &str, version: &str, repository: &str) -> Purl {
    let organisation = repository.split_once(':').map(|(_, organisation)| organisation);
    Purl::new("hex", name).with_version(version).with_namespace(organisation.unwrap_or_default())
}

/// The application `name` out of version control; its version is the commit, as the tools list it.
pub(super) fn from_source(name: &str, source: &Source<'_>) -> Purl {
    let address = match source.address.split_once("://") {
        Some(_) => without_secret(source.address.trim_start_matches("git+")),
        // `git@host:path`, as ssh has it, is no address of the web.
        None => source.address.split_once(':').map_or(source.address.to_owned(), |(host, path)| format!("ssh://{host}/{path}")),
    };
    let place = format!("git+{address}@{}", source.commit);
    Purl::new("hex", name).with_version(source.commit).with_qualifier("vcs_url", &place)
}
