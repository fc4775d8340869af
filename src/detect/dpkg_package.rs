//! Turns one stanza of a dpkg database into a component: name, version, state, origin
//! (fields: deb-control(5); states: dpkg(1)). Reads no other file but os-release.

use std::path::Path;

use crate::model::{Component, Evidence, Location, PackageState, Purl};

use super::deb822::Stanza;
use super::{Opened, deb_origin, os_identity};

/// The distribution that a dpkg database belongs to, as purls need it.
pub(super) struct DebSystem {
    /// os-release's ID, or `debian` where there is none.
    pub(super) id: String,
    /// The qualifier `distro`; empty where os-release is missing.
    distro: String,
}

impl DebSystem {
    /// Of the system root `root`; `file` is any file of the same tree.
    pub(super) fn of(file: &Opened<'_>, root: &Path) -> Self {
        os_identity::read(file, root)
            .map_or_else(|| Self { id: "debian".to_owned(), distro: String::new() }, |os| Self { distro: os.distro(), id: os.id })
    }

    /// The distribution `id`; empty if it is not known.
    pub(super) fn named(id: &str) -> Self {
        Self { id: id.to_owned(), distro: String::new() }
    }

    /// The package of a stanza; `None` if it has no name.
    pub(super) fn component(&self, stanza: &Stanza<'_>, detector: &'static str, shown: &str) -> Option<Component> {
        let name = stanza.get("Package")?;
        let purl = Purl::new("deb", &name)
            .with_namespace(&self.id)
            .with_version(&stanza.get("Version").unwrap_or_default())
            .with_qualifier("arch", &stanza.get("Architecture").unwrap_or_default())
            .with_qualifier("distro", &self.distro);
        let mut component = Component::new(purl, Evidence::Installed, detector, Location::file(shown));
        component.origin = deb_origin::origin(stanza, &self.id);
        component.source_package = source(stanza).filter(|source| *source != name);
        Some(component)
    }
}

/// The name in `Source: glibc (2.36-9)`.
fn source(stanza: &Stanza<'_>) -> Option<String> {
    Some(stanza.get("Source")?.split_whitespace().next()?.to_owned())
}

/// What the third word of `Status: install ok installed` says; `None` if nothing of the package is there.
pub(super) fn state(status: &str) -> Option<PackageState> {
    let mut words = status.split_whitespace();
    let (want, state) = (words.next()?, words.nth(1)?);
    match state {
        // A trigger that waits runs in a package that is configured.
        "installed" | "triggers-pending" | "triggers-awaited" if want == "hold" => Some(PackageState::Held),
        "installed" | "triggers-pending" | "triggers-awaited" => Some(PackageState::Installed),
        "half-installed" | "unpacked" | "half-configured" => Some(PackageState::Incomplete),
        "config-files" => Some(PackageState::ConfigFiles),
        _ => None,
    }
}

/// The configuration files of a stanza; each line is a path, a digest and perhaps `obsolete`.
pub(super) fn conffiles(stanza: &Stanza<'_>) -> Vec<String> {
    let path = |line: &str| {
        // A path may hold blanks; digest and flag do not.
        let line = line.trim_end_matches(" obsolete").trim_end_matches(" remove-on-upgrade");
        line.rsplit_once(' ').map(|(path, _)| path.trim_end().to_owned())
    };
    stanza.lines("Conffiles").filter_map(|line| path(&line)).filter(|path| path.starts_with('/')).collect()
}

#[cfg(test)]
mod tests {
    use super::super::deb822::stanzas;
    use super::*;

    #[test]
    fn each_state_of_dpkg_is_what_it_says() {
        for (status, expected) in [
            ("install ok installed", Some(PackageState::Installed)),
            ("hold ok installed", Some(PackageState::Held)),
            ("deinstall ok installed", Some(PackageState::Installed)),
            ("install ok triggers-awaited", Some(PackageState::Installed)),
            ("hold ok triggers-pending", Some(PackageState::Held)),
            ("install reinstreq half-installed", Some(PackageState::Incomplete)),
            ("install ok unpacked", Some(PackageState::Incomplete)),
            ("install ok half-configured", Some(PackageState::Incomplete)),
            ("deinstall ok config-files", Some(PackageState::ConfigFiles)),
            ("purge ok not-installed", None),
            ("installed", None),
        ] {
            assert_eq!(state(status), expected, "{status}");
        }
    }

    #[test]
    fn a_configuration_file_may_have_blanks_and_a_flag() {
        let text = b"Conffiles:\n /etc/a b 0123\n /etc/c 4567 obsolete\n /etc/d newconffile\n nonsense\n";
        let paths = stanzas(text).next().map(|stanza| conffiles(&stanza));
        assert_eq!(paths, Some(vec!["/etc/a b".into(), "/etc/c".into(), "/etc/d".into()]));
    }
}
