//! Package URLs of vcpkg (<https://github.com/package-url/purl-spec/blob/main/types-doc/vcpkg-definition.md>): the revision of
//! the port is a qualifier, for the version is what the library's authors call it.

use crate::model::Purl;

/// The port `name`; revision 0 is not named.
pub(super) fn purl(name: &str, version: &str, port_version: &str) -> Purl {
    let revision = if port_version == "0" { "" } else { port_version };
    Purl::new("vcpkg", name).with_version(version).with_qualifier("port_version", revision)
}

/// Version and revision of the port in `1.2.13#1`.
pub(super) fn split(version: &str) -> (&str, &str) {
    version.split_once('#').unwrap_or((version, ""))
}

/// Whether vcpkg would take it for a name.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
